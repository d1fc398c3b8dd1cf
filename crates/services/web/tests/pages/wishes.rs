//! Who has to sign in for something comes back to it: the button is ready, and nothing is done before it is pressed.

use http::StatusCode;

use crate::answer::Answer;
use crate::browser::Browser;
use crate::world::World;

const COURSE: &str = "/catalog/fall-2026/COMPSCI/61A";
const SAVE: &str = "Press “Save” once more to keep COMPSCI 61A.";
const FOLLOW: &str = "Press “Alert me” once more to hear of COMPSCI 61A.";

/// Where a link of a page leads that is called so.
fn link<'a>(page: &'a Answer, label: &str) -> &'a str {
    let (before, _) = page.body.split_once(&format!(">{label}</a>")).unwrap_or_else(|| panic!("no {label}"));
    let tag = before.rsplit_once('<').unwrap().1;
    tag.split("href=\"").nth(1).unwrap().split('"').next().unwrap()
}

/// Signs in by a link of a page; the page that is come back to.
async fn sign_in(browser: &Browser<'_>, page: &str, label: &str) -> (String, Answer) {
    let page = browser.get(page).await;
    let way_in = browser.get(&link(&page, label).replace("&amp;", "&")).await;
    let next = way_in.body.split("name=\"next\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let next = form_urlencoded::byte_serialize(next.replace("&amp;", "&").as_bytes()).collect::<String>();
    let back = browser.post("/sign-in", &format!("sample=ana&next={next}")).await.header("location").to_owned();
    let page = browser.get(&back).await;
    (back, page)
}

/// The tags of the page's buttons that are ready to be pressed.
fn ready(page: &Answer) -> Vec<&str> {
    page.tags("button").into_iter().filter(|tag| tag.contains(" autofocus")).collect()
}

#[tokio::test]
async fn who_signs_in_to_save_a_class_comes_back_to_the_button_and_nothing_is_saved_by_coming() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let (back, page) = sign_in(&browser, COURSE, "Save").await;
    assert_eq!(back, format!("{COURSE}?wish=save"));
    assert!(page.has("You are signed in.") && page.has(SAVE) && !page.has(FOLLOW), "{}", page.body);
    let [button] = ready(&page).try_into().unwrap();
    assert!(button.contains("value=\"save\"") && button.contains("aria-describedby=\"wish\""), "{button}");
    assert!(browser.get("/saved").await.has("Nothing is saved yet"), "a link saves nothing");

    assert!(page.has(&format!("name=\"next\" value=\"{COURSE}\"")), "pressed, the wish is over");
    let number = page.body.split("name=\"course\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    browser.post("/saved", &format!("course={number}&action=save")).await;
    let saved = browser.get(&back).await;
    assert!(!saved.has("once more") && ready(&saved).is_empty(), "once more would take it off the list");
}

#[tokio::test]
async fn who_signs_in_to_follow_a_class_comes_back_to_that_button() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let (back, page) = sign_in(&browser, COURSE, "Alert me").await;
    assert_eq!(back, format!("{COURSE}?wish=alert"));
    assert!(page.has(FOLLOW) && !page.has(SAVE));
    let [button] = ready(&page).try_into().unwrap();
    assert!(button.contains("value=\"follow\""), "{button}");
    assert!(browser.get("/alerts").await.has("You follow no class yet"));
}

#[tokio::test]
async fn a_course_beside_the_list_is_come_back_to_beside_the_list() {
    let world = World::with_campus().await;
    for part in ["", "&only=opened"] {
        let browser = Browser::at(&world);
        let (back, page) = sign_in(&browser, &format!("/catalog?q=cs&course=COMPSCI+61A{part}"), "Save").await;
        assert_eq!(back, "/catalog?q=cs&course=COMPSCI+61A&wish=save", "{part}");
        assert!(page.has(SAVE) && page.codes().len() == 2, "the whole page: {part}");
        assert!(!page.has("Ignored:"), "the wish is no filter");
    }
}

#[tokio::test]
async fn a_wish_means_nothing_to_who_is_not_signed_in_or_when_it_is_none() {
    let world = World::with_campus().await;
    let nobody = Browser::at(&world).get(&format!("{COURSE}?wish=save")).await;
    assert!(!nobody.has("once more") && ready(&nobody).is_empty());
    assert_eq!(link(&nobody, "Save"), "/sign-in?next=%2Fcatalog%2Ffall-2026%2FCOMPSCI%2F61A%3Fwish%3Dsave");
    let ana = Browser::of(&world, "ana").await;
    for odd in ["wish=", "wish=gold", "wish=%3Cb%3E"] {
        let page = ana.get(&format!("{COURSE}?{odd}")).await;
        assert!(page.status == StatusCode::OK && !page.has("once more") && ready(&page).is_empty(), "{odd}");
    }
    assert!(!ana.get("/catalog/spring-2026/COMPSCI/61A?wish=alert").await.has("once more"), "that term is over");
}

#[tokio::test]
async fn a_button_that_is_pressed_after_the_session_ended_is_ready_after_the_next_sign_in() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let next = "next=%2Fcatalog%2Ffall-2026%2FCOMPSCI%2F61A";
    for (path, form, wish) in [
        ("/saved", "course=1&action=save", "%3Fwish%3Dsave"),
        ("/saved", "course=1&action=remove", ""),
        ("/alerts", "course=1&term=fall-2026&action=follow", "%3Fwish%3Dalert"),
        ("/alerts", "watch=1&action=end", ""),
    ] {
        let answer = browser.post(path, &format!("{form}&{next}")).await;
        let expected = format!("/sign-in?next=%2Fcatalog%2Ffall-2026%2FCOMPSCI%2F61A{wish}");
        assert_eq!(answer.header("location"), expected, "{form}");
    }
    let elsewhere = browser.post("/saved", "course=1&action=save&next=%2F%2Fevil.example").await;
    assert!(!elsewhere.header("location").contains("evil"), "{}", elsewhere.header("location"));
}
