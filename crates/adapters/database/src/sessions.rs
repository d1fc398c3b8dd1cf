//! Sessions: found by the hash of their token, and over by themselves.

use accounts::line::Line;
use accounts::person::{Person, PersonId};
use accounts::ports::{AccountError, SessionStore};
use accounts::session::{SESSIONS_MAX, Session, SessionId, TokenHash, UserAgent, expiry};
use async_trait::async_trait;
use catalog::ports::StoreError;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::ask::ask;
use crate::connect::Database;
use crate::people::{PersonRow, person_columns};
use crate::{moment, parse, people};

/// What a [`SessionRow`] is read from, under names that no column of a person has.
macro_rules! session_columns {
    () => {
        "session_id, person_id AS session_person, created_at AS session_created_at, last_seen_at, expires_at, user_agent"
    };
}

const FIND: &str = concat!(
    "SELECT session_id, session_person, session_created_at, last_seen_at, expires_at, user_agent, ",
    person_columns!(),
    " FROM (SELECT ",
    session_columns!(),
    " FROM sign_in_sessions WHERE token_hash = $1 AND expires_at > $2) AS found JOIN people ON person_id = session_person"
);
const INSERT: &str = concat!(
    "INSERT INTO sign_in_sessions (person_id, token_hash, created_at, last_seen_at, expires_at, user_agent)
     VALUES ($1, $2, $3, $3, $4, $5) RETURNING ",
    session_columns!()
);
const ROTATE: &str = concat!(
    "UPDATE sign_in_sessions SET token_hash = $2 WHERE token_hash = $1 AND expires_at > $3 RETURNING ",
    session_columns!()
);
const OF_PERSON: &str = concat!(
    "SELECT ",
    session_columns!(),
    " FROM sign_in_sessions WHERE person_id = $1 ORDER BY last_seen_at DESC, session_id DESC"
);

#[async_trait]
impl SessionStore for Database {
    async fn open(
        &self,
        person: PersonId,
        hash: TokenHash,
        user_agent: Option<&UserAgent>,
        at: Timestamp,
    ) -> Result<Session, AccountError> {
        let mut transaction = ask("beginning to open a session", self.pool.begin()).await?;
        let key = people::lock(&mut transaction, person).await?.ok_or(AccountError::NoSuchPerson(person))?;
        make_room(&mut transaction, key).await?;
        let insert = sqlx::query_as::<_, SessionRow>(INSERT)
            .bind(key)
            .bind(&hash.0[..])
            .bind(moment::bound(at))
            .bind(moment::bound(expiry(at, at)))
            .bind(user_agent.map(Line::as_str));
        let session = ask("opening a session", insert.fetch_one(&mut *transaction)).await?.session()?;
        ask("committing a session", transaction.commit()).await?;
        Ok(session)
    }

    async fn find(&self, hash: TokenHash, now: Timestamp) -> Result<Option<(Session, Person)>, AccountError> {
        let query = sqlx::query_as::<_, SignedInRow>(FIND).bind(&hash.0[..]).bind(moment::bound(now));
        let Some(row) = ask("reading a session", query.fetch_optional(&self.pool)).await? else { return Ok(None) };
        let (session, person) = (row.session.session()?, row.person.person()?);
        let Some(touched) = session.touched(now) else { return Ok(Some((session, person))) };
        let touch = sqlx::query(
            "UPDATE sign_in_sessions SET last_seen_at = greatest(last_seen_at, $2), expires_at = greatest(expires_at, $3)
             WHERE session_id = $1",
        )
        .bind(parse::key(session.id.0))
        .bind(moment::bound(touched.last_seen_at))
        .bind(moment::bound(touched.expires_at));
        ask("noting that somebody was seen", touch.execute(&self.pool)).await?;
        Ok(Some((touched, person)))
    }

    async fn rotate(&self, old: TokenHash, new: TokenHash, now: Timestamp) -> Result<Option<Session>, AccountError> {
        let update = sqlx::query_as::<_, SessionRow>(ROTATE).bind(&old.0[..]).bind(&new.0[..]).bind(moment::bound(now));
        let row = ask("giving a session a new token", update.fetch_optional(&self.pool)).await?;
        Ok(row.map(SessionRow::session).transpose()?)
    }

    async fn close(&self, hash: TokenHash) -> Result<bool, AccountError> {
        let delete = sqlx::query("DELETE FROM sign_in_sessions WHERE token_hash = $1").bind(&hash.0[..]);
        Ok(ask("closing a session", delete.execute(&self.pool)).await?.rows_affected() > 0)
    }

    async fn close_one(&self, person: PersonId, session: SessionId) -> Result<bool, AccountError> {
        let delete = sqlx::query("DELETE FROM sign_in_sessions WHERE person_id = $1 AND session_id = $2")
            .bind(parse::key(person.0))
            .bind(parse::key(session.0));
        Ok(ask("closing a session of somebody", delete.execute(&self.pool)).await?.rows_affected() > 0)
    }

    async fn close_all(&self, person: PersonId) -> Result<usize, AccountError> {
        let delete = sqlx::query("DELETE FROM sign_in_sessions WHERE person_id = $1").bind(parse::key(person.0));
        let closed = ask("closing all sessions of somebody", delete.execute(&self.pool)).await?.rows_affected();
        Ok(usize::try_from(closed).unwrap_or(usize::MAX))
    }

    async fn sessions(&self, person: PersonId, now: Timestamp) -> Result<Vec<Session>, AccountError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        let mut sessions = read_of(&mut connection, person).await?;
        sessions.retain(|session| session.is_alive(now));
        Ok(sessions)
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<usize, AccountError> {
        let delete = sqlx::query("DELETE FROM sign_in_sessions WHERE expires_at <= $1").bind(moment::bound(now));
        let swept = ask("forgetting sessions", delete.execute(&self.pool)).await?.rows_affected();
        Ok(usize::try_from(swept).unwrap_or(usize::MAX))
    }
}

/// All of a person, also those that are over, the last seen first.
pub(crate) async fn read_of(connection: &mut PgConnection, person: PersonId) -> Result<Vec<Session>, StoreError> {
    let query = sqlx::query_as::<_, SessionRow>(OF_PERSON).bind(parse::key(person.0));
    let rows = ask("reading the sessions of somebody", query.fetch_all(connection)).await?;
    rows.into_iter().map(SessionRow::session).collect()
}

/// Ends the sessions that leave no room for one more. The caller holds the lock of the person.
async fn make_room(connection: &mut PgConnection, person: i64) -> Result<(), StoreError> {
    let delete = sqlx::query(
        "DELETE FROM sign_in_sessions WHERE session_id IN (
             SELECT session_id FROM sign_in_sessions WHERE person_id = $1 ORDER BY last_seen_at DESC, session_id DESC OFFSET $2
         )",
    )
    .bind(person)
    .bind(i64::try_from(SESSIONS_MAX - 1).unwrap_or(i64::MAX));
    ask("making room for a session", delete.execute(connection)).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct SignedInRow {
    #[sqlx(flatten)]
    session: SessionRow,
    #[sqlx(flatten)]
    person: PersonRow,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    session_id: i64,
    session_person: i64,
    session_created_at: jiff_sqlx::Timestamp,
    last_seen_at: jiff_sqlx::Timestamp,
    expires_at: jiff_sqlx::Timestamp,
    user_agent: Option<String>,
}

impl SessionRow {
    fn session(self) -> Result<Session, StoreError> {
        Ok(Session {
            id: SessionId(parse::id(self.session_id)?),
            person: PersonId(parse::id(self.session_person)?),
            created_at: self.session_created_at.to_jiff(),
            last_seen_at: self.last_seen_at.to_jiff(),
            expires_at: self.expires_at.to_jiff(),
            user_agent: self.user_agent.as_deref().map(parse::line).transpose()?,
        })
    }
}
