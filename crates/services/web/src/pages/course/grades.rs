//! How the course was graded: all together, and compared with one instructor or one term.

use std::sync::Arc;

use catalog::fold::slug;
use catalog::grade::{Distribution, GRADES, LETTER_COUNT, letter_of};
use catalog::snapshot::gradebook::{GradeEntry, by_instructor, by_term, total};
use catalog::switches::Source;
use catalog::term::TermId;
use design::chart::grades::{GradeHistogram, GradeSeries, grade_histogram};
use design::grade::grade_badge;
use design::layout;
use design::notice::{Notice, NoticeKind, notice};
use design::numbers::{counted, thousands};
use design::table::{Column, Table, table};
use maud::{Markup, html};

use super::Looked;
use crate::address;
use crate::moment;
use crate::pages::grades::selection::GradeSelection;
use crate::pages::grades::{self as comparison, passed_words};
use crate::switched_off;
use crate::visit::Visit;

/// The parameters that choose whose grades are compared.
const INSTRUCTOR: &str = "instructor";
const GRADED_IN: &str = "graded";

/// Instructors that stand in the comparison to begin with, beside everybody together.
const INSTRUCTORS_COMPARED: usize = 3;

/// Rows of a table that stand open; it is long for courses that are decades old.
const ROWS_SHOWN: usize = 12;

/// Part of all grades, chosen by the address.
struct Part {
    name: String,
    distribution: Distribution,
}

pub(super) fn section(visit: &Visit, looked: &Looked<'_>) -> Markup {
    let entries = looked.snapshot.gradebook().of_courses(looked.snapshot.codes_graded_together(looked.course));
    let moment = looked.snapshot.grades_imported_at().map(|at| {
        html! { p.as-of { "Grades imported " (moment::in_words(at, &visit.now)) (through(&entries)) } }
    });
    let body = if let Some(word) = switched_off::instead(looked.snapshot, Source::Grades, &visit.now) {
        word
    } else if entries.is_empty() {
        html! { p { "No grades of this course are on record. Small sections are left out to protect students." } }
    } else {
        graded(visit, looked, &entries)
    };
    layout::section("grades", "How it was graded", moment.as_ref(), &html! { div.stack { (body) } })
}

fn through(entries: &[&GradeEntry]) -> String {
    entries.first().map_or_else(String::new, |entry| format!(", through {}", entry.term.title()))
}

fn graded(visit: &Visit, looked: &Looked<'_>, entries: &[&GradeEntry]) -> Markup {
    let all = Part { name: "All terms".to_owned(), distribution: total(entries.iter().copied()) };
    let part = chosen(visit, entries);
    let missing = part.is_none() && (visit.parameter(INSTRUCTOR).or(visit.parameter(GRADED_IN))).is_some();
    html! {
        @if missing {
            (notice(&Notice {
                kind: NoticeKind::Warning,
                title: "Ignored:".to_owned(),
                body: html! { "there are no grades of that instructor or term for this course." },
            }))
        }
        (summary(&all))
        @if let Some(part) = &part { (summary(part)) p { a href=(here(looked, &[])) { "Show all terms alone" } } }
        (histogram(&all, part.as_ref()))
        div.example-grid {
            (instructors(looked, entries, part.as_ref()))
            (terms(looked, entries, part.as_ref()))
        }
        p { a href=(compared(looked, entries)) data-keys="c" { "Compare instructors and terms side by side" } }
        @if looked.entry.course.cross_listed.len() + looked.entry.cross_listed.len() > 0 {
            p.as-of { "Grades of cross-listed courses are counted together." }
        }
    }
}

/// The page that compares the course with those who graded most of its students.
fn compared(looked: &Looked<'_>, entries: &[&GradeEntry]) -> String {
    let mut instructors: Vec<(Arc<str>, u32)> =
        by_instructor(entries).into_iter().map(|(name, sum)| (name, sum.total())).collect();
    instructors.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let names = instructors.iter().map(|(name, _)| slug(name)).filter(|slug| !slug.is_empty());
    let selection = |instructor: Option<String>| GradeSelection {
        course: looked.entry.course.code.clone(),
        instructor,
        term: None,
    };
    let all: Vec<GradeSelection> =
        std::iter::once(None).chain(names.take(INSTRUCTORS_COMPARED).map(Some)).map(selection).collect();
    comparison::address_of(&all)
}

/// What the address compares with; an instructor goes before a term.
fn chosen(visit: &Visit, entries: &[&GradeEntry]) -> Option<Part> {
    if let Some(name) = visit.parameter(INSTRUCTOR) {
        let (name, distribution) = by_instructor(entries).into_iter().find(|(known, _)| **known == *name)?;
        return Some(Part { name: name.to_string(), distribution });
    }
    let term: TermId = visit.parameter(GRADED_IN)?.parse().ok()?;
    let distribution = *by_term(entries).get(&term)?;
    Some(Part { name: term.title(), distribution })
}

fn summary(part: &Part) -> Markup {
    let average = part.distribution.average();
    html! {
        p {
            strong { (part.name) ": " }
            @if let Some(average) = average { (grade_badge(letter_of(average), Some(average))) " over " }
            (counted(part.distribution.letters(), "letter grade", "letter grades"))
            @if let Some(words) = passed_words(&part.distribution) { "; " (words) }
        }
    }
}

fn histogram(all: &Part, part: Option<&Part>) -> Markup {
    // Shares of the letter grades, as where courses are compared; who passed or did not is said above.
    let series =
        |part: &Part| GradeSeries { name: part.name.clone(), counts: part.distribution.0[..LETTER_COUNT].to_vec() };
    grade_histogram(&GradeHistogram {
        id: "grade-histogram".to_owned(),
        title: "Grade distribution".to_owned(),
        description: String::new(),
        grades: GRADES[..LETTER_COUNT].iter().map(|grade| (*grade).to_owned()).collect(),
        gap_before: None,
        series: std::iter::once(all).chain(part).map(series).collect(),
    })
}

fn here(looked: &Looked<'_>, parameters: &[(String, String)]) -> String {
    let page = address::course(looked.term, &looked.entry.course.code);
    format!("{}#grades", address::with_query(&page, parameters))
}

fn instructors(looked: &Looked<'_>, entries: &[&GradeEntry], part: Option<&Part>) -> Markup {
    let mut rows: Vec<(String, Distribution)> =
        by_instructor(entries).into_iter().map(|(name, sum)| (name.to_string(), sum)).collect();
    rows.sort_by(|a, b| b.1.total().cmp(&a.1.total()).then_with(|| a.0.cmp(&b.0)));
    let rows: Vec<Vec<Markup>> = rows
        .into_iter()
        .map(|(name, sum)| row(&name, &here(looked, &[(INSTRUCTOR.to_owned(), name.clone())]), &sum, part))
        .collect();
    breakdown("By instructor", "Instructor", rows)
}

fn terms(looked: &Looked<'_>, entries: &[&GradeEntry], part: Option<&Part>) -> Markup {
    let rows: Vec<Vec<Markup>> = by_term(entries)
        .into_iter()
        .rev()
        .map(|(term, sum)| row(&term.title(), &here(looked, &[(GRADED_IN.to_owned(), term.slug())]), &sum, part))
        .collect();
    breakdown("By term", "Term", rows)
}

fn row(name: &str, href: &str, sum: &Distribution, part: Option<&Part>) -> Vec<Markup> {
    let is_shown = part.is_some_and(|part| part.name == name);
    vec![
        html! { @if is_shown { (name) " (shown)" } @else { a href=(href) { (name) } } },
        html! { (thousands(sum.total())) },
        html! { @match sum.average() { Some(average) => (grade_badge(letter_of(average), Some(average))), None => "–" } },
    ]
}

/// A table of parts; its end is folded when it is long.
fn breakdown(caption: &str, first: &str, mut rows: Vec<Vec<Markup>>) -> Markup {
    let rest = if rows.len() > ROWS_SHOWN { rows.split_off(ROWS_SHOWN) } else { Vec::new() };
    let make = |caption: &str, rows: Vec<Vec<Markup>>| {
        table(&Table {
            caption: caption.to_owned(),
            narrow: true,
            columns: vec![Column::text(first), Column::number("Students"), Column::text("Average")],
            rows,
            ..Table::default()
        })
    };
    let more = format!("{} more", rest.len());
    html! {
        div {
            (make(caption, rows))
            @if !rest.is_empty() { (layout::folded(&more, &make(&format!("{caption}, continued"), rest))) }
        }
    }
}
