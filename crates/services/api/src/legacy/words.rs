//! Parts of the catalog as the clients of 2021 read them.

use catalog::course::{Course, UnitCount, Units};
use catalog::course_set::CourseIndex;
use catalog::ids::CourseId;
use catalog::meeting::Days;
use catalog::run::Step;
use catalog::seats::SeatRollup;
use catalog::snapshot::{CourseEntry, SectionView};
use catalog::term::{Semester, TermId};
use jiff::Timestamp;
use jiff::civil::Time;

use crate::rest::ask::Ask;
use crate::rest::parameter::{ID_MAX, Kind, Parameter};
use crate::rest::problem::Problem;

/// What stands for a number that nobody knows.
pub(super) const UNKNOWN: f64 = -1.0;

/// The same for whole numbers.
pub(super) const UNKNOWN_COUNT: i32 = -1;

/// The number of a course, as a parameter.
pub(super) const COURSE_ID: Parameter =
    Parameter::path("course_id", Kind::Number { min: 0, max: ID_MAX }, "The course's id.");

/// The semester of a term, as a parameter of the path.
pub(super) const SEMESTER: Kind = Kind::OneOf(&["spring", "summer", "fall"]);

/// The year of a term.
pub(super) const YEAR: Kind = Kind::Number { min: 1900, max: 2899 };

/// The course that a parameter names.
pub(super) fn course(ask: &Ask, parameter: &str) -> Result<CourseIndex, Problem> {
    let id = ask.number(parameter).unwrap_or_default();
    let course = ask.snapshot.course_by_id(CourseId(id));
    course.ok_or_else(|| Problem::not_found(format!("There is no course with the id {id}.")))
}

/// The term that `semester` and `year` name; `None` when one of them is missing.
pub(super) fn term(ask: &Ask) -> Option<TermId> {
    let semester = Semester::ALL.into_iter().find(|semester| Some(semester.slug()) == ask.text("semester"))?;
    let year = i16::try_from(ask.number("year")?).ok()?;
    TermId::new(semester, year).ok()
}

/// `COMPSCI 61A`.
pub(super) fn code(course: &Course) -> String {
    format!("{} {}", course.subject_abbreviation, course.code.number)
}

/// `4.0`, `1.0 - 4.0`, `3.0 or 4.0`; empty when unknown.
pub(super) fn units(units: Option<&Units>) -> String {
    let one = |count: UnitCount| format!("{:?}", count.decimal());
    match units {
        None => String::new(),
        Some(Units::Fixed(count)) => one(*count),
        Some(Units::Range(low, high)) => format!("{} - {}", one(*low), one(*high)),
        Some(Units::AnyOf(choices)) => choices.iter().map(|count| one(*count)).collect::<Vec<_>>().join(" or "),
    }
}

/// `MWF`, `TuTh`.
pub(super) fn word_days(days: Days) -> String {
    days.short()
}

/// A day of the week as 2021 numbered it: Sunday is 0. Days are counted from Monday here.
pub(super) fn day_number(day: u8) -> String {
    ((day + 1) % 7).to_string()
}

/// A time of day, which 2021 wrote as of the first day of 1900.
pub(super) fn time(time: Time) -> String {
    format!("1900-01-01T{}", time.strftime("%H:%M:%S"))
}

/// `2021-09-01 09:00:00`, in UTC.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Who teaches: `LOVELACE A, TURING A`.
pub(super) fn instructors(section: SectionView<'_>) -> String {
    section.instructors().into_iter().map(|instructor| instructor.short_name()).collect::<Vec<_>>().join(", ")
}

/// Who graded: `LOVELACE, A; TURING, A`, made from the export's `Ada Lovelace`.
pub(super) fn graders<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(grader).collect::<Vec<_>>().join("; ")
}

fn grader(name: &str) -> String {
    let Some((given, family)) = name.trim().rsplit_once(' ') else { return name.trim().to_uppercase() };
    let family = family.to_uppercase();
    given.chars().next().map_or_else(|| family.clone(), |initial| format!("{family}, {}", initial.to_uppercase()))
}

/// When the seats of a term were last observed.
pub(super) fn last_enrollment_update(ask: &Ask, term: Option<TermId>) -> Option<String> {
    let term = term?;
    let at = ask.snapshot.as_of(Step::Enrollment, Some(term)).or_else(|| ask.snapshot.as_of(Step::Class, Some(term)));
    at.map(moment)
}

/// How full a course is in a term.
pub(super) fn seats(ask: &Ask, term: Option<TermId>, course: CourseIndex) -> Option<SeatRollup> {
    ask.snapshot.offering(term?, course)?.seats
}

/// The mean of all grades, three decimals.
pub(super) fn grade_average(entry: &CourseEntry) -> f64 {
    let average = entry.grades.and_then(|grades| grades.average);
    average.map_or(UNKNOWN, |average| (average * 1000.0).round() / 1000.0)
}

/// The letter of that mean; empty when there is none.
pub(super) fn letter_average(entry: &CourseEntry) -> &'static str {
    entry.grades.and_then(|grades| grades.letter).unwrap_or_default()
}

/// Enrolled as a share of the seats.
pub(super) fn enrolled_percentage(seats: Option<&SeatRollup>) -> f64 {
    seats.and_then(SeatRollup::share).map_or(UNKNOWN, |share| (share * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_2021() {
        assert_eq!(units(Some(&Units::Fixed(UnitCount(400)))), "4.0");
        assert_eq!(units(Some(&Units::Range(UnitCount(50), UnitCount(400)))), "0.5 - 4.0");
        assert_eq!(units(Some(&Units::AnyOf(vec![UnitCount(300), UnitCount(400)]))), "3.0 or 4.0");
        assert_eq!(graders(["Ann Sample", "Bo Van Sample", "Madonna"]), "SAMPLE, A; SAMPLE, B; MADONNA");
        assert_eq!((day_number(0), day_number(6)), ("1".to_owned(), "0".to_owned()));
        assert_eq!(time(jiff::civil::time(13, 5, 0, 0)), "1900-01-01T13:05:00");
    }
}
