//! Brings the schema up to date: the embedded migrations, in order, each in a transaction, under a lock of the
//! database, so that two programs that start together do it once.
//!
//! Production and staging are two releases on one database, so migrations expand first and contract a release later.
//! Each says in its first line what it does ([`kind`]); one that contracts is not applied while a release runs that
//! needs what it takes away, and raises the database's floor: the least that a release must expect to run on it.

pub(crate) mod apply;
pub(crate) mod kind;
pub(crate) mod serving;

use platform::releases::{Neighbour, ReleaseSchema, SchemaVersion};
use sqlx::PgConnection;
use sqlx::migrate::Migrator;

use crate::error::MigrateError;
use crate::migrate::apply::Migrations;

/// Postgres 15 brought `UNIQUE NULLS NOT DISTINCT`, by which the schema tells a playlist of no term from others.
const SERVER_VERSION_MIN: i32 = 150_000;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The newest migration of this program.
#[must_use]
pub fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// What this program knows about the schema: what it expects, and the least that releases beside it must expect.
///
/// # Errors
/// When a migration does not say what it does. A test reads them all, so a program that was tested never fails here.
pub fn schema() -> Result<ReleaseSchema, MigrateError> {
    Ok(Migrations::of_this_program()?.schema())
}

/// What this program expects of the schema.
pub(crate) fn expected() -> SchemaVersion {
    kind::version(newest())
}

pub(crate) async fn migrate(connection: &mut PgConnection, neighbours: &[Neighbour]) -> Result<(), MigrateError> {
    let query = sqlx::query_scalar::<_, i32>("SELECT current_setting('server_version_num')::integer");
    accept(query.fetch_one(&mut *connection).await?)?;
    Migrations::of_this_program()?.apply(connection, neighbours).await
}

fn accept(server: i32) -> Result<(), MigrateError> {
    let needed = SERVER_VERSION_MIN;
    if server < needed { Err(MigrateError::OldServer { server, needed }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
