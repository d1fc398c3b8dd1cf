//! Alerts from a publication to a mailbox.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where by panicking")]

mod delivery;
mod news;
mod real_history;
mod reports;
mod world;
