//! The stand-in as a client meets it: requests in, JSON out.
#![expect(clippy::unwrap_used, reason = "in tests a failed expectation may panic")]

mod asking;
mod campus;
mod faults;
mod grades;
mod moving;
mod replay;
mod rules;
mod terms;
