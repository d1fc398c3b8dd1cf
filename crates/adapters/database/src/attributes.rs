//! Attributes of sections, such as breadth requirements.

use std::collections::HashMap;

use catalog::ports::StoreError;
use catalog::section::{Section, SectionAttribute, SectionId};
use catalog::term::TermId;
use sqlx::PgConnection;

use crate::ask::{ask, ask_each};
use crate::copy::{Rows, copy_in};
use crate::parse;

#[derive(sqlx::FromRow)]
struct AttributeRow {
    term_id: i16,
    section_id: i64,
    code: String,
    value: String,
    value_name: String,
}

/// The attributes of the sections of a term, or of all terms, in order.
pub(crate) async fn read(
    connection: &mut PgConnection,
    term: Option<TermId>,
) -> Result<HashMap<(TermId, SectionId), Vec<SectionAttribute>>, StoreError> {
    let query = sqlx::query_as::<_, AttributeRow>(
        "SELECT term_id, section_id, code, value, value_name
         FROM section_attributes WHERE $1::smallint IS NULL OR term_id = $1 ORDER BY term_id, section_id, position",
    )
    .bind(term.map(parse::term_number));
    let mut attributes: HashMap<(TermId, SectionId), Vec<SectionAttribute>> = HashMap::new();
    ask_each("reading the sections' attributes", query.fetch(connection), |row| {
        let section = (parse::term(row.term_id)?, parse::section(row.section_id)?);
        let attribute = SectionAttribute { code: row.code, value: row.value, value_name: row.value_name };
        attributes.entry(section).or_default().push(attribute);
        Ok(())
    })
    .await?;
    Ok(attributes)
}

/// Puts the staged sections' attributes in the place of those held.
pub(crate) async fn write(connection: &mut PgConnection, sections: &[&Section]) -> Result<(), StoreError> {
    let delete = sqlx::query(
        "DELETE FROM section_attributes held USING staged_sections staged
         WHERE held.term_id = staged.term_id AND held.section_id = staged.section_id",
    );
    ask("clearing the changed sections' attributes", delete.execute(&mut *connection)).await?;

    let mut rows = Rows::default();
    for section in sections {
        for (position, attribute) in section.attributes.iter().enumerate() {
            rows.push(&[
                &section.class.term.number(),
                &section.id.0,
                &position,
                &attribute.code,
                &attribute.value,
                &attribute.value_name,
            ]);
        }
    }
    let copy = "COPY section_attributes (term_id, section_id, position, code, value, value_name) FROM STDIN";
    copy_in(connection, "storing the sections' attributes", copy, &rows).await
}
