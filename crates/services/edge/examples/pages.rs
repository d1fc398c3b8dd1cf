//! Writes the edge's own pages into a folder, to be looked at: `cargo run -p edge --example pages -- FOLDER`, then
//! serve the folder at the root of a host, such as by `python3 -m http.server -d FOLDER`.

use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use edge::pages::{Asked, Pages, Trouble, sheet};
use http::{HeaderMap, StatusCode};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use platform::status::{Day, Finding, Health, Incident, IncidentUpdate, Part, PartState, StatusReport};

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).ok_or_else(|| io::Error::other("expected a folder"))?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("_edge"))?;
    let pages = Pages::new("Berkeleytime", TimeZone::get("America/Los_Angeles").unwrap_or(TimeZone::UTC));
    for theme in ["light", "dark"] {
        write_all(&pages, folder, theme)?;
    }
    for path in [sheet::path(), sheet::ICON_PATH] {
        let file = sheet::file(path, &HeaderMap::new()).ok_or_else(|| io::Error::other("a file is missing"))?;
        fs::write(folder.join(path.trim_start_matches('/')), file.body())?;
    }
    Ok(())
}

fn write_all(pages: &Pages, folder: &Path, theme: &str) -> io::Result<()> {
    let mut headers = HeaderMap::new();
    let cookie = format!("theme={theme}").parse().map_err(io::Error::other)?;
    headers.insert(http::header::COOKIE, cookie);
    let asked = Asked {
        path: "/catalog/fall-2026/COMPSCI/61A",
        headers: &headers,
        request_id: "3f0c9a6be41d7725",
        can_repeat: true,
    };
    for (name, trouble) in troubles() {
        let page = pages.trouble(&asked, &trouble);
        fs::write(folder.join(format!("{name}-{theme}.html")), page.body())?;
    }
    let asked = Asked { path: "/status", ..asked };
    let now: Timestamp = "2026-11-22T22:30:00Z".parse().map_err(io::Error::other)?;
    for (name, report, now) in [
        ("status", Some(report(now, false)), now),
        ("status-trouble", Some(report(now, true)), now),
        ("status-stale", Some(report(now, false)), now + Span::new().minutes(7)),
        ("status-none", None, now),
    ] {
        let page = pages.status(&asked, report.as_ref(), now);
        fs::write(folder.join(format!("{name}-{theme}.html")), page.body())?;
    }
    Ok(())
}

fn troubles() -> Vec<(String, Trouble)> {
    let service = |name: &str| name.parse().unwrap_or_else(|error| unreachable!("{error}"));
    let mut all = vec![
        ("503", Trouble::NotRunning { service: service("web@production"), retry_after: Duration::from_secs(5) }),
        ("502", Trouble::BrokenOff(service("api@staging"))),
        ("504", Trouble::TooSlow(service("web@production"))),
        (
            "maintenance",
            Trouble::Maintenance {
                reason: "We move the database to a larger disk. Back at 6 am on Sunday.".to_owned(),
            },
        ),
        ("later", Trouble::Later { what: "The explorer of the logs".to_owned() }),
        ("401", Trouble::PasswordAsked { realm: "staging".to_owned(), was_wrong: false }),
        ("429", Trouble::TooMany { wait: Duration::from_secs(7) }),
        ("banned", Trouble::Banned { wait: Some(Duration::from_secs(3_600)) }),
    ]
    .into_iter()
    .map(|(name, trouble)| (name.to_owned(), trouble))
    .collect::<Vec<_>>();
    for code in [400_u16, 403, 404, 413, 421, 431] {
        all.extend(StatusCode::from_u16(code).map(|status| (code.to_string(), Trouble::of(status))));
    }
    all
}

/// Three months of a house: mostly well, with a bad morning and a slow week.
fn report(now: Timestamp, has_trouble: bool) -> StatusReport {
    let today = TimeZone::get("America/Los_Angeles").unwrap_or(TimeZone::UTC).to_datetime(now).date();
    let state = |part: Part, says: &str, latency_ms: Option<u64>| {
        let mut finding = Finding { latency_ms, ..Finding::up(says) };
        if has_trouble && part == Part::Api {
            finding = Finding { health: Health::Down, says: "It does not answer.".to_owned(), ..finding };
        }
        if has_trouble && part == Part::Backup {
            finding = Finding { health: Health::Degraded, says: "The newest is 31 hours old.".to_owned(), ..finding };
        }
        let back = if finding.health == Health::Up { 72 } else { 2 };
        PartState { part, finding, since: now - Span::new().hours(back), days: days(part, today) }
    };
    let parts = vec![
        state(Part::Edge, "It answers, and passes requests on.", Some(1)),
        state(Part::Web, "The front page comes whole.", Some(9)),
        state(Part::Api, "GraphQL and REST answer.", Some(12)),
        state(Part::Database, "It takes reads and writes.", Some(2)),
        PartState { finding: Finding::absent(), ..state(Part::Cache, "", None) },
        PartState { finding: Finding::absent(), ..state(Part::Logs, "", None) },
        state(Part::NightlyUpdate, "Last night's brought 7,072 classes at 2:04 am.", None),
        state(Part::Backup, "The newest is 14 hours old; the log of changes is 20 seconds behind.", None),
        state(Part::Drill, "Last night's backup was restored and is the same in all tables.", None),
        state(Part::Certificates, "All are good for 61 days at least.", None),
        state(Part::Disk, "212 GB are free.", None),
    ];
    StatusReport { at: now - Span::new().seconds(6), parts, incidents: incidents(now, has_trouble) }
}

fn days(part: Part, today: Date) -> Vec<Day> {
    let kept = if part == Part::Drill { 40 } else { 90 };
    let day = |age: i64| {
        let (degraded, down) = match (part, age) {
            (Part::Api, 61) => (600, 5_400),
            (Part::Web | Part::Api, 60) => (0, 840),
            (Part::Web, 20..=22) => (4_000, 0),
            (Part::NightlyUpdate, 33) => (0, 30_000),
            _ => (0, 0),
        };
        Day { day: today - Span::new().days(age), up: 86_400 - degraded - down, degraded, down }
    };
    (0..kept).rev().map(day).collect()
}

fn incidents(now: Timestamp, has_trouble: bool) -> Vec<Incident> {
    let said = |hours: i64, text: &str| IncidentUpdate { at: now - Span::new().hours(hours), text: text.to_owned() };
    let open = Incident {
        number: 3,
        title: "The API does not answer".to_owned(),
        parts: vec![Part::Api],
        opened_at: now - Span::new().hours(2),
        resolved_at: None,
        updates: vec![
            said(2, "Requests to the API fail since half past noon. The site itself works. We look for the cause."),
            said(1, "A query takes all memory of its process. We put a limit on it and start the API anew."),
        ],
    };
    let past = Incident {
        number: 2,
        title: "Pages were slow in the evenings".to_owned(),
        parts: vec![Part::Web],
        opened_at: now - Span::new().hours(22 * 24),
        resolved_at: Some(now - Span::new().hours(19 * 24)),
        updates: vec![
            said(22 * 24, "Pages take seconds between 8 pm and 9 pm."),
            said(19 * 24, "The cache was too small. It has grown."),
        ],
    };
    if has_trouble { vec![open, past] } else { vec![past] }
}
