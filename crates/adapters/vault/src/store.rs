//! Bytes under a name, somewhere. What a vault is built on.

use async_trait::async_trait;
use jiff::Timestamp;
use platform::ports::PortError;

/// What became of bytes that were put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    Stored,
    /// Something has the name already; it was left alone.
    Taken,
}

/// What a listing shows.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) at: Timestamp,
}

#[async_trait]
pub(crate) trait Store: Send + Sync {
    fn place(&self) -> String;
    /// Makes the place, when it is one that can be made.
    async fn make(&self) -> Result<(), PortError>;
    /// Whole or not at all, and never over something else.
    async fn put_new(&self, name: &str, bytes: Vec<u8>) -> Result<Put, PortError>;
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, PortError>;
    async fn list(&self, folder: &str) -> Result<Vec<Entry>, PortError>;
    async fn delete(&self, name: &str) -> Result<(), PortError>;
}
