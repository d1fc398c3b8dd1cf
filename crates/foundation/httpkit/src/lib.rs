//! What every web service needs around its pages: a listener with limits and a drain, the layers in their right order,
//! pages that carry their promises, errors that become pages, files that are compressed already, health and metrics.
//!
//! A service builds an axum `Router`, and then:
//!
//! ```no_run
//! # async fn example(router: axum::Router, shutdown: tokio_util::sync::CancellationToken) -> std::io::Result<()> {
//! use httpkit::config::HttpConfig;
//! use httpkit::server::serve;
//!
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! serve(listener, router, shutdown, HttpConfig::default()).await;
//! # Ok(())
//! # }
//! ```
//!
//! | you want | use |
//! |---|---|
//! | to serve until told to stop | [`server::serve`]; the layers alone, for tests without a socket: [`stack::dress`] |
//! | to answer with a page | [`page::Page`], with its [`cache::CachePolicy`] |
//! | to answer with an error | [`error::HttpError`]; it becomes a page by [`config::HttpConfig::error_page`], a problem document below `/api` |
//! | to limit how often a client may ask | [`limits::RateLimits`]; who asks: [`client::ClientAddress`] |
//! | to let other sites' scripts read | [`cors::Cors`] |
//! | to keep something in a reader's browser | [`cookies::HostCookie`] |
//! | to keep other sites from changing things | [`cross_site::CrossSite`] |
//! | the number of a request | [`request_id::RequestId`] in its extensions |
//! | to serve files | [`files::static_files`] with [`files::StaticFile`] |
//! | `/healthz`, `/readyz`, `/metrics` | [`health::health_routes`], [`health::metrics_route`] |

mod around;
pub mod cache;
pub mod client;
pub mod config;
pub mod cookies;
pub mod cors;
pub mod cross_site;
pub mod error;
pub mod files;
pub mod health;
pub mod limits;
mod observe;
pub mod page;
pub mod request_id;
mod security;
pub mod server;
pub mod stack;
