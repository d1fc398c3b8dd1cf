//! What the operator announces of terms' calendars.

use catalog::announced::{ANNOUNCED_EXAMPLE, Announced};
use catalog::ports::CatalogStore;
use catalog::stored::CatalogVersion;

use super::samples::{campus, noon};
use super::{Subject, publish};

fn announced(text: &str) -> Announced {
    Announced::parse(text).unwrap()
}

async fn version_of(store: &dyn CatalogStore) -> Option<i64> {
    store.state().await.unwrap().map(|state| state.version.0)
}

pub(super) async fn nothing_is_announced_at_first(subject: &impl Subject) {
    assert_eq!(subject.notices().announced().await.unwrap(), Announced::default());
    publish(subject.store(), &campus(noon(1))).await;
    assert_eq!(subject.store().load().await.unwrap().announced, Announced::default());
}

pub(super) async fn readers_wake_and_load_what_was_announced_and_the_last_holds(subject: &impl Subject) {
    let (store, notices) = (subject.store(), subject.notices());
    let (first, second) =
        (announced("fall-2031 exams-as fall-2025  # “kept” as written\n"), announced(ANNOUNCED_EXAMPLE));
    assert!(notices.announce(&first, noon(1)).await.unwrap(), "before anything was published");
    assert_eq!(store.load().await.unwrap().announced, first);
    publish(store, &campus(noon(1))).await;
    let mut feed = store.publications().await.unwrap();
    let (woken_by, changed) = tokio::join!(feed.next(Some(CatalogVersion(1))), notices.announce(&second, noon(2)));
    assert_eq!((woken_by, changed.unwrap()), (CatalogVersion(2), true));
    assert_eq!(store.load().await.unwrap().announced, second);
    assert_eq!(notices.announced().await.unwrap(), second);
    assert!(notices.announce(&Announced::default(), noon(3)).await.unwrap());
    assert_eq!(store.load().await.unwrap().announced, Announced::default());
}

pub(super) async fn announcing_the_same_again_is_no_new_version(subject: &impl Subject) {
    let (store, notices) = (subject.store(), subject.notices());
    publish(store, &campus(noon(1))).await;
    assert!(!notices.announce(&Announced::default(), noon(2)).await.unwrap(), "nothing, as before");
    assert!(notices.announce(&announced(ANNOUNCED_EXAMPLE), noon(2)).await.unwrap());
    assert!(!notices.announce(&announced(ANNOUNCED_EXAMPLE), noon(3)).await.unwrap());
    assert_eq!(version_of(store).await, Some(2));
}
