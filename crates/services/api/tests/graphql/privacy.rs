//! Every field that leads to somebody's data, as nobody, as Ana, as Ben. A type or a field that is not in the tables
//! fails the test: whoever adds one says here whose it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::world::World;

const ANA: Option<&str> = Some("ana.sample");
const BEN: Option<&str> = Some("ben.sample");

/// Types that hold somebody's data.
const PERSONAL: &[&str] = &[
    "BerkeleytimeUserType",
    "UserType",
    "ScheduleType",
    "ScheduleTypeConnection",
    "ScheduleTypeEdge",
    "SectionSelectionType",
    "SectionSelectionTypeConnection",
    "SectionSelectionTypeEdge",
    "TimeBlockType",
    "TimeBlockTypeConnection",
    "TimeBlockTypeEdge",
    "ObtainJSONWebToken",
    "CreateSchedule",
    "UpdateSchedule",
    "RemoveSchedule",
    "UpdateUser",
    "SaveClass",
    "RemoveClass",
];

/// Types that are the same for everybody.
const PUBLIC: &[&str] = &[
    "CourseType",
    "CourseTypeConnection",
    "CourseTypeEdge",
    "CourseSearch",
    "DeleteUser",
    "EnrollmentData",
    "EnrollmentInfo",
    "Facet",
    "FacetValue",
    "FormConfigType",
    "GradeType",
    "GradeTypeConnection",
    "GradeTypeEdge",
    "InstructorType",
    "LetterGradeType",
    "Logout",
    "MeetingType",
    "Mutation",
    "PageInfo",
    "PlaylistType",
    "PlaylistTypeConnection",
    "PlaylistTypeEdge",
    "Query",
    "Refresh",
    "SeatReservationType",
    "SectionType",
    "SectionTypeConnection",
    "SectionTypeEdge",
    "SourceType",
    "Suggestion",
    "TelebearData",
    "TermType",
    "Verify",
];

/// Ways from what is everybody's to what is somebody's: the field, and a question that goes as deep as it can.
const WAYS: &[(&str, &str)] = &[
    ("Query.schedules", "{ schedules { id name user { user { email } } selectedSections { edges { node { id } } } } }"),
    (
        "Query.schedule",
        "query($schedule: ID!) { schedule(id: $schedule) { name user { major user { email username } savedClasses { id }
            schedules { edges { node { name } } } } selectedSections { edges { node { schedule { user { user { email } } } } } } } }",
    ),
    (
        "Query.user",
        "{ user { id major emailClassUpdate user { id email username firstName lastName } savedClasses { id }
            schedules { edges { node { name timeblocks { edges { node { name } } } } } } } }",
    ),
    (
        "CourseType.berkeleytimeuserSet",
        "query($course: ID!) { course(id: $course) { berkeleytimeuserSet { major user { email } schedules { edges { node { name } } } } } }",
    ),
    (
        "CourseType.schedulerSections",
        "query($course: ID!) { course(id: $course) { schedulerSections { edges { node { schedule { name user { user { email } } } } } } } }",
    ),
    (
        "SectionType.schedulerPrimarySections",
        "query($lecture: ID!) { section(id: $lecture) { schedulerPrimarySections { edges { node { schedule { name } } } } } }",
    ),
    (
        "SectionType.schedulerSecondarySections",
        "query($discussion: ID!) { section(id: $discussion) { schedulerSecondarySections { edges { node { schedule { name } } } } } }",
    ),
];

/// Changes, as others would try them on what is Ana's.
const CHANGES: &[(&str, &str)] = &[
    ("createSchedule", "mutation { createSchedule(name: \"x\") { schedule { name user { user { email } } } } }"),
    (
        "updateSchedule",
        "mutation($schedule: ID) { updateSchedule(scheduleId: $schedule, name: \"stolen\") { schedule { name user { user { email } } } } }",
    ),
    ("removeSchedule", "mutation($schedule: ID) { removeSchedule(scheduleId: $schedule) { schedule { name } } }"),
    ("updateUser", "mutation { updateUser(major: \"stolen\") { user { major user { email } } } }"),
    ("saveClass", "mutation($course: ID) { saveClass(classId: $course) { user { major savedClasses { id } } } }"),
    ("removeClass", "mutation($course: ID) { removeClass(classId: $course) { user { major savedClasses { id } } } }"),
    ("login", "mutation { login(tokenId: \"x\") { __typename } }"),
    ("logout", "mutation { logout { success } }"),
    ("verifyToken", "mutation { verifyToken(token: \"x\") { __typename } }"),
    ("refreshToken", "mutation { refreshToken(token: \"x\") { __typename } }"),
    ("deleteUser", "mutation { deleteUser { success } }"),
];

/// Fields of each type with the names of their types, read from the schema's text.
fn schema() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut types: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let (mut current, mut field) = (None, String::new());
    for line in include_str!("../../src/graphql/schema.graphql").lines() {
        if let Some(rest) = line.strip_prefix("type ") {
            current = rest.split_whitespace().next().map(str::to_owned);
        } else if line == "}" {
            current = None;
        }
        let Some(owner) = &current else { continue };
        let Some(rest) = line.strip_prefix("  ").filter(|rest| !rest.starts_with([' ', '"'])) else { continue };
        if !rest.starts_with(')') {
            field = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        }
        let Some((before, kind)) = rest.rsplit_once(": ") else { continue };
        if before.contains('(') && !before.contains(')') {
            continue;
        }
        let kind: String = kind.chars().filter(char::is_ascii_alphanumeric).collect();
        types.entry(owner.clone()).or_default().insert(field.clone(), kind);
    }
    types
}

#[test]
fn every_type_and_every_way_to_somebody_is_in_the_tables() {
    let schema = schema();
    let told: BTreeSet<&str> = PERSONAL.iter().chain(PUBLIC).copied().collect();
    let found: BTreeSet<&str> = schema.keys().map(String::as_str).collect();
    assert_eq!(found, told, "say in this file's tables whose the data of each type is");
    let mut ways = BTreeSet::new();
    for (owner, fields) in schema.iter().filter(|(owner, _)| PUBLIC.contains(&owner.as_str()) && *owner != "Mutation") {
        let leading = fields.iter().filter(|(_, kind)| PERSONAL.contains(&kind.as_str()));
        ways.extend(leading.map(|(field, _)| format!("{owner}.{field}")));
    }
    assert_eq!(ways, WAYS.iter().map(|(way, _)| (*way).to_owned()).collect(), "each way needs its question");
    let changes: BTreeSet<&str> = schema["Mutation"].keys().map(String::as_str).collect();
    assert_eq!(changes, CHANGES.iter().map(|(change, _)| *change).collect(), "each change needs its try");
}

/// Ana with a major, a saved course and a private schedule; the ids by which others ask.
async fn with_ana() -> (World, Value) {
    let world = World::new().await;
    let mut ids = json!({
        "course": world.course("COMPSCI", "61A").await,
        "lecture": world.section("20001").await,
        "discussion": world.section("20101").await,
    });
    let make = "mutation($course: ID!, $lecture: ID, $discussion: ID) {
        updateUser(major: \"Secret major\") { user { major } }
        saveClass(classId: $course) { user { major } }
        createSchedule(name: \"Secret plan\", public: false, timeblocks: [{ name: \"Secret hour\", startTime: \"10:00:00\", endTime: \"11:00:00\", days: \"0100000\" }],
            selectedSections: [{ course: $course, primary: $lecture, secondary: [$discussion] }]) { schedule { id } }
    }";
    let made = world.ask_as(ANA, make, ids.clone()).await.data();
    ids["schedule"] = made["createSchedule"]["schedule"]["id"].clone();
    (world, ids)
}

/// Only the variables that a question declares.
fn for_question(question: &str, ids: &Value) -> Value {
    let named = ids.as_object().unwrap().iter().filter(|(name, _)| question.contains(&format!("${name}:")));
    Value::Object(named.map(|(name, id)| (name.clone(), id.clone())).collect())
}

const SECRETS: [&str; 5] = ["ana.sample", "Secret major", "Secret plan", "Secret hour", "\"Ana\""];

#[tokio::test]
async fn nobody_sees_what_is_another_s() {
    let (world, ids) = with_ana().await;
    for (way, question) in WAYS {
        for who in [None, BEN] {
            let text = world.ask_as(who, question, for_question(question, &ids)).await.text();
            for secret in SECRETS {
                assert!(!text.contains(secret), "{way} shows {who:?} {secret}: {text}");
            }
        }
        let own = world.ask_as(ANA, question, for_question(question, &ids)).await;
        assert!(SECRETS.iter().any(|secret| own.text().contains(secret)), "{way} shows Ana nothing: {}", own.text());
        assert_eq!(own.header("cache-control"), "private, no-store", "{way}");
    }
}

#[tokio::test]
async fn nobody_changes_what_is_another_s() {
    let (world, ids) = with_ana().await;
    let (_, everything) = WAYS[2];
    let before = world.ask_as(ANA, everything, json!({})).await.data();
    for (change, question) in CHANGES {
        for who in [None, BEN] {
            let text = world.ask_as(who, question, for_question(question, &ids)).await.text();
            for secret in SECRETS {
                assert!(!text.contains(secret), "{change} shows {who:?} {secret}: {text}");
            }
            let after = world.ask_as(ANA, everything, json!({})).await.data();
            assert_eq!(after, before, "{change} by {who:?}");
        }
    }
}
