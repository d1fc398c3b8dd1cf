//! Brings the schema up to date: the embedded migrations, in order, each in a transaction, under a lock of the
//! database, so that two programs that start together do it once.
//!
//! Migrations expand first and contract a release later: the program of yesterday must live with the schema of today.

use sqlx::PgConnection;
use sqlx::migrate::Migrator;

use crate::error::MigrateError;

/// Postgres 15 brought `UNIQUE NULLS NOT DISTINCT`, by which the schema tells a playlist of no term from others.
const SERVER_VERSION_MIN: i32 = 150_000;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The newest migration of this program.
#[must_use]
pub fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

pub(crate) async fn migrate(connection: &mut PgConnection) -> Result<(), MigrateError> {
    let query = sqlx::query_scalar::<_, i32>("SELECT current_setting('server_version_num')::integer");
    let server =
        query.fetch_one(&mut *connection).await.map_err(|error| MigrateError::Failed(Box::new(error.into())))?;
    accept(server)?;
    match MIGRATIONS.run(connection).await {
        Ok(()) => Ok(()),
        Err(sqlx::migrate::MigrateError::VersionMissing(database)) => {
            Err(MigrateError::NewerDatabase { database, program: newest() })
        }
        Err(sqlx::migrate::MigrateError::VersionMismatch(version)) => Err(MigrateError::Changed(version)),
        Err(other) => Err(MigrateError::Failed(Box::new(other))),
    }
}

fn accept(server: i32) -> Result<(), MigrateError> {
    let needed = SERVER_VERSION_MIN;
    if server < needed { Err(MigrateError::OldServer { server, needed }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_server_is_refused_with_the_way_out() {
        assert!(accept(150_000).is_ok() && accept(180_003).is_ok());
        let error = accept(140_005).unwrap_err().to_string();
        assert!(error.contains("is Postgres 14: this program needs 15"), "{error}");
    }
}
