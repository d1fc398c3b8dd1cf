//! Questions that come up, with answers about this site.

use design::layout;
use maud::{Markup, html};

use super::{PRIVACY, Text};
use crate::pages::{bugs, enrollment, grades, updates};
use crate::visit::Visit;

pub(super) fn text(visit: &Visit) -> Text {
    let name = &visit.app.config.site_name;
    let body = html! {
        h2 { "Data" }
        (answer("seats", "How fresh are the seats?", html! {
            "Every page with seats says at what time they were counted. Everything is read anew each night at 2 am on the campus, and seats of the \
             terms that people enroll in more often. CalCentral always has the last word: look there before you decide. "
            a href=(updates::PATH) { "How current each source is" } " has a page of its own."
        }))
        (answer("wrong", "A room, a time or an instructor is wrong.", html! {
            "We show what the university's system says. If it is wrong there too, the department can change it, and it is right here after the next \
             night. If it is right there and wrong here, " a href=(bugs::PATH) { "tell us" } "."
        }))
        (answer("missing", "Why is a course not offered in the term I look at?", html! {
            "Either nobody has put it into the schedule of classes yet, or it is not given then. The page of the course offers the terms in which it is \
             or was given."
        }))
        (answer("reserved", "It says seats are open, but I cannot enroll.", html! {
            "The open seats may be reserved for a major or a year; the page of the course lists the groups and what is free for each. Prerequisites, \
             time conflicts and unit limits are checked by CalCentral alone."
        }))
        h2 { "Grades" }
        (answer("average", "How is an average made?", html! {
            "From letter grades: A+ and A count 4.0, A− 3.7, B+ 3.3 and so on down to F. Passed and not passed count for no average and are told \
             apart. Withdrawn and incomplete are not in the data. The letter beside an average is the one whose points are nearest."
        }))
        (answer("no-grades", "Why are there no grades for my course?", html! {
            "The exports leave out small sections, so that nobody can be recognised; new courses have none yet; and a term's grades arrive weeks after \
             it ended. Each page says up to which term they reach."
        }))
        (answer("percentile", "What is the percentile in the comparison?", html! {
            "How large a part of the letter grades lay below a grade, and below or at it. “Percentile 45 to 59” for a B+ means that 45 of 100 letter \
             grades were worse than a B+, and 41 were better. See " a href=(grades::PATH) { "the comparison of grades" } "."
        }))
        (answer("instructors", "An instructor has courses that are not theirs.", html! {
            "The sources name people by name alone. Two people of one name are one here, and one person who is written in two ways is two."
        }))
        h2 { "Enrollment" }
        (answer("will-i-get-in", "Will I get in?", html! {
            "Nobody knows, and we make up no number. " a href=(enrollment::PATH) { "The comparison of enrollment" } " shows, for each past term, when the \
             course was full, how many seats were given up or added after that, and how far the waiting list moved."
        }))
        (answer("over", "How can more than 100 percent of the seats be taken?", html! {
            "Departments enroll above the limit, or lower it later. We show what was counted."
        }))
        (answer("day-1", "What is “day 1”?", html! {
            "The first day of phase 1 of that term. Each selection is laid over the others by the days of its own enrollment, with its own phases below. \
             Where the phases of a term are not known, day 1 is the first day on which it was counted, and the page says so."
        }))
        h2 { "The site" }
        (answer("account", "Do I need an account?", html! {
            "No. An account only keeps what you save, on all your devices. " a href=(PRIVACY) { "What we keep about you" } " is written down."
        }))
        (answer("keys", "Are there keys?", html! {
            "Press " kbd { "?" } " on any page. " kbd { "/" } " goes to the search, " kbd { "j" } " and " kbd { "k" } " walk through a list."
        }))
        (answer("api", "May my program read this?", html! {
            "Yes: the " a href="/api/docs" { "API" } " is made for it, needs no key, and says how often you may ask."
        }))
    };
    Text { title: "Questions and answers", lead: format!("What people ask about {name}."), body }
}

/// A question with an address of its own.
fn answer(id: &str, question: &str, words: Markup) -> Markup {
    html! { div.answer id=(id) { h3 { (question) } (layout::prose(&html! { p { (words) } })) } }
}
