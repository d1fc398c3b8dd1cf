//! `/status`: how each part of the house is, 90 days of it, and what people wrote about incidents.

mod days;
mod incidents;
pub(super) mod json;

use design::notice::{Notice, NoticeKind, notice};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use platform::status::overall::Overall;
use platform::status::{Health, PartState, StatusReport};

use crate::pages::{STATUS_JSON_PATH, moment};

/// Title and content of the page.
pub(super) fn page(report: Option<&StatusReport>, now: Timestamp, zone: &TimeZone) -> (String, Markup) {
    let main = match report {
        Some(report) => whole(report, now, zone),
        None => html! {
            (heading(&Overall { health: Health::Unknown, says: "Nobody has looked yet.".to_owned() }, &html! {
                "Only the front door is known to work: it shows you this page. The rest is looked at as soon as it has started."
            }))
        },
    };
    ("Status".to_owned(), main)
}

fn whole(report: &StatusReport, now: Timestamp, zone: &TimeZone) -> Markup {
    let is_stale = report.is_stale(now);
    let seen = Seen { now, zone, is_stale };
    let (for_visitors, behind): (Vec<&PartState>, Vec<&PartState>) =
        report.parts.iter().filter(|state| !is_absent(state)).partition(|state| state.part.is_for_visitors());
    let absent: Vec<&str> =
        report.parts.iter().filter(|state| is_absent(state)).map(|state| state.part.title()).collect();
    let overall = report.overall();
    let looked = looked(report, now, zone);
    html! {
        @if is_stale {
            (heading(&Overall { health: Health::Unknown, says: "What works right now is not known.".to_owned() }, &looked))
            (notice(&stale(report, now)))
        } @else {
            (heading(&overall, &looked))
        }
        (incidents::open(&report.incidents, now, zone))
        (group("site", "What you use", &for_visitors, &seen))
        (group("house", "Behind the scenes", &behind, &seen))
        (days::legend())
        @if !absent.is_empty() { p.status-absent { "Not set up here: " (absent.join(", ")) "." } }
        (incidents::past(&report.incidents, now, zone))
        p.status-foot {
            "Times are those of " (zone.iana_name().unwrap_or("UTC")) ". For programs: " a href=(STATUS_JSON_PATH) { "status.json" } "."
        }
    }
}

fn is_absent(state: &PartState) -> bool {
    state.finding.health == Health::Absent
}

/// The answer to the question that brought the reader here, in one line.
fn heading(overall: &Overall, looked: &Markup) -> Markup {
    html! {
        header.status-overall data-health=(key(overall.health)) {
            (sign(overall.health))
            div {
                p.eyebrow { "Status" }
                h1 { (overall.says.trim_end_matches('.')) }
                p.status-looked { (looked) }
            }
        }
    }
}

fn looked(report: &StatusReport, now: Timestamp, zone: &TimeZone) -> Markup {
    let ago = moment::span(moment::since(report.at, now));
    html! { "Last looked at " (ago) " ago, " time datetime=(report.at) { (moment::in_words(report.at, now, zone)) } "." }
}

fn stale(report: &StatusReport, now: Timestamp) -> Notice {
    let age = moment::span(moment::since(report.at, now));
    Notice {
        kind: NoticeKind::Warning,
        title: format!("This report is {age} old."),
        body: html! { "Nobody has looked since. What follows was so then; it may be otherwise now." },
    }
}

/// From when the parts are seen.
struct Seen<'a> {
    now: Timestamp,
    zone: &'a TimeZone,
    /// The report is old: what it says was so, and may be otherwise now.
    is_stale: bool,
}

fn group(id: &str, title: &str, parts: &[&PartState], seen: &Seen<'_>) -> Markup {
    html! {
        @if !parts.is_empty() {
            section.status-group.status-stale[seen.is_stale] aria-labelledby=(id) {
                h2 id=(id) { (title) }
                ul.status-parts { @for state in parts { (part(state, seen)) } }
            }
        }
    }
}

fn part(state: &PartState, seen: &Seen<'_>) -> Markup {
    let health = state.finding.health;
    let since = moment::in_words(state.since, seen.now, seen.zone);
    html! {
        li.status-part data-health=(key(health)) {
            div.status-words {
                h3 { (state.part.title()) }
                p.status-state { (sign(health)) span { (if seen.is_stale { past_word(health) } else { word(health) }) } }
                p.status-says { (state.finding.says) }
                p.status-since {
                    "Since " time datetime=(state.since) { (since) }
                    @if let Some(latency) = state.finding.latency_ms { " · answers in " (latency) " ms" }
                }
            }
            (days::history(state, seen.now, seen.zone))
        }
    }
}

/// For style sheets.
pub(super) fn key(health: Health) -> &'static str {
    match health {
        Health::Up => "up",
        Health::Absent | Health::Unknown => "unknown",
        Health::Degraded => "degraded",
        Health::Down => "down",
    }
}

/// For people.
fn word(health: Health) -> &'static str {
    match health {
        Health::Up => "Works",
        Health::Absent => "Not set up",
        Health::Unknown => "Not known",
        Health::Degraded => "Works in part",
        Health::Down => "Does not work",
    }
}

/// For people who read an old report.
fn past_word(health: Health) -> &'static str {
    match health {
        Health::Up => "Worked",
        Health::Degraded => "Worked in part",
        Health::Down => "Did not work",
        Health::Absent | Health::Unknown => word(health),
    }
}

/// A sign of its own shape for each state: colour only repeats it.
fn sign(health: Health) -> Markup {
    let path = match health {
        Health::Up => "M4.8 8.3l2.2 2.2 4.2-4.7",
        Health::Degraded => "M8 4.5v4.2M8 11.2v.1",
        Health::Down => "M5.5 5.5l5 5M10.5 5.5l-5 5",
        Health::Absent | Health::Unknown => "M5 8h6",
    };
    html! {
        svg.status-sign data-health=(key(health)) viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" {
            circle cx="8" cy="8" r="8" {}
            path d=(path) {}
        }
    }
}
