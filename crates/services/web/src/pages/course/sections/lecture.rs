//! A lecture, or whatever a class is built around: what somebody in a hallway needs, in that order.

use catalog::snapshot::{ClassEntry, SectionView, Snapshot};
use design::copy::copyable;
use maud::{Markup, html};

use super::{seats, title_of, who};
use crate::words;

/// The mode that needs no mention.
const IN_PERSON: &str = "In-Person Instruction";

pub(super) fn panel(snapshot: &Snapshot, class: &ClassEntry, section: SectionView<'_>) -> Markup {
    html! {
        article.lecture {
            h3 {
                (section.label())
                @if let Some(title) = title_of(class) { ": " (title) }
                @else if !section.component().name.is_empty() { span { " " (section.component().name) } }
            }
            div.lecture-seats { (seats(snapshot, section)) }
            (meetings(section))
            p { (who(snapshot, section)) }
            p.lecture-facts {
                span { "Class number " (copyable(&section.id().to_string(), "class number")) }
                @for fact in facts(snapshot, class, section) { br; (fact) }
            }
        }
    }
}

fn meetings(section: SectionView<'_>) -> Markup {
    html! {
        ul.lecture-when {
            @if section.meetings().len() == 0 { li { strong { "Not arranged" } } }
            @for meeting in section.meetings() {
                li { strong { (words::when(meeting)) } span.lecture-place { (words::place(meeting)) } }
            }
        }
    }
}

/// Mode, dates that are not the term's, final exam.
fn facts(snapshot: &Snapshot, class: &ClassEntry, section: SectionView<'_>) -> Vec<String> {
    let mut facts = Vec::new();
    facts.extend(section.instruction_mode().filter(|mode| *mode != IN_PERSON).map(str::to_owned));
    facts.extend(final_exam(snapshot, class, section));
    facts
}

/// When the final exam is, by the registrar's rules of the term. Classes without a final exam of their own have none.
fn final_exam(snapshot: &Snapshot, class: &ClassEntry, section: SectionView<'_>) -> Option<String> {
    let code = class.class.as_ref().and_then(|class| class.final_exam.as_deref());
    if code.is_some_and(|code| code != "Y") {
        return code.and_then(words::final_exam).map(str::to_owned);
    }
    let patterns = section.meetings().map(|meeting| (meeting.days(), meeting.time()));
    let (calendar, term) = (snapshot.calendar(), class.key.term);
    let slot = calendar.exam(term, &class.key.course, patterns)?;
    Some(format!("Final exam: {}", words::exam_slot(&slot, calendar.exam_basis(term))))
}
