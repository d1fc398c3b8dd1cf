//! The terminal, shared by progress bars, log lines and answers, so that they do not run over each other.

use std::io::{self, Write, stderr};

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
    #[expect(clippy::print_stdout, reason = "the answer of a command is its output")]
    pub(crate) fn print(&self, text: &str) {
        self.bars.suspend(|| println!("{text}"));
    }

    /// A line of somebody else's, on stderr.
    #[expect(clippy::print_stderr, reason = "what the services say is no answer of the command")]
    pub(crate) fn relay(&self, text: &str) {
        self.bars.suspend(|| eprintln!("{text}"));
    }

    /// What went wrong, on stderr.
    #[expect(clippy::print_stderr, reason = "why a command failed is for whoever typed it")]
    pub(crate) fn complain(&self, text: &str) {
        self.bars.suspend(|| eprintln!("bt: {text}"));
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
