//! Fields of a form in which somebody writes.

use maud::{Markup, html};

use crate::action::{Emphasis, submit_button};
use crate::gallery::Example;

/// A field for a line or for a text.
#[derive(Clone, Debug, Default)]
pub struct TextField {
    /// The `id`; unique on the page.
    pub id: String,
    /// The form's name of it.
    pub name: String,
    /// What to write.
    pub label: String,
    /// A sentence below.
    pub note: String,
    /// What is written already.
    pub value: String,
    /// The most characters.
    pub max_chars: usize,
    /// Whether several lines are expected.
    pub is_long: bool,
    /// Whether it must not stay empty.
    pub required: bool,
    /// What browsers may fill in: `email`; `off`.
    pub autocomplete: String,
    /// What is wrong with what was written.
    pub fault: Option<String>,
}

/// The field with its label, its note and what is wrong with it.
#[must_use]
pub fn text_field(field: &TextField) -> Markup {
    let note_id = format!("{}-note", field.id);
    let has_note = !field.note.is_empty() || field.fault.is_some();
    let described = has_note.then_some(&note_id);
    let invalid = field.fault.is_some().then_some("true");
    let autocomplete = if field.autocomplete.is_empty() { "off" } else { &field.autocomplete };
    html! {
        div.field {
            label for=(field.id) { (field.label) }
            @if field.is_long {
                textarea id=(field.id) name=(field.name) rows="8" maxlength=(field.max_chars) required[field.required]
                    autocomplete=(autocomplete) aria-describedby=[described] aria-invalid=[invalid] {
                    // A line break right behind the opening tag is not part of the text.
                    "\n" (field.value)
                }
            } @else {
                input type="text" id=(field.id) name=(field.name) value=(field.value) maxlength=(field.max_chars)
                    required[field.required] autocomplete=(autocomplete) aria-describedby=[described] aria-invalid=[invalid];
            }
            @if has_note {
                p.field-note id=(note_id) {
                    @if let Some(fault) = &field.fault { strong.fault { (fault) } " " }
                    (field.note)
                }
            }
        }
    }
}

/// A field that people do not see and programs fill in. What it holds is not from a person.
#[must_use]
pub fn trap_field(name: &str) -> Markup {
    html! {
        p.not-for-people aria-hidden="true" {
            label for={ "trap-" (name) } { "Leave this empty" }
            input type="text" id={ "trap-" (name) } name=(name) tabindex="-1" autocomplete="off";
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let long = TextField {
        id: "example-text".to_owned(),
        name: "text".to_owned(),
        label: "What is wrong?".to_owned(),
        note: "At most 4,000 characters.".to_owned(),
        max_chars: 4_000,
        is_long: true,
        ..TextField::default()
    };
    let short = TextField {
        id: "example-line".to_owned(),
        name: "line".to_owned(),
        label: "Your address".to_owned(),
        value: "ana@".to_owned(),
        note: "Only if you want an answer.".to_owned(),
        max_chars: 254,
        fault: Some("That is no address: something is missing behind the @.".to_owned()),
        ..TextField::default()
    };
    let markup = html! {
        form.form-stack action="#form" method="get" {
            (text_field(&long)) (text_field(&short)) (submit_button("Send", Emphasis::Primary))
        }
    };
    vec![Example::new(
        "Actions",
        "Form",
        "A label above, a note below; what is wrong is said beside the field.",
        markup,
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_comes_back_whole_and_harmless() {
        let value = "\n</textarea><script>".to_owned();
        let field = TextField { is_long: true, value, id: "t".to_owned(), ..TextField::default() };
        let html = text_field(&field).into_string();
        assert!(html.contains(">\n\n&lt;/textarea&gt;&lt;script&gt;</textarea>"), "{html}");
    }

    #[test]
    fn a_fault_is_tied_to_its_field() {
        let field = TextField { id: "t".to_owned(), fault: Some("Too long.".to_owned()), ..TextField::default() };
        let html = text_field(&field).into_string();
        assert!(html.contains("aria-describedby=\"t-note\"") && html.contains("aria-invalid=\"true\""));
        assert!(html.contains("<strong class=\"fault\">Too long.</strong>"));
    }
}
