//! What somebody set about themselves: what they study, what they want to be told, where they are signed in; their data
//! to take along, and the end of the account.

mod device;
mod export;
mod farewell;
mod sessions;
mod settings;

use std::sync::Arc;

use accounts::person::Person;
use accounts::session::Session;
use accounts::settings::MAJOR_CHARS_MAX;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use design::action::{Emphasis, submit_button};
use design::definitions::{Definition, definitions};
use design::form::{TextField, text_field};
use design::heading::{PageHeading, page_heading};
use design::layout::section;
use design::notice::{Notice, NoticeKind, notice};
use http::StatusCode;
use maud::{Markup, html};

use crate::account_menu::{ALERTS, PROFILE};
use crate::frame::{self, Content};
use crate::pages::sign_in;
use crate::service::App;
use crate::visit::Visit;

const SETTINGS: &str = "/profile/settings";
const EXPORT: &str = "/profile/export";
const DELETE: &str = "/profile/delete";

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(PROFILE, get(page))
        .route(SETTINGS, post(settings::change))
        .route("/profile/sessions/{id}/sign-out", post(sessions::end))
        .route(EXPORT, get(export::download))
        .route(DELETE, post(farewell::delete))
}

/// What was typed and refused, and why; the page shows it beside the field.
#[derive(Default)]
struct Refused {
    major: Option<(String, String)>,
    confirmation: Option<(String, String)>,
}

async fn page(visit: Visit) -> Response {
    show(&visit, Refused::default()).await
}

async fn show(visit: &Visit, refused: Refused) -> Response {
    let Some(signed_in) = visit.signed_in() else { return sign_in::needed(visit, PROFILE) };
    let (person, here) = (&signed_in.person, &signed_in.session);
    let sessions = match visit.app.ports.sessions.sessions(person.id, visit.at()).await {
        Ok(sessions) => sessions,
        Err(error) => return sign_in::not_done(error).into_response(),
    };
    let is_refused = refused.major.is_some() || refused.confirmation.is_some();
    let status = if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let content = Content {
        title: "Profile".to_owned(),
        description: "Your name, your settings, your data.".to_owned(),
        status,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading::new("Profile")))
            @if let Some(said) = said(visit) { (notice(&said)) }
            (section("you", "You", None, &you(person, refused.major)))
            (section("mail", "Mail", None, &html! {
                (mail(person))
                p { "Single classes and sections, and what you were told: " a href=(ALERTS) { "Alerts" } "." }
            }))
            (section("sessions", "Where you are signed in", None, &session_list(visit, &sessions, here)))
            (section("data", "Your data", None, &data(person, refused.confirmation)))
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

fn said(visit: &Visit) -> Option<Notice> {
    let body = match visit.parameter("done")? {
        "settings" => "Your settings are saved.",
        "session" => "That device is signed out.",
        _ => return None,
    };
    Some(Notice { kind: NoticeKind::Success, title: "Done.".to_owned(), body: html! { (body) } })
}

fn you(person: &Person, refused: Option<(String, String)>) -> Markup {
    let (value, fault) =
        refused.map_or_else(|| (person.major.as_str().to_owned(), None), |(typed, why)| (typed, Some(why)));
    let field = TextField {
        id: "major".to_owned(),
        name: "major".to_owned(),
        label: "Major".to_owned(),
        note: "In your own words. Nobody else sees it.".to_owned(),
        value,
        max_chars: MAJOR_CHARS_MAX,
        fault,
        ..TextField::default()
    };
    let name = person.display_name().unwrap_or_else(|| "Your provider told us none".to_owned());
    html! {
        (definitions(&[Definition::text("Name", &name), Definition::text("Address", person.email.as_str())]))
        form.form-stack method="post" action=(SETTINGS) {
            (text_field(&field))
            (submit_button("Save", Emphasis::Secondary))
        }
    }
}

/// What one can be told of: the form's name, what it is, a sentence, and whether it is wished.
fn wishes(person: &Person) -> [(&'static str, &'static str, &'static str, bool); 4] {
    let wished = &person.notifications;
    [
        (
            "class_update",
            "Changes of saved classes",
            "Time, room, instructor, seats, or cancelled.",
            wished.class_update,
        ),
        ("grade_update", "New grades of saved classes", "When a term's grades are published.", wished.grade_update),
        (
            "enrollment_opening",
            "Enrollment opens",
            "The morning before a term's first appointments, when the university has set that day.",
            wished.enrollment_opening,
        ),
        (
            "berkeleytime_update",
            "News of this site",
            "What is new here, when something is.",
            wished.berkeleytime_update,
        ),
    ]
}

fn mail(person: &Person) -> Markup {
    html! {
        form.form-stack method="post" action=(SETTINGS) {
            input type="hidden" name="notifications" value="1";
            fieldset.switches {
                legend.unseen { "What to be told by mail" }
                @for (name, label, note, is_on) in wishes(person) {
                    div.switch {
                        input type="checkbox" id=(name) name=(name) value="1" checked[is_on] aria-describedby={ (name) "-note" };
                        label for=(name) { (label) }
                        p.field-note id={ (name) "-note" } { (note) }
                    }
                }
            }
            (submit_button("Save", Emphasis::Secondary))
        }
    }
}

fn session_list(visit: &Visit, sessions: &[Session], here: &Session) -> Markup {
    html! {
        ul.saved-list {
            @for session in sessions {
                @let is_here = session.id == here.id;
                li.saved-row {
                    div.saved-main {
                        p { strong { (device::name(session.user_agent.as_ref())) } @if is_here { " · this one" } }
                        p.facts {
                            span { "Seen " (crate::moment::in_words(session.last_seen_at, &visit.now)) }
                            span { "Signed in " (crate::moment::in_words(session.created_at, &visit.now)) }
                        }
                    }
                    div.saved-actions {
                        form method="post" action={ "/profile/sessions/" (session.id) "/sign-out" } {
                            button.button.button-small.button-quiet type="submit" {
                                "Sign out" span.unseen { " " (device::name(session.user_agent.as_ref())) }
                            }
                        }
                    }
                }
            }
        }
        form method="post" action="/sign-out/everywhere" { (submit_button("Sign out everywhere", Emphasis::Secondary)) }
    }
}

fn data(person: &Person, refused: Option<(String, String)>) -> Markup {
    let is_open = refused.is_some();
    let (value, fault) = refused.map_or((String::new(), None), |(typed, why)| (typed, Some(why)));
    let field = TextField {
        id: "confirmation".to_owned(),
        name: "confirmation".to_owned(),
        label: format!("To be sure, type {}", person.username()),
        value,
        max_chars: accounts::identity::USERNAME_LENGTH_MAX,
        required: true,
        fault,
        ..TextField::default()
    };
    html! {
        p { "Everything we keep about you, as a file of JSON." }
        p.button-row { a.button href=(EXPORT) download { "Download my data" } }
        details.folded.danger open[is_open] {
            summary { "Delete my account" }
            div.stack {
                p {
                    "Your account, saved classes, collections, alerts, schedules and their links go at once and for good. "
                    "Reports you sent stay without your name."
                }
                form.form-stack method="post" action=(DELETE) {
                    (text_field(&field))
                    button.button.button-danger type="submit" { "Delete my account" }
                }
            }
        }
    }
}
