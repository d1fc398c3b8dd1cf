//! What schedules were before: their versions, the present one among them. How undoing moves is the domain's rule
//! (`planner::history::Timeline`); here it is read, and what it says is written. The caller holds the lock of the schedule.

use catalog::ports::StoreError;
use planner::history::{
    ChangeNote, Content, History, Place, Timeline, Version, VersionNumber, making_note, unnoted_note,
};
use planner::schedule::{Schedule, ScheduleId};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::ask::ask;
use crate::schedule_rows::{ContentRow, version as number_of, version_number};
use crate::{moment, parse};

/// The versions of a schedule while it is changed.
pub(crate) struct Story {
    pub(crate) timeline: Timeline,
}

impl Story {
    /// Reads what a schedule was, and sees to it that what it is now is among it: an earlier release of the program keeps
    /// no versions of what it changes.
    pub(crate) async fn catch_up(connection: &mut PgConnection, stored: &mut Schedule) -> Result<Self, StoreError> {
        let rows = read_places(connection, stored.id).await?;
        let mut story = Self { timeline: timeline(&rows, stored.version)? };
        if rows.is_empty() {
            keep_first(connection, stored, &made_or_changed(stored)).await?;
            return Ok(story);
        }
        let kept = version(connection, stored, stored.version).await?;
        if kept.is_some_and(|(_, then)| Content::of(&then) != Content::of(stored)) {
            let place = story.timeline.change();
            stored.version = place.number;
            story.note(connection, stored, place, &unnoted_note()).await?;
        }
        Ok(story)
    }

    /// A change was made. When it made another content, that is a new version.
    pub(crate) async fn go_on(
        &mut self,
        connection: &mut PgConnection,
        before: &Schedule,
        after: &mut Schedule,
        note: &ChangeNote,
    ) -> Result<(), StoreError> {
        after.version = before.version;
        if Content::of(before) == Content::of(after) {
            return Ok(());
        }
        let place = self.timeline.change();
        after.version = place.number;
        self.note(connection, after, place, note).await
    }

    /// The timeline moved to a version that was there, and the schedule is like it now.
    pub(crate) async fn arrive(&self, connection: &mut PgConnection, after: &mut Schedule) -> Result<(), StoreError> {
        after.version = self.timeline.current();
        point_at(connection, after.id, after.version).await?;
        let here = self.timeline.places().iter().find(|place| place.number == after.version);
        let update = sqlx::query("UPDATE schedule_versions SET redo_to = $3 WHERE schedule_id = $1 AND number = $2")
            .bind(after.id.0)
            .bind(version_number(after.version))
            .bind(here.and_then(|place| place.redo_to).map(version_number));
        ask("noting from where a schedule came back", update.execute(connection)).await?;
        Ok(())
    }

    async fn note(
        &mut self,
        connection: &mut PgConnection,
        schedule: &Schedule,
        place: Place,
        note: &ChangeNote,
    ) -> Result<(), StoreError> {
        insert(connection, schedule, place, note).await?;
        point_at(connection, schedule.id, place.number).await?;
        let kept: Vec<i32> = self.timeline.places().iter().map(|place| version_number(place.number)).collect();
        let delete = sqlx::query("DELETE FROM schedule_versions WHERE schedule_id = $1 AND number <> ALL ($2)")
            .bind(schedule.id.0)
            .bind(kept);
        ask("forgetting old versions of a schedule", delete.execute(connection)).await?;
        Ok(())
    }
}

/// Keeps what a schedule is as the version that it says it is.
pub(crate) async fn keep_first(
    connection: &mut PgConnection,
    schedule: &Schedule,
    note: &ChangeNote,
) -> Result<(), StoreError> {
    let place = Place { number: schedule.version, undo_to: None, redo_to: None };
    insert(connection, schedule, place, note).await
}

/// What is kept of what a schedule was.
pub(crate) async fn history(connection: &mut PgConnection, schedule: &Schedule) -> Result<History, StoreError> {
    let rows = read_places(connection, schedule.id).await?;
    let timeline = timeline(&rows, schedule.version)?;
    let mut versions = Vec::with_capacity(rows.len() + 1);
    for row in rows.iter().rev() {
        versions.push(row.version(schedule.version)?);
    }
    if versions.is_empty() {
        versions.push(present(schedule));
    }
    let (can_undo, can_redo) = (timeline.undo_target().is_some(), timeline.redo_target().is_some());
    Ok(History { versions, can_undo, can_redo })
}

/// How many versions are kept.
pub(crate) async fn count(connection: &mut PgConnection, schedule: &Schedule) -> Result<usize, StoreError> {
    Ok(history(connection, schedule).await?.versions.len())
}

/// A schedule as it was in a version; `None` when that is not kept. Whose it is, and who may see it, is as now.
pub(crate) async fn version(
    connection: &mut PgConnection,
    schedule: &Schedule,
    number: VersionNumber,
) -> Result<Option<(Version, Schedule)>, StoreError> {
    let query = sqlx::query_as::<_, WholeRow>(
        "SELECT number, at, note, undo_to, redo_to, content FROM schedule_versions
         WHERE schedule_id = $1 AND number = $2",
    )
    .bind(schedule.id.0)
    .bind(version_number(number));
    let Some(row) = ask("reading a version of a schedule", query.fetch_optional(connection)).await? else {
        // One that an earlier release made is nowhere but in the schedule itself.
        return Ok((number == schedule.version).then(|| (present(schedule), schedule.clone())));
    };
    let version = row.place.version(schedule.version)?;
    let then = row.content.0.within(schedule)?;
    let then = Schedule { version: number, modified_at: version.at, ..then };
    Ok(Some((version, then)))
}

/// The version that a schedule is, when nothing is kept of it.
fn present(schedule: &Schedule) -> Version {
    let (number, at, note) = (schedule.version, schedule.modified_at, made_or_changed(schedule));
    Version { number, at, note, is_current: true }
}

fn made_or_changed(schedule: &Schedule) -> ChangeNote {
    if schedule.modified_at == schedule.created_at { making_note() } else { unnoted_note() }
}

fn timeline(rows: &[PlaceRow], current: VersionNumber) -> Result<Timeline, StoreError> {
    let places = rows.iter().map(PlaceRow::place).collect::<Result<Vec<Place>, StoreError>>()?;
    Ok(Timeline::new(places, current))
}

async fn read_places(connection: &mut PgConnection, schedule: ScheduleId) -> Result<Vec<PlaceRow>, StoreError> {
    let query = sqlx::query_as::<_, PlaceRow>(
        "SELECT number, at, note, undo_to, redo_to FROM schedule_versions WHERE schedule_id = $1 ORDER BY number",
    )
    .bind(schedule.0);
    ask("reading what a schedule was", query.fetch_all(connection)).await
}

async fn insert(
    connection: &mut PgConnection,
    schedule: &Schedule,
    place: Place,
    note: &ChangeNote,
) -> Result<(), StoreError> {
    let insert = sqlx::query(
        "INSERT INTO schedule_versions (schedule_id, number, at, note, content, undo_to, redo_to)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(schedule.id.0)
    .bind(version_number(place.number))
    .bind(moment::bound(schedule.modified_at))
    .bind(note.as_str())
    .bind(Json(ContentRow::of(schedule)))
    .bind(place.undo_to.map(version_number))
    .bind(place.redo_to.map(version_number));
    ask("keeping a version of a schedule", insert.execute(connection)).await?;
    Ok(())
}

async fn point_at(connection: &mut PgConnection, id: ScheduleId, number: VersionNumber) -> Result<(), StoreError> {
    let update = sqlx::query("UPDATE schedules SET version = $2 WHERE schedule_id = $1");
    let update = update.bind(id.0).bind(version_number(number));
    ask("noting which version a schedule is", update.execute(connection)).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    number: i32,
    at: jiff_sqlx::Timestamp,
    note: String,
    undo_to: Option<i32>,
    redo_to: Option<i32>,
}

#[derive(sqlx::FromRow)]
struct WholeRow {
    #[sqlx(flatten)]
    place: PlaceRow,
    content: Json<ContentRow>,
}

impl PlaceRow {
    fn place(&self) -> Result<Place, StoreError> {
        Ok(Place {
            number: number_of(self.number)?,
            undo_to: self.undo_to.map(number_of).transpose()?,
            redo_to: self.redo_to.map(number_of).transpose()?,
        })
    }

    fn version(&self, current: VersionNumber) -> Result<Version, StoreError> {
        let number = number_of(self.number)?;
        Ok(Version { number, at: self.at.to_jiff(), note: parse::line(&self.note)?, is_current: number == current })
    }
}
