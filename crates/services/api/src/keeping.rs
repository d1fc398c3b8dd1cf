//! The names of kept answers: everything that an answer depends on, beside the request itself.

use answers::key::{Key, KeyBuilder};

use crate::visit::Visit;

impl Visit {
    /// Begins the key of an answer to this request. It holds the release, the publication and the day on the campus: which
    /// term is the current one depends on it. The moment of publication stands beside its number, since a database that was
    /// set up anew counts from 1 again, and the answers of the old one may still lie in a shared tier.
    pub(crate) fn key(&self, kind: &str) -> KeyBuilder {
        let key = Key::of(kind, &self.app.config.release).text(&self.app.day(self.now).to_string());
        match self.snapshot.state() {
            Some(state) => key.text(&state.version.0.to_string()).text(&state.published_at.to_string()),
            None => key,
        }
    }
}
