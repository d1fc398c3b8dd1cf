//! A section looked at in the week before it is chosen: by a link, so that a tap, the keyboard and a browser without
//! script get what a pointer gets by resting on it, and what it would collide with in words.

use catalog::ids::CourseId;
use catalog::section::{SectionId, SectionKey};
use catalog::snapshot::SectionView;
use design::action::{Emphasis, link_button, submit_button};
use design::seats::seats_line;
use maud::{Markup, html};
use planner::picked::SectionName;
use planner::plan::Plan;

use super::courses::{choices_address, choose_fields, times};
use super::opened::Opened;
use crate::visit::Visit;
use crate::words;

/// Where the preview stands on its page.
const PLACE: &str = "preview";
/// The section that is looked at.
const TRY: &str = "try";

/// A section that is looked at.
pub(super) struct Preview<'a> {
    course: CourseId,
    section: SectionView<'a>,
    /// The schedule as it would be.
    pub(super) opened: Opened<'a>,
}

/// Where a section can be looked at.
pub(super) fn address(opened: &Opened<'_>, course: CourseId, section: SectionId) -> String {
    format!("{}?{}={course}&{TRY}={}#{PLACE}", opened.address(), super::editor::OPEN, section.0)
}

/// What the address asks to look at; `None` when it asks for nothing that could be chosen.
pub(super) fn of<'a>(visit: &Visit, opened: &Opened<'a>) -> Option<Preview<'a>> {
    let course = CourseId(visit.parameter(super::editor::OPEN)?.parse().ok()?);
    let id = SectionId(visit.parameter(TRY)?.parse().ok()?);
    let key = SectionKey { term: opened.schedule.term, id };
    let section = opened.snapshot.section(opened.snapshot.section_by_key(key)?);
    let tried = opened.trying(course, key).filter(|opened| opened.tried.contains(&key))?;
    Some(Preview { course, section, opened: tried })
}

/// What is looked at, and the two ways on.
pub(super) fn panel(preview: &Preview<'_>, held: &Opened<'_>) -> Markup {
    let name = SectionName::of(preview.opened.snapshot, preview.section);
    let gone = instead_of(preview, held);
    html! {
        section.tried id=(PLACE) aria-labelledby="preview-heading" tabindex="-1" {
            h2 #preview-heading { "Preview: " (name) }
            p.planned-note {
                (times(preview.section))
                @if !gone.is_empty() { ", in the place of " (gone.join(" and ")) }
            }
            @if let Some(seen) = preview.section.counts() { (seats_line(&words::seats(seen.counts))) }
            div.planner-tools {
                form action=(choices_address(held.schedule.id, preview.course)) method="post" {
                    (choose_fields(held, preview.course))
                    input type="hidden" name="section" value=(preview.section.id().0);
                    (submit_button("Choose it", Emphasis::Primary))
                }
                (link_button("Back to the sections", &choices_address(held.schedule.id, preview.course), Emphasis::Secondary))
            }
        }
    }
}

/// The sections that would no longer be chosen: `DIS 101`.
fn instead_of(preview: &Preview<'_>, held: &Opened<'_>) -> Vec<String> {
    let is_kept = |plan: &Plan, key: SectionKey| plan.sections().any(|kept| kept == key);
    let gone = held.plan.sections().filter(|key| !is_kept(&preview.opened.plan, *key));
    let views = gone.filter_map(|key| held.snapshot.section_by_key(key)).map(|index| held.snapshot.section(index));
    views.map(SectionView::label).collect()
}
