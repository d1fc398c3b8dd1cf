//! What the parts of a path name.

use catalog::course_set::CourseIndex;
use catalog::section::{SectionId, SectionKey};
use catalog::snapshot::{Offering, SectionView, Snapshot, TermEntry};
use catalog::term::TermId;

use crate::rest::ask::Ask;
use crate::rest::parameter::{Kind, Parameter};
use crate::rest::problem::{Problem, shortened};

/// A subject area in the path.
pub(super) const SUBJECT: Parameter = Parameter::path(
    "subject",
    Kind::Text { chars_max: 60 },
    "A subject area in any spelling that people use: `COMPSCI`, `EL ENG`, `cs`.",
);

/// A catalog number in the path.
pub(super) const NUMBER: Parameter =
    Parameter::path("number", Kind::Text { chars_max: 20 }, "The number in the subject area, as `61A`.");

/// A term in the path.
pub(super) const TERM: Parameter =
    Parameter::path("term", Kind::Term, "A term, as `fall-2026`, or its SIS id, as `2268`.");

/// A class number in the path.
pub(super) const CCN: Parameter =
    Parameter::path("ccn", Kind::Number { min: 0, max: 4_294_967_295 }, "The class number (CCN) of a section.");

/// The course of `{subject}/{number}`.
pub(super) fn course(ask: &Ask) -> Result<CourseIndex, Problem> {
    let (subject, number) = (ask.word(SUBJECT.name), ask.word(NUMBER.name));
    ask.snapshot
        .find_course(subject, number)
        .ok_or_else(|| Problem::not_found(format!("There is no course {} {}.", shortened(subject), shortened(number))))
}

/// The term of `{term}`.
pub(super) fn term(ask: &Ask) -> Result<&TermEntry, Problem> {
    let known = ask.term(TERM.name).and_then(|term| ask.snapshot.term(term));
    known.ok_or_else(|| Problem::not_found(no_term(ask.term(TERM.name))))
}

/// The course of the path and what it offers in the term of the path.
pub(super) fn offering(ask: &Ask) -> Result<(CourseIndex, &TermEntry, &Offering), Problem> {
    let course = course(ask)?;
    let entry = term(ask)?;
    let offering = entry.offering(course).ok_or_else(|| {
        let code = &ask.snapshot.course(course).course.code;
        Problem::not_found(format!("{code} is not offered in {}.", entry.term.id.title()))
    })?;
    Ok((course, entry, offering))
}

/// The section of `{term}/{ccn}`.
pub(super) fn section(ask: &Ask) -> Result<SectionView<'_>, Problem> {
    let entry = term(ask)?;
    let ccn = ask.number(CCN.name).unwrap_or_default();
    let id = u32::try_from(ccn).ok().map(SectionId);
    let place = id.and_then(|id| ask.snapshot.section_by_key(SectionKey { term: entry.term.id, id }));
    let place = place.ok_or_else(|| {
        Problem::not_found(format!("There is no section with the class number {ccn} in {}.", entry.term.id.title()))
    })?;
    Ok(ask.snapshot.section(place))
}

/// The term of a parameter that may be left out; the current one then. A term that the catalog does not have is 404.
pub(super) fn term_or_current(ask: &Ask) -> Result<Option<TermId>, Problem> {
    match ask.term(TERM.name) {
        Some(term) if ask.snapshot.term(term).is_some() => Ok(Some(term)),
        Some(term) => Err(Problem::not_found(no_term(Some(term)))),
        None => Ok(ask.default_term()),
    }
}

fn no_term(term: Option<TermId>) -> String {
    format!("The catalog has no {}.", term.map_or_else(|| "such term".to_owned(), TermId::title))
}

/// A term with offerings, and its first offered course: for examples.
pub(super) fn example(snapshot: &Snapshot) -> Option<(TermId, &Offering)> {
    let term = snapshot.terms().iter().find(|term| !term.offerings.is_empty())?;
    let counted = term.offerings.iter().find(|offering| offering.seats.is_some());
    Some((term.term.id, counted.or_else(|| term.offerings.first())?))
}

/// The path of a course.
pub(super) fn course_path(snapshot: &Snapshot, course: CourseIndex) -> String {
    let code = &snapshot.course(course).course.code;
    format!("/api/v1/courses/{}/{}", code.subject, code.number)
}
