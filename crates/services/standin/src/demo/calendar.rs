//! The demo campus's calendar by rule. Every rule gives the real dates of Fall 2016 to Spring 2026, or misses them by a
//! week; it is a demo.

use catalog::term::{Semester, TermId};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

use crate::campus::{SessionFacts, TermFacts};

/// Terms that are over and still known: two years.
const TERMS_BEHIND: usize = 6;
/// Terms after the present one that are known.
const TERMS_AHEAD: usize = 2;
/// The first line of what is announced: by it the demo campus's own is known from what a person imported.
pub(crate) const MADE_UP: &str = "# Made up by the demo campus, like all of its data.";
/// Sections are published so many days before phase 1.
const PUBLISHED_BEFORE_DAYS: i64 = 35;

/// The dates of a term, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TermDates {
    pub(crate) id: TermId,
    pub(crate) published: Date,
    pub(crate) phase1_start: Date,
    pub(crate) phase1_end: Date,
    pub(crate) phase2_start: Date,
    pub(crate) adjustment_start: Date,
    pub(crate) begin: Date,
    pub(crate) instruction_start: Date,
    /// Nobody may drop any more without a reason.
    pub(crate) drop_deadline: Date,
    pub(crate) instruction_end: Date,
    pub(crate) end: Date,
}

/// The dates of a term.
pub(crate) fn dates_of(id: TermId) -> TermDates {
    let year = id.year();
    match id.semester() {
        Semester::Fall => {
            // The third Wednesday of August.
            let begin = nth(year, 8, Weekday::Wednesday, 3);
            let phase1 = nth(year, 4, Weekday::Monday, 3);
            regular(id, begin, 121, phase1, phase1 + 60.days(), nth(year, 7, Weekday::Monday, 3), begin - 2.days())
        }
        Semester::Spring => {
            // The second Tuesday of January.
            let begin = nth(year, 1, Weekday::Tuesday, 2);
            let phase1 = nth(year - 1, 10, Weekday::Monday, 4);
            regular(id, begin, 122, phase1, phase1 + 20.days(), phase1 + 28.days(), begin - 1.days())
        }
        Semester::Summer => summer(id, nth(year, 1, Weekday::Tuesday, 2) + 132.days()),
    }
}

fn regular(
    id: TermId,
    begin: Date,
    length_days: i64,
    phase1_start: Date,
    phase1_end: Date,
    phase2_start: Date,
    adjustment_start: Date,
) -> TermDates {
    let end = begin + length_days.days();
    let instruction_start = begin + 7.days();
    TermDates {
        id,
        published: phase1_start - PUBLISHED_BEFORE_DAYS.days(),
        phase1_start,
        phase1_end,
        phase2_start,
        adjustment_start,
        begin,
        instruction_start,
        drop_deadline: instruction_start + 28.days(),
        instruction_end: end - 7.days(),
        end,
    }
}

/// Summer begins ten days after spring ends and lasts twelve weeks; enrollment begins in February.
fn summer(id: TermId, begin: Date) -> TermDates {
    let phase1_start = nth(id.year(), 2, Weekday::Monday, 1);
    TermDates {
        id,
        published: phase1_start - PUBLISHED_BEFORE_DAYS.days(),
        phase1_start,
        phase1_end: phase1_start + 56.days(),
        phase2_start: phase1_start + 57.days(),
        adjustment_start: begin - 7.days(),
        begin,
        instruction_start: begin,
        drop_deadline: begin + 21.days(),
        instruction_end: begin + 81.days(),
        end: begin + 81.days(),
    }
}

/// The n-th such day of a month; every month has four of each.
fn nth(year: i16, month: i8, weekday: Weekday, n: i8) -> Date {
    let first = date(year, month, 1);
    first.nth_weekday_of_month(n, weekday).unwrap_or(first)
}

/// The terms that are known on a day, oldest first.
pub(crate) fn known_terms(today: Date) -> Vec<TermId> {
    let years = today.year() - 4..=today.year() + 2;
    let all = years.flat_map(|year| Semester::ALL.map(|semester| TermId::new(semester, year)));
    let all: Vec<TermId> = all.filter_map(Result::ok).collect();
    let present = all.iter().position(|term| dates_of(*term).end >= today).unwrap_or(0);
    let last = (present + TERMS_AHEAD).min(all.len() - 1);
    all[present.saturating_sub(TERMS_BEHIND)..=last].to_vec()
}

/// The enrollment phases of the terms that are known on a day, as the registrar would announce them.
pub(crate) fn announced(today: Date) -> String {
    let terms = known_terms(today).into_iter().map(|term| dates_of(term).announced());
    format!("{MADE_UP}\n{}", terms.collect::<String>())
}

impl TermDates {
    /// Its enrollment phases: three lines.
    fn announced(&self) -> String {
        let term = self.id.slug();
        format!(
            "{term}  phase-1     {}..{}\n{term}  phase-2     {}..{}\n{term}  adjustment  {}\n",
            self.phase1_start,
            self.phase1_end,
            self.phase2_start,
            self.adjustment_start - 1.days(),
            self.adjustment_start,
        )
    }

    /// As the Terms API tells it.
    pub(crate) fn facts(&self) -> TermFacts {
        TermFacts {
            id: self.id,
            begin: self.begin,
            end: self.end,
            enrollment_begin: self.phase1_start,
            adjustment_start: self.adjustment_start,
            sessions: self.sessions(),
        }
    }

    /// The sessions by id, the most usual first.
    pub(crate) fn sessions(&self) -> Vec<SessionFacts> {
        let session = |id, name, first_day: i64, end, weeks| SessionFacts {
            id,
            name,
            begin: self.begin + first_day.days(),
            end,
            weeks,
        };
        match self.id.semester() {
            Semester::Summer => vec![
                session("6W1", "Six Week - First", 0, self.begin + 39.days(), 6),
                session("6W2", "Six Week - Second", 42, self.end, 6),
                session("8W", "Eight Week", 28, self.end, 8),
                session("10W", "Ten Week", 14, self.end, 10),
                session("3W", "Three Week", 63, self.end, 3),
            ],
            _ => vec![session("1", "Regular Academic Session", 7, self.instruction_end, 15)],
        }
    }
}

#[cfg(test)]
mod tests {
    use catalog::academic_calendar::AcademicCalendar;
    use catalog::announced::Announced;

    use super::*;

    fn dates(id: u16) -> TermDates {
        dates_of(TermId::try_from(id).unwrap())
    }

    #[test]
    fn the_rules_give_the_real_dates() {
        for (id, begin, end) in [
            (2168, date(2016, 8, 17), date(2016, 12, 16)),
            (2172, date(2017, 1, 10), date(2017, 5, 12)),
            (2165, date(2016, 5, 23), date(2016, 8, 12)),
            (2228, date(2022, 8, 17), date(2022, 12, 16)),
            (2242, date(2024, 1, 9), date(2024, 5, 10)),
        ] {
            assert_eq!((dates(id).begin, dates(id).end), (begin, end), "{id}");
        }
        assert_eq!(dates(2222).instruction_start, date(2022, 1, 18));
        assert_eq!(dates(2262).adjustment_start, date(2026, 1, 12));
        assert_eq!(dates(2188).phase1_end, date(2018, 6, 15));
    }

    #[test]
    fn the_dates_of_a_term_follow_each_other() {
        for year in 2015..2040 {
            for semester in Semester::ALL {
                let term = dates_of(TermId::new(semester, year).unwrap());
                let in_order = [
                    term.published,
                    term.phase1_start,
                    term.phase1_end,
                    term.phase2_start,
                    term.adjustment_start,
                    term.instruction_start,
                    term.drop_deadline,
                    term.instruction_end,
                    term.end,
                ];
                assert!(in_order.is_sorted(), "{term:?}");
            }
        }
    }

    #[test]
    fn the_phases_of_every_known_term_are_announced_as_the_importer_takes_them() {
        for year in 2020..2040 {
            for today in [date(year, 1, 3), date(year, 6, 30), date(year, 12, 1)] {
                let announced = Announced::parse(&announced(today)).unwrap();
                assert!(announced.terms().eq(known_terms(today)), "{today}");
                let calendar = AcademicCalendar::new(announced);
                for dates in known_terms(today).into_iter().map(dates_of) {
                    let phases = calendar.phases(dates.id).unwrap();
                    let told = (phases.phase1_start, phases.phase2_start, phases.adjustment_start);
                    assert_eq!(told, (dates.phase1_start, dates.phase2_start, dates.adjustment_start));
                }
            }
        }
    }

    #[test]
    fn two_years_behind_and_the_next_ones_are_known() {
        let known: Vec<u16> = known_terms(date(2026, 11, 22)).into_iter().map(TermId::number).collect();
        assert_eq!(known, [2248, 2252, 2255, 2258, 2262, 2265, 2268, 2272, 2275]);
        let between: Vec<u16> = known_terms(date(2026, 12, 28)).into_iter().map(TermId::number).collect();
        assert_eq!(between[6], 2272);
    }
}
