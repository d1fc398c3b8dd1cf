//! All state files of a data directory, and the ports that they serve.

use std::cmp::Reverse;
use std::path::Path;

use async_trait::async_trait;
use platform::alarm::Alarm;
use platform::backups::notes::{BackupNote, DrillResult, ShipperNote};
use platform::backups::ports::BackupNotes;
use platform::bans::{BanList, BanStore};
use platform::plan::memory::Remembered;
use platform::ports::{PortError, RouteStore, RunStore, StatusStore, ViewStore, WishStore};
use platform::routes::RouteTable;
use platform::status::{Incident, StatusReport};
use platform::view::SupervisorView;
use platform::wishes::Wishes;

use crate::error::StateFileError;
use crate::file::{Durability, StateFile, WhenBroken};

/// The state files of one data directory. `<data dir>/run` is about this machine's processes, `<data dir>/status` about
/// the house.
#[derive(Debug)]
pub struct StateFiles {
    wishes: StateFile<Wishes>,
    routes: StateFile<RouteTable>,
    bans: StateFile<BanList>,
    view: StateFile<SupervisorView>,
    remembered: StateFile<Remembered>,
    report: StateFile<StatusReport>,
    incidents: StateFile<Vec<Incident>>,
    alarms: StateFile<Vec<Alarm>>,
    shipper: StateFile<ShipperNote>,
    backup: StateFile<BackupNote>,
    drill: StateFile<DrillResult>,
}

impl StateFiles {
    /// Those below `data_dir`. Folders are made at the first write.
    #[must_use]
    pub fn at(data_dir: &Path) -> Self {
        let run = data_dir.join("run");
        let status = data_dir.join("status");
        Self {
            wishes: StateFile::new(run.join("wishes.json"), Durability::Synced, WhenBroken::Refuse),
            // Synced, for the edge serves by it before the supervisor has made another.
            routes: StateFile::new(run.join("routes.json"), Durability::Synced, WhenBroken::SetAside),
            // Refused when broken: bans by hand are in it.
            bans: StateFile::new(run.join("bans.json"), Durability::Synced, WhenBroken::Refuse),
            view: StateFile::new(run.join("view.json"), Durability::Fleeting, WhenBroken::SetAside),
            // Synced: a job that ran must not run again.
            remembered: StateFile::new(run.join("remembered.json"), Durability::Synced, WhenBroken::SetAside),
            // Synced: it holds the history of 90 days.
            report: StateFile::new(status.join("report.json"), Durability::Synced, WhenBroken::SetAside),
            incidents: StateFile::new(status.join("incidents.json"), Durability::Synced, WhenBroken::Refuse),
            alarms: StateFile::new(status.join("alarms.json"), Durability::Synced, WhenBroken::SetAside),
            shipper: StateFile::new(status.join("archive.json"), Durability::Synced, WhenBroken::SetAside),
            backup: StateFile::new(status.join("backup.json"), Durability::Synced, WhenBroken::SetAside),
            drill: StateFile::new(status.join("drill.json"), Durability::Synced, WhenBroken::SetAside),
        }
    }
}

#[async_trait]
impl WishStore for StateFiles {
    async fn wishes(&self) -> Result<Wishes, PortError> {
        Ok(self.wishes.read().await.map_err(tried("cannot read what is wished"))?.unwrap_or_default())
    }

    async fn change(&self, change: &(dyn for<'a> Fn(&'a mut Wishes) + Sync)) -> Result<Wishes, PortError> {
        self.wishes.change(change).await.map_err(tried("cannot keep the wish"))
    }
}

#[async_trait]
impl RouteStore for StateFiles {
    async fn put_routes(&self, table: &RouteTable) -> Result<(), PortError> {
        self.routes.put(table).await.map_err(tried("cannot keep the route table"))
    }

    async fn routes_since(&self, seen: Option<u64>) -> Result<Option<(u64, RouteTable)>, PortError> {
        self.routes.read_since(seen).await.map_err(tried("cannot read the route table"))
    }
}

#[async_trait]
impl BanStore for StateFiles {
    async fn bans_since(&self, seen: Option<u64>) -> Result<Option<(u64, BanList)>, PortError> {
        let found = self.bans.read_since(seen).await.map_err(tried("cannot read the bans"))?;
        // No file has the mark 0, which is 1970.
        Ok(found.or_else(|| seen.is_none().then(|| (0, BanList::default()))))
    }

    async fn change_bans(&self, change: &(dyn for<'a> Fn(&'a mut BanList) + Sync)) -> Result<BanList, PortError> {
        self.bans.change(change).await.map_err(tried("cannot keep the bans"))
    }
}

#[async_trait]
impl ViewStore for StateFiles {
    async fn put_view(&self, view: &SupervisorView) -> Result<(), PortError> {
        self.view.put(view).await.map_err(tried("cannot show what the supervisor sees"))
    }

    async fn view(&self) -> Result<Option<SupervisorView>, PortError> {
        self.view.read().await.map_err(tried("cannot read what the supervisor sees"))
    }
}

#[async_trait]
impl RunStore for StateFiles {
    async fn put_remembered(&self, remembered: &Remembered) -> Result<(), PortError> {
        self.remembered.put(remembered).await.map_err(tried("cannot keep what the supervisor remembers"))
    }

    async fn remembered(&self) -> Result<Option<Remembered>, PortError> {
        self.remembered.read().await.map_err(tried("cannot read what the supervisor remembers"))
    }
}

#[async_trait]
impl BackupNotes for StateFiles {
    async fn shipper(&self) -> Result<Option<ShipperNote>, PortError> {
        self.shipper.read().await.map_err(tried("cannot read archive.json, how the archiving goes"))
    }

    async fn put_shipper(&self, note: &ShipperNote) -> Result<(), PortError> {
        self.shipper.put(note).await.map_err(tried("cannot keep how the archiving goes"))
    }

    async fn backup(&self) -> Result<BackupNote, PortError> {
        let found = self.backup.read().await.map_err(tried("cannot read backup.json, how the last backup went"))?;
        Ok(found.unwrap_or_default())
    }

    async fn put_backup(&self, note: &BackupNote) -> Result<(), PortError> {
        self.backup.put(note).await.map_err(tried("cannot keep how the backup went"))
    }

    async fn drill(&self) -> Result<Option<DrillResult>, PortError> {
        self.drill.read().await.map_err(tried("cannot read drill.json, how the last drill went"))
    }

    async fn put_drill(&self, result: &DrillResult) -> Result<(), PortError> {
        self.drill.put(result).await.map_err(tried("cannot keep how the drill went"))
    }
}

#[async_trait]
impl StatusStore for StateFiles {
    async fn put_status(&self, report: &StatusReport) -> Result<(), PortError> {
        self.report.put(report).await.map_err(tried("cannot keep the status report"))
    }

    async fn status(&self) -> Result<Option<StatusReport>, PortError> {
        self.report.read().await.map_err(tried("cannot read the status report"))
    }

    async fn incidents(&self) -> Result<Vec<Incident>, PortError> {
        let mut incidents =
            self.incidents.read().await.map_err(tried("cannot read the incidents"))?.unwrap_or_default();
        newest_first(&mut incidents);
        Ok(incidents)
    }

    async fn change_incidents(
        &self,
        change: &(dyn for<'a> Fn(&'a mut Vec<Incident>) + Sync),
    ) -> Result<Vec<Incident>, PortError> {
        let changed = self.incidents.change(change).await;
        let mut incidents = changed.map_err(tried("cannot keep the incidents"))?;
        newest_first(&mut incidents);
        Ok(incidents)
    }

    async fn open_alarms(&self) -> Result<Vec<Alarm>, PortError> {
        Ok(self.alarms.read().await.map_err(tried("cannot read the open alarms"))?.unwrap_or_default())
    }

    async fn put_open_alarms(&self, alarms: &[Alarm]) -> Result<(), PortError> {
        self.alarms.put(&alarms.to_vec()).await.map_err(tried("cannot keep the open alarms"))
    }
}

fn newest_first(incidents: &mut [Incident]) {
    incidents.sort_by_key(|incident| Reverse((incident.opened_at, incident.number)));
}

fn tried(what: &'static str) -> impl FnOnce(StateFileError) -> PortError {
    move |error| PortError::new(what, error)
}
