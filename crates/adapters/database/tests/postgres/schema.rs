//! The schema: how it is brought up to date, and what it refuses to hold.

use std::time::Duration;

use catalog::ports::CatalogStore;
use database::config::DatabaseConfig;
use database::connect::Database;
use database::error::{MigrateError, ServingError};
use kit::postgres::TestPostgres;
use platform::releases::SchemaVersion;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::campus::{first_night, migrated, noon, request};

#[tokio::test]
async fn migrating_again_changes_nothing() {
    let (server, database) = migrated().await;
    let mut run = database.begin_run(&request(), noon(1)).await.unwrap();
    run.publish(&first_night(noon(1))).await.unwrap();
    database.migrate().await.unwrap();
    database::connect::migrate(&DatabaseConfig::new(server.url())).await.unwrap();
    assert_eq!(database.load().await.unwrap().sections.len(), 100);
}

#[tokio::test]
async fn programs_that_start_together_migrate_once() {
    let server = TestPostgres::new_database().await;
    let database = Database::connect(&DatabaseConfig::new(server.url())).await.unwrap();
    let (one, two, three) = tokio::join!(database.migrate(), database.migrate(), database.migrate());
    one.and(two).and(three).unwrap();
    assert_eq!(database.state().await.unwrap(), None);
}

const NEWER: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (9999, 'from the future', true, '', 0)";

#[tokio::test]
async fn a_release_lives_on_after_a_newer_one_has_only_added() {
    let (server, database) = migrated().await;
    sqlx::query(NEWER).execute(&mut server.connection().await).await.unwrap();
    database.migrate().await.unwrap();
    database.check_serving(Duration::ZERO).await.unwrap();
    let state = database.schema_state().await.unwrap();
    assert_eq!((state.version, state.expects_min), (SchemaVersion(9999), SchemaVersion(1)));
}

#[tokio::test]
async fn a_database_that_has_left_a_release_behind_says_so_with_the_way_out() {
    let (server, database) = migrated().await;
    let mut connection = server.connection().await;
    sqlx::query(NEWER).execute(&mut connection).await.unwrap();
    sqlx::query("UPDATE release_floor SET expects_min = 9998").execute(&mut connection).await.unwrap();
    let refused = database.check_serving(Duration::from_secs(60)).await.unwrap_err();
    assert!(matches!(refused, ServingError::ReleaseTooOld { needed: SchemaVersion(9998), .. }), "{refused:?}");
    assert!(refused.to_string().contains("deploy a newer release"), "{refused}");
    let error = database.migrate().await.unwrap_err();
    assert!(matches!(error, MigrateError::NewerDatabase { database: SchemaVersion(9999), .. }), "{error:?}");
    assert!(error.to_string().contains("run a newer release"), "{error}");
    assert_eq!(database.state().await.unwrap(), None, "what runs already goes on");
}

#[tokio::test]
async fn a_service_waits_for_a_database_that_is_behind() {
    let server = TestPostgres::new_database().await;
    let database = Database::connect(&DatabaseConfig::new(server.url())).await.unwrap();
    let refused = database.check_serving(Duration::ZERO).await.unwrap_err();
    assert!(matches!(refused, ServingError::DatabaseBehind { database: SchemaVersion(0), .. }), "{refused:?}");
    assert!(refused.to_string().contains("`bt migrate`"), "{refused}");
    let (served, migrated) = tokio::join!(database.check_serving(Duration::from_secs(60)), database.migrate());
    migrated.unwrap();
    served.unwrap();
}

#[tokio::test]
async fn a_database_of_another_history_is_refused() {
    let (server, database) = migrated().await;
    let mut connection = server.connection().await;
    let other = "UPDATE _sqlx_migrations SET checksum = 'another' WHERE version = 1";
    sqlx::query(other).execute(&mut connection).await.unwrap();
    assert!(matches!(database.migrate().await, Err(MigrateError::Changed(1))));
}

#[tokio::test]
async fn every_table_and_its_purpose_are_described() {
    let (server, _database) = migrated().await;
    let query = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                 AND obj_description(oid) IS NULL AND relname <> '_sqlx_migrations'";
    let mut connection = server.connection().await;
    let undescribed: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut connection).await.unwrap();
    assert!(undescribed.is_empty(), "{undescribed:?}");
}

/// Each would be a bad state; each is a statement that somebody could write by mistake.
const MISTAKES: [(&str, &str); 26] = [
    ("a term that is no term", "INSERT INTO terms VALUES (2163, '2016-01-01', '2016-05-01')"),
    ("a term of four digits only", "INSERT INTO terms VALUES (218, '2016-01-01', '2016-05-01')"),
    ("two courses of one code", "INSERT INTO courses (subject, number, subject_id, title, description)
        SELECT subject, number, subject_id, title, description FROM courses"),
    ("a course in lower case", "UPDATE courses SET number = '1a'"),
    ("a course number without a digit", "UPDATE courses SET number = 'AC'"),
    ("a course with a space in its subject", "UPDATE courses SET subject = 'EL ENG'"),
    ("a course of another subject than its spelling", "UPDATE courses SET subject = 'OTHER'"),
    ("units of a kind without amounts", "UPDATE courses SET units_kind = 'fixed'"),
    ("a range of one amount", "UPDATE courses SET units_kind = 'range', units_hundredths = '{100}'"),
    ("amounts without a kind", "UPDATE courses SET units_hundredths = '{100}'"),
    ("a course that is deleted", "DELETE FROM courses"),
    ("a class that is deleted", "DELETE FROM classes"),
    ("a section that is deleted", "DELETE FROM sections"),
    ("a class twice", "INSERT INTO classes (term_id, course_id, session_id, number, status)
        SELECT term_id, course_id, session_id, number, status FROM classes"),
    ("an unknown status", "UPDATE sections SET status = 'Q'"),
    ("a section of a class of another term", "UPDATE sections SET class_id = class_id + 1000"),
    ("one end of the dates", "UPDATE sections SET begin_date = '2026-09-01'"),
    ("a meeting of no section", "INSERT INTO meetings (term_id, section_id, position, number, days) VALUES (2268, 9999, 0, 1, 3)"),
    ("a meeting that ends before it starts", "INSERT INTO meetings (term_id, section_id, position, number, days,
        start_time, end_time) VALUES (2268, 1, 0, 1, 3, '10:00', '09:00')"),
    ("a meeting on an eighth day", "INSERT INTO meetings (term_id, section_id, position, number, days) VALUES (2268, 1, 0, 1, 128)"),
    ("two current runs of a section", "INSERT INTO enrollment_runs
        SELECT term_id, section_id, first_seen + interval '1 day', last_seen + interval '1 day', true, is_open, 0, 0, 0, 0
        FROM enrollment_runs"),
    ("a run that ends before it begins", "UPDATE enrollment_runs SET last_seen = first_seen - interval '1 second'"),
    ("two states of the catalog", "INSERT INTO catalog_state VALUES (false, 7, now(), 'demo')"),
    ("two runs at once", "INSERT INTO update_runs (started_at, asked_by, steps, is_dry_run, accepts_short, outcome)
        VALUES (now(), 'me', '{}', false, false, 'running')"),
    ("grades of fourteen kinds", "INSERT INTO grades (term_id, subject, number, section_number, title, instructors, counts)
        VALUES (2268, 'MATH', '1A', '1', '', '{}', '{1,2,3,4,5,6,7,8,9,10,11,12,13,14}')"),
    ("grades linked to a section that is not theirs", "INSERT INTO grades (term_id, subject, number, section_number, ccn,
        title, instructors, counts, course_id, section_id)
        SELECT 2268, 'MATH', '1A', '1', 2, '', '{}', array_fill(0, '{15}'), course_id, 1 FROM courses"),
];

#[tokio::test]
async fn bad_states_cannot_be_stored() {
    let (server, database) = migrated().await;
    let mut run = database.begin_run(&request(), noon(1)).await.unwrap();
    run.publish(&first_night(noon(1))).await.unwrap();
    let mut connection = server.connection().await;
    for (mistake, statement) in MISTAKES {
        let code = code_of_refusal(&mut connection, statement).await;
        // Class 23 is "integrity constraint violation"; anything else would be a mistake in the statement itself.
        assert!(code.as_deref().is_some_and(|code| code.starts_with("23")), "{mistake}: {code:?}");
    }
}

pub(crate) async fn code_of_refusal(connection: &mut PgConnection, statement: &'static str) -> Option<String> {
    let refused = sqlx::query(AssertSqlSafe(statement)).execute(connection).await.err()?;
    Some(refused.as_database_error()?.code()?.into_owned())
}
