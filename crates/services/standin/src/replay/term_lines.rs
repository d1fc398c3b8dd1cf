//! The captured records of a term, one JSON object a line. Each is kept as it is, but for its counts: these are cut out
//! once, so that a page is made by putting text together.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use catalog::seats::Counts;
use catalog::term::TermId;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::campus::{ClassEntry, SectionEntry, TermPlan, TermText, write_counts};
use crate::error::StandinError;
use crate::json::Json;
use crate::replay::placeholder;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SectionLine<'a> {
    id: u32,
    #[serde(borrow)]
    class: ClassName<'a>,
    #[serde(borrow)]
    number: Cow<'a, str>,
    #[serde(borrow)]
    component: Code<'a>,
    #[serde(borrow)]
    status: Code<'a>,
    association: Association,
    print_in_schedule_of_classes: bool,
    #[serde(borrow)]
    enrollment_status: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClassLine<'a> {
    #[serde(borrow)]
    course: CourseName<'a>,
    #[serde(borrow)]
    session: Session<'a>,
    #[serde(borrow)]
    number: Cow<'a, str>,
    #[serde(borrow)]
    status: Code<'a>,
    any_print_in_schedule_of_classes: bool,
    #[serde(borrow)]
    aggregate_enrollment_status: &'a RawValue,
}

#[derive(Deserialize)]
struct ClassName<'a> {
    #[serde(borrow)]
    course: CourseName<'a>,
    #[serde(borrow)]
    session: Session<'a>,
    #[serde(borrow)]
    number: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CourseName<'a> {
    #[serde(borrow)]
    identifiers: Vec<Identifier<'a>>,
    #[serde(borrow)]
    subject_area: Code<'a>,
    #[serde(borrow)]
    catalog_number: CatalogNumber<'a>,
}

#[derive(Deserialize)]
struct Identifier<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

#[derive(Deserialize)]
struct CatalogNumber<'a> {
    #[serde(borrow)]
    formatted: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Session<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Code<'a> {
    #[serde(borrow)]
    code: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Association {
    primary: bool,
}

/// What names a class within its term.
type ClassNameKey = (String, String, String, String);

fn class_key(course: &CourseName<'_>, session: &Session<'_>, number: &str) -> ClassNameKey {
    (
        course.subject_area.code.clone().into_owned(),
        course.catalog_number.formatted.clone().into_owned(),
        session.id.clone().into_owned(),
        number.to_owned(),
    )
}

/// The text of a term: heads of objects, without their counts and without the closing brace.
struct CapturedTerm {
    term: TermId,
    classes: Vec<Box<str>>,
    /// `None` for a section that is known only by its counts.
    sections: Vec<(u32, Option<Box<str>>)>,
}

/// The plan of a term: its classes, the placeholder's class last, and every section that was ever seen.
pub(crate) fn read(
    term: TermId,
    section_ids: &[u32],
    classes_path: &Path,
    sections_path: &Path,
) -> Result<TermPlan, StandinError> {
    let mut text = CapturedTerm { term, classes: Vec::new(), sections: Vec::new() };
    let mut places: HashMap<ClassNameKey, u32> = HashMap::new();
    let mut classes = Vec::new();
    for_each_line(classes_path, |line| {
        let class: ClassLine<'_> = serde_json::from_str(line).map_err(|error| error.to_string())?;
        places.insert(class_key(&class.course, &class.session, &class.number), classes.len() as u32);
        classes.push(class_entry(&class)?);
        text.classes.push(without(line, "aggregateEnrollmentStatus", class.aggregate_enrollment_status)?);
        Ok(())
    })?;
    let placeholder_class = classes.len() as u32;
    classes.push(placeholder::class_entry());
    let mut sections: Vec<_> =
        section_ids.iter().map(|id| placeholder::section_entry(*id, placeholder_class)).collect();
    text.sections = section_ids.iter().map(|id| (*id, None)).collect();
    let by_id: HashMap<u32, usize> = section_ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    for_each_line(sections_path, |line| {
        let section: SectionLine<'_> = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let name = &section.class;
        let class = places.get(&class_key(&name.course, &name.session, &name.number));
        let class = class.ok_or("its class is not among the classes")?;
        // A record without any count was never part of a snapshot.
        let Some(place) = by_id.get(&section.id) else { return Ok(()) };
        sections[*place] = section_entry(&section, *class);
        text.sections[*place].1 = Some(without(line, "enrollmentStatus", section.enrollment_status)?);
        Ok(())
    })?;
    Ok(TermPlan { sections, classes, text: Box::new(text) })
}

/// Reads a compressed file line by line.
pub(crate) fn for_each_line(path: &Path, mut take: impl FnMut(&str) -> Result<(), String>) -> Result<(), StandinError> {
    let unreadable = |source: std::io::Error| StandinError::Unreadable { path: path.to_owned(), source: source.into() };
    let file = File::open(path).map_err(unreadable)?;
    let mut reader = BufReader::new(zstd::Decoder::new(file).map_err(unreadable)?);
    let mut text = String::new();
    let mut line = 0;
    loop {
        text.clear();
        if reader.read_line(&mut text).map_err(unreadable)? == 0 {
            return Ok(());
        }
        line += 1;
        take(text.trim_end()).map_err(|reason| StandinError::Malformed { path: path.to_owned(), line, reason })?;
    }
}

fn class_entry(class: &ClassLine<'_>) -> Result<ClassEntry, String> {
    let course = &class.course;
    Ok(ClassEntry {
        subject: letters(&course.subject_area.code),
        course_number: course.catalog_number.formatted.as_ref().into(),
        course_id: course_id(course)?,
        number: class.number.as_ref().into(),
        session: class.session.id.as_ref().into(),
        is_printed: class.any_print_in_schedule_of_classes,
        status: status(&class.status),
    })
}

fn section_entry(section: &SectionLine<'_>, class: u32) -> SectionEntry {
    SectionEntry {
        id: section.id,
        class,
        number: section.number.as_ref().into(),
        component: section.component.code.as_ref().into(),
        is_primary: section.association.primary,
        is_printed: section.print_in_schedule_of_classes,
        status: status(&section.status),
    }
}

/// A subject area's letters, as the Class API asks for it.
pub(crate) fn letters(subject: &str) -> Arc<str> {
    subject.chars().filter(char::is_ascii_alphabetic).collect::<String>().into()
}

fn course_id(course: &CourseName<'_>) -> Result<u32, String> {
    let id = course.identifiers.first().map(|identifier| &identifier.id);
    id.and_then(|id| id.parse().ok()).ok_or_else(|| "it has no cs-course-id".to_owned())
}

fn status(code: &Code<'_>) -> char {
    code.code.chars().next().unwrap_or('A')
}

/// A record without one of its fields and without its closing brace. The field is never the first one.
fn without(line: &str, name: &str, value: &RawValue) -> Result<Box<str>, String> {
    let value_start = value.get().as_ptr() as usize - line.as_ptr() as usize;
    let name_and_comma = name.len() + 4;
    let not_found = || format!("`{name}` is not written as expected");
    let start = value_start.checked_sub(name_and_comma).ok_or_else(not_found)?;
    if line.get(start..value_start) != Some(&format!(",\"{name}\":")) {
        return Err(not_found());
    }
    let rest = line[value_start + value.get().len()..].strip_suffix('}').ok_or_else(not_found)?;
    Ok(format!("{}{rest}", &line[..start]).into())
}

impl TermText for CapturedTerm {
    fn write_section(&self, index: u32, counts: Counts, json: &mut Json) {
        let fill = |json: &mut Json| json.object_at("enrollmentStatus", |json| self.write_seats(index, counts, json));
        match &self.sections[index as usize] {
            (_, Some(head)) => json.continued(head, fill),
            (id, None) => placeholder::write_section(self.term, *id, json, fill),
        }
    }

    fn write_class(&self, index: u32, counts: Counts, json: &mut Json) {
        let fill = |json: &mut Json| json.object_at("aggregateEnrollmentStatus", |json| write_counts(counts, json));
        match self.classes.get(index as usize) {
            Some(head) => json.continued(head, fill),
            None => placeholder::write_class(self.term, json, fill),
        }
    }

    fn write_seats(&self, _index: u32, counts: Counts, json: &mut Json) {
        write_counts(counts, json);
        // The capture had neither; the real answers of that time say 0 for nearly all sections.
        json.number_at("reservedCount", 0);
        json.number_at("openReserved", 0);
    }
}
