//! Who teaches: everybody by name, and what each taught and how they graded. The sources give names only: two people of
//! one name are one here, and the pages say so.

mod one;
pub(crate) mod people;

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use catalog::fold::words as folded_words;
use design::empty::empty_state;
use design::heading::{PageHeading, page_heading};
use design::letters::{Letter, letters};
use design::numbers::counted;
use design::pagination::pagination;
use design::search::{SearchField, SearchSize, search_form};
use http::StatusCode;
use maud::{Markup, html};

use self::people::{People, PeopleKept, Person};
use crate::address::{self, with_query};
use crate::frame::{self, Content};
use crate::service::App;
use crate::visit::Visit;
use crate::words;

/// The page of all.
pub(crate) const PATH: &str = "/instructors";

/// Names on one page.
const NAMES_PER_PAGE: usize = 120;
/// The most characters of a search.
const QUERY_CHARS_MAX: usize = 80;
const QUERY: &str = "q";
const LETTER: &str = "letter";
const PAGE: &str = "page";

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(PATH, get(instructors))
        .route("/instructors/{slug}", get(one::instructor))
        .layer(Extension(Arc::new(PeopleKept::default())))
}

/// What the address asks for.
struct Asked {
    query: String,
    letter: Option<char>,
    page: usize,
}

impl Asked {
    fn of(visit: &Visit) -> Self {
        let query: String = visit
            .parameter(QUERY)
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .take(QUERY_CHARS_MAX)
            .collect();
        let letter = visit.parameter(LETTER).and_then(|letter| letter.chars().next()).map(|c| c.to_ascii_uppercase());
        let page = visit.parameter(PAGE).and_then(|page| page.parse().ok()).unwrap_or(1_usize);
        Self { letter: letter.filter(char::is_ascii_uppercase).filter(|_| query.is_empty()), page: page.max(1), query }
    }

    fn address(&self, page: usize) -> String {
        let mut parameters = Vec::new();
        if !self.query.is_empty() {
            parameters.push((QUERY.to_owned(), self.query.clone()));
        }
        parameters.extend(self.letter.map(|letter| (LETTER.to_owned(), letter.to_string())));
        if page > 1 {
            parameters.push((PAGE.to_owned(), page.to_string()));
        }
        with_query(PATH, &parameters)
    }
}

async fn instructors(visit: Visit, Extension(kept): Extension<Arc<PeopleKept>>) -> Response {
    let people = kept.of(&visit.snapshot);
    let asked = Asked::of(&visit);
    let found = found(&people, &asked);
    let pages = found.len().div_ceil(NAMES_PER_PAGE).max(1);
    let page = asked.page.min(pages);
    let shown = found.iter().skip((page - 1) * NAMES_PER_PAGE).take(NAMES_PER_PAGE);
    let title = match (asked.query.as_str(), asked.letter) {
        ("", None) => "Instructors".to_owned(),
        ("", Some(letter)) => format!("Instructors: {letter}"),
        (query, _) => format!("Instructors called “{query}”"),
    };
    let is_whole = asked.query.is_empty() && asked.letter.is_none();
    let content = Content {
        title,
        description: "Everybody who teaches or has graded at UC Berkeley, by family name.".to_owned(),
        canonical: is_whole.then(|| PATH.to_owned()),
        status: StatusCode::OK,
        no_index: !asked.query.is_empty(),
        main: html! {
            (head(&asked, &people))
            div.stack {
                (alphabet(&asked, &people))
                p.count { (counted(words::counted(found.len()), "name", "names")) }
                @if found.is_empty() { (nobody(&asked)) } @else {
                    ul.columns-of-links {
                        @for person in shown {
                            li { a href=(address::instructor(&person.slug)) { (person.family_first()) } }
                        }
                    }
                    (pagination(words::counted(page), words::counted(pages), |number| asked.address(number as usize)))
                }
            }
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

/// Everybody who fits: in whose name every word that was typed begins one.
fn found<'a>(people: &'a People, asked: &Asked) -> Vec<&'a Person> {
    let typed = folded_words(&asked.query);
    let fits = |person: &&Person| {
        asked.letter.is_none_or(|letter| person.initial == letter)
            && typed.iter().all(|word| person.slug.split('-').any(|part| part.starts_with(word)))
    };
    people.all().iter().filter(fits).collect()
}

fn head(asked: &Asked, people: &People) -> Markup {
    let field = SearchField {
        id: "find-instructor".to_owned(),
        action: PATH.to_owned(),
        name: QUERY.to_owned(),
        label: "Search instructors".to_owned(),
        placeholder: "A given or a family name".to_owned(),
        value: asked.query.clone(),
        size: SearchSize::Large,
        ..SearchField::default()
    };
    let lead = html! {
        (counted(words::counted(people.all().len()), "name", "names"))
        " from the schedule of classes and from the grades. The sources give names only: two people of one name are one here, \
         and one person written in two ways is two."
    };
    html! {
        (page_heading(&PageHeading { lead: Some(lead), ..PageHeading::new("Instructors") }))
        div.stack.hero-search { (search_form(&field)) }
    }
}

fn alphabet(asked: &Asked, people: &People) -> Markup {
    let all = Letter {
        name: "All".to_owned(),
        href: Some(PATH.to_owned()),
        current: asked.letter.is_none() && asked.query.is_empty(),
    };
    let letter = |initial: char| Letter {
        name: initial.to_string(),
        href: people.has_initial(initial).then(|| with_query(PATH, &[(LETTER.to_owned(), initial.to_string())])),
        current: asked.letter == Some(initial),
    };
    let list: Vec<Letter> = std::iter::once(all).chain(('A'..='Z').map(letter)).collect();
    letters("Family names by their first letter", &list)
}

fn nobody(asked: &Asked) -> Markup {
    let body = html! {
        p { @if asked.query.is_empty() { "No family name begins so." } @else { "Try only the family name, or its beginning." } }
    };
    let way = html! { a.button href=(PATH) { "Everybody" } };
    let title =
        if asked.query.is_empty() { "Nobody".to_owned() } else { format!("Nobody is called “{}”", asked.query) };
    empty_state(&title, body, &way)
}
