//! What the notifier reads and writes: watches of everybody, alerts, and letters that are taken out one by one.

use accounts::alerts::{
    ALERTS_PER_LETTER_MAX, Alert, AlertOutbox, LETTERS_PER_HOUR_MAX, LOG_DAYS, Letter, LetterId, Notice, Outcome, Told,
    Watch, WatchId,
};
use accounts::identity::EmailAddress;
use accounts::person::PersonId;
use accounts::session::TokenHash;
use async_trait::async_trait;
use catalog::ports::StoreError;
use catalog::term::TermId;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::ask::ask;
use crate::connect::Database;
use crate::told_rows::ToldRow;
use crate::watches::{WatchRow, watch_columns};
use crate::{alert_log, moment, parse, people};

/// How long a watch, and the name of a notice, is kept. Longer than a year: the next term is announced less than that
/// ahead.
const WATCH_AGE_MAX: SignedDuration = SignedDuration::from_hours(400 * 24);

const AFTER: &str =
    concat!("SELECT ", watch_columns!(), " FROM watches WHERE watch_id > $1 ORDER BY watch_id LIMIT $2");

const UNFOLLOW: &str = "DELETE FROM watches WHERE why = 'saved' AND (term_id <> $1 OR NOT EXISTS (
        SELECT FROM saved_courses JOIN people USING (person_id)
        WHERE saved_courses.person_id = watches.person_id AND saved_courses.course_id = watches.course_id
            AND (wants_class_update OR wants_grade_update) AND alerts_mail_off_at IS NULL
    ))";

const FOLLOW: &str = "INSERT INTO watches (person_id, term_id, course_id, wants_seats, wants_waitlist, wants_changes,
        wants_grades, pace, why, since)
    SELECT person_id, $1, course_id, wants_class_update, false, wants_class_update, wants_grade_update, 'at_once',
        'saved', $2
    FROM saved_courses JOIN people USING (person_id)
    WHERE (wants_class_update OR wants_grade_update) AND alerts_mail_off_at IS NULL
    ON CONFLICT (person_id, term_id, course_id, section_id) DO UPDATE SET
        wants_seats = excluded.wants_seats, wants_changes = excluded.wants_changes,
        wants_grades = excluded.wants_grades, revision = watches.revision + 1
    WHERE watches.why = 'saved' AND (watches.wants_seats, watches.wants_changes, watches.wants_grades)
        IS DISTINCT FROM (excluded.wants_seats, excluded.wants_changes, excluded.wants_grades)";

const TAKE: &str = "UPDATE alert_letters SET state = 'sending', attempts = attempts + 1, next_attempt_at = $2
    WHERE letter_id = (
        SELECT letter_id FROM alert_letters WHERE state IN ('waiting', 'sending') AND next_attempt_at <= $1
        ORDER BY next_attempt_at, letter_id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING letter_id, person_id, (SELECT email FROM people WHERE people.person_id = alert_letters.person_id) AS email,
        is_digest, created_at, attempts";

#[async_trait]
impl AlertOutbox for Database {
    async fn follow_saved(&self, term: TermId, at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = ask("beginning to follow saved courses", self.pool.begin()).await?;
        let unfollow = sqlx::query(UNFOLLOW).bind(parse::term_number(term));
        ask("ending watches of saved courses", unfollow.execute(&mut *transaction)).await?;
        let follow = sqlx::query(FOLLOW).bind(parse::term_number(term)).bind(moment::bound(at));
        ask("following saved courses", follow.execute(&mut *transaction)).await?;
        ask("committing watches of saved courses", transaction.commit()).await
    }

    async fn watches_after(&self, after: Option<WatchId>, limit: usize) -> Result<Vec<Watch>, StoreError> {
        let after = after.map_or(Some(-1), |after| parse::key(after.0));
        let query = sqlx::query_as::<_, WatchRow>(AFTER).bind(after).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = ask("reading what people follow", query.fetch_all(&self.pool)).await?;
        rows.into_iter().map(WatchRow::watch).collect()
    }

    async fn tell(&self, watch: &Watch, told: &Told, alerts: &[Alert], at: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = ask("beginning to tell something", self.pool.begin()).await?;
        let update = sqlx::query_scalar::<_, i64>(
            "UPDATE watches SET told = $3, revision = revision + 1 WHERE watch_id = $1 AND revision = $2
             RETURNING watch_id",
        )
        .bind(parse::key(watch.id.0))
        .bind(parse::key(watch.revision))
        .bind(Json(ToldRow::of(told)));
        let key = ask("noting what is told", update.fetch_optional(&mut *transaction)).await?;
        let Some(key) = key else { return Ok(false) };
        for (ordinal, alert) in alerts.iter().enumerate() {
            alert_log::insert(&mut transaction, key, ordinal, alert, at).await?;
        }
        ask("committing what is told", transaction.commit()).await?;
        Ok(true)
    }

    async fn announce(&self, notice: &Notice, at: Timestamp) -> Result<usize, StoreError> {
        let mut transaction = ask("beginning to announce something", self.pool.begin()).await?;
        let insert = sqlx::query("INSERT INTO notices (notice, at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(notice.name.as_str())
            .bind(moment::bound(at));
        let is_new = ask("noting a notice", insert.execute(&mut *transaction)).await?.rows_affected() > 0;
        if !is_new {
            return Ok(0);
        }
        let told = alert_log::insert_for_all(&mut transaction, notice, at).await?;
        ask("committing a notice", transaction.commit()).await?;
        Ok(told)
    }

    async fn bundle(&self, now: Timestamp, digest_moment: Timestamp) -> Result<usize, StoreError> {
        let mute = sqlx::query(
            "UPDATE alerts SET is_muted = true FROM people
             WHERE people.person_id = alerts.person_id AND letter_id IS NULL AND NOT is_muted
                 AND alerts_mail_off_at IS NOT NULL",
        );
        ask("muting alerts", mute.execute(&self.pool)).await?;
        let query = sqlx::query_as::<_, (i64, bool)>(
            "SELECT DISTINCT person_id, pace = 'digest' FROM alerts
             WHERE letter_id IS NULL AND NOT is_muted AND (pace = 'at_once' OR at <= $1) ORDER BY 1, 2",
        )
        .bind(moment::bound(digest_moment));
        let mut made = 0;
        for (person, is_digest) in ask("looking who is to get letters", query.fetch_all(&self.pool)).await? {
            let mut transaction = ask("beginning to make a letter", self.pool.begin()).await?;
            let until = if is_digest { digest_moment } else { Timestamp::MAX };
            made += usize::from(make(&mut transaction, person, is_digest, until, now).await?);
            ask("committing a letter", transaction.commit()).await?;
        }
        Ok(made)
    }

    async fn take_letter(
        &self,
        now: Timestamp,
        lease: SignedDuration,
        unsubscribe: TokenHash,
    ) -> Result<Option<Letter>, StoreError> {
        let until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
        let mut transaction = ask("beginning to take a letter out", self.pool.begin()).await?;
        let take = sqlx::query_as::<_, LetterRow>(TAKE).bind(moment::bound(now)).bind(moment::bound(until));
        let row = ask("taking a letter out", take.fetch_optional(&mut *transaction)).await?;
        let Some(row) = row else { return Ok(None) };
        let alerts = alert_log::read_of_letter(&mut transaction, row.letter_id).await?;
        let insert =
            sqlx::query("INSERT INTO unsubscribe_links (token_hash, person_id, created_at) VALUES ($1, $2, $3)")
                .bind(&unsubscribe.0[..])
                .bind(row.person_id)
                .bind(moment::bound(now));
        ask("keeping a link that ends mail", insert.execute(&mut *transaction)).await?;
        ask("committing that a letter is out", transaction.commit()).await?;
        row.letter(alerts).map(Some)
    }

    async fn settle_letter(&self, letter: &Letter, outcome: &Outcome, now: Timestamp) -> Result<bool, StoreError> {
        let (state, next, said) = match outcome {
            Outcome::Sent => ("sent", None, None),
            Outcome::Later(at) => ("waiting", Some(*at), None),
            Outcome::Refused(said) => ("refused", None, Some(said.as_str())),
            Outcome::GivenUp => ("given_up", None, None),
        };
        let update = sqlx::query(
            "UPDATE alert_letters SET state = $3, next_attempt_at = coalesce($4, next_attempt_at), said = $5,
                 settled_at = CASE WHEN $3 = 'waiting' THEN NULL ELSE $6 END
             WHERE letter_id = $1 AND attempts = $2 AND state = 'sending'",
        )
        .bind(parse::key(letter.id.0))
        .bind(i32::try_from(letter.attempt).unwrap_or(i32::MAX))
        .bind(state)
        .bind(next.map(moment::bound))
        .bind(said)
        .bind(moment::bound(now));
        Ok(ask("noting what became of a letter", update.execute(&self.pool)).await?.rows_affected() > 0)
    }

    async fn sweep_alerts(&self, now: Timestamp) -> Result<usize, StoreError> {
        let log_age = SignedDuration::from_hours(i64::from(LOG_DAYS) * 24);
        let before = |age| moment::bound(now.checked_sub(age).unwrap_or(Timestamp::MIN));
        let alerts = sqlx::query("DELETE FROM alerts WHERE at < $1").bind(before(log_age));
        let swept = ask("forgetting alerts", alerts.execute(&self.pool)).await?.rows_affected();
        let letters = sqlx::query(
            "DELETE FROM alert_letters WHERE created_at < $1
                 AND NOT EXISTS (SELECT FROM alerts WHERE alerts.letter_id = alert_letters.letter_id)",
        )
        .bind(before(log_age));
        ask("forgetting letters", letters.execute(&self.pool)).await?;
        let links = sqlx::query("DELETE FROM unsubscribe_links WHERE created_at < $1").bind(before(log_age));
        ask("forgetting links that end mail", links.execute(&self.pool)).await?;
        let watches = sqlx::query("DELETE FROM watches WHERE since < $1").bind(before(WATCH_AGE_MAX));
        ask("forgetting watches", watches.execute(&self.pool)).await?;
        let notices = sqlx::query("DELETE FROM notices WHERE at < $1").bind(before(WATCH_AGE_MAX));
        ask("forgetting notices", notices.execute(&self.pool)).await?;
        Ok(usize::try_from(swept).unwrap_or(usize::MAX))
    }
}

/// Makes a letter of what waits for somebody, unless they had enough of late.
async fn make(
    connection: &mut PgConnection,
    person: i64,
    is_digest: bool,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(person) = people::lock(connection, PersonId(parse::id(person)?)).await? else { return Ok(false) };
    let since = now.checked_sub(SignedDuration::from_hours(1)).unwrap_or(Timestamp::MIN);
    let count =
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM alert_letters WHERE person_id = $1 AND created_at > $2")
            .bind(person)
            .bind(moment::bound(since));
    if parse::count(ask("counting letters", count.fetch_one(&mut *connection)).await?)? >= LETTERS_PER_HOUR_MAX {
        return Ok(false);
    }
    let query = sqlx::query_scalar::<_, i64>(
        "SELECT alert_id FROM alerts WHERE person_id = $1 AND letter_id IS NULL AND NOT is_muted
             AND (pace = 'digest') = $2 AND ($3 IS NULL OR at <= $3) ORDER BY alert_id LIMIT $4 FOR UPDATE",
    )
    .bind(person)
    .bind(is_digest)
    .bind(Some(until).filter(|_| is_digest).map(moment::bound))
    .bind(i64::try_from(ALERTS_PER_LETTER_MAX).unwrap_or(i64::MAX));
    let alerts = ask("reading what waits for somebody", query.fetch_all(&mut *connection)).await?;
    if alerts.is_empty() {
        return Ok(false);
    }
    let insert = sqlx::query_scalar::<_, i64>(
        "INSERT INTO alert_letters (person_id, is_digest, created_at, next_attempt_at) VALUES ($1, $2, $3, $3)
         RETURNING letter_id",
    )
    .bind(person)
    .bind(is_digest)
    .bind(moment::bound(now));
    let letter = ask("making a letter", insert.fetch_one(&mut *connection)).await?;
    let update = sqlx::query("UPDATE alerts SET letter_id = $2 WHERE alert_id = ANY ($1)").bind(alerts).bind(letter);
    ask("putting alerts into a letter", update.execute(connection)).await?;
    Ok(true)
}

#[derive(sqlx::FromRow)]
struct LetterRow {
    letter_id: i64,
    person_id: i64,
    email: String,
    is_digest: bool,
    created_at: jiff_sqlx::Timestamp,
    attempts: i32,
}

impl LetterRow {
    fn letter(self, alerts: Vec<Alert>) -> Result<Letter, StoreError> {
        Ok(Letter {
            id: LetterId(parse::id(self.letter_id)?),
            person: PersonId(parse::id(self.person_id)?),
            to: EmailAddress::parse(&self.email).map_err(|_| parse::corrupt("an address of person", self.person_id))?,
            is_digest: self.is_digest,
            created_at: self.created_at.to_jiff(),
            attempt: u32::try_from(self.attempts).map_err(|_| parse::corrupt("a count", self.attempts))?,
            alerts,
        })
    }
}
