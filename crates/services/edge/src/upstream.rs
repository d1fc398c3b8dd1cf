//! The side of the upstreams: pools, health, connections.

pub(crate) mod answer;
pub(crate) mod connection;
pub(crate) mod health;
pub(crate) mod incoming;
pub(crate) mod pool;
pub(crate) mod probe;
pub(crate) mod sending;
pub(crate) mod watch;
