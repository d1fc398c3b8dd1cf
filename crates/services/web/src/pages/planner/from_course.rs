//! Adding a course from its own page. That page is the same for everybody, so its button knows nobody's schedules: the
//! course goes into the only one of its term, or into a new one where there is none; of several it is asked which.

use axum::body::Bytes;
use axum::response::{IntoResponse, Redirect, Response, Result};
use catalog::ids::CourseId;
use catalog::term::TermId;
use design::action::{Emphasis, link_button};
use design::heading::{PageHeading, page_heading};
use design::notice::{Notice, NoticeKind, notice};
use design::numbers::counted;
use http::StatusCode;
use httpkit::error::HttpError;
use maud::{Markup, html};
use planner::draft::ScheduleDraft;
use planner::schedule::{Owner, Schedule};

use super::opened::{self, Opened};
use super::words::{self, failed};
use super::{PLANNER, change, list, once};
use crate::address;
use crate::form::Form;
use crate::frame::Content;
use crate::visit::Visit;
use crate::words::code;

/// Where the button leads.
pub(super) const PATH: &str = "/planner/add";
/// The field of the schedule that is chosen among several, and its value for a new one.
const INTO: &str = "into";
const NEW: &str = "new";
/// The parameter that names the course which the schedule had already.
const HAS: &str = "has";

/// Adds a course to a schedule of a term in which it is offered. Where the term is over there is nothing.
pub(crate) fn add_button(visit: &Visit, course: CourseId, term: Option<TermId>) -> Option<Markup> {
    let term = term?;
    if visit.snapshot.term(term)?.term.end < visit.today() {
        return None;
    }
    Some(html! {
        form method="post" action=(PATH) {
            // A page that everybody shares has no key: what it makes would be known to all.
            @if visit.person().is_some() { (once::field(visit)) }
            (fields(course, term))
            button.button.button-small type="submit" { "Add to schedule" }
        }
    })
}

fn fields(course: CourseId, term: TermId) -> Markup {
    html! {
        input type="hidden" name="course" value=(course);
        input type="hidden" name="term" value=(term.slug());
    }
}

/// A course, and the term for which it is wanted.
struct Wanted {
    course: CourseId,
    term: TermId,
    /// `COMPSCI 61A`.
    code: String,
    /// Its page.
    page: String,
}

impl Wanted {
    fn of(visit: &Visit, course: CourseId, term: TermId) -> Result<Self, HttpError> {
        let place = visit.snapshot.course_by_id(course);
        let offered = place.filter(|place| visit.snapshot.offering(term, *place).is_some());
        let Some(place) = offered else {
            let message = format!("That course is not offered in {}, so no schedule was changed.", term.title());
            return Err(HttpError::new(StatusCode::NOT_FOUND, message));
        };
        let entry = visit.snapshot.course(place);
        let page = address::course(Some(term), &entry.course.code);
        Ok(Self { course, term, code: code(entry), page })
    }

    fn is_in(&self, schedule: &Schedule) -> bool {
        schedule.selections.iter().any(|selection| selection.course == self.course)
    }

    /// Where it is asked into which schedule.
    fn question(&self) -> String {
        format!("{PATH}?course={}&term={}", self.course, self.term.slug())
    }
}

pub(super) async fn add(visit: Visit, body: Bytes) -> Result<Response> {
    let form = Form::parse(&body)?;
    let wanted = Wanted::of(&visit, CourseId(form.read("course")?), form.read("term")?)?;
    let editor = super::editor_of(&visit).await?;
    let theirs = visit.app.ports.schedules.schedules(editor.owner).await.map_err(failed(&visit))?;
    let of_term: Vec<Schedule> = theirs.into_iter().filter(|schedule| schedule.term == wanted.term).collect();
    let schedule = match (form.field(INTO), of_term.as_slice()) {
        (None, [_, _, ..]) => return Ok(Redirect::to(&wanted.question()).into_response()),
        (None, [only]) => only.clone(),
        (None, []) | (Some(NEW), _) => begin(&visit, editor.owner, &wanted, &form).await?,
        (Some(id), all) => {
            let chosen = all.iter().find(|schedule| schedule.id.to_string() == id);
            chosen.cloned().ok_or_else(|| words::no_such_schedule(&visit))?
        }
    };
    let answer = put_in(&visit, editor.owner, &schedule, &wanted).await?;
    Ok(super::with_cookie(editor, answer))
}

/// A new schedule for the course.
async fn begin(visit: &Visit, owner: Owner, wanted: &Wanted, form: &Form) -> Result<Schedule, Response> {
    let draft = ScheduleDraft { key: once::key(form), ..ScheduleDraft::new(wanted.term) };
    visit.app.ports.schedules.create(owner, &draft, visit.at()).await.map_err(failed(visit))
}

/// Puts the course in as the editor's own form does, and leads to it there.
async fn put_in(visit: &Visit, owner: Owner, schedule: &Schedule, wanted: &Wanted) -> Result<Response> {
    if wanted.is_in(schedule) {
        let there = format!("{}?{HAS}={}", opened::address(schedule.id), wanted.course);
        return Ok(Redirect::to(&there).into_response());
    }
    let form = format!("do=add&course={}&version={}", wanted.course, schedule.version);
    change::carry_through(visit, owner, schedule, Form::parse(form.as_bytes())?).await
}

/// Says above a schedule that it had the course already.
pub(super) fn had_already(visit: &Visit, opened: &Opened<'_>) -> Markup {
    let named = visit.parameter(HAS).and_then(|id| id.parse().ok()).map(CourseId);
    let is_in = |course: &CourseId| opened.schedule.selections.iter().any(|selection| selection.course == *course);
    let place = named.filter(is_in).and_then(|course| Some((course, opened.snapshot.course_by_id(course)?)));
    html! {
        @if let Some((course, place)) = place {
            (notice(&Notice {
                kind: NoticeKind::Info,
                title: format!("{} is in this schedule already.", code(opened.snapshot.course(place))),
                body: html! { "Nothing was changed. " a href={ "#course-" (course) } { "See its sections" } },
            }))
        }
    }
}

/// Asks into which schedule.
pub(super) async fn question(visit: Visit) -> Result<Response> {
    let number = |name: &str| visit.parameter(name).and_then(|text| text.parse().ok()).map(CourseId);
    let (Some(course), Some(term)) =
        (number("course"), visit.parameter("term").and_then(|text| text.parse::<TermId>().ok()))
    else {
        return Ok(Redirect::to(PLANNER).into_response());
    };
    let wanted = Wanted::of(&visit, course, term)?;
    let mut schedules = list::mine(&visit).await?;
    schedules.retain(|schedule| schedule.term == term);
    schedules.reverse();
    let content = Content {
        title: format!("Add {} to a schedule", wanted.code),
        status: StatusCode::OK,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading {
                eyebrow: Some(term.title()),
                lead: Some(html! { "Choose one of yours, the newest first, or begin another." }),
                ..PageHeading::new(&format!("Add {} to which schedule?", wanted.code))
            }))
            form.stack method="post" action=(PATH) {
                (once::field(&visit))
                (fields(course, term))
                @for schedule in &schedules { (choice(&wanted, schedule)) }
                div.button-row {
                    button.button type="submit" name=(INTO) value=(NEW) { "A new schedule" }
                    (link_button(&format!("Back to {}", wanted.code), &wanted.page, Emphasis::Quiet))
                }
            }
        },
        ..Content::default()
    };
    Ok(super::page(&visit, content))
}

fn choice(wanted: &Wanted, schedule: &Schedule) -> Markup {
    let courses = counted(crate::words::counted(schedule.selections.len()), "course", "courses");
    html! {
        div.button-row {
            button.button type="submit" name=(INTO) value=(schedule.id) { (schedule.name) }
            span.planned-note { (courses) @if wanted.is_in(schedule) { ", " (wanted.code) " is one of them" } }
        }
    }
}
