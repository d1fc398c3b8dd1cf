//! What went wrong, as an answer says it: a sentence, where in the operation, and where in the data.

use apollo_compiler::parser::{LineColumn, SourceMap, SourceSpan};
use apollo_compiler::response::GraphQLError;
use serde_json::{Value, json};

/// Programs read this in `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// The operation cannot be read, or does not fit the schema.
    Invalid,
    /// A limit was passed.
    TooMuch,
    /// An argument means nothing here.
    BadInput,
    /// Nobody is signed in, or it belongs to somebody else.
    Forbidden,
    /// The operator turned the source off.
    SwitchedOff,
    /// The database does not answer.
    Unavailable,
    /// A sha256 without its text that is not known here.
    PersistedQueryNotFound,
    /// Ours.
    Internal,
}

impl Code {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "GRAPHQL_VALIDATION_FAILED",
            Self::TooMuch => "LIMIT_EXCEEDED",
            Self::BadInput => "BAD_USER_INPUT",
            Self::Forbidden => "FORBIDDEN",
            Self::SwitchedOff => "SOURCE_SWITCHED_OFF",
            Self::Unavailable => "TEMPORARILY_UNAVAILABLE",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::Internal => "INTERNAL_SERVER_ERROR",
        }
    }
}

/// One error of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) code: Code,
    pub(crate) locations: Vec<LineColumn>,
    /// Keys and places from the root of the data.
    pub(crate) path: Vec<Value>,
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { message: message.into(), code, locations: Vec::new(), path: Vec::new() }
    }

    pub(crate) fn at(mut self, span: Option<SourceSpan>, sources: &SourceMap) -> Self {
        self.locations = span.and_then(|span| span.line_column(sources)).into_iter().collect();
        self
    }

    pub(crate) fn with_path(mut self, path: Vec<Value>) -> Self {
        self.path = path;
        self
    }

    /// One that the schema library found.
    pub(crate) fn found(error: GraphQLError) -> Self {
        Self { message: error.message, code: Code::Invalid, locations: error.locations, path: Vec::new() }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut error = json!({ "message": self.message, "extensions": { "code": self.code.as_str() } });
        if !self.locations.is_empty() {
            let place = |at: &LineColumn| json!({ "line": at.line, "column": at.column });
            error["locations"] = self.locations.iter().map(place).collect();
        }
        if !self.path.is_empty() {
            error["path"] = Value::Array(self.path.clone());
        }
        error
    }
}

impl<E: std::fmt::Display> From<(Code, E)> for Failure {
    fn from((code, error): (Code, E)) -> Self {
        Self::new(code, error.to_string())
    }
}
