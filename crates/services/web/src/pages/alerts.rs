//! What somebody follows, what they were told, and by mail or not. And the button by which they follow a class.

mod button;
mod change;
mod options;
mod unsubscribe;

use std::sync::Arc;

use accounts::alerts::{Delivery, LoggedAlert, Pace, Watch, Why};
use accounts::person::Person;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use design::action::{Emphasis, link_button, submit_button};
use design::empty::empty_state;
use design::heading::{PageHeading, page_heading};
use design::layout::section;
use http::StatusCode;
use httpkit::error::HttpError;
use jiff::Timestamp;
use maud::{Markup, html};

use crate::account_menu::{ALERTS, PROFILE};
use crate::address::{self, CATALOG};
use crate::frame::{self, Content};
use crate::moment;
use crate::pages::sign_in;
use crate::service::App;
use crate::visit::Visit;
use crate::words;

pub(crate) use self::button::watch_button;
use self::options::{Refused, options};

/// How many alerts the page shows. A busy month.
const LOG_LENGTH: usize = 100;

/// Where mail is turned off and on.
const MAIL: &str = "/alerts/mail";

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(ALERTS, get(page).post(change::change))
        .route(MAIL, post(change::mail))
        .route("/unsubscribe", get(unsubscribe::page).post(unsubscribe::stop))
}

/// Everything that the page shows.
struct Shown {
    watches: Vec<Watch>,
    log: Vec<LoggedAlert>,
    mail_off_since: Option<Timestamp>,
}

async fn shown(visit: &Visit, person: &Person) -> Result<Shown, HttpError> {
    let store = &visit.app.ports.alerts;
    let away = |_| sign_in::accounts_away();
    Ok(Shown {
        watches: store.watches(person.id).await.map_err(away)?,
        log: store.alert_log(person.id, LOG_LENGTH).await.map_err(away)?,
        mail_off_since: store.mail_off_since(person.id).await.map_err(away)?,
    })
}

async fn page(visit: Visit) -> Result<Response, HttpError> {
    show(&visit, None).await
}

async fn show(visit: &Visit, refused: Option<&Refused>) -> Result<Response, HttpError> {
    let Some(person) = visit.person() else { return Ok(sign_in::needed(visit, ALERTS)) };
    let shown = shown(visit, person).await?;
    let lead = html! {
        @if visit.app.config.sends_mail { "A mail to " (person.email.as_str()) " when something happens to a class that you follow." }
        @else { "What happens to the classes that you follow." }
    };
    let content = Content {
        title: "Alerts".to_owned(),
        description: "The classes you follow, and what you were told.".to_owned(),
        status: if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK },
        no_index: true,
        main: html! {
            (page_heading(&PageHeading { lead: Some(lead), ..PageHeading::new("Alerts") }))
            (watch_list(visit, &shown.watches, refused))
            (section("log", "What you were told", None, &log(visit, &shown.log)))
            (section("mail", "Mail", None, &mail(visit, shown.mail_off_since)))
        },
        ..Content::default()
    };
    Ok(frame::page(&visit.app, &visit.surroundings, content).into_response())
}

fn watch_list(visit: &Visit, watches: &[Watch], refused: Option<&Refused>) -> Markup {
    if watches.is_empty() {
        return empty_state(
            "You follow no class yet",
            html! { p { "Open a course and choose “Alert me”. You hear when a seat opens, even a single one, and when something changes." } },
            &link_button("Browse the catalog", CATALOG, Emphasis::Primary),
        );
    }
    html! { ul.saved-list { @for watch in watches { (row(visit, watch, refused.filter(|refused| refused.watch == watch.id))) } } }
}

fn row(visit: &Visit, watch: &Watch, refused: Option<&Refused>) -> Markup {
    let snapshot = &visit.snapshot;
    let place = snapshot.course_by_id(watch.watched.course);
    let label = watch.watched.section.map(|section| section_label(visit, watch, section));
    html! {
        li.saved-row {
            div.saved-main {
                p.saved-name {
                    @if let Some(place) = place {
                        @let entry = snapshot.course(place);
                        a href=(address::course(Some(watch.watched.term), &entry.course.code)) {
                            span.result-code { (words::code(entry)) @if let Some(label) = &label { " " (label) } }
                            " " span.result-title { (entry.course.title) }
                        }
                    } @else { "A course that is no longer in the catalog" }
                }
                p.facts {
                    span { (watch.watched.term.title()) }
                    span { @if label.is_some() { "One section" } @else { "All sections; seats of its lectures" } }
                    @if watch.why == Why::Saved { span { "Because it is saved" } }
                    @else { span { @if watch.pace == Pace::Digest { "Each morning" } @else { "At once" } } }
                }
                @if watch.why == Why::Saved {
                    p.field-note { "Saved classes are followed as your " a href=(PROFILE) { "profile" } " says." }
                }
                (options(visit, watch, refused))
            }
            @if watch.why == Why::Chosen {
                div.saved-actions {
                    form method="post" action=(ALERTS) {
                        input type="hidden" name="watch" value=(watch.id);
                        button.button.button-small.button-quiet type="submit" name="action" value="end" {
                            "Stop" span.unseen { " alerts of this class" }
                        }
                    }
                }
            }
        }
    }
}

/// `LEC 001`; its number alone when it is not in the catalog any more.
fn section_label(visit: &Visit, watch: &Watch, section: catalog::section::SectionId) -> String {
    let key = catalog::section::SectionKey { term: watch.watched.term, id: section };
    let view = visit.snapshot.section_by_key(key).map(|index| visit.snapshot.section(index));
    view.map_or_else(|| format!("class number {section}"), catalog::snapshot::SectionView::label)
}

fn log(visit: &Visit, log: &[LoggedAlert]) -> Markup {
    if log.is_empty() {
        return html! { p.soft { "Nothing yet. What you are told stays here for half a year, also when no mail was sent." } };
    }
    html! {
        ul.saved-list {
            @for logged in log {
                li.saved-row {
                    div.saved-main {
                        p.saved-name { strong { a href=(logged.alert.path.as_str()) { (logged.alert.headline) } } }
                        @if !logged.alert.detail.is_blank() { p { (logged.alert.detail) } }
                        p.facts {
                            span { "Noticed " (moment::in_words(logged.at, &visit.now)) }
                            @if let Some(as_of) = logged.alert.as_of { span { "SIS, " (moment::in_words(as_of, &visit.now)) } }
                            span { (delivery(visit, logged)) }
                        }
                    }
                }
            }
        }
    }
}

fn delivery(visit: &Visit, logged: &LoggedAlert) -> String {
    match &logged.delivery {
        Delivery::Waiting if logged.is_digest => "Goes with the mail at 7 in the morning".to_owned(),
        Delivery::Waiting => "Waits to be mailed".to_owned(),
        Delivery::Sent(at) => format!("Mailed {}", moment::in_words(*at, &visit.now)),
        Delivery::Refused(said) => format!("Not mailed, the mail server said: {said}"),
        Delivery::GivenUp => "Not mailed: the mail server did not take it for five days".to_owned(),
        Delivery::MailOff => "Not mailed: mail was off".to_owned(),
    }
}

fn mail(visit: &Visit, off_since: Option<Timestamp>) -> Markup {
    let (value, label, emphasis) = match off_since {
        Some(_) => ("1", "Turn mail on", Emphasis::Primary),
        None => ("0", "Turn all mail off", Emphasis::Secondary),
    };
    if !visit.app.config.sends_mail {
        return html! { p { strong { "No mail is sent" } ": this site has no mail server. What happens is told on this page alone." } };
    }
    html! {
        @if let Some(since) = off_since {
            p { strong { "Mail is off" } " since " (moment::in_words(since, &visit.now)) ". News is shown here alone." }
        } @else {
            p {
                "Mail is on. At most " (accounts::alerts::LETTERS_PER_HOUR_MAX) " mails an hour: more news goes together. "
                "Each mail has a link that turns all of them off, without signing in."
            }
        }
        form method="post" action=(MAIL) {
            input type="hidden" name="on" value=(value);
            (submit_button(label, emphasis))
        }
    }
}
