//! GraphQL at `/api/graphql`: the contract of 2021 with new fields beside it, over the catalog in memory.
//!
//! In reading order: what comes in, how it is made ready, how it runs, the types of the schema.

// What comes in.
mod endpoint;
mod explorer;
mod media;
mod observe;
mod request;

// How it is made ready.
mod arguments;
mod documents;
pub(crate) mod engine;
mod failure;
pub mod limits;
mod page;
mod persisted;
mod plan;
mod schema;
mod sizes;

// How it runs.
mod change;
mod connection;
mod context;
mod execute;
mod fetch;
mod global_id;
mod json;
mod run;

mod types;

pub(crate) use self::endpoint::routes;
