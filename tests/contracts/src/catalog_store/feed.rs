//! Readers hear of new versions.

use catalog::course::CourseCode;
use catalog::grade::{Distribution, GradeRecord};
use catalog::stored::CatalogVersion;
use kit::sample::nothing;

use super::samples::{campus, fall, noon};
use super::{Subject, publish};

pub(super) async fn a_waiting_reader_wakes_at_a_publication(subject: &impl Subject) {
    let store = subject.store();
    let mut feed = store.publications().await.unwrap();
    let (first, second) = (campus(noon(1)), nothing(noon(2)));
    let (woken_by, _) = tokio::join!(feed.next(None), publish(store, &first));
    assert_eq!(woken_by, CatalogVersion(1));
    let (woken_by, _) = tokio::join!(feed.next(Some(woken_by)), publish(store, &second));
    assert_eq!(woken_by, CatalogVersion(2));
}

pub(super) async fn a_reader_who_is_behind_does_not_wait(subject: &impl Subject) {
    let store = subject.store();
    for day in 1..=3 {
        publish(store, &nothing(noon(day))).await;
    }
    let mut feed = store.publications().await.unwrap();
    assert_eq!(feed.next(None).await, CatalogVersion(3));
    assert_eq!(feed.next(Some(CatalogVersion(1))).await, CatalogVersion(3));
}

pub(super) async fn a_waiting_reader_wakes_at_imported_grades(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let mut feed = store.publications().await.unwrap();
    let record = GradeRecord {
        term: fall(),
        course: CourseCode::parse("MATH 1A").unwrap(),
        section_number: "1".to_owned(),
        ccn: None,
        title: String::new(),
        instructors: Vec::new(),
        distribution: Distribution::default(),
    };
    let import = store.import_grades(std::slice::from_ref(&record), noon(2));
    let (woken_by, _) = tokio::join!(feed.next(Some(CatalogVersion(1))), import);
    assert_eq!(woken_by, CatalogVersion(2));
}

pub(super) async fn a_reader_survives_the_loss_of_its_connection(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let mut feed = store.publications().await.unwrap();
    assert_eq!(feed.next(None).await, CatalogVersion(1));
    subject.break_connections().await;
    let second = nothing(noon(2));
    let (woken_by, _) = tokio::join!(feed.next(Some(CatalogVersion(1))), publish(store, &second));
    assert_eq!(woken_by, CatalogVersion(2));
}
