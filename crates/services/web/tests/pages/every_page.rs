//! What every page promises.

use std::collections::HashSet;

use catalog::fetched::Origin;
use http::{Method, StatusCode};
use httpkit::cache::CachePolicy;

use web::config::Config;

use crate::answer::Answer;
use crate::browser::Browser;
use crate::world::World;

/// Path, status, beginning of the title.
const PAGES: [(&str, u16, &str); 36] = [
    ("/", 200, "Find classes at Berkeley"),
    ("/catalog", 200, "Courses in Fall 2026"),
    ("/catalog?q=cs61a", 200, "“cs61a” in Fall 2026"),
    ("/catalog?q=nothing+like+this", 200, "“nothing like this” in Fall 2026"),
    ("/catalog?term=any&sort=number&page=2", 200, "Courses in all terms"),
    ("/catalog?term=spring-2026&university=american-cultures&open=1&units=telepathy", 200, "Courses in Spring 2026"),
    ("/catalog/fall-2026/COMPSCI/61A", 200, "COMPSCI 61A The Structure"),
    ("/catalog/fall-2026/COMPSCI/61A?instructor=Ann+Sample&section=20001", 200, "COMPSCI 61A The Structure"),
    ("/catalog/fall-2026/STAT/C8", 200, "STAT C8 Foundations"),
    ("/catalog/any/PHYSICS/77", 200, "PHYSICS 77 Never Offered"),
    ("/catalog/spring-2026/COMPSCI/61B", 404, "COMPSCI 61B is not offered in Spring 2026"),
    ("/catalog/fall-2026/COMPSCI/999", 404, "There is no course COMPSCI 999"),
    ("/catalog/fall-1999/COMPSCI/61A", 404, "We do not know this term"),
    ("/catalog/fall-2026/NOSUCH/1", 404, "There is no course NOSUCH 1"),
    ("/no/such/page", 404, "This page does not exist"),
    ("/catalog/nowhere", 404, "This page does not exist"),
    ("/-/design", 200, "Design"),
    ("/grades", 200, "Compare grades"),
    (
        "/grades?s=COMPSCI.61A.ann-sample&s=COMPSCI.61A&s=NOSUCH.1&s=PHYSICS.77",
        200,
        "Grades: COMPSCI 61A to PHYSICS 77",
    ),
    ("/grades?s=COMPSCI.61A&course=COMPSCI+61A&by=ann-sample", 200, "Grades of COMPSCI 61A"),
    ("/grades?find=data", 200, "Compare grades"),
    ("/enrollment", 200, "Compare enrollment"),
    (
        "/enrollment?s=COMPSCI.61A.fall-2026&s=COMPSCI.61B.fall-2026.20002&as=students",
        200,
        "Enrollment: COMPSCI 61A to",
    ),
    ("/enrollment?s=COMPSCI.61A&change=1", 200, "Enrollment of COMPSCI 61A, Fall 2026"),
    ("/instructors", 200, "Instructors"),
    ("/instructors?letter=W", 200, "Instructors: W"),
    ("/instructors/ann-sample", 200, "Ann Sample, instructor"),
    ("/instructors/nobody-here", 404, "Nobody of that name teaches here"),
    ("/updates", 200, "How current it is"),
    ("/about", 200, "About"),
    ("/faq", 200, "Questions and answers"),
    ("/releases", 200, "What changed"),
    ("/privacy", 200, "Privacy"),
    ("/terms", 200, "Terms"),
    ("/bugs?page=%2Fcatalog", 200, "Report a mistake"),
    ("/bugs?sent=1", 200, "Thank you"),
];

#[tokio::test]
async fn every_page_keeps_its_promises() {
    let world = World::with_campus().await;
    for (path, status, title) in PAGES {
        let page = world.get(path).await;
        assert_eq!(page.status, StatusCode::from_u16(status).unwrap(), "{path}");
        assert!(page.has(&format!("<title>{title}")), "{path}: {:?}", page.body.get(..200));
        is_well_made(path, &page);
        is_kept_as_promised(path, &page);
        assert!(page.has("Demo data."), "{path} does not say that the data is made up");
    }
}

fn is_well_made(path: &str, page: &Answer) {
    assert!(page.body.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{path}");
    assert_eq!(page.body.matches("<h1").count(), 1, "{path} has not exactly one h1");
    for landmark in ["<header class=\"site-header\"", "<nav", "<main id=\"main\"", "<footer"] {
        assert!(page.has(landmark), "{path} lacks {landmark}");
    }
    for forbidden in [" style=\"", "<style", " onclick", "javascript:", "<script>"] {
        assert!(!page.has(forbidden), "{path} contains {forbidden}");
    }
    let labelled: HashSet<&str> = page.attributes("for").into_iter().collect();
    for kind in ["input", "select", "textarea"] {
        for tag in page.tags(kind).into_iter().filter(|tag| !tag.contains("type=\"hidden\"")) {
            let id = tag.split(" id=\"").nth(1).and_then(|rest| rest.split('"').next());
            // A select may stand inside its label.
            let is_labelled = id.is_some_and(|id| labelled.contains(id)) || tag.contains("aria-label");
            assert!(is_labelled || kind == "select" && page.has("<label><span>"), "{path}: <{kind}{tag}> has no label");
        }
    }
    let mut seen = HashSet::new();
    for id in page.attributes("id") {
        assert!(seen.insert(id), "{path}: the id {id} stands twice");
    }
}

fn is_kept_as_promised(path: &str, page: &Answer) {
    let is_found = page.status == StatusCode::OK;
    let policy = if is_found { CachePolicy::Private } else { CachePolicy::NoStore };
    assert_eq!(page.header("cache-control"), policy.header().to_str().unwrap(), "{path}");
    assert_eq!(page.headers.contains_key("etag"), is_found, "{path}");
    if let Some(promise) = &page.promise {
        assert_eq!(promise.cache, policy, "{path}");
    }
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
    assert!(page.headers.contains_key("speculation-rules"), "{path}");
}

#[tokio::test]
async fn every_link_of_every_page_leads_somewhere() {
    let world = World::with_campus().await;
    let mut seen: HashSet<String> = HashSet::new();
    for (path, ..) in PAGES.iter().filter(|(path, ..)| !path.starts_with("/-/")) {
        let page = world.get(path).await;
        for href in page.attributes("href") {
            let href = href.replace("&amp;", "&");
            let target = href.split('#').next().unwrap_or_default().to_owned();
            // The API is another service at the same address; the journeys look at its pages.
            if target.is_empty() || target.starts_with("/api/") || !seen.insert(target.clone()) {
                continue;
            }
            assert!(target.starts_with('/') && !target.starts_with("//"), "{path} links {href}");
            let answer = world.get(&target).await;
            assert!(answer.status.is_success(), "{path} links {href}: {}", answer.status);
        }
    }
    assert!(seen.len() > 40, "only {} links", seen.len());
}

#[tokio::test]
async fn head_is_answered_like_get_without_a_body() {
    let world = World::with_campus().await;
    for (path, ..) in PAGES {
        let (get, head) = (world.get(path).await, world.ask(Method::HEAD, path, &[], "").await);
        assert_eq!(head.status, get.status, "{path}");
        assert_eq!(head.header("etag"), get.header("etag"), "{path}");
        // The bodies of error pages are made after the routes: on a socket the connection leaves them out.
        assert!(head.body.is_empty() || get.promise.is_none(), "{path}");
    }
}

#[tokio::test]
async fn a_page_that_the_reader_has_is_not_sent_again() {
    let world = World::with_campus().await;
    let tag = world.get("/catalog").await.header("etag").to_owned();
    let again = world.ask(Method::GET, "/catalog", &[("if-none-match", &tag)], "").await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let dark = world.ask(Method::GET, "/catalog", &[("if-none-match", &tag), ("cookie", "theme=dark")], "").await;
    assert_eq!(dark.status, StatusCode::OK, "the dark page is another one");
    assert!(dark.has("data-theme=\"dark\""));
}

#[tokio::test]
async fn colours_are_chosen_without_script_and_lead_back() {
    let world = World::with_campus().await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let post = |body: &'static str| world.ask(Method::POST, "/-/theme", &form, body);
    let chosen = post("theme=dark&return_to=%2Fcatalog%3Fq%3Dcs").await;
    assert_eq!((chosen.status, chosen.header("location")), (StatusCode::SEE_OTHER, "/catalog?q=cs"));
    assert!(chosen.header("set-cookie").starts_with("theme=dark;"));
    for evil in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "", "%2Fa%0D%0AX-Evil%3A+1"]
    {
        let body: &'static str = format!("theme=dark&return_to={evil}").leak();
        assert_eq!(post(body).await.header("location"), "/", "{evil}");
    }
    let wrong = post("theme=purple").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.has("choose system, light or dark") && wrong.header("set-cookie").is_empty());
}

#[tokio::test]
async fn files_health_and_metrics_are_served() {
    let world = World::with_campus().await;
    for asset in design::assets::ALL {
        let file = world.ask(Method::GET, asset.path, &[("accept-encoding", "identity")], "").await;
        assert_eq!(file.status, StatusCode::OK, "{}", asset.path);
        assert!(file.header("cache-control").contains("immutable"));
    }
    assert_eq!(world.get("/favicon.ico").await.header("location"), design::assets::ICON.path);
    assert!(world.get("/robots.txt").await.has("User-agent: *"));
    assert_eq!(world.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(world.get("/metrics").await.body, "sample_metric 1\n");
    let ready = world.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::OK);
    assert!(ready.has("\"ready\":true") && ready.has("\"age_seconds\":43560"), "{}", ready.body);
}

#[tokio::test]
async fn behind_tls_cookies_are_secure_and_pages_name_their_one_address() {
    let public_url = Some("https://berkeleytime.example".to_owned());
    let config = Config { public_url, secure_cookies: true, ..Config::default() };
    let world = World::with_campus_and(Origin::Sis, config).await;
    let page = world.get("/catalog/fall-2026/COMPSCI/61A?graded=fall-2025").await;
    let canonical = "<link rel=\"canonical\" href=\"https://berkeleytime.example/catalog/fall-2026/COMPSCI/61A\">";
    assert!(page.has(canonical));
    assert!(
        page.has("<meta property=\"og:url\" content=\"https://berkeleytime.example/catalog/fall-2026/COMPSCI/61A\">")
    );
    let person = world.get("/instructors/ann-sample").await;
    assert!(person.has("<meta property=\"og:url\" content=\"https://berkeleytime.example/instructors/ann-sample\">"));
    let chosen = world.ask(Method::POST, "/-/theme", &[], "theme=light&return_to=%2F").await;
    assert!(chosen.header("set-cookie").ends_with("; Secure"));
}

#[tokio::test]
async fn staging_is_a_site_of_its_own_and_gives_away_addresses_of_the_real_one() {
    let [public_url, own_url] = ["https://bt.example", "https://staging.bt.example"].map(|url| Some(url.to_owned()));
    let config = Config { public_url, own_url, secure_cookies: true, ..Config::default() };
    let world = World::with_campus_and(Origin::Demo, config).await;
    let canonical = "<link rel=\"canonical\" href=\"https://bt.example/catalog/fall-2026/COMPSCI/61A\">";
    assert!(world.get("/catalog/fall-2026/COMPSCI/61A").await.has(canonical));

    let changes = async |origin| {
        let headers = [("origin", origin), ("host", "10.0.0.7:4001")];
        world.ask(Method::POST, "/-/theme", &headers, "theme=light&return_to=%2F").await.status
    };
    assert_eq!(changes("https://staging.bt.example").await, StatusCode::SEE_OTHER);
    assert_eq!(changes("https://bt.example").await, StatusCode::FORBIDDEN, "another site, whoever runs it");

    let ana = Browser::of(&world, "ana").await;
    let made = ana.post("/planner", "do=new&term=fall-2026").await;
    let sharing = format!("{}/share", made.header("location").split('?').next().unwrap());
    for kind in ["share", "calendar"] {
        ana.post(&sharing, &format!("do={kind}")).await;
    }
    let page = ana.get(&sharing).await;
    assert!(
        page.has("href=\"https://bt.example/s/") && page.has("href=\"https://bt.example/calendar/"),
        "{}",
        page.body
    );
}
