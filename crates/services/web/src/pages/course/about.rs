//! What the course is: description, prerequisites, requirements that it fulfils.

use catalog::course_set::CourseIndex;
use catalog::filter::Criteria;
use catalog::playlist::Category;
use catalog::snapshot::Snapshot;
use catalog::switches::Source;
use catalog::term::TermId;
use design::chips::{Tag, tags};
use design::layout;
use maud::{Markup, html};

use super::{Looked, prerequisites};
use crate::address::{self, with_choice};
use crate::switched_off;
use crate::visit::Visit;
use crate::words;

/// Categories whose playlists stand as pills, in this order.
const PILLS: [Category; 5] =
    [Category::University, Category::Ls, Category::Engineering, Category::Haas, Category::Level];

pub(super) fn section(visit: &Visit, looked: &Looked<'_>) -> Markup {
    let course = &looked.entry.course;
    let description = course.description.trim();
    let text = html! {
        div.prose {
            @if let Some(word) = switched_off::instead(looked.snapshot, Source::Descriptions, &visit.now) { (word) }
            @else if description.is_empty() { p { "The catalog has no description of this course." } }
            @else { @for paragraph in description.split("\n\n") { p { (paragraph) } } }
            (prerequisites::text(looked))
            (prerequisites::leads_to(looked))
        }
    };
    let facts = facts(looked);
    layout::section(
        "about",
        "About",
        None,
        &html! {
            div.split {
                (text)
                @if !facts.is_empty() {
                    div.panel.stack {
                        @for (name, value) in &facts { div { p.as-of { (name) } (value) } }
                    }
                }
            }
        },
    )
}

/// What is known beside the description, each with its name.
fn facts(looked: &Looked<'_>) -> Vec<(&'static str, Markup)> {
    let course = &looked.entry.course;
    let mut facts = Vec::new();
    let pills = pills(looked.snapshot, looked.course, looked.term);
    if !pills.is_empty() {
        facts.push(("Fulfils and belongs to", tags("Requirements and levels", &pills)));
    }
    let elsewhere: Vec<String> =
        course.cross_listed.iter().filter(|code| looked.snapshot.place(code).is_none()).map(words::bare_code).collect();
    if !elsewhere.is_empty() {
        facts.push(("Also listed as", html! { p { (elsewhere.join(", ")) } }));
    }
    if let Some(exam) = course.final_exam.as_deref().and_then(words::final_exam) {
        facts.push(("Final exam", html! { p { (exam) } }));
    }
    if looked.entry.is_retired {
        let words = "The university no longer lists this course; its history remains.";
        facts.push(("Catalog", html! { p { (words) } }));
    }
    facts
}

/// The playlists that a course is in, each leading to all courses in it.
fn pills(snapshot: &Snapshot, course: CourseIndex, term: Option<TermId>) -> Vec<Tag> {
    let base = Criteria { term, ..Criteria::default() };
    let lists = PILLS.into_iter().flat_map(|category| snapshot.playlists(category, term));
    lists
        .filter(|list| list.courses.contains(course))
        .map(|list| Tag {
            label: list.key.name.clone(),
            href: Some(address::catalog(&with_choice(&base, list.key.category, &list.slug), 1)),
        })
        .collect()
}
