//! The site's pages, made by the server from a catalog held in memory. They work without script; the address is the
//! state; everything that came from elsewhere says when.
//!
//! [`service::build`] makes a [`service::Web`] out of a [`config::Config`] and the ports, [`service::Web::run`] serves it.

pub mod config;
pub mod service;

// What is in memory, and how it stays current.

// What all pages share.
mod account_menu;
mod address;
mod form;
mod frame;
mod kept_pages;
mod moment;
mod switched_off;
mod visit;
mod visitor;
mod words;

// One file per page.
mod pages;
