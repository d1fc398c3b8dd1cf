//! Grades as read, and their links to courses and sections. Taking them in is `import`.

use catalog::grade::{Distribution, GradeRecord};
use catalog::ids::{GradeId, Numbered};
use catalog::ports::StoreError;
use catalog::term::TermId;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::ask::{ask, ask_each};
use crate::courses::Codes;
use crate::parse;

/// Taken, until its transaction ends, by whoever is about to link grades: an import and a publication at the same
/// time would not see each other's rows, and a link between them would be missed.
const LINKING_LOCK: i64 = 0x6274_6772_6164_6573;

/// All grades. `codes` saves parsing the course of each.
pub(crate) async fn read(
    connection: &mut PgConnection,
    codes: &Codes,
) -> Result<Vec<Numbered<GradeId, GradeRecord>>, StoreError> {
    let query = sqlx::query_as::<_, GradeRow>(
        "SELECT grade_id, term_id, subject, number, section_number, ccn, title, instructors, counts, course_id
         FROM grades",
    );
    let mut grades = Vec::new();
    ask_each("reading the grades", query.fetch(connection), |row: GradeRow| {
        grades.push(Numbered { id: GradeId(parse::id(row.grade_id)?), value: row.record(codes)? });
        Ok(())
    })
    .await?;
    Ok(grades)
}

/// Grades whose course the catalog does not have.
pub(crate) async fn read_unmatched(
    connection: &mut PgConnection,
    limit: usize,
) -> Result<Vec<GradeRecord>, StoreError> {
    let query = sqlx::query_as::<_, GradeRow>(
        "SELECT grade_id, term_id, subject, number, section_number, ccn, title, instructors, counts, course_id
         FROM grades WHERE course_id IS NULL
         ORDER BY subject, number, term_id, section_number, ccn LIMIT $1",
    )
    .bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let rows = ask("reading the grades without a course", query.fetch_all(connection)).await?;
    rows.into_iter().map(|row| row.record(&Codes::default())).collect()
}

/// When an import last changed something.
pub(crate) async fn read_imported_at(connection: &mut PgConnection) -> Result<Option<Timestamp>, StoreError> {
    let query = sqlx::query_scalar::<_, Option<jiff_sqlx::Timestamp>>(
        "SELECT max(imported_at) FROM grade_imports WHERE added + changed > 0",
    );
    let found = ask("reading when grades were imported", query.fetch_one(connection)).await?;
    Ok(found.map(jiff_sqlx::Timestamp::to_jiff))
}

#[derive(sqlx::FromRow)]
struct GradeRow {
    grade_id: i64,
    term_id: i16,
    subject: String,
    number: String,
    section_number: String,
    ccn: Option<i64>,
    title: String,
    instructors: Vec<String>,
    counts: Vec<i32>,
    course_id: Option<i64>,
}

impl GradeRow {
    fn record(self, codes: &Codes) -> Result<GradeRecord, StoreError> {
        let course = match self.course_id {
            Some(id) => codes.get(id)?.1.clone(),
            None => parse::course(&self.subject, &self.number)?,
        };
        let mut distribution = Distribution::default();
        for (into, count) in distribution.0.iter_mut().zip(&self.counts) {
            *into = u32::try_from(*count).map_err(|_| parse::corrupt("a number of grades", count))?;
        }
        Ok(GradeRecord {
            term: parse::term(self.term_id)?,
            course,
            section_number: self.section_number,
            ccn: self.ccn.map(parse::section).transpose()?,
            title: self.title,
            instructors: self.instructors,
            distribution,
        })
    }
}

/// Takes the linking lock until the transaction ends.
pub(crate) async fn lock_links(connection: &mut PgConnection) -> Result<(), StoreError> {
    let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LINKING_LOCK);
    ask("waiting for an import of grades to end", lock.execute(connection)).await?;
    Ok(())
}

/// Links grades to courses that were unknown when the grades came.
pub(crate) async fn link_courses(connection: &mut PgConnection) -> Result<(), StoreError> {
    let update = sqlx::query(
        "UPDATE grades SET course_id = courses.course_id FROM courses
         WHERE grades.course_id IS NULL AND courses.subject = grades.subject AND courses.number = grades.number",
    );
    ask("linking grades to courses", update.execute(connection)).await?;
    Ok(())
}

/// Links the grades of some terms to the sections of their CCN, and takes back links that no longer hold.
///
/// The course must be the same too. In the real exports it always is (7,426 of 7,426 joined sections in three
/// terms), so a difference means a wrong CCN, and a wrong link would show one course's grades at another.
pub(crate) async fn link_sections(connection: &mut PgConnection, terms: &[TermId]) -> Result<(), StoreError> {
    let terms: Vec<i16> = terms.iter().copied().map(parse::term_number).collect();
    let update = sqlx::query(
        "UPDATE grades SET section_id = joined.section_id
         FROM (
             SELECT grades.grade_id, offered.section_id
             FROM grades
             LEFT JOIN (
                 SELECT sections.term_id, sections.section_id, classes.course_id
                 FROM sections JOIN classes USING (class_id)
             ) offered ON offered.term_id = grades.term_id AND offered.section_id = grades.ccn
                 AND offered.course_id = grades.course_id
             WHERE grades.term_id = ANY ($1)
         ) joined
         WHERE grades.grade_id = joined.grade_id AND grades.section_id IS DISTINCT FROM joined.section_id",
    )
    .bind(terms);
    ask("linking grades to sections", update.execute(connection)).await?;
    Ok(())
}
