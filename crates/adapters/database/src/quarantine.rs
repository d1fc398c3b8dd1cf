//! Records that could not be used, with their raw text. Only the newest are kept.

use catalog::class::ClassKey;
use catalog::fetched::{Fault, Identity, RecordKind};
use catalog::ports::StoreError;
use catalog::run::RunId;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use sqlx::{Connection, PgConnection};

use crate::ask::ask;
use crate::copy::{Rows, copy_in};
use crate::parse;

/// The most records in quarantine. A night in which the source changes its format could bring 20,000; these many
/// show what happened, and take a few megabytes (at worst, with the longest raw text, 500 MB).
pub(crate) const QUARANTINED_RECORDS_MAX: usize = 2_000;

/// Keeps faults of a run, at once and whatever becomes of the run, and lets go of the oldest above the limit.
pub(crate) async fn keep(connection: &mut PgConnection, run: RunId, faults: &[Fault]) -> Result<(), StoreError> {
    let newest = &faults[faults.len().saturating_sub(QUARANTINED_RECORDS_MAX)..];
    let mut rows = Rows::default();
    for fault in newest {
        let identity = fault.identity.as_ref().map(identity_text);
        rows.push(&[
            &run.0,
            &fault.kind.slug(),
            &fault.term.map(parse::term_number),
            &identity,
            &fault.path,
            &fault.reason,
            &fault.raw,
        ]);
    }
    let mut transaction = ask("beginning to quarantine records", connection.begin()).await?;
    let copy = "COPY quarantined_records (run_id, kind, term_id, identity, path, reason, raw) FROM STDIN";
    copy_in(&mut transaction, "putting records into quarantine", copy, &rows).await?;
    forget_oldest(&mut transaction).await?;
    ask("committing the quarantine", transaction.commit()).await
}

async fn forget_oldest(connection: &mut PgConnection) -> Result<(), StoreError> {
    let delete = sqlx::query(
        "DELETE FROM quarantined_records WHERE quarantine_id <= (
             SELECT quarantine_id FROM quarantined_records ORDER BY quarantine_id DESC OFFSET $1 LIMIT 1
         )",
    )
    .bind(i64::try_from(QUARANTINED_RECORDS_MAX).unwrap_or(i64::MAX));
    ask("forgetting the oldest of the quarantine", delete.execute(connection)).await?;
    Ok(())
}

/// The newest faults, newest first, with the run that met them.
pub(crate) async fn read(connection: &mut PgConnection, limit: usize) -> Result<Vec<(RunId, Fault)>, StoreError> {
    let query = sqlx::query_as::<_, FaultRow>(
        "SELECT run_id, kind, term_id, identity, path, reason, raw
         FROM quarantined_records ORDER BY quarantine_id DESC LIMIT $1",
    )
    .bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let rows = ask("reading the quarantine", query.fetch_all(connection)).await?;
    rows.into_iter().map(FaultRow::fault).collect()
}

#[derive(sqlx::FromRow)]
struct FaultRow {
    run_id: i64,
    kind: String,
    term_id: Option<i16>,
    identity: Option<Json<StoredIdentity>>,
    path: String,
    reason: String,
    raw: String,
}

impl FaultRow {
    fn fault(self) -> Result<(RunId, Fault), StoreError> {
        let kind = RecordKind::from_slug(&self.kind).ok_or_else(|| parse::corrupt("a kind of record", &self.kind))?;
        let fault = Fault {
            kind,
            term: parse::term_or_none(self.term_id)?,
            identity: self.identity.map(|Json(stored)| stored.identity()).transpose()?,
            path: self.path,
            reason: self.reason,
            raw: self.raw,
        };
        Ok((RunId(self.run_id), fault))
    }
}

/// An identity as it lies in its column: `{"section": 8921}`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StoredIdentity {
    Term(i16),
    Course { subject: String, number: String },
    Class { term: i16, subject: String, course: String, session: String, number: String },
    Section(i64),
}

fn identity_text(identity: &Identity) -> String {
    let stored = match identity {
        Identity::Term(term) => StoredIdentity::Term(parse::term_number(*term)),
        Identity::Section(section) => StoredIdentity::Section(i64::from(section.0)),
        Identity::Course(code) => {
            StoredIdentity::Course { subject: code.subject.to_string(), number: code.number.to_string() }
        }
        Identity::Class(key) => StoredIdentity::Class {
            term: parse::term_number(key.term),
            subject: key.course.subject.to_string(),
            course: key.course.number.to_string(),
            session: key.session.replace('\0', "\u{fffd}"),
            number: key.number.replace('\0', "\u{fffd}"),
        },
    };
    // Numbers and texts only: nothing in it can fail to become JSON.
    serde_json::to_string(&stored).unwrap_or_default()
}

impl StoredIdentity {
    fn identity(self) -> Result<Identity, StoreError> {
        match self {
            Self::Term(number) => Ok(Identity::Term(parse::term(number)?)),
            Self::Section(number) => Ok(Identity::Section(parse::section(number)?)),
            Self::Course { subject, number } => Ok(Identity::Course(parse::course(&subject, &number)?)),
            Self::Class { term, subject, course, session, number } => Ok(Identity::Class(ClassKey {
                term: parse::term(term)?,
                course: parse::course(&subject, &course)?,
                session: session.into(),
                number: number.into(),
            })),
        }
    }
}
