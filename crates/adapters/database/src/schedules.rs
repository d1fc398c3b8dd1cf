//! Schedules: reading them, and what may be done to them by whom. Writing their lists is `schedule_lists`.

use accounts::line::Line;
use accounts::person::PersonId;
use async_trait::async_trait;
use catalog::ids::CourseId;
use catalog::meeting::{Days, TimeRange};
use catalog::ports::StoreError;
use catalog::section::{SectionId, SectionKey};
use catalog::term::TermId;
use jiff::Timestamp;
use planner::draft::{ScheduleChange, ScheduleDraft, default_name, default_total_units};
use planner::ports::{SCHEDULES_MAX, ScheduleError, ScheduleStore};
use planner::schedule::{Schedule, ScheduleId, Selection, SelectionId, TimeBlock, TimeBlockId};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::ask::ask;
use crate::connect::Database;
use crate::{moment, parse, people, schedule_lists};

/// A schedule whole, in one statement, so that what is read is of one moment. Columns by name: see `people`.
macro_rules! select_schedules {
    ($($rest:literal),+) => {
        concat!(
            "SELECT schedule_id, person_id, term_id, name, total_units, is_public, created_at, modified_at,
                 (SELECT coalesce(jsonb_agg(jsonb_build_object(
                      'id', selection_id, 'course', course_id, 'primary', primary_section_id, 'secondary',
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

#[async_trait]
impl ScheduleStore for Database {
    async fn schedules(&self, owner: PersonId) -> Result<Vec<Schedule>, ScheduleError> {
        let query =
            sqlx::query_as::<_, ScheduleRow>(select_schedules!("WHERE person_id = $1 ORDER BY schedules.position"));
        let rows = ask("reading schedules", query.bind(parse::key(owner.0)).fetch_all(&self.pool)).await?;
        let mut schedules = Vec::with_capacity(rows.len());
        for row in rows {
            schedules.push(row.schedule()?);
        }
        Ok(schedules)
    }

    async fn schedule(&self, id: ScheduleId, viewer: Option<PersonId>) -> Result<Option<Schedule>, ScheduleError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        let schedule = read(&mut connection, id).await?;
        Ok(schedule.filter(|schedule| schedule.is_visible_to(viewer)))
    }

    async fn create(&self, owner: PersonId, draft: &ScheduleDraft, at: Timestamp) -> Result<Schedule, ScheduleError> {
        let mut transaction = ask("beginning to make a schedule", self.pool.begin()).await?;
        // Whoever else makes one for this person waits: the count, and the name made of it, hold.
        let person = people::lock(&mut transaction, owner).await?.ok_or(ScheduleError::NoSuchPerson(owner))?;
        let id = insert(&mut transaction, person, draft, at).await?;
        schedule_lists::write_selections(&mut transaction, id, draft.term, &draft.selections, &[]).await?;
        schedule_lists::write_time_blocks(&mut transaction, id, &draft.time_blocks).await?;
        let made = read(&mut transaction, id).await?.ok_or(ScheduleError::NoSuchSchedule)?;
        ask("committing a new schedule", transaction.commit()).await?;
        Ok(made)
    }

    async fn update(
        &self,
        id: ScheduleId,
        owner: PersonId,
        change: &ScheduleChange,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError> {
        let mut transaction = ask("beginning to change a schedule", self.pool.begin()).await?;
        let stored = lock(&mut transaction, id, owner).await?;
        if let Some(selections) = &change.selections {
            let held = &stored.selections;
            schedule_lists::write_selections(&mut transaction, id, stored.term, selections, held).await?;
        }
        if let Some(blocks) = &change.time_blocks {
            schedule_lists::write_time_blocks(&mut transaction, id, blocks).await?;
        }
        write_head(&mut transaction, id, change, at).await?;
        let changed = read(&mut transaction, id).await?.ok_or(ScheduleError::NoSuchSchedule)?;
        ask("committing the change of a schedule", transaction.commit()).await?;
        Ok(changed)
    }

    async fn remove(&self, id: ScheduleId, owner: PersonId) -> Result<Schedule, ScheduleError> {
        let mut transaction = ask("beginning to remove a schedule", self.pool.begin()).await?;
        let removed = lock(&mut transaction, id, owner).await?;
        let delete = sqlx::query("DELETE FROM schedules WHERE schedule_id = $1").bind(id.0);
        ask("removing a schedule", delete.execute(&mut *transaction)).await?;
        ask("committing the removal of a schedule", transaction.commit()).await?;
        Ok(removed)
    }
}

async fn read(connection: &mut PgConnection, id: ScheduleId) -> Result<Option<Schedule>, StoreError> {
    let query = sqlx::query_as::<_, ScheduleRow>(select_schedules!("WHERE schedule_id = $1")).bind(id.0);
    let row = ask("reading a schedule", query.fetch_optional(connection)).await?;
    row.map(ScheduleRow::schedule).transpose()
}

/// Locks a schedule until the transaction ends, and gives it as it stands then. Refuses whoever is not its owner.
async fn lock(connection: &mut PgConnection, id: ScheduleId, owner: PersonId) -> Result<Schedule, ScheduleError> {
    // By a statement of its own: one that waits for the lock and reads at once would read the time before the wait.
    let lock = sqlx::query("SELECT FROM schedules WHERE schedule_id = $1 FOR UPDATE").bind(id.0);
    ask("locking a schedule", lock.execute(&mut *connection)).await?;
    let stored = read(connection, id).await?.ok_or(ScheduleError::NoSuchSchedule)?;
    if stored.owner == owner {
        return Ok(stored);
    }
    Err(if stored.is_public { ScheduleError::NotTheOwner } else { ScheduleError::NoSuchSchedule })
}

async fn insert(
    connection: &mut PgConnection,
    person: i64,
    draft: &ScheduleDraft,
    at: Timestamp,
) -> Result<ScheduleId, ScheduleError> {
    let query = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM schedules WHERE person_id = $1").bind(person);
    let count = parse::count(ask("counting schedules", query.fetch_one(&mut *connection)).await?)?;
    if count >= SCHEDULES_MAX {
        return Err(ScheduleError::TooManySchedules);
    }
    let insert = sqlx::query_scalar::<_, Uuid>(
        "INSERT INTO schedules (person_id, term_id, name, total_units, is_public, created_at, modified_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING schedule_id",
    )
    .bind(person)
    .bind(parse::term_number(draft.term))
    .bind(draft.name.clone().unwrap_or_else(|| default_name(count)).as_str().to_owned())
    .bind(draft.total_units.clone().unwrap_or_else(default_total_units).as_str().to_owned())
    .bind(draft.is_public)
    .bind(moment::bound(at));
    Ok(ScheduleId(ask("making a schedule", insert.fetch_one(connection)).await?))
}

/// Writes all but the lists.
async fn write_head(
    connection: &mut PgConnection,
    id: ScheduleId,
    change: &ScheduleChange,
    at: Timestamp,
) -> Result<(), StoreError> {
    let update = sqlx::query(
        "UPDATE schedules SET name = coalesce($2, name), total_units = coalesce($3, total_units),
             is_public = coalesce($4, is_public), modified_at = greatest(modified_at, $5)
         WHERE schedule_id = $1",
    )
    .bind(id.0)
    .bind(change.name.as_ref().map(Line::as_str))
    .bind(change.total_units.as_ref().map(Line::as_str))
    .bind(change.is_public)
    .bind(moment::bound(at));
    ask("changing a schedule", update.execute(connection)).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ScheduleRow {
    schedule_id: Uuid,
    person_id: i64,
    term_id: i16,
    name: String,
    total_units: String,
    is_public: bool,
    created_at: jiff_sqlx::Timestamp,
    modified_at: jiff_sqlx::Timestamp,
    selections: Json<Vec<SelectionRow>>,
    time_blocks: Json<Vec<TimeBlockRow>>,
}

#[derive(serde::Deserialize)]
struct SelectionRow {
    id: u64,
    course: u64,
    primary: Option<u32>,
    secondary: Vec<u32>,
}

#[derive(serde::Deserialize)]
struct TimeBlockRow {
    id: u64,
    name: String,
    start: jiff::civil::Time,
    end: jiff::civil::Time,
    days: u8,
}

impl ScheduleRow {
    fn schedule(self) -> Result<Schedule, StoreError> {
        let term = parse::term(self.term_id)?;
        let mut time_blocks = Vec::with_capacity(self.time_blocks.len());
        for block in self.time_blocks.0 {
            time_blocks.push(block.time_block()?);
        }
        Ok(Schedule {
            id: ScheduleId(self.schedule_id),
            owner: PersonId(parse::id(self.person_id)?),
            name: parse::line(&self.name)?,
            term,
            created_at: self.created_at.to_jiff(),
            modified_at: self.modified_at.to_jiff(),
            total_units: parse::line(&self.total_units)?,
            is_public: self.is_public,
            selections: self.selections.0.into_iter().map(|selection| selection.selection(term)).collect(),
            time_blocks,
        })
    }
}

impl SelectionRow {
    fn selection(self, term: TermId) -> Selection {
        let section = |id: u32| SectionKey { term, id: SectionId(id) };
        Selection {
            id: SelectionId(self.id),
            course: CourseId(self.course),
            primary: self.primary.map(section),
            secondary: self.secondary.into_iter().map(section).collect(),
        }
    }
}

impl TimeBlockRow {
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
