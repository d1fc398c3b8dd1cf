//! Where a vault is and how it is reached.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;

use crate::key::KeyError;

/// The region that is signed for when none is named; stores other than Amazon's take any.
const REGION_DEFAULT: &str = "us-east-1";

/// How long a request to a bucket may take. Five minutes: 32 MiB over a line of one megabit per second.
pub const REQUEST_LIMIT_DEFAULT: Duration = Duration::from_mins(5);

/// A vault.
#[derive(Clone, Debug)]
pub struct VaultConfig {
    /// Where it is.
    pub place: VaultPlace,
    /// The text of the key's file; `None` leaves objects unencrypted.
    pub key: Option<SecretString>,
}

/// Where a vault is: read from `/srv/backups`, `file:///srv/backups`, or
/// `s3://bucket/prefix?endpoint=https://s3.example.edu&region=eu-1`. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultPlace {
    /// A folder; made when it is not there.
    Folder(PathBuf),
    /// A bucket of Amazon S3, or of a store that speaks its language (Garage, Ceph, SeaweedFS, R2 …).
    Bucket(BucketPlace),
}

/// A place in a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketPlace {
    /// The bucket.
    pub bucket: String,
    /// What all names begin with; empty for the whole bucket.
    pub prefix: String,
    /// The store's address; `None` for Amazon's own.
    pub endpoint: Option<String>,
    /// The region that requests are signed for.
    pub region: String,
}

/// The right to use a bucket.
#[derive(Clone, Debug)]
pub struct BucketAccess {
    /// Public half.
    pub access_key_id: String,
    /// Secret half.
    pub secret_access_key: SecretString,
}

/// Why a vault cannot be used at all. All of it is wrong settings: a vault that is out of reach is told later.
#[derive(Debug, thiserror::Error)]
pub enum VaultConfigError {
    /// The place cannot be understood.
    #[error(
        "`{text}` is no place for backups: {wrong}; expected a folder, or s3://bucket/prefix?endpoint=https://…&region=…"
    )]
    Place {
        /// What was written.
        text: String,
        /// What is wrong with it.
        wrong: String,
    },
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A bucket needs an access key.
    #[error(
        "backups in the bucket {0} need an access key: set backup.s3_key_id and backup.s3_key \
         (or BT_BACKUP_S3_KEY_ID and BT_BACKUP_S3_KEY)"
    )]
    NoAccess(String),
    /// Everybody on the way could read the backups.
    #[error("{0} is not encrypted on its way (http:) and no backup.passphrase is set: use https:, or set a key")]
    OpenWay(String),
    /// The client could not be made.
    #[error("the bucket {bucket} cannot be used")]
    Bucket {
        /// Which.
        bucket: String,
        /// Why.
        source: Box<object_store::Error>,
    },
}

impl FromStr for VaultPlace {
    type Err = VaultConfigError;

    fn from_str(text: &str) -> Result<Self, VaultConfigError> {
        let wrong = |wrong: &str| VaultConfigError::Place { text: without_secrets(text), wrong: wrong.to_owned() };
        if let Some(rest) = text.strip_prefix("s3://") {
            return bucket(rest).map(Self::Bucket).map_err(|reason| wrong(&reason));
        }
        let path = text.strip_prefix("file://").unwrap_or(text);
        match path {
            "" => Err(wrong("it is empty")),
            path if path.contains("://") => Err(wrong("only file:// and s3:// are known")),
            path => Ok(Self::Folder(PathBuf::from(path))),
        }
    }
}

/// People write keys into addresses, and an error is no place for them.
fn without_secrets(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}…{}", &text[..scheme + 3], &text[at..]),
        _ => text.to_owned(),
    }
}

fn bucket(text: &str) -> Result<BucketPlace, String> {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    if path.contains('@') {
        return Err("keys do not belong into it: set backup.s3_key_id and backup.s3_key".to_owned());
    }
    let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if bucket.is_empty() || !bucket.bytes().all(is_letter) {
        return Err("it names no bucket".to_owned());
    }
    let prefix = prefix.trim_matches('/').to_owned();
    let mut place =
        BucketPlace { bucket: bucket.to_owned(), prefix, endpoint: None, region: REGION_DEFAULT.to_owned() };
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "endpoint" if value.starts_with("https://") || value.starts_with("http://") => {
                place.endpoint = Some(value.trim_end_matches('/').to_owned());
            }
            "endpoint" => return Err("the endpoint does not begin with https://".to_owned()),
            "region" => place.region = value.into_owned(),
            other => return Err(format!("`{other}` is unknown")),
        }
    }
    Ok(place)
}

impl BucketPlace {
    /// Whether requests travel unencrypted over a network.
    pub(crate) fn goes_open(&self) -> bool {
        let Some(host) = self.endpoint.as_deref().and_then(|endpoint| endpoint.strip_prefix("http://")) else {
            return false;
        };
        let is_own = ["127.0.0.1", "localhost", "[::1]"];
        !is_own
            .iter()
            .any(|own| host.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_or_a_bucket() {
        let place = |text: &str| text.parse::<VaultPlace>();
        assert_eq!(place("/srv/backups").unwrap(), VaultPlace::Folder("/srv/backups".into()));
        assert_eq!(place("file:///srv/backups").unwrap(), VaultPlace::Folder("/srv/backups".into()));
        let VaultPlace::Bucket(bucket) = place("s3://bt/a/b/?endpoint=http://127.0.0.1:9000/&region=x").unwrap() else {
            panic!("no bucket")
        };
        let expected = BucketPlace {
            bucket: "bt".into(),
            prefix: "a/b".into(),
            endpoint: Some("http://127.0.0.1:9000".into()),
            region: "x".into(),
        };
        assert_eq!(bucket, expected);
        for bad in ["", "gs://x", "s3://", "s3://b?endpoint=ftp://x", "s3://b?nope=1", "s3://b u"] {
            assert!(place(bad).unwrap_err().to_string().contains("s3://bucket/prefix"), "{bad}");
        }
        let error = place("s3://id:secret@bucket").unwrap_err().to_string();
        assert!(error.contains("backup.s3_key_id") && !error.contains("secret@"), "{error}");
    }

    #[test]
    fn an_open_way_is_one_that_leaves_the_machine() {
        let goes_open = |endpoint: &str| {
            let text = format!("s3://b?endpoint={endpoint}");
            let Ok(VaultPlace::Bucket(bucket)) = text.parse() else { panic!("no bucket") };
            bucket.goes_open()
        };
        assert!(goes_open("http://store.example.edu"));
        assert!(goes_open("http://127.0.0.1.example.edu"));
        assert!(!goes_open("http://127.0.0.1:9000"));
        assert!(!goes_open("https://store.example.edu"));
    }
}
