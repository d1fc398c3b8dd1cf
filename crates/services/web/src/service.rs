//! The web service: built from its ports; the door mounts its routes on a listener.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use catalog::published::PublishedCatalog;
use clock::Clock;
use http::{HeaderName, HeaderValue};
use httpkit::config::HttpConfig;
use jiff::Zoned;

use crate::config::Config;
use crate::pages;

/// Gives the process's figures in Prometheus's text form.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// What every page is made with.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) catalog: Arc<dyn PublishedCatalog>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) render_metrics: RenderMetrics,
}

impl App {
    /// This moment, on the campus.
    pub(crate) fn now(&self) -> Zoned {
        self.clock.now().to_zoned(self.config.time_zone.clone())
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
pub fn build(
    config: Config,
    catalog: Arc<dyn PublishedCatalog>,
    clock: Arc<dyn Clock>,
    render_metrics: RenderMetrics,
) -> Web {
    Web { app: Arc::new(App { config, catalog, clock, render_metrics }) }
}

impl Web {
    /// The routes, without the layers around them.
    pub fn router(&self) -> Router {
        pages::router(&self.app)
    }

    /// The listener's settings: the defaults, the look of errors, and the address of the speculation rules.
    #[must_use]
    pub fn http_config(&self) -> HttpConfig {
        let app = self.app.clone();
        let rules = HeaderValue::try_from(format!("\"{}\"", design::assets::SPECULATION_RULES.path));
        HttpConfig {
            error_page: Arc::new(move |error| pages::error::render(&app, error)),
            page_headers: rules
                .map(|rules| (HeaderName::from_static("speculation-rules"), rules))
                .into_iter()
                .collect(),
            ..HttpConfig::default()
        }
    }
}
