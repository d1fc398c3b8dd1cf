//! A course that is not where the address says: what there is instead.

use axum::response::{IntoResponse, Response};
use catalog::filter::Criteria;
use catalog::snapshot::Snapshot;
use catalog::term::TermId;
use design::action::{Emphasis, link_button};
use design::heading::{PageHeading, page_heading};
use design::layout;
use http::StatusCode;
use maud::{Markup, html};

use super::Looked;
use crate::address;
use crate::frame::{self, Content};
use crate::pages::error::search;
use crate::visit::Visit;
use crate::words;

/// Courses of the department that are listed.
const NEIGHBOURS_SHOWN: usize = 12;

/// The course exists, but not in this term.
pub(super) fn not_offered(visit: &Visit, looked: &Looked<'_>) -> Response {
    let code = words::code(looked.entry);
    let term = looked.term.map_or_else(String::new, TermId::title);
    let terms: Vec<TermId> = looked.snapshot.terms_of(looked.course).map(|entry| entry.term.id).collect();
    let course = &looked.entry.course.code;
    let lead = html! {
        (looked.entry.course.title) ". "
        @if terms.is_empty() { "None of the terms that we know has a class of it." }
        @else { "Other terms have classes of it." }
    };
    let ways = html! {
        @for (at, term) in terms.iter().enumerate() {
            @let emphasis = if at == 0 { Emphasis::Primary } else { Emphasis::Secondary };
            (link_button(&format!("{code} in {}", term.title()), &address::course(Some(*term), course), emphasis))
        }
        (link_button("Description and grades", &address::course(None, course), Emphasis::Secondary))
    };
    let title = format!("{code} is not offered in {term}");
    answer(visit, &title, &lead, &ways, looked.term, &looked.entry.course.subject_abbreviation)
}

/// There is no such course, or no such term.
pub(super) fn page(visit: &Visit, term: Option<TermId>, subject: &str, number: &str) -> Response {
    let snapshot = &visit.snapshot;
    let wanted = format!("{subject} {number}");
    if let Some(course) = snapshot.find_course(subject, number) {
        let entry = snapshot.course(course);
        let newest = snapshot.terms_of(course).next().map(|entry| entry.term.id);
        let words = newest.map_or_else(
            || "Description and grades".to_owned(),
            |term| format!("{} in {}", words::code(entry), term.title()),
        );
        let way = html! { (link_button(&words, &address::course(newest, &entry.course.code), Emphasis::Primary)) };
        let lead = html! { "The course is in the catalog: " (entry.course.title) "." };
        return answer(visit, "We do not know this term", &lead, &way, newest, subject);
    }
    let lead = html! { "Check the spelling, or search: codes, titles, instructors and class numbers are understood." };
    let title = if wanted.trim().is_empty() {
        "There is no such course".to_owned()
    } else {
        format!("There is no course {}", wanted.trim())
    };
    answer(visit, &title, &lead, &html! {}, term, subject)
}

fn answer(visit: &Visit, title: &str, lead: &Markup, ways: &Markup, term: Option<TermId>, subject: &str) -> Response {
    let content = Content {
        title: title.to_owned(),
        description: title.to_owned(),
        status: StatusCode::NOT_FOUND,
        is_catalog: true,
        has_search: true,
        main: html! {
            (page_heading(&PageHeading { lead: Some(lead.clone()), ..PageHeading::new(title) }))
            div.stack {
                p.button-row { (ways) }
                (search(""))
            }
            (department(&visit.snapshot, term.or_else(|| visit.snapshot.default_term(visit.today())), subject))
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

/// Courses of the department that are offered.
fn department(snapshot: &Snapshot, term: Option<TermId>, subject: &str) -> Markup {
    let Some(entry) = snapshot.subjects_called(subject).into_iter().next() else { return html! {} };
    let offered =
        |course: &catalog::course_set::CourseIndex| term.is_none_or(|term| snapshot.offering(term, *course).is_some());
    let courses: Vec<_> = snapshot.courses_of(entry).filter(offered).take(NEIGHBOURS_SHOWN).collect();
    let criteria = Criteria { query: entry.subject.abbreviation.clone(), term, ..Criteria::default() };
    let all = html! { a href=(address::catalog(&criteria, 1)) { "All of " (entry.subject.name) } };
    layout::section(
        "department",
        &format!("Courses of {}", entry.subject.name),
        Some(&all),
        &html! {
            ul.columns-of-links {
                @for course in courses {
                    @let course = snapshot.course(course);
                    li {
                        a href=(address::course(term, &course.course.code)) { (words::code(course)) }
                        " " (course.course.title)
                    }
                }
            }
        },
    )
}
