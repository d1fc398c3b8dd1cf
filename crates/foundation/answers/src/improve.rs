//! Packing again, with more effort, what is asked for again and again: one at a time, on a thread that steps back
//! behind everything else.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock, Weak};

use crate::answer::Answer;
use crate::encoding::{Effort, Encoding};
use crate::forms::Form;

/// Answers that may wait for their turn. Further ones ask again later.
const QUEUE_LENGTH: usize = 64;

/// The lowest priority there is.
#[cfg(target_os = "linux")]
const LOWEST_PRIORITY: i32 = 19;

/// An answer worth improving, as long as somebody keeps it.
pub(crate) struct Wish {
    answer: Weak<Answer>,
    encoding: Encoding,
}

/// What is told of each answer that became smaller.
type Improved = Box<dyn Fn(&Arc<Answer>, Encoding) + Send>;

/// The queue of the thread. The thread begins with the first wish and ends when this is dropped.
#[derive(Default)]
pub(crate) struct Improver {
    /// `None` inside when no thread could be had: then answers stay as they are.
    queue: OnceLock<Option<SyncSender<Wish>>>,
}

impl Improver {
    /// Asks for an improvement. A full queue forgets it.
    pub(crate) fn ask(&self, answer: &Arc<Answer>, encoding: Encoding, improved: impl FnOnce() -> Improved) {
        if let Some(queue) = self.queue.get_or_init(|| start(improved())) {
            let _ = queue.try_send(Wish { answer: Arc::downgrade(answer), encoding });
        }
    }
}

fn start(improved: Improved) -> Option<SyncSender<Wish>> {
    let (queue, wishes) = sync_channel(QUEUE_LENGTH);
    let thread = std::thread::Builder::new().name("answers-improve".to_owned());
    match thread.spawn(move || work(&wishes, &improved)) {
        Ok(_) => Some(queue),
        Err(error) => {
            tracing::warn!(%error, "there is no thread to pack answers with more effort; they stay as they are");
            None
        }
    }
}

fn work(wishes: &Receiver<Wish>, improved: &Improved) {
    step_back();
    for wish in wishes {
        if let Some(answer) = wish.answer.upgrade()
            && improve(&answer, wish.encoding)
        {
            improved(&answer, wish.encoding);
        }
    }
}

/// Packs one form again; says whether it is a better one now.
fn improve(answer: &Arc<Answer>, encoding: Encoding) -> bool {
    let Some(there) = answer.forms.get(encoding).filter(|form| form.effort < Effort::Best) else { return false };
    let packed = answer.forms.plain().and_then(|plain| encoding.pack(&plain, Effort::Best));
    let Ok(packed) = packed else { return false };
    // What could not be made smaller is marked as the best there is, or it would be tried for ever.
    let bytes = if packed.len() < there.bytes.len() { packed.into() } else { there.bytes };
    answer.take_in(encoding, Form { bytes, effort: Effort::Best });
    true
}

/// On Linux a priority belongs to the thread; elsewhere it would be the whole process's.
fn step_back() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, LOWEST_PRIORITY);
}
