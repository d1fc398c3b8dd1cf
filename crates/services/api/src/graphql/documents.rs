//! Operations that were read and checked against the schema, kept for the next request with the same text.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use apollo_compiler::ExecutableDocument;
use apollo_compiler::parser::Parser;
use apollo_compiler::validation::{DiagnosticList, Valid};

use crate::graphql::failure::{Code, Failure};
use crate::graphql::limits::Limits;
use crate::graphql::schema::SCHEMA;

/// Texts kept at most; the oldest goes first. At 32 KB each they are 16 MB, their trees some times that.
const KEPT_MAX: usize = 500;

/// Errors told at most about one text.
const TOLD_MAX: usize = 10;

/// Nested braces, brackets and the like that the reader goes into; a selection counts for several. It guards the stack:
/// the limit that people meet is the depth of the plan.
const RECURSION_MAX: usize = 100;

/// A text that fits the schema.
pub(crate) type Document = Valid<ExecutableDocument>;

/// The kept ones.
#[derive(Debug, Default)]
pub(crate) struct Documents(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    by_text: HashMap<Arc<str>, Arc<Document>>,
    oldest_first: VecDeque<Arc<str>>,
}

impl Documents {
    /// The operations in a text.
    pub(crate) fn read(&self, text: &str, limits: &Limits) -> Result<Arc<Document>, Vec<Failure>> {
        if let Some(known) = self.kept().by_text.get(text) {
            return Ok(Arc::clone(known));
        }
        limits.query_bytes.check(text.len()).map_err(|failure| vec![failure])?;
        let document = Arc::new(parse(text, limits)?);
        let mut kept = self.kept();
        if kept.oldest_first.len() >= KEPT_MAX
            && let Some(oldest) = kept.oldest_first.pop_front()
        {
            kept.by_text.remove(&oldest);
        }
        let text: Arc<str> = text.into();
        if kept.by_text.insert(Arc::clone(&text), Arc::clone(&document)).is_none() {
            kept.oldest_first.push_back(text);
        }
        Ok(document)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn parse(text: &str, limits: &Limits) -> Result<Document, Vec<Failure>> {
    let mut parser = Parser::new().recursion_limit(RECURSION_MAX).token_limit(limits.tokens.most);
    let parsed = parser.parse_executable(&SCHEMA.schema, text, "operation");
    if parser.tokens_reached() > limits.tokens.most {
        return Err(vec![limits.tokens.refusal()]);
    }
    if parser.recursion_reached() > RECURSION_MAX {
        return Err(vec![limits.depth.refusal()]);
    }
    let document = parsed.map_err(|wrong| failures(&wrong.errors))?;
    if document.operations.is_empty() {
        return Err(vec![Failure::new(Code::Invalid, "There is no operation in `query`.")]);
    }
    document.validate(&SCHEMA.schema).map_err(|wrong| failures(&wrong.errors))
}

fn failures(errors: &DiagnosticList) -> Vec<Failure> {
    errors.iter().take(TOLD_MAX).map(|error| Failure::found(error.to_json())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_once_and_their_number_is_bounded() {
        let documents = Documents::default();
        let limits = Limits::default();
        let first = documents.read("{ ping }", &limits).unwrap();
        assert!(Arc::ptr_eq(&first, &documents.read("{ ping }", &limits).unwrap()));
        for number in 0..600 {
            documents.read(&format!("query A{number} {{ ping }}"), &limits).unwrap();
        }
        let kept = documents.kept();
        assert_eq!((kept.by_text.len(), kept.oldest_first.len()), (KEPT_MAX, KEPT_MAX));
    }

    #[test]
    fn what_does_not_fit_says_where() {
        let failures = Documents::default().read("{\n  pong\n}", &Limits::default()).unwrap_err();
        assert_eq!(failures.len(), 1);
        assert_eq!((failures[0].locations[0].line, failures[0].locations[0].column), (2, 3));
        assert!(failures[0].message.contains("pong"), "{}", failures[0].message);
    }
}
