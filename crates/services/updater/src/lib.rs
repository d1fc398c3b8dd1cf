//! The nightly job: fetches the catalog whole, compares it with what is held, checks the guards, and publishes
//! everything at once or nothing; and the import of grade exports.

pub mod config;
pub mod grades;
pub mod nightly;
pub mod progress;
pub mod request;
pub mod words;

mod course_step;
mod fetch;
mod playlist_step;
mod term_step;
mod tonight;
