//! What a run gathers before anything is written: the publication in the making, and the report on each step.

use catalog::changes::{Delta, PlaylistChanges, Publication, TermChanges};
use catalog::fetched::{Fault, Origin};
use catalog::guard::Guard;
use catalog::run::{Step, StepOutcome, StepReport, Tally};
use catalog::term::TermId;
use clock::Stopwatch;
use jiff::Timestamp;

use crate::request::UpdateRequest;

/// A run's gatherings.
pub(crate) struct Tonight<'a> {
    pub(crate) request: &'a UpdateRequest,
    pub(crate) guard: Guard,
    pub(crate) publication: Publication,
    pub(crate) faults: Vec<Fault>,
    pub(crate) steps: Vec<StepReport>,
}

/// How a step is known in the report.
#[derive(Clone, Copy)]
pub(crate) struct StepMark {
    pub(crate) step: Step,
    pub(crate) term: Option<TermId>,
    pub(crate) watch: Stopwatch,
}

impl StepMark {
    pub(crate) fn start(step: Step, term: Option<TermId>) -> Self {
        Self { step, term, watch: Stopwatch::start() }
    }
}

impl<'a> Tonight<'a> {
    pub(crate) fn new(request: &'a UpdateRequest, guard: Guard, at: Timestamp, origin: Origin) -> Self {
        let publication = Publication {
            at,
            origin,
            terms: Vec::new(),
            courses: Delta::default(),
            by_term: Vec::new(),
            playlists: PlaylistChanges::default(),
            as_of: Vec::new(),
        };
        Self { request, guard, publication, faults: Vec::new(), steps: Vec::new() }
    }

    /// Lets a fetch pass the guard, or gives the sentence of the refusal. A person's word overrides it.
    pub(crate) fn check(&self, what: &str, known: usize, fetched: usize) -> Result<(), String> {
        match self.guard.check(known, fetched) {
            Ok(()) => Ok(()),
            Err(shortfall) if self.request.accepts_short => {
                tracing::warn!(what, %shortfall, "a short fetch is accepted because a person said so");
                Ok(())
            }
            Err(shortfall) => Err(format!("too few {what}: {shortfall}")),
        }
    }

    /// Notes a step whose changes are in the publication.
    pub(crate) fn accepted(&mut self, mark: StepMark, as_of: Timestamp, tally: Tally) {
        let is_unchanged = tally.added + tally.changed + tally.retired == 0;
        let outcome = match (self.request.is_dry_run, is_unchanged) {
            (true, _) => StepOutcome::DryRun,
            (false, true) => StepOutcome::Unchanged,
            (false, false) => StepOutcome::Published,
        };
        self.publication.as_of.push((mark.step, mark.term, as_of));
        self.report(mark, outcome, tally);
    }

    /// Notes a step for which the source has nothing yet and nothing is held: as of no moment.
    pub(crate) fn nothing_yet(&mut self, mark: StepMark, tally: Tally) {
        self.report(mark, StepOutcome::Unchanged, tally);
    }

    /// Notes a step whose fetch the guard refused.
    pub(crate) fn refused(&mut self, mark: StepMark, reason: String, tally: Tally) {
        self.report(mark, StepOutcome::Refused(reason), tally);
    }

    /// Notes a step that could not be done.
    pub(crate) fn failed(&mut self, mark: StepMark, error: &dyn std::error::Error, tally: Tally) {
        self.report(mark, StepOutcome::Failed(sentence(error)), tally);
    }

    /// The changes of a term, to be filled.
    pub(crate) fn term(&mut self, term: TermId) -> &mut TermChanges {
        let by_term = &mut self.publication.by_term;
        let position = by_term.iter().position(|changes| changes.term == term).unwrap_or_else(|| {
            by_term.push(TermChanges { term, classes: Delta::default(), sections: Delta::default(), enrollment: None });
            by_term.len() - 1
        });
        &mut by_term[position]
    }

    fn report(&mut self, mark: StepMark, outcome: StepOutcome, tally: Tally) {
        let duration = mark.watch.elapsed();
        metrics::histogram!("update_step_seconds", "step" => mark.step.slug()).record(duration.as_secs_f64());
        metrics::counter!("update_steps_total", "step" => mark.step.slug(), "outcome" => outcome.slug()).increment(1);
        let report = StepReport { step: mark.step, term: mark.term, outcome, duration, tally };
        self.steps.push(report);
    }
}

/// An error with its causes, as one sentence.
pub(crate) fn sentence(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// The numbers of a delta.
pub(crate) fn tally_of<T, K>(delta: &Delta<T, K>) -> Tally {
    Tally { added: delta.added.len(), changed: delta.changed.len(), retired: delta.gone.len(), ..Tally::default() }
}

/// Two steps' numbers together, as the class step has classes and sections.
pub(crate) fn sum(first: Tally, second: Tally) -> Tally {
    Tally {
        requests: first.requests + second.requests,
        known: first.known + second.known,
        fetched: first.fetched + second.fetched,
        added: first.added + second.added,
        changed: first.changed + second.changed,
        retired: first.retired + second.retired,
        quarantined: first.quarantined + second.quarantined,
    }
}
