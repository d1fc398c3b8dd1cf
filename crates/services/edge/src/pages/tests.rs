//! The pages as their readers meet them: people, programs, and who cannot see.

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, COOKIE};
use http::{HeaderMap, HeaderValue};
use platform::status::{Day, Finding, Incident, IncidentUpdate, Part, PartState};

use super::*;

fn now() -> Timestamp {
    "2026-11-22T22:30:00Z".parse().unwrap()
}

fn pages() -> Pages {
    Pages::new("Sample <site>", TimeZone::get("America/Los_Angeles").unwrap())
}

fn asked<'a>(path: &'a str, headers: &'a HeaderMap) -> Asked<'a> {
    Asked { path, headers, request_id: "0123456789abcdef", can_repeat: true }
}

fn text(response: Response<Bytes>) -> String {
    String::from_utf8(response.into_body().to_vec()).unwrap()
}

fn all_troubles() -> Vec<Trouble> {
    let api = || "api@production".parse().unwrap();
    let mut troubles = vec![
        Trouble::NotRunning { service: api(), retry_after: Duration::from_secs(5) },
        Trouble::BrokenOff(api()),
        Trouble::TooSlow("web@staging".parse().unwrap()),
        Trouble::Maintenance { reason: "We move to a new disk until 6 am.".to_owned() },
        Trouble::Later { what: "The explorer of the logs".to_owned() },
        Trouble::PasswordAsked { realm: "sta\"ging\\\n".to_owned(), was_wrong: false },
        Trouble::PasswordAsked { realm: "staging".to_owned(), was_wrong: true },
        Trouble::TooMany { wait: Duration::from_secs(7) },
        Trouble::LockedOut { wait: Duration::from_secs(900) },
        Trouble::Banned { wait: Some(Duration::from_secs(3_600)) },
        Trouble::Banned { wait: None },
    ];
    for code in [400, 403, 404, 405, 408, 413, 414, 421, 429, 431, 500, 502, 503, 504] {
        troubles.push(Trouble::of(StatusCode::from_u16(code).unwrap()));
    }
    troubles
}

#[test]
fn every_page_is_whole_and_needs_nothing_else() {
    let headers = HeaderMap::new();
    for trouble in all_troubles() {
        let response = pages().trouble(&asked("/catalog", &headers), &trouble);
        assert_eq!(response.status(), trouble.status());
        assert_eq!(response.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
        assert!(response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none'"));
        let html = text(response);
        for part in
            ["<!DOCTYPE html><html lang=\"en\">", "<main id=\"main\"", "<header", "<footer", "Sample &lt;site&gt;"]
        {
            assert!(html.contains(part), "{trouble:?}: {part}");
        }
        assert_eq!(html.matches("<h1>").count(), 1, "{trouble:?}");
        assert!(!html.contains("<script") && !html.contains("style=") && !html.contains("<form"), "{trouble:?}");
        let links = html.split("href=\"").skip(1).chain(html.split("src=\"").skip(1));
        assert!(links.clone().all(|link| link.starts_with(['/', '#', '"'])), "{trouble:?}: nothing from elsewhere");
    }
}

#[test]
fn what_is_down_is_named_and_the_way_to_the_status_is_shown() {
    let headers = HeaderMap::new();
    let of = |service: &str| {
        let trouble = Trouble::NotRunning { service: service.parse().unwrap(), retry_after: Duration::from_secs(5) };
        let response = pages().trouble(&asked("/catalog?x=1", &headers), &trouble);
        assert_eq!(response.headers()[RETRY_AFTER], "5");
        text(response)
    };
    let html = of("web@production");
    assert!(html.contains("The site is not running right now") && html.contains("href=\"/status\""), "{html}");
    assert!(html.contains("web@production") && html.contains("0123456789abcdef"));
    assert!(of("api@staging").contains("The API of staging is not running right now"));
}

#[test]
fn programs_get_problem_documents() {
    let headers = HeaderMap::new();
    for trouble in all_troubles() {
        let response = pages().trouble(&asked("/api/v1/terms", &headers), &trouble);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        let document: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(document["status"], trouble.status().as_u16());
        assert_eq!(document["request_id"], "0123456789abcdef");
        assert!(document["detail"].as_str().unwrap().ends_with('.'), "{document}");
    }
    let wait = Trouble::TooMany { wait: Duration::from_secs(7) };
    let document = text(pages().trouble(&asked("/api", &headers), &wait));
    assert!(document.contains("quota-exceeded") && document.contains("\"retry_after_seconds\":7"), "{document}");
    let likes_json = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    let response = pages().trouble(&asked("/catalog", &likes_json), &wait);
    assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
}

#[test]
fn a_password_is_asked_for_so_that_browsers_understand_it() {
    let headers = HeaderMap::new();
    let trouble = Trouble::PasswordAsked { realm: "sta\"ging\\\r\nX: y".to_owned(), was_wrong: false };
    let response = pages().trouble(&asked("/", &headers), &trouble);
    assert_eq!(response.headers()[WWW_AUTHENTICATE], "Basic realm=\"stagingX:y\", charset=\"UTF-8\"");
}

#[test]
fn who_is_locked_out_reads_for_how_long_and_for_what() {
    let headers = HeaderMap::new();
    let response = pages().trouble(&asked("/logs", &headers), &Trouble::LockedOut { wait: Duration::from_secs(900) });
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()[RETRY_AFTER], "900");
    let html = text(response);
    assert!(html.contains("<h1>Too many wrong passwords</h1>"), "{html}");
    assert!(html.contains("locked for your address, for 15 minutes at most") && html.contains("Other names"), "{html}");
    assert!(!html.contains("More requests come from your address"), "it is no rate limit: {html}");
}

#[test]
fn what_was_asked_is_repeated_harmlessly() {
    let headers = HeaderMap::new();
    let evil = format!("/<script>alert(1)</script>{}", "x".repeat(500));
    let html = text(pages().trouble(&asked(&evil, &headers), &Trouble::of(StatusCode::NOT_FOUND)));
    assert!(!html.contains("<script>") && html.contains("&lt;script&gt;") && !html.contains(&"x".repeat(200)));
    let trouble = Trouble::BrokenOff("web@production".parse().unwrap());
    let repeated = text(pages().trouble(&asked("/a", &headers), &trouble));
    assert!(repeated.contains(">Try again</a>"));
    let posted = Asked { can_repeat: false, ..asked("/a", &headers) };
    assert!(!text(pages().trouble(&posted, &trouble)).contains(">Try again</a>"), "a form is not sent twice");
}

#[test]
fn the_readers_colours_are_kept() {
    let dark = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("theme=dark"))]);
    let html = text(pages().trouble(&asked("/", &dark), &Trouble::of(StatusCode::NOT_FOUND)));
    assert!(html.contains("data-theme=\"dark\""));
}

fn part(part: Part, finding: Finding) -> PartState {
    let day = |age: i64, down| {
        let day = TimeZone::get("America/Los_Angeles").unwrap().to_datetime(now()).date();
        Day { day: day - jiff::Span::new().days(age), up: 86_400 - down, degraded: 0, down }
    };
    PartState { part, finding, since: now(), days: vec![day(2, 0), day(1, 720), day(0, 0)] }
}

fn report() -> StatusReport {
    let at: Timestamp = "2026-11-22T22:29:55Z".parse().unwrap();
    let said = |text: &str| IncidentUpdate { at, text: text.to_owned() };
    let incident = |number, resolved_at| Incident {
        number,
        title: format!("Trouble {number} & more"),
        parts: vec![Part::Web],
        opened_at: "2026-11-22T20:00:00Z".parse().unwrap(),
        resolved_at,
        updates: vec![said("We look."), said("We have found it.")],
    };
    let mut down = Finding::up("It answers.");
    down.health = Health::Down;
    down.mend = Some("bt restart api".to_owned());
    StatusReport {
        at,
        parts: vec![
            PartState {
                finding: Finding { latency_ms: Some(12), ..Finding::up("It answers.") },
                ..part(Part::Web, Finding::up(""))
            },
            part(Part::Api, down),
            part(Part::Cache, Finding::absent()),
            part(Part::Disk, Finding::up("212 GB free.")),
        ],
        incidents: vec![incident(2, None), incident(1, Some(at))],
    }
}

use platform::status::Health;

fn status(report: Option<&StatusReport>, now: Timestamp) -> String {
    text(pages().status(&asked("/status", &HeaderMap::new()), report, now))
}

#[test]
fn the_status_is_said_in_words() {
    let html = status(Some(&report()), now());
    for words in
        ["<h1>Not working now: the API</h1>", "Last looked at 5 seconds ago", "Does not work", "answers in 12 ms"]
    {
        assert!(html.contains(words), "{words}");
    }
    assert!(html.contains("Not set up here: Cache."));
    assert!(!html.contains("bt restart"), "what mends it is for the operator");
    assert!(html.contains("Trouble 2 &amp; more"));
    let (open, past) = (html.find("Trouble 2").unwrap(), html.find("Trouble 1").unwrap());
    assert!(open < html.find("What you use").unwrap() && past > html.find("Behind the scenes").unwrap());
    assert!(html.find("We have found it.").unwrap() < html.find("We look.").unwrap(), "the newest word first");
}

#[test]
fn bars_have_words_for_who_does_not_see_them() {
    let html = status(Some(&report()), now());
    let label = "aria-label=\"Site: 3 days of the last 90 are known, 1 day with trouble; worked 99.72 % of the time.\"";
    assert!(html.contains(label), "{html}");
    assert!(html.contains("<title>Nov 21: did not work for 12 minutes</title>"));
    assert!(html.contains("Days with trouble (1)"));
}

#[test]
fn an_old_report_says_so_and_claims_nothing_of_now() {
    let later = "2026-11-22T22:34:00Z".parse().unwrap();
    let html = status(Some(&report()), later);
    assert!(
        html.contains("This report is 4 minutes old.") && html.contains("<h1>What works right now is not known</h1>")
    );
    assert!(html.contains("<span>Worked</span>") && !html.contains("<span>Works</span>"), "in the past");
    let none = status(None, later);
    assert!(none.contains("<h1>Nobody has looked yet</h1>"), "{none}");
}

#[test]
fn programs_read_the_status_too() {
    let headers = HeaderMap::new();
    let response = pages().status(&asked("/status.json", &headers), Some(&report()), now());
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    let document: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!((document["health"].as_str(), document["age_seconds"].as_u64()), (Some("down"), Some(5)));
    assert_eq!(document["parts"][0]["part"], "web");
    assert_eq!(document["parts"][0]["days"][1]["down"], 720);
    assert_eq!(document["incidents"][0]["number"], 2);
    assert!(!document.to_string().contains("bt restart"));
    let stale = text(pages().status(
        &asked("/status.json", &headers),
        Some(&report()),
        "2026-11-23T00:00:00Z".parse().unwrap(),
    ));
    assert!(stale.contains("\"health\":\"unknown\"") && stale.contains("\"is_stale\":true"), "{stale}");
    let none = text(pages().status(&asked("/status.json", &headers), None, now()));
    assert!(none.contains("\"at\":null"), "{none}");
}
