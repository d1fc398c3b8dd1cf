//! One edit of a schedule: a form in, the change kept, and back to the schedule.

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response, Result};
use catalog::ids::CourseId;
use catalog::section::{SectionId, SectionKey};
use http::StatusCode;
use httpkit::error::HttpError;
use planner::conflicts;
use planner::draft::{InvalidDraft, ScheduleChange};
use planner::edit::{self, Edit, EditError};
use planner::history::VersionNumber;
use planner::plan::Plan;
use planner::ports::ScheduleError;
use planner::schedule::{Owner, Schedule, TimeBlockId};

use super::trouble::{self, Fault, Trouble};
use super::words::failed;
use super::{PLANNER, courses, editor, free_time, opened, words};
use crate::form::Form;
use crate::pages::sign_in;
use crate::visit::Visit;
use crate::words::sentence;

/// What a form of the editor asks for.
enum Asked {
    Edit(Edit),
    Undo,
    Redo,
}

pub(super) async fn change(visit: Visit, Path(id): Path<String>, body: Bytes) -> Result<Response> {
    let form = Form::parse(&body)?;
    let (owner, schedule) = match opened::own(&visit, &id).await {
        Ok(own) => own,
        Err(page) if page.status() == StatusCode::NOT_FOUND => {
            return Ok(sign_in::ended(&visit, &format!("{PLANNER}/{id}"), &form).unwrap_or(page));
        }
        Err(page) => return Err(page.into()),
    };
    carry_through(&visit, owner, &schedule, form).await
}

/// Makes the change that a form asks for and leads to where it was made; the editor says why when it cannot be made.
pub(super) async fn carry_through(visit: &Visit, owner: Owner, schedule: &Schedule, form: Form) -> Result<Response> {
    let faults = match carry_out(visit, owner, schedule, &form).await {
        Ok(to) => return Ok(Redirect::to(&to).into_response()),
        Err(Refusal::Faults(faults)) => faults,
        Err(Refusal::Form(error)) => return Err(error.into()),
        Err(Refusal::Store(error)) => return Err(failed(visit)(error).into()),
    };
    // As it is by now: what was refused may have been changed in another tab.
    let found = visit.app.ports.schedules.schedule(schedule.id, Some(owner)).await.map_err(failed(visit))?;
    let schedule = found.ok_or_else(|| words::no_such_schedule(visit))?;
    editor::show(visit, owner, schedule, Some(&Trouble { form, faults })).await
}

/// Makes the change, and says where to go on.
async fn carry_out(visit: &Visit, owner: Owner, schedule: &Schedule, form: &Form) -> Result<String, Refusal> {
    let schedules = &visit.app.ports.schedules;
    let asked = read(form, schedule)?;
    // A form that does not say what it was made from may overwrite what nobody has seen, as an old one does.
    if version(form) != Some(schedule.version) {
        return Err(ScheduleError::ChangedMeanwhile { now: schedule.version }.into());
    }
    let changed = match &asked {
        Asked::Undo => schedules.undo(schedule.id, owner, visit.at()).await?,
        Asked::Redo => schedules.redo(schedule.id, owner, visit.at()).await?,
        Asked::Edit(edit) => {
            let change = edit::change(&visit.snapshot, schedule, edit)?;
            let change = ScheduleChange { expects: Some(schedule.version), ..change };
            schedules.update(schedule.id, owner, &change, visit.at()).await?
        }
    };
    Ok(way_on(visit, &changed, &asked))
}

/// To where the edit was made; to a course's choices, when it still has some to make.
fn way_on(visit: &Visit, schedule: &Schedule, asked: &Asked) -> String {
    let address = opened::address(schedule.id);
    let is_whole = |course| {
        let findings = conflicts::find(&visit.snapshot, &Plan::from(schedule));
        edit::is_decided(&findings, course)
    };
    match asked {
        Asked::Edit(Edit::Add(course)) if is_whole(*course) => format!("{address}#course-{course}"),
        Asked::Edit(Edit::Colour(course, _)) => format!("{address}#course-{course}"),
        Asked::Edit(Edit::Add(course) | Edit::Choose(course, _) | Edit::Drop(course, _)) => {
            courses::choices_address(schedule.id, *course)
        }
        _ => address,
    }
}

/// The version that a form was made from; `None` when it says none, or no number.
fn version(form: &Form) -> Option<VersionNumber> {
    form.field("version").and_then(|number| number.parse().ok()).map(VersionNumber)
}

/// Why an edit is not made.
enum Refusal {
    /// No form of this site says that.
    Form(HttpError),
    /// It cannot be, or not any more: the form comes back as it was filled in.
    Faults(Vec<Fault>),
    /// The store failed, or the schedule is gone.
    Store(ScheduleError),
}

impl From<HttpError> for Refusal {
    fn from(error: HttpError) -> Self {
        Self::Form(error)
    }
}

impl From<Vec<Fault>> for Refusal {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Faults(faults)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Faults(vec![fault])
    }
}

impl From<EditError> for Refusal {
    fn from(error: EditError) -> Self {
        let at = match error {
            EditError::KeptAlready(_) => Some(free_time::NAME),
            EditError::Invalid(InvalidDraft::EndsBeforeItBegins(_)) => Some(free_time::TO),
            EditError::Nameless => Some(editor::NAME),
            _ => None,
        };
        Fault { at, words: sentence(&error.to_string()) }.into()
    }
}

impl From<ScheduleError> for Refusal {
    fn from(error: ScheduleError) -> Self {
        match error {
            ScheduleError::ChangedMeanwhile { .. }
            | ScheduleError::NothingToUndo
            | ScheduleError::NothingToRedo
            | ScheduleError::NoSuchSection(_)
            | ScheduleError::NoSuchCourse(_) => Fault::of_none(sentence(&error.to_string())).into(),
            _ => Self::Store(error),
        }
    }
}

fn read(form: &Form, schedule: &Schedule) -> Result<Asked, Refusal> {
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
            (None, None) => return Err(Fault::of_none("The form names no section: click one of them.").into()),
        },
        "colour" => Edit::Colour(course()?, form.read("colour")?),
        free_time::KEEP_FREE => Edit::KeepFree(free_time::read(form)?),
        "give-back" => Edit::GiveBack(TimeBlockId(form.read("block")?)),
        "take" => Edit::Take(picked(form, schedule)?),
        editor::RENAME => Edit::Rename(trouble::name(form, editor::NAME)?),
        _ => {
            let message = "The form says nothing that can be done with a schedule. Go back and try again.";
            return Err(Refusal::Form(HttpError::new(StatusCode::BAD_REQUEST, message)));
        }
    };
    Ok(Asked::Edit(edit))
}

/// The sections of a proposal, course by course: `12-25081` is a section of course 12.
fn picked(form: &Form, schedule: &Schedule) -> Result<Vec<(CourseId, Vec<SectionKey>)>, Refusal> {
    let mut choice: Vec<(CourseId, Vec<SectionKey>)> = Vec::new();
    for text in form.all("pick") {
        let numbers = text.split_once('-').and_then(|(course, id)| Some((course.parse().ok()?, id.parse().ok()?)));
        let Some((course, id)) = numbers else {
            return Err(Fault::of_none("The form names no schedule that was proposed. Find schedules again.").into());
        };
        let (course, key) = (CourseId(course), SectionKey { term: schedule.term, id: SectionId(id) });
        match choice.iter_mut().find(|(known, _)| *known == course) {
            Some((_, keys)) => keys.push(key),
            None => choice.push((course, vec![key])),
        }
    }
    Ok(choice)
}
