//! Applies migrations: first it is decided under the lock whether all that are missing may be applied, then each is, in
//! a transaction that also notes it and raises the floor. Killed anywhere, what was committed stands, and the next
//! caller goes on.

use std::collections::BTreeMap;

use platform::releases::{MigrationKind, Neighbour, ReleaseSchema, SchemaVersion};
use sqlx::migrate::{AppliedMigration, Migrate, Migration};
use sqlx::{Connection, PgConnection};

use crate::error::MigrateError;
use crate::migrate::MIGRATIONS;
use crate::migrate::kind::{kind_of, version};
use crate::migrate::serving::state_of;

/// Where applied migrations are noted, by the name that `sqlx` gives it.
const NOTED_IN: &str = "_sqlx_migrations";

/// Migrations that a release was built with, oldest first, and what each does.
#[derive(Clone, Debug)]
pub(crate) struct Migrations(Vec<(Migration, MigrationKind)>);

impl Migrations {
    pub(super) fn of_this_program() -> Result<Self, MigrateError> {
        Self::of(MIGRATIONS.iter().cloned())
    }

    /// # Errors
    /// When one does not say what it does.
    pub(super) fn of(migrations: impl IntoIterator<Item = Migration>) -> Result<Self, MigrateError> {
        let marked = migrations.into_iter().map(|migration| Ok((kind_of(&migration)?, migration)));
        let mut marked: Vec<(Migration, MigrationKind)> =
            marked.map(|read| read.map(|(kind, migration)| (migration, kind))).collect::<Result<_, MigrateError>>()?;
        marked.sort_by_key(|(migration, _)| migration.version);
        Ok(Self(marked))
    }

    pub(super) fn schema(&self) -> ReleaseSchema {
        let expects = self.0.last().map_or(SchemaVersion(0), |(migration, _)| version(migration.version));
        let needs = self.0.iter().filter_map(|(_, kind)| match kind {
            MigrationKind::Expands => None,
            MigrationKind::Contracts { needs } => Some(*needs),
        });
        ReleaseSchema { expects, bears: needs.max().unwrap_or(SchemaVersion(1)) }
    }

    /// Applies what is missing, all or, when it must not be, nothing.
    pub(super) async fn apply(
        &self,
        connection: &mut PgConnection,
        neighbours: &[Neighbour],
    ) -> Result<(), MigrateError> {
        // The lock is the session's: it ends with the connection, however that ends.
        connection.lock().await?;
        let applied = self.apply_locked(connection, neighbours).await;
        let unlocked = connection.unlock().await;
        applied?;
        Ok(unlocked?)
    }

    async fn apply_locked(&self, connection: &mut PgConnection, neighbours: &[Neighbour]) -> Result<(), MigrateError> {
        connection.ensure_migrations_table(NOTED_IN).await?;
        let applied = connection.list_applied_migrations(NOTED_IN).await?;
        let state = state_of(connection).await?;
        let program = self.schema().expects;
        if program < state.expects_min {
            return Err(MigrateError::NewerDatabase { database: state.version, needed: state.expects_min, program });
        }
        let missing = self.missing(&applied)?;
        for (migration, kind) in &missing {
            refuse_to_hurt(migration, *kind, neighbours, program)?;
        }
        for (migration, kind) in missing {
            let mut transaction = connection.begin().await?;
            transaction.apply(NOTED_IN, migration).await?;
            if let MigrationKind::Contracts { needs } = kind {
                raise_floor(&mut transaction, needs).await?;
            }
            transaction.commit().await?;
        }
        Ok(())
    }

    /// What is not applied yet. Migrations of newer releases may be there too: that the floor bears this program was
    /// looked at before.
    fn missing(&self, applied: &[AppliedMigration]) -> Result<Vec<(&Migration, MigrationKind)>, MigrateError> {
        let applied: BTreeMap<i64, &[u8]> = applied.iter().map(|noted| (noted.version, &*noted.checksum)).collect();
        let mut missing = Vec::new();
        for (migration, kind) in &self.0 {
            match applied.get(&migration.version) {
                None => missing.push((migration, *kind)),
                Some(checksum) if *checksum == &*migration.checksum => {}
                Some(_) => return Err(MigrateError::Changed(migration.version)),
            }
        }
        Ok(missing)
    }
}

fn refuse_to_hurt(
    migration: &Migration,
    kind: MigrationKind,
    neighbours: &[Neighbour],
    program: SchemaVersion,
) -> Result<(), MigrateError> {
    let hurt = kind.hurts(neighbours);
    let (MigrationKind::Contracts { needs }, false) = (kind, hurt.is_empty()) else { return Ok(()) };
    let told: Vec<String> = hurt.iter().map(ToString::to_string).collect();
    let mut environments: Vec<&str> = hurt.iter().map(|neighbour| neighbour.environment.as_str()).collect();
    environments.dedup();
    Err(MigrateError::StillNeeded {
        migration: version(migration.version),
        program,
        needs,
        neighbours: told.join(", "),
        environments: environments.join(" and "),
    })
}

async fn raise_floor(connection: &mut PgConnection, needs: SchemaVersion) -> Result<(), MigrateError> {
    let raise = sqlx::query("UPDATE release_floor SET expects_min = greatest(expects_min, $1)");
    raise.bind(i32::try_from(needs.0).unwrap_or(i32::MAX)).execute(connection).await?;
    Ok(())
}
