//! `GET /sis/v2/terms`, `/v2/terms/{term-id}` (not wrapped since 2024) and `/v1/terms` (wrapped): the calendar.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;
use catalog::term::Semester;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::campus::{SessionFacts, TermFacts};
use crate::endpoints::guard::wrapping_of;
use crate::endpoints::page::Page;
use crate::envelope::Refusal;
use crate::faults::Api;
use crate::json::Json;
use crate::query::{Paging, Parameters, given, term_of};
use crate::server::Inner;

/// Every term has one row for each of them, in this order.
const CAREERS: [(&str, &str); 4] =
    [("LAW", "Law"), ("GRAD", "Graduate"), ("UCBX", "UC Berkeley Extension"), ("UGRD", "Undergraduate")];

pub(crate) fn routes() -> Router<Arc<Inner>> {
    Router::new()
        .route("/v2/terms", get(terms))
        .route("/v1/terms", get(terms))
        .route("/v2/terms/{term_id}", get(one_term))
        .route("/v1/terms/{term_id}", get(one_term))
}

async fn terms(State(inner): State<Arc<Inner>>, uri: Uri, Query(parameters): Query<Parameters>) -> Response {
    let moment = inner.moment();
    let answer = || -> Result<Response, Refusal> {
        let wanted = positioned(inner.campus.terms(moment), &parameters, inner.day(moment))?;
        answer(&inner, &uri, &parameters, moment, &wanted)
    };
    answer().unwrap_or_else(|refusal| refusal.at(inner.moment()).into_answer(wrapping_of(uri.path())))
}

async fn one_term(
    State(inner): State<Arc<Inner>>,
    Path(term_id): Path<String>,
    uri: Uri,
    Query(parameters): Query<Parameters>,
) -> Response {
    let moment = inner.moment();
    let answer = || -> Result<Response, Refusal> {
        let term = term_of(&term_id)?;
        let mut wanted = inner.campus.terms(moment);
        wanted.retain(|each| each.id == term);
        answer(&inner, &uri, &parameters, moment, &wanted)
    };
    answer().unwrap_or_else(|refusal| refusal.at(inner.moment()).into_answer(wrapping_of(uri.path())))
}

/// The terms at a position as seen from a day: between two terms there is no current one.
fn positioned(terms: Vec<TermFacts>, parameters: &Parameters, today: Date) -> Result<Vec<TermFacts>, Refusal> {
    let day = match given(parameters, "as-of-date") {
        None => today,
        Some(text) => {
            text.parse().map_err(|_| Refusal::bad_request(format!("as-of-date must be like 2026-08-26, not {text}")))?
        }
    };
    let position = given(parameters, "temporal-position");
    Ok(match position {
        None => terms,
        Some("Previous") => terms.into_iter().rev().find(|term| term.end < day).into_iter().collect(),
        Some("Current") => terms.into_iter().filter(|term| term.begin <= day && day <= term.end).collect(),
        Some("Next") => terms.into_iter().find(|term| term.begin > day).into_iter().collect(),
        Some(other) => {
            let formal = format!("temporal-position must be Previous, Current or Next, not {other}");
            return Err(Refusal::bad_request(formal));
        }
    })
}

fn answer(
    inner: &Inner,
    uri: &Uri,
    parameters: &Parameters,
    moment: Timestamp,
    terms: &[TermFacts],
) -> Result<Response, Refusal> {
    let career = given(parameters, "career-code").map(str::to_ascii_uppercase);
    let careers = || CAREERS.iter().filter(|(code, _)| career.as_ref().is_none_or(|career| career == code));
    let rows: Vec<_> = terms.iter().flat_map(|term| careers().map(move |career| (term, *career))).collect();
    let (start, records) = Paging::of_terms(parameters)?.cut(&rows, "terms")?;
    let page = Page { inner, uri, api: Api::Terms, name: "terms", as_of: moment, start };
    let today = inner.day(moment);
    Ok(page.answer(records, |_| None, |(term, career), json| write_term(term, *career, today, json)))
}

fn write_term(term: &TermFacts, career: (&str, &str), today: Date, json: &mut Json) {
    let semester = term.id.semester();
    let category = if semester == Semester::Summer { ("S", "Summer Term") } else { ("R", "Regular Term") };
    let academic_year = term.id.year() + i16::from(semester != Semester::Spring);
    json.object(|json| {
        json.descriptor_at("academicCareer", career.0, career.1);
        json.text_at("temporalPosition", position(term.begin, term.end, today));
        json.text_at("id", &term.id.to_string());
        json.text_at("name", &format!("{} {}", term.id.year(), semester.title()));
        json.descriptor_at("category", category.0, category.1);
        json.text_at("academicYear", &academic_year.to_string());
        date_at(json, "beginDate", term.begin);
        date_at(json, "endDate", term.end);
        json.number_at("weeksOfInstruction", weeks(semester));
        json.descriptor_at("holidaySchedule", "UCB01", "UCB Non-Instructional Days");
        date_at(json, "selfServiceEnrollBeginDate", term.enrollment_begin);
        date_at(json, "selfServiceEnrollEndDate", term.end);
        json.list_at("sessions", |json| {
            for session in &term.sessions {
                write_session(term, session, today, json);
            }
        });
    });
}

fn write_session(term: &TermFacts, session: &SessionFacts, today: Date, json: &mut Json) {
    // The census lies a fifth into a session: the fifth week of fifteen.
    let census = session.begin.saturating_add((i64::from(session.weeks) * 7 / 5).days());
    json.object(|json| {
        json.text_at("temporalPosition", position(session.begin, session.end, today));
        json.text_at("id", session.id);
        json.text_at("name", session.name);
        date_at(json, "beginDate", session.begin);
        date_at(json, "endDate", session.end);
        json.number_at("weeksOfInstruction", session.weeks);
        json.descriptor_at("holidaySchedule", "UCB01", "UCB Non-Instructional Days");
        date_at(json, "censusDate", census);
        date_at(json, "openEnrollmentDate", term.adjustment_start);
        date_at(json, "enrollBeginDate", term.enrollment_begin);
        date_at(json, "enrollEndDate", census);
        date_at(json, "waitListEndDate", census);
        json.list_at("timePeriods", |_| ());
    });
}

fn position(begin: Date, end: Date, today: Date) -> &'static str {
    if end < today {
        "Past"
    } else if begin > today {
        "Future"
    } else {
        "Current"
    }
}

const fn weeks(semester: Semester) -> u32 {
    if matches!(semester, Semester::Summer) { 12 } else { 15 }
}

fn date_at(json: &mut Json, name: &str, date: Date) {
    json.text_at(name, &date.to_string());
}
