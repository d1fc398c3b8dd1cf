//! Adding a selection, or changing one: a course, then its term, then all of it or one section. Each step is an address.

use catalog::course_set::CourseIndex;
use catalog::section::SectionId;
use catalog::snapshot::SectionView;
use catalog::switches::Source;
use catalog::term::TermId;
use design::layout;
use maud::{Markup, html};

use super::selection::SeatSelection;
use super::{PATH, address_of};
use crate::pages::compare::adding::{self, ADD, another_course, form};
use crate::pages::compare::picker::{COURSE, Offer, Picker};
use crate::pages::compare::{ALL, Wanted, course_of, parts};
use crate::switched_off;
use crate::visit::Visit;
use crate::words;

/// The parameters of the second step.
const IN: &str = "in";
const SECTION: &str = "section";

/// Sections that can be chosen; a course with more has the primary ones only.
const SECTIONS_SHOWN: usize = 400;
/// Courses that are offered while nothing is compared yet.
const EXAMPLES_SHOWN: usize = 8;

/// What is chosen so far.
struct Chosen {
    course: CourseIndex,
    term: Option<TermId>,
    section: Option<SectionId>,
}

/// The address of the comparison with what was just chosen; `None` while something is left to choose.
pub(super) fn added(visit: &Visit, wanted: &Wanted) -> Option<String> {
    visit.parameter(ADD)?;
    let chosen = chosen(visit, wanted)?;
    let course = visit.snapshot.course(chosen.course).course.code.clone();
    let term = chosen.term?;
    // A section of another term, as when the term was changed and sent in one go, means that term's whole course.
    let section = chosen.section.filter(|id| sections(visit, chosen.course, term).iter().any(|each| each.id() == *id));
    Some(wanted.with(SeatSelection { course, term, section }.to_string()))
}

/// What the address chooses; where it only says what to change, what stands there.
fn chosen(visit: &Visit, wanted: &Wanted) -> Option<Chosen> {
    let snapshot = &visit.snapshot;
    let newest = |course| snapshot.terms_of(course).next().map(|entry| entry.term.id);
    let section = |text: &str| text.parse().ok().map(SectionId);
    if let Some(course) = Picker::of(visit, Offer::Every).course {
        let term = visit.parameter(IN).and_then(|term| term.parse().ok()).or_else(|| newest(course));
        return Some(Chosen { course, term, section: visit.parameter(SECTION).and_then(section) });
    }
    let is_asked_anew = visit.parameter("find").is_some() || visit.parameter(COURSE).is_some();
    let old = wanted.selections.get(wanted.change.filter(|_| !is_asked_anew)?)?;
    let parts = parts(old);
    let (course, rest) = course_of(snapshot, &parts);
    let course = course?;
    let term = rest.first().and_then(|term| term.parse().ok()).or_else(|| newest(course));
    Some(Chosen { course, term, section: rest.get(1).copied().and_then(section) })
}

pub(super) fn section(visit: &Visit, wanted: &Wanted) -> Markup {
    if switched_off::is_off(&visit.snapshot, Source::Enrollment) {
        return html! {};
    }
    adding::section(wanted, || match chosen(visit, wanted) {
        Some(chosen) => options(visit, wanted, &chosen),
        None => Picker::of(visit, Offer::Every).show(wanted, PATH, "Find a course"),
    })
}

/// The second step: of which term, and which section.
fn options(visit: &Visit, wanted: &Wanted, chosen: &Chosen) -> Markup {
    let entry = visit.snapshot.course(chosen.course);
    let Some(term) = chosen.term else {
        return html! {
            p { strong { (words::code(entry)) } " has no class in any term that we know. " (another_course(wanted)) }
        };
    };
    let fields = html! {
        label {
            span { "Term" }
            select name=(IN) {
                @for other in visit.snapshot.terms_of(chosen.course) {
                    option value=(other.term.id.slug()) selected[other.term.id == term] { (other.term.id.title()) }
                }
            }
        }
        (section_choice(visit, chosen, term))
    };
    form(wanted, entry, &fields, "Show this term's sections")
}

fn section_choice(visit: &Visit, chosen: &Chosen, term: TermId) -> Markup {
    html! {
        label {
            span { "Sections" }
            select name=(SECTION) {
                option value=(ALL) { "All primary sections" }
                @for section in sections(visit, chosen.course, term) {
                    @let names = words::family_names(section);
                    option value=(section.id()) selected[chosen.section == Some(section.id())] {
                        (section.label()) @if !names.is_empty() { ", " (names) }
                    }
                }
            }
        }
    }
}

/// The sections that can be chosen, primary ones first.
fn sections(visit: &Visit, course: CourseIndex, term: TermId) -> Vec<SectionView<'_>> {
    let Some(offering) = visit.snapshot.offering(term, course) else { return Vec::new() };
    let mut sections: Vec<SectionView<'_>> = visit.snapshot.sections_in(offering).collect();
    sections.sort_by_key(|section| !section.is_primary());
    sections.truncate(SECTIONS_SHOWN);
    sections
}

/// Somewhere to begin: the largest courses of the term that people enroll in.
pub(super) fn beginnings(visit: &Visit) -> Markup {
    let snapshot = &visit.snapshot;
    let entry = snapshot.default_term(visit.today()).and_then(|term| snapshot.term(term));
    let Some(entry) = entry.filter(|_| !switched_off::is_off(snapshot, Source::Enrollment)) else { return html! {} };
    let mut largest: Vec<_> = entry.offerings.iter().filter(|offering| offering.seats.is_some()).collect();
    largest.sort_by_key(|offering| std::cmp::Reverse(offering.seats.map(|seats| seats.enrolled)));
    largest.truncate(EXAMPLES_SHOWN);
    let term = entry.term.id;
    let href = |course: CourseIndex| {
        let course = snapshot.course(course).course.code.clone();
        address_of([&SeatSelection { course, term, section: None }])
    };
    html! {
        @if !largest.is_empty() {
            (layout::section("beginnings", &format!("Largest courses of {}", term.title()), None, &html! {
                ul.columns-of-links {
                    @for offering in largest {
                        @let course = snapshot.course(offering.course);
                        li { a href=(href(offering.course)) { (words::code(course)) } " " (course.course.title) }
                    }
                }
            }))
        }
    }
}
