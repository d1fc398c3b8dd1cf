//! Courses, their subject areas' spellings, and their other codes.

use std::collections::HashMap;

use catalog::changes::Delta;
use catalog::course::{Course, CourseCode, UnitCount, Units};
use catalog::ports::StoreError;
use catalog::stored::Held;
use sqlx::PgConnection;

use crate::ask::{ask, expect_rows};
use crate::copy::{Rows, copy_in};
use crate::parse;

/// A course with its key in the tables.
pub(crate) struct StoredCourse {
    pub(crate) id: i64,
    pub(crate) held: Held<Course>,
}

/// All courses by code.
pub(crate) async fn read(connection: &mut PgConnection) -> Result<Vec<StoredCourse>, StoreError> {
    let mut cross_listings = read_cross_listings(connection).await?;
    let query = sqlx::query_as::<_, CourseRow>(
        "SELECT course_id, subject, number, cs_course_id, abbreviation, name AS subject_name, title, description,
             units_kind, units_hundredths, prerequisites, academic_career, grading_basis, final_exam, from_date,
             is_retired
         FROM courses JOIN subjects USING (subject_id)
         ORDER BY subject, number_digits, number_prefix, number_suffix, number",
    );
    let rows = ask("reading the courses", query.fetch_all(connection)).await?;
    let mut courses = Vec::with_capacity(rows.len());
    for row in rows {
        let cross_listed = cross_listings.remove(&row.course_id).unwrap_or_default();
        courses.push(row.course(cross_listed)?);
    }
    Ok(courses)
}

/// The courses' codes by their keys in the tables, and their places in the order of the codes.
#[derive(Default)]
pub(crate) struct Codes(HashMap<i64, (usize, CourseCode)>);

impl Codes {
    /// Of courses in the order of their codes.
    pub(crate) fn of(courses: &[StoredCourse]) -> Self {
        let placed = courses.iter().enumerate();
        Self(placed.map(|(place, course)| (course.id, (place, course.held.value.code.clone()))).collect())
    }

    /// Of all courses, without reading the rest of them.
    pub(crate) async fn read(connection: &mut PgConnection) -> Result<Self, StoreError> {
        let query = sqlx::query_as::<_, (i64, String, String)>(
            "SELECT course_id, subject, number FROM courses
             ORDER BY subject, number_digits, number_prefix, number_suffix, number",
        );
        let rows = ask("reading the courses' codes", query.fetch_all(connection)).await?;
        let mut codes = HashMap::with_capacity(rows.len());
        for (place, (id, subject, number)) in rows.into_iter().enumerate() {
            codes.insert(id, (place, parse::course(&subject, &number)?));
        }
        Ok(Self(codes))
    }

    /// A course's place and code. What points to a course that is not there is corrupt.
    pub(crate) fn get(&self, id: i64) -> Result<(usize, &CourseCode), StoreError> {
        let found = self.0.get(&id).ok_or_else(|| parse::corrupt("a course's key", id))?;
        Ok((found.0, &found.1))
    }
}

#[derive(sqlx::FromRow)]
struct CourseRow {
    course_id: i64,
    subject: String,
    number: String,
    cs_course_id: Option<String>,
    abbreviation: String,
    subject_name: String,
    title: String,
    description: String,
    units_kind: Option<String>,
    units_hundredths: Option<Vec<i32>>,
    prerequisites: Option<String>,
    academic_career: Option<String>,
    grading_basis: Option<String>,
    final_exam: Option<String>,
    from_date: Option<jiff_sqlx::Date>,
    is_retired: bool,
}

impl CourseRow {
    fn course(self, cross_listed: Vec<CourseCode>) -> Result<StoredCourse, StoreError> {
        let course = Course {
            code: parse::course(&self.subject, &self.number)?,
            cs_course_id: self.cs_course_id,
            subject_abbreviation: self.abbreviation,
            subject_name: self.subject_name,
            title: self.title,
            description: self.description,
            units: stored_units(self.units_kind.as_deref(), self.units_hundredths)?,
            prerequisites: self.prerequisites,
            cross_listed,
            academic_career: self.academic_career,
            grading_basis: self.grading_basis,
            final_exam: self.final_exam,
            from_date: parse::date(self.from_date),
        };
        Ok(StoredCourse { id: self.course_id, held: Held { value: course, is_retired: self.is_retired } })
    }
}

fn stored_units(kind: Option<&str>, hundredths: Option<Vec<i32>>) -> Result<Option<Units>, StoreError> {
    let Some(kind) = kind else { return Ok(None) };
    let mut amounts = Vec::new();
    for amount in hundredths.unwrap_or_default() {
        amounts.push(parse::units(amount)?);
    }
    match (kind, amounts.as_slice()) {
        ("fixed", [units]) => Ok(Some(Units::Fixed(*units))),
        ("range", [low, high]) => Ok(Some(Units::Range(*low, *high))),
        ("any-of", _) => Ok(Some(Units::AnyOf(amounts))),
        _ => Err(parse::corrupt("a course's units", (kind, amounts))),
    }
}

fn units_columns(units: Option<&Units>) -> (Option<&'static str>, Option<Vec<i32>>) {
    let hundredths = |amounts: &[UnitCount]| Some(amounts.iter().map(|amount| i32::from(amount.0)).collect());
    match units {
        None => (None, None),
        Some(Units::Fixed(amount)) => (Some("fixed"), hundredths(&[*amount])),
        Some(Units::Range(low, high)) => (Some("range"), hundredths(&[*low, *high])),
        Some(Units::AnyOf(amounts)) => (Some("any-of"), hundredths(amounts)),
    }
}

async fn read_cross_listings(connection: &mut PgConnection) -> Result<HashMap<i64, Vec<CourseCode>>, StoreError> {
    let query = sqlx::query_as::<_, (i64, String, String)>(
        "SELECT course_id, subject, number FROM course_cross_listings ORDER BY course_id, position",
    );
    let mut cross_listings: HashMap<i64, Vec<CourseCode>> = HashMap::new();
    for (course, subject, number) in ask("reading the cross-listings", query.fetch_all(connection)).await? {
        cross_listings.entry(course).or_default().push(parse::course(&subject, &number)?);
    }
    Ok(cross_listings)
}

/// Adds, changes and retires courses.
pub(crate) async fn write(connection: &mut PgConnection, delta: &Delta<Course, CourseCode>) -> Result<(), StoreError> {
    if !(delta.added.is_empty() && delta.changed.is_empty()) {
        let courses: Vec<&Course> = delta.added.iter().chain(&delta.changed).collect();
        stage(connection, &courses).await?;
        upsert(connection, courses.len()).await?;
        write_cross_listings(connection, &courses).await?;
    }
    retire(connection, &delta.gone).await
}

async fn stage(connection: &mut PgConnection, courses: &[&Course]) -> Result<(), StoreError> {
    let create = sqlx::query(
        "CREATE TEMP TABLE staged_courses (
             subject text COLLATE \"C\", number text COLLATE \"C\", abbreviation text, subject_name text,
             cs_course_id text, title text, description text, units_kind text, units_hundredths integer[],
             prerequisites text, academic_career text, grading_basis text, final_exam text, from_date date
         ) ON COMMIT DROP",
    );
    ask("making room for the courses", create.execute(&mut *connection)).await?;
    let mut rows = Rows::default();
    for course in courses {
        let (kind, hundredths) = units_columns(course.units.as_ref());
        rows.push(&[
            &course.code.subject.as_str(),
            &course.code.number.as_str(),
            &course.subject_abbreviation,
            &course.subject_name,
            &course.cs_course_id,
            &course.title,
            &course.description,
            &kind,
            &hundredths.as_deref(),
            &course.prerequisites,
            &course.academic_career,
            &course.grading_basis,
            &course.final_exam,
            &course.from_date,
        ]);
    }
    copy_in(connection, "sending the courses", "COPY staged_courses FROM STDIN", &rows).await
}

async fn upsert(connection: &mut PgConnection, expected: usize) -> Result<(), StoreError> {
    let subjects = sqlx::query(
        "INSERT INTO subjects (code, abbreviation, name)
         SELECT DISTINCT subject, abbreviation, subject_name FROM staged_courses
         ON CONFLICT (code, abbreviation, name) DO NOTHING",
    );
    ask("storing the subject areas", subjects.execute(&mut *connection)).await?;

    let doing = "storing the courses";
    let courses = sqlx::query(
        "INSERT INTO courses (subject, number, subject_id, cs_course_id, title, description, units_kind,
             units_hundredths, prerequisites, academic_career, grading_basis, final_exam, from_date)
         SELECT staged.subject, staged.number, subjects.subject_id, staged.cs_course_id, staged.title,
             staged.description, staged.units_kind, staged.units_hundredths, staged.prerequisites,
             staged.academic_career, staged.grading_basis, staged.final_exam, staged.from_date
         FROM staged_courses staged
         JOIN subjects ON subjects.code = staged.subject AND subjects.abbreviation = staged.abbreviation
             AND subjects.name = staged.subject_name
         ON CONFLICT (subject, number) DO UPDATE SET
             subject_id = excluded.subject_id, cs_course_id = excluded.cs_course_id, title = excluded.title,
             description = excluded.description, units_kind = excluded.units_kind,
             units_hundredths = excluded.units_hundredths, prerequisites = excluded.prerequisites,
             academic_career = excluded.academic_career, grading_basis = excluded.grading_basis,
             final_exam = excluded.final_exam, from_date = excluded.from_date, is_retired = false",
    );
    let stored = ask(doing, courses.execute(connection)).await?;
    expect_rows(doing, stored.rows_affected(), expected, "a course's subject area was not stored")
}

async fn write_cross_listings(connection: &mut PgConnection, courses: &[&Course]) -> Result<(), StoreError> {
    let delete = sqlx::query(
        "DELETE FROM course_cross_listings USING courses JOIN staged_courses USING (subject, number)
         WHERE course_cross_listings.course_id = courses.course_id",
    );
    ask("clearing the changed courses' cross-listings", delete.execute(&mut *connection)).await?;

    let create = sqlx::query(
        "CREATE TEMP TABLE staged_cross_listings (
             subject text COLLATE \"C\", number text COLLATE \"C\", position smallint, other_subject text,
             other_number text
         ) ON COMMIT DROP",
    );
    ask("making room for the cross-listings", create.execute(&mut *connection)).await?;
    let mut rows = Rows::default();
    let mut expected = 0;
    for course in courses {
        for (position, other) in course.cross_listed.iter().enumerate() {
            expected += 1;
            rows.push(&[
                &course.code.subject.as_str(),
                &course.code.number.as_str(),
                &position,
                &other.subject.as_str(),
                &other.number.as_str(),
            ]);
        }
    }
    copy_in(connection, "sending the cross-listings", "COPY staged_cross_listings FROM STDIN", &rows).await?;

    let doing = "storing the cross-listings";
    let insert = sqlx::query(
        "INSERT INTO course_cross_listings (course_id, position, subject, number)
         SELECT course_id, position, other_subject, other_number
         FROM staged_cross_listings JOIN courses USING (subject, number)",
    );
    let stored = ask(doing, insert.execute(connection)).await?;
    expect_rows(doing, stored.rows_affected(), expected, "a cross-listed course was not stored")
}

async fn retire(connection: &mut PgConnection, gone: &[CourseCode]) -> Result<(), StoreError> {
    if gone.is_empty() {
        return Ok(());
    }
    let doing = "retiring the courses that are gone";
    let (subjects, numbers) = columns(gone);
    let update = sqlx::query(
        "UPDATE courses SET is_retired = true
         FROM unnest($1::text[], $2::text[]) AS gone (subject, number)
         WHERE courses.subject = gone.subject AND courses.number = gone.number",
    )
    .bind(subjects)
    .bind(numbers);
    let retired = ask(doing, update.execute(connection)).await?;
    expect_rows(doing, retired.rows_affected(), gone.len(), "a course to retire is not stored")
}

/// Codes as two columns, for `unnest`.
pub(crate) fn columns<'a>(codes: impl IntoIterator<Item = &'a CourseCode>) -> (Vec<&'a str>, Vec<&'a str>) {
    codes.into_iter().map(|code| (code.subject.as_str(), code.number.as_str())).unzip()
}
