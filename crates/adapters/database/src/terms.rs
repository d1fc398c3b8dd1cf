//! Terms and their sessions.

use std::collections::HashMap;

use catalog::ports::StoreError;
use catalog::term::{Session, Term, TermId};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::ask::ask;
use crate::copy::{Rows, copy_in};
use crate::{moment, parse};

/// All terms, oldest first.
pub(crate) async fn read(connection: &mut PgConnection) -> Result<Vec<Term>, StoreError> {
    let mut sessions = read_sessions(connection).await?;
    let query = sqlx::query_as::<_, TermRow>(
        "SELECT term_id, begin_date, end_date, enrollment_begin FROM terms ORDER BY term_id",
    );
    let rows = ask("reading the terms", query.fetch_all(connection)).await?;
    let mut terms = Vec::with_capacity(rows.len());
    for row in rows {
        let id = parse::term(row.term_id)?;
        terms.push(Term {
            id,
            begin: row.begin_date.to_jiff(),
            end: row.end_date.to_jiff(),
            enrollment_begin: parse::date(row.enrollment_begin),
            sessions: sessions.remove(&id).unwrap_or_default(),
        });
    }
    Ok(terms)
}

#[derive(sqlx::FromRow)]
struct TermRow {
    term_id: i16,
    begin_date: jiff_sqlx::Date,
    end_date: jiff_sqlx::Date,
    enrollment_begin: Option<jiff_sqlx::Date>,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    term_id: i16,
    session_id: String,
    name: String,
    begin_date: jiff_sqlx::Date,
    end_date: jiff_sqlx::Date,
}

async fn read_sessions(connection: &mut PgConnection) -> Result<HashMap<TermId, Vec<Session>>, StoreError> {
    let query = sqlx::query_as::<_, SessionRow>(
        "SELECT term_id, session_id, name, begin_date, end_date FROM sessions ORDER BY term_id, session_id",
    );
    let mut sessions: HashMap<TermId, Vec<Session>> = HashMap::new();
    for row in ask("reading the sessions", query.fetch_all(connection)).await? {
        sessions.entry(parse::term(row.term_id)?).or_default().push(Session {
            id: row.session_id,
            name: row.name,
            begin: row.begin_date.to_jiff(),
            end: row.end_date.to_jiff(),
        });
    }
    Ok(sessions)
}

/// Adds terms or puts them in the place of what was held of them.
pub(crate) async fn write(connection: &mut PgConnection, terms: &[Term]) -> Result<(), StoreError> {
    for term in terms {
        write_one(connection, term).await?;
    }
    Ok(())
}

async fn write_one(connection: &mut PgConnection, term: &Term) -> Result<(), StoreError> {
    let number = parse::term_number(term.id);
    let upsert = sqlx::query(
        "INSERT INTO terms (term_id, begin_date, end_date, enrollment_begin) VALUES ($1, $2, $3, $4)
         ON CONFLICT (term_id) DO UPDATE SET begin_date = excluded.begin_date, end_date = excluded.end_date,
             enrollment_begin = excluded.enrollment_begin",
    )
    .bind(number)
    .bind(term.begin.to_sqlx())
    .bind(term.end.to_sqlx())
    .bind(term.enrollment_begin.map(ToSqlx::to_sqlx));
    ask("storing a term", upsert.execute(&mut *connection)).await?;

    let delete = sqlx::query("DELETE FROM sessions WHERE term_id = $1").bind(number);
    ask("clearing a term's sessions", delete.execute(&mut *connection)).await?;
    let mut rows = Rows::default();
    for session in &term.sessions {
        rows.push(&[&number, &session.id, &session.name, &session.begin, &session.end]);
    }
    let copy = "COPY sessions (term_id, session_id, name, begin_date, end_date) FROM STDIN";
    copy_in(connection, "storing a term's sessions", copy, &rows).await
}

/// Notes the moment of an accepted observation of a term's counts. Refuses one that is older than the last.
pub(crate) async fn note_observation(
    connection: &mut PgConnection,
    term: TermId,
    at: jiff::Timestamp,
) -> Result<(), StoreError> {
    let doing = "noting the observation of the counts";
    let update = sqlx::query(
        "UPDATE terms SET counts_observed_at = $2
         WHERE term_id = $1 AND (counts_observed_at IS NULL OR counts_observed_at <= $2)",
    )
    .bind(parse::term_number(term))
    .bind(moment::bound(at));
    let done = ask(doing, update.execute(connection)).await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let problem = "the term is not stored, or was observed later already";
    Err(crate::ask::refuse(doing, format!("{} at {at}: {problem}", term.slug())))
}

/// The moment of the last accepted observation of a term's counts.
pub(crate) async fn observed_at(
    connection: &mut PgConnection,
    term: TermId,
) -> Result<Option<jiff::Timestamp>, StoreError> {
    let query = sqlx::query_scalar::<_, Option<jiff_sqlx::Timestamp>>(
        "SELECT counts_observed_at FROM terms WHERE term_id = $1",
    )
    .bind(parse::term_number(term));
    let found = ask("reading when the counts were observed", query.fetch_optional(connection)).await?;
    Ok(found.flatten().map(jiff_sqlx::Timestamp::to_jiff))
}
