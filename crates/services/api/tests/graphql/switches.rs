//! What an answer says of a source that the operator turned off.

use catalog::switches::{Reason, Source, SwitchBoard};
use serde_json::json;

use crate::campus::at;
use crate::world::World;

async fn without(sources: &[Source]) -> (World, String, String) {
    let world = World::new().await;
    let (course, section) = (world.course("COMPSCI", "61A").await, world.section("20001").await);
    let reason = Reason::parse("The registrar asked.").unwrap();
    for source in sources {
        world.store.switch_off(*source, &reason, at("2026-09-01T21:00:00Z")).await.unwrap();
    }
    world.publish(&crate::campus::observation("2026-09-02T09:00:00Z", 20002, [500, 700, 0])).await;
    (world, course, section)
}

#[tokio::test]
async fn grades_that_are_off_are_nowhere_and_the_answer_says_why() {
    let (world, course, _) = without(&[Source::Grades]).await;
    let query =
        "query($id: ID!) { course(id: $id) { gradeAverage letterAverage gradeSet { denominator edges { cursor } } } }";
    let answer = world.ask_with(query, json!({ "id": course })).await;
    assert_eq!(
        answer.json(),
        json!({
            "data": { "course": {
                "gradeAverage": null, "letterAverage": "", "gradeSet": { "denominator": 0, "edges": [] },
            } },
            "extensions": { "switchedOff": [{ "source": "grades", "reason": "The registrar asked." }] },
        })
    );
    let unconcerned = world.ask("{ ping }").await.json();
    assert_eq!(unconcerned, json!({ "data": { "ping": "pong!" } }));
    let sources = world.ask("{ sources { name isOff reason } }").await.data();
    let line = json!({ "name": "grades", "isOff": true, "reason": "The registrar asked." });
    assert!(sources["sources"].as_array().unwrap().contains(&line), "{sources:#}");
}

#[tokio::test]
async fn enrollment_that_is_off_has_no_series_and_no_seats() {
    let (world, course, section) = without(&[Source::Enrollment]).await;
    let series = format!("{{ courseEnrollmentBySection(sectionId: \"{section}\") {{ enrolledMax }} }}");
    let answer = world.ask(&series).await;
    assert_eq!(answer.error(), "Enrollment is switched off. The reason: The registrar asked.");
    assert_eq!(answer.json()["errors"][0]["extensions"]["code"], "SOURCE_SWITCHED_OFF");
    let seats = "query($id: ID!) { course(id: $id) { enrolled sectionSet(first: 1) { edges { node { enrolled } } } } }";
    let answer = world.ask_with(seats, json!({ "id": course })).await.json();
    assert_eq!(
        answer["data"]["course"],
        json!({ "enrolled": -1, "sectionSet": { "edges": [{ "node": { "enrolled": null } }] } })
    );
    assert_eq!(answer["extensions"]["switchedOff"][0]["source"], "enrollment");
}

#[tokio::test]
async fn descriptions_that_are_off_are_empty() {
    let (world, course, _) = without(&[Source::Descriptions]).await;
    let answer = world.ask_with("query($id: ID!) { course(id: $id) { description } }", json!({ "id": course })).await;
    assert_eq!(
        answer.json(),
        json!({
            "data": { "course": { "description": "" } },
            "extensions": { "switchedOff": [{ "source": "descriptions", "reason": "The registrar asked." }] },
        })
    );
}
