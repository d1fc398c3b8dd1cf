//! What people were told, and what became of it.

use accounts::alerts::{Alert, Delivery, Kind, LoggedAlert, Notice, Wish};
use accounts::person::PersonId;
use catalog::ports::StoreError;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::ask::ask;
use crate::{moment, parse};

/// The newest first.
pub(crate) async fn read_of(
    connection: &mut PgConnection,
    person: PersonId,
    limit: usize,
) -> Result<Vec<LoggedAlert>, StoreError> {
    let query = sqlx::query_as::<_, LoggedRow>(
        "SELECT kind, headline, detail, path, as_of, at, pace = 'digest' AS is_digest, is_muted, state, settled_at, said
         FROM alerts LEFT JOIN alert_letters USING (letter_id)
         WHERE alerts.person_id = $1 ORDER BY alert_id DESC LIMIT $2",
    )
    .bind(parse::key(person.0))
    .bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let rows = ask("reading what somebody was told", query.fetch_all(connection)).await?;
    rows.into_iter().map(LoggedRow::logged).collect()
}

/// The alerts of a letter, the oldest first.
pub(crate) async fn read_of_letter(connection: &mut PgConnection, letter: i64) -> Result<Vec<Alert>, StoreError> {
    let query = sqlx::query_as::<_, AlertRow>(
        "SELECT kind, headline, detail, path, as_of FROM alerts WHERE letter_id = $1 ORDER BY alert_id",
    )
    .bind(letter);
    let rows = ask("reading a letter", query.fetch_all(connection)).await?;
    rows.into_iter().map(AlertRow::alert).collect()
}

/// Keeps an alert of a watch.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    watch: i64,
    ordinal: usize,
    alert: &Alert,
    at: Timestamp,
) -> Result<(), StoreError> {
    let insert = sqlx::query(
        "INSERT INTO alerts (person_id, watch_id, revision, ordinal, pace, kind, headline, detail, path, as_of, at)
         SELECT person_id, watch_id, revision, $2, pace, $3, $4, $5, $6, $7, $8 FROM watches WHERE watch_id = $1",
    )
    .bind(watch)
    .bind(i16::try_from(ordinal).unwrap_or(i16::MAX));
    ask("keeping an alert", with_alert(insert, alert, at).execute(connection)).await?;
    Ok(())
}

/// Keeps an alert of everybody who wished for it. It belongs to no watch.
pub(crate) async fn insert_for_all(
    connection: &mut PgConnection,
    notice: &Notice,
    at: Timestamp,
) -> Result<usize, StoreError> {
    let insert = sqlx::query(
        "INSERT INTO alerts (person_id, revision, ordinal, pace, kind, headline, detail, path, as_of, at)
         SELECT person_id, 0, 0, 'at_once', $2, $3, $4, $5, $6, $7 FROM people
         WHERE CASE WHEN $1 THEN wants_enrollment_opening ELSE wants_berkeleytime_update END
         ORDER BY person_id FOR KEY SHARE",
    )
    .bind(notice.wish == Wish::EnrollmentOpening);
    let insert = with_alert(insert, &notice.alert, at);
    let told = ask("telling everybody who wished for it", insert.execute(connection)).await?.rows_affected();
    Ok(usize::try_from(told).unwrap_or(usize::MAX))
}

type PgQuery<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Binds what an alert says, behind what is bound already: kind, headline, detail, path, as_of, at.
fn with_alert<'q>(insert: PgQuery<'q>, alert: &'q Alert, at: Timestamp) -> PgQuery<'q> {
    insert
        .bind(alert.kind.slug())
        .bind(alert.headline.as_str())
        .bind(alert.detail.as_str())
        .bind(alert.path.as_str())
        .bind(alert.as_of.map(moment::bound))
        .bind(moment::bound(at))
}

#[derive(sqlx::FromRow)]
struct AlertRow {
    kind: String,
    headline: String,
    detail: String,
    path: String,
    as_of: Option<jiff_sqlx::Timestamp>,
}

impl AlertRow {
    fn alert(self) -> Result<Alert, StoreError> {
        Ok(Alert {
            kind: Kind::from_slug(&self.kind).ok_or_else(|| parse::corrupt("a kind of alert", &self.kind))?,
            headline: parse::line(&self.headline)?,
            detail: parse::line(&self.detail)?,
            path: parse::line(&self.path)?,
            as_of: self.as_of.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

#[derive(sqlx::FromRow)]
struct LoggedRow {
    #[sqlx(flatten)]
    alert: AlertRow,
    at: jiff_sqlx::Timestamp,
    is_digest: bool,
    is_muted: bool,
    state: Option<String>,
    settled_at: Option<jiff_sqlx::Timestamp>,
    said: Option<String>,
}

impl LoggedRow {
    fn logged(self) -> Result<LoggedAlert, StoreError> {
        let at = self.at.to_jiff();
        let delivery = match self.state.as_deref() {
            None if self.is_muted => Delivery::MailOff,
            None | Some("waiting" | "sending") => Delivery::Waiting,
            Some("sent") => Delivery::Sent(self.settled_at.map_or(at, jiff_sqlx::Timestamp::to_jiff)),
            Some("refused") => Delivery::Refused(parse::line(self.said.as_deref().unwrap_or_default())?),
            Some("given_up") => Delivery::GivenUp,
            Some("stopped") => Delivery::MailOff,
            Some(state) => return Err(parse::corrupt("a letter's state", state)),
        };
        Ok(LoggedAlert { alert: self.alert.alert()?, at, is_digest: self.is_digest, delivery })
    }
}
