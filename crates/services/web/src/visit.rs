//! One request of a page that needs the catalog: what is in memory, who looks, and from where.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use accounts::person::Person;
use accounts::ports::AccountError;
use axum::extract::FromRequestParts;
use axum::response::Response;
use catalog::seats::EnrollmentRun;
use catalog::section::SectionId;
use catalog::snapshot::Snapshot;
use catalog::term::TermId;
use design::theme::Theme;
use http::header::COOKIE;
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, Method};
use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use planner::schedule::Owner;

use crate::frame::Surroundings;
use crate::pages::loading;
use crate::service::App;
use crate::visitor::{self, Editor, SignedIn, Visitor};

/// How long a page waits to hear who looks: a thousand times longer than that takes. A database that hangs must not take
/// the pages with it, which come from memory.
const WHO_LOOKS_WAIT: Duration = Duration::from_secs(2);

/// The surroundings of a request. While no catalog is loaded, the answer is the loading page.
pub(crate) struct Visit {
    pub(crate) app: Arc<App>,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) surroundings: Surroundings,
    /// The moment of the request, on the campus.
    pub(crate) now: Zoned,
    /// The parameters of the address, decoded, in order.
    pub(crate) parameters: Vec<(String, String)>,
    /// The head of the request, for its cookies.
    pub(crate) headers: HeaderMap,
}

impl Visit {
    /// The moment, for what is kept.
    pub(crate) fn at(&self) -> Timestamp {
        self.now.timestamp()
    }

    /// The day on the campus.
    pub(crate) fn today(&self) -> Date {
        self.now.date()
    }

    /// Who is signed in.
    pub(crate) fn person(&self) -> Option<&Person> {
        self.surroundings.visitor.person()
    }

    /// Who is signed in, and by what session.
    pub(crate) fn signed_in(&self) -> Option<&SignedIn> {
        match &self.surroundings.visitor {
            Visitor::Person(signed_in) => Some(signed_in),
            Visitor::Nobody | Visitor::Unknown => None,
        }
    }

    /// Whose plans to show: the person's who is signed in, or the guest's; `None` for nobody. Makes nobody a guest.
    pub(crate) async fn owner(&self) -> Result<Option<Owner>, AccountError> {
        if let Some(person) = self.surroundings.visitor.known()? {
            return Ok(Some(Owner::Person(person.id)));
        }
        Ok(visitor::guest(&self.app, &self.headers, self.at()).await?.map(Owner::Guest))
    }

    /// Whose plans to change; whoever is nobody becomes a guest, by the cookie that goes with the answer.
    pub(crate) async fn editor(&self) -> Result<Editor, AccountError> {
        Editor::of(&self.app, &self.surroundings.visitor, &self.headers, self.at()).await
    }

    /// The counts of sections in a term over time; `None` when the database does not give them in time. The page says so then,
    /// and is kept by nobody.
    pub(crate) async fn history(&self, term: TermId, sections: &[SectionId]) -> Option<Arc<[EnrollmentRun]>> {
        let read = self.app.ports.catalog.history(term, sections).await;
        let told = read.inspect_err(|error| {
            tracing::warn!(%error, term = %term.slug(), "a page went without the history of enrollment");
            self.surroundings.went_without.store(true, Ordering::Relaxed);
        });
        told.ok()
    }

    /// Where the visitor reached the site, as the request says it: nothing that others see may be made of it.
    pub(crate) fn asked_at(&self) -> Option<String> {
        let header = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        let host: Authority = header("host")?.parse().ok()?;
        let scheme = if header("x-forwarded-proto") == Some("https") { "https" } else { "http" };
        Some(format!("{scheme}://{host}"))
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
        let current = app.ports.catalog.current();
        let now = app.now();
        // What is posted to is no page to come back to.
        let is_read = matches!(parts.method, Method::GET | Method::HEAD);
        let path = parts.uri.path_and_query().filter(|_| is_read).map_or("/", |path| path.as_str()).to_owned();
        let visitor = Visitor::of(app, &parts.headers, &current, now.timestamp(), WHO_LOOKS_WAIT).await;
        let theme = theme_of(&parts.headers);
        let went_without = Arc::new(AtomicBool::new(current.database_lost_since.is_some()));
        let surroundings =
            Surroundings { theme, path, current: current.clone(), now: now.clone(), visitor, went_without };
        let Some(snapshot) = current.snapshot else {
            return Err(loading::page(app, &surroundings));
        };
        let parameters = parameters(parts.uri.query().unwrap_or_default());
        let headers = parts.headers.clone();
        Ok(Self { app: app.clone(), snapshot, surroundings, now, parameters, headers })
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
