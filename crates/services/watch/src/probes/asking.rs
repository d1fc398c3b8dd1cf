//! A question to the world, as a closure.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use catalog::ports::with_causes;
use clock::Stopwatch;
use platform::ports::PortError;
use platform::status::Part;

/// How long a probe waits for an answer: less than the watch's limit for a look, so that the probe can say in its own
/// words that there was none.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_secs(4);

/// A question to the world. Made by [`ask`].
pub type Ask<T> = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<T, PortError>> + Send>> + Send + Sync>;

/// Makes a question out of an async closure.
pub fn ask<T, F, A>(question: F) -> Ask<T>
where
    F: Fn() -> A + Send + Sync + 'static,
    A: Future<Output = Result<T, PortError>> + Send + 'static,
{
    Arc::new(move || Box::pin(question()))
}

/// Asks, and says in the log what goes wrong, each trouble once.
pub(super) struct Asking<T> {
    part: Part,
    question: Ask<T>,
    last_trouble: Mutex<Option<String>>,
}

impl<T> Asking<T> {
    pub(super) fn new(part: Part, question: Ask<T>) -> Self {
        Self { part, question, last_trouble: Mutex::new(None) }
    }

    /// The answer and how many milliseconds it took; `None` when there was none.
    pub(super) async fn answer(&self) -> Option<(T, u64)> {
        let watch = Stopwatch::start();
        let trouble = match tokio::time::timeout(ANSWER_LIMIT, (self.question)()).await {
            Ok(Ok(answer)) => {
                *self.last_trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
                return Some((answer, u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX)));
            }
            Ok(Err(error)) => with_causes(&error),
            Err(_) => format!("no answer within {} seconds", ANSWER_LIMIT.as_secs()),
        };
        let mut last = self.last_trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref() != Some(&trouble) {
            tracing::warn!(part = self.part.slug(), error = trouble, "a look at a part got no answer");
            *last = Some(trouble);
        }
        None
    }
}
