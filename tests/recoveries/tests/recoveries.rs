//! Loss and recovery, as an operator lives through it.

use std::fs;

use backup::error::BackupError;
use backup::progress::{Progress, Step};
use backup::restore::What;
use backup::verify::Scope;
use platform::backups::names::{BackupId, ObjectName};
use platform::backups::ports::{RestorePlace, VaultError};
use platform::backups::retention::Retention;
use recoveries::house::{House, KEY, unseen};
use tokio_util::sync::CancellationToken;

const NOTES: &str = "CREATE TABLE note (id int8 PRIMARY KEY, text text); \
                     INSERT INTO note SELECT n, 'note ' || n FROM generate_series(1, 1000) n";

#[tokio::test]
async fn a_destroyed_database_comes_back_with_everything_that_was_archived() {
    let mut house = House::new(Some(KEY)).await;
    house.run(NOTES).await;
    let manifest = house.back_up().await;
    assert!(manifest.is_encrypted);
    assert_eq!(manifest.census.as_ref().unwrap().tables["berkeleytime.public.note"].rows, 1000);
    house.run("INSERT INTO note SELECT n, 'later' FROM generate_series(1001, 1500) n").await;
    house.ship_now().await;

    house.stop().await;
    fs::remove_dir_all(house.cluster()).unwrap();
    let restored = house.restore_in_place(What::Newest).await.unwrap();
    assert_eq!(restored.backup, manifest.id);
    assert_eq!(restored.place.moved_aside, None);
    house.start().await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, 1500);

    // Life goes on: the restored database archives, and can be backed up and restored again.
    house.run("INSERT INTO note VALUES (2000, 'after')").await;
    house.ship_now().await;
    house.stop().await;
    fs::remove_dir_all(house.cluster()).unwrap();
    house.restore_in_place(What::Newest).await.unwrap();
    house.start().await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, 1501, "over the new timeline");
    house.back_up().await;
    assert!(house.drill().await.is_good());
    house.stop().await;
}

#[tokio::test]
async fn a_dropped_table_comes_back_as_it_was_a_moment_before() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    house.back_up().await;
    house.run("UPDATE note SET text = 'changed' WHERE id <= 10").await;
    let moment = house.now().await;
    house.run("DROP TABLE note").await;
    house.ship_now().await;
    house.stop().await;

    let refused = house.restore(What::Time(moment), RestorePlace::InPlace, None).await.unwrap_err();
    assert!(refused.to_string().contains("--in-place berkeleytime"), "{refused}");
    let refused = house.restore(What::Time(moment), RestorePlace::InPlace, Some("other")).await.unwrap_err();
    assert!(matches!(refused, BackupError::NotConfirmed { .. }), "{refused}");

    let restored = house.restore_in_place(What::Time(moment)).await.unwrap();
    assert!(!restored.recovered.ended_early);
    let aside = restored.place.moved_aside.unwrap();
    assert!(aside.join("PG_VERSION").is_file(), "the old one is kept in {}", aside.display());
    house.start().await;
    assert_eq!(house.number("SELECT count(*) FROM note WHERE text = 'changed'").await, 10);
    house.stop().await;
}

#[tokio::test]
async fn a_moment_between_the_last_change_and_the_end_of_the_journal_is_the_last_change() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    house.back_up().await;
    house.run("INSERT INTO note VALUES (5000, 'last'); SELECT pg_switch_wal()").await;
    let moment = house.now().await;
    // The server ends its journal with the file that says so.
    house.stop().await;
    let restored = house.restore_in_place(What::Time(moment)).await.unwrap();
    assert!(restored.recovered.ended_early);
    assert!(restored.recovered.last_change.is_some());
    assert_eq!(restored.line, None, "there is one line of history");
    house.start().await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, 1001);
    house.stop().await;
}

#[tokio::test]
async fn a_moment_that_is_not_archived_is_refused_with_the_one_until_which_all_is() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    let manifest = house.back_up().await;
    house.ship_now().await;
    house.run("INSERT INTO note VALUES (5000, 'not archived')").await;
    let moment = house.now().await;
    let listed = house.store.list().await.unwrap()[0].reaches.unwrap();
    assert!(listed < moment);
    let place = || RestorePlace::Into(house.path("beside"));
    let refuse = async |to| house.restore(What::Time(to), place(), None).await.unwrap_err();
    for (to, hint) in [(moment, "within a minute"), (moment + jiff::SignedDuration::from_hours(24), "still to come")] {
        let refused = refuse(to).await;
        // What still waited on this machine is taken along first, so that this need not be what the list said before.
        let BackupError::NotArchived { until, .. } = refused else { panic!("{refused}") };
        assert!(manifest.usable_from() <= until && until < moment, "{refused}");
        let told = refused.to_string();
        assert!(told.contains(&format!("ends at {until}")) && told.contains(hint), "{told}");
    }
    let refused = refuse(manifest.usable_from() - jiff::SignedDuration::from_secs(1)).await.to_string();
    assert!(
        refused.contains(&format!("the oldest moment that can be restored is {}", manifest.usable_from())),
        "{refused}"
    );
    assert!(!house.path("beside").exists(), "nothing is begun");

    // What waits on the machine came into being when it was put aside, not when the restore brings it into the vault.
    house.stop().await;
    let moment = clock::Clock::now(&clock::SystemClock);
    let refused = house.restore_in_place(What::Time(moment)).await.unwrap_err();
    assert!(matches!(refused, BackupError::NotArchived { .. }), "{refused}");
    house.restore_in_place(What::Newest).await.unwrap();
    house.start().await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, 1001);
    house.stop().await;
}

#[tokio::test]
async fn a_second_backup_within_the_hour_takes_no_earlier_moment_away() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    let first = house.back_up().await;
    let moment = house.now().await;
    house.run("DELETE FROM note").await;
    // A backup is named by its second.
    while BackupId::at(house.now().await) <= first.id {
        tokio::task::yield_now().await;
    }
    house.back_up().await;
    house.store.prune(&unseen).await.unwrap();
    house.stop().await;
    let restored = house.restore_in_place(What::Time(moment)).await.unwrap();
    assert_eq!(restored.backup, first.id);
    house.start().await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, 1000);
    house.stop().await;
}

#[tokio::test]
async fn a_restore_says_which_line_of_history_it_followed() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    let first = house.back_up().await;
    house.ship_now().await;
    let before = house.now().await;
    house.ship_now().await;
    house.run("DELETE FROM note WHERE id <= 10").await;
    let deleted = house.now().await;
    house.run("DELETE FROM note WHERE id <= 20").await;
    house.stop().await;
    // A wrong moment is tried again before the house is started.
    for (to, rows) in [(before, 1000), (deleted, 990)] {
        let restored = house.restore_in_place(What::Time(to)).await.unwrap();
        assert_eq!((restored.backup, restored.line), (first.id, None));
        house.start_without_archive().await;
        assert_eq!(house.number("SELECT count(*) FROM note").await, rows);
        house.stop().await;
    }
    house.restore_in_place(What::Time(before)).await.unwrap();
    house.start().await;
    house.run("INSERT INTO note VALUES (3000, 'on the new line')").await;
    house.ship_now().await;
    house.stop().await;
    let restored = house.restore_in_place(What::Time(deleted)).await.unwrap();
    let line = restored.line.expect("the moment is after the fork");
    assert_eq!(line.timeline, 2);
    assert!(line.known_since.is_some());
    house.start_without_archive().await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, 1000, "what was deleted on the other line is there");
    house.stop().await;
    let restored = house.restore_in_place(What::Time(first.usable_from())).await.unwrap();
    assert_eq!(restored.line, None, "both lines have that moment");
}

#[tokio::test]
async fn a_restore_goes_along_the_line_that_is_asked_for() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    let first = house.back_up().await;
    let before = house.now().await;
    house.ship_now().await;
    house.run("DELETE FROM note WHERE id <= 10").await;
    let on_the_first = house.now().await;
    house.ship_now().await;
    house.stop().await;
    house.restore_in_place(What::Time(before)).await.unwrap();
    house.start().await;
    house.run("INSERT INTO note VALUES (3000, 'on the second line')").await;
    let second = house.back_up().await;
    assert_eq!(second.wal.timeline, 2);
    let on_the_second = house.now().await;
    house.ship_now().await;
    house.stop().await;

    // Lines that are not there, and moments that a line does not have.
    let refused = house.restore_along(7, What::Newest).await.unwrap_err().to_string();
    assert!(refused.contains("no line 7 of history") && refused.contains("there is 1, 2."), "{refused}");
    let refused = house.restore_along(1, What::Time(on_the_second)).await.unwrap_err();
    let told = backup_causes(&refused);
    assert!(told.starts_with("line 1 of history does not have"), "{told}");
    assert!(told.contains("line 2 has it: add --timeline 2") && told.contains("is archived ends at"), "{told}");
    let nobody_s = on_the_second + jiff::SignedDuration::from_hours(24);
    let refused = house.restore_along(1, What::Time(nobody_s)).await.unwrap_err().to_string();
    assert!(refused.contains("no other line has it either"), "{refused}");

    // The line that was left has what was done on it, also what the newest has not.
    let restored = house.restore_along(1, What::Time(on_the_first)).await.unwrap();
    assert_eq!(restored.backup, first.id);
    house.start_without_archive().await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, 990);
    house.stop().await;
    house.restore_along(2, What::Newest).await.unwrap();
    house.start_without_archive().await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, 1001);
    house.stop().await;

    // It becomes a third one, to which only the first leads.
    house.restore_along(1, What::Newest).await.unwrap();
    house.start().await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, 990);
    let third = house.back_up().await;
    assert_eq!(third.wal.timeline, 3);
    let listed = house.store.list().await.unwrap();
    let on_the_way: Vec<bool> = listed.iter().map(|one| one.is_on_the_way).collect();
    assert_eq!(on_the_way, [true, false, true]);
    assert!(listed[1].reaches.unwrap() > second.restore_point.at, "along its own line: {listed:?}");
    house.stop().await;
    house.restore_along(2, What::Time(on_the_second)).await.unwrap();
    house.start_without_archive().await;
    assert_eq!(house.number("SELECT count(*) FROM note WHERE id = 3000").await, 1);
    house.stop().await;
}

#[tokio::test]
async fn a_backup_under_load_is_restored_to_the_row() {
    let mut house = House::new(Some(KEY)).await;
    house.run(NOTES).await;
    let mut writer = house.connect().await;
    let stop = tokio_util::sync::CancellationToken::new();
    let stopped = stop.clone();
    let writing = tokio::spawn(async move {
        let mut id: i64 = 10_000;
        while !stopped.is_cancelled() {
            let insert = sqlx::query("INSERT INTO note VALUES ($1, 'x')").bind(id);
            insert.execute(&mut writer).await.unwrap();
            id += 1;
        }
        id - 10_000
    });
    let manifest = house.back_up().await;
    stop.cancel();
    let written = writing.await.unwrap();
    assert!(written > 0);
    assert!(manifest.census.is_some(), "{:?}", manifest.no_census);
    let result = house.drill().await;
    assert!(result.is_good(), "{result:?}");
    assert_eq!(result.tables, 1);
    assert!(result.rows > 1000, "{result:?}");

    house.ship_now().await;
    house.stop().await;
    fs::remove_dir_all(house.cluster()).unwrap();
    house.restore_in_place(What::Newest).await.unwrap();
    house.start().await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, 1000 + written, "no acknowledged write is lost");
    house.stop().await;
}

#[tokio::test]
async fn a_restore_beside_leaves_the_database_alone() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    house.back_up().await;
    let beside = house.path("beside");
    fs::create_dir(&beside).unwrap();
    let place = RestorePlace::Into(beside.clone());
    house.restore(What::Newest, place.clone(), None).await.unwrap();
    assert!(beside.join("PG_VERSION").is_file());
    let settings = fs::read_to_string(beside.join("postgresql.conf")).unwrap();
    assert!(settings.contains("archive_mode = off"), "a copy never archives into the database's vault");
    assert_eq!(house.number("SELECT count(*) FROM note").await, 1000, "it runs on");
    let refused = house.restore(What::Newest, place, None).await.unwrap_err();
    assert!(backup_causes(&refused).contains("not empty"), "{}", backup_causes(&refused));
    let refused = house.restore_in_place(What::Newest).await.unwrap_err();
    assert!(backup_causes(&refused).contains("bt down"), "{}", backup_causes(&refused));
    house.stop().await;
}

#[tokio::test]
async fn damage_in_the_vault_is_found_and_never_restored() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    let manifest = house.back_up().await;
    let good = house.store.verify(Scope::All, &unseen).await.unwrap();
    assert!(good.troubles.is_empty(), "{:?}", good.troubles);
    assert!(good.objects >= 2, "{good:?}");

    let journal = house.path(&format!("vault/wal/{}.zst", manifest.wal.last()));
    let bytes = fs::read(&journal).unwrap();
    let mut flipped = bytes.clone();
    let middle = bytes.len() / 2;
    flipped[middle] ^= 1;
    fs::write(&journal, flipped).unwrap();
    let found = house.store.verify(Scope::Newest, &unseen).await.unwrap();
    assert!(found.troubles.concat().contains("damaged"), "{found:?}");
    let result = house.drill().await;
    let trouble = result.trouble.unwrap();
    assert!(trouble.contains("damaged"), "the damaged journal is not taken for its end: {trouble}");

    fs::remove_file(&journal).unwrap();
    let found = house.store.verify(Scope::Newest, &unseen).await.unwrap();
    assert!(!found.troubles.is_empty(), "a missing file is found: {found:?}");
    fs::write(&journal, bytes).unwrap();
    let part = house.path(&format!("vault/{}.zst", manifest.parts[0].name));
    fs::write(&part, b"short").unwrap();
    let found = house.store.verify(Scope::Newest, &unseen).await.unwrap();
    assert_eq!(found.troubles.len(), 1, "{found:?}");
    assert!(house.drill().await.trouble.is_some());
    assert!(!house.path("data/postgres/drill").exists(), "nothing of a failed drill stays");
    house.stop().await;
}

#[tokio::test]
async fn without_the_key_it_is_said_that_the_key_is_missing() {
    let mut house = House::new(Some(KEY)).await;
    house.run(NOTES).await;
    house.back_up().await;
    let without = house.store_with(None);
    let refused = without.verify(Scope::Newest, &unseen).await.unwrap_err();
    assert!(refused.to_string().contains("backup.passphrase"), "{refused}");
    let wrong = house.store_with(Some("another passphrase than that"));
    let refused = wrong.verify(Scope::Newest, &unseen).await.unwrap_err();
    assert!(refused.to_string().contains("another key"), "{refused}");
    house.stop().await;
}

#[tokio::test]
async fn a_drill_finds_a_row_that_is_not_what_it_was() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    let mut manifest = house.back_up().await;
    let result = house.drill().await;
    assert!(result.is_good(), "{result:?}");
    assert_eq!((result.tables, result.rows), (1, 1000));
    assert_eq!(house.store.notes.drill().await.unwrap(), Some(result));
    assert!(!house.path("data/postgres/drill").exists(), "it cleans up");

    // A backup of a database in which one row was changed behind its back, with the same number of rows.
    let table = manifest.census.as_mut().unwrap().tables.get_mut("berkeleytime.public.note").unwrap();
    table.checksum.push('1');
    let name = ObjectName::manifest(manifest.id);
    house.store.vault.delete(&name).await.unwrap();
    house.store.vault.put(&name, serde_json::to_string(&manifest).unwrap().as_bytes()).await.unwrap();
    let result = house.drill().await;
    assert_eq!(result.differences, ["berkeleytime.public.note has 1000 rows as it should, with other contents"]);
    house.stop().await;
}

#[tokio::test]
async fn a_vault_that_is_away_loses_nothing_and_is_caught_up() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    house.back_up().await;
    let (vault, away) = (house.path("vault"), house.path("away"));
    fs::rename(&vault, &away).unwrap();
    fs::write(&vault, "in the way").unwrap();
    house.run("INSERT INTO note VALUES (7000, 'while away'); SELECT pg_switch_wal()").await;
    while house.shipper().round().await.is_ok() {
        tokio::task::yield_now().await;
    }
    fs::remove_file(&vault).unwrap();
    fs::rename(&away, &vault).unwrap();
    house.ship_now().await;
    house.stop().await;
    fs::remove_dir_all(house.cluster()).unwrap();
    house.restore_in_place(What::Newest).await.unwrap();
    house.start().await;
    assert_eq!(house.number("SELECT count(*) FROM note WHERE id = 7000").await, 1);
    house.stop().await;
}

#[tokio::test]
async fn old_backups_go_with_their_journal_and_so_does_what_a_killed_try_left() {
    let mut house = House::new(None).await;
    house.store.retention = Retention { hourly: 0, daily: 0, monthly: 0 };
    house.run(NOTES).await;
    let newest = house.back_up().await;
    // A moment older, with one part and the journal file before.
    let older: BackupId = BackupId::at(newest.id.begun_at() - jiff::SignedDuration::from_secs(1));
    let mut old = newest.clone();
    old.id = older;
    old.parts.truncate(1);
    old.parts[0].name = ObjectName::base_part(older, 1);
    let left_behind: BackupId = BackupId::at(newest.id.begun_at() - jiff::SignedDuration::from_mins(1));
    let vault = &house.store.vault;
    vault.put(&old.parts[0].name, b"part").await.unwrap();
    vault.put(&ObjectName::manifest(older), serde_json::to_string(&old).unwrap().as_bytes()).await.unwrap();
    vault.put(&ObjectName::base_part(left_behind, 1), b"part").await.unwrap();
    let before = ObjectName::wal("000000010000000000000000");
    vault.put(&before, b"journal").await.unwrap();

    let listed = house.store.list().await.unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed[0].kept_as.is_empty() && !listed[1].kept_as.is_empty(), "{listed:?}");
    let pruned = house.store.prune(&unseen).await.unwrap();
    assert_eq!(pruned.backups, [older]);
    assert!(matches!(vault.get(&before).await, Err(VaultError::NotThere { .. })), "nobody needs it any more");
    assert!(matches!(vault.get(&old.parts[0].name).await, Err(VaultError::NotThere { .. })));
    assert!(vault.list(&format!("backups/{left_behind}")).await.unwrap().is_empty());
    assert_eq!(house.store.ids().await.unwrap(), [newest.id].into());
    assert!(house.drill().await.is_good(), "the one that is kept is whole");
    house.stop().await;
}

#[tokio::test]
async fn a_backup_that_is_stopped_or_fails_leaves_nothing_in_the_vault() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    let whole = house.back_up().await;
    let objects = house.store.vault.list("backups").await.unwrap();
    while BackupId::at(house.now().await) <= whole.id {
        tokio::task::yield_now().await;
    }
    let stop = CancellationToken::new();
    let stopping = |progress: Progress| {
        if progress.step == Step::Copying {
            stop.cancel();
        }
    };
    let stopped = house.try_back_up(&stop, &stopping).await.unwrap_err();
    assert!(matches!(stopped, BackupError::Stopped), "{stopped}");
    assert_eq!(house.store.vault.list("backups").await.unwrap(), objects);
    assert_eq!(fs::read_dir(house.path("vault/backups")).unwrap().count(), 1, "not even its folder");
    assert_eq!(house.store.notes.backup().await.unwrap().trouble, None, "somebody wanted it so");

    // The vault takes the database and then not its journal.
    let (journal, away) = (house.path("vault/wal"), house.path("away"));
    let hindering = |progress: Progress| {
        if progress.step == Step::Counting {
            fs::rename(&journal, &away).unwrap();
            fs::write(&journal, "in the way").unwrap();
        }
    };
    house.try_back_up(&CancellationToken::new(), &hindering).await.unwrap_err();
    fs::remove_file(&journal).unwrap();
    fs::rename(&away, &journal).unwrap();
    assert_eq!(house.store.vault.list("backups").await.unwrap(), objects);
    assert!(house.store.notes.backup().await.unwrap().trouble.is_some());
    assert!(house.drill().await.is_good(), "the one before is whole");
    house.stop().await;
}

#[tokio::test]
async fn a_vault_of_another_database_is_not_mixed_with_this_one() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    house.back_up().await;
    house.stop().await;
    // Somebody starts again without restoring.
    fs::remove_dir_all(house.path("data")).unwrap();
    house.start().await;
    house.run(NOTES).await;
    let refused = house.try_back_up(&CancellationToken::new(), &unseen).await.unwrap_err();
    assert!(matches!(refused, BackupError::OtherDatabase(_)), "{refused}");
    let noted = house.store.notes.backup().await.unwrap();
    assert!(noted.last.is_some() && noted.trouble.unwrap().trouble.contains("another database"));
    // The lost one is still there to be restored.
    house.stop().await;
    house.restore_in_place(What::Newest).await.unwrap();
    house.start().await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, 1000);
    house.stop().await;
}

#[tokio::test]
async fn what_is_killed_half_way_leaves_no_backup_and_hinders_nobody() {
    let mut house = House::new(None).await;
    house.run(NOTES).await;
    let newest = house.back_up().await.id;
    house.stop().await;
    for (what, ends_after_ms) in [("back-up", 60), ("back-up", 250), ("drill", 100), ("drill", 400), ("ship", 30)] {
        house.start().await;
        house.run("INSERT INTO note SELECT max(id) + 1, 'between' FROM note; SELECT pg_switch_wal()").await;
        let mut victim = house.victim(what);
        tokio::time::sleep(std::time::Duration::from_millis(ends_after_ms)).await;
        victim.kill().unwrap();
        victim.wait().unwrap();
        let (ids, rows) = (house.store.ids().await.unwrap(), house.number("SELECT count(*) FROM note").await);
        assert!(ids.contains(&newest) && rows > 1000);
        let found = house.store.verify(Scope::All, &unseen).await.unwrap();
        assert!(found.troubles.is_empty(), "after {what}: {found:?}");
        let result = house.drill().await;
        assert!(result.is_good(), "after {what}: {result:?}");
        house.stop().await;
    }
    house.start().await;
    house.ship_now().await;
    let rows = house.number("SELECT count(*) FROM note").await;
    house.stop().await;
    fs::remove_dir_all(house.cluster()).unwrap();
    for ends_after_ms in [100, 500, 1500] {
        let mut victim = house.victim("restore");
        tokio::time::sleep(std::time::Duration::from_millis(ends_after_ms)).await;
        victim.kill().unwrap();
        victim.wait().unwrap();
    }
    house.restore_in_place(What::Newest).await.unwrap();
    house.start().await;
    assert_eq!(house.number("SELECT count(*) FROM note").await, rows);
    house.stop().await;
}

fn backup_causes(error: &BackupError) -> String {
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    said
}
