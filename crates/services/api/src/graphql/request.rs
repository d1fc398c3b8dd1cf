//! A request as clients send it: in the body of a POST, or in the address of a GET.

use apollo_compiler::response::{JsonMap, JsonValue};

use crate::graphql::failure::{Code, Failure};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) query: Option<String>,
    pub(crate) operation_name: Option<String>,
    pub(crate) variables: JsonMap,
    /// The sha256 of the query's text.
    pub(crate) persisted_hash: Option<String>,
}

impl Request {
    /// Reads the body of a POST.
    pub(crate) fn of_body(body: &[u8]) -> Result<Self, Failure> {
        let json: JsonValue =
            serde_json::from_slice(body).map_err(|wrong| invalid(&format!("The body is not JSON: {wrong}.")))?;
        match json {
            JsonValue::Object(members) => Self::of_members(&members),
            JsonValue::Array(_) => {
                Err(invalid("A list of operations is not taken here. Send each in a request of its own."))
            }
            _ => Err(invalid("The body is no JSON object: expected one such as {\"query\": \"{ ping }\"}.")),
        }
    }

    /// Reads the query of a GET's address.
    pub(crate) fn of_address(query: &str) -> Result<Self, Failure> {
        let mut request = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "query" => request.query = Some(value.into_owned()).filter(|text| !text.is_empty()),
                "operationName" => request.operation_name = Some(value.into_owned()).filter(|name| !name.is_empty()),
                "variables" if !value.trim().is_empty() => request.variables = object("variables", &value)?,
                "extensions" if !value.trim().is_empty() => {
                    request.persisted_hash = hash_in(&object("extensions", &value)?)?;
                }
                _ => {}
            }
        }
        Ok(request)
    }

    fn of_members(members: &JsonMap) -> Result<Self, Failure> {
        let text = |name: &str| match members.get(name) {
            None | Some(JsonValue::Null) => Ok(None),
            Some(JsonValue::String(text)) => Ok(Some(text.as_str().to_owned())),
            Some(_) => Err(invalid(&format!("`{name}` is no text."))),
        };
        let object = |name: &str| match members.get(name) {
            None | Some(JsonValue::Null) => Ok(JsonMap::new()),
            Some(JsonValue::Object(members)) => Ok(members.clone()),
            Some(_) => Err(invalid(&format!("`{name}` is no JSON object."))),
        };
        Ok(Self {
            query: text("query")?,
            operation_name: text("operationName")?.filter(|name| !name.is_empty()),
            variables: object("variables")?,
            persisted_hash: hash_in(&object("extensions")?)?,
        })
    }
}

/// The hash of Apollo's persisted queries, version 1.
fn hash_in(extensions: &JsonMap) -> Result<Option<String>, Failure> {
    let Some(persisted) = extensions.get("persistedQuery").and_then(JsonValue::as_object) else { return Ok(None) };
    if persisted.get("version").and_then(JsonValue::as_i64) != Some(1) {
        return Err(invalid("`extensions.persistedQuery.version` is not 1."));
    }
    let hash = persisted.get("sha256Hash").and_then(JsonValue::as_str);
    hash.map(|hash| Some(hash.to_owned())).ok_or_else(|| invalid("`extensions.persistedQuery.sha256Hash` is missing."))
}

fn object(name: &str, text: &str) -> Result<JsonMap, Failure> {
    let json = serde_json::from_str::<JsonValue>(text);
    match json {
        Ok(JsonValue::Object(members)) => Ok(members),
        _ => Err(invalid(&format!("`{name}` is no JSON object."))),
    }
}

fn invalid(message: &str) -> Failure {
    Failure::new(Code::Invalid, message)
}
