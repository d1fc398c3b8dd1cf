//! Problem documents, RFC 9457, in the form that the services behind have too.

use serde_json::{Map, Value};

use crate::pages::STATUS_PATH;
use crate::pages::trouble::Trouble;

/// The document.
pub(super) fn document(trouble: &Trouble, request_id: &str) -> String {
    let status = trouble.status();
    let words = trouble.words();
    let mut members = Map::new();
    let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
    add("type", trouble.problem_type().into());
    add("title", status.canonical_reason().unwrap_or("Error").into());
    add("status", status.as_u16().into());
    add("detail", format!("{}. {}", words.title, words.lead).into());
    if !request_id.is_empty() {
        add("request_id", request_id.into());
    }
    if let Some(wait) = trouble.retry_after() {
        add("retry_after_seconds", wait.as_secs().into());
    }
    if let Some(service) = trouble.service() {
        add("service", service.to_string().into());
    }
    if status.is_server_error() {
        members.insert("status_page".to_owned(), STATUS_PATH.into());
    }
    Value::Object(members).to_string()
}
