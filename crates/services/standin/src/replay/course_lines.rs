//! The captured courses: version 4 as it is, version 5 made of it.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::campus::{CourseBook, CourseEntry, CourseText, CourseVersion};
use crate::error::StandinError;
use crate::json::Json;
use crate::replay::term_lines::{for_each_line, letters};

/// Fields that version 5 no longer has.
const GONE_IN_V5: [&str; 6] = [
    "classSubjectArea",
    "classDisplayName",
    "classCrossListing",
    "departmentNicknames",
    "createdDate",
    "multipleTermNumber",
];

/// Lists that version 4 wraps into an object of one field.
const WRAPPED_IN_V4: [(&str, &str); 4] = [
    ("termsAllowed", "termNames"),
    ("terms", "termNames"),
    ("requiredCourses", "courses"),
    ("restrictionCourses", "creditRestrictionCourses"),
];

struct CapturedCourses {
    /// In both versions.
    lines: Vec<(Box<str>, Box<str>)>,
}

/// The book of the captured courses.
pub(crate) fn read(path: &Path) -> Result<CourseBook, StandinError> {
    let mut entries = Vec::new();
    let mut lines = Vec::new();
    for_each_line(path, |line| {
        let course: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        entries.push(entry(&course, lines.len() as u32)?);
        lines.push((line.into(), as_v5(course).to_string().into()));
        Ok(())
    })?;
    Ok(CourseBook { entries, text: Arc::new(CapturedCourses { lines }) })
}

fn entry(course: &Value, record: u32) -> Result<CourseEntry, String> {
    let text = |pointer: &str| {
        let found = course.pointer(pointer).and_then(Value::as_str);
        found.ok_or_else(|| format!("{pointer} is missing"))
    };
    let course_id = text("/identifiers/0/id")?;
    Ok(CourseEntry {
        record,
        subject: letters(text("/subjectArea/code")?),
        number: text("/catalogNumber/formatted")?.into(),
        course_id: course_id.parse().map_err(|_| format!("the cs-course-id {course_id} is no number"))?,
        status: if text("/status/code")? == "ACTIVE" { "ACTIVE" } else { "INACTIVE" },
    })
}

/// A course as version 5 tells it.
fn as_v5(mut course: Value) -> Value {
    if let Some(fields) = course.as_object_mut() {
        for name in GONE_IN_V5 {
            fields.remove(name);
        }
        if let Some(formatted) = fields.get("catalogNumber").and_then(|number| number.get("formatted")).cloned() {
            fields.insert("catalogNumber".to_owned(), formatted);
        }
    }
    if let Some(range) = course.pointer_mut("/credit/value").and_then(|value| value.as_object_mut()?.remove("range")) {
        course["credit"]["type"] = "variable".into();
        course["credit"]["value"]["variable"] = range;
    }
    unwrapped(course)
}

fn unwrapped(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(unwrapped).collect(),
        Value::Object(fields) => Value::Object(fields.into_iter().map(unwrapped_field).collect::<Map<_, _>>()),
        other => other,
    }
}

fn unwrapped_field((name, mut value): (String, Value)) -> (String, Value) {
    let inner = WRAPPED_IN_V4.iter().find(|(outer, _)| *outer == name).map(|(_, inner)| *inner);
    if let (Some(inner), Some(fields)) = (inner, value.as_object_mut()) {
        value = fields.remove(inner).unwrap_or_else(|| Value::Array(Vec::new()));
    }
    (name, unwrapped(value))
}

impl CourseText for CapturedCourses {
    fn write_course(&self, record: u32, version: CourseVersion, json: &mut Json) {
        let (v4, v5) = &self.lines[record as usize];
        json.raw(match version {
            CourseVersion::V4 => v4,
            CourseVersion::V5 => v5,
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn version_5_has_a_number_as_text_variable_units_and_plain_lists() {
        let v5 = as_v5(json!({
            "catalogNumber": {"number": "61", "suffix": "A", "formatted": "61A"},
            "classDisplayName": "COMPSCI 61A",
            "credit": {"type": "range", "value": {"range": {"minUnits": 1, "maxUnits": 4}}},
            "preparation": {"requiredText": "Nothing.", "requiredCourses": {}},
            "formatsOffered": {"formats": [{"termsAllowed": {"termNames": ["Fall"]}}]},
        }));
        let expected = json!({
            "catalogNumber": "61A",
            "credit": {"type": "variable", "value": {"variable": {"minUnits": 1, "maxUnits": 4}}},
            "preparation": {"requiredText": "Nothing.", "requiredCourses": []},
            "formatsOffered": {"formats": [{"termsAllowed": ["Fall"]}]},
        });
        assert_eq!(v5, expected);
    }
}
