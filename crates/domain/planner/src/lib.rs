//! What is true about plans: schedules with the sections chosen for them, and the blocks of time that somebody keeps
//! free; and the port through which they are kept.

pub mod days;
pub mod schedule;

pub mod draft;

pub mod ports;
