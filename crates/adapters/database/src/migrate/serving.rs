//! Whether this release may run on the database as it is. Services only look; they never migrate.

use std::time::Duration;

use platform::releases::{Fit, SchemaState, SchemaVersion};
use sqlx::{PgConnection, PgPool};

use crate::error::ServingError;

/// How often a database that is behind is looked at again. Migrating takes about a second.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Waits until the database has what `expects` says.
pub(crate) async fn check(pool: &PgPool, expects: SchemaVersion, patience: Duration) -> Result<(), ServingError> {
    let waiting = tokio::time::timeout(patience, async {
        let mut ticks = tokio::time::interval(LOOK_AGAIN);
        loop {
            ticks.tick().await;
            match look(pool, expects).await {
                Err(ServingError::DatabaseBehind { .. }) => {}
                decided => return decided,
            }
        }
    });
    match waiting.await {
        Ok(decided) => decided,
        // The last word is how the database is now, not that time is over.
        Err(_) => look(pool, expects).await,
    }
}

async fn look(pool: &PgPool, expects: SchemaVersion) -> Result<(), ServingError> {
    let state = match pool.acquire().await {
        Ok(mut connection) => state_of(&mut connection).await,
        Err(error) => Err(error),
    };
    let state = state.map_err(ServingError::Unreadable)?;
    match state.fits(expects) {
        Fit::Fits => Ok(()),
        Fit::DatabaseBehind => Err(ServingError::DatabaseBehind { database: state.version, expects }),
        Fit::ReleaseTooOld => Err(ServingError::ReleaseTooOld { expects, needed: state.expects_min }),
    }
}

/// The schema as it is. A database that no program has prepared yet, or none that knew floors, is behind.
pub(crate) async fn state_of(connection: &mut PgConnection) -> Result<SchemaState, sqlx::Error> {
    const BOTH: &str =
        "SELECT (SELECT coalesce(max(version), 0) FROM _sqlx_migrations), expects_min FROM release_floor";
    const VERSION: &str = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations";
    let both = sqlx::query_as::<_, (i64, i32)>(BOTH).fetch_one(&mut *connection).await;
    if let Some((version, expects_min)) = unless_absent(both)? {
        let expects_min = SchemaVersion(u32::try_from(expects_min).unwrap_or_default());
        return Ok(SchemaState { version: super::kind::version(version), expects_min });
    }
    let version = unless_absent(sqlx::query_scalar::<_, i64>(VERSION).fetch_one(connection).await)?;
    Ok(SchemaState { version: super::kind::version(version.unwrap_or_default()), expects_min: SchemaVersion(0) })
}

/// What was asked of a table, or nothing when the table is not there.
fn unless_absent<T>(asked: Result<T, sqlx::Error>) -> Result<Option<T>, sqlx::Error> {
    const UNDEFINED_TABLE: &str = "42P01";
    match asked {
        Ok(found) => Ok(Some(found)),
        Err(sqlx::Error::Database(refused)) if refused.code().as_deref() == Some(UNDEFINED_TABLE) => Ok(None),
        Err(error) => Err(error),
    }
}
