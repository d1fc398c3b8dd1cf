//! `/api/docs`: the documentation of the API as a page, made from the table of endpoints, with answers of the catalog that
//! is being served. `/api` leads there.

mod endpoint;
mod example;
mod guide;
mod page;

use std::sync::Arc;

use answers::draft::Draft;
use answers::key::Key;
use axum::Router;
use axum::extract::State;
use axum::response::{Redirect, Response};
use axum::routing::get;
use http::header::VARY;
use http::{HeaderMap, HeaderValue, Method};
use httpkit::cache::CachePolicy;

use self::example::Example;
use crate::frame::theme_of;
use crate::service::App;
use crate::visit::Visit;

/// Where the page is.
pub(crate) const PATH: &str = "/api/docs";

/// The routes.
pub(crate) fn routes() -> Router<Arc<App>> {
    let home = get(async || Redirect::temporary(PATH));
    Router::new().route("/api", home.clone()).route("/api/", home).route(PATH, get(docs))
}

/// The page of a catalog is made once for each theme. Before the first catalog is loaded it comes without answers.
async fn docs(
    State(app): State<Arc<App>>,
    visit: Result<Visit, Response>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let theme = theme_of(&headers);
    let visit = visit.ok();
    let key = match &visit {
        Some(visit) => visit.key("docs"),
        None => Key::of("docs while loading", &app.config.release),
    };
    let making = async {
        let examples = match &visit {
            Some(visit) => Example::all(visit).await,
            None => Vec::new(),
        };
        let snapshot = visit.as_ref().map(|visit| &*visit.snapshot);
        let html = page::html(&app.config, theme, snapshot, &examples);
        Ok::<_, std::convert::Infallible>(Draft::new(HeaderValue::from_static("text/html; charset=utf-8"), html))
    };
    let Ok(answer) = app.answers.get_or_make(&key.text(theme.name()).finish(), making).await;
    let mut response = answer.respond(&method, &headers, CachePolicy::Private).await;
    // The theme is a cookie.
    response.headers_mut().append(VARY, HeaderValue::from_static("cookie"));
    response
}
