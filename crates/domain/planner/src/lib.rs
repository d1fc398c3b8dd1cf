//! What is true about plans: schedules with the sections chosen for them, and the blocks of time that somebody keeps
//! free; the rules by which a week is drawn, checked, made and written as a calendar; and the port through which
//! schedules are kept.

pub mod days;
pub mod schedule;

pub mod draft;
pub mod edit;
pub mod export;
pub mod form_key;
pub mod history;
pub mod link;

// Rules.
pub mod buildings;
pub mod calendar;
pub mod colours;
pub mod compare;
pub mod conflicts;
pub mod exams;
pub mod generator;
pub mod picked;
pub mod plan;
pub mod week;

pub mod ports;

#[cfg(test)]
mod sample;
