//! The week in pieces: cut at every beginning and end that occurs, and at every first and last day. Whatever fills the
//! same piece is at once, exactly.

use std::collections::{BTreeSet, HashMap};

use catalog::finals::FinalSlot;
use catalog::meeting::Days;
use jiff::ToSpan;
use jiff::civil::{Date, Time};

use crate::picked::{Slot, days_within};

/// A piece: a stretch of dates, a day of the week, a stretch of the day; each by number.
type Piece = (usize, u8, usize);

/// Finals week is a stretch of dates of its own.
const FINALS: usize = usize::MAX;

/// The pieces, as bits.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// Where days are cut, ascending.
    times: Vec<Time>,
    /// Where terms are cut: each begins a stretch, which ends before the next one.
    dates: Vec<Date>,
    bits: HashMap<Piece, usize>,
    /// Words that hold the pieces of classes; those of exams follow.
    pub(super) class_words: usize,
    /// Words that hold all pieces.
    pub(super) words: usize,
}

impl Grid {
    /// Of all slots and exams that are looked at.
    pub(super) fn of(slots: &[Slot], exams: &[FinalSlot]) -> Self {
        let class_times = slots.iter().flat_map(|slot| [slot.time.start(), slot.time.end()]);
        let exam_times = exams.iter().flat_map(|exam| [exam.start, exam.end]);
        let times: BTreeSet<Time> = class_times.chain(exam_times).collect();
        let bounds = slots.iter().filter_map(|slot| slot.dates);
        let dates: BTreeSet<Date> = bounds.flat_map(|(first, last)| [first, day_after(last)]).collect();
        let mut grid =
            Self { times: times.into_iter().collect(), dates: dates.into_iter().collect(), ..Self::default() };
        for piece in slots.iter().flat_map(|slot| grid.pieces(slot)).collect::<Vec<_>>() {
            let next = grid.bits.len();
            grid.bits.entry(piece).or_insert(next);
        }
        grid.class_words = grid.bits.len().div_ceil(64);
        let mut next = grid.class_words * 64;
        for piece in exams.iter().flat_map(|exam| grid.exam_pieces(exam)).collect::<Vec<_>>() {
            grid.bits.entry(piece).or_insert_with(|| {
                next += 1;
                next - 1
            });
        }
        grid.words = next.div_ceil(64);
        grid
    }

    /// Adds a slot to a set of pieces.
    pub(super) fn mark(&self, slot: &Slot, set: &mut [u64]) {
        self.set(self.pieces(slot), set);
    }

    /// Adds an exam to a set of pieces.
    pub(super) fn mark_exam(&self, exam: &FinalSlot, set: &mut [u64]) {
        self.set(self.exam_pieces(exam), set);
    }

    fn set(&self, pieces: Vec<Piece>, set: &mut [u64]) {
        for bit in pieces.iter().filter_map(|piece| self.bits.get(piece)) {
            set[bit / 64] |= 1 << (bit % 64);
        }
    }

    fn pieces(&self, slot: &Slot) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for stretch in 0..=self.dates.len() {
            let days = self.days_of(slot, stretch);
            for day in (0..7_u8).filter(|day| days.contains(*day)) {
                let during = self.parts(slot.time.start(), slot.time.end());
                pieces.extend(during.map(|part| (stretch, day, part)));
            }
        }
        pieces
    }

    fn exam_pieces(&self, exam: &FinalSlot) -> Vec<Piece> {
        self.parts(exam.start, exam.end).map(|part| (FINALS, exam.day, part)).collect()
    }

    /// The parts of the day between two times at which it is cut.
    fn parts(&self, start: Time, end: Time) -> std::ops::Range<usize> {
        self.times.partition_point(|time| *time < start)..self.times.partition_point(|time| *time < end)
    }

    /// The days of a slot that occur in a stretch of dates; the first stretch has no beginning, the last no end.
    fn days_of(&self, slot: &Slot, stretch: usize) -> Days {
        let begin = stretch.checked_sub(1).and_then(|at| self.dates.get(at)).copied();
        let next = self.dates.get(stretch).copied();
        if let Some((first, last)) = slot.dates {
            let is_within =
                begin.is_some_and(|begin| first <= begin) && next.is_some_and(|next| next <= day_after(last));
            if !is_within {
                return Days::NONE;
            }
        }
        let dates = begin.zip(next).map(|(begin, next)| (begin, next.checked_sub(1.day()).unwrap_or(begin)));
        days_within(slot.days, dates)
    }
}

fn day_after(date: Date) -> Date {
    date.checked_add(1.day()).unwrap_or(date)
}

/// Whether two sets of pieces have one in common.
pub(super) fn share(one: &[u64], other: &[u64]) -> bool {
    one.iter().zip(other).any(|(one, other)| one & other != 0)
}

#[cfg(test)]
mod tests {
    use catalog::meeting::TimeRange;
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    use super::*;

    fn slot() -> impl Strategy<Value = Slot> {
        let dates = prop::option::of((0_i64..40, 0_i64..40));
        (1_u8..128, 0_i8..24, 0_i8..60, 0_i8..24, 0_i8..60, dates).prop_map(|(days, hour, minute, to, past, dates)| {
            let day = |days: i64| date(2016, 8, 24).checked_add(days.days()).unwrap();
            Slot {
                days: Days::from_bits(days),
                time: TimeRange::between(time(hour, minute, 0, 0), time(to, past, 59, 0)),
                dates: dates.map(|(from, length)| (day(from), day(from + length))),
            }
        })
    }

    proptest! {
        #[test]
        fn slots_share_a_piece_exactly_when_they_are_at_once(slots in prop::collection::vec(slot(), 1..8)) {
            let grid = Grid::of(&slots, &[]);
            let sets: Vec<Vec<u64>> = slots.iter().map(|slot| {
                let mut set = vec![0; grid.words];
                grid.mark(slot, &mut set);
                set
            }).collect();
            for (one, set) in slots.iter().zip(&sets) {
                for (other, other_set) in slots.iter().zip(&sets) {
                    prop_assert_eq!(share(set, other_set), one.shared_with(other).is_some(), "{:?} {:?}", one, other);
                }
            }
        }
    }
}
