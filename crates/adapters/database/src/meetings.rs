//! Meetings and who teaches in them.

use std::collections::HashMap;

use catalog::meeting::{Days, Instructor, Meeting, TimeRange};
use catalog::ports::StoreError;
use catalog::section::{Section, SectionId};
use catalog::term::TermId;
use sqlx::PgConnection;

use crate::ask::{ask, ask_each};
use crate::copy::{Rows, copy_in};
use crate::parse;

/// The meetings of the sections of a term, or of all terms, in order.
pub(crate) async fn read(
    connection: &mut PgConnection,
    term: Option<TermId>,
) -> Result<HashMap<(TermId, SectionId), Vec<Meeting>>, StoreError> {
    let mut instructors = read_instructors(connection, term).await?;
    let query = sqlx::query_as::<_, MeetingRow>(
        "SELECT term_id, section_id, position, number, days, start_time, end_time, location, begin_date, end_date
         FROM meetings WHERE $1::smallint IS NULL OR term_id = $1 ORDER BY term_id, section_id, position",
    )
    .bind(term.map(parse::term_number));
    let mut meetings: HashMap<(TermId, SectionId), Vec<Meeting>> = HashMap::new();
    ask_each("reading the meetings", query.fetch(connection), |row| {
        let section = (parse::term(row.term_id)?, parse::section(row.section_id)?);
        let teaching = instructors.remove(&(row.term_id, row.section_id, row.position)).unwrap_or_default();
        meetings.entry(section).or_default().push(row.meeting(teaching)?);
        Ok(())
    })
    .await?;
    Ok(meetings)
}

#[derive(sqlx::FromRow)]
struct MeetingRow {
    term_id: i16,
    section_id: i64,
    position: i16,
    number: i32,
    days: i16,
    start_time: Option<jiff_sqlx::Time>,
    end_time: Option<jiff_sqlx::Time>,
    location: Option<String>,
    begin_date: Option<jiff_sqlx::Date>,
    end_date: Option<jiff_sqlx::Date>,
}

impl MeetingRow {
    fn meeting(self, instructors: Vec<Instructor>) -> Result<Meeting, StoreError> {
        let days = u8::try_from(self.days).map_err(|_| parse::corrupt("a meeting's days", self.days))?;
        let time = match (self.start_time, self.end_time) {
            (Some(start), Some(end)) => TimeRange::new(start.to_jiff(), end.to_jiff()),
            _ => None,
        };
        Ok(Meeting {
            number: parse::small(self.number)?,
            days: Days::from_bits(days),
            time,
            location: self.location,
            instructors,
            dates: parse::dates(self.begin_date, self.end_date),
        })
    }
}

#[derive(sqlx::FromRow)]
struct InstructorRow {
    term_id: i16,
    section_id: i64,
    meeting_position: i16,
    family_name: String,
    given_name: String,
    role: Option<String>,
}

async fn read_instructors(
    connection: &mut PgConnection,
    term: Option<TermId>,
) -> Result<HashMap<(i16, i64, i16), Vec<Instructor>>, StoreError> {
    let query = sqlx::query_as::<_, InstructorRow>(
        "SELECT term_id, section_id, meeting_position, family_name, given_name, role
         FROM meeting_instructors WHERE $1::smallint IS NULL OR term_id = $1
         ORDER BY term_id, section_id, meeting_position, position",
    )
    .bind(term.map(parse::term_number));
    let mut instructors: HashMap<(i16, i64, i16), Vec<Instructor>> = HashMap::new();
    ask_each("reading the instructors", query.fetch(connection), |row: InstructorRow| {
        let meeting = (row.term_id, row.section_id, row.meeting_position);
        let instructor = Instructor { family_name: row.family_name, given_name: row.given_name, role: row.role };
        instructors.entry(meeting).or_default().push(instructor);
        Ok(())
    })
    .await?;
    Ok(instructors)
}

/// Puts the staged sections' meetings in the place of those held.
pub(crate) async fn write(connection: &mut PgConnection, sections: &[&Section]) -> Result<(), StoreError> {
    let delete = sqlx::query(
        "DELETE FROM meetings USING staged_sections staged
         WHERE meetings.term_id = staged.term_id AND meetings.section_id = staged.section_id",
    );
    ask("clearing the changed sections' meetings", delete.execute(&mut *connection)).await?;

    let mut meetings = Rows::default();
    let mut instructors = Rows::default();
    for section in sections {
        for (position, meeting) in section.meetings.iter().enumerate() {
            push_meeting(&mut meetings, section, position, meeting);
            push_instructors(&mut instructors, section, position, meeting);
        }
    }
    let copy = "COPY meetings (term_id, section_id, position, number, days, start_time, end_time, location,
                    begin_date, end_date) FROM STDIN";
    copy_in(connection, "storing the meetings", copy, &meetings).await?;
    let copy = "COPY meeting_instructors (term_id, section_id, meeting_position, position, family_name,
                    given_name, role) FROM STDIN";
    copy_in(connection, "storing the instructors", copy, &instructors).await
}

fn push_meeting(rows: &mut Rows, section: &Section, position: usize, meeting: &Meeting) {
    rows.push(&[
        &section.class.term.number(),
        &section.id.0,
        &position,
        &meeting.number,
        &u16::from(meeting.days.bits()),
        &meeting.time.map(TimeRange::start),
        &meeting.time.map(TimeRange::end),
        &meeting.location,
        &meeting.dates.map(|(begin, _)| begin),
        &meeting.dates.map(|(_, end)| end),
    ]);
}

fn push_instructors(rows: &mut Rows, section: &Section, meeting_position: usize, meeting: &Meeting) {
    for (position, instructor) in meeting.instructors.iter().enumerate() {
        rows.push(&[
            &section.class.term.number(),
            &section.id.0,
            &meeting_position,
            &position,
            &instructor.family_name,
            &instructor.given_name,
            &instructor.role,
        ]);
    }
}
