//! What a backup consists of. Kept as JSON in the vault, and written last: a backup without a manifest is none.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::backups::names::{BackupId, ObjectName};
use crate::backups::wal::{Lsn, Segment};

/// The version of the manifest's form that this program writes and reads.
pub const MANIFEST_VERSION: u32 = 1;

/// A backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_VERSION`] of the program that wrote it.
    pub version: u32,
    /// Which backup.
    pub id: BackupId,
    /// When everything was in the vault.
    pub finished_at: Timestamp,
    /// The copy of the database's files, a tar archive cut in parts.
    pub parts: Vec<BasePart>,
    /// What of the journal it needs.
    pub wal: WalRange,
    /// The named point in the journal up to which a drill restores it.
    pub restore_point: RestorePoint,
    /// Of the server that wrote the files: only the same can read them.
    pub postgres_major: u32,
    /// Which database it is a backup of, in the sense of Postgres: made once by `initdb`.
    pub system_identifier: u64,
    /// What was in the tables at the restore point; `None` when it could not be counted.
    pub census: Option<Census>,
    /// Why there is no census.
    #[serde(default)]
    pub no_census: Option<String>,
    /// Whether the parts are encrypted.
    pub is_encrypted: bool,
    /// The program that took it.
    pub release: String,
}

impl Manifest {
    /// The bytes of the unpacked database files.
    #[must_use]
    pub fn content_bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.content_bytes).sum()
    }

    /// What the base takes in the vault.
    #[must_use]
    pub fn stored_bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.stored_bytes).sum()
    }

    /// Until when at least a restore of it goes: earlier moments need an older backup.
    #[must_use]
    pub fn usable_from(&self) -> Timestamp {
        self.restore_point.at
    }
}

/// A part of the base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasePart {
    /// Where it lies.
    pub name: ObjectName,
    /// Its size when it is unpacked.
    pub content_bytes: u64,
    /// Its size in the vault.
    pub stored_bytes: u64,
    /// Of the content, in hexadecimal digits.
    pub sha256: String,
}

/// What of the journal a backup needs to be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalRange {
    /// On which timeline.
    pub timeline: u32,
    /// Where the copy of the files began.
    pub start: Lsn,
    /// Where it ended: before that the files do not fit together.
    pub stop: Lsn,
    /// The end of the restore point's record, at or after `stop`.
    pub end: Lsn,
}

impl WalRange {
    /// The first file of it.
    #[must_use]
    pub fn first(&self) -> Segment {
        Segment::holding(self.timeline, self.start)
    }

    /// The last file of it.
    #[must_use]
    pub fn last(&self) -> Segment {
        Segment::ending_at(self.timeline, self.end.max(self.stop))
    }

    /// All its files, in their order.
    pub fn segments(&self) -> impl Iterator<Item = Segment> + use<> {
        let timeline = self.timeline;
        (self.first().number..=self.last().number).map(move |number| Segment { timeline, number })
    }
}

/// A named point in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestorePoint {
    /// Its name.
    pub name: String,
    /// When it was made, by the database's clock.
    pub at: Timestamp,
}

/// What was in the tables, by `database.schema.table`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Census {
    /// Each table.
    pub tables: BTreeMap<String, TableCount>,
}

/// What was in one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCount {
    /// How many rows.
    pub rows: u64,
    /// A sum over all rows that does not depend on their order; compared as text.
    pub checksum: String,
}

impl Census {
    /// What differs in the other one, a sentence for each table; empty when they are the same.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        for (table, count) in &self.tables {
            match other.tables.get(table) {
                None => found.push(format!("{table} is missing")),
                Some(there) if there.rows != count.rows => {
                    found.push(format!("{table} has {} rows instead of {}", there.rows, count.rows));
                }
                Some(there) if there.checksum != count.checksum => {
                    found.push(format!("{table} has {} rows as it should, with other contents", count.rows));
                }
                Some(_) => {}
            }
        }
        let unknown = other.tables.keys().filter(|table| !self.tables.contains_key(*table));
        found.extend(unknown.map(|table| format!("{table} was not there before")));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn census(tables: &[(&str, u64, &str)]) -> Census {
        let count = |rows, checksum: &str| TableCount { rows, checksum: checksum.to_owned() };
        Census { tables: tables.iter().map(|(name, rows, sum)| ((*name).to_owned(), count(*rows, sum))).collect() }
    }

    #[test]
    fn a_census_tells_what_differs() {
        let before = census(&[("a", 1, "1"), ("b", 2, "2"), ("c", 3, "3"), ("d", 4, "4")]);
        assert!(before.differences(&before).is_empty());
        let after = census(&[("a", 1, "1"), ("b", 5, "2"), ("c", 3, "x"), ("e", 1, "1")]);
        let said = before.differences(&after).join("; ");
        assert_eq!(
            said,
            "b has 5 rows instead of 2; c has 3 rows as it should, with other contents; d is missing; \
             e was not there before"
        );
    }

    #[test]
    fn a_range_names_its_files() {
        let range = WalRange { timeline: 1, start: Lsn(0x0200_0028), stop: Lsn(0x0300_0000), end: Lsn(0x0400_0001) };
        let names: Vec<String> = range.segments().map(|segment| segment.to_string()).collect();
        assert_eq!(names, ["000000010000000000000002", "000000010000000000000003", "000000010000000000000004"]);
    }
}
