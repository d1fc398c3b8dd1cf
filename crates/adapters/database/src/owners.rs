//! Whose a schedule is: a person's or a guest's.

use accounts::guest::GuestId;
use accounts::person::PersonId;
use catalog::ports::StoreError;
use planner::ports::ScheduleError;
use planner::schedule::Owner;
use sqlx::PgConnection;

use crate::ask::ask;
use crate::{parse, people};

/// An owner as the columns hold it, for `person_id = $1 OR guest_id = $2`: what is `None` equals no row's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnerKeys {
    pub(crate) person: Option<i64>,
    pub(crate) guest: Option<i64>,
}

pub(crate) fn keys(owner: Owner) -> OwnerKeys {
    match owner {
        Owner::Person(person) => OwnerKeys { person: parse::key(person.0), guest: None },
        Owner::Guest(guest) => OwnerKeys { person: None, guest: parse::key(guest.0) },
    }
}

/// From the two columns, of which the schema fills one.
pub(crate) fn owner(person: Option<i64>, guest: Option<i64>) -> Result<Owner, StoreError> {
    match (person, guest) {
        (Some(person), None) => Ok(PersonId(parse::id(person)?).into()),
        (None, Some(guest)) => Ok(GuestId(parse::id(guest)?).into()),
        both => Err(parse::corrupt("an owner", both)),
    }
}

/// Locks an owner's row until the transaction ends, so that what is counted and added stands one after the other.
pub(crate) async fn lock(connection: &mut PgConnection, owner: Owner) -> Result<OwnerKeys, ScheduleError> {
    let keys = keys(owner);
    let is_there = match owner {
        Owner::Person(person) => people::lock(connection, person).await?.is_some(),
        Owner::Guest(_) => {
            let query = sqlx::query("SELECT FROM guests WHERE guest_id = $1 FOR NO KEY UPDATE").bind(keys.guest);
            ask("locking a guest", query.fetch_optional(connection)).await?.is_some()
        }
    };
    if is_there { Ok(keys) } else { Err(ScheduleError::nobody(owner)) }
}
