//! One edit of a schedule: a form in, the change kept, and back to the schedule.

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use catalog::ids::CourseId;
use catalog::meeting::Days;
use catalog::section::{SectionId, SectionKey};
use http::StatusCode;
use httpkit::error::HttpError;
use jiff::civil::Time;
use planner::draft::{ScheduleChange, TimeBlockDraft};
use planner::edit::{self, Edit};
use planner::history::VersionNumber;
use planner::ports::ScheduleError;
use planner::schedule::{Owner, Schedule, ScheduleName, TimeBlockId};

use super::editor::OPEN;
use super::opened::{self, Opened};
use super::{editor, free_time, words};
use crate::form::Form;
use crate::visit::Visit;

/// What a form of the editor asks for.
enum Asked {
    Edit(Edit),
    Undo,
    Redo,
}

pub(super) async fn change(visit: Visit, Path(id): Path<String>, body: Bytes) -> Response {
    let (owner, schedule) = match opened::own(&visit, &id).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    let form = match Form::parse(&body) {
        Ok(form) => form,
        Err(error) => return error.into_response(),
    };
    let asked = match read(&form, &schedule) {
        Ok(asked) => asked,
        Err(Unreadable::Form(error)) => return error.into_response(),
        Err(Unreadable::Words(trouble)) => return with_trouble(&visit, owner, schedule, &trouble).await,
    };
    let schedules = &visit.app.ports.schedules;
    let done = match &asked {
        Asked::Undo => schedules.undo(schedule.id, owner, visit.at()).await,
        Asked::Redo => schedules.redo(schedule.id, owner, visit.at()).await,
        Asked::Edit(edit) => match edit::change(&visit.snapshot, &schedule, edit) {
            Ok(change) => {
                let change = ScheduleChange { expects: version(&form), ..change };
                schedules.update(schedule.id, owner, &change, visit.at()).await
            }
            Err(error) => {
                return with_trouble(&visit, owner, schedule, &crate::words::sentence(&error.to_string())).await;
            }
        },
    };
    match done {
        Ok(changed) => back(&visit, &changed, &asked),
        Err(
            error @ (ScheduleError::ChangedMeanwhile { .. }
            | ScheduleError::NothingToUndo
            | ScheduleError::NothingToRedo
            | ScheduleError::NoSuchSection(_)
            | ScheduleError::NoSuchCourse(_)),
        ) => match opened::own(&visit, &id).await {
            Ok((owner, now)) => with_trouble(&visit, owner, now, &crate::words::sentence(&error.to_string())).await,
            Err(page) => page,
        },
        Err(error) => words::failure(&visit, &error),
    }
}

/// To where the edit was made; to a course's choices, when it still has some to make.
fn back(visit: &Visit, schedule: &Schedule, asked: &Asked) -> Response {
    let address = opened::address(schedule.id);
    let to = match asked {
        Asked::Edit(Edit::Add(course)) => {
            let opened = Opened::of(&visit.snapshot, schedule.clone());
            let is_whole = planner::edit::is_decided(&opened.findings, *course);
            if is_whole { format!("{address}#course-{course}") } else { open(&address, *course) }
        }
        Asked::Edit(Edit::Choose(course, _) | Edit::Drop(course, _)) => open(&address, *course),
        Asked::Edit(Edit::Colour(course, _)) => format!("{address}#course-{course}"),
        _ => address,
    };
    Redirect::to(&to).into_response()
}

fn open(address: &str, course: CourseId) -> String {
    format!("{address}?{OPEN}={course}#course-{course}")
}

async fn with_trouble(visit: &Visit, owner: Owner, schedule: Schedule, trouble: &str) -> Response {
    let history = match visit.app.ports.schedules.history(schedule.id, owner).await {
        Ok(history) => history,
        Err(error) => return words::failure(visit, &error),
    };
    let opened = Opened::of(&visit.snapshot, schedule);
    editor::page(visit, &opened, &history, StatusCode::UNPROCESSABLE_ENTITY, Some(trouble))
}

fn version(form: &Form) -> Option<VersionNumber> {
    form.field("version").and_then(|number| number.parse().ok()).map(VersionNumber)
}

/// Why a form cannot be carried out.
enum Unreadable {
    /// No form of this site says that.
    Form(HttpError),
    /// Somebody typed it so.
    Words(String),
}

impl From<HttpError> for Unreadable {
    fn from(error: HttpError) -> Self {
        Self::Form(error)
    }
}

fn read(form: &Form, schedule: &Schedule) -> Result<Asked, Unreadable> {
    let course = || form.read::<u64>("course").map(CourseId);
    let key = |id: &str| id.parse().ok().map(|id| SectionKey { term: schedule.term, id: SectionId(id) });
    let edit = match form.field("do").unwrap_or_default() {
        "undo" => return Ok(Asked::Undo),
        "redo" => return Ok(Asked::Redo),
        "add" => Edit::Add(course()?),
        "remove" => Edit::Remove(course()?),
        "choose" => match (form.field("section").and_then(key), form.field("drop").and_then(key)) {
            (Some(section), _) => Edit::Choose(course()?, section),
            (None, Some(section)) => Edit::Drop(course()?, section),
            (None, None) => return Err(Unreadable::Words("The form names no section: click one of them.".to_owned())),
        },
        "colour" => Edit::Colour(course()?, form.read("colour")?),
        "keep-free" => Edit::KeepFree(block(form)?),
        "give-back" => Edit::GiveBack(TimeBlockId(form.read("block")?)),
        "take" => Edit::Take(picked(form, schedule)?),
        "rename" => Edit::Rename(name(form, "name")?),
        _ => {
            let message = "The form says nothing that can be done with a schedule. Go back and try again.";
            return Err(Unreadable::Form(HttpError::new(StatusCode::BAD_REQUEST, message)));
        }
    };
    Ok(Asked::Edit(edit))
}

/// The sections of a proposal, course by course: `12-25081` is a section of course 12.
fn picked(form: &Form, schedule: &Schedule) -> Result<Vec<(CourseId, Vec<SectionKey>)>, Unreadable> {
    let mut choice: Vec<(CourseId, Vec<SectionKey>)> = Vec::new();
    for text in form.all("pick") {
        let numbers = text.split_once('-').and_then(|(course, id)| Some((course.parse().ok()?, id.parse().ok()?)));
        let Some((course, id)) = numbers else {
            return Err(Unreadable::Words(
                "The form names no schedule that was proposed. Find schedules again.".to_owned(),
            ));
        };
        let (course, key) = (CourseId(course), SectionKey { term: schedule.term, id: SectionId(id) });
        match choice.iter_mut().find(|(known, _)| *known == course) {
            Some((_, keys)) => keys.push(key),
            None => choice.push((course, vec![key])),
        }
    }
    Ok(choice)
}

/// A name as it was typed.
fn name(form: &Form, field: &str) -> Result<ScheduleName, Unreadable> {
    let text = form.field(field).unwrap_or_default().trim();
    let name =
        ScheduleName::parse(text).map_err(|error| Unreadable::Words(crate::words::sentence(&error.to_string())))?;
    if name.is_blank() { Err(Unreadable::Words("A name needs at least one letter.".to_owned())) } else { Ok(name) }
}

fn block(form: &Form) -> Result<TimeBlockDraft, Unreadable> {
    let time = |field: &str| -> Result<Time, Unreadable> {
        let text = form.field(field).unwrap_or_default().trim();
        text.parse().map_err(|_| Unreadable::Words(format!("“{text}” is no time of day: write it like 13:30.")))
    };
    let mut flags = [false; 7];
    for (flag, (value, _)) in flags.iter_mut().zip(free_time::DAYS) {
        *flag = form.all("day").any(|day| day == value);
    }
    let days = Days::from_flags(flags);
    if days.is_empty() {
        return Err(Unreadable::Words("Choose at least one day on which to keep the time free.".to_owned()));
    }
    let (from, to) = (time("from")?, time("to")?);
    let block = TimeBlockDraft::new(name(form, "name")?, from, to, days);
    block.map_err(|error| Unreadable::Words(crate::words::sentence(&error.to_string())))
}
