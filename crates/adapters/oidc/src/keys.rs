//! The provider's public keys. Only signatures that a public key can hold are known here: a proof without a signature,
//! or with one by a shared secret, fits no key.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// The most keys that are looked at; providers publish two or three, large ones ten.
const KEYS_MAX: usize = 100;

/// A set as it is published. Keys of kinds that we do not know are left out, not the whole set.
#[derive(Debug, Deserialize)]
pub(crate) struct PublishedKeys {
    keys: Vec<Value>,
}

/// One key, and the only algorithm that it is used with.
#[derive(Clone, Debug)]
pub(crate) struct SigningKey {
    id: Option<String>,
    pub(crate) algorithm: Algorithm,
    pub(crate) key: DecodingKey,
}

/// The keys that we can use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(Vec<SigningKey>);

impl Keys {
    pub(crate) fn of(published: PublishedKeys) -> Self {
        let known = published.keys.into_iter().take(KEYS_MAX).filter_map(|key| serde_json::from_value(key).ok());
        Self(known.filter_map(|jwk: Jwk| SigningKey::of(&jwk)).collect())
    }

    /// The key that a proof names, when it is for the algorithm that the proof names. A proof that names none is held
    /// against the only key there is.
    pub(crate) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&SigningKey> {
        let mut fitting = self.0.iter().filter(|key| key.algorithm == algorithm);
        match id {
            Some(id) => fitting.find(|key| key.id.as_deref() == Some(id)),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        }
    }
}

impl SigningKey {
    fn of(jwk: &Jwk) -> Option<Self> {
        let signs = jwk.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
        let algorithm = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => Algorithm::RS256,
            AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => Algorithm::ES256,
            _ => return None,
        };
        let named = jwk.common.key_algorithm.map(|named| named.to_string());
        let fits = named.is_none_or(|named| named == format!("{algorithm:?}"));
        let key = DecodingKey::from_jwk(jwk).ok()?;
        (signs && fits).then(|| Self { id: jwk.common.key_id.clone(), algorithm, key })
    }
}
