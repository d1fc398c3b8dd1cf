//! TLS: certificates by name, swapped while connections are open; an authority for machines without a public name; and
//! the answers by which a certificate authority sees that a name is ours.
//!
//! Everything of `rustls` lies here. Read in this order: one [`certificate`], the [`certificates`] that are served, the
//! [`acceptor`] of connections; then where they lie ([`folder`]), the [`challenges`], the [`local_authority`], and what
//! stands in until there is a real one ([`interim`]).

pub mod acceptor;
pub mod certificate;
pub mod certificates;
pub mod challenges;
pub mod folder;
pub mod interim;
pub mod local_authority;
pub mod private_file;
