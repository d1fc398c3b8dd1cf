//! Names: of a backup, and of an object in the vault.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::names::{InvalidName, as_strings};

const ID_FORMAT: &str = "%Y%m%dT%H%M%SZ";
/// Well below what file systems (255 bytes a part) and buckets (1024 bytes) allow, with room for the vault's own ending.
const OBJECT_NAME_BYTES_MAX: usize = 200;

/// A backup, named by the second in which it was begun, in UTC: `20261122T213000Z`. Sorts by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BackupId(Timestamp);

impl BackupId {
    /// One that begins now; parts of a second are dropped.
    #[must_use]
    pub fn at(moment: Timestamp) -> Self {
        Self(Timestamp::from_second(moment.as_second()).unwrap_or(moment))
    }

    /// When it was begun.
    #[must_use]
    pub fn begun_at(self) -> Timestamp {
        self.0
    }
}

impl fmt::Display for BackupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_zoned(TimeZone::UTC).strftime(ID_FORMAT).to_string())
    }
}

impl FromStr for BackupId {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let parsed = jiff::civil::DateTime::strptime(ID_FORMAT, text).ok();
        let moment = parsed.and_then(|civil| civil.to_zoned(TimeZone::UTC).ok()).map(|zoned| Self(zoned.timestamp()));
        let expected = "a moment such as 20261122T213000Z, as `bt backup list` shows them";
        // The reader is more lenient than the writer, and a name must have one spelling.
        moment.filter(|id| id.to_string() == text).ok_or_else(|| InvalidName {
            text: text.to_owned(),
            what: "a backup",
            expected,
        })
    }
}

as_strings!(BackupId: InvalidName);

/// The name of an object in the vault: parts of letters, digits, `.`, `_` and `-`, with `/` between them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectName(String);

impl ObjectName {
    /// The manifest of a backup.
    #[must_use]
    pub fn manifest(id: BackupId) -> Self {
        Self(format!("backups/{id}/manifest.json"))
    }

    /// A part of a backup's base, counted from 1.
    #[must_use]
    pub fn base_part(id: BackupId, number: u32) -> Self {
        Self(format!("backups/{id}/base.tar.{number:06}"))
    }

    /// A file of the journal.
    #[must_use]
    pub fn wal(file: &str) -> Self {
        Self(format!("wal/{file}"))
    }

    /// What a drill found.
    #[must_use]
    pub fn drill(at: BackupId) -> Self {
        Self(format!("drills/{at}.json"))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of it.
    #[must_use]
    pub fn file(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The backup that it belongs to.
    #[must_use]
    pub fn backup(&self) -> Option<BackupId> {
        self.0.strip_prefix("backups/")?.split('/').next()?.parse().ok()
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for ObjectName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let is_part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(is_letter);
        if text.len() <= OBJECT_NAME_BYTES_MAX && text.split('/').all(is_part) {
            return Ok(Self(text.to_owned()));
        }
        let expected = "parts of letters, digits, `.`, `_` and `-` that do not begin with a dot, with `/` between them";
        Err(InvalidName { text: text.to_owned(), what: "an object in the vault", expected })
    }
}

as_strings!(ObjectName: InvalidName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_named_by_its_moment() {
        let id = BackupId::at("2026-11-22T21:30:00.75Z".parse().unwrap());
        assert_eq!(id.to_string(), "20261122T213000Z");
        assert_eq!("20261122T213000Z".parse::<BackupId>().unwrap(), id);
        for bad in ["", "20261122", "20261322T213000Z", "20261122T213000", "../x", " 20261122T213000Z"] {
            assert!(bad.parse::<BackupId>().unwrap_err().to_string().contains("bt backup list"), "{bad}");
        }
    }

    #[test]
    fn an_object_name_cannot_leave_its_folder() {
        for good in ["wal/000000010000000000000001", "backups/x/base.tar.000001", "a"] {
            assert!(good.parse::<ObjectName>().is_ok(), "{good}");
        }
        for bad in ["", "/a", "a/", "a//b", "../a", "a/../b", "a/.b", "a b", "ä", &"x".repeat(201)] {
            assert!(bad.parse::<ObjectName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_object_knows_its_backup() {
        let id = "20261122T213000Z".parse().unwrap();
        assert_eq!(ObjectName::base_part(id, 7).backup(), Some(id));
        assert_eq!(ObjectName::manifest(id).backup(), Some(id));
        assert_eq!(ObjectName::wal("x").backup(), None);
    }
}
