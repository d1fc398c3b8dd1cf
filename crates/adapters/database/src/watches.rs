//! What people follow, their log of alerts, and whether they want mail.

use accounts::alerts::Kinds;
use accounts::alerts::{
    AlertError, AlertStore, LoggedAlert, NewWatch, Pace, Told, WATCHES_MAX, Watch, WatchId, Watched, Why,
};
use accounts::person::PersonId;
use accounts::session::TokenHash;
use async_trait::async_trait;
use catalog::ids::CourseId;
use catalog::ports::StoreError;
use jiff::Timestamp;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::ask::ask;
use crate::connect::Database;
use crate::told_rows::ToldRow;
use crate::{alert_log, moment, parse, people};

/// What a [`WatchRow`] is read from.
macro_rules! watch_columns {
    () => {
        "watch_id, person_id, term_id, course_id, section_id, wants_seats, wants_waitlist, wants_changes, wants_grades, \
         pace, why, since, told, revision, CASE WHEN section_id IS NULL THEN ARRAY(
             SELECT other.section_id::bigint FROM watches AS other
             WHERE other.person_id = watches.person_id AND other.term_id = watches.term_id
                 AND other.course_id = watches.course_id AND other.section_id IS NOT NULL
             ORDER BY other.section_id
         ) ELSE '{}' END AS leaves_out"
    };
}
pub(crate) use watch_columns;

const OF_PERSON: &str =
    concat!("SELECT ", watch_columns!(), " FROM watches WHERE person_id = $1 ORDER BY since DESC, watch_id DESC");

#[async_trait]
impl AlertStore for Database {
    async fn watches(&self, person: PersonId) -> Result<Vec<Watch>, AlertError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        Ok(read_of(&mut connection, person).await?)
    }

    async fn watch(&self, person: PersonId, new: &NewWatch, told: &Told, at: Timestamp) -> Result<(), AlertError> {
        let mut transaction = ask("beginning to follow something", self.pool.begin()).await?;
        let key = people::lock(&mut transaction, person).await?.ok_or(AlertError::NoSuchPerson(person))?;
        keep(&mut transaction, key, new, told, at).await?;
        ask("committing a watch", transaction.commit()).await?;
        Ok(())
    }

    async fn unwatch(&self, person: PersonId, watch: WatchId) -> Result<bool, AlertError> {
        let delete = sqlx::query("DELETE FROM watches WHERE person_id = $1 AND watch_id = $2")
            .bind(parse::key(person.0))
            .bind(parse::key(watch.0));
        Ok(ask("ending a watch", delete.execute(&self.pool)).await?.rows_affected() > 0)
    }

    async fn alert_log(&self, person: PersonId, limit: usize) -> Result<Vec<LoggedAlert>, AlertError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        Ok(alert_log::read_of(&mut connection, person, limit).await?)
    }

    async fn mail_off_since(&self, person: PersonId) -> Result<Option<Timestamp>, AlertError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        Ok(read_mail_off(&mut connection, person).await?)
    }

    async fn set_mail(&self, person: PersonId, is_on: bool, at: Timestamp) -> Result<(), AlertError> {
        let mut transaction = ask("beginning to turn mail on or off", self.pool.begin()).await?;
        let key = people::lock(&mut transaction, person).await?.ok_or(AlertError::NoSuchPerson(person))?;
        if is_on {
            let update = sqlx::query("UPDATE people SET alerts_mail_off_at = NULL WHERE person_id = $1").bind(key);
            ask("turning mail on", update.execute(&mut *transaction)).await?;
        } else {
            turn_off(&mut transaction, key, at).await?;
        }
        ask("committing whether mail is wanted", transaction.commit()).await?;
        Ok(())
    }

    async fn is_unsubscribe_link(&self, hash: TokenHash) -> Result<bool, AlertError> {
        let query =
            sqlx::query_scalar::<_, bool>("SELECT EXISTS (SELECT FROM unsubscribe_links WHERE token_hash = $1)")
                .bind(&hash.0[..]);
        Ok(ask("looking for a link that ends mail", query.fetch_one(&self.pool)).await?)
    }

    async fn unsubscribe(&self, hash: TokenHash, at: Timestamp) -> Result<bool, AlertError> {
        let mut transaction = ask("beginning to end mail", self.pool.begin()).await?;
        let query = sqlx::query_scalar::<_, i64>("SELECT person_id FROM unsubscribe_links WHERE token_hash = $1")
            .bind(&hash.0[..]);
        let owner = ask("reading whose mail a link ends", query.fetch_optional(&mut *transaction)).await?;
        let Some(owner) = owner else { return Ok(false) };
        turn_off(&mut transaction, owner, at).await?;
        ask("committing the end of mail", transaction.commit()).await?;
        Ok(true)
    }
}

/// What somebody follows, the newest first.
pub(crate) async fn read_of(connection: &mut PgConnection, person: PersonId) -> Result<Vec<Watch>, StoreError> {
    let query = sqlx::query_as::<_, WatchRow>(OF_PERSON).bind(parse::key(person.0));
    let rows = ask("reading what somebody follows", query.fetch_all(connection)).await?;
    rows.into_iter().map(WatchRow::watch).collect()
}

/// Since when somebody wants no mail.
pub(crate) async fn read_mail_off(
    connection: &mut PgConnection,
    person: PersonId,
) -> Result<Option<Timestamp>, StoreError> {
    let query = sqlx::query_scalar::<_, Option<jiff_sqlx::Timestamp>>(
        "SELECT alerts_mail_off_at FROM people WHERE person_id = $1",
    )
    .bind(parse::key(person.0));
    let off = ask("reading whether somebody wants mail", query.fetch_optional(connection)).await?.flatten();
    Ok(off.map(jiff_sqlx::Timestamp::to_jiff))
}

async fn turn_off(connection: &mut PgConnection, person: i64, at: Timestamp) -> Result<(), StoreError> {
    let update =
        sqlx::query("UPDATE people SET alerts_mail_off_at = coalesce(alerts_mail_off_at, $2) WHERE person_id = $1")
            .bind(person)
            .bind(moment::bound(at));
    ask("turning mail off", update.execute(&mut *connection)).await?;
    let stop = sqlx::query(
        "UPDATE alert_letters SET state = 'stopped', settled_at = $2
         WHERE person_id = $1 AND state IN ('waiting', 'sending')",
    )
    .bind(person)
    .bind(moment::bound(at));
    ask("stopping the letters of somebody", stop.execute(connection)).await?;
    Ok(())
}

/// Makes a watch, or gives the one that is there new kinds. The caller holds the lock of the person.
async fn keep(
    connection: &mut PgConnection,
    person: i64,
    new: &NewWatch,
    told: &Told,
    at: Timestamp,
) -> Result<(), AlertError> {
    let Watched { term, course, section } = new.watched;
    let look = sqlx::query_as::<_, (bool, bool, i64)>(
        "SELECT EXISTS (SELECT FROM courses WHERE course_id = $3),
             EXISTS (SELECT FROM watches WHERE person_id = $1 AND term_id = $2 AND course_id = $3
                 AND section_id IS NOT DISTINCT FROM $4 AND why = 'chosen'),
             (SELECT count(*) FROM watches WHERE person_id = $1 AND why = 'chosen')",
    )
    .bind(person)
    .bind(parse::term_number(term))
    .bind(parse::key(course.0))
    .bind(section.map(|section| i64::from(section.0)));
    let looked = ask("looking at what somebody follows", look.fetch_one(&mut *connection)).await?;
    let (is_known, is_chosen, count) = looked;
    if !is_known {
        return Err(AlertError::NoSuchCourse(course));
    }
    if !is_chosen && parse::count(count)? >= WATCHES_MAX {
        return Err(AlertError::TooManyWatches);
    }
    let Kinds { seats, waitlist, changes, grades } = new.kinds;
    let upsert = sqlx::query(
        "INSERT INTO watches (person_id, term_id, course_id, section_id, wants_seats, wants_waitlist, wants_changes,
             wants_grades, pace, why, since, told)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'chosen', $10, $11)
         ON CONFLICT (person_id, term_id, course_id, section_id) DO UPDATE SET
             wants_seats = excluded.wants_seats, wants_waitlist = excluded.wants_waitlist,
             wants_changes = excluded.wants_changes, wants_grades = excluded.wants_grades, pace = excluded.pace,
             why = 'chosen', told = coalesce(watches.told, excluded.told), revision = watches.revision + 1",
    )
    .bind(person)
    .bind(parse::term_number(term))
    .bind(parse::key(course.0))
    .bind(section.map(|section| i64::from(section.0)))
    .bind(seats)
    .bind(waitlist)
    .bind(changes)
    .bind(grades)
    .bind(new.pace.slug())
    .bind(moment::bound(at))
    .bind(Json(ToldRow::of(told)));
    ask("following something", upsert.execute(connection)).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
pub(crate) struct WatchRow {
    watch_id: i64,
    person_id: i64,
    term_id: i16,
    course_id: i64,
    section_id: Option<i64>,
    wants_seats: bool,
    wants_waitlist: bool,
    wants_changes: bool,
    wants_grades: bool,
    pace: String,
    why: String,
    since: jiff_sqlx::Timestamp,
    told: Option<Json<ToldRow>>,
    revision: i64,
    leaves_out: Vec<i64>,
}

impl WatchRow {
    pub(crate) fn watch(self) -> Result<Watch, StoreError> {
        Ok(Watch {
            id: WatchId(parse::id(self.watch_id)?),
            person: PersonId(parse::id(self.person_id)?),
            watched: Watched {
                term: parse::term(self.term_id)?,
                course: CourseId(parse::id(self.course_id)?),
                section: self.section_id.map(parse::section).transpose()?,
            },
            kinds: Kinds {
                seats: self.wants_seats,
                waitlist: self.wants_waitlist,
                changes: self.wants_changes,
                grades: self.wants_grades,
            },
            pace: Pace::from_slug(&self.pace).ok_or_else(|| parse::corrupt("a pace", &self.pace))?,
            why: Why::from_slug(&self.why).ok_or_else(|| parse::corrupt("why something is followed", &self.why))?,
            since: self.since.to_jiff(),
            told: self.told.map(|Json(row)| row.told()).transpose()?,
            revision: parse::id(self.revision)?,
            leaves_out: self.leaves_out.into_iter().map(parse::section).collect::<Result<_, _>>()?,
        })
    }
}
