//! What the planner's pages say: findings, failures, sums.

use accounts::ports::AccountError;
use axum::response::Response;
use catalog::ports::with_causes;
use design::action::{Emphasis, link_button};
use design::empty::empty_state;
use design::heading::{PageHeading, page_heading};
use design::notice::{Notice, NoticeKind, notice};
use design::numbers::counted;
use http::StatusCode;
use maud::{Markup, html};
use planner::conflicts::{Findings, Severity};
use planner::picked::UnitSum;
use planner::ports::ScheduleError;

use super::PLANNER;
use crate::frame::Content;
use crate::visit::Visit;
use crate::words::sentence;

/// `12 units`, `9–12 units`, `1 unit`, and of how many courses they are unknown.
pub(super) fn units(sum: &UnitSum) -> String {
    let one = sum.least == 100 && sum.most == 100;
    let mut words = format!("{sum} {}", if one { "unit" } else { "units" });
    if sum.unknown > 0 {
        words.push_str(&format!(", without {} of unknown units", sum.unknown));
    }
    words
}

/// `2 h 15 min`.
pub(super) fn hours(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    }
}

/// How much there is to mend: `1 collision, 2 things missing`; `None` when nothing is.
pub(super) fn sum(findings: &Findings) -> Option<String> {
    let count = |severity, one: &str, several: &str| {
        let count = findings.count(severity);
        (count > 0).then(|| counted(crate::words::counted(count), one, several))
    };
    let clashes = count(Severity::Clash, "collision", "collisions");
    let missing = count(Severity::Incomplete, "thing missing", "things missing");
    let words: Vec<String> = clashes.into_iter().chain(missing).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// What was found, the gravest first.
pub(super) fn findings(findings: &Findings) -> Markup {
    let of = |severity: Severity| -> Vec<String> {
        findings.list.iter().filter(|one| one.severity() == severity).map(|one| format!("{one}.")).collect()
    };
    let groups = [
        // Not an error: findings are part of the page, not an event on it.
        (Severity::Clash, NoticeKind::Warning, "It collides."),
        (Severity::Incomplete, NoticeKind::Warning, "Something is missing."),
        (Severity::Hint, NoticeKind::Info, "Good to know."),
    ];
    html! {
        @for (severity, kind, title) in groups {
            @let list = of(severity);
            @if !list.is_empty() { (told(kind, title, &list)) }
        }
        @if !findings.is_whole { p { "There is more, which would not help." } }
    }
}

fn told(kind: NoticeKind, title: &str, list: &[String]) -> Markup {
    let body = match list {
        [only] => html! { (only) },
        _ => html! { span.findings { @for one in list { span.finding { (one) } } } },
    };
    html! { div.finding-group { (notice(&Notice { kind, title: title.to_owned(), body })) } }
}

/// The page for a schedule that is not there, or is somebody else's.
pub(super) fn no_such_schedule(visit: &Visit) -> Response {
    page(
        visit,
        StatusCode::NOT_FOUND,
        "There is no such schedule",
        html! { p { "It may have been deleted, or it is kept in another browser or another account. A link to share opens for everybody; this address opens for its owner only." } },
    )
}

/// The page for a link that opens nothing.
pub(super) fn no_such_link(visit: &Visit) -> Response {
    page(
        visit,
        StatusCode::NOT_FOUND,
        "This link opens nothing",
        html! { p { "It may have been revoked, or cut off when it was copied. Ask whoever gave it for a new one." } },
    )
}

/// Makes of what could not be done its page: `map_err(failed(&visit))?`.
pub(super) fn failed(visit: &Visit) -> impl Fn(ScheduleError) -> Response + '_ {
    move |error| failure(visit, &error)
}

fn failure(visit: &Visit, error: &ScheduleError) -> Response {
    let (status, message) = match error {
        ScheduleError::NoSuchSchedule | ScheduleError::NotTheOwner => return no_such_schedule(visit),
        ScheduleError::NoSuchLink => return no_such_link(visit),
        ScheduleError::Store(cause) => {
            tracing::error!(error = with_causes(cause), "a schedule could not be read or kept");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "The database does not answer. Nothing was changed; try again in a minute.".to_owned(),
            )
        }
        ScheduleError::ChangedMeanwhile { .. } => (StatusCode::CONFLICT, sentence(&error.to_string())),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, sentence(&error.to_string())),
    };
    page(visit, status, "That did not work", html! { p { (message) } })
}

/// The page for a store that cannot say who looks.
pub(super) fn nobody_to_ask(visit: &Visit, error: &AccountError) -> Response {
    tracing::error!(error = with_causes(error), "who plans could not be found out");
    let message = "The database does not answer. Nothing was changed; try again in a minute.";
    page(visit, StatusCode::SERVICE_UNAVAILABLE, "That did not work", html! { p { (message) } })
}

fn page(visit: &Visit, status: StatusCode, title: &str, body: Markup) -> Response {
    let actions = html! { (link_button("My schedules", PLANNER, Emphasis::Primary)) };
    let content = Content {
        title: title.to_owned(),
        status,
        no_index: true,
        main: html! { (page_heading(&PageHeading::new(title))) (empty_state(title, body, &actions)) },
        ..Content::default()
    };
    super::page(visit, content)
}
