//! Backups of the database: taken, kept, verified, restored, and proved every night by a restore on trial.
//!
//! [`shipper`] runs all the time and brings the database's journal into the vault. The others are done once and end:
//! [`take`] a backup, [`prune`] old ones, [`list`], [`verify`], [`restore`], [`drill`]. All of them work on a [`store`].

pub mod drill;
pub mod error;
pub mod list;
pub mod progress;
pub mod prune;
pub mod restore;
pub mod shipper;
pub mod store;
pub mod take;
pub mod verify;

mod journal;
