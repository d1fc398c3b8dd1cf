//! Requests that are not answered, and what the reader is told of it.

use std::time::Duration;

use design::action::{Emphasis, link_button};
use http::{HeaderValue, StatusCode};
use maud::{Markup, html};
use platform::names::ServiceName;

use crate::pages::asked::Asked;
use crate::pages::{STATUS_PATH, moment, words};

/// The longest path that a page repeats, in characters.
const PATH_LIMIT: usize = 120;

/// The type of the problem document of a 429, as the draft of the rate limit fields registers it.
const QUOTA_EXCEEDED: &str = "https://iana.org/assignments/http-problem-types#quota-exceeded";

/// Why a request is not answered.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// 503: nothing of the service is ready, or as many wait for it as may.
    NotRunning {
        /// Which.
        service: ServiceName,
        /// When to come again.
        retry_after: Duration,
    },
    /// 502: the service took the request and broke off.
    BrokenOff(ServiceName),
    /// 504: the service took the request and did not answer in time.
    TooSlow(ServiceName),
    /// 503: the site is closed for work.
    Maintenance {
        /// Why, and until when.
        reason: String,
    },
    /// 501: something will be here one day.
    Later {
        /// Such as `The explorer of the logs`.
        what: String,
    },
    /// 401: a name and a password are asked for.
    PasswordAsked {
        /// The name of the list, which browsers show.
        realm: String,
        /// Whether one was given, and was wrong.
        was_wrong: bool,
    },
    /// 429.
    TooMany {
        /// When to come again.
        wait: Duration,
    },
    /// 429: too many wrong passwords for one name from one client.
    LockedOut {
        /// How long it lasts at most.
        wait: Duration,
    },
    /// 403: the client is banned.
    Banned {
        /// For how long still; `None` until a person lifts it.
        wait: Option<Duration>,
    },
    /// Any other status, with what was wrong when the usual words do not say it: a sentence.
    Refused {
        /// The status.
        status: StatusCode,
        /// What was wrong and what to do: never a cause from inside.
        why: Option<String>,
    },
}

/// What the reader is told.
pub(super) struct Words {
    /// Without a full stop.
    pub(super) title: String,
    /// A sentence or two.
    pub(super) lead: String,
}

impl Trouble {
    /// The usual words of a status.
    pub const fn of(status: StatusCode) -> Self {
        Self::Refused { status, why: None }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotRunning { .. } | Self::Maintenance { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::BrokenOff(_) => StatusCode::BAD_GATEWAY,
            Self::TooSlow(_) => StatusCode::GATEWAY_TIMEOUT,
            Self::Later { .. } => StatusCode::NOT_IMPLEMENTED,
            Self::PasswordAsked { .. } => StatusCode::UNAUTHORIZED,
            Self::TooMany { .. } | Self::LockedOut { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Banned { .. } => StatusCode::FORBIDDEN,
            Self::Refused { status, .. } => *status,
        }
    }

    /// When to come again.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::NotRunning { retry_after, .. } => Some(*retry_after),
            Self::TooMany { wait } | Self::LockedOut { wait } => Some(*wait),
            Self::Banned { wait } => *wait,
            // Long enough for crawlers, which come again then, and short enough for work that ends early.
            Self::Maintenance { .. } => Some(Duration::from_secs(120)),
            _ => None,
        }
    }

    /// What is down.
    pub(super) fn service(&self) -> Option<&ServiceName> {
        match self {
            Self::NotRunning { service, .. } | Self::BrokenOff(service) | Self::TooSlow(service) => Some(service),
            _ => None,
        }
    }

    /// The `WWW-Authenticate` of a 401.
    pub(super) fn challenge(&self) -> Option<HeaderValue> {
        let Self::PasswordAsked { realm, .. } = self else { return None };
        let realm: String = realm.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\')).collect();
        HeaderValue::try_from(format!("Basic realm=\"{realm}\", charset=\"UTF-8\"")).ok()
    }

    /// The type of the problem document.
    pub(super) fn problem_type(&self) -> &'static str {
        match self {
            // No quota is shared with others here: these were wrong.
            Self::LockedOut { .. } => "about:blank",
            _ if self.status() == StatusCode::TOO_MANY_REQUESTS => QUOTA_EXCEEDED,
            _ => "about:blank",
        }
    }

    /// What the reader is told.
    pub(super) fn words(&self) -> Words {
        let told = |title: &str, lead: String| Words { title: title.to_owned(), lead };
        match self {
            Self::NotRunning { service, .. } => told(
                &format!("{} is not running right now", words::service(service)),
                "It may be starting at this moment. Nothing that you saved is lost. Try again in a few seconds.".into(),
            ),
            Self::BrokenOff(service) => told(
                &format!("{} broke off", words::service(service)),
                "It took your request and ended before the answer was whole. Try again in a few seconds.".into(),
            ),
            Self::TooSlow(service) => told(
                &format!("{} takes too long", words::service(service)),
                "It took your request and gave no answer in time. Try again in a minute.".into(),
            ),
            Self::Maintenance { reason } => told("Closed for work", reason.clone()),
            Self::Later { what } => told("This is still to come", format!("{what} will be at this address one day.")),
            Self::PasswordAsked { was_wrong: false, .. } => {
                told("A password is needed", "This part is only for people who have been given one.".into())
            }
            Self::PasswordAsked { was_wrong: true, .. } => told(
                "The name or the password is wrong",
                "Load the page again to be asked once more. After some wrong ones, the door stays shut for a while."
                    .into(),
            ),
            Self::TooMany { wait } => told(
                "Too many requests",
                format!("More requests come from your address than are allowed. Try again in {}.", moment::span(*wait)),
            ),
            Self::LockedOut { wait } => told(
                "Too many wrong passwords",
                format!(
                    "This name is locked for your address, for {} at most; until then even the right password does not \
                     help. Other names are not locked, nor is this one for other addresses. Who goes on trying is shut \
                     out altogether.",
                    moment::span(*wait)
                ),
            ),
            Self::Banned { wait } => told("Your address is shut out", banned(*wait)),
            Self::Refused { status, why } => {
                let (title, lead) = usual(*status);
                told(title, why.clone().unwrap_or_else(|| lead.to_owned()))
            }
        }
    }
}

fn banned(wait: Option<Duration>) -> String {
    let why = "Requests from it looked like an attack or a flood";
    match wait {
        Some(wait) => format!("{why}. It is let in again in {}.", moment::span(wait)),
        None => format!("{why}. If that was not you, tell the people who run the site."),
    }
}

/// Title and lead of a status.
fn usual(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::BAD_REQUEST => {
            ("That request cannot be read", "It is not written as HTTP asks. Check the address.")
        }
        StatusCode::FORBIDDEN => ("You may not come in here", "This part is open from some networks only."),
        StatusCode::NOT_FOUND => {
            ("This page does not exist", "There is no page at this address. Check it for a typing error.")
        }
        StatusCode::METHOD_NOT_ALLOWED => ("That cannot be done here", "This address cannot be used that way."),
        StatusCode::REQUEST_TIMEOUT => {
            ("That took too long to arrive", "Your request did not come whole in time. Try again.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => ("That is too large", "What you sent is larger than is allowed."),
        StatusCode::URI_TOO_LONG => ("The address is too long", "Shorten it, or send what is in it as a body."),
        StatusCode::MISDIRECTED_REQUEST => {
            ("No site has this name here", "The address leads to this machine, and nothing here answers by that name.")
        }
        StatusCode::TOO_MANY_REQUESTS => {
            ("Too many requests", "More requests come from your address than are allowed. Try again in a minute.")
        }
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => (
            "Your browser sends too much",
            "The headers are larger than is allowed. Deleting this site's cookies helps.",
        ),
        StatusCode::BAD_GATEWAY => {
            ("A service broke off", "It ended before its answer was whole. Try again in a few seconds.")
        }
        StatusCode::SERVICE_UNAVAILABLE => ("Not available right now", "Try again in a few seconds."),
        StatusCode::GATEWAY_TIMEOUT => {
            ("A service takes too long", "It gave no answer in time. Try again in a minute.")
        }
        status if status.is_client_error() => ("That could not be answered", "Check the address."),
        _ => ("Something went wrong on our side", "Try again in a minute."),
    }
}

/// The title and the content of the page.
pub(super) fn page(trouble: &Trouble, asked: &Asked<'_>) -> (String, Markup) {
    let status = trouble.status();
    let words = trouble.words();
    let main = html! {
        article.edge-page {
            p.edge-sign data-kind=(kind(trouble)) {
                (sign(trouble))
                span { @if matches!(trouble, Trouble::Maintenance { .. } | Trouble::Later { .. }) { (label(trouble)) } @else { "Error " (status.as_u16()) } }
            }
            h1 { (words.title) }
            p.lead { (words.lead) }
            p.button-row { (ways_on(trouble, asked)) }
            (facts(trouble, asked))
        }
    };
    (words.title, main)
}

/// The colour of the sign; the words say the same.
fn kind(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Maintenance { .. } | Trouble::Later { .. } => "info",
        _ if trouble.status().is_server_error() => "bad",
        _ => "warn",
    }
}

fn label(trouble: &Trouble) -> &'static str {
    if matches!(trouble, Trouble::Later { .. }) { "To come" } else { "Maintenance" }
}

/// A round sign: a cross for what is broken, a line for what is refused, a clock for what takes its time.
fn sign(trouble: &Trouble) -> Markup {
    let path = match kind(trouble) {
        "bad" => "M5.5 5.5l5 5M10.5 5.5l-5 5",
        "warn" => "M8 4.5v4.2M8 11.2v.1",
        _ => "M8 4.5V8l2.4 1.6",
    };
    html! {
        svg viewBox="0 0 16 16" width="20" height="20" aria-hidden="true" focusable="false" {
            circle cx="8" cy="8" r="7.25" {}
            path d=(path) {}
        }
    }
}

fn ways_on(trouble: &Trouble, asked: &Asked<'_>) -> Markup {
    let is_for_now = trouble.status().is_server_error() && !matches!(trouble, Trouble::Later { .. });
    let again = is_for_now || matches!(trouble, Trouble::TooMany { .. });
    html! {
        @if again && asked.can_repeat {
            // The empty address is this one, with its query.
            (link_button("Try again", "", Emphasis::Primary))
        }
        @if is_for_now || matches!(trouble, Trouble::Later { .. }) {
            (link_button("See what works", STATUS_PATH, Emphasis::Secondary))
        }
        @if !again && !matches!(trouble, Trouble::Banned { .. }) && trouble.status() != StatusCode::MISDIRECTED_REQUEST {
            (link_button("To the front page", "/", Emphasis::Secondary))
        }
    }
}

/// What helps whoever is asked for help.
fn facts(trouble: &Trouble, asked: &Asked<'_>) -> Markup {
    let path: String = asked.path.chars().take(PATH_LIMIT).collect();
    let is_cut = path.len() < asked.path.len();
    html! {
        dl.edge-facts {
            @if let Some(service) = trouble.service() {
                div { dt { "What is down" } dd { (words::service(service)) " (" code { (service) } ")" } }
            }
            div { dt { "Asked for" } dd { code { (path) @if is_cut { "…" } } } }
            @if !asked.request_id.is_empty() {
                div { dt { "Request number" } dd { code { (asked.request_id) } " – name it if you tell us about this" } }
            }
        }
    }
}
