//! Counts as runs, and reservations.

use std::collections::BTreeMap;

use catalog::changes::EnrollmentChanges;
use catalog::seats::{Counts, EnrollmentRun, SeatReservation};
use catalog::section::SectionId;
use catalog::term::TermId;
use jiff::Timestamp;

type Key = (TermId, SectionId);

#[derive(Clone, Debug, Default)]
pub(super) struct Seats {
    /// The runs of a section by their beginning.
    pub(super) runs: BTreeMap<Key, BTreeMap<Timestamp, Run>>,
    pub(super) reservations: BTreeMap<Key, Vec<SeatReservation>>,
    pub(super) observed_at: BTreeMap<TermId, Timestamp>,
}

#[derive(Clone, Debug)]
pub(super) struct Run {
    run: EnrollmentRun,
    is_current: bool,
}

impl Seats {
    pub(super) fn current(&self, key: Key) -> Option<&EnrollmentRun> {
        self.runs.get(&key)?.values().find(|run| run.is_current).map(|run| &run.run)
    }

    pub(super) fn history(&self, term: TermId, sections: &[SectionId]) -> Vec<EnrollmentRun> {
        let of_these = self.runs.iter().filter(|((of, section), _)| *of == term && sections.contains(section));
        of_these.flat_map(|(_, runs)| runs.values()).map(|run| run.run.clone()).collect()
    }

    /// Takes in an observation. An error says what does not fit, and leaves these tables to be thrown away.
    pub(super) fn observe(&mut self, term: TermId, changes: &EnrollmentChanges) -> Result<(), String> {
        let last = self.observed_at.insert(term, changes.at);
        if last.is_some_and(|last| last > changes.at) {
            return Err(format!("{} was observed later already", term.slug()));
        }
        for section in &changes.closed {
            self.current_mut((term, *section))?.is_current = false;
        }
        for (section, counts) in &changes.opened {
            self.open((term, *section), *counts, changes.at);
        }
        for section in &changes.extended {
            self.current_mut((term, *section))?.run.last_seen = changes.at;
        }
        for (section, reservations) in &changes.reservations {
            self.reservations.insert((term, *section), reservations.clone());
        }
        self.reservations.retain(|_, reservations| !reservations.is_empty());
        Ok(())
    }

    fn open(&mut self, key: Key, counts: Counts, at: Timestamp) {
        let runs = self.runs.entry(key).or_default();
        for run in runs.values_mut() {
            run.is_current = false;
        }
        let run = EnrollmentRun { section: key.1, first_seen: at, last_seen: at, counts };
        runs.insert(at, Run { run, is_current: true });
    }

    fn current_mut(&mut self, key: Key) -> Result<&mut Run, String> {
        let runs = self.runs.get_mut(&key);
        let current = runs.and_then(|runs| runs.values_mut().find(|run| run.is_current));
        current.ok_or_else(|| format!("section {} of {} has no current run", key.1, key.0.slug()))
    }
}
