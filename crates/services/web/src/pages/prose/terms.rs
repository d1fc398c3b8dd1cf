//! On what terms the site may be used.

use maud::html;

use super::{PRIVACY, Text};
use crate::pages::bugs;
use crate::visit::Visit;

pub(super) fn text(visit: &Visit) -> Text {
    let name = &visit.app.config.site_name;
    let body = html! {
        h2 { "What you may expect" }
        p { "The site is made by students in their free time and given as it is. We work for it being right and being there, and promise neither. \
             What counts for enrolling, grades and degrees is what the university says: CalCentral, the catalog, your adviser." }
        h2 { "What we expect" }
        ul {
            li { "Read as much as you like, also by program. Programs use the " a href="/api/docs" { "API" } ", say who they are, and stop when told to wait." }
            li { "Do not try to see what belongs to somebody else, to find out who got which grade, or to keep others from using the site." }
            li { "If you find a hole, tell us by the " a href=(bugs::PATH) { "form" } " before you tell others." }
        }
        h2 { "What belongs to whom" }
        p { "The data about classes is the university's. What you make here, such as a schedule, is yours. The program is free software under the \
             licence that lies beside its source. The name of the university is the university's, and its use here means no endorsement." }
        h2 { "Accounts" }
        p { "You may delete yours at any time, and take your data along. We may close one that is used against these terms, and say why. "
            a href=(PRIVACY) { "What we keep" } " is written down apart." }
        h2 { "Changes" }
        p { "When these terms change, the change is told among " a href=(super::RELEASES) { "what changed" } " before it holds." }
    };
    Text {
        title: "Terms",
        lead: format!("On what terms {name} may be used: few, and meant as they are written."),
        body,
    }
}
