//! Counts as runs: one row per stretch of time in which every observation was equal; and the current reservations.

use std::collections::HashMap;

use catalog::changes::{EnrollmentChanges, TermChanges};
use catalog::ports::StoreError;
use catalog::seats::{Counts, EnrollmentRun, SeatReservation};
use catalog::section::SectionId;
use catalog::term::TermId;
use sqlx::PgConnection;

use crate::ask::{ask, ask_each, expect_rows};
use crate::copy::{Rows, copy_in};
use crate::{moment, parse, sections, terms};

#[derive(sqlx::FromRow)]
struct RunRow {
    term_id: i16,
    section_id: i64,
    first_seen: jiff_sqlx::Timestamp,
    last_seen: jiff_sqlx::Timestamp,
    is_open: Option<bool>,
    enrolled: i32,
    max_enroll: i32,
    waitlisted: i32,
    max_waitlist: i32,
}

impl RunRow {
    fn run(self) -> Result<(TermId, EnrollmentRun), StoreError> {
        let run = EnrollmentRun {
            section: parse::section(self.section_id)?,
            first_seen: self.first_seen.to_jiff(),
            last_seen: self.last_seen.to_jiff(),
            counts: Counts {
                is_open: self.is_open,
                enrolled: self.enrolled,
                max_enroll: self.max_enroll,
                waitlisted: self.waitlisted,
                max_waitlist: self.max_waitlist,
            },
        };
        Ok((parse::term(self.term_id)?, run))
    }
}

/// The runs that still go on, of a term or of all terms.
pub(crate) async fn read_current(
    connection: &mut PgConnection,
    term: Option<TermId>,
) -> Result<Vec<(TermId, EnrollmentRun)>, StoreError> {
    let query = sqlx::query_as::<_, RunRow>(
        "SELECT term_id, section_id, first_seen, last_seen, is_open, enrolled, max_enroll, waitlisted, max_waitlist
         FROM enrollment_runs WHERE is_current AND ($1::smallint IS NULL OR term_id = $1)",
    )
    .bind(term.map(parse::term_number));
    let mut runs = Vec::new();
    ask_each("reading the current counts", query.fetch(connection), |row: RunRow| {
        runs.push(row.run()?);
        Ok(())
    })
    .await?;
    Ok(runs)
}

/// All runs of some sections of a term, by section, then time.
pub(crate) async fn read_history(
    connection: &mut PgConnection,
    term: TermId,
    sections: &[SectionId],
) -> Result<Vec<EnrollmentRun>, StoreError> {
    let query = sqlx::query_as::<_, RunRow>(
        "SELECT term_id, section_id, first_seen, last_seen, is_open, enrolled, max_enroll, waitlisted, max_waitlist
         FROM enrollment_runs WHERE term_id = $1 AND section_id = ANY ($2) ORDER BY section_id, first_seen",
    )
    .bind(parse::term_number(term))
    .bind(sections::numbers(sections));
    let rows = ask("reading the history of the counts", query.fetch_all(connection)).await?;
    rows.into_iter().map(|row| row.run().map(|(_, run)| run)).collect()
}

#[derive(sqlx::FromRow)]
struct ReservationRow {
    term_id: i16,
    section_id: i64,
    number: i32,
    group_code: Option<String>,
    group_name: String,
    from_date: Option<jiff_sqlx::Date>,
    max_enroll: i32,
    enrolled: i32,
}

/// The current reservations of a term or of all terms.
pub(crate) async fn read_reservations(
    connection: &mut PgConnection,
    term: Option<TermId>,
) -> Result<HashMap<(TermId, SectionId), Vec<SeatReservation>>, StoreError> {
    let query = sqlx::query_as::<_, ReservationRow>(
        "SELECT term_id, section_id, number, group_code, group_name, from_date, max_enroll, enrolled
         FROM seat_reservations WHERE $1::smallint IS NULL OR term_id = $1 ORDER BY term_id, section_id, position",
    )
    .bind(term.map(parse::term_number));
    let mut reservations: HashMap<(TermId, SectionId), Vec<SeatReservation>> = HashMap::new();
    for row in ask("reading the reserved seats", query.fetch_all(connection)).await? {
        let section = (parse::term(row.term_id)?, parse::section(row.section_id)?);
        reservations.entry(section).or_default().push(SeatReservation {
            number: parse::small(row.number)?,
            group_code: row.group_code,
            group_name: row.group_name,
            from: parse::date(row.from_date),
            max_enroll: row.max_enroll,
            enrolled: row.enrolled,
        });
    }
    Ok(reservations)
}

/// Takes in the observations of all terms.
pub(crate) async fn write(connection: &mut PgConnection, by_term: &[TermChanges]) -> Result<(), StoreError> {
    for changes in by_term {
        if let Some(enrollment) = &changes.enrollment {
            terms::note_observation(connection, changes.term, enrollment.at).await?;
            end_runs(connection, changes.term, enrollment).await?;
            begin_runs(connection, changes.term, enrollment).await?;
            extend_runs(connection, changes.term, enrollment).await?;
            write_reservations(connection, changes.term, enrollment).await?;
        }
    }
    Ok(())
}

async fn end_runs(
    connection: &mut PgConnection,
    term: TermId,
    enrollment: &EnrollmentChanges,
) -> Result<(), StoreError> {
    let doing = "ending the runs of sections that are gone";
    let ended = end_current(connection, doing, term, sections::numbers(&enrollment.closed)).await?;
    expect_rows(doing, ended, enrollment.closed.len(), "a section to close has no current run")?;
    let opened = sections::numbers(enrollment.opened.iter().map(|(id, _)| id));
    end_current(connection, "ending the runs of changed counts", term, opened).await?;
    Ok(())
}

async fn end_current(
    connection: &mut PgConnection,
    doing: &'static str,
    term: TermId,
    sections: Vec<i64>,
) -> Result<u64, StoreError> {
    if sections.is_empty() {
        return Ok(0);
    }
    let update = sqlx::query(
        "UPDATE enrollment_runs SET is_current = false FROM unnest($2::bigint[]) AS ended (section_id)
         WHERE term_id = $1 AND enrollment_runs.section_id = ended.section_id AND is_current",
    )
    .bind(parse::term_number(term))
    .bind(sections);
    Ok(ask(doing, update.execute(connection)).await?.rows_affected())
}

async fn begin_runs(
    connection: &mut PgConnection,
    term: TermId,
    enrollment: &EnrollmentChanges,
) -> Result<(), StoreError> {
    if enrollment.opened.is_empty() {
        return Ok(());
    }
    let (mut is_open, mut enrolled, mut max_enroll) = (Vec::new(), Vec::new(), Vec::new());
    let (mut waitlisted, mut max_waitlist) = (Vec::new(), Vec::new());
    for (_, counts) in &enrollment.opened {
        is_open.push(counts.is_open);
        enrolled.push(counts.enrolled);
        max_enroll.push(counts.max_enroll);
        waitlisted.push(counts.waitlisted);
        max_waitlist.push(counts.max_waitlist);
    }
    // A second observation of one moment corrects the first: the run that begins then is replaced.
    let insert = sqlx::query(
        "INSERT INTO enrollment_runs (term_id, section_id, first_seen, last_seen, is_current, is_open, enrolled,
             max_enroll, waitlisted, max_waitlist)
         SELECT $1, section_id, $2, $2, true, is_open, enrolled, max_enroll, waitlisted, max_waitlist
         FROM unnest($3::bigint[], $4::boolean[], $5::integer[], $6::integer[], $7::integer[], $8::integer[])
             AS opened (section_id, is_open, enrolled, max_enroll, waitlisted, max_waitlist)
         ON CONFLICT (term_id, section_id, first_seen) DO UPDATE SET
             last_seen = excluded.last_seen, is_current = true, is_open = excluded.is_open,
             enrolled = excluded.enrolled, max_enroll = excluded.max_enroll, waitlisted = excluded.waitlisted,
             max_waitlist = excluded.max_waitlist",
    )
    .bind(parse::term_number(term))
    .bind(moment::bound(enrollment.at))
    .bind(sections::numbers(enrollment.opened.iter().map(|(id, _)| id)))
    .bind(is_open)
    .bind(enrolled)
    .bind(max_enroll)
    .bind(waitlisted)
    .bind(max_waitlist);
    ask("storing the changed counts", insert.execute(connection)).await?;
    Ok(())
}

async fn extend_runs(
    connection: &mut PgConnection,
    term: TermId,
    enrollment: &EnrollmentChanges,
) -> Result<(), StoreError> {
    if enrollment.extended.is_empty() {
        return Ok(());
    }
    let doing = "extending the runs of equal counts";
    let update = sqlx::query(
        "UPDATE enrollment_runs SET last_seen = $3 FROM unnest($2::bigint[]) AS extended (section_id)
         WHERE term_id = $1 AND enrollment_runs.section_id = extended.section_id AND is_current",
    )
    .bind(parse::term_number(term))
    .bind(sections::numbers(&enrollment.extended))
    .bind(moment::bound(enrollment.at));
    let extended = ask(doing, update.execute(connection)).await?;
    let missing = "a section to extend has no current run";
    expect_rows(doing, extended.rows_affected(), enrollment.extended.len(), missing)
}

async fn write_reservations(
    connection: &mut PgConnection,
    term: TermId,
    enrollment: &EnrollmentChanges,
) -> Result<(), StoreError> {
    if enrollment.reservations.is_empty() {
        return Ok(());
    }
    let delete = sqlx::query("DELETE FROM seat_reservations WHERE term_id = $1 AND section_id = ANY ($2)")
        .bind(parse::term_number(term))
        .bind(sections::numbers(enrollment.reservations.iter().map(|(id, _)| id)));
    ask("clearing changed reservations", delete.execute(&mut *connection)).await?;

    let mut rows = Rows::default();
    for (section, reservations) in &enrollment.reservations {
        for (position, reservation) in reservations.iter().enumerate() {
            rows.push(&[
                &term.number(),
                &section.0,
                &position,
                &reservation.number,
                &reservation.group_code,
                &reservation.group_name,
                &reservation.from,
                &reservation.max_enroll,
                &reservation.enrolled,
            ]);
        }
    }
    let copy = "COPY seat_reservations (term_id, section_id, position, number, group_code, group_name, from_date,
                    max_enroll, enrolled) FROM STDIN";
    copy_in(connection, "storing the reserved seats", copy, &rows).await
}
