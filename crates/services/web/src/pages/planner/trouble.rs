//! What was asked in vain: said above the schedule, and at its field, in the form as it was filled in.

use design::notice::{Notice, NoticeKind, notice};
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

    /// Whether the reader is to be led to this field: it is the first with a fault.
    pub(super) fn begins_at(&self, field: &str) -> bool {
        self.faults.iter().find_map(|fault| fault.at) == Some(field)
    }

    /// Everything that is wrong, each with the way to its field.
    pub(super) fn notice(&self) -> Markup {
        let body = html! {
            @for fault in &self.faults {
                span.finding {
                    @if let Some(field) = fault.at { a href={ "#" (field) } { (fault.words) } } @else { (fault.words) }
                }
            }
        };
        notice(&Notice { kind: NoticeKind::Error, title: "That did not work.".to_owned(), body })
    }
}

/// A name as it was typed into a field.
pub(super) fn name(form: &Form, at: &'static str) -> Result<ScheduleName, Fault> {
    let typed = form.field("name").unwrap_or_default().trim();
    let name = ScheduleName::parse(typed).map_err(|error| Fault::at(at, sentence(&error.to_string())))?;
    if name.is_blank() { Err(Fault::at(at, "A name needs at least one letter.")) } else { Ok(name) }
}
