//! The listener and all that surrounds the routes, on real sockets.

mod client;
mod programs;
mod serving;
