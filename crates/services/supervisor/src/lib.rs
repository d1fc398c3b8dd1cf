//! Keeps the services of one machine running as they are wished, and starts the scheduled jobs.
//!
//! The loop looks, plans and acts, several times a second while something moves and once a second when all is calm. What
//! to do is decided by pure functions of `platform` (`desired`, `plan`, `schedule`, `compose`); here is what carries it
//! out. Nothing that matters lies in this process alone: killed at any moment, the next one goes on.

mod act;
mod complaints;
pub mod config;
mod leave;
mod look;
pub mod ports;
mod service;
mod show;
#[cfg(test)]
mod tests;

pub use self::config::Config;
pub use self::ports::{Observer, Ports};
pub use self::service::{Supervisor, build};
