//! What the supervisor is given.

use std::fmt;
use std::sync::Arc;

use clock::Clock;
use platform::names::{JobName, ServiceName};
use platform::ports::{ReleasePrograms, RouteStore, RunStore, Runtime, ViewStore, WishStore};
use platform::schedule::Run;
use platform::view::GivenUp;
use tokio::sync::Notify;

/// All ports.
#[derive(Clone)]
pub struct Ports {
    /// Runs instances.
    pub runtime: Arc<dyn Runtime>,
    /// What is wished.
    pub wishes: Arc<dyn WishStore>,
    /// Which releases are here.
    pub releases: Arc<dyn ReleasePrograms>,
    /// Where the route table goes.
    pub routes: Arc<dyn RouteStore>,
    /// Where the view goes.
    pub views: Arc<dyn ViewStore>,
    /// What outlives the supervisor.
    pub runs: Arc<dyn RunStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Is told what people may want to hear of.
    pub observer: Arc<dyn Observer>,
    /// Notified by whoever knows that there is something to see: a child ended, wishes changed. The loop then looks at
    /// once. Without any notification it looks once a second.
    pub wake: Arc<Notify>,
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ports").finish_non_exhaustive()
    }
}

/// Hears of what happens. Called from the loop: it must not wait.
pub trait Observer: Send + Sync {
    /// A run of a job is over, well or not.
    fn job_ended(&self, job: &JobName, run: &Run);
    /// A service's order was given up for a while.
    fn gave_up(&self, service: &ServiceName, given_up: &GivenUp);
    /// A service's order that was given up does well again, or another one is wished.
    fn recovered(&self, service: &ServiceName);
}
