//! Grades compared: up to six selections of a course, an instructor and a term. The address is the comparison.

mod adding;
pub(crate) mod selection;

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use catalog::grade::{Distribution, GRADES, LETTER_COUNT, letter_of};
use catalog::snapshot::Snapshot;
use catalog::switches::Source;
use design::action::{Emphasis, link_button};
use design::chart::grade_comparison::{ComparedGrades, GradeComparison, grade_comparison};
use design::chart::series::{SeriesNumber, Swatch};
use design::compare::{ComparedCard, compared_cards};
use design::empty::empty_state;
use design::grade::grade_badge;
use design::heading::{PageHeading, page_heading};
use design::layout;
use design::notice::notice;
use design::numbers::{counted, percent, thousands};
use http::StatusCode;
use maud::{Markup, html};

use self::selection::{GradeSelection, Shown, look_up};
use crate::address;
use crate::frame::{self, Content};
use crate::moment;
use crate::pages::compare::{self, Wanted};
use crate::switched_off;
use crate::visit::Visit;
use crate::words;

/// The page.
pub(crate) const PATH: &str = "/grades";
/// The chart's `id`.
const CHART: &str = "grades-compared";
/// Courses that are offered while nothing is compared yet.
const EXAMPLES_SHOWN: usize = 8;

/// The page that compares these selections.
pub(crate) fn address_of<'a>(selections: impl IntoIterator<Item = &'a GradeSelection>) -> String {
    let parameters: Vec<(String, String)> =
        selections.into_iter().map(|selection| (compare::SELECTION.to_owned(), selection.to_string())).collect();
    address::with_query(PATH, &parameters)
}

pub(super) async fn grades(visit: Visit) -> Response {
    let wanted = Wanted::of(&visit, PATH, &[]);
    if let Some(added) = adding::added(&visit, &wanted) {
        return Redirect::temporary(&added).into_response();
    }
    let snapshot = visit.snapshot.clone();
    let shown: Vec<Shown<'_>> = wanted.selections.iter().map(|selection| look_up(&snapshot, selection)).collect();
    let content = Content {
        title: title(&shown),
        description: "Compare how courses at UC Berkeley were graded, by instructor and term.".to_owned(),
        canonical: Some(PATH.to_owned()),
        status: StatusCode::OK,
        current_nav: Some(PATH),
        no_index: !shown.is_empty(),
        main: html! {
            (head(&visit))
            div.stack {
                @for word in wanted.notices() { (notice(&word)) }
                @if let Some(word) = switched_off::instead(&snapshot, Source::Grades, &visit.now) { (word) }
                @if !shown.is_empty() { (cards(&snapshot, &wanted, &shown)) }
            }
            (adding::section(&visit, &wanted))
            @if shown.is_empty() { (beginnings(&visit)) } @else { (comparison(&visit, &shown)) }
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

/// The comparisons of the earlier site named courses by numbers of its own.
pub(super) async fn earlier_site(Path(_): Path<String>) -> Response {
    Redirect::temporary(&compare::from_earlier_site(PATH)).into_response()
}

fn title(shown: &[Shown<'_>]) -> String {
    match shown {
        [] => "Compare grades".to_owned(),
        [one] => format!("Grades of {}", one.name()),
        [first, .., last] => format!("Grades: {} to {}", first.title, last.title),
    }
}

fn head(visit: &Visit) -> Markup {
    let imported = visit.snapshot.grades_imported_at();
    let heading = PageHeading {
        lead: Some(
            html! { "Put up to six courses, instructors or terms side by side. The address of the page is the comparison: keep it, or send it." },
        ),
        ..PageHeading::new("Compare grades")
    };
    html! {
        (page_heading(&heading))
        @if let Some(at) = imported {
            p.as-of {
                "Grades imported " time datetime=(at) { (moment::in_words(at, &visit.now)) }
                @if let Some(newest) = newest_term(visit) { ", through " (newest) }
                ", from the exports of the registrar's office. Small sections are left out of them to protect students."
            }
        }
    }
}

fn newest_term(visit: &Visit) -> Option<String> {
    visit.snapshot.grades().iter().map(|entry| entry.term).max().map(catalog::term::TermId::title)
}

fn cards(snapshot: &Snapshot, wanted: &Wanted, shown: &[Shown<'_>]) -> Markup {
    let cards: Vec<ComparedCard<'_>> = shown
        .iter()
        .enumerate()
        .map(|(place, shown)| ComparedCard {
            number: SeriesNumber::at(place),
            swatch: Swatch::Area(CHART),
            title: title_of(snapshot, shown),
            detail: words::sentence_case(&shown.detail),
            facts: match &shown.graded {
                Ok(distribution) => figures(distribution),
                Err(why) => html! { p { (why) } },
            },
            actions: wanted.actions(place),
        })
        .collect();
    compared_cards("Selections compared", &cards)
}

fn title_of(snapshot: &Snapshot, shown: &Shown<'_>) -> Markup {
    html! {
        @match shown.course {
            Some((course, _)) => a href=(address::course_where_newest(snapshot, course)) { (shown.title) },
            None => (shown.title),
        }
    }
}

fn figures(distribution: &Distribution) -> Markup {
    let letters = distribution.letters();
    html! {
        p {
            @match distribution.average() {
                Some(average) => {
                    (grade_badge(letter_of(average), Some(average))) " over "
                    (counted(letters, "letter grade", "letter grades"))
                }
                None => "No letter grades, so no average.",
            }
        }
        @if let Some(words) = passed_words(distribution) { p.compared-detail { (words) } }
    }
}

/// `524 passed, 30 not passed: 8.6% of all 6,453`; `None` when everybody got a letter.
pub(super) fn passed_words(distribution: &Distribution) -> Option<String> {
    let [.., passed, not_passed] = distribution.0;
    let (both, total) = (passed + not_passed, distribution.total());
    (both > 0).then(|| {
        let share = percent(both, total);
        format!(
            "{} passed, {} not passed: {share} of all {}",
            thousands(passed),
            thousands(not_passed),
            thousands(total)
        )
    })
}

fn comparison(visit: &Visit, shown: &[Shown<'_>]) -> Markup {
    let graded: Vec<(usize, &Shown<'_>, &Distribution)> = shown
        .iter()
        .enumerate()
        .filter_map(|(place, shown)| Some((place, shown, shown.graded.as_ref().ok()?)))
        .filter(|(.., distribution)| distribution.letters() > 0)
        .collect();
    if graded.is_empty() {
        if switched_off::is_off(&visit.snapshot, Source::Grades) {
            return html! {};
        }
        let back = link_button("Start over", PATH, Emphasis::Secondary);
        let body = html! { p { "None of the selections has letter grades. Change one above, or start over." } };
        return html! { div.section { (empty_state("Nothing to draw", body, &back)) } };
    }
    let series = |(place, shown, distribution): (usize, &Shown<'_>, &Distribution)| {
        let [.., passed, not_passed] = distribution.0;
        ComparedGrades {
            number: SeriesNumber::at(place),
            name: shown.name(),
            counts: distribution.0[..LETTER_COUNT].to_vec(),
            more: vec![
                html! { @if let Some(average) = distribution.average() { (format!("{average:.2}")) " " span.compare-count { (letter_of(average).replace('-', "\u{2212}")) } } },
                html! { (thousands(distribution.letters())) },
                html! { (thousands(passed)) },
                html! { (thousands(not_passed)) },
            ],
        }
    };
    let chart = GradeComparison {
        id: CHART.to_owned(),
        title: "Letter grades as shares of each selection's letter grades".to_owned(),
        grades: GRADES[..LETTER_COUNT].iter().map(|grade| (*grade).to_owned()).collect(),
        more: ["Average", "Letter grades", "Passed (P)", "Not passed (NP)"].map(str::to_owned).into(),
        series: graded.into_iter().map(series).collect(),
    };
    let note = html! {
        p.as-of {
            "An average counts A+ as 4.0 like A; passed and not passed count for none. \
             Percentile: the part of the letter grades that is below, and up to, a grade. \
             Grades of cross-listed courses are counted together."
        }
    };
    layout::section("chart", "Side by side", None, &html! { div.stack { (grade_comparison(&chart)) (note) } })
}

/// Somewhere to begin: the courses with the most grades, each with a comparison of its own.
fn beginnings(visit: &Visit) -> Markup {
    let snapshot = &visit.snapshot;
    let mut graded: Vec<_> = snapshot.courses().iter().filter(|entry| entry.grades.is_some()).collect();
    graded.sort_by_cached_key(|entry| std::cmp::Reverse(entry.grades.map(|grades| grades.distribution.letters())));
    graded.truncate(EXAMPLES_SHOWN);
    let href = |entry: &catalog::snapshot::CourseEntry| {
        address_of([&GradeSelection { course: entry.course.code.clone(), instructor: None, term: None }])
    };
    html! {
        @if !graded.is_empty() {
            (layout::section("beginnings", "Courses with the most grades", None, &html! {
                ul.columns-of-links {
                    @for entry in graded {
                        li { a href=(href(entry)) { (words::code(entry)) } " " (entry.course.title) }
                    }
                }
            }))
        }
    }
}
