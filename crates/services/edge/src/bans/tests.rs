//! Clients that go too far, and a list in a file as the command line changes it.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, io};

use async_trait::async_trait;
use clock::ManualClock;
use platform::ports::PortError;

use super::*;

/// The list in a file, with the number of its version before it.
struct FileStore {
    file: PathBuf,
    one_writer: Mutex<()>,
}

impl FileStore {
    fn new() -> Arc<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let file = std::env::temp_dir().join(format!("bans-{}-{number}.json", std::process::id()));
        Arc::new(Self { file, one_writer: Mutex::default() })
    }

    fn read(&self) -> Result<(u64, BanList), PortError> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| PortError::new("cannot read the bans", error);
        match fs::read(&self.file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| failed(error.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((0, BanList::default())),
            Err(error) => Err(failed(error.into())),
        }
    }
}

impl Drop for FileStore {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}

#[async_trait]
impl BanStore for FileStore {
    async fn bans_since(&self, seen: Option<u64>) -> Result<Option<(u64, BanList)>, PortError> {
        let (version, list) = self.read()?;
        Ok((seen != Some(version)).then_some((version, list)))
    }

    async fn change_bans(&self, change: &(dyn for<'a> Fn(&'a mut BanList) + Sync)) -> Result<BanList, PortError> {
        let _one = self.one_writer.lock().unwrap();
        let (version, mut list) = self.read()?;
        change(&mut list);
        fs::write(&self.file, serde_json::to_vec(&(version + 1, &list)).unwrap()).unwrap();
        Ok(list)
    }
}

struct House {
    store: Arc<FileStore>,
    clock: ManualClock,
}

impl House {
    fn new() -> Self {
        Self { store: FileStore::new(), clock: ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap()) }
    }

    fn edge(&self) -> (Arc<Bans>, BanKeeper) {
        let config = BanConfig { exempt: vec!["10.0.0.0/8".parse().unwrap()], ..BanConfig::default() };
        Bans::new(config, self.store.clone(), Arc::new(self.clock.clone()))
    }
}

fn client(text: &str) -> ClientAddress {
    ClientAddress(text.parse().unwrap())
}

/// Keeps what was made so far.
async fn keep_all(keeper: &mut BanKeeper) {
    while let Ok((client, rule)) = keeper.to_keep.try_recv() {
        keeper.keep(client, rule).await;
    }
}

fn offend(bans: &Bans, who: &str, offence: Offence, times: u32) {
    for _ in 0..times {
        bans.note(client(who), offence);
    }
}

fn minutes(bans: &Bans, who: &str) -> Option<u64> {
    bans.find(client(who)).map(|banned| banned.wait.unwrap().as_secs() / 60)
}

#[tokio::test]
async fn who_goes_too_far_is_out_at_once_and_longer_the_next_time() {
    let house = House::new();
    let (bans, mut keeper) = house.edge();
    offend(&bans, "192.0.2.7", Offence::HostileInput, 19);
    assert_eq!(bans.find(client("192.0.2.7")), None);
    offend(&bans, "192.0.2.7", Offence::HostileInput, 1);
    assert_eq!(minutes(&bans, "192.0.2.7"), Some(60), "before anything was written");
    keep_all(&mut keeper).await;
    assert_eq!((minutes(&bans, "192.0.2.7"), minutes(&bans, "192.0.2.8")), (Some(60), None));
    house.clock.advance(Duration::from_secs(3_600));
    assert_eq!(bans.find(client("192.0.2.7")), None);
    offend(&bans, "192.0.2.7", Offence::HostileInput, 20);
    keep_all(&mut keeper).await;
    assert_eq!(minutes(&bans, "192.0.2.7"), Some(120));
}

#[tokio::test]
async fn a_ban_survives_the_edge_and_a_person_can_lift_it() {
    let house = House::new();
    let (bans, mut keeper) = house.edge();
    offend(&bans, "2001:db8::7", Offence::WrongPassword, 20);
    keep_all(&mut keeper).await;
    drop((bans, keeper));
    let (bans, mut keeper) = house.edge();
    keeper.look().await;
    assert_eq!(minutes(&bans, "2001:db8::99"), Some(60), "the whole household");
    let network = "2001:db8::/64".parse().unwrap();
    let now = house.clock.now();
    let lift = |list: &mut BanList| {
        list.lift(network, now);
    };
    house.store.change_bans(&lift).await.unwrap();
    keeper.look().await;
    assert_eq!(bans.find(client("2001:db8::99")), None);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_lifts_nobody() {
    let house = House::new();
    let (bans, mut keeper) = house.edge();
    offend(&bans, "192.0.2.7", Offence::NotFound, 200);
    keep_all(&mut keeper).await;
    fs::write(&house.store.file, "broken").unwrap();
    keeper.look().await;
    assert_eq!(minutes(&bans, "192.0.2.7"), Some(60));
    offend(&bans, "192.0.2.8", Offence::NotFound, 200);
    keep_all(&mut keeper).await;
    assert_eq!(minutes(&bans, "192.0.2.8"), Some(60), "it holds here, though it could not be kept");
}

#[tokio::test]
async fn proxies_and_the_machine_itself_are_never_out() {
    let house = House::new();
    let (bans, mut keeper) = house.edge();
    for who in ["10.0.0.9", "127.0.0.1", "::1"] {
        offend(&bans, who, Offence::HostileInput, 100);
        keep_all(&mut keeper).await;
        assert_eq!(bans.find(client(who)), None, "{who}");
    }
    assert!(house.store.read().unwrap().1.bans.is_empty());
}

#[tokio::test]
async fn what_was_made_before_the_shutdown_is_kept() {
    let house = House::new();
    let (bans, keeper) = house.edge();
    offend(&bans, "192.0.2.7", Offence::TooManyRequests, 1_000);
    let shutdown = CancellationToken::new();
    shutdown.cancel();
    keeper.run(shutdown).await;
    assert_eq!(house.store.read().unwrap().1.bans.len(), 1);
}
