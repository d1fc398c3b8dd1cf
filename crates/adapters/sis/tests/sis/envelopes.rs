//! Every wrapping that SIS has used since 2016 gives the same records.

use catalog::ports::CatalogSource;
use serde_json::{Value, json};

use crate::script::{Arrivals, Script, course, json_reply, not_found, section, term};

async fn ids(body: Value) -> Vec<u32> {
    let script = Script::play(move |asked| if asked.page() == 1 { json_reply(&body) } else { not_found() }).await;
    let fetched = script.source().sections(term(), &Arrivals::default()).await.unwrap();
    assert_eq!(fetched.faults, []);
    fetched.records.iter().map(|record| record.section.id.0).collect()
}

#[tokio::test]
async fn every_wrapping_of_sections_is_opened() {
    let two = json!([section(1), section(2)]);
    for body in [
        json!({"apiResponse": {"httpStatus": {"code": "200"}, "response": {"classSections": two}}}),
        json!({"ApiResponse": {"response": {"classSections": two}}}),
        json!({"apiResponse": {"response": {"any": {"classSections": two}}}}),
        json!({"httpStatus": {"code": "200"}, "response": {"classSections": two}}),
        json!({"apiResponse": {"response": {"sections": two}}}),
        json!({"apiResponse": {"response": {"classSections": {"classSection": two}}}}),
        json!({"classSections": two}),
        two.clone(),
    ] {
        assert_eq!(ids(body.clone()).await, [1, 2], "{}", &body.to_string()[..60]);
    }
}

#[tokio::test]
async fn a_single_section_without_brackets_is_a_list_of_one() {
    assert_eq!(ids(json!({"apiResponse": {"response": {"classSections": section(7)}}})).await, [7]);
}

#[tokio::test]
async fn an_empty_answer_is_empty() {
    for response in [json!({"classSections": {}}), json!({"classSections": []}), json!({}), Value::Null] {
        let body = json!({"apiResponse": {"httpStatus": {"code": "200"}, "response": response}});
        assert_eq!(ids(body).await, [] as [u32; 0]);
    }
}

#[tokio::test]
async fn a_404_that_arrives_as_200_is_still_a_404() {
    let body = json!({"apiResponse": {"httpStatus": {"code": "404", "description": "Not Found"}}});
    assert_eq!(ids(body).await, [] as [u32; 0]);
}

#[tokio::test]
async fn courses_of_both_versions_read_the_same() {
    let v5 = course("COMPSCI", "C8");
    let mut v4 = v5.clone();
    v4["catalogNumber"] = json!({"prefix": "C", "number": "8", "suffix": "", "formatted": "C8"});
    v4["formatsOffered"] = json!({"typicallyOffered": {"terms": {"termNames": ["Spring"]}}});
    let script = Script::play(move |asked| {
        let course = if asked.path.contains("v4") { &v4 } else { &v5 };
        crate::script::page_of("courses", std::slice::from_ref(course), asked)
    })
    .await;
    let from_v5 = script.source().courses(&Arrivals::default()).await.unwrap();
    let source = script.source_with(|config| config.courses_version = sis::config::CoursesVersion::V4);
    let from_v4 = source.courses(&Arrivals::default()).await.unwrap();
    assert_eq!(from_v4.records, from_v5.records);
    assert_eq!(from_v5.records[0].code.to_string(), "COMPSCI C8");
}
