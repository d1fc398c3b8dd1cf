//! What the adapter asks: addresses, queries, keys.

use catalog::ports::CatalogSource;
use sis::config::CoursesVersion;

use crate::script::{Arrivals, Script, course, json_reply, not_found, page_of, section, term};

#[tokio::test]
async fn courses_are_asked_for_with_their_own_keys() {
    let script = Script::play(|asked| page_of("courses", &[course("COMPSCI", "61A")], asked)).await;
    script.source().courses(&Arrivals::default()).await.unwrap();
    let asked = &script.asked()[0];
    assert_eq!(asked.path, "/sis/v5/courses");
    assert_eq!(asked.query["status-code"], "ACTIVE");
    assert_eq!((asked.page(), asked.size()), (1, 4));
    assert_eq!(asked.headers["accept"], "application/json");
    assert_eq!(asked.headers["app_id"], "courses-id");
    assert_eq!(asked.headers["app_key"], "courses-secret");
}

#[tokio::test]
async fn the_fourth_course_api_can_be_asked_instead() {
    let script = Script::play(|_| not_found()).await;
    let source = script.source_with(|config| config.courses_version = CoursesVersion::V4);
    source.courses(&Arrivals::default()).await.unwrap();
    assert_eq!(script.asked()[0].path, "/sis/v4/courses");
}

#[tokio::test]
async fn classes_and_sections_are_asked_for_by_term() {
    let script = Script::play(|_| not_found()).await;
    let source = script.source();
    source.classes(term(), &Arrivals::default()).await.unwrap();
    source.sections(term(), &Arrivals::default()).await.unwrap();
    let asked = script.asked();
    let classes = &asked[0];
    let sections = asked.iter().find(|asked| asked.path.ends_with("sections")).unwrap();
    assert_eq!((classes.path.as_str(), classes.query["term-id"].as_str()), ("/sis/v1/classes", "2168"));
    assert_eq!((sections.path.as_str(), sections.query["term-id"].as_str()), ("/sis/v1/classes/sections", "2168"));
    assert_eq!(sections.query["include-secondary"], "true");
    assert_eq!(sections.headers["app_key"], "classes-secret");
}

#[tokio::test]
async fn updated_counts_are_asked_for_in_campus_time() {
    let counts = serde_json::json!({"id": 12345, "enrollmentStatus": {"enrolledCount": 8, "maxEnroll": 65}});
    let script = Script::play(move |asked| page_of("classSections", std::slice::from_ref(&counts), asked)).await;
    let after = "2016-09-01T16:00:00Z".parse().unwrap();
    let fetched = script.source().updated_seats(term(), after, &Arrivals::default()).await.unwrap();
    assert_eq!((fetched.records[0].section.0, fetched.records[0].seats.counts.enrolled), (12345, 8));
    let asked = &script.asked()[0];
    assert_eq!(asked.path, "/sis/v1/classes/sections/terms/2168/updated/enrollments");
    assert_eq!(asked.query["updated-after"], "2016-09-01T09:00:00");
    assert_eq!(asked.query["updated-before"], "2016-09-01T09:30:01");
}

#[tokio::test]
async fn the_base_url_may_end_with_a_slash() {
    let script = Script::play(|_| not_found()).await;
    let source = script.source_with(|config| config.base_url.push('/'));
    source.courses(&Arrivals::default()).await.unwrap();
    assert_eq!(script.asked()[0].path, "/sis/v5/courses");
}

#[tokio::test]
async fn sis_is_believed_by_our_clock_and_a_stand_in_by_its_own() {
    let sections = vec![section(1)];
    let body = crate::script::enveloped("classSections", sections);
    let script = Script::play(move |asked| {
        let reply = if asked.page() == 1 { json_reply(&body) } else { not_found() };
        match asked.query["term-id"].as_str() {
            "2168" => reply.with("x-berkeleytime-standin", "replay"),
            _ => reply,
        }
    })
    .await;
    let source = script.source();
    let replayed = source.sections(term(), &Arrivals::default()).await.unwrap();
    assert_eq!((replayed.origin.slug(), replayed.as_of.to_string().as_str()), ("replay", "2016-09-01T09:00:00Z"));
    let real = source.sections("2172".parse().unwrap(), &Arrivals::default()).await.unwrap();
    assert_eq!((real.origin.slug(), real.as_of.to_string().as_str()), ("sis", crate::script::NOW));
}
