//! Where the link in a mail leads: it shows what it does, and a button does it. A mail program's own button posts here
//! at once (RFC 8058). Nobody has to be signed in; programs that only look at links change nothing.

use accounts::session::SessionToken;
use axum::response::{IntoResponse, Response};
use design::action::{Emphasis, link_button, submit_button};
use design::heading::{PageHeading, page_heading};
use http::StatusCode;
use httpkit::error::HttpError;
use maud::{Markup, html};

use crate::account_menu::ALERTS;
use crate::address::CATALOG;
use crate::frame::{self, Content, Surroundings};
use crate::pages::sign_in;
use crate::visit::Visit;

pub(super) async fn page(visit: Visit) -> Result<Response, HttpError> {
    let store = &visit.app.ports.alerts;
    let token = token(&visit)?;
    if !store.is_unsubscribe_link(token.hash()).await.map_err(|_| sign_in::accounts_away())? {
        return Err(unknown());
    }
    let action = html! {
        form method="post" { (submit_button("Stop all mail of alerts", Emphasis::Primary)) }
    };
    Ok(show(&visit, "Stop alerts by mail?", "What you follow stays, and its news is shown on the site.", &action))
}

pub(super) async fn stop(visit: Visit) -> Result<Response, HttpError> {
    let store = &visit.app.ports.alerts;
    let token = token(&visit)?;
    if !store.unsubscribe(token.hash(), visit.at()).await.map_err(|_| sign_in::accounts_away())? {
        return Err(unknown());
    }
    let action = html! {
        p.button-row {
            (link_button("To the catalog", CATALOG, Emphasis::Primary))
            (link_button("Turn it on again", ALERTS, Emphasis::Secondary))
        }
    };
    Ok(show(&visit, "No more mail", "Mail of alerts is off, from this moment on.", &action))
}

/// What the link holds.
fn token(visit: &Visit) -> Result<SessionToken, HttpError> {
    SessionToken::parse(visit.parameter("token").unwrap_or_default()).map_err(|_| unknown())
}

fn unknown() -> HttpError {
    let message = "This link ends nobody's mail: it is not whole, or older than half a year. Take the one in a newer mail, \
         or sign in and turn mail off under Alerts.";
    HttpError::new(StatusCode::NOT_FOUND, message)
}

fn show(visit: &Visit, title: &str, lead: &str, action: &Markup) -> Response {
    let content = Content {
        title: title.to_owned(),
        description: lead.to_owned(),
        status: StatusCode::OK,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading { lead: Some(html! { (lead) }), ..PageHeading::new(title) }))
            (action)
        },
        ..Content::default()
    };
    // The page's own address opens something: it goes into no link and no report.
    let surroundings = Surroundings { path: ALERTS.to_owned(), ..visit.surroundings.clone() };
    frame::page(&visit.app, &surroundings, content).into_response()
}
