//! Suggestions while somebody types: a few courses, subject areas and instructors, each with where it leads.

use std::cmp::Reverse;

use crate::course_set::{CourseIndex, CourseSet};
use crate::filter::{Criteria, list};
use crate::fold::{squeezed, words};
use crate::snapshot::{InstructorIndex, Snapshot};
use crate::subject::SubjectCode;
use crate::term::TermId;

/// Subject areas among the suggestions at most.
pub const SUBJECTS_MAX: usize = 2;

/// Instructors among the suggestions at most.
pub const INSTRUCTORS_MAX: usize = 3;

/// The shortest beginning of an instructor's name that is looked up.
pub const NAME_CHARS_MIN: usize = 2;

/// Something that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What to show first: `COMPSCI 61A`, `COMPSCI`, `Ada Lovelace`.
    pub label: String,
    /// What to show beside it: a title, a subject's full name; empty for instructors.
    pub detail: String,
    /// Where it leads.
    pub target: Target,
}

/// Where a suggestion leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a course.
    Course(CourseIndex),
    /// To the courses of a subject area.
    Subject(SubjectCode),
    /// To the courses of an instructor.
    Instructor(InstructorIndex),
}

/// At most `limit` suggestions for what was typed so far. Subject areas of that name come first, then courses as a
/// search orders them, then instructors; with a term only those of the term. Nothing for an empty text.
#[must_use]
pub fn suggest(snapshot: &Snapshot, query: &str, term: Option<TermId>, limit: usize) -> Vec<Suggestion> {
    if words(query).is_empty() {
        return Vec::new();
    }
    let mut suggestions = subjects(snapshot, query, term);
    let people = instructors(snapshot, query, term);
    let room = limit.saturating_sub(suggestions.len() + people.len());
    let criteria = Criteria { query: query.to_owned(), term, ..Criteria::default() };
    let courses = list(snapshot, &criteria);
    suggestions.extend(courses.into_iter().take(room).map(|course| of_course(snapshot, course)));
    suggestions.extend(people);
    suggestions.truncate(limit);
    suggestions
}

fn of_course(snapshot: &Snapshot, place: CourseIndex) -> Suggestion {
    let course = &snapshot.course(place).course;
    Suggestion {
        label: format!("{} {}", course.subject_abbreviation, course.code.number),
        detail: course.title.clone(),
        target: Target::Course(place),
    }
}

/// Subjects one of whose names begins with what was typed, the whole name first, then the larger subject.
fn subjects(snapshot: &Snapshot, query: &str, term: Option<TermId>) -> Vec<Suggestion> {
    let typed = squeezed(query);
    let offered = term.and_then(|term| snapshot.term(term)).map(|entry| &entry.offered);
    let mut found: Vec<(bool, Reverse<usize>, usize)> = snapshot
        .index()
        .subjects_beginning_with(&typed)
        .filter_map(|(is_whole, place)| {
            let entry = snapshot.subjects().get(place)?;
            let is_offered = |course: &CourseIndex| offered.is_none_or(|set: &CourseSet| set.contains(*course));
            let size = snapshot.courses_of(entry).filter(is_offered).count();
            (size > 0).then_some((!is_whole, Reverse(size), place))
        })
        .collect();
    found.sort_unstable();
    let mut seen = Vec::new();
    found.retain(|(.., place)| {
        let is_new = !seen.contains(place);
        seen.push(*place);
        is_new
    });
    let suggestion = |(.., place): (bool, Reverse<usize>, usize)| {
        let subject = &snapshot.subjects()[place].subject;
        Suggestion {
            label: subject.abbreviation.clone(),
            detail: subject.name.clone(),
            target: Target::Subject(subject.code.clone()),
        }
    };
    found.into_iter().take(SUBJECTS_MAX).map(suggestion).collect()
}

/// Instructors in whose names every word begins one, those of most courses first, then by name.
fn instructors(snapshot: &Snapshot, query: &str, term: Option<TermId>) -> Vec<Suggestion> {
    let typed = words(query);
    if typed.iter().any(|word| word.chars().count() < NAME_CHARS_MIN) {
        return Vec::new();
    }
    let courses_of = |person: InstructorIndex| {
        let taught = snapshot.taught_by(person).iter();
        taught.filter(|(of, _)| term.is_none_or(|term| term == *of)).count()
    };
    let mut found: Vec<(Reverse<usize>, InstructorIndex)> = snapshot
        .index()
        .instructors_named(&typed)
        .into_iter()
        .map(|person| (Reverse(courses_of(person)), person))
        .filter(|(Reverse(count), person)| *count > 0 && !snapshot.instructor(*person).slug.is_empty())
        .collect();
    found.sort_unstable();
    let suggestion = |(_, person): (Reverse<usize>, InstructorIndex)| Suggestion {
        label: snapshot.instructor(person).name.clone(),
        detail: String::new(),
        target: Target::Instructor(person),
    };
    found.into_iter().take(INSTRUCTORS_MAX).map(suggestion).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{campus, term_id};

    fn labels(query: &str, term: Option<&str>, limit: usize) -> Vec<String> {
        let suggestions = suggest(&campus().build(), query, term.map(term_id), limit);
        suggestions.into_iter().map(|suggestion| suggestion.label).collect()
    }

    #[test]
    fn a_beginning_suggests_subjects_courses_and_people() {
        assert_eq!(labels("comp", None, 4), ["COMPSCI", "COMPSCI 61A", "COMPSCI 61B", "COMPSCI 9A"]);
        assert_eq!(labels("cs 61", None, 10)[..2], ["COMPSCI 61A", "COMPSCI 61B"]);
        assert_eq!(labels("wander", None, 10), ["COMPSCI 61B", "Sample Wanderer"]);
        assert_eq!(labels("sample wa", None, 10).last().map(String::as_str), Some("Sample Wanderer"));
    }

    #[test]
    fn with_a_term_only_what_it_offers_is_suggested() {
        assert_eq!(labels("comp", Some("spring-2027"), 9), ["COMPSCI", "COMPSCI 61B"]);
        assert_eq!(labels("wander", Some("fall-2026"), 9), Vec::<String>::new());
        assert_eq!(labels("german", Some("spring-2027"), 9), Vec::<String>::new());
    }

    #[test]
    fn the_limit_holds_and_nothing_suggests_nothing() {
        assert_eq!(labels("s", None, 3).len(), 3);
        assert_eq!(labels("sample", None, 0).len(), 0);
        for nothing in ["", "  ", "?!", "qzxwv"] {
            assert_eq!(labels(nothing, None, 9), Vec::<String>::new(), "{nothing:?}");
        }
    }
}
