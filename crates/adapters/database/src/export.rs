//! Everything about a person, read as of one moment.

use accounts::person::PersonId;
use async_trait::async_trait;
use catalog::ids::CourseId;
use catalog::ports::StoreError;
use jiff::Timestamp;
use planner::export::{ExportedSchedule, PersonExport};
use planner::ports::PersonalData;
use sqlx::PgConnection;

use crate::ask::ask;
use crate::connect::Database;
use crate::{alert_log, watches};
use crate::{collections, parse, people, reports, schedule_links, schedule_rows, schedule_versions, sessions};

#[async_trait]
impl PersonalData for Database {
    async fn export(&self, id: PersonId) -> Result<Option<PersonExport>, StoreError> {
        let begin = self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        let mut transaction = ask("beginning to read everything about somebody", begin).await?;
        let connection = &mut *transaction;
        let Some(person) = people::read(connection, id).await? else { return Ok(None) };
        Ok(Some(PersonExport {
            person,
            sessions: sessions::read_of(connection, id).await?,
            saved_courses: saved_courses(connection, id).await?,
            collections: collections::read_of(connection, id).await?,
            schedules: schedules(connection, id).await?,
            reports: reports::read_of(connection, id).await?,
            watches: watches::read_of(connection, id).await?,
            alerts: alert_log::read_of(connection, id, usize::MAX).await?,
            alerts_mail_off_since: watches::read_mail_off(connection, id).await?,
        }))
    }
}

async fn schedules(connection: &mut PgConnection, id: PersonId) -> Result<Vec<ExportedSchedule>, StoreError> {
    let mut exported = Vec::new();
    for schedule in schedule_rows::read_of(connection, id.into()).await? {
        let versions = schedule_versions::count(connection, &schedule).await?;
        let links = schedule_links::read_of(connection, schedule.id).await?;
        exported.push(ExportedSchedule { schedule, versions, links });
    }
    Ok(exported)
}

async fn saved_courses(connection: &mut PgConnection, id: PersonId) -> Result<Vec<(CourseId, Timestamp)>, StoreError> {
    let query = sqlx::query_as::<_, (i64, jiff_sqlx::Timestamp)>(
        "SELECT course_id, saved_at FROM saved_courses WHERE person_id = $1 ORDER BY saved_at, course_id",
    )
    .bind(parse::key(id.0));
    let mut saved = Vec::new();
    for (course, at) in ask("reading when courses were saved", query.fetch_all(connection)).await? {
        saved.push((CourseId(parse::id(course)?), at.to_jiff()));
    }
    Ok(saved)
}
