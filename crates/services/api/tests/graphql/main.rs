//! GraphQL as clients meet it, over a small made-up campus.

mod campus;
mod contract;
mod explorer;
mod hostile_input;
mod limits;
mod operations;
mod paging;
mod people;
mod protocol;
mod rules;
mod switches;
mod world;
