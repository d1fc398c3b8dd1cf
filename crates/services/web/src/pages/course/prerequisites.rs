//! What must come before the course, with a link at each course that the text names, and which courses name this one.

use catalog::course_set::CourseIndex;
use design::chips::{Tag, tags};
use design::layout;
use maud::{Markup, html};

use super::{Looked, address_of};
use crate::words;

/// Courses that name this one which stand open; more of them are folded.
const NAMING_SHOWN: usize = 16;

/// The most that are listed at all: the introductions are named by hundreds.
const NAMING_MAX: usize = 120;

/// The text with its links; nothing without a text.
pub(super) fn text(looked: &Looked<'_>) -> Markup {
    let Some((text, reading)) = looked.snapshot.prerequisites_of(looked.course) else { return html! {} };
    let mut pieces: Vec<Markup> = Vec::new();
    let mut end = 0;
    for mention in &reading.mentions {
        let other = looked.snapshot.course(mention.course);
        pieces.push(html! { (text[end..mention.place.start]) });
        pieces.push(html! {
            a href=(address_of(looked, other)) title=(other.course.title) { (text[mention.place.clone()]) }
        });
        end = mention.place.end;
    }
    html! { p { strong { "Prerequisites: " } @for piece in &pieces { (piece) } (text[end..]) } }
}

/// Courses whose prerequisites name this one.
pub(super) fn leads_to(looked: &Looked<'_>) -> Markup {
    let naming = looked.snapshot.naming_as_prerequisite(looked.course);
    let (shown, rest) = naming.split_at(naming.len().min(NAMING_SHOWN));
    let rest = &rest[..rest.len().min(NAMING_MAX - NAMING_SHOWN)];
    html! {
        @if !naming.is_empty() {
            div.stack id="leads-to" {
                p { strong { "Named as a prerequisite by" } }
                (tags("Courses that name it as a prerequisite", &tags_of(looked, shown)))
                @if !rest.is_empty() {
                    (layout::folded(
                        &format!("{} more", naming.len() - shown.len()),
                        &tags("More courses that name it as a prerequisite", &tags_of(looked, rest)),
                    ))
                }
            }
        }
    }
}

fn tags_of(looked: &Looked<'_>, courses: &[CourseIndex]) -> Vec<Tag> {
    let tag = |course: &CourseIndex| {
        let other = looked.snapshot.course(*course);
        Tag { label: words::code(other), href: Some(address_of(looked, other)) }
    };
    courses.iter().map(tag).collect()
}
