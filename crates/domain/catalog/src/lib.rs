//! What is true about a university's catalog: its nouns, its rules, and the ports through which it is
//! fetched and kept. Nothing here does I/O, reads a clock or prints.
//!
//! Reading order: the nouns from a term down to a seat; then what a nightly run fetches, compares, checks and
//! publishes; then what readers load; then the ports.

// Nouns.
pub mod campus;
pub mod class;
pub mod course;
pub mod day_part;
pub mod grade;
pub mod ids;
pub mod meeting;
pub mod playlist;
pub mod seats;
pub mod section;
pub mod subject;
pub mod term;

// A nightly run.
pub mod changes;
pub mod fetched;
pub mod run;
pub mod stored;

// Rules.
pub mod academic_calendar;
pub mod announced;
pub mod diff;
pub mod enrollment_series;
pub mod finals;
pub mod grade_report;
pub mod guard;
pub mod past_offerings;
mod phases;
pub mod playlist_rules;
pub mod prerequisites;
pub mod term_days;

// Readers and ports.
mod bits;
pub mod course_set;
pub mod data;
pub mod filter;
pub mod fold;
pub mod nickname;
pub mod ports;
pub mod published;
pub mod search;
pub mod snapshot;
pub mod suggest;
pub mod switches;

#[cfg(test)]
mod sample;
