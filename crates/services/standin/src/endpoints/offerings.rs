//! `GET /sis/v1/classes`, `/v1/classes/sections`, `/v1/classes/sections/{section-id}`: what a term offers.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;
use catalog::seats::Counts;

use crate::campus::Offering;
use crate::endpoints::page::Page;
use crate::envelope::{Refusal, Wrapping};
use crate::faults::Api;
use crate::listing::Filter;
use crate::query::{Paging, Parameters, given, section_of, term_of};
use crate::server::Inner;

pub(crate) fn routes() -> Router<Arc<Inner>> {
    Router::new()
        .route("/v1/classes", get(classes))
        .route("/v1/classes/sections", get(sections))
        .route("/v1/classes/sections/{section_id}", get(one_section))
}

async fn classes(State(inner): State<Arc<Inner>>, uri: Uri, Query(parameters): Query<Parameters>) -> Response {
    let answer = || -> Result<Response, Refusal> {
        let hits = found(&inner, &parameters, Filter::classes)?;
        let (start, records) = Paging::of_classes(&parameters)?.cut(&hits.records, &hits.what)?;
        let page = hits.page(&inner, &uri, Api::Classes, "classes", start);
        Ok(page.answer(
            records,
            |_| None,
            |(offering, index, counts), json| {
                hits.offerings[*offering].plan.text.write_class(*index, *counts, json);
            },
        ))
    };
    answer().unwrap_or_else(|refusal| refusal.at(inner.moment()).into_answer(Wrapping::ApiResponse))
}

async fn sections(State(inner): State<Arc<Inner>>, uri: Uri, Query(parameters): Query<Parameters>) -> Response {
    let answer = || -> Result<Response, Refusal> {
        let hits = found(&inner, &parameters, Filter::sections)?;
        let (start, records) = Paging::of_classes(&parameters)?.cut(&hits.records, &hits.what)?;
        Ok(hits.section_page(&inner, &uri, start, records))
    };
    answer().unwrap_or_else(|refusal| refusal.at(inner.moment()).into_answer(Wrapping::ApiResponse))
}

async fn one_section(
    State(inner): State<Arc<Inner>>,
    Path(section_id): Path<String>,
    uri: Uri,
    Query(parameters): Query<Parameters>,
) -> Response {
    let answer = || -> Result<Response, Refusal> {
        let id = section_of(&section_id)?;
        let term = given(&parameters, "term-id").ok_or_else(|| Refusal::bad_request("term-id is required"))?;
        let offering = inner.offering(term_of(term)?)?;
        let what = format!("id = {id}");
        let (index, counts) = offering.section(id).ok_or_else(|| Refusal::not_found(&what))?;
        let hits = Hits { offerings: vec![offering], records: vec![(0, index, counts)], what };
        Ok(hits.section_page(&inner, &uri, 0, &hits.records))
    };
    answer().unwrap_or_else(|refusal| refusal.at(inner.moment()).into_answer(Wrapping::ApiResponse))
}

/// A record of an offering: which offering, which index, its counts.
type Hit = (usize, u32, Counts);

/// What a question found, in one term or in all that are published.
struct Hits {
    offerings: Vec<Arc<Offering>>,
    records: Vec<Hit>,
    /// The question, for the 404.
    what: String,
}

impl Hits {
    fn page<'a>(&self, inner: &'a Inner, uri: &'a Uri, api: Api, name: &'static str, start: usize) -> Page<'a> {
        let as_of = self.offerings.first().and_then(|offering| offering.as_of).unwrap_or_else(|| inner.moment());
        Page { inner, uri, api, name, as_of, start }
    }

    fn section_page(&self, inner: &Inner, uri: &Uri, start: usize, records: &[Hit]) -> Response {
        let page = self.page(inner, uri, Api::Sections, "classSections", start);
        let id_of = |(offering, index, _): &Hit| Some(self.offerings[*offering].plan.sections[*index as usize].id);
        page.answer(records, id_of, |(offering, index, counts), json| {
            self.offerings[*offering].plan.text.write_section(*index, *counts, json);
        })
    }
}

/// Either a term or a course must be named, as in the SIS.
fn found(
    inner: &Inner,
    parameters: &Parameters,
    matching: impl Fn(&Filter, &Offering) -> Vec<(u32, Counts)>,
) -> Result<Hits, Refusal> {
    let filter = Filter::read(parameters)?;
    let (terms, what) = match (given(parameters, "term-id"), given(parameters, "cs-course-id")) {
        (Some(term), _) => (vec![term_of(term)?], format!("term-id = {term}")),
        (None, Some(course)) => {
            let terms = inner.campus.terms(inner.moment());
            (terms.iter().map(|term| term.id).collect(), format!("cs-course-id = {course}"))
        }
        (None, None) => return Err(Refusal::bad_request("term-id or cs-course-id is required")),
    };
    let mut hits = Hits { offerings: Vec::new(), records: Vec::new(), what };
    for term in terms {
        let Ok(offering) = inner.offering(term) else { continue };
        let place = hits.offerings.len();
        let records = matching(&filter, &offering);
        hits.records.extend(records.into_iter().map(|(index, counts)| (place, index, counts)));
        hits.offerings.push(offering);
    }
    Ok(hits)
}
