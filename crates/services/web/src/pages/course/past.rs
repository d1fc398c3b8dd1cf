//! When the course was offered: season by season as counts, and term by term with who taught it.

use catalog::past_offerings::SeasonCount;
use catalog::snapshot::gradebook::{GradeEntry, total};
use catalog::snapshot::{Offering, SectionView};
use catalog::switches::Source;
use catalog::term::{Semester, TermId};
use design::grade::grade_badge;
use design::layout;
use design::numbers::thousands;
use design::table::{Column, Table, table};
use maud::{Markup, html};

use super::Looked;
use crate::address;
use crate::switched_off;
use crate::words;

/// Terms that stand open; more of them are folded.
const TERMS_SHOWN: usize = 6;

/// People named for one term.
const NAMES_SHOWN: usize = 3;

pub(super) fn section(looked: &Looked<'_>) -> Markup {
    let terms = looked.snapshot.terms_offered(looked.course);
    if terms.is_empty() {
        return html! {};
    }
    let graded = looked.snapshot.gradebook().of_courses(looked.snapshot.codes_graded_together(looked.course));
    let mut rows: Vec<Vec<Markup>> = terms.iter().map(|term| row(looked, *term, &graded)).collect();
    let rest = if rows.len() > TERMS_SHOWN { rows.split_off(TERMS_SHOWN) } else { Vec::new() };
    let more = format!("{} more", rest.len());
    let seasons: Vec<String> = looked.snapshot.seasons_of(looked.course).iter().map(season).collect();
    layout::section(
        "past",
        "When it was offered",
        None,
        &html! {
            div.stack {
                p { (in_seasons(&seasons)) }
                (terms_table("Terms in which it was offered", rows))
                @if !rest.is_empty() { (layout::folded(&more, &terms_table("Earlier terms", rest))) }
            }
        },
    )
}

fn in_seasons(seasons: &[String]) -> Markup {
    html! { "Offered " (seasons.join(", ")) ". What was is no promise of what will be." }
}

/// `in 9 of the last 10 falls`.
fn season(count: &SeasonCount) -> String {
    let SeasonCount { semester, offered, of, at_least } = *count;
    let name = semester.slug();
    let names = match semester {
        Semester::Summer => "summers",
        Semester::Spring => "springs",
        Semester::Fall => "falls",
    };
    let at_least = if at_least { "at least " } else { "" };
    match (offered, of) {
        (0, 1) => format!("not in the one {name} that we know"),
        (_, 1) => format!("in the one {name} that we know"),
        (0, of) if at_least.is_empty() => format!("in none of the last {of} {names}"),
        (0, of) => format!("in none of the last {of} {names} as far as grades tell"),
        (all, of) if all == of => format!("in each of the last {of} {names}"),
        (some, of) => format!("in {at_least}{some} of the last {of} {names}"),
    }
}

fn terms_table(caption: &str, rows: Vec<Vec<Markup>>) -> Markup {
    table(&Table {
        caption: caption.to_owned(),
        caption_unseen: true,
        columns: vec![
            Column::text("Term"),
            Column::text("Taught by"),
            Column::number("Students"),
            Column::text("Average"),
        ],
        rows,
        ..Table::default()
    })
}

fn row(looked: &Looked<'_>, term: TermId, graded: &[&GradeEntry]) -> Vec<Markup> {
    let offering = looked.snapshot.offering(term, looked.course);
    let graded: Vec<&GradeEntry> = graded.iter().filter(|entry| entry.term == term).copied().collect();
    let distribution = total(graded.iter().copied());
    let enrolled = offering.and_then(|offering| offering.seats).map(|seats| words::at_least_0(seats.enrolled));
    let students = enrolled.or((distribution.total() > 0).then(|| distribution.total()));
    vec![
        html! {
            @if offering.is_some() && looked.term != Some(term) {
                a href=(address::course(Some(term), &looked.entry.course.code)) { (term.title()) }
            } @else { (term.title()) }
        },
        taught_by(looked, offering, &graded),
        html! { (students.map_or_else(|| "–".to_owned(), thousands)) },
        match (distribution.average(), switched_off::is_off(looked.snapshot, Source::Grades)) {
            (Some(average), false) => grade_badge(catalog::grade::letter_of(average), Some(average)),
            _ => html! { "–" },
        },
    ]
}

fn taught_by(looked: &Looked<'_>, offering: Option<&Offering>, graded: &[&GradeEntry]) -> Markup {
    let mut people: Vec<(String, Option<String>)> = Vec::new();
    let mut add = |name: &str, slug: Option<&str>| {
        if !people.iter().any(|(known, _)| known == name) {
            people.push((name.to_owned(), slug.filter(|slug| !slug.is_empty()).map(address::instructor)));
        }
    };
    let sections = offering.into_iter().flat_map(|offering| looked.snapshot.sections_in(offering));
    for person in sections.filter(|section| section.is_primary()).flat_map(SectionView::people) {
        let entry = looked.snapshot.instructor(person);
        add(&entry.name, Some(&entry.slug));
    }
    if offering.is_none() {
        graded.iter().flat_map(|entry| entry.instructors.iter()).for_each(|name| add(name, None));
    }
    let more = people.len().saturating_sub(NAMES_SHOWN);
    // In one element: on a phone a cell is a grid of its name and what it holds.
    html! {
        span {
            @if people.is_empty() { "Not announced" }
            @for (at, (name, href)) in people.iter().take(NAMES_SHOWN).enumerate() {
                @if at > 0 { ", " }
                @match href { Some(href) => a href=(href) { (name) }, None => (name) }
            }
            @if more > 0 { " and " (more) " more" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seasons_are_told_as_counts() {
        let told = |offered, of, at_least| season(&SeasonCount { semester: Semester::Fall, offered, of, at_least });
        assert_eq!(told(9, 10, false), "in 9 of the last 10 falls");
        assert_eq!(told(9, 10, true), "in at least 9 of the last 10 falls");
        assert_eq!(told(10, 10, false), "in each of the last 10 falls");
        assert_eq!(told(0, 4, false), "in none of the last 4 falls");
        assert_eq!(told(0, 4, true), "in none of the last 4 falls as far as grades tell");
        assert_eq!(told(1, 1, false), "in the one fall that we know");
        assert_eq!(told(0, 1, false), "not in the one fall that we know");
    }
}
