//! Faults on demand: how the stand-in is broken, at the start by [`Faults`] and later by its control endpoint.
//!
//! `GET /standin/control` tells the present state, `POST /standin/control` changes it; both answer only to peers on
//! loopback. A POST carries a JSON object; what it names is set, `null` takes a fault away, what it does not name
//! stays. Unknown names are refused, and named. The names:
//!
//! | name | value | what happens |
//! |---|---|---|
//! | `at` | `"2017-04-12T12:00Z"` or `null` | the moment that is played; `null` follows the clock |
//! | `latency_ms` | number | every answer of the SIS API comes that much later |
//! | `too_many_requests` | `{"count": 3, "retry_after_seconds": 1}` | the next so many requests get 429 with `Retry-After` |
//! | `server_errors` | `{"count": 3}` | the next so many requests get 503 |
//! | `outage_from_page` | `{"api": "sections", "page": 5}` | every page from that one on gets 503 |
//! | `truncate_body` | `{"api": "courses", "page": 2}` | that page ends in the middle, with status 200 |
//! | `malformed_record` | `{"api": "sections", "index": 7, "how": "wrong_type"}` or `"section_id"` for `"index"` | that record is broken |
//! | `empty_term` | `"2268"` | that term has no class and no section, as after a failed run |
//! | `partial_term` | `{"term": "2268", "share": 0.5}` | about that share of the term's sections is there |
//! | `seats` | `{"section_id": 20001, "open": 1, "waitlisted": 0}` | that section has so many free seats, and so many wait |
//! | `reset` | `true` | all faults are taken away first; the moment stays |
//!
//! `api` is one of `courses`, `classes`, `sections`, `enrollments`, `terms`; left out it means each of them. `index`
//! counts from 0 over the whole listing. `how` is one of `wrong_type`, `no_identity`, `not_an_object`, `bad_time`.
//! Faults hit whoever has good keys, before anything else is looked at; `count`s run down to nothing by themselves.

use catalog::seats::Counts;
use catalog::term::TermId;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// What is broken. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// How much later every answer comes.
    pub latency_ms: u64,
    /// The next requests are too many.
    pub too_many_requests: Option<TooManyRequests>,
    /// The next requests fail.
    pub server_errors: Option<ServerErrors>,
    /// Pages from a certain one on fail.
    pub outage_from_page: Option<PageOf>,
    /// A page that ends in the middle.
    pub truncate_body: Option<PageOf>,
    /// A record that cannot be read.
    pub malformed_record: Option<MalformedRecord>,
    /// A term without sections.
    #[serde(with = "term_text")]
    pub empty_term: Option<TermId>,
    /// A term with a part of its sections.
    pub partial_term: Option<PartialTerm>,
    /// A section with other seats than the campus gives it.
    pub seats: Option<SeatsOf>,
}

/// The next requests get 429.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TooManyRequests {
    /// How many still.
    pub count: u32,
    /// The `Retry-After` that they are given.
    #[serde(default)]
    pub retry_after_seconds: u64,
}

/// The next requests get 503.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerErrors {
    /// How many still.
    pub count: u32,
}

/// A page of one API or of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageOf {
    /// Which; `None` means each.
    #[serde(default)]
    pub api: Option<Api>,
    /// The page, from 1.
    pub page: usize,
}

/// A record that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MalformedRecord {
    /// In which API; `None` means each.
    #[serde(default)]
    pub api: Option<Api>,
    /// Its place in the whole listing, from 0.
    #[serde(default)]
    pub index: Option<usize>,
    /// Or the section's id.
    #[serde(default)]
    pub section_id: Option<u32>,
    /// In which way.
    #[serde(default)]
    pub how: Breakage,
}

/// How a record is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breakage {
    /// A field that tells what it is has another type.
    #[default]
    WrongType,
    /// A field that tells what it is is missing.
    NoIdentity,
    /// It is a text instead of an object.
    NotAnObject,
    /// Its first time or date is none.
    BadTime,
}

/// A term of which only a part is there.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartialTerm {
    /// Which.
    #[serde(deserialize_with = "term_of_text", serialize_with = "term_to_text")]
    pub term: TermId,
    /// How much of it, 0 to 1.
    pub share: f64,
}

/// The seats of a section, for whoever needs one that fills up or opens now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatsOf {
    /// Which.
    pub section_id: u32,
    /// Free seats; none when the section has none at all.
    pub open: u16,
    /// How many wait.
    #[serde(default)]
    pub waitlisted: u16,
}

impl SeatsOf {
    /// The section's counts with these seats.
    pub(crate) fn of(self, counts: Counts) -> Counts {
        let enrolled = (counts.max_enroll - i32::from(self.open)).max(0);
        let waitlisted = i32::from(self.waitlisted);
        Counts { is_open: Some(self.open > 0 && waitlisted == 0), enrolled, waitlisted, ..counts }
    }
}

/// The APIs that keys and faults speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Api {
    /// `/v4/courses`, `/v5/courses`.
    Courses,
    /// `/v1/classes`.
    Classes,
    /// `/v1/classes/sections` and one section.
    Sections,
    /// One section's enrollment and `updated/enrollments`.
    Enrollments,
    /// `/v1/terms`, `/v2/terms`.
    Terms,
}

impl Api {
    /// The API that a path below `/sis` belongs to.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if path.contains("/courses") {
            Some(Self::Courses)
        } else if path.contains("/terms") && !path.contains("/classes") {
            Some(Self::Terms)
        } else if matches!(last, "enrollment" | "enrollments") {
            Some(Self::Enrollments)
        } else if path.contains("/classes/sections") {
            Some(Self::Sections)
        } else if path.contains("/classes") {
            Some(Self::Classes)
        } else {
            None
        }
    }
}

impl PageOf {
    pub(crate) fn is_of(&self, api: Api) -> bool {
        self.api.is_none_or(|only| only == api)
    }
}

/// The present state: the moment and the faults.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Control {
    pub(crate) at: Option<Timestamp>,
    pub(crate) faults: Faults,
}

impl Control {
    /// The state as the control endpoint tells it.
    pub(crate) fn to_value(&self) -> Value {
        let mut fields = serde_json::to_value(&self.faults).unwrap_or_default();
        fields["at"] = self.at.map_or(Value::Null, |at| Value::String(at.to_string()));
        fields
    }

    /// The state after a change, or what is wrong with the change.
    pub(crate) fn merged(&self, change: &Map<String, Value>) -> Result<Self, String> {
        let mut change = change.clone();
        let mut fields = match change.remove("reset") {
            None | Some(Value::Bool(false)) => self.faults_as_fields(),
            Some(Value::Bool(true)) => Map::new(),
            Some(other) => return Err(format!("`reset` must be true or false, not {other}")),
        };
        let at = match change.remove("at") {
            None => self.at,
            Some(Value::Null) => None,
            Some(Value::String(text)) => Some(moment_of(&text)?),
            Some(other) => return Err(format!("`at` must be a moment such as \"2017-04-12T12:00Z\", not {other}")),
        };
        for (name, value) in change {
            if value.is_null() {
                fields.remove(&name)
            } else {
                fields.insert(name, value)
            };
        }
        let faults: Faults = serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string())?;
        faults.check()?;
        Ok(Self { at, faults })
    }

    fn faults_as_fields(&self) -> Map<String, Value> {
        match serde_json::to_value(&self.faults) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        }
    }

    /// Takes one of the counted faults, if any is left.
    pub(crate) fn take_counted(&mut self) -> Option<Counted> {
        if let Some(fault) = self.faults.too_many_requests.as_mut().filter(|fault| fault.count > 0) {
            fault.count -= 1;
            return Some(Counted::TooManyRequests { retry_after_seconds: fault.retry_after_seconds });
        }
        let fault = self.faults.server_errors.as_mut().filter(|fault| fault.count > 0)?;
        fault.count -= 1;
        Some(Counted::ServerError)
    }
}

/// A fault that is used up by happening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    TooManyRequests { retry_after_seconds: u64 },
    ServerError,
}

impl Faults {
    /// Whether it can be done, or what is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(partial) = self.partial_term
            && !(0.0..=1.0).contains(&partial.share)
        {
            return Err(format!("`partial_term.share` must lie between 0 and 1, not {}", partial.share));
        }
        match self.malformed_record {
            Some(MalformedRecord { index: None, section_id: None, .. }) => {
                Err("`malformed_record` needs `index` or `section_id`".to_owned())
            }
            _ => Ok(()),
        }
    }
}

/// Reads a moment: RFC 3339, seconds may be left out.
pub(crate) fn moment_of(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| format!("`{text}` is no moment: expected something like 2017-04-12T12:00Z"))
}

fn term_of_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TermId, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn term_to_text<S: serde::Serializer>(term: &TermId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(term)
}

mod term_text {
    use catalog::term::TermId;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TermId>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
    }

    pub(super) fn serialize<S: Serializer>(term: &Option<TermId>, serializer: S) -> Result<S::Ok, S::Error> {
        match term {
            Some(term) => serializer.collect_str(term),
            None => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(control: &Control, change: Value) -> Result<Control, String> {
        control.merged(change.as_object().unwrap())
    }

    #[test]
    fn a_change_sets_what_it_names_and_leaves_the_rest() {
        let slow =
            merged(&Control::default(), serde_json::json!({"latency_ms": 5, "at": "2017-04-12T12:00Z"})).unwrap();
        let emptied = merged(&slow, serde_json::json!({"empty_term": "2268"})).unwrap();
        assert_eq!(emptied.faults.latency_ms, 5);
        assert_eq!(emptied.at, Some("2017-04-12T12:00:00Z".parse().unwrap()));
        let whole = merged(&emptied, serde_json::json!({"empty_term": null})).unwrap();
        assert_eq!(whole, slow);
        let reset = merged(&emptied, serde_json::json!({"reset": true})).unwrap();
        assert_eq!((reset.faults, reset.at), (Faults::default(), emptied.at));
    }

    #[test]
    fn an_unknown_name_is_refused_and_named() {
        let error = merged(&Control::default(), serde_json::json!({"latency": 5})).unwrap_err();
        assert!(error.contains("latency") && error.contains("latency_ms"), "{error}");
        let error = merged(&Control::default(), serde_json::json!({"partial_term": {"term": "2268", "share": 7}}));
        assert!(error.unwrap_err().contains("between 0 and 1"));
    }

    #[test]
    fn counted_faults_run_down() {
        let change = serde_json::json!({"server_errors": {"count": 1}, "too_many_requests": {"count": 1}});
        let mut control = merged(&Control::default(), change).unwrap();
        assert_eq!(control.take_counted(), Some(Counted::TooManyRequests { retry_after_seconds: 0 }));
        assert_eq!(control.take_counted(), Some(Counted::ServerError));
        assert_eq!(control.take_counted(), None);
    }

    #[test]
    fn every_path_belongs_to_an_api() {
        for (path, api) in [
            ("/v5/courses", Api::Courses),
            ("/v2/terms", Api::Terms),
            ("/v1/classes", Api::Classes),
            ("/v1/classes/sections", Api::Sections),
            ("/v1/classes/sections/123", Api::Sections),
            ("/v1/classes/sections/123/term/2268/enrollment", Api::Enrollments),
            ("/v1/classes/sections/terms/2268/updated/enrollments", Api::Enrollments),
        ] {
            assert_eq!(Api::of_path(path), Some(api), "{path}");
        }
    }
}
