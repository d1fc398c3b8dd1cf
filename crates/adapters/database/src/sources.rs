//! How current each source is, and what trouble it was in when last asked.

use std::str::FromStr;

use catalog::data::SourceState;
use catalog::ports::StoreError;
use catalog::run::{RunReport, Step, StepReport};
use catalog::term::TermId;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::ask::ask;
use crate::{moment, parse};

#[derive(sqlx::FromRow)]
struct SourceRow {
    step: String,
    term_id: Option<i16>,
    as_of: Option<jiff_sqlx::Timestamp>,
    trouble_at: Option<jiff_sqlx::Timestamp>,
    trouble: Option<String>,
}

/// All sources, in the order of the steps, then terms.
pub(crate) async fn read(connection: &mut PgConnection) -> Result<Vec<SourceState>, StoreError> {
    let query = sqlx::query_as::<_, SourceRow>("SELECT step, term_id, as_of, trouble_at, trouble FROM source_states");
    let mut sources = Vec::new();
    for row in ask("reading how current the sources are", query.fetch_all(connection)).await? {
        sources.push(SourceState {
            step: Step::from_str(&row.step).map_err(|_| parse::corrupt("a step", &row.step))?,
            term: parse::term_or_none(row.term_id)?,
            as_of: row.as_of.map(jiff_sqlx::Timestamp::to_jiff),
            trouble: row.trouble_at.map(jiff_sqlx::Timestamp::to_jiff).zip(row.trouble),
        });
    }
    sources.sort_by_key(|source| (source.step, source.term));
    Ok(sources)
}

/// Notes that sources were accepted, and with that out of trouble.
pub(crate) async fn accept(
    connection: &mut PgConnection,
    as_of: &[(Step, Option<TermId>, Timestamp)],
) -> Result<(), StoreError> {
    for (step, term, moment) in as_of {
        let upsert = sqlx::query(
            "INSERT INTO source_states (step, term_id, as_of) VALUES ($1, $2, $3)
             ON CONFLICT (step, term_id) DO UPDATE SET as_of = excluded.as_of, trouble_at = NULL, trouble = NULL",
        )
        .bind(step.slug())
        .bind(term.map(parse::term_number))
        .bind(moment::bound(*moment));
        ask("noting how current a source is", upsert.execute(&mut *connection)).await?;
    }
    Ok(())
}

/// Notes the sources that were refused or failed, with the reason. Says whether there was any.
pub(crate) async fn note_trouble(connection: &mut PgConnection, report: &RunReport) -> Result<bool, StoreError> {
    let mut is_in_trouble = false;
    for step in &report.steps {
        if let Some(reason) = step.outcome.reason() {
            note_one(connection, step, report.ended_at, reason).await?;
            is_in_trouble = true;
        }
    }
    Ok(is_in_trouble)
}

async fn note_one(
    connection: &mut PgConnection,
    step: &StepReport,
    at: Timestamp,
    reason: &str,
) -> Result<(), StoreError> {
    let upsert = sqlx::query(
        "INSERT INTO source_states (step, term_id, trouble_at, trouble) VALUES ($1, $2, $3, $4)
         ON CONFLICT (step, term_id) DO UPDATE SET trouble_at = excluded.trouble_at, trouble = excluded.trouble",
    )
    .bind(step.step.slug())
    .bind(step.term.map(parse::term_number))
    .bind(moment::bound(at))
    .bind(reason.replace('\0', "\u{fffd}"));
    ask("noting a source's trouble", upsert.execute(connection)).await?;
    Ok(())
}
