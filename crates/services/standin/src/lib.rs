//! The stand-in: speaks the SIS's HTTP API, from a demo campus made of a seed or from captured real data.
//!
//! [`config`] says what it stands in with, [`server`] is it, [`faults`] breaks it on demand. The control endpoint is
//! described in [`faults`].

pub mod config;
pub mod error;
pub mod faults;
pub mod server;
pub mod snapshots;

mod breakage;
mod campus;
mod chance;
mod demo;
mod endpoints;
mod envelope;
mod json;
mod listing;
mod query;
mod replay;
