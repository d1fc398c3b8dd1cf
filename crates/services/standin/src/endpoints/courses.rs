//! `GET /sis/v4/courses`, `GET /sis/v5/courses`: the catalog.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;

use crate::campus::CourseVersion;
use crate::endpoints::page::Page;
use crate::envelope::{Refusal, Wrapping};
use crate::faults::Api;
use crate::listing;
use crate::query::{Paging, Parameters};
use crate::server::Inner;

pub(crate) fn routes() -> Router<Arc<Inner>> {
    Router::new().route("/v4/courses", get(courses_v4)).route("/v5/courses", get(courses_v5))
}

async fn courses_v4(State(inner): State<Arc<Inner>>, uri: Uri, Query(parameters): Query<Parameters>) -> Response {
    courses(&inner, &uri, &parameters, CourseVersion::V4)
        .unwrap_or_else(|refusal| refusal.at(inner.moment()).into_answer(Wrapping::ApiResponse))
}

async fn courses_v5(State(inner): State<Arc<Inner>>, uri: Uri, Query(parameters): Query<Parameters>) -> Response {
    courses(&inner, &uri, &parameters, CourseVersion::V5)
        .unwrap_or_else(|refusal| refusal.at(inner.moment()).into_answer(Wrapping::ApiResponse))
}

fn courses(inner: &Inner, uri: &Uri, parameters: &Parameters, version: CourseVersion) -> Result<Response, Refusal> {
    let paging = Paging::of_courses(parameters)?;
    let moment = inner.moment();
    let book = inner.campus.courses(moment);
    let found = listing::courses(&book.entries, parameters);
    let (start, records) = paging.cut(&found, "courses")?;
    let page = Page { inner, uri, api: Api::Courses, name: "courses", as_of: moment, start };
    Ok(page.answer(records, |_| None, |course, json| book.text.write_course(course.record, version, json)))
}
