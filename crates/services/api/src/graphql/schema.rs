//! The schema: read once from `schema.graphql`.

use std::sync::LazyLock;

use apollo_compiler::collections::HashMap;
use apollo_compiler::schema::Implementers;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema};

/// The text, as clients may download it.
pub(crate) const TEXT: &str = include_str!("schema.graphql");

/// The schema with what introspection asks of it again and again.
pub(crate) struct Known {
    pub(crate) schema: Valid<Schema>,
    pub(crate) implementers: HashMap<Name, Implementers>,
}

/// The one schema of this program.
pub(crate) static SCHEMA: LazyLock<Known> = LazyLock::new(|| {
    let schema = Schema::parse_and_validate(TEXT, "schema.graphql");
    let schema = schema.unwrap_or_else(|wrong| panic!("schema.graphql is not valid, which a test holds: {wrong}"));
    let implementers = schema.implementers_map();
    Known { schema, implementers }
});
