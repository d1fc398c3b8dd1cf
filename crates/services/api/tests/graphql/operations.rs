//! The operations that the site of 2021 sends, over the campus, and what their answers are.

use kit::operations::{
    CREATE_SCHEDULE, DELETE_SCHEDULE, DELETE_USER, GET_COURSE_FOR_ID, GET_COURSE_FOR_NAME, GET_COURSES_FOR_FILTER,
    GET_FILTERS, GET_SCHEDULE_FOR_ID, GET_SCHEDULER_COURSE_FOR_ID, GET_SEMESTERS, GET_USER, LOGIN, LOGOUT, SAVE_COURSE,
    UNSAVE_COURSE, UPDATE_SCHEDULE, UPDATE_USER,
};
use serde_json::{Value, json};

use crate::world::World;

fn pretty(answer: &Value) -> String {
    serde_json::to_string_pretty(answer).unwrap()
}

#[tokio::test]
async fn get_courses_for_filter() {
    let world = World::new().await;
    let playlists = world.playlist("Fall 2026").await;
    insta::assert_snapshot!(pretty(
        &world.ask_with(GET_COURSES_FOR_FILTER, json!({ "playlists": playlists })).await.json()
    ));
}

#[tokio::test]
async fn get_course_for_name() {
    let world = World::new().await;
    let variables = json!({ "abbreviation": "COMPSCI", "courseNumber": "61A", "year": "2026", "semester": "fall" });
    insta::assert_snapshot!(pretty(&world.ask_with(GET_COURSE_FOR_NAME, variables).await.json()));
}

#[tokio::test]
async fn get_course_for_id() {
    let world = World::new().await;
    let id = world.course("EL ENG", "16A").await;
    insta::assert_snapshot!(pretty(
        &world.ask_with(GET_COURSE_FOR_ID, json!({ "id": id, "year": "2026", "semester": "fall" })).await.json()
    ));
}

#[tokio::test]
async fn get_filters() {
    let world = World::new().await;
    insta::assert_snapshot!(pretty(&world.ask(GET_FILTERS).await.json()));
}

#[tokio::test]
async fn get_semesters() {
    let world = World::new().await;
    insta::assert_snapshot!(pretty(&world.ask(GET_SEMESTERS).await.json()));
}

#[tokio::test]
async fn get_scheduler_course_for_id() {
    let world = World::new().await;
    let id = world.course("COMPSCI", "61A").await;
    let variables = json!({ "id": id, "year": "2026", "semester": "fall" });
    insta::assert_snapshot!(pretty(&world.ask_with(GET_SCHEDULER_COURSE_FOR_ID, variables).await.json()));
}

/// What a person does from the first save to the last good-bye, with the operations of 2021.
#[tokio::test]
async fn a_person_s_operations() {
    let world = World::new().await;
    let (cs, lecture, discussion) =
        (world.course("COMPSCI", "61A").await, world.section("20001").await, world.section("20101").await);
    let ana = Some("ana.sample");
    let mut told = Vec::new();

    told.push(world.ask_as(None, GET_USER, json!({})).await.json());
    told.push(world.ask_as(ana, GET_USER, json!({})).await.json());
    told.push(world.ask_as(ana, SAVE_COURSE, json!({ "id": cs })).await.json());
    told.push(world.ask_as(ana, UNSAVE_COURSE, json!({ "id": cs })).await.json());
    told.push(
        world.ask_as(ana, UPDATE_USER, json!({ "major": "Sample Studies", "emailClassUpdate": true })).await.json(),
    );

    let variables = json!({
        "name": "My Plan", "semester": "fall", "year": "2026", "totalUnits": "4.0", "public": false,
        "selectedSections": [{ "course": cs, "primary": lecture, "secondary": [discussion] }],
        "timeblocks": [{ "name": "Lunch", "startTime": "12:00:00", "endTime": "13:00:00", "days": "12345" }],
    });
    let created = world.ask_as(ana, CREATE_SCHEDULE, variables).await.json();
    let id = created["data"]["createSchedule"]["schedule"]["id"].as_str().unwrap().to_owned();
    told.push(created);
    let cleared =
        json!({ "scheduleId": id, "name": "Plan B", "selectedSections": [{ "course": cs, "secondary": [] }] });
    told.push(world.ask_as(ana, UPDATE_SCHEDULE, cleared).await.json());
    told.push(world.ask_as(ana, GET_SCHEDULE_FOR_ID, json!({ "id": id })).await.json());
    told.push(world.ask_as(ana, DELETE_SCHEDULE, json!({ "id": id })).await.json());
    told.push(world.ask_as(ana, GET_SCHEDULE_FOR_ID, json!({ "id": id })).await.json());

    told.push(world.ask_as(None, LOGIN, json!({ "token": "sample" })).await.json());
    told.push(world.ask_as(ana, LOGOUT, json!({})).await.json());
    told.push(world.ask_as(ana, DELETE_USER, json!({})).await.json());
    // The key of a schedule is made by chance.
    let told = pretty(&Value::Array(told)).replace(&id, "(the id of the schedule)");
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn series_of_enrollment() {
    let world = World::new().await;
    world.publish(&crate::campus::observation("2026-09-03T09:00:00Z", 20001, [1500, 1560, 0])).await;
    let fields = "course { abbreviation courseNumber } section { ccn }
        telebears { phase1Start phase1End phase2Start phase2End adjStart }
        data { day dateCreated enrolled enrolledMax enrolledPercent waitlisted waitlistedMax waitlistedPercent }
        enrolledMax enrolledPercentMax enrolledScaleMax waitlistedMax waitlistedPercentMax waitlistedScaleMax";
    let query = format!(
        "query($section: ID, $course: ID) {{
            one: courseEnrollmentBySection(sectionId: $section) {{ {fields} }}
            all: courseEnrollmentBySemester(courseId: $course, semester: \"fall\", year: 2026) {{ {fields} }}
        }}"
    );
    let (section, course) = (world.section("20001").await, world.course("COMPSCI", "61A").await);
    insta::assert_snapshot!(pretty(
        &world.ask_with(&query, json!({ "section": section, "course": course })).await.json()
    ));
}

#[tokio::test]
async fn grades_of_a_course() {
    let world = World::new().await;
    let query = "query($course: ID) {
        allGrades(course: $course) {
            sectionGpa sectionLetter denominator distribution { letter numerator percent percentileHigh percentileLow }
            edges { node {
                semester year abbreviation courseNumber sectionNumber instructor instructors gradedTotal average
                sectionGpa sectionLetter denominator course { id }
            } }
        }
    }";
    let course = world.course("COMPSCI", "61A").await;
    insta::assert_snapshot!(pretty(&world.ask_with(query, json!({ "course": course })).await.json()));
}

#[tokio::test]
async fn what_is_new() {
    let world = World::new().await;
    let query = "query($id: ID!) {
        catalogVersion
        sources { name term asOf isOff reason }
        terms { name semester year sisId begin end isCurrent courseCount asOf }
        course(id: $id) {
            isRetired terms crossListed { id }
            sections(term: \"fall-2026\") {
                ccn term openSeats instructors { name familyName givenName shortName }
                meetings {
                    days dayNumbers startTime endTime locationName firstDay lastDay instructors { shortName }
                }
                reservedSeats { group seats enrolled openSeats firstDay }
            }
        }
    }";
    let id = world.course("COMPSCI", "61A").await;
    insta::assert_snapshot!(pretty(&world.ask_with(query, json!({ "id": id })).await.json()));
}
