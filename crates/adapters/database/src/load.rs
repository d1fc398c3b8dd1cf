//! Loads the whole published catalog, in one snapshot: a handful of queries over whole tables, put together here.

use std::collections::HashMap;

use catalog::course::Course;
use catalog::data::{CatalogData, ObservedCounts};
use catalog::ids::{CourseId, Numbered};
use catalog::ports::StoreError;
use catalog::section::SectionId;
use catalog::stored::Held;
use catalog::term::TermId;
use sqlx::{PgConnection, PgPool};

use crate::ask::ask;
use crate::courses::{Codes, StoredCourse};
use crate::{classes, courses, grades, parse, playlists, seats, sections, sources, state, switches, terms};

/// Everything of one version: publications that happen meanwhile are not seen.
pub(crate) async fn load(pool: &PgPool) -> Result<CatalogData, StoreError> {
    let begin = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    let mut snapshot = ask("beginning to load the catalog", begin).await?;
    let data = read(&mut snapshot).await?;
    ask("ending the load of the catalog", snapshot.commit()).await?;
    Ok(data)
}

async fn read(connection: &mut PgConnection) -> Result<CatalogData, StoreError> {
    let state = state::read(connection).await?;
    let terms = terms::read(connection).await?;
    let stored_courses = courses::read(connection).await?;
    let codes = Codes::of(&stored_courses);
    let stored_classes = classes::read(connection, None, &codes).await?;
    let sections = sections::read(connection, None, &stored_classes).await?;

    let mut data = CatalogData {
        state,
        terms,
        courses: numbered_courses(stored_courses)?,
        grades: grades::read(connection, &codes).await?,
        playlists: playlists::read(connection, &codes).await?,
        sources: sources::read(connection).await?,
        grades_imported_at: grades::read_imported_at(connection).await?,
        switches: switches::read(connection).await?,
        ..CatalogData::default()
    };
    let shown = stored_classes.into_iter().filter(|class| !class.held.is_retired);
    data.classes = shown.map(|class| class.held.value).collect();
    let shown = sections.into_iter().filter(|section| !section.is_retired);
    data.sections = shown.map(|section| section.value).collect();
    add_seats(connection, &mut data).await?;
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
async fn add_seats(connection: &mut PgConnection, data: &mut CatalogData) -> Result<(), StoreError> {
    let mut runs: HashMap<(TermId, SectionId), ObservedCounts> = HashMap::new();
    for (term, run) in seats::read_current(connection, None).await? {
        runs.insert((term, run.section), ObservedCounts { counts: run.counts, seen_at: run.last_seen });
    }
    let mut reservations = seats::read_reservations(connection, None).await?;
    for section in &data.sections {
        let key = (section.class.term, section.id);
        if let Some(counts) = runs.remove(&key) {
            data.counts.insert(key, counts);
        }
        if let Some(reserved) = reservations.remove(&key) {
            data.reservations.insert(key, reserved);
        }
    }
    Ok(())
}
