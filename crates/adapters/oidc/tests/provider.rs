//! Sign-in against a provider on loopback: what goes well, and every attack refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where by panicking")]

use std::sync::Arc;
use std::time::Duration;

use accounts::identity::Identity;
use accounts::sign_in::{Beginning, IdentityProvider, Return, SignInError};
use clock::{Clock, ManualClock};
use kit::openid::{Account, CLIENT_ID, CLIENT_SECRET, Fault, OpenIdServer, SentBack};
use oidc::config::OidcConfig;
use oidc::provider::{OidcConfigError, OpenIdProvider};

const REDIRECT: &str = "http://localhost/sign-in/callback";
const NONCE: &str = "nonce-of-this-sign-in";
/// The pair of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const BEGINNING: Beginning<'_> =
    Beginning { redirect_uri: REDIRECT, state: "state-1", nonce: NONCE, code_challenge: CHALLENGE };

struct World {
    server: OpenIdServer,
    provider: OpenIdProvider,
    clock: ManualClock,
}

async fn world_with(change: impl FnOnce(OidcConfig) -> OidcConfig) -> World {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let clock = ManualClock::new("2026-09-01T21:10:00Z".parse().unwrap());
    let server = OpenIdServer::start(Arc::new(clock.clone())).await;
    let hosted_domain = Some("berkeley.edu".to_owned());
    let config =
        OidcConfig { hosted_domain, ..OidcConfig::new(&server.issuer, CLIENT_ID, CLIENT_SECRET.to_owned().into()) };
    let provider = OpenIdProvider::new(change(config), Arc::new(clock.clone())).unwrap();
    World { server, provider, clock }
}

async fn world() -> World {
    world_with(|config| config).await
}

impl World {
    async fn agreed(&self) -> SentBack {
        self.server.agree(&self.provider.begin(&BEGINNING).await.unwrap())
    }

    async fn finish(&self, code: &str) -> Result<Identity, SignInError> {
        let returned = Return { redirect_uri: REDIRECT, code, nonce: NONCE, code_verifier: VERIFIER };
        self.provider.finish(&returned).await
    }

    async fn sign_in(&self) -> Result<Identity, SignInError> {
        let back = self.agreed().await;
        self.finish(&back.code).await
    }
}

#[tokio::test]
async fn somebody_of_the_campus_signs_in() {
    let world = world().await;
    let back = world.agreed().await;
    assert_eq!((back.redirect_uri.as_str(), back.state.as_str()), (REDIRECT, "state-1"));
    let identity = world.finish(&back.code).await.unwrap();
    assert_eq!(identity, Identity::new("ana@berkeley.edu", "Ana", "Sample").unwrap());
}

#[tokio::test]
async fn the_address_names_the_domain_and_holds_no_secret() {
    let world = world().await;
    let address = world.provider.begin(&BEGINNING).await.unwrap();
    assert!(address.contains("&hd=berkeley.edu") && address.contains("code_challenge_method=S256"));
    let secret: String = form_urlencoded_of(CLIENT_SECRET);
    assert!(!address.contains(&secret) && !address.contains(VERIFIER));
}

fn form_urlencoded_of(text: &str) -> String {
    text.replace(' ', "+").replace('/', "%2F")
}

#[tokio::test]
async fn every_forged_proof_is_refused() {
    let world = world().await;
    for (fault, why) in [
        (Fault::OtherNonce, "another sign-in"),
        (Fault::NoNonce, "another sign-in"),
        (Fault::OtherAudience, "another audience"),
        (Fault::ManyAudiences, "for several"),
        (Fault::OtherParty, "somebody else"),
        (Fault::OtherIssuer, "another issuer"),
        (Fault::Future, "of the future"),
        (Fault::OtherKey, "signature"),
        (Fault::UnknownKey, "a key that the provider does not have"),
        (Fault::AlgNone, "cannot be read"),
        (Fault::AlgHmac, "not accepted"),
        (Fault::Tampered, "signature"),
        (Fault::NoEmail, "no address"),
    ] {
        world.server.fault(fault);
        match world.sign_in().await {
            Err(SignInError::Untrusted(told)) => assert!(told.contains(why), "{fault:?}: {told}"),
            other => panic!("{fault:?}: {other:?}"),
        }
    }
    world.server.fault(Fault::None);
    assert!(world.sign_in().await.is_ok(), "after all that, an honest one goes well");
}

#[tokio::test]
async fn forged_proofs_are_refused_with_elliptic_keys_too() {
    let world = world().await;
    world.server.rotate_keys("elliptic");
    assert!(world.sign_in().await.is_ok());
    for fault in [Fault::OtherKey, Fault::AlgNone, Fault::AlgHmac, Fault::Tampered] {
        world.server.fault(fault);
        assert!(matches!(world.sign_in().await, Err(SignInError::Untrusted(_))), "{fault:?}");
    }
}

#[tokio::test]
async fn an_old_proof_is_too_late_and_clocks_may_be_a_little_off() {
    let world = world().await;
    world.server.fault(Fault::Expired);
    assert!(matches!(world.sign_in().await, Err(SignInError::Expired)));
    let ahead = world_with(|config| OidcConfig { leeway: Duration::from_secs(700), ..config }).await;
    ahead.server.fault(Fault::Expired);
    assert!(ahead.sign_in().await.is_ok(), "ten minutes are within that leeway");
}

#[tokio::test]
async fn who_is_not_of_the_campus_is_told_so() {
    let world = world().await;
    let mut private = Account::of_the_campus("ana", "Ana");
    private.hosted_domain = None;
    world.server.signs_in(private.clone());
    assert!(matches!(world.sign_in().await, Err(SignInError::NotOfTheCampus)), "no hosted domain");
    private.hosted_domain = Some("evil.example".to_owned());
    world.server.signs_in(private);
    assert!(matches!(world.sign_in().await, Err(SignInError::NotOfTheCampus)), "another hosted domain");
    let mut elsewhere = Account::of_the_campus("ana", "Ana");
    elsewhere.email = "ana@stanford.example".to_owned();
    world.server.signs_in(elsewhere);
    assert!(matches!(world.sign_in().await, Err(SignInError::NotOfTheCampus)), "another address");
}

#[tokio::test]
async fn without_a_hosted_domain_the_address_decides() {
    let world = world_with(|config| OidcConfig { hosted_domain: None, ..config }).await;
    let mut account = Account::of_the_campus("ben", "Ben");
    account.hosted_domain = None;
    world.server.signs_in(account.clone());
    assert_eq!(world.sign_in().await.unwrap().email.username(), "ben");
    account.email = "ben@gmail.example".to_owned();
    world.server.signs_in(account);
    assert!(matches!(world.sign_in().await, Err(SignInError::NotOfTheCampus)));
}

#[tokio::test]
async fn an_address_that_nobody_verified_is_nobodys() {
    let world = world().await;
    world.server.fault(Fault::EmailNotVerified);
    assert!(matches!(world.sign_in().await, Err(SignInError::EmailNotVerified)));
}

#[tokio::test]
async fn a_code_is_good_once_with_its_own_verifier_and_address() {
    let world = world().await;
    let code = world.agreed().await.code;
    assert!(world.finish(&code).await.is_ok());
    assert!(matches!(world.finish(&code).await, Err(SignInError::Expired)), "used before");
    let stolen = world.agreed().await.code;
    let thief = Return { redirect_uri: REDIRECT, code: &stolen, nonce: NONCE, code_verifier: "of-the-thief" };
    assert!(matches!(world.provider.finish(&thief).await, Err(SignInError::Expired)));
    let code = world.agreed().await.code;
    let elsewhere =
        Return { redirect_uri: "http://localhost/other", code: &code, nonce: NONCE, code_verifier: VERIFIER };
    assert!(matches!(world.provider.finish(&elsewhere).await, Err(SignInError::Expired)));
}

#[tokio::test]
async fn who_declines_gets_no_code() {
    let world = world().await;
    world.server.fault(Fault::Declines);
    assert_eq!(world.agreed().await.error, "access_denied");
}

#[tokio::test]
async fn a_provider_that_cannot_be_used_is_down() {
    for fault in
        [Fault::Broken, Fault::NoJson, Fault::Huge, Fault::Silent, Fault::DescribesAnother, Fault::DescribesPlainHttp]
    {
        let world = world_with(|config| OidcConfig { request_limit: Duration::from_millis(400), ..config }).await;
        world.server.fault(fault);
        let begun = world.provider.begin(&BEGINNING).await;
        assert!(matches!(begun, Err(SignInError::ProviderDown { .. })), "{fault:?}: {begun:?}");
    }
    for fault in [Fault::Broken, Fault::NoJson, Fault::Huge, Fault::Silent, Fault::RefusesClient] {
        let world = world_with(|config| OidcConfig { request_limit: Duration::from_millis(400), ..config }).await;
        let code = world.agreed().await.code;
        world.server.fault(fault);
        let error = world.finish(&code).await.unwrap_err();
        assert!(matches!(error, SignInError::ProviderDown { .. }), "{fault:?}: {error:?}");
        let told = format!("{error:?}");
        assert!(!told.contains(&code) && !told.contains(CLIENT_SECRET) && !told.contains(VERIFIER), "{told}");
    }
}

#[tokio::test]
async fn the_secret_goes_where_the_provider_wants_it() {
    let world = world().await;
    world.server.fault(Fault::SecretInBody);
    assert!(world.sign_in().await.is_ok());
}

#[tokio::test]
async fn the_description_is_kept_and_renewed() {
    let world = world().await;
    world.sign_in().await.unwrap();
    world.sign_in().await.unwrap();
    assert_eq!((world.server.asked().discovery, world.server.asked().keys), (1, 1));
    world.clock.advance(Duration::from_secs(2 * 60 * 60));
    world.sign_in().await.unwrap();
    assert_eq!((world.server.asked().discovery, world.server.asked().keys), (2, 2));
}

#[tokio::test]
async fn new_keys_are_found_at_once_and_unknown_ones_do_not_make_us_ask_again_and_again() {
    let world = world().await;
    world.sign_in().await.unwrap();
    world.server.rotate_keys("second");
    world.clock.advance(Duration::from_secs(31));
    assert!(world.sign_in().await.is_ok(), "the key is new to us");
    assert_eq!(world.server.asked().keys, 2);
    world.server.fault(Fault::UnknownKey);
    for _ in 0..5 {
        assert!(world.sign_in().await.is_err());
    }
    assert_eq!(world.server.asked().keys, 2, "looked a moment ago");
}

#[tokio::test]
async fn what_is_known_carries_over_a_short_outage_of_the_description() {
    let world = world().await;
    world.sign_in().await.unwrap();
    world.clock.advance(Duration::from_secs(2 * 60 * 60));
    world.server.fault(Fault::Broken);
    assert!(world.provider.begin(&BEGINNING).await.is_ok());
    world.clock.advance(Duration::from_secs(30 * 60 * 60));
    assert!(matches!(world.provider.begin(&BEGINNING).await, Err(SignInError::ProviderDown { .. })));
}

#[tokio::test]
async fn settings_that_name_no_provider_are_refused() {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new("2026-09-01T21:10:00Z".parse().unwrap()));
    for issuer in ["", "accounts.google.com", "http://accounts.google.example", "ftp://a.example"] {
        let config = OidcConfig::new(issuer, CLIENT_ID, CLIENT_SECRET.to_owned().into());
        let refused = OpenIdProvider::new(config, Arc::clone(&clock));
        assert!(matches!(refused, Err(OidcConfigError::Issuer(_))), "{issuer}");
    }
}

#[tokio::test]
async fn secrets_do_not_show_themselves() {
    let config = OidcConfig::new("https://a.example", CLIENT_ID, CLIENT_SECRET.to_owned().into());
    assert!(!format!("{config:?}").contains(CLIENT_SECRET));
}
