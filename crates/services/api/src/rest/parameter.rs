//! Parameters of endpoints: what they are called, what they may hold, and how they are read. The OpenAPI document says
//! the same as the reading does, because both are made from [`Kind`].

use catalog::meeting::{Days, TimeRange};
use catalog::term::TermId;
use jiff::civil::Time;
use serde_json::{Value as Json, json};

use super::cursor::{self, Cursor};
use super::nearest::nearest;
use super::problem::{Fault, shortened};

/// The most values of a parameter that may be given several times.
pub(crate) const VALUES_MAX: usize = 20;

/// The most numbers of a list in one value.
pub(crate) const NUMBERS_MAX: usize = 200;

/// The largest id: as large as the database's.
pub(crate) const ID_MAX: u64 = 9_223_372_036_854_775_807;

/// How a time of day looks.
const TIME: &str = "([01][0-9]|2[0-3]):[0-5][0-9]";

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
}

/// A parameter of an endpoint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    pub(crate) is_required: bool,
    /// Whether it may be given several times.
    pub(crate) is_list: bool,
    /// What it does, in a sentence.
    pub(crate) about: &'static str,
}

/// What a parameter may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Any text of so many characters.
    Text { chars_max: usize },
    /// A whole number.
    Number { min: u64, max: u64 },
    /// Whole numbers with a character between them.
    Numbers { separator: char },
    /// `true` or `false`.
    Flag,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// `2268` or `fall-2026`.
    Term,
    /// `13:30`.
    Time,
    /// `MoWeFr-13:00-14:00`.
    Weekly,
    /// The `next` of an earlier answer.
    Cursor,
}

/// What was given.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Number(u64),
    Numbers(Vec<u64>),
    Flag(bool),
    Word(&'static str),
    Term(TermId),
    Time(Time),
    Weekly(Days, TimeRange),
    Cursor(Cursor),
}

impl Parameter {
    /// A part of the path.
    pub(crate) const fn path(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, place: Place::Path, kind, is_required: true, is_list: false, about }
    }

    /// A parameter of the query that may be left out.
    pub(crate) const fn query(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, place: Place::Query, kind, is_required: false, is_list: false, about }
    }

    /// One that may be given several times.
    pub(crate) const fn list(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { is_list: true, ..Self::query(name, kind, about) }
    }

    /// One that must be given.
    pub(crate) const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// Reads a value.
    pub(crate) fn read(&self, text: &str) -> Result<Value, Fault> {
        self.kind.read(text).ok_or_else(|| {
            let message = format!("`{}` is no `{}`: expected {}.", shortened(text), self.name, self.kind.expected());
            Fault::new(self.name, message).with_nearest(self.kind.nearest(text))
        })
    }

    /// The schema of the parameter, its list included.
    pub(crate) fn schema(&self) -> Json {
        let one = self.kind.schema();
        if self.is_list { json!({ "type": "array", "items": one, "maxItems": VALUES_MAX }) } else { one }
    }
}

impl Kind {
    fn read(self, text: &str) -> Option<Value> {
        match self {
            Self::Text { chars_max } => {
                let fits = (1..=chars_max).contains(&text.chars().count());
                fits.then(|| Value::Text(text.to_owned()))
            }
            Self::Number { min, max } => whole(text).filter(|n| (min..=max).contains(n)).map(Value::Number),
            Self::Numbers { separator } => numbers(text, separator).map(Value::Numbers),
            Self::Flag => text.parse().ok().map(Value::Flag),
            Self::OneOf(words) => words.iter().find(|word| **word == text).map(|word| Value::Word(word)),
            Self::Term => text.parse().ok().filter(|term| is_written_like(*term, text)).map(Value::Term),
            Self::Time => time(text).map(Value::Time),
            Self::Weekly => weekly(text),
            Self::Cursor => text.parse().ok().map(Value::Cursor),
        }
    }

    fn expected(self) -> String {
        match self {
            Self::Text { chars_max } => format!("a text of 1 to {chars_max} characters"),
            Self::Number { min, max } => format!("a whole number from {min} to {max}"),
            Self::Numbers { separator } => {
                format!("1 to {NUMBERS_MAX} whole numbers with `{separator}` between them, such as 1{separator}2")
            }
            Self::Flag => "`true` or `false`".to_owned(),
            Self::OneOf(words) => format!("one of {}", words.join(", ")),
            Self::Term => "a term such as fall-2026, or its SIS id such as 2268".to_owned(),
            Self::Time => "a time of day such as 08:00 or 17:30".to_owned(),
            Self::Weekly => "days, a beginning and a later end such as MoWeFr-13:00-14:00".to_owned(),
            Self::Cursor => "the `cursor` of a `next` link, unchanged".to_owned(),
        }
    }

    fn nearest(self, text: &str) -> Option<&'static str> {
        match self {
            Self::OneOf(words) => nearest(text, words.iter().copied()),
            Self::Flag => nearest(text, ["true", "false"]),
            _ => None,
        }
    }

    fn schema(self) -> Json {
        match self {
            Self::Text { chars_max } => json!({ "type": "string", "minLength": 1, "maxLength": chars_max }),
            Self::Number { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
            Self::Numbers { separator } => {
                let pattern = format!("^[0-9]{{1,18}}({separator}[0-9]{{1,18}}){{0,{}}}$", NUMBERS_MAX - 1);
                json!({ "type": "string", "pattern": pattern })
            }
            Self::Flag => json!({ "type": "boolean" }),
            Self::OneOf(words) => json!({ "type": "string", "enum": words }),
            Self::Term => json!({
                "type": "string",
                "pattern": "^([1-9][0-9]{2}[258]|(spring|summer|fall)-(19|2[0-8])[0-9]{2})$",
            }),
            Self::Time => json!({ "type": "string", "pattern": format!("^{TIME}$") }),
            Self::Weekly => {
                json!({ "type": "string", "pattern": format!("^(Mo|Tu|We|Th|Fr|Sa|Su){{1,7}}-{TIME}-{TIME}$") })
            }
            Self::Cursor => json!({ "type": "string", "pattern": cursor::PATTERN }),
        }
    }

    /// For the docs page: what may stand there, in few words.
    pub(crate) fn in_words(self) -> String {
        match self {
            Self::Cursor => "from `next`".to_owned(),
            Self::Term => "term, as fall-2026 or 2268".to_owned(),
            Self::Time => "time, as 13:30".to_owned(),
            Self::Weekly => "days and times, as MoWeFr-13:00-14:00".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Number { max: ID_MAX, .. } => "whole number".to_owned(),
            other => other.expected(),
        }
    }
}

fn whole(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn numbers(text: &str, separator: char) -> Option<Vec<u64>> {
    /// Longer ones are no ids.
    const DIGITS_MAX: usize = 18;
    let given = text.trim_end_matches(separator);
    if given.split(separator).count() > NUMBERS_MAX {
        return None;
    }
    given.split(separator).map(|number| whole(number).filter(|_| number.len() <= DIGITS_MAX)).collect()
}

/// Each term has two spellings, so that an answer is kept once or twice and not a hundred times.
fn is_written_like(term: TermId, text: &str) -> bool {
    term.slug() == text || term.to_string() == text
}

fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let two = |digits: &str| (digits.len() == 2).then(|| whole(digits)).flatten().and_then(|n| i8::try_from(n).ok());
    Time::new(two(hour)?, two(minute)?, 0, 0).ok()
}

/// Days without any meet never, and an end before its beginning is a typing error.
fn weekly(text: &str) -> Option<Value> {
    /// Seven days of two letters.
    const WEEK_LENGTH: usize = 14;
    let (days, times) = text.split_once('-')?;
    let (start, end) = times.split_once('-')?;
    let days =
        Days::from_sis(days).filter(|read| !read.is_empty() && !days.contains(' ') && days.len() <= WEEK_LENGTH)?;
    Some(Value::Weekly(days, TimeRange::new(time(start)?, time(end)?)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [Kind; 9] = [
        Kind::Text { chars_max: 10 },
        Kind::Number { min: 1, max: 99 },
        Kind::Numbers { separator: ',' },
        Kind::Flag,
        Kind::OneOf(&["relevance", "grade"]),
        Kind::Term,
        Kind::Time,
        Kind::Weekly,
        Kind::Cursor,
    ];

    #[test]
    fn what_is_wrong_is_said_with_what_was_meant() {
        let fault = Parameter::query("sort", Kind::OneOf(&["relevance", "grade"]), "").read("grades").unwrap_err();
        assert_eq!(fault.message, "`grades` is no `sort`: expected one of relevance, grade.");
        assert_eq!(fault.nearest.as_deref(), Some("grade"));
    }

    #[test]
    fn values_are_read() {
        assert_eq!(Kind::Number { min: 1, max: 99 }.read("08"), Some(Value::Number(8)));
        assert_eq!(Kind::Numbers { separator: '&' }.read("3&1&"), Some(Value::Numbers(vec![3, 1])));
        assert_eq!(Kind::Time.read("17:30"), Some(Value::Time(jiff::civil::time(17, 30, 0, 0))));
        assert_eq!(Kind::Term.read("2268"), Kind::Term.read("fall-2026"));
        for (kind, text) in [
            (Kind::Number { min: 1, max: 99 }, "+5"),
            (Kind::Number { min: 1, max: 99 }, "-5"),
            (Kind::Number { min: 1, max: 99 }, ""),
            (Kind::Number { min: 1, max: 99 }, "99999999999999999999999"),
            (Kind::Term, "Fall 2026"),
            (Kind::Term, "2269"),
            (Kind::Time, "24:00"),
            (Kind::Time, "8:00"),
            (Kind::Weekly, "-13:00-14:00"),
            (Kind::Weekly, "Mo-14:00-13:00"),
            (Kind::Flag, "1"),
        ] {
            assert_eq!(kind.read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reading(text in "\\PC{0,40}|[0-9,.:&-]{0,60}") {
            for kind in KINDS {
                let parameter = Parameter::query("sample", kind, "");
                if let Err(fault) = parameter.read(&text) {
                    prop_assert!(fault.message.ends_with('.') && fault.message.len() < 700);
                }
            }
        }
    }
}
