//! A request to an endpoint, read and checked against its parameters.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use catalog::meeting::{Days, TimeRange};
use catalog::snapshot::Snapshot;
use catalog::switches::Source;
use catalog::term::TermId;
use jiff::civil::{Date, Time};

use super::cursor::{Cursor, LIMIT_DEFAULT};
use super::decode::pairs;
use super::endpoint::Endpoint;
use super::nearest::nearest;
use super::parameter::{Parameter, Place, VALUES_MAX, Value};
use super::problem::{Fault, Problem, shortened};
use crate::visit::Visit;

/// What is asked of an endpoint.
pub(crate) struct Ask {
    pub(crate) visit: Visit,
    pub(crate) snapshot: Arc<Snapshot>,
    /// The path as it was asked for, still encoded: for links to further pages.
    pub(crate) path: String,
    values: BTreeMap<&'static str, Vec<Value>>,
}

impl Ask {
    /// Reads a request. The parts of the path are decoded, the query is not.
    pub(crate) fn read<'a>(
        endpoint: &Endpoint,
        visit: Visit,
        path: &str,
        parts: impl IntoIterator<Item = (&'a str, &'a str)>,
        query: &str,
    ) -> Result<Self, Problem> {
        let given = pairs(query).map_err(|_| Problem::unreadable("The query has bytes in it that are no UTF-8."))?;
        let mut reading = Reading::default();
        for (name, value) in parts {
            let parameter = endpoint.parameters.iter().find(|known| known.place == Place::Path && known.name == name);
            if let Some(parameter) = parameter {
                reading.take(parameter, value);
            }
        }
        for (name, value) in &given {
            let mut known = endpoint.parameters.iter().filter(|known| known.place == Place::Query);
            match known.find(|known| known.name == name) {
                Some(parameter) => reading.take(parameter, value),
                // Clients of 2021 add what they like, such as a number against caches.
                None if endpoint.is_legacy() => {}
                None => reading.faults.push(unknown(endpoint, name)),
            }
        }
        reading.miss(endpoint);
        if !reading.faults.is_empty() {
            return Err(Problem::invalid(reading.faults));
        }
        let snapshot = visit.snapshot.clone();
        Ok(Self { visit, snapshot, path: path.to_owned(), values: reading.values })
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.one(name).and_then(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            Value::Word(word) => Some(word),
            _ => None,
        })
    }

    /// A part of the path that is a text; the path has all its parts.
    pub(crate) fn word(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    /// All texts of a list.
    pub(crate) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.values.get(name).map_or(&[][..], Vec::as_slice);
        values.iter().filter_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            Value::Word(word) => Some(word),
            _ => None,
        })
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.one(name).and_then(|value| if let Value::Number(number) = value { Some(*number) } else { None })
    }

    pub(crate) fn numbers(&self, name: &str) -> &[u64] {
        self.one(name).map_or(&[], |value| if let Value::Numbers(numbers) = value { numbers } else { &[] })
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.one(name).and_then(|value| if let Value::Flag(flag) = value { Some(*flag) } else { None })
    }

    pub(crate) fn term(&self, name: &str) -> Option<TermId> {
        self.one(name).and_then(|value| if let Value::Term(term) = value { Some(*term) } else { None })
    }

    /// All weekly stretches of a list.
    pub(crate) fn weekly(&self, name: &str) -> impl Iterator<Item = (Days, TimeRange)> {
        let values = self.values.get(name).map_or(&[][..], Vec::as_slice);
        values
            .iter()
            .filter_map(|value| if let Value::Weekly(days, time) = value { Some((*days, *time)) } else { None })
    }

    pub(crate) fn time(&self, name: &str) -> Option<Time> {
        self.one(name).and_then(|value| if let Value::Time(time) = value { Some(*time) } else { None })
    }

    pub(crate) fn cursor(&self) -> Option<Cursor> {
        self.one("cursor").and_then(|value| if let Value::Cursor(cursor) = value { Some(*cursor) } else { None })
    }

    pub(crate) fn limit(&self) -> u64 {
        self.number("limit").unwrap_or(LIMIT_DEFAULT)
    }

    /// The day on the campus.
    pub(crate) fn today(&self) -> Date {
        self.visit.app.day(self.visit.now)
    }

    /// The term that people are enrolling in.
    pub(crate) fn default_term(&self) -> Option<TermId> {
        self.snapshot.default_term(self.today())
    }

    /// Refuses when a source is switched off.
    pub(crate) fn needs(&self, source: Source) -> Result<(), Problem> {
        self.snapshot.switches().off(source).map_or(Ok(()), |off| Err(Problem::switched_off(off)))
    }

    /// The request in one spelling: equal for requests that have one answer.
    pub(crate) fn normalised(&self) -> String {
        self.written(|_| true)
    }

    /// The address of the same list behind a cursor.
    pub(crate) fn behind(&self, cursor: Cursor) -> String {
        let query = self.written(|name| name != "cursor");
        let joint = if query.is_empty() { "" } else { "&" };
        format!("{}?{query}{joint}cursor={cursor}", self.path)
    }

    fn one(&self, name: &str) -> Option<&Value> {
        self.values.get(name)?.first()
    }

    fn written(&self, wanted: impl Fn(&str) -> bool) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, values) in self.values.iter().filter(|(name, _)| wanted(name)) {
            for value in values {
                query.append_pair(name, &value.written());
            }
        }
        query.finish()
    }
}

impl Value {
    fn written(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Numbers(numbers) => numbers.iter().fold(String::new(), |mut all, number| {
                let _ = write!(all, "{}{number}", if all.is_empty() { "" } else { "," });
                all
            }),
            Self::Flag(flag) => flag.to_string(),
            Self::Word(word) => (*word).to_owned(),
            Self::Term(term) => term.slug(),
            Self::Time(time) => time.strftime("%H:%M").to_string(),
            Self::Weekly(days, time) => {
                let names = (0_u8..).zip(Days::NAMES).filter(|(day, _)| days.contains(*day)).map(|(_, name)| name);
                let (start, end) = (time.start().strftime("%H:%M"), time.end().strftime("%H:%M"));
                format!("{}-{start}-{end}", names.collect::<String>())
            }
            Self::Cursor(cursor) => cursor.to_string(),
        }
    }
}

#[derive(Default)]
struct Reading {
    values: BTreeMap<&'static str, Vec<Value>>,
    faults: Vec<Fault>,
}

impl Reading {
    fn take(&mut self, parameter: &Parameter, text: &str) {
        let value = match parameter.read(text) {
            Ok(value) => value,
            Err(fault) => return self.faults.push(fault),
        };
        let values = self.values.entry(parameter.name).or_default();
        let most = if parameter.is_list { VALUES_MAX } else { 1 };
        if values.len() < most {
            values.push(value);
        } else {
            let name = parameter.name;
            let message = if most == 1 {
                format!("`{name}` is given more than once.")
            } else {
                format!("`{name}` is given more than {most} times.")
            };
            self.faults.push(Fault::new(name, message));
        }
    }

    fn miss(&mut self, endpoint: &Endpoint) {
        for parameter in endpoint.parameters.iter().filter(|parameter| parameter.is_required) {
            let was_wrong = self.faults.iter().any(|fault| fault.parameter == parameter.name);
            if !self.values.contains_key(parameter.name) && !was_wrong {
                let message = format!("`{}` is missing: {}", parameter.name, parameter.about);
                self.faults.push(Fault::new(parameter.name, message));
            }
        }
    }
}

fn unknown(endpoint: &Endpoint, name: &str) -> Fault {
    let known = || {
        let query = endpoint.parameters.iter().filter(|known| known.place == Place::Query);
        query.map(|known| known.name)
    };
    let list: Vec<&str> = known().collect();
    let there =
        if list.is_empty() { "this address has none".to_owned() } else { format!("there are {}", list.join(", ")) };
    Fault::new(name, format!("There is no parameter `{}` here: {there}.", shortened(name)))
        .with_nearest(nearest(name, known()))
}
