//! What a certificate authority looks for to see that a name is ours. It lies in files, so that each edge process
//! answers, whichever of them asked for the certificate.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};

use crate::certificate::Certificate;
use crate::certificates::AnswersChallenge;
use crate::private_file::{self, FileError, make_folder};

/// RFC 8555 wants 128 bits of randomness, which is 22 letters; authorities use 43.
const TOKEN_LENGTHS: std::ops::RangeInclusive<usize> = 16..=128;
/// A token, a dot, and the hash of a key.
const ANSWER_LIMIT: usize = 256;
/// The longest host name (RFC 1035).
const NAME_LIMIT: usize = 253;
/// More than the names of ten certificates: what nobody cleans up does not fill the disk.
const PENDING_LIMIT: usize = 250;
/// An authority gives up long before.
const KEPT_FOR: Duration = Duration::from_hours(24);
/// SHA-256.
const DIGEST_BYTES: usize = 32;

/// Why a challenge could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum ChallengeError {
    /// Not what RFC 8555 allows; it would become a path.
    #[error("the authority's token is none: expected 16 to 128 letters, digits, `-` and `_`")]
    Token,
    /// Not the answer to this token.
    #[error("the answer to the authority's token does not begin with it")]
    Answer,
    /// Not a host name; it would become a path.
    #[error("`{name}` is no host name that can be proven by TLS")]
    Name {
        /// What was given.
        name: String,
    },
    /// Not a hash.
    #[error("the proof for `{name}` is no SHA-256 hash")]
    Digest {
        /// For which host.
        name: String,
    },
    /// Too many wait already.
    #[error("{PENDING_LIMIT} proofs wait for the authority already: something asks for certificates without an end")]
    TooMany,
    /// The proof could not be made.
    #[error("cannot make a certificate as proof")]
    Make(#[from] rcgen::Error),
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The folder of pending proofs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Challenges {
    http: PathBuf,
    tls: PathBuf,
}

impl Challenges {
    /// The folder, made when it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: &Path) -> Result<Self, ChallengeError> {
        let challenges = Self { http: folder.join("http-01"), tls: folder.join("tls-alpn-01") };
        for folder in [folder, &challenges.http, &challenges.tls] {
            make_folder(folder)?;
        }
        Ok(challenges)
    }

    /// Prepares the answer to `GET /.well-known/acme-challenge/<token>`.
    ///
    /// # Errors
    /// When the token or the answer is none, or it cannot be kept.
    pub fn put_http(&self, token: &str, answer: &str) -> Result<(), ChallengeError> {
        let path = self.http_path(token).ok_or(ChallengeError::Token)?;
        let is_answer = answer.len() <= ANSWER_LIMIT
            && answer.strip_prefix(token).and_then(|rest| rest.strip_prefix('.')).is_some_and(is_base64_url);
        if !is_answer {
            return Err(ChallengeError::Answer);
        }
        check_room(&self.http)?;
        Ok(private_file::write(&path, answer)?)
    }

    /// The answer to `GET /.well-known/acme-challenge/<token>`, to be sent as `text/plain`; `None` when nobody waits for
    /// it, also when the token is none at all.
    #[must_use]
    pub fn http_answer(&self, token: &str) -> Option<String> {
        private_file::read(&self.http_path(token)?).ok().flatten()
    }

    /// Takes it away.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove_http(&self, token: &str) -> Result<(), ChallengeError> {
        let path = self.http_path(token).ok_or(ChallengeError::Token)?;
        Ok(private_file::remove(&path)?)
    }

    /// Prepares the certificate that is shown to who asks for `name` by `acme-tls/1` (RFC 8737).
    ///
    /// # Errors
    /// When the name or the hash is none, or it cannot be kept.
    pub fn put_tls(&self, name: &str, digest: &[u8]) -> Result<(), ChallengeError> {
        let path = self.tls_path(name).ok_or_else(|| ChallengeError::Name { name: name.to_owned() })?;
        if digest.len() != DIGEST_BYTES {
            return Err(ChallengeError::Digest { name: name.to_owned() });
        }
        check_room(&self.tls)?;
        let mut params = CertificateParams::new(vec![name.to_ascii_lowercase()])?;
        params.distinguished_name = DistinguishedName::new();
        params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
        let key = KeyPair::generate()?;
        let proof = params.self_signed(&key)?;
        Ok(private_file::write(&path, &format!("{}\n{}", key.serialize_pem(), proof.pem()))?)
    }

    /// Takes it away.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove_tls(&self, name: &str) -> Result<(), ChallengeError> {
        let path = self.tls_path(name).ok_or_else(|| ChallengeError::Name { name: name.to_owned() })?;
        Ok(private_file::remove(&path)?)
    }

    /// Takes away what a killed process left behind: proofs older than a day. Says how many.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub fn remove_stale(&self, now: Timestamp) -> Result<usize, ChallengeError> {
        let mut removed = 0;
        for folder in [&self.http, &self.tls] {
            let entries = fs::read_dir(folder).map_err(private_file::failed("read", folder))?;
            for entry in entries.flatten() {
                let changed = entry.metadata().and_then(|seen| seen.modified());
                let changed = changed.ok().and_then(|time| Timestamp::try_from(time).ok());
                if changed.is_some_and(|changed| {
                    now.duration_since(changed) > SignedDuration::from_secs(KEPT_FOR.as_secs().cast_signed())
                }) {
                    private_file::remove(&entry.path())?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    fn http_path(&self, token: &str) -> Option<PathBuf> {
        let is_token = TOKEN_LENGTHS.contains(&token.len()) && is_base64_url(token);
        is_token.then(|| self.http.join(token))
    }

    fn tls_path(&self, name: &str) -> Option<PathBuf> {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_letter);
        let is_name = name.len() <= NAME_LIMIT && name.split('.').all(is_label);
        is_name.then(|| self.tls.join(format!("{}.pem", name.to_ascii_lowercase())))
    }
}

impl AnswersChallenge for Challenges {
    fn answer(&self, name: &str) -> Option<Certificate> {
        let text = private_file::read(&self.tls_path(name)?).ok().flatten()?;
        let read = Certificate::proof_from_pem(&text);
        if let Err(error) = &read {
            tracing::warn!(name, error = %error, "a proof for the certificate authority cannot be used");
        }
        read.ok()
    }
}

fn is_base64_url(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn check_room(folder: &Path) -> Result<(), ChallengeError> {
    let pending = fs::read_dir(folder).map_err(private_file::failed("read", folder))?.take(PENDING_LIMIT).count();
    if pending < PENDING_LIMIT { Ok(()) } else { Err(ChallengeError::TooMany) }
}
