//! `GET /api/v1/openapi.json`, and `GET /api/v1`, which leads to everything.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::Bytes;
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{Document, one};
use crate::rest::answer::{Made, Outcome};
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::openapi::document;

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "get_openapi",
    path: "/api/v1/openapi.json",
    group: Group::Catalog,
    summary: "This interface as an OpenAPI document",
    about: "",
    parameters: &[],
    shape: |_| schemars::json_schema!({ "type": "object", "required": ["openapi", "info", "paths"] }),
    example: |_| None,
    doing: Doing::Memory(|_| {
        static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| document().into());
        Ok(Made { json: DOCUMENT.clone(), next: None })
    }),
};

pub(super) static ROOT: Endpoint = Endpoint {
    name: "get_root",
    path: "/api/v1",
    group: Group::Catalog,
    summary: "Where everything is",
    about: "",
    parameters: &[],
    shape: |schemas| schemas.subschema_for::<Document<'static, Root>>(),
    example: |_| Some("/api/v1".to_owned()),
    doing: Doing::Memory(root),
};

/// Where everything is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Root")]
struct Root {
    /// Addresses by name.
    links: BTreeMap<&'static str, &'static str>,
}

fn root(ask: &Ask) -> Outcome {
    let open = super::ENDPOINTS.into_iter().filter(|endpoint| !endpoint.path.contains('{'));
    let mut links: BTreeMap<&'static str, &'static str> =
        open.filter_map(|endpoint| Some((endpoint.path.strip_prefix("/api/v1/")?, endpoint.path))).collect();
    links.insert("documentation", "/api/docs");
    links.insert("graphql", "/api/graphql");
    one(ask, &[], Root { links })
}
