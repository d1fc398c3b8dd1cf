//! The API service: built from its ports; its routes are mounted beside the site's, or served alone.

use std::fmt;
use std::sync::Arc;

use accounts::ports::AccountStore;
use answers::tiers::Answers;
use axum::Router;
use catalog::published::PublishedCatalog;
use clock::Clock;
use planner::ports::ScheduleStore;

use crate::config::Config;

/// What the service needs of the world.
#[derive(Clone)]
pub struct Ports {
    /// The catalog that the process holds.
    pub catalog: Arc<dyn PublishedCatalog>,
    /// People and what they saved.
    pub accounts: Arc<dyn AccountStore>,
    /// People's schedules.
    pub schedules: Arc<dyn ScheduleStore>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// What every answer is made with.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) ports: Ports,
    /// Finished answers.
    pub(crate) answers: Answers,
}

/// The service, ready to be mounted.
#[derive(Clone)]
pub struct Api {
    app: Arc<App>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("config", &self.app.config).finish_non_exhaustive()
    }
}

/// Puts the service together.
#[must_use]
pub fn build(config: Config, ports: Ports, answers: Answers) -> Api {
    Api { app: Arc::new(App { config, ports, answers }) }
}

impl Api {
    /// The routes below `/api`, without the layers around them.
    pub fn router(&self) -> Router {
        Router::new().with_state(self.app.clone())
    }
}
