//! TLS: certificates by name, swapped while connections are open; an authority for machines without a public name; and
//! the answers by which a certificate authority sees that a name is ours.
//!
//! Everything of `rustls` lies here. Read in this order: one [`certificate`], the [`certificates`] that are served, the
//! [`acceptor`] of connections;

pub mod acceptor;
pub mod certificate;
pub mod certificates;
