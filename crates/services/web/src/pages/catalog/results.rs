//! The results: dense rows, or a way on when there are none.

use catalog::course_set::CourseIndex;
use catalog::filter::{self, Criteria, Found, Page};
use catalog::snapshot::{CourseEntry, Offering, SectionView, Snapshot};
use catalog::term::TermId;
use design::action::{Emphasis, link_button};
use design::empty::empty_state;
use design::pagination::pagination;
use design::results::{ResultCard, result_list};
use maud::{Markup, html};

use super::asked::Asked;
use super::without_filters;
use crate::address;
use crate::visit::Visit;
use crate::words;

/// Primary sections whose times stand in a row; with more, the row says how many there are.
const TIMES_SHOWN: usize = 1;

/// Filters of which it is tried what is found without them.
const DROPPED_MAX: usize = 8;

/// A page of rows with links to the others.
pub(super) fn list(visit: &Visit, asked: &Asked, page: &Page<'_, CourseIndex>) -> Markup {
    let cards: Vec<ResultCard> =
        page.rows.iter().map(|course| card(&visit.snapshot, asked, page.number, *course)).collect();
    let href = |number: u32| asked.address(&asked.criteria, number as usize);
    html! {
        (result_list(&cards))
        (pagination(words::counted(page.number), words::counted(page.count), href))
    }
}

fn card(snapshot: &Snapshot, asked: &Asked, page: usize, course: CourseIndex) -> ResultCard {
    let term = asked.criteria.term;
    let entry = snapshot.course(course);
    let newest = snapshot.terms_of(course).next().map(|entry| entry.term.id);
    let offering = term.and_then(|term| snapshot.offering(term, course));
    ResultCard {
        href: address::course(term.or(newest), &entry.course.code),
        beside_href: Some(address::catalog_opened(&asked.criteria, page, Some(&entry.course.code))),
        is_opened: asked.opened.as_ref().is_some_and(|(opened, _)| *opened == course),
        code: words::code(entry),
        title: entry.course.title.clone(),
        facts: facts(snapshot, entry, offering, term, newest),
        seats: offering.and_then(|offering| offering.seats.as_ref()).map(words::course_seats),
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

/// No course: why, and what would find some. `in_force` are the filters, each with the criteria without it.
pub(super) fn nothing(visit: &Visit, asked: &Asked, found: &Found<'_>, in_force: &[(String, Criteria)]) -> Markup {
    let criteria = &asked.criteria;
    let bare = without_filters(criteria);
    let count = |criteria: &Criteria| filter::list(&visit.snapshot, criteria).len();
    let without = if bare == *criteria { 0 } else { count(&bare) };
    let fewer = in_force.iter().take(DROPPED_MAX).map(|(label, fewer)| (label, fewer, count(fewer)));
    let helpful: Vec<(&String, &Criteria, usize)> = fewer.filter(|(.., count)| *count > 0).collect();
    let elsewhere = found.facets.terms.iter().filter(|(term, count)| Some(*term) != criteria.term && *count > 0);
    let best = elsewhere.max_by_key(|(term, count)| (*count, *term));
    let anywhere = Criteria { term: None, ..bare.clone() };
    let term = criteria.term.map_or_else(|| "any term".to_owned(), TermId::title);
    let title = if criteria.query.is_empty() {
        format!("No course of {term} fits these filters")
    } else {
        format!("No course of {term} matches “{}”", criteria.query)
    };
    let body = html! {
        @if without > 0 { p { "Without the filters there would be " (without) "." } }
        @else { p { "Try a code (cs 61a), words of the title, an instructor's family name, or a class number." } }
        @if in_force.len() > 1 {
            ul.ways-on {
                @for (label, fewer, count) in &helpful {
                    li { a href=(asked.address(fewer, 1)) { "Without “" (label) "”" } ": " (count) }
                }
            }
        }
    };
    let actions = html! {
        @if without > 0 { (link_button("Search without filters", &asked.address(&bare, 1), Emphasis::Primary)) }
        @if let Some((term, count)) = best {
            @let there = Criteria { term: Some(*term), ..criteria.clone() };
            (link_button(&format!("{count} in {}", term.title()), &asked.address(&there, 1), Emphasis::Secondary))
        }
        @if criteria.term.is_some() {
            (link_button("Look in all terms", &asked.address(&anywhere, 1), Emphasis::Secondary))
        }
    };
    empty_state(&title, body, &actions)
}
