//! Opening an answer. The envelope has changed often; all of its shapes are accepted: none at all (before August 2016
//! and the Term API since 2024), `ApiResponse`, `apiResponse`, and a further `any` (Course API v2, 2019).

mod salvage;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use self::salvage::{Salvaged, salvage};
use crate::api::Api;
use crate::lenient::scalar::{Descriptor, Text};

/// An opened answer.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    /// The records, unread.
    pub(crate) records: Vec<&'a str>,
    /// The status that the envelope itself states.
    pub(crate) status: Option<Stated>,
    /// The moment that the envelope states.
    pub(crate) time_stamp: Option<String>,
}

/// A status inside an envelope: SIS repeats the HTTP status there, and says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stated {
    pub(crate) code: u16,
    pub(crate) description: String,
}

/// Why an answer could not be opened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sealed {
    /// It stops in the middle.
    Truncated,
    /// It is no JSON, or not SIS's.
    Strange(String),
}

/// Opens an answer of a collection.
///
/// # Errors
/// [`Sealed`] when it is cut short or is no answer of SIS. An envelope without records is an empty answer; something
/// without an envelope is not.
pub(crate) fn open(text: &str, api: Api) -> Result<Opened<'_>, Sealed> {
    let damage = match open_whole(text, api) {
        Err(Sealed::Strange(damage)) => damage,
        opened_or_truncated => return opened_or_truncated,
    };
    let Some(Salvaged { envelope, records }) = salvage(text, names(api)) else { return Err(Sealed::Strange(damage)) };
    match open_whole(&envelope, api) {
        Ok(Opened { status, time_stamp, .. }) => Ok(Opened { records, status, time_stamp }),
        Err(_) => Err(Sealed::Strange(damage)),
    }
}

fn open_whole(text: &str, api: Api) -> Result<Opened<'_>, Sealed> {
    if text.trim_start().starts_with('[') {
        return Ok(Opened { records: list(text)?, status: None, time_stamp: None });
    }
    let node: Node<'_> = serde_json::from_str(text).map_err(|error| sealed(&error))?;
    let layers = node.layers();
    let status = layers.iter().find_map(|layer| layer.stated());
    let time_stamp = layers.iter().find_map(|layer| layer.time_stamp.get()).map(str::to_owned);
    if let Some(collection) = layers.iter().find_map(|layer| layer.collection(api)) {
        return Ok(Opened { records: records(collection.get(), api)?, status, time_stamp });
    }
    let is_enveloped = status.is_some() || layers.len() > 1;
    if is_enveloped {
        return Ok(Opened { records: Vec::new(), status, time_stamp });
    }
    Err(Sealed::Strange(format!("JSON with neither an envelope nor {} in it", names(api).join(" or "))))
}

/// The moment of a time stamp.
///
/// # Errors
/// The text itself, when it is no moment.
pub(crate) fn moment(time_stamp: &str) -> Result<Timestamp, String> {
    time_stamp.parse().map_err(|_| time_stamp.to_owned())
}

/// One layer of an envelope.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Node<'a> {
    #[serde(borrow, alias = "ApiResponse")]
    api_response: Option<Box<Node<'a>>>,
    #[serde(borrow)]
    response: Option<Box<Node<'a>>>,
    #[serde(borrow)]
    any: Option<Box<Node<'a>>>,
    #[serde(borrow)]
    courses: Option<&'a RawValue>,
    #[serde(borrow)]
    classes: Option<&'a RawValue>,
    #[serde(borrow)]
    class_sections: Option<&'a RawValue>,
    #[serde(borrow)]
    sections: Option<&'a RawValue>,
    #[serde(borrow)]
    terms: Option<&'a RawValue>,
    #[serde(borrow)]
    time_stamp: Text<'a>,
    #[serde(borrow)]
    http_status: Descriptor<'a>,
}

impl<'a> Node<'a> {
    fn layers(&self) -> Vec<&Self> {
        let mut layers = vec![self];
        while let Some(inner) = layers.last().and_then(|layer| layer.inner()) {
            layers.push(inner);
        }
        layers
    }

    fn inner(&self) -> Option<&Self> {
        self.api_response.as_deref().or(self.response.as_deref()).or(self.any.as_deref())
    }

    fn collection(&self, api: Api) -> Option<&'a RawValue> {
        match api {
            Api::Terms => self.terms,
            Api::Courses => self.courses,
            Api::Classes => self.classes,
            Api::Sections | Api::Enrollments => self.class_sections.or(self.sections),
        }
    }

    fn stated(&self) -> Option<Stated> {
        let code = self.http_status.code.get()?.parse().ok()?;
        let status = &self.http_status;
        let words = status.formal_description.get().or_else(|| status.description.get());
        Some(Stated { code, description: words.unwrap_or_default().to_owned() })
    }
}

/// The names of a collection; the last one wraps a list once more, as XML did.
const fn names(api: Api) -> &'static [&'static str] {
    match api {
        Api::Terms => &["terms", "term"],
        Api::Courses => &["courses", "course"],
        Api::Classes => &["classes", "class"],
        Api::Sections | Api::Enrollments => &["classSections", "sections", "classSection", "section"],
    }
}

/// The records of a collection: a list, a list wrapped once more, a single one, or none.
fn records(collection: &str, api: Api) -> Result<Vec<&str>, Sealed> {
    match collection.as_bytes().first() {
        Some(b'[') => list(collection),
        Some(b'{') => {
            let entries: Entries<'_> = serde_json::from_str(collection).map_err(|error| sealed(&error))?;
            match entries.0.as_slice() {
                [] => Ok(Vec::new()),
                [(key, inner)] if names(api).contains(&key.as_str()) => records(inner.get(), api),
                _ => Ok(vec![collection]),
            }
        }
        _ if matches!(collection, "null" | "\"\"") => Ok(Vec::new()),
        _ => Err(Sealed::Strange(format!("`{}` holds neither a list nor an object", names(api)[0]))),
    }
}

fn list(text: &str) -> Result<Vec<&str>, Sealed> {
    let list: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| sealed(&error))?;
    Ok(list.into_iter().map(RawValue::get).collect())
}

/// The entries of an object, values unread.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;
        impl<'de> serde::de::Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor)
    }
}

fn sealed(error: &serde_json::Error) -> Sealed {
    if error.is_eof() { Sealed::Truncated } else { Sealed::Strange(format!("no JSON of SIS: {error}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str, api: Api) -> Result<usize, Sealed> {
        open(text, api).map(|opened| opened.records.len())
    }

    #[test]
    fn every_envelope_that_was_ever_seen_opens() {
        for text in [
            r#"[{"id":1},{"id":2}]"#,
            r#"{"classSections":[{"id":1},{"id":2}]}"#,
            r#"{"sections":[{"id":1},{"id":2}]}"#,
            r#"{"response":{"classSections":[{"id":1},{"id":2}]}}"#,
            r#"{"httpStatus":{"code":"200"},"response":{"classSections":[{"id":1},{"id":2}]}}"#,
            r#"{"ApiResponse":{"response":{"classSections":[{"id":1},{"id":2}]}}}"#,
            r#"{"apiResponse":{"source":"x","cursor":{},"response":{"classSections":[{"id":1},{"id":2}]}}}"#,
            r#"{"apiResponse":{"response":{"any":{"classSections":[{"id":1},{"id":2}]}}}}"#,
            r#"{"apiResponse":{"response":{"classSections":{"classSection":[{"id":1},{"id":2}]}}}}"#,
        ] {
            assert_eq!(count(text, Api::Sections), Ok(2), "{text}");
        }
    }

    #[test]
    fn a_single_record_may_stand_without_brackets() {
        let text = r#"{"apiResponse":{"response":{"classes":{"course":{"title":"x"},"number":"001"}}}}"#;
        let opened = open(text, Api::Classes).unwrap();
        assert_eq!(opened.records[0], r#"{"course":{"title":"x"},"number":"001"}"#);
    }

    #[test]
    fn empty_answers_are_empty() {
        for text in [
            r#"{"apiResponse":{"httpStatus":{"code":"200"},"response":{"courses":[]}}}"#,
            r#"{"apiResponse":{"httpStatus":{"code":"200"},"response":{"courses":{}}}}"#,
            r#"{"apiResponse":{"httpStatus":{"code":"200"},"response":{"courses":null}}}"#,
            r#"{"apiResponse":{"httpStatus":{"code":"200"},"response":{}}}"#,
            r#"{"apiResponse":{"httpStatus":{"code":"200"}}}"#,
            r#"{"httpStatus":{"code":200},"response":{}}"#,
        ] {
            assert_eq!(count(text, Api::Courses), Ok(0), "{text}");
        }
    }

    #[test]
    fn the_envelope_states_a_status_and_a_time() {
        let text = r#"{"apiResponse":{"timeStamp":"2016-09-01T10:00:00Z",
            "httpStatus":{"code":"404","description":"Not Found","formalDescription":"No data found"}}}"#;
        let opened = open(text, Api::Terms).unwrap();
        assert_eq!(opened.status, Some(Stated { code: 404, description: "No data found".into() }));
        assert_eq!(moment(&opened.time_stamp.unwrap()), Ok("2016-09-01T10:00:00Z".parse().unwrap()));
    }

    #[test]
    fn what_is_no_answer_of_sis_does_not_look_like_an_empty_one() {
        assert!(matches!(count(r#"{"maintenance":true}"#, Api::Courses), Err(Sealed::Strange(_))));
        assert!(matches!(count("<html>", Api::Courses), Err(Sealed::Strange(_))));
        assert!(matches!(count(r#"{"response":{"courses":"none"}}"#, Api::Courses), Err(Sealed::Strange(_))));
        for text in ["", r#"{"response":{"courses":[{"title":"#, r#"{"response":{"courses":[{"title":"A"}]}"#] {
            assert_eq!(count(text, Api::Courses), Err(Sealed::Truncated), "{text}");
        }
    }
}
