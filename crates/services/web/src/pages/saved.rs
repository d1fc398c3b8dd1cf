//! What somebody saved: single courses, and collections with names. And the button by which they save one.

mod change;
mod collections;

use std::sync::Arc;

use accounts::collection::Collection;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use catalog::course_set::CourseIndex;
use catalog::ids::CourseId;
use catalog::ports::with_causes;
use catalog::term::TermId;
use design::action::{Emphasis, link_button, submit_button};
use design::as_of::as_of;
use design::empty::empty_state;
use design::form::{TextField, text_field};
use design::heading::{PageHeading, page_heading};
use design::layout::section;
use design::seats::seats_line;
use http::StatusCode;
use httpkit::error::HttpError;
use maud::{Markup, html};

use crate::account_menu::SAVED;
use crate::address::{self, CATALOG};
use crate::config::SignIn;
use crate::frame::{self, Content, seats_as_of};
use crate::pages::sign_in;
use crate::pages::sign_in::wish::{Button, Wish, here};
use crate::service::App;
use crate::visit::Visit;
use crate::words;

/// Where collections are made; each has its key behind it.
pub(crate) const COLLECTIONS: &str = "/saved/collections";

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(SAVED, get(page).post(change::change))
        .route(COLLECTIONS, post(collections::create))
        .route("/saved/collections/{id}", post(collections::change))
}

/// The button on a course's page: saves it or takes it off the list, and comes back to the page. Whoever is not signed in
/// is led to the sign-in, and comes back to it ready to be pressed; where nobody can sign in there is nothing.
pub(crate) async fn save_button(visit: &Visit, course: CourseId) -> Option<Button> {
    let Some(person) = visit.person() else {
        let way_in = Wish::Save.way_in(visit);
        let link = || Button::new(html! { a.button.button-small href=(way_in) rel="nofollow" { "Save" } });
        return (!matches!(visit.app.ports.sign_in, SignIn::Off)).then(link);
    };
    let is_saved = match visit.app.ports.accounts.saved_courses(person.id).await {
        Ok(saved) => saved.contains(&course),
        Err(error) => {
            let error = with_causes(&error);
            tracing::warn!(error, "saved courses cannot be read; the page comes without its button");
            return None;
        }
    };
    let (action, label) = if is_saved { ("remove", "Saved") } else { ("save", "Save") };
    let class = if is_saved { "button button-small save-on" } else { "button button-small" };
    let is_ready = !is_saved && Wish::Save.is_of(visit);
    let markup = html! {
        form.save method="post" action=(SAVED) {
            input type="hidden" name="course" value=(course);
            input type="hidden" name="next" value=(here(visit));
            button type="submit" class=(class) name="action" value=(action) autofocus[is_ready]
                aria-describedby=[Button::described_by(is_ready)] {
                (label) @if is_saved { span.unseen { ": take it off your list" } }
            }
        }
    };
    Some(Button { markup, wished: is_ready.then_some(Wish::Save) })
}

async fn page(visit: Visit) -> Response {
    show(&visit, None).await
}

/// A name for a collection that was refused: what was typed, and why.
struct Refused {
    typed: String,
    why: String,
}

/// What somebody has.
struct Lists {
    saved: Vec<CourseId>,
    collections: Vec<Collection>,
}

async fn lists(visit: &Visit) -> Result<Option<Lists>, HttpError> {
    let Some(person) = visit.person() else { return Ok(None) };
    let ports = &visit.app.ports;
    let saved = ports.accounts.saved_courses(person.id).await.map_err(sign_in::not_done)?;
    let collections = ports.collections.collections(person.id).await.map_err(sign_in::not_done)?;
    Ok(Some(Lists { saved, collections }))
}

async fn show(visit: &Visit, refused: Option<Refused>) -> Response {
    let lists = match lists(visit).await {
        Ok(Some(lists)) => lists,
        Ok(None) => return sign_in::needed(visit, SAVED),
        Err(error) => return error.into_response(),
    };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let term = visit.snapshot.default_term(visit.today());
    let moment = term
        .and_then(|term| seats_as_of(&visit.snapshot, term))
        .map(|at| frame::as_of(&visit.snapshot, "Seats", at, &visit.now));
    let lead = term.map(|term| html! { "Seats are those of " (term.title()) "." });
    let content = Content {
        title: "Saved classes".to_owned(),
        description: "The classes you saved, and your collections.".to_owned(),
        status,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading { lead, ..PageHeading::new("Saved classes") }))
            @if lists.saved.is_empty() {
                (empty_state(
                    "Nothing is saved yet",
                    html! { p { "Open a course and choose “Save”. It is here then, on all your devices." } },
                    &link_button("Browse the catalog", CATALOG, Emphasis::Primary),
                ))
            } @else {
                ul.saved-list {
                    @for course in &lists.saved { (row(visit, term, *course, &saved_actions(*course, &lists.collections))) }
                }
            }
            @if let Some(moment) = &moment { (as_of(moment)) }
            @for collection in &lists.collections { (one(visit, term, collection)) }
            (new_collection(refused))
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

/// A course in a list, with what can be done about it there. One that left the catalog says so and can be removed.
fn row(visit: &Visit, term: Option<TermId>, course: CourseId, actions: &Markup) -> Markup {
    let snapshot = &visit.snapshot;
    let Some(index) = snapshot.course_by_id(course) else {
        return html! {
            li.saved-row { div.saved-main { p { "A course that is no longer in the catalog" } } (actions) }
        };
    };
    let entry = snapshot.course(index);
    let offering = term.and_then(|term| snapshot.offering(term, index));
    let newest = snapshot.terms_of(index).next().map(|entry| entry.term.id);
    let seats = offering.and_then(|offering| offering.seats.as_ref()).map(words::course_seats);
    let shown = offering.and(term).or(newest);
    html! {
        li.saved-row {
            div.saved-main {
                p.saved-name {
                    a href=(address::course(shown, &entry.course.code)) {
                        span.result-code { (words::code(entry)) } " " span.result-title { (entry.course.title) }
                    }
                }
                p.facts { @for fact in facts(visit, index, term, newest) { span { (fact) } } }
            }
            @if let Some(seats) = &seats { div.saved-seats { (seats_line(seats)) } }
            (actions)
        }
    }
}

fn facts(visit: &Visit, course: CourseIndex, term: Option<TermId>, newest: Option<TermId>) -> Vec<String> {
    let entry = visit.snapshot.course(course);
    let mut facts: Vec<String> = entry.course.units.as_ref().map(words::units).into_iter().collect();
    let is_offered = term.is_some_and(|term| visit.snapshot.offering(term, course).is_some());
    if !is_offered {
        facts.push(match (term, newest) {
            (Some(term), Some(newest)) => format!("Not in {}, last in {}", term.title(), newest.title()),
            (_, Some(newest)) => format!("Last in {}", newest.title()),
            _ => "Not offered lately".to_owned(),
        });
    }
    facts
}

fn saved_actions(course: CourseId, collections: &[Collection]) -> Markup {
    html! {
        div.saved-actions {
            @if !collections.is_empty() {
                details.saved-add {
                    summary.button.button-small.button-quiet { "Add to…" }
                    ul {
                        @for collection in collections {
                            @let is_in = collection.courses.contains(&course);
                            li {
                                form method="post" action={ (COLLECTIONS) "/" (collection.id) } {
                                    input type="hidden" name="course" value=(course);
                                    button type="submit" name="action" value="add" disabled[is_in] {
                                        (collection.name) @if is_in { " (in it)" }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            form method="post" action=(SAVED) {
                input type="hidden" name="course" value=(course);
                input type="hidden" name="next" value=(SAVED);
                button.button.button-small.button-quiet type="submit" name="action" value="remove" { "Remove" }
            }
        }
    }
}

fn one(visit: &Visit, term: Option<TermId>, collection: &Collection) -> Markup {
    let action = format!("{COLLECTIONS}/{}", collection.id);
    let id = format!("collection-{}", collection.id);
    let name_field = TextField {
        id: format!("{id}-name"),
        name: "name".to_owned(),
        label: "Name".to_owned(),
        value: collection.name.to_string(),
        max_chars: accounts::collection::COLLECTION_NAME_CHARS_MAX,
        required: true,
        ..TextField::default()
    };
    let take = |course: CourseId| {
        html! {
            div.saved-actions {
                form method="post" action=(action) {
                    input type="hidden" name="course" value=(course);
                    button.button.button-small.button-quiet type="submit" name="action" value="take" { "Take out" }
                }
            }
        }
    };
    let content = html! {
        @if collection.courses.is_empty() {
            p.soft { "Nothing is in it yet. Choose “Add to…” at a saved class." }
        } @else {
            ul.saved-list {
                @for course in &collection.courses { (row(visit, term, *course, &take(*course))) }
            }
        }
        details.folded {
            summary { "Rename or remove" }
            div.form-stack {
                form.form-line method="post" action=(action) {
                    (text_field(&name_field))
                    button.button type="submit" name="action" value="rename" { "Rename" }
                }
                form method="post" action=(action) {
                    button.button.button-danger type="submit" name="action" value="remove" { "Remove this collection" }
                }
            }
        }
    };
    section(&id, collection.name.as_str(), None, &content)
}

fn new_collection(refused: Option<Refused>) -> Markup {
    let (typed, fault) = refused.map_or((String::new(), None), |refused| (refused.typed, Some(refused.why)));
    let field = TextField {
        id: "new-collection".to_owned(),
        name: "name".to_owned(),
        label: "Name".to_owned(),
        note: "Such as “Breadths” or “Maybe next spring”.".to_owned(),
        value: typed,
        max_chars: accounts::collection::COLLECTION_NAME_CHARS_MAX,
        required: true,
        fault,
        ..TextField::default()
    };
    let form = html! {
        form.form-stack method="post" action=(COLLECTIONS) {
            (text_field(&field))
            (submit_button("Make a collection", Emphasis::Secondary))
        }
    };
    section("new", "New collection", None, &form)
}
