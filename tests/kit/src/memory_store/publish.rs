//! Publishes: everything that does not fit what is held fails the whole.

use catalog::changes::{PlaylistChanges, Publication, TermChanges};
use catalog::data::SourceState;
use catalog::stored::{CatalogState, CatalogVersion, Held};

use super::tables::Tables;

/// Makes the tables those of the next version. An error says what does not fit, and leaves them to be thrown away.
pub(super) fn apply(tables: &mut Tables, publication: &Publication) -> Result<CatalogVersion, String> {
    for term in &publication.terms {
        tables.terms.insert(term.id, term.clone());
    }
    apply_courses(tables, publication)?;
    for changes in &publication.by_term {
        apply_classes(tables, changes)?;
        apply_sections(tables, changes)?;
        if let Some(enrollment) = &changes.enrollment {
            if let Some((section, _)) =
                enrollment.opened.iter().find(|(id, _)| !tables.sections.contains_key(&(changes.term, *id)))
            {
                return Err(format!("section {section} is not stored"));
            }
            tables.seats.observe(changes.term, enrollment)?;
        }
    }
    apply_playlists(tables, &publication.playlists)?;
    for (step, term, as_of) in &publication.as_of {
        let state = SourceState { step: *step, term: *term, as_of: Some(*as_of), trouble: None };
        tables.sources.insert((*step, *term), state);
    }
    next_version(tables, publication)
}

fn apply_courses(tables: &mut Tables, publication: &Publication) -> Result<(), String> {
    for course in publication.courses.added.iter().chain(&publication.courses.changed) {
        let held = Held { value: course.clone(), is_retired: false };
        tables.course_numbers.give(course.code.clone());
        tables.courses.insert(course.code.clone(), held);
    }
    for code in &publication.courses.gone {
        tables.courses.get_mut(code).ok_or_else(|| format!("course {code} is not stored"))?.is_retired = true;
    }
    Ok(())
}

fn apply_classes(tables: &mut Tables, changes: &TermChanges) -> Result<(), String> {
    for class in changes.classes.added.iter().chain(&changes.classes.changed) {
        let key = &class.key;
        if !(tables.terms.contains_key(&key.term) && tables.courses.contains_key(&key.course)) {
            return Err(format!("the term or the course of class {key} is not stored"));
        }
        tables.classes.insert(key.clone(), Held { value: class.clone(), is_retired: false });
    }
    for key in &changes.classes.gone {
        tables.classes.get_mut(key).ok_or_else(|| format!("class {key} is not stored"))?.is_retired = true;
    }
    Ok(())
}

fn apply_sections(tables: &mut Tables, changes: &TermChanges) -> Result<(), String> {
    for section in changes.sections.added.iter().chain(&changes.sections.changed) {
        if !tables.classes.contains_key(&section.class) {
            return Err(format!("class {} of section {} is not stored", section.class, section.id));
        }
        let held = Held { value: section.clone(), is_retired: false };
        tables.sections.insert((section.class.term, section.id), held);
    }
    for id in &changes.sections.gone {
        let held = tables.sections.get_mut(&(changes.term, *id));
        held.ok_or_else(|| format!("section {id} is not stored"))?.is_retired = true;
    }
    Ok(())
}

fn apply_playlists(tables: &mut Tables, changes: &PlaylistChanges) -> Result<(), String> {
    for key in &changes.gone {
        tables.playlists.remove(key).ok_or_else(|| format!("playlist {key:?} is not stored"))?;
    }
    for playlist in &changes.added {
        if let Some(code) = playlist.courses.iter().find(|code| !tables.courses.contains_key(code)) {
            return Err(format!("course {code} of a playlist is not stored"));
        }
        tables.playlist_numbers.give(playlist.key.clone());
        if tables.playlists.insert(playlist.key.clone(), playlist.courses.clone()).is_some() {
            return Err(format!("playlist {:?} is stored already", playlist.key));
        }
    }
    for edit in &changes.changed {
        let courses = tables.playlists.get_mut(&edit.key);
        let courses = courses.ok_or_else(|| format!("playlist {:?} is not stored", edit.key))?;
        for code in &edit.leaving {
            if !courses.remove(code) {
                return Err(format!("course {code} was not in playlist {:?}", edit.key));
            }
        }
        for code in &edit.joining {
            if !(tables.courses.contains_key(code) && courses.insert(code.clone())) {
                return Err(format!("course {code} cannot join playlist {:?}", edit.key));
            }
        }
    }
    Ok(())
}

fn next_version(tables: &mut Tables, publication: &Publication) -> Result<CatalogVersion, String> {
    let version = match tables.state {
        None => CatalogVersion(1),
        Some(state) if state.origin == publication.origin => CatalogVersion(state.version.0 + 1),
        Some(state) => {
            let (held, brought) = (state.origin.slug(), publication.origin.slug());
            return Err(format!("the store holds data of origin `{held}` and this run brought `{brought}`"));
        }
    };
    tables.state = Some(CatalogState { version, published_at: publication.at, origin: publication.origin });
    Ok(version)
}
