//! The public API: GraphQL and REST as clients of 2021 know them, and `/api/v1` in today's conventions. All answers are
//! made from the catalog in memory.

pub mod config;
mod docs;
mod frame;
pub mod graphql;
mod identity;
mod keeping;
mod legacy;
pub mod openapi;
mod rest;
pub mod service;
mod v1;
mod visit;
