//! What the operator announced of terms' calendars.

use async_trait::async_trait;
use catalog::announced::{Announced, NoticeBoard};
use catalog::ports::StoreError;
use jiff::Timestamp;

use super::MemoryStore;

#[async_trait]
impl NoticeBoard for MemoryStore {
    async fn announced(&self) -> Result<Announced, StoreError> {
        Ok(self.shared().tables.announced.clone())
    }

    async fn announce(&self, announced: &Announced, at: Timestamp) -> Result<bool, StoreError> {
        let mut shared = self.shared();
        let changed = shared.tables.announced != *announced;
        if changed {
            shared.tables.announced = announced.clone();
            shared.tables.bump(at);
            self.announce(&shared.tables);
        }
        Ok(changed)
    }
}
