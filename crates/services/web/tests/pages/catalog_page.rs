//! The list of courses.

use crate::world::{World, observation};

#[tokio::test]
async fn a_search_finds_the_course_however_it_is_typed() {
    let world = World::with_campus().await;
    for query in ["cs61a", "CS+61A", "compsci+61a", "61a", "20001", "interpretation+sampel"] {
        assert_eq!(world.get(&format!("/catalog?q={query}")).await.codes().first(), Some(&"COMPSCI 61A"), "{query}");
    }
    assert_eq!(world.get("/catalog?q=obrien-nunez+16a").await.codes(), ["EL ENG 16A"]);
}

#[tokio::test]
async fn rows_say_when_who_seats_and_grade() {
    let world = World::with_campus().await;
    let page = world.get("/catalog?q=cs61a").await;
    for words in ["4 units", "MWF 1:00–1:59 pm", "O'Brien-Núñez", "Full, 7 over", "218 waiting", "Average grade"] {
        assert!(page.has(words), "{words}");
    }
    assert!(page.has("href=\"/catalog/fall-2026/COMPSCI/61A\""));
    assert!(page.has("2:00 am today"), "the seats' moment is told");
}

#[tokio::test]
async fn a_row_and_the_course_tell_reserved_seats_from_those_for_anyone() {
    let world = World::with_campus().await;
    let top = async |path: &str| {
        let page = world.get(path).await;
        page.body.split("id=\"sections\"").next().unwrap().to_owned()
    };
    let (list, course) = ("/catalog?q=cs61a", "/catalog/fall-2026/COMPSCI/61A");
    world.publish(&observation("2026-09-01T22:00:00Z", 20001, [1540, 1560, 0]), &[]).await;
    let row = top(list).await;
    assert!(row.contains("<strong>20 open</strong>") && row.contains(">12 of them reserved</span>"), "{row}");
    let tiles = top(course).await;
    assert!(tiles.contains(">20 open</dd>"), "{tiles}");
    assert!(tiles.contains(">12 of them reserved, 1,540 of 1,560 taken</dd>"), "{tiles}");
    assert!(tiles.contains("20 open seats of 1,560 (12 of them reserved)"), "link previews tell it too");

    world.publish(&observation("2026-09-01T23:00:00Z", 20001, [1550, 1560, 0]), &[]).await;
    assert!(top(list).await.contains("10 open, all reserved"));
    assert!(top(course).await.contains(">all reserved, 1,550 of 1,560 taken</dd>"));
    let unreserved = top("/catalog/fall-2026/COMPSCI/61B").await;
    assert!(unreserved.contains(">400 of 700 taken</dd>"), "{unreserved}");
}

#[tokio::test]
async fn filters_narrow_the_list_and_each_can_be_taken_away() {
    let world = World::with_campus().await;
    let page = world.get("/catalog?university=american-cultures&department=computer-science").await;
    assert_eq!(page.codes(), ["COMPSCI 61A"]);
    assert!(page.has("Remove filter: </span>American Cultures"));
    assert!(page.attributes("href").contains(&"/catalog?term=fall-2026&amp;university=american-cultures"));
    assert!(page.has("value=\"american-cultures\" checked"));
    let open = world.get("/catalog?open=1&q=cs").await;
    assert_eq!(open.codes(), ["COMPSCI 61B"]);
}

#[tokio::test]
async fn sections_are_asked_for_seats_days_times_and_instructors() {
    let world = World::with_campus().await;
    let page = world.get("/catalog?q=cs&day=mo&day=we&day=fr&part=afternoon").await;
    assert_eq!(page.codes(), ["COMPSCI 61B"], "61A meets on Tuesday mornings too");
    assert!(page.has("Remove filter: </span>On Mondays") && page.has("Remove filter: </span>12:00–5:00 pm"));
    assert!(
        page.attributes("href").contains(&"/catalog?q=cs&amp;term=fall-2026&amp;day=we&amp;day=fr&amp;part=afternoon")
    );
    let taught = world.get("/catalog?instructor=sample-second-person").await;
    assert_eq!(taught.codes(), ["COMPSCI 61A"]);
    assert_eq!(world.get("/catalog?open=anyone&q=cs").await.codes(), ["COMPSCI 61B"]);
    assert_eq!(world.get("/catalog?grades=1").await.codes(), ["COMPSCI 61A", "DATA C8", "STAT C8"]);
    let odd = world.get("/catalog?day=someday&part=night&instructor=nobody&open=7&q=61a").await;
    for word in ["someday", "night", "nobody", "7"] {
        assert!(odd.has(&format!("“{word}” is no choice of the filter")), "{word}");
    }
    assert_eq!(odd.codes(), ["COMPSCI 61A"]);
}

#[tokio::test]
async fn what_is_not_understood_is_ignored_and_said() {
    let world = World::with_campus().await;
    let page = world.get("/catalog?ls=telepathy&colour=blue&sort=luck&term=winter-2026&page=x&utm_source=mail").await;
    for words in [
        "“telepathy” is no ls filter in Fall 2026",
        "no filter called “colour”",
        "“luck” is no order",
        "“winter-2026” is no term",
        "“x” is no page number",
    ] {
        assert!(page.has(words), "{words}");
    }
    assert!(!page.has("utm_source\u{201d}"), "what others add to links is passed over in silence");
    assert_eq!(page.codes().len(), 4);
}

#[tokio::test]
async fn long_lists_have_pages_and_the_state_stays_in_the_links() {
    let world = World::with_campus().await;
    let first = world.get("/catalog?sort=number").await;
    assert_eq!(first.codes(), ["MATH 1", "MATH 2", "MATH 3", "MATH 4"]);
    assert!(first.has("12 courses, page 1 of 3"));
    assert!(first.attributes("href").contains(&"/catalog?term=fall-2026&amp;sort=number&amp;page=2"));
    let last = world.get("/catalog?sort=number&page=77").await;
    assert!(last.has("page 3 of 3"));
}

#[tokio::test]
async fn nothing_found_offers_a_way_on() {
    let world = World::with_campus().await;
    let elsewhere = world.get("/catalog?q=wanderer").await;
    assert!(elsewhere.has("No course of Fall 2026 matches “wanderer”"));
    assert!(elsewhere.attributes("href").contains(&"/catalog?q=wanderer&amp;term=spring-2026"));
    let filtered = world.get("/catalog?q=cs61b&university=american-history").await;
    assert!(filtered.has("Without the filters there would be 1"));
    assert!(filtered.attributes("href").contains(&"/catalog?q=cs61b&amp;term=fall-2026"));
}

#[tokio::test]
async fn without_a_term_courses_lead_to_their_newest_one() {
    let world = World::with_campus().await;
    let page = world.get("/catalog?term=any&q=physics+77").await;
    assert!(page.has("Not offered lately") && page.has("href=\"/catalog/any/PHYSICS/77\""));
    let page = world.get("/catalog?term=any&q=cs61b").await;
    assert!(page.has("Last in Fall 2026") && page.has("href=\"/catalog/fall-2026/COMPSCI/61B\""));
}

#[tokio::test]
async fn facets_count_what_each_choice_would_show() {
    let world = World::with_campus().await;
    let page = world.get("/catalog?units=4-units").await;
    let count_of = |label: &str| -> Option<String> {
        let rest = page.body.split(&format!("<span>{label}</span><span class=\"choice-count\">")).nth(1)?;
        Some(rest.split('<').next()?.to_owned())
    };
    assert_eq!(count_of("4 Units").as_deref(), Some("3"));
    assert_eq!(count_of("American Cultures").as_deref(), Some("1"));
    assert_eq!(count_of("American History").as_deref(), Some("0"));
    assert_eq!(count_of("Open seats").as_deref(), Some("2"));
    assert!(page.has("Spring 2026 (2)"));
}

#[tokio::test]
async fn who_types_a_requirement_is_shown_its_filter() {
    let world = World::with_campus().await;
    let page = world.get("/catalog?q=american+cultures").await;
    assert!(page.has("University requirements: American Cultures"));
    assert!(page.attributes("href").contains(&"/catalog?term=fall-2026&amp;university=american-cultures"));
}

#[tokio::test]
async fn a_course_opens_beside_the_list_by_its_address_alone() {
    let world = World::with_campus().await;
    let page = world.get("/catalog?q=cs&course=COMPSCI+61A").await;
    assert_eq!(page.codes(), ["COMPSCI 61A", "COMPSCI 61B"], "the list stays");
    assert!(page.has("<title>COMPSCI 61A The Structure") && page.has("data-of=\"/catalog/fall-2026/COMPSCI/61A\""));
    assert!(page.has("<h2 class=\"title-like\">The Structure") && page.has("1,567 of 1,560 taken"));
    assert_eq!(page.body.matches("aria-current=\"true\"").count(), 2, "the link of the header and the one row");
    let links = page.attributes("href");
    assert!(links.contains(&"/catalog?q=cs&amp;term=fall-2026"), "the way back to the list");
    assert!(links.contains(&"/catalog?q=cs&amp;term=fall-2026&amp;course=COMPSCI+61B"), "the other one, beside too");
    assert!(page.has("<input type=\"hidden\" name=\"course\" value=\"COMPSCI 61A\">"), "forms keep it open");
    let other_spelling = world.get("/catalog?course=cs+61a").await;
    assert!(other_spelling.has("data-of=\"/catalog/fall-2026/COMPSCI/61A\""));
}

#[tokio::test]
async fn chips_pages_and_orders_keep_what_is_opened() {
    let world = World::with_campus().await;
    let page = world.get("/catalog?sort=number&grades=1&term=fall-2026&course=COMPSCI+61B").await;
    assert!(page.attributes("href").contains(&"/catalog?term=fall-2026&amp;sort=number&amp;course=COMPSCI+61B"));
    let list = world.get("/catalog?sort=number&course=COMPSCI+61B").await;
    let next = "/catalog?term=fall-2026&amp;sort=number&amp;page=2&amp;course=COMPSCI+61B";
    assert!(list.attributes("href").contains(&next));
}

#[tokio::test]
async fn a_course_that_is_not_there_is_told_and_another_term_gives_its_newest() {
    let world = World::with_campus().await;
    let unknown = world.get("/catalog?course=COMPSCI+999").await;
    assert!(unknown.has("there is no course “COMPSCI 999”") && !unknown.has("data-of="));
    let elsewhere = world.get("/catalog?term=spring-2026&course=COMPSCI+61B").await;
    assert!(elsewhere.has("data-of=\"/catalog/fall-2026/COMPSCI/61B\""));
}

#[tokio::test]
async fn script_may_ask_for_the_opened_course_alone() {
    let world = World::with_campus().await;
    let (whole, part) =
        (world.get("/catalog?course=COMPSCI+61A").await, world.get("/catalog?course=COMPSCI+61A&only=opened").await);
    assert!(part.has("data-of=\"/catalog/fall-2026/COMPSCI/61A\"") && part.codes().is_empty());
    assert!(part.body.len() < whole.body.len());
    assert_eq!(part.body.matches("<h1").count(), 1);
}

#[tokio::test]
async fn everything_is_reset_by_one_link_when_something_is_chosen() {
    let world = World::with_campus().await;
    let page = world.get("/catalog?q=cs&grades=1").await;
    assert!(page.has("<a href=\"/catalog?term=fall-2026\">Reset<span"));
    assert!(!world.get("/catalog").await.has(">Reset<"));
}

#[tokio::test]
async fn nothing_found_says_what_each_filter_costs() {
    let world = World::with_campus().await;
    let page = world.get("/catalog?q=61a&open=1&university=american-cultures").await;
    assert!(page.has(
        "<a href=\"/catalog?q=61a&amp;term=fall-2026&amp;university=american-cultures\">Without “Open seats”</a>: 1"
    ));
    assert!(!page.has("Without “American Cultures”"), "what does not help is not offered");
}

#[tokio::test]
async fn a_page_of_three_columns_says_so_where_it_begins_and_does_not_move_when_they_come() {
    let world = World::with_campus().await;
    assert!(world.get("/catalog").await.has("<body class=\"wide\">"));
    assert!(world.get("/catalog?q=nothing+like+this").await.has("<body class=\"wide\">"));
    assert!(world.get("/grades").await.has("<body>"));
}
