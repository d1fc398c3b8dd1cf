//! Tells people what happened to what they follow: looks at each publication of the catalog, keeps the news, and sends
//! it by mail. And tells the team what people reported. Everything that it knows lies in the store: it may be stopped at
//! any moment, and loses nothing.

pub mod config;
pub mod service;

mod announcing;
mod looking;
mod reporting;
mod sending;
