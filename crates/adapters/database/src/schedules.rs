//! Schedules: what may be done to them by whom. How they lie in the tables is `schedule_rows`, writing their lists
//! `schedule_lists`, what they were before `schedule_versions`, who else may see them `schedule_links`.

use accounts::guest::GuestId;
use accounts::line::Line;
use accounts::person::PersonId;
use async_trait::async_trait;
use catalog::ports::StoreError;
use jiff::Timestamp;
use planner::draft::{ScheduleChange, ScheduleDraft, copy_name, default_name, default_total_units};
use planner::form_key::FormKey;
use planner::history::{Content, History, Timeline, Version, VersionNumber, making_note};
use planner::link::{Link, LinkId, LinkKind, LinkUse, Linked, Original};
use planner::ports::{Adopted, SCHEDULES_MAX, ScheduleError, ScheduleStore, schedules_max};
use planner::schedule::{Owner, Schedule, ScheduleId, ScheduleName};
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use crate::ask::ask;
use crate::connect::Database;
use crate::schedule_versions::Story;
use crate::{moment, owners, parse, schedule_links, schedule_lists, schedule_rows, schedule_versions};

#[async_trait]
impl ScheduleStore for Database {
    async fn schedules(&self, owner: Owner) -> Result<Vec<Schedule>, ScheduleError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        Ok(schedule_rows::read_of(&mut connection, owner).await?)
    }

    async fn schedule(&self, id: ScheduleId, viewer: Option<Owner>) -> Result<Option<Schedule>, ScheduleError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        let schedule = schedule_rows::read(&mut connection, id).await?;
        Ok(schedule.filter(|schedule| schedule.is_visible_to(viewer)))
    }

    async fn create(&self, owner: Owner, draft: &ScheduleDraft, at: Timestamp) -> Result<Schedule, ScheduleError> {
        let mut transaction = ask("beginning to make a schedule", self.pool.begin()).await?;
        let made = create(&mut transaction, owner, draft, at).await?;
        ask("committing a new schedule", transaction.commit()).await?;
        Ok(made)
    }

    async fn update(
        &self,
        id: ScheduleId,
        owner: Owner,
        change: &ScheduleChange,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError> {
        let (mut transaction, stored, mut story) = self.begin_change(id, owner).await?;
        if change.expects.is_some_and(|expected| expected != stored.version) {
            // What was found out about the schedule's versions is kept: the number that is told here must be its own.
            ask("committing what was found of a schedule", transaction.commit()).await?;
            return Err(ScheduleError::ChangedMeanwhile { now: stored.version });
        }
        let mut changed = write(&mut transaction, &stored, change, at).await?;
        story.go_on(&mut transaction, &stored, &mut changed, &change.note).await?;
        ask("committing the change of a schedule", transaction.commit()).await?;
        Ok(changed)
    }

    async fn remove(&self, id: ScheduleId, owner: Owner) -> Result<Schedule, ScheduleError> {
        let mut transaction = ask("beginning to remove a schedule", self.pool.begin()).await?;
        let removed = lock(&mut transaction, id, owner).await?;
        let delete = sqlx::query("DELETE FROM schedules WHERE schedule_id = $1").bind(id.0);
        ask("removing a schedule", delete.execute(&mut *transaction)).await?;
        ask("committing the removal of a schedule", transaction.commit()).await?;
        Ok(removed)
    }

    async fn duplicate(
        &self,
        original: Original,
        viewer: Owner,
        key: Option<FormKey>,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError> {
        let mut transaction = ask("beginning to copy a schedule", self.pool.begin()).await?;
        let found = match original {
            Original::Schedule(id) => schedule_rows::read(&mut transaction, id)
                .await?
                .filter(|schedule| schedule.is_visible_to(Some(viewer)))
                .ok_or(ScheduleError::NoSuchSchedule)?,
            Original::Link(link) => {
                schedule_links::follow(&mut transaction, link, LinkUse::Share)
                    .await?
                    .ok_or(ScheduleError::NoSuchLink)?
                    .schedule
            }
        };
        let mut draft = ScheduleDraft::like(&Content::of(&found), found.term);
        draft.name = Some(copy_name(&found.name));
        draft.key = key;
        let made = create(&mut transaction, viewer, &draft, at).await?;
        ask("committing the copy of a schedule", transaction.commit()).await?;
        Ok(made)
    }

    async fn adopt(&self, guest: GuestId, person: PersonId, _at: Timestamp) -> Result<Adopted, ScheduleError> {
        let mut transaction = ask("beginning to adopt schedules", self.pool.begin()).await?;
        let from = owners::lock(&mut transaction, guest.into()).await?;
        let to = owners::lock(&mut transaction, person.into()).await?;
        let room = SCHEDULES_MAX.saturating_sub(count(&mut transaction, person.into()).await?);
        let update = sqlx::query(
            "UPDATE schedules SET person_id = $2, guest_id = NULL WHERE schedule_id IN (
                 SELECT schedule_id FROM schedules WHERE guest_id = $1 ORDER BY position LIMIT $3
             )",
        )
        .bind(from.guest)
        .bind(to.person)
        .bind(i64::try_from(room).unwrap_or(i64::MAX));
        let moved = ask("adopting schedules", update.execute(&mut *transaction)).await?.rows_affected();
        let left = count(&mut transaction, guest.into()).await?;
        ask("committing adopted schedules", transaction.commit()).await?;
        Ok(Adopted { moved: usize::try_from(moved).unwrap_or(usize::MAX), left })
    }

    async fn history(&self, id: ScheduleId, owner: Owner) -> Result<History, ScheduleError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        let schedule = own(&mut connection, id, owner).await?;
        Ok(schedule_versions::history(&mut connection, &schedule).await?)
    }

    async fn version(
        &self,
        id: ScheduleId,
        owner: Owner,
        number: VersionNumber,
    ) -> Result<(Version, Schedule), ScheduleError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        let schedule = own(&mut connection, id, owner).await?;
        let found = schedule_versions::version(&mut connection, &schedule, number).await?;
        found.ok_or(ScheduleError::NoSuchVersion(number))
    }

    async fn undo(&self, id: ScheduleId, owner: Owner, at: Timestamp) -> Result<Schedule, ScheduleError> {
        self.travel(id, owner, Timeline::undo, at).await?.ok_or(ScheduleError::NothingToUndo)
    }

    async fn redo(&self, id: ScheduleId, owner: Owner, at: Timestamp) -> Result<Schedule, ScheduleError> {
        self.travel(id, owner, Timeline::redo, at).await?.ok_or(ScheduleError::NothingToRedo)
    }

    async fn go_back_to(
        &self,
        id: ScheduleId,
        owner: Owner,
        number: VersionNumber,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError> {
        let (mut transaction, stored, mut story) = self.begin_change(id, owner).await?;
        let found = schedule_versions::version(&mut transaction, &stored, number).await?;
        let (version, then) = found.ok_or(ScheduleError::NoSuchVersion(number))?;
        let change = ScheduleChange::restoring(&Content::of(&then));
        let mut changed = write(&mut transaction, &stored, &change, at).await?;
        story.go_on(&mut transaction, &stored, &mut changed, &version.going_back_note()).await?;
        ask("committing the way back of a schedule", transaction.commit()).await?;
        Ok(changed)
    }

    async fn make_link(
        &self,
        id: ScheduleId,
        owner: Owner,
        kind: LinkKind,
        key: Option<FormKey>,
        at: Timestamp,
    ) -> Result<Link, ScheduleError> {
        let mut transaction = ask("beginning to make a link", self.pool.begin()).await?;
        let schedule = lock(&mut transaction, id, owner).await?;
        let link = schedule_links::make(&mut transaction, schedule.id, kind, key, at).await?;
        ask("committing a link", transaction.commit()).await?;
        Ok(link)
    }

    async fn links(&self, id: ScheduleId, owner: Owner) -> Result<Vec<Link>, ScheduleError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        let schedule = own(&mut connection, id, owner).await?;
        Ok(schedule_links::read_of(&mut connection, schedule.id).await?)
    }

    async fn revoke_link(&self, link: LinkId, owner: Owner) -> Result<(), ScheduleError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        schedule_links::revoke(&mut connection, link, owner).await
    }

    async fn schedule_by_link(&self, link: LinkId, link_use: LinkUse) -> Result<Option<Linked>, ScheduleError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        Ok(schedule_links::follow(&mut connection, link, link_use).await?)
    }
}

impl Database {
    /// A schedule for its owner to change, with what it was before.
    async fn begin_change(
        &self,
        id: ScheduleId,
        owner: Owner,
    ) -> Result<(Transaction<'static, Postgres>, Schedule, Story), ScheduleError> {
        let mut transaction = ask("beginning to change a schedule", self.pool.begin()).await?;
        let mut stored = lock(&mut transaction, id, owner).await?;
        let story = Story::catch_up(&mut transaction, &mut stored).await?;
        Ok((transaction, stored, story))
    }

    /// Moves along what a schedule was; `None` when there is nowhere to go.
    async fn travel(
        &self,
        id: ScheduleId,
        owner: Owner,
        step: fn(&mut Timeline) -> Option<VersionNumber>,
        at: Timestamp,
    ) -> Result<Option<Schedule>, ScheduleError> {
        let (mut transaction, stored, mut story) = self.begin_change(id, owner).await?;
        let Some(target) = step(&mut story.timeline) else {
            ask("committing what was found of a schedule", transaction.commit()).await?;
            return Ok(None);
        };
        let found = schedule_versions::version(&mut transaction, &stored, target).await?;
        let (_, then) = found.ok_or(ScheduleError::NoSuchVersion(target))?;
        let mut changed = write(&mut transaction, &stored, &ScheduleChange::restoring(&Content::of(&then)), at).await?;
        story.arrive(&mut transaction, &mut changed).await?;
        ask("committing the way of a schedule", transaction.commit()).await?;
        Ok(Some(changed))
    }
}

/// Makes a schedule. Whoever else makes one for its owner waits: the count, and the name made of it, hold.
async fn create(
    connection: &mut PgConnection,
    owner: Owner,
    draft: &ScheduleDraft,
    at: Timestamp,
) -> Result<Schedule, ScheduleError> {
    owners::lock(connection, owner).await?;
    if let Some(made) = made_already(connection, owner, draft, at).await? {
        return Ok(made);
    }
    let id = insert(connection, owner, draft, at).await?;
    schedule_lists::write_selections(connection, id, draft.term, &draft.selections, &[]).await?;
    schedule_lists::write_time_blocks(connection, id, &draft.time_blocks).await?;
    let made = schedule_rows::read(connection, id).await?.ok_or(ScheduleError::NoSuchSchedule)?;
    schedule_versions::keep_first(connection, &made, &making_note()).await?;
    Ok(made)
}

/// What the same form has made a moment ago.
async fn made_already(
    connection: &mut PgConnection,
    owner: Owner,
    draft: &ScheduleDraft,
    at: Timestamp,
) -> Result<Option<Schedule>, StoreError> {
    let Some(key) = draft.key else { return Ok(None) };
    let found = schedule_rows::read(connection, ScheduleId(key.0)).await?;
    Ok(found.filter(|made| draft.has_made(made, owner, at)))
}

/// A schedule for its owner to look behind. Refuses whoever is not.
async fn own(connection: &mut PgConnection, id: ScheduleId, owner: Owner) -> Result<Schedule, ScheduleError> {
    let stored = schedule_rows::read(connection, id).await?.ok_or(ScheduleError::NoSuchSchedule)?;
    if stored.owner == owner {
        return Ok(stored);
    }
    Err(if stored.is_public { ScheduleError::NotTheOwner } else { ScheduleError::NoSuchSchedule })
}

/// Locks a schedule until the transaction ends, and gives it as it stands then. Refuses whoever is not its owner.
async fn lock(connection: &mut PgConnection, id: ScheduleId, owner: Owner) -> Result<Schedule, ScheduleError> {
    // By a statement of its own: one that waits for the lock and reads at once would read the time before the wait.
    let lock = sqlx::query("SELECT FROM schedules WHERE schedule_id = $1 FOR UPDATE").bind(id.0);
    ask("locking a schedule", lock.execute(&mut *connection)).await?;
    own(connection, id, owner).await
}

async fn count(connection: &mut PgConnection, owner: Owner) -> Result<usize, StoreError> {
    let keys = owners::keys(owner);
    let query = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM schedules WHERE person_id = $1 OR guest_id = $2");
    let query = query.bind(keys.person).bind(keys.guest);
    parse::count(ask("counting schedules", query.fetch_one(connection)).await?)
}

async fn insert(
    connection: &mut PgConnection,
    owner: Owner,
    draft: &ScheduleDraft,
    at: Timestamp,
) -> Result<ScheduleId, ScheduleError> {
    let count = count(connection, owner).await?;
    if count >= schedules_max(owner) {
        return Err(ScheduleError::too_many(owner));
    }
    let name = draft.name.clone().unwrap_or_else(|| default_name(count));
    // A key that something else has by now is no reason to refuse: the schedule gets one of its own.
    for key in [draft.key, None] {
        if let Some(id) = insert_head(connection, owner, draft, &name, key, at).await? {
            return Ok(id);
        }
    }
    Err(ScheduleError::NoSuchSchedule)
}

/// Writes all but the lists of a new schedule; `None` when something else has its key.
async fn insert_head(
    connection: &mut PgConnection,
    owner: Owner,
    draft: &ScheduleDraft,
    name: &ScheduleName,
    key: Option<FormKey>,
    at: Timestamp,
) -> Result<Option<ScheduleId>, StoreError> {
    let keys = owners::keys(owner);
    let insert = sqlx::query_scalar::<_, Uuid>(
        "INSERT INTO schedules
             (schedule_id, person_id, guest_id, term_id, name, total_units, is_public, created_at, modified_at)
         VALUES (coalesce($1, gen_random_uuid()), $2, $3, $4, $5, $6, $7, $8, $8)
         ON CONFLICT (schedule_id) DO NOTHING RETURNING schedule_id",
    )
    .bind(key.map(|key| key.0))
    .bind(keys.person)
    .bind(keys.guest)
    .bind(parse::term_number(draft.term))
    .bind(name.as_str().to_owned())
    .bind(draft.total_units.clone().unwrap_or_else(default_total_units).as_str().to_owned())
    .bind(draft.is_public)
    .bind(moment::bound(at));
    Ok(ask("making a schedule", insert.fetch_optional(connection)).await?.map(ScheduleId))
}

/// Writes what is given of a schedule, and reads it as it is then.
async fn write(
    connection: &mut PgConnection,
    stored: &Schedule,
    change: &ScheduleChange,
    at: Timestamp,
) -> Result<Schedule, ScheduleError> {
    let id = stored.id;
    if let Some(selections) = &change.selections {
        schedule_lists::write_selections(connection, id, stored.term, selections, &stored.selections).await?;
    }
    if let Some(blocks) = &change.time_blocks {
        schedule_lists::write_time_blocks(connection, id, blocks).await?;
    }
    write_head(connection, id, change, at).await?;
    schedule_rows::read(connection, id).await?.ok_or(ScheduleError::NoSuchSchedule)
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
