//! Gives the journal in the vault to a recovering database.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use platform::backups::names::ObjectName;
use platform::backups::ports::{Vault, VaultError, WalSource};
use platform::ports::PortError;

use crate::progress::{Progress, Report, Step};

pub(crate) struct VaultJournal<'a> {
    pub(crate) vault: &'a dyn Vault,
    pub(crate) report: Report<'a>,
    /// How many files were given.
    pub(crate) given: AtomicU64,
    /// How many there will be at most.
    pub(crate) total: Option<u64>,
}

#[async_trait]
impl WalSource for VaultJournal<'_> {
    async fn wal(&self, name: &str) -> Result<Option<Vec<u8>>, PortError> {
        let object = ObjectName::wal(name);
        match self.vault.get(&object).await {
            Ok(content) => {
                let done = self.given.fetch_add(1, Ordering::Relaxed) + 1;
                (self.report)(Progress { step: Step::Recovering, done, total: self.total });
                Ok(Some(content))
            }
            Err(VaultError::NotThere { .. }) => Ok(None),
            Err(VaultError::Failed(error)) => Err(error),
            Err(error) => Err(PortError::new(format!("cannot read the journal file {name}"), error)),
        }
    }
}
