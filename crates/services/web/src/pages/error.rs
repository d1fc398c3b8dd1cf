//! Errors that no page of its own answers: an address that does not exist, a request that cannot be read, a fault.

use design::action::{Emphasis, link_button};
use design::heading::{PageHeading, page_heading};
use design::search::{SearchField, SearchSize, search_form};
use http::StatusCode;
use httpkit::error::ErrorContext;
use maud::{Markup, html};

use crate::address::CATALOG;
use crate::frame::{self, Content, Surroundings};
use crate::service::App;
use crate::visit::theme_of;

/// The page of an error.
pub(crate) fn render(app: &App, error: &ErrorContext) -> String {
    let surroundings = Surroundings {
        theme: theme_of(&error.headers),
        // What lies below `/-/` is posted to: the colour switch must not come back to it.
        path: if error.path.starts_with("/-/") { "/".to_owned() } else { error.path.clone() },
        current: app.catalog.current(),
        now: app.now(),
    };
    let title = match error.status {
        StatusCode::NOT_FOUND => "This page does not exist",
        StatusCode::METHOD_NOT_ALLOWED => "This address cannot be used that way",
        status if status.is_client_error() => "That could not be answered",
        _ => "Something went wrong",
    };
    let lead = html! { (error.message) };
    let content = Content {
        title: title.to_owned(),
        description: error.message.clone(),
        status: error.status,
        has_search: true,
        main: html! {
            (page_heading(&PageHeading { lead: Some(lead), ..PageHeading::new(title) }))
            (search(""))
            p.button-row { (link_button("Browse the catalog", CATALOG, Emphasis::Secondary)) }
            @if error.status.is_server_error() && !error.request_id.is_empty() {
                p.as-of { "If you tell us about it, name this number: " code { (error.request_id) } }
            }
        },
        ..Content::default()
    };
    frame::html(app, &surroundings, content)
}

/// A search as the way on.
pub(crate) fn search(value: &str) -> Markup {
    search_form(&SearchField {
        id: "search".to_owned(),
        action: CATALOG.to_owned(),
        name: "q".to_owned(),
        label: "Search courses".to_owned(),
        placeholder: "Code, title, instructor or class number".to_owned(),
        value: value.to_owned(),
        size: SearchSize::Large,
        ..SearchField::default()
    })
}
