//! Takes in graded sections, all of them or none, and counts what that did.

use std::collections::{BTreeMap, HashMap};

use catalog::course::CourseCode;
use catalog::grade::GradeRecord;
use catalog::ports::{GradeImport, StoreError};
use catalog::section::SectionId;
use catalog::term::TermId;
use jiff::Timestamp;
use sqlx::{Connection, PgConnection};

use crate::ask::{ask, expect_rows, join_whole_tables, refuse};
use crate::copy::{Rows, copy_in};
use crate::{grades, moment, parse, state};

/// Takes them in, in one transaction. A record whose identity comes twice counts twice as given; the last one holds.
pub(crate) async fn import(
    connection: &mut PgConnection,
    records: &[GradeRecord],
    at: Timestamp,
) -> Result<GradeImport, StoreError> {
    let mut transaction = ask("beginning the import of grades", connection.begin()).await?;
    join_whole_tables(&mut transaction).await?;
    grades::lock_links(&mut transaction).await?;
    let distinct = last_of_each(records);
    stage(&mut transaction, &distinct).await?;
    let (added, changed) = compare(&mut transaction).await?;
    upsert(&mut transaction, added + changed).await?;

    let mut done = GradeImport { given: records.len(), added, changed, ..GradeImport::default() };
    done.unchanged = distinct.len() - added - changed;
    count_joined(&mut transaction, &mut done).await?;
    count_unknown(&mut transaction, &mut done).await?;
    record(&mut transaction, &done, at).await?;
    if added + changed > 0 {
        state::bump(&mut transaction, at).await?;
    }
    ask("committing the import of grades", transaction.commit()).await?;
    Ok(done)
}

fn last_of_each(records: &[GradeRecord]) -> Vec<&GradeRecord> {
    type Identity<'a> = (TermId, &'a CourseCode, &'a str, Option<SectionId>);
    let mut places: HashMap<Identity<'_>, usize> = HashMap::with_capacity(records.len());
    let mut distinct: Vec<&GradeRecord> = Vec::with_capacity(records.len());
    for record in records {
        let identity = (record.term, &record.course, record.section_number.as_str(), record.ccn);
        match places.get(&identity) {
            Some(place) => distinct[*place] = record,
            None => {
                places.insert(identity, distinct.len());
                distinct.push(record);
            }
        }
    }
    distinct
}

async fn stage(connection: &mut PgConnection, records: &[&GradeRecord]) -> Result<(), StoreError> {
    let create = sqlx::query(
        "CREATE TEMP TABLE staged_grades (
             term_id smallint, subject text COLLATE \"C\", number text COLLATE \"C\", section_number text, ccn bigint,
             title text, instructors text[], counts integer[]
         ) ON COMMIT DROP",
    );
    ask("making room for the grades", create.execute(&mut *connection)).await?;
    let mut rows = Rows::default();
    for record in records {
        let counts = counts(record)?;
        rows.push(&[
            &record.term.number(),
            &record.course.subject.as_str(),
            &record.course.number.as_str(),
            &record.section_number,
            &record.ccn.map(|id| id.0),
            &record.title,
            &record.instructors.as_slice(),
            &counts.as_slice(),
        ]);
    }
    copy_in(connection, "sending the grades", "COPY staged_grades FROM STDIN", &rows).await
}

fn counts(record: &GradeRecord) -> Result<Vec<i32>, StoreError> {
    let mut counts = Vec::with_capacity(record.distribution.0.len());
    for count in record.distribution.0 {
        let count = i32::try_from(count).map_err(|_| {
            let (term, course, number) = (record.term.slug(), &record.course, &record.section_number);
            refuse("reading the grades", format!("{term} {course} section {number}: {count} students with one grade"))
        })?;
        counts.push(count);
    }
    Ok(counts)
}

/// How many staged records are new, and how many differ from what is held.
async fn compare(connection: &mut PgConnection) -> Result<(usize, usize), StoreError> {
    let query = sqlx::query_as::<_, (i64, i64)>(
        "SELECT count(*) FILTER (WHERE held.grade_id IS NULL),
             count(*) FILTER (WHERE held.grade_id IS NOT NULL AND (held.title, held.instructors, held.counts)
                 IS DISTINCT FROM (staged.title, staged.instructors, staged.counts))
         FROM staged_grades staged
         LEFT JOIN grades held ON held.term_id = staged.term_id AND held.subject = staged.subject
             AND held.number = staged.number AND held.section_number = staged.section_number
             AND held.ccn IS NOT DISTINCT FROM staged.ccn",
    );
    let (added, changed) = ask("comparing the grades", query.fetch_one(connection)).await?;
    Ok((parse::count(added)?, parse::count(changed)?))
}

/// New records are linked as they come in. Those held are linked already, or will be by the publication that brings
/// what they lack.
async fn upsert(connection: &mut PgConnection, expected: usize) -> Result<(), StoreError> {
    let doing = "storing the grades";
    let insert = sqlx::query(
        "INSERT INTO grades (term_id, subject, number, section_number, ccn, title, instructors, counts, course_id,
             section_id)
         SELECT staged.term_id, staged.subject, staged.number, staged.section_number, staged.ccn, staged.title,
             staged.instructors, staged.counts, courses.course_id, offered.section_id
         FROM staged_grades staged
         LEFT JOIN courses ON courses.subject = staged.subject AND courses.number = staged.number
         LEFT JOIN (
             SELECT sections.term_id, sections.section_id, classes.course_id
             FROM sections JOIN classes USING (class_id)
         ) offered ON offered.term_id = staged.term_id AND offered.section_id = staged.ccn
             AND offered.course_id = courses.course_id
         ON CONFLICT (term_id, subject, number, section_number, ccn) DO UPDATE SET
             title = excluded.title, instructors = excluded.instructors, counts = excluded.counts
         WHERE (grades.title, grades.instructors, grades.counts)
             IS DISTINCT FROM (excluded.title, excluded.instructors, excluded.counts)",
    );
    let stored = ask(doing, insert.execute(connection)).await?;
    expect_rows(doing, stored.rows_affected(), expected, "the grades changed under the import")
}

async fn count_joined(connection: &mut PgConnection, done: &mut GradeImport) -> Result<(), StoreError> {
    let query = sqlx::query_as::<_, (i16, i64)>(
        "SELECT term_id, count(*)
         FROM staged_grades JOIN grades held USING (term_id, subject, number, section_number)
         WHERE held.ccn = staged_grades.ccn AND held.section_id IS NOT NULL
         GROUP BY term_id ORDER BY term_id",
    );
    for (term, joined) in ask("counting the joined grades", query.fetch_all(connection)).await? {
        let joined = parse::count(joined)?;
        done.joined_to_section += joined;
        done.joined_by_term.push((parse::term(term)?, joined));
    }
    Ok(())
}

async fn count_unknown(connection: &mut PgConnection, done: &mut GradeImport) -> Result<(), StoreError> {
    let query = sqlx::query_as::<_, (String, String, i64)>(
        "SELECT staged.subject, staged.number, count(*) FROM staged_grades staged
         WHERE NOT EXISTS (
             SELECT FROM courses WHERE courses.subject = staged.subject AND courses.number = staged.number
         )
         GROUP BY staged.subject, staged.number",
    );
    let mut unknown = BTreeMap::new();
    for (subject, number, records) in ask("counting unknown courses", query.fetch_all(connection)).await? {
        unknown.insert(parse::course(&subject, &number)?, parse::count(records)?);
    }
    done.without_course = unknown.values().sum();
    done.unknown_courses = unknown.into_keys().collect();
    Ok(())
}

async fn record(connection: &mut PgConnection, done: &GradeImport, at: Timestamp) -> Result<(), StoreError> {
    let whole = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let insert = sqlx::query(
        "INSERT INTO grade_imports (imported_at, given, added, changed, unchanged) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(moment::bound(at))
    .bind(whole(done.given))
    .bind(whole(done.added))
    .bind(whole(done.changed))
    .bind(whole(done.unchanged));
    ask("recording the import of grades", insert.execute(connection)).await?;
    Ok(())
}
