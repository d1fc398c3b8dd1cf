//! What is turned off.

use async_trait::async_trait;
use catalog::ports::StoreError;
use catalog::switches::{Reason, Source, SwitchBoard, Switches};
use jiff::Timestamp;

use super::MemoryStore;

impl MemoryStore {
    fn switch(&self, at: Timestamp, change: impl FnOnce(&mut Switches) -> bool) -> bool {
        let mut shared = self.shared();
        let changed = change(&mut shared.tables.switches);
        if changed {
            shared.tables.bump(at);
            self.announce(&shared.tables);
        }
        changed
    }
}

#[async_trait]
impl SwitchBoard for MemoryStore {
    async fn switches(&self) -> Result<Switches, StoreError> {
        Ok(self.shared().tables.switches.clone())
    }

    async fn switch_off(&self, source: Source, reason: &Reason, at: Timestamp) -> Result<bool, StoreError> {
        Ok(self.switch(at, |switches| switches.turn_off(source, reason.clone(), at)))
    }

    async fn switch_on(&self, source: Source, at: Timestamp) -> Result<bool, StoreError> {
        Ok(self.switch(at, |switches| switches.turn_on(source)))
    }
}
