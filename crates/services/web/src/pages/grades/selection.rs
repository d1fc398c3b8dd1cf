//! A selection of grades as it stands in an address: `COMPSCI.61A`, `COMPSCI.61A.ada-lovelace`,
//! `COMPSCI.61A.ada-lovelace.fall-2025`, `COMPSCI.61A.all.fall-2025`.

use std::fmt;

use catalog::course::CourseCode;
use catalog::course_set::CourseIndex;
use catalog::fold::slug;
use catalog::grade::Distribution;
use catalog::snapshot::gradebook::{GradeEntry, total};
use catalog::snapshot::{CourseEntry, Snapshot};
use catalog::switches::Source;
use catalog::term::TermId;

use crate::pages::compare::{ALL, course_of, parts};
use crate::switched_off;
use crate::words;

/// Which grades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GradeSelection {
    pub(crate) course: CourseCode,
    /// Whose, by their name in addresses; `None` for everybody's.
    pub(crate) instructor: Option<String>,
    /// Of which term; `None` for all.
    pub(crate) term: Option<TermId>,
}

impl fmt::Display for GradeSelection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.course.subject, self.course.number)?;
        match (&self.instructor, self.term) {
            (None, None) => Ok(()),
            (Some(instructor), None) => write!(f, ".{instructor}"),
            (instructor, Some(term)) => write!(f, ".{}.{}", instructor.as_deref().unwrap_or(ALL), term.slug()),
        }
    }
}

/// A selection looked up.
pub(super) struct Shown<'a> {
    /// The course, when there is one.
    pub(super) course: Option<(CourseIndex, &'a CourseEntry)>,
    /// As the address names it, brought to its one form.
    pub(super) selection: Option<GradeSelection>,
    /// `COMPSCI 61A`; what the address says when that is no course.
    pub(super) title: String,
    /// `Ada Lovelace, Fall 2025`.
    pub(super) detail: String,
    /// How it was graded; why nothing is known of it.
    pub(super) graded: Result<Distribution, String>,
}

impl Shown<'_> {
    /// Who this is, on one line.
    pub(super) fn name(&self) -> String {
        format!("{}, {}", self.title, self.detail)
    }
}

/// Looks a selection up. Whatever is wrong with it is said in words.
pub(super) fn look_up<'a>(snapshot: &'a Snapshot, selection: &str) -> Shown<'a> {
    let parts = parts(selection);
    let (course, rest) = course_of(snapshot, &parts);
    let Some(course) = course else {
        let graded = Err("We know no course of that name. Change it, or remove it.".to_owned());
        return Shown { course: None, selection: None, title: selection.to_owned(), detail: String::new(), graded };
    };
    let entry = snapshot.course(course);
    let chosen = |place: usize| rest.get(place).copied().filter(|part| !part.is_empty() && *part != ALL);
    let (instructor, term_part) = match (chosen(0), chosen(1)) {
        // `COMPSCI.61A.fall-2025` can mean nothing else than the term.
        (Some(only), None) if rest.len() == 1 && only.parse::<TermId>().is_ok() => (None, Some(only)),
        both => both,
    };
    let instructor = instructor.map(slug).filter(|slug| !slug.is_empty());
    let term = term_part.map(|part| part.parse::<TermId>().map_err(|_| part));
    let entries = entries_of(snapshot, course);
    let name = instructor.as_deref().map(|wanted| name_of(&entries, wanted));
    let graded = match &term {
        Some(Err(part)) => Err(format!("“{part}” is no term. Change it, or remove it.")),
        _ if switched_off::is_off(snapshot, Source::Grades) => Err("Grades are not shown.".to_owned()),
        _ if entries.is_empty() => Err("No grades of this course are on record.".to_owned()),
        _ => matching(&entries, instructor.as_deref(), term.and_then(Result::ok)),
    };
    let term = term.and_then(Result::ok);
    let detail = [
        name.unwrap_or_else(|| "all instructors".to_owned()),
        term.map_or_else(|| "all terms".to_owned(), TermId::title),
    ]
    .join(", ");
    let selection = GradeSelection { course: entry.course.code.clone(), instructor, term };
    Shown { course: Some((course, entry)), selection: Some(selection), title: words::code(entry), detail, graded }
}

/// The graded sections of a course and its cross-listed ones, newest term first.
pub(super) fn entries_of(snapshot: &Snapshot, course: CourseIndex) -> Vec<&GradeEntry> {
    snapshot.gradebook().of_courses(snapshot.codes_graded_together(course))
}

/// Whether somebody of that name in addresses taught a section.
pub(super) fn is_by(entry: &GradeEntry, instructor: &str) -> bool {
    entry.instructors.iter().any(|name| slug(name) == instructor)
}

/// The name as the grades write it; the name in addresses when they never do.
fn name_of(entries: &[&GradeEntry], wanted: &str) -> String {
    let mut names = entries.iter().flat_map(|entry| entry.instructors.iter());
    names.find(|name| slug(name) == wanted).map_or_else(|| wanted.to_owned(), ToString::to_string)
}

fn matching(entries: &[&GradeEntry], instructor: Option<&str>, term: Option<TermId>) -> Result<Distribution, String> {
    let by_them = |entry: &&&GradeEntry| instructor.is_none_or(|instructor| is_by(entry, instructor));
    let theirs: Vec<&GradeEntry> = entries.iter().filter(by_them).copied().collect();
    if theirs.is_empty() {
        return Err("Nobody of that name graded this course. Change it, or remove it.".to_owned());
    }
    let sum = total(theirs.into_iter().filter(|entry| term.is_none_or(|term| term == entry.term)));
    if sum.total() > 0 {
        return Ok(sum);
    }
    Err(match (instructor, term) {
        (Some(_), Some(term)) => format!("They have no grades of this course in {} on record.", term.title()),
        (_, Some(term)) => format!("No grades of {} are on record.", term.title()),
        _ => "No grades of this selection are on record.".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_is_written_as_short_as_it_can_be() {
        let course = CourseCode::parse("COMPSCI 61A").unwrap();
        let selection = GradeSelection { course, instructor: None, term: None };
        let term = "fall-2025".parse().ok();
        let instructor = Some("ada-lovelace".to_owned());
        assert_eq!(selection.to_string(), "COMPSCI.61A");
        assert_eq!(GradeSelection { term, ..selection.clone() }.to_string(), "COMPSCI.61A.all.fall-2025");
        assert_eq!(GradeSelection { instructor, term, ..selection }.to_string(), "COMPSCI.61A.ada-lovelace.fall-2025");
    }
}
