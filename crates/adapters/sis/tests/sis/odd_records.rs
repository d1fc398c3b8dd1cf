//! Records that are odd and true: SIS has sent all of these, and they come through.

use catalog::class::OfferingStatus;
use catalog::course::Course;
use catalog::fetched::{ClassRecord, SectionRecord};
use catalog::meeting::Days;
use catalog::ports::CatalogSource;
use catalog::section::SectionId;
use serde_json::{Value, json};

use crate::script::{Arrivals, Script, class, course, page_of, section, term};

async fn read_section(change: impl FnOnce(&mut Value)) -> SectionRecord {
    let mut odd = section(2);
    change(&mut odd);
    let script = Script::play(move |asked| page_of("classSections", std::slice::from_ref(&odd), asked)).await;
    let mut fetched = script.source().sections(term(), &Arrivals::default()).await.unwrap();
    assert_eq!(fetched.faults, []);
    fetched.records.remove(0)
}

async fn read_class(change: impl FnOnce(&mut Value)) -> ClassRecord {
    let mut odd = class("ELENG", "16A", "001");
    change(&mut odd);
    let script = Script::play(move |asked| page_of("classes", std::slice::from_ref(&odd), asked)).await;
    let mut fetched = script.source().classes(term(), &Arrivals::default()).await.unwrap();
    assert_eq!(fetched.faults, []);
    fetched.records.remove(0)
}

async fn read_courses(all: Vec<Value>) -> Vec<Course> {
    let script = Script::play(move |asked| page_of("courses", &all, asked)).await;
    let fetched = script.source().courses(&Arrivals::default()).await.unwrap();
    assert_eq!(fetched.faults, []);
    fetched.records
}

#[tokio::test]
async fn a_plain_section_comes_through_whole() {
    let SectionRecord { section, seats } = read_section(|_| {}).await;
    assert_eq!(section.class.to_string(), "fall-2016 COMPSCI 61A 001");
    assert_eq!((section.label().as_str(), section.is_primary, section.primary_section), ("LEC 001", true, None));
    assert_eq!(section.component.name, "Lecture");
    assert!(section.is_visible());
    let meeting = &section.meetings[0];
    assert_eq!((meeting.number, meeting.days.short().as_str()), (1, "MWF"));
    let time = meeting.time.unwrap();
    assert_eq!((time.start().to_string().as_str(), time.end().to_string().as_str()), ("14:00:00", "14:59:00"));
    assert_eq!(meeting.location.as_deref(), Some("Sample Hall 100"));
    assert_eq!(section.instructors()[0].full_name(), "Ada Sample");
    let counts = seats.unwrap().counts;
    assert_eq!((counts.is_open, counts.enrolled, counts.max_enroll, counts.max_waitlist), (Some(true), 7, 65, 2));
}

#[tokio::test]
async fn midnight_means_not_arranged() {
    for (start, end) in [("00:00:00", "00:00:00"), ("00:00:00", "13:59:00"), ("14:00:00", "00:00:00"), ("", "")] {
        let record = read_section(|section| {
            section["meetings"][0]["startTime"] = json!(start);
            section["meetings"][0]["endTime"] = json!(end);
        })
        .await;
        assert_eq!(record.section.meetings[0].time, None, "{start} to {end}");
    }
}

#[tokio::test]
async fn days_come_as_flags_as_text_as_both_or_not_at_all() {
    let monday = Days::from_sis("Mo").unwrap();
    let shapes = [
        (json!({"number": 1, "meetsMonday": true, "meetsTuesday": false, "meetsDays": null}), monday),
        (json!({"number": 1, "meetsDays": "Mo"}), monday),
        (json!({"number": 1, "meetsDays": "Mo", "meetsMonday": false}), monday),
        (json!({"number": 1, "meetsDays": "Mo", "meetsMonday": "true"}), monday),
        (json!({"number": 1, "meetsDays": null}), Days::NONE),
        (json!({"number": 1}), Days::NONE),
    ];
    for (shape, days) in shapes {
        let record = read_section(|section| section["meetings"] = json!([shape])).await;
        assert_eq!(record.section.meetings[0].days, days, "{shape}");
    }
}

#[tokio::test]
async fn all_meetings_are_kept_and_their_numbers_made_distinct() {
    let place = |name: &str, number: Value| json!({"number": number, "location": {"code": name}});
    let shape = json!([place("A", json!(2)), place("B", json!(1)), place("C", json!(2)), place("D", json!({}))]);
    let record = read_section(|section| section["meetings"] = shape).await;
    let meetings: Vec<(u16, &str)> =
        record.section.meetings.iter().map(|meeting| (meeting.number, meeting.location.as_deref().unwrap())).collect();
    assert_eq!(meetings, [(1, "B"), (2, "A"), (3, "C"), (4, "D")]);
}

#[tokio::test]
async fn meetings_may_be_missing_empty_or_single() {
    for (shape, count) in
        [(Value::Null, 0), (json!({}), 0), (json!([]), 0), (json!({"number": 1, "meetsDays": "Tu"}), 1)]
    {
        let record = read_section(|section| section["meetings"] = shape.clone()).await;
        assert_eq!(record.section.meetings.len(), count, "{shape}");
    }
}

#[tokio::test]
async fn counts_are_kept_as_sis_says_them() {
    let record = read_section(|section| {
        section["enrollmentStatus"] = json!({"enrolledCount": 70, "maxEnroll": "65", "waitlistedCount": -1});
    })
    .await;
    let counts = record.seats.unwrap().counts;
    assert_eq!((counts.enrolled, counts.max_enroll, counts.waitlisted, counts.max_waitlist), (70, 65, -1, 0));
    assert_eq!(counts.is_open, None);
    let none = read_section(|section| section["enrollmentStatus"] = json!({})).await;
    assert_eq!(none.seats, None);
}

#[tokio::test]
async fn reserved_seats_are_read() {
    let record = read_section(|section| {
        section["enrollmentStatus"]["seatReservations"] = json!({
            "number": 1, "requirementGroup": {"code": "001351", "description": "Undergraduate Students:  Sample Majors"},
            "fromDate": "2016-04-13", "maxEnroll": 60, "enrolledCount": 58
        });
    })
    .await;
    let reservation = &record.seats.unwrap().reservations[0];
    assert_eq!(reservation.group_code.as_deref(), Some("001351"));
    assert_eq!(reservation.group_name, "Undergraduate Students: Sample Majors");
    assert_eq!((reservation.max_enroll, reservation.enrolled), (60, 58));
    assert_eq!(reservation.from.unwrap().to_string(), "2016-04-13");
}

#[tokio::test]
async fn old_numbers_get_their_zeros_and_letters_stay() {
    let old = read_section(|section| {
        section["number"] = json!("1");
        section["class"]["number"] = json!(" 1 ");
    })
    .await;
    assert_eq!((old.section.number.as_str(), &*old.section.class.number), ("001", "001"));
    let lettered = read_section(|section| section["number"] = json!("201A")).await;
    assert_eq!(lettered.section.number, "201A");
}

#[tokio::test]
async fn a_section_without_a_status_takes_place() {
    let record = read_section(|section| section["status"] = json!({})).await;
    assert_eq!(record.section.status, OfferingStatus::Active);
    for (code, status) in [("X", OfferingStatus::Cancelled), ("S", OfferingStatus::StopFurtherEnrollment)] {
        let record = read_section(|section| section["status"]["code"] = json!(code)).await;
        assert_eq!(record.section.status, status);
    }
}

#[tokio::test]
async fn a_secondary_section_hangs_on_its_primary() {
    for association in [
        json!({"primary": false, "primaryAssociatedSectionId": 1, "primaryAssociatedSectionIds": [1]}),
        json!({"primary": false, "primaryAssociatedSectionId": 0, "primaryAssociatedSectionIds": [0, 1]}),
        json!({"primaryAssociatedSectionId": 1}),
        json!({"primary": "false", "primaryAssociatedSectionIds": 1}),
    ] {
        let record = read_section(|section| section["association"] = association.clone()).await;
        assert_eq!(
            (record.section.is_primary, record.section.primary_section),
            (false, Some(SectionId(1))),
            "{association}"
        );
    }
    let lost =
        read_section(|section| section["association"] = json!({"primary": false, "primaryAssociatedSectionId": null}))
            .await;
    assert_eq!((lost.section.is_primary, lost.section.primary_section), (false, None));
}

#[tokio::test]
async fn without_an_association_the_type_tells_primary_from_secondary() {
    for (code, is_primary) in [("E", true), ("N", false)] {
        let record = read_section(|section| {
            section["association"] = json!({});
            section["type"] = json!({"code": code});
        })
        .await;
        assert_eq!(record.section.is_primary, is_primary);
    }
}

#[tokio::test]
async fn attributes_are_sorted_and_each_kept_once() {
    let breadth = json!({"attribute": {"code": "GE", "description": "Breadth"}, "value": {"code": "PS", "description": "Physical Science"}});
    let level =
        json!({"attribute": {"code": "CCLV"}, "value": {"code": "UGUD", "formalDescription": "Upper Division "}});
    let nothing = json!({"attribute": {}, "value": {}});
    let record = read_section(|section| section["sectionAttributes"] = json!([breadth, level, nothing, breadth])).await;
    let attributes: Vec<(&str, &str, &str)> = record
        .section
        .attributes
        .iter()
        .map(|attribute| (attribute.code.as_str(), attribute.value.as_str(), attribute.value_name.as_str()))
        .collect();
    assert_eq!(attributes, [("CCLV", "UGUD", "Upper Division"), ("GE", "PS", "Physical Science")]);
}

#[tokio::test]
async fn an_instructor_called_o_brien_nunez_keeps_apostrophe_accent_and_hyphen() {
    let record = read_section(|section| {
        section["meetings"][0]["assignedInstructors"][0]["instructor"]["names"] = json!([
            {"type": {"code": "PRI"}, "familyName": "OBRIEN", "givenName": "Zoe"},
            {"type": {"code": "PRF"}, "familyName": " O'Brien-Núñez ", "givenName": "Zoë  M"}
        ]);
    })
    .await;
    assert_eq!(record.section.instructors()[0].full_name(), "Zoë M O'Brien-Núñez");
    assert_eq!(record.section.instructors()[0].short_name(), "O'BRIEN-NÚÑEZ Z");
}

#[tokio::test]
async fn a_class_says_what_it_knows_of_its_course() {
    let record = read_class(|class| {
        class["classTitle"] = json!("Machines that  Read");
        class["classDescription"] = json!(" About <i>reading</i> machines. ");
        class["requirementDesignation"] = json!({"code": "AC", "description": "American Cultures"});
        class["instructionMode"] = json!({"code": "P", "description": "In-Person Instruction"});
        class["allowedUnits"] = json!({"minimum": 0.5, "maximum": "4"});
    })
    .await;
    let ClassRecord { class, course } = record;
    assert_eq!(class.title.as_deref(), Some("Machines that Read"));
    assert_eq!(class.description.as_deref(), Some("About reading machines."));
    assert_eq!(class.requirement_designation.as_deref(), Some("AC"));
    let (low, high) = class.units.unwrap();
    assert_eq!((low.to_string().as_str(), high.to_string().as_str()), ("0.5", "4"));
    assert_eq!((course.code.to_string().as_str(), course.title.as_str()), ("ELENG 16A", "A Sample Course"));
    assert_eq!((course.subject_abbreviation.as_str(), course.subject_name.as_str()), ("ELENG", "Sample Science"));
    assert_eq!((course.cs_course_id.as_deref(), course.description.as_str()), (Some("900001"), ""));
}

#[tokio::test]
async fn a_class_has_a_title_of_its_own_only_when_it_differs() {
    let same = read_class(|class| class["classTitle"] = json!("A Sample  Course ")).await;
    assert_eq!(same.class.title, None);
    let odd = read_class(|class| {
        class["id"] = json!(0);
        class["status"] = Value::Null;
        class["requirementDesignation"] = json!({});
        class["allowedUnits"] = json!({});
    })
    .await;
    assert_eq!(
        (odd.class.status, odd.class.requirement_designation, odd.class.units),
        (OfferingStatus::Active, None, None)
    );
}

#[tokio::test]
async fn a_course_is_read_with_everything_a_page_shows() {
    let mut one = course("EL ENG", "C16A");
    one["preparation"] = json!({"requiredText": " Consent of instructor. ", "requiredCourses": {}});
    one["crossListing"] = json!({"count": 4, "courses": ["STAT C8", "EL ENG C16A", "COMPSCI C8", "nonsense"]});
    one["description"] = json!(" Signals<br/>and systems. ");
    let courses = read_courses(vec![one]).await;
    let course = &courses[0];
    assert_eq!(course.code.to_string(), "ELENG C16A");
    assert_eq!(course.subject_abbreviation, "EL ENG");
    assert_eq!(course.description, "Signals and systems.");
    assert_eq!(course.prerequisites.as_deref(), Some("Consent of instructor."));
    assert_eq!(course.cross_listed.iter().map(ToString::to_string).collect::<Vec<_>>(), ["COMPSCI C8", "STAT C8"]);
    assert_eq!(course.units.as_ref().unwrap().to_string(), "4");
    assert_eq!(course.academic_career.as_deref(), Some("UGRD"));
    assert_eq!(course.from_date.unwrap().to_string(), "2015-08-20");
}

#[tokio::test]
async fn empty_preparation_is_none_and_a_missing_title_is_made_up_for() {
    let mut one = course("COMPSCI", "61A");
    one["preparation"] = json!({"requiredText": "  "});
    one["title"] = json!("");
    one["transcriptTitle"] = json!("SAMPLES        ");
    let mut other = course("COMPSCI", "61B");
    other["title"] = Value::Null;
    let courses = read_courses(vec![one, other]).await;
    assert_eq!((courses[0].prerequisites.as_deref(), courses[0].title.as_str()), (None, "SAMPLES"));
    assert_eq!(courses[1].title, "COMPSCI 61B");
}

#[tokio::test]
async fn of_several_versions_of_a_course_the_newest_active_one_stands() {
    let version = |title: &str, status: &str, from: &str| {
        let mut course = course("COMPSCI", "61A");
        course["title"] = json!(title);
        course["status"] = json!({"code": status});
        course["fromDate"] = json!(from);
        course
    };
    let courses = read_courses(vec![
        version("old", "ACTIVE", "1990-08-20"),
        version("new", "ACTIVE", "2015-08-20"),
        version("older", "ACTIVE", "1985-08-20"),
        version("withdrawn", "WITHDRAWN", "2020-08-20"),
        version("deprecated", "DEPRECATED", "2021-08-20"),
    ])
    .await;
    assert_eq!(courses.iter().map(|course| course.title.as_str()).collect::<Vec<_>>(), ["new"]);
}
