//! One way to put a statement to the database: named, in a span of that name, with that name in the error.

use catalog::ports::{Cause, StoreError};
use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use sqlx::PgConnection;
use tracing::Instrument;

/// Awaits an answer of the database. `doing` names the statement: `reading the stored courses`.
pub(crate) async fn ask<T>(
    doing: &'static str,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, StoreError> {
    let span = tracing::debug_span!("sql", doing);
    answer.instrument(span).await.map_err(|source| StoreError::Failed { doing, source: Box::new(source) })
}

/// Takes the rows of an answer one by one, as they come: a whole table of them is not held beside what is made of it.
pub(crate) async fn ask_each<R>(
    doing: &'static str,
    mut rows: BoxStream<'_, Result<R, sqlx::Error>>,
    mut take: impl FnMut(R) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let taking = async {
        let failed = |source| StoreError::Failed { doing, source: Box::new(source) };
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            take(row)?;
        }
        Ok(())
    };
    taking.instrument(tracing::debug_span!("sql", doing)).await
}

/// Keeps the planner, until the transaction ends, from joining row by row. A transaction that fills tables has no
/// statistics about what it has just written, and the planner then takes 12,000 rows for one: the first publication
/// into an empty database ran for five minutes and into its time-out. Without that choice it takes half a second,
/// and where row by row would be right, reading the whole table costs milliseconds.
pub(crate) async fn join_whole_tables(connection: &mut PgConnection) -> Result<(), StoreError> {
    let setting = sqlx::query("SET LOCAL enable_nestloop = off");
    ask("choosing how to join", setting.execute(connection)).await?;
    Ok(())
}

/// A refusal by ourselves: what was asked does not fit what is stored.
pub(crate) fn refuse(doing: &'static str, message: String) -> StoreError {
    StoreError::Failed { doing, source: message.into() }
}

/// Refuses when a statement reached another number of rows than it must.
pub(crate) fn expect_rows(doing: &'static str, reached: u64, expected: usize, missing: &str) -> Result<(), StoreError> {
    if usize::try_from(reached) == Ok(expected) {
        return Ok(());
    }
    Err(refuse(doing, format!("{expected} expected, {reached} found: {missing}")))
}

/// Refuses when fewer rows were stored than staged. `naming` selects, as one text, some of what they lack.
pub(crate) async fn expect_stored(
    connection: &mut PgConnection,
    doing: &'static str,
    stored: u64,
    expected: usize,
    naming: &'static str,
) -> Result<(), StoreError> {
    if usize::try_from(stored) == Ok(expected) {
        return Ok(());
    }
    let query = sqlx::query_scalar::<_, Option<String>>(naming);
    let lacking = ask("finding what is lacking", query.fetch_one(connection)).await?;
    let lacking = lacking.unwrap_or_else(|| "a record is there twice".to_owned());
    Err(refuse(doing, format!("{stored} of {expected} fit what is stored; not stored: {lacking}")))
}

/// Whether a cause means that the connection is gone, and with it every lock that it held.
pub(crate) fn is_lost_connection(cause: &Cause) -> bool {
    match cause.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed) => true,
        Some(sqlx::Error::Database(refused)) => refused.code().is_some_and(|code| is_farewell(&code)),
        _ => false,
    }
}

/// SQLSTATE of class 08 (connection exceptions), and the three shutdowns of class 57.
fn is_farewell(code: &str) -> bool {
    code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03")
}
