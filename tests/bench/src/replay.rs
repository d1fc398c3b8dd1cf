//! All captured snapshots of three real terms, replayed night by night through the job; then every count of the capture
//! is read back from the runs.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use catalog::ports::CatalogStore as _;
use catalog::seats::EnrollmentRun;
use catalog::section::SectionId;
use catalog::term::TermId;
use clock::Stopwatch;
use jiff::Timestamp;

use crate::measured::run as run_measured;
use crate::place::{Place, settings};
use crate::say;
use crate::standin::Standin;

/// Nights on which the capture itself changed what it captures (from December 2016 on only printed classes), so that a
/// person would look and accept the shorter list.
const ACCEPTED_BY_A_PERSON: [&str; 2] = ["2017-04-12T01:05:00Z", "2017-03-26T22:15:00Z"];

type Night = (TermId, Timestamp);

/// A line of the capture: enrolled, most enrolled, waiting, most waiting, by section.
type Captured = BTreeMap<Night, HashMap<SectionId, [i32; 4]>>;

pub(crate) async fn run(bt: &Path) -> anyhow::Result<()> {
    let Some(folder) = kit::real_data::folder("berkeley-sis-2016-2017", "the replay of three real terms") else {
        return Ok(());
    };
    let captured = capture(&folder)?;
    say(&format!("\n{} captured nights replayed\n", captured.len()));
    let place = Place::fresh("replay").await?;
    let moment = captured.keys().next().context("the capture is empty")?.1.to_string();
    let standin = Standin::start(bt, &[], &["--replay", &folder.to_string_lossy(), "--at", &moment]).await?;
    let settings = settings(&place, &standin.base_url());
    crate::measured::succeed(bt, &settings, &["migrate"])?;

    let watch = Stopwatch::start();
    let mut refused = BTreeSet::new();
    let mut peak_mib = 0;
    for (term, at) in in_time(&captured) {
        standin.control(&format!(r#"{{"at": "{at}"}}"#)).await?;
        let term_text = term.to_string();
        let mut arguments = vec!["update", "--term", &term_text];
        if ACCEPTED_BY_A_PERSON.contains(&at.to_string().as_str()) {
            arguments.push("--accept-short");
        }
        let night = run_measured(bt, &settings, &arguments)?;
        peak_mib = peak_mib.max(night.peak_mib);
        if !night.status.success() {
            let reason: Vec<&str> = night
                .text
                .lines()
                .filter(|line| line.starts_with("class") && line.contains("REFUSED"))
                .filter_map(|line| line.split("stays: ").nth(1))
                .collect();
            anyhow::ensure!(!reason.is_empty(), "{} at {at} failed:\n{}", term.slug(), night.text);
            say(&format!("- refused: {} at {at}: {}", term.slug(), reason.join("; ")));
            refused.insert((term, at));
        }
    }
    let wall = watch.elapsed().as_secs_f64();
    say(&format!("\nAll {} nights: {wall:.1} s (goal ≤ 300 s), peak memory of a night {peak_mib} MiB", captured.len()));
    read_back(&place, &captured, &refused).await?;
    place.leave().await
}

/// The nights in the order in which they happened, whatever their term.
fn in_time(captured: &Captured) -> Vec<Night> {
    let mut nights: Vec<Night> = captured.keys().copied().collect();
    nights.sort_by_key(|(term, at)| (*at, *term));
    nights
}

fn capture(folder: &Path) -> anyhow::Result<Captured> {
    let path: PathBuf = folder.join("enrollment_history.csv.zst");
    let file = std::fs::File::open(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut reader = csv::Reader::from_reader(zstd::Decoder::new(file)?);
    let mut captured = Captured::new();
    for line in reader.records() {
        let line = line?;
        let text = |column: usize| line.get(column).unwrap_or_default();
        let number = |column: usize| text(column).parse::<i32>().context("a count of the capture is none");
        let night = (text(0).parse()?, text(2).parse()?);
        let counts = [number(4)?, number(5)?, number(6)?, number(7)?];
        captured.entry(night).or_default().insert(SectionId(text(1).parse()?), counts);
    }
    Ok(captured)
}

async fn read_back(place: &Place, captured: &Captured, refused: &BTreeSet<Night>) -> anyhow::Result<()> {
    let store = place.store().await?;
    let (mut compared, mut differing, mut runs_total) = (0_usize, 0_usize, 0_usize);
    for term in captured.keys().map(|(term, _)| *term).collect::<BTreeSet<_>>() {
        let nights = || captured.iter().filter(|((other, _), _)| *other == term);
        let sections: BTreeSet<SectionId> = nights().flat_map(|(_, counts)| counts.keys().copied()).collect();
        let sections: Vec<SectionId> = sections.into_iter().collect();
        let runs = store.enrollment(term, &sections).await?;
        runs_total += runs.len();
        let mut by_section: HashMap<SectionId, Vec<EnrollmentRun>> = HashMap::new();
        for run in runs {
            by_section.entry(run.section).or_default().push(run);
        }
        for ((_, at), counts) in nights().filter(|(night, _)| !refused.contains(night)) {
            for (section, expected) in counts {
                compared += 1;
                let at_that_night = |run: &&EnrollmentRun| run.first_seen <= *at && *at <= run.last_seen;
                let run = by_section.get(section).and_then(|runs| runs.iter().find(at_that_night));
                let read = run.map(|run| {
                    let counts = run.counts;
                    [counts.enrolled, counts.max_enroll, counts.waitlisted, counts.max_waitlist]
                });
                differing += usize::from(read != Some(*expected));
            }
        }
    }
    say(&format!("Read back: {compared} counts compared, {differing} differ; they are kept in {runs_total} runs"));
    anyhow::ensure!(differing == 0, "{differing} of {compared} counts could not be read back");
    Ok(())
}
