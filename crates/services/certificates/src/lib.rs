//! Keeps the certificates of the house: serves what lies on disk at once, asks for what is missing or due, and tells
//! people in time when that does not work.
//!
//! Read in this order: the [`keeper`] (the loop), what it serves ([`served`]), what it writes down ([`notes`]), and what
//! people see ([`status`]).

pub mod keeper;
pub mod notes;
pub mod served;
pub mod status;
