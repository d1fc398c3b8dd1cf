//! Records that cannot be read go into quarantine, with their place and reason; their neighbours come through.

use catalog::course::Course;
use catalog::fetched::{Fault, Fetched, Identity, RAW_BYTES_MAX, RecordKind, SectionRecord};
use catalog::ports::CatalogSource;
use serde_json::{Value, json};

use crate::script::{
    Arrivals, Script, class, course, enveloped, json_reply, meeting, not_found, page_of, section, term, text_reply,
};

async fn sections(all: Vec<Value>) -> Fetched<SectionRecord> {
    let script = Script::play(move |asked| page_of("classSections", &all, asked)).await;
    script.source().sections(term(), &Arrivals::default()).await.unwrap()
}

async fn courses(all: Vec<Value>) -> Fetched<Course> {
    let script = Script::play(move |asked| page_of("courses", &all, asked)).await;
    script.source().courses(&Arrivals::default()).await.unwrap()
}

/// The fault of a section that is changed like this.
async fn fault(change: impl FnOnce(&mut Value)) -> Fault {
    let mut broken = section(2);
    change(&mut broken);
    let mut fetched = sections(vec![section(1), broken, section(3)]).await;
    let ids: Vec<u32> = fetched.records.iter().map(|record| record.section.id.0).collect();
    assert_eq!(ids, [1, 3], "the neighbours come through");
    assert_eq!(fetched.faults.len(), 1);
    fetched.faults.remove(0)
}

/// What is done to a section.
type Change = fn(&mut Value);

fn told(fault: &Fault) -> (&str, &str) {
    (&fault.path, &fault.reason)
}

#[tokio::test]
async fn a_fault_names_the_place_the_reason_the_section_and_keeps_the_text() {
    let fault = fault(|section| section["meetings"][0]["startTime"] = json!("half past nine")).await;
    assert_eq!(told(&fault), ("meetings[0].startTime", "`half past nine` is no time of day such as 14:00:00"));
    assert_eq!(fault.kind, RecordKind::Section);
    assert_eq!(fault.term, Some(term()));
    assert_eq!(fault.identity, Some(Identity::Section(catalog::section::SectionId(2))));
    assert!(fault.raw.contains("half past nine"));
}

#[tokio::test]
async fn values_of_the_wrong_shape_are_faults_with_a_path() {
    let wrong_list = fault(|section| section["meetings"][0]["assignedInstructors"] = json!(7)).await;
    assert_eq!(wrong_list.path, "meetings[0].assignedInstructors");
    assert_eq!(wrong_list.identity, Some(Identity::Section(catalog::section::SectionId(2))));
    let wrong_count = fault(|section| section["enrollmentStatus"]["maxEnroll"] = json!("many")).await;
    assert_eq!(told(&wrong_count), ("enrollmentStatus.maxEnroll", "`many` is not a whole number"));
    let wrong_flag = fault(|section| section["printInScheduleOfClasses"] = json!([true])).await;
    assert_eq!(told(&wrong_flag), ("printInScheduleOfClasses", "found a list instead of true or false"));
}

#[tokio::test]
async fn what_would_mislead_is_a_fault() {
    let cases: [(Change, &str); 17] = [
        (|section| section["id"] = Value::Null, "id"),
        (|section| section["id"] = json!(0), "id"),
        (|section| section["id"] = json!(-4), "id"),
        (|section| section["class"] = Value::Null, "class"),
        (|section| section["class"]["number"] = json!({}), "class.number"),
        (|section| section["class"]["session"]["id"] = json!(""), "class.session.id"),
        (|section| section["class"]["session"]["term"]["id"] = json!("2172"), "class.session.term.id"),
        (|section| section["class"]["course"]["catalogNumber"] = json!("sixty-one"), "class.course.catalogNumber"),
        (|section| section["class"]["course"]["subjectArea"]["code"] = json!("42"), "class.course.subjectArea.code"),
        (|section| section["component"] = json!({}), "component.code"),
        (|section| section["status"]["code"] = json!("Q"), "status.code"),
        (|section| section["endDate"] = json!("2016-08-01"), "endDate"),
        (|section| section["startDate"] = json!("August"), "startDate"),
        (|section| section["meetings"][0]["endTime"] = json!("13:00:00"), "meetings[0].endTime"),
        (|section| section["meetings"][0]["endDate"] = json!("2016-08-01"), "meetings[0].endDate"),
        (
            |section| section["enrollmentStatus"]["enrolledCount"] = json!(99_999_999_999_i64),
            "enrollmentStatus.enrolledCount",
        ),
        (|section| section["association"] = json!({}), "association.primary"),
    ];
    for (change, path) in cases {
        let fault = fault(change).await;
        assert_eq!(fault.path, path, "{}", fault.reason);
    }
}

#[tokio::test]
async fn a_section_of_no_days_but_strange_words_is_a_fault() {
    let fault = fault(|section| {
        section["meetings"] = json!([{"meetsDays": "Someday", "startTime": "14:00:00", "endTime": "15:00:00"}]);
    })
    .await;
    assert_eq!(told(&fault), ("meetings[0].meetsDays", "`Someday` are no days such as MoWeFr"));
}

#[tokio::test]
async fn the_second_meeting_is_counted_as_such() {
    let fault = fault(|section| {
        let mut second = meeting();
        second["startTime"] = json!("25:00:00");
        section["meetings"] = json!([meeting(), second]);
    })
    .await;
    assert_eq!(fault.path, "meetings[1].startTime");
}

#[tokio::test]
async fn a_course_with_impossible_units_is_a_fault_with_its_code() {
    let mut broken = course("COMPSCI", "61B");
    broken["credit"]["value"] = json!({"range": {"minUnits": 4, "maxUnits": 1}});
    let fetched = courses(vec![course("COMPSCI", "61A"), broken]).await;
    assert_eq!(fetched.records.len(), 1);
    assert_eq!(fetched.faults[0].path, "credit.value.range.maxUnits");
    let Some(Identity::Course(code)) = &fetched.faults[0].identity else { panic!("no identity") };
    assert_eq!(code.to_string(), "COMPSCI 61B");
    assert_eq!(fetched.faults[0].term, None);
}

#[tokio::test]
async fn a_class_with_a_fault_keeps_its_key() {
    let mut broken = class("COMPSCI", "61A", "001");
    broken["allowedUnits"] = json!({"minimum": "four"});
    let all = vec![broken, class("COMPSCI", "61A", "002")];
    let script = Script::play(move |asked| page_of("classes", &all, asked)).await;
    let fetched = script.source().classes(term(), &Arrivals::default()).await.unwrap();
    assert_eq!(fetched.records.len(), 1);
    let Some(Identity::Class(key)) = &fetched.faults[0].identity else { panic!("no identity") };
    assert_eq!(key.to_string(), "fall-2016 COMPSCI 61A 001");
    assert_eq!(fetched.faults[0].path, "allowedUnits.minimum");
}

#[tokio::test]
async fn counts_without_counts_are_a_fault() {
    let all = vec![json!({"id": 5, "enrollmentStatus": {}}), json!({"id": 6})];
    let script = Script::play(move |asked| page_of("classSections", &all, asked)).await;
    let after = "2016-09-01T16:00:00Z".parse().unwrap();
    let fetched = script.source().updated_seats(term(), after, &Arrivals::default()).await.unwrap();
    assert_eq!((fetched.records.len(), fetched.faults.len()), (0, 2));
    assert_eq!(fetched.faults[0].kind, RecordKind::Enrollment);
    assert_eq!(fetched.faults[0].identity, Some(Identity::Section(catalog::section::SectionId(5))));
}

#[tokio::test]
async fn records_that_are_nothing_at_all_are_faults_and_count_for_paging() {
    let fetched = sections(vec![Value::Null, json!("gone"), json!(3), json!([]), section(1)]).await;
    assert_eq!((fetched.records.len(), fetched.faults.len()), (1, 4));
    assert!(fetched.faults.iter().all(|fault| fault.identity.is_none()));
}

#[tokio::test]
async fn a_record_that_is_no_json_does_not_cost_its_neighbours() {
    let mut odd = section(2);
    odd["class"]["course"]["title"] = json!("A title with a BREAK in it");
    let body = enveloped("classSections", vec![section(1), odd, section(3)]).to_string();
    for (damage, what) in [("\n", "a bare line break"), ("\\x", "an escape that is none"), ("\"", "a bare quote")] {
        let body = body.replace("BREAK", damage);
        let script =
            Script::play(move |asked| if asked.page() == 1 { text_reply(200, body.clone()) } else { not_found() })
                .await;
        let fetched = script.source().sections(term(), &Arrivals::default()).await;
        if what == "a bare quote" {
            assert!(fetched.is_err(), "brackets no longer tell the records apart: an error, never a part");
            continue;
        }
        let fetched = fetched.unwrap();
        assert_eq!((fetched.records.len(), fetched.faults.len()), (2, 1), "{what}");
        assert_eq!(fetched.faults[0].path, "class.course.title", "{what}");
    }
}

#[tokio::test]
async fn a_raw_text_is_kept_up_to_its_limit_and_cut_between_characters() {
    let fault = fault(|section| {
        section["status"]["code"] = json!("Q");
        section["padding"] = json!("ü".repeat(RAW_BYTES_MAX));
    })
    .await;
    assert!(fault.raw.len() <= RAW_BYTES_MAX && fault.raw.len() >= RAW_BYTES_MAX - 1, "{}", fault.raw.len());
}

#[tokio::test]
async fn a_single_faulty_record_without_brackets_is_one_fault() {
    let body = enveloped("classSections", vec![]);
    let script = Script::play(move |asked| {
        let mut body = body.clone();
        body["apiResponse"]["response"]["classSections"] = json!({"id": 9, "number": "001"});
        if asked.page() == 1 { json_reply(&body) } else { not_found() }
    })
    .await;
    let fetched = script.source().sections(term(), &Arrivals::default()).await.unwrap();
    assert_eq!((fetched.records.len(), fetched.faults.len()), (0, 1));
    assert_eq!(fetched.faults[0].path, "class");
}
