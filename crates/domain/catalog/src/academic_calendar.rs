//! What is known of a term's calendar: its enrollment phases, its days of classes and exams, its exam groups. What the
//! operator imported goes before what this program was built with, and that before what is expected.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::announced::{Announced, AnnouncedTerm};
use crate::course::CourseCode;
use crate::finals::{self, FinalSlot, Rule};
use crate::meeting::{Days, TimeRange};
use crate::phases;
use crate::term::{Phases, Semester, Term, TermId};
use crate::term_days::{self, Basis, TermDays};

/// The calendars of all terms.
#[derive(Clone, Debug, Default)]
pub struct AcademicCalendar {
    announced: Announced,
}

/// What was not announced of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unannounced {
    /// Of which.
    pub term: TermId,
    /// In words: `exam groups are expected`.
    pub what: Vec<&'static str>,
}

impl AcademicCalendar {
    /// With what the operator announced.
    #[must_use]
    pub const fn new(announced: Announced) -> Self {
        Self { announced }
    }

    /// The enrollment phases of a term; nothing is expected of them.
    #[must_use]
    pub fn phases(&self, term: TermId) -> Option<&Phases> {
        self.told(term, |told| told.phases.as_ref()).or_else(|| phases::listed(term))
    }

    /// The days of a term that the SIS may know something of.
    #[must_use]
    pub fn days(&self, id: TermId, term: Option<&Term>) -> Option<Cow<'_, TermDays>> {
        if let Some(days) = self.told(id, |told| told.days.as_ref()).or_else(|| term_days::listed(id)) {
            return Some(Cow::Borrowed(days));
        }
        let expected = term_days::expected(id)?;
        Some(Cow::Owned(match term {
            Some(term) => term_days::with_dates_of(term, expected),
            None => expected,
        }))
    }

    /// When the final exam of a class is: by its course and the days and times of its lecture.
    #[must_use]
    pub fn exam(
        &self,
        term: TermId,
        course: &CourseCode,
        meetings: impl IntoIterator<Item = (Days, Option<TimeRange>)>,
    ) -> Option<FinalSlot> {
        finals::slot(self.exam_rules(term)?.0, course, meetings)
    }

    /// The same for whoever cannot be told that it is only expected: `None` when it is.
    #[must_use]
    pub fn announced_exam(
        &self,
        term: TermId,
        course: &CourseCode,
        meetings: impl IntoIterator<Item = (Days, Option<TimeRange>)>,
    ) -> Option<FinalSlot> {
        let is_announced = self.exam_basis(term) == Some(Basis::Announced);
        is_announced.then(|| self.exam(term, course, meetings)).flatten()
    }

    /// How the exam groups of a term are known; `None` when they are not.
    #[must_use]
    pub fn exam_basis(&self, term: TermId) -> Option<Basis> {
        self.exam_rules(term).map(|(_, basis)| basis)
    }

    fn exam_rules(&self, term: TermId) -> Option<(&[(Rule, FinalSlot)], Basis)> {
        let told = self.told(term, |told| told.exams.as_deref());
        told.map(|rules| (rules, Basis::Announced)).or_else(|| finals::rules(term))
    }

    fn told<'a, T>(&'a self, term: TermId, part: impl FnOnce(&'a AnnouncedTerm) -> Option<T>) -> Option<T> {
        self.announced.of(term).and_then(part)
    }

    /// What was not announced of the term that `today` lies in, or the next one when none is on, and of the next fall
    /// or spring behind it.
    #[must_use]
    pub fn unannounced(&self, today: Date) -> Vec<Unannounced> {
        let years = [today.year(), today.year() + 1];
        let all = years.into_iter().flat_map(|year| Semester::ALL.map(|semester| TermId::new(semester, year)));
        let regular = all.filter_map(Result::ok).filter(|term| term.semester() != Semester::Summer);
        let is_over = |term: &TermId| {
            let days = self.days(*term, None);
            days.and_then(|days| days.finals).is_none_or(|(_, last)| last < today)
        };
        let coming = regular.skip_while(is_over).take(2).map(|term| self.unannounced_of(term));
        coming.filter(|one| !one.what.is_empty()).collect()
    }

    fn unannounced_of(&self, term: TermId) -> Unannounced {
        let days = self.days(term, None).is_none_or(|days| days.basis == Basis::Expected);
        let exams = match self.exam_basis(term) {
            None => Some("exam groups are not known"),
            Some(Basis::Expected) => Some("exam groups are expected"),
            Some(Basis::Announced) => None,
        };
        let phases = self.phases(term).is_none().then_some("enrollment phases are not known");
        let days = days.then_some("days of classes and finals are expected");
        Unannounced { term, what: [phases, days, exams].into_iter().flatten().collect() }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn term(slug: &str) -> TermId {
        slug.parse().unwrap()
    }

    fn told(calendar: &AcademicCalendar, today: Date) -> String {
        let all = calendar.unannounced(today);
        all.iter().map(|one| format!("{}: {}", one.term.slug(), one.what.join(", "))).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_was_not_announced_of_this_term_and_the_next_is_told() {
        let calendar = AcademicCalendar::default();
        let everything =
            "enrollment phases are not known, days of classes and finals are expected, exam groups are expected";
        assert_eq!(told(&calendar, date(2025, 9, 1)), "");
        assert_eq!(told(&calendar, date(2026, 5, 15)), format!("fall-2026: {everything}"));
        let both = format!("fall-2026: {everything}; spring-2027: {everything}");
        assert_eq!(told(&calendar, date(2026, 12, 1)), both);
        assert!(told(&calendar, date(2026, 12, 19)).starts_with("spring-2027: "), "fall is over");
    }

    #[test]
    fn what_the_operator_announced_goes_before_everything() {
        let announced = "spring-2027 classes 2027-01-20..2027-04-30\nspring-2027 finals 2027-05-10..2027-05-14\n\
                         spring-2027 no-classes 2027-02-15\nspring-2027 exam MWF 10 Fr 19:00 22:00\n\
                         spring-2027 exams-as spring-2026\n\
                         fall-2016 phase-1 2016-04-18..2016-07-15\nfall-2016 phase-2 2016-07-18..2016-08-14\n\
                         fall-2016 adjustment 2016-08-16";
        let calendar = AcademicCalendar::new(Announced::parse(announced).unwrap());
        let spring = term("spring-2027");
        let days = calendar.days(spring, None).unwrap();
        assert_eq!((days.classes.unwrap().0, days.basis), (date(2027, 1, 20), Basis::Announced));
        let exam = |days: &str, start: i8| {
            let time = TimeRange::new(jiff::civil::time(start, 0, 0, 0), jiff::civil::time(start, 59, 0, 0));
            let course = CourseCode::parse("COMPSCI 70").unwrap();
            calendar.exam(spring, &course, [(Days::from_sis(days).unwrap(), time)]).unwrap().day
        };
        assert_eq!((exam("MoWeFr", 10), exam("MoWeFr", 11)), (4, 1));
        assert_eq!(calendar.exam_basis(spring), Some(Basis::Announced));
        assert_eq!(calendar.phases(term("fall-2016")).unwrap().adjustment_start, date(2016, 8, 16));
        assert_eq!(calendar.phases(spring), None);
        let rest = AcademicCalendar::new(Announced::parse("fall-2026 exams-as fall-2025").unwrap());
        assert!(told(&rest, date(2026, 12, 1)).starts_with(
            "fall-2026: enrollment phases are not known, days of classes and finals are expected; spring-2027: "
        ));
    }
}
