//! Errors that no page of its own answers: an address that does not exist, a request that cannot be read, a fault.

use std::sync::Arc;
use std::time::Duration;

use catalog::published::Current;
use catalog::suggest::{Target, suggest};
use design::action::{Emphasis, link_button};
use design::heading::{PageHeading, page_heading};
use design::layout;
use design::search::{SearchField, SearchSize, search_form};
use http::StatusCode;
use httpkit::error::ErrorContext;
use jiff::Zoned;
use maud::{Markup, html};

use crate::address::{self, CATALOG};
use crate::frame::{self, Content, Surroundings};
use crate::service::App;
use crate::visit::theme_of;
use crate::visitor::Visitor;

/// The edge's page of how everything is doing.
const STATUS: &str = "/status";

/// Words of addresses that name no course.
const NOT_MEANT: [&str; 10] =
    ["catalog", "courses", "course", "class", "classes", "instructors", "index", "html", "php", "www"];

/// The most characters of an address that are searched for: whoever guessed one wrote a code or a few words.
const TYPED_CHARS_MAX: usize = 60;

/// What is offered when an address leads nowhere.
const SUGGESTIONS_SHOWN: usize = 6;

/// How long an error waits to hear who looks. It is told all the same when nobody says.
const WHO_LOOKS_WAIT: Duration = Duration::from_millis(250);

/// The page of an error.
pub(crate) async fn render(app: &App, error: &ErrorContext) -> String {
    let (current, now) = (app.ports.catalog.current(), app.now());
    let visitor = who_looks(app, error, &current, &now).await;
    let surroundings = Surroundings {
        theme: theme_of(&error.headers),
        // What lies below `/-/` is posted to: the colour switch must not come back to it.
        path: if error.path.starts_with("/-/") { "/".to_owned() } else { error.path.clone() },
        current,
        now,
        visitor,
        went_without: Arc::default(),
    };
    let title = match error.status {
        StatusCode::NOT_FOUND => "This page does not exist",
        StatusCode::METHOD_NOT_ALLOWED => "This address cannot be used that way",
        status if status.is_client_error() => "That could not be answered",
        _ => "Something went wrong",
    };
    let lead = html! { (error.message) };
    let typed = words_of(&error.path);
    let meant = if error.status == StatusCode::NOT_FOUND {
        suggested(&surroundings, &typed)
    } else {
        html! {}
    };
    let content = Content {
        title: title.to_owned(),
        description: error.message.clone(),
        status: error.status,
        has_search: true,
        main: html! {
            (page_heading(&PageHeading {
                eyebrow: Some(format!("Error {}", error.status.as_u16())),
                lead: Some(lead),
                ..PageHeading::new(title)
            }))
            div.stack.hero-search {
                (search(if error.status == StatusCode::NOT_FOUND { &typed } else { "" }))
                p.button-row { (ways_on(error.status)) }
                @if error.status.is_server_error() && !error.request_id.is_empty() {
                    p.as-of { "If you tell us about it, name this number: " code { (error.request_id) } }
                }
            }
            (meant)
        },
        ..Content::default()
    };
    frame::html(app, &surroundings, content)
}

/// Nobody is asked on behalf of a request that was one too many, or that failed because nobody answers.
async fn who_looks(app: &App, error: &ErrorContext, current: &Current, now: &Zoned) -> Visitor {
    let is_no_time_to_ask = matches!(error.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    if is_no_time_to_ask || current.database_lost_since.is_some() {
        return Visitor::unasked(app, &error.headers);
    }
    Visitor::of(app, &error.headers, current, now.timestamp(), WHO_LOOKS_WAIT).await
}

fn ways_on(status: StatusCode) -> Markup {
    html! {
        (link_button("Browse the catalog", CATALOG, Emphasis::Secondary))
        (link_button("Front page", "/", Emphasis::Quiet))
        @if status.is_server_error() { (link_button("How the site is doing", STATUS, Emphasis::Quiet)) }
    }
}

/// What the address may have meant, as words to search for: `/courses/compsci/61a` becomes `compsci 61a`.
fn words_of(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let decoded: String = form_urlencoded::parse(path.replace(['=', '&', ';'], " ").as_bytes())
        .map(|(text, _)| text.into_owned())
        .collect();
    let words = catalog::fold::words(&decoded);
    let mut text = words
        .iter()
        .filter(|word| !NOT_MEANT.contains(&word.as_str()))
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    if text.chars().count() > TYPED_CHARS_MAX {
        text = String::new();
    }
    text
}

/// Courses, subjects and people that the address may have meant.
fn suggested(surroundings: &Surroundings, typed: &str) -> Markup {
    let Some(snapshot) = surroundings.current.snapshot.as_deref() else { return html! {} };
    let found = suggest(snapshot, typed, None, SUGGESTIONS_SHOWN);
    let href = |target: &Target| match target {
        Target::Course(course) => address::course_where_newest(snapshot, *course),
        Target::Subject(code) => address::subject(None, code.as_str()),
        Target::Instructor(person) => address::instructor(&snapshot.instructor(*person).slug),
    };
    html! {
        @if !found.is_empty() {
            (layout::section("meant", "Is it one of these?", None, &html! {
                ul.columns-of-links {
                    @for each in &found { li { a href=(href(&each.target)) { (each.label) } " " (each.detail) } }
                }
            }))
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_words_to_search_for() {
        assert_eq!(words_of("/courses/COMPSCI/61a.html?x=1"), "compsci 61a");
        assert_eq!(words_of("/cs%2061a"), "cs 61a");
        assert_eq!(words_of(&format!("/{}", "a".repeat(500))), "", "nobody typed that");
    }
}
