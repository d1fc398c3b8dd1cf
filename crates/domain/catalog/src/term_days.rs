//! The days of a term on which there are classes and exams: announced (`data/term_days.tsv`, and what the operator
//! imports), else expected by the rules that the campus's calendar has followed since Fall 2016.

mod expected;

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::term::TermId;

pub(crate) use self::expected::{expected, with_dates_of};

/// How something of a term's calendar is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The university announced it.
    Announced,
    /// It follows from what the university did in all the terms before: nobody announced it, or we have not heard.
    Expected,
}

/// What is known of a term's days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermDays {
    /// First and last day of classes of the regular session; `None` in summer, whose sessions have dates of their own.
    pub classes: Option<(Date, Date)>,
    /// The Monday and the last day of finals week; `None` in summer.
    pub finals: Option<(Date, Date)>,
    /// Days without classes, ascending.
    pub holidays: Vec<Date>,
    /// How they are known.
    pub basis: Basis,
}

impl TermDays {
    /// The date of a day of finals week; 0 is Monday.
    #[must_use]
    pub fn final_date(&self, day: u8) -> Option<Date> {
        let (monday, last) = self.finals?;
        monday.checked_add(i64::from(day).days()).ok().filter(|date| *date <= last)
    }
}

/// The days of a term that is in the table.
pub(crate) fn listed(term: TermId) -> Option<&'static TermDays> {
    TABLE.get(&term)
}

/// All days from the first to the last.
pub(crate) fn stretch(first: Date, last: Date) -> impl Iterator<Item = Date> {
    first.series(1.day()).take_while(move |date| *date <= last)
}

static TABLE: LazyLock<HashMap<TermId, TermDays>> = LazyLock::new(|| read(include_str!("../data/term_days.tsv")));

fn read(text: &str) -> HashMap<TermId, TermDays> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(read_line).collect()
}

fn read_line(line: &str) -> Option<(TermId, TermDays)> {
    let mut columns = line.split('\t');
    let term = columns.next()?.parse().ok()?;
    let mut day = || columns.next()?.parse::<Date>().ok();
    let (classes, finals) = (day().zip(day()), day().zip(day()));
    let mut holidays = Vec::new();
    for days in columns.next()?.split(' ') {
        let (first, last) = days.split_once("..").unwrap_or((days, days));
        holidays.extend(stretch(first.parse().ok()?, last.parse().ok()?));
    }
    Some((term, TermDays { classes, finals, holidays, basis: Basis::Announced }))
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};

    use super::*;
    use crate::term::{Semester, Session, Term};

    fn term(slug: &str) -> TermId {
        slug.parse().unwrap()
    }

    #[test]
    fn every_line_of_the_table_is_read_and_makes_sense() {
        let lines = include_str!("../data/term_days.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.len(), lines);
        for (term, days) in TABLE.iter() {
            assert!(days.holidays.is_sorted(), "{term:?}");
            assert!(days.holidays.iter().all(|day| day.year() == term.year()), "{term:?}");
            let on_weekend = |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            assert!(!days.holidays.iter().any(on_weekend), "{term:?}");
            assert_eq!(days.classes.is_some(), term.semester() != Semester::Summer, "{term:?}");
            let Some(((begin, end), (monday, friday))) = days.classes.zip(days.finals) else { continue };
            assert_eq!(end.weekday(), Weekday::Friday, "{term:?}");
            assert_eq!(end.checked_add(10.days()).unwrap(), monday, "a week of reading lies between: {term:?}");
            assert_eq!(monday.checked_add(4.days()).unwrap(), friday, "{term:?}");
            assert!(days.holidays.iter().all(|day| begin <= *day && *day <= end), "{term:?}");
        }
    }

    /// No exception: the campus closed in 2020 and 2021, its calendar went on.
    #[test]
    fn the_rules_give_every_term_that_was_announced() {
        for (term, announced) in TABLE.iter() {
            let days = expected(*term).unwrap();
            assert_eq!(days, TermDays { basis: Basis::Expected, ..announced.clone() }, "{term:?}");
        }
        assert_eq!(TABLE.len(), 30);
        assert_eq!(expected(term("spring-2016")), None, "before the rules");
    }

    #[test]
    fn terms_to_come_are_expected() {
        let spring = expected(term("spring-2027")).unwrap();
        assert_eq!(spring.classes, Some((date(2027, 1, 19), date(2027, 4, 30))));
        assert_eq!(spring.finals, Some((date(2027, 5, 10), date(2027, 5, 14))));
        let mut without: Vec<Date> = vec![date(2027, 2, 15)];
        without.extend(stretch(date(2027, 3, 22), date(2027, 3, 26)));
        assert_eq!(spring.holidays, without);
        let fall = expected(term("fall-2026")).unwrap();
        assert_eq!(fall.classes, Some((date(2026, 8, 26), date(2026, 12, 4))));
        let thanksgiving = [date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)];
        assert_eq!(fall.holidays[1..], [&[date(2026, 11, 11)], &thanksgiving[..]].concat());
        let summer = expected(term("summer-2027")).unwrap();
        assert_eq!(summer.holidays, [date(2027, 5, 31), date(2027, 6, 18), date(2027, 7, 5)]);
        assert_eq!((summer.classes, summer.finals), (None, None));
    }

    fn of_sis(begin: Date, session_end: Date, end: Date) -> Term {
        let session = Session { id: "1".to_owned(), name: String::new(), begin, end: session_end };
        let id = term("spring-2027");
        Term { id, begin: date(2027, 1, 12), end, enrollment_begin: None, sessions: vec![session] }
    }

    /// The shape is that of the Terms API in 2016: the session ends with the reading week, the term with finals.
    #[test]
    fn dates_of_the_sis_go_before_the_rules() {
        let usual = expected(term("spring-2027")).unwrap();
        let same = of_sis(date(2027, 1, 19), date(2027, 5, 7), date(2027, 5, 14));
        assert_eq!(with_dates_of(&same, usual.clone()), usual);
        let later = of_sis(date(2027, 1, 26), date(2027, 5, 14), date(2027, 5, 21));
        let moved = with_dates_of(&later, usual.clone());
        assert_eq!(moved.classes, Some((date(2027, 1, 26), date(2027, 5, 7))));
        assert_eq!(moved.finals, Some((date(2027, 5, 17), date(2027, 5, 21))));
        assert_eq!((moved.holidays, moved.basis), (usual.holidays.clone(), Basis::Expected));
        for unusual in [
            of_sis(date(2027, 1, 11), date(2027, 5, 14), date(2027, 5, 14)),
            of_sis(date(2027, 5, 4), date(2027, 5, 7), date(2027, 5, 14)),
        ] {
            assert_eq!(with_dates_of(&unusual, usual.clone()), usual, "no reading week and finals week behind it");
        }
    }

    #[test]
    fn days_of_finals_week_have_dates() {
        let days = listed(term("fall-2016")).unwrap();
        assert_eq!(days.final_date(0), Some(date(2016, 12, 12)));
        assert_eq!(days.final_date(4), Some(date(2016, 12, 16)));
        assert_eq!(days.final_date(5), None);
        assert_eq!(listed(term("summer-2026")).unwrap().final_date(0), None);
    }
}
