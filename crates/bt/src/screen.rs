//! The terminal, shared by progress bars, log lines and answers, so that they do not run over each other.

use std::io::{self, Write, stderr, stdout};

use indicatif::{MultiProgress, ProgressDrawTarget};
use tracing_subscriber::fmt::MakeWriter;

/// Where everything is written. Clones write to the same place.
#[derive(Clone, Debug)]
pub(crate) struct Screen {
    bars: MultiProgress,
    /// Whether somebody watches: bars are drawn, and not only log lines written.
    pub(crate) is_terminal: bool,
}

impl Screen {
    pub(crate) fn new(is_terminal: bool) -> Self {
        let target = if is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { bars: MultiProgress::with_draw_target(target), is_terminal }
    }

    /// The progress bars at the bottom of the screen.
    pub(crate) fn bars(&self) -> &MultiProgress {
        &self.bars
    }

    /// An answer to what was asked, on stdout.
    pub(crate) fn print(&self, text: &str) {
        // Whoever does not read the answer does not miss it.
        let _ = self.print_to_reader(text);
    }

    /// The same, and says whether anybody still reads: after `bt logs | head` nobody does.
    ///
    /// Never by `println!`, which panics then; the panic would become a line on this screen, which is busy printing.
    pub(crate) fn print_to_reader(&self, text: &str) -> bool {
        self.bars.suspend(|| writeln!(stdout(), "{text}")).is_ok()
    }

    /// A line of somebody else's, on stderr.
    pub(crate) fn relay(&self, text: &str) {
        // There is no other place to say that this one is gone.
        let _ = self.bars.suspend(|| writeln!(stderr(), "{text}"));
    }

    /// What went wrong, on stderr.
    pub(crate) fn complain(&self, text: &str) {
        self.relay(&format!("bt: {text}"));
    }
}

impl<'a> MakeWriter<'a> for Screen {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { screen: self }
    }
}

/// A log line on its way to stderr.
pub(crate) struct Line<'a> {
    screen: &'a Screen,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.screen.bars.suspend(|| stderr().write_all(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        stderr().flush()
    }
}
