//! Backups: what one consists of, how long it is kept, which of the database's journal (WAL) must lie beside it, and
//! how to tell that all is well.
//!
//! A backup is a *base* (the database's files, copied while it works) plus the journal from the start of that copy on.
//! It exists when its manifest does, which is written last. The journal goes on after it, so that a restore may end at
//! any later moment.

pub mod chain;
pub mod findings;
pub mod manifest;
pub mod names;
pub mod notes;
pub mod ports;
pub mod retention;
pub mod wal;
