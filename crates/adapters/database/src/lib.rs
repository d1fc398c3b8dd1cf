//! What is kept in Postgres 15 or newer: all SQL and all migrations of the project.
//!
//! The two big movements are [`publish`](mod@publish) (everything that a nightly run changes, in one transaction)
//! and [`load`](mod@load) (everything that readers hold in memory, in one snapshot). The files between them are
//! the tables by noun, each with its reading and its writing. What belongs to people is read and written at once.

// The way in.
pub mod config;
pub mod connect;
pub mod error;
pub mod migrate;

// Beneath every statement.
mod ask;
mod copy;
mod moment;
mod parse;

// The tables, by noun.
mod alert_log;
mod alert_outbox;
mod announced;
mod attributes;
mod classes;
mod collections;
mod courses;
mod grades;
mod guests;
mod ledger;
mod meetings;
mod owners;
mod people;
mod playlists;
mod quarantine;
mod reports;
mod schedule_links;
mod schedule_lists;
mod schedule_rows;
mod schedule_versions;
mod schedules;
mod seats;
mod sections;
mod sessions;
mod sources;
mod state;
mod switches;
mod terms;
mod told_rows;
mod watches;

// What is done with them.
pub mod census;
mod export;
mod feed;
mod import;
mod load;
mod publish;
mod run;
mod store;
