//! Who asks. Sessions come with the site's sign-in; until then there is a test identity, which only a setting opens.

use accounts::identity::Identity;
use accounts::person::Person;
use accounts::ports::AccountError;
use http::HeaderMap;
use jiff::Timestamp;

use crate::service::App;

/// Names somebody by the part of the address before the `@`, while [`crate::config::Config::test_identities`] is set.
const TEST_IDENTITY: &str = "x-test-identity";

/// The family name of people who come by the test identity.
const SAMPLE: &str = "Sample";

/// Whether anybody at all is named in the head of a request.
pub(crate) fn is_named(app: &App, headers: &HeaderMap) -> bool {
    app.config.test_identities && headers.contains_key(TEST_IDENTITY)
}

/// Who asks; `None` when nobody is signed in. A test identity gets an account when it has none.
pub(crate) async fn who(app: &App, headers: &HeaderMap, now: Timestamp) -> Result<Option<Person>, AccountError> {
    if !is_named(app, headers) {
        return Ok(None);
    }
    let Some(username) = headers.get(TEST_IDENTITY).and_then(|name| name.to_str().ok()) else { return Ok(None) };
    let accounts = &app.ports.accounts;
    if let Some(person) = accounts.person_by_username(username).await? {
        return Ok(Some(person));
    }
    let given = username.split('.').next().unwrap_or_default();
    match Identity::new(&format!("{username}@berkeley.edu"), given, SAMPLE) {
        Ok(identity) => accounts.sign_in(&identity, now).await.map(|signed_in| Some(signed_in.person)),
        Err(_) => Ok(None),
    }
}
