//! Times that somebody keeps free: work, lunch, a train.

use design::action::{Emphasis, submit_button};
use maud::{Markup, html};

use super::editor::edit_fields;
use super::opened::Opened;
use crate::moment::range_in_words;

/// Days as the form names them, Monday first.
pub(super) const DAYS: [(&str, &str); 7] =
    [("mo", "Mon"), ("tu", "Tue"), ("we", "Wed"), ("th", "Thu"), ("fr", "Fri"), ("sa", "Sat"), ("su", "Sun")];

/// What is kept free, and a form for more.
pub(super) fn panel(opened: &Opened<'_>) -> Markup {
    html! {
        section aria-labelledby="free-heading" {
            h2 #free-heading { "Time kept free" }
            ul {
                @for block in &opened.schedule.time_blocks {
                    li {
                        form.found-course action=(opened.address()) method="post" {
                            (edit_fields(opened, "give-back"))
                            input type="hidden" name="block" value=(block.id);
                            span { strong { (block.name) } " " (block.days.short()) " " (range_in_words(block.time)) }
                            (submit_button("Give back", Emphasis::Quiet))
                        }
                    }
                }
            }
            details.keep-free {
                summary { "Keep a time free" }
                form.stack action=(opened.address()) method="post" {
                    (edit_fields(opened, "keep-free"))
                    div.field-grid {
                        div.field { label for="free-name" { "What for" } input id="free-name" name="name" type="text" required maxlength=(planner::schedule::NAME_CHARS_MAX) autocomplete="off" placeholder="Lunch"; }
                        div.field { label for="free-from" { "From" } input id="free-from" name="from" type="time" required value="12:00"; }
                        div.field { label for="free-to" { "To" } input id="free-to" name="to" type="time" required value="13:00"; }
                    }
                    fieldset.day-choice {
                        legend { "On" }
                        @for (value, label) in DAYS {
                            label { input type="checkbox" name="day" value=(value) checked[value != "sa" && value != "su"]; (label) }
                        }
                    }
                    (submit_button("Keep it free", Emphasis::Secondary))
                }
            }
        }
    }
}
