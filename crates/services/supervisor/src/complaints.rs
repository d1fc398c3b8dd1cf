//! What does not work is told once, and once more when it works again; not at each look.

use std::collections::BTreeMap;
use std::time::Duration;

use catalog::ports::with_causes;
use platform::ports::PortError;

/// What does not work now, by what was tried.
#[derive(Debug, Default)]
pub(crate) struct Complaints(BTreeMap<String, String>);

impl Complaints {
    /// The value, if there is one. `what` is the same text for the same thing each time.
    pub(crate) fn hear<T>(&mut self, what: &str, result: Result<T, PortError>) -> Option<T> {
        match result {
            Ok(value) => {
                if self.0.remove(what).is_some() {
                    tracing::info!(what, "works again");
                }
                Some(value)
            }
            Err(error) => {
                let error = with_causes(&error);
                let old = self.0.insert(what.to_owned(), error.clone());
                if old.as_ref() != Some(&error) {
                    tracing::error!(what, error, "does not work; it is tried again, and told when it works");
                }
                None
            }
        }
    }

    /// All of them, in sentences.
    pub(crate) fn all(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(what, error)| format!("{what}: {error}"))
    }

    /// Drops what is of no concern any more.
    pub(crate) fn drop_unless(&mut self, is_of_concern: impl Fn(&str) -> bool) {
        self.0.retain(|what, _| is_of_concern(what));
    }
}

/// What a port answers, within a limit.
pub(crate) async fn within<T>(
    limit: Duration,
    what: &str,
    answer: impl Future<Output = Result<T, PortError>>,
) -> Result<T, PortError> {
    match tokio::time::timeout(limit, answer).await {
        Ok(answered) => answered,
        Err(_) => Err(PortError::plain(format!("{what}: no answer within {} s", limit.as_secs()))),
    }
}
