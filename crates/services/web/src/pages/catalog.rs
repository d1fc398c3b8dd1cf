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
use design::layout::{region, with_sidebar};
use design::notice::{Notice, NoticeKind, notice};
use design::numbers::counted;
use design::search::{SearchField, SearchSize, search_form};
use design::sort::{SortForm, SortOption, sort_form};
use http::StatusCode;
use maud::{Markup, html};

use self::asked::Asked;
use self::section_facets::DAY_NAMES;
use crate::address::{self, CATALOG, without_choice};
use crate::frame::{self, Content, seats_as_of};
use crate::moment::range_in_words;
use crate::switched_off;
use crate::visit::Visit;
use crate::words;

pub(super) async fn catalog(visit: Visit) -> Response {
    let mut asked = Asked::read(&visit.snapshot, &visit.parameters, visit.today());
    let found = filter::find(&visit.snapshot, &asked.criteria);
    asked.forget_unknown(&found.unknown);
    let content = Content {
        title: title(&asked.criteria),
        description: format!("Classes at Berkeley: {}.", title(&asked.criteria)),
        canonical: Some(address::catalog(&asked.criteria, asked.page)),
        status: StatusCode::OK,
        is_catalog: true,
        has_search: true,
        // Of the endless combinations only the plain list of a term is worth finding.
        no_index: asked.criteria != Criteria { term: asked.criteria.term, ..Criteria::default() },
        main: main(&visit, &asked, &found),
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

fn title(criteria: &Criteria) -> String {
    let term = criteria.term.map_or_else(|| "all terms".to_owned(), TermId::title);
    if criteria.query.is_empty() { format!("Courses in {term}") } else { format!("“{}” in {term}", criteria.query) }
}

fn main(visit: &Visit, asked: &Asked, found: &Found<'_>) -> Markup {
    let criteria = &asked.criteria;
    let heading = PageHeading {
        eyebrow: Some(criteria.term.map_or_else(|| "All terms".to_owned(), TermId::title)),
        ..PageHeading::new("Catalog")
    };
    let field = SearchField {
        id: "search".to_owned(),
        action: CATALOG.to_owned(),
        name: "q".to_owned(),
        label: "Search courses".to_owned(),
        placeholder: "Code, title, instructor or class number".to_owned(),
        value: criteria.query.clone(),
        hidden: carried(criteria, "q"),
        size: SearchSize::Large,
        live: true,
    };
    let in_force = in_force(visit, criteria);
    let page = filter::page(&found.courses, asked.page, visit.app.config.results_per_page);
    let count = counted(words::counted(found.courses.len()), "course", "courses");
    let results = html! {
        @for word in &asked.notices {
            (notice(&Notice { kind: NoticeKind::Warning, title: "Ignored:".to_owned(), body: html! { (word) } }))
        }
        @for trouble in frame::troubles(&visit.snapshot, &visit.surroundings.current, criteria.term, &visit.now) {
            (notice(&trouble))
        }
        @for source in [Source::Grades, Source::Enrollment] {
            (switched_off::instead(&visit.snapshot, source, &visit.now).unwrap_or_default())
        }
        (active_filters(&in_force, &address::catalog(&without_filters(criteria), 1)))
        @let named = filters::named_like(&visit.snapshot, criteria);
        @if !named.is_empty() { p { "A filter has that name:" } (tags("Filters of that name", &named)) }
        @if found.courses.is_empty() {
            (results::nothing(visit, criteria, found))
        } @else {
            div.toolbar {
                p.count role="status" { (count) @if page.count > 1 { ", page " (page.number) " of " (page.count) } }
                (sort(criteria))
            }
            (results::list(visit, criteria.term, &page, |number| address::catalog(criteria, number)))
            (seats_line(visit, criteria.term))
        }
    };
    html! {
        (page_heading(&heading))
        div.stack {
            (search_form(&field))
            (with_sidebar(
                &filters::panel(&visit.snapshot, criteria, found, in_force.len()),
                &region("results", &count, &html! { div.stack { (results) } }),
            ))
        }
    }
}

fn seats_line(visit: &Visit, term: Option<TermId>) -> Markup {
    let at = term.and_then(|term| seats_as_of(&visit.snapshot, term));
    html! { @if let Some(at) = at { (as_of(&frame::as_of(&visit.snapshot, "Seats", at, &visit.now))) } }
}

/// The state as hidden fields, without the field that the form itself brings and without the page number.
fn carried(criteria: &Criteria, without: &str) -> Vec<(String, String)> {
    let mut parameters = address::catalog_parameters(criteria, 1);
    parameters.retain(|(name, _)| name != without);
    parameters
}

fn sort(criteria: &Criteria) -> Markup {
    sort_form(&SortForm {
        action: CATALOG.to_owned(),
        name: "sort".to_owned(),
        options: catalog::filter::sort::Sort::ALL
            .into_iter()
            .map(|sort| SortOption {
                value: sort.slug().to_owned(),
                label: sort.title().to_owned(),
                selected: sort == criteria.sort,
            })
            .collect(),
        hidden: carried(criteria, "sort"),
    })
}

/// The filters in force, each with the address without it.
fn in_force(visit: &Visit, criteria: &Criteria) -> Vec<ActiveFilter> {
    let without = |label: &str, without: Criteria| ActiveFilter {
        label: label.to_owned(),
        remove_href: address::catalog(&without, 1),
    };
    let mut filters = Vec::new();
    if criteria.term.is_some() {
        filters.extend(of_sections(visit, criteria).into_iter().map(|(label, fewer)| without(&label, fewer)));
    }
    if criteria.has_grades {
        filters.push(without("With grades", Criteria { has_grades: false, ..criteria.clone() }));
    }
    for (category, slugs) in &criteria.chosen {
        for slug in slugs {
            let entry = visit.snapshot.playlists(*category, criteria.term).find(|entry| entry.slug == *slug);
            let fewer = || without_choice(criteria, *category, slug);
            filters.extend(entry.map(|entry| without(&entry.key.name, fewer())));
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
    for (day, name) in (0..).zip(DAY_NAMES).filter(|(day, _)| criteria.days.contains(*day)) {
        let days = Days::from_bits(criteria.days.bits() & !(1 << day));
        asked.push((format!("On {name}s"), Criteria { days, ..criteria.clone() }));
    }
    if let Some(window) = criteria.window {
        asked.push((range_in_words(window), Criteria { window: None, ..criteria.clone() }));
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
