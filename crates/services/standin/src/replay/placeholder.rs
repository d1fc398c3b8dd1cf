//! What stands for sections of which only the counts were captured: 19,547 of 52,016. They belong to one made-up class
//! that the schedule does not print, so that no reader takes them for a real one.

use catalog::term::TermId;

use crate::campus::{ClassEntry, SectionEntry};
use crate::json::Json;

const SUBJECT: (&str, &str) = ("UNKNOWN", "Unknown: known by counts only");
const NUMBER: &str = "0";
const CLASS_NUMBER: &str = "001";
/// No real `cs-course-id` is 0.
const COURSE_ID: u32 = 0;
const COURSE_ID_TEXT: &str = "000000";
const TITLE: &str = "Sections known by their counts only";
const COMPONENT: (&str, &str) = ("UNK", "Unknown");

pub(crate) fn class_entry() -> ClassEntry {
    ClassEntry {
        subject: SUBJECT.0.into(),
        course_number: NUMBER.into(),
        course_id: COURSE_ID,
        number: CLASS_NUMBER.into(),
        session: "1".into(),
        is_printed: false,
        status: 'A',
    }
}

pub(crate) fn section_entry(id: u32, class: u32) -> SectionEntry {
    SectionEntry {
        id,
        class,
        number: section_number(id).into(),
        component: COMPONENT.0.into(),
        is_primary: true,
        is_printed: false,
        status: 'A',
    }
}

/// Within the class every section needs a number of its own; its id is one.
fn section_number(id: u32) -> String {
    format!("{id:05}")
}

pub(crate) fn write_section(term: TermId, id: u32, json: &mut Json, seats: impl FnOnce(&mut Json)) {
    let number = section_number(id);
    json.object(|json| {
        json.number_at("id", id);
        json.object_at("class", |json| write_class_fields(term, json));
        json.text_at("number", &number);
        json.descriptor_at("component", COMPONENT.0, COMPONENT.1);
        json.text_at("displayName", &format!("{} {} {number}", class_name(term), COMPONENT.0));
        json.descriptor_at("status", "A", "Active");
        json.object_at("association", |json| {
            json.flag_at("primary", true);
            json.number_at("primaryAssociatedSectionId", id);
            json.list_at("primaryAssociatedSectionIds", |json| json.number(id));
        });
        json.flag_at("printInScheduleOfClasses", false);
        json.list_at("meetings", |_| ());
        seats(json);
    });
}

pub(crate) fn write_class(term: TermId, json: &mut Json, seats: impl FnOnce(&mut Json)) {
    json.object(|json| {
        write_class_fields(term, json);
        json.descriptor_at("primaryComponent", COMPONENT.0, COMPONENT.1);
        json.descriptor_at("status", "A", "Active");
        json.flag_at("anyPrintInScheduleOfClasses", false);
        seats(json);
    });
}

fn class_name(term: TermId) -> String {
    format!("{} {} {NUMBER} {CLASS_NUMBER}", term_name(term), SUBJECT.0)
}

/// `2016 Fall`.
fn term_name(term: TermId) -> String {
    format!("{} {}", term.year(), term.semester().title())
}

fn write_class_fields(term: TermId, json: &mut Json) {
    json.object_at("course", write_course_name);
    json.number_at("offeringNumber", 1);
    json.object_at("session", |json| {
        json.object_at("term", |json| {
            json.text_at("id", &term.to_string());
            json.text_at("name", &term_name(term));
        });
        json.text_at("id", "1");
        json.text_at("name", "Regular Academic Session");
    });
    json.text_at("number", CLASS_NUMBER);
    json.text_at("displayName", &class_name(term));
}

fn write_course_name(json: &mut Json) {
    json.list_at("identifiers", |json| {
        json.object(|json| {
            json.text_at("type", "cs-course-id");
            json.text_at("id", COURSE_ID_TEXT);
        });
    });
    json.descriptor_at("subjectArea", SUBJECT.0, SUBJECT.1);
    json.object_at("catalogNumber", |json| {
        json.text_at("number", NUMBER);
        json.text_at("formatted", NUMBER);
    });
    json.text_at("displayName", &format!("{} {NUMBER}", SUBJECT.0));
    json.text_at("title", TITLE);
}
