//! What a migration does to the releases that run, as its first line says.
//!
//! `-- expands`, or `-- contracts: needs releases that expect at least 0005`.

use platform::releases::{MigrationKind, SchemaVersion};
use sqlx::migrate::Migration;

use crate::error::MigrateError;

/// Up to this one migrations say nothing, since they were there before the rule: they only add.
const UNMARKED_MAX: i64 = 2;

const EXPANDS: &str = "-- expands";
const CONTRACTS: &str = "-- contracts: needs releases that expect at least ";

/// What it does.
pub(super) fn kind_of(migration: &Migration) -> Result<MigrationKind, MigrateError> {
    if migration.version <= UNMARKED_MAX {
        return Ok(MigrationKind::Expands);
    }
    let said = migration.sql.as_str().lines().next().unwrap_or_default().trim_end();
    let kind = read(said).filter(|kind| match kind {
        MigrationKind::Expands => true,
        // One that no earlier release survives could never be applied without stopping everything.
        MigrationKind::Contracts { needs } => (1..migration.version).contains(&i64::from(needs.0)),
    });
    // Outside of a transaction it could be applied without being noted, and half.
    let kind = kind.filter(|_| !migration.no_tx);
    kind.ok_or_else(|| MigrateError::Unmarked { migration: version(migration.version), said: said.to_owned() })
}

fn read(line: &str) -> Option<MigrationKind> {
    if line == EXPANDS {
        return Some(MigrationKind::Expands);
    }
    let needs = line.strip_prefix(CONTRACTS)?;
    let is_number = needs.len() == 4 && needs.bytes().all(|byte| byte.is_ascii_digit());
    let needs = SchemaVersion(needs.parse().ok().filter(|_| is_number)?);
    Some(MigrationKind::Contracts { needs })
}

/// The number of a migration. They are counted by hand from 1.
pub(super) fn version(number: i64) -> SchemaVersion {
    SchemaVersion(u32::try_from(number).unwrap_or(u32::MAX))
}
