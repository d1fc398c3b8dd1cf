//! `BerkeleytimeUserType` and `UserType`. Only the reader's own account is ever filled in.

use accounts::person::Person;

use crate::graphql::connection::{self, Connection, Unfiltered};
use crate::graphql::context::Viewer;
use crate::graphql::failure::Failure;
use crate::graphql::global_id;
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::course::CourseField;
use crate::graphql::types::schedule::{ScheduleField, ScheduleRow};

/// The key in the ids of an account that is not the reader's.
const NOBODY: u64 = 0;

#[derive(Debug)]
pub(crate) enum PersonField {
    Id,
    User(Selection<UserField>),
    Major,
    SavedClasses(Selection<CourseField>),
    EmailClassUpdate,
    EmailGradeUpdate,
    EmailEnrollmentOpening,
    EmailBerkeleytimeUpdate,
    Schedules(Box<Connection<Unfiltered, ScheduleField>>),
}

impl Fields for PersonField {
    const TYPE: &'static str = "BerkeleytimeUserType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        asked.touch(|touched| touched.person = true);
        Ok(match asked.name() {
            "id" => Self::Id,
            "user" => Self::User(asked.selection()?),
            "major" => Self::Major,
            "savedClasses" => Self::SavedClasses(asked.selection_of_many(asked.planner.sizes.personal())?),
            "emailClassUpdate" => Self::EmailClassUpdate,
            "emailGradeUpdate" => Self::EmailGradeUpdate,
            "emailEnrollmentOpening" => Self::EmailEnrollmentOpening,
            "emailBerkeleytimeUpdate" => Self::EmailBerkeleytimeUpdate,
            "schedules" => Self::Schedules(Connection::plan(asked, asked.planner.sizes.personal())?),
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

#[derive(Debug)]
pub(crate) enum UserField {
    Id,
    Username,
    FirstName,
    LastName,
    Email,
}

impl Fields for UserField {
    const TYPE: &'static str = "UserType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "id" => Self::Id,
            "username" => Self::Username,
            "firstName" => Self::FirstName,
            "lastName" => Self::LastName,
            "email" => Self::Email,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// Writes the reader's own account.
pub(crate) fn write_viewer(
    run: &mut Run<'_>,
    viewer: &Viewer,
    selection: &Selection<PersonField>,
    path: &Path<'_>,
) -> Written {
    let (person, snapshot) = (&viewer.person, run.cx.snapshot);
    let told = &person.notifications;
    run.object(selection, path, |run, field, path| {
        match field {
            PersonField::Id => global_id::write_number(&mut run.out, PersonField::TYPE, person.id.0),
            PersonField::User(selection) => return write_user(run, Some(person), selection, path),
            PersonField::Major => run.out.text(person.major.as_str()),
            PersonField::SavedClasses(selection) => {
                let rows = viewer.saved.iter().filter_map(|id| snapshot.course_by_id(*id));
                return run.list(rows, path, |run, row, path| {
                    run.nullable(|run| connection::Row::write(run, row, selection, path))
                });
            }
            PersonField::EmailClassUpdate => run.out.boolean(told.class_update),
            PersonField::EmailGradeUpdate => run.out.boolean(told.grade_update),
            PersonField::EmailEnrollmentOpening => run.out.boolean(told.enrollment_opening),
            PersonField::EmailBerkeleytimeUpdate => run.out.boolean(told.berkeleytime_update),
            PersonField::Schedules(asked) => {
                let (_, page) = run.given(&asked.given, path)?;
                let rows: Vec<ScheduleRow<'_>> = viewer.schedules.iter().map(ScheduleRow::stored).collect();
                return connection::write(run, &rows, page, &asked.selection, path);
            }
        }
        Ok(())
    })
}

/// Writes an account that is not the reader's: nothing of it.
pub(crate) fn write_stranger(run: &mut Run<'_>, selection: &Selection<PersonField>, path: &Path<'_>) -> Written {
    run.object(selection, path, |run, field, path| {
        match field {
            PersonField::Id => global_id::write_number(&mut run.out, PersonField::TYPE, NOBODY),
            PersonField::User(selection) => return write_user(run, None, selection, path),
            PersonField::Major => run.out.text(""),
            PersonField::Schedules(asked) => {
                let (_, page) = run.given(&asked.given, path)?;
                return connection::write::<ScheduleRow<'_>>(run, &[], page, &asked.selection, path);
            }
            _ => run.out.null(),
        }
        Ok(())
    })
}

fn write_user(
    run: &mut Run<'_>,
    person: Option<&Person>,
    selection: &Selection<UserField>,
    path: &Path<'_>,
) -> Written {
    run.object(selection, path, |run, field, _| {
        let text = match (field, person) {
            (UserField::Id, _) => {
                let key = person.map_or(NOBODY, |person| person.id.0);
                global_id::write_number(&mut run.out, UserField::TYPE, key);
                return Ok(());
            }
            (_, None) => "",
            (UserField::Username, Some(person)) => person.username(),
            (UserField::FirstName, Some(person)) => person.first_name.as_str(),
            (UserField::LastName, Some(person)) => person.last_name.as_str(),
            (UserField::Email, Some(person)) => person.email.as_str(),
        };
        run.out.text(text);
        Ok(())
    })
}
