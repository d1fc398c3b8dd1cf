//! What processes say: from their stdout and stderr to lines with a name and a time, kept for a while.
//!
//! A process writes into files of its own, `<data dir>/logs/raw/<instance>.out` and `.err`, never into a pipe: no death
//! of a supervisor breaks it or loses a line. The [`follow`]er in the supervisor reads them, appends each line in an
//! envelope to `<data dir>/logs/<service>.jsonl`, and frees the disk of what it has read. [`read`]ing is for `bt logs`:
//! it needs no supervisor.

mod envelope;
pub mod follow;
pub(crate) mod raw;
pub mod read;
mod sink;

pub use envelope::{LogLine, Stream};
