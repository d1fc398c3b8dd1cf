//! Sections: what a student enrolls in. Their meetings and attributes lie in files of their own.

use std::collections::HashMap;

use catalog::changes::TermChanges;
use catalog::class::ClassKey;
use catalog::ports::StoreError;
use catalog::section::{Component, Section, SectionId};
use catalog::stored::Held;
use catalog::term::TermId;
use sqlx::PgConnection;

use crate::ask::{ask, ask_each, expect_rows, expect_stored};
use crate::classes::StoredClass;
use crate::copy::{Rows, copy_in};
use crate::{attributes, meetings, parse};

/// The sections of a term, or of all terms, by class key, then primary first, then component and number.
pub(crate) async fn read(
    connection: &mut PgConnection,
    term: Option<TermId>,
    classes: &[StoredClass],
) -> Result<Vec<Held<Section>>, StoreError> {
    let mut meetings = meetings::read(connection, term).await?;
    let mut attributes = attributes::read(connection, term).await?;
    let query = sqlx::query_as::<_, SectionRow>(
        "SELECT term_id, section_id, class_id, number, component_code, component_name, is_primary,
             primary_section_id, status, is_printed, instruction_mode, begin_date, end_date, is_retired
         FROM sections WHERE $1::smallint IS NULL OR term_id = $1",
    )
    .bind(term.map(parse::term_number));
    let places: HashMap<i64, usize> = classes.iter().enumerate().map(|(place, class)| (class.id, place)).collect();
    let mut placed = Vec::with_capacity(classes.len());
    ask_each("reading the sections", query.fetch(connection), |row: SectionRow| {
        let place = *places.get(&row.class_id).ok_or_else(|| parse::corrupt("a section's class", row.class_id))?;
        let mut held = row.section(classes[place].held.value.key.clone())?;
        let key = (held.value.class.term, held.value.id);
        held.value.meetings = meetings.remove(&key).unwrap_or_default();
        held.value.attributes = attributes.remove(&key).unwrap_or_default();
        placed.push((place, held));
        Ok(())
    })
    .await?;
    placed.sort_unstable_by(|(place, one), (other_place, other)| {
        (place, order_in_class(&one.value)).cmp(&(other_place, order_in_class(&other.value)))
    });
    Ok(placed.into_iter().map(|(_, held)| held).collect())
}

/// Primary first, then component and number; the id makes it the same each time.
fn order_in_class(section: &Section) -> (bool, &Component, &str, SectionId) {
    (!section.is_primary, &section.component, &section.number, section.id)
}

#[derive(sqlx::FromRow)]
struct SectionRow {
    section_id: i64,
    class_id: i64,
    number: String,
    component_code: String,
    component_name: String,
    is_primary: bool,
    primary_section_id: Option<i64>,
    status: String,
    is_printed: bool,
    instruction_mode: Option<String>,
    begin_date: Option<jiff_sqlx::Date>,
    end_date: Option<jiff_sqlx::Date>,
    is_retired: bool,
}

impl SectionRow {
    fn section(self, class: ClassKey) -> Result<Held<Section>, StoreError> {
        let section = Section {
            id: parse::section(self.section_id)?,
            class,
            number: self.number,
            component: Component { code: self.component_code, name: self.component_name },
            is_primary: self.is_primary,
            primary_section: self.primary_section_id.map(parse::section).transpose()?,
            status: parse::status(&self.status)?,
            is_printed: self.is_printed,
            instruction_mode: self.instruction_mode,
            dates: parse::dates(self.begin_date, self.end_date),
            meetings: Vec::new(),
            attributes: Vec::new(),
        };
        Ok(Held { value: section, is_retired: self.is_retired })
    }
}

/// Adds, changes and retires sections, in all terms at once.
pub(crate) async fn write(connection: &mut PgConnection, by_term: &[TermChanges]) -> Result<(), StoreError> {
    let deltas = || by_term.iter().map(|changes| &changes.sections);
    let sections: Vec<&Section> = deltas().flat_map(|delta| delta.added.iter().chain(&delta.changed)).collect();
    if !sections.is_empty() {
        stage(connection, &sections).await?;
        upsert(connection, sections.len()).await?;
        meetings::write(connection, &sections).await?;
        attributes::write(connection, &sections).await?;
    }
    for changes in by_term {
        retire(connection, changes.term, &changes.sections.gone).await?;
    }
    Ok(())
}

async fn stage(connection: &mut PgConnection, sections: &[&Section]) -> Result<(), StoreError> {
    let create = sqlx::query(
        "CREATE TEMP TABLE staged_sections (
             term_id smallint, section_id bigint, subject text COLLATE \"C\", course_number text COLLATE \"C\",
             session_id text, class_number text, number text, component_code text, component_name text,
             is_primary boolean, primary_section_id bigint, status text, is_printed boolean, instruction_mode text,
             begin_date date, end_date date
         ) ON COMMIT DROP",
    );
    ask("making room for the sections", create.execute(&mut *connection)).await?;
    let mut rows = Rows::default();
    for section in sections {
        rows.push(&[
            &section.class.term.number(),
            &section.id.0,
            &section.class.course.subject.as_str(),
            &section.class.course.number.as_str(),
            &&*section.class.session,
            &&*section.class.number,
            &section.number,
            &section.component.code,
            &section.component.name,
            &section.is_primary,
            &section.primary_section.map(|id| id.0),
            &section.status.code(),
            &section.is_printed,
            &section.instruction_mode,
            &section.dates.map(|(begin, _)| begin),
            &section.dates.map(|(_, end)| end),
        ]);
    }
    copy_in(connection, "sending the sections", "COPY staged_sections FROM STDIN", &rows).await
}

async fn upsert(connection: &mut PgConnection, expected: usize) -> Result<(), StoreError> {
    let doing = "storing the sections";
    let insert = sqlx::query(
        "INSERT INTO sections (term_id, section_id, class_id, number, component_code, component_name, is_primary,
             primary_section_id, status, is_printed, instruction_mode, begin_date, end_date)
         SELECT staged.term_id, staged.section_id, classes.class_id, staged.number, staged.component_code,
             staged.component_name, staged.is_primary, staged.primary_section_id, staged.status, staged.is_printed,
             staged.instruction_mode, staged.begin_date, staged.end_date
         FROM staged_sections staged
         JOIN courses ON courses.subject = staged.subject AND courses.number = staged.course_number
         JOIN classes ON classes.term_id = staged.term_id AND classes.course_id = courses.course_id
             AND classes.session_id = staged.session_id AND classes.number = staged.class_number
         ON CONFLICT (term_id, section_id) DO UPDATE SET
             class_id = excluded.class_id, number = excluded.number, component_code = excluded.component_code,
             component_name = excluded.component_name, is_primary = excluded.is_primary,
             primary_section_id = excluded.primary_section_id, status = excluded.status,
             is_printed = excluded.is_printed, instruction_mode = excluded.instruction_mode,
             begin_date = excluded.begin_date, end_date = excluded.end_date, is_retired = false",
    );
    let stored = ask(doing, insert.execute(&mut *connection)).await?.rows_affected();
    let lacking = "SELECT string_agg(class, ', ') FROM (
             SELECT DISTINCT concat_ws(' ', staged.term_id, staged.subject, staged.course_number, 'session',
                 staged.session_id, 'class', staged.class_number)
             FROM staged_sections staged
             LEFT JOIN courses ON courses.subject = staged.subject AND courses.number = staged.course_number
             LEFT JOIN classes ON classes.term_id = staged.term_id AND classes.course_id = courses.course_id
                 AND classes.session_id = staged.session_id AND classes.number = staged.class_number
             WHERE classes.class_id IS NULL ORDER BY 1 LIMIT 3
         ) AS lacking (class)";
    expect_stored(connection, doing, stored, expected, lacking).await
}

async fn retire(connection: &mut PgConnection, term: TermId, gone: &[SectionId]) -> Result<(), StoreError> {
    if gone.is_empty() {
        return Ok(());
    }
    let doing = "retiring the sections that are gone";
    let update = sqlx::query(
        "UPDATE sections SET is_retired = true FROM unnest($2::bigint[]) AS gone (section_id)
         WHERE sections.term_id = $1 AND sections.section_id = gone.section_id",
    )
    .bind(parse::term_number(term))
    .bind(numbers(gone));
    let retired = ask(doing, update.execute(connection)).await?;
    expect_rows(doing, retired.rows_affected(), gone.len(), "a section to retire is not stored")
}

/// Sections' ids as a column, for `unnest`.
pub(crate) fn numbers<'a>(sections: impl IntoIterator<Item = &'a SectionId>) -> Vec<i64> {
    sections.into_iter().map(|id| i64::from(id.0)).collect()
}
