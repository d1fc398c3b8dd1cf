//! Panics as log lines, so that the one log has them too.

use std::panic;

/// From now on a panic is one log line, wherever it happens. The unwinding goes on as before.
pub fn become_lines() {
    panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map(ToString::to_string).unwrap_or_default();
        let message = panicked.payload_as_str().unwrap_or("(no text)");
        tracing::error!(place, "a part of the program panicked: {message}");
    }));
}
