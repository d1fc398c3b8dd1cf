//! What mutations give back: the thing that changed, under a type name of its own.

use std::marker::PhantomData;

use crate::graphql::failure::Failure;
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::types::person::PersonField;
use crate::graphql::types::schedule::ScheduleField;

/// The name of a payload's type.
pub(crate) trait Named {
    const NAME: &'static str;
}

macro_rules! payloads {
    ($($name:ident),*) => {
        $(
            #[derive(Debug)]
            pub(crate) struct $name;

            impl Named for $name {
                const NAME: &'static str = stringify!($name);
            }
        )*
    };
}

payloads!(CreateSchedule, UpdateSchedule, RemoveSchedule, UpdateUser, SaveClass, RemoveClass, Logout, DeleteUser);

/// A payload with a schedule.
#[derive(Debug)]
pub(crate) struct SchedulePayload<N>(pub(crate) Selection<ScheduleField>, PhantomData<N>);

impl<N: Named> Fields for SchedulePayload<N> {
    const TYPE: &'static str = N::NAME;

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(Self(asked.selection()?, PhantomData))
    }
}

/// A payload with the reader's account.
#[derive(Debug)]
pub(crate) struct PersonPayload<N>(pub(crate) Selection<PersonField>, PhantomData<N>);

impl<N: Named> Fields for PersonPayload<N> {
    const TYPE: &'static str = N::NAME;

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(Self(asked.selection()?, PhantomData))
    }
}

/// A payload that says whether it went well.
#[derive(Debug)]
pub(crate) struct SuccessPayload<N>(PhantomData<N>);

impl<N: Named> Fields for SuccessPayload<N> {
    const TYPE: &'static str = N::NAME;

    fn plan(_: &Asked<'_>) -> Result<Self, Failure> {
        Ok(Self(PhantomData))
    }
}
