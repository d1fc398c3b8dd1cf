//! The only door: listeners, routes by host and path, upstreams, limits and pages.
//!
//! Each thread has connections, pools and a runtime of its own, so that a request never wakes another thread. A request
//! goes this way: [`client`] judges its bytes before anything reads them, and reads simple requests itself (hyper has the
//! others, and HTTP/2); [`request`] finds out who answers and whether it may be asked; [`upstream`] asks.
//!
//! | you want | use |
//! |---|---|
//! | to run it | [`service::build`], then [`service::Edge::run`] |
//! | its limits | [`config::Config`] |

pub mod access_log;
mod admin;
pub mod bans;
mod client;
pub mod compress;
pub mod config;
mod figures;
pub mod pages;
mod request;
mod routes;
pub mod service;
mod upstream;
mod worker;
