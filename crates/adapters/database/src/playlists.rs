//! Playlists and who is in them.

use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;

use catalog::changes::{PlaylistChanges, PlaylistEdit};
use catalog::course::CourseCode;
use catalog::playlist::{Category, Playlist, PlaylistKey};
use catalog::ports::StoreError;
use sqlx::PgConnection;

use crate::ask::{ask, refuse};
use crate::{courses, parse};

/// All playlists, by key. `codes` gives the courses by their keys in the tables.
pub(crate) async fn read(
    connection: &mut PgConnection,
    codes: &HashMap<i64, CourseCode>,
) -> Result<Vec<Playlist>, StoreError> {
    let query = sqlx::query_as::<_, PlaylistRow>(
        "SELECT category, name, term_id, coalesce(members.courses, '{}') AS courses
         FROM playlists LEFT JOIN (
             SELECT playlist_id, array_agg(course_id ORDER BY subject, number_digits, number_prefix, number_suffix)
                 AS courses
             FROM playlist_courses JOIN courses USING (course_id) GROUP BY playlist_id
         ) members USING (playlist_id)",
    );
    let mut playlists = Vec::new();
    for row in ask("reading the playlists", query.fetch_all(connection)).await? {
        playlists.push(row.playlist(codes)?);
    }
    playlists.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(playlists)
}

#[derive(sqlx::FromRow)]
struct PlaylistRow {
    category: String,
    name: String,
    term_id: Option<i16>,
    courses: Vec<i64>,
}

impl PlaylistRow {
    fn playlist(self, codes: &HashMap<i64, CourseCode>) -> Result<Playlist, StoreError> {
        let category = Category::from_str(&self.category).map_err(|_| parse::corrupt("a category", &self.category))?;
        let mut courses = Vec::with_capacity(self.courses.len());
        for id in self.courses {
            courses.push(codes.get(&id).ok_or_else(|| parse::corrupt("a playlist's course", id))?.clone());
        }
        let key = PlaylistKey { category, name: self.name, term: parse::term_or_none(self.term_id)? };
        // They come in order: the set is then built in one go instead of by thousands of searches.
        Ok(Playlist { key, courses: BTreeSet::from_iter(courses) })
    }
}

/// Adds, edits and removes playlists.
pub(crate) async fn write(connection: &mut PgConnection, changes: &PlaylistChanges) -> Result<(), StoreError> {
    for key in &changes.gone {
        delete(connection, key).await?;
    }
    for playlist in &changes.added {
        let id = insert(connection, &playlist.key).await?;
        join(connection, id, &playlist.key, &playlist.courses.iter().collect::<Vec<_>>()).await?;
    }
    for edit in &changes.changed {
        apply(connection, edit).await?;
    }
    Ok(())
}

async fn delete(connection: &mut PgConnection, key: &PlaylistKey) -> Result<(), StoreError> {
    let doing = "removing a playlist";
    let delete = sqlx::query(
        "DELETE FROM playlists WHERE category = $1 AND name = $2 AND term_id IS NOT DISTINCT FROM $3::smallint",
    )
    .bind(key.category.slug())
    .bind(&key.name)
    .bind(key.term.map(parse::term_number));
    let removed = ask(doing, delete.execute(connection)).await?;
    if removed.rows_affected() == 1 { Ok(()) } else { Err(refuse(doing, format!("{} is not stored", named(key)))) }
}

async fn insert(connection: &mut PgConnection, key: &PlaylistKey) -> Result<i64, StoreError> {
    let insert = sqlx::query_scalar::<_, i64>(
        "INSERT INTO playlists (category, name, term_id) VALUES ($1, $2, $3) RETURNING playlist_id",
    )
    .bind(key.category.slug())
    .bind(&key.name)
    .bind(key.term.map(parse::term_number));
    ask("adding a playlist", insert.fetch_one(connection)).await
}

async fn apply(connection: &mut PgConnection, edit: &PlaylistEdit) -> Result<(), StoreError> {
    let doing = "finding a changed playlist";
    let query = sqlx::query_scalar::<_, i64>(
        "SELECT playlist_id FROM playlists
         WHERE category = $1 AND name = $2 AND term_id IS NOT DISTINCT FROM $3::smallint",
    )
    .bind(edit.key.category.slug())
    .bind(&edit.key.name)
    .bind(edit.key.term.map(parse::term_number));
    let found = ask(doing, query.fetch_optional(&mut *connection)).await?;
    let id = found.ok_or_else(|| refuse(doing, format!("{} is not stored", named(&edit.key))))?;
    leave(connection, id, edit).await?;
    join(connection, id, &edit.key, &edit.joining.iter().collect::<Vec<_>>()).await
}

async fn join(
    connection: &mut PgConnection,
    playlist: i64,
    key: &PlaylistKey,
    joining: &[&CourseCode],
) -> Result<(), StoreError> {
    if joining.is_empty() {
        return Ok(());
    }
    let doing = "adding courses to a playlist";
    let (subjects, numbers) = courses::columns(joining.iter().copied());
    let insert = sqlx::query(
        "INSERT INTO playlist_courses (playlist_id, course_id)
         SELECT $1, course_id FROM unnest($2::text[], $3::text[]) AS joining (subject, number)
         JOIN courses ON courses.subject = joining.subject AND courses.number = joining.number",
    )
    .bind(playlist)
    .bind(subjects)
    .bind(numbers);
    let joined = ask(doing, insert.execute(connection)).await?.rows_affected();
    if usize::try_from(joined) == Ok(joining.len()) {
        return Ok(());
    }
    Err(refuse(doing, format!("{}: only {joined} of {} courses are stored", named(key), joining.len())))
}

async fn leave(connection: &mut PgConnection, playlist: i64, edit: &PlaylistEdit) -> Result<(), StoreError> {
    if edit.leaving.is_empty() {
        return Ok(());
    }
    let doing = "taking courses out of a playlist";
    let (subjects, numbers) = courses::columns(&edit.leaving);
    let delete = sqlx::query(
        "DELETE FROM playlist_courses USING courses, unnest($2::text[], $3::text[]) AS leaving (subject, number)
         WHERE playlist_id = $1 AND playlist_courses.course_id = courses.course_id
             AND courses.subject = leaving.subject AND courses.number = leaving.number",
    )
    .bind(playlist)
    .bind(subjects)
    .bind(numbers);
    let left = ask(doing, delete.execute(connection)).await?.rows_affected();
    if usize::try_from(left) == Ok(edit.leaving.len()) {
        return Ok(());
    }
    Err(refuse(doing, format!("{}: only {left} of {} courses were in it", named(&edit.key), edit.leaving.len())))
}

fn named(key: &PlaylistKey) -> String {
    let term = key.term.map(|term| format!(" of {}", term.title())).unwrap_or_default();
    format!("playlist `{}` ({}){term}", key.name, key.category)
}
