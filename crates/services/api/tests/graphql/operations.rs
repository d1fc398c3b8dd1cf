//! The operations that the site of 2021 sends, as it sends them: shape for shape. The texts are ours.

use serde_json::{Value, json};

use crate::world::World;

const COURSE_FIELDS: &str = "fragment Course on CourseType {
    __typename id title units waitlisted openSeats letterAverage gradeAverage lastUpdated
    enrolled enrolledMax enrolledPercentage courseNumber department description abbreviation prerequisites
    playlistSet { edges { node { category id name semester year } } }
}";

const SECTION_FIELDS: &str = "fragment Section on SectionType {
    id ccn kind instructor startTime endTime enrolled enrolledMax locationName waitlisted waitlistedMax days
    wordDays disabled sectionNumber isPrimary finalDay finalStart finalEnd
}";

const SCHEDULE_FIELDS: &str = "fragment Schedule on ScheduleType {
    id name year semester totalUnits public
    user { user { firstName lastName } }
    selectedSections { edges { node {
        course { abbreviation courseNumber } primary { ccn } secondary { edges { node { ccn } } }
    } } }
    timeblocks { edges { node { name days startTime endTime } } }
}";

fn pretty(answer: &Value) -> String {
    serde_json::to_string_pretty(answer).unwrap()
}

#[tokio::test]
async fn get_courses_for_filter() {
    let world = World::new().await;
    let query = "query GetCoursesForFilter($playlists: String!) {
        allCourses(inPlaylists: $playlists) { edges { node {
            id abbreviation courseNumber description title gradeAverage letterAverage openSeats enrolled enrolledMax
            enrolledPercentage units waitlisted __typename
        } } }
    }";
    let playlists = world.playlist("Fall 2026").await;
    insta::assert_snapshot!(pretty(&world.ask_with(query, json!({ "playlists": playlists })).await.json()));
}

#[tokio::test]
async fn get_course_for_name() {
    let world = World::new().await;
    let query = format!(
        "query GetCourseForName($abbreviation: String!, $courseNumber: String!, $year: String, $semester: String) {{
            allCourses(abbreviation: $abbreviation, courseNumber: $courseNumber, first: 1) {{ edges {{ node {{
                ...Course
                sectionSet(isPrimary: true, year: $year, semester: $semester) {{ edges {{ node {{ ...Section }} }} }}
            }} }} }}
        }} {COURSE_FIELDS} {SECTION_FIELDS}"
    );
    let variables = json!({ "abbreviation": "COMPSCI", "courseNumber": "61A", "year": "2026", "semester": "fall" });
    insta::assert_snapshot!(pretty(&world.ask_with(&query, variables).await.json()));
}

#[tokio::test]
async fn get_course_for_id() {
    let world = World::new().await;
    let query = format!(
        "query GetCourseForId($id: ID!, $year: String, $semester: String) {{
            course(id: $id) {{
                ...Course
                sectionSet(year: $year, semester: $semester) {{ edges {{ node {{ ...Section }} }} }}
                crossListing {{ edges {{ node {{ abbreviation courseNumber }} }} }}
            }}
        }} {COURSE_FIELDS} {SECTION_FIELDS}"
    );
    let id = world.course("EL ENG", "16A").await;
    insta::assert_snapshot!(pretty(
        &world.ask_with(&query, json!({ "id": id, "year": "2026", "semester": "fall" })).await.json()
    ));
}

#[tokio::test]
async fn get_filters() {
    let world = World::new().await;
    let query = "query GetFilters { allPlaylists { edges { node { id name category semester year } } } }";
    insta::assert_snapshot!(pretty(&world.ask(query).await.json()));
}

#[tokio::test]
async fn get_semesters() {
    let world = World::new().await;
    let query = "query GetSemesters {
        allPlaylists(category: \"semester\") { edges { node { id name year semester __typename } } }
    }";
    insta::assert_snapshot!(pretty(&world.ask(query).await.json()));
}

#[tokio::test]
async fn get_scheduler_course_for_id() {
    let world = World::new().await;
    let query = format!(
        "query GetSchedulerCourseForId($id: ID!, $year: String, $semester: String) {{
            course(id: $id) {{
                title units id courseNumber department abbreviation __typename
                sectionSet(isPrimary: true, year: $year, semester: $semester) {{ edges {{ node {{
                    ...Section
                    associatedSections {{ edges {{ node {{ ...Section }} }} }}
                }} }} }}
            }}
        }} {SECTION_FIELDS}"
    );
    let id = world.course("COMPSCI", "61A").await;
    let variables = json!({ "id": id, "year": "2026", "semester": "fall" });
    insta::assert_snapshot!(pretty(&world.ask_with(&query, variables).await.json()));
}

/// What a person does from the first save to the last good-bye, with the operations of 2021.
#[tokio::test]
async fn a_person_s_operations() {
    let world = World::new().await;
    let (cs, lecture, discussion) =
        (world.course("COMPSCI", "61A").await, world.section("20001").await, world.section("20101").await);
    let ana = Some("ana.sample");
    let mut told = Vec::new();

    let user = "query GetUser { user { __typename id major
        user { username firstName lastName email }
        emailGradeUpdate emailEnrollmentOpening emailClassUpdate emailBerkeleytimeUpdate
        savedClasses { abbreviation courseNumber }
        schedules { edges { node { name } } }
    } }";
    told.push(world.ask_as(None, user, json!({})).await.json());
    told.push(world.ask_as(ana, user, json!({})).await.json());
    let save = "mutation SaveCourse($id: ID!) { saveClass(classId: $id) { user { savedClasses { abbreviation } } } }";
    told.push(world.ask_as(ana, save, json!({ "id": cs })).await.json());
    let unsave = "mutation UnsaveCourse($id: ID!) { removeClass(classId: $id) { user { savedClasses { id } } } }";
    told.push(world.ask_as(ana, unsave, json!({ "id": cs })).await.json());
    let update = "mutation UpdateUser($major: String, $emailClassUpdate: Boolean) {
        updateUser(major: $major, emailClassUpdate: $emailClassUpdate) { user { major emailClassUpdate emailGradeUpdate } }
    }";
    told.push(world.ask_as(ana, update, json!({ "major": "Sample Studies", "emailClassUpdate": true })).await.json());

    let create = format!(
        "mutation CreateSchedule($name: String!, $selectedSections: [SectionSelectionInput]!,
            $timeblocks: [TimeBlockInput]!, $totalUnits: String!, $semester: String!, $year: String!, $public: Boolean!) {{
            createSchedule(name: $name, selectedSections: $selectedSections, timeblocks: $timeblocks,
                totalUnits: $totalUnits, semester: $semester, year: $year, public: $public) {{ schedule {{ ...Schedule }} }}
        }} {SCHEDULE_FIELDS}"
    );
    let variables = json!({
        "name": "My Plan", "semester": "fall", "year": "2026", "totalUnits": "4.0", "public": false,
        "selectedSections": [{ "course": cs, "primary": lecture, "secondary": [discussion] }],
        "timeblocks": [{ "name": "Lunch", "startTime": "12:00:00", "endTime": "13:00:00", "days": "12345" }],
    });
    let created = world.ask_as(ana, &create, variables).await.json();
    let id = created["data"]["createSchedule"]["schedule"]["id"].as_str().unwrap().to_owned();
    told.push(created);
    let update = format!(
        "mutation UpdateSchedule($scheduleId: ID!, $name: String, $selectedSections: [SectionSelectionInput]) {{
            updateSchedule(scheduleId: $scheduleId, name: $name, selectedSections: $selectedSections) {{
                schedule {{ ...Schedule }}
            }}
        }} {SCHEDULE_FIELDS}"
    );
    let cleared =
        json!({ "scheduleId": id, "name": "Plan B", "selectedSections": [{ "course": cs, "secondary": [] }] });
    told.push(world.ask_as(ana, &update, cleared).await.json());
    let read = format!("query GetScheduleForId($id: ID!) {{ schedule(id: $id) {{ ...Schedule }} }} {SCHEDULE_FIELDS}");
    told.push(world.ask_as(ana, &read, json!({ "id": id })).await.json());
    let remove = "mutation DeleteSchedule($id: ID!) { removeSchedule(scheduleId: $id) { schedule { id name } } }";
    told.push(world.ask_as(ana, remove, json!({ "id": id })).await.json());
    told.push(world.ask_as(ana, &read, json!({ "id": id })).await.json());

    let login = "mutation Login($token: String!) { login(tokenId: $token) { newUser user { id } } }";
    told.push(world.ask_as(None, login, json!({ "token": "sample" })).await.json());
    told.push(world.ask_as(ana, "mutation Logout { logout { success } }", json!({})).await.json());
    told.push(world.ask_as(ana, "mutation DeleteUser { deleteUser { success } }", json!({})).await.json());
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
