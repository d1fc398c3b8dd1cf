//! Brings the schema up to date: the embedded migrations, in order, each in a transaction, under a lock of the
//! database, so that two programs that start together do it once.
//!
//! Migrations expand first and contract a release later: the program of yesterday must live with the schema of today.

use sqlx::PgConnection;
use sqlx::migrate::Migrator;

use crate::error::MigrateError;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The newest migration of this program.
#[must_use]
pub fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

pub(crate) async fn migrate(connection: &mut PgConnection) -> Result<(), MigrateError> {
    match MIGRATIONS.run(connection).await {
        Ok(()) => Ok(()),
        Err(sqlx::migrate::MigrateError::VersionMissing(database)) => {
            Err(MigrateError::NewerDatabase { database, program: newest() })
        }
        Err(sqlx::migrate::MigrateError::VersionMismatch(version)) => Err(MigrateError::Changed(version)),
        Err(other) => Err(MigrateError::Failed(Box::new(other))),
    }
}
