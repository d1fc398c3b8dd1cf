//! What people write on the status page, kept in the store, one writer at a time.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use platform::ports::{PortError, StatusStore};
use platform::status::incidents::{self, IncidentError};
use platform::status::{Incident, Part};

/// Why an incident was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It is against the rules.
    #[error(transparent)]
    Refused(#[from] IncidentError),
    /// It could not be kept.
    #[error("the incident could not be kept")]
    Store(#[from] PortError),
}

/// Opens an incident and returns its number.
///
/// # Errors
/// When its words are no words, too many are open, or it cannot be kept.
pub async fn open(
    store: &dyn StatusStore,
    title: &str,
    parts: &[Part],
    text: &str,
    now: Timestamp,
) -> Result<u32, WriteError> {
    change(store, |all| incidents::open(all, title, parts, text, now)).await
}

/// Says a word more on an open one.
///
/// # Errors
/// When there is none, it is over, the text is none, or it cannot be kept.
pub async fn update(store: &dyn StatusStore, number: u32, text: &str, now: Timestamp) -> Result<(), WriteError> {
    change(store, |all| incidents::update(all, number, text, now)).await
}

/// Says that it is over, with a last word.
///
/// # Errors
/// When there is none, it is over already, the text is none, or it cannot be kept.
pub async fn resolve(store: &dyn StatusStore, number: u32, text: &str, now: Timestamp) -> Result<(), WriteError> {
    change(store, |all| incidents::resolve(all, number, text, now)).await
}

async fn change<T: Send>(
    store: &dyn StatusStore,
    rule: impl Fn(&mut Vec<Incident>) -> Result<T, IncidentError> + Sync,
) -> Result<T, WriteError> {
    let said: Mutex<Option<Result<T, IncidentError>>> = Mutex::new(None);
    let by_rule = |all: &mut Vec<Incident>| {
        *said.lock().unwrap_or_else(PoisonError::into_inner) = Some(rule(all));
    };
    store.change_incidents(&by_rule).await?;
    let said = said.into_inner().unwrap_or_else(PoisonError::into_inner);
    let never = || PortError::plain("the store did not ask what is to be changed");
    Ok(said.ok_or_else(never)??)
}
