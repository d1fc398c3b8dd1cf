//! A small OpenID provider on loopback: discovery, keys, the page where one agrees, and the exchange of codes for
//! proofs; with one fault at a time, as attackers and bad days bring them.

mod endpoints;
mod proof;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clock::Clock;
use tokio::net::TcpListener;

use self::proof::SigningKey;

/// What the provider knows its client by.
pub const CLIENT_ID: &str = "sample-client";

/// What the client proves itself by.
pub const CLIENT_SECRET: &str = "sample secret+with/odd=letters";

/// Somebody with an account at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The address.
    pub email: String,
    /// The first name.
    pub given_name: String,
    /// The last name.
    pub family_name: String,
    /// The hosted domain that the account belongs to.
    pub hosted_domain: Option<String>,
}

impl Account {
    /// Of the campus.
    #[must_use]
    pub fn of_the_campus(username: &str, given_name: &str) -> Self {
        Self {
            email: format!("{username}@berkeley.edu"),
            given_name: given_name.to_owned(),
            family_name: "Sample".to_owned(),
            hosted_domain: Some("berkeley.edu".to_owned()),
        }
    }
}

/// What is wrong with the provider, or with who stands in its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// The proof is of another sign-in.
    OtherNonce,
    /// The proof is of no sign-in at all.
    NoNonce,
    /// The proof is for another client.
    OtherAudience,
    /// The proof is for us and another one, and does not say who asked.
    ManyAudiences,
    /// The proof is for us, and was given to another client.
    OtherParty,
    /// The proof is of another provider.
    OtherIssuer,
    /// The proof ended ten minutes ago.
    Expired,
    /// The proof begins in ten minutes.
    Future,
    /// The proof is signed with a key that is not published, under the name of one that is.
    OtherKey,
    /// The same, under a name of its own.
    UnknownKey,
    /// The proof is not signed.
    AlgNone,
    /// The proof is signed with the public key as if that were a shared secret.
    AlgHmac,
    /// A letter of the proof was changed after it was signed.
    Tampered,
    /// The account's address was never verified.
    EmailNotVerified,
    /// No address.
    NoEmail,
    /// The person declines.
    Declines,
    /// The description names another issuer.
    DescribesAnother,
    /// The description sends secrets over plain HTTP to elsewhere.
    DescribesPlainHttp,
    /// Nothing is ever answered.
    Silent,
    /// Answers without an end.
    Huge,
    /// Answers that are no JSON.
    NoJson,
    /// Every answer is a 500.
    Broken,
    /// The client's secret is not accepted.
    RefusesClient,
    /// The provider wants the secret in the body, and accepts it nowhere else.
    SecretInBody,
}

/// How often each address was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The description.
    pub discovery: usize,
    /// The keys.
    pub keys: usize,
    /// The exchange.
    pub tokens: usize,
}

/// The provider. Ends when it is dropped.
pub struct OpenIdServer {
    /// How it names itself; begin there.
    pub issuer: String,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

struct Shared {
    issuer: String,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    fault: Fault,
    account: Account,
    key: SigningKey,
    /// What was agreed to, by the code that was given out for it.
    grants: BTreeMap<String, Grant>,
    granted: usize,
    asked: Asked,
}

/// What the browser asked for.
#[derive(Clone, Debug)]
struct Grant {
    redirect_uri: String,
    nonce: String,
    code_challenge: String,
    account: Account,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// With what the browser is sent back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentBack {
    /// Where to.
    pub redirect_uri: String,
    /// The code; empty when the person declined.
    pub code: String,
    /// The state, as it came.
    pub state: String,
    /// Why not.
    pub error: String,
}

impl OpenIdServer {
    /// Starts one on a free port; it signs with RS256 first, as Google does, and tells time by `clock`.
    ///
    /// # Panics
    /// When there is no port or no key: then the test cannot be made.
    pub async fn start(clock: Arc<dyn Clock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("a bound port has an address"));
        let state = State {
            fault: Fault::None,
            account: Account::of_the_campus("ana", "Ana"),
            key: SigningKey::first(),
            grants: BTreeMap::new(),
            granted: 0,
            asked: Asked::default(),
        };
        let shared = Arc::new(Shared { issuer: issuer.clone(), clock, state: Mutex::new(state) });
        let routes = endpoints::routes(shared.clone());
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, routes).await;
        });
        Self { issuer, shared, task }
    }

    /// From now on this is wrong.
    pub fn fault(&self, fault: Fault) {
        self.shared.state().fault = fault;
    }

    /// From now on this person agrees.
    pub fn signs_in(&self, account: Account) {
        self.shared.state().account = account;
    }

    /// From now on another key signs, with ES256, and the one before is gone.
    pub fn rotate_keys(&self, name: &str) {
        self.shared.state().key = SigningKey::elliptic(name);
    }

    /// How often each address was asked until now.
    #[must_use]
    pub fn asked(&self) -> Asked {
        self.shared.state().asked
    }

    /// What the browser would do at an address of ours: the person agrees at once.
    ///
    /// # Panics
    /// When the address is not ours, or asks for something else than a code with PKCE for `openid email profile`.
    #[must_use]
    pub fn agree(&self, address: &str) -> SentBack {
        let query = address.strip_prefix(&format!("{}/authorize?", self.issuer)).expect("an address of the provider");
        endpoints::agree(&self.shared, query)
    }
}

impl Drop for OpenIdServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
