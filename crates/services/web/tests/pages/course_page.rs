//! A course in a term.

use catalog::fetched::Origin;
use catalog::run::Step;
use http::StatusCode;

use crate::world::{FALL, World, nothing_new, observation, refused};

const CS61A: &str = "/catalog/fall-2026/COMPSCI/61A";

#[tokio::test]
async fn the_top_answers_whether_when_and_how_graded() {
    let world = World::with_campus().await;
    let page = world.get(CS61A).await;
    let top = page.body.split("id=\"sections\"").next().unwrap();
    for words in [
        "Full",
        "1,567 of 1,560 taken",
        "218",
        "MWF",
        "1:00–1:59 pm",
        "Sample Hall 1",
        "O'Brien-Núñez",
        "4 units",
        ">B+<",
    ] {
        assert!(top.contains(words), "{words}");
    }
}

#[tokio::test]
async fn all_meetings_sections_and_reserved_seats_are_shown() {
    let world = World::with_campus().await;
    let page = world.get(CS61A).await;
    let people = "<a href=\"/instructors/sample-obrien-nunez\">Sample O'Brien-Núñez</a>, \
                  <a href=\"/instructors/sample-second-person\">Sample Second-Person</a>";
    for words in ["MWF 1:00–1:59 pm", "Tu 9:00–9:59 am", "Specimen 24", people] {
        assert!(page.has(words), "{words}");
    }
    assert!(page.has("7 sections in Fall 2026") && page.has("6 dis in words sections, 60 seats open"));
    for ccn in ["20001", "20101", "20106"] {
        assert!(page.has(ccn), "{ccn}");
    }
    assert!(page.has("12 of 40 reserved seats free: Sample majors &amp; friends"));
    assert!(page.has("Seats <time datetime=\"2026-09-01T09:00:00Z\">2:00 am today</time>"));
}

#[tokio::test]
async fn class_numbers_are_copied_by_one_tap_and_selected_without_script() {
    let world = World::with_campus().await;
    let page = world.get(CS61A).await;
    for ccn in ["20001", "20106"] {
        assert!(page.has(&format!("<span class=\"copyable-text\">{ccn}</span>")), "{ccn}");
        assert!(page.attributes("data-copy").contains(&ccn), "{ccn}");
    }
}

#[tokio::test]
async fn seats_times_and_class_number_come_before_everything_else() {
    let world = World::with_campus().await;
    let page = world.get(CS61A).await;
    let place = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("{words}"));
    let order = [
        "<h1",
        "Full, 7 over",
        "MWF 1:00–1:59 pm",
        "20001",
        "id=\"about\"",
        "id=\"enrollment\"",
        "id=\"grades\"",
        "id=\"past\"",
    ];
    let lecture = page.body.find("class=\"lecture\"").unwrap();
    let places: Vec<usize> = order.iter().map(|words| place(words)).collect();
    assert!(lecture < place("id=\"about\""));
    assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{places:?}");
}

#[tokio::test]
async fn prerequisites_are_links_to_courses_that_exist_and_lead_back() {
    let world = World::with_campus().await;
    let page = world.get("/catalog/fall-2026/COMPSCI/61B").await;
    for link in [
        "href=\"/catalog/fall-2026/COMPSCI/61A\" title=\"The Structure and Interpretation of Sample Programs\">CS 61A</a>, or ",
        "href=\"/catalog/fall-2026/MATH/1\" title=\"Mathematics, Part 1\">Mathematics 1</a> and ",
        ">2</a>; consent of instructor.",
    ] {
        assert!(page.has(link), "{link}");
    }
    let first = world.get(CS61A).await;
    assert!(
        first.has("Named as a prerequisite by") && first.has("href=\"/catalog/fall-2026/COMPSCI/61B\">COMPSCI 61B</a>")
    );
    assert!(first.has("Sample prerequisite 1A."), "what names no course is told as it is");
    assert!(!world.get("/catalog/fall-2026/DATA/C8").await.has("Named as a prerequisite by"));
}

#[tokio::test]
async fn past_offerings_are_counted_season_by_season_and_told_term_by_term() {
    let world = World::with_campus().await;
    let page = world.get(CS61A).await;
    assert!(page.has("Offered in the one spring that we know, in each of the last 3 falls."));
    let past = page.body.split("id=\"past\"").nth(1).unwrap();
    for words in [
        "Fall 2026",
        "Spring 2026",
        "Fall 2025",
        "Fall 2024",
        "Bo O'Sample",
        "href=\"/catalog/spring-2026/COMPSCI/61A\"",
    ] {
        assert!(past.contains(words), "{words}");
    }
    assert!(!world.get("/catalog/any/PHYSICS/77").await.has("id=\"past\""));
}

#[tokio::test]
async fn a_link_to_the_course_is_shown_with_units_seats_and_grade() {
    let world = World::with_campus().await;
    let page = world.get("/catalog/fall-2026/COMPSCI/61B").await;
    let tag = "<meta property=\"og:description\" content=\"COMPSCI 61B Data Structures at Berkeley in Fall 2026, 4 units, 300 open seats of 700.\">";
    assert!(page.has(tag), "{:?}", page.body.split("og:description").nth(1).map(|rest| &rest[..200]));
    assert!(page.has("<meta property=\"og:title\" content=\"COMPSCI 61B Data Structures, Fall 2026 · Berkeleytime\">"));
}

#[tokio::test]
async fn counts_below_zero_and_missing_counts_are_told_without_nonsense() {
    let world = World::with_campus().await;
    let negative = world.get("/catalog/fall-2026/DATA/C8").await;
    assert!(negative.has("0 of 100 taken") && !negative.has(">-1") && !negative.has(" -1"));
    let unknown = world.get("/catalog/fall-2026/STAT/C8").await;
    assert!(unknown.has("the source gives no counts"));
}

#[tokio::test]
async fn requirements_lead_to_the_filter_and_cross_listings_to_the_course() {
    let world = World::with_campus().await;
    let page = world.get(CS61A).await;
    assert!(page.attributes("href").contains(&"/catalog?term=fall-2026&amp;university=american-cultures"));
    let stat = world.get("/catalog/fall-2026/STAT/C8").await;
    assert!(stat.has("<a href=\"/catalog/fall-2026/DATA/C8\">DATA C8</a>"), "the link goes both ways");
    assert!(stat.has("Grades of cross-listed courses are counted together."));
    let data = world.get("/catalog/fall-2026/DATA/C8").await;
    assert!(data.has("60 students"), "grades of STAT C8 count for DATA C8");
}

#[tokio::test]
async fn grades_are_compared_by_instructor_and_term() {
    let world = World::with_campus().await;
    let all = world.get(CS61A).await;
    assert!(all.has("150 students") && all.has("instructor=Bo+O%27Sample#grades"));
    let ann = world.get(&format!("{CS61A}?instructor=Ann+Sample")).await;
    assert!(ann.has("Ann Sample (shown)") && ann.has("100 students"));
    let term = world.get(&format!("{CS61A}?graded=fall-2025")).await;
    assert!(term.has("Fall 2025 (shown)") && term.has("50 students"));
    let nobody = world.get(&format!("{CS61A}?instructor=Nobody")).await;
    assert!(nobody.has("there are no grades of that instructor or term"));
}

#[tokio::test]
async fn other_spellings_lead_to_the_one_address() {
    let world = World::with_campus().await;
    for path in
        ["/catalog/fall-2026/cs/61a", "/catalog/2268/COMPSCI/61A", "/catalog/Fall%202026/Computer%20Science/61a"]
    {
        let page = world.get(path).await;
        assert_eq!((page.status, page.header("location")), (StatusCode::PERMANENT_REDIRECT, CS61A), "{path}");
    }
    let with_query = world.get("/catalog/fall-2026/el%20eng/16a?graded=fall-2025").await;
    assert_eq!(with_query.header("location"), "/catalog/fall-2026/ELENG/16A?graded=fall-2025");
    assert_eq!(world.get("/catalog/COMPSCI/61A").await.header("location"), CS61A, "the address of the site before");
}

#[tokio::test]
async fn a_course_of_another_term_offers_that_term_the_search_and_the_department() {
    let world = World::with_campus().await;
    let page = world.get("/catalog/spring-2026/COMPSCI/61B").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let links = page.attributes("href");
    assert!(links.contains(&"/catalog/fall-2026/COMPSCI/61B"));
    assert!(links.contains(&"/catalog/any/COMPSCI/61B"));
    assert!(links.contains(&"/catalog/spring-2026/COMPSCI/61A"), "what the department does offer then");
    assert!(page.has("name=\"q\""));
}

#[tokio::test]
async fn without_the_database_the_page_goes_on_and_says_what_is_missing() {
    const CS61B: &str = "/catalog/fall-2026/COMPSCI/61B";
    let world = World::with_campus().await;
    assert!(world.get(CS61A).await.has("Observed once so far"));
    world.store.take_away();
    let page = world.get(CS61B).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.has("The history of enrollment is not available right now.") && page.has("300 open"));
    assert!(world.get(CS61A).await.has("Observed once so far"), "what was read before is still known");
    assert!(world.get("/catalog").await.has("Live updates are interrupted."));
    assert!(world.get("/readyz").await.has("\"ready\":true"), "what is in memory can be served");
    world.store.give_back();
    assert!(world.get(CS61B).await.has("Observed once so far"));
    assert!(!world.get("/catalog").await.has("Live updates are interrupted."));
}

#[tokio::test]
async fn a_new_observation_changes_the_seats_and_goes_on_with_the_curve() {
    let world = World::with_campus().await;
    world.publish(&observation("2026-09-01T19:00:00Z", 20001, [1500, 1560, 0]), &[]).await;
    let page = world.get(CS61A).await;
    assert!(page.has("60 open") && page.has("1,500 of 1,560 taken"));
    assert!(page.has("id=\"enrollment-curve\"") && page.has("At most 218 waiting."));
    assert!(world.get("/catalog?q=cs61a&open=1").await.has("1,500/1,560"));
}

#[tokio::test]
async fn a_refused_update_is_told_where_its_data_stands() {
    let world = World::with_campus().await;
    let steps = [refused(Step::Enrollment, FALL, "6,210 of 11,291 sections came")];
    world.publish(&nothing_new("2026-09-01T20:00:00Z"), &steps).await;
    for path in [CS61A, "/catalog"] {
        let page = world.get(path).await;
        assert!(
            page.has("Seats were not updated at 1:00 pm today.") && page.has("6,210 of 11,291 sections came"),
            "{path}"
        );
        assert!(page.has("What you see is of 2:00 am today."), "{path}");
    }
    assert!(!world.get("/catalog?term=spring-2026").await.has("were not updated"), "other terms are not troubled");
}

#[tokio::test]
async fn replayed_and_real_data_say_what_they_are() {
    let replay = World::with_campus_of(Origin::Replay).await;
    assert!(replay.get(CS61A).await.has("Replay."));
    let real = World::with_campus_of(Origin::Sis).await;
    let page = real.get(CS61A).await;
    assert!(!page.has("notice-demo") && page.has("from the SIS"));
}
