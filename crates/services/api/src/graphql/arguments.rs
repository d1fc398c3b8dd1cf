//! The arguments of a field, read into what they mean. The schema's types have been checked already, save for our own
//! scalars and for the range of numbers.

use apollo_compiler::response::{JsonMap, JsonValue};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::graphql::global_id;

/// Given arguments by name.
pub(crate) struct Arguments<'a>(Vec<(&'a str, JsonValue)>);

/// Why an argument cannot be used: a sentence for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refusal(pub(crate) String);

impl<'a> Arguments<'a> {
    pub(crate) fn new(values: Vec<(&'a str, JsonValue)>) -> Self {
        Self(values)
    }

    /// Those of an object among the values.
    pub(crate) fn inside(object: &'a JsonMap) -> Self {
        Self(object.iter().map(|(name, value)| (name.as_str(), value.clone())).collect())
    }

    /// The value, when it was given and is not null.
    pub(crate) fn get(&self, name: &str) -> Option<&JsonValue> {
        let value = self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        value.filter(|value| !value.is_null())
    }

    /// Whether something was given, be it null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| *known == name)
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        self.read(name, "a text", |value| value.as_str().map(str::to_owned))
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Refusal> {
        self.read(name, "true or false", JsonValue::as_bool)
    }

    pub(crate) fn int(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let small = |value: &JsonValue| value.as_i64().filter(|number| i32::try_from(*number).is_ok());
        self.read(name, "a whole number of 32 bits", small)
    }

    pub(crate) fn float(&self, name: &str) -> Result<Option<f64>, Refusal> {
        self.read(name, "a number", JsonValue::as_f64)
    }

    /// A date with a time; one with an offset is taken to UTC.
    pub(crate) fn moment(&self, name: &str) -> Result<Option<DateTime>, Refusal> {
        let parse = |value: &JsonValue| {
            let text = value.as_str()?;
            let instant = || text.parse::<jiff::Timestamp>().ok().map(|at| at.to_zoned(TimeZone::UTC).datetime());
            instant().or_else(|| text.parse().ok())
        };
        self.read(name, "a date with a time, such as 1900-01-01T10:00:00", parse)
    }

    pub(crate) fn time(&self, name: &str) -> Result<Option<jiff::civil::Time>, Refusal> {
        self.read(name, "a time, such as 10:30:00", |value| value.as_str()?.parse().ok())
    }

    /// The number in a global id of a type.
    pub(crate) fn id(&self, name: &str, type_name: &'static str) -> Result<Option<u64>, Refusal> {
        self.key(name).map(|id| global_id::number(&id, type_name).map_err(|wrong| refused(name, &wrong))).transpose()
    }

    /// The text of an id, which clients may send as a number too.
    pub(crate) fn key(&self, name: &str) -> Option<String> {
        self.get(name).map(plain)
    }

    /// The numbers in a list of global ids of a type; one id is a list too.
    pub(crate) fn ids(&self, name: &str, type_name: &'static str) -> Result<Option<Vec<u64>>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = |id: &JsonValue| global_id::number(&plain(id), type_name);
        let ids = self.list(value).map(number).collect::<Result<Vec<u64>, _>>();
        ids.map(Some).map_err(|wrong| refused(name, &wrong))
    }

    /// The elements of a list that are not null; one element stands for a list of it.
    pub(crate) fn list<'v>(&self, value: &'v JsonValue) -> impl Iterator<Item = &'v JsonValue> + use<'v> {
        let elements = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        elements.iter().filter(|element| !element.is_null())
    }

    fn read<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&JsonValue) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| Refusal(format!("`{name}` is {expected}; what was given is not.")))
    }
}

fn plain(value: &JsonValue) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn refused(name: &str, wrong: &global_id::InvalidId) -> Refusal {
    Refusal(format!("`{name}`: {wrong}"))
}
