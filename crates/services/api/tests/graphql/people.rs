//! What belongs to a person, as nobody, as Ana Sample, and as Ben Sample.

use serde_json::{Value, json};

use crate::world::World;

const ANA: Option<&str> = Some("ana.sample");
const BEN: Option<&str> = Some("ben.sample");

/// What leaked in 2021: everybody's accounts and private schedules, from any course.
const LEAKS: &str = "query($course: ID!, $lecture: ID!, $discussion: ID!) {
    course(id: $course) {
        berkeleytimeuserSet { id major user { username firstName lastName email } schedules { edges { node { name } } } }
        schedulerSections { edges { node { id schedule { name user { user { email } } } } } }
    }
    lecture: section(id: $lecture) { schedulerPrimarySections { edges { node { schedule { name } } } } }
    discussion: section(id: $discussion) { schedulerSecondarySections { edges { node { schedule { name } } } } }
}";

/// Ana saved a course and made a schedule of it.
async fn with_ana(is_public: bool) -> (World, String, Value) {
    let world = World::new().await;
    let ids = json!({
        "course": world.course("COMPSCI", "61A").await,
        "lecture": world.section("20001").await,
        "discussion": world.section("20101").await,
    });
    let make = "mutation($course: ID!, $lecture: ID, $discussion: ID, $public: Boolean) {
        saveClass(classId: $course) { user { major } }
        createSchedule(name: \"Secret plan\", public: $public,
            selectedSections: [{ course: $course, primary: $lecture, secondary: [$discussion] }]) { schedule { id } }
    }";
    let mut variables = ids.clone();
    variables["public"] = json!(is_public);
    let made = world.ask_as(ANA, make, variables).await.data();
    let schedule = made["createSchedule"]["schedule"]["id"].as_str().unwrap().to_owned();
    (world, schedule, ids)
}

#[tokio::test]
async fn the_fields_that_leaked_tell_everybody_of_themselves_alone() {
    let (world, _, ids) = with_ana(false).await;
    let none = json!({ "edges": [] });
    let nothing = json!({
        "course": { "berkeleytimeuserSet": [], "schedulerSections": none },
        "lecture": { "schedulerPrimarySections": none }, "discussion": { "schedulerSecondarySections": none },
    });
    assert_eq!(world.ask_as(None, LEAKS, ids.clone()).await.data(), nothing);
    assert_eq!(world.ask_as(BEN, LEAKS, ids.clone()).await.data(), nothing);
    let own = world.ask_as(ANA, LEAKS, ids).await;
    let text = own.text();
    assert_eq!(text.matches("ana.sample@berkeley.edu").count(), 2, "{text}");
    assert_eq!(text.matches("Secret plan").count(), 4, "{text}");
    assert_eq!(own.header("cache-control"), "private, no-store");
}

#[tokio::test]
async fn a_private_schedule_is_its_owner_s_and_a_public_one_does_not_name_its_owner() {
    let read = "query($id: ID!) { schedule(id: $id) { name user { major user { username firstName email } } } }";
    let (world, id, _) = with_ana(false).await;
    for who in [None, BEN] {
        let answer = world.ask_as(who, read, json!({ "id": id })).await;
        assert_eq!(answer.json()["data"], json!({ "schedule": null }));
        assert_eq!(answer.error(), "There is no such schedule, or its owner keeps it private.");
    }
    assert!(world.ask_as(ANA, read, json!({ "id": id })).await.text().contains("ana.sample@berkeley.edu"));

    let (world, id, _) = with_ana(true).await;
    let nobody = json!({ "major": "", "user": { "username": "", "firstName": "", "email": "" } });
    for who in [None, BEN] {
        let seen = world.ask_as(who, read, json!({ "id": id })).await.data();
        assert_eq!(seen, json!({ "schedule": { "name": "Secret plan", "user": nobody } }));
    }
    let around =
        "query($id: ID!) { schedule(id: $id) { user { schedules { edges { node { name } } } savedClasses { id } } } }";
    let seen = world.ask_as(BEN, around, json!({ "id": id })).await.data();
    assert_eq!(seen["schedule"]["user"], json!({ "schedules": { "edges": [] }, "savedClasses": null }));
}

#[tokio::test]
async fn nobody_and_others_change_nothing_and_read_the_known_words() {
    let (world, id, ids) = with_ana(true).await;
    let denied = "You do not have permission to perform this action";
    for change in [
        "saveClass(classId: \"Q291cnNlVHlwZTox\") { user { major } }",
        "removeClass(classId: \"Q291cnNlVHlwZTox\") { user { major } }",
        "updateUser(major: \"x\") { user { major } }",
        "createSchedule { schedule { id } }",
        "deleteUser { success }",
        "logout { success }",
    ] {
        let answer = world.ask(&format!("mutation {{ {change} }}")).await;
        assert_eq!(answer.error(), denied, "{change}");
    }
    assert_eq!(world.ask("{ schedules { id } user { id } }").await.error(), denied);
    let update = "mutation($id: ID) { updateSchedule(scheduleId: $id, name: \"Mine\") { schedule { id } } }";
    let remove = "mutation($id: ID) { removeSchedule(scheduleId: $id) { schedule { id } } }";
    for change in [update, remove] {
        assert_eq!(world.ask_as(BEN, change, json!({ "id": id })).await.error(), "No permission");
        assert_eq!(world.ask_as(BEN, change, json!({ "id": "x" })).await.error(), "Invalid Schedule ID");
        assert_eq!(world.ask_as(BEN, change, json!({})).await.error(), "Invalid Schedule ID");
    }
    let create =
        "mutation($chosen: [SectionSelectionInput]) { createSchedule(selectedSections: $chosen) { schedule { id } } }";
    for (chosen, expected) in [
        (json!({ "course": "x" }), "Invalid Course ID"),
        (json!({ "course": ids["lecture"] }), "Invalid Course ID"),
        (json!({ "course": "Q291cnNlVHlwZTo5OTk5OTk=" }), "Invalid Course ID"),
        (json!({ "course": ids["course"], "primary": "x" }), "Invalid Section ID"),
        (json!({ "course": ids["course"], "secondary": [ids["course"]] }), "Invalid Section ID"),
        (json!({ "course": ids["course"], "primary": world.section("20006").await }), "Invalid Section ID"),
        (json!({ "course": ids["course"], "primary": world.section("10001").await }), "Invalid Section ID"),
    ] {
        let answer = world.ask_as(BEN, create, json!({ "chosen": [chosen] })).await;
        assert_eq!(answer.error(), expected, "{chosen}");
    }
    let mine = world.ask_as(ANA, "{ schedules { name } }", json!({})).await.data();
    assert_eq!(mine, json!({ "schedules": [{ "name": "Secret plan" }] }));
}

#[tokio::test]
async fn several_changes_are_made_one_after_the_other() {
    let world = World::new().await;
    let query = "mutation {
        one: createSchedule { schedule { name year semester totalUnits public user { schedules { edges { node { name } } } } } }
        bad: saveClass(classId: \"x\") { user { major } }
        two: createSchedule(totalUnits: \"far more than sixteen characters\") { schedule { name totalUnits } }
    }";
    let answer = world.ask_as(ANA, query, json!({})).await;
    assert_eq!(
        answer.json()["data"],
        json!({
            "one": { "schedule": { "name": "Schedule 1", "year": "2026", "semester": "fall", "totalUnits": "0", "public": false,
                "user": { "schedules": { "edges": [{ "node": { "name": "Schedule 1" } }] } } } },
            "bad": null,
            "two": { "schedule": { "name": "Schedule 2", "totalUnits": "0" } },
        })
    );
    assert_eq!(
        (answer.error(), &answer.json()["errors"][0]["path"]),
        ("Invalid Course ID".to_owned(), &json!(["bad"]))
    );
}

#[tokio::test]
async fn without_the_setting_nobody_is_anybody() {
    let world = World::with(api::config::Config::default()).await;
    assert_eq!(world.ask_as(ANA, "{ user { id } }", json!({})).await.data(), json!({ "user": null }));
    let change = "mutation { updateUser(major: \"x\") { user { id } } }";
    assert_eq!(world.ask_as(ANA, change, json!({})).await.error(), "You do not have permission to perform this action");
}

#[tokio::test]
async fn an_answer_for_one_is_never_kept_for_another() {
    let (world, _, _) = with_ana(false).await;
    // Under the name of a public operation, as in 2021.
    let query = "query GetFilters { user { user { username } } }";
    let name = async |who| world.ask_as(who, query, json!({})).await.data()["user"]["user"]["username"].clone();
    assert_eq!(name(ANA).await, "ana.sample");
    assert_eq!(name(BEN).await, "ben.sample");
    assert_eq!(name(None).await, Value::Null);
    assert_eq!(name(ANA).await, "ana.sample");
}
