//! Classes: courses offered in a term.

use std::collections::HashMap;
use std::sync::Arc;

use catalog::changes::TermChanges;
use catalog::class::{Class, ClassKey};
use catalog::course::CourseCode;
use catalog::ports::StoreError;
use catalog::stored::Held;
use catalog::term::TermId;
use sqlx::PgConnection;

use crate::ask::{ask, ask_each, expect_rows, expect_stored};
use crate::copy::{Rows, copy_in};
use crate::courses::{self, Codes};
use crate::parse;

/// A class with its key in the tables.
pub(crate) struct StoredClass {
    pub(crate) id: i64,
    pub(crate) held: Held<Class>,
}

/// The classes of a term, or of all terms, by key.
pub(crate) async fn read(
    connection: &mut PgConnection,
    term: Option<TermId>,
    codes: &Codes,
) -> Result<Vec<StoredClass>, StoreError> {
    let query = sqlx::query_as::<_, ClassRow>(
        "SELECT class_id, term_id, course_id, session_id, number, title, description, units_minimum_hundredths,
             units_maximum_hundredths, grading_basis, requirement_designation, instruction_mode, status, final_exam,
             is_retired
         FROM classes WHERE $1::smallint IS NULL OR term_id = $1",
    )
    .bind(term.map(parse::term_number));
    let mut texts = Texts::default();
    let mut placed = Vec::new();
    ask_each("reading the classes", query.fetch(connection), |row: ClassRow| {
        let (place, course) = codes.get(row.course_id)?;
        placed.push((place, row.class(course.clone(), &mut texts)?));
        Ok(())
    })
    .await?;
    // By the courses' places: a quarter of the time that comparing their codes takes, here or in the database.
    placed.sort_by(|(place, one), (other_place, other)| {
        let (one, other) = (&one.held.value.key, &other.held.value.key);
        (one.term, place, &one.session, &one.number).cmp(&(other.term, other_place, &other.session, &other.number))
    });
    Ok(placed.into_iter().map(|(_, class)| class).collect())
}

#[derive(sqlx::FromRow)]
struct ClassRow {
    class_id: i64,
    term_id: i16,
    course_id: i64,
    session_id: String,
    number: String,
    title: Option<String>,
    description: Option<String>,
    units_minimum_hundredths: Option<i32>,
    units_maximum_hundredths: Option<i32>,
    grading_basis: Option<String>,
    requirement_designation: Option<String>,
    instruction_mode: Option<String>,
    status: String,
    final_exam: Option<String>,
    is_retired: bool,
}

impl ClassRow {
    fn class(self, course: CourseCode, texts: &mut Texts) -> Result<StoredClass, StoreError> {
        let units = match (self.units_minimum_hundredths, self.units_maximum_hundredths) {
            (Some(minimum), Some(maximum)) => Some((parse::units(minimum)?, parse::units(maximum)?)),
            _ => None,
        };
        let key = ClassKey {
            term: parse::term(self.term_id)?,
            course,
            session: texts.shared(self.session_id),
            number: texts.shared(self.number),
        };
        let class = Class {
            key,
            title: self.title,
            description: self.description,
            units,
            grading_basis: self.grading_basis,
            requirement_designation: self.requirement_designation,
            instruction_mode: self.instruction_mode,
            status: parse::status(&self.status)?,
            final_exam: self.final_exam,
        };
        Ok(StoredClass { id: self.class_id, held: Held { value: class, is_retired: self.is_retired } })
    }
}

/// Equal texts once: tens of thousands of classes are numbered `001` in session `1`.
#[derive(Default)]
struct Texts(HashMap<String, Arc<str>>);

impl Texts {
    fn shared(&mut self, text: String) -> Arc<str> {
        Arc::clone(self.0.entry(text).or_insert_with_key(|text| text.as_str().into()))
    }
}

/// Adds, changes and retires classes, in all terms at once.
pub(crate) async fn write(connection: &mut PgConnection, by_term: &[TermChanges]) -> Result<(), StoreError> {
    let deltas = || by_term.iter().map(|changes| &changes.classes);
    let classes: Vec<&Class> = deltas().flat_map(|delta| delta.added.iter().chain(&delta.changed)).collect();
    if !classes.is_empty() {
        stage(connection, &classes).await?;
        upsert(connection, classes.len()).await?;
    }
    let gone: Vec<&ClassKey> = deltas().flat_map(|delta| &delta.gone).collect();
    retire(connection, &gone).await
}

async fn stage(connection: &mut PgConnection, classes: &[&Class]) -> Result<(), StoreError> {
    let create = sqlx::query(
        "CREATE TEMP TABLE staged_classes (
             term_id smallint, subject text COLLATE \"C\", course_number text COLLATE \"C\", session_id text,
             number text, title text, description text, units_minimum_hundredths integer,
             units_maximum_hundredths integer, grading_basis text, requirement_designation text,
             instruction_mode text, status text, final_exam text
         ) ON COMMIT DROP",
    );
    ask("making room for the classes", create.execute(&mut *connection)).await?;
    let mut rows = Rows::default();
    for class in classes {
        rows.push(&[
            &class.key.term.number(),
            &class.key.course.subject.as_str(),
            &class.key.course.number.as_str(),
            &&*class.key.session,
            &&*class.key.number,
            &class.title,
            &class.description,
            &class.units.map(|(minimum, _)| minimum.0),
            &class.units.map(|(_, maximum)| maximum.0),
            &class.grading_basis,
            &class.requirement_designation,
            &class.instruction_mode,
            &class.status.code(),
            &class.final_exam,
        ]);
    }
    copy_in(connection, "sending the classes", "COPY staged_classes FROM STDIN", &rows).await
}

async fn upsert(connection: &mut PgConnection, expected: usize) -> Result<(), StoreError> {
    let doing = "storing the classes";
    let insert = sqlx::query(
        "INSERT INTO classes (term_id, course_id, session_id, number, title, description, units_minimum_hundredths,
             units_maximum_hundredths, grading_basis, requirement_designation, instruction_mode, status, final_exam)
         SELECT staged.term_id, courses.course_id, staged.session_id, staged.number, staged.title,
             staged.description, staged.units_minimum_hundredths, staged.units_maximum_hundredths,
             staged.grading_basis, staged.requirement_designation, staged.instruction_mode, staged.status,
             staged.final_exam
         FROM staged_classes staged
         JOIN courses ON courses.subject = staged.subject AND courses.number = staged.course_number
         ON CONFLICT (term_id, course_id, session_id, number) DO UPDATE SET
             title = excluded.title, description = excluded.description,
             units_minimum_hundredths = excluded.units_minimum_hundredths,
             units_maximum_hundredths = excluded.units_maximum_hundredths, grading_basis = excluded.grading_basis,
             requirement_designation = excluded.requirement_designation,
             instruction_mode = excluded.instruction_mode, status = excluded.status,
             final_exam = excluded.final_exam, is_retired = false",
    );
    let stored = ask(doing, insert.execute(&mut *connection)).await?.rows_affected();
    let lacking = "SELECT string_agg(code, ', ') FROM (
             SELECT DISTINCT staged.subject || ' ' || staged.course_number
             FROM staged_classes staged
             LEFT JOIN courses ON courses.subject = staged.subject AND courses.number = staged.course_number
             WHERE courses.course_id IS NULL ORDER BY 1 LIMIT 3
         ) AS lacking (code)";
    expect_stored(connection, doing, stored, expected, lacking).await
}

async fn retire(connection: &mut PgConnection, gone: &[&ClassKey]) -> Result<(), StoreError> {
    if gone.is_empty() {
        return Ok(());
    }
    let doing = "retiring the classes that are gone";
    let terms: Vec<i16> = gone.iter().map(|key| parse::term_number(key.term)).collect();
    let (subjects, numbers) = courses::columns(gone.iter().map(|key| &key.course));
    let sessions: Vec<&str> = gone.iter().map(|key| &*key.session).collect();
    let class_numbers: Vec<&str> = gone.iter().map(|key| &*key.number).collect();
    let update = sqlx::query(
        "UPDATE classes SET is_retired = true
         FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[])
             AS gone (term_id, subject, course_number, session_id, number)
         JOIN courses ON courses.subject = gone.subject AND courses.number = gone.course_number
         WHERE classes.term_id = gone.term_id AND classes.course_id = courses.course_id
             AND classes.session_id = gone.session_id AND classes.number = gone.number",
    )
    .bind(terms)
    .bind(subjects)
    .bind(numbers)
    .bind(sessions)
    .bind(class_numbers);
    let retired = ask(doing, update.execute(connection)).await?;
    expect_rows(doing, retired.rows_affected(), gone.len(), "a class to retire is not stored")
}

/// Which courses have a visible section in which term.
pub(crate) async fn read_offerings(
    connection: &mut PgConnection,
) -> Result<Vec<catalog::stored::Offering>, StoreError> {
    let query = sqlx::query_as::<_, (i16, String, String)>(
        "SELECT DISTINCT classes.term_id, courses.subject, courses.number
         FROM sections JOIN classes USING (class_id) JOIN courses USING (course_id)
         WHERE sections.is_printed AND sections.status <> 'X' AND NOT sections.is_retired
         ORDER BY 1, 2, 3",
    );
    let mut offerings = Vec::new();
    for (term, subject, number) in ask("reading what is offered", query.fetch_all(connection)).await? {
        let offering =
            catalog::stored::Offering { term: parse::term(term)?, course: parse::course(&subject, &number)? };
        offerings.push(offering);
    }
    Ok(offerings)
}
