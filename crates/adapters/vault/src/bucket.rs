//! A bucket of Amazon S3, or of what speaks its language.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use jiff::Timestamp;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ClientOptions, Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, RetryConfig};
use platform::ports::PortError;
use secrecy::ExposeSecret;

use crate::config::{BucketAccess, BucketPlace, REQUEST_LIMIT_DEFAULT, VaultConfigError};
use crate::store::{Entry, Put, Store};

/// A store that does not even take the connection is down.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Short troubles only: whoever archives tries again by itself, and a person wants to know.
const RETRIES: usize = 3;
const RETRY_LIMIT: Duration = Duration::from_secs(60);

/// Keeps bytes as objects of a bucket.
pub(crate) struct Bucket<S = AmazonS3> {
    store: S,
    place: BucketPlace,
}

impl Bucket {
    pub(crate) fn new(place: BucketPlace, access: &BucketAccess) -> Result<Self, VaultConfigError> {
        let limits = ClientOptions::new()
            .with_connect_timeout(CONNECT_LIMIT)
            .with_timeout(REQUEST_LIMIT_DEFAULT)
            // The settings say whether that is all right.
            .with_allow_http(true);
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&place.bucket)
            .with_region(&place.region)
            .with_access_key_id(&access.access_key_id)
            .with_secret_access_key(access.secret_access_key.expose_secret())
            .with_retry(RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_LIMIT, ..RetryConfig::default() })
            .with_client_options(limits);
        if let Some(endpoint) = &place.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        let failed = |source| VaultConfigError::Bucket { bucket: place.bucket.clone(), source: Box::new(source) };
        Ok(Self { store: builder.build().map_err(failed)?, place })
    }
}

impl<S: ObjectStore> Bucket<S> {
    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.place.prefix))
    }

    /// A store that knows no condition is asked first. Two writers at the same moment may then both believe that they
    /// were first; what they write under one name is the same.
    async fn put_after_a_look(&self, path: &Path, payload: PutPayload) -> Result<Put, Error> {
        match self.store.head(path).await {
            Ok(_) => Ok(Put::Taken),
            Err(Error::NotFound { .. }) => self.store.put(path, payload).await.map(|_| Put::Stored),
            Err(error) => Err(error),
        }
    }

    fn failed(&self, tried: String) -> impl FnOnce(Error) -> PortError + '_ {
        move |error| {
            let hint = match &error {
                Error::Unauthenticated { .. } | Error::PermissionDenied { .. } => {
                    " (the access key is not allowed to: check backup.s3_key_id and its rights)"
                }
                _ => "",
            };
            PortError::new(format!("{tried}{hint}"), error)
        }
    }
}

#[async_trait]
impl<S: ObjectStore> Store for Bucket<S> {
    fn place(&self) -> String {
        let BucketPlace { bucket, prefix, endpoint, .. } = &self.place;
        let below = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
        let at = endpoint.as_deref().map_or(String::new(), |endpoint| format!(" at {endpoint}"));
        format!("the bucket {bucket}{below}{at}")
    }

    async fn make(&self) -> Result<(), PortError> {
        Ok(())
    }

    async fn put_new(&self, name: &str, bytes: Vec<u8>) -> Result<Put, PortError> {
        let path = self.path(name);
        let payload = PutPayload::from(bytes);
        let only_new = PutOptions::from(PutMode::Create);
        let put = match self.store.put_opts(&path, payload.clone(), only_new).await {
            Ok(_) => Ok(Put::Stored),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Put::Taken),
            Err(Error::NotImplemented { .. } | Error::NotSupported { .. }) => {
                self.put_after_a_look(&path, payload).await
            }
            Err(error) => Err(error),
        };
        put.map_err(self.failed(format!("cannot put {name} into {}", self.place())))
    }

    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, PortError> {
        let path = self.path(name);
        let got = match self.store.get(&path).await {
            Ok(answer) => answer.bytes().await.map(|bytes| Some(bytes.to_vec())),
            Err(Error::NotFound { source, .. }) if !is_about_the_bucket(&*source) => Ok(None),
            Err(error) => Err(error),
        };
        got.map_err(self.failed(format!("cannot read {name} in {}", self.place())))
    }

    async fn list(&self, folder: &str) -> Result<Vec<Entry>, PortError> {
        let path = self.path(folder);
        let listed: Result<Vec<_>, Error> = self.store.list(Some(&path)).try_collect().await;
        let tried = format!("cannot list {}", self.place());
        let listed = listed.map_err(self.failed(tried.clone()))?;
        let beginning = self.path("").to_string();
        let mut entries = Vec::with_capacity(listed.len());
        for object in listed {
            let name = object.location.as_ref().strip_prefix(&beginning).unwrap_or(object.location.as_ref());
            let name = name.trim_start_matches('/').to_owned();
            let at = Timestamp::from_second(object.last_modified.timestamp());
            let at = at.map_err(|error| PortError::new(tried.clone(), error))?;
            entries.push(Entry { name, bytes: object.size, at });
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    async fn delete(&self, name: &str) -> Result<(), PortError> {
        match self.store.delete(&self.path(name)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed(format!("cannot remove {name} from {}", self.place()))(error)),
        }
    }
}

/// A bucket that is not there must not look like a vault without backups. The store says which of the two it is in its
/// answer's text only.
fn is_about_the_bucket(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("NoSuchBucket") {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
impl Bucket<object_store::memory::InMemory> {
    /// One in memory, for the contract.
    pub(crate) fn in_memory(prefix: &str) -> Self {
        let place =
            BucketPlace { bucket: "memory".into(), prefix: prefix.into(), endpoint: None, region: String::new() };
        Self { store: object_store::memory::InMemory::new(), place }
    }
}
