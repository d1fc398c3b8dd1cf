//! The playlist step: computed from what the other steps leave.

use std::collections::{BTreeSet, HashSet};

use catalog::course::{Course, CourseCode};
use catalog::playlist::Playlist;
use catalog::playlist_rules::{self, Evidence, TermEvidence};
use catalog::run::{Step, Tally};
use catalog::stored::{Held, Offering};
use catalog::term::TermId;
use jiff::Timestamp;

use crate::tonight::{StepMark, Tonight};

/// What the playlists are computed from, besides the publication.
pub(crate) struct Inputs {
    pub(crate) held_courses: Vec<Held<Course>>,
    pub(crate) held_playlists: Vec<Playlist>,
    /// Offerings as held before tonight.
    pub(crate) offerings: Vec<Offering>,
    /// Offerings of the terms that were accepted tonight: they replace what is held.
    pub(crate) offered_tonight: Vec<(TermId, HashSet<CourseCode>)>,
    pub(crate) evidence: Vec<TermEvidence>,
}

/// Computes the playlists and puts their changes into the publication. The guard looks at the number of playlists.
pub(crate) fn take(tonight: &mut Tonight<'_>, inputs: &Inputs, at: Timestamp) {
    let mark = StepMark::start(Step::Playlist, None);
    let computed = computed(tonight, inputs);
    let numbers = Tally { known: inputs.held_playlists.len(), fetched: computed.len(), ..Tally::default() };
    if let Err(reason) = tonight.check("playlists", inputs.held_playlists.len(), computed.len()) {
        return tonight.refused(mark, reason, numbers);
    }
    let changes = playlist_rules::changes(&inputs.held_playlists, computed);
    let tally =
        Tally { added: changes.added.len(), changed: changes.changed.len(), retired: changes.gone.len(), ..numbers };
    tonight.publication.playlists = changes;
    tonight.accepted(mark, at, tally);
}

fn computed(tonight: &Tonight<'_>, inputs: &Inputs) -> Vec<Playlist> {
    let courses = tonight.publication.courses.after(&inputs.held_courses, |course| course.code.clone());
    playlist_rules::compute(&Evidence {
        courses: &courses,
        offerings: &offerings_after(inputs),
        terms: &inputs.evidence,
        held: &inputs.held_playlists,
    })
}

fn offerings_after(inputs: &Inputs) -> BTreeSet<Offering> {
    let fresh: HashSet<TermId> = inputs.offered_tonight.iter().map(|(term, _)| *term).collect();
    let mut offerings: BTreeSet<Offering> =
        inputs.offerings.iter().filter(|offering| !fresh.contains(&offering.term)).cloned().collect();
    for (term, courses) in &inputs.offered_tonight {
        offerings.extend(courses.iter().map(|course| Offering { term: *term, course: course.clone() }));
    }
    offerings
}
