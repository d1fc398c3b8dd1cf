//! The ledger of update runs.

use std::collections::HashMap;
use std::str::FromStr;
use std::time::Duration;

use catalog::ports::StoreError;
use catalog::run::{
    ASKED_BY_COMMAND_LINE, ASKED_BY_FIRST_START, ASKED_BY_SCHEDULE, LEDGER_LOOKED_AT, LedgerEntry, RunId, RunOutcome,
    RunReport, RunRequest, Step, StepOutcome, StepReport, Tally,
};
use catalog::stored::CatalogVersion;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::ask::ask;
use crate::copy::{Rows, copy_in};
use crate::{moment, parse};

/// Marks whatever runs a dead process left behind. To be called by the holder of the update lock: any run that is
/// still marked as running then is nobody's.
pub(crate) async fn abandon_leftovers(connection: &mut PgConnection) -> Result<(), StoreError> {
    let update = sqlx::query("UPDATE update_runs SET outcome = 'abandoned' WHERE outcome = 'running'");
    let left = ask("marking abandoned runs", update.execute(connection)).await?.rows_affected();
    if left > 0 {
        tracing::warn!(runs = left, "an earlier update died before it could report; it is marked as abandoned");
    }
    Ok(())
}

/// A new line of the ledger.
pub(crate) async fn open(
    connection: &mut PgConnection,
    request: &RunRequest,
    at: Timestamp,
) -> Result<RunId, StoreError> {
    let steps: Vec<&str> = request.steps.iter().map(|step| step.slug()).collect();
    let insert = sqlx::query_scalar::<_, i64>(
        "INSERT INTO update_runs (started_at, asked_by, steps, is_dry_run, accepts_short, outcome)
         VALUES ($1, $2, $3, $4, $5, 'running') RETURNING run_id",
    )
    .bind(moment::bound(at))
    .bind(&request.asked_by)
    .bind(steps)
    .bind(request.is_dry_run)
    .bind(request.accepts_short);
    Ok(RunId(ask("opening the run's line in the ledger", insert.fetch_one(connection)).await?))
}

/// The run that is going on, with its beginning.
pub(crate) async fn running(connection: &mut PgConnection) -> Result<Option<(RunId, Timestamp)>, StoreError> {
    let query = sqlx::query_as::<_, (i64, jiff_sqlx::Timestamp)>(
        "SELECT run_id, started_at FROM update_runs WHERE outcome = 'running'",
    );
    let found = ask("finding the running update", query.fetch_optional(connection)).await?;
    Ok(found.map(|(run, since)| (RunId(run), since.to_jiff())))
}

/// Notes, in the publishing transaction, which version the run publishes. `false` when the run is no longer running.
pub(crate) async fn note_version(
    connection: &mut PgConnection,
    run: RunId,
    version: CatalogVersion,
) -> Result<bool, StoreError> {
    let update = sqlx::query("UPDATE update_runs SET published_version = $2 WHERE run_id = $1 AND outcome = 'running'")
        .bind(run.0)
        .bind(version.0);
    let noted = ask("noting what the run publishes", update.execute(connection)).await?;
    Ok(noted.rows_affected() == 1)
}

/// Which version a run has published.
pub(crate) async fn version_of(
    connection: &mut PgConnection,
    run: RunId,
) -> Result<Option<CatalogVersion>, StoreError> {
    let query =
        sqlx::query_scalar::<_, Option<i64>>("SELECT published_version FROM update_runs WHERE run_id = $1").bind(run.0);
    let found = ask("looking what the run has published", query.fetch_optional(connection)).await?;
    Ok(found.flatten().map(CatalogVersion))
}

/// Writes a run's report. `false` when the run is no longer running: somebody marked it as abandoned.
pub(crate) async fn close(connection: &mut PgConnection, run: RunId, report: &RunReport) -> Result<bool, StoreError> {
    let update = sqlx::query(
        "UPDATE update_runs SET outcome = $2, ended_at = $3, origin = $4, published_version = $5
         WHERE run_id = $1 AND outcome = 'running'",
    )
    .bind(run.0)
    .bind(report.outcome.slug())
    .bind(moment::bound(report.ended_at))
    .bind(report.origin.map(catalog::fetched::Origin::slug))
    .bind(report.version.map(|version| version.0));
    let closed = ask("writing the run's report", update.execute(&mut *connection)).await?;
    if closed.rows_affected() != 1 {
        return Ok(false);
    }
    let mut rows = Rows::default();
    for (position, step) in report.steps.iter().enumerate() {
        push_step(&mut rows, run, position, step);
    }
    let copy = "COPY update_run_steps (run_id, position, step, term_id, outcome, reason, duration_us, requests, known,
                    fetched, added, changed, retired, quarantined) FROM STDIN";
    copy_in(connection, "writing the run's steps", copy, &rows).await?;
    Ok(true)
}

fn push_step(rows: &mut Rows, run: RunId, position: usize, step: &StepReport) {
    let micros = i64::try_from(step.duration.as_micros()).unwrap_or(i64::MAX);
    rows.push(&[
        &run.0,
        &position,
        &step.step.slug(),
        &step.term.map(parse::term_number),
        &step.outcome.slug(),
        &step.outcome.reason(),
        &micros,
        &step.tally.requests,
        &step.tally.known,
        &step.tally.fetched,
        &step.tally.added,
        &step.tally.changed,
        &step.tally.retired,
        &step.tally.quarantined,
    ]);
}

/// The newest lines, newest first.
pub(crate) async fn read(connection: &mut PgConnection, limit: usize) -> Result<Vec<LedgerEntry>, StoreError> {
    let query = sqlx::query_as::<_, RunRow>(
        "SELECT run_id, started_at, asked_by, steps, is_dry_run, accepts_short, outcome, ended_at, origin,
             published_version
         FROM update_runs ORDER BY run_id DESC LIMIT $1",
    )
    .bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let rows = ask("reading the ledger", query.fetch_all(&mut *connection)).await?;
    with_steps(connection, rows).await
}

/// The newest of each job, by the rule of `catalog::run::Job::of`.
pub(crate) async fn read_newest_of_each(
    connection: &mut PgConnection,
    each: usize,
) -> Result<Vec<LedgerEntry>, StoreError> {
    let query = sqlx::query_as::<_, RunRow>(
        "SELECT run_id, started_at, asked_by, steps, is_dry_run, accepts_short, outcome, ended_at, origin,
             published_version
         FROM (
             SELECT *, row_number() OVER (
                 PARTITION BY CASE WHEN asked_by = $4 THEN 3 WHEN asked_by = $2 AND steps = ARRAY[$5] THEN 2 ELSE 1 END
                 ORDER BY run_id DESC
             ) AS place
             FROM (SELECT * FROM update_runs ORDER BY run_id DESC LIMIT $6) AS looked_at
             WHERE NOT is_dry_run AND asked_by IN ($2, $3, $4)
         ) AS placed
         WHERE place <= $1 ORDER BY run_id DESC",
    )
    .bind(i64::try_from(each).unwrap_or(i64::MAX))
    .bind(ASKED_BY_SCHEDULE)
    .bind(ASKED_BY_FIRST_START)
    .bind(ASKED_BY_COMMAND_LINE)
    .bind(Step::Enrollment.slug())
    .bind(i64::try_from(LEDGER_LOOKED_AT).unwrap_or(i64::MAX));
    let rows = ask("reading the newest runs", query.fetch_all(&mut *connection)).await?;
    with_steps(connection, rows).await
}

async fn with_steps(connection: &mut PgConnection, rows: Vec<RunRow>) -> Result<Vec<LedgerEntry>, StoreError> {
    let runs: Vec<i64> = rows.iter().map(|row| row.run_id).collect();
    let mut steps = read_steps(connection, &runs).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let steps = steps.remove(&row.run_id).unwrap_or_default();
        entries.push(row.entry(steps)?);
    }
    Ok(entries)
}

#[derive(sqlx::FromRow)]
struct RunRow {
    run_id: i64,
    started_at: jiff_sqlx::Timestamp,
    asked_by: String,
    steps: Vec<String>,
    is_dry_run: bool,
    accepts_short: bool,
    outcome: String,
    ended_at: Option<jiff_sqlx::Timestamp>,
    origin: Option<String>,
    published_version: Option<i64>,
}

impl RunRow {
    fn entry(self, steps: Vec<StepReport>) -> Result<LedgerEntry, StoreError> {
        let outcome =
            RunOutcome::from_slug(&self.outcome).ok_or_else(|| parse::corrupt("an outcome", &self.outcome))?;
        let mut asked = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            asked.push(parse_step(step)?);
        }
        let report = match self.ended_at {
            None => None,
            Some(ended_at) => Some(RunReport {
                outcome,
                ended_at: ended_at.to_jiff(),
                origin: self.origin.as_deref().map(parse::origin).transpose()?,
                version: self.published_version.map(CatalogVersion),
                steps,
            }),
        };
        let request = RunRequest {
            steps: asked,
            asked_by: self.asked_by,
            is_dry_run: self.is_dry_run,
            accepts_short: self.accepts_short,
        };
        Ok(LedgerEntry { id: RunId(self.run_id), request, started_at: self.started_at.to_jiff(), report, outcome })
    }
}

#[derive(sqlx::FromRow)]
struct StepRow {
    run_id: i64,
    step: String,
    term_id: Option<i16>,
    outcome: String,
    reason: Option<String>,
    duration_us: i64,
    requests: i64,
    known: i64,
    fetched: i64,
    added: i64,
    changed: i64,
    retired: i64,
    quarantined: i64,
}

async fn read_steps(connection: &mut PgConnection, runs: &[i64]) -> Result<HashMap<i64, Vec<StepReport>>, StoreError> {
    let query = sqlx::query_as::<_, StepRow>(
        "SELECT run_id, step, term_id, outcome, reason, duration_us, requests, known, fetched, added, changed,
             retired, quarantined
         FROM update_run_steps WHERE run_id = ANY ($1) ORDER BY run_id, position",
    )
    .bind(runs);
    let mut steps: HashMap<i64, Vec<StepReport>> = HashMap::new();
    for row in ask("reading the steps of the ledger", query.fetch_all(connection)).await? {
        steps.entry(row.run_id).or_default().push(row.report()?);
    }
    Ok(steps)
}

impl StepRow {
    fn report(self) -> Result<StepReport, StoreError> {
        let duration = u64::try_from(self.duration_us).map_err(|_| parse::corrupt("a duration", self.duration_us))?;
        Ok(StepReport {
            step: parse_step(&self.step)?,
            term: parse::term_or_none(self.term_id)?,
            outcome: step_outcome(&self.outcome, self.reason)?,
            duration: Duration::from_micros(duration),
            tally: Tally {
                requests: u32::try_from(self.requests).map_err(|_| parse::corrupt("a count", self.requests))?,
                known: parse::count(self.known)?,
                fetched: parse::count(self.fetched)?,
                added: parse::count(self.added)?,
                changed: parse::count(self.changed)?,
                retired: parse::count(self.retired)?,
                quarantined: parse::count(self.quarantined)?,
            },
        })
    }
}

fn parse_step(slug: &str) -> Result<Step, StoreError> {
    Step::from_str(slug).map_err(|_| parse::corrupt("a step", slug))
}

fn step_outcome(slug: &str, reason: Option<String>) -> Result<StepOutcome, StoreError> {
    match (slug, reason) {
        ("published", None) => Ok(StepOutcome::Published),
        ("unchanged", None) => Ok(StepOutcome::Unchanged),
        ("refused", Some(reason)) => Ok(StepOutcome::Refused(reason)),
        ("failed", Some(reason)) => Ok(StepOutcome::Failed(reason)),
        ("dry-run", None) => Ok(StepOutcome::DryRun),
        (other, reason) => Err(parse::corrupt("a step's outcome", (other, reason))),
    }
}
