//! Watches the house: looks at every part every ten seconds, keeps 90 days of it, and tells people when something is
//! wrong: few messages, once, each with what to do.

pub mod config;
pub mod events;
pub mod incidents;
pub mod probes;
pub mod service;
pub mod test_fire;

mod post;
mod rounds;
mod sink_queue;
