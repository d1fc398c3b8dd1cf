//! Answers of the running catalog, short enough to be read.

use serde_json::Value;

use crate::rest::ask::Ask;
use crate::rest::endpoint::{Endpoint, all};
use crate::rest::router::make;
use crate::visit::Visit;

/// How many rows of a list are shown.
const ROWS_SHOWN: usize = 2;

/// How many characters of a text are shown.
const CHARS_SHOWN: usize = 120;

/// An address with its answer.
#[derive(Clone, Debug)]
pub(super) struct Example {
    /// The endpoint's name.
    pub(super) endpoint: &'static str,
    pub(super) address: String,
    /// The answer as indented JSON, with long lists and texts cut.
    pub(super) answer: String,
}

impl Example {
    /// The example of each endpoint of which the catalog has one.
    pub(super) async fn all(visit: &Visit) -> Vec<Self> {
        let mut examples = Vec::new();
        for endpoint in all() {
            examples.extend(Self::of(endpoint, visit.clone()).await);
        }
        examples
    }

    async fn of(endpoint: &'static Endpoint, visit: Visit) -> Option<Self> {
        let address = (endpoint.example)(&visit.snapshot)?;
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        let ask = Ask::read(endpoint, visit, path, parts(endpoint.path, path), query).ok()?;
        let made = make(endpoint, &ask).await.ok()?;
        let answer: Value = serde_json::from_slice(&made.json).ok()?;
        let answer = serde_json::to_string_pretty(&shortened(answer)).ok()?;
        Some(Self { endpoint: endpoint.name, address, answer })
    }
}

/// The parts of a path that fill the braces of its pattern. Examples need no decoding.
fn parts<'a>(pattern: &'a str, path: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let pairs = pattern.split('/').zip(path.split('/'));
    pairs.filter_map(|(name, part)| Some((name.strip_prefix('{')?.strip_suffix('}')?, part)))
}

fn shortened(value: Value) -> Value {
    match value {
        Value::Array(rows) => {
            let left_out = rows.len().saturating_sub(ROWS_SHOWN);
            let mut shown: Vec<Value> = rows.into_iter().take(ROWS_SHOWN).map(shortened).collect();
            if left_out > 0 {
                shown.push(Value::String(format!("… {left_out} more")));
            }
            Value::Array(shown)
        }
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, shortened(value))).collect())
        }
        Value::String(text) if text.chars().count() > CHARS_SHOWN => {
            Value::String(text.chars().take(CHARS_SHOWN).chain(['…']).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn long_lists_and_texts_are_cut_and_say_so() {
        let long = json!({ "rows": [1, 2, 3, 4], "text": "a".repeat(500), "few": [null] });
        let short = shortened(long);
        assert_eq!(short["rows"], json!([1, 2, "… 2 more"]));
        assert_eq!(short["text"].as_str().unwrap().chars().count(), CHARS_SHOWN + 1);
        assert_eq!(short["few"], json!([null]));
    }

    #[test]
    fn the_parts_of_a_path_fill_its_pattern() {
        let found: Vec<_> = parts("/api/a/{x}/b/{y}/", "/api/a/1/b/2&3/").collect();
        assert_eq!(found, [("x", "1"), ("y", "2&3")]);
    }
}
