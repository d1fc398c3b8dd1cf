//! What the edge shows of itself: errors, work in progress, what is to come, and how the house is.
//!
//! Everything else may be down when these are needed, so they need nothing: no script, no other service, and a style
//! sheet that the edge serves itself below [`sheet::PREFIX`], at every host.

mod asked;
mod frame;
mod moment;
mod problem;
pub mod sheet;
mod status;
mod trouble;
mod words;

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};
use hyper::body::Bytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::status::StatusReport;

use crate::pages::frame::Sheet;

pub use crate::pages::asked::Asked;
pub use crate::pages::trouble::Trouble;

/// The pages of one house.
#[derive(Clone, Debug)]
pub struct Pages {
    site_name: String,
    zone: TimeZone,
}

/// Nothing but our own styles and pictures; the pages have no script and no form.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Where the state of the house is shown.
pub const STATUS_PATH: &str = "/status";
/// The same for programs.
pub const STATUS_JSON_PATH: &str = "/status.json";

impl Pages {
    /// Pages under the site's name, with times of the zone.
    pub fn new(site_name: impl Into<String>, zone: TimeZone) -> Self {
        Self { site_name: site_name.into(), zone }
    }

    /// The answer to a request that is not answered: a page, or a problem document for programs.
    pub fn trouble(&self, asked: &Asked<'_>, trouble: &Trouble) -> Response<Bytes> {
        let mut response = if asked.wants_json() {
            of_kind("application/problem+json", problem::document(trouble, asked.request_id))
        } else {
            let (title, main) = trouble::page(trouble, asked);
            self.html(asked, &title, main)
        };
        *response.status_mut() = trouble.status();
        let headers = response.headers_mut();
        if let Some(wait) = trouble.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs()));
        }
        if let Some(challenge) = trouble.challenge() {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }

    /// How the house is, as a page or for programs. `None`: no report was ever made.
    pub fn status(&self, asked: &Asked<'_>, report: Option<&StatusReport>, now: Timestamp) -> Response<Bytes> {
        if asked.path == STATUS_JSON_PATH || asked.wants_json() {
            return of_kind("application/json", status::json::document(report, now));
        }
        let (title, main) = status::page(report, now, &self.zone);
        self.html(asked, &title, main)
    }

    fn html(&self, asked: &Asked<'_>, title: &str, main: maud::Markup) -> Response<Bytes> {
        let sheet = Sheet { site_name: &self.site_name, title, theme: asked.theme(), main };
        of_kind("text/html; charset=utf-8", frame::html(&sheet))
    }
}

/// An answer that nobody keeps.
fn of_kind(kind: &'static str, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-store"),
        (VARY, "accept, cookie"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
#[path = "pages/tests.rs"]
mod tests;
