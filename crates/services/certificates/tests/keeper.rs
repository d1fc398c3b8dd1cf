//! The keeper with an authority that is a little model: it issues, refuses, or advises as it is told.
#![expect(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use certificates::keeper::{Config, Hosts, Keeper, Ports};
use certificates::status::report;
use clock::{Clock, ManualClock};
use jiff::SignedDuration;
use platform::certificates::findings::Level;
use platform::certificates::grouping::Means;
use platform::certificates::{
    Challenge, FailureKind, HostName, IssueFailure, Issued, Issuer, KeyPem, RenewalAdvice, Wanted, Window,
};
use platform::status::Health;
use rcgen::{CertificateParams, KeyPair};
use tls::certificates::Certificates;
use tls::challenges::Challenges;
use tls::folder::CertificateFolder;
use tokio::sync::watch;

/// An authority that does as it is told.
struct Authority {
    clock: ManualClock,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    refuses: Option<(FailureKind, Option<Duration>)>,
    window: Option<Window>,
    /// What was asked for, and whether it was to replace one.
    orders: Vec<(String, bool)>,
}

#[async_trait]
impl Issuer for Authority {
    fn authority(&self) -> String {
        "the model".to_owned()
    }

    async fn issue(&self, wanted: &Wanted, replaces: Option<&str>) -> Result<Issued, IssueFailure> {
        let mut told = self.told.lock().unwrap();
        told.orders.push((wanted.id.clone(), replaces.is_some()));
        if let Some((kind, retry_after)) = told.refuses {
            return Err(IssueFailure { kind, says: "not today".into(), retry_after, cause: None });
        }
        let names: Vec<String> = wanted.names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).unwrap();
        let today = self.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let midnight = |date: jiff::civil::Date| {
            rcgen::date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
        };
        params.not_before = midnight(today);
        params.not_after = midnight(today.saturating_add(jiff::Span::new().days(90)));
        let key = KeyPair::generate().unwrap();
        let chain_pem = params.self_signed(&key).unwrap().pem();
        Ok(Issued { chain_pem, key: KeyPem::new(key.serialize_pem()) })
    }

    async fn renewal_advice(&self, _chain_pem: &str) -> Result<Option<RenewalAdvice>, IssueFailure> {
        let window = self.told.lock().unwrap().window;
        let ask_again_after = Duration::from_hours(6);
        Ok(window.map(|window| RenewalAdvice { window, explained_at: None, ask_again_after }))
    }
}

struct World {
    place: PathBuf,
    clock: ManualClock,
    authority: Arc<Authority>,
    hosts: watch::Sender<Hosts>,
    settings: String,
}

impl World {
    fn new(name: &str) -> Self {
        let place = std::env::temp_dir().join(format!("bt-keeper-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&place);
        let clock = ManualClock::new("2026-11-22T00:00:00Z".parse().unwrap());
        let authority = Arc::new(Authority { clock: clock.clone(), told: Mutex::default() });
        let fixed = hosts(&["bt.edu", "www.bt.edu"]);
        let (hosts, _) = watch::channel(Hosts { fixed, passing: Vec::new() });
        Self { place, clock, authority, hosts, settings: "as first set".to_owned() }
    }

    /// A keeper as one edge process has it, and what that process serves.
    fn keeper(&self) -> (Keeper, Certificates) {
        self.keeper_of(Some(Arc::clone(&self.authority) as Arc<dyn Issuer>))
    }

    fn keeper_of(&self, issuer: Option<Arc<dyn Issuer>>) -> (Keeper, Certificates) {
        let folder = self.folder();
        let challenges = Challenges::open(&folder.challenges()).unwrap();
        let served = Certificates::answering(challenges.clone());
        let means = Means { usual: Challenge::Http01, has_dns: false };
        let settings = self.settings.clone();
        let config = Config { means, settings, look_every: Duration::from_millis(5) };
        let clock = Arc::new(self.clock.clone());
        let hosts = self.hosts.subscribe();
        let ports = Ports { clock, issuer, folder, challenges, served: served.clone(), hosts };
        (Keeper::new(config, ports).unwrap(), served)
    }

    fn folder(&self) -> CertificateFolder {
        CertificateFolder::open(&self.place).unwrap()
    }

    fn orders(&self) -> Vec<(String, bool)> {
        self.authority.told.lock().unwrap().orders.clone()
    }

    fn refuse(&self, kind: FailureKind, retry_after: Option<Duration>) {
        self.authority.told.lock().unwrap().refuses = Some((kind, retry_after));
    }

    fn days(&self, days: u64) {
        self.clock.advance(Duration::from_hours(24 * days));
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.place);
    }
}

fn hosts(names: &[&str]) -> Vec<HostName> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

#[tokio::test]
async fn something_is_served_at_once_and_the_real_one_as_soon_as_it_is_there() {
    let world = World::new("first");
    let (mut keeper, served) = world.keeper();
    assert!(served.find("bt.edu").is_some_and(|one| one.is_self_issued() && one.covers("www.bt.edu")));
    assert!(served.find("localhost").unwrap().issuer().contains("bt local authority"));
    keeper.round().await.unwrap();
    let real = served.find("www.bt.edu").unwrap();
    assert_eq!(real.names(), ["bt.edu", "www.bt.edu"]);
    assert_eq!(served.list()[0], real, "also for who asks for no name");
    assert!(served.find("localhost").unwrap().issuer().contains("bt local authority"));
    assert_eq!(world.orders(), [("bt.edu".to_owned(), false)]);
    // The next process has it from its first moment, without asking anybody.
    drop(keeper);
    let (mut keeper, served) = world.keeper();
    assert_eq!(served.find("bt.edu"), Some(real));
    keeper.round().await.unwrap();
    assert_eq!(world.orders().len(), 1);
}

#[tokio::test]
async fn it_is_renewed_after_two_thirds_and_the_old_one_stays_while_that_fails() {
    let world = World::new("renewed");
    let (mut keeper, served) = world.keeper();
    keeper.round().await.unwrap();
    let old = served.find("bt.edu").unwrap();
    world.days(57);
    keeper.round().await.unwrap();
    assert_eq!(world.orders().len(), 1, "not yet");
    world.refuse(FailureKind::Unreachable, None);
    let (_, due_at) = report(&world.folder(), world.clock.now()).unwrap().held.remove(0);
    world.clock.set(due_at);
    for _ in 0..3 {
        keeper.round().await.unwrap();
    }
    assert_eq!(world.orders().len(), 2, "one try, then it waits");
    assert_eq!(served.find("bt.edu").unwrap(), old);
    let now = world.clock.now();
    let shown = report(&world.folder(), now).unwrap();
    assert_eq!(shown.plan.waiting[0].1.why, "the last try failed");
    assert!(shown.notices.is_empty(), "a first failure is nobody's alarm: {:?}", shown.notices);
    assert!(shown.finding.says.contains("failed: the authority cannot be reached; next try"), "{}", shown.finding.says);
    assert_eq!((shown.failing[0].says.as_str(), shown.failing[0].failed_at), ("not today", now));
    world.days(3);
    let shown = report(&world.folder(), world.clock.now()).unwrap();
    assert_eq!((shown.finding.health, shown.worst()), (Health::Degraded, Some(Level::Late)));
    assert!(shown.finding.mend.unwrap().contains("not today"));
    let ends_at = old.not_after();
    for (hours_left, level) in [(6 * 24, Level::Week), (20, Level::Day), (-1, Level::Ended)] {
        let at = ends_at.checked_sub(SignedDuration::from_hours(hours_left)).unwrap();
        assert_eq!(report(&world.folder(), at).unwrap().worst(), Some(level), "each is told by itself");
    }
    world.authority.told.lock().unwrap().refuses = None;
    keeper.round().await.unwrap();
    assert_eq!(world.orders()[2], ("bt.edu".to_owned(), true), "said to be a renewal");
    assert!(served.find("bt.edu").unwrap().not_after() > old.not_after());
    let shown = report(&world.folder(), world.clock.now()).unwrap();
    assert_eq!((shown.finding.health, shown.worst()), (Health::Up, None));
}

#[tokio::test]
async fn the_authority_is_obeyed_when_it_wants_to_wait_or_is_in_a_hurry() {
    let world = World::new("advice");
    let (mut keeper, _) = world.keeper();
    world.refuse(FailureKind::RateLimited, Some(Duration::from_hours(30)));
    keeper.round().await.unwrap();
    world.authority.told.lock().unwrap().refuses = None;
    world.days(1);
    keeper.round().await.unwrap();
    assert_eq!(world.orders().len(), 1, "it said thirty hours");
    world.days(1);
    keeper.round().await.unwrap();
    keeper.round().await.unwrap();
    assert_eq!(world.orders().len(), 2);
    // It made a mistake, and wants all of them renewed now.
    let now = world.clock.now();
    let hour_ago = now.checked_sub(SignedDuration::from_hours(1)).unwrap();
    world.authority.told.lock().unwrap().window = Some(Window { start: hour_ago, end: now });
    keeper.round().await.unwrap();
    assert_eq!(world.orders().len(), 2, "its advice is asked for every six hours");
    world.clock.advance(Duration::from_hours(7));
    keeper.round().await.unwrap();
    assert_eq!(world.orders().len(), 3);
}

#[tokio::test]
async fn one_of_two_processes_asks_and_both_serve() {
    let world = World::new("two");
    let (mut first, _) = world.keeper();
    let (mut second, served) = world.keeper();
    first.round().await.unwrap();
    second.round().await.unwrap();
    assert_eq!(world.orders().len(), 1);
    assert!(!served.find("bt.edu").unwrap().issuer().contains("stands in"));
    // The first one is killed: the second takes its place.
    drop(first);
    world.days(62);
    second.round().await.unwrap();
    assert_eq!(world.orders().len(), 2);
}

#[tokio::test]
async fn a_preview_gets_its_own_and_a_person_can_ask() {
    let world = World::new("asked");
    let (mut keeper, served) = world.keeper();
    keeper.round().await.unwrap();
    world.hosts.send_modify(|all| all.passing = hosts(&["fix-42.bt.edu"]));
    keeper.round().await.unwrap();
    assert_eq!(served.find("fix-42.bt.edu").unwrap().names(), ["fix-42.bt.edu"]);
    assert!(world.folder().ask("../evil").is_err());
    world.folder().ask("bt.edu").unwrap();
    keeper.round().await.unwrap();
    keeper.round().await.unwrap();
    assert_eq!(world.orders().iter().filter(|(id, _)| id == "bt.edu").count(), 2, "once");
    assert!(world.folder().asked().unwrap().is_empty());
    world.hosts.send_modify(|all| all.fixed.extend(hosts(&["*.bt.edu"])));
    keeper.round().await.unwrap();
    let shown = report(&world.folder(), world.clock.now()).unwrap();
    assert_eq!(shown.finding.says, "There is no certificate for *.bt.edu, which needs DNS.");
    // A hand that was too quick, or a disk that was: what is broken does not take the others down.
    fs::write(world.place.join("issued/fix-42.bt.edu.pem"), "junk").unwrap();
    world.refuse(FailureKind::Refused, None);
    keeper.round().await.unwrap();
    assert_eq!(served.find("bt.edu").unwrap().names(), ["bt.edu", "www.bt.edu"]);
    assert_eq!(report(&world.folder(), world.clock.now()).unwrap().unusable.len(), 1);
}

#[tokio::test]
async fn a_broken_file_takes_nothing_from_what_is_served_and_is_told_of() {
    let mut world = World::new("broken");
    let (mut keeper, served) = world.keeper();
    keeper.round().await.unwrap();
    let good = served.find("bt.edu").unwrap();
    let file = world.place.join("issued/bt.edu.pem");
    fs::write(&file, "-----BEGIN CERTIFICATE-----\nhalf of it").unwrap();
    world.refuse(FailureKind::Unreachable, None);
    keeper.round().await.unwrap();
    assert_eq!(served.find("bt.edu").unwrap(), good);
    let shown = report(&world.folder(), world.clock.now()).unwrap();
    assert_eq!((shown.finding.health, shown.worst()), (Health::Degraded, None));
    assert!(shown.finding.says.contains("bt.edu is broken; the last good one is served"), "{}", shown.finding.says);
    assert!(shown.unusable[0].contains("issued/bt.edu.pem cannot be served: "), "{:?}", shown.unusable);
    // The next process knows it from its first moment; a right file of one's own is taken at once.
    world.settings.push_str(", and other ones");
    drop(keeper);
    let (mut keeper, served) = world.keeper();
    assert_eq!(served.find("bt.edu").unwrap(), good);
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["bt.edu".to_owned(), "www.bt.edu".to_owned()]).unwrap();
    let own = own.self_signed(&key).unwrap();
    fs::write(&file, format!("{}{}", key.serialize_pem(), own.pem())).unwrap();
    keeper.round().await.unwrap();
    assert_eq!(served.find("bt.edu").unwrap().der(), own.der().as_ref());
    assert!(report(&world.folder(), world.clock.now()).unwrap().unusable.is_empty());
    fs::remove_file(&file).unwrap();
    keeper.round().await.unwrap();
    assert!(served.find("bt.edu").unwrap().is_self_issued(), "what was removed is not served on");
}

#[tokio::test]
async fn other_settings_are_tried_at_the_next_start_and_the_same_ones_wait() {
    let mut world = World::new("settings");
    world.refuse(FailureKind::Here, None);
    let (mut keeper, _) = world.keeper();
    keeper.round().await.unwrap();
    keeper.round().await.unwrap();
    drop(keeper);
    let (mut keeper, _) = world.keeper();
    keeper.round().await.unwrap();
    assert_eq!(world.orders().len(), 1, "a start alone mends nothing");
    drop(keeper);
    world.settings = "as set right".to_owned();
    let (mut keeper, _) = world.keeper();
    keeper.round().await.unwrap();
    keeper.round().await.unwrap();
    assert_eq!(world.orders().len(), 2, "one try, then it waits again");
}

#[tokio::test]
async fn without_an_authority_the_machine_vouches_for_itself() {
    let world = World::new("local");
    world.hosts.send_modify(|all| all.fixed = hosts(&["bt.test", "staging.bt.test"]));
    let (mut keeper, served) = world.keeper_of(None);
    keeper.round().await.unwrap();
    let local = served.find("staging.bt.test").unwrap();
    assert!(local.issuer().contains("bt local authority") && local.covers("localhost"));
    assert_eq!(served.list().len(), 1);
    let shown = report(&world.folder(), world.clock.now()).unwrap();
    assert_eq!((shown.finding.health, shown.worst()), (Health::Up, None));
    assert!(shown.finding.says.contains("ends on 2027-02-20"), "{}", shown.finding.says);
    assert_eq!(shown.local, Some(local.clone()));
    world.days(61);
    keeper.round().await.unwrap();
    assert!(served.find("bt.test").unwrap().not_after() > local.not_after(), "renewed in time");
}

#[tokio::test]
async fn the_loop_ends_when_it_is_told_to() {
    let world = World::new("loop");
    let (keeper, served) = world.keeper();
    let shutdown = tokio_util::sync::CancellationToken::new();
    let task = tokio::spawn(keeper.run(shutdown.clone()));
    while served.find("bt.edu").unwrap().is_self_issued() && world.orders().is_empty() {
        tokio::task::yield_now().await;
    }
    shutdown.cancel();
    task.await.unwrap();
    assert_eq!(world.orders().len(), 1);
}
