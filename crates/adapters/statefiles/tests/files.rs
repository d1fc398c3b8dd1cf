//! The state files on a real disk, as two processes of one machine use them.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use catalog::ports::with_causes;
use platform::backups::notes::{BackupNote, DrillResult};
use platform::backups::ports::BackupNotes;
use platform::bans::BanStore;
use platform::names::{Environment, ServiceKind, ServiceName};
use platform::ports::{RouteStore, StatusStore, WishStore};
use platform::routes::{Pool, RouteTable};
use platform::status::Incident;
use platform::wishes::Maintenance;
use statefiles::StateFiles;

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("bt-state-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self(std::env::temp_dir().join(name))
    }

    fn files(&self) -> StateFiles {
        StateFiles::at(&self.0)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn edge() -> ServiceName {
    ServiceName::of_house(ServiceKind::Edge)
}

fn table(services: &[ServiceName]) -> RouteTable {
    let pools = services.iter().map(|service| (service.clone(), Pool::default()));
    RouteTable { pools: pools.collect(), ..RouteTable::default() }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn nothing_is_there_at_first_and_nothing_is_made_by_reading() {
    let folder = Folder::new();
    let files = folder.files();
    assert!(files.wishes().await.unwrap().releases.is_empty());
    assert_eq!(files.routes_since(None).await.unwrap(), None);
    assert_eq!(files.status().await.unwrap(), None);
    assert!(files.incidents().await.unwrap().is_empty());
    assert!(files.bans_since(None).await.unwrap().unwrap().1.bans.is_empty());
    assert_eq!(files.bans_since(Some(0)).await.unwrap(), None);
    assert!(files.open_alarms().await.unwrap().is_empty());
    assert!(!folder.0.exists());
    fs::create_dir(&folder.0).unwrap();
}

#[tokio::test]
async fn what_one_process_wishes_the_other_reads_and_nobody_else_may() {
    let folder = Folder::new();
    let release = "0123456789abcdef".parse().unwrap();
    let files = folder.files();
    let wished = files.change(&|wishes| {
        wishes.releases.insert(Environment::staging(), "0123456789abcdef".parse().unwrap());
        wishes.restarts.insert("api@production".parse().unwrap(), 3);
        wishes.maintenance = Some(Maintenance { reason: "until noon".to_owned() });
    });
    let wished = wished.await.unwrap();
    let read = folder.files().wishes().await.unwrap();
    assert_eq!(read, wished);
    assert_eq!(read.releases[&Environment::staging()], release);
    assert_eq!(mode(&folder.path("run")), 0o700);
    assert_eq!(mode(&folder.path("run/wishes.json")), 0o600);
}

#[tokio::test]
async fn writers_wait_for_each_other_and_no_wish_is_lost() {
    let folder = Folder::new();
    let path = Arc::new(folder.0.clone());
    let writers: Vec<_> = (0..20)
        .map(|_| {
            let path = path.clone();
            tokio::spawn(async move {
                // One `StateFiles` each, as in processes of their own.
                let change = |wishes: &mut platform::wishes::Wishes| *wishes.restarts.entry(edge()).or_default() += 1;
                StateFiles::at(&path).change(&change).await.unwrap();
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(folder.files().wishes().await.unwrap().restarts[&edge()], 20);
}

#[tokio::test]
async fn a_change_whose_asker_went_away_is_whole_or_not_there() {
    let folder = Folder::new();
    let files = folder.files();
    let add = |wishes: &mut platform::wishes::Wishes| *wishes.restarts.entry(edge()).or_default() += 1;
    files.change(&add).await.unwrap();
    // Dropped at its first pause, in the middle of its work.
    futures_util::future::select(files.change(&add), std::pin::pin!(tokio::task::yield_now())).await;
    files.change(&add).await.unwrap();
    let count = files.wishes().await.unwrap().restarts[&edge()];
    assert!((2..=3).contains(&count), "{count}");
}

#[tokio::test]
async fn a_reader_sees_each_table_once() {
    let folder = Folder::new();
    let (writer, reader) = (folder.files(), folder.files());
    let first = table(&[edge()]);
    writer.put_routes(&first).await.unwrap();
    let (mark, read) = reader.routes_since(None).await.unwrap().unwrap();
    assert_eq!(read, first);
    assert_eq!(reader.routes_since(Some(mark)).await.unwrap(), None);
    writer.put_routes(&first).await.unwrap();
    assert_eq!(reader.routes_since(Some(mark)).await.unwrap(), None, "the same table is no news");

    // Many changes within one tick of the kernel's clock: there and back again is news each time.
    let mut seen = mark;
    for round in 0..50 {
        let table = if round % 2 == 0 { RouteTable::default() } else { first.clone() };
        writer.put_routes(&table).await.unwrap();
        let (mark, read) = reader.routes_since(Some(seen)).await.unwrap().expect("a new table");
        assert_eq!(read, table);
        assert!(mark > seen);
        seen = mark;
    }
}

#[tokio::test]
async fn a_reader_never_sees_half_a_table() {
    let folder = Folder::new();
    let (writer, reader) = (folder.files(), folder.files());
    let small = table(&[edge()]);
    let large = table(&(0..500).map(|n| format!("web@e{n}").parse().unwrap()).collect::<Vec<_>>());
    writer.put_routes(&small).await.unwrap();
    let writing = tokio::spawn({
        let (small, large) = (small.clone(), large.clone());
        async move {
            for _ in 0..40 {
                writer.put_routes(&large).await.unwrap();
                writer.put_routes(&small).await.unwrap();
            }
        }
    });
    while !writing.is_finished() {
        let (_, read) = reader.routes_since(None).await.unwrap().unwrap();
        assert!(read == small || read == large);
        tokio::task::yield_now().await;
    }
    writing.await.unwrap();
}

#[tokio::test]
async fn broken_wishes_are_not_overwritten_and_the_error_names_the_file() {
    let folder = Folder::new();
    let files = folder.files();
    files.change(&|wishes| wishes.maintenance = None).await.unwrap();
    let path = folder.path("run/wishes.json");
    fs::write(&path, "{\"releases\": oops").unwrap();
    for error in [files.wishes().await.unwrap_err(), files.change(&|_| ()).await.unwrap_err()] {
        let said = with_causes(&error);
        assert!(said.contains("run/wishes.json is broken") && said.contains("line 1"), "{said}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"releases\": oops");
}

#[tokio::test]
async fn a_broken_table_is_kept_aside_and_made_anew() {
    let folder = Folder::new();
    let files = folder.files();
    files.put_routes(&RouteTable::default()).await.unwrap();
    let path = folder.path("run/routes.json");
    fs::write(&path, "half a tab").unwrap();
    let said = with_causes(&files.routes_since(None).await.unwrap_err());
    assert!(said.contains("run/routes.json is broken"), "{said}");
    files.put_routes(&table(&[edge()])).await.unwrap();
    assert_eq!(files.routes_since(None).await.unwrap().unwrap().1, table(&[edge()]));
    assert_eq!(fs::read_to_string(folder.path("run/routes.json.broken")).unwrap(), "half a tab");
}

#[tokio::test]
async fn incidents_come_newest_first() {
    let folder = Folder::new();
    let incident = |number: u32, opened_at: &str| Incident {
        number,
        title: format!("number {number}"),
        parts: vec![],
        opened_at: opened_at.parse().unwrap(),
        resolved_at: None,
        updates: vec![],
    };
    let files = folder.files();
    let add = |incidents: &mut Vec<Incident>| {
        incidents.push(incident(1, "2026-08-26T09:00:00Z"));
        incidents.push(incident(2, "2026-08-27T09:00:00Z"));
    };
    files.change_incidents(&add).await.unwrap();
    let numbers: Vec<u32> = folder.files().incidents().await.unwrap().iter().map(|one| one.number).collect();
    assert_eq!(numbers, [2, 1]);
}

#[tokio::test]
async fn a_full_disk_leaves_the_old_table_and_the_next_write_mends_it() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("run")).unwrap();
    let mounted = rustix::mount::mount(
        "bt-test",
        folder.path("run"),
        "tmpfs",
        rustix::mount::MountFlags::empty(),
        Some(c"size=16k"),
    );
    if let Err(error) = mounted {
        eprintln!("not tested: a small disk cannot be mounted here ({error})");
        return;
    }
    let files = folder.files();
    files.put_routes(&table(&[edge()])).await.unwrap();
    let large = table(&(0..500).map(|n| format!("web@e{n}").parse().unwrap()).collect::<Vec<_>>());
    let said = with_causes(&files.put_routes(&large).await.unwrap_err());
    let still = folder.files().routes_since(None).await.unwrap().unwrap().1;
    let after = files.put_routes(&RouteTable::default()).await;
    rustix::mount::unmount(folder.path("run"), rustix::mount::UnmountFlags::DETACH).unwrap();
    assert!(said.contains("routes.json") && said.contains("No space left"), "{said}");
    assert_eq!(still, table(&[edge()]));
    after.unwrap();
}

#[tokio::test]
async fn a_note_of_the_backups_is_found_again() {
    let folder = Folder::new();
    let notes = folder.files();
    assert_eq!(notes.drill().await.unwrap(), None);
    assert_eq!(notes.backup().await.unwrap(), BackupNote::default());
    let result = DrillResult {
        at: "2026-11-22T21:30:00Z".parse().unwrap(),
        backup: None,
        took_ms: 1,
        tables: 2,
        rows: 3,
        differences: vec!["x".to_owned()],
        trouble: None,
    };
    notes.put_drill(&result).await.unwrap();
    notes.put_drill(&result).await.unwrap();
    assert_eq!(notes.drill().await.unwrap(), Some(result));
    fs::write(folder.path("status/drill.json"), "{").unwrap();
    let error = notes.drill().await.unwrap_err().to_string();
    assert!(error.contains("drill.json"), "{error}");
}
