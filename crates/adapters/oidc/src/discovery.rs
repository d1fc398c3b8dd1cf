//! What a provider says of itself, and its keys: fetched when first needed, kept, renewed. Providers change their keys
//! without notice; a proof with a key that we have not seen makes us look again, though not for everybody who asks.

use std::sync::Arc;
use std::time::Duration;

use accounts::sign_in::SignInError;
use clock::Clock;
use jiff::Timestamp;
use jsonwebtoken::Algorithm;
use reqwest::Client;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::fetch::{self, document, down};
use crate::keys::{Keys, PublishedKeys, SigningKey};

/// After how long it is fetched anew. Google lets its keys be kept for some hours.
const RENEW_AFTER: Duration = Duration::from_secs(60 * 60);

/// Until when what we have is used while the provider cannot be reached. A stolen key is withdrawn within days.
const USE_UNTIL: Duration = Duration::from_secs(24 * 60 * 60);

/// How long after a look the next one for an unknown key is made. Anybody can name unknown keys.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// The provider's description of itself.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Metadata {
    issuer: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

impl Metadata {
    /// Whether our secret goes into the body. Unless the provider says otherwise, it goes into the head.
    pub(crate) fn wants_secret_in_body(&self) -> bool {
        let named = |method: &str| self.token_endpoint_auth_methods_supported.iter().any(|named| named == method);
        named("client_secret_post") && !named("client_secret_basic")
    }
}

#[derive(Clone, Debug)]
struct Known {
    metadata: Arc<Metadata>,
    keys: Arc<Keys>,
    at: Timestamp,
}

/// The provider as we know it.
pub(crate) struct Discovery {
    issuer: String,
    client: Client,
    clock: Arc<dyn Clock>,
    /// Held while it is fetched: many who sign in at once fetch it once.
    known: Mutex<Option<Known>>,
}

impl Discovery {
    pub(crate) fn new(issuer: String, client: Client, clock: Arc<dyn Clock>) -> Self {
        Self { issuer, client, clock, known: Mutex::new(None) }
    }

    pub(crate) async fn metadata(&self) -> Result<Arc<Metadata>, SignInError> {
        self.known(RENEW_AFTER).await.map(|known| known.metadata)
    }

    /// The key that a proof names; `None` when the provider has none such.
    pub(crate) async fn key(&self, id: Option<&str>, algorithm: Algorithm) -> Result<Option<SigningKey>, SignInError> {
        let known = self.known(RENEW_AFTER).await?;
        if let Some(key) = known.keys.find(id, algorithm) {
            return Ok(Some(key.clone()));
        }
        let renewed = self.known(LOOK_AGAIN_AFTER).await?;
        Ok(renewed.keys.find(id, algorithm).cloned())
    }

    /// What is known, and not older than that; older when the provider is not there.
    async fn known(&self, renew_after: Duration) -> Result<Known, SignInError> {
        let mut held = self.known.lock().await;
        let now = self.clock.now();
        let age = held.as_ref().map(|known| age(known.at, now));
        if let (Some(known), Some(age)) = (&*held, age)
            && age < renew_after
        {
            return Ok(known.clone());
        }
        match (self.fetch(now).await, &mut *held) {
            (Ok(fresh), held) => Ok(held.insert(fresh).clone()),
            (Err(error), Some(known)) if age.is_some_and(|age| age < USE_UNTIL) => {
                tracing::warn!(%error, "the sign-in provider's description could not be renewed; the kept one is used");
                Ok(known.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    async fn fetch(&self, now: Timestamp) -> Result<Known, SignInError> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let metadata: Metadata = document(&self.client, &url, "reading the provider's description of itself").await?;
        if metadata.issuer != self.issuer {
            return Err(down(&format!("the provider calls itself another name than {}", self.issuer), None));
        }
        for url in [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri] {
            if !fetch::is_safe(url) {
                return Err(down("the provider names an address without TLS", None));
            }
        }
        let published: PublishedKeys =
            document(&self.client, &metadata.jwks_uri, "reading the provider's keys").await?;
        Ok(Known { metadata: Arc::new(metadata), keys: Arc::new(Keys::of(published)), at: now })
    }
}

/// A clock that was set back makes everything old.
fn age(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(at)).unwrap_or(Duration::MAX)
}
