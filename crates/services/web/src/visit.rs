//! One request of a page that needs the catalog: what is in memory, who looks, and from where.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::Response;
use catalog::snapshot::Snapshot;
use design::theme::Theme;
use http::HeaderMap;
use http::header::COOKIE;
use http::request::Parts;
use jiff::Zoned;
use jiff::civil::Date;

use crate::frame::Surroundings;
use crate::pages::loading;
use crate::service::App;

/// The surroundings of a request. While no catalog is loaded, the answer is the loading page.
pub(crate) struct Visit {
    pub(crate) app: Arc<App>,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) surroundings: Surroundings,
    /// The moment of the request, on the campus.
    pub(crate) now: Zoned,
    /// The parameters of the address, decoded, in order.
    pub(crate) parameters: Vec<(String, String)>,
}

impl Visit {
    /// The day on the campus.
    pub(crate) fn today(&self) -> Date {
        self.now.date()
    }

    /// A parameter that is given once, trimmed; `None` when it is missing or empty.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let value = self.parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let current = app.catalog.current();
        let now = app.now();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let surroundings =
            Surroundings { theme: theme_of(&parts.headers), path, current: current.clone(), now: now.clone() };
        let Some(snapshot) = current.snapshot else {
            return Err(loading::page(app, &surroundings));
        };
        let parameters = parameters(parts.uri.query().unwrap_or_default());
        Ok(Self { app: app.clone(), snapshot, surroundings, now, parameters })
    }
}

/// The reader's colours.
pub(crate) fn theme_of(headers: &HeaderMap) -> Theme {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    Theme::from_cookies(&cookies.collect::<Vec<_>>().join("; "))
}

/// The most parameters that are read of an address.
const PARAMETERS_MAX: usize = 100;

/// The parameters of an address. What is not valid UTF-8 becomes `U+FFFD`, as in browsers.
fn parameters(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes())
        .take(PARAMETERS_MAX)
        .map(|(k, v)| (k.into_owned(), v.into_owned()))
        .collect()
}
