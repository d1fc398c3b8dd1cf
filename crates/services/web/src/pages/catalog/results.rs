//! The results: dense rows, or a way on when there are none.

use catalog::course_set::CourseIndex;
use catalog::filter::{Criteria, Found, Page, find};
use catalog::snapshot::{CourseEntry, Offering, SectionView, Snapshot};
use catalog::term::TermId;
use design::action::{Emphasis, link_button};
use design::empty::empty_state;
use design::pagination::pagination;
use design::results::{ResultCard, result_list};
use design::seats::Seats;
use maud::{Markup, html};

use super::without_filters;
use crate::address;
use crate::visit::Visit;
use crate::words;

/// Primary sections whose times stand in a row; with more, the row says how many there are.
const TIMES_SHOWN: usize = 1;

/// A page of rows with links to the others.
pub(super) fn list(
    visit: &Visit,
    term: Option<TermId>,
    page: &Page<'_, CourseIndex>,
    href: impl Fn(usize) -> String,
) -> Markup {
    let cards: Vec<ResultCard> = page.rows.iter().map(|course| card(&visit.snapshot, term, *course)).collect();
    html! {
        (result_list(&cards))
        (pagination(words::counted(page.number), words::counted(page.count), |number| href(number as usize)))
    }
}

fn card(snapshot: &Snapshot, term: Option<TermId>, course: CourseIndex) -> ResultCard {
    let entry = snapshot.course(course);
    let newest = snapshot.terms_of(course).next().map(|entry| entry.term.id);
    let offering = term.and_then(|term| snapshot.offering(term, course));
    ResultCard {
        href: address::course(term.or(newest), &entry.course.code),
        code: words::code(entry),
        title: entry.course.title.clone(),
        facts: facts(snapshot, entry, offering, term, newest),
        seats: offering.and_then(|offering| offering.seats).map(|seats| Seats {
            enrolled: words::at_least_0(seats.enrolled),
            capacity: words::at_least_0(seats.max_enroll),
            waitlisted: words::at_least_0(seats.waitlisted),
            ..Seats::default()
        }),
        grade: entry.grades.and_then(|grades| Some((grades.letter?.to_owned(), grades.average))),
    }
}

fn facts(
    snapshot: &Snapshot,
    entry: &CourseEntry,
    offering: Option<&Offering>,
    term: Option<TermId>,
    newest: Option<TermId>,
) -> Vec<String> {
    let mut facts: Vec<String> = entry.course.units.as_ref().map(words::units).into_iter().collect();
    if let Some(offering) = offering {
        facts.extend(times(snapshot, offering));
    } else if term.is_none() {
        facts.push(newest.map_or_else(|| "Not offered lately".to_owned(), |term| format!("Last in {}", term.title())));
    }
    if entry.is_retired {
        facts.push("No longer in the catalog".to_owned());
    }
    facts
}

/// When the course meets and who teaches it, or how many classes there are to choose from.
fn times(snapshot: &Snapshot, offering: &Offering) -> Vec<String> {
    let primaries: Vec<SectionView<'_>> =
        snapshot.sections_in(offering).filter(|section| section.is_primary()).collect();
    if primaries.len() > TIMES_SHOWN {
        return vec![format!("{} classes to choose from", primaries.len())];
    }
    let arranged = |section: &SectionView<'_>| {
        section.meetings().next().filter(|meeting| meeting.time().is_some()).map(words::when)
    };
    let mut facts: Vec<String> = primaries.iter().filter_map(arranged).collect();
    facts.extend(primaries.iter().map(|section| words::family_names(*section)).filter(|names| !names.is_empty()));
    facts
}

/// No course: why, and what would find some.
pub(super) fn nothing(visit: &Visit, criteria: &Criteria, found: &Found<'_>) -> Markup {
    let bare = without_filters(criteria);
    let without = if bare == *criteria { 0 } else { find(&visit.snapshot, &bare).courses.len() };
    let best = found
        .facets
        .terms
        .iter()
        .filter(|(term, count)| Some(*term) != criteria.term && *count > 0)
        .max_by_key(|(term, count)| (*count, *term));
    let anywhere = Criteria { term: None, ..bare.clone() };
    let term = criteria.term.map_or_else(|| "any term".to_owned(), TermId::title);
    let title = if criteria.query.is_empty() {
        format!("No course of {term} fits these filters")
    } else {
        format!("No course of {term} matches “{}”", criteria.query)
    };
    let body = html! {
        p {
            @if without > 0 { "Without the filters there would be " (without) "." }
            @else { "Try a code (cs 61a), words of the title, an instructor's family name, or a class number." }
        }
    };
    let actions = html! {
        @if without > 0 { (link_button("Search without filters", &address::catalog(&bare, 1), Emphasis::Primary)) }
        @if let Some((term, count)) = best {
            @let there = Criteria { term: Some(*term), ..criteria.clone() };
            (link_button(&format!("{count} in {}", term.title()), &address::catalog(&there, 1), Emphasis::Secondary))
        }
        @if criteria.term.is_some() {
            (link_button("Look in all terms", &address::catalog(&anywhere, 1), Emphasis::Secondary))
        }
    };
    empty_state(&title, body, &actions)
}
