//! Making changes: what mutations order, for the person who is signed in.

use accounts::person::Person;
use accounts::ports::AccountError;
use planner::ports::ScheduleError;

use crate::graphql::arguments::Refusal;
use crate::graphql::context::Viewer;
use crate::graphql::execute::Surroundings;
use crate::graphql::failure::{Code, Failure};
use crate::graphql::fetch::{self, unavailable};
use crate::graphql::types::mutation::{Done, Order};
use crate::graphql::types::query::NOT_ALLOWED;

/// Makes one change. Beside what was done: the reader as they are now.
pub(crate) async fn make(around: &Surroundings, order: &Order) -> (Result<Done, Failure>, Option<Viewer>) {
    if matches!(order, Order::Token) {
        let message = "Signing in is not set up on this server: it gives, renews and checks no tokens.";
        return (Err(Failure::new(Code::Unavailable, message)), None);
    }
    let Some(person) = &around.person else {
        return (Err(Failure::new(Code::Forbidden, NOT_ALLOWED)), None);
    };
    let done = match order {
        Order::CreateSchedule(_) | Order::UpdateSchedule(_) | Order::RemoveSchedule(_) => {
            change_schedules(around, person, order).await
        }
        _ => change_account(around, person, order).await,
    };
    if done.is_err() || matches!(order, Order::DeleteUser | Order::Logout) {
        return (done, None);
    }
    match read_again(around, person).await {
        Ok(viewer) => (done, viewer),
        Err(failure) => (Err(failure), None),
    }
}

async fn read_again(around: &Surroundings, person: &Person) -> Result<Option<Viewer>, Failure> {
    let person = around.app.ports.accounts.person(person.id).await.map_err(|error| unavailable(&error))?;
    match person {
        Some(person) => fetch::viewer(around, &person).await.map(Some),
        None => Ok(None),
    }
}

async fn change_schedules(around: &Surroundings, person: &Person, order: &Order) -> Result<Done, Failure> {
    let (schedules, snapshot) = (&around.app.ports.schedules, &around.snapshot);
    let schedule = match order {
        Order::CreateSchedule(input) => {
            let draft = given(input)?.draft(snapshot, snapshot.default_term(around.today)).map_err(refused)?;
            schedules.create(person.id.into(), &draft, around.now).await
        }
        Order::UpdateSchedule(input) => {
            let (id, input) = given(input)?;
            let change = input.change(snapshot).map_err(refused)?;
            schedules.update(*id, person.id.into(), &change, around.now).await
        }
        Order::RemoveSchedule(id) => schedules.remove(*given(id)?, person.id.into()).await,
        _ => return Err(Failure::new(Code::Internal, "This is no change of a schedule.")),
    };
    schedule.map(|schedule| Done::Schedule(Box::new(schedule))).map_err(schedule_failure)
}

async fn change_account(around: &Surroundings, person: &Person, order: &Order) -> Result<Done, Failure> {
    let accounts = &around.app.ports.accounts;
    let done = match order {
        Order::UpdateUser(change) => accounts.change_settings(person.id, given(change)?).await.map(|_| Done::Person),
        Order::SaveClass(course) => {
            accounts.save_course(person.id, *given(course)?, around.now).await.map(|()| Done::Person)
        }
        Order::RemoveClass(course) => accounts.remove_course(person.id, *given(course)?).await.map(|()| Done::Person),
        Order::DeleteUser => accounts.delete_account(person.id).await.map(|_| Done::Success),
        Order::Logout => match &around.session {
            Some(token) => around.app.ports.sessions.close(token.hash()).await.map(|_| Done::Success),
            None => Ok(Done::Success),
        },
        _ => Ok(Done::Success),
    };
    done.map_err(account_failure)
}

fn given<T>(input: &Result<T, Refusal>) -> Result<&T, Failure> {
    input.as_ref().map_err(|refusal| refused(refusal.clone()))
}

fn refused(refusal: Refusal) -> Failure {
    Failure::new(Code::BadInput, refusal.0)
}

/// The texts that clients of 2021 know.
fn schedule_failure(error: ScheduleError) -> Failure {
    match error {
        ScheduleError::NoSuchSchedule => Failure::new(Code::BadInput, "Invalid Schedule ID"),
        ScheduleError::NotTheOwner => Failure::new(Code::Forbidden, "No permission"),
        ScheduleError::NoSuchPerson(_) | ScheduleError::NoSuchGuest => Failure::new(Code::Forbidden, NOT_ALLOWED),
        ScheduleError::NoSuchCourse(_) => Failure::new(Code::BadInput, "Invalid Course ID"),
        ScheduleError::NoSuchSection(_) => Failure::new(Code::BadInput, "Invalid Section ID"),
        ScheduleError::TooManySchedules | ScheduleError::TooManyForGuest | ScheduleError::TooManyLinks => {
            Failure::new(Code::TooMuch, sentence(&error))
        }
        ScheduleError::ChangedMeanwhile { .. }
        | ScheduleError::NothingToUndo
        | ScheduleError::NothingToRedo
        | ScheduleError::NoSuchVersion(_)
        | ScheduleError::NoSuchLink => Failure::new(Code::BadInput, sentence(&error)),
        ScheduleError::Store(error) => unavailable(&error),
    }
}

fn account_failure(error: AccountError) -> Failure {
    match error {
        AccountError::NoSuchPerson(_) => Failure::new(Code::Forbidden, NOT_ALLOWED),
        AccountError::NoSuchCourse(_) => Failure::new(Code::BadInput, "Invalid Course ID"),
        AccountError::NoSuchUsername => Failure::new(Code::BadInput, sentence(&error)),
        AccountError::TooManySaved => Failure::new(Code::TooMuch, sentence(&error)),
        AccountError::Store(error) => unavailable(&error),
    }
}

fn sentence(error: &impl std::fmt::Display) -> String {
    format!("{error}.")
}
