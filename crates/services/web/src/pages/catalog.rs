//! The list of courses: searched, filtered, sorted, page by page. The address holds the whole state.

mod asked;
mod filters;
mod results;
mod section_facets;

use axum::response::{IntoResponse, Response};
use catalog::filter::{self, Criteria, Found};
use catalog::meeting::Days;
use catalog::switches::Source;
use catalog::term::TermId;
use design::as_of::as_of;
use design::chips::{ActiveFilter, active_filters, tags};
use design::heading::{PageHeading, page_heading};
use design::keys::{KeyHint, key_hints};
use design::layout::{Opened, region, three_columns};
use design::notice::{Notice, NoticeKind, notice};
use design::numbers::counted;
use design::search::{SearchField, SearchSize, search_form};
use design::sort::{SortForm, SortOption, sort_form};
use http::StatusCode;
use maud::{Markup, html};

use self::asked::Asked;
use crate::address::{self, CATALOG, OPENED, without_choice};
use crate::frame::{self, Content, seats_as_of};
use crate::pages::course::{self, Beside};
use crate::switched_off;
use crate::visit::Visit;
use crate::words;

/// Keys for the list, where there is room to say so.
const KEYS: [KeyHint; 3] = [
    KeyHint { keys: &["j"], does: "next" },
    KeyHint { keys: &["k"], does: "previous" },
    KeyHint { keys: &["Enter"], does: "open" },
];

pub(super) async fn catalog(visit: Visit) -> Response {
    let mut asked = Asked::read(&visit.snapshot, &visit.parameters, visit.today());
    let opened = match &asked.opened {
        Some((course, _)) => Some(course::beside(&visit, *course, asked.criteria.term).await),
        None => None,
    };
    let main = if asked.only_opened {
        html! { (heading(&asked.criteria)) (three_columns(&html! {}, &html! {}, &beside(&asked, opened.as_ref()))) }
    } else {
        let found = filter::find(&visit.snapshot, &asked.criteria);
        asked.forget_unknown(&found.unknown);
        main(&visit, &asked, &found, opened.as_ref())
    };
    let list_title = title(&asked.criteria);
    let content = Content {
        is_wide: true,
        description: opened
            .as_ref()
            .map_or_else(|| format!("Classes at Berkeley: {list_title}."), |opened| opened.description.clone()),
        canonical: Some(match &opened {
            Some(opened) => opened.href.clone(),
            None => address::catalog(&asked.criteria, asked.page),
        }),
        title: opened.map_or(list_title, |opened| opened.title),
        status: StatusCode::OK,
        is_catalog: true,
        has_search: true,
        // Of the endless combinations only the plain list of a term is worth finding.
        no_index: asked.opened.is_some()
            || asked.criteria != Criteria { term: asked.criteria.term, ..Criteria::default() },
        main,
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

/// What stands at the right of a wide desk.
fn beside(asked: &Asked, opened: Option<&Beside>) -> Opened {
    Opened {
        content: opened.map(|opened| opened.content.clone()),
        page_href: opened.map(|opened| opened.href.clone()).unwrap_or_default(),
        close_href: address::catalog(&asked.criteria, asked.page),
        parameter: OPENED,
        announce: opened.map(|opened| format!("{} is open", opened.code)).unwrap_or_default(),
        invitation: html! { p { "Choose a course: it opens here." } (key_hints(&KEYS)) },
    }
}

fn title(criteria: &Criteria) -> String {
    let term = criteria.term.map_or_else(|| "all terms".to_owned(), TermId::title);
    if criteria.query.is_empty() { format!("Courses in {term}") } else { format!("“{}” in {term}", criteria.query) }
}

fn heading(criteria: &Criteria) -> Markup {
    page_heading(&PageHeading {
        eyebrow: Some(criteria.term.map_or_else(|| "All terms".to_owned(), TermId::title)),
        ..PageHeading::new("Catalog")
    })
}

fn main(visit: &Visit, asked: &Asked, found: &Found<'_>, opened: Option<&Beside>) -> Markup {
    let criteria = &asked.criteria;
    let in_force = in_force(visit, criteria);
    let count = counted(words::counted(found.courses.len()), "course", "courses");
    html! {
        div.stack {
            div.list-head { (heading(criteria)) (search_form(&search(asked))) }
            (three_columns(
                &filters::panel(&visit.snapshot, asked, found, in_force.len()),
                &region("results", &count, &html! { div.stack { (list(visit, asked, found, &in_force, &count)) } }),
                &beside(asked, opened),
            ))
        }
    }
}

fn search(asked: &Asked) -> SearchField {
    SearchField {
        id: "search".to_owned(),
        action: CATALOG.to_owned(),
        name: "q".to_owned(),
        label: "Search courses".to_owned(),
        placeholder: "Code, title, instructor or class number".to_owned(),
        value: asked.criteria.query.clone(),
        hidden: carried(asked, "q"),
        size: SearchSize::Large,
        live: true,
    }
}

/// What the reader should know, the filters in force, and the courses.
fn list(visit: &Visit, asked: &Asked, found: &Found<'_>, in_force: &[(String, Criteria)], count: &str) -> Markup {
    let criteria = &asked.criteria;
    let page = filter::page(&found.courses, asked.page, visit.app.config.results_per_page);
    let named = filters::named_like(&visit.snapshot, criteria);
    let chip = |(label, fewer): &(String, Criteria)| ActiveFilter {
        label: label.clone(),
        remove_href: asked.address(fewer, 1),
    };
    let chips: Vec<ActiveFilter> = in_force.iter().map(chip).collect();
    html! {
        @for word in &asked.notices {
            (notice(&Notice { kind: NoticeKind::Warning, title: "Ignored:".to_owned(), body: html! { (word) } }))
        }
        @for trouble in frame::troubles(&visit.snapshot, &visit.surroundings.current, criteria.term, &visit.now) {
            (notice(&trouble))
        }
        @for source in [Source::Grades, Source::Enrollment] {
            (switched_off::instead(&visit.snapshot, source, &visit.now).unwrap_or_default())
        }
        (active_filters(&chips, &asked.address(&without_filters(criteria), 1)))
        @if !named.is_empty() { p { "A filter has that name:" } (tags("Filters of that name", &named)) }
        @if found.courses.is_empty() {
            (results::nothing(visit, asked, found, in_force))
        } @else {
            div.toolbar {
                p.count role="status" { (count) @if page.count > 1 { ", page " (page.number) " of " (page.count) } }
                (sort(asked))
            }
            (results::list(visit, asked, &page))
            (seats_line(visit, criteria.term))
        }
    }
}

fn seats_line(visit: &Visit, term: Option<TermId>) -> Markup {
    let at = term.and_then(|term| seats_as_of(&visit.snapshot, term));
    html! { @if let Some(at) = at { (as_of(&frame::as_of(&visit.snapshot, "Seats", at, &visit.now))) } }
}

/// The state as hidden fields, without the field that the form itself brings and without the page number.
fn carried(asked: &Asked, without: &str) -> Vec<(String, String)> {
    let mut parameters = address::catalog_parameters(&asked.criteria, 1);
    parameters.extend(asked.opened.as_ref().map(|(_, code)| (OPENED.to_owned(), code.to_string())));
    parameters.retain(|(name, _)| name != without);
    parameters
}

fn sort(asked: &Asked) -> Markup {
    sort_form(&SortForm {
        action: CATALOG.to_owned(),
        name: "sort".to_owned(),
        options: catalog::filter::sort::Sort::ALL
            .into_iter()
            .map(|sort| SortOption {
                value: sort.slug().to_owned(),
                label: sort.title().to_owned(),
                selected: sort == asked.criteria.sort,
            })
            .collect(),
        hidden: carried(asked, "sort"),
    })
}

/// The filters in force, each with the criteria without it.
fn in_force(visit: &Visit, criteria: &Criteria) -> Vec<(String, Criteria)> {
    let mut filters = if criteria.term.is_some() { of_sections(visit, criteria) } else { Vec::new() };
    if criteria.has_grades {
        filters.push(("With grades".to_owned(), Criteria { has_grades: false, ..criteria.clone() }));
    }
    for (category, slugs) in &criteria.chosen {
        for slug in slugs {
            let entry = visit.snapshot.playlists(*category, criteria.term).find(|entry| entry.slug == *slug);
            let fewer = || without_choice(criteria, *category, slug);
            filters.extend(entry.map(|entry| (entry.key.name.clone(), fewer())));
        }
    }
    filters
}

/// What is asked of sections, each with the criteria that do not.
fn of_sections(visit: &Visit, criteria: &Criteria) -> Vec<(String, Criteria)> {
    let mut asked = Vec::new();
    if criteria.open_seats {
        asked.push(("Open seats".to_owned(), Criteria { open_seats: false, ..criteria.clone() }));
    }
    if criteria.open_to_anyone {
        let fewer = Criteria { open_to_anyone: false, ..criteria.clone() };
        asked.push(("Open seats that are not reserved".to_owned(), fewer));
    }
    for (day, name) in (0..).zip(words::DAY_NAMES).filter(|(day, _)| criteria.days.contains(*day)) {
        let days = Days::from_bits(criteria.days.bits() & !(1 << day));
        asked.push((format!("On {name}s"), Criteria { days, ..criteria.clone() }));
    }
    if let Some(window) = criteria.window {
        asked.push((window.to_string(), Criteria { window: None, ..criteria.clone() }));
    }
    for slug in &criteria.instruction_modes {
        let mut fewer = criteria.clone();
        fewer.instruction_modes.remove(slug);
        asked.push((slug.replace('-', " "), fewer));
    }
    for slug in &criteria.instructors {
        let mut fewer = criteria.clone();
        fewer.instructors.remove(slug);
        let known =
            visit.snapshot.instructor_by_slug(slug).map(|person| visit.snapshot.instructor(person).name.clone());
        asked.push((known.unwrap_or_else(|| slug.clone()), fewer));
    }
    asked
}

/// The same search without filters.
fn without_filters(criteria: &Criteria) -> Criteria {
    Criteria { query: criteria.query.clone(), term: criteria.term, sort: criteria.sort, ..Criteria::default() }
}
