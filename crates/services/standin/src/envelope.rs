//! What every answer is wrapped in, good or bad.
//!
//! The SIS wraps its answers into `apiResponse`, but for version 2 of the Terms API, which has not done so since
//! February 2024.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalog::fetched::Origin;
use jiff::Timestamp;

use crate::chance::Chance;
use crate::json::Json;

/// Says on every answer that it does not come from the SIS.
pub(crate) const STANDIN_HEADER: &str = "x-berkeleytime-standin";

/// How an answer is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// Into `apiResponse`.
    ApiResponse,
    /// Not at all.
    Bare,
}

/// An answer other than 200.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) formal: String,
    /// The moment for which it holds: that nothing is there is an answer too.
    pub(crate) as_of: Option<Timestamp>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, formal: String) -> Self {
        Self { status, formal, as_of: None }
    }

    /// The same, as of a moment.
    pub(crate) fn at(self, moment: Timestamp) -> Self {
        Self { as_of: Some(moment), ..self }
    }

    pub(crate) fn not_found(what: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("No data found for {}", what.into()))
    }

    pub(crate) fn bad_request(formal: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, formal.into())
    }

    /// The SIS's error body.
    pub(crate) fn into_answer(self, wrapping: Wrapping) -> Response {
        let mut json = Json::default();
        json.object(|json| match wrapping {
            Wrapping::ApiResponse => json.object_at("apiResponse", |json| self.write(json)),
            Wrapping::Bare => self.write(json),
        });
        answer(self.status, json.into_text())
    }

    fn write(&self, json: &mut Json) {
        if let Some(as_of) = self.as_of {
            json.text_at("timeStamp", &as_of.to_string());
        }
        let description = self.status.canonical_reason().unwrap_or_default();
        json.formal_at("httpStatus", self.status.as_str(), description, &self.formal);
    }
}

/// A collection on its way out.
pub(crate) struct Collection {
    pub(crate) wrapping: Wrapping,
    pub(crate) name: &'static str,
    pub(crate) origin: Origin,
    /// The moment for which the records hold.
    pub(crate) as_of: Timestamp,
    /// What was asked, path and query: the correlation id is made of it, so that equal requests get equal bytes.
    pub(crate) asked: String,
}

impl Collection {
    /// The answer with its records.
    pub(crate) fn into_answer(self, capacity: usize, fill: impl FnOnce(&mut Json)) -> Response {
        let mut json = Json::with_capacity(capacity);
        json.object(|json| match self.wrapping {
            Wrapping::ApiResponse => json.object_at("apiResponse", |json| self.write(json, fill)),
            Wrapping::Bare => self.write(json, fill),
        });
        answer(StatusCode::OK, json.into_text())
    }

    fn write(&self, json: &mut Json, fill: impl FnOnce(&mut Json)) {
        json.text_at("source", &format!("berkeleytime-standin-{}", self.origin.slug()));
        json.text_at("correlationId", &self.correlation_id());
        json.text_at("timeStamp", &self.as_of.to_string());
        json.object_at("cursor", |_| ());
        json.descriptor_at("httpStatus", "200", "OK");
        json.object_at("response", |json| json.list_at(self.name, fill));
    }

    fn correlation_id(&self) -> String {
        let mut chance = Chance::new(self.as_of.as_second().cast_unsigned(), &self.asked, &[]);
        let (high, low) = (chance.next(), chance.next());
        let (first, second, third) = (high >> 32, high >> 16 & 0xffff, high & 0xfff);
        format!("{first:08x}-{second:04x}-4{third:03x}-8{:03x}-{:012x}", low >> 48 & 0xfff, low & 0xffff_ffff_ffff)
    }
}

/// A JSON answer.
pub(crate) fn answer(status: StatusCode, json: String) -> Response {
    let json_type = HeaderValue::from_static("application/json;charset=UTF-8");
    (status, [(header::CONTENT_TYPE, json_type)], json).into_response()
}
