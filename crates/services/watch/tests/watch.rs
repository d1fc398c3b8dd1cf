//! The watch, whole: with a store in memory, sinks and probes that do as they are told, and a clock that is moved.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

#[path = "watch/house.rs"]
mod house;

#[path = "watch/alarms.rs"]
mod alarms;
#[path = "watch/looks.rs"]
mod looks;
#[path = "watch/probes.rs"]
mod probes;
