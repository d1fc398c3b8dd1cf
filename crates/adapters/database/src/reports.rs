//! Reports of what is wrong with a page, and their way to the team.

use accounts::feedback::{KeptReport, REPORTS_PER_HOUR_MAX, REPORTS_WINDOW, Report, ReportId, ReportText};
use accounts::line::Line;
use accounts::person::PersonId;
use accounts::ports::{FeedbackError, FeedbackStore};
use accounts::report_mail::{ReportOutbox, ReportOutcome, TakenReport};
use async_trait::async_trait;
use catalog::ports::StoreError;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use crate::ask::ask;
use crate::connect::Database;
use crate::{moment, parse};

/// The advisory lock under which reports are counted and kept, one after the other.
const REPORTS_LOCK: i64 = 0x6274_7265_706f_7274;

#[async_trait]
impl FeedbackStore for Database {
    async fn keep(&self, report: &Report) -> Result<ReportId, FeedbackError> {
        let mut transaction = ask("beginning to keep a report", self.pool.begin()).await?;
        expect_room(&mut transaction, report.at).await?;
        // Who deletes their account meanwhile is waited for, and then left out.
        let insert = sqlx::query_scalar::<_, i64>(
            "INSERT INTO reports (person_id, page, body, contact, release, at)
             VALUES ((SELECT person_id FROM people WHERE person_id = $1 FOR KEY SHARE), $2, $3, $4, $5, $6)
             RETURNING report_id",
        )
        .bind(report.person.and_then(|person| parse::key(person.0)))
        .bind(report.page.as_str())
        .bind(report.text.as_str())
        .bind(report.contact.as_ref().map(Line::as_str))
        .bind(report.release.as_str())
        .bind(moment::bound(report.at));
        let key = ask("keeping a report", insert.fetch_one(&mut *transaction)).await?;
        ask("committing a report", transaction.commit()).await?;
        Ok(ReportId(parse::id(key)?))
    }

    async fn reports(&self, limit: usize) -> Result<Vec<KeptReport>, FeedbackError> {
        let query = sqlx::query_as::<_, KeptRow>(
            "SELECT report_id, person_id, page, body, contact, release, at, mailed_at, mail_said FROM reports
             ORDER BY report_id DESC LIMIT $1",
        )
        .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = ask("reading reports", query.fetch_all(&self.pool)).await?;
        Ok(rows.into_iter().map(KeptRow::kept).collect::<Result<_, _>>()?)
    }
}

const TAKE: &str = "UPDATE reports SET mail_attempts = mail_attempts + 1, mail_next_at = $2
    WHERE report_id = (
        SELECT report_id FROM reports WHERE mailed_at IS NULL AND (mail_next_at IS NULL OR mail_next_at <= $1)
        ORDER BY mail_next_at NULLS FIRST, report_id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING report_id, person_id, page, body, contact, release, at, mail_attempts";

#[async_trait]
impl ReportOutbox for Database {
    async fn take_report(&self, now: Timestamp, lease: SignedDuration) -> Result<Option<TakenReport>, StoreError> {
        let until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
        let take = sqlx::query_as::<_, TakenRow>(TAKE).bind(moment::bound(now)).bind(moment::bound(until));
        let row = ask("taking out a report", take.fetch_optional(&self.pool)).await?;
        row.map(TakenRow::taken).transpose()
    }

    async fn settle_report(
        &self,
        taken: &TakenReport,
        outcome: &ReportOutcome,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (mailed_at, next_at, said) = match outcome {
            ReportOutcome::Sent => (Some(now), now, None),
            ReportOutcome::Later(at, said) => (None, *at, Some(said.as_str())),
        };
        let update = sqlx::query(
            "UPDATE reports SET mailed_at = $3, mail_next_at = $4, mail_said = $5
             WHERE report_id = $1 AND mail_attempts = $2 AND mailed_at IS NULL",
        )
        .bind(parse::key(taken.id.0))
        .bind(i32::try_from(taken.attempt).unwrap_or(i32::MAX))
        .bind(mailed_at.map(moment::bound))
        .bind(moment::bound(next_at))
        .bind(said);
        Ok(ask("noting what became of a report", update.execute(&self.pool)).await?.rows_affected() > 0)
    }
}

/// Those of a person, the newest first.
pub(crate) async fn read_of(connection: &mut PgConnection, person: PersonId) -> Result<Vec<Report>, StoreError> {
    let query = sqlx::query_as::<_, ReportRow>(
        "SELECT report_id, person_id, page, body, contact, release, at FROM reports
         WHERE person_id = $1 ORDER BY report_id DESC",
    )
    .bind(parse::key(person.0));
    let rows = ask("reading the reports of somebody", query.fetch_all(connection)).await?;
    rows.into_iter().map(|row| Ok(row.report()?.1)).collect()
}

async fn expect_room(connection: &mut PgConnection, at: Timestamp) -> Result<(), FeedbackError> {
    let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(REPORTS_LOCK);
    ask("waiting for other reports", lock.execute(&mut *connection)).await?;
    let since = at.checked_sub(REPORTS_WINDOW).unwrap_or(Timestamp::MIN);
    let query = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM reports WHERE at > $1").bind(moment::bound(since));
    let count = parse::count(ask("counting reports", query.fetch_one(connection)).await?)?;
    if count >= REPORTS_PER_HOUR_MAX { Err(FeedbackError::TooManyReports) } else { Ok(()) }
}

#[derive(sqlx::FromRow)]
struct ReportRow {
    report_id: i64,
    person_id: Option<i64>,
    page: String,
    body: String,
    contact: Option<String>,
    release: String,
    at: jiff_sqlx::Timestamp,
}

#[derive(sqlx::FromRow)]
struct KeptRow {
    #[sqlx(flatten)]
    report: ReportRow,
    mailed_at: Option<jiff_sqlx::Timestamp>,
    mail_said: Option<String>,
}

impl KeptRow {
    fn kept(self) -> Result<KeptReport, StoreError> {
        let (id, report) = self.report.report()?;
        let said = self.mail_said.as_deref().map(parse::line).transpose()?;
        Ok(KeptReport { id, report, mailed_at: self.mailed_at.map(jiff_sqlx::Timestamp::to_jiff), said })
    }
}

#[derive(sqlx::FromRow)]
struct TakenRow {
    #[sqlx(flatten)]
    report: ReportRow,
    mail_attempts: i32,
}

impl TakenRow {
    fn taken(self) -> Result<TakenReport, StoreError> {
        let (id, report) = self.report.report()?;
        let attempt = u32::try_from(self.mail_attempts).map_err(|_| parse::corrupt("a count", self.mail_attempts))?;
        Ok(TakenReport { id, report, attempt })
    }
}

impl ReportRow {
    fn report(self) -> Result<(ReportId, Report), StoreError> {
        let report = Report {
            page: parse::line(&self.page)?,
            text: ReportText::parse(&self.body).map_err(|error| parse::corrupt("a report", error))?,
            contact: self.contact.as_deref().map(parse::line).transpose()?,
            person: self.person_id.map(|key| parse::id(key).map(PersonId)).transpose()?,
            at: self.at.to_jiff(),
            release: parse::line(&self.release)?,
        };
        Ok((ReportId(parse::id(self.report_id)?), report))
    }
}
