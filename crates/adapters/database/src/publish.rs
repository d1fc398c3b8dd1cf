//! Publishes what a run changes: one transaction, one new version, one notification. All of it becomes visible at
//! once or nothing does; whatever does not fit what is stored fails the whole.

use catalog::changes::Publication;
use catalog::ports::StoreError;
use catalog::run::RunId;
use catalog::stored::CatalogVersion;
use catalog::term::TermId;
use sqlx::{Connection, PgConnection};

use crate::ask::{ask, join_whole_tables, refuse};
use crate::{classes, courses, grades, ledger, playlists, seats, sections, sources, state, terms};

/// What the commit is called, to know its failure from the others: only then is it unclear whether it happened.
pub(crate) const COMMITTING: &str = "committing the publication";

/// Publishes on the connection that holds the update lock: with the lock lost, the transaction is lost too.
pub(crate) async fn publish(
    connection: &mut PgConnection,
    run: RunId,
    publication: &Publication,
) -> Result<CatalogVersion, StoreError> {
    let mut transaction = ask("beginning the publication", connection.begin()).await?;
    match write(&mut transaction, run, publication).await {
        Ok(version) => {
            ask(COMMITTING, transaction.commit()).await?;
            Ok(version)
        }
        Err(error) => {
            // The first failure is the one to tell. A roll-back that fails means that the connection is gone, and
            // then the server rolls back by itself.
            let _ = transaction.rollback().await;
            Err(error)
        }
    }
}

/// In the order of the references: terms, courses, classes, sections, counts; then what points at all of them.
async fn write(
    connection: &mut PgConnection,
    run: RunId,
    publication: &Publication,
) -> Result<CatalogVersion, StoreError> {
    join_whole_tables(connection).await?;
    terms::write(connection, &publication.terms).await?;
    courses::write(connection, &publication.courses).await?;
    classes::write(connection, &publication.by_term).await?;
    sections::write(connection, &publication.by_term).await?;
    seats::write(connection, &publication.by_term).await?;
    playlists::write(connection, &publication.playlists).await?;
    sources::accept(connection, &publication.as_of).await?;
    link_grades(connection, publication).await?;
    let version = state::publish(connection, publication.at, publication.origin).await?;
    if ledger::note_version(connection, run, version).await? {
        return Ok(version);
    }
    Err(refuse("noting what the run publishes", format!("run {} was marked as abandoned by another run", run.0)))
}

/// Grades may be older than the courses and sections that they belong to.
async fn link_grades(connection: &mut PgConnection, publication: &Publication) -> Result<(), StoreError> {
    let mut terms: Vec<TermId> = Vec::new();
    for changes in &publication.by_term {
        if !(changes.sections.added.is_empty() && changes.sections.changed.is_empty()) {
            terms.push(changes.term);
        }
    }
    if publication.courses.added.is_empty() && terms.is_empty() {
        return Ok(());
    }
    grades::lock_links(connection).await?;
    grades::link_courses(connection).await?;
    grades::link_sections(connection, &terms).await
}
