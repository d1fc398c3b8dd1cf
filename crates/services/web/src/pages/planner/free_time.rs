//! Times that somebody keeps free: work, lunch, a train. A form that is refused comes back as it was filled in.

use catalog::meeting::Days;
use design::action::{Emphasis, submit_button};
use jiff::civil::Time;
use maud::{Markup, html};
use planner::draft::TimeBlockDraft;
use planner::schedule::NAME_CHARS_MAX;

use super::editor::edit_fields;
use super::opened::Opened;
use super::trouble::{Fault, Trouble, mark, name, note};
use crate::form::Form;
use crate::words::sentence;

/// Days as the form names them, Monday first.
pub(super) const DAYS: [(&str, &str); 7] =
    [("mo", "Mon"), ("tu", "Tue"), ("we", "Wed"), ("th", "Thu"), ("fr", "Fri"), ("sa", "Sat"), ("su", "Sun")];

/// What the form does.
pub(super) const KEEP_FREE: &str = "keep-free";

/// The ids of its fields.
pub(super) const NAME: &str = "free-name";
const FROM: &str = "free-from";
pub(super) const TO: &str = "free-to";
const ON: &str = "free-days";

/// What is kept free, and a form for more.
pub(super) fn panel(opened: &Opened<'_>, trouble: Option<&Trouble>) -> Markup {
    let trouble = trouble.filter(|trouble| trouble.form_of(KEEP_FREE).is_some());
    html! {
        section aria-labelledby="free-heading" {
            h2 #free-heading { "Time kept free" }
            ul {
                @for block in &opened.schedule.time_blocks {
                    li {
                        form.found-course action=(opened.address()) method="post" {
                            (edit_fields(opened, "give-back"))
                            input type="hidden" name="block" value=(block.id);
                            span { strong { (block.name) } " " (block.days.short()) " " (block.time) }
                            (submit_button("Give back", Emphasis::Quiet))
                        }
                    }
                }
            }
            details.keep-free open[trouble.is_some()] {
                summary { "Keep a time free" }
                form.stack action=(opened.address()) method="post" {
                    (edit_fields(opened, KEEP_FREE))
                    div.field-grid {
                        (field(trouble, NAME, ("name", "What for"), ""))
                        (field(trouble, FROM, ("from", "From"), "12:00"))
                        (field(trouble, TO, ("to", "To"), "13:00"))
                    }
                    (days(trouble))
                    (submit_button("Keep it free", Emphasis::Secondary))
                }
            }
        }
    }
}

/// A field with what was typed into it, else with what is usual; and with what is wrong with it.
fn field(trouble: Option<&Trouble>, id: &str, (key, label): (&str, &str), usual: &str) -> Markup {
    let typed = trouble.and_then(|trouble| trouble.form.field(key));
    let faults = trouble.map_or(&[][..], |trouble| &trouble.faults);
    let mark = mark(faults, id);
    let (kind, most) = if id == NAME { ("text", Some(NAME_CHARS_MAX)) } else { ("time", None) };
    html! {
        div.field {
            label for=(id) { (label) }
            input id=(id) name=(key) type=(kind) value=(typed.unwrap_or(usual)) required maxlength=[most] autocomplete="off"
                placeholder=[most.map(|_| "Lunch")]
                aria-invalid=[mark.invalid] aria-describedby=[mark.described_by] autofocus[mark.is_first];
            (note(faults, id))
        }
    }
}

fn days(trouble: Option<&Trouble>) -> Markup {
    let faults = trouble.map_or(&[][..], |trouble| &trouble.faults);
    let mark = mark(faults, ON);
    let is_on = |value: &str| match trouble {
        Some(trouble) => trouble.form.all("day").any(|day| day == value),
        None => value != "sa" && value != "su",
    };
    html! {
        fieldset.day-choice aria-describedby=[mark.described_by] {
            legend { "On" }
            @for (at, (value, label)) in DAYS.into_iter().enumerate() {
                label {
                    input id=[(at == 0).then_some(ON)] type="checkbox" name="day" value=(value) checked[is_on(value)]
                        aria-invalid=[mark.invalid] autofocus[at == 0 && mark.is_first];
                    (label)
                }
            }
            (note(faults, ON))
        }
    }
}

/// The time that a form names; or everything that is wrong in it, in the order of the fields.
pub(super) fn read(form: &Form) -> Result<TimeBlockDraft, Vec<Fault>> {
    let mut flags = [false; 7];
    for (flag, (value, _)) in flags.iter_mut().zip(DAYS) {
        *flag = form.all("day").any(|day| day == value);
    }
    let days = Days::from_flags(flags);
    let (name, from, to) = (name(form, NAME), time(form, "from", FROM), time(form, "to", TO));
    let order = match (&from, &to) {
        (Ok(from), Ok(to)) if from >= to => Some(Fault::at(TO, "It must end after it begins.")),
        _ => None,
    };
    let day = days.is_empty().then(|| Fault::at(ON, "Choose at least one day on which to keep the time free."));
    match (name, from, to, order.is_none() && day.is_none()) {
        (Ok(name), Ok(from), Ok(to), true) => {
            TimeBlockDraft::new(name, from, to, days).map_err(|error| vec![Fault::at(TO, sentence(&error.to_string()))])
        }
        (name, from, to, _) => Err([name.err(), from.err(), to.err(), order, day].into_iter().flatten().collect()),
    }
}

fn time(form: &Form, key: &str, at: &'static str) -> Result<Time, Fault> {
    let typed = form.field(key).unwrap_or_default().trim();
    typed.parse().map_err(|_| match typed {
        "" => Fault::at(at, "Give a time, like 13:30."),
        _ => Fault::at(at, format!("“{typed}” is no time of day: write it like 13:30.")),
    })
}
