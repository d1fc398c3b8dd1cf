//! What the course is: description, prerequisites, requirements that it fulfils.

use catalog::course_set::CourseIndex;
use catalog::filter::Criteria;
use catalog::playlist::Category;
use catalog::snapshot::Snapshot;
use catalog::term::TermId;
use design::chips::{Tag, tags};
use design::definitions::{Definition, definitions};
use design::layout;
use maud::{Markup, html};

use super::Looked;
use crate::address::{self, with_choice};
use crate::words;

/// Categories whose playlists stand as pills, in this order.
const PILLS: [Category; 5] =
    [Category::University, Category::Ls, Category::Engineering, Category::Haas, Category::Level];

pub(super) fn section(looked: &Looked<'_>) -> Markup {
    let course = &looked.entry.course;
    let mut facts = Vec::new();
    let pills = pills(looked.snapshot, looked.course, looked.term);
    if !pills.is_empty() {
        facts.push(Definition { term: "Fulfils".to_owned(), value: tags("Requirements that it fulfils", &pills) });
    }
    if let Some(prerequisites) = course.prerequisites.as_deref().filter(|text| !text.trim().is_empty()) {
        facts.push(Definition::text("Prerequisites", prerequisites));
    }
    let elsewhere: Vec<String> =
        course.cross_listed.iter().filter(|code| looked.snapshot.place(code).is_none()).map(words::bare_code).collect();
    if !elsewhere.is_empty() {
        facts.push(Definition::text("Also listed as", &elsewhere.join(", ")));
    }
    if let Some(exam) = course.final_exam.as_deref().and_then(words::final_exam) {
        facts.push(Definition::text("Final exam", exam));
    }
    if looked.entry.is_retired {
        facts.push(Definition::text("Catalog", "The university no longer lists this course; its history remains."));
    }
    let description = course.description.trim();
    layout::section(
        "about",
        "About",
        None,
        &html! {
            div.prose {
                @if description.is_empty() { p { "The catalog has no description of this course." } }
                @else { @for paragraph in description.split("\n\n") { p { (paragraph) } } }
            }
            (definitions(&facts))
        },
    )
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
