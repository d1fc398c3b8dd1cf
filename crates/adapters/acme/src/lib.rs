//! Certificates by ACME (RFC 8555), and DNS records by dynamic update (RFC 2136).
//!
//! Read in this order: what is set ([`config`]), the [`issuer`] with its accounts and orders, and [`dns_update`].

mod account;
pub mod config;
pub mod dns_update;
mod failure;
pub mod issuer;
mod order;
mod order_note;
mod proofs;
mod transport;
