//! Reading a page's records, each by itself: one that cannot be read becomes a fault, the rest goes on.

use std::fmt;
use std::hash::Hash;

use catalog::fetched::{Fault, Identity, RAW_BYTES_MAX};
use catalog::term::TermId;
use jiff::civil::Date;
use serde::Deserialize;

use crate::api::Api;
use crate::envelope::{Opened, Sealed, Stated, open};
use crate::lenient::scalar::{Text, Whole};

/// A record that SIS sends.
pub(crate) trait Record: Sized + Send + 'static {
    /// What its JSON looks like.
    type Wire<'a>: Deserialize<'a>;
    /// As much of it as names it; must be readable when the rest is not.
    type Name<'a>: Deserialize<'a>;
    /// Its identity within a fetch.
    type Key: Eq + Hash + Send;

    /// Makes sense of it; `None` when it is not wanted.
    ///
    /// # Errors
    /// What is wrong, and where.
    fn read(wire: &Self::Wire<'_>, term: Option<TermId>) -> Result<Option<Self>, Wrong>;

    /// The identity, when it can be read.
    fn identity(name: &Self::Name<'_>, term: Option<TermId>) -> Option<Identity>;

    /// Its identity.
    fn key(&self) -> Self::Key;

    /// Whether it takes the place of an earlier record with the same identity.
    fn supersedes(&self, _earlier: &Self) -> bool {
        true
    }
}

/// What is wrong with a record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// Where: `meetings[0].startTime`.
    pub(crate) path: String,
    /// Why, as a sentence.
    pub(crate) reason: String,
}

impl Wrong {
    /// Something wrong at a path.
    pub(crate) fn at(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }

    /// The same, seen from further out.
    #[must_use]
    pub(crate) fn within(mut self, outer: impl fmt::Display) -> Self {
        self.path = format!("{outer}.{}", self.path);
        self
    }
}

/// The records of a page.
#[derive(Debug)]
pub(crate) struct PageRecords<T> {
    /// How many there were, whether readable or not, wanted or not.
    pub(crate) count: usize,
    pub(crate) records: Vec<T>,
    pub(crate) faults: Vec<Fault>,
    /// What the envelope states.
    pub(crate) status: Option<Stated>,
    pub(crate) time_stamp: Option<String>,
}

/// Reads a page.
///
/// # Errors
/// [`Sealed`] when the page as a whole cannot be opened.
pub(crate) fn read_page<T: Record>(body: &[u8], api: Api, term: Option<TermId>) -> Result<PageRecords<T>, Sealed> {
    let text = String::from_utf8_lossy(body);
    let is_damaged = matches!(text, std::borrow::Cow::Owned(_));
    let Opened { records: raw_records, status, time_stamp } = open(&text, api)?;
    let mut page =
        PageRecords { count: raw_records.len(), records: Vec::new(), faults: Vec::new(), status, time_stamp };
    page.records.reserve(raw_records.len());
    for raw in raw_records {
        let outcome = match read_record::<T>(raw, term) {
            Ok(Some(_)) if is_damaged && raw.contains(char::REPLACEMENT_CHARACTER) => {
                Err(Wrong::at(".", "it has bytes in it that are no UTF-8"))
            }
            outcome => outcome,
        };
        match outcome {
            Ok(Some(record)) => page.records.push(record),
            Ok(None) => {}
            Err(wrong) => page.faults.push(fault::<T>(raw, wrong, api, term)),
        }
    }
    Ok(page)
}

fn read_record<T: Record>(raw: &str, term: Option<TermId>) -> Result<Option<T>, Wrong> {
    match serde_json::from_str::<T::Wire<'_>>(raw) {
        Ok(wire) => T::read(&wire, term),
        Err(_) => Err(locate::<T>(raw)),
    }
}

/// Reads once more, slower, to learn where the fault lies.
fn locate<T: Record>(raw: &str) -> Wrong {
    let json = &mut serde_json::Deserializer::from_str(raw);
    match serde_path_to_error::deserialize::<_, T::Wire<'_>>(json) {
        Ok(_) => Wrong::at(".", "it could be read only at the second try"),
        Err(error) => Wrong::at(error.path().to_string(), plain(&error.inner().to_string())),
    }
}

/// A message of the JSON reader in plain words: without line and column, which mean nothing inside a record.
fn plain(message: &str) -> String {
    let end = message.rfind(" at line ").unwrap_or(message.len());
    let plain = message[..end].replace("invalid type: ", "found ").replace(", expected ", " instead of ");
    plain.replace("sequence", "a list").replace("map", "an object")
}

fn fault<T: Record>(raw: &str, wrong: Wrong, api: Api, term: Option<TermId>) -> Fault {
    let name = serde_json::from_str::<T::Name<'_>>(raw).ok();
    Fault {
        kind: api.kind(),
        term,
        identity: name.and_then(|name| T::identity(&name, term)),
        path: wrong.path,
        reason: wrong.reason,
        raw: raw[..raw.floor_char_boundary(RAW_BYTES_MAX)].to_owned(),
    }
}

/// A text that must be there.
pub(crate) fn required<'a>(text: &'a Text<'_>, path: &str) -> Result<&'a str, Wrong> {
    text.get().ok_or_else(|| Wrong::at(path, "it is missing"))
}

/// A day, if there is one.
pub(crate) fn date(text: &Text<'_>, path: &str) -> Result<Option<Date>, Wrong> {
    let Some(text) = text.get() else { return Ok(None) };
    let day = text.parse().map_err(|_| Wrong::at(path, format!("`{text}` is no date such as 2016-08-24")))?;
    Ok(Some(day))
}

/// First and last day, when both are there.
pub(crate) fn dates(
    (first, first_path): (&Text<'_>, &str),
    (last, last_path): (&Text<'_>, &str),
) -> Result<Option<(Date, Date)>, Wrong> {
    let (Some(first), Some(last)) = (date(first, first_path)?, date(last, last_path)?) else { return Ok(None) };
    if last < first {
        return Err(Wrong::at(last_path, format!("it ends on {last}, before it begins on {first}")));
    }
    Ok(Some((first, last)))
}

/// A number of people or seats; 0 when SIS does not say.
pub(crate) fn count(whole: Whole, path: &str) -> Result<i32, Wrong> {
    let count = whole.0.unwrap_or(0);
    i32::try_from(count).map_err(|_| Wrong::at(path, format!("{count} is out of all proportion")))
}

/// The numbers of a list's items: SIS's own where they are there and distinct, else the next free one. Two items with
/// one number could not both be stored.
pub(crate) fn distinct_numbers(numbers: &[Whole]) -> Vec<u16> {
    let mut distinct: Vec<u16> = Vec::with_capacity(numbers.len());
    for (index, number) in numbers.iter().enumerate() {
        let given = number.0.and_then(|number| u16::try_from(number).ok()).filter(|number| *number > 0);
        let mut number = given.unwrap_or_else(|| u16::try_from(index + 1).unwrap_or(u16::MAX));
        while distinct.contains(&number) {
            number = number.checked_add(1).unwrap_or(1);
        }
        distinct.push(number);
    }
    distinct
}

#[cfg(test)]
mod tests {
    use catalog::fetched::SectionRecord;
    use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use serde_json::Value;

    use super::*;

    #[test]
    fn numbers_of_a_list_are_made_distinct() {
        let numbers = |given: &[Option<i64>]| distinct_numbers(&given.iter().copied().map(Whole).collect::<Vec<_>>());
        assert_eq!(numbers(&[Some(1), Some(2)]), [1, 2]);
        assert_eq!(numbers(&[None, None]), [1, 2]);
        assert_eq!(numbers(&[Some(1), Some(1), Some(2)]), [1, 2, 3]);
        assert_eq!(numbers(&[Some(0), Some(-4)]), [1, 2]);
    }

    /// Any JSON of a few levels.
    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[ -~äñ]{0,12}".prop_map(Value::from),
            "(00|14|25):[0-9]{2}:00".prop_map(Value::from),
            "20[0-9]{2}-[01][0-9]-[0-3][0-9]".prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 12, 3, |inner| {
            let keys = prop_oneof![Just("id"), Just("code"), Just("number"), Just("courses"), Just("x")];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::vec((keys, inner), 0..3)
                    .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
            ]
        })
    }

    const SECTION: &str = r#"{"id": 7, "number": "001", "component": {"code": "LEC"}, "association": {"primary": true},
        "class": {"number": "001", "session": {"id": "1"},
            "course": {"subjectArea": {"code": "SAMPLE"}, "catalogNumber": {"formatted": "1"}}},
        "enrollmentStatus": {"enrolledCount": 1, "maxEnroll": 2, "seatReservations": [{"number": 1, "maxEnroll": 1}]},
        "meetings": [{"number": 1, "startTime": "14:00:00", "endTime": "15:00:00", "location": {"code": "X"},
            "assignedInstructors": [{"instructor": {"names": [{"familyName": "Sample"}]}}]}]}"#;

    const PLACES: [&str; 16] = [
        "/id",
        "/number",
        "/component",
        "/association",
        "/association/primary",
        "/class",
        "/class/session",
        "/class/course",
        "/class/course/catalogNumber",
        "/enrollmentStatus",
        "/enrollmentStatus/seatReservations",
        "/meetings",
        "/meetings/0",
        "/meetings/0/startTime",
        "/meetings/0/location",
        "/meetings/0/assignedInstructors/0/instructor/names",
    ];

    proptest! {
        #[test]
        fn whatever_stands_in_a_record_it_is_read_or_it_is_a_fault(
            place in prop::sample::select(PLACES.as_slice()), odd in any_json()
        ) {
            let mut section: Value = serde_json::from_str(SECTION).unwrap();
            *section.pointer_mut(place).unwrap() = odd;
            let page = format!(r#"{{"classSections":[{section},{SECTION}]}}"#);
            let page = read_page::<SectionRecord>(page.as_bytes(), Api::Sections, "2168".parse().ok()).unwrap();
            prop_assert_eq!((page.count, page.records.len() + page.faults.len()), (2, 2));
            prop_assert!(!page.records.is_empty(), "the neighbour is read");
            prop_assert!(page.faults.iter().all(|fault| !fault.path.is_empty() && !fault.reason.is_empty()));
        }
    }

    #[test]
    fn messages_lose_what_means_nothing_to_an_operator() {
        assert_eq!(
            plain("invalid type: sequence, expected a whole number at line 1 column 7"),
            "found a list instead of a whole number"
        );
    }
}
