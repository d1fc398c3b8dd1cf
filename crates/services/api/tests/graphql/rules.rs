//! What the fields mean: filters, ids, null and −1, merging, fragments, variables.

use serde_json::{Value, json};

use crate::world::World;

async fn codes(world: &World, arguments: &str) -> Vec<String> {
    let query = format!("{{ allCourses({arguments}) {{ edges {{ node {{ abbreviation courseNumber }} }} }} }}");
    let data = world.ask(&query).await.data();
    let edges = data["allCourses"]["edges"].as_array().unwrap().clone();
    let code =
        |node: &Value| format!("{} {}", node["abbreviation"].as_str().unwrap(), node["courseNumber"].as_str().unwrap());
    edges.iter().map(|edge| code(&edge["node"])).collect()
}

#[tokio::test]
async fn playlists_are_all_of_a_requirement_and_any_of_the_others() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for name in ["American Cultures", "American History", "4 Units", "3 Units", "Computer Science"] {
        ids.push(world.playlist(name).await);
    }
    let [cultures, history, four, three, cs] = &ids[..] else { panic!() };
    let chosen = async |playlists: &[&String]| {
        let list: Vec<&str> = playlists.iter().map(|id| id.as_str()).collect();
        codes(&world, &format!("inPlaylists: \"{}\"", list.join(","))).await
    };
    assert_eq!(chosen(&[cultures]).await, ["COMPSCI 61A", "HISTORY 7A"]);
    assert_eq!(chosen(&[cultures, history]).await, ["HISTORY 7A"]);
    assert_eq!(chosen(&[four, three]).await, ["COMPSCI 61A", "COMPSCI 61B", "EL ENG 16A", "HISTORY 7A"]);
    assert_eq!(chosen(&[four, three, cs]).await, ["COMPSCI 61A", "COMPSCI 61B"]);
    assert_eq!(chosen(&[three, history]).await, Vec::<String>::new());
    assert_eq!(chosen(&[]).await.len(), 7, "nothing chosen leaves everything in");
    assert_eq!(codes(&world, "inPlaylists: \"garbage,Q291cnNlVHlwZTox\"").await.len(), 7);
}

#[tokio::test]
async fn every_condition_on_courses_is_equality() {
    let world = World::new().await;
    let cs = world.course("COMPSCI", "61A").await;
    for (arguments, expected) in [
        ("abbreviation: \"EL ENG\"", "EL ENG 16A"),
        ("abbreviation: \"el eng\"", ""),
        ("department: \"History\"", "HISTORY 7A"),
        ("title: \"Never Offered\"", "PHYSICS 77"),
        ("units: \"3-4\"", "EL ENG 16A"),
        ("units: \"3.0 or 4.0\"", "EL ENG 16A"),
        ("units: \"1.0 - 4.0\"", "HISTORY 7A"),
        ("prerequisites: \"\"", "PHYSICS 77"),
        ("letterAverage: \"B+\"", "COMPSCI 61A"),
        ("gradeAverage: 3.333", "COMPSCI 61A"),
        ("enrolled: 1567, openSeats: 0, waitlisted: 218, enrolledMax: 1560, enrolledPercentage: 1.0", "COMPSCI 61A"),
        ("hasEnrollment: false", "PHYSICS 77"),
        ("hasGrades: true, hasEnrollment: true", "COMPSCI 61A,STAT C8"),
        ("lastUpdated: \"2026-09-01T09:00:00Z\", courseNumber: \"61B\"", "COMPSCI 61B"),
        ("lastUpdated: \"2020-01-01T00:00:00\"", ""),
        (&format!("idIn: \"{cs},x\""), "COMPSCI 61A"),
        (&format!("crossListing: [\"{cs}\"]"), ""),
    ] {
        assert_eq!(codes(&world, arguments).await.join(","), expected, "{arguments}");
    }
    let stat = world.course("STAT", "C8").await;
    assert_eq!(codes(&world, &format!("crossListing: \"{stat}\"")).await, ["DATA C8"]);
}

#[tokio::test]
async fn every_condition_on_sections_is_equality() {
    let world = World::new().await;
    let (cs, lecture) = (world.course("COMPSCI", "61A").await, world.section("20001").await);
    for (arguments, expected) in [
        ("ccn: \"20006\"", "20006"),
        ("courseTitle: \"A Title of Its Own\"", "20006"),
        ("kind: \"Laboratory\"", "20201"),
        ("semester: \"spring\", year: \"2026\"", "10001"),
        ("isPrimary: true, abbreviation: \"STAT\"", "20004"),
        ("days: \"\"", "20004"),
        ("enrolled: 5, enrolledMax: 50, waitlisted: 0, waitlistedMax: 50", "20005"),
        ("disabled: true", ""),
        ("startTime: \"1900-01-01T13:00:00\", sectionNumber: \"102\"", "20102"),
        ("startTime: \"1900-01-01T14:00:00\"", ""),
        (&format!("associatedSections: [\"{lecture}\"]"), "20101,20102,20201"),
        (&format!("course: \"{cs}\", isPrimary: true"), "20001,10001"),
        ("instructor: \"O'BRIEN-NÚÑEZ S, SECOND-PERSON S\"", "20001"),
    ] {
        let data = world.ask(&format!("{{ allSections({arguments}) {{ edges {{ node {{ ccn }} }} }} }}")).await.data();
        let edges = data["allSections"]["edges"].as_array().unwrap().clone();
        let found: Vec<&str> = edges.iter().map(|edge| edge["node"]["ccn"].as_str().unwrap()).collect();
        assert_eq!(found.join(","), expected, "{arguments}");
    }
}

#[tokio::test]
async fn an_id_of_another_type_says_so_and_an_unknown_one_is_null() {
    let world = World::new().await;
    let cs = world.course("COMPSCI", "61A").await;
    let answer = world.ask(&format!("{{ section(id: \"{cs}\") {{ ccn }} }}")).await;
    assert_eq!(answer.error(), "`id`: This is the id of a CourseType: expected one of a SectionType.");
    assert_eq!(answer.json()["data"], json!({ "section": null }));
    let answer = world.ask("{ course(id: \"garbage\") { title } }").await;
    assert_eq!(answer.error(), "`id`: This is no id: expected one that an earlier answer gave.");
    // CourseType:999999 and the like.
    let unknown = "{ course(id: \"Q291cnNlVHlwZTo5OTk5OTk=\") { id } section(id: \"U2VjdGlvblR5cGU6NzA=\") { id } }";
    assert_eq!(world.ask(unknown).await.data(), json!({ "course": null, "section": null }));
}

#[tokio::test]
async fn ids_lead_back_to_what_they_name() {
    let world = World::new().await;
    let ids =
        world.ask("{ allGrades { edges { node { id } } } allPlaylists(first: 1) { edges { node { id } } } }").await;
    let ids = ids.data();
    let (grade, playlist) =
        (&ids["allGrades"]["edges"][0]["node"]["id"], &ids["allPlaylists"]["edges"][0]["node"]["id"]);
    let section = world.section("20102").await;
    let query = "query($grade: ID!, $playlist: ID!, $section: ID!) {
        grade(id: $grade) { id } playlist(id: $playlist) { id } section(id: $section) { id ccn }
    }";
    let back = world.ask_with(query, json!({ "grade": grade, "playlist": playlist, "section": section })).await.data();
    assert_eq!(
        back,
        json!({
            "grade": { "id": grade }, "playlist": { "id": playlist }, "section": { "id": section, "ccn": "20102" },
        })
    );
}

#[tokio::test]
async fn fragments_are_merged_aliases_kept_and_conditions_decided() {
    let world = World::new().await;
    let id = world.course("COMPSCI", "61A").await;
    let query = "query Q($id: ID!, $with: Boolean = false, $unset: Int) {
        __typename
        first: course(id: $id) {
            b: title
            ...A
            ... on Node { id ... on CourseType { courseNumber } }
            sectionSet(first: $unset, isPrimary: true, year: \"2026\", semester: \"fall\") { edges { node { ccn } } }
            department @skip(if: true)
            units @include(if: $with)
        }
    }
    fragment A on CourseType {
        a: abbreviation
        sectionSet(first: $unset, isPrimary: true, year: \"2026\", semester: \"fall\") { edges { node { kind } } }
    }
    query Other { ping }";
    let ask = async |body: Value| world.post(&[("content-type", "application/json")], body.to_string()).await;
    let answer = ask(json!({ "query": query, "operationName": "Q", "variables": { "id": id } })).await;
    let expected = format!(
        "{{\"data\":{{\"__typename\":\"Query\",\"first\":{{\"b\":\"The Structure and Interpretation of Sample Programs\",\
         \"a\":\"COMPSCI\",\"sectionSet\":{{\"edges\":[{{\"node\":{{\"kind\":\"Lecture\",\"ccn\":\"20001\"}}}}]}},\
         \"id\":\"{id}\",\"courseNumber\":\"61A\"}}}}}}"
    );
    assert_eq!(answer.text(), expected);
    assert_eq!(ask(json!({ "query": query, "operationName": "Other" })).await.data(), json!({ "ping": "pong!" }));
    assert!(ask(json!({ "query": query })).await.error().contains("operationName"));
    assert!(ask(json!({ "query": query, "operationName": "None" })).await.error().contains("None"));
    let missing = ask(json!({ "query": query, "operationName": "Q" })).await;
    assert!(missing.error().contains("'id'"), "{}", missing.text());
    let wrong = ask(json!({ "query": query, "operationName": "Q", "variables": { "id": [1] } })).await;
    assert!(wrong.error().contains("variable id"), "{}", wrong.text());
}

#[tokio::test]
async fn nothing_is_not_zero() {
    let world = World::new().await;
    let query = "query($id: ID!) { course(id: $id) {
        units prerequisites gradeAverage letterAverage hasEnrollment enrolled enrolledMax enrolledPercentage waitlisted openSeats
    } }";
    let id = world.course("PHYSICS", "77").await;
    let expected = json!({ "course": {
        "units": null, "prerequisites": "", "gradeAverage": -1.0, "letterAverage": "", "hasEnrollment": false,
        "enrolled": -1, "enrolledMax": -1, "enrolledPercentage": -1.0, "waitlisted": -1, "openSeats": -1,
    } });
    assert_eq!(world.ask_with(query, json!({ "id": id })).await.data(), expected);
    let section = world.section("20004").await;
    let query =
        "query($id: ID!) { section(id: $id) { enrolled openSeats startTime days wordDays instructor locationName } }";
    let expected = json!({ "section": {
        "enrolled": null, "openSeats": null, "startTime": null, "days": "", "wordDays": "", "instructor": "",
        "locationName": "",
    } });
    assert_eq!(world.ask_with(query, json!({ "id": section })).await.data(), expected);
}

#[tokio::test]
async fn an_empty_history_and_a_term_without_sections_say_so() {
    let world = World::new().await;
    let (section, course) = (world.section("20004").await, world.course("PHYSICS", "77").await);
    let query = format!("{{ courseEnrollmentBySection(sectionId: \"{section}\") {{ enrolledMax }} }}");
    assert_eq!(world.ask(&query).await.error(), "There are no counts of this section yet.");
    let by_term = |semester: &str, year: i32| {
        format!(
            "{{ courseEnrollmentBySemester(courseId: \"{course}\", semester: \"{semester}\", year: {year}) {{ enrolledMax }} }}"
        )
    };
    assert_eq!(world.ask(&by_term("fall", 2026)).await.error(), "The course has no sections in Fall 2026.");
    assert_eq!(
        world.ask(&by_term("autumn", -1)).await.error(),
        "There is no such term: expected one such as fall, 2026."
    );
    let missing = world.ask("{ courseEnrollmentBySection { enrolledMax } }").await;
    assert_eq!(missing.error(), "`sectionId` is missing.");
}
