//! The key of a vault: what encrypts, and what decrypts.

use std::io::{Read as _, Write as _};
use std::str::FromStr;

use age::secrecy::SecretString as AgeSecret;
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient, scrypt, x25519};
use secrecy::{ExposeSecret, SecretString};

/// Shorter ones are guessed.
const PASSPHRASE_LETTERS_MIN: usize = 12;
/// How hard guessing a passphrase is made: 2^18 rounds, about a second each. The one that is read may ask for a little
/// more, and not for a day.
const WORK_FACTOR: u8 = 18;
const WORK_FACTOR_MAX: u8 = 22;
/// How an age file begins.
const AGE_BEGINNING: &[u8] = b"age-encryption.org/";

/// Why a text is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A line looks like a key and is none.
    #[error("line {0} of the backup's key is no valid age key: `age-keygen` makes one")]
    NoKey(usize),
    /// Too easily guessed.
    #[error("the backup's passphrase has fewer than {PASSPHRASE_LETTERS_MIN} letters: `age-keygen` makes a real key")]
    TooShort,
    /// Nothing in it.
    #[error("the backup's key is empty: `age-keygen` makes one")]
    Empty,
    /// A passphrase and more.
    #[error("the backup's key has several lines, and line {0} is no age key; a passphrase has one line")]
    Mixed(usize),
}

/// As it is set.
#[derive(Clone)]
pub(crate) enum Key {
    /// Encrypts for keys.
    Keys(KeyRing),
    /// Encrypts for a key in the vault that it opens.
    Passphrase(SecretString),
}

/// Keys of age.
#[derive(Clone, Default)]
pub(crate) struct KeyRing {
    recipients: Vec<x25519::Recipient>,
    identities: Vec<x25519::Identity>,
}

/// Why something could not be decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    NoKey,
    WrongKey,
    Damaged(String),
}

impl Key {
    /// Reads the text of a key file: lines of age, with comments, or one line of passphrase.
    pub(crate) fn parse(text: &SecretString) -> Result<Self, KeyError> {
        let lines = text.expose_secret().lines().map(str::trim).enumerate();
        let lines: Vec<(usize, &str)> =
            lines.map(|(index, line)| (index + 1, line)).filter(|(_, line)| !is_comment(line)).collect();
        let is_key = |line: &str| line.starts_with("AGE-") || line.starts_with("age1");
        if !lines.iter().any(|(_, line)| is_key(line)) {
            return match lines.as_slice() {
                [] => Err(KeyError::Empty),
                [(_, passphrase)] if passphrase.chars().count() < PASSPHRASE_LETTERS_MIN => Err(KeyError::TooShort),
                [(_, passphrase)] => Ok(Self::Passphrase(SecretString::from(*passphrase))),
                [_, (number, _), ..] => Err(KeyError::Mixed(*number)),
            };
        }
        let mut ring = KeyRing::default();
        for (number, line) in lines {
            if !is_key(line) {
                return Err(KeyError::Mixed(number));
            }
            if let Ok(identity) = x25519::Identity::from_str(line) {
                ring.recipients.push(identity.to_public());
                ring.identities.push(identity);
            } else {
                ring.recipients.push(x25519::Recipient::from_str(line).map_err(|_| KeyError::NoKey(number))?);
            }
        }
        Ok(Self::Keys(ring))
    }
}

fn is_comment(line: &str) -> bool {
    line.is_empty() || line.starts_with('#')
}

impl KeyRing {
    /// A fresh key, and the text of it encrypted with a passphrase. Takes a second.
    pub(crate) fn generate(passphrase: &SecretString) -> Result<(Self, Vec<u8>), String> {
        let identity = x25519::Identity::generate();
        let mut recipient = scrypt::Recipient::new(AgeSecret::from(passphrase.expose_secret().to_owned()));
        recipient.set_work_factor(WORK_FACTOR);
        let text = identity.to_string();
        let text = format!("{}\n", age::secrecy::ExposeSecret::expose_secret(&text));
        let sealed = encrypt([&recipient as &dyn Recipient].into_iter(), text.as_bytes())?;
        Ok((Self { recipients: vec![identity.to_public()], identities: vec![identity] }, sealed))
    }

    /// The key that a passphrase opens. Takes a second.
    pub(crate) fn unlock(passphrase: &SecretString, sealed: &[u8]) -> Result<Self, Closed> {
        let mut identity = scrypt::Identity::new(AgeSecret::from(passphrase.expose_secret().to_owned()));
        identity.set_max_work_factor(WORK_FACTOR_MAX);
        let text = decrypt([&identity as &dyn Identity].into_iter(), sealed)?;
        let text = String::from_utf8(text).map_err(|_| Closed::Damaged("it holds no key".to_owned()))?;
        match Key::parse(&SecretString::from(text)) {
            Ok(Key::Keys(ring)) => Ok(ring),
            _ => Err(Closed::Damaged("it holds no key".to_owned())),
        }
    }

    pub(crate) fn encrypt(&self, content: &[u8]) -> Result<Vec<u8>, String> {
        encrypt(self.recipients.iter().map(|recipient| recipient as &dyn Recipient), content)
    }

    pub(crate) fn decrypt(&self, sealed: &[u8]) -> Result<Vec<u8>, Closed> {
        if self.identities.is_empty() {
            return Err(Closed::NoKey);
        }
        decrypt(self.identities.iter().map(|identity| identity as &dyn Identity), sealed)
    }
}

/// Whether bytes are an age file.
pub(crate) fn is_encrypted(bytes: &[u8]) -> bool {
    bytes.starts_with(AGE_BEGINNING)
}

/// The length of what is encrypted in an age file. Its head has a random length.
pub(crate) fn body_bytes(sealed: &[u8]) -> usize {
    let head_end = sealed.windows(5).position(|window| window == b"\n--- ").unwrap_or_default();
    sealed.len() - head_end
}

fn encrypt<'a>(recipients: impl Iterator<Item = &'a dyn Recipient>, content: &[u8]) -> Result<Vec<u8>, String> {
    let encryptor = Encryptor::with_recipients(recipients).map_err(|error| error.to_string())?;
    let mut sealed = Vec::with_capacity(content.len() + 1024);
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(|error| error.to_string())?;
    writer.write_all(content).and_then(|()| writer.finish()).map_err(|error| error.to_string())?;
    Ok(sealed)
}

fn decrypt<'a>(identities: impl Iterator<Item = &'a dyn Identity>, sealed: &[u8]) -> Result<Vec<u8>, Closed> {
    let opened = Decryptor::new_buffered(sealed).and_then(|decryptor| decryptor.decrypt(identities));
    let mut reader = opened.map_err(|error| match error {
        DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed | DecryptError::DecryptionFailed => {
            Closed::WrongKey
        }
        DecryptError::InvalidMac => Closed::Damaged("its head was changed".to_owned()),
        _ => Closed::Damaged("its head is no age file's".to_owned()),
    })?;
    let mut content = Vec::with_capacity(sealed.len());
    let read = reader.read_to_end(&mut content);
    read.map_err(|_| Closed::Damaged("it was cut off or changed since it was encrypted".to_owned()))?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Key, KeyError> {
        Key::parse(&SecretString::from(text.to_owned()))
    }

    #[test]
    fn a_key_file_of_age_is_read_with_its_comments() {
        let identity = x25519::Identity::generate();
        let text = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
        let file = format!("# created: 2026-11-22\n# public key: {}\n{text}\n", identity.to_public());
        let Ok(Key::Keys(ring)) = parse(&file) else { panic!("no keys") };
        let sealed = ring.encrypt(b"hello").unwrap();
        assert!(is_encrypted(&sealed));
        assert_eq!(ring.decrypt(&sealed).unwrap(), b"hello");
        let Ok(Key::Keys(public)) = parse(&identity.to_public().to_string()) else { panic!("no keys") };
        assert_eq!(ring.decrypt(&public.encrypt(b"hello").unwrap()).unwrap(), b"hello");
        assert_eq!(public.decrypt(&sealed), Err(Closed::NoKey));
    }

    #[test]
    fn bad_keys_are_refused_by_their_line() {
        let refused = |text: &str| parse(text).err().unwrap();
        assert_eq!(refused(""), KeyError::Empty);
        assert_eq!(refused("# only a comment\n"), KeyError::Empty);
        assert_eq!(refused("short"), KeyError::TooShort);
        assert_eq!(refused("\nage1notakey"), KeyError::NoKey(2));
        assert_eq!(refused("AGE-SECRET-KEY-1XYZ"), KeyError::NoKey(1));
        assert_eq!(refused("a long passphrase\nand another line"), KeyError::Mixed(2));
    }

    #[test]
    fn another_key_does_not_open_it() {
        let ring =
            |identity: x25519::Identity| KeyRing { recipients: vec![identity.to_public()], identities: vec![identity] };
        let sealed = ring(x25519::Identity::generate()).encrypt(b"hello").unwrap();
        assert_eq!(ring(x25519::Identity::generate()).decrypt(&sealed), Err(Closed::WrongKey));
    }
}
