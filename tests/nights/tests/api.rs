//! The public API over three real terms that the job brought: every operation of the site of 2021 keeps its shape, and
//! the numbers that are known come out. The shapes are kept here, the data is not.
#![expect(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::collections::HashSet;
use std::sync::Arc;

use answers::config::AnswersConfig;
use answers::tiers::Answers;
use api::config::Config;
use api::service::{Ports, build};
use axum::Router;
use axum::body::Body;
use catalog::course::CourseCode;
use clock::Clock;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use httpkit::config::HttpConfig;
use httpkit::limits::RateLimitConfig;
use kit::operations;
use kit::published::Published;
use nights::world::{World, at, term_id};
use serde_json::{Map, Value, json};
use standin::config::StandinConfig;
use tower::ServiceExt;
use updater::grades::GradeFile;

const NEEDED_FOR: &str = "the API over three real terms";

/// The API over a database that the job filled.
struct Served {
    world: World,
    _published: Published,
    router: Router,
}

impl Served {
    /// Three terms and all grades; `None` without the captured data.
    async fn real_terms() -> Option<Self> {
        let folder = kit::real_data::folder("berkeley-sis-2016-2017", NEEDED_FOR)?;
        let grades = kit::real_data::folder("berkeley-grades", NEEDED_FOR)?;
        let moment = "2017-05-13T00:00:00Z";
        let world = World::new(StandinConfig::replay(folder, at(moment)), moment).await;
        for term in ["2168", "2172", "2178"] {
            world.night(term).await.unwrap();
        }
        let bytes = zstd::decode_all(std::fs::File::open(grades.join("formatted_2013-2023.csv.zst")).unwrap()).unwrap();
        let files = [GradeFile { name: "formatted_2013-2023.csv".to_owned(), bytes }];
        updater::grades::import(&*world.store, &files, world.now()).await.unwrap();

        let clock: Arc<dyn Clock> = Arc::new(world.clock.clone());
        let published = Published::follow(world.store.clone(), clock.clone());
        published.loaded_since(world.now()).await;
        let (accounts, sessions, schedules) = (world.store.clone(), world.store.clone(), world.store.clone());
        let ports = Ports { catalog: Arc::new(published.memory.clone()), accounts, sessions, schedules, clock };
        let rate_limit = RateLimitConfig { requests_per_minute: 0, ..RateLimitConfig::default() };
        let config = Config { test_identities: true, rate_limit, ..Config::default() };
        let api = build(config, ports, Answers::new(AnswersConfig::default(), None));
        let router = httpkit::stack::dress(api.router(), &HttpConfig::default());
        Some(Self { world, _published: published, router })
    }

    async fn ask(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = Request::post("/api/graphql").header("content-type", "application/json");
        let request = request.header("x-test-identity", "ana.sample").body(Body::from(body)).unwrap();
        let answer = self.send(request).await;
        assert!(answer.get("errors").is_none(), "{query}: {answer:#}");
        answer["data"].clone()
    }

    async fn get(&self, path: &str) -> Value {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> Value {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (status, body) = (answer.status(), answer.into_body().collect().await.unwrap().to_bytes());
        assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    async fn playlist(&self, name: &str) -> Value {
        let query = "query($name: String) { allPlaylists(name: $name) { edges { node { id } } } }";
        self.ask(query, json!({ "name": name })).await["allPlaylists"]["edges"][0]["node"]["id"].clone()
    }

    async fn course(&self, abbreviation: &str, number: &str) -> Value {
        let query = "query($a: String, $n: String) { allCourses(abbreviation: $a, courseNumber: $n) { edges { node { id } } } }";
        let found = self.ask(query, json!({ "a": abbreviation, "n": number })).await;
        found["allCourses"]["edges"][0]["node"]["id"].clone()
    }
}

/// A value without its data: names and kinds; of a list the first element that says most.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => json!("null"),
        Value::Bool(_) => json!("boolean"),
        Value::Number(_) => json!("number"),
        Value::String(_) => json!("text"),
        Value::Array(list) => {
            list.iter().map(shape).max_by_key(|shape| shape.to_string().len()).map_or(json!([]), |one| json!([one]))
        }
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), shape(value))).collect::<Map<_, _>>())
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn real_terms_are_served_in_the_shapes_of_2021_and_with_the_numbers_that_are_known() {
    let Some(served) = Served::real_terms().await else { return };
    every_operation_keeps_its_shape(&served).await;
    every_address_keeps_its_shape(&served).await;
    a_term_lists_its_courses(&served).await;
    a_lecture_and_its_seats(&served).await;
    grades_are_added_up(&served).await;
}

async fn every_operation_keeps_its_shape(served: &Served) {
    let (fall, cs) = (served.playlist("Fall 2016").await, served.course("COMPSCI", "61A").await);
    let named = json!({ "abbreviation": "COMPSCI", "courseNumber": "61A", "year": "2016", "semester": "fall" });
    let by_id = json!({ "id": cs, "year": "2016", "semester": "fall" });
    let asked = [
        ("GetCoursesForFilter", operations::GET_COURSES_FOR_FILTER, json!({ "playlists": fall })),
        ("GetCourseForName", operations::GET_COURSE_FOR_NAME, named),
        ("GetCourseForId", operations::GET_COURSE_FOR_ID, by_id.clone()),
        ("GetFilters", operations::GET_FILTERS, json!({})),
        ("GetSemesters", operations::GET_SEMESTERS, json!({})),
        ("GetSchedulerCourseForId", operations::GET_SCHEDULER_COURSE_FOR_ID, by_id),
        ("GetUser", operations::GET_USER, json!({})),
        ("SaveCourse", operations::SAVE_COURSE, json!({ "id": cs })),
        ("UnsaveCourse", operations::UNSAVE_COURSE, json!({ "id": cs })),
        ("UpdateUser", operations::UPDATE_USER, json!({ "major": "Sample Studies" })),
    ];
    let mut shapes = Map::new();
    for (name, query, variables) in asked {
        shapes.insert(name.to_owned(), shape(&served.ask(query, variables).await));
    }
    shapes.extend(schedules(served, &cs).await);
    for (name, query) in [("Logout", operations::LOGOUT), ("DeleteUser", operations::DELETE_USER)] {
        shapes.insert(name.to_owned(), shape(&served.ask(query, json!({})).await));
    }
    insta::assert_snapshot!("operations", serde_json::to_string_pretty(&shapes).unwrap());
}

/// A schedule from its first draft to its end, kept in Postgres.
async fn schedules(served: &Served, course: &Value) -> Map<String, Value> {
    let sections = "query($id: ID!) { course(id: $id) { sectionSet(year: \"2016\", semester: \"fall\", isPrimary: true, first: 1) {
        edges { node { id associatedSections(first: 1) { edges { node { id } } } } }
    } } }";
    let found = served.ask(sections, json!({ "id": course })).await;
    let lecture = &found["course"]["sectionSet"]["edges"][0]["node"];
    let discussion = &lecture["associatedSections"]["edges"][0]["node"]["id"];
    let selected = json!([{ "course": course, "primary": lecture["id"], "secondary": [discussion] }]);
    let block = json!({ "name": "Lunch", "startTime": "12:00:00", "endTime": "13:00:00", "days": "12345" });
    let draft = json!({
        "name": "Plan A", "semester": "fall", "year": "2016", "totalUnits": "4.0", "public": false,
        "selectedSections": selected, "timeblocks": [block],
    });
    let created = served.ask(operations::CREATE_SCHEDULE, draft).await;
    let id = &created["createSchedule"]["schedule"]["id"];
    let change = json!({ "scheduleId": id, "name": "Plan B" });
    let updated = served.ask(operations::UPDATE_SCHEDULE, change).await;
    let read = served.ask(operations::GET_SCHEDULE_FOR_ID, json!({ "id": id })).await;
    assert_eq!((&read["schedule"]["name"], &read["schedule"]["id"]), (&json!("Plan B"), id));
    let removed = served.ask(operations::DELETE_SCHEDULE, json!({ "id": id })).await;
    let told = [
        ("CreateSchedule", created),
        ("UpdateSchedule", updated),
        ("GetScheduleForId", read),
        ("DeleteSchedule", removed),
    ];
    told.into_iter().map(|(name, answer)| (name.to_owned(), shape(&answer))).collect()
}

async fn every_address_keeps_its_shape(served: &Served) {
    let courses = served.get("/api/catalog/catalog_json/?form=long").await;
    let is_61a = |course: &&Value| course["abbreviation"] == "COMPSCI" && course["course_number"] == "61A";
    let course = courses["courses"].as_array().unwrap().iter().find(is_61a).unwrap()["id"].clone();
    let rows = served.get(&format!("/api/grades/course_grades/{course}/")).await;
    let (first, second) = (&rows[0]["grade_id"], &rows[1]["grade_id"]);
    let terms = served.get(&format!("/api/enrollment/sections/{course}/")).await;
    let section = &terms[0]["sections"][0]["section_id"];
    let addresses = [
        ("filters", "catalog/catalog_json/filters/".to_owned()),
        ("filters of a course", "catalog/catalog_json/filters/COMPSCI/61A/".to_owned()),
        ("course", format!("catalog/catalog_json/course/{course}/")),
        ("course_box", format!("catalog/catalog_json/course_box/?course_id={course}&semester=fall&year=2016")),
        ("filter", format!("catalog/filter/?course_id={course}")),
        ("grades_json", "grades/grades_json/?form=long".to_owned()),
        ("course_grades", format!("grades/course_grades/{course}/")),
        ("grades of sections", format!("grades/sections/{first}&{second}/")),
        ("enrollment_json", "enrollment/enrollment_json/".to_owned()),
        ("sections with counts", format!("enrollment/sections/{course}/")),
        ("aggregate", format!("enrollment/aggregate/{course}/fall/2016/")),
        ("data", format!("enrollment/data/{section}/")),
    ];
    let mut shapes = Map::new();
    for (name, address) in addresses {
        shapes.insert(name.to_owned(), shape(&served.get(&format!("/api/{address}")).await));
    }
    insta::assert_snapshot!("addresses", serde_json::to_string_pretty(&shapes).unwrap());
}

async fn a_term_lists_its_courses(served: &Served) {
    let (data, term) = (served.world.published().await, term_id("fall-2016"));
    let shown = data.sections.iter().filter(|section| section.class.term == term && section.is_visible());
    let offered: HashSet<String> = shown.map(|section| section.class.course.to_string()).collect();
    assert!(offered.len() > 2_900, "{}", offered.len());

    let fall = served.playlist("Fall 2016").await;
    let listed = served.ask(operations::GET_COURSES_FOR_FILTER, json!({ "playlists": fall })).await;
    let edges = listed["allCourses"]["edges"].as_array().unwrap();
    let listed: HashSet<String> = edges.iter().map(|edge| code(&edge["node"])).collect();
    assert_eq!((listed.len(), listed), (edges.len(), offered));
}

/// A course's code without the spaces of its abbreviation.
fn code(course: &Value) -> String {
    let text = |name: &str| course[name].as_str().unwrap().to_owned();
    CourseCode::new(&text("abbreviation"), &text("courseNumber")).unwrap().to_string()
}

async fn a_lecture_and_its_seats(served: &Served) {
    let variables = json!({ "abbreviation": "COMPSCI", "courseNumber": "61A", "year": "2016", "semester": "fall" });
    let found = served.ask(operations::GET_COURSE_FOR_NAME, variables).await;
    let course = &found["allCourses"]["edges"][0]["node"];
    assert_eq!(course["title"], "The Structure and Interpretation of Computer Programs");
    let sections = course["sectionSet"]["edges"].as_array().unwrap();
    let lecture = sections.iter().find(|edge| edge["node"]["sectionNumber"] == "001").unwrap();
    assert_eq!((&lecture["node"]["enrolled"], &lecture["node"]["kind"]), (&json!(1567), &json!("Lecture")));
    let again = served.get("/api/v1/courses/COMPSCI/61A/terms/fall-2016").await;
    assert!(again.to_string().contains("\"enrolled\":1567"), "{again}");
}

async fn grades_are_added_up(served: &Served) {
    let cs = served.course("COMPSCI", "61A").await;
    let query = "query($id: ID) { allGrades(course: $id, semester: \"fall\", year: \"2016\") {
        denominator distribution { numerator } edges { node { gradedTotal denominator } }
    } }";
    let grades = served.ask(query, json!({ "id": cs })).await;
    let grades = &grades["allGrades"];
    let sum = |values: &Value, member: fn(&Value) -> &Value| -> i64 {
        values.as_array().unwrap().iter().map(|each| member(each).as_i64().unwrap()).sum()
    };
    let everybody = sum(&grades["edges"], |edge| &edge["node"]["denominator"]);
    assert!(everybody > 1_000, "most of the 1,567 were graded: {everybody}");
    assert_eq!(grades["denominator"].as_i64().unwrap(), everybody);
    assert_eq!(sum(&grades["distribution"], |bucket| &bucket["numerator"]), everybody);
}
