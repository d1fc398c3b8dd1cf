//! What people wrote about incidents: open ones on top of the page, past ones below.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use platform::status::Incident;

use crate::pages::moment;

/// Past incidents that are shown.
const SHOWN_PAST: usize = 20;

/// Those that last, newest first.
pub(super) fn open(incidents: &[Incident], now: Timestamp, zone: &TimeZone) -> Markup {
    let open: Vec<&Incident> = incidents.iter().filter(|incident| incident.resolved_at.is_none()).collect();
    html! {
        @if !open.is_empty() {
            section.status-incidents aria-labelledby="open" {
                h2.unseen id="open" { "Going on now" }
                @for incident in open {
                    article.status-incident {
                        p.eyebrow { "Going on since " (when(incident.opened_at, now, zone)) }
                        h3 { (incident.title) }
                        (touches(incident))
                        (updates(incident, now, zone))
                    }
                }
            }
        }
    }
}

/// Those that are over, newest first.
pub(super) fn past(incidents: &[Incident], now: Timestamp, zone: &TimeZone) -> Markup {
    let past = incidents.iter().filter_map(|incident| Some((incident, incident.resolved_at?)));
    let past: Vec<(&Incident, Timestamp)> = past.take(SHOWN_PAST).collect();
    html! {
        section.status-group aria-labelledby="past" {
            h2 id="past" { "Past incidents" }
            @if past.is_empty() { p.status-none { "None." } }
            @for (incident, resolved_at) in past {
                article.status-past {
                    h3 { (incident.title) }
                    p.status-since {
                        (when(incident.opened_at, now, zone)) ", lasted "
                        (moment::span(moment::since(incident.opened_at, resolved_at)))
                    }
                    (touches(incident))
                    @if !incident.updates.is_empty() {
                        details { summary { "What was said" } (updates(incident, now, zone)) }
                    }
                }
            }
        }
    }
}

fn touches(incident: &Incident) -> Markup {
    let parts: Vec<&str> = incident.parts.iter().map(|part| part.title()).collect();
    html! { @if !parts.is_empty() { p.status-touches { "Affects: " (parts.join(", ")) } } }
}

/// Newest first: who comes back wants to know what is new.
fn updates(incident: &Incident, now: Timestamp, zone: &TimeZone) -> Markup {
    html! {
        ol.status-updates reversed {
            @for update in incident.updates.iter().rev() {
                li { p.status-since { (when(update.at, now, zone)) } p { (update.text) } }
            }
        }
    }
}

fn when(at: Timestamp, now: Timestamp, zone: &TimeZone) -> Markup {
    html! { time datetime=(at) { (moment::in_words(at, now, zone)) } }
}
