//! What this is.

use maud::html;

use super::{FAQ, PRIVACY, Text};
use crate::address::CATALOG;
use crate::pages::{bugs, enrollment, grades, instructors, updates};
use crate::visit::Visit;

pub(super) fn text(visit: &Visit) -> Text {
    let name = &visit.app.config.site_name;
    let body = html! {
        p {
            (name) " puts what the university publishes about its classes where it can be found: the " a href=(CATALOG) { "catalog" }
            " with seats and waiting lists, " a href=(grades::PATH) { "how courses were graded" } ", "
            a href=(enrollment::PATH) { "how they filled" } " in the terms before, and " a href=(instructors::PATH) { "who teaches" } "."
        }
        h2 { "Who makes it" }
        p { "Students of UC Berkeley, in their free time, beside their classes. It is no service of the university, costs nothing, shows no \
             advertisement and sells nothing. Enrolling is done at CalCentral: this site only helps to decide in what." }
        h2 { "How it is made" }
        p { "As one program that serves the site and carries what the site needs. Pages are made on the server, come whole with the first \
             answer, and work without script, by keyboard, on paper and in the dark. Nothing on them comes from another site." }
        p { "What comes from elsewhere says from where, and when: seats carry a time, grades the last term they reach to. When an update \
             is refused or fails, " a href=(updates::PATH) { "a page" } " says so, and yesterday's data stays." }
        h2 { "What we will not do" }
        ul {
            li { "Guess your chances. We show counts of past terms; what they mean for you is yours to judge." }
            li { "Show one person's data to another, or yours to anybody. " a href=(PRIVACY) { "What we keep" } " is a short list." }
            li { "Hide a mistake. " a href=(bugs::PATH) { "Tell us" } ", and it will be mended where it can be seen." }
        }
        p { "More is answered under " a href=(FAQ) { "questions" } "." }
    };
    Text {
        title: "About",
        lead: format!("{name} helps students of UC Berkeley to find classes, and to see what they are getting into."),
        body,
    }
}
