//! Bad luck: several at once, a server that dies at the worst moment, a disk that is full. After each of them readers
//! see yesterday whole or today whole, and the next run completes.

use catalog::ports::{CatalogStore, StoreError};
use catalog::run::RunOutcome;
use catalog::stored::CatalogVersion;
use database::connect::Database;
use kit::postgres::TestPostgres;
use sqlx::{Connection, PgConnection};

use crate::campus::{first_night, migrated, noon, request, second_night};

/// Publishes the first night.
async fn yesterday(database: &Database) {
    let mut run = database.begin_run(&request(), noon(1)).await.unwrap();
    run.publish(&first_night(noon(1))).await.unwrap();
}

async fn assert_yesterday(database: &Database) {
    let data = database.load().await.unwrap();
    assert_eq!(data.state.unwrap().version, CatalogVersion(1));
    assert_eq!((data.courses.len(), data.sections.len(), data.counts.len()), (1, 100, 100));
    assert_eq!(data.playlists.len(), 1);
}

async fn assert_next_run_completes(database: &Database) {
    let mut run = database.begin_run(&request(), noon(3)).await.unwrap();
    run.publish(&second_night(noon(3))).await.unwrap();
    let data = database.load().await.unwrap();
    assert_eq!(data.state.unwrap().version, CatalogVersion(2));
    assert_eq!((data.courses.len(), data.sections.len(), data.counts.len()), (2, 0, 0));
    assert_eq!(data.playlists.len(), 2);
}

#[tokio::test]
async fn of_four_runs_that_begin_together_one_gets_the_lock() {
    let (_server, database) = migrated().await;
    let begin = || async { database.begin_run(&request(), noon(1)).await };
    let (a, b, c, d) = tokio::join!(begin(), begin(), begin(), begin());
    let results = [a, b, c, d];
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let refused = results.iter().filter(|result| matches!(result, Err(StoreError::RunInProgress { .. })));
    assert_eq!(refused.count(), 3);
}

/// Holds a publication at a late step: whoever wants to write playlists waits for this.
struct Obstacle(PgConnection);

impl Obstacle {
    async fn before_the_playlists(server: &TestPostgres) -> Self {
        let mut connection = server.connection().await;
        sqlx::query("BEGIN").execute(&mut connection).await.unwrap();
        sqlx::query("LOCK TABLE playlists IN EXCLUSIVE MODE").execute(&mut connection).await.unwrap();
        Self(connection)
    }

    /// Returns when somebody waits for it.
    async fn is_met(&mut self) {
        let waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'playlists'::regclass AND NOT granted";
        while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut self.0).await.unwrap() == 0 {
            tokio::task::yield_now().await;
        }
    }

    async fn goes_away(self) {
        self.0.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_that_is_killed_in_the_middle_of_a_publication_leaves_yesterday() {
    let (server, database) = migrated().await;
    yesterday(&database).await;
    let mut obstacle = Obstacle::before_the_playlists(&server).await;
    let mut run = database.begin_run(&request(), noon(2)).await.unwrap();
    let tonight = second_night(noon(2));
    let kill = async {
        obstacle.is_met().await;
        server.kill_connections().await;
    };
    let (published, ()) = tokio::join!(run.publish(&tonight), kill);
    let error = published.unwrap_err();
    assert!(matches!(error, StoreError::LockLost { .. }), "{error:?}");
    assert_yesterday(&database).await;
    assert_next_run_completes(&database).await;
    assert_eq!(database.ledger(2).await.unwrap()[1].outcome, RunOutcome::Abandoned);
}

#[tokio::test]
async fn a_publication_that_is_given_up_in_the_middle_leaves_yesterday() {
    let (server, database) = migrated().await;
    yesterday(&database).await;
    let mut obstacle = Obstacle::before_the_playlists(&server).await;
    let mut run = database.begin_run(&request(), noon(2)).await.unwrap();
    let tonight = second_night(noon(2));
    tokio::select! {
        _ = run.publish(&tonight) => panic!("it went past the obstacle"),
        () = obstacle.is_met() => {}
    }
    drop(run);
    obstacle.goes_away().await;
    assert_yesterday(&database).await;
    assert_next_run_completes(&database).await;
}

#[tokio::test]
async fn a_connection_that_breaks_at_the_commit_leaves_yesterday() {
    let (server, database) = migrated().await;
    yesterday(&database).await;
    let mut connection = server.connection().await;
    let trap = "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER die AFTER INSERT ON playlists DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION die()";
    sqlx::raw_sql(trap).execute(&mut connection).await.unwrap();
    let mut run = database.begin_run(&request(), noon(2)).await.unwrap();
    let error = run.publish(&second_night(noon(2))).await.unwrap_err();
    assert!(matches!(error, StoreError::LockLost { doing: "committing the publication", .. }), "{error:?}");
    assert_yesterday(&database).await;
    sqlx::query("DROP TRIGGER die ON playlists").execute(&mut connection).await.unwrap();
    assert_next_run_completes(&database).await;
}

#[tokio::test]
async fn a_full_disk_fails_the_publication_and_keeps_the_lock() {
    let (server, database) = migrated().await;
    yesterday(&database).await;
    let mut connection = server.connection().await;
    let trap = "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
                CREATE TRIGGER fill BEFORE INSERT ON playlists FOR EACH ROW EXECUTE FUNCTION fill()";
    sqlx::raw_sql(trap).execute(&mut connection).await.unwrap();
    let mut run = database.begin_run(&request(), noon(2)).await.unwrap();
    let error = run.publish(&second_night(noon(2))).await.unwrap_err();
    let StoreError::Failed { doing, source } = error else { panic!("{error:?}") };
    assert_eq!(doing, "adding playlists");
    assert!(source.to_string().contains("No space left on device"), "{source}");
    assert_yesterday(&database).await;

    sqlx::query("DROP TRIGGER fill ON playlists").execute(&mut connection).await.unwrap();
    assert_eq!(run.publish(&second_night(noon(3))).await.unwrap(), CatalogVersion(2));
}

/// A reader's snapshot is of one version, whatever is published meanwhile.
#[tokio::test]
async fn a_load_during_publications_is_of_one_version() {
    let (_server, database) = migrated().await;
    yesterday(&database).await;
    let mut run = database.begin_run(&request(), noon(2)).await.unwrap();
    let tonight = second_night(noon(2));
    let readers = async {
        for _ in 0..20 {
            let data = database.load().await.unwrap();
            let expected = if data.state.unwrap().version == CatalogVersion(1) { (1, 100, 1) } else { (2, 0, 2) };
            assert_eq!((data.courses.len(), data.counts.len(), data.playlists.len()), expected);
        }
    };
    let (published, ()) = tokio::join!(run.publish(&tonight), readers);
    published.unwrap();
}

/// An import and a publication that run at the same time would not see each other's rows.
#[tokio::test]
async fn grades_imported_during_a_publication_are_linked_to_what_it_brings() {
    let (server, database) = migrated().await;
    let mut obstacle = Obstacle::before_the_playlists(&server).await;
    let mut run = database.begin_run(&request(), noon(1)).await.unwrap();
    let (tonight, record) = (first_night(noon(1)), grade());
    let import = async {
        obstacle.is_met().await;
        let done = database.import_grades(std::slice::from_ref(&record), noon(1)).await.unwrap();
        assert_eq!(done.without_course, 1, "the course is not published yet");
        obstacle.goes_away().await;
    };
    let (published, ()) = tokio::join!(run.publish(&tonight), import);
    published.unwrap();
    assert!(database.unmatched_grades(10).await.unwrap().is_empty());
}

fn grade() -> catalog::grade::GradeRecord {
    catalog::grade::GradeRecord {
        term: crate::campus::fall(),
        course: catalog::course::CourseCode::parse("MATH 1A").unwrap(),
        section_number: "7".to_owned(),
        ccn: Some(catalog::section::SectionId(7)),
        title: "Sample".to_owned(),
        instructors: Vec::new(),
        distribution: catalog::grade::Distribution::default(),
    }
}

#[tokio::test]
async fn what_does_not_fit_is_named() {
    let (_server, database) = migrated().await;
    let mut run = database.begin_run(&request(), noon(1)).await.unwrap();
    let mut tonight = first_night(noon(1));
    tonight.courses.added.clear();
    let error = run.publish(&tonight).await.unwrap_err();
    let StoreError::Failed { doing, source } = error else { panic!("{error:?}") };
    assert_eq!(
        (doing, source.to_string().as_str()),
        ("storing the classes", "0 of 1 fit what is stored; not stored: MATH 1A")
    );

    let mut tonight = first_night(noon(1));
    tonight.by_term[0].classes.added.clear();
    let error = run.publish(&tonight).await.unwrap_err();
    let StoreError::Failed { doing, source } = error else { panic!("{error:?}") };
    assert_eq!(doing, "storing the sections");
    assert!(source.to_string().ends_with("not stored: 2268 MATH 1A session 1 class 001"), "{source}");
}
