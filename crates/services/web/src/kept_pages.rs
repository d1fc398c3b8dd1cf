//! Pages that are the same for everybody, kept as they were sent: in the minutes of an enrollment phase thousands ask for the
//! same few. The second reader costs neither the making nor the packing.
//!
//! A key says everything that such a page depends on: the publication, the day on the campus, the colours, the address.
//! So a kept page is never stale, and none is ever purged. Who is signed in gets pages made for them alone.

use std::sync::Arc;

use answers::draft::Draft;
use answers::key::Key;
use axum::body::{HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, SET_COOKIE, VARY};
use http::{HeaderValue, Method, StatusCode};
use httpkit::cache::CachePolicy;
use httpkit::page::Promise;

use crate::service::App;
use crate::visit::theme_of;
use crate::visitor::session_token;

/// The longest page that is kept; longer ones are sent as they are made.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Answers with a kept page, or keeps the one that is made now.
pub(crate) async fn keep(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let Some(key) = key_of(&app, &request) else { return next.run(request).await };
    let (method, headers) = (request.method().clone(), request.headers().clone());
    // A page for HEAD is the page for GET; whoever asks for its head may be the first to ask.
    *request.method_mut() = Method::GET;
    let mut promise = None;
    let made = app.ports.kept_pages.get_or_make(&key, async {
        let made = next.run(request).await;
        promise = made.extensions().get::<Promise>().cloned();
        draft_of(made).await
    });
    match made.await {
        Ok(page) => {
            let mut response = page.respond(&method, &headers, CachePolicy::Private).await;
            // The theme is a cookie, as is the session that makes pages somebody's own.
            response.headers_mut().append(VARY, HeaderValue::from_static("cookie"));
            if let Some(promise) = promise {
                response.extensions_mut().insert::<Promise>(promise);
            }
            response
        }
        Err(passing) => *passing,
    }
}

/// The name of the page that is asked for; `None` when it may not be kept: something is to be changed, somebody may be
/// signed in, nothing is published yet, or the database is lost, which pages say.
fn key_of(app: &App, request: &Request) -> Option<Key> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || session_token(app, request.headers()).is_some() {
        return None;
    }
    let current = app.ports.catalog.current();
    let snapshot = current.snapshot.as_deref().filter(|_| current.database_lost_since.is_none())?;
    let state = snapshot.state()?;
    let key = Key::of("page", theme_of(request.headers()).name())
        .text(&state.version.0.to_string())
        .text(&state.published_at.to_string())
        .text(&app.now().date().to_string());
    Some(key.text(request.uri().path_and_query()?.as_str()).finish())
}

/// The page to be kept, or an answer that is sent as it is: what is no page, what was not found, what had to go without the
/// database.
async fn draft_of(made: Response) -> Result<Draft, Box<Response>> {
    let is_promised = |promise: &Promise| promise.cache == CachePolicy::Private;
    let is_for_all = made.extensions().get().is_some_and(is_promised) && !made.headers().contains_key(SET_COOKIE);
    let is_short = made.body().size_hint().upper().is_some_and(|bytes| bytes <= PAGE_BYTES_MAX as u64);
    if made.status() != StatusCode::OK || !is_for_all || !is_short {
        return Err(Box::new(made));
    }
    let (parts, body) = made.into_parts();
    let Ok(body) = to_bytes(body, PAGE_BYTES_MAX).await else {
        tracing::error!("a page ended before its end");
        return Err(Box::new(StatusCode::INTERNAL_SERVER_ERROR.into_response()));
    };
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    Ok(Draft::new(parts.headers.get(CONTENT_TYPE).cloned().unwrap_or(html), body))
}
