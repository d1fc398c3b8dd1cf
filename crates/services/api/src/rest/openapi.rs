//! The OpenAPI document, made from the table of endpoints.

use http::StatusCode;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::endpoint::{Endpoint, Group, all};
use super::parameter::{Parameter, Place};
use super::problem::{PROBLEM_JSON, ProblemDocument};

/// The version of the described interface: it changes when a client could notice.
const INTERFACE_VERSION: &str = "1.0.0";

const ABOUT: &str = "\
What UC Berkeley offers: courses, classes, sections, seats and how they filled, grades, requirements. Everything is read \
with GET and needs no key. Answers are JSON: names in snake_case, moments as RFC 3339 in UTC, days as ISO dates, times of \
day as HH:MM on the campus, `null` for what is not known. Every answer has an `ETag`: ask again with `If-None-Match`, and \
an unchanged answer costs nothing. Errors are problem documents (RFC 9457).";

/// The document as it is served and committed: the same text each time.
#[must_use]
pub fn document() -> String {
    let mut text = serde_json::to_string_pretty(&assembled()).unwrap_or_default();
    text.push('\n');
    text
}

fn assembled() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    // What is written is described: not what could be read.
    let mut schemas = settings.for_serialize().into_generator();
    let mut paths = Map::new();
    for endpoint in all() {
        paths.insert(endpoint.path.to_owned(), json!({ "get": operation(endpoint, &mut schemas) }));
    }
    schemas.subschema_for::<ProblemDocument>();
    let tags: Vec<Value> =
        Group::ALL.iter().map(|group| json!({ "name": group.title(), "description": group.about() })).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Berkeleytime",
            "version": INTERFACE_VERSION,
            "summary": "The course catalog of UC Berkeley for programs",
            "description": ABOUT,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/", "description": "Where this document comes from" }],
        "tags": tags,
        "paths": paths,
        "components": { "schemas": schemas.take_definitions(true), "responses": responses() },
    })
}

fn operation(endpoint: &Endpoint, schemas: &mut SchemaGenerator) -> Value {
    let parameters: Vec<Value> = endpoint.parameters.iter().map(parameter).collect();
    let shape = (endpoint.shape)(schemas);
    let mut operation = json!({
        "operationId": endpoint.name,
        "tags": [endpoint.group.title()],
        "summary": endpoint.summary,
        "parameters": parameters,
        "responses": {
            "200": {
                "description": endpoint.summary,
                "headers": success_headers(endpoint),
                "content": { "application/json": { "schema": shape } },
            },
            "304": { "description": "What was asked for with `If-None-Match` is still true." },
            "400": { "$ref": "#/components/responses/unreadable" },
            "404": { "$ref": "#/components/responses/not_found" },
            "414": { "$ref": "#/components/responses/too_long" },
            "422": { "$ref": "#/components/responses/invalid" },
            "429": { "$ref": "#/components/responses/too_many" },
            "431": { "description": "The address is longer than the server reads; there is no body." },
            "503": { "$ref": "#/components/responses/unavailable" },
        },
    });
    if !endpoint.about.is_empty() {
        operation["description"] = endpoint.about.into();
    }
    if endpoint.is_legacy() {
        operation["deprecated"] = true.into();
    }
    operation
}

fn parameter(parameter: &Parameter) -> Value {
    let mut described = json!({
        "name": parameter.name,
        "in": if parameter.place == Place::Path { "path" } else { "query" },
        "required": parameter.is_required,
        "description": parameter.about,
        "schema": parameter.schema(),
    });
    if parameter.is_list {
        described["style"] = "form".into();
        described["explode"] = true.into();
    }
    described
}

fn success_headers(endpoint: &Endpoint) -> Value {
    let text = |about: &str| json!({ "description": about, "schema": { "type": "string" } });
    let mut headers = json!({
        "ETag": text("Stands for the content: send it back as `If-None-Match`."),
        "Cache-Control": text("Anybody may keep the answer, and asks each time whether it is still true."),
        "Last-Modified": text("When this version of the catalog was published."),
    });
    if endpoint.has_pages() {
        headers["Link"] = text("`rel=\"next\"`: the next page, when there is one.");
    }
    headers
}

fn responses() -> Value {
    let problem = |about: &str| {
        json!({
            "description": about,
            "content": { PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    json!({
        "unreadable": problem("The address has bytes in it that are no text."),
        "not_found": problem("What the address names is not in the catalog."),
        "too_long": problem("The address is too long."),
        "invalid": problem("A parameter is unknown, missing or cannot be understood; `errors` says which and why."),
        "too_many": problem("Too many requests; `Retry-After` says when to go on."),
        "unavailable": problem(
            "The catalog is being loaded, the database does not answer, or the source is switched off; `detail` says which.",
        ),
    })
}

/// The statuses that an endpoint may answer with, as the docs page lists them.
pub(crate) const ERRORS: [(StatusCode, &str, &str); 6] = [
    (StatusCode::BAD_REQUEST, "unreadable", "The address has bytes in it that are no text."),
    (StatusCode::NOT_FOUND, "not-found", "What the address names is not in the catalog."),
    (StatusCode::URI_TOO_LONG, "too-long", "The address is too long."),
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-parameters",
        "A parameter is unknown, missing or cannot be understood. `errors` lists each with what was probably meant.",
    ),
    (StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many requests. `Retry-After` says in how many seconds to go on."),
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "unavailable",
        "The catalog is being loaded, the database does not answer in time, or a source is switched off by the operator: \
         then `source`, `since` and the reason are given.",
    ),
];
