//! The page before the first catalog is in memory.

use axum::response::{IntoResponse, Response};
use design::empty::empty_state;
use design::heading::{PageHeading, page_heading};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use maud::html;

use crate::frame::{self, Content, Surroundings};
use crate::service::App;

/// When to ask again, in seconds. The very first load of all data takes about half a minute.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("5");

pub(crate) fn page(app: &App, surroundings: &Surroundings) -> Response {
    let reason = if surroundings.current.database_lost_since.is_some() {
        "The database does not answer yet. This page works as soon as it does."
    } else {
        "The catalog is being loaded. On the very first start that takes about half a minute."
    };
    let again = html! { a.button.button-primary href=(surroundings.path) { "Try again" } };
    let content = Content {
        title: "Loading the catalog".to_owned(),
        description: reason.to_owned(),
        status: StatusCode::SERVICE_UNAVAILABLE,
        has_search: true,
        main: html! {
            (page_heading(&PageHeading::new("One moment, please")))
            (empty_state("The catalog is not here yet", html! { p { (reason) } }, &again))
        },
        ..Content::default()
    };
    let mut response = frame::page(app, surroundings, content).into_response();
    response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
    response
}
