//! How current everything is: each source with when it was last accepted, and in words why it was not; and the last runs
//! that brought it.

mod runs;

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use catalog::data::SourceState;
use catalog::run::Step;
use catalog::switches::Source;
use catalog::term::TermId;
use design::heading::{PageHeading, page_heading};
use design::layout;
use design::notice::notice;
use design::numbers::thousands;
use design::table::{Column, Table, table};
use http::StatusCode;
use jiff::{Timestamp, Zoned};
use maud::{Markup, html};

use crate::frame::{self, Content};
use crate::moment;
use crate::switched_off;
use crate::visit::Visit;
use crate::words;

/// The page.
pub(crate) const PATH: &str = "/updates";

pub(super) async fn updates(visit: Visit) -> Response {
    let runs = visit.app.ports.catalog.last_runs().await;
    let content = Content {
        title: "How current it is".to_owned(),
        description: "When each source was last brought up to date, and what could not be.".to_owned(),
        canonical: Some(PATH.to_owned()),
        status: StatusCode::OK,
        main: html! {
            (head(&visit))
            div.stack {
                @for word in frame::troubles(&visit.snapshot, &visit.surroundings.current, None, &visit.now) { (notice(&word)) }
                @for source in Source::ALL { @if let Some(word) = switched_off::instead(&visit.snapshot, source, &visit.now) { (word) } }
            }
            (shared(&visit))
            (by_term(&visit))
            (runs::section(&visit, runs))
            (how())
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

fn head(visit: &Visit) -> Markup {
    let lead = html! {
        @match visit.snapshot.state() {
            Some(state) => {
                "What you see was published " time datetime=(state.published_at) { (moment::in_words(state.published_at, &visit.now)) }
                ", " (words::source(state.origin)) ". It is version " (state.version.0) " of the catalog."
            }
            None => "Nothing has been published yet.",
        }
    };
    page_heading(&PageHeading { lead: Some(lead), ..PageHeading::new("How current it is") })
}

/// Sources that do not go term by term, and grades.
fn shared(visit: &Visit) -> Markup {
    let sources = visit.snapshot.sources().iter().filter(|source| source.term.is_none());
    let mut rows: Vec<Vec<Markup>> = sources
        .map(|source| {
            vec![html! { (name(source.step)) }, accepted(source.as_of, &visit.now), trouble(source, &visit.now)]
        })
        .collect();
    rows.push(vec![
        html! { "Grades" },
        accepted(visit.snapshot.grades_imported_at(), &visit.now),
        html! { (thousands(words::counted(visit.snapshot.grades().len()))) " graded sections on record" },
    ]);
    let columns = vec![Column::text("Source"), Column::text("Accepted"), Column::text("Remarks")];
    let all = table(&Table {
        caption: "Sources shared by all terms".to_owned(),
        caption_unseen: true,
        columns,
        rows,
        ..Table::default()
    });
    layout::section("shared", "For all terms", None, &all)
}

/// Classes and seats, term by term, newest first.
fn by_term(visit: &Visit) -> Markup {
    let mut terms: BTreeMap<TermId, Vec<&SourceState>> = BTreeMap::new();
    for source in visit.snapshot.sources() {
        if let Some(term) = source.term {
            terms.entry(term).or_default().push(source);
        }
    }
    let of = |sources: &[&SourceState], step: Step| {
        let source = sources.iter().find(|source| source.step == step);
        html! {
            @match source {
                Some(source) => { (accepted(source.as_of, &visit.now)) (trouble(source, &visit.now)) },
                None => "–",
            }
        }
    };
    let rows: Vec<Vec<Markup>> = terms
        .iter()
        .rev()
        .map(|(term, sources)| {
            let courses = visit.snapshot.term(*term).map_or(0, |entry| entry.offerings.len());
            vec![
                html! { (term.title()) },
                of(sources, Step::Class),
                of(sources, Step::Enrollment),
                html! { (thousands(words::counted(courses))) },
            ]
        })
        .collect();
    if rows.is_empty() {
        return html! {};
    }
    let columns = vec![
        Column::text("Term"),
        Column::text("Classes and sections"),
        Column::text("Seats"),
        Column::number("Courses"),
    ];
    let all = table(&Table {
        caption: "Sources by term".to_owned(),
        caption_unseen: true,
        columns,
        rows,
        ..Table::default()
    });
    layout::section("terms", "Term by term", None, &all)
}

fn how() -> Markup {
    layout::section(
        "how",
        "How it is kept current",
        None,
        &layout::prose(&html! {
            p { "Every night at 2 am on the campus everything is read anew: terms, courses, classes, sections and seats. Seats of the \
                 terms that people enroll in are read more often. What was read is compared with what is there, and published in one go." }
            p { "When a source answers with far less than the day before, or with nothing that can be understood, the answer is refused: \
                 the older data stays, and this page and the pages concerned say so. An outage never deletes a class." }
            p { "Programs find the same as data at " a href="/api/v1/updates" { "/api/v1/updates" } "." }
        }),
    )
}

const fn name(step: Step) -> &'static str {
    match step {
        Step::Term => "Terms",
        Step::Course => "Courses",
        Step::Class => "Classes and sections",
        Step::Enrollment => "Seats",
        Step::Playlist => "Requirements",
    }
}

fn accepted(at: Option<Timestamp>, now: &Zoned) -> Markup {
    html! {
        @match at {
            Some(at) => time datetime=(at) { (moment::in_words(at, now)) },
            None => "never",
        }
    }
}

fn trouble(source: &SourceState, now: &Zoned) -> Markup {
    html! {
        @if let Some((at, reason)) = &source.trouble {
            p.fault { "Not updated at " (moment::in_words(*at, now)) ": " (reason) }
        }
    }
}
