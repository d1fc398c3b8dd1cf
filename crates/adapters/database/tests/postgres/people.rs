//! People's tables: what they refuse to hold, and what bad luck leaves behind.

use accounts::alerts::{
    Alert, AlertOutbox, AlertStore, Detail, Headline, Kind, Kinds, NewWatch, Pace, Path, Told, Watched,
};
use accounts::collection::CollectionName;
use accounts::feedback::{Report, ReportText};
use accounts::identity::Identity;
use accounts::line::Line;
use accounts::person::PersonId;
use accounts::ports::{AccountStore, CollectionStore, FeedbackStore, GuestStore, SessionStore};
use accounts::session::{SessionToken, TOKEN_BYTES};
use catalog::ids::CourseId;
use catalog::ports::CatalogStore;
use catalog::section::{SectionId, SectionKey};
use catalog::switches::{Reason, Source, SwitchBoard};
use database::connect::Database;
use jiff::SignedDuration;
use jiff::civil::time;
use kit::postgres::TestPostgres;
use planner::draft::{
    Change, ScheduleChange, ScheduleDraft, SelectionDraft, SelectionList, TimeBlockDraft, TimeBlockList,
};
use planner::history::VersionNumber;
use planner::link::LinkKind;
use planner::ports::{ScheduleError, ScheduleStore};
use planner::schedule::{Schedule, ScheduleName};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::campus::{fall, first_night, migrated, noon, request};
use crate::schema::code_of_refusal;

/// Somebody with everything: a saved course, a collection, a session, a report, and a schedule with sections, a block of
/// time and a link; and a guest.
async fn somebody() -> (TestPostgres, Database, Schedule) {
    let (server, database) = migrated().await;
    let mut run = database.begin_run(&request(), noon(1)).await.unwrap();
    run.publish(&first_night(noon(1))).await.unwrap();
    let identity = Identity::new("oski@berkeley.edu", "Oski", "Sample").unwrap();
    let oski = database.sign_in(&identity, noon(2)).await.unwrap().person.id;
    let course = CourseId(1);
    database.save_course(oski, course, noon(2)).await.unwrap();
    let section = |id: u32| SectionKey { term: fall(), id: SectionId(id) };
    let selection = SelectionDraft {
        course,
        primary: Change::Set(Some(section(1))),
        secondary: Change::Set(vec![section(2), section(3)]),
        colour: Change::Set(Some(3)),
    };
    let days = catalog::meeting::Days::from_sis("Mo").unwrap();
    let lunch = TimeBlockDraft::new(name("Lunch"), time(12, 0, 0, 0), time(13, 0, 0, 0), days).unwrap();
    let draft = ScheduleDraft {
        selections: SelectionList::new(vec![selection]).unwrap(),
        time_blocks: TimeBlockList::new(vec![lunch]).unwrap(),
        ..ScheduleDraft::new(fall())
    };
    let schedule = database.create(oski.into(), &draft, noon(2)).await.unwrap();
    settle(&database, oski, &schedule).await;
    (server, database, schedule)
}

async fn settle(database: &Database, oski: PersonId, schedule: &Schedule) {
    let token = |number| SessionToken::new([number; TOKEN_BYTES]).hash();
    database.open(oski, token(1), None, noon(2)).await.unwrap();
    database.begin_guest(token(2), noon(2)).await.unwrap();
    let named = CollectionName::parse("Breadths").unwrap();
    let collection = database.create_collection(oski, &named, noon(2)).await.unwrap();
    database.add_to_collection(oski, collection.id, CourseId(1), noon(2)).await.unwrap();
    database.make_link(schedule.id, oski.into(), LinkKind::Calendar, None, noon(2)).await.unwrap();
    let report = Report {
        page: Line::fitted("/planner"),
        text: ReportText::parse("broken").unwrap(),
        contact: Some(Line::fitted("oski@berkeley.edu")),
        person: Some(oski),
        at: noon(2),
        release: Line::fitted("0123abcd"),
    };
    database.keep(&report).await.unwrap();
    be_told(database, oski).await;
}

async fn be_told(database: &Database, oski: PersonId) {
    let watched = Watched { term: fall(), course: CourseId(1), section: None };
    let new = NewWatch { watched, kinds: Kinds::ALL, pace: Pace::AtOnce };
    database.watch(oski, &new, &Told::default(), noon(2)).await.unwrap();
    let watch = database.watches(oski).await.unwrap().remove(0);
    let alert = Alert {
        kind: Kind::Seat,
        headline: Headline::fitted("a seat"),
        detail: Detail::default(),
        path: Path::fitted("/catalog"),
        as_of: None,
    };
    assert!(database.tell(&watch, &Told::default(), &[alert], noon(2)).await.unwrap());
    database.bundle(noon(2), noon(2)).await.unwrap();
    let token = SessionToken::new([9; TOKEN_BYTES]).hash();
    database.take_letter(noon(2), SignedDuration::from_mins(1), token).await.unwrap().unwrap();
}

fn name(text: &str) -> ScheduleName {
    ScheduleName::parse(text).unwrap()
}

/// Each would be a bad state; each is a statement that somebody could write by mistake.
const MISTAKES: [(&str, &str); 52] = [
    (
        "two people of one address",
        "INSERT INTO people (email, first_name, last_name, created_at)
        SELECT email, first_name, last_name, created_at FROM people",
    ),
    ("an address of another place", "UPDATE people SET email = 'oski@example.edu'"),
    ("an address of a place that looks like the campus", "UPDATE people SET email = 'oski@berkeleyxedu'"),
    ("an address in upper case", "UPDATE people SET email = 'Oski@berkeley.edu'"),
    ("an address of nobody", "UPDATE people SET email = '@berkeley.edu'"),
    ("a first name without end", "UPDATE people SET first_name = repeat('é', 151)"),
    ("a last name without end", "UPDATE people SET last_name = repeat('é', 151)"),
    ("a major without end", "UPDATE people SET major = repeat('é', 101)"),
    ("a course saved by nobody", "INSERT INTO saved_courses VALUES (999, 1, now())"),
    ("a course saved that is not there", "INSERT INTO saved_courses SELECT person_id, 999, now() FROM people"),
    ("a course saved twice", "INSERT INTO saved_courses SELECT * FROM saved_courses"),
    ("a schedule of nobody", "UPDATE schedules SET person_id = 999"),
    ("a schedule of another term than its sections", "UPDATE schedules SET term_id = 2272"),
    ("a schedule with a long name", "UPDATE schedules SET name = repeat('é', 33)"),
    ("a schedule with many words about units", "UPDATE schedules SET total_units = repeat('é', 17)"),
    ("a schedule changed before it was made", "UPDATE schedules SET modified_at = created_at - interval '1 s'"),
    (
        "a course twice in a schedule",
        "INSERT INTO schedule_selections (schedule_id, term_id, position, course_id)
        SELECT schedule_id, term_id, 1, course_id FROM schedule_selections",
    ),
    ("a course in a schedule that is not there", "UPDATE schedule_selections SET course_id = 999"),
    ("a lecture that is not there", "UPDATE schedule_selections SET primary_section_id = 999"),
    ("a discussion that is not there", "UPDATE schedule_secondaries SET section_id = 999"),
    ("a discussion of another term", "UPDATE schedule_secondaries SET term_id = 2272"),
    ("a block of time with a long name", "UPDATE schedule_time_blocks SET name = repeat('é', 33)"),
    (
        "a block of time twice",
        "INSERT INTO schedule_time_blocks (schedule_id, position, name, start_time, end_time, days)
        SELECT schedule_id, 1, name, start_time, end_time, days FROM schedule_time_blocks",
    ),
    ("a block of time that ends before it begins", "UPDATE schedule_time_blocks SET end_time = '11:00'"),
    ("a block of time until a time that is none", "UPDATE schedule_time_blocks SET end_time = '24:00'"),
    ("somebody of a role that is none", "UPDATE people SET role = 'admin'"),
    ("a session of nobody", "UPDATE sign_in_sessions SET person_id = 999"),
    ("a session without a hash", "UPDATE sign_in_sessions SET token_hash = 'x'"),
    (
        "two sessions of one token",
        "INSERT INTO sign_in_sessions (person_id, token_hash, created_at, last_seen_at, expires_at)
        SELECT person_id, token_hash, created_at, last_seen_at, expires_at FROM sign_in_sessions",
    ),
    ("a session seen before it began", "UPDATE sign_in_sessions SET last_seen_at = created_at - interval '1 s'"),
    ("a guest without a hash", "UPDATE guests SET token_hash = ''"),
    ("a collection without a name", "UPDATE collections SET name = ''"),
    (
        "two collections of one name",
        "INSERT INTO collections (person_id, name, folded_name, created_at)
        SELECT person_id, 'Other', folded_name, created_at FROM collections",
    ),
    ("a course collected that is not there", "UPDATE collection_courses SET course_id = 999"),
    ("a schedule of somebody and a guest", "UPDATE schedules SET guest_id = (SELECT guest_id FROM guests)"),
    ("a schedule of nobody and no guest", "UPDATE schedules SET person_id = NULL"),
    ("a schedule of a guest who is not there", "UPDATE schedules SET person_id = NULL, guest_id = 999"),
    ("a colour that is none", "UPDATE schedule_selections SET colour = 8"),
    ("a version that is a list", "UPDATE schedule_versions SET content = '[]'"),
    ("a version before the first", "UPDATE schedule_versions SET number = 0"),
    ("a link of a kind that is none", "UPDATE schedule_links SET kind = 'edit'"),
    ("a calendar that shows a name", "UPDATE schedule_links SET shows_name = true"),
    ("a watch of a course that is not there", "UPDATE watches SET course_id = 999"),
    (
        "the same followed twice",
        "INSERT INTO watches (person_id, term_id, course_id, section_id, wants_seats, wants_waitlist, wants_changes,
            wants_grades, pace, why, since)
        SELECT person_id, term_id, course_id, section_id, true, true, true, true, pace, why, since FROM watches",
    ),
    ("a watch of a pace that is none", "UPDATE watches SET pace = 'hourly'"),
    (
        "the same told twice",
        "INSERT INTO alerts (person_id, watch_id, revision, ordinal, pace, kind, headline, detail, path, at)
        SELECT person_id, watch_id, revision, ordinal, pace, kind, headline, detail, path, at FROM alerts",
    ),
    ("an alert that says nothing", "UPDATE alerts SET headline = ''"),
    ("a letter in a state that is none", "UPDATE alert_letters SET state = 'lost'"),
    ("a link that ends mail without a hash", "UPDATE unsubscribe_links SET token_hash = 'x'"),
    ("a report without end", "UPDATE reports SET body = repeat('é', 4001)"),
    ("a switch of nothing", "INSERT INTO switched_off VALUES ('seats', now(), 'Asked for.')"),
    ("a switch without a reason", "INSERT INTO switched_off VALUES ('grades', now(), '')"),
];

#[tokio::test]
async fn bad_states_of_people_cannot_be_stored() {
    let (server, _database, _) = somebody().await;
    let mut connection = server.connection().await;
    for (mistake, statement) in MISTAKES {
        let code = code_of_refusal(&mut connection, statement).await;
        // Class 23 is "integrity constraint violation"; anything else would be a mistake in the statement itself.
        assert!(code.as_deref().is_some_and(|code| code.starts_with("23")), "{mistake}: {code:?}");
    }
}

/// Each table that hangs on people, at any depth, with the condition for what is there of anybody: rows of tables that go
/// with a person, and in the others their name.
const OF_PEOPLE: &str = "WITH RECURSIVE hanging (on_people) AS (
         SELECT 'people'::regclass::oid
         UNION
         SELECT conrelid FROM pg_constraint JOIN hanging ON confrelid = on_people
         WHERE contype = 'f' AND confdeltype = 'c'
     )
     SELECT on_people::regclass::text, 'true' FROM hanging
     UNION
     SELECT conrelid::regclass::text, attname || ' IS NOT NULL' FROM pg_constraint
     JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
     JOIN hanging ON confrelid = on_people
     WHERE contype = 'f' AND confdeltype <> 'c'
     ORDER BY 1";

async fn left_of_people(connection: &mut PgConnection) -> Vec<(String, i64)> {
    let tables: Vec<(String, String)> = sqlx::query_as(OF_PEOPLE).fetch_all(&mut *connection).await.unwrap();
    let mut left = Vec::new();
    for (table, condition) in tables {
        let count = format!("SELECT count(*) FROM {table} WHERE {condition}");
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *connection).await.unwrap();
        left.push((table, rows));
    }
    left
}

#[tokio::test]
async fn nothing_of_a_deleted_account_is_left_in_any_table() {
    let (server, database, schedule) = somebody().await;
    let mut connection = server.connection().await;
    let before = left_of_people(&mut connection).await;
    let tables: Vec<&str> = before.iter().map(|(table, _)| &**table).collect();
    let expected = [
        "alert_letters",
        // By their letter, and by their watch or reader.
        "alerts",
        "alerts",
        "collection_courses",
        "collections",
        "people",
        "reports",
        "saved_courses",
        "schedule_links",
        "schedule_secondaries",
        "schedule_selections",
        "schedule_time_blocks",
        "schedule_versions",
        "schedules",
        "sign_in_sessions",
        "unsubscribe_links",
        "watches",
    ];
    assert_eq!(tables, expected, "a new table that hangs on people: fill it in `settle`, and tell it in the export");
    assert!(before.iter().all(|(_, rows)| *rows > 0), "each is tried: {before:?}");
    database.delete_account(schedule.owner.person().unwrap()).await.unwrap();
    let after = left_of_people(&mut connection).await;
    assert!(after.iter().all(|(_, rows)| *rows == 0), "{after:?}");
    let reports = "SELECT count(*) FROM reports WHERE contact IS NULL";
    assert_eq!(sqlx::query_scalar::<_, i64>(reports).fetch_one(&mut connection).await.unwrap(), 1);
}

/// What the release before this one does to change a schedule's name: it knows no versions.
async fn renamed_by_the_release_before(connection: &mut PgConnection, text: &'static str) {
    let update = "UPDATE schedules SET name = coalesce($1, name), total_units = coalesce(NULL, total_units),
             is_public = coalesce(NULL, is_public), modified_at = greatest(modified_at, now())";
    sqlx::query(update).bind(text).execute(connection).await.unwrap();
}

#[tokio::test]
async fn what_the_release_before_changes_can_be_undone_and_is_not_overwritten_unseen() {
    let (server, database, schedule) = somebody().await;
    let mut connection = server.connection().await;
    renamed_by_the_release_before(&mut connection, "Old release").await;
    let change = ScheduleChange { expects: Some(schedule.version), ..emptying() };
    let error = database.update(schedule.id, schedule.owner, &change, noon(3)).await.unwrap_err();
    assert!(matches!(error, ScheduleError::ChangedMeanwhile { now: VersionNumber(2) }), "{error:?}");
    let read = database.schedule(schedule.id, Some(schedule.owner)).await.unwrap().unwrap();
    assert_eq!((read.name.as_str(), read.version), ("Old release", VersionNumber(2)));
    let change = ScheduleChange { expects: Some(read.version), ..emptying() };
    database.update(schedule.id, schedule.owner, &change, noon(3)).await.unwrap();
    for expected in ["Old release", "Schedule 1"] {
        let undone = database.undo(schedule.id, schedule.owner, noon(4)).await.unwrap();
        assert_eq!(undone.name.as_str(), expected);
    }
}

#[tokio::test]
async fn a_schedule_from_before_there_were_versions_has_a_history_of_one() {
    let (server, database, schedule) = somebody().await;
    let mut connection = server.connection().await;
    sqlx::query("DELETE FROM schedule_versions").execute(&mut connection).await.unwrap();
    let history = database.history(schedule.id, schedule.owner).await.unwrap();
    assert_eq!((history.versions.len(), history.can_undo), (1, false));
    let (_, then) = database.version(schedule.id, schedule.owner, schedule.version).await.unwrap();
    assert_eq!(then, schedule);
    database.update(schedule.id, schedule.owner, &emptying(), noon(3)).await.unwrap();
    let undone = database.undo(schedule.id, schedule.owner, noon(4)).await.unwrap();
    assert_eq!((undone.name.as_str(), undone.selections.len()), ("Schedule 1", 1));
}

/// Holds a change at its last step: whoever wants to write blocks of time waits for this.
async fn obstacle(server: &TestPostgres) -> PgConnection {
    let mut connection = server.connection().await;
    sqlx::query("BEGIN").execute(&mut connection).await.unwrap();
    sqlx::query("LOCK TABLE schedule_time_blocks IN EXCLUSIVE MODE").execute(&mut connection).await.unwrap();
    connection
}

/// Returns when somebody waits for it.
async fn is_met(obstacle: &mut PgConnection) {
    let waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'schedule_time_blocks'::regclass AND NOT granted";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut *obstacle).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
}

fn emptying() -> ScheduleChange {
    ScheduleChange {
        name: Some(name("Emptied")),
        selections: Some(SelectionList::default()),
        time_blocks: Some(TimeBlockList::default()),
        ..ScheduleChange::default()
    }
}

#[tokio::test]
async fn a_change_that_is_killed_in_the_middle_leaves_the_schedule_as_it_was() {
    let (server, database, schedule) = somebody().await;
    let mut obstacle = obstacle(&server).await;
    let kill = async {
        is_met(&mut obstacle).await;
        server.kill_connections().await;
    };
    let change = emptying();
    let (changed, ()) = tokio::join!(database.update(schedule.id, schedule.owner, &change, noon(3)), kill);
    assert!(changed.is_err(), "{changed:?}");
    drop(obstacle);
    let read = database.schedule(schedule.id, Some(schedule.owner)).await.unwrap();
    assert_eq!(read.as_ref(), Some(&schedule));
    let changed = database.update(schedule.id, schedule.owner, &change, noon(3)).await.unwrap();
    assert!(changed.selections.is_empty() && changed.time_blocks.is_empty());
}

#[tokio::test]
async fn a_schedule_is_read_while_it_is_changed_and_by_the_next_change_after_that() {
    let (server, database, schedule) = somebody().await;
    let mut obstacle = obstacle(&server).await;
    let change = emptying();
    let keeping = ScheduleChange { is_public: Some(true), ..ScheduleChange::default() };
    let looking = async {
        is_met(&mut obstacle).await;
        let read = database.schedule(schedule.id, Some(schedule.owner)).await.unwrap();
        assert_eq!(read.as_ref(), Some(&schedule), "readers do not wait, and see the time before");
        obstacle.close().await.unwrap();
        database.update(schedule.id, schedule.owner, &keeping, noon(4)).await.unwrap()
    };
    let (changed, next) = tokio::join!(database.update(schedule.id, schedule.owner, &change, noon(3)), looking);
    assert_eq!(changed.unwrap().name.as_str(), "Emptied");
    assert!(next.is_public && next.selections.is_empty(), "{next:?}");
}

#[tokio::test]
async fn a_publication_goes_on_while_people_point_at_its_courses() {
    let (server, database, schedule) = somebody().await;
    let mut holding = server.connection().await;
    sqlx::query("BEGIN").execute(&mut holding).await.unwrap();
    let insert = "INSERT INTO schedule_selections (schedule_id, term_id, position, course_id, primary_section_id)
        VALUES ($1, $2, 1, 1, 4) ON CONFLICT (schedule_id, course_id)
        DO UPDATE SET primary_section_id = excluded.primary_section_id";
    let insert = sqlx::query(insert).bind(schedule.id.0).bind(fall().number().cast_signed());
    insert.execute(&mut holding).await.unwrap();

    let mut night = first_night(noon(3));
    night.courses.changed = std::mem::take(&mut night.courses.added);
    night.by_term.clear();
    night.playlists.added.clear();
    let mut run = database.begin_run(&request(), noon(3)).await.unwrap();
    run.publish(&night).await.expect("a person's open transaction does not hold up the night");
    holding.close().await.unwrap();
}

#[tokio::test]
async fn a_source_is_turned_off_while_a_publication_runs() {
    let (_server, database, _) = somebody().await;
    let reason = Reason::parse("Asked for.").unwrap();
    let mut night = first_night(noon(3));
    night.courses.changed = std::mem::take(&mut night.courses.added);
    night.by_term.clear();
    night.playlists.added.clear();
    let mut run = database.begin_run(&request(), noon(3)).await.unwrap();
    let (published, switched) =
        tokio::join!(run.publish(&night), database.switch_off(Source::Grades, &reason, noon(3)));
    published.unwrap();
    assert!(switched.unwrap());
    let data = database.load().await.unwrap();
    assert_eq!(data.state.unwrap().version.0, 3);
    assert!(data.switches.is_off(Source::Grades));
}
