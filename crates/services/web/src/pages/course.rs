//! A course in a term. The first screen answers: can I get in, when is it, how was it graded.

mod about;
mod enrollment;
mod grades;
mod missing;
mod past;
mod prerequisites;
mod sections;
mod summary;

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use catalog::course_set::CourseIndex;
use catalog::snapshot::{CourseEntry, Offering, Snapshot};
use catalog::term::TermId;
use design::breadcrumb::{Crumb, breadcrumb};
use design::heading::{PageHeading, heading_beside, page_heading};
use design::notice::notice;
use design::tabs::{Tab, tabs};
use http::StatusCode;
use maud::{Markup, html};

use crate::address::{self, ANY_TERM};
use crate::frame::{self, Content};
use crate::pages::alerts::watch_button;
use crate::pages::planner::add_button;
use crate::pages::saved::save_button;
use crate::pages::sign_in::wish::Button;
use crate::visit::Visit;
use crate::words;

/// The most characters of each part of the address that are looked up: longer ones name nothing.
const ADDRESS_PART_CHARS_MAX: usize = 60;

/// A course as it is looked at.
struct Looked<'a> {
    snapshot: &'a Snapshot,
    course: CourseIndex,
    entry: &'a CourseEntry,
    /// `None`: what all terms have in common.
    term: Option<TermId>,
    offering: Option<&'a Offering>,
}

pub(super) async fn course(visit: Visit, Path((term, subject, number)): Path<(String, String, String)>) -> Response {
    let snapshot = visit.snapshot.clone();
    let is_long = |part: &String| part.chars().count() > ADDRESS_PART_CHARS_MAX;
    if [&term, &subject, &number].into_iter().any(is_long) {
        return missing::page(&visit, None, "", "");
    }
    let wanted_term = term_of(&snapshot, &term);
    let course = snapshot.find_course(&subject, &number);
    let (Ok(term_id), Some(course)) = (&wanted_term, course) else {
        return missing::page(&visit, wanted_term.ok().flatten(), &subject, &number);
    };
    let term_id = *term_id;
    let entry = snapshot.course(course);
    let canonical = address::course(term_id, &entry.course.code);
    let asked_for = format!("{}/{term}/{subject}/{number}", address::CATALOG);
    if asked_for != canonical {
        let query = visit.surroundings.path.split_once('?').map_or_else(String::new, |(_, query)| format!("?{query}"));
        return Redirect::permanent(&format!("{canonical}{query}")).into_response();
    }
    let offering = term_id.and_then(|term| snapshot.offering(term, course));
    let looked = Looked { snapshot: &snapshot, course, entry, term: term_id, offering };
    if term_id.is_some() && offering.is_none() {
        return missing::not_offered(&visit, &looked);
    }
    page(&visit, &looked, canonical).await
}

/// The term of an address: `Ok(None)` for the word that means none, `Err` for a term that is not known.
fn term_of(snapshot: &Snapshot, text: &str) -> Result<Option<TermId>, ()> {
    if text == ANY_TERM {
        return Ok(None);
    }
    let term = text.parse::<TermId>().ok().filter(|term| snapshot.term(*term).is_some());
    term.map(Some).ok_or(())
}

async fn page(visit: &Visit, looked: &Looked<'_>, canonical: String) -> Response {
    let top = top(visit, looked).await;
    let content = Content {
        title: title(looked),
        description: summary::sentence(looked),
        canonical: Some(canonical),
        status: StatusCode::OK,
        is_catalog: true,
        main: html! {
            (way_here(looked))
            (page_heading(&top.heading))
            (content(visit, looked, &top.word).await)
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

/// A course that is opened beside a list.
pub(super) struct Beside {
    /// The title of the page then.
    pub(super) title: String,
    /// One sentence for link previews.
    pub(super) description: String,
    /// The course's own page.
    pub(super) href: String,
    /// `COMPSCI 61A`.
    pub(super) code: String,
    /// Everything that its own page has.
    pub(super) content: Markup,
}

/// A course in a term, beside a list; in its newest term, or in none, where it is not offered then.
pub(super) async fn beside(visit: &Visit, course: CourseIndex, term: Option<TermId>) -> Beside {
    let snapshot = &*visit.snapshot;
    let entry = snapshot.course(course);
    let offered = term.filter(|term| snapshot.offering(*term, course).is_some());
    let term = offered.or_else(|| snapshot.terms_of(course).next().map(|entry| entry.term.id));
    let offering = term.and_then(|term| snapshot.offering(term, course));
    let looked = Looked { snapshot, course, entry, term, offering };
    let top = top(visit, &looked).await;
    Beside {
        title: title(&looked),
        description: summary::sentence(&looked),
        href: address::course(term, &entry.course.code),
        code: words::code(entry),
        content: html! { (heading_beside(&top.heading)) (content(visit, &looked, &top.word).await) },
    }
}

fn title(looked: &Looked<'_>) -> String {
    let (code, title) = (words::code(looked.entry), &looked.entry.course.title);
    match looked.term {
        Some(term) => format!("{code} {title}, {}", term.title()),
        None => format!("{code} {title}"),
    }
}

/// The title with its buttons, and a word to whoever came back for one of them.
struct Top {
    heading: PageHeading,
    word: Markup,
}

async fn top(visit: &Visit, looked: &Looked<'_>) -> Top {
    let id = looked.entry.id;
    let add = add_button(visit, id, looked.offering.and(looked.term)).map(Button::new);
    let (save, watch) = (save_button(visit, id).await, watch_button(visit, id, looked.term).await);
    let buttons: Vec<Button> = [add, save, watch].into_iter().flatten().collect();
    let wished = buttons.iter().find_map(|button| button.wished);
    let aside = html! { div.button-row { @for button in &buttons { (button.markup) } } };
    let heading = PageHeading {
        aside: (!buttons.is_empty()).then_some(aside),
        eyebrow: Some(words::code(looked.entry)),
        lead: Some(lead(looked)),
        ..PageHeading::new(&looked.entry.course.title)
    };
    Top { heading, word: wished.map(|wish| wish.word(&words::code(looked.entry))).unwrap_or_default() }
}

/// Everything below the title. Seats, times and class numbers come first: that is what somebody in a hallway needs.
async fn content(visit: &Visit, looked: &Looked<'_>, word: &Markup) -> Markup {
    let curve = enrollment::section(visit, looked).await;
    html! {
        div.stack {
            (word)
            (term_tabs(looked))
            @for trouble in frame::troubles(looked.snapshot, &visit.surroundings.current, looked.term, &visit.now) {
                (notice(&trouble))
            }
            (summary::tiles(looked))
        }
        (sections::section(visit, looked))
        (about::section(visit, looked))
        (curve)
        (grades::section(visit, looked))
        (past::section(looked))
    }
}

fn way_here(looked: &Looked<'_>) -> Markup {
    let course = &looked.entry.course;
    let all = catalog::filter::Criteria { term: looked.term, ..catalog::filter::Criteria::default() };
    let crumb = |label: String, href: Option<String>| Crumb { label, href };
    breadcrumb(&[
        crumb("Catalog".to_owned(), Some(address::catalog(&all, 1))),
        crumb(course.subject_name.clone(), Some(address::subject(looked.term, &course.subject_abbreviation))),
        crumb(course.code.number.to_string(), None),
    ])
}

/// Units, instructors, cross-listings.
fn lead(looked: &Looked<'_>) -> Markup {
    let mut parts: Vec<Markup> = Vec::new();
    parts.extend(looked.entry.course.units.as_ref().map(|units| html! { (words::units(units)) }));
    parts.extend(summary::taught_by(looked).map(|names| html! { "with " (names) }));
    if !looked.entry.cross_listed.is_empty() {
        parts.push(html! {
            "also "
            @for (at, other) in looked.entry.cross_listed.iter().enumerate() {
                @let other = looked.snapshot.course(*other);
                @if at > 0 { ", " }
                a href=(address_of(looked, other)) { (words::code(other)) }
            }
        });
    }
    html! { @for (at, part) in parts.iter().enumerate() { @if at > 0 { " · " } (part) } }
}

/// Another course in the same term where it is offered then, else in its newest, else in none.
fn address_of(looked: &Looked<'_>, other: &CourseEntry) -> String {
    let place = looked.snapshot.place(&other.course.code);
    let offered_now = place.zip(looked.term).filter(|(place, term)| looked.snapshot.offering(*term, *place).is_some());
    let newest = || place.and_then(|place| looked.snapshot.terms_of(place).next()).map(|entry| entry.term.id);
    address::course(offered_now.map(|(_, term)| term).or_else(newest), &other.course.code)
}

fn term_tabs(looked: &Looked<'_>) -> Markup {
    let terms: Vec<Tab> = looked
        .snapshot
        .terms_of(looked.course)
        .map(|entry| Tab {
            label: entry.term.id.title(),
            href: address::course(Some(entry.term.id), &looked.entry.course.code),
            current: looked.term == Some(entry.term.id),
        })
        .collect();
    html! { @if !terms.is_empty() { (tabs("Terms in which it is offered", &terms)) } }
}
