//! What is kept about people. It says what the code does: who changes what is stored changes this page too.

use accounts::guest::GUEST_IDLE_MAX;
use accounts::session::{SESSION_AGE_MAX, SESSION_IDLE_MAX};
use jiff::SignedDuration;
use maud::html;

use super::Text;
use crate::pages::bugs;
use crate::visit::Visit;

pub(super) fn text(visit: &Visit) -> Text {
    let name = &visit.app.config.site_name;
    let body = html! {
        h2 { "If you only look" }
        p { "Nothing about you is stored in the database, and no cookie is set. No other company sees that you were here: pages ask no \
             other site for anything, and there is no counting of visitors by somebody else." }
        p { "Like every web server, ours writes a line for each request: when, from which internet address, which page with its search, what your \
             browser says it is, and how long the answer took. Secrets in addresses are struck out. The lines are for finding faults and for \
             stopping misuse, only the team reads them, and they are thrown away when their room is needed or their days are over." }
        h2 { "Cookies" }
        ul {
            li { strong { "theme" } ": whether you chose light or dark. Kept for a year; there is none unless you choose." }
            li { strong { "guest" } ": when you begin to plan without an account, so that you find your plan again. It is a random number. \
                  What belongs to it is forgotten " (days(GUEST_IDLE_MAX)) " days after you were last here." }
            li { strong { "session" } ": when you are signed in. It is a random number, of which we store only a fingerprint. It ends "
                  (days(SESSION_IDLE_MAX)) " days after you last used it, at the latest after " (days(SESSION_AGE_MAX)) " days, or when you sign out." }
            li { strong { "signing-in" } ": for the minutes of a sign-in, so that nobody else can finish it for you." }
        }
        h2 { "If you have an account" }
        p { "We keep your e-mail address and your name as the sign-in told them, the major and the notifications that you set, the courses and \
             collections you saved, the classes you follow and for half a year what you were told of them, your schedules with their earlier versions, the links under which you share them, and where you are signed in: \
             when, and what the browser says it is. We learn no password." }
        p { "A shared schedule shows what is on it, and not whose it is, unless you wish so; of the times that you keep free it shows when they \
             are, and not what for. Nobody sees what you save. You can take all of it with you, and delete the account, from your \
             profile. What is deleted is gone from the site at once, and from the backups when they are replaced, at the latest after a year." }
        h2 { "If you report a mistake" }
        p { "We keep what you write, on which page, when, and, if you were signed in, that it came from you. The team gets it by mail, without \
             whose it is unless you say how to reach you. When you delete your account, the report \
             stays without your name and without how to reach you. Write to us with the " a href=(bugs::PATH) { "form" } " about anything on this page." }
        h2 { "The data about classes" }
        p { "Names of instructors, seats and schedules are what the university publishes. Grades are counts for whole sections; small sections are left \
             out of the exports, so that no student can be recognised. Where the owner of a source asks, we turn the source off, and say so." }
    };
    Text { title: "Privacy", lead: format!("What {name} keeps about you, why, and for how long."), body }
}

fn days(span: SignedDuration) -> i64 {
    span.as_hours() / 24
}
