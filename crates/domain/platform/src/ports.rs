//! What the services of the platform need of the world. Adapters implement it, the door introduces them.

use std::net::SocketAddr;
use std::path::PathBuf;

use async_trait::async_trait;

use crate::alarm::Alarm;
use crate::names::{InstanceId, ReleaseName};
use crate::plan::memory::Remembered;
use crate::routes::RouteTable;
use crate::runtime::{Order, Readiness, Seen, Stop};
use crate::status::{Finding, Incident, Part, StatusReport};
use crate::view::SupervisorView;
use crate::wishes::Wishes;

/// Something of the world did not work. The message says what was tried; the cause is the source.
#[derive(Debug, thiserror::Error)]
#[error("{tried}")]
pub struct PortError {
    /// Such as `cannot start api@production`.
    pub tried: String,
    /// Why it failed.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl PortError {
    /// An error with its cause.
    pub fn new(tried: impl Into<String>, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { tried: tried.into(), cause: Some(cause.into()) }
    }

    /// An error that has no other cause.
    pub fn plain(tried: impl Into<String>) -> Self {
        Self { tried: tried.into(), cause: None }
    }
}

/// Runs instances: processes on one machine.
#[async_trait]
pub trait Runtime: Send + Sync {
    /// Starts an instance. It exists when this returns; whether it is ready is another question.
    ///
    /// # Errors
    /// When it could not be started.
    async fn start(&self, order: &Order) -> Result<InstanceId, PortError>;
    /// All instances, also those that an earlier supervisor started, and those that ended and are not forgotten yet.
    ///
    /// # Errors
    /// When one cannot look.
    async fn look(&self) -> Result<Vec<Seen>, PortError>;
    /// Asks an instance to stop. Does nothing when it has ended.
    ///
    /// # Errors
    /// When it could not be asked.
    async fn stop(&self, instance: &InstanceId, how: Stop) -> Result<(), PortError>;
    /// An ended instance is seen no more.
    ///
    /// # Errors
    /// When its traces could not be removed.
    async fn forget(&self, instance: &InstanceId) -> Result<(), PortError>;
    /// Asks an instance whether it is ready. Never waits longer than a second.
    async fn readiness(&self, address: SocketAddr) -> Readiness;
    /// Which limits cannot be kept here, and why; empty when all can.
    fn unkept_limits(&self) -> Vec<String>;
}

/// Keeps what is wished.
#[async_trait]
pub trait WishStore: Send + Sync {
    /// What is wished now.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn wishes(&self) -> Result<Wishes, PortError>;
    /// Changes it, one writer at a time, and returns the new wishes.
    ///
    /// # Errors
    /// When it cannot be kept; then nothing has changed.
    async fn change(&self, change: &(dyn for<'a> Fn(&'a mut Wishes) + Sync)) -> Result<Wishes, PortError>;
}

/// Keeps the route table.
#[async_trait]
pub trait RouteStore: Send + Sync {
    /// Replaces the table.
    ///
    /// # Errors
    /// When it cannot be kept; then the old one stands.
    async fn put_routes(&self, table: &RouteTable) -> Result<(), PortError>;
    /// The table, when it is another than the one of `seen`, with a mark to ask again by; `None` when nothing changed.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn routes_since(&self, seen: Option<u64>) -> Result<Option<(u64, RouteTable)>, PortError>;
}

/// Keeps what the supervisor shows of itself.
#[async_trait]
pub trait ViewStore: Send + Sync {
    /// Replaces the view.
    ///
    /// # Errors
    /// When it cannot be kept; then the old one stands.
    async fn put_view(&self, view: &SupervisorView) -> Result<(), PortError>;
    /// The view; `None` when there never was one.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn view(&self) -> Result<Option<SupervisorView>, PortError>;
}

/// Keeps what the supervisor remembers: failures, last runs. A restart must not lose it.
#[async_trait]
pub trait RunStore: Send + Sync {
    /// Replaces it.
    ///
    /// # Errors
    /// When it cannot be kept; then the old one stands.
    async fn put_remembered(&self, remembered: &Remembered) -> Result<(), PortError>;
    /// What was kept; `None` when nothing ever was.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn remembered(&self) -> Result<Option<Remembered>, PortError>;
}

/// Knows the releases that are on this machine.
#[async_trait]
pub trait ReleasePrograms: Send + Sync {
    /// The program's file of a release; `None` when it is not here.
    ///
    /// # Errors
    /// When one cannot look.
    async fn program(&self, release: &ReleaseName) -> Result<Option<PathBuf>, PortError>;
}

/// Keeps how the house is.
#[async_trait]
pub trait StatusStore: Send + Sync {
    /// Replaces the report.
    ///
    /// # Errors
    /// When it cannot be kept; then the old one stands.
    async fn put_status(&self, report: &StatusReport) -> Result<(), PortError>;
    /// The report; `None` when none was ever made.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn status(&self) -> Result<Option<StatusReport>, PortError>;
    /// All incidents, newest first.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn incidents(&self) -> Result<Vec<Incident>, PortError>;
    /// Changes them, one writer at a time, and returns the new list.
    ///
    /// # Errors
    /// When they cannot be kept; then nothing has changed.
    async fn change_incidents(
        &self,
        change: &(dyn for<'a> Fn(&'a mut Vec<Incident>) + Sync),
    ) -> Result<Vec<Incident>, PortError>;
    /// The alarms that were raised and are not over.
    ///
    /// # Errors
    /// When they cannot be read.
    async fn open_alarms(&self) -> Result<Vec<Alarm>, PortError>;
    /// Replaces them.
    ///
    /// # Errors
    /// When they cannot be kept; then the old ones stand.
    async fn put_open_alarms(&self, alarms: &[Alarm]) -> Result<(), PortError>;
}

/// Looks at one part of the house.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Which.
    fn part(&self) -> Part;
    /// How it is. Bounded by the caller in time.
    async fn look(&self) -> Finding;
}

/// Carries alarms to people.
#[async_trait]
pub trait AlarmSink: Send + Sync {
    /// What it is, for messages: `mail to ops@example.edu`, `the webhook`.
    fn name(&self) -> String;
    /// Sends one.
    ///
    /// # Errors
    /// When it was not taken; it is tried again.
    async fn send(&self, alarm: &Alarm) -> Result<(), PortError>;
}
