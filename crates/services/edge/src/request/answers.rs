//! Answers that the edge makes itself.

use std::io;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Method, Response, StatusCode};
use http_body_util::{BodyExt as _, Either};

use crate::compress::compressed;
use crate::pages;
use crate::pages::sheet;
use crate::request::asked::Asked;
use crate::request::body::AnswerBody;
use crate::request::refusal::Refusal;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// A refusal as an answer.
pub(crate) fn refusal(asked: &Asked, refusal: &Refusal) -> Response<AnswerBody> {
    let pages = &asked.client.worker.shared.pages;
    let mut response = pages.trouble(&as_pages_see_it(asked), &refusal.trouble()).map(AnswerBody::Whole);
    if matches!(refusal, Refusal::Method) {
        let answered = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        response.headers_mut().insert(ALLOW, answered);
    }
    response
}

/// How the house is; also when all else is down.
pub(crate) async fn status(asked: &Asked) -> Response<AnswerBody> {
    let shared = &asked.client.worker.shared;
    let report = shared.ports.status.status().await.unwrap_or_else(|error| {
        tracing::error!(%error, "the state of the house cannot be read");
        None
    });
    shared.pages.status(&as_pages_see_it(asked), report.as_ref(), shared.ports.clock.now()).map(AnswerBody::Whole)
}

/// A file that the pages of the edge need; `None` when it is none.
pub(crate) fn sheet(asked: &Asked) -> Option<Response<AnswerBody>> {
    if !asked.path().starts_with(sheet::PREFIX) {
        return None;
    }
    sheet::file(asked.path(), &asked.parts.headers).map(|response| response.map(AnswerBody::Whole))
}

fn as_pages_see_it(asked: &Asked) -> pages::Asked<'_> {
    pages::Asked {
        path: asked.path(),
        headers: &asked.parts.headers,
        request_id: asked.id_text(),
        can_repeat: asked.parts.method == Method::GET,
    }
}

/// Compressed, when that is worth it.
pub(crate) async fn packed(asked: &Asked, response: Response<AnswerBody>) -> Response<AnswerBody> {
    let accepted = asked.parts.headers.get(ACCEPT_ENCODING);
    let response = compressed(response, &asked.parts.method, accepted).await;
    response.map(|body| match body {
        Either::Left(body) => body,
        Either::Right(body) => AnswerBody::Made(Box::pin(body.map_err(io::Error::other))),
    })
}

/// A few words.
pub(crate) fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::Whole(text.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, TEXT);
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    response
}

/// The same, elsewhere: 308 keeps the method and the body. Not kept by browsers: a wrong setting would haunt them.
pub(crate) fn redirect(location: &str) -> Response<AnswerBody> {
    let mut response = plain(StatusCode::PERMANENT_REDIRECT, "This is elsewhere; see Location.\n");
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// For HEAD: the head alone, with the length of what is left out.
pub(crate) fn without_body(response: &mut Response<AnswerBody>) {
    let AnswerBody::Whole(bytes) = response.body_mut() else { return };
    let length = std::mem::take(bytes).len();
    if length > 0 {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
}
