//! The shipper with a vault that refuses: it tells often enough that it is at work.
#![expect(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use backup::shipper::{Shipper, ShipperConfig};
use clock::ManualClock;
use platform::backups::names::ObjectName;
use platform::backups::notes::{BackupNote, DrillResult, ShipperNote};
use platform::backups::ports::{BackupNotes, Listed, Stored, Vault, VaultError, Waiting, WalSpool};
use platform::ports::PortError;
use tokio_util::sync::CancellationToken;

/// A machine on which one file waits for a vault without room.
#[derive(Default)]
struct Machine {
    notes: Mutex<Vec<ShipperNote>>,
}

#[async_trait]
impl WalSpool for Machine {
    async fn waiting(&self) -> Result<Vec<Waiting>, PortError> {
        let name = "000000010000000000000001".to_owned();
        Ok(vec![Waiting { name, disk_bytes: 7, since: "2026-11-22T21:30:00Z".parse().unwrap() }])
    }

    async fn read(&self, _name: &str) -> Result<Vec<u8>, PortError> {
        Ok(b"journal".to_vec())
    }

    async fn remove(&self, name: &str) -> Result<(), PortError> {
        panic!("{name} is in no vault")
    }

    async fn free_bytes(&self) -> Result<u64, PortError> {
        Ok(1 << 40)
    }
}

#[async_trait]
impl Vault for Machine {
    fn place(&self) -> String {
        "the folder /vault".to_owned()
    }

    fn is_encrypted(&self) -> bool {
        false
    }

    async fn put(&self, _name: &ObjectName, _content: &[u8]) -> Result<Stored, VaultError> {
        Err(PortError::plain("its disk is full").into())
    }

    async fn get(&self, _name: &ObjectName) -> Result<Vec<u8>, VaultError> {
        Err(PortError::plain("nothing is asked for").into())
    }

    async fn list(&self, _folder: &str) -> Result<Vec<Listed>, VaultError> {
        Ok(Vec::new())
    }

    async fn delete(&self, _name: &ObjectName) -> Result<(), VaultError> {
        Ok(())
    }
}

#[async_trait]
impl BackupNotes for Machine {
    async fn shipper(&self) -> Result<Option<ShipperNote>, PortError> {
        Ok(self.notes.lock().unwrap().last().cloned())
    }

    async fn put_shipper(&self, note: &ShipperNote) -> Result<(), PortError> {
        self.notes.lock().unwrap().push(note.clone());
        Ok(())
    }

    async fn backup(&self) -> Result<BackupNote, PortError> {
        Ok(BackupNote::default())
    }

    async fn put_backup(&self, _note: &BackupNote) -> Result<(), PortError> {
        Ok(())
    }

    async fn drill(&self) -> Result<Option<DrillResult>, PortError> {
        Ok(None)
    }

    async fn put_drill(&self, _result: &DrillResult) -> Result<(), PortError> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_vault_that_refuses_for_long_is_not_taken_for_a_shipper_that_is_dead() {
    let machine = Arc::new(Machine::default());
    let clock = Arc::new(ManualClock::new("2026-11-22T21:30:00Z".parse().unwrap()));
    let shipper = Shipper::build(ShipperConfig::default(), machine.clone(), machine.clone(), machine.clone(), clock);
    let shutdown = CancellationToken::new();
    let work = tokio::spawn(shipper.run(shutdown.clone()));
    tokio::time::sleep(Duration::from_mins(30)).await;
    shutdown.cancel();
    work.await.unwrap();
    let notes = machine.notes.lock().unwrap();
    // After a minute without a note it is said to be dead.
    assert!(notes.len() >= 60, "{} notes in half an hour", notes.len());
    assert!(notes.iter().all(|note| note.trouble.as_deref() == Some("its disk is full")), "{notes:?}");
}
