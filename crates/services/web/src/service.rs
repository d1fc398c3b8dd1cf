//! The web service: built from its ports, run until told to stop.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use catalog::ports::CatalogStore;
use clock::Clock;
use http::{HeaderName, HeaderValue};
use httpkit::config::HttpConfig;
use httpkit::server::{Served, serve};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::history::Histories;
use crate::memory::Memory;
use crate::{pages, refresh};

/// Gives the process's figures in Prometheus's text form.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// What every page is made with.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) store: Arc<dyn CatalogStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) render_metrics: RenderMetrics,
    pub(crate) memory: Memory,
    pub(crate) histories: Histories,
}

/// The service, ready to run. Clones share the memory.
#[derive(Clone)]
pub struct Web {
    app: Arc<App>,
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web").field("config", &self.app.config).finish_non_exhaustive()
    }
}

/// Puts the service together. It reads nothing yet: that begins with [`Web::run`].
#[must_use]
pub fn build(
    config: Config,
    store: Arc<dyn CatalogStore>,
    clock: Arc<dyn Clock>,
    render_metrics: RenderMetrics,
) -> Web {
    Web {
        app: Arc::new(App {
            config,
            store,
            clock,
            render_metrics,
            memory: Memory::default(),
            histories: Histories::default(),
        }),
    }
}

impl Web {
    /// Serves until `shutdown`, then drains. Requests are answered from the first moment on: until the catalog is
    /// loaded with a page that says so. It is not read before `filled`: a first load passes through states that nobody
    /// should see.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
        filled: impl Future<Output = ()> + Send + 'static,
    ) -> Served {
        let keep_current = self.keep_current();
        let refreshing = tokio::spawn(async move {
            filled.await;
            keep_current.await;
        });
        let served = serve(listener, self.router(), shutdown, self.http_config()).await;
        refreshing.abort();
        served
    }

    /// Keeps the memory current; never ends by itself. [`Web::run`] does this; tests may do it alone.
    pub fn keep_current(&self) -> impl Future<Output = ()> + Send + use<> {
        refresh::keep_current(self.app.clone())
    }

    /// Waits until a catalog published at `since` or later is in memory.
    pub async fn loaded_since(&self, since: Timestamp) {
        let mut changes = self.app.memory.changes();
        let is_new =
            |snapshot: &catalog::snapshot::Snapshot| snapshot.state().is_some_and(|state| state.published_at >= since);
        // The sender lives as long as `self`: waiting cannot fail.
        let _ = changes.wait_for(|current| current.snapshot.as_deref().is_some_and(is_new)).await;
    }

    #[cfg(test)]
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

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
