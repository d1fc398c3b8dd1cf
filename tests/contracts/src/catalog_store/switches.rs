//! What the operator turns off.

use catalog::course::CourseCode;
use catalog::grade::{Distribution, GradeRecord};
use catalog::ports::CatalogStore;
use catalog::stored::CatalogVersion;
use catalog::switches::{Reason, Source, SwitchedOff, Switches};
use kit::sample::nothing;

use super::samples::{campus, fall, noon};
use super::{Subject, publish};

fn reason(text: &str) -> Reason {
    Reason::parse(text).unwrap()
}

async fn version_of(store: &dyn CatalogStore) -> Option<i64> {
    store.state().await.unwrap().map(|state| state.version.0)
}

pub(super) async fn nothing_is_off_at_first(subject: &impl Subject) {
    assert_eq!(subject.board().switches().await.unwrap(), Switches::default());
    publish(subject.store(), &campus(noon(1))).await;
    assert_eq!(subject.store().load().await.unwrap().switches, Switches::default());
}

pub(super) async fn readers_are_told_what_is_off_since_when_and_why(subject: &impl Subject) {
    publish(subject.store(), &campus(noon(1))).await;
    let board = subject.board();
    let why = reason("The registrar's office asked for it: \"until further notice\".");
    for source in Source::ALL.into_iter().rev() {
        assert!(board.switch_off(source, &why, noon(2)).await.unwrap());
    }
    assert!(board.switch_off(Source::Grades, &reason("Another reason."), noon(3)).await.unwrap());
    assert!(board.switch_on(Source::Enrollment, noon(3)).await.unwrap());

    let off = |source, reason: &Reason| SwitchedOff { source, since: noon(2), reason: reason.clone() };
    let expected = [
        off(Source::Grades, &reason("Another reason.")),
        off(Source::Descriptions, &why),
        off(Source::PublicApi, &why),
    ];
    let told = subject.store().load().await.unwrap().switches;
    assert_eq!(told.iter().cloned().collect::<Vec<_>>(), expected);
    assert_eq!(board.switches().await.unwrap(), told);
}

pub(super) async fn a_switch_is_a_new_version_and_wakes_a_waiting_reader(subject: &impl Subject) {
    let (store, board) = (subject.store(), subject.board());
    publish(store, &campus(noon(1))).await;
    let mut feed = store.publications().await.unwrap();
    let why = reason("Asked for.");
    let off = board.switch_off(Source::Grades, &why, noon(2));
    let (woken_by, _) = tokio::join!(feed.next(Some(CatalogVersion(1))), off);
    assert_eq!(woken_by, CatalogVersion(2));
    assert!(store.load().await.unwrap().switches.is_off(Source::Grades), "whoever is woken sees it");
    let (woken_by, _) = tokio::join!(feed.next(Some(woken_by)), board.switch_on(Source::Grades, noon(3)));
    assert_eq!(woken_by, CatalogVersion(3));
    assert_eq!(store.load().await.unwrap().switches, Switches::default());
}

pub(super) async fn a_switch_that_changes_nothing_is_no_new_version(subject: &impl Subject) {
    let (store, board) = (subject.store(), subject.board());
    publish(store, &campus(noon(1))).await;
    assert!(!board.switch_on(Source::Grades, noon(2)).await.unwrap());
    assert!(board.switch_off(Source::Grades, &reason("Asked for."), noon(2)).await.unwrap());
    assert!(!board.switch_off(Source::Grades, &reason("Asked for."), noon(3)).await.unwrap());
    assert_eq!(version_of(store).await, Some(2));
}

pub(super) async fn a_switch_before_the_first_publication_holds_from_it_on(subject: &impl Subject) {
    let (store, board) = (subject.store(), subject.board());
    assert!(board.switch_off(Source::PublicApi, &reason("Not yet open."), noon(1)).await.unwrap());
    assert_eq!(version_of(store).await, None);
    assert!(store.load().await.unwrap().switches.is_off(Source::PublicApi));
    publish(store, &nothing(noon(2))).await;
    assert_eq!(version_of(store).await, Some(1));
    assert!(store.load().await.unwrap().switches.is_off(Source::PublicApi));
}

pub(super) async fn what_is_off_stays_in_the_store(subject: &impl Subject) {
    let (store, board) = (subject.store(), subject.board());
    publish(store, &campus(noon(1))).await;
    let record = GradeRecord {
        term: fall(),
        course: CourseCode::parse("MATH 1A").unwrap(),
        section_number: "1".to_owned(),
        ccn: None,
        title: String::new(),
        instructors: Vec::new(),
        distribution: Distribution::default(),
    };
    board.switch_off(Source::Grades, &reason("Asked for."), noon(2)).await.unwrap();
    store.import_grades(std::slice::from_ref(&record), noon(3)).await.unwrap();
    board.switch_on(Source::Grades, noon(4)).await.unwrap();
    assert_eq!(store.load().await.unwrap().grades.len(), 1);
}
