//! What a backup counts is what its restore brings, whoever writes meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};

use recoveries::house::House;
use sqlx::PgConnection;
use tokio::task::JoinHandle;

/// Whether a commit waits for the second machine.
const WAITS: &str = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
/// Whether a backup has looked who writes.
const LOOKED: &str = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_locks%' AND pid <> pg_backend_pid()";

#[tokio::test]
async fn a_change_that_is_in_the_journal_and_that_nobody_sees_yet_is_waited_for() {
    let mut house = House::new(None).await;
    house.run("CREATE TABLE note (id int8 PRIMARY KEY)").await;
    let (waiting, rows) = hanging_commit(&house).await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, rows - 1, "it is not seen yet");

    let is_done = AtomicBool::new(false);
    let backing_up = async {
        let manifest = house.back_up().await;
        is_done.store(true, Ordering::Relaxed);
        manifest
    };
    let letting_go = async {
        while !is_done.load(Ordering::Relaxed) && house.number(LOOKED).await == 0 {
            tokio::task::yield_now().await;
        }
        house.run("ALTER SYSTEM RESET synchronous_standby_names").await;
        house.run("SELECT pg_reload_conf()").await;
    };
    let (manifest, ()) = tokio::join!(backing_up, letting_go);
    waiting.await.unwrap();
    let counted = &manifest.census.as_ref().unwrap().tables["berkeleytime.public.note"];
    assert_eq!(
        counted.rows,
        rows.unsigned_abs(),
        "a restore brings it: it is in the journal before the backup's point"
    );
    let result = house.drill().await;
    assert!(result.is_good(), "{result:?}");
    house.stop().await;
}

/// A commit that waits for a second machine that is not there: it is in the journal, and seen by nobody. And how many rows
/// there are with it.
async fn hanging_commit(house: &House) -> (JoinHandle<()>, i64) {
    house.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'").await;
    house.run("SELECT pg_reload_conf()").await;
    // The server takes the setting in when it gets to it.
    for row in 1.. {
        let writing = tokio::spawn(write(house.connect().await, row));
        while !writing.is_finished() {
            if house.number(WAITS).await > 0 {
                return (writing, row);
            }
            tokio::task::yield_now().await;
        }
    }
    unreachable!("there is always one more")
}

async fn write(mut connection: PgConnection, row: i64) {
    sqlx::raw_sql("SET synchronous_commit = on").execute(&mut connection).await.expect("it is set");
    sqlx::query("INSERT INTO note VALUES ($1)").bind(row).execute(&mut connection).await.expect("it is let go");
}
