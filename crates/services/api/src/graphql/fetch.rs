//! Reading what is not in memory: histories of enrollment, and what belongs to people.

use accounts::person::Person;
use catalog::ports::with_causes;

use crate::graphql::context::Viewer;
use crate::graphql::execute::Surroundings;
use crate::graphql::failure::{Code, Failure};
use crate::graphql::types::enrollment;
use crate::graphql::types::query::{Fetched, QueryField};

/// What a field of the root needs.
pub(crate) async fn fetch(around: &Surroundings, field: &QueryField) -> Fetched {
    let fetched = match field {
        QueryField::Series(asked) => {
            let catalog = &*around.app.ports.catalog;
            enrollment::read(&around.snapshot, catalog, &asked.whose, around.app.time_zone())
                .await
                .map(|series| Fetched::Series(Box::new(series)))
        }
        QueryField::Schedule(asked) => match &asked.id {
            Ok(id) => {
                let viewer = around.person.as_ref().map(|person| person.id.into());
                match around.app.ports.schedules.schedule(*id, viewer).await {
                    Ok(Some(schedule)) => Ok(Fetched::Schedule(Box::new(schedule))),
                    Ok(None) => {
                        Err(Failure::new(Code::Forbidden, "There is no such schedule, or its owner keeps it private."))
                    }
                    Err(error) => Err(unavailable(&error)),
                }
            }
            Err(refusal) => Err(Failure::new(Code::BadInput, refusal.0.clone())),
        },
        _ => Ok(Fetched::Nothing),
    };
    fetched.unwrap_or_else(Fetched::Failed)
}

/// Everything of somebody.
pub(crate) async fn viewer(around: &Surroundings, person: &Person) -> Result<Viewer, Failure> {
    let ports = &around.app.ports;
    let saved = ports.accounts.saved_courses(person.id).await.map_err(|error| unavailable(&error))?;
    let schedules = ports.schedules.schedules(person.id.into()).await.map_err(|error| unavailable(&error))?;
    Ok(Viewer { person: person.clone(), saved, schedules })
}

/// The store did not answer. The cause goes to the log, never to the reader.
pub(crate) fn unavailable(error: &(dyn std::error::Error + 'static)) -> Failure {
    tracing::error!(error = with_causes(error), "people's data could not be read or written");
    Failure::new(Code::Unavailable, "Accounts and schedules cannot be reached now. Try again in a minute.")
}
