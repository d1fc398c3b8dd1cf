//! What runs where: services, releases, environments, routes, schedules, certificates, backups and the state of the
//! house. Nouns and rules only; whoever touches a process, a file or the network implements the [`ports`].
//!
//! Read in this order: the names, what is wished ([`wishes`]), what is seen ([`runtime`]), the way of a request
//! ([`routes`]), and how the house is ([`status`]).

pub mod alarm;
pub mod backups;
pub mod bans;
pub mod certificates;
pub mod compose;
pub mod desired;
pub mod names;
pub mod plan;
pub mod ports;
pub mod releases;
pub mod routes;
pub mod runtime;
pub mod schedule;
pub mod status;
pub mod view;
pub mod wishes;
