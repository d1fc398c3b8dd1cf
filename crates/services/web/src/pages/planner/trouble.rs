//! What was asked in vain: said above the schedule, and at its field, in the form as it was filled in.

use design::notice::{Notice, NoticeKind};
use maud::{Markup, html};

use planner::schedule::ScheduleName;

use crate::form::Form;
use crate::words::sentence;

/// A form that was not carried out.
pub(super) struct Trouble {
    /// The form, as it was sent.
    pub(super) form: Form,
    /// Why: at least one thing, in the order of the fields.
    pub(super) faults: Vec<Fault>,
}

/// Something that cannot be.
#[derive(Debug)]
pub(super) struct Fault {
    /// The `id` of the field in which it stands; `None` when it is no field's fault.
    pub(super) at: Option<&'static str>,
    /// A sentence.
    pub(super) words: String,
}

impl Fault {
    /// What is wrong in a field.
    pub(super) fn at(field: &'static str, words: impl Into<String>) -> Self {
        Self { at: Some(field), words: words.into() }
    }

    /// What no field is to blame for.
    pub(super) fn of_none(words: impl Into<String>) -> Self {
        Self { at: None, words: words.into() }
    }
}

impl Trouble {
    /// The form, when it is one of those that do this.
    pub(super) fn form_of(&self, action: &str) -> Option<&Form> {
        (self.form.field("do") == Some(action)).then_some(&self.form)
    }

    /// What is wrong in a field.
    pub(super) fn fault(&self, field: &str) -> Option<&Fault> {
        self.faults.iter().find(|fault| fault.at == Some(field))
    }

    /// Everything that is wrong.
    pub(super) fn notice(&self) -> Markup {
        notice(&self.faults)
    }
}

/// Everything that is wrong, each with the way to its field.
pub(super) fn notice(faults: &[Fault]) -> Markup {
    let body = html! {
        @for fault in faults {
            span.finding {
                @if let Some(field) = fault.at { a href={ "#" (field) } { (fault.words) } } @else { (fault.words) }
            }
        }
    };
    design::notice::notice(&Notice { kind: NoticeKind::Error, title: "That did not work.".to_owned(), body })
}

/// How a field is marked in which something is wrong, and one in which nothing is.
pub(super) struct Mark {
    pub(super) invalid: Option<&'static str>,
    /// The id of its note.
    pub(super) described_by: Option<String>,
    /// Whether the reader is to be led to it.
    pub(super) is_first: bool,
}

/// How a field is marked.
pub(super) fn mark(faults: &[Fault], field: &str) -> Mark {
    let is_wrong = faults.iter().any(|fault| fault.at == Some(field));
    Mark {
        invalid: is_wrong.then_some("true"),
        described_by: is_wrong.then(|| format!("{field}-note")),
        is_first: faults.iter().find_map(|fault| fault.at) == Some(field),
    }
}

/// What is wrong in a field, to stand below it.
pub(super) fn note(faults: &[Fault], field: &str) -> Markup {
    let wrong = || faults.iter().filter(|fault| fault.at == Some(field));
    html! {
        @if wrong().next().is_some() {
            p.field-note id={ (field) "-note" } { @for fault in wrong() { strong.fault { (fault.words) } " " } }
        }
    }
}

/// A name as it was typed into a field.
pub(super) fn name(form: &Form, at: &'static str) -> Result<ScheduleName, Fault> {
    let typed = form.field("name").unwrap_or_default().trim();
    let name = ScheduleName::parse(typed).map_err(|error| Fault::at(at, sentence(&error.to_string())))?;
    if name.is_blank() { Err(Fault::at(at, "A name needs at least one letter.")) } else { Ok(name) }
}
