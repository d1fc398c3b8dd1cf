//! A house to watch.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ::watch::config::Config;
use ::watch::events::Events;
use ::watch::service::{Ports, build};
use async_trait::async_trait;
use clock::ManualClock;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use platform::alarm::Alarm;
use platform::ports::{AlarmSink, PortError, Probe, StatusStore, WishStore};
use platform::status::{Finding, Incident, Part, StatusReport};
use platform::wishes::{Maintenance, Wishes};
use tokio::sync::watch as seen;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A store in memory, as JSON, so that it forgets what files would forget.
pub(crate) struct Memory {
    report: seen::Sender<Option<StatusReport>>,
    incidents: Mutex<Vec<Incident>>,
    alarms: Mutex<String>,
    wishes: Mutex<Wishes>,
    pub(crate) is_broken: Mutex<bool>,
}

impl Default for Memory {
    fn default() -> Self {
        let alarms = Mutex::new("[]".to_owned());
        Self {
            report: seen::Sender::new(None),
            incidents: Mutex::default(),
            alarms,
            wishes: Mutex::default(),
            is_broken: Mutex::new(false),
        }
    }
}

impl Memory {
    pub(crate) fn report(&self) -> StatusReport {
        self.report.borrow().clone().expect("a report")
    }

    pub(crate) fn alarms(&self) -> Vec<Alarm> {
        serde_json::from_str(&self.alarms.lock().unwrap()).unwrap()
    }

    /// Somebody works on the house, or has ended it.
    pub(crate) fn maintenance(&self, is_on: bool) {
        let reason = "Back at 4 AM".to_owned();
        self.wishes.lock().unwrap().maintenance = is_on.then_some(Maintenance { reason });
    }

    fn check(&self) -> Result<(), PortError> {
        if *self.is_broken.lock().unwrap() { Err(PortError::plain("the disk is full")) } else { Ok(()) }
    }
}

#[async_trait]
impl StatusStore for Memory {
    async fn put_status(&self, report: &StatusReport) -> Result<(), PortError> {
        self.check()?;
        self.report.send_replace(Some(report.clone()));
        Ok(())
    }

    async fn status(&self) -> Result<Option<StatusReport>, PortError> {
        self.check()?;
        Ok(self.report.borrow().clone())
    }

    async fn incidents(&self) -> Result<Vec<Incident>, PortError> {
        self.check()?;
        Ok(self.incidents.lock().unwrap().clone())
    }

    async fn change_incidents(
        &self,
        change: &(dyn for<'a> Fn(&'a mut Vec<Incident>) + Sync),
    ) -> Result<Vec<Incident>, PortError> {
        self.check()?;
        let mut incidents = self.incidents.lock().unwrap();
        change(&mut incidents);
        Ok(incidents.clone())
    }

    async fn open_alarms(&self) -> Result<Vec<Alarm>, PortError> {
        self.check()?;
        Ok(self.alarms())
    }

    async fn put_open_alarms(&self, alarms: &[Alarm]) -> Result<(), PortError> {
        self.check()?;
        *self.alarms.lock().unwrap() = serde_json::to_string(alarms).unwrap();
        Ok(())
    }
}

#[async_trait]
impl WishStore for Memory {
    async fn wishes(&self) -> Result<Wishes, PortError> {
        Ok(self.wishes.lock().unwrap().clone())
    }

    async fn change(&self, change: &(dyn for<'a> Fn(&'a mut Wishes) + Sync)) -> Result<Wishes, PortError> {
        let mut wishes = self.wishes.lock().unwrap();
        change(&mut wishes);
        Ok(wishes.clone())
    }
}

/// How a stand-in behaves when it is asked.
#[derive(Clone)]
pub(crate) enum Does {
    Answers(Finding),
    Hangs,
    Panics,
}

/// A probe that does as it is told.
pub(crate) struct Told {
    part: Part,
    does: Mutex<Does>,
    pub(crate) looks: AtomicUsize,
}

impl Told {
    pub(crate) fn new(part: Part) -> Arc<Self> {
        let does = Mutex::new(Does::Answers(Finding::up("It answers.")));
        Arc::new(Self { part, does, looks: AtomicUsize::new(0) })
    }

    pub(crate) fn does(&self, does: Does) {
        *self.does.lock().unwrap() = does;
    }

    pub(crate) fn is_down(&self) {
        self.does(Does::Answers(Finding::down("It does not answer.", "bt doctor")));
    }

    pub(crate) fn is_up(&self) {
        self.does(Does::Answers(Finding::up("It answers.")));
    }
}

#[async_trait]
impl Probe for Told {
    fn part(&self) -> Part {
        self.part
    }

    async fn look(&self) -> Finding {
        self.looks.fetch_add(1, Ordering::SeqCst);
        let does = self.does.lock().unwrap().clone();
        match does {
            Does::Answers(finding) => finding,
            Does::Hangs => std::future::pending().await,
            Does::Panics => panic!("as told"),
        }
    }
}

/// A sink that does as it is told.
pub(crate) struct Postbox {
    name: String,
    taken: seen::Sender<Vec<Alarm>>,
    pub(crate) tries: AtomicUsize,
    pub(crate) refuses: Mutex<Option<Refusal>>,
}

#[derive(Clone, Copy)]
pub(crate) enum Refusal {
    Says,
    Hangs,
    Panics,
}

impl Postbox {
    pub(crate) fn new(name: &str) -> Arc<Self> {
        let (taken, tries) = (seen::Sender::new(Vec::new()), AtomicUsize::new(0));
        Arc::new(Self { name: name.to_owned(), taken, tries, refuses: Mutex::new(None) })
    }

    pub(crate) fn titles(&self) -> Vec<String> {
        self.taken.borrow().iter().map(|alarm| alarm.title.clone()).collect()
    }

    pub(crate) fn refuses(&self, refusal: Option<Refusal>) {
        *self.refuses.lock().unwrap() = refusal;
    }

    pub(crate) async fn wait_for(&self, count: usize) -> Vec<String> {
        self.taken.subscribe().wait_for(|taken| taken.len() >= count).await.unwrap();
        self.titles()
    }
}

#[async_trait]
impl AlarmSink for Postbox {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn send(&self, alarm: &Alarm) -> Result<(), PortError> {
        self.tries.fetch_add(1, Ordering::SeqCst);
        let refusal = *self.refuses.lock().unwrap();
        match refusal {
            None => {
                self.taken.send_modify(|taken| taken.push(alarm.clone()));
                Ok(())
            }
            Some(Refusal::Says) => Err(PortError::plain("451 try again")),
            Some(Refusal::Hangs) => std::future::pending().await,
            Some(Refusal::Panics) => panic!("as told"),
        }
    }
}

/// The house and its watch.
pub(crate) struct House {
    pub(crate) clock: ManualClock,
    pub(crate) store: Arc<Memory>,
    pub(crate) probes: Vec<Arc<Told>>,
    pub(crate) sinks: Vec<Arc<Postbox>>,
    running: Option<(CancellationToken, JoinHandle<()>, Events)>,
}

impl House {
    pub(crate) fn new(parts: &[Part], sinks: &[&str]) -> Self {
        Self {
            clock: ManualClock::new("2026-11-22T20:00:00Z".parse::<Timestamp>().unwrap()),
            store: Arc::default(),
            probes: parts.iter().map(|part| Told::new(*part)).collect(),
            sinks: sinks.iter().map(|name| Postbox::new(name)).collect(),
            running: None,
        }
    }

    pub(crate) fn start(&mut self) {
        let ports = Ports {
            probes: self.probes.iter().map(|probe| Arc::clone(probe) as Arc<dyn Probe>).collect(),
            store: self.store.clone(),
            wishes: self.store.clone(),
            sinks: self.sinks.iter().map(|sink| Arc::clone(sink) as Arc<dyn AlarmSink>).collect(),
            clock: Arc::new(self.clock.clone()),
            zone: TimeZone::get("America/Los_Angeles").unwrap(),
        };
        let watch = build(Config::default(), ports);
        let (stop, events) = (CancellationToken::new(), watch.events());
        let task = tokio::spawn(watch.run(stop.clone()));
        self.running = Some((stop, task, events));
    }

    pub(crate) fn events(&self) -> &Events {
        &self.running.as_ref().expect("a running watch").2
    }

    /// Lets so many rounds pass: both clocks, that of the house and the runtime's, go on together.
    pub(crate) async fn rounds(&self, rounds: u32) {
        for _ in 0..rounds {
            self.pass(Duration::from_secs(10)).await;
        }
    }

    pub(crate) async fn pass(&self, time: Duration) {
        self.clock.advance(time);
        tokio::time::advance(time).await;
        self.settle().await;
    }

    /// Lets everything happen that happens without time.
    pub(crate) async fn settle(&self) {
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) async fn stop(&mut self) {
        let (stop, task, _) = self.running.take().expect("a running watch");
        stop.cancel();
        task.await.unwrap();
    }

    /// The process is killed: nothing is ended in order.
    pub(crate) async fn kill(&mut self) {
        let (_, task, _) = self.running.take().expect("a running watch");
        task.abort();
        let _ = task.await;
    }

    pub(crate) fn finding(&self, part: Part) -> Finding {
        self.store.report().parts.into_iter().find(|state| state.part == part).expect("the part").finding
    }
}
