//! The edge over real sockets: what it forwards, what it refuses, and what happens when upstreams come, go and die.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, also in what it is built of")]

mod admitted;
mod forwarding;
mod hostile;
mod hosts;
mod http2;
mod limits;
mod over_tls;
mod readers;
mod simple;
mod upstreams;
mod world;
