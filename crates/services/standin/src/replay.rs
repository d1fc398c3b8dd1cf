//! Replay: three real terms, captured day by day, played at any moment.
//!
//! At a moment a term has the sections of the newest snapshot at or before it, with that snapshot's counts; before the
//! first snapshot the term is not published. The records' text is that of the end of the capture. A section that is
//! known only by its counts gets a placeholder: not printed, of the class `UNKNOWN 0` `001`, under a component `UNK`.
//! The Course API does not know the placeholder's course.

mod calendar;
mod course_lines;
mod history;
mod placeholder;
mod term_lines;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use catalog::fetched::Origin;
use catalog::term::TermId;
use jiff::Timestamp;

use crate::campus::{Campus, Changed, CourseBook, Offering, TermFacts, TermPlan};
use crate::error::StandinError;
use crate::replay::history::{Snapshot, TermHistory};
use crate::snapshots::TermSnapshots;

/// Offerings kept ready: one for each captured term.
const OFFERINGS_KEPT: usize = 3;

/// The captured terms.
pub(crate) struct ReplayCampus {
    terms: Vec<ReplayTerm>,
    courses: Arc<CourseBook>,
    kept: Mutex<Vec<(TermId, Arc<Offering>)>>,
}

struct ReplayTerm {
    facts: TermFacts,
    plan: Arc<TermPlan>,
    snapshots: Vec<Snapshot>,
}

impl ReplayCampus {
    /// Reads the folder: about 1.1 million counts and 60,000 records.
    pub(crate) fn load(folder: &Path) -> Result<Self, StandinError> {
        let mut histories = history::read(&folder.join("enrollment_history.csv.zst"))?;
        let records = folder.join("sis-shaped");
        let mut terms = Vec::new();
        for facts in calendar::terms() {
            let place = histories.iter().position(|history| history.term == facts.id);
            let history = place.map_or_else(|| TermHistory::new(facts.id), |place| histories.swap_remove(place));
            terms.push(ReplayTerm::load(facts, history, &records)?);
        }
        let courses = Arc::new(course_lines::read(&records.join("courses_v4.jsonl.zst"))?);
        Ok(Self { terms, courses, kept: Mutex::new(Vec::new()) })
    }

    fn term(&self, term: TermId) -> Option<&ReplayTerm> {
        self.terms.iter().find(|each| each.facts.id == term)
    }
}

impl ReplayTerm {
    fn load(facts: TermFacts, history: TermHistory, records: &Path) -> Result<Self, StandinError> {
        let id = facts.id;
        let classes = records.join(format!("classes_{id}.jsonl.zst"));
        let sections = records.join(format!("class_sections_{id}.jsonl.zst"));
        let plan = term_lines::read(id, &history.section_ids, &classes, &sections)?;
        Ok(Self { facts, plan: Arc::new(plan), snapshots: history.snapshots })
    }

    /// The newest snapshot at or before a moment.
    fn newest(&self, moment: Timestamp) -> Option<usize> {
        self.snapshots.partition_point(|snapshot| snapshot.at <= moment).checked_sub(1)
    }
}

impl Campus for ReplayCampus {
    fn origin(&self) -> Origin {
        Origin::Replay
    }

    fn terms(&self, _moment: Timestamp) -> Vec<TermFacts> {
        self.terms.iter().map(|term| term.facts.clone()).collect()
    }

    fn courses(&self, _moment: Timestamp) -> Arc<CourseBook> {
        Arc::clone(&self.courses)
    }

    fn offering(&self, term: TermId, moment: Timestamp) -> Option<Arc<Offering>> {
        let played = self.term(term)?;
        let snapshot = &played.snapshots[played.newest(moment)?];
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, offering)) =
            kept.iter().find(|(id, offering)| *id == term && offering.as_of == Some(snapshot.at))
        {
            return Some(Arc::clone(offering));
        }
        let offering = Arc::new(Offering::new(Some(snapshot.at), Arc::clone(&played.plan), snapshot.counts.clone()));
        kept.retain(|(id, _)| *id != term);
        kept.truncate(OFFERINGS_KEPT - 1);
        kept.push((term, Arc::clone(&offering)));
        Some(offering)
    }

    fn changed(&self, term: TermId, after: Timestamp, until: Timestamp) -> Changed {
        let Some(term) = self.term(term) else { return Changed::Some(Vec::new()) };
        match (term.newest(after), term.newest(until)) {
            (_, None) => Changed::Some(Vec::new()),
            (None, Some(_)) => Changed::All,
            (Some(first), Some(last)) => {
                let mut ids = Vec::new();
                for place in first..last {
                    let (before, now) = (&term.snapshots[place], &term.snapshots[place + 1]);
                    ids.extend(now.differing_from(before).map(|index| term.plan.sections[index as usize].id));
                }
                ids.sort_unstable();
                ids.dedup();
                Changed::Some(ids)
            }
        }
    }

    /// The phases of real terms are known to the site already.
    fn announced(&self, _moment: Timestamp) -> String {
        String::new()
    }

    fn grade_files(&self, _moment: Timestamp) -> Vec<String> {
        Vec::new()
    }

    fn grade_file(&self, _name: &str, _moment: Timestamp) -> Option<String> {
        None
    }

    fn snapshots(&self) -> Vec<TermSnapshots> {
        let of_term = |term: &ReplayTerm| TermSnapshots {
            term: term.facts.id,
            moments: term.snapshots.iter().map(|snapshot| snapshot.at).collect(),
        };
        self.terms.iter().map(of_term).collect()
    }
}
