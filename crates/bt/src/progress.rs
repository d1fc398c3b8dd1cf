//! The progress of an update: bars on a terminal, log lines otherwise.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use catalog::fetched::RecordKind;
use catalog::ports::FetchWatch;
use catalog::run::StepReport;
use catalog::term::TermId;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use updater::progress::Progress;
use updater::words;

use crate::screen::Screen;

/// A log line for every so many records, so that a log shows that something moves.
const RECORDS_PER_LINE: usize = 5_000;

const SPIN_EVERY: Duration = Duration::from_millis(100);

/// A progress for a screen.
pub(crate) fn on(screen: &Screen) -> Box<dyn Progress> {
    if screen.is_terminal { Box::new(Bars::new(screen.bars().clone())) } else { Box::new(Lines::default()) }
}

type Fetch = (RecordKind, Option<TermId>);

fn name((kind, term): Fetch) -> String {
    match term {
        Some(term) => format!("{} {}", kind.slug(), term.slug()),
        None => kind.slug().to_owned(),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A bar for each fetch that goes on.
struct Bars {
    screen: MultiProgress,
    bars: Mutex<HashMap<Fetch, ProgressBar>>,
}

impl Bars {
    fn new(screen: MultiProgress) -> Self {
        Self { screen, bars: Mutex::default() }
    }

    fn bar(&self, fetch: Fetch, expected: usize) -> ProgressBar {
        let bar =
            self.screen.add(if expected == 0 { ProgressBar::no_length() } else { ProgressBar::new(expected as u64) });
        bar.set_style(style(expected));
        bar.set_message(name(fetch));
        bar
    }

    fn clear(&self) {
        for (_, bar) in locked(&self.bars).drain() {
            bar.finish_and_clear();
        }
    }
}

fn style(expected: usize) -> ProgressStyle {
    let template = if expected == 0 {
        "  {msg:<24} {human_pos} records"
    } else {
        "  {msg:<24} {wide_bar} {human_pos} of about {human_len}"
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl FetchWatch for Bars {
    fn arrived(&self, kind: RecordKind, term: Option<TermId>, records: usize) {
        let mut bars = locked(&self.bars);
        let bar = bars.entry((kind, term)).or_insert_with(|| self.bar((kind, term), 0));
        bar.inc(records as u64);
    }
}

impl Progress for Bars {
    fn fetching(&self, kind: RecordKind, term: Option<TermId>, expected: usize) {
        let bar = self.bar((kind, term), expected);
        let mut bars = locked(&self.bars);
        // What was fetched for other terms is done: bars of a whole run would not fit the screen.
        bars.retain(|(_, other), bar| {
            let stays = *other == term;
            if !stays {
                bar.finish_and_clear();
            }
            stays
        });
        bars.insert((kind, term), bar);
    }

    fn publishing(&self) {
        self.clear();
        let bar = self.screen.add(ProgressBar::new_spinner());
        bar.set_message("publishing");
        bar.enable_steady_tick(SPIN_EVERY);
        locked(&self.bars).insert((RecordKind::Term, None), bar);
    }

    fn ended(&self, step: &StepReport) {
        self.clear();
        tracing::info!("{}", words::step(step));
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Log lines.
#[derive(Default)]
struct Lines {
    counts: Mutex<HashMap<Fetch, usize>>,
}

impl FetchWatch for Lines {
    fn arrived(&self, kind: RecordKind, term: Option<TermId>, records: usize) {
        let mut counts = locked(&self.counts);
        let count = counts.entry((kind, term)).or_default();
        let before = *count / RECORDS_PER_LINE;
        *count += records;
        if *count / RECORDS_PER_LINE > before {
            tracing::info!(what = name((kind, term)), records = *count, "fetching");
        }
    }
}

impl Progress for Lines {
    fn fetching(&self, kind: RecordKind, term: Option<TermId>, _expected: usize) {
        locked(&self.counts).remove(&(kind, term));
    }

    fn publishing(&self) {
        tracing::info!("publishing");
    }

    fn ended(&self, step: &StepReport) {
        tracing::info!("{}", words::step(step));
    }
}
