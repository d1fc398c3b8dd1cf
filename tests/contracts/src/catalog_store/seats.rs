//! Counts as runs: any observation can be read back, and equal ones cost nothing.

use std::collections::BTreeMap;

use catalog::changes::{EnrollmentChanges, Publication, TermChanges};
use catalog::ports::CatalogStore;
use catalog::seats::Counts;
use catalog::section::SectionId;
use catalog::term::TermId;
use jiff::{SignedDuration, Timestamp};
use kit::sample::{self, added, nothing, observation, quiet};

use super::samples::term;
use super::samples::{campus, class, counts, fall, noon, reservation, section};
use super::{Subject, begin, publish, refused};

const LECTURE: SectionId = SectionId(10_001);
const DISCUSSION: SectionId = SectionId(10_002);
const SMALL: SectionId = SectionId(10_003);

async fn observe(store: &dyn CatalogStore, enrollment: EnrollmentChanges) {
    publish(store, &observed(enrollment)).await;
}

fn observed(enrollment: EnrollmentChanges) -> Publication {
    let at = enrollment.at;
    let changes = TermChanges { enrollment: Some(enrollment), ..quiet(fall()) };
    Publication { by_term: vec![changes], ..nothing(at) }
}

/// First and last moment, and how many were enrolled, of each run.
async fn runs_of(store: &dyn CatalogStore, section: SectionId) -> Vec<(Timestamp, Timestamp, i32)> {
    let runs = store.enrollment(fall(), &[section]).await.unwrap();
    runs.into_iter().map(|run| (run.first_seen, run.last_seen, run.counts.enrolled)).collect()
}

pub(super) async fn equal_counts_are_one_run_and_changed_counts_begin_another(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let mut second = observation(noon(2));
    second.extended = vec![LECTURE, DISCUSSION, SMALL];
    observe(store, second).await;
    let mut third = observation(noon(3));
    third.opened = vec![(LECTURE, counts(705, 680))];
    third.extended = vec![DISCUSSION, SMALL];
    observe(store, third).await;

    assert_eq!(runs_of(store, LECTURE).await, [(noon(1), noon(2), 700), (noon(3), noon(3), 705)]);
    assert_eq!(runs_of(store, DISCUSSION).await, [(noon(1), noon(3), 20)]);
    let both = store.enrollment(fall(), &[DISCUSSION, LECTURE]).await.unwrap();
    assert_eq!(both.iter().map(|run| run.section).collect::<Vec<_>>(), [LECTURE, LECTURE, DISCUSSION]);
    assert!(store.enrollment("spring-2027".parse().unwrap(), &[LECTURE]).await.unwrap().is_empty());

    let data = store.load().await.unwrap();
    let current = &data.counts[&(fall(), LECTURE)];
    assert_eq!((current.counts, current.seen_at), (counts(705, 680), noon(3)));
    assert_eq!(data.counts[&(fall(), DISCUSSION)].seen_at, noon(3));
}

pub(super) async fn the_counts_are_read_without_the_rest(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let mut run = begin(store, noon(2)).await.unwrap();
    let whole = run.term(fall()).await.unwrap();
    let counts = run.counts(fall()).await.unwrap();
    assert!(!whole.sections.is_empty() && whole.open_runs.len() == 3);
    assert_eq!((counts.classes.len(), counts.sections.len()), (0, 0));
    assert_eq!((counts.open_runs, counts.observed_at), (whole.open_runs, whole.observed_at));
    assert_eq!(counts.reservations, whole.reservations);
}

/// Forty nights of twenty sections that change, stay, vanish and return: every count of every night comes back.
pub(super) async fn every_observation_can_be_read_back(subject: &impl Subject) {
    const SECTIONS: u32 = 20;
    const NIGHTS: u32 = 40;
    let store = subject.store();
    let class = class(fall(), "MATH 1A", "001");
    let sections = (0..SECTIONS).map(|id| section(id, &class)).collect();
    let changes = TermChanges { classes: added(vec![class.clone()]), sections: added(sections), ..quiet(fall()) };
    let courses = added(vec![sample::course("MATH 1A")]);
    let at = noon(1);
    publish(store, &Publication { terms: vec![term(fall())], courses, by_term: vec![changes], ..nothing(at) }).await;

    let mut truth: BTreeMap<(u32, u32), Option<Counts>> = BTreeMap::new();
    for night in 1..=NIGHTS {
        let seen: BTreeMap<SectionId, Counts> = (0..SECTIONS)
            .filter_map(|id| {
                let found = count_of(night, id);
                truth.insert((night, id), found);
                Some((SectionId(id), found?))
            })
            .collect();
        observe(store, changes_since_last(store, fall(), moment(night), &seen).await).await;
    }
    for ((night, id), expected) in truth {
        let runs = store.enrollment(fall(), &[SectionId(id)]).await.unwrap();
        let then = runs.iter().find(|run| run.first_seen <= moment(night) && moment(night) <= run.last_seen);
        assert_eq!(then.map(|run| run.counts), expected, "night {night}, section {id}");
    }
}

fn moment(night: u32) -> Timestamp {
    noon(1) + SignedDuration::from_hours(24 * i64::from(night))
}

/// Made up, and the same each time: changes about every third night; missing every eleventh or so.
fn count_of(night: u32, id: u32) -> Option<Counts> {
    let mixed = night.wrapping_mul(2_654_435_761).wrapping_add(id.wrapping_mul(40_503));
    if mixed.is_multiple_of(11) {
        return None;
    }
    Some(counts(i32::try_from((night + id) / 3).unwrap(), 30))
}

/// What a night changes, from what the store says is current.
async fn changes_since_last(
    store: &dyn CatalogStore,
    term: TermId,
    at: Timestamp,
    seen: &BTreeMap<SectionId, Counts>,
) -> EnrollmentChanges {
    let mut run = begin(store, at).await.unwrap();
    let stored = run.term(term).await.unwrap();
    run.finish(&super::succeeded(at)).await.unwrap();
    let mut changes = observation(at);
    for (section, counts) in seen {
        match stored.open_runs.get(section) {
            Some(run) if run.counts == *counts => changes.extended.push(*section),
            _ => changes.opened.push((*section, *counts)),
        }
    }
    changes.closed = stored.open_runs.keys().filter(|section| !seen.contains_key(section)).copied().collect();
    changes
}

pub(super) async fn odd_counts_are_kept_as_they_are(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let odd = [
        Counts { is_open: None, enrolled: -1, max_enroll: 0, waitlisted: -7, max_waitlist: 0 },
        Counts { is_open: Some(true), enrolled: 900, max_enroll: 30, waitlisted: 999, max_waitlist: 5 },
        Counts { is_open: Some(false), enrolled: i32::MAX, max_enroll: i32::MIN, waitlisted: 0, max_waitlist: 0 },
    ];
    let mut next = observation(noon(2));
    next.opened = [LECTURE, DISCUSSION, SMALL].into_iter().zip(odd).collect();
    observe(store, next).await;
    let data = store.load().await.unwrap();
    let found = [LECTURE, DISCUSSION, SMALL].map(|section| data.counts[&(fall(), section)].counts);
    assert_eq!(found, odd);
}

pub(super) async fn a_second_observation_of_one_moment_corrects_the_first(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let mut again = observation(noon(1));
    again.opened = vec![(LECTURE, counts(650, 680))];
    again.extended = vec![DISCUSSION, SMALL];
    observe(store, again).await;
    assert_eq!(runs_of(store, LECTURE).await, [(noon(1), noon(1), 650)]);
    assert_eq!(store.load().await.unwrap().counts[&(fall(), LECTURE)].counts.enrolled, 650);
}

pub(super) async fn a_section_that_is_missing_and_returns_begins_a_new_run(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let mut second = observation(noon(2));
    second.extended = vec![LECTURE, SMALL];
    second.closed = vec![DISCUSSION];
    observe(store, second).await;
    assert!(!store.load().await.unwrap().counts.contains_key(&(fall(), DISCUSSION)));
    let mut run = begin(store, noon(2)).await.unwrap();
    assert!(!run.term(fall()).await.unwrap().open_runs.contains_key(&DISCUSSION));
    run.finish(&super::succeeded(noon(2))).await.unwrap();

    let mut extended = observation(noon(3));
    extended.extended = vec![DISCUSSION];
    refused(store, &observed(extended)).await;
    let mut third = observation(noon(3));
    third.opened = vec![(DISCUSSION, counts(20, 30))];
    observe(store, third).await;
    assert_eq!(runs_of(store, DISCUSSION).await, [(noon(1), noon(1), 20), (noon(3), noon(3), 20)]);
}

pub(super) async fn reservations_are_replaced_and_removed(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let mut second = observation(noon(2));
    second.reservations = vec![(LECTURE, vec![reservation(9, "New")]), (SMALL, vec![reservation(1, "Small")])];
    observe(store, second).await;
    let data = store.load().await.unwrap();
    assert_eq!(data.reservations[&(fall(), LECTURE)], [reservation(9, "New")]);
    assert_eq!(data.reservations[&(fall(), SMALL)], [reservation(1, "Small")]);

    let mut third = observation(noon(3));
    third.reservations = vec![(LECTURE, Vec::new())];
    observe(store, third).await;
    let data = store.load().await.unwrap();
    assert!(!data.reservations.contains_key(&(fall(), LECTURE)));
    assert!(data.reservations.contains_key(&(fall(), SMALL)));
}
