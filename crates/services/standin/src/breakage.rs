//! Breaks a record as asked, the way the SIS has broken records: a wrong type, a missing name, no object, no time.

use serde_json::{Value, json};

use crate::faults::{Api, Breakage};

/// The record's text, broken.
pub(crate) fn broken(record: &str, api: Api, how: Breakage) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(record) else { return record.to_owned() };
    let name = identity_field(&value, api);
    match how {
        Breakage::NotAnObject => value = json!("not an object"),
        Breakage::WrongType => value[name] = json!(["of", "another", "type"]),
        Breakage::NoIdentity => {
            if let Some(fields) = value.as_object_mut() {
                fields.remove(name);
            }
        }
        Breakage::BadTime => spoil_first_time(&mut value),
    }
    value.to_string()
}

/// The field without which nobody knows what the record is of.
fn identity_field(record: &Value, api: Api) -> &'static str {
    match api {
        Api::Courses if record.get("catalogNumber").is_some() => "catalogNumber",
        Api::Courses => "subjectArea",
        Api::Classes => "course",
        Api::Sections | Api::Enrollments | Api::Terms => "id",
    }
}

/// Sections have their times in meetings; other records only have dates; enrollments have neither, their count goes.
fn spoil_first_time(record: &mut Value) {
    if let Some(meeting) = record.pointer_mut("/meetings/0") {
        meeting["startTime"] = json!("25:61:00");
        return;
    }
    for name in ["startDate", "beginDate", "fromDate"] {
        if record.get(name).is_some() {
            record[name] = json!("2016-13-32");
            return;
        }
    }
    if record.get("enrollmentStatus").is_some() {
        record["enrollmentStatus"]["enrolledCount"] = json!("many");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_breaks_something_else() {
        let section = r#"{"id":12345,"meetings":[{"startTime":"10:00:00"}]}"#;
        let parsed = |how| serde_json::from_str::<Value>(&broken(section, Api::Sections, how)).unwrap();
        assert!(parsed(Breakage::WrongType)["id"].is_array());
        assert!(parsed(Breakage::NoIdentity).get("id").is_none());
        assert!(parsed(Breakage::NotAnObject).is_string());
        assert_eq!(parsed(Breakage::BadTime)["meetings"][0]["startTime"], "25:61:00");
    }
}
