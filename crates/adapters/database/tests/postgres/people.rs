//! People's tables: what they refuse to hold, and what bad luck leaves behind.

use accounts::identity::Identity;
use accounts::ports::AccountStore;
use catalog::ids::CourseId;
use catalog::ports::CatalogStore;
use catalog::section::{SectionId, SectionKey};
use catalog::switches::{Reason, Source, SwitchBoard};
use database::connect::Database;
use jiff::civil::time;
use kit::postgres::TestPostgres;
use planner::draft::{
    Change, ScheduleChange, ScheduleDraft, SelectionDraft, SelectionList, TimeBlockDraft, TimeBlockList,
};
use planner::ports::ScheduleStore;
use planner::schedule::{Schedule, ScheduleName};
use sqlx::{Connection, PgConnection};

use crate::campus::{fall, first_night, migrated, noon, request};
use crate::schema::code_of_refusal;

/// Somebody with everything: a saved course, and a schedule with sections and a block of time.
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
    };
    let days = catalog::meeting::Days::from_sis("Mo").unwrap();
    let lunch = TimeBlockDraft::new(name("Lunch"), time(12, 0, 0, 0), time(13, 0, 0, 0), days).unwrap();
    let draft = ScheduleDraft {
        selections: SelectionList::new(vec![selection]).unwrap(),
        time_blocks: TimeBlockList::new(vec![lunch]).unwrap(),
        ..ScheduleDraft::new(fall())
    };
    let schedule = database.create(oski, &draft, noon(2)).await.unwrap();
    (server, database, schedule)
}

fn name(text: &str) -> ScheduleName {
    ScheduleName::parse(text).unwrap()
}

/// Each would be a bad state; each is a statement that somebody could write by mistake.
const MISTAKES: [(&str, &str); 27] = [
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

#[tokio::test]
async fn nothing_of_a_deleted_account_is_left_in_any_table() {
    let (server, database, schedule) = somebody().await;
    database.delete_account(schedule.owner).await.unwrap();
    let query = "SELECT (SELECT count(*) FROM people) + (SELECT count(*) FROM saved_courses)
            + (SELECT count(*) FROM schedules) + (SELECT count(*) FROM schedule_selections)
            + (SELECT count(*) FROM schedule_secondaries) + (SELECT count(*) FROM schedule_time_blocks)";
    let left: i64 = sqlx::query_scalar(query).fetch_one(&mut server.connection().await).await.unwrap();
    assert_eq!(left, 0);
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
