//! `Mutation`: the root of what is changed, and how each change is written.

use accounts::settings::{Major, SettingsChange};
use catalog::ids::CourseId;
use planner::schedule::{Schedule, ScheduleId};

use crate::graphql::arguments::{Arguments, Refusal};
use crate::graphql::connection::Row;
use crate::graphql::failure::{Code, Failure};
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::course::CourseField;
use crate::graphql::types::payload::{
    CreateSchedule, DeleteUser, Logout, PersonPayload, RemoveClass, RemoveSchedule, SaveClass, SchedulePayload,
    SuccessPayload, UpdateSchedule, UpdateUser,
};
use crate::graphql::types::person::write_viewer;
use crate::graphql::types::query::schedule_id;
use crate::graphql::types::schedule::ScheduleRow;
use crate::graphql::types::schedule_input::ScheduleInput;

/// What is to be done, read from the arguments.
#[derive(Debug)]
pub(crate) enum Order {
    CreateSchedule(Result<ScheduleInput, Refusal>),
    UpdateSchedule(Result<(ScheduleId, ScheduleInput), Refusal>),
    RemoveSchedule(Result<ScheduleId, Refusal>),
    UpdateUser(Result<SettingsChange, Refusal>),
    SaveClass(Result<CourseId, Refusal>),
    RemoveClass(Result<CourseId, Refusal>),
    Logout,
    DeleteUser,
    /// `login`, `verifyToken`, `refreshToken`.
    Token,
}

/// What is asked of what was done.
#[derive(Debug)]
pub(crate) enum Asks {
    Created(Selection<SchedulePayload<CreateSchedule>>),
    Updated(Selection<SchedulePayload<UpdateSchedule>>),
    Removed(Selection<SchedulePayload<RemoveSchedule>>),
    UserUpdated(Selection<PersonPayload<UpdateUser>>),
    ClassSaved(Selection<PersonPayload<SaveClass>>),
    ClassRemoved(Selection<PersonPayload<RemoveClass>>),
    LoggedOut(Selection<SuccessPayload<Logout>>),
    UserDeleted(Selection<SuccessPayload<DeleteUser>>),
    /// There are no tokens to be asked about.
    Nothing,
}

#[derive(Debug)]
pub(crate) struct MutationField {
    pub(crate) order: Order,
    pub(crate) asks: Asks,
}

impl Fields for MutationField {
    const TYPE: &'static str = "Mutation";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        asked.touch(|touched| touched.person = true);
        let arguments = asked.arguments();
        let (order, asks) = match asked.name() {
            "createSchedule" => {
                (Order::CreateSchedule(ScheduleInput::read(&arguments)), Asks::Created(asked.selection()?))
            }
            "updateSchedule" => {
                let id = schedule_id(asked, "scheduleId");
                let given = id.and_then(|id| Ok((id, ScheduleInput::read(&arguments)?)));
                (Order::UpdateSchedule(given), Asks::Updated(asked.selection()?))
            }
            "removeSchedule" => {
                (Order::RemoveSchedule(schedule_id(asked, "scheduleId")), Asks::Removed(asked.selection()?))
            }
            "updateUser" => (Order::UpdateUser(settings(&arguments)), Asks::UserUpdated(asked.selection()?)),
            "saveClass" => (Order::SaveClass(class_id(&arguments)), Asks::ClassSaved(asked.selection()?)),
            "removeClass" => (Order::RemoveClass(class_id(&arguments)), Asks::ClassRemoved(asked.selection()?)),
            "logout" => (Order::Logout, Asks::LoggedOut(asked.selection()?)),
            "deleteUser" => (Order::DeleteUser, Asks::UserDeleted(asked.selection()?)),
            "login" | "verifyToken" | "refreshToken" => (Order::Token, Asks::Nothing),
            _ => return asked.unknown(Self::TYPE),
        };
        Ok(Self { order, asks })
    }
}

fn settings(arguments: &Arguments<'_>) -> Result<SettingsChange, Refusal> {
    let major = arguments.text("major")?;
    let major = major.map(|text| Major::parse(&text).map_err(|wrong| Refusal(format!("`major`: {wrong}."))));
    Ok(SettingsChange {
        major: major.transpose()?,
        class_update: arguments.boolean("emailClassUpdate")?,
        grade_update: arguments.boolean("emailGradeUpdate")?,
        enrollment_opening: arguments.boolean("emailEnrollmentOpening")?,
        berkeleytime_update: arguments.boolean("emailBerkeleytimeUpdate")?,
    })
}

fn class_id(arguments: &Arguments<'_>) -> Result<CourseId, Refusal> {
    let id = arguments.id("classId", CourseField::TYPE);
    id.ok().flatten().map(CourseId).ok_or_else(|| Refusal("Invalid Course ID".to_owned()))
}

/// What was done.
#[derive(Debug)]
pub(crate) enum Done {
    /// The schedule as it is now, or as it was when it was removed.
    Schedule(Box<Schedule>),
    /// Something about the reader, who was read again.
    Person,
    Success,
}

/// Writes what was done.
pub(crate) fn write_done(run: &mut Run<'_>, asks: &Asks, done: Result<Done, Failure>, path: &Path<'_>) -> Written {
    let done = match done {
        Ok(done) => done,
        Err(failure) => {
            let stop = run.fail(path, failure.code, failure.message);
            return run.nullable(|_| Err(stop));
        }
    };
    match (asks, &done) {
        (Asks::Created(selection), Done::Schedule(schedule)) => {
            write_schedule(run, selection, |payload| &payload.0, ScheduleRow::stored(schedule), path)
        }
        (Asks::Updated(selection), Done::Schedule(schedule)) => {
            write_schedule(run, selection, |payload| &payload.0, ScheduleRow::stored(schedule), path)
        }
        (Asks::Removed(selection), Done::Schedule(schedule)) => {
            write_schedule(run, selection, |payload| &payload.0, ScheduleRow::removed(schedule), path)
        }
        (Asks::UserUpdated(selection), _) => write_person(run, selection, |payload| &payload.0, path),
        (Asks::ClassSaved(selection), _) => write_person(run, selection, |payload| &payload.0, path),
        (Asks::ClassRemoved(selection), _) => write_person(run, selection, |payload| &payload.0, path),
        (Asks::LoggedOut(selection), _) => write_success(run, selection, path),
        (Asks::UserDeleted(selection), _) => write_success(run, selection, path),
        _ => {
            let stop = run.fail(path, Code::Internal, "This cannot be answered.");
            run.nullable(|_| Err(stop))
        }
    }
}

fn write_schedule<F: Fields>(
    run: &mut Run<'_>,
    selection: &Selection<F>,
    asked: impl Fn(&F) -> &Selection<crate::graphql::types::schedule::ScheduleField>,
    row: ScheduleRow<'_>,
    path: &Path<'_>,
) -> Written {
    run.object(selection, path, |run, field, path| run.nullable(|run| Row::write(run, row, asked(field), path)))
}

fn write_person<F: Fields>(
    run: &mut Run<'_>,
    selection: &Selection<F>,
    asked: impl Fn(&F) -> &Selection<crate::graphql::types::person::PersonField>,
    path: &Path<'_>,
) -> Written {
    let viewer = run.cx.viewer.as_ref();
    run.object(selection, path, |run, field, path| {
        run.option(viewer, |run, viewer| write_viewer(run, viewer, asked(field), path))
    })
}

fn write_success<F: Fields>(run: &mut Run<'_>, selection: &Selection<F>, path: &Path<'_>) -> Written {
    run.object(selection, path, |run, _, _| {
        run.out.boolean(true);
        Ok(())
    })
}
