//! The nightly comparison: what is held against what was fetched. Pure: the same input gives the same changes.
//!
//! A record that could not be read tonight is neither changed nor gone: what is held of it stays.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::changes::{Delta, EnrollmentChanges};
use crate::class::{Class, ClassKey};
use crate::course::{Course, CourseCode};
use crate::fetched::{ClassRecord, Fault, Fetched, Identity, RecordKind, SeatsRecord, SectionRecord};
use crate::seats::Seats;
use crate::section::{Section, SectionId};
use crate::stored::{Held, StoredTerm};
use jiff::Timestamp;

/// What a night brings in one term: changes of its classes and sections, and the records that could not be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermDiff {
    /// Classes.
    pub classes: Delta<Class, ClassKey>,
    /// Sections.
    pub sections: Delta<Section, SectionId>,
    /// Courses that classes name and the catalog does not: listed by what the class says of them.
    pub unlisted_courses: Vec<Course>,
    /// Sections whose class is not listed: they go into quarantine.
    pub orphans: Vec<Fault>,
}

/// Compares the courses. A course that the source no longer lists stays as long as it is taught (`taught`).
#[must_use]
pub fn courses(
    held: &[Held<Course>],
    fetched: &Fetched<Course>,
    taught: &HashSet<CourseCode>,
) -> Delta<Course, CourseCode> {
    let mut kept = identities(&fetched.faults, |identity| match identity {
        Identity::Course(code) => Some(code.clone()),
        _ => None,
    });
    kept.extend(taught.iter().cloned());
    compare(held, fetched.records.iter().cloned(), |course| course.code.clone(), &kept)
}

/// Compares a term's classes and sections. `listed` says whether the catalog has a course.
#[must_use]
pub fn term(
    held: &StoredTerm,
    classes: &Fetched<ClassRecord>,
    sections: &Fetched<SectionRecord>,
    listed: impl Fn(&CourseCode) -> bool,
) -> TermDiff {
    let unreadable_classes = identities(&classes.faults, |identity| match identity {
        Identity::Class(key) => Some(key.clone()),
        _ => None,
    });
    let unreadable_sections = identities(&sections.faults, |identity| match identity {
        Identity::Section(id) => Some(*id),
        _ => None,
    });
    let class_deltas = compare(
        &held.classes,
        classes.records.iter().map(|record| record.class.clone()),
        |class| class.key.clone(),
        &unreadable_classes,
    );
    let mut known: HashSet<&ClassKey> = classes.records.iter().map(|record| &record.class.key).collect();
    known.extend(held.classes.iter().map(|class| &class.value.key).filter(|key| unreadable_classes.contains(*key)));

    let (usable, orphans): (Vec<&SectionRecord>, Vec<&SectionRecord>) =
        sections.records.iter().partition(|record| known.contains(&record.section.class));
    let mut kept = unreadable_sections;
    kept.extend(orphans.iter().map(|record| record.section.id));
    let section_deltas =
        compare(&held.sections, usable.into_iter().map(|record| record.section.clone()), |section| section.id, &kept);

    TermDiff {
        classes: class_deltas,
        sections: section_deltas,
        unlisted_courses: unlisted(&classes.records, listed),
        orphans: orphans.into_iter().map(orphan).collect(),
    }
}

/// Compares a whole observation of a term's counts with what is held. `is_usable` says which sections exist.
#[must_use]
pub fn observation(
    held: &StoredTerm,
    fetched: &Fetched<SectionRecord>,
    is_usable: impl Fn(SectionId) -> bool,
) -> EnrollmentChanges {
    let mut changes = empty_observation(fetched.as_of);
    let mut unseen: HashSet<SectionId> = held.open_runs.keys().copied().collect();
    for record in &fetched.records {
        let id = record.section.id;
        let Some(seats) = record.seats.as_ref().filter(|_| is_usable(id)) else { continue };
        unseen.remove(&id);
        note(&mut changes, held, id, seats);
    }
    for fault in &fetched.faults {
        if let Some(Identity::Section(id)) = fault.identity {
            unseen.remove(&id);
        }
    }
    changes.closed = sorted(unseen);
    changes
}

/// Applies counts that changed since the last observation: every other section of that observation goes on as it was.
#[must_use]
pub fn update(held: &StoredTerm, fetched: &Fetched<SeatsRecord>) -> EnrollmentChanges {
    let mut changes = empty_observation(fetched.as_of);
    let mut silent: HashSet<SectionId> = held.open_runs.keys().copied().collect();
    for record in &fetched.records {
        if silent.remove(&record.section) {
            note(&mut changes, held, record.section, &record.seats);
        }
    }
    changes.extended.extend(silent);
    changes.extended.sort_unstable();
    changes
}

fn empty_observation(at: Timestamp) -> EnrollmentChanges {
    EnrollmentChanges { at, opened: Vec::new(), extended: Vec::new(), closed: Vec::new(), reservations: Vec::new() }
}

fn note(changes: &mut EnrollmentChanges, held: &StoredTerm, id: SectionId, seats: &Seats) {
    match held.open_runs.get(&id) {
        Some(run) if run.counts == seats.counts => changes.extended.push(id),
        _ => changes.opened.push((id, seats.counts)),
    }
    let reserved = held.reservations.get(&id).map_or(&[][..], Vec::as_slice);
    if reserved != seats.reservations {
        changes.reservations.push((id, seats.reservations.clone()));
    }
}

fn compare<T, K>(
    held: &[Held<T>],
    fetched: impl Iterator<Item = T>,
    key: impl Fn(&T) -> K,
    kept: &HashSet<K>,
) -> Delta<T, K>
where
    T: Eq,
    K: Eq + Hash + Ord + Clone,
{
    let mut delta = Delta::default();
    let mut missing: HashMap<K, &Held<T>> = held.iter().map(|record| (key(&record.value), record)).collect();
    for record in fetched {
        match missing.remove(&key(&record)) {
            None => delta.added.push(record),
            Some(old) if !old.is_retired && old.value == record => delta.unchanged += 1,
            Some(_) => delta.changed.push(record),
        }
    }
    let gone = missing.into_iter().filter(|(key, record)| !record.is_retired && !kept.contains(key));
    delta.gone = sorted(gone.map(|(key, _)| key));
    delta
}

fn sorted<K: Ord>(keys: impl IntoIterator<Item = K>) -> Vec<K> {
    let mut keys: Vec<K> = keys.into_iter().collect();
    keys.sort_unstable();
    keys
}

fn identities<K: Eq + Hash>(faults: &[Fault], pick: impl Fn(&Identity) -> Option<K>) -> HashSet<K> {
    faults.iter().filter_map(|fault| pick(fault.identity.as_ref()?)).collect()
}

fn unlisted(classes: &[ClassRecord], listed: impl Fn(&CourseCode) -> bool) -> Vec<Course> {
    let mut seen = HashSet::new();
    let new = classes.iter().filter(|record| !listed(&record.course.code) && seen.insert(&record.course.code));
    new.map(|record| record.course.clone()).collect()
}

fn orphan(record: &SectionRecord) -> Fault {
    let section = &record.section;
    Fault {
        kind: RecordKind::Section,
        term: Some(section.class.term),
        identity: Some(Identity::Section(section.id)),
        path: "class".to_owned(),
        reason: format!("its class {} is not in the list of classes", section.class),
        raw: format!("section {} {} of {}", section.id, section.label(), section.class),
    }
}
