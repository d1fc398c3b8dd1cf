//! Schedules as the tables hold them, and as versions hold what was in them.

use accounts::line::Line;
use catalog::ids::CourseId;
use catalog::meeting::{Days, TimeRange};
use catalog::ports::StoreError;
use catalog::section::{SectionId, SectionKey};
use catalog::term::TermId;
use planner::history::VersionNumber;
use planner::schedule::{COLOURS, Owner, Schedule, ScheduleId, Selection, SelectionId, TimeBlock, TimeBlockId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::ask::ask;
use crate::{owners, parse};

/// A schedule whole, in one statement, so that what is read is of one moment. Columns by name: see `people`.
macro_rules! select_schedules {
    ($($rest:literal),+) => {
        concat!(
            "SELECT schedule_id, person_id, guest_id, term_id, name, total_units, is_public, version, created_at,
                 modified_at,
                 (SELECT coalesce(jsonb_agg(jsonb_build_object(
                      'id', selection_id, 'course', course_id, 'primary', primary_section_id, 'colour', colour,
                      'secondary',
                      (SELECT coalesce(jsonb_agg(section_id ORDER BY secondaries.position), '[]')
                       FROM schedule_secondaries secondaries
                       WHERE secondaries.selection_id = selections.selection_id)
                  ) ORDER BY selections.position), '[]')
                  FROM schedule_selections selections
                  WHERE selections.schedule_id = schedules.schedule_id) AS selections,
                 (SELECT coalesce(jsonb_agg(jsonb_build_object(
                      'id', time_block_id, 'name', blocks.name, 'start', start_time, 'end', end_time, 'days', days
                  ) ORDER BY blocks.position), '[]')
                  FROM schedule_time_blocks blocks
                  WHERE blocks.schedule_id = schedules.schedule_id) AS time_blocks
             FROM schedules ",
            $($rest),+
        )
    };
}

/// A schedule by key, whosever it is.
pub(crate) async fn read(connection: &mut PgConnection, id: ScheduleId) -> Result<Option<Schedule>, StoreError> {
    let query = sqlx::query_as::<_, ScheduleRow>(select_schedules!("WHERE schedule_id = $1")).bind(id.0);
    let row = ask("reading a schedule", query.fetch_optional(connection)).await?;
    row.map(ScheduleRow::schedule).transpose()
}

/// Those of somebody, the oldest first.
pub(crate) async fn read_of(connection: &mut PgConnection, owner: Owner) -> Result<Vec<Schedule>, StoreError> {
    let keys = owners::keys(owner);
    let query = sqlx::query_as::<_, ScheduleRow>(select_schedules!(
        "WHERE person_id = $1 OR guest_id = $2 ORDER BY schedules.position"
    ));
    let rows = ask("reading schedules", query.bind(keys.person).bind(keys.guest).fetch_all(connection)).await?;
    rows.into_iter().map(ScheduleRow::schedule).collect()
}

#[derive(sqlx::FromRow)]
struct ScheduleRow {
    schedule_id: Uuid,
    person_id: Option<i64>,
    guest_id: Option<i64>,
    term_id: i16,
    name: String,
    total_units: String,
    is_public: bool,
    version: i32,
    created_at: jiff_sqlx::Timestamp,
    modified_at: jiff_sqlx::Timestamp,
    selections: Json<Vec<SelectionRow>>,
    time_blocks: Json<Vec<TimeBlockRow>>,
}

impl ScheduleRow {
    fn schedule(self) -> Result<Schedule, StoreError> {
        let term = parse::term(self.term_id)?;
        Ok(Schedule {
            id: ScheduleId(self.schedule_id),
            owner: owners::owner(self.person_id, self.guest_id)?,
            name: parse::line(&self.name)?,
            term,
            created_at: self.created_at.to_jiff(),
            modified_at: self.modified_at.to_jiff(),
            total_units: parse::line(&self.total_units)?,
            is_public: self.is_public,
            version: version(self.version)?,
            selections: selections(self.selections.0, term)?,
            time_blocks: time_blocks(self.time_blocks.0)?,
        })
    }
}

/// What was in a schedule once. It is written by one release and read by later ones: what is added must have a default.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ContentRow {
    name: String,
    total_units: String,
    selections: Vec<SelectionRow>,
    time_blocks: Vec<TimeBlockRow>,
}

impl ContentRow {
    pub(crate) fn of(schedule: &Schedule) -> Self {
        Self {
            name: schedule.name.as_str().to_owned(),
            total_units: schedule.total_units.as_str().to_owned(),
            selections: schedule.selections.iter().map(SelectionRow::of).collect(),
            time_blocks: schedule.time_blocks.iter().map(TimeBlockRow::of).collect(),
        }
    }

    /// The schedule with this in it.
    pub(crate) fn within(self, schedule: &Schedule) -> Result<Schedule, StoreError> {
        Ok(Schedule {
            name: parse::line(&self.name)?,
            total_units: parse::line(&self.total_units)?,
            selections: selections(self.selections, schedule.term)?,
            time_blocks: time_blocks(self.time_blocks)?,
            ..schedule.clone()
        })
    }
}

/// A version's number as the tables hold it.
pub(crate) fn version_number(version: VersionNumber) -> i32 {
    // Nobody changes a schedule two thousand million times.
    i32::try_from(version.0).unwrap_or(i32::MAX)
}

pub(crate) fn version(number: i32) -> Result<VersionNumber, StoreError> {
    u32::try_from(number).map(VersionNumber).map_err(|_| parse::corrupt("a version's number", number))
}

fn selections(rows: Vec<SelectionRow>, term: TermId) -> Result<Vec<Selection>, StoreError> {
    rows.into_iter().map(|row| row.selection(term)).collect()
}

fn time_blocks(rows: Vec<TimeBlockRow>) -> Result<Vec<TimeBlock>, StoreError> {
    rows.into_iter().map(TimeBlockRow::time_block).collect()
}

#[derive(Debug, Serialize, Deserialize)]
struct SelectionRow {
    id: u64,
    course: u64,
    primary: Option<u32>,
    secondary: Vec<u32>,
    #[serde(default)]
    colour: Option<u8>,
}

impl SelectionRow {
    fn of(selection: &Selection) -> Self {
        Self {
            id: selection.id.0,
            course: selection.course.0,
            primary: selection.primary.map(|section| section.id.0),
            secondary: selection.secondary.iter().map(|section| section.id.0).collect(),
            colour: selection.colour,
        }
    }

    fn selection(self, term: TermId) -> Result<Selection, StoreError> {
        let section = |id: u32| SectionKey { term, id: SectionId(id) };
        if self.colour.is_some_and(|colour| colour >= COLOURS) {
            return Err(parse::corrupt("a colour", self.colour));
        }
        Ok(Selection {
            id: SelectionId(self.id),
            course: CourseId(self.course),
            primary: self.primary.map(section),
            secondary: self.secondary.into_iter().map(section).collect(),
            colour: self.colour,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct TimeBlockRow {
    id: u64,
    name: String,
    start: jiff::civil::Time,
    end: jiff::civil::Time,
    days: u8,
}

impl TimeBlockRow {
    fn of(block: &TimeBlock) -> Self {
        Self {
            id: block.id.0,
            name: Line::as_str(&block.name).to_owned(),
            start: block.time.start(),
            end: block.time.end(),
            days: block.days.bits(),
        }
    }

    fn time_block(self) -> Result<TimeBlock, StoreError> {
        let time = TimeRange::new(self.start, self.end);
        Ok(TimeBlock {
            id: TimeBlockId(self.id),
            name: parse::line(&self.name)?,
            time: time.ok_or_else(|| parse::corrupt("a block of time", (self.start, self.end)))?,
            days: Days::from_bits(self.days),
        })
    }
}
