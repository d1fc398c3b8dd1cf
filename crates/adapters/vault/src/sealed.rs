//! The vault: names, packing, keys and checks over a place for bytes.

use std::sync::Arc;

use async_trait::async_trait;
use clock::Clock;
use platform::backups::names::ObjectName;
use platform::backups::ports::{Listed, OBJECT_BYTES_MAX, Stored, Vault, VaultError};
use platform::ports::PortError;
use tokio::sync::OnceCell;

use crate::bucket::Bucket;
use crate::config::{BucketAccess, VaultConfig, VaultConfigError, VaultPlace};
use crate::folder::Folder;
use crate::key::{self, Closed, Key, KeyRing};
use crate::seal;
use crate::store::{Put, Store};

/// The endings of names, by how they are packed.
const PLAIN: &str = ".zst";
const ENCRYPTED: &str = ".zst.age";
/// The key that a passphrase opens.
const KEY_NAME: &str = "key.age";

/// A vault in a folder or a bucket.
#[derive(Clone)]
pub struct SealedVault(Arc<Inner>);

struct Inner {
    store: Box<dyn Store>,
    key: Option<Key>,
    /// Of a passphrase: fetched or made when it is first needed, as the vault may be out of reach before.
    unlocked: OnceCell<KeyRing>,
}

/// Only who puts something may make a key: a place that is not mounted has none either.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Putting,
    Getting,
}

impl std::fmt::Debug for SealedVault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SealedVault").field(&self.0.store.place()).finish()
    }
}

impl SealedVault {
    /// Opens a vault. Nothing is asked of it yet: one that is out of reach is opened too.
    ///
    /// # Errors
    /// When the settings are wrong.
    pub fn open(
        config: &VaultConfig,
        access: Option<&BucketAccess>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, VaultConfigError> {
        let key = config.key.as_ref().map(Key::parse).transpose()?;
        let store: Box<dyn Store> = match &config.place {
            VaultPlace::Folder(folder) => Box::new(Folder::new(folder.clone(), clock)),
            VaultPlace::Bucket(place) => {
                let access = access.ok_or_else(|| VaultConfigError::NoAccess(place.bucket.clone()))?;
                if place.goes_open() && key.is_none() {
                    return Err(VaultConfigError::OpenWay(place.endpoint.clone().unwrap_or_default()));
                }
                Box::new(Bucket::new(place.clone(), access)?)
            }
        };
        Ok(Self::over(store, key))
    }

    fn over(store: Box<dyn Store>, key: Option<Key>) -> Self {
        Self(Arc::new(Inner { store, key, unlocked: OnceCell::new() }))
    }

    async fn ring(&self, for_what: Use) -> Result<Option<&KeyRing>, VaultError> {
        match &self.0.key {
            None => Ok(None),
            Some(Key::Keys(ring)) => Ok(Some(ring)),
            Some(Key::Passphrase(_)) => self.0.unlocked.get_or_try_init(|| self.unlock(for_what)).await.map(Some),
        }
    }

    /// The key that lies in the vault; a fresh vault gets one.
    async fn unlock(&self, for_what: Use) -> Result<KeyRing, VaultError> {
        let Some(Key::Passphrase(passphrase)) = &self.0.key else { return Ok(KeyRing::default()) };
        if for_what == Use::Putting {
            self.0.store.make().await?;
        }
        if for_what == Use::Putting && self.0.store.get(KEY_NAME).await?.is_none() {
            let own = passphrase.clone();
            let (_, sealed) = self.blocking(move || KeyRing::generate(&own)).await?.map_err(|why| self.failed(&why))?;
            // Somebody else may be first: then theirs is the one.
            self.0.store.put_new(KEY_NAME, sealed).await?;
        }
        let sealed = self.0.store.get(KEY_NAME).await?;
        let name: ObjectName =
            KEY_NAME.parse().map_err(|error| PortError::new("cannot name the vault's key", error))?;
        let sealed = sealed.ok_or_else(|| VaultError::NotThere { vault: self.place(), name: name.clone() })?;
        let own = passphrase.clone();
        let unlocked = self.blocking(move || KeyRing::unlock(&own, &sealed)).await?;
        unlocked.map_err(|closed| self.closed(closed, &name))
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, VaultError> {
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|panic| PortError::new(format!("cannot pack for {}", self.place()), panic).into())
    }

    fn failed(&self, why: &str) -> VaultError {
        PortError::new(format!("cannot pack for {}", self.place()), why.to_owned()).into()
    }

    fn closed(&self, closed: Closed, name: &ObjectName) -> VaultError {
        let (vault, name) = (self.place(), name.clone());
        match closed {
            Closed::NoKey => VaultError::NoKey { vault, name },
            Closed::WrongKey => VaultError::WrongKey { vault, name },
            Closed::Damaged(how) => VaultError::Damaged { vault, name, how },
        }
    }

    /// As it lies in the store, with the SHA-256 of the content.
    async fn pack(&self, name: &ObjectName, content: &[u8]) -> Result<(Vec<u8>, String), VaultError> {
        let ring = self.ring(Use::Putting).await?.cloned();
        let (name, content) = (name.clone(), content.to_vec());
        let packed = self.blocking(move || {
            let (packed, sha256) = seal::pack(&name, &content).map_err(|error| error.to_string())?;
            match ring {
                Some(ring) => ring.encrypt(&packed).map(|sealed| (sealed, sha256)),
                None => Ok((packed, sha256)),
            }
        });
        packed.await?.map_err(|why| self.failed(&why))
    }

    async fn unpack(&self, name: &ObjectName, bytes: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        let is_encrypted = key::is_encrypted(&bytes);
        let ring = if is_encrypted { self.ring(Use::Getting).await?.cloned() } else { None };
        let own_name = name.clone();
        let unpacked = self.blocking(move || {
            let packed = match ring {
                _ if !is_encrypted => bytes,
                Some(ring) => ring.decrypt(&bytes)?,
                None => return Err(Closed::NoKey),
            };
            seal::unpack(&own_name, &packed).map_err(Closed::Damaged)
        });
        unpacked.await?.map_err(|closed| self.closed(closed, name))
    }

    /// Packed as it is today, or as it was before the key was set or removed.
    async fn packed(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, VaultError> {
        let endings = if self.is_encrypted() { [ENCRYPTED, PLAIN] } else { [PLAIN, ENCRYPTED] };
        for ending in endings {
            if let Some(bytes) = self.0.store.get(&format!("{name}{ending}")).await? {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    /// Whether what is there already is the same. Without a key to read it, its length must do: zstd and age make the
    /// same length of the same content.
    async fn is_same(&self, name: &ObjectName, content: &[u8], body_bytes: usize) -> Result<bool, VaultError> {
        let Some(there) = self.packed(name).await? else { return Ok(false) };
        let there_bytes = key::body_bytes(&there);
        match self.unpack(name, there).await {
            Ok(there) => Ok(there == content),
            Err(VaultError::NoKey { .. }) => Ok(there_bytes == body_bytes),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Vault for SealedVault {
    fn place(&self) -> String {
        self.0.store.place()
    }

    fn is_encrypted(&self) -> bool {
        self.0.key.is_some()
    }

    async fn put(&self, name: &ObjectName, content: &[u8]) -> Result<Stored, VaultError> {
        if content.len() > OBJECT_BYTES_MAX {
            return Err(VaultError::TooLarge { name: name.clone(), bytes: content.len() });
        }
        let (packed, sha256) = self.pack(name, content).await?;
        let (packed_bytes, body_bytes) = (packed.len(), key::body_bytes(&packed));
        let ending = if self.is_encrypted() { ENCRYPTED } else { PLAIN };
        let put = self.0.store.put_new(&format!("{name}{ending}"), packed).await?;
        let was_there = put == Put::Taken;
        if was_there && !self.is_same(name, content, body_bytes).await? {
            return Err(VaultError::Conflict { vault: self.place(), name: name.clone() });
        }
        Ok(Stored { stored_bytes: packed_bytes as u64, sha256, was_there })
    }

    async fn get(&self, name: &ObjectName) -> Result<Vec<u8>, VaultError> {
        match self.packed(name).await? {
            Some(bytes) => self.unpack(name, bytes).await,
            None => Err(VaultError::NotThere { vault: self.place(), name: name.clone() }),
        }
    }

    async fn list(&self, folder: &str) -> Result<Vec<Listed>, VaultError> {
        let mut listed: Vec<Listed> = Vec::new();
        for entry in self.0.store.list(folder).await? {
            let bare = entry.name.strip_suffix(ENCRYPTED).or_else(|| entry.name.strip_suffix(PLAIN));
            // What somebody else put there is not ours to judge.
            let Some(name) = bare.and_then(|bare| bare.parse::<ObjectName>().ok()) else { continue };
            listed.push(Listed { name, stored_bytes: entry.bytes, stored_at: entry.at });
        }
        listed.sort_by(|one, other| one.name.cmp(&other.name));
        listed.dedup_by(|one, other| one.name == other.name);
        Ok(listed)
    }

    async fn delete(&self, name: &ObjectName) -> Result<(), VaultError> {
        for ending in [ENCRYPTED, PLAIN] {
            self.0.store.delete(&format!("{name}{ending}")).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
