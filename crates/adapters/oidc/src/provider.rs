//! The provider: where to send the browser, and who came back.

use std::sync::Arc;

use accounts::identity::Identity;
use accounts::sign_in::{Beginning, IdentityProvider, Return, SignInError};
use async_trait::async_trait;
use clock::Clock;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use reqwest::Client;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::claims::Claims;
use crate::config::OidcConfig;
use crate::discovery::{Discovery, Metadata};
use crate::fetch::{self, Answer, down};

/// What we ask to know: who, the address, the name.
const SCOPE: &str = "openid email profile";

/// The most characters of an error code that is repeated in the log.
const ERROR_CODE_CHARS_MAX: usize = 60;

/// An OpenID provider.
pub struct OpenIdProvider {
    config: OidcConfig,
    name: String,
    client: Client,
    discovery: Discovery,
    clock: Arc<dyn Clock>,
}

/// The settings name no provider that could be used.
#[derive(Debug, thiserror::Error)]
pub enum OidcConfigError {
    /// Not over TLS, or no address.
    #[error("the issuer {0:?} must be an address with https, such as https://accounts.google.com")]
    Issuer(String),
    /// Nothing there.
    #[error("the provider's client id is empty")]
    NoClientId,
    /// No HTTPS is possible.
    #[error("cannot set up HTTPS for the sign-in provider")]
    Client(#[source] reqwest::Error),
}

impl OpenIdProvider {
    /// Knows nothing of the provider yet: it is asked when somebody signs in, and may be down until then.
    ///
    /// # Errors
    /// [`OidcConfigError`].
    pub fn new(config: OidcConfig, clock: Arc<dyn Clock>) -> Result<Self, OidcConfigError> {
        if !fetch::is_safe(&config.issuer) {
            return Err(OidcConfigError::Issuer(config.issuer));
        }
        if config.client_id.trim().is_empty() {
            return Err(OidcConfigError::NoClientId);
        }
        let client = fetch::client(config.request_limit).map_err(OidcConfigError::Client)?;
        let discovery = Discovery::new(config.issuer.clone(), client.clone(), Arc::clone(&clock));
        Ok(Self { name: name_of(&config.issuer), config, client, discovery, clock })
    }

    /// The provider's proof for a code.
    async fn proof(&self, returned: &Return<'_>) -> Result<SecretString, SignInError> {
        let metadata = self.discovery.metadata().await?;
        let request = self.token_request(&metadata, returned);
        let answer = fetch::send(request, "exchanging the code for a proof").await?;
        if answer.status != StatusCode::OK {
            return Err(refused(&answer));
        }
        fetch::read::<Tokens>(&answer.body, "reading the provider's proof").map(|tokens| tokens.id_token)
    }

    fn token_request(&self, metadata: &Metadata, returned: &Return<'_>) -> reqwest::RequestBuilder {
        let (id, secret) = (self.config.client_id.as_str(), self.config.client_secret.expose_secret());
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", returned.code)
            .append_pair("redirect_uri", returned.redirect_uri)
            .append_pair("code_verifier", returned.code_verifier);
        let request = self.client.post(&metadata.token_endpoint);
        let request = if metadata.wants_secret_in_body() {
            form.append_pair("client_id", id).append_pair("client_secret", secret);
            request
        } else {
            // RFC 6749, 2.3.1: both are encoded as in a form before they become a name and a password.
            let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            request.basic_auth(encoded(id), Some(encoded(secret)))
        };
        request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.finish())
    }

    /// What a proof says, when the provider signed it.
    async fn claims(&self, proof: &SecretString) -> Result<Claims, SignInError> {
        let untrusted = |why: &str| SignInError::Untrusted(why.to_owned());
        // An algorithm that the library does not know, such as none, is no header.
        let header = decode_header(proof.expose_secret()).map_err(|_| untrusted("it cannot be read"))?;
        if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
            return Err(untrusted("it is signed in a way that is not accepted"));
        }
        let key = self.discovery.key(header.kid.as_deref(), header.alg).await?;
        let Some(key) = key else { return Err(untrusted("it is signed with a key that the provider does not have")) };
        let mut validation = Validation::new(key.algorithm);
        // Time, audience and issuer are looked at by our own clock, right after this.
        (validation.validate_exp, validation.validate_aud) = (false, false);
        validation.required_spec_claims.clear();
        let token = decode::<Claims>(proof.expose_secret(), &key.key, &validation);
        token.map(|token| token.claims).map_err(|_| untrusted("its signature or its form is wrong"))
    }
}

#[async_trait]
impl IdentityProvider for OpenIdProvider {
    fn name(&self) -> &str {
        &self.name
    }

    async fn begin(&self, beginning: &Beginning<'_>) -> Result<String, SignInError> {
        let metadata = self.discovery.metadata().await?;
        let endpoint = metadata.authorization_endpoint.as_str();
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.config.client_id)
            .append_pair("redirect_uri", beginning.redirect_uri)
            .append_pair("scope", SCOPE)
            .append_pair("state", beginning.state)
            .append_pair("nonce", beginning.nonce)
            .append_pair("code_challenge", beginning.code_challenge)
            .append_pair("code_challenge_method", "S256")
            // People have a private and a campus account in the same browser.
            .append_pair("prompt", "select_account");
        if let Some(domain) = &self.config.hosted_domain {
            query.append_pair("hd", domain);
        }
        let joint = if endpoint.contains('?') { '&' } else { '?' };
        Ok(format!("{endpoint}{joint}{}", query.finish()))
    }

    async fn finish(&self, returned: &Return<'_>) -> Result<Identity, SignInError> {
        let proof = self.proof(returned).await?;
        let claims = self.claims(&proof).await?;
        claims.identity(&self.config, returned.nonce, self.clock.now())
    }
}

#[derive(Deserialize)]
struct Tokens {
    id_token: SecretString,
}

#[derive(Deserialize)]
struct TokenError {
    error: String,
}

/// Why there was no proof.
fn refused(answer: &Answer) -> SignInError {
    let code = serde_json::from_slice(&answer.body).map_or_else(|_| String::new(), |error: TokenError| error.error);
    let shown: String = code.chars().filter(char::is_ascii_graphic).take(ERROR_CODE_CHARS_MAX).collect();
    match shown.as_str() {
        "invalid_grant" => SignInError::Expired,
        "access_denied" => SignInError::Denied,
        _ => down(&format!("exchanging the code for a proof: the provider answered {} {shown}", answer.status), None),
    }
}

/// What people call it.
fn name_of(issuer: &str) -> String {
    let host = issuer.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_default();
    match host.as_str() {
        "accounts.google.com" => "Google".to_owned(),
        _ => host,
    }
}
