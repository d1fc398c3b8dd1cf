//! SIS ill or gone: what is tried again, what is not, and what is said in the end.

use std::time::Duration;

use catalog::ports::{CatalogSource, SourceError};

use crate::script::{
    Arrivals, Reply, Script, enveloped, not_found, page_of, quick_config, section, source, term, text_reply,
};

/// Makes a failure.
type Failing = Box<dyn Fn() -> Reply + Send + Sync>;

/// Plays one failure at first, then the sample section.
async fn ill_at_first(failure: impl Fn() -> Reply + Send + Sync + 'static) -> Script {
    Script::play(move |asked| match (asked.page(), asked.repeated) {
        (1, 0) => failure(),
        _ => page_of("classSections", &[section(1)], asked),
    })
    .await
}

async fn failing_with(status: u16, body: &'static str) -> (SourceError, usize) {
    let script = Script::play(move |_| text_reply(status, body)).await;
    let error = script.source().sections(term(), &Arrivals::default()).await.unwrap_err();
    (error, script.asked().len())
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    let whole = enveloped("classSections", vec![section(1)]).to_string();
    let half = whole[..whole.len() / 2].to_owned();
    let failures: Vec<(&str, Failing)> = vec![
        ("too many requests", Box::new(|| text_reply(429, "slow down").with("retry-after", "0"))),
        ("a server error", Box::new(|| text_reply(500, ""))),
        ("a bad gateway", Box::new(|| text_reply(502, "<html>bad gateway</html>"))),
        ("unavailable", Box::new(|| text_reply(503, ""))),
        ("a connection that breaks", Box::new(move || Reply::BreaksOff(whole.clone()))),
        ("half an answer", Box::new(move || text_reply(200, half.clone()))),
        ("a web page in place of JSON", Box::new(|| text_reply(200, "<html>maintenance</html>"))),
        ("a 503 that arrives as 200", Box::new(|| text_reply(200, r#"{"httpStatus":{"code":"503"}}"#))),
    ];
    for (what, failure) in failures {
        let script = ill_at_first(failure).await;
        let fetched = script.source().sections(term(), &Arrivals::default()).await;
        let fetched = fetched.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(fetched.records.len(), 1, "{what}");
        assert_eq!(fetched.requests, 3, "{what}: a failure, the page, and the page after the end");
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_is_given_up_and_asked_for_again() {
    let script = ill_at_first(|| Reply::Silence).await;
    let source = script.source_with(|config| config.request_timeout = Duration::from_secs(1));
    let fetched = source.sections(term(), &Arrivals::default()).await.unwrap();
    assert_eq!(fetched.records.len(), 1);
}

#[tokio::test]
async fn what_does_not_pass_is_said_with_the_number_of_tries() {
    let (error, asked) = failing_with(503, "").await;
    assert_eq!(asked, 4);
    assert_eq!(error.to_string(), "the source could not be reached for sections: HTTP 503 on page 1, after 4 tries");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let free_port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let source = source(quick_config(&format!("http://{free_port}/sis")));
    let error = source.courses(&Arrivals::default()).await.unwrap_err();
    let SourceError::Unavailable { api: "courses", message } = &error else { panic!("{error}") };
    assert!(message.starts_with("no answer: ") && message.ends_with("after 4 tries"), "{message}");
}

#[tokio::test]
async fn a_long_retry_after_ends_the_fetch_at_once() {
    let script = Script::play(|_| text_reply(429, "quota used up").with("retry-after", "86400")).await;
    let error = script.source().sections(term(), &Arrivals::default()).await.unwrap_err();
    assert_eq!(script.asked().len(), 1);
    assert_eq!(
        error.to_string(),
        "the source could not be reached for sections: HTTP 429: quota used up on page 1, \
         which asked to be left alone for 86400 s, after 1 try"
    );
}

#[tokio::test]
async fn a_retry_after_may_be_a_date() {
    let script = Script::play(|_| text_reply(503, "").with("retry-after", "Thu, 01 Sep 2016 17:30:00 GMT")).await;
    let error = script.source().sections(term(), &Arrivals::default()).await.unwrap_err();
    assert!(error.to_string().contains("left alone for 3600 s"), "{error}");
}

#[tokio::test]
async fn refused_keys_are_said_at_once_and_never_shown() {
    for status in [401, 403] {
        let (error, asked) = failing_with(status, "Authentication failed for key classes-secret of classes-id").await;
        assert_eq!(asked, 1, "not tried again");
        let SourceError::Credentials { api: "sections", message } = &error else { panic!("{error}") };
        assert_eq!(
            message,
            &format!(
                "HTTP {status}: Authentication failed for key [hidden] of [hidden]. \
                 Check the app_id and app_key of the Class API"
            )
        );
    }
}

#[tokio::test]
async fn missing_and_impossible_keys_are_said_before_anything_is_asked() {
    let script = Script::play(|_| not_found()).await;
    for (key, problem) in [("", "is not set"), ("two\nlines", "has characters in it")] {
        let source = script.source_with(|config| config.keys.courses.app_key = key.into());
        let error = source.courses(&Arrivals::default()).await.unwrap_err();
        let SourceError::Credentials { api: "courses", message } = &error else { panic!("{error}") };
        assert!(message.contains("app_key of the Course API") && message.contains(problem), "{message}");
    }
    assert_eq!(script.asked().len(), 0);
}

#[tokio::test]
async fn keys_are_not_printed_with_the_settings() {
    let printed = format!("{:?}", quick_config("http://127.0.0.1:1/sis"));
    assert!(!printed.contains("secret\"") && !printed.contains("classes-secret"), "{printed}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Script::play(|_| not_found()).await;
    let target = elsewhere.base_url.clone();
    let script = Script::play(move |_| text_reply(302, "").with("location", &target)).await;
    let error = script.source().sections(term(), &Arrivals::default()).await.unwrap_err();
    assert!(matches!(error, SourceError::Unreadable { .. }), "{error}");
    assert_eq!((script.asked().len(), elsewhere.asked().len()), (1, 0));
}

#[tokio::test]
async fn a_web_servers_404_is_a_wrong_address_and_not_an_empty_campus() {
    let (error, asked) = failing_with(404, "<html><h1>Not Found</h1></html>").await;
    assert_eq!(asked, 1);
    let SourceError::Unreadable { message, .. } = &error else { panic!("{error}") };
    assert!(message.contains("check the base URL"), "{message}");
}

#[tokio::test]
async fn a_bad_request_is_not_tried_again() {
    let (error, asked) =
        failing_with(400, r#"{"apiResponse":{"httpStatus":{"code":"400","description":"bad term-id"}}}"#).await;
    assert_eq!(asked, 1);
    assert!(error.to_string().contains("HTTP 400: bad term-id on page 1"), "{error}");
}

#[tokio::test]
async fn what_stays_unreadable_is_said_to_be() {
    let (error, asked) = failing_with(200, "<html>maintenance</html>").await;
    assert_eq!(asked, 4);
    assert!(matches!(error, SourceError::Unreadable { .. }), "{error}");
    let (error, _) = failing_with(200, r#"{"maintenance": true}"#).await;
    assert!(error.to_string().contains("neither an envelope nor classSections"), "{error}");
}

#[tokio::test]
async fn a_page_without_end_is_cut_off() {
    let script = Script::play(|asked| page_of("classSections", &[section(1)], asked)).await;
    let source = script.source_with(|config| config.page_bytes_max = 100);
    let error = source.sections(term(), &Arrivals::default()).await.unwrap_err();
    assert!(error.to_string().contains("larger than 100 bytes"), "{error}");
    assert_eq!(script.asked().len(), 1);
}

#[tokio::test]
async fn the_budget_of_a_run_ends_it_and_the_next_run_has_its_own() {
    let script = Script::play(|asked| match asked.path.as_str() {
        "/sis/v2/terms" => not_found(),
        "/sis/v5/courses" => Reply::Silence,
        _ => not_found(),
    })
    .await;
    let source = script.source_with(|config| config.run_budget = Duration::from_secs(2));
    let error = source.courses(&Arrivals::default()).await.unwrap_err();
    assert!(matches!(error, SourceError::OutOfTime { api: "courses", budget_seconds: 2 }), "{error}");
    let error = source.sections(term(), &Arrivals::default()).await.unwrap_err();
    assert!(matches!(error, SourceError::OutOfTime { api: "sections", .. }), "nothing is left: {error}");
    source.terms(jiff::civil::date(2016, 9, 1), 0).await.unwrap();
    source.sections(term(), &Arrivals::default()).await.unwrap();
}

#[tokio::test]
async fn an_unknown_stand_in_is_not_believed() {
    let script = Script::play(|_| not_found().with("x-berkeleytime-standin", "sis")).await;
    let error = script.source().sections(term(), &Arrivals::default()).await.unwrap_err();
    assert!(error.to_string().contains("expected demo or replay"), "{error}");
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let clock = || std::sync::Arc::new(clock::SystemClock);
    for address in ["gateway.api.berkeley.edu/sis", "ftp://example.org/sis", ""] {
        let error = sis::source::Sis::new(quick_config(address), clock()).err().unwrap();
        assert!(error.to_string().contains("is no address of SIS"), "{error}");
    }
    let mut config = quick_config("http://127.0.0.1:1/sis");
    config.concurrency = 0;
    let error = sis::source::Sis::new(config, clock()).err().unwrap();
    assert_eq!(error.to_string(), "`concurrency` must be at least 1");
}
