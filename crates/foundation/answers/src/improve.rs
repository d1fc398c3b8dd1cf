//! Packing again, with more effort, what is asked for again and again: one at a time, on a thread that steps back
//! behind everything else.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Weak};

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

/// The queue of the thread. The thread ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Improver {
    queue: SyncSender<Wish>,
}

impl Improver {
    /// Starts the thread; `improved` is told of each answer that became smaller.
    pub(crate) fn start(improved: impl Fn(&Arc<Answer>, Encoding) + Send + 'static) -> io::Result<Self> {
        let (queue, wishes) = sync_channel(QUEUE_LENGTH);
        std::thread::Builder::new().name("answers-improve".to_owned()).spawn(move || work(&wishes, improved))?;
        Ok(Self { queue })
    }

    /// Asks for an improvement. A full queue forgets it.
    pub(crate) fn ask(&self, answer: &Arc<Answer>, encoding: Encoding) {
        let _ = self.queue.try_send(Wish { answer: Arc::downgrade(answer), encoding });
    }
}

fn work(wishes: &Receiver<Wish>, improved: impl Fn(&Arc<Answer>, Encoding)) {
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
