//! Why a request is not forwarded, and the answer that says so.

use std::time::Duration;

use http::StatusCode;
use platform::names::ServiceName;

use crate::pages::Trouble;
use crate::request::path::PathFault;

/// Why the edge answers itself.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// The request is not well-formed; in words.
    BadRequest(&'static str),
    /// The same, about its path.
    BadPath(PathFault),
    /// The address is longer than it may be.
    UriTooLong,
    /// There are more headers than there may be.
    TooManyHeaders,
    /// Nobody here answers for this host.
    WrongHost,
    /// Nobody answers for this path.
    NotFound,
    /// A method that nobody answers.
    Method,
    /// `Expect` asks for something that nobody knows.
    Expectation,
    /// The client is banned; `None` until a person lifts it.
    Banned(Option<Duration>),
    /// The client asks too often.
    TooOften(Duration),
    /// The client's network is not among those that may come in.
    WrongNetwork,
    /// A name and a password are asked for.
    Unauthorized { list: String, was_wrong: bool },
    /// Too many passwords are checked at the moment; in words.
    PasswordsBusy(String),
    /// Too many were wrong: this name is shut for this client, for as long as that at most.
    LockedOut(Duration),
    /// The body is larger than that.
    BodyTooLarge(u64),
    /// The body came too slowly.
    BodyTooSlow,
    /// The site is closed for work; why.
    Maintenance(String),
    /// What should answer is not there.
    Down { service: ServiceName, status: StatusCode },
    /// It will be here one day.
    Later(String),
    /// The edge is at fault.
    Ours,
}

impl Refusal {
    /// For figures.
    pub(crate) const fn reason(&self) -> &'static str {
        match self {
            Self::BadRequest(_) => "syntax",
            Self::BadPath(_) => "path",
            Self::UriTooLong | Self::TooManyHeaders => "head_size",
            Self::WrongHost => "wrong_host",
            Self::NotFound => "no_route",
            Self::Method => "method",
            Self::Expectation => "expectation",
            Self::Banned(_) => "banned",
            Self::TooOften(_) => "rate",
            Self::WrongNetwork => "network",
            Self::Unauthorized { .. } | Self::PasswordsBusy(_) => "password",
            Self::LockedOut(_) => "locked_out",
            Self::BodyTooLarge(_) => "body_size",
            Self::BodyTooSlow => "slow",
            Self::Maintenance(_) => "maintenance",
            Self::Down { .. } => "upstream_down",
            Self::Later(_) => "later",
            Self::Ours => "internal",
        }
    }

    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) | Self::BadPath(_) => StatusCode::BAD_REQUEST,
            Self::UriTooLong => StatusCode::URI_TOO_LONG,
            Self::TooManyHeaders => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Expectation => StatusCode::EXPECTATION_FAILED,
            Self::Banned(_) | Self::WrongNetwork => StatusCode::FORBIDDEN,
            Self::TooOften(_) | Self::LockedOut(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unauthorized { .. } => StatusCode::UNAUTHORIZED,
            Self::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Maintenance(_) | Self::PasswordsBusy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Down { status, .. } => *status,
            Self::Later(_) => StatusCode::NOT_IMPLEMENTED,
            Self::Ours => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// As the page tells it.
    pub(crate) fn trouble(&self) -> Trouble {
        match self {
            Self::Maintenance(reason) => Trouble::Maintenance { reason: reason.clone() },
            Self::Later(what) => Trouble::Later { what: what.clone() },
            Self::TooOften(wait) => Trouble::TooMany { wait: *wait },
            Self::Banned(wait) => Trouble::Banned { wait: *wait },
            Self::Unauthorized { list, was_wrong } => {
                Trouble::PasswordAsked { realm: list.clone(), was_wrong: *was_wrong }
            }
            Self::Down { service, status } => match status.as_u16() {
                504 => Trouble::TooSlow(service.clone()),
                502 => Trouble::BrokenOff(service.clone()),
                _ => Trouble::NotRunning { service: service.clone(), retry_after: DOWN_WAIT },
            },
            Self::LockedOut(wait) => Trouble::LockedOut { wait: *wait },
            _ => Trouble::Refused { status: self.status(), why: self.why() },
        }
    }

    /// What the usual words of the status do not say.
    fn why(&self) -> Option<String> {
        let sentence = match self {
            Self::BadRequest(what) => sentence(what),
            Self::BadPath(fault) => sentence(&fault.to_string()),
            Self::PasswordsBusy(why) => sentence(why),
            Self::WrongHost => "No site by this name is served here.".to_owned(),
            Self::Method => "This method is not answered here.".to_owned(),
            Self::Expectation => "Of all expectations, only `100-continue` is met here.".to_owned(),
            Self::WrongNetwork => "This page is not for your network.".to_owned(),
            Self::BodyTooLarge(limit) => format!("The body of this request may have at most {limit} bytes."),
            Self::BodyTooSlow => "The body of the request came too slowly.".to_owned(),
            Self::UriTooLong => "The address is too long.".to_owned(),
            Self::TooManyHeaders => "The request has too many headers.".to_owned(),
            _ => return None,
        };
        Some(sentence)
    }
}

/// When to come again to what is not running: a restart takes about that long.
const DOWN_WAIT: Duration = Duration::from_secs(5);

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}
