//! Paging: all of it, or an error.

use catalog::ports::{CatalogSource, SourceError};
use serde_json::Value;

use crate::script::{Arrivals, Script, enveloped, json_reply, not_found, page_of, section, term, text_reply};

fn sections(count: u32) -> Vec<Value> {
    (1..=count).map(section).collect()
}

async fn fetch(script: &Script) -> Result<Vec<u32>, SourceError> {
    let fetched = script.source().sections(term(), &Arrivals::default()).await?;
    Ok(fetched.records.iter().map(|record| record.section.id.0).collect())
}

#[tokio::test]
async fn all_pages_come_in_order_and_the_watch_hears_of_each_record_once() {
    for count in [1, 3, 4, 5, 8, 13, 16, 17] {
        let all = sections(count);
        let script = Script::play(move |asked| page_of("classSections", &all, asked)).await;
        let watch = Arrivals::default();
        let fetched = script.source().sections(term(), &watch).await.unwrap();
        let ids: Vec<u32> = fetched.records.iter().map(|record| record.section.id.0).collect();
        assert_eq!(ids, (1..=count).collect::<Vec<_>>());
        assert_eq!(watch.count(), count as usize);
        assert_eq!(fetched.requests as usize, script.asked().len());
    }
}

#[tokio::test]
async fn a_404_on_the_first_page_means_there_is_nothing() {
    let script = Script::play(|_| not_found()).await;
    assert_eq!(fetch(&script).await.unwrap(), [] as [u32; 0]);
    assert_eq!(script.pages(), [1, 2], "the page after the end is looked at as well");
}

#[tokio::test]
async fn no_more_is_asked_for_than_a_window_past_the_end() {
    let all = sections(8);
    let script = Script::play(move |asked| page_of("classSections", &all, asked)).await;
    fetch(&script).await.unwrap();
    let pages = script.pages();
    assert_eq!(pages.first(), Some(&1));
    assert!(pages.last() <= Some(&6), "{pages:?}");
}

#[tokio::test]
async fn a_gap_in_the_middle_is_an_error_and_never_the_end() {
    for (gap, what) in [(not_found as fn() -> crate::script::Reply, "a 404"), (short_page, "a short page")] {
        for concurrency in [1, 3] {
            let all = sections(20);
            let script = Script::play(move |asked| match asked.page() {
                2 => gap(),
                _ => page_of("classSections", &all, asked),
            })
            .await;
            let source = script.source_with(|config| config.concurrency = concurrency);
            let error = source.sections(term(), &Arrivals::default()).await.unwrap_err();
            let SourceError::Unreadable { api: "sections", message } = &error else { panic!("{what}: {error}") };
            assert!(message.contains("page 2") && message.contains("page 3 has 4 more"), "{what}: {message}");
        }
    }
}

fn short_page() -> crate::script::Reply {
    json_reply(&enveloped("classSections", vec![section(99)]))
}

#[tokio::test]
async fn an_outage_from_a_page_on_is_an_error() {
    let all = sections(20);
    let script = Script::play(move |asked| match asked.page() {
        4.. => text_reply(503, ""),
        _ => page_of("classSections", &all, asked),
    })
    .await;
    let error = fetch(&script).await.unwrap_err();
    let SourceError::Unavailable { api: "sections", message } = &error else { panic!("{error}") };
    assert!(message.contains("HTTP 503") && message.contains("after 4 tries"), "{message}");
}

#[tokio::test]
async fn of_a_repeated_section_the_last_one_stands() {
    let mut again = section(3);
    again["enrollmentStatus"]["enrolledCount"] = 8.into();
    let mut all = sections(6);
    all.push(again);
    let script = Script::play(move |asked| page_of("classSections", &all, asked)).await;
    let fetched = script.source().sections(term(), &Arrivals::default()).await.unwrap();
    let third = &fetched.records[2];
    assert_eq!(fetched.records.len(), 6);
    assert_eq!((third.section.id.0, third.seats.as_ref().unwrap().counts.enrolled), (3, 8));
}

#[tokio::test]
async fn pages_that_are_too_large_are_asked_for_in_halves() {
    let all = sections(9);
    let script = Script::play(move |asked| match asked.size() {
        3.. => text_reply(500, ""),
        _ => page_of("classSections", &all, asked),
    })
    .await;
    let watch = Arrivals::default();
    let fetched = script.source().sections(term(), &watch).await.unwrap();
    assert_eq!((fetched.records.len(), watch.count()), (9, 9));
    assert!(script.asked().iter().all(|asked| [4, 2].contains(&asked.size())));
}

#[tokio::test]
async fn a_sweep_that_starts_over_reports_each_record_once() {
    let all = sections(9);
    let script = Script::play(move |asked| match (asked.size(), asked.page()) {
        (4, 3) => text_reply(500, ""),
        _ => page_of("classSections", &all, asked),
    })
    .await;
    let watch = Arrivals::default();
    let fetched = script.source().sections(term(), &watch).await.unwrap();
    assert_eq!((fetched.records.len(), watch.count()), (9, 9));
}

#[tokio::test]
async fn a_server_that_fails_on_the_smallest_page_too_is_unavailable() {
    let script = Script::play(|_| text_reply(500, "")).await;
    let source = script.source_with(|config| config.page_size_min = 3);
    let error = source.sections(term(), &Arrivals::default()).await.unwrap_err();
    assert!(matches!(error, SourceError::Unavailable { .. }), "{error}");
    let sizes: Vec<usize> = script.asked().iter().map(crate::script::Asked::size).collect();
    assert_eq!(sizes, [4, 4, 4, 4, 3, 3, 3, 3]);
}

#[tokio::test]
async fn a_server_that_never_ends_is_given_up() {
    let script = Script::play(|_| json_reply(&enveloped("classSections", sections(4)))).await;
    let source = script.source_with(|config| config.pages_max = 20);
    let error = source.sections(term(), &Arrivals::default()).await.unwrap_err();
    assert!(matches!(error, SourceError::Unreadable { .. }), "{error}");
    assert_eq!(script.asked().len(), 20);
}

#[tokio::test]
async fn pages_of_different_origin_are_never_mixed() {
    let all = sections(9);
    let script = Script::play(move |asked| {
        let origin = if asked.page() == 2 { "replay" } else { "demo" };
        page_of("classSections", &all, asked).with("x-berkeleytime-standin", origin)
    })
    .await;
    let error = fetch(&script).await.unwrap_err();
    let SourceError::Unreadable { message, .. } = &error else { panic!("{error}") };
    assert!(message.contains("`replay`") && message.contains("`demo`"), "{message}");
}
