//! The published catalog in this process's memory: loaded from the store, loaded again when a new version is published,
//! and kept when the database goes away. The services of a process share one.

mod history;
pub mod keeper;
mod last_runs;
mod refresh;
