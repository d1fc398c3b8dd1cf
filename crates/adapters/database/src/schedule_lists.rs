//! The lists of a schedule, replaced as a whole: the courses with their sections, and the blocks of time. What stays in
//! a list keeps its key. The caller holds the lock of the schedule.

use accounts::line::Line;
use catalog::ids::CourseId;
use catalog::section::SectionKey;
use catalog::term::TermId;
use planner::draft::{Pick, SelectionList, TimeBlockList};
use planner::ports::ScheduleError;
use planner::schedule::{ScheduleId, Selection};
use sqlx::PgConnection;

use crate::ask::ask;
use crate::parse;

/// Replaces the courses of a schedule and their sections. `stored` is what stands there now.
pub(crate) async fn write_selections(
    connection: &mut PgConnection,
    schedule: ScheduleId,
    term: TermId,
    list: &SelectionList,
    stored: &[Selection],
) -> Result<(), ScheduleError> {
    let picks = list.over(stored);
    let courses = known_courses(connection, &picks).await?;
    expect_sections(connection, term, &picks).await?;

    let delete = sqlx::query("DELETE FROM schedule_selections WHERE schedule_id = $1 AND course_id <> ALL ($2)")
        .bind(schedule.0)
        .bind(&courses);
    ask("taking courses out of a schedule", delete.execute(&mut *connection)).await?;
    let upsert = sqlx::query(
        "INSERT INTO schedule_selections (schedule_id, term_id, position, course_id, primary_section_id, colour)
         SELECT $1, $2, picks.position - 1, picks.course_id, picks.primary_section_id, picks.colour
         FROM unnest($3::bigint[], $4::bigint[], $5::smallint[])
             WITH ORDINALITY AS picks (course_id, primary_section_id, colour, position)
         ORDER BY picks.position
         ON CONFLICT (schedule_id, course_id) DO UPDATE SET position = excluded.position,
             primary_section_id = excluded.primary_section_id, colour = excluded.colour",
    )
    .bind(schedule.0)
    .bind(parse::term_number(term))
    .bind(&courses)
    .bind(picks.iter().map(|pick| pick.primary.map(number)).collect::<Vec<Option<i64>>>())
    .bind(picks.iter().map(|pick| pick.colour.map(i16::from)).collect::<Vec<Option<i16>>>());
    ask("putting courses into a schedule", upsert.execute(&mut *connection)).await?;
    write_secondaries(connection, schedule, term, &courses, &picks).await
}

async fn write_secondaries(
    connection: &mut PgConnection,
    schedule: ScheduleId,
    term: TermId,
    courses: &[i64],
    picks: &[Pick],
) -> Result<(), ScheduleError> {
    let delete = sqlx::query(
        "DELETE FROM schedule_secondaries WHERE selection_id IN (
             SELECT selection_id FROM schedule_selections WHERE schedule_id = $1
         )",
    )
    .bind(schedule.0);
    ask("taking sections out of a schedule", delete.execute(&mut *connection)).await?;
    let (mut of_courses, mut sections) = (Vec::new(), Vec::new());
    for (course, pick) in courses.iter().zip(picks) {
        for section in &pick.secondary {
            of_courses.push(*course);
            sections.push(number(*section));
        }
    }
    if sections.is_empty() {
        return Ok(());
    }
    let insert = sqlx::query(
        "INSERT INTO schedule_secondaries (selection_id, term_id, section_id, position)
         SELECT selections.selection_id, $2, picks.section_id, picks.position - 1
         FROM unnest($3::bigint[], $4::bigint[]) WITH ORDINALITY AS picks (course_id, section_id, position)
         JOIN schedule_selections selections
             ON selections.schedule_id = $1 AND selections.course_id = picks.course_id",
    )
    .bind(schedule.0)
    .bind(parse::term_number(term))
    .bind(of_courses)
    .bind(sections);
    ask("putting sections into a schedule", insert.execute(connection)).await?;
    Ok(())
}

/// Replaces the blocks of time of a schedule.
pub(crate) async fn write_time_blocks(
    connection: &mut PgConnection,
    schedule: ScheduleId,
    list: &TimeBlockList,
) -> Result<(), ScheduleError> {
    let (mut names, mut starts, mut ends, mut days) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for block in list.drafts() {
        names.push(Line::as_str(block.name()));
        starts.push(block.time().start().to_string());
        ends.push(block.time().end().to_string());
        days.push(i16::from(block.days().bits()));
    }
    let delete = sqlx::query("DELETE FROM schedule_time_blocks WHERE schedule_id = $1 AND name <> ALL ($2)")
        .bind(schedule.0)
        .bind(&names);
    ask("taking blocks of time out of a schedule", delete.execute(&mut *connection)).await?;
    if names.is_empty() {
        return Ok(());
    }
    let upsert = sqlx::query(
        "INSERT INTO schedule_time_blocks (schedule_id, position, name, start_time, end_time, days)
         SELECT $1, blocks.position - 1, blocks.name, blocks.start_time::time, blocks.end_time::time, blocks.days
         FROM unnest($2::text[], $3::text[], $4::text[], $5::smallint[])
             WITH ORDINALITY AS blocks (name, start_time, end_time, days, position)
         ORDER BY blocks.position
         ON CONFLICT (schedule_id, name) DO UPDATE SET position = excluded.position,
             start_time = excluded.start_time, end_time = excluded.end_time, days = excluded.days",
    )
    .bind(schedule.0)
    .bind(&names)
    .bind(starts)
    .bind(ends)
    .bind(days);
    ask("putting blocks of time into a schedule", upsert.execute(connection)).await?;
    Ok(())
}

/// The keys of the picked courses, all of which are there. Courses are never deleted: what is there now stays.
async fn known_courses(connection: &mut PgConnection, picks: &[Pick]) -> Result<Vec<i64>, ScheduleError> {
    let mut courses = Vec::with_capacity(picks.len());
    for pick in picks {
        courses.push(parse::key(pick.course.0).ok_or(ScheduleError::NoSuchCourse(pick.course))?);
    }
    let query = sqlx::query_scalar::<_, i64>(
        "SELECT course_id FROM unnest($1::bigint[]) AS picks (course_id)
         WHERE NOT EXISTS (SELECT FROM courses WHERE courses.course_id = picks.course_id) LIMIT 1",
    )
    .bind(&courses);
    match ask("looking for the courses of a schedule", query.fetch_optional(connection)).await? {
        Some(missing) => Err(ScheduleError::NoSuchCourse(CourseId(parse::id(missing)?))),
        None => Ok(courses),
    }
}

/// Refuses sections that are not there, or of another term. Sections are never deleted.
async fn expect_sections(connection: &mut PgConnection, term: TermId, picks: &[Pick]) -> Result<(), ScheduleError> {
    let sections: Vec<SectionKey> = picks.iter().flat_map(Pick::sections).collect();
    if let Some(foreign) = sections.iter().find(|section| section.term != term) {
        return Err(ScheduleError::NoSuchSection(*foreign));
    }
    let query = sqlx::query_scalar::<_, i64>(
        "SELECT section_id FROM unnest($2::bigint[]) AS picks (section_id)
         WHERE NOT EXISTS (
             SELECT FROM sections WHERE sections.term_id = $1 AND sections.section_id = picks.section_id
         ) LIMIT 1",
    )
    .bind(parse::term_number(term))
    .bind(sections.into_iter().map(number).collect::<Vec<i64>>());
    match ask("looking for the sections of a schedule", query.fetch_optional(connection)).await? {
        Some(missing) => Err(ScheduleError::NoSuchSection(SectionKey { term, id: parse::section(missing)? })),
        None => Ok(()),
    }
}

fn number(section: SectionKey) -> i64 {
    i64::from(section.id.0)
}
