//! The web service: built from its ports; the door mounts its routes on a listener.

use std::fmt;
use std::sync::Arc;

use accounts::alerts::{AlertStore, SiteNews};
use accounts::ports::{AccountStore, CollectionStore, FeedbackStore, GuestStore, SessionStore};
use accounts::session::TOKEN_BYTES;
use answers::tiers::Answers;
use axum::Router;
use catalog::published::PublishedCatalog;
use clock::Clock;
use http::{HeaderName, HeaderValue};
use httpkit::config::HttpConfig;
use httpkit::cross_site::CrossSite;
use jiff::Zoned;
use planner::ports::{PersonalData, ScheduleStore};

use crate::config::{Config, SignIn};
use crate::pages;

/// Gives the process's figures in Prometheus's text form.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// Draws bytes from the system's random source, for what nobody may guess.
pub type Chance = Arc<dyn Fn() -> [u8; TOKEN_BYTES] + Send + Sync>;

/// What the service needs of the world.
#[derive(Clone)]
pub struct Ports {
    /// The catalog that the process holds.
    pub catalog: Arc<dyn PublishedCatalog>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Chance,
    /// How people sign in.
    pub sign_in: SignIn,
    /// People and what they saved.
    pub accounts: Arc<dyn AccountStore>,
    /// Who is signed in, and where.
    pub sessions: Arc<dyn SessionStore>,
    /// People without an account who began to plan.
    pub guests: Arc<dyn GuestStore>,
    /// People's collections of courses.
    pub collections: Arc<dyn CollectionStore>,
    /// What people report.
    pub feedback: Arc<dyn FeedbackStore>,
    /// People's schedules.
    pub schedules: Arc<dyn ScheduleStore>,
    /// Everything about a person at once.
    pub personal_data: Arc<dyn PersonalData>,
    /// What people follow, and what they were told.
    pub alerts: Arc<dyn AlertStore>,
    /// The figures of the process.
    pub render_metrics: RenderMetrics,
    /// Finished pages that are the same for everybody. Its limit bounds their memory.
    pub kept_pages: Answers,
}

/// What every page is made with.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) ports: Ports,
}

impl App {
    /// This moment, on the campus.
    pub(crate) fn now(&self) -> Zoned {
        self.ports.clock.now().to_zoned(self.config.time_zone.clone())
    }
}

/// The service, ready to be mounted.
#[derive(Clone)]
pub struct Web {
    app: Arc<App>,
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web").field("config", &self.app.config).finish_non_exhaustive()
    }
}

/// Puts the service together.
#[must_use]
pub fn build(config: Config, ports: Ports) -> Web {
    Web { app: Arc::new(App { config, ports }) }
}

/// What is newest on the site, as its page of changes tells it.
#[must_use]
pub fn news() -> Option<SiteNews> {
    pages::prose::releases::newest()
}

impl Web {
    /// The routes, without the layers around them. What changes something is asked for by this site's own pages alone.
    pub fn router(&self) -> Router {
        CrossSite::of(self.app.config.own_url.as_deref()).around(pages::router(&self.app))
    }

    /// The listener's settings: the defaults, the look of errors, and the address of the speculation rules.
    #[must_use]
    pub fn http_config(&self) -> HttpConfig {
        let app = self.app.clone();
        let rules = HeaderValue::try_from(format!("\"{}\"", design::assets::SPECULATION_RULES.path));
        HttpConfig {
            error_page: Arc::new(move |error| {
                let app = app.clone();
                Box::pin(async move { pages::error::render(&app, &error).await })
            }),
            page_headers: rules
                .map(|rules| (HeaderName::from_static("speculation-rules"), rules))
                .into_iter()
                .collect(),
            ..HttpConfig::default()
        }
    }
}
