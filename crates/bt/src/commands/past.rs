//! The demo campus's past: on the first start its last months are played through the nightly job, so that the curves of
//! the terms that are not over have a shape, and the enrollment of the last two terms that are over, so that there is evidence
//! of how courses filled. Real SIS data has a past only from the day on which it was first fetched.

use std::collections::HashSet;

use anyhow::Context as _;
use catalog::ports::CatalogSource as _;
use catalog::run::{RunReport, Step};
use catalog::term::{Semester, Term, TermId};
use indicatif::ProgressBar;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use standin::server::Standin;
use updater::config::UpdaterConfig;
use updater::nightly::Updater;
use updater::progress::Silent;
use updater::request::{TermChoice, UpdateRequest};

use crate::world::{Base, Source, World};

/// How many days ago the campus is looked at: seldom while little happens, often since appointments began.
const DAYS_AGO: [i64; 17] = [221, 207, 193, 179, 165, 144, 123, 109, 95, 88, 74, 46, 32, 26, 20, 13, 5];

/// A term's sections appear about five weeks before its first appointments.
const PUBLISHED_BEFORE: SignedDuration = SignedDuration::from_hours(36 * 24);

/// So many falls and springs that are over are played, the newest.
const TERMS_OVER: usize = 2;
/// When they are looked at: so many hundredths of the way from the first appointments to the term's first day, in both phases
/// and when the second one is over; and so many days into the term, when most have got in, and when nobody may drop any more.
/// Each look takes a part of a second of the first start.
const WAY_TO_TERM_PERCENT: [i32; 4] = [20, 50, 80, 97];
const DAYS_INTO_TERM: [i64; 2] = [8, 36];
/// At what hour: when nobody enrolls any more that day.
const HOUR: i8 = 21;
/// How far one walks back from today to a term that is over, in the campus of that time: that knows two terms more.
const WALKED_BACK: usize = 3;

/// Longer than any pause between two looks.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(50 * 24);

/// Who asks for these runs, as the ledger keeps it.
pub(super) const ASKED_BY: &str = "the demo campus's past";

/// Plays the past, and leaves the campus in the present.
pub(super) async fn play(world: &World, base: &Base, source: &Source, standin: &Standin) -> anyhow::Result<()> {
    // A made-up campus can tell what changed since any moment; the real SIS is not asked over more than a day.
    let config = world.updater_config();
    let terms_back = config.terms_back;
    let config = UpdaterConfig { seats_window: LONGEST_PAUSE, terms_back: terms_back.min(WALKED_BACK), ..config };
    let mut past = Past { world, source, updater: world.updater(config, base, source), known: HashSet::new() };
    let over = past.over(terms_back).await?;
    let bar = world.screen.bars().add(ProgressBar::new((over.len() + DAYS_AGO.len()) as u64));
    bar.set_message("the demo campus's past");
    // The present terms first: the courses are those of this year.
    for days in DAYS_AGO {
        let moment =
            world.clock.now().checked_sub(SignedDuration::from_hours(days * 24)).context("a clock before 1900")?;
        standin.move_to(Some(moment));
        let coming = past.coming(moment).await?;
        past.look(&coming).await?;
        bar.inc(1);
    }
    for (term, moment) in over {
        standin.move_to(Some(moment));
        past.look(&[term]).await?;
        bar.inc(1);
    }
    standin.move_to(None);
    bar.finish_and_clear();
    Ok(())
}

struct Past<'a> {
    world: &'a World,
    source: &'a Source,
    updater: Updater,
    /// The terms whose sections are in.
    known: HashSet<TermId>,
}

impl Past<'_> {
    /// Takes in those of the terms that have appeared, and the counts of those that are known.
    async fn look(&mut self, terms: &[TermId]) -> anyhow::Result<()> {
        let (counted, new): (Vec<TermId>, Vec<TermId>) = terms.iter().partition(|term| self.known.contains(term));
        for term in new {
            let steps = if self.known.is_empty() { vec![Step::Course, Step::Class] } else { vec![Step::Class] };
            let report = self.run(&[steps, vec![Step::Enrollment]].concat(), vec![term]).await?;
            if report.steps.iter().any(|step| step.step == Step::Enrollment && step.tally.fetched > 0) {
                self.known.insert(term);
            }
        }
        if !counted.is_empty() {
            self.run(&[Step::Enrollment], counted).await?;
        }
        Ok(())
    }

    /// The terms that have sections at a moment and are not over today.
    async fn coming(&self, moment: Timestamp) -> anyhow::Result<Vec<TermId>> {
        let terms = self.source.sis.terms(self.day(moment), 0).await?;
        let today = self.day(self.world.clock.now());
        let soon = self.day(moment.checked_add(PUBLISHED_BEFORE).unwrap_or(moment));
        let is_coming = |term: &Term| term.end >= today && term.enrollment_begin.is_none_or(|begin| begin <= soon);
        Ok(terms.records.into_iter().filter(is_coming).map(|term| term.id).collect())
    }

    /// The terms that are over and played, and when each is looked at, oldest first.
    async fn over(&self, terms_back: usize) -> anyhow::Result<Vec<(TermId, Timestamp)>> {
        let today = self.day(self.world.clock.now());
        let mut terms = self.source.sis.terms(today, terms_back).await?.records;
        terms.retain(|term| term.end < today && term.id.semester() != Semester::Summer);
        let played = terms.iter().skip(terms.len().saturating_sub(TERMS_OVER));
        let looks = played.flat_map(|term| looked_at(term).into_iter().map(|day| (term.id, day)));
        let zone = &self.world.settings.campus_time_zone.0;
        let at = |day: Date| day.at(HOUR, 0, 0, 0).to_zoned(zone.clone()).map(|moment| moment.timestamp());
        looks.map(|(term, day)| Ok((term, at(day)?))).collect()
    }

    fn day(&self, moment: Timestamp) -> Date {
        moment.to_zoned(self.world.settings.campus_time_zone.0.clone()).date()
    }

    async fn run(&self, steps: &[Step], terms: Vec<TermId>) -> anyhow::Result<RunReport> {
        let request = UpdateRequest {
            steps: steps.to_vec(),
            terms: TermChoice::These(terms),
            ..UpdateRequest::everything(ASKED_BY)
        };
        Ok(self.updater.run(&request, &Silent).await?)
    }
}

/// The days on which a term that is over is looked at.
fn looked_at(term: &Term) -> Vec<Date> {
    let Some(enrollment_begin) = term.enrollment_begin else { return Vec::new() };
    let way = (term.begin - enrollment_begin).get_days();
    let before = WAY_TO_TERM_PERCENT.map(|percent| enrollment_begin.saturating_add((way * percent / 100).days()));
    let within = DAYS_INTO_TERM.map(|days| term.begin.saturating_add(days.days()));
    before.into_iter().chain(within).collect()
}
