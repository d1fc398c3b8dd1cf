//! GraphQL as clients meet it, over a small made-up campus.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod campus;
mod contract;
mod explorer;
mod hostile_input;
mod limits;
mod operations;
mod paging;
mod people;
mod privacy;
mod protocol;
mod rules;
mod search;
mod session;
mod switches;
mod world;
