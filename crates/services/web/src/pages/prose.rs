//! Pages of running text: what this is, answers, what changed, what is kept about people, and on what terms.

mod about;
mod faq;
mod privacy;
pub(crate) mod releases;
mod terms;

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use design::heading::{PageHeading, page_heading};
use design::layout;
use http::StatusCode;
use maud::{Markup, html};

use crate::frame::{self, Content};
use crate::service::App;
use crate::visit::Visit;

/// Their addresses.
pub(crate) const ABOUT: &str = "/about";
/// Questions and answers.
pub(crate) const FAQ: &str = "/faq";
/// What changed.
pub(crate) const RELEASES: &str = "/releases";
/// What is kept about people.
pub(crate) const PRIVACY: &str = "/privacy";
/// On what terms.
pub(crate) const TERMS: &str = "/terms";

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(ABOUT, get(async |visit: Visit| page(&visit, ABOUT, about::text(&visit))))
        .route(FAQ, get(async |visit: Visit| page(&visit, FAQ, faq::text(&visit))))
        .route(RELEASES, get(async |visit: Visit| page(&visit, RELEASES, releases::text())))
        .route(PRIVACY, get(async |visit: Visit| page(&visit, PRIVACY, privacy::text(&visit))))
        .route(TERMS, get(async |visit: Visit| page(&visit, TERMS, terms::text(&visit))))
        .route("/legal/privacy", get(async || axum::response::Redirect::permanent(PRIVACY)))
        .route("/legal/terms", get(async || axum::response::Redirect::permanent(TERMS)))
        .route("/landing", get(async || axum::response::Redirect::permanent("/")))
}

/// A text with its title.
struct Text {
    title: &'static str,
    lead: String,
    body: Markup,
}

fn page(visit: &Visit, path: &str, text: Text) -> Response {
    let content = Content {
        title: text.title.to_owned(),
        description: text.lead.clone(),
        canonical: Some(path.to_owned()),
        status: StatusCode::OK,
        main: html! {
            (page_heading(&PageHeading { lead: Some(html! { (text.lead) }), ..PageHeading::new(text.title) }))
            (layout::prose(&text.body))
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}
