//! Final exams: which slot of finals week a class gets, by the registrar's rules of its term (`data/finals.tsv`).

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use jiff::civil::Time;

use crate::course::{CatalogNumber, CourseCode};
use crate::meeting::{Days, TimeRange};
use crate::subject::SubjectCode;
use crate::term::TermId;

/// A slot of finals week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinalSlot {
    /// Day of the week; 0 is Monday.
    pub day: u8,
    /// When it begins, campus time.
    pub start: Time,
    /// When it ends.
    pub end: Time,
}

/// The slot of a class, by its course and the first arranged one of its lecture's meetings (days and time); `None` when
/// the rules give none.
#[must_use]
pub fn slot(
    term: TermId,
    course: &CourseCode,
    meetings: impl IntoIterator<Item = (Days, Option<TimeRange>)>,
) -> Option<FinalSlot> {
    let rules = TABLES.by_term.get(&term)?;
    let meeting = meetings.into_iter().find(|(days, time)| time.is_some() && !days.is_empty());
    let pattern = meeting.and_then(|(days, time)| Some((group_of(days), hour_of(time?.start()))));
    let fits = |rule: &Rule| match rule {
        Rule::Courses(courses) => courses.contains(course),
        Rule::Language => TABLES.languages.contains(course),
        Rule::Online => course.number.prefix() == "W",
        Rule::Weekday(group, hour) => pattern == Some((*group, *hour)),
        Rule::Weekend => pattern.is_some_and(|(group, _)| group == DayGroup::Weekend),
    };
    rules.iter().find(|(rule, _)| fits(rule)).map(|(_, slot)| *slot)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DayGroup {
    MondayWednesdayFriday,
    TuesdayThursday,
    Weekend,
}

/// Any of Monday, Wednesday, Friday makes the group; else Tuesday or Thursday; else the weekend.
fn group_of(days: Days) -> DayGroup {
    if [0, 2, 4].into_iter().any(|day| days.contains(day)) {
        DayGroup::MondayWednesdayFriday
    } else if [1, 3].into_iter().any(|day| days.contains(day)) {
        DayGroup::TuesdayThursday
    } else {
        DayGroup::Weekend
    }
}

/// The starting hour by which exam groups go; evenings count as 17.
fn hour_of(start: Time) -> i8 {
    start.hour().min(17)
}

enum Rule {
    Courses(Vec<CourseCode>),
    Language,
    Online,
    Weekday(DayGroup, i8),
    Weekend,
}

struct Tables {
    by_term: HashMap<TermId, Vec<(Rule, FinalSlot)>>,
    languages: HashSet<CourseCode>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    by_term: read_rules(include_str!("../data/finals.tsv")),
    languages: read_languages(include_str!("../data/languages.tsv")),
});

fn read_rules(text: &str) -> HashMap<TermId, Vec<(Rule, FinalSlot)>> {
    let mut by_term: HashMap<TermId, Vec<(Rule, FinalSlot)>> = HashMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((term, rule, slot)) = read_rule(line) {
            by_term.entry(term).or_default().push((rule, slot));
        }
    }
    by_term
}

fn read_rule(line: &str) -> Option<(TermId, Rule, FinalSlot)> {
    let mut columns = line.split('\t');
    let term = columns.next()?.parse().ok()?;
    let mut words = columns.next()?.split(' ');
    let rule = match words.next()? {
        "course" => {
            let subject = SubjectCode::parse(words.next()?).ok()?;
            let numbers = words.map(CatalogNumber::parse);
            Rule::Courses(
                numbers
                    .map(|number| Some(CourseCode { subject: subject.clone(), number: number.ok()? }))
                    .collect::<Option<_>>()?,
            )
        }
        "language" => Rule::Language,
        "online" => Rule::Online,
        "MWF" => Rule::Weekday(DayGroup::MondayWednesdayFriday, words.next()?.parse().ok()?),
        "TuTh" => Rule::Weekday(DayGroup::TuesdayThursday, words.next()?.parse().ok()?),
        "weekend" => Rule::Weekend,
        _ => return None,
    };
    let mut slot = columns.next()?.split(' ');
    let day = slot.next()?;
    let day = u8::try_from(Days::NAMES.iter().position(|name| *name == day)?).ok()?;
    let mut time = || slot.next()?.parse::<Time>().ok();
    Some((term, rule, FinalSlot { day, start: time()?, end: time()? }))
}

fn read_languages(text: &str) -> HashSet<CourseCode> {
    let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    lines
        .flat_map(|(subject, numbers)| numbers.split(' ').filter_map(|number| CourseCode::new(subject, number).ok()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meets(days: &str, start: &str) -> [(Days, Option<TimeRange>); 1] {
        let start: Time = start.parse().unwrap();
        let time = TimeRange::new(start, start.saturating_add(jiff::SignedDuration::from_mins(50)));
        [(Days::from_sis(days).unwrap(), time)]
    }

    fn slot_of(term: &str, course: &str, days: &str, start: &str) -> String {
        let course = CourseCode::parse(course).unwrap();
        match slot(term.parse().unwrap(), &course, meets(days, start)) {
            Some(slot) => format!("{} {}", Days::NAMES[usize::from(slot.day)], slot.start.strftime("%H:%M")),
            None => "none".to_owned(),
        }
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = include_str!("../data/finals.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLES.by_term.values().map(Vec::len).sum::<usize>(), lines);
        assert_eq!(TABLES.by_term.len(), 20);
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        assert_eq!(slot_of("spring-2024", "ECON 1", "TuTh", "09:30"), "Mo 15:00", "a course with a slot of its own");
        assert_eq!(slot_of("spring-2024", "FRENCH 1", "MoTuWeThFr", "10:00"), "Th 11:30", "a language");
        assert_eq!(slot_of("spring-2024", "STAT W21", "MoWe", "10:00"), "Th 11:30", "an online course");
        assert_eq!(slot_of("spring-2024", "COMPSCI 61A", "MoWeFr", "14:00"), "Tu 11:30");
        assert_eq!(slot_of("spring-2024", "COMPSCI 70", "TuTh", "15:30"), "Fr 19:00", "minutes do not count");
        assert_eq!(slot_of("spring-2024", "COMPSCI 70", "Tu", "18:30"), "Fr 11:30", "evenings share a slot");
        assert_eq!(slot_of("spring-2024", "COMPSCI 70", "Sa", "10:00"), "Th 19:00");
        assert_eq!(slot_of("fall-2030", "COMPSCI 70", "Sa", "10:00"), "none", "a term without a table");
    }
}
