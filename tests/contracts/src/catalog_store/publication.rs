//! What is published comes back whole, and what does not fit is refused whole.

use std::collections::{HashMap, HashSet};

use catalog::changes::{Delta, PlaylistEdit, Publication, TermChanges};
use catalog::class::{ClassKey, OfferingStatus};
use catalog::data::{CatalogData, ObservedCounts, SourceState};
use catalog::fetched::Origin;
use catalog::playlist::{Category, PlaylistKey};
use catalog::ports::StoreError;
use catalog::section::{Section, SectionId};
use catalog::stored::{CatalogState, CatalogVersion, Held, Offering};
use jiff::civil::date;
use kit::sample::{self, added, code, nothing, observation, quiet};

use super::samples::{
    campus, class, counts, discussion, evening, fall, instructor, lecture, noon, section, spring, term,
};
use super::{Subject, begin, publish, refused, values};

/// An empty store has no state and an empty catalog.
pub(super) async fn nothing_is_published_at_first(subject: &impl Subject) {
    let store = subject.store();
    assert_eq!(store.state().await.unwrap(), None);
    let data = store.load().await.unwrap();
    assert_eq!(data.state, None);
    assert!(data.terms.is_empty() && data.courses.is_empty() && data.sections.is_empty() && data.sources.is_empty());
    assert!(store.ledger(10).await.unwrap().is_empty());
    assert!(store.quarantine(10).await.unwrap().is_empty());
    assert!(store.unmatched_grades(10).await.unwrap().is_empty());
}

/// Readers get what was published, field by field.
pub(super) async fn every_field_comes_back_to_readers(subject: &impl Subject) {
    let store = subject.store();
    let campus = campus(noon(1));
    publish(store, &campus).await;

    let data = store.load().await.unwrap();
    let state = CatalogState { version: CatalogVersion(1), published_at: noon(1), origin: Origin::Demo };
    assert_eq!(data.state, Some(state));
    assert_eq!(store.state().await.unwrap(), Some(state));
    assert_eq!(data.terms, campus.terms);
    let courses: Vec<_> = data.courses.iter().map(|course| course.value.value.clone()).collect();
    assert_eq!(courses, campus.courses.added);
    assert!(data.courses.iter().all(|course| !course.value.is_retired));
    assert_eq!(data.classes, campus.by_term[0].classes.added);
    assert_eq!(data.sections, campus.by_term[0].sections.added);
    assert_eq!(values(data.playlists.clone()), campus.playlists.added);
    assert_seats(&data, &campus);
    let accepted =
        |(step, term, as_of): &(_, _, _)| SourceState { step: *step, term: *term, as_of: Some(*as_of), trouble: None };
    assert_eq!(data.sources, campus.as_of.iter().map(accepted).collect::<Vec<_>>());
    assert_eq!(data.grades_imported_at, None);
}

fn assert_seats(data: &CatalogData, campus: &Publication) {
    let enrollment = campus.by_term[0].enrollment.as_ref().unwrap();
    let observed = |(section, counts): &(SectionId, _)| {
        ((fall(), *section), ObservedCounts { counts: *counts, seen_at: enrollment.at })
    };
    assert_eq!(data.counts, enrollment.opened.iter().map(observed).collect::<HashMap<_, _>>());
    let reserved = enrollment.reservations.iter().map(|(section, reserved)| ((fall(), *section), reserved.clone()));
    assert_eq!(data.reservations, reserved.collect::<HashMap<_, _>>());
}

/// The next run gets it too, to compare with what it fetches.
pub(super) async fn every_field_comes_back_to_the_next_run(subject: &impl Subject) {
    let store = subject.store();
    let campus = campus(noon(1));
    publish(store, &campus).await;

    let mut run = begin(store, noon(2)).await.unwrap();
    assert_eq!(run.state().await.unwrap(), store.state().await.unwrap());
    assert_eq!(run.terms().await.unwrap(), campus.terms);
    let held = |course| Held { value: course, is_retired: false };
    let courses: Vec<_> = campus.courses.added.iter().cloned().map(held).collect();
    assert_eq!(run.courses().await.unwrap(), courses);
    assert_eq!(run.playlists().await.unwrap(), campus.playlists.added);
    let offering = |text| Offering { term: fall(), course: code(text) };
    assert_eq!(run.offerings().await.unwrap(), [offering("COMPSCI 61A"), offering("ELENG 16A")]);

    let stored = run.term(fall()).await.unwrap();
    let changes = &campus.by_term[0];
    assert_eq!(stored.classes.iter().map(|held| held.value.clone()).collect::<Vec<_>>(), changes.classes.added);
    assert_eq!(stored.sections.iter().map(|held| held.value.clone()).collect::<Vec<_>>(), changes.sections.added);
    let enrollment = changes.enrollment.as_ref().unwrap();
    assert_eq!(stored.observed_at, Some(enrollment.at));
    assert_eq!(stored.reservations, enrollment.reservations.iter().cloned().collect::<HashMap<_, _>>());
    for (section, counts) in &enrollment.opened {
        let run = &stored.open_runs[section];
        let found = (run.section, run.first_seen, run.last_seen, run.counts);
        assert_eq!(found, (*section, noon(1), noon(1), *counts));
    }

    let other = run.term(spring()).await.unwrap();
    assert!(other.classes.is_empty() && other.sections.is_empty() && other.observed_at.is_none());
}

/// Each publication makes the next version, a run may publish several times, and an empty one counts too.
pub(super) async fn versions_count_up_from_one(subject: &impl Subject) {
    let store = subject.store();
    assert_eq!(publish(store, &campus(noon(1))).await, CatalogVersion(1));
    let mut run = begin(store, noon(2)).await.unwrap();
    assert_eq!(run.publish(&nothing(noon(2))).await.unwrap(), CatalogVersion(2));
    assert_eq!(run.publish(&nothing(noon(3))).await.unwrap(), CatalogVersion(3));
    let state = store.state().await.unwrap().unwrap();
    assert_eq!((state.version, state.published_at), (CatalogVersion(3), noon(3)));
}

/// A publication with one thing in it that does not fit leaves no trace of the rest.
pub(super) async fn a_publication_that_does_not_fit_changes_nothing(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(2))).await;
    let before = store.load().await.unwrap();

    for (what, misfit) in misfits() {
        let mut publication = misfit;
        publication.courses.added.push(sample::course("HALF 1"));
        let error = refused(store, &publication).await;
        assert!(matches!(error, StoreError::Failed { .. }), "{what}: {error:?}");
        let after = store.load().await.unwrap();
        assert_eq!(after.state, before.state, "{what}");
        assert_eq!(after.courses, before.courses, "{what}");
        assert_eq!(after.sections, before.sections, "{what}");
        assert_eq!(after.counts, before.counts, "{what}");
        assert_eq!(after.playlists, before.playlists, "{what}");
    }
}

fn misfits() -> Vec<(&'static str, Publication)> {
    let in_fall = |changes: TermChanges| Publication { by_term: vec![changes], ..nothing(noon(3)) };
    let seats = |change: fn(&mut catalog::changes::EnrollmentChanges)| {
        let mut enrollment = observation(noon(3));
        change(&mut enrollment);
        in_fall(TermChanges { enrollment: Some(enrollment), ..quiet(fall()) })
    };
    let unknown_class = class(fall(), "MATH 1A", "009");
    let mut all = vec![
        ("a class of an unknown course", {
            in_fall(TermChanges { classes: added(vec![class(fall(), "NOSUCH 1", "001")]), ..quiet(fall()) })
        }),
        ("a class of an unknown term", {
            in_fall(TermChanges { classes: added(vec![class(spring(), "MATH 1A", "001")]), ..quiet(spring()) })
        }),
        ("a section of an unknown class", {
            in_fall(TermChanges { sections: added(vec![section(10_009, &unknown_class)]), ..quiet(fall()) })
        }),
        ("retiring an unknown section", {
            let gone = Delta { gone: vec![SectionId(99_999)], ..Delta::default() };
            in_fall(TermChanges { sections: gone, ..quiet(fall()) })
        }),
        ("retiring an unknown class", {
            let gone = Delta { gone: vec![unknown_class.key], ..Delta::default() };
            in_fall(TermChanges { classes: gone, ..quiet(fall()) })
        }),
        ("counts of an unknown section", seats(|seats| seats.opened.push((SectionId(99_999), counts(1, 2))))),
        ("extending a run that is not there", seats(|seats| seats.extended.push(SectionId(99_999)))),
        ("closing a run that is not there", seats(|seats| seats.closed.push(SectionId(99_999)))),
        ("an observation before the last one", seats(|seats| seats.at = noon(1))),
        ("another origin", Publication { origin: Origin::Sis, ..nothing(noon(3)) }),
    ];
    all.push(("retiring an unknown course", {
        let gone = Delta { gone: vec![code("NOSUCH 1")], ..Delta::default() };
        Publication { courses: gone, ..nothing(noon(3)) }
    }));
    all.extend(playlist_misfits());
    all
}

fn playlist_misfits() -> Vec<(&'static str, Publication)> {
    let key = PlaylistKey { category: Category::Units, name: "4 Units".to_owned(), term: None };
    let edit = |key: &PlaylistKey, joining: &[&str], leaving: &[&str]| {
        let mut publication = nothing(noon(3));
        let codes = |texts: &[&str]| texts.iter().map(|text| code(text)).collect();
        publication.playlists.changed =
            vec![PlaylistEdit { key: key.clone(), joining: codes(joining), leaving: codes(leaving) }];
        publication
    };
    let mut removed = nothing(noon(3));
    let unknown = PlaylistKey { name: "No Such".to_owned(), category: Category::Haas, term: Some(fall()) };
    removed.playlists.gone = vec![unknown.clone()];
    vec![
        ("an unknown course joins a playlist", edit(&key, &["NOSUCH 1"], &[])),
        ("a course that is in it joins a playlist", edit(&key, &["MATH 1A"], &[])),
        ("a course that is not in it leaves a playlist", edit(&key, &[], &["ELENG 16A"])),
        ("an unknown playlist changes", edit(&unknown, &["MATH 1A"], &[])),
        ("an unknown playlist goes", removed),
    ]
}

/// Nothing is deleted: what is gone is held as retired, and comes back with what it says then.
pub(super) async fn what_is_gone_is_retired_and_may_return(subject: &impl Subject) {
    let store = subject.store();
    let campus = campus(noon(1));
    publish(store, &campus).await;
    let (math, small) = (code("MATH 1A"), ClassKey::new(fall(), code("ELENG 16A"), "1", "001"));
    let mut changes = quiet(fall());
    changes.classes.gone = vec![small.clone()];
    changes.sections.gone = vec![SectionId(10_003)];
    let mut gone = Publication { by_term: vec![changes], ..nothing(noon(2)) };
    gone.courses.gone = vec![math.clone()];
    publish(store, &gone).await;

    let data = store.load().await.unwrap();
    let retired: Vec<_> = data.courses.iter().map(|course| &course.value).filter(|held| held.is_retired).collect();
    assert_eq!(retired.iter().map(|held| &held.value).collect::<Vec<_>>(), [&campus.courses.added[2]]);
    assert!(!data.classes.iter().any(|class| class.key == small));
    assert!(!data.sections.iter().any(|section| section.id == SectionId(10_003)));
    assert!(!data.counts.contains_key(&(fall(), SectionId(10_003))));
    let mut run = begin(store, noon(3)).await.unwrap();
    let stored = run.term(fall()).await.unwrap();
    let is_retired = |id| stored.sections.iter().find(|held| held.value.id == SectionId(id)).unwrap().is_retired;
    assert!(is_retired(10_003) && !is_retired(10_001));
    assert!(stored.classes.iter().find(|held| held.value.key == small).unwrap().is_retired);

    let mut changes = quiet(fall());
    changes.classes.changed = vec![campus.by_term[0].classes.added[1].clone()];
    changes.sections.changed = vec![campus.by_term[0].sections.added[2].clone()];
    let mut back = Publication { by_term: vec![changes], ..nothing(noon(3)) };
    back.courses.changed = vec![sample::course("MATH 1A")];
    run.publish(&back).await.unwrap();
    let data = store.load().await.unwrap();
    let math = data.courses.iter().find(|course| course.value.value.code == math).unwrap();
    assert_eq!(&math.value, &Held { value: sample::course("MATH 1A"), is_retired: false });
    assert_eq!(data.sections, campus.by_term[0].sections.added);
}

/// A changed section's meetings, instructors and attributes are exactly the new ones.
pub(super) async fn changed_sections_get_their_new_meetings_and_the_others_keep_theirs(subject: &impl Subject) {
    let store = subject.store();
    let mut first = campus(noon(1));
    first.by_term[0].sections.added[2].meetings = vec![lecture()];
    publish(store, &first).await;

    let before = &first.by_term[0].sections.added;
    let moved = Section {
        status: OfferingStatus::Cancelled,
        is_printed: false,
        attributes: before[0].attributes[1..].to_vec(),
        meetings: vec![{
            let mut moved = evening();
            moved.instructors = vec![instructor("New", "Sample", Some("PI"))];
            moved
        }],
        ..before[0].clone()
    };
    let mut changes = quiet(fall());
    changes.sections.changed = vec![moved.clone()];
    publish(store, &Publication { by_term: vec![changes], ..nothing(noon(2)) }).await;

    let data = store.load().await.unwrap();
    assert_eq!(data.sections, [moved, before[1].clone(), before[2].clone()]);
}

/// Changing is replacing: nothing of the old record remains.
pub(super) async fn a_changed_term_and_course_replace_the_old_ones(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let mut longer = term(fall());
    longer.end = date(2026, 12, 24);
    longer.enrollment_begin = None;
    longer.sessions.remove(1);
    let mut next = Publication { terms: vec![longer.clone()], ..nothing(noon(2)) };
    let mut renamed = sample::course("COMPSCI 61A");
    renamed.subject_name = "Another Spelling of the Sample Subject".to_owned();
    next.courses.changed = vec![renamed.clone()];
    publish(store, &next).await;

    let data = store.load().await.unwrap();
    assert_eq!(data.terms, [longer]);
    assert_eq!(data.courses[0].value.value, renamed);
    let mut run = begin(store, noon(3)).await.unwrap();
    assert_eq!(run.term(fall()).await.unwrap().observed_at, Some(noon(1)), "a changed term is still observed");
}

/// 2 before 10, C8 after 8 and 8A; sections by class, primary first, then component and number.
pub(super) async fn everything_is_sorted_as_people_sort(subject: &impl Subject) {
    let store = subject.store();
    let in_order =
        ["ANTHRO 8", "ANTHRO 8A", "ANTHRO C8", "COMPSCI 2", "COMPSCI 10", "COMPSCI 61A", "LAW 270.65", "ZOO 1"];
    let mut shuffled = in_order.map(sample::course).to_vec();
    shuffled.swap(0, 4);
    shuffled.swap(2, 6);
    let (second, first) = (class(fall(), "COMPSCI 10", "002"), class(fall(), "COMPSCI 10", "001"));
    let other = class(fall(), "COMPSCI 2", "001");
    let lab = Section { component: component("LAB"), ..discussion(5, &first, 7) };
    let sections = vec![section(9, &second), lab, discussion(6, &first, 7), section(7, &first), section(8, &other)];
    let changes =
        TermChanges { classes: added(vec![second, first, other]), sections: added(sections), ..quiet(fall()) };
    let publication = Publication {
        terms: vec![term(spring()), term(fall())],
        courses: added(shuffled),
        by_term: vec![changes],
        ..nothing(noon(1))
    };
    publish(store, &publication).await;

    let data = store.load().await.unwrap();
    assert_eq!(data.terms.iter().map(|term| term.id).collect::<Vec<_>>(), [fall(), spring()]);
    let codes: Vec<_> = data.courses.iter().map(|course| course.value.value.code.to_string()).collect();
    assert_eq!(codes, in_order);
    let classes: Vec<_> = data.classes.iter().map(|class| class.key.to_string()).collect();
    assert_eq!(classes, ["fall-2026 COMPSCI 2 001", "fall-2026 COMPSCI 10 001", "fall-2026 COMPSCI 10 002"]);
    assert_eq!(data.sections.iter().map(|section| section.id.0).collect::<Vec<_>>(), [8, 7, 6, 5, 9]);
}

fn component(code: &str) -> catalog::section::Component {
    catalog::section::Component { code: code.to_owned(), name: format!("Sample {code}") }
}

/// Quotes, backslashes, tabs, accents and emoji are text like any other; the absent stays apart from the empty.
pub(super) async fn odd_texts_come_back_as_they_were(subject: &impl Subject) {
    let store = subject.store();
    let odd = ["", "\\N", "a\tb\r\nc\\", "'; DROP TABLE courses; --", "\"{}\",", "Núñez 🐻 – “Bär”", " spaces "];
    let courses = odd.iter().enumerate().map(|(number, text)| catalog::course::Course {
        title: (*text).to_owned(),
        description: (*text).to_owned(),
        prerequisites: Some((*text).to_owned()),
        subject_name: (*text).to_owned(),
        ..sample::course(&format!("ODD {number}"))
    });
    let courses: Vec<_> = courses.collect();
    let class = class(fall(), "ODD 0", "001");
    let teaching = odd.iter().map(|text| instructor(text, text, Some(text)));
    let mut meeting = lecture();
    meeting.instructors = teaching.collect();
    let section = Section { meetings: vec![meeting], ..section(0, &class) };
    let changes = TermChanges { classes: added(vec![class]), sections: added(vec![section.clone()]), ..quiet(fall()) };
    let publication = Publication {
        terms: vec![term(fall())],
        courses: added(courses.clone()),
        by_term: vec![changes],
        ..nothing(noon(1))
    };
    publish(store, &publication).await;

    let data = store.load().await.unwrap();
    assert_eq!(data.courses.into_iter().map(|course| course.value.value).collect::<Vec<_>>(), courses);
    assert_eq!(data.sections, [section]);
}

/// Clients keep numbers: whatever is changed, or retired and comes back, is known by its old one.
pub(super) async fn numbers_stay_over_versions_and_are_nobody_elses(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let graded = super::grades::record("MATH 1A", "1", None);
    store.import_grades(std::slice::from_ref(&graded), noon(1)).await.unwrap();
    let first = store.load().await.unwrap();
    let mut second = nothing(noon(2));
    second.courses.added = vec![sample::course("AARDVARK 1")];
    second.courses.gone = vec![code("MATH 1A")];
    second.playlists.changed = vec![PlaylistEdit {
        key: first.playlists[0].value.key.clone(),
        joining: Vec::new(),
        leaving: first.playlists[0].value.courses.iter().cloned().collect(),
    }];
    publish(store, &second).await;
    let mut changed = graded.clone();
    changed.distribution.0[0] += 1;
    store.import_grades(&[changed, super::grades::record("AARDVARK 1", "1", None)], noon(3)).await.unwrap();

    let then = store.load().await.unwrap();
    let numbers = |data: &CatalogData| -> HashMap<String, u64> {
        let courses = data.courses.iter().map(|course| (course.value.value.code.to_string(), course.id.0));
        let playlists = data.playlists.iter().map(|playlist| (format!("{:?}", playlist.value.key), playlist.id.0));
        let grades = data.grades.iter().map(|grade| (format!("grades of {}", grade.value.course), grade.id.0));
        courses.chain(playlists).chain(grades).collect()
    };
    let (before, after) = (numbers(&first), numbers(&then));
    assert!(before.iter().all(|(what, number)| after[what] == *number), "{before:?} {after:?}");
    let distinct: HashSet<_> = then.courses.iter().map(|course| course.id).collect();
    assert_eq!(distinct.len(), then.courses.len());
    let distinct: HashSet<_> = then.grades.iter().map(|grade| grade.id).collect();
    assert_eq!(distinct.len(), 2);
}

/// One publication may bring several terms; equal section ids in two terms are two sections.
pub(super) async fn several_terms_are_published_at_once(subject: &impl Subject) {
    let store = subject.store();
    let of = |id| {
        let class = class(id, "MATH 1A", "001");
        let mut seats = observation(noon(1));
        seats.opened = vec![(SectionId(7), counts(i32::from(id == fall()), 9))];
        let sections = added(vec![section(7, &class)]);
        TermChanges { term: id, classes: added(vec![class]), sections, enrollment: Some(seats) }
    };
    let publication = Publication {
        terms: vec![term(fall()), term(spring())],
        courses: added(vec![sample::course("MATH 1A")]),
        by_term: vec![of(fall()), of(spring())],
        ..nothing(noon(1))
    };
    publish(store, &publication).await;

    let data = store.load().await.unwrap();
    assert_eq!(data.sections.iter().map(|section| section.class.term).collect::<Vec<_>>(), [fall(), spring()]);
    assert_eq!(data.counts[&(fall(), SectionId(7))].counts.enrolled, 1);
    assert_eq!(data.counts[&(spring(), SectionId(7))].counts.enrolled, 0);

    let (shared, mut terms) = store.begin_load().await.unwrap();
    assert_eq!(shared.courses.len(), 1);
    assert!(shared.classes.is_empty() && shared.sections.is_empty(), "each term brings its own");
    for (newest_first, enrolled) in [(spring(), 0), (fall(), 1)] {
        let loaded = terms.next().await.unwrap().expect("there is another term");
        assert_eq!(loaded.classes, [class(newest_first, "MATH 1A", "001")]);
        assert_eq!(loaded.sections.iter().map(|section| section.class.term).collect::<Vec<_>>(), [newest_first]);
        assert_eq!(loaded.counts[&SectionId(7)].counts.enrolled, enrolled);
    }
    assert!(terms.next().await.unwrap().is_none());
}

/// A course whose sections are all cancelled, not printed or retired is not offered.
pub(super) async fn only_visible_sections_count_as_offered(subject: &impl Subject) {
    let store = subject.store();
    let courses = ["SEEN 1", "HIDDEN 1", "OFF 1", "GONE 1"];
    let classes = courses.map(|text| class(fall(), text, "001"));
    let hidden = Section { is_printed: false, ..section(2, &classes[1]) };
    let cancelled = Section { status: OfferingStatus::Cancelled, ..section(3, &classes[2]) };
    let sections = vec![section(1, &classes[0]), hidden, cancelled, section(4, &classes[3])];
    let changes = TermChanges { classes: added(classes.to_vec()), sections: added(sections), ..quiet(fall()) };
    let publication = Publication {
        terms: vec![term(fall())],
        courses: added(courses.map(sample::course).to_vec()),
        by_term: vec![changes],
        ..nothing(noon(1))
    };
    publish(store, &publication).await;
    let mut changes = quiet(fall());
    changes.sections.gone = vec![SectionId(4)];
    publish(store, &Publication { by_term: vec![changes], ..nothing(noon(2)) }).await;

    let mut run = begin(store, noon(3)).await.unwrap();
    assert_eq!(run.offerings().await.unwrap(), [Offering { term: fall(), course: code("SEEN 1") }]);
}
