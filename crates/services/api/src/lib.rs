//! The public API: GraphQL and REST as clients of 2021 know them, and `/api/v1` in today's conventions. All answers are
//! made from the catalog in memory.

mod campus;
pub mod config;
mod keeping;
pub mod service;
mod visit;
