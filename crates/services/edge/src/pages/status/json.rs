//! `/status.json`: the same as the page, for programs.
//!
//! ```json
//! {"health": "up", "says": "Everything works.", "at": "2026-11-22T22:00:00Z", "age_seconds": 4, "is_stale": false,
//!  "parts": [{"part": "web", "title": "Site", "health": "up", "says": "…", "latency_ms": 12, "since": "…",
//!             "worked": 0.9998, "days": [{"day": "2026-11-22", "up": 86390, "degraded": 0, "down": 10}]}],
//!  "incidents": [{"number": 3, "title": "…", "parts": ["web"], "opened_at": "…", "resolved_at": null,
//!                 "updates": [{"at": "…", "text": "…"}]}]}
//! ```
//!
//! What mends a part is for the operator, and is not here.

use jiff::Timestamp;
use platform::status::{Day, Health, Incident, Part, PartState, StatusReport};
use serde::Serialize;

use crate::pages::moment;

#[derive(Serialize)]
struct Document<'a> {
    health: Health,
    says: String,
    at: Option<Timestamp>,
    age_seconds: Option<u64>,
    is_stale: bool,
    parts: Vec<PartDocument<'a>>,
    incidents: &'a [Incident],
}

#[derive(Serialize)]
struct PartDocument<'a> {
    part: Part,
    title: &'static str,
    health: Health,
    says: &'a str,
    latency_ms: Option<u64>,
    since: Timestamp,
    worked: Option<f64>,
    days: &'a [Day],
}

/// The document.
pub(in crate::pages) fn document(report: Option<&StatusReport>, now: Timestamp) -> String {
    let document = match report {
        None => Document {
            health: Health::Unknown,
            says: "Nobody has looked yet.".to_owned(),
            at: None,
            age_seconds: None,
            is_stale: true,
            parts: Vec::new(),
            incidents: &[],
        },
        Some(report) => of_report(report, now),
    };
    serde_json::to_string(&document).unwrap_or_default()
}

fn of_report(report: &StatusReport, now: Timestamp) -> Document<'_> {
    let is_stale = report.is_stale(now);
    let overall = report.overall();
    let says = if is_stale { "What works right now is not known.".to_owned() } else { overall.says };
    Document {
        health: if is_stale { Health::Unknown } else { overall.health },
        says,
        at: Some(report.at),
        age_seconds: Some(moment::since(report.at, now).as_secs()),
        is_stale,
        parts: report.parts.iter().map(of_part).collect(),
        incidents: &report.incidents,
    }
}

fn of_part(state: &PartState) -> PartDocument<'_> {
    PartDocument {
        part: state.part,
        title: state.part.title(),
        health: state.finding.health,
        says: &state.finding.says,
        latency_ms: state.finding.latency_ms,
        since: state.since,
        worked: state.share_working(),
        days: &state.days,
    }
}
