//! Who looks: somebody who is signed in, a guest who began to plan, or nobody.
//!
//! Who brings no cookie costs nothing: no store is asked, and the page may be kept. A guest is looked up only where a
//! page asks for one.

use std::sync::Arc;
use std::time::Duration;

use accounts::guest::{GUEST_IDLE_MAX, GuestId};
use accounts::person::{Person, PersonId};
use accounts::ports::AccountError;
use accounts::session::{SESSION_AGE_MAX, Session, SessionToken};
use accounts::sign_in::{ATTEMPT_COOKIE, GUEST_COOKIE, SESSION_COOKIE, is_sample};
use catalog::fetched::Origin;
use catalog::ports::{StoreError, with_causes};
use catalog::published::Current;
use http::{HeaderMap, HeaderValue};
use httpkit::cookies::HostCookie;
use jiff::{SignedDuration, Timestamp};
use planner::schedule::Owner;

use crate::config::SignIn;
use crate::service::App;

/// Who looks at a page.
#[derive(Clone, Debug, Default)]
pub(crate) enum Visitor {
    /// Nobody is signed in.
    #[default]
    Nobody,
    /// There is a session's cookie, and the store cannot be asked whose it is.
    Unknown,
    /// Somebody is.
    Person(Arc<SignedIn>),
}

/// Somebody, by a session.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) person: Person,
    pub(crate) session: Session,
}

impl Visitor {
    /// Who brings these headers. When nobody tells in time, the page comes without.
    pub(crate) async fn of(
        app: &App,
        headers: &HeaderMap,
        current: &Current,
        now: Timestamp,
        patience: Duration,
    ) -> Self {
        let Some(token) = session_token(app, headers) else { return Self::Nobody };
        match tokio::time::timeout(patience, app.ports.sessions.find(token.hash(), now)).await {
            Ok(Ok(Some((session, person)))) if may_come_in(app, &person, current) => {
                Self::Person(Arc::new(SignedIn { person, session }))
            }
            Ok(Ok(_)) => Self::Nobody,
            Ok(Err(error)) => {
                tracing::warn!(error = with_causes(&error), "nobody could be asked whose session it is");
                Self::Unknown
            }
            Err(_) => {
                tracing::warn!(patience_ms = patience.as_millis(), "nobody said in time whose session it is");
                Self::Unknown
            }
        }
    }

    /// Who brings these headers, as far as that is known without asking anybody.
    pub(crate) fn unasked(app: &App, headers: &HeaderMap) -> Self {
        session_token(app, headers).map_or(Self::Nobody, |_| Self::Unknown)
    }

    /// The person who is signed in.
    pub(crate) fn person(&self) -> Option<&Person> {
        match self {
            Self::Person(signed_in) => Some(&signed_in.person),
            Self::Nobody | Self::Unknown => None,
        }
    }

    /// The person who is signed in, where it must not be taken for nobody when that cannot be told: what they make would
    /// be a guest's.
    pub(crate) fn known(&self) -> Result<Option<&Person>, AccountError> {
        if matches!(self, Self::Unknown) {
            let source = "nobody said whose session it is".into();
            return Err(StoreError::Failed { doing: "asking who looks", source }.into());
        }
        Ok(self.person())
    }

    /// Whether the page may be kept: it is the same for everybody.
    pub(crate) const fn is_nobody(&self) -> bool {
        matches!(self, Self::Nobody)
    }
}

/// Sample people, and their sessions, end with the sample sign-in; it ends with the sample data.
fn may_come_in(app: &App, person: &Person, current: &Current) -> bool {
    !is_sample(&person.email) || has_sample_sign_in(app, current)
}

/// Whether the made-up people may come in.
pub(crate) fn has_sample_sign_in(app: &App, current: &Current) -> bool {
    let origin = current.snapshot.as_deref().and_then(|snapshot| snapshot.state()).map(|state| state.origin);
    matches!(app.ports.sign_in, SignIn::Sample) && origin == Some(Origin::Demo)
}

/// The cookie of a session.
pub(crate) fn session_cookie(app: &App) -> HostCookie {
    let [over_tls, plain] = SESSION_COOKIE;
    HostCookie::new(over_tls, plain, app.config.secure_cookies)
}

/// The cookie of a guest.
pub(crate) fn guest_cookie(app: &App) -> HostCookie {
    let [over_tls, plain] = GUEST_COOKIE;
    HostCookie::new(over_tls, plain, app.config.secure_cookies)
}

/// The cookie of a sign-in that has begun.
pub(crate) fn attempt_cookie(app: &App) -> HostCookie {
    let [over_tls, plain] = ATTEMPT_COOKIE;
    HostCookie::new(over_tls, plain, app.config.secure_cookies)
}

/// The `Set-Cookie` of a session.
pub(crate) fn keep_session(app: &App, token: &SessionToken) -> Option<HeaderValue> {
    session_cookie(app).set(&token.reveal(), length(SESSION_AGE_MAX))
}

/// The session's token that a browser brings.
pub(crate) fn session_token(app: &App, headers: &HeaderMap) -> Option<SessionToken> {
    session_cookie(app).value(headers).and_then(|text| SessionToken::parse(text).ok())
}

/// A token that nobody guesses.
pub(crate) fn fresh_token(app: &App) -> SessionToken {
    SessionToken::new((app.ports.chance)())
}

/// The cookie's length of life.
pub(crate) fn length(duration: SignedDuration) -> Duration {
    Duration::try_from(duration).unwrap_or_default()
}

/// The guest that a browser names by its cookie; `None` when it names none, or one that is forgotten.
pub(crate) async fn guest(app: &App, headers: &HeaderMap, now: Timestamp) -> Result<Option<GuestId>, AccountError> {
    let Some(token) = guest_cookie(app).value(headers).and_then(|text| SessionToken::parse(text).ok()) else {
        return Ok(None);
    };
    app.ports.guests.find_guest(token.hash(), now).await
}

/// Who owns what is edited, and the cookie to be set with the answer when that is a guest who begins just now.
#[derive(Debug)]
pub(crate) struct Editor {
    pub(crate) owner: Owner,
    pub(crate) set_cookie: Option<HeaderValue>,
}

impl Editor {
    fn person(person: PersonId) -> Self {
        Self { owner: Owner::Person(person), set_cookie: None }
    }

    /// Who owns what is edited: the person who is signed in, or the guest, who is made now if there is none. Call it only
    /// for a change: looking makes nobody a guest.
    pub(crate) async fn of(
        app: &App,
        visitor: &Visitor,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Self, AccountError> {
        if let Some(person) = visitor.known()? {
            return Ok(Self::person(person.id));
        }
        if let Some(guest) = guest(app, headers, now).await? {
            return Ok(Self { owner: Owner::Guest(guest), set_cookie: None });
        }
        let token = fresh_token(app);
        let guest = app.ports.guests.begin_guest(token.hash(), now).await?;
        let set_cookie = guest_cookie(app).set(&token.reveal(), length(GUEST_IDLE_MAX));
        Ok(Self { owner: Owner::Guest(guest), set_cookie })
    }
}
