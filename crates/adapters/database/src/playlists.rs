//! Playlists and who is in them.

use std::collections::BTreeSet;
use std::str::FromStr;

use catalog::changes::PlaylistChanges;
use catalog::course::CourseCode;
use catalog::ids::{Numbered, PlaylistId};
use catalog::playlist::{Category, Playlist, PlaylistKey};
use catalog::ports::StoreError;
use sqlx::PgConnection;

use crate::ask::{ask, expect_rows, expect_stored};
use crate::copy::{Rows, copy_in};
use crate::courses::Codes;
use crate::parse;

/// All playlists, by key.
pub(crate) async fn read(
    connection: &mut PgConnection,
    codes: &Codes,
) -> Result<Vec<Numbered<PlaylistId, Playlist>>, StoreError> {
    let query = sqlx::query_as::<_, PlaylistRow>(
        "SELECT playlist_id, category, name, term_id, coalesce(members.courses, '{}') AS courses
         FROM playlists LEFT JOIN (
             SELECT playlist_id, array_agg(course_id) AS courses FROM playlist_courses GROUP BY playlist_id
         ) members USING (playlist_id)",
    );
    let mut playlists = Vec::new();
    for row in ask("reading the playlists", query.fetch_all(connection)).await? {
        playlists.push(Numbered { id: PlaylistId(parse::id(row.playlist_id)?), value: row.playlist(codes)? });
    }
    playlists.sort_by(|one, other| one.value.key.cmp(&other.value.key));
    Ok(playlists)
}

#[derive(sqlx::FromRow)]
struct PlaylistRow {
    playlist_id: i64,
    category: String,
    name: String,
    term_id: Option<i16>,
    courses: Vec<i64>,
}

impl PlaylistRow {
    fn playlist(self, codes: &Codes) -> Result<Playlist, StoreError> {
        let category = Category::from_str(&self.category).map_err(|_| parse::corrupt("a category", &self.category))?;
        let mut placed = Vec::with_capacity(self.courses.len());
        for id in self.courses {
            placed.push(codes.get(id)?);
        }
        // In order, the set is built in one go instead of by thousands of comparisons of codes.
        placed.sort_unstable_by_key(|(place, _)| *place);
        let courses = BTreeSet::from_iter(placed.into_iter().map(|(_, code)| code.clone()));
        let key = PlaylistKey { category, name: self.name, term: parse::term_or_none(self.term_id)? };
        Ok(Playlist { key, courses })
    }
}

/// Adds, edits and removes playlists.
pub(crate) async fn write(connection: &mut PgConnection, changes: &PlaylistChanges) -> Result<(), StoreError> {
    delete(connection, &changes.gone).await?;
    insert(connection, &changes.added).await?;
    let mut leaving = Moves::default();
    let mut joining = Moves::default();
    for playlist in &changes.added {
        joining.push(&playlist.key, &playlist.courses);
    }
    for edit in &changes.changed {
        joining.push(&edit.key, &edit.joining);
        leaving.push(&edit.key, &edit.leaving);
    }
    stage(connection).await?;
    leave(connection, &leaving).await?;
    join(connection, &joining).await
}

async fn delete(connection: &mut PgConnection, gone: &[PlaylistKey]) -> Result<(), StoreError> {
    if gone.is_empty() {
        return Ok(());
    }
    let doing = "removing playlists";
    let (categories, names, terms) = columns(gone);
    let delete = sqlx::query(
        "DELETE FROM playlists USING unnest($1::text[], $2::text[], $3::smallint[]) AS gone (category, name, term_id)
         WHERE playlists.category = gone.category AND playlists.name = gone.name
             AND playlists.term_id IS NOT DISTINCT FROM gone.term_id",
    )
    .bind(categories)
    .bind(names)
    .bind(terms);
    let removed = ask(doing, delete.execute(connection)).await?;
    expect_rows(doing, removed.rows_affected(), gone.len(), "a playlist to remove is not stored")
}

async fn insert(connection: &mut PgConnection, added: &[Playlist]) -> Result<(), StoreError> {
    if added.is_empty() {
        return Ok(());
    }
    let (categories, names, terms) = columns(added.iter().map(|playlist| &playlist.key));
    let insert = sqlx::query(
        "INSERT INTO playlists (category, name, term_id)
         SELECT * FROM unnest($1::text[], $2::text[], $3::smallint[])",
    )
    .bind(categories)
    .bind(names)
    .bind(terms);
    ask("adding playlists", insert.execute(connection)).await?;
    Ok(())
}

/// Keys as columns, for `unnest`.
fn columns<'a>(keys: impl IntoIterator<Item = &'a PlaylistKey>) -> (Vec<&'static str>, Vec<&'a str>, Vec<Option<i16>>) {
    let (mut categories, mut names, mut terms) = (Vec::new(), Vec::new(), Vec::new());
    for key in keys {
        categories.push(key.category.slug());
        names.push(key.name.as_str());
        terms.push(key.term.map(parse::term_number));
    }
    (categories, names, terms)
}

/// Courses that join or leave playlists.
#[derive(Default)]
struct Moves {
    rows: Rows,
    count: usize,
}

impl Moves {
    fn push<'a>(&mut self, key: &PlaylistKey, courses: impl IntoIterator<Item = &'a CourseCode>) {
        let term = key.term.map(parse::term_number);
        for code in courses {
            let (subject, number) = (code.subject.as_str(), code.number.as_str());
            self.rows.push(&[&key.category.slug(), &key.name, &term, &subject, &number]);
            self.count += 1;
        }
    }
}

async fn stage(connection: &mut PgConnection) -> Result<(), StoreError> {
    let create = sqlx::query(
        "CREATE TEMP TABLE staged_moves (
             category text, name text COLLATE \"C\", term_id smallint, subject text COLLATE \"C\",
             number text COLLATE \"C\"
         ) ON COMMIT DROP",
    );
    ask("making room for the playlists' courses", create.execute(connection)).await?;
    Ok(())
}

async fn leave(connection: &mut PgConnection, leaving: &Moves) -> Result<(), StoreError> {
    if leaving.count == 0 {
        return Ok(());
    }
    let doing = "taking courses out of playlists";
    copy_in(connection, "sending the leaving courses", "COPY staged_moves FROM STDIN", &leaving.rows).await?;
    let delete = sqlx::query(
        "DELETE FROM playlist_courses members USING staged_moves moves, playlists, courses
         WHERE playlists.category = moves.category AND playlists.name = moves.name
             AND playlists.term_id IS NOT DISTINCT FROM moves.term_id
             AND courses.subject = moves.subject AND courses.number = moves.number
             AND members.playlist_id = playlists.playlist_id AND members.course_id = courses.course_id",
    );
    let left = ask(doing, delete.execute(&mut *connection)).await?;
    expect_rows(doing, left.rows_affected(), leaving.count, "a course that leaves a playlist was not in it")?;
    ask("clearing the leaving courses", sqlx::query("TRUNCATE staged_moves").execute(connection)).await?;
    Ok(())
}

async fn join(connection: &mut PgConnection, joining: &Moves) -> Result<(), StoreError> {
    if joining.count == 0 {
        return Ok(());
    }
    let doing = "adding courses to playlists";
    copy_in(connection, "sending the joining courses", "COPY staged_moves FROM STDIN", &joining.rows).await?;
    let insert = sqlx::query(
        "INSERT INTO playlist_courses (playlist_id, course_id)
         SELECT playlists.playlist_id, courses.course_id
         FROM staged_moves moves
         JOIN playlists ON playlists.category = moves.category AND playlists.name = moves.name
             AND playlists.term_id IS NOT DISTINCT FROM moves.term_id
         JOIN courses ON courses.subject = moves.subject AND courses.number = moves.number",
    );
    let joined = ask(doing, insert.execute(&mut *connection)).await?.rows_affected();
    let lacking = "SELECT string_agg(what, ', ') FROM (
             SELECT DISTINCT concat_ws(' ', 'playlist', moves.category, moves.name, moves.term_id, 'or course',
                 moves.subject, moves.number)
             FROM staged_moves moves
             LEFT JOIN playlists ON playlists.category = moves.category AND playlists.name = moves.name
                 AND playlists.term_id IS NOT DISTINCT FROM moves.term_id
             LEFT JOIN courses ON courses.subject = moves.subject AND courses.number = moves.number
             WHERE playlists.playlist_id IS NULL OR courses.course_id IS NULL ORDER BY 1 LIMIT 3
         ) AS lacking (what)";
    expect_stored(connection, doing, joined, joining.count, lacking).await
}
