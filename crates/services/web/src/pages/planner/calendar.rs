//! A schedule as a calendar: to download once, or to follow by a link that calendar programs ask again and again.

use axum::extract::Path;
use axum::response::{IntoResponse, Response, Result};
use catalog::run::Step;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use http::{HeaderValue, StatusCode};
use httpkit::cache::{CachePolicy, entity_tag};
use httpkit::error::HttpError;
use jiff::Timestamp;
use planner::calendar::{CalendarDetails, write};
use planner::link::{LinkId, LinkUse};
use planner::plan::Plan;
use planner::schedule::Schedule;

use super::opened;
use crate::visit::Visit;

/// The host in the ids of events where the site knows no address of its own.
const HOST: &str = "berkeleytime.localhost";

/// What calendar programs expect behind a link.
const ENDING: &str = ".ics";

/// At the end of an address: the calendar without the times that are kept free, for those who have them in another one.
pub(super) const CLASSES_ONLY: &str = "?only=classes";

/// The calendar as a file.
pub(super) async fn download(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (_, schedule) = opened::own(&visit, &id).await?;
    let mut answer = calendar(&visit, &schedule, CachePolicy::NoStore);
    let name: String = schedule.name.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
    let name = if name.is_empty() { "schedule".to_owned() } else { name };
    let value = format!("attachment; filename=\"{name}-{}{ENDING}\"", schedule.term.slug());
    if let Ok(value) = HeaderValue::try_from(value) {
        answer.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    Ok(answer)
}

/// The calendar behind a link. It is asked by programs, which have no session: the link is all they need.
pub(super) async fn feed(visit: Visit, Path(link): Path<String>) -> Result<Response, HttpError> {
    let gone = || {
        let message = "This calendar address opens nothing: it may have been revoked. Make a new one in the planner.";
        HttpError::new(StatusCode::NOT_FOUND, message)
    };
    let id = link.strip_suffix(ENDING).unwrap_or(&link).parse::<LinkId>().map_err(|_| gone())?;
    let linked = visit.app.ports.schedules.schedule_by_link(id, LinkUse::Calendar).await.map_err(|error| {
        tracing::error!(error = catalog::ports::with_causes(&error), "a calendar could not be read");
        let message = "The database does not answer. Your calendar program will ask again.";
        HttpError::new(StatusCode::SERVICE_UNAVAILABLE, message)
    })?;
    let linked = linked.ok_or_else(gone)?;
    Ok(calendar(&visit, &linked.schedule, CachePolicy::Private))
}

fn calendar(visit: &Visit, schedule: &Schedule, cache: CachePolicy) -> Response {
    let public = visit.app.config.public_url.as_deref();
    let host = public.and_then(|url| url.split_once("://")).map_or(HOST, |(_, host)| host);
    let id = schedule.id.to_string();
    let details = CalendarDetails {
        name: schedule.name.as_str(),
        id: &id,
        host: host.split(':').next().unwrap_or(HOST),
        url: None,
        as_of: as_of(visit, schedule),
    };
    let plan = Plan::from(schedule);
    let plan = if visit.parameter("only") == Some("classes") { plan.without_busy() } else { plan };
    let text = write(&visit.snapshot, &plan, &details);
    let tag = entity_tag(text.as_bytes());
    let mut answer = text.into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
    headers.insert(CACHE_CONTROL, cache.header());
    if cache != CachePolicy::NoStore {
        headers.insert(ETAG, tag);
    }
    answer
}

/// When what is in the calendar last changed: the plan, or the classes of its term.
fn as_of(visit: &Visit, schedule: &Schedule) -> Timestamp {
    let classes = visit.snapshot.as_of(Step::Class, Some(schedule.term));
    classes.map_or(schedule.modified_at, |at| at.max(schedule.modified_at))
}
