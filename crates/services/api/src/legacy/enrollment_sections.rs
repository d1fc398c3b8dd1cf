//! `GET /api/enrollment/sections/{course_id}/`

use catalog::snapshot::{SectionView, TermEntry};
use catalog::switches::Source;
use schemars::JsonSchema;
use serde::Serialize;

use super::words::{self, COURSE_ID};
use crate::rest::answer::{Outcome, json};
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "legacy_enrollment_sections",
    path: "/api/enrollment/sections/{course_id}/",
    group: Group::Legacy,
    summary: "The primary sections of a course whose seats are known, by term",
    about: "The current term comes first, then the newest. An unknown id is 404.",
    parameters: &[COURSE_ID],
    shape: |schemas| schemas.subschema_for::<Vec<TermSections<'static>>>(),
    example: |snapshot| {
        let term = snapshot.terms().iter().find(|term| !term.offerings.is_empty())?;
        let course = snapshot.course(term.offerings.first()?.course);
        Some(format!("/api/enrollment/sections/{}/", course.id))
    },
    doing: Doing::Memory(sections),
};

/// A term with its sections.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyTermSections")]
struct TermSections<'a> {
    semester: &'static str,
    year: String,
    sections: Vec<CountedSection<'a>>,
}

/// A section whose seats are known.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyCountedSection")]
struct CountedSection<'a> {
    section_number: &'a str,
    section_id: u64,
    /// As `LOVELACE A, TURING A`.
    instructor: String,
}

fn sections(ask: &Ask) -> Outcome {
    ask.needs(Source::Enrollment)?;
    let course = words::course(ask, COURSE_ID.name)?;
    let mut terms: Vec<&TermEntry> = ask.snapshot.terms_of(course).collect();
    terms.sort_by_key(|term| Some(term.term.id) != ask.default_term());
    let list = terms.into_iter().filter_map(|term| {
        let sections = ask.snapshot.sections_in(term.offering(course)?);
        let counted = sections.filter(|section| section.is_primary() && section.counts().is_some());
        let sections: Vec<CountedSection<'_>> = counted.map(CountedSection::of).collect();
        let (semester, year) = (term.term.id.semester().slug(), term.term.id.year().to_string());
        (!sections.is_empty()).then_some(TermSections { semester, year, sections })
    });
    json(&list.collect::<Vec<_>>())
}

impl<'a> CountedSection<'a> {
    fn of(section: SectionView<'a>) -> Self {
        Self {
            section_number: section.number(),
            section_id: section.key().number(),
            instructor: words::instructors(section),
        }
    }
}
