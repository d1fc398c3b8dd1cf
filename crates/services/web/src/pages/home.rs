//! The front page: what this is, the search, and where most people begin.

use axum::response::{IntoResponse, Response};
use catalog::filter::Criteria;
use catalog::playlist::Category;
use catalog::snapshot::{Snapshot, SubjectEntry, TermEntry};
use catalog::switches::Source;
use catalog::term::TermId;
use design::as_of::as_of;
use design::chips::{Tag, tags};
use design::doors::{Door, DoorSign, doors};
use design::keys::{KeyHint, key_hints};
use design::layout::section;
use design::numbers::thousands;
use design::search::{SearchField, SearchSize, search_form};
use design::stats::{Stat, stat_tiles};
use http::StatusCode;
use maud::{Markup, html};

use crate::address::{self, CATALOG, with_choice};
use crate::frame::{self, Content, seats_as_of};
use crate::pages::{enrollment, grades, instructors, planner};
use crate::switched_off;
use crate::visit::Visit;
use crate::words::counted;

/// Subjects that are listed: the largest ones.
const SUBJECTS_SHOWN: usize = 24;

/// Searches that show what the field understands.
const EXAMPLES: [&str; 4] = ["cs 61a", "data 8", "linear algebra", "ee 16"];

const KEYS: [KeyHint; 3] = [
    KeyHint { keys: &["/"], does: "search" },
    KeyHint { keys: &["g", "c"], does: "catalog" },
    KeyHint { keys: &["?"], does: "all keys" },
];

pub(super) async fn home(visit: Visit) -> Response {
    let snapshot = &visit.snapshot;
    let term = snapshot.default_term(visit.today());
    let entry = term.and_then(|term| snapshot.term(term));
    let content = Content {
        title: "Find classes at Berkeley".to_owned(),
        description: "Classes at UC Berkeley: what is offered, who teaches it, how it was graded, how fast it fills."
            .to_owned(),
        canonical: Some("/".to_owned()),
        status: StatusCode::OK,
        has_search: true,
        main: html! {
            (hero(term))
            (ways_in(term))
            @if let Some(entry) = entry { (figures(&visit, entry)) }
            (requirements(snapshot, term))
            (subjects(snapshot, term))
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

fn hero(term: Option<TermId>) -> Markup {
    let examples: Vec<Tag> = EXAMPLES
        .iter()
        .map(|query| {
            let criteria = Criteria { query: (*query).to_owned(), term, ..Criteria::default() };
            Tag { label: (*query).to_owned(), href: Some(address::catalog(&criteria, 1)) }
        })
        .collect();
    let field = SearchField {
        id: "search".to_owned(),
        action: CATALOG.to_owned(),
        name: "q".to_owned(),
        label: "Search courses".to_owned(),
        placeholder: "Code, title, instructor or class number".to_owned(),
        size: SearchSize::Large,
        ..SearchField::default()
    };
    html! {
        div.hero {
            h1 { "Find your classes" }
            p.lead { "What is offered, when it meets, who teaches it, how it was graded, and how fast it fills." }
            (search_form(&field))
            (tags("Searches to try", &examples))
            (key_hints(&KEYS))
        }
    }
}

/// What there is to do here.
fn ways_in(term: Option<TermId>) -> Markup {
    let criteria = Criteria { term, ..Criteria::default() };
    let door = |sign, name: &str, href: String, about: &str| Door {
        sign,
        name: name.to_owned(),
        href,
        about: about.to_owned(),
    };
    let all = [
        door(
            DoorSign::List,
            "Catalog",
            address::catalog(&criteria, 1),
            "Every course with its times, seats and waiting list; filters that say what they leave.",
        ),
        door(
            DoorSign::Week,
            "Planner",
            planner::PLANNER.to_owned(),
            "Your weeks, with what clashes and what is missing; to print, share, or follow in a calendar.",
        ),
        door(
            DoorSign::Bars,
            "Grades",
            grades::PATH.to_owned(),
            "How courses, instructors and terms were graded, up to six side by side.",
        ),
        door(
            DoorSign::Curve,
            "Enrollment",
            enrollment::PATH.to_owned(),
            "How fast it filled, and what became of the seats in past terms.",
        ),
        door(
            DoorSign::People,
            "Instructors",
            instructors::PATH.to_owned(),
            "Who taught what, and how it was graded beside everybody else.",
        ),
    ];
    html! { section.section aria-label="Where to begin" { (doors(&all)) } }
}

fn figures(visit: &Visit, entry: &TermEntry) -> Markup {
    let classes: usize = entry.offerings.iter().map(|offering| offering.class_count()).sum();
    let sections: usize = entry.offerings.iter().map(|offering| offering.section_count()).sum();
    let seats = entry.offerings.iter().filter_map(|offering| offering.seats);
    let open: i64 = seats.map(|seats| i64::from(seats.open_seats)).sum();
    let stat = |label: &str, value: u32, note: &str| Stat {
        label: label.to_owned(),
        value: thousands(value),
        note: Some(note.to_owned()),
    };
    let mut stats = vec![
        stat("Courses", counted(entry.offerings.len()), "with at least one class"),
        stat("Classes", counted(classes), "lectures and seminars of their own"),
        stat("Sections", counted(sections), "discussions and labs included"),
    ];
    if !switched_off::is_off(&visit.snapshot, Source::Enrollment) {
        stats.push(stat("Open seats", u32::try_from(open).unwrap_or(u32::MAX), "in primary sections"));
    }
    let term = entry.term.id;
    let criteria = Criteria { term: Some(term), ..Criteria::default() };
    let browse = html! { a href=(address::catalog(&criteria, 1)) { "All courses of " (term.title()) } };
    let moment = seats_as_of(&visit.snapshot, term).map(|at| frame::as_of(&visit.snapshot, "Seats", at, &visit.now));
    section(
        "term",
        &term.title(),
        Some(&browse),
        &html! {
            (stat_tiles(&stats))
            @if let Some(moment) = &moment { (as_of(moment)) }
        },
    )
}

fn requirements(snapshot: &Snapshot, term: Option<TermId>) -> Markup {
    let base = Criteria { term, ..Criteria::default() };
    let group = |category: Category| -> Vec<Tag> {
        let lists = snapshot.playlists(category, term).filter(|list| !list.courses.is_empty());
        lists
            .map(|list| Tag {
                label: list.key.name.clone(),
                href: Some(address::catalog(&with_choice(&base, category, &list.slug), 1)),
            })
            .collect()
    };
    let groups = [Category::University, Category::Ls, Category::Engineering, Category::Haas, Category::Level];
    let groups: Vec<(Category, Vec<Tag>)> =
        groups.map(|category| (category, group(category))).into_iter().filter(|(_, tags)| !tags.is_empty()).collect();
    html! {
        @if !groups.is_empty() {
            (section("requirements", "By requirement", None, &html! {
                div.example-grid {
                    @for (category, list) in &groups {
                        div.stack {
                            h3 { (crate::words::category(*category)) }
                            (tags(crate::words::category(*category), list))
                        }
                    }
                }
            }))
        }
    }
}

fn subjects(snapshot: &Snapshot, term: Option<TermId>) -> Markup {
    let size = |entry: &&SubjectEntry| -> u64 {
        snapshot.courses_of(entry).map(|course| u64::from(snapshot.course(course).popularity)).sum()
    };
    let mut largest: Vec<&SubjectEntry> = snapshot.subjects().iter().collect();
    largest.sort_by_cached_key(|entry| std::cmp::Reverse(size(entry)));
    largest.truncate(SUBJECTS_SHOWN);
    largest.sort_by(|a, b| a.subject.name.cmp(&b.subject.name));
    html! {
        @if !largest.is_empty() {
            (section("subjects", "Large departments", None, &html! {
                ul.columns-of-links {
                    @for entry in largest {
                        li {
                            a href=(address::subject(term, &entry.subject.abbreviation)) { (entry.subject.name) }
                        }
                    }
                }
            }))
        }
    }
}
