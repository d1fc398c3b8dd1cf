//! What the services of one machine know without the database, in files below the data directory: what is wished, the
//! route table, the state of the house, its history and incidents.
//!
//! Each file is JSON and is written whole: a temporary file beside it, the disk's word that it is there, a rename. A
//! reader has the old one or the new one, also after a power cut; a full disk leaves the old one. One writer at a time
//! by a lock file. Readers ask by one `stat` whether anything changed.

mod error;
mod file;
mod lock;
mod store;

pub use error::StateFileError;
pub use store::StateFiles;
