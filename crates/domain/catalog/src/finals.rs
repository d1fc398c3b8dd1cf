//! Final exams: which slot of finals week a class gets, by the registrar's rules of its term: announced
//! (`data/finals.tsv`, and what the operator imports), else those of the same season before, when they stayed the same.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use jiff::civil::Time;

use crate::course::{CatalogNumber, CourseCode};
use crate::meeting::{Days, TimeRange};
use crate::subject::SubjectCode;
use crate::term::{Semester, TermId};
use crate::term_days::Basis;

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

/// So many tables of the same season must be equal, the newest ones, before the next is expected to be like them: the
/// campus changed them last in Fall 2023 and Spring 2022.
const EQUAL_TABLES_WANTED: usize = 3;

/// The rules of a term, the first that fits wins.
pub(crate) type ExamRules = Vec<(Rule, FinalSlot)>;

/// The rules of a term that is in the table, or that is expected to be like those before it.
pub(crate) fn rules(term: TermId) -> Option<(&'static [(Rule, FinalSlot)], Basis)> {
    match TABLES.by_term.get(&term) {
        Some(rules) => Some((rules, Basis::Announced)),
        None => expected(&TABLES.by_term, term).map(|rules| (rules, Basis::Expected)),
    }
}

fn expected(tables: &BTreeMap<TermId, ExamRules>, term: TermId) -> Option<&[(Rule, FinalSlot)]> {
    let of_season = |semester: Semester| tables.iter().rev().filter(move |(other, _)| other.semester() == semester);
    let (newest, rules) = of_season(term.semester()).next().filter(|(newest, _)| **newest < term)?;
    let alike = of_season(newest.semester()).take_while(|(_, others)| *others == rules).count();
    (alike >= EQUAL_TABLES_WANTED).then_some(rules)
}

/// The slot of a class by some rules, by its course and the first arranged one of its lecture's meetings (days and
/// time); `None` when the rules give none.
pub(crate) fn slot(
    rules: &[(Rule, FinalSlot)],
    course: &CourseCode,
    meetings: impl IntoIterator<Item = (Days, Option<TimeRange>)>,
) -> Option<FinalSlot> {
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
pub(crate) enum DayGroup {
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

/// Which classes a slot is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Courses(Vec<CourseCode>),
    Language,
    Online,
    Weekday(DayGroup, i8),
    Weekend,
}

struct Tables {
    by_term: BTreeMap<TermId, ExamRules>,
    languages: HashSet<CourseCode>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    by_term: read_tables(include_str!("../data/finals.tsv")),
    languages: read_languages(include_str!("../data/languages.tsv")),
});

fn read_tables(text: &str) -> BTreeMap<TermId, ExamRules> {
    let mut by_term: BTreeMap<TermId, ExamRules> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((term, rule)) = read_line(line) {
            by_term.entry(term).or_default().push(rule);
        }
    }
    by_term
}

fn read_line(line: &str) -> Option<(TermId, (Rule, FinalSlot))> {
    let mut columns = line.split('\t');
    let term = columns.next()?.parse().ok()?;
    let (rule, slot) = (columns.next()?.split(' ').collect::<Vec<_>>(), columns.next()?.split(' ').collect::<Vec<_>>());
    Some((term, (read_rule(&rule)?, read_slot(&slot)?)))
}

/// `course CHEM 1A 1B`, `language`, `online`, `MWF 8`, `TuTh 14`, `weekend`.
pub(crate) fn read_rule(words: &[&str]) -> Option<Rule> {
    Some(match words {
        ["course", subject, numbers @ ..] if !numbers.is_empty() => {
            let subject = SubjectCode::parse(subject).ok()?;
            let course = |number: &&str| {
                Some(CourseCode { subject: subject.clone(), number: CatalogNumber::parse(number).ok()? })
            };
            Rule::Courses(numbers.iter().map(course).collect::<Option<_>>()?)
        }
        ["language"] => Rule::Language,
        ["online"] => Rule::Online,
        ["MWF", hour] => Rule::Weekday(DayGroup::MondayWednesdayFriday, hour.parse().ok()?),
        ["TuTh", hour] => Rule::Weekday(DayGroup::TuesdayThursday, hour.parse().ok()?),
        ["weekend"] => Rule::Weekend,
        _ => return None,
    })
}

/// `Mo 08:00 11:00`.
pub(crate) fn read_slot(words: &[&str]) -> Option<FinalSlot> {
    let [day, start, end] = words else { return None };
    let day = u8::try_from(Days::NAMES.iter().position(|name| name == day)?).ok()?;
    let (start, end) = (start.parse::<Time>().ok()?, end.parse::<Time>().ok()?);
    (start < end).then_some(FinalSlot { day, start, end })
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
        let found = rules(term.parse().unwrap()).and_then(|(rules, _)| slot(rules, &course, meets(days, start)));
        match found {
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
        assert_eq!(slot_of("summer-2026", "COMPSCI 70", "Sa", "10:00"), "none", "a term without a table");
    }

    #[test]
    fn terms_to_come_are_like_the_last_of_their_season_when_three_were_alike() {
        for (coming, like) in [("fall-2026", "fall-2025"), ("spring-2027", "spring-2026"), ("fall-2030", "fall-2025")] {
            let (expected, basis) = rules(coming.parse().unwrap()).unwrap();
            assert_eq!(basis, Basis::Expected, "{coming}");
            assert_eq!(expected, rules(like.parse().unwrap()).unwrap().0, "{coming}");
        }
        assert_eq!(rules("spring-2026".parse().unwrap()).unwrap().1, Basis::Announced);
        assert!(rules("summer-2027".parse().unwrap()).is_none(), "there is no finals week in summer");
        assert!(rules("fall-2015".parse().unwrap()).is_none(), "nothing is expected of the past");
    }

    /// Each term against what would have been expected of it from those before alone. Two are no proof: readers are told
    /// that it is expected.
    #[test]
    fn whatever_would_have_been_expected_came() {
        let mut before: BTreeMap<TermId, ExamRules> = BTreeMap::new();
        let (mut right, mut wrong) = (Vec::new(), Vec::new());
        for (term, table) in &TABLES.by_term {
            if let Some(expected) = expected(&before, *term) {
                if expected == table { &mut right } else { &mut wrong }.push(term.slug());
            }
            before.insert(*term, table.clone());
        }
        assert_eq!(right, ["spring-2025", "spring-2026"]);
        assert_eq!(wrong, [""; 0]);
    }
}
