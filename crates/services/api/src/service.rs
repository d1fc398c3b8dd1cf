//! The API service: built from its ports; its routes are mounted beside the site's, or served alone.

use std::fmt;
use std::sync::Arc;

use accounts::ports::{AccountStore, SessionStore};
use answers::tiers::Answers;
use axum::Router;
use axum::middleware::from_fn_with_state;
use catalog::published::PublishedCatalog;
use clock::Clock;
use httpkit::cors::Cors;
use httpkit::limits::RateLimits;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use planner::ports::ScheduleStore;

use crate::config::Config;
use crate::graphql;
use crate::graphql::engine::Engine;
use crate::{docs, rest};

/// What the service needs of the world.
#[derive(Clone)]
pub struct Ports {
    /// The catalog that the process holds.
    pub catalog: Arc<dyn PublishedCatalog>,
    /// People and what they saved.
    pub accounts: Arc<dyn AccountStore>,
    /// Who is signed in.
    pub sessions: Arc<dyn SessionStore>,
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
    /// What GraphQL keeps between requests.
    pub(crate) graphql: Engine,
}

impl App {
    /// The campus's time zone.
    pub(crate) fn time_zone(&self) -> &TimeZone {
        &self.config.time_zone
    }

    /// The day on the campus.
    pub(crate) fn day(&self, at: Timestamp) -> Date {
        self.config.time_zone.to_datetime(at).date()
    }
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
    Api { app: Arc::new(App { config, ports, answers, graphql: Engine::default() }) }
}

impl Api {
    /// The routes below `/api`, without the layers around them.
    pub fn router(&self) -> Router {
        let gate = from_fn_with_state(self.app.clone(), rest::gate::gate);
        let routes = rest::router::routes()
            .merge(docs::routes())
            .merge(graphql::routes())
            .layer(gate)
            .with_state(self.app.clone());
        let limits = RateLimits::new("api", self.app.config.rate_limit, Arc::clone(&self.app.ports.clock));
        Cors::QUERYING.around(limits.around(routes))
    }
}
