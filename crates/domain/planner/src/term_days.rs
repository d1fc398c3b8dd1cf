//! The days of a term on which there are classes and exams, from `data/term_days.tsv`. Of a term that is not listed
//! nothing is known, and what depends on it says so.

use std::collections::HashMap;
use std::sync::LazyLock;

use catalog::term::TermId;
use jiff::ToSpan;
use jiff::civil::Date;

/// What is known of a term's days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermDays {
    /// First and last day of classes of the regular session; `None` in summer, whose sessions have dates of their own.
    pub classes: Option<(Date, Date)>,
    /// The Monday and the last day of finals week; `None` in summer.
    pub finals: Option<(Date, Date)>,
    /// Days without classes, ascending.
    pub holidays: Vec<Date>,
}

impl TermDays {
    /// The date of a day of finals week; 0 is Monday.
    #[must_use]
    pub fn final_date(&self, day: u8) -> Option<Date> {
        let (monday, last) = self.finals?;
        monday.checked_add(i64::from(day).days()).ok().filter(|date| *date <= last)
    }
}

/// The days of a term, when they are known.
#[must_use]
pub fn of(term: TermId) -> Option<&'static TermDays> {
    TABLE.get(&term)
}

static TABLE: LazyLock<HashMap<TermId, TermDays>> = LazyLock::new(|| read(include_str!("../data/term_days.tsv")));

fn read(text: &str) -> HashMap<TermId, TermDays> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(read_line).collect()
}

fn read_line(line: &str) -> Option<(TermId, TermDays)> {
    let mut columns = line.split('\t');
    let term = columns.next()?.parse().ok()?;
    let mut day = || columns.next()?.parse::<Date>().ok();
    let (classes_begin, classes_end) = (day(), day());
    let (finals_begin, finals_end) = (day(), day());
    let mut holidays = Vec::new();
    for stretch in columns.next()?.split(' ') {
        let (first, last) = stretch.split_once("..").unwrap_or((stretch, stretch));
        let (first, last): (Date, Date) = (first.parse().ok()?, last.parse().ok()?);
        holidays.extend(first.series(1.day()).take_while(|date| *date <= last));
    }
    let days = TermDays { classes: classes_begin.zip(classes_end), finals: finals_begin.zip(finals_end), holidays };
    Some((term, days))
}

#[cfg(test)]
mod tests {
    use catalog::term::Semester;
    use jiff::civil::{Weekday, date};

    use super::*;

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
            let weeks = begin.until(end).unwrap().get_days() / 7;
            assert!((14..=15).contains(&weeks), "{term:?}: {weeks}");
        }
    }

    #[test]
    fn days_of_finals_week_have_dates() {
        let days = of("fall-2016".parse().unwrap()).unwrap();
        assert_eq!(days.final_date(0), Some(date(2016, 12, 12)));
        assert_eq!(days.final_date(4), Some(date(2016, 12, 16)));
        assert_eq!(days.final_date(5), None);
        assert_eq!(of("summer-2026".parse().unwrap()).unwrap().final_date(0), None);
        assert!(of("fall-2031".parse().unwrap()).is_none());
    }
}
