//! What is asked of sections, kind by kind, as sets of a term's primary sections.

use super::{Criteria, fit};
use crate::bits::Bits;
use crate::course_set::CourseSet;
use crate::day_part::DAY_PARTS;
use crate::snapshot::primaries::Primaries;
use crate::snapshot::{InstructorIndex, Snapshot, TermEntry};

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Seats,
    Days,
    Window,
    Mode,
    Instructor,
    Fit,
}

/// What is asked, each with the primary sections that satisfy it.
#[derive(Default)]
pub(super) struct SectionFilters<'a> {
    primaries: Option<&'a Primaries>,
    asked: Vec<(Kind, Bits)>,
}

/// How many courses each choice would leave.
pub(super) struct Counts {
    pub(super) open_seats: usize,
    pub(super) open_to_anyone: usize,
    pub(super) days: [usize; 7],
    pub(super) day_parts: [usize; DAY_PARTS.len()],
    pub(super) modes: Vec<usize>,
}

impl<'a> SectionFilters<'a> {
    /// `countable` are the courses that may be shown or counted: only their sections are looked at where looking is
    /// dear.
    pub(super) fn of(
        snapshot: &'a Snapshot,
        entry: &'a TermEntry,
        criteria: &Criteria,
        countable: &CourseSet,
    ) -> SectionFilters<'a> {
        let primaries = entry.primaries();
        let mut asked = Vec::new();
        if criteria.open_to_anyone {
            asked.push((Kind::Seats, primaries.free_for_anyone.clone()));
        } else if criteria.open_seats {
            asked.push((Kind::Seats, primaries.free.clone()));
        }
        if !criteria.days.is_empty() {
            asked.push((Kind::Days, primaries.within_days(criteria.days.bits())));
        }
        if let Some(window) = criteria.window {
            asked.push((Kind::Window, primaries.within(window)));
        }
        if !criteria.instruction_modes.is_empty() {
            let mut any = Bits::none(primaries.count());
            let wanted = primaries.modes.iter().filter(|mode| criteria.instruction_modes.contains(&mode.slug));
            wanted.for_each(|mode| any.add(&mode.sections));
            asked.push((Kind::Mode, any));
        }
        if !criteria.instructors.is_empty() {
            let people = criteria.instructors.iter().filter_map(|slug| snapshot.instructor_by_slug(slug));
            let people: Vec<InstructorIndex> = people.collect();
            asked.push((Kind::Instructor, primaries.taught_by(&people)));
        }
        if criteria.only_fitting && !criteria.busy.is_empty() {
            let candidates = primaries.of_courses(countable);
            asked.push((Kind::Fit, fit::fitting(snapshot, primaries, &candidates, &criteria.busy)));
        }
        SectionFilters { primaries: Some(primaries), asked }
    }

    /// Whether nothing is asked.
    pub(super) const fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// The primary sections that satisfy everything, but for one kind when `without` names it; `None` when nothing is
    /// asked.
    pub(super) fn left_but_for(&self, without: Option<Kind>) -> Option<Bits> {
        let mut asked = self.asked.iter().filter(|(kind, _)| Some(*kind) != without).map(|(_, sections)| sections);
        let mut left = asked.next()?.clone();
        asked.for_each(|sections| left.keep(sections));
        Some(left)
    }

    /// Keeps of some primary sections those that satisfy everything but one kind.
    pub(super) fn keep_but_for(&self, without: Kind, sections: &mut Bits) {
        for (_, satisfying) in self.asked.iter().filter(|(kind, _)| *kind != without) {
            sections.keep(satisfying);
        }
    }

    /// The counts of all choices, each in the place of what is asked of its kind, among some primary sections.
    pub(super) fn counts(&self, candidates: &Bits, criteria: &Criteria) -> Counts {
        let Some(primaries) = self.primaries else { return Counts::none() };
        let others = |kind: Kind| {
            let mut others = candidates.clone();
            self.keep_but_for(kind, &mut others);
            others
        };
        let count = |others: &Bits, choice: &Bits| {
            let mut left = others.clone();
            left.keep(choice);
            primaries.count_courses(&left)
        };
        let (seats, days, window, mode) =
            (others(Kind::Seats), others(Kind::Days), others(Kind::Window), others(Kind::Mode));
        let wanted_days = criteria.days.bits();
        Counts {
            open_seats: count(&seats, &primaries.free),
            open_to_anyone: count(&seats, &primaries.free_for_anyone),
            days: std::array::from_fn(|day| count(&days, &primaries.within_days(wanted_days | 1 << day))),
            day_parts: DAY_PARTS.map(|part| count(&window, &primaries.within(part.range()))),
            modes: primaries.modes.iter().map(|entry| count(&mode, &entry.sections)).collect(),
        }
    }
}

impl Counts {
    const fn none() -> Self {
        Self { open_seats: 0, open_to_anyone: 0, days: [0; 7], day_parts: [0; DAY_PARTS.len()], modes: Vec::new() }
    }
}
