//! The contract of the catalog's store.

mod announced;
mod feed;
mod grades;
mod playlists;
mod publication;
mod runs;
pub(crate) mod samples;
mod seats;
mod sources;
mod switches;

use async_trait::async_trait;
use catalog::announced::NoticeBoard;
use catalog::changes::Publication;
use catalog::ids::Numbered;
use catalog::ports::{CatalogStore, StoreError, UpdateRun};
use catalog::run::{RunOutcome, RunReport, RunRequest, Step};
use catalog::stored::CatalogVersion;
use catalog::switches::SwitchBoard;
use jiff::Timestamp;

/// A store under test: empty at first, and nobody else's.
#[async_trait]
trait Subject: Send + Sync {
    /// The store.
    fn store(&self) -> &dyn CatalogStore;
    /// Its switches.
    fn board(&self) -> &dyn SwitchBoard;
    /// What the operator announced.
    fn notices(&self) -> &dyn NoticeBoard;
    /// Takes the lock away from whatever run holds it, as when the server dies under it.
    async fn break_connections(&self);
}

/// Begins a run as the schedule does.
async fn begin(store: &dyn CatalogStore, at: Timestamp) -> Result<Box<dyn UpdateRun>, StoreError> {
    store.begin_run(&request(), at).await
}

/// Publishes in a run of its own that succeeds.
pub(crate) async fn publish(store: &dyn CatalogStore, publication: &Publication) -> CatalogVersion {
    let mut run = begin(store, publication.at).await.expect("the lock is free");
    let version = run.publish(publication).await.expect("it fits");
    let report = RunReport { version: Some(version), ..succeeded(publication.at) };
    run.finish(&report).await.expect("the lock is held");
    version
}

/// Tries to publish in a run of its own, and gives the error.
async fn refused(store: &dyn CatalogStore, publication: &Publication) -> StoreError {
    let mut run = begin(store, publication.at).await.expect("the lock is free");
    let error = run.publish(publication).await.expect_err("it does not fit");
    let report = RunReport { outcome: RunOutcome::Failed, ..succeeded(publication.at) };
    run.finish(&report).await.expect("the lock is held");
    error
}

/// Records without their numbers.
fn values<I, T>(numbered: Vec<Numbered<I, T>>) -> Vec<T> {
    numbered.into_iter().map(|numbered| numbered.value).collect()
}

fn request() -> RunRequest {
    let steps = vec![Step::Course, Step::Class, Step::Enrollment, Step::Playlist];
    RunRequest { steps, asked_by: "schedule".to_owned(), is_dry_run: false, accepts_short: false }
}

fn succeeded(at: Timestamp) -> RunReport {
    RunReport { outcome: RunOutcome::Succeeded, ended_at: at, origin: None, version: None, steps: Vec::new() }
}

/// The cases.
macro_rules! contract {
    ($start:path) => {
        contract_over! { $start;
            publication::nothing_is_published_at_first,
            publication::every_field_comes_back_to_readers,
            publication::every_field_comes_back_to_the_next_run,
            publication::versions_count_up_from_one,
            publication::a_publication_that_does_not_fit_changes_nothing,
            publication::what_is_gone_is_retired_and_may_return,
            publication::changed_sections_get_their_new_meetings_and_the_others_keep_theirs,
            publication::a_changed_term_and_course_replace_the_old_ones,
            publication::everything_is_sorted_as_people_sort,
            publication::odd_texts_come_back_as_they_were,
            publication::several_terms_are_published_at_once,
            publication::numbers_stay_over_versions_and_are_nobody_elses,
            publication::only_visible_sections_count_as_offered,
            runs::one_run_at_a_time,
            runs::the_lock_is_free_after_a_run_finished,
            runs::a_run_that_is_dropped_lets_go_and_is_marked_as_abandoned,
            runs::a_run_that_lost_its_lock_publishes_nothing,
            runs::a_run_that_lost_its_lock_can_still_report,
            runs::the_ledger_tells_what_each_run_did,
            runs::the_newest_runs_of_each_job_are_found_behind_many_others,
            runs::quarantined_records_are_kept_with_their_raw_text,
            runs::quarantine_keeps_only_the_newest,
            seats::equal_counts_are_one_run_and_changed_counts_begin_another,
            seats::the_counts_are_read_without_the_rest,
            seats::every_observation_can_be_read_back,
            seats::odd_counts_are_kept_as_they_are,
            seats::a_second_observation_of_one_moment_corrects_the_first,
            seats::a_section_that_is_missing_and_returns_begins_a_new_run,
            seats::reservations_are_replaced_and_removed,
            sources::trouble_is_told_until_the_source_is_accepted_again,
            sources::a_dry_run_tells_no_trouble,
            playlists::playlists_come_change_and_go,
            playlists::playlists_of_one_name_differ_by_category_and_term,
            grades::grades_come_back_as_imported,
            grades::importing_twice_changes_nothing,
            grades::a_changed_record_replaces_the_old_one,
            grades::sections_of_one_number_are_told_apart_by_their_ccn,
            grades::grades_join_a_section_of_their_term_by_ccn_and_course,
            grades::grades_of_unknown_courses_are_kept_listed_and_linked_later,
            grades::an_import_makes_a_new_version_only_when_it_changes_something,
            feed::a_waiting_reader_wakes_at_a_publication,
            feed::a_reader_who_is_behind_does_not_wait,
            feed::a_waiting_reader_wakes_at_imported_grades,
            feed::a_reader_survives_the_loss_of_its_connection,
            switches::nothing_is_off_at_first,
            switches::readers_are_told_what_is_off_since_when_and_why,
            switches::a_switch_is_a_new_version_and_wakes_a_waiting_reader,
            switches::a_switch_that_changes_nothing_is_no_new_version,
            switches::a_switch_before_the_first_publication_holds_from_it_on,
            switches::what_is_off_stays_in_the_store,
            announced::nothing_is_announced_at_first,
            announced::readers_wake_and_load_what_was_announced_and_the_last_holds,
            announced::announcing_the_same_again_is_no_new_version,
        }
    };
}

mod in_memory {
    use super::{NoticeBoard, Subject, async_trait};
    use catalog::ports::CatalogStore;
    use catalog::switches::SwitchBoard;
    use kit::memory_store::MemoryStore;

    #[async_trait]
    impl Subject for MemoryStore {
        fn store(&self) -> &dyn CatalogStore {
            self
        }

        fn board(&self) -> &dyn SwitchBoard {
            self
        }

        fn notices(&self) -> &dyn NoticeBoard {
            self
        }

        async fn break_connections(&self) {
            self.lose_lock();
        }
    }

    async fn start() -> MemoryStore {
        MemoryStore::new()
    }

    contract!(start);
}

mod over_postgres {
    use std::time::Duration;

    use super::{NoticeBoard, Subject, async_trait};
    use catalog::ports::CatalogStore;
    use catalog::switches::SwitchBoard;
    use database::config::DatabaseConfig;
    use database::connect::Database;
    use kit::postgres::TestPostgres;

    struct OverPostgres {
        database: Database,
        server: TestPostgres,
    }

    #[async_trait]
    impl Subject for OverPostgres {
        fn store(&self) -> &dyn CatalogStore {
            &self.database
        }

        fn board(&self) -> &dyn SwitchBoard {
            &self.database
        }

        fn notices(&self) -> &dyn NoticeBoard {
            &self.database
        }

        async fn break_connections(&self) {
            self.server.kill_connections().await;
        }
    }

    async fn start() -> OverPostgres {
        let server = TestPostgres::new_database().await;
        // Readers must wake by notification: no test lives long enough for a look without one.
        let look_interval = Duration::from_secs(3600);
        let config = DatabaseConfig { look_interval, ..DatabaseConfig::new(server.url()) };
        let database = Database::connect(&config).await.unwrap();
        database.migrate().await.unwrap();
        OverPostgres { database, server }
    }

    contract!(start);
}
