//! Who asks: by the session that the site's sign-in began; in tests also by a name alone, which only a setting opens.

use accounts::identity::Identity;
use accounts::person::Person;
use accounts::ports::AccountError;
use accounts::session::SessionToken;
use accounts::sign_in::{SESSION_COOKIE, is_sample};
use catalog::fetched::Origin;
use http::{HeaderMap, Method, Uri};
use httpkit::cookies::HostCookie;
use httpkit::cross_site::CrossSite;

use crate::service::App;
use crate::visit::Visit;

/// Names somebody by the part of the address before the `@`, while [`crate::config::Config::test_identities`] is set.
const TEST_IDENTITY: &str = "x-test-identity";

/// The family name of people who come by the test identity.
const SAMPLE: &str = "Sample";

/// Who asks; `None` when nobody is signed in.
pub(crate) async fn who(visit: &Visit, headers: &HeaderMap) -> Result<Option<Person>, AccountError> {
    if visit.app.config.test_identities && headers.contains_key(TEST_IDENTITY) {
        return by_test_identity(visit, headers).await;
    }
    let Some(token) = believed_session(&visit.app, headers) else { return Ok(None) };
    let found = visit.app.ports.sessions.find(token.hash(), visit.now).await?;
    Ok(found.map(|(_, person)| person).filter(|person| may_come_in(visit, person)))
}

/// The session's token that a browser brings, when this site's own page sent the request. What another site's page asks
/// for is nobody's, whatever cookies come with it; also a question, which changes nothing.
fn believed_session(app: &App, headers: &HeaderMap) -> Option<SessionToken> {
    let token = session_cookie(app).value(headers).and_then(|text| SessionToken::parse(text).ok())?;
    let guard = CrossSite::of(app.config.own_url.as_deref());
    guard.lets_through(&Method::POST, &Uri::default(), headers).then_some(token)
}

/// The session that a request brings, to be ended.
pub(crate) fn session_to_end(app: &App, headers: &HeaderMap) -> Option<SessionToken> {
    believed_session(app, headers)
}

fn session_cookie(app: &App) -> HostCookie {
    let [over_tls, plain] = SESSION_COOKIE;
    let is_secure = app.config.own_url.as_ref().is_some_and(|url| url.starts_with("https:"));
    HostCookie::new(over_tls, plain, is_secure)
}

/// Made-up people come in where they can sign in: on a made-up campus, without a real provider.
fn may_come_in(visit: &Visit, person: &Person) -> bool {
    let is_demo = visit.snapshot.state().is_some_and(|state| state.origin == Origin::Demo);
    !is_sample(&person.email) || (visit.app.config.sample_people && is_demo)
}

/// A test identity gets an account when it has none.
async fn by_test_identity(visit: &Visit, headers: &HeaderMap) -> Result<Option<Person>, AccountError> {
    let Some(username) = headers.get(TEST_IDENTITY).and_then(|name| name.to_str().ok()) else { return Ok(None) };
    let accounts = &visit.app.ports.accounts;
    if let Some(person) = accounts.person_by_username(username).await? {
        return Ok(Some(person));
    }
    let given = username.split('.').next().unwrap_or_default();
    match Identity::new(&format!("{username}@berkeley.edu"), given, SAMPLE) {
        Ok(identity) => accounts.sign_in(&identity, visit.now).await.map(|signed_in| Some(signed_in.person)),
        Err(_) => Ok(None),
    }
}
