//! An update run: it holds the lock on a connection of its own, and does everything on that connection. When the
//! connection is lost the lock is lost with it, and nothing can be published any more.

use async_trait::async_trait;
use catalog::changes::Publication;
use catalog::course::Course;
use catalog::fetched::Fault;
use catalog::playlist::Playlist;
use catalog::ports::{StoreError, UpdateRun};
use catalog::run::{RunId, RunReport, RunRequest};
use catalog::stored::{CatalogState, CatalogVersion, Held, Offering, StoredTerm};
use catalog::term::{Term, TermId};
use jiff::Timestamp;
use sqlx::{Connection, PgConnection};

use crate::ask::{ask, is_lost_connection};
use crate::connect::Database;
use crate::courses::Codes;
use crate::publish::COMMITTING;
use crate::{classes, courses, ledger, playlists, publish, quarantine, seats, sections, sources, state, terms};

/// The advisory lock of update runs, within one database.
const UPDATE_LOCK: i64 = 0x6274_7570_6461_7465;

/// How long a run waits for the lock before it says that another one has it: the server needs a moment to notice
/// that the holder is gone.
const LOCK_PATIENCE: &str = "SET LOCAL lock_timeout = '2s'";

/// SQLSTATE for a lock that was not given in that time.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// Begins a run; see the port.
pub(crate) async fn begin(
    database: &Database,
    request: &RunRequest,
    at: Timestamp,
) -> Result<Box<dyn UpdateRun>, StoreError> {
    let connected = database.own_connection().await;
    let mut connection =
        connected.map_err(|error| StoreError::Failed { doing: "connecting for an update", source: Box::new(error) })?;
    let mut transaction = ask("beginning to take the update lock", connection.begin()).await?;
    ask("setting the patience for the update lock", sqlx::query(LOCK_PATIENCE).execute(&mut *transaction)).await?;
    let lock = sqlx::query("SELECT pg_advisory_lock($1)").bind(UPDATE_LOCK).execute(&mut *transaction);
    if let Err(error) = ask("taking the update lock", lock).await {
        drop(transaction);
        return Err(whoever_has_it(&mut connection, error).await);
    }
    ledger::abandon_leftovers(&mut transaction).await?;
    let id = ledger::open(&mut transaction, request, at).await?;
    ask("taking the update lock", transaction.commit()).await?;
    Ok(Box::new(Run { id, is_dry_run: request.is_dry_run, connection, database: database.clone() }))
}

/// Turns "not in time" into the run that holds the lock.
async fn whoever_has_it(connection: &mut PgConnection, error: StoreError) -> StoreError {
    let StoreError::Failed { source, .. } = &error else { return error };
    let Some(sqlx::Error::Database(refused)) = source.downcast_ref::<sqlx::Error>() else { return error };
    if refused.code().as_deref() != Some(LOCK_NOT_AVAILABLE) {
        return error;
    }
    match ledger::running(connection).await {
        Ok(Some((run, since))) => StoreError::RunInProgress { run, since },
        Ok(None) | Err(_) => error,
    }
}

struct Run {
    id: RunId,
    is_dry_run: bool,
    connection: PgConnection,
    database: Database,
}

impl Run {
    /// The publication was sent to be committed and the connection broke before the answer: only the database knows.
    async fn look_whether_published(&self) -> Option<CatalogVersion> {
        let mut pooled = self.database.pool.acquire().await.ok()?;
        ledger::version_of(&mut pooled, self.id).await.ok()?
    }
}

/// A failure that took the connection along has lost the lock.
fn with_lock(error: StoreError) -> StoreError {
    match error {
        StoreError::Failed { doing, source } if is_lost_connection(&source) => StoreError::LockLost { doing, source },
        other => other,
    }
}

#[async_trait]
impl UpdateRun for Run {
    fn id(&self) -> RunId {
        self.id
    }

    async fn state(&mut self) -> Result<Option<CatalogState>, StoreError> {
        state::read(&mut self.connection).await.map_err(with_lock)
    }

    async fn terms(&mut self) -> Result<Vec<Term>, StoreError> {
        terms::read(&mut self.connection).await.map_err(with_lock)
    }

    async fn courses(&mut self) -> Result<Vec<Held<Course>>, StoreError> {
        let courses = courses::read(&mut self.connection).await.map_err(with_lock)?;
        Ok(courses.into_iter().map(|course| course.held).collect())
    }

    async fn term(&mut self, term: TermId) -> Result<StoredTerm, StoreError> {
        read_term(&mut self.connection, term).await.map_err(with_lock)
    }

    async fn counts(&mut self, term: TermId) -> Result<StoredTerm, StoreError> {
        read_counts(&mut self.connection, term).await.map_err(with_lock)
    }

    async fn offerings(&mut self) -> Result<Vec<Offering>, StoreError> {
        classes::read_offerings(&mut self.connection).await.map_err(with_lock)
    }

    async fn playlists(&mut self) -> Result<Vec<Playlist>, StoreError> {
        let codes = Codes::read(&mut self.connection).await.map_err(with_lock)?;
        let playlists = playlists::read(&mut self.connection, &codes).await.map_err(with_lock)?;
        Ok(playlists.into_iter().map(|playlist| playlist.value).collect())
    }

    async fn publish(&mut self, publication: &Publication) -> Result<CatalogVersion, StoreError> {
        let error = match publish::publish(&mut self.connection, self.id, publication).await {
            Ok(version) => return Ok(version),
            Err(error) => with_lock(error),
        };
        if let StoreError::LockLost { doing: COMMITTING, .. } = &error
            && let Some(version) = self.look_whether_published().await
        {
            return Ok(version);
        }
        Err(error)
    }

    async fn quarantine(&mut self, faults: &[Fault]) -> Result<(), StoreError> {
        if faults.is_empty() {
            return Ok(());
        }
        quarantine::keep(&mut self.connection, self.id, faults).await.map_err(with_lock)
    }

    async fn finish(self: Box<Self>, report: &RunReport) -> Result<(), StoreError> {
        // Through the pool: a run that has lost its connection, and with it the lock, still has its line to write.
        let doing = "beginning to write the run's report";
        let mut transaction = ask(doing, self.database.pool.begin()).await?;
        if !ledger::close(&mut transaction, self.id, report).await? {
            let source = "another run has marked this one as abandoned".into();
            return Err(StoreError::LockLost { doing: "writing the run's report", source });
        }
        if !self.is_dry_run && sources::note_trouble(&mut transaction, report).await? {
            state::bump(&mut transaction, report.ended_at).await?;
        }
        ask("committing the run's report", transaction.commit()).await?;
        // A connection that is gone already has let go of the lock by itself.
        let _ = self.connection.close().await;
        Ok(())
    }
}

async fn read_term(connection: &mut PgConnection, term: TermId) -> Result<StoredTerm, StoreError> {
    let codes = Codes::read(connection).await?;
    let classes = classes::read(connection, Some(term), &codes).await?;
    let sections = sections::read(connection, Some(term), &classes).await?;
    let classes = classes.into_iter().map(|class| class.held).collect();
    Ok(StoredTerm { classes, sections, ..read_counts(connection, term).await? })
}

async fn read_counts(connection: &mut PgConnection, term: TermId) -> Result<StoredTerm, StoreError> {
    let runs = seats::read_current(connection, Some(term)).await?;
    let reservations = seats::read_reservations(connection, Some(term)).await?;
    Ok(StoredTerm {
        open_runs: runs.into_iter().map(|(_, run)| (run.section, run)).collect(),
        reservations: reservations.into_iter().map(|((_, section), reserved)| (section, reserved)).collect(),
        observed_at: terms::observed_at(connection, term).await?,
        ..StoredTerm::default()
    })
}
