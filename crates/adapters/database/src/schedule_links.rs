//! Links to schedules, by which others see them.

use accounts::person::PersonId;
use catalog::ports::StoreError;
use jiff::Timestamp;
use planner::form_key::{FormKey, is_repeat};
use planner::link::{LINKS_MAX, Link, LinkId, LinkKind, LinkUse, Linked};
use planner::ports::ScheduleError;
use planner::schedule::{Owner, ScheduleId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ask::ask;
use crate::{moment, owners, parse, people, schedule_rows};

const SHARE: &str = "share";
const CALENDAR: &str = "calendar";

/// Makes a link. The caller holds the lock of the schedule.
pub(crate) async fn make(
    connection: &mut PgConnection,
    schedule: ScheduleId,
    kind: LinkKind,
    key: Option<FormKey>,
    at: Timestamp,
) -> Result<Link, ScheduleError> {
    let held = read_of(connection, schedule).await?.into_iter();
    let mut of_form = held.filter(|link| key.is_some_and(|key| link.id.0 == key.0));
    if let Some(made) = of_form.find(|link| link.kind == kind && is_repeat(link.created_at, at)) {
        return Ok(made);
    }
    let query = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM schedule_links WHERE schedule_id = $1");
    let count = ask("counting links", query.bind(schedule.0).fetch_one(&mut *connection)).await?;
    if parse::count(count)? >= LINKS_MAX {
        return Err(ScheduleError::TooManyLinks);
    }
    // A key that something else has by now is no reason to refuse: the link gets one of its own.
    for key in [key, None] {
        if let Some(made) = insert(connection, schedule, kind, key, at).await? {
            return Ok(made);
        }
    }
    Err(ScheduleError::NoSuchLink)
}

/// Writes a link; `None` when something else has its key.
async fn insert(
    connection: &mut PgConnection,
    schedule: ScheduleId,
    kind: LinkKind,
    key: Option<FormKey>,
    at: Timestamp,
) -> Result<Option<Link>, StoreError> {
    let insert = sqlx::query_as::<_, LinkRow>(
        "INSERT INTO schedule_links (link_id, schedule_id, kind, shows_name, created_at)
         VALUES (coalesce($1, gen_random_uuid()), $2, $3, $4, $5) ON CONFLICT (link_id) DO NOTHING
         RETURNING link_id, schedule_id, kind, shows_name, created_at",
    )
    .bind(key.map(|key| key.0))
    .bind(schedule.0)
    .bind(slug(kind.link_use()))
    .bind(kind.shows_name())
    .bind(moment::bound(at));
    ask("making a link", insert.fetch_optional(connection)).await?.map(LinkRow::link).transpose()
}

/// The links of a schedule, the oldest first.
pub(crate) async fn read_of(connection: &mut PgConnection, schedule: ScheduleId) -> Result<Vec<Link>, StoreError> {
    let query = sqlx::query_as::<_, LinkRow>(
        "SELECT link_id, schedule_id, kind, shows_name, created_at FROM schedule_links
         WHERE schedule_id = $1 ORDER BY position",
    )
    .bind(schedule.0);
    let rows = ask("reading links", query.fetch_all(connection)).await?;
    rows.into_iter().map(LinkRow::link).collect()
}

/// Revokes a link of somebody's schedule.
pub(crate) async fn revoke(connection: &mut PgConnection, link: LinkId, owner: Owner) -> Result<(), ScheduleError> {
    let keys = owners::keys(owner);
    let delete = sqlx::query(
        "DELETE FROM schedule_links USING schedules
         WHERE link_id = $1 AND schedules.schedule_id = schedule_links.schedule_id
             AND (schedules.person_id = $2 OR schedules.guest_id = $3)",
    )
    .bind(link.0)
    .bind(keys.person)
    .bind(keys.guest);
    let revoked = ask("revoking a link", delete.execute(connection)).await?.rows_affected();
    if revoked == 0 { Err(ScheduleError::NoSuchLink) } else { Ok(()) }
}

/// What whoever has a link sees.
pub(crate) async fn follow(
    connection: &mut PgConnection,
    link: LinkId,
    link_use: LinkUse,
) -> Result<Option<Linked>, StoreError> {
    let query = sqlx::query_as::<_, LinkRow>(
        "SELECT link_id, schedule_id, kind, shows_name, created_at FROM schedule_links
         WHERE link_id = $1 AND kind = $2",
    )
    .bind(link.0)
    .bind(slug(link_use));
    let Some(row) = ask("following a link", query.fetch_optional(&mut *connection)).await? else { return Ok(None) };
    let link = row.link()?;
    let Some(schedule) = schedule_rows::read(connection, link.schedule).await? else { return Ok(None) };
    let shown = schedule.owner.person().filter(|_| link.kind.shows_name());
    let owner_name = match shown {
        Some(person) => name_of(connection, person).await?,
        None => None,
    };
    Ok(Some(Linked { schedule: link_use.shown(schedule), owner_name }))
}

async fn name_of(connection: &mut PgConnection, person: PersonId) -> Result<Option<String>, StoreError> {
    Ok(people::read(connection, person).await?.and_then(|person| person.display_name()))
}

const fn slug(link_use: LinkUse) -> &'static str {
    match link_use {
        LinkUse::Share => SHARE,
        LinkUse::Calendar => CALENDAR,
    }
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    link_id: Uuid,
    schedule_id: Uuid,
    kind: String,
    shows_name: bool,
    created_at: jiff_sqlx::Timestamp,
}

impl LinkRow {
    fn link(self) -> Result<Link, StoreError> {
        let kind = match &*self.kind {
            SHARE => LinkKind::Share { shows_name: self.shows_name },
            CALENDAR => LinkKind::Calendar,
            other => return Err(parse::corrupt("a kind of link", other)),
        };
        let (id, schedule) = (LinkId(self.link_id), ScheduleId(self.schedule_id));
        Ok(Link { id, schedule, kind, created_at: self.created_at.to_jiff() })
    }
}
