//! Lines of several threads at once: one thread writes, the others leave theirs with it and go on. A reader of the
//! lines that stops reading stops one thread, never all of them.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

/// What may wait for the thread that writes: some five thousand lines. Further lines are left out, and counted.
const WAITING_LIMIT_BYTES: usize = 1024 * 1024;

/// A writer that several threads share.
pub(crate) struct Shared<W> {
    writer: W,
    /// The line that says how many were left out.
    left_out_line: fn(u64) -> String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_writing: bool,
    waiting: Vec<u8>,
    left_out: u64,
}

impl<W: for<'w> MakeWriter<'w>> Shared<W> {
    pub(crate) fn new(writer: W, left_out_line: fn(u64) -> String) -> Self {
        Self { writer, left_out_line, state: Mutex::default() }
    }

    /// Writes the line, or leaves it with the thread that is writing.
    fn take(&self, line: &[u8]) {
        let mut state = self.state();
        if !state.is_writing {
            state.is_writing = true;
            drop(state);
            let turn = Turn(self);
            self.write_out(line);
            self.write_what_waits();
            std::mem::forget(turn);
        } else if state.waiting.len() + line.len() <= WAITING_LIMIT_BYTES {
            state.waiting.extend_from_slice(line);
        } else {
            state.left_out += 1;
        }
    }

    /// Until nothing waits. Only then does the turn end: no line is left behind, also when the program ends.
    fn write_what_waits(&self) {
        let mut batch = Vec::new();
        loop {
            batch.clear();
            let mut state = self.state();
            std::mem::swap(&mut state.waiting, &mut batch);
            let left_out = std::mem::take(&mut state.left_out);
            if batch.is_empty() && left_out == 0 {
                state.is_writing = false;
                return;
            }
            drop(state);
            self.write_out(&batch);
            if left_out > 0 {
                metrics::counter!("log_lines_left_out_total").increment(left_out);
                self.write_out((self.left_out_line)(left_out).as_bytes());
            }
        }
    }

    /// There is nobody to tell of a failure: this is where failures are told.
    fn write_out(&self, lines: &[u8]) {
        let _ = self.writer.make_writer().write_all(lines);
    }
}

impl<W> Shared<W> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Dropped only when the writer panics: the next line must find nobody writing, and write.
struct Turn<'a, W>(&'a Shared<W>);

impl<W> Drop for Turn<'_, W> {
    fn drop(&mut self) {
        self.0.state().is_writing = false;
    }
}

impl<'a, W: for<'w> MakeWriter<'w> + 'a> MakeWriter<'a> for Shared<W> {
    type Writer = Line<'a, W>;

    fn make_writer(&'a self) -> Line<'a, W> {
        Line(self)
    }
}

/// A line on its way; it comes in one piece.
pub(crate) struct Line<'a, W>(&'a Shared<W>);

impl<W: for<'w> MakeWriter<'w>> Write for Line<'_, W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.take(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use super::*;

    /// A reader of lines that stops: each write says that it began, and waits until it may go on.
    #[derive(Clone)]
    struct Slow {
        began: SyncSender<()>,
        may_go_on: Arc<Mutex<Receiver<()>>>,
        written: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.began.send(()).unwrap();
            self.may_go_on.lock().unwrap().recv().unwrap();
            self.written.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct World {
        began: Receiver<()>,
        go_on: SyncSender<()>,
        written: Arc<Mutex<Vec<u8>>>,
    }

    fn slow() -> (Slow, World) {
        let (began, has_begun) = sync_channel(100);
        let (go_on, may_go_on) = sync_channel(100);
        let written = Arc::new(Mutex::new(Vec::new()));
        let slow = Slow { began, may_go_on: Arc::new(Mutex::new(may_go_on)), written: written.clone() };
        (slow, World { began: has_begun, go_on, written })
    }

    fn told(count: u64) -> String {
        format!("{count} left out\n")
    }

    #[test]
    fn while_one_thread_is_held_up_the_others_go_on_and_no_line_is_lost_or_torn() {
        let (slow, world) = slow();
        let shared = Shared::new(move || slow.clone(), told);
        std::thread::scope(|scope| {
            scope.spawn(|| shared.take(b"first\n"));
            world.began.recv().unwrap();
            // The first thread is held up within its write; none of these waits for it.
            for thread in 0..4 {
                scope.spawn({
                    let shared = &shared;
                    move || (0..100).for_each(|line| shared.take(format!("{thread} {line}\n").as_bytes()))
                });
            }
            while shared.state().waiting.iter().filter(|byte| **byte == b'\n').count() < 400 {
                std::thread::yield_now();
            }
            (0..2).for_each(|_| world.go_on.send(()).unwrap());
        });
        let text = String::from_utf8(world.written.lock().unwrap().clone()).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines.len(), lines[0]), (401, "first"));
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), 401);
    }

    #[test]
    fn what_does_not_fit_is_left_out_and_told() {
        let (slow, world) = slow();
        let shared = Shared::new(move || slow.clone(), told);
        std::thread::scope(|scope| {
            scope.spawn(|| shared.take(b"first\n"));
            world.began.recv().unwrap();
            let long = vec![b'x'; WAITING_LIMIT_BYTES];
            shared.take(&long);
            shared.take(b"too much\n");
            shared.take(b"too much\n");
            (0..3).for_each(|_| world.go_on.send(()).unwrap());
        });
        let written = world.written.lock().unwrap();
        assert_eq!(written.len(), 6 + WAITING_LIMIT_BYTES + 11);
        assert!(written.ends_with(b"2 left out\n"));
    }

    #[test]
    fn a_writer_that_panics_does_not_silence_the_next_line() {
        let written = Arc::new(Mutex::new(Vec::new()));
        struct Panicking(Arc<Mutex<Vec<u8>>>);
        impl Write for Panicking {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                assert_ne!(bytes, b"bad\n", "of the test");
                self.0.lock().unwrap().write(bytes)
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let copy = written.clone();
        let shared = Shared::new(move || Panicking(copy.clone()), told);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| shared.take(b"bad\n")));
        assert!(panicked.is_err());
        shared.take(b"good\n");
        assert_eq!(*written.lock().unwrap(), b"good\n");
    }
}
