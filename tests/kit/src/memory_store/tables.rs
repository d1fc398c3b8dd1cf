//! What readers see, in maps by identity.

use std::collections::{BTreeMap, BTreeSet};

use catalog::announced::Announced;
use catalog::class::{Class, ClassKey};
use catalog::course::{Course, CourseCode};
use catalog::data::{CatalogData, ObservedCounts, SourceState};
use catalog::grade::GradeRecord;
use catalog::ids::{CourseId, GradeId, Numbered, PlaylistId};
use catalog::playlist::{Playlist, PlaylistKey};
use catalog::run::Step;
use catalog::section::{Section, SectionId};
use catalog::stored::{CatalogState, CatalogVersion, Held, Offering, StoredTerm};
use catalog::switches::Switches;
use catalog::term::{Term, TermId};
use jiff::Timestamp;

use super::grades::GradeKey;
use super::numbers::Numbers;
use super::seats::Seats;

/// Cloned before a publication, so that one that fails leaves no trace.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    pub(super) state: Option<CatalogState>,
    pub(super) terms: BTreeMap<TermId, Term>,
    pub(super) courses: BTreeMap<CourseCode, Held<Course>>,
    pub(super) course_numbers: Numbers<CourseCode>,
    pub(super) classes: BTreeMap<ClassKey, Held<Class>>,
    pub(super) sections: BTreeMap<(TermId, SectionId), Held<Section>>,
    pub(super) seats: Seats,
    pub(super) playlists: BTreeMap<PlaylistKey, BTreeSet<CourseCode>>,
    pub(super) playlist_numbers: Numbers<PlaylistKey>,
    pub(super) grades: BTreeMap<GradeKey, GradeRecord>,
    pub(super) grade_numbers: Numbers<GradeKey>,
    pub(super) grades_imported_at: Option<Timestamp>,
    pub(super) sources: BTreeMap<(Step, Option<TermId>), SourceState>,
    pub(super) switches: Switches,
    pub(super) announced: Announced,
}

impl Tables {
    /// Counts up the version because of something beside a publication.
    pub(super) fn bump(&mut self, at: Timestamp) {
        if let Some(state) = &mut self.state {
            state.version = CatalogVersion(state.version.0 + 1);
            state.published_at = state.published_at.max(at);
        }
    }

    pub(super) fn data(&self) -> CatalogData {
        let sections = self.sections_in_order(None).into_iter().filter(|held| !held.is_retired);
        let mut data = CatalogData {
            state: self.state,
            terms: self.terms.values().cloned().collect(),
            courses: self.numbered_courses(),
            classes: self.classes.values().filter(|held| !held.is_retired).map(|held| held.value.clone()).collect(),
            sections: sections.map(|held| held.value).collect(),
            grades: self.numbered_grades(),
            playlists: self.numbered_playlists(),
            sources: self.sources.values().cloned().collect(),
            grades_imported_at: self.grades_imported_at,
            switches: self.switches.clone(),
            announced: self.announced.clone(),
            ..CatalogData::default()
        };
        for section in &data.sections {
            let key = (section.class.term, section.id);
            if let Some(run) = self.seats.current(key) {
                data.counts.insert(key, ObservedCounts { counts: run.counts, seen_at: run.last_seen });
            }
            if let Some(reservations) = self.seats.reservations.get(&key) {
                data.reservations.insert(key, reservations.clone());
            }
        }
        data
    }

    fn numbered_courses(&self) -> Vec<Numbered<CourseId, Held<Course>>> {
        let numbered = |(code, held): (&CourseCode, &Held<Course>)| Numbered {
            id: CourseId(self.course_numbers.of(code)),
            value: held.clone(),
        };
        self.courses.iter().map(numbered).collect()
    }

    fn numbered_grades(&self) -> Vec<Numbered<GradeId, GradeRecord>> {
        let numbered = |(key, record): (&GradeKey, &GradeRecord)| Numbered {
            id: GradeId(self.grade_numbers.of(key)),
            value: record.clone(),
        };
        self.grades.iter().map(numbered).collect()
    }

    fn numbered_playlists(&self) -> Vec<Numbered<PlaylistId, Playlist>> {
        let numbered =
            |playlist: Playlist| Numbered { id: PlaylistId(self.playlist_numbers.of(&playlist.key)), value: playlist };
        self.playlists().into_iter().map(numbered).collect()
    }

    pub(super) fn stored_term(&self, term: TermId) -> StoredTerm {
        let in_term = |key: &&(TermId, SectionId)| key.0 == term;
        let mut stored = StoredTerm {
            classes: self.classes.values().filter(|held| held.value.key.term == term).cloned().collect(),
            sections: self.sections_in_order(Some(term)),
            observed_at: self.seats.observed_at.get(&term).copied(),
            ..StoredTerm::default()
        };
        for key in self.seats.runs.keys().filter(in_term) {
            if let Some(run) = self.seats.current(*key) {
                stored.open_runs.insert(key.1, run.clone());
            }
        }
        for (key, reservations) in self.seats.reservations.iter().filter(|(key, _)| key.0 == term) {
            stored.reservations.insert(key.1, reservations.clone());
        }
        stored
    }

    pub(super) fn playlists(&self) -> Vec<Playlist> {
        let playlists = self.playlists.iter();
        playlists.map(|(key, courses)| Playlist { key: key.clone(), courses: courses.clone() }).collect()
    }

    pub(super) fn offerings(&self) -> Vec<Offering> {
        let mut offerings = BTreeSet::new();
        for held in self.sections.values() {
            if held.value.is_visible() && !held.is_retired {
                let class = &held.value.class;
                offerings.insert(Offering { term: class.term, course: class.course.clone() });
            }
        }
        offerings.into_iter().collect()
    }

    fn sections_in_order(&self, term: Option<TermId>) -> Vec<Held<Section>> {
        let of_term = |held: &&Held<Section>| term.is_none_or(|term| held.value.class.term == term);
        let mut sections: Vec<Held<Section>> = self.sections.values().filter(of_term).cloned().collect();
        sections.sort_by(|one, other| {
            let key = |held: &Held<Section>| {
                let section = &held.value;
                (section.class.clone(), !section.is_primary, section.component.clone(), section.number.clone())
            };
            key(one).cmp(&key(other)).then(one.value.id.cmp(&other.value.id))
        });
        sections
    }
}
