//! Loads the published catalog, all of one version: what all terms share, and then one term after the other, so that
//! never more than a part of it lies in memory in the form of rows.

use std::collections::HashMap;

use async_trait::async_trait;
use catalog::course::Course;
use catalog::data::{CatalogData, ObservedCounts, TermData};
use catalog::ids::{CourseId, Numbered};
use catalog::ports::{StoreError, TermsToLoad};
use catalog::section::SectionId;
use catalog::stored::Held;
use catalog::term::TermId;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use crate::ask::ask;
use crate::courses::{Codes, StoredCourse};
use crate::{announced, classes, courses, grades, parse, playlists, seats, sections, sources, state, switches, terms};

/// Everything at once.
pub(crate) async fn load(pool: &PgPool) -> Result<CatalogData, StoreError> {
    let (mut data, mut loading) = begin(pool).await?;
    let mut terms = Vec::new();
    while let Some(term) = loading.next_with_id().await? {
        terms.push(term);
    }
    // Newest first they came, and oldest first everything lies in the whole.
    for (id, term) in terms.into_iter().rev() {
        data.classes.extend(term.classes);
        data.sections.extend(term.sections);
        data.counts.extend(term.counts.into_iter().map(|(section, counts)| ((id, section), counts)));
        data.reservations.extend(term.reservations.into_iter().map(|(section, reserved)| ((id, section), reserved)));
    }
    Ok(data)
}

/// What all terms share, and the rest to come. Publications that happen meanwhile are not seen.
pub(crate) async fn begin(pool: &PgPool) -> Result<(CatalogData, Loading), StoreError> {
    let begin = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    let mut transaction = ask("beginning to load the catalog", begin).await?;
    let connection = &mut *transaction;
    let state = state::read(connection).await?;
    let terms = terms::read(connection).await?;
    let stored_courses = courses::read(connection).await?;
    let codes = Codes::of(&stored_courses);
    let data = CatalogData {
        state,
        courses: numbered_courses(stored_courses)?,
        grades: grades::read(connection, &codes).await?,
        playlists: playlists::read(connection, &codes).await?,
        sources: sources::read(connection).await?,
        grades_imported_at: grades::read_imported_at(connection).await?,
        switches: switches::read(connection).await?,
        announced: announced::read(connection).await?,
        terms,
        ..CatalogData::default()
    };
    let to_come = data.terms.iter().map(|term| term.id).collect();
    Ok((data, Loading { transaction: Some(transaction), codes, to_come }))
}

/// A load in its transaction.
pub(crate) struct Loading {
    /// Ended behind the last term, and by dropping it.
    transaction: Option<Transaction<'static, Postgres>>,
    codes: Codes,
    /// Oldest first: they are taken from the end.
    to_come: Vec<TermId>,
}

#[async_trait]
impl TermsToLoad for Loading {
    async fn next(&mut self) -> Result<Option<TermData>, StoreError> {
        Ok(self.next_with_id().await?.map(|(_, term)| term))
    }
}

impl Loading {
    async fn next_with_id(&mut self) -> Result<Option<(TermId, TermData)>, StoreError> {
        match (&mut self.transaction, self.to_come.pop()) {
            (Some(transaction), Some(term)) => Ok(Some((term, read_term(transaction, term, &self.codes).await?))),
            _ => {
                if let Some(transaction) = self.transaction.take() {
                    ask("ending the load of the catalog", transaction.commit()).await?;
                }
                Ok(None)
            }
        }
    }
}

async fn read_term(connection: &mut PgConnection, term: TermId, codes: &Codes) -> Result<TermData, StoreError> {
    let stored_classes = classes::read(connection, Some(term), codes).await?;
    let stored_sections = sections::read(connection, Some(term), &stored_classes).await?;
    let shown_classes = stored_classes.into_iter().filter(|class| !class.held.is_retired);
    let shown_sections = stored_sections.into_iter().filter(|section| !section.is_retired);
    let mut data = TermData {
        classes: shown_classes.map(|class| class.held.value).collect(),
        sections: shown_sections.map(|section| section.value).collect(),
        ..TermData::default()
    };
    add_seats(connection, term, &mut data).await?;
    Ok(data)
}

fn numbered_courses(stored: Vec<StoredCourse>) -> Result<Vec<Numbered<CourseId, Held<Course>>>, StoreError> {
    let mut courses = Vec::with_capacity(stored.len());
    for course in stored {
        courses.push(Numbered { id: CourseId(parse::id(course.id)?), value: course.held });
    }
    Ok(courses)
}

/// Counts and reservations of the sections that are shown.
async fn add_seats(connection: &mut PgConnection, term: TermId, data: &mut TermData) -> Result<(), StoreError> {
    let mut runs: HashMap<SectionId, ObservedCounts> = HashMap::new();
    for (_, run) in seats::read_current(connection, Some(term)).await? {
        runs.insert(run.section, ObservedCounts { counts: run.counts, seen_at: run.last_seen });
    }
    let mut reservations = seats::read_reservations(connection, Some(term)).await?;
    for section in &data.sections {
        if let Some(counts) = runs.remove(&section.id) {
            data.counts.insert(section.id, counts);
        }
        if let Some(reserved) = reservations.remove(&(term, section.id)) {
            data.reservations.insert(section.id, reserved);
        }
    }
    Ok(())
}
