//! The first half of a run: everything is fetched, and what is held is read, before anything is compared.

use catalog::course::Course;
use catalog::fetched::{ClassRecord, Fetched, RecordKind, SeatsRecord, SectionRecord};
use catalog::ports::{CatalogSource, SourceError, StoreError, UpdateRun};
use catalog::run::Step;
use catalog::stored::{Held, StoredTerm};
use catalog::term::TermId;
use clock::Stopwatch;
use jiff::{SignedDuration, Timestamp};

use crate::progress::Progress;
use crate::request::UpdateRequest;

/// The courses as held and as fetched.
pub(crate) struct CourseFetch {
    pub(crate) held: Vec<Held<Course>>,
    /// `None` when the step was not asked for.
    pub(crate) fetched: Option<Result<Fetched<Course>, SourceError>>,
    pub(crate) watch: Stopwatch,
}

/// A term's offerings as held and as fetched.
pub(crate) struct TermFetch {
    pub(crate) term: TermId,
    /// The counts alone where only changes of them are fetched.
    pub(crate) held: StoredTerm,
    pub(crate) answer: TermAnswer,
    pub(crate) watch: Stopwatch,
}

/// What was fetched of a term: it depends on the steps that were asked for.
pub(crate) enum TermAnswer {
    /// Everything, for the class step (and the enrollment step).
    Whole(Result<(Fetched<ClassRecord>, Fetched<SectionRecord>), SourceError>),
    /// All sections, for the enrollment step alone.
    Sections(Result<Fetched<SectionRecord>, SourceError>),
    /// Counts that changed, for the enrollment step alone.
    Seats(Result<Fetched<SeatsRecord>, SourceError>),
    /// Nothing: no step of the term was asked for.
    Nothing,
}

/// Reads the held courses and fetches them when the step is asked for.
pub(crate) async fn courses(
    source: &dyn CatalogSource,
    run: &mut dyn UpdateRun,
    request: &UpdateRequest,
    progress: &dyn Progress,
) -> Result<CourseFetch, StoreError> {
    let watch = Stopwatch::start();
    // The enrollment step alone needs no course: every fifteen minutes that is a second saved.
    let is_needed = [Step::Course, Step::Class, Step::Playlist].into_iter().any(|step| request.takes(step));
    let held = if is_needed { run.courses().await? } else { Vec::new() };
    let mut fetched = None;
    if request.takes(Step::Course) {
        progress.fetching(RecordKind::Course, None, held.iter().filter(|course| !course.is_retired).count());
        fetched = Some(source.courses(progress).await);
    }
    Ok(CourseFetch { held, fetched, watch })
}

/// Reads what is held of a term and fetches what the steps ask for.
pub(crate) async fn term(
    source: &dyn CatalogSource,
    run: &mut dyn UpdateRun,
    term: TermId,
    request: &UpdateRequest,
    since: Since,
    progress: &dyn Progress,
) -> Result<TermFetch, StoreError> {
    let watch = Stopwatch::start();
    if request.takes(Step::Enrollment) && !request.takes(Step::Class) {
        let held = run.counts(term).await?;
        if let Some(after) = since.usable(held.observed_at) {
            progress.fetching(RecordKind::Enrollment, Some(term), 0);
            let answer = TermAnswer::Seats(source.updated_seats(term, after, progress).await);
            return Ok(TermFetch { term, held, answer, watch });
        }
    }
    let held = run.term(term).await?;
    let answer = if request.takes(Step::Class) {
        TermAnswer::Whole(whole(source, term, &held, progress).await)
    } else if !request.takes(Step::Enrollment) {
        TermAnswer::Nothing
    } else {
        progress.fetching(RecordKind::Section, Some(term), held.open_runs.len());
        TermAnswer::Sections(source.sections(term, progress).await)
    };
    Ok(TermFetch { term, held, answer, watch })
}

async fn whole(
    source: &dyn CatalogSource,
    term: TermId,
    held: &StoredTerm,
    progress: &dyn Progress,
) -> Result<(Fetched<ClassRecord>, Fetched<SectionRecord>), SourceError> {
    progress.fetching(RecordKind::Class, Some(term), held.classes.iter().filter(|class| !class.is_retired).count());
    progress.fetching(
        RecordKind::Section,
        Some(term),
        held.sections.iter().filter(|section| !section.is_retired).count(),
    );
    tokio::try_join!(source.classes(term, progress), source.sections(term, progress))
}

/// When asking only for changes is enough.
#[derive(Clone, Copy)]
pub(crate) struct Since {
    pub(crate) now: Timestamp,
    pub(crate) window: SignedDuration,
}

/// Asking for changes begins this much before the last observation: clocks differ, and a count may have changed while
/// the last sweep was under way (the slowest known took over an hour).
const OVERLAP: SignedDuration = SignedDuration::from_hours(2);

impl Since {
    fn usable(self, observed_at: Option<Timestamp>) -> Option<Timestamp> {
        let observed_at = observed_at?;
        let is_recent = self.now.duration_since(observed_at) <= self.window;
        is_recent.then(|| observed_at.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN))
    }
}
