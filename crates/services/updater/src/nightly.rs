//! A run from beginning to end: lock, fetch, compare, guard, publish, ledger.

use std::collections::HashSet;
use std::sync::Arc;

use catalog::course::CourseCode;
use catalog::fetched::{Fetched, Origin, RecordKind};
use catalog::ports::{CatalogSource, CatalogStore, SourceError, StoreError, UpdateRun};
use catalog::run::{RunOutcome, RunReport, Step, StepOutcome, Tally};
use catalog::term::{Term, TermId};
use clock::Clock;
use jiff::civil::Date;

use crate::config::UpdaterConfig;
use crate::fetch::{self, CourseFetch, Since, TermAnswer, TermFetch};
use crate::progress::Progress;
use crate::request::{TermChoice, UpdateRequest};
use crate::tonight::{StepMark, Tonight, sentence};
use crate::{course_step, playlist_step, term_step};

/// Why a run could not even be reported.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The store could not begin, publish or finish the run; nothing was published.
    #[error("the update was not published")]
    Store(#[from] StoreError),
    /// The database holds data of another origin.
    #[error(
        "the database holds {} data and the source gives {} data, which never mix: start with another data directory or an empty database",
        .held.slug(), .offered.slug()
    )]
    OtherOrigin {
        /// What the database holds.
        held: Origin,
        /// What the source gives.
        offered: Origin,
    },
    /// The terms, which every run needs, could not be fetched.
    #[error("the terms could not be fetched, and without them nothing else")]
    Terms(#[source] SourceError),
    /// A term was asked for that the source does not know.
    #[error("the source knows no term {0}; it knows {1}")]
    UnknownTerm(TermId, String),
}

/// The nightly job.
pub struct Updater {
    config: UpdaterConfig,
    source: Arc<dyn CatalogSource>,
    store: Arc<dyn CatalogStore>,
    clock: Arc<dyn Clock>,
}

impl Updater {
    /// Wires the job.
    #[must_use]
    pub fn new(
        config: UpdaterConfig,
        source: Arc<dyn CatalogSource>,
        store: Arc<dyn CatalogStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { config, source, store, clock }
    }

    /// Does a run. What was refused or failed is told in the report; the ledger has it too.
    ///
    /// # Errors
    /// [`UpdateError`] when the run could not begin, could not be published, or makes no sense for this database.
    pub async fn run(&self, request: &UpdateRequest, progress: &dyn Progress) -> Result<RunReport, UpdateError> {
        let mut run = self.store.begin_run(&request.for_ledger(), self.clock.now()).await?;
        tracing::info!(run = run.id().0, asked_by = request.asked_by, "an update begins");
        match self.work(&mut *run, request, progress).await {
            Ok(report) => {
                metrics::counter!("update_runs_total", "outcome" => report.outcome.slug()).increment(1);
                tracing::info!(run = run.id().0, outcome = report.outcome.slug(), "the update ended");
                run.finish(&report).await?;
                Ok(report)
            }
            Err(error) => {
                metrics::counter!("update_runs_total", "outcome" => "failed").increment(1);
                tracing::error!(run = run.id().0, error = sentence(&error), "the update failed; nothing was published");
                self.leave_failed(run, &error).await;
                Err(error)
            }
        }
    }

    /// Writes a failure into the ledger, as far as the database still can.
    async fn leave_failed(&self, run: Box<dyn UpdateRun>, error: &UpdateError) {
        let mark = StepMark::start(Step::Term, None);
        let step = catalog::run::StepReport {
            step: mark.step,
            term: None,
            outcome: StepOutcome::Failed(sentence(error)),
            duration: mark.watch.elapsed(),
            tally: Tally::default(),
        };
        let report = RunReport {
            outcome: RunOutcome::Failed,
            ended_at: self.clock.now(),
            origin: None,
            version: None,
            steps: vec![step],
        };
        if let Err(error) = run.finish(&report).await {
            tracing::warn!(error = sentence(&error), "the failure could not be written into the ledger");
        }
    }

    async fn work(
        &self,
        run: &mut dyn UpdateRun,
        request: &UpdateRequest,
        progress: &dyn Progress,
    ) -> Result<RunReport, UpdateError> {
        let mark = StepMark::start(Step::Term, None);
        let today = self.clock.now().to_zoned(self.config.time_zone.clone()).date();
        progress.fetching(RecordKind::Term, None, 0);
        let terms = self.source.terms(today, self.config.terms_back).await.map_err(UpdateError::Terms)?;
        self.check_origin(run, terms.origin).await?;
        let chosen = self.choose(request, &terms)?;

        let mut courses = fetch::courses(&*self.source, run, request, progress).await?;
        let mut by_term = Vec::new();
        let since = Since { now: terms.as_of, window: self.config.seats_window };
        for term in &chosen {
            by_term.push(fetch::term(&*self.source, run, *term, request, since, progress).await?);
        }

        let mut tonight = Tonight::new(request, self.config.guard, self.clock.now(), terms.origin);
        self.term_step(&mut tonight, mark, run, &terms).await?;
        let takes_playlists = request.takes(Step::Playlist);
        let needs_offerings = takes_playlists || request.takes(Step::Course);
        let offerings = if needs_offerings { run.offerings().await? } else { Vec::new() };
        let taught = self.taught(&terms, &offerings, &by_term);
        course_step::take(&mut tonight, &mut courses, &taught);
        let mut inputs = playlist_step::Inputs {
            held_courses: Vec::new(),
            held_playlists: if takes_playlists { run.playlists().await? } else { Vec::new() },
            offerings,
            offered_tonight: Vec::new(),
            evidence: Vec::new(),
        };
        take_terms(&mut tonight, &courses, by_term, &mut inputs);
        if takes_playlists {
            inputs.held_courses = courses.held;
            playlist_step::take(&mut tonight, &inputs, terms.as_of);
        }
        self.publish(run, tonight, progress).await
    }

    async fn check_origin(&self, run: &mut dyn UpdateRun, offered: Origin) -> Result<(), UpdateError> {
        match run.state().await?.map(|state| state.origin) {
            Some(held) if held != offered => Err(UpdateError::OtherOrigin { held, offered }),
            _ => Ok(()),
        }
    }

    fn choose(&self, request: &UpdateRequest, terms: &Fetched<Term>) -> Result<Vec<TermId>, UpdateError> {
        let today = self.day_of(terms);
        let known = || terms.records.iter();
        match &request.terms {
            TermChoice::All => Ok(known().map(|term| term.id).collect()),
            TermChoice::Coming => Ok(known().filter(|term| term.end >= today).map(|term| term.id).collect()),
            TermChoice::These(chosen) => {
                if let Some(unknown) = chosen.iter().find(|id| !known().any(|term| term.id == **id)) {
                    let titles: Vec<String> = known().map(|term| term.id.slug()).collect();
                    return Err(UpdateError::UnknownTerm(*unknown, titles.join(", ")));
                }
                Ok(chosen.clone())
            }
        }
    }

    /// Today as the source sees it: a replay lives in another year.
    fn day_of(&self, terms: &Fetched<Term>) -> Date {
        terms.as_of.to_zoned(self.config.time_zone.clone()).date()
    }

    async fn term_step(
        &self,
        tonight: &mut Tonight<'_>,
        mark: StepMark,
        run: &mut dyn UpdateRun,
        terms: &Fetched<Term>,
    ) -> Result<(), UpdateError> {
        let held = run.terms().await?;
        let mut tally = Tally {
            known: held.len(),
            fetched: terms.records.len(),
            requests: terms.requests,
            quarantined: terms.faults.len(),
            ..Tally::default()
        };
        for term in &terms.records {
            match held.iter().find(|old| old.id == term.id) {
                Some(old) if old == term => continue,
                Some(_) => tally.changed += 1,
                None => tally.added += 1,
            }
            tonight.publication.terms.push(term.clone());
        }
        tonight.faults.extend(terms.faults.iter().cloned());
        tonight.accepted(mark, terms.as_of, tally);
        Ok(())
    }

    /// Courses of terms that have not ended: they stay listed even if the catalog drops them.
    fn taught(
        &self,
        terms: &Fetched<Term>,
        offerings: &[catalog::stored::Offering],
        by_term: &[TermFetch],
    ) -> HashSet<CourseCode> {
        let today = self.day_of(terms);
        let coming: HashSet<TermId> =
            terms.records.iter().filter(|term| term.end >= today).map(|term| term.id).collect();
        let mut taught: HashSet<CourseCode> = offerings
            .iter()
            .filter(|offering| coming.contains(&offering.term))
            .map(|offering| offering.course.clone())
            .collect();
        for fetch in by_term {
            if let TermAnswer::Whole(Ok((classes, _))) = &fetch.answer {
                taught.extend(classes.records.iter().map(|record| record.class.key.course.clone()));
            }
        }
        taught
    }

    async fn publish(
        &self,
        run: &mut dyn UpdateRun,
        mut tonight: Tonight<'_>,
        progress: &dyn Progress,
    ) -> Result<RunReport, UpdateError> {
        progress.publishing();
        run.quarantine(&tonight.faults).await?;
        let troubles = tonight.steps.iter().filter(|step| step.outcome.reason().is_some()).count();
        // The terms alone are no news: a night in which every other step failed publishes nothing.
        let has_news = tonight.steps.iter().any(|step| step.step != Step::Term && step.outcome.reason().is_none());
        let mut version = None;
        if has_news && !tonight.request.is_dry_run {
            tonight.publication.at = self.clock.now();
            version = Some(run.publish(&tonight.publication).await?);
        }
        for step in &tonight.steps {
            progress.ended(step);
        }
        let outcome = match (tonight.request.is_dry_run, troubles, version) {
            (true, ..) => RunOutcome::DryRun,
            (false, 0, _) => RunOutcome::Succeeded,
            (false, _, Some(_)) => RunOutcome::Incomplete,
            (false, _, None) => RunOutcome::Failed,
        };
        let origin = Some(tonight.publication.origin);
        Ok(RunReport { outcome, ended_at: self.clock.now(), origin, version, steps: tonight.steps })
    }
}

fn take_terms(
    tonight: &mut Tonight<'_>,
    courses: &CourseFetch,
    by_term: Vec<TermFetch>,
    inputs: &mut playlist_step::Inputs,
) {
    let listed = course_step::listed(tonight, &courses.held);
    let mut unlisted = Vec::new();
    for fetch in by_term {
        let term = fetch.term;
        let leavings = term_step::take(tonight, fetch, &listed);
        unlisted.extend(leavings.unlisted);
        inputs.evidence.extend(leavings.evidence);
        inputs.offered_tonight.extend(leavings.offered.map(|offered| (term, offered)));
    }
    course_step::add_unlisted(tonight, &courses.held, unlisted);
}
