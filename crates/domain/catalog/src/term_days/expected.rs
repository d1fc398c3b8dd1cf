//! The rules of the campus's calendar since Fall 2016, when the fall began to begin on a Wednesday. They give every term
//! that was announced since, without exception; a test holds that.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

use super::{Basis, TermDays, stretch};
use crate::term::{REGULAR_SESSION, Semester, Term, TermId};

/// The first year of the rules.
const FIRST_YEAR: i16 = 2016;
/// The year since which Juneteenth is a holiday of the university.
const JUNETEENTH_FROM: i16 = 2022;
/// Fewer days of classes are no fall and no spring.
const DAYS_OF_CLASSES_MIN: i64 = 80;

/// What the rules give; `None` for a term before them.
pub(crate) fn expected(term: TermId) -> Option<TermDays> {
    let year = term.year();
    let rules = match term.semester() {
        _ if year < FIRST_YEAR => None,
        Semester::Fall => fall(year),
        Semester::Spring if year == FIRST_YEAR => None,
        Semester::Spring => spring(year),
        Semester::Summer => Some((None, summer_holidays(year)?)),
    };
    let (classes, mut holidays) = rules?;
    holidays.sort();
    let finals = classes.map(|(_, end): (Date, Date)| (end + 10.days(), end + 14.days()));
    Some(TermDays { classes, finals, holidays, basis: Basis::Expected })
}

/// The same with the dates that the SIS has of the term. Its regular session ends with the reading week, and its term
/// with finals week; dates that do not lie so are not understood, and the rules stand.
pub(crate) fn with_dates_of(term: &Term, days: TermDays) -> TermDays {
    let Some(session) = term.sessions.iter().find(|session| session.id == REGULAR_SESSION) else { return days };
    let classes = (session.begin, session.end.saturating_sub(7.days()));
    let is_usual = days.classes.is_some()
        && term.end.weekday() == Weekday::Friday
        && session.end.saturating_add(7.days()) == term.end
        && classes.0.saturating_add(DAYS_OF_CLASSES_MIN.days()) <= classes.1;
    if !is_usual {
        return days;
    }
    let mut holidays = days.holidays;
    holidays.retain(|day| classes.0 <= *day && *day <= classes.1);
    let finals = Some((term.end.saturating_sub(4.days()), term.end));
    TermDays { classes: Some(classes), finals, holidays, ..days }
}

type Rules = (Option<(Date, Date)>, Vec<Date>);

/// Classes from the fourth Wednesday of August for fifteen weeks; Labor Day, Veterans Day, and Thanksgiving from its
/// Wednesday on.
fn fall(year: i16) -> Option<Rules> {
    let begin = nth(year, 8, Weekday::Wednesday, 4)?;
    let thanksgiving = nth(year, 11, Weekday::Thursday, 4)?;
    let mut holidays = vec![nth(year, 9, Weekday::Monday, 1)?, observed(date(year, 11, 11))];
    holidays.extend(stretch(thanksgiving - 1.day(), thanksgiving + 1.day()));
    Some((Some((begin, begin + 100.days())), holidays))
}

/// Classes from the day after Martin Luther King's for fifteen weeks; Presidents' Day, and the week of the last Friday
/// of March, the day of César Chávez.
fn spring(year: i16) -> Option<Rules> {
    let begin = nth(year, 1, Weekday::Monday, 3)? + 1.day();
    let chavez = nth(year, 3, Weekday::Friday, -1)?;
    let mut holidays = vec![nth(year, 2, Weekday::Monday, 3)?];
    holidays.extend(stretch(chavez - 4.days(), chavez));
    Some((Some((begin, begin + 101.days())), holidays))
}

/// Memorial Day, Juneteenth, Independence Day.
fn summer_holidays(year: i16) -> Option<Vec<Date>> {
    let juneteenth = (year >= JUNETEENTH_FROM).then(|| observed(date(year, 6, 19)));
    let all = [Some(nth(year, 5, Weekday::Monday, -1)?), juneteenth, Some(observed(date(year, 7, 4)))];
    Some(all.into_iter().flatten().collect())
}

/// A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after.
fn observed(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day - 1.day(),
        Weekday::Sunday => day + 1.day(),
        _ => day,
    }
}

/// The n-th such day of a month; -1 is the last.
fn nth(year: i16, month: i8, weekday: Weekday, n: i8) -> Option<Date> {
    date(year, month, 1).nth_weekday_of_month(n, weekday).ok()
}
