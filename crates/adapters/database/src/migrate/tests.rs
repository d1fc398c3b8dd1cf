//! Two releases on one database: what may be applied, and what is refused.

use kit::postgres::TestPostgres;
use platform::releases::{Fit, MigrationKind, Neighbour, SchemaState, SchemaVersion};
use sqlx::migrate::{Migration, MigrationType};
use sqlx::{PgConnection, SqlSafeStr};

use super::apply::Migrations;
use super::kind::kind_of;
use super::serving::state_of;
use super::*;

/// What the releases of this story bring after the migrations that are really there.
const NEXT: i64 = 4;
const ADD: &str = "-- expands\nALTER TABLE terms ADD COLUMN story text;";
const USE: &str = "-- expands\nCREATE TABLE stories (story text);";

fn migration(number: i64, sql: &'static str) -> Migration {
    Migration::new(number, "of a story".into(), MigrationType::Simple, sql.into_sql_str(), false)
}

/// Those of this program, up to the one before the story, and more.
fn release(more: &[(i64, &'static str)]) -> Migrations {
    let known = MIGRATIONS.iter().filter(|known| known.version < NEXT).cloned();
    Migrations::of(known.chain(more.iter().map(|(number, sql)| migration(*number, sql)))).unwrap()
}

/// Takes away what the release before the story uses: those that expect the story's first migration do without.
const TAKE: &str = "-- contracts: needs releases that expect at least 0004\nDROP TABLE schedules CASCADE;";

fn newest_release() -> Migrations {
    release(&[(4, ADD), (5, USE), (6, TAKE)])
}

fn production(expects: u32) -> [Neighbour; 1] {
    let environment = platform::names::Environment::production();
    [Neighbour { environment, release: "0123abcd".parse().unwrap(), expects: SchemaVersion(expects) }]
}

fn state(version: u32, expects_min: u32) -> SchemaState {
    SchemaState { version: SchemaVersion(version), expects_min: SchemaVersion(expects_min) }
}

async fn old_database() -> (TestPostgres, PgConnection) {
    let server = TestPostgres::new_database().await;
    let mut connection = server.connection().await;
    release(&[]).apply(&mut connection, &[]).await.unwrap();
    (server, connection)
}

#[test]
fn an_old_server_is_refused_with_the_way_out() {
    assert!(accept(150_000).is_ok() && accept(180_003).is_ok());
    let error = accept(140_005).unwrap_err().to_string();
    assert!(error.contains("is Postgres 14: this program needs 15"), "{error}");
}

#[test]
fn every_migration_says_what_it_does() {
    let mut numbers: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, Vec::from_iter(1..=newest()), "numbers are counted without a gap");
    for migration in MIGRATIONS.iter() {
        kind_of(migration).unwrap();
    }
    assert_eq!(schema().unwrap().expects, expected());
}

#[test]
fn a_first_line_is_one_of_two_sentences() {
    let needs = SchemaVersion(4);
    assert_eq!(kind_of(&migration(9, ADD)).unwrap(), MigrationKind::Expands);
    assert_eq!(kind_of(&migration(9, TAKE)).unwrap(), MigrationKind::Contracts { needs });
    let bad = [
        "",
        "ALTER TABLE terms ADD COLUMN story text;\n-- expands",
        "--expands",
        "-- expands, mostly",
        "-- contracts",
        "-- contracts: needs releases that expect at least 4",
        "-- contracts: needs releases that expect at least +004",
        "-- contracts: needs releases that expect at least 0000",
        "-- contracts: needs releases that expect at least 0009",
    ];
    for sql in bad {
        let refused = kind_of(&migration(9, sql)).unwrap_err().to_string();
        assert!(refused.starts_with("migration 0009 begins with"), "{sql}: {refused}");
    }
    let outside = Migration { no_tx: true, ..migration(9, ADD) };
    assert!(kind_of(&outside).is_err(), "outside of a transaction it could be applied by half");
}

#[test]
fn a_release_bears_what_the_most_demanding_of_its_migrations_bears() {
    let known = |release: &Migrations| (release.schema().expects.0, release.schema().bears.0);
    assert_eq!(known(&release(&[])), (3, 1));
    assert_eq!(known(&newest_release()), (6, 4));
    assert_eq!(known(&release(&[(4, ADD), (5, USE), (6, TAKE), (7, "-- expands\n")])), (7, 4));
}

#[tokio::test]
async fn an_old_release_lives_beside_one_that_has_only_added() {
    let (_server, mut connection) = old_database().await;
    let adds = release(&[(4, ADD), (5, USE)]);
    adds.apply(&mut connection, &production(3)).await.unwrap();
    let now = state_of(&mut connection).await.unwrap();
    assert_eq!(now, state(5, 1));
    assert_eq!((now.fits(SchemaVersion(3)), now.fits(SchemaVersion(5))), (Fit::Fits, Fit::Fits));
    release(&[]).apply(&mut connection, &[]).await.expect("there is nothing left to do for the old one");
}

#[tokio::test]
async fn what_takes_away_waits_until_no_release_needs_it() {
    let (_server, mut connection) = old_database().await;
    let refused = newest_release().apply(&mut connection, &production(3)).await.unwrap_err().to_string();
    for told in ["migration 0006", "schema 0006", "production (release 0123abcd, which expects schema 0003)"] {
        assert!(refused.contains(told), "{told}: {refused}");
    }
    assert!(refused.contains("First deploy a release that expects at least schema 0004 to production"), "{refused}");
    assert_eq!(state_of(&mut connection).await.unwrap(), state(3, 1), "not even what only adds was applied");

    newest_release().apply(&mut connection, &production(4)).await.unwrap();
    let now = state_of(&mut connection).await.unwrap();
    assert_eq!(now, state(6, 4));
    assert_eq!(now.fits(SchemaVersion(3)), Fit::ReleaseTooOld);
    let left_behind = release(&[]).apply(&mut connection, &[]).await;
    assert!(matches!(left_behind, Err(MigrateError::NewerDatabase { .. })), "{left_behind:?}");
    release(&[(4, ADD)]).apply(&mut connection, &[]).await.expect("one that expects 0004 does without");
}

#[tokio::test]
async fn a_refused_migrator_leaves_the_door_open_for_the_next() {
    let (server, mut connection) = old_database().await;
    newest_release().apply(&mut connection, &production(3)).await.unwrap_err();
    // The refused one's connection still lives: only a lock that was given back lets the other through.
    let mut other = server.connection().await;
    newest_release().apply(&mut other, &[]).await.unwrap();
    assert_eq!(state_of(&mut other).await.unwrap(), state(6, 4));
}

#[tokio::test]
async fn migrators_of_two_releases_at_once_end_where_the_newer_one_does() {
    let (server, mut one) = old_database().await;
    let mut other = server.connection().await;
    let (newer, older) = (newest_release(), release(&[(4, ADD), (5, USE)]));
    let neighbours = production(4);
    let (newer, older) = tokio::join!(newer.apply(&mut one, &neighbours), older.apply(&mut other, &neighbours));
    newer.unwrap();
    older.unwrap();
    assert_eq!(state_of(&mut one).await.unwrap(), state(6, 4));
}

#[tokio::test]
async fn a_migration_that_fails_leaves_no_trace_of_itself_and_the_next_goes_on() {
    const FAILS: &str =
        "-- contracts: needs releases that expect at least 0004\nDROP TABLE schedules CASCADE;\nSELECT 1/0;";
    let (_server, mut connection) = old_database().await;
    let broken = release(&[(4, ADD), (5, USE), (6, FAILS)]);
    assert!(matches!(broken.apply(&mut connection, &[]).await, Err(MigrateError::Failed(_))));
    assert_eq!(state_of(&mut connection).await.unwrap(), state(5, 1), "the floor was not raised");
    let schedules = sqlx::query("SELECT count(*) FROM schedules").execute(&mut connection).await;
    assert!(schedules.is_ok(), "the table that it dropped is there");
    newest_release().apply(&mut connection, &[]).await.unwrap();
    assert_eq!(state_of(&mut connection).await.unwrap(), state(6, 4));
}

#[tokio::test]
async fn a_migrator_that_is_killed_in_the_middle_leaves_whole_steps_and_no_lock() {
    // It holds its transaction open on a lock that the test has, so that it is surely killed in the middle.
    const WAITS: &str = "-- contracts: needs releases that expect at least 0004\n\
                         DROP TABLE schedules CASCADE; SELECT pg_advisory_xact_lock(424242);";
    let (server, mut watcher) = old_database().await;
    sqlx::query("SELECT pg_advisory_lock(424242)").execute(&mut watcher).await.unwrap();
    let mut doomed = server.connection().await;
    let dying = tokio::spawn(async move { release(&[(4, ADD), (5, USE), (6, WAITS)]).apply(&mut doomed, &[]).await });
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 424242 AND NOT granted";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut watcher).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    // It alone: if the watcher died first, its lock would let the other through.
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND objid = 424242 AND NOT granted";
    sqlx::query(kill).execute(&mut watcher).await.unwrap();
    assert!(matches!(dying.await.unwrap(), Err(MigrateError::Failed(_))));

    let mut next = server.connection().await;
    assert_eq!(state_of(&mut next).await.unwrap(), state(5, 1));
    newest_release().apply(&mut next, &[]).await.unwrap();
    assert_eq!(state_of(&mut next).await.unwrap(), state(6, 4));
}
