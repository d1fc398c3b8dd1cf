//! Proofs, good ones and bad ones.

use std::sync::LazyLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::{CLIENT_ID, Fault, Grant, Shared};

/// How long a proof is good for, in seconds.
const GOOD_FOR: i64 = 3600;

/// What stands before the key in PKCS#8 of an RSA key of 2048 bits.
const PKCS8_WRAPPING_BYTES: usize = 26;

/// Ten minutes, in seconds: more than any clock may be off.
const LONG: i64 = 600;

/// The first key of every provider of a test: to make one takes a while.
static FIRST: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::rsa("first"));

/// A key, and its public half as it is published.
#[derive(Clone)]
pub(super) struct SigningKey {
    name: String,
    algorithm: Algorithm,
    secret: EncodingKey,
    pub(super) published: Value,
}

impl SigningKey {
    pub(super) fn first() -> Self {
        FIRST.clone()
    }

    fn rsa(name: &str) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).expect("a key has a form");
        let public = pair.public_key();
        let encoded = |number: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(number);
        let published = json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": name,
            "n": encoded(public.modulus().big_endian_without_leading_zero()),
            "e": encoded(public.exponent().big_endian_without_leading_zero()),
        });
        // The library reads PKCS#1, which is what PKCS#8 wraps: with 2048 bits the wrapping has 26 bytes.
        let secret = EncodingKey::from_rsa_der(&der.as_ref()[PKCS8_WRAPPING_BYTES..]);
        Self { name: name.to_owned(), algorithm: Algorithm::RS256, secret, published }
    }

    pub(super) fn elliptic(name: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let der = pair.to_pkcs8v1().expect("a key has a form");
        // A point without compression: 4, then two coordinates of 32 bytes.
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let encoded = |number: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(number);
        let published =
            json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": name, "x": encoded(x), "y": encoded(y) });
        let secret = EncodingKey::from_ec_der(der.as_ref());
        Self { name: name.to_owned(), algorithm: Algorithm::ES256, secret, published }
    }
}

/// The proof for what was agreed to, with today's fault.
pub(super) fn proof(shared: &Shared, grant: &Grant) -> String {
    let state = shared.state();
    let fault = state.fault;
    let claims = claims(shared, grant, fault);
    let (key, algorithm) = (&state.key, state.key.algorithm);
    let mut header = Header::new(algorithm);
    header.kid = Some(key.name.clone());
    match fault {
        Fault::AlgNone => unsigned(&key.name, &claims),
        Fault::AlgHmac => {
            header.alg = Algorithm::HS256;
            signed(&header, &claims, &EncodingKey::from_secret(key.published.to_string().as_bytes()))
        }
        Fault::OtherKey => signed(&header, &claims, &another(algorithm).secret),
        Fault::UnknownKey => {
            header.kid = Some("unknown".to_owned());
            signed(&header, &claims, &another(algorithm).secret)
        }
        Fault::Tampered => {
            let proof = signed(&header, &claims, &key.secret);
            let mut richer = claims;
            richer["email"] = json!("dean@berkeley.edu");
            let mut parts: Vec<String> = proof.split('.').map(str::to_owned).collect();
            parts[1] = BASE64_URL_SAFE_NO_PAD.encode(richer.to_string());
            parts.join(".")
        }
        _ => signed(&header, &claims, &key.secret),
    }
}

fn another(algorithm: Algorithm) -> SigningKey {
    if algorithm == Algorithm::RS256 { SigningKey::rsa("another") } else { SigningKey::elliptic("another") }
}

fn signed(header: &Header, claims: &Value, key: &EncodingKey) -> String {
    encode(header, claims, key).expect("a proof")
}

fn unsigned(key: &str, claims: &Value) -> String {
    let header = json!({ "alg": "none", "typ": "JWT", "kid": key });
    let encoded = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}.", encoded(&header), encoded(claims))
}

fn claims(shared: &Shared, grant: &Grant, fault: Fault) -> Value {
    let now = shared.clock.now().as_second();
    let begins = match fault {
        Fault::Expired => now - GOOD_FOR - LONG,
        Fault::Future => now + LONG,
        _ => now,
    };
    let mut claims = json!({
        "iss": shared.issuer, "sub": grant.account.email, "aud": CLIENT_ID, "azp": CLIENT_ID,
        "iat": begins, "exp": begins + GOOD_FOR, "nonce": grant.nonce,
        "email": grant.account.email, "email_verified": true,
        "given_name": grant.account.given_name, "family_name": grant.account.family_name,
    });
    if let Some(domain) = &grant.account.hosted_domain {
        claims["hd"] = json!(domain);
    }
    match fault {
        Fault::OtherNonce => claims["nonce"] = json!("of another sign-in"),
        Fault::NoNonce => claims["nonce"] = Value::Null,
        Fault::OtherAudience => claims["aud"] = json!("another-client"),
        Fault::ManyAudiences => {
            claims["aud"] = json!([CLIENT_ID, "another-client"]);
            claims["azp"] = Value::Null;
        }
        Fault::OtherParty => claims["azp"] = json!("another-client"),
        Fault::OtherIssuer => claims["iss"] = json!("https://other.example"),
        Fault::EmailNotVerified => claims["email_verified"] = json!(false),
        Fault::NoEmail => claims["email"] = Value::Null,
        _ => {}
    }
    claims
}
