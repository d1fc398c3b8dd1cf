//! `GET /sis/v1/classes/sections/{section-id}/term/{term-id}/enrollment` and
//! `/v1/classes/sections/terms/{term-id}/updated/enrollments`: counts alone.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;
use catalog::seats::Counts;
use jiff::Timestamp;

use crate::campus::Offering;
use crate::endpoints::page::Page;
use crate::envelope::{Refusal, Wrapping};
use crate::faults::Api;
use crate::query::{Paging, Parameters, campus_moment, section_of, term_of};
use crate::server::Inner;

pub(crate) fn routes() -> Router<Arc<Inner>> {
    Router::new()
        .route("/v1/classes/sections/{section_id}/term/{term_id}/enrollment", get(one))
        .route("/v1/classes/sections/terms/{term_id}/updated/enrollments", get(updated))
}

async fn one(
    State(inner): State<Arc<Inner>>,
    Path((section_id, term_id)): Path<(String, String)>,
    uri: Uri,
) -> Response {
    let answer = || -> Result<Response, Refusal> {
        let id = section_of(&section_id)?;
        let offering = inner.offering(term_of(&term_id)?)?;
        let hit = offering.section(id).ok_or_else(|| Refusal::not_found(format!("id = {id}")))?;
        Ok(page(&inner, &uri, &offering, 0, &[hit]))
    };
    answer().unwrap_or_else(|refusal| refusal.at(inner.moment()).into_answer(Wrapping::ApiResponse))
}

async fn updated(
    State(inner): State<Arc<Inner>>,
    Path(term_id): Path<String>,
    uri: Uri,
    Query(parameters): Query<Parameters>,
) -> Response {
    let answer = || -> Result<Response, Refusal> {
        let term = term_of(&term_id)?;
        let paging = Paging::of_classes(&parameters)?;
        let offering = inner.offering(term)?;
        let after = campus_moment(&parameters, "updated-after", &inner.zone)?.unwrap_or(Timestamp::MIN);
        let before = campus_moment(&parameters, "updated-before", &inner.zone)?.unwrap_or(Timestamp::MAX);
        let changed = inner.campus.changed(term, after, before.min(inner.moment()));
        let seats_of = inner.control().faults.seats.map(|seats| seats.section_id);
        let is_changed = |(index, _): &&(u32, Counts)| {
            let id = offering.plan.sections[*index as usize].id;
            changed.contains(id) || seats_of == Some(id)
        };
        let hits: Vec<_> = offering.sections.iter().filter(is_changed).copied().collect();
        let (start, records) = paging.cut(&hits, &format!("term-id = {term}"))?;
        Ok(page(&inner, &uri, &offering, start, records))
    };
    answer().unwrap_or_else(|refusal| refusal.at(inner.moment()).into_answer(Wrapping::ApiResponse))
}

fn page(inner: &Inner, uri: &Uri, offering: &Offering, start: usize, records: &[(u32, Counts)]) -> Response {
    let id_of = |index: u32| offering.plan.sections[index as usize].id;
    let as_of = offering.as_of.unwrap_or_else(|| inner.moment());
    let page = Page { inner, uri, api: Api::Enrollments, name: "classSections", as_of, start };
    page.answer(
        records,
        |(index, _)| Some(id_of(*index)),
        |(index, counts), json| {
            json.object(|json| {
                json.number_at("id", id_of(*index));
                json.object_at("enrollmentStatus", |json| offering.plan.text.write_seats(*index, *counts, json));
            });
        },
    )
}
