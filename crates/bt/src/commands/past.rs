//! The demo campus's past: on the first start its last months are played through the nightly job, so that the curves of
//! the terms that are not over have a shape. Real SIS data has a past only from the day on which it was first fetched.

use std::collections::HashSet;

use anyhow::Context as _;
use catalog::ports::CatalogSource as _;
use catalog::run::{RunReport, Step};
use catalog::term::{Term, TermId};
use indicatif::ProgressBar;
use jiff::{SignedDuration, Timestamp};
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

/// Longer than any pause between two looks.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Who asks for these runs, as the ledger keeps it.
pub(super) const ASKED_BY: &str = "the demo campus's past";

/// Plays the past, oldest moment first, and leaves the campus in the present.
pub(super) async fn play(world: &World, base: &Base, source: &Source, standin: &Standin) -> anyhow::Result<()> {
    // A made-up campus can tell what changed since any moment; the real SIS is not asked over more than a day.
    let config = UpdaterConfig { seats_window: LONGEST_PAUSE, ..world.updater_config() };
    let past = Past { world, source, updater: world.updater(config, base, source) };
    let bar = world.screen.bars().add(ProgressBar::new(DAYS_AGO.len() as u64));
    bar.set_message("the demo campus's last months");
    let mut known = HashSet::new();
    for days in DAYS_AGO {
        let moment =
            world.clock.now().checked_sub(SignedDuration::from_hours(days * 24)).context("a clock before 1900")?;
        standin.move_to(Some(moment));
        past.look(moment, &mut known).await?;
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
}

impl Past<'_> {
    /// Takes in terms that have appeared, and the counts of those that are known.
    async fn look(&self, moment: Timestamp, known: &mut HashSet<TermId>) -> anyhow::Result<()> {
        let counted: Vec<TermId> = known.iter().copied().collect();
        for term in self.coming(moment).await? {
            if !known.contains(&term) {
                let steps = if known.is_empty() { vec![Step::Course, Step::Class] } else { vec![Step::Class] };
                let report = self.run(&[steps, vec![Step::Enrollment]].concat(), vec![term]).await?;
                if report.steps.iter().any(|step| step.step == Step::Enrollment && step.tally.fetched > 0) {
                    known.insert(term);
                }
            }
        }
        if !counted.is_empty() {
            self.run(&[Step::Enrollment], counted).await?;
        }
        Ok(())
    }

    /// The terms that have sections at a moment and are not over today.
    async fn coming(&self, moment: Timestamp) -> anyhow::Result<Vec<TermId>> {
        let day = |at: Timestamp| at.to_zoned(self.world.settings.campus_time_zone.0.clone()).date();
        let terms = self.source.sis.terms(day(moment), 0).await?;
        let today = day(self.world.clock.now());
        let soon = day(moment.checked_add(PUBLISHED_BEFORE).unwrap_or(moment));
        let is_coming = |term: &Term| term.end >= today && term.enrollment_begin.is_none_or(|begin| begin <= soon);
        Ok(terms.records.into_iter().filter(is_coming).map(|term| term.id).collect())
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
