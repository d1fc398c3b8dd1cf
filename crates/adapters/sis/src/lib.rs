//! The university's SIS over HTTP, as a [`catalog::ports::CatalogSource`].
//!
//! Reading order: what can be set; the source itself; how a collection is swept page by page, how one page is asked
//! for and asked for again; how an answer is opened; how each record in it is read by itself; what makes the reading
//! tolerant where SIS is known to be odd.

pub mod backoff;
pub mod config;
pub mod source;

// Asking.
mod api;
mod budget;
mod campus_time;
mod keys;
mod request;
mod sweep;
mod term_walk;

// Reading.
mod envelope;
mod lenient;
mod reading;
mod record;
