//! The API service: built from its ports; its routes are mounted beside the site's, or served alone.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use catalog::published::PublishedCatalog;
use clock::Clock;

use crate::config::Config;

/// What every answer is made with.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) catalog: Arc<dyn PublishedCatalog>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The service, ready to run.
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
pub fn build(config: Config, catalog: Arc<dyn PublishedCatalog>, clock: Arc<dyn Clock>) -> Api {
    Api { app: Arc::new(App { config, catalog, clock }) }
}

impl Api {
    /// The routes below `/api`, without the layers around them.
    pub fn router(&self) -> Router {
        Router::new().with_state(self.app.clone())
    }
}
