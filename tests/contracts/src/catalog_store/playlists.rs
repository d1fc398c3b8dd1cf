//! Playlists: they come, change and go.

use catalog::changes::PlaylistEdit;
use catalog::playlist::Category;
use kit::sample::{code, nothing, playlist};

use super::samples::{campus, noon};
use super::{Subject, begin, publish, values};

pub(super) async fn playlists_come_change_and_go(subject: &impl Subject) {
    let store = subject.store();
    let campus = campus(noon(1));
    publish(store, &campus).await;
    let units = campus.playlists.added[0].key.clone();
    let empty = playlist(Category::Haas, "Haas Sample", None, &[]);
    let mut second = nothing(noon(2));
    second.playlists.added = vec![empty.clone()];
    second.playlists.changed = vec![PlaylistEdit {
        key: units.clone(),
        joining: vec![code("ELENG 16A")],
        leaving: vec![code("MATH 1A"), code("COMPSCI 61A")],
    }];
    publish(store, &second).await;
    let changed = playlist(Category::Units, "4 Units", None, &["ELENG 16A"]);
    assert_eq!(values(store.load().await.unwrap().playlists), [empty.clone(), changed]);

    let mut third = nothing(noon(3));
    third.playlists.gone = vec![units];
    publish(store, &third).await;
    let mut run = begin(store, noon(4)).await.unwrap();
    assert_eq!(run.playlists().await.unwrap(), [empty]);
}

pub(super) async fn playlists_of_one_name_differ_by_category_and_term(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let alike = vec![
        playlist(Category::University, "Sample List", None, &["MATH 1A"]),
        playlist(Category::Ls, "Sample List", None, &["ELENG 16A"]),
        playlist(Category::Ls, "Sample List", Some("fall-2026"), &["ELENG 16A", "MATH 1A"]),
        playlist(Category::Ls, "Sample List", Some("spring-2027"), &["COMPSCI 61A"]),
    ];
    let mut second = nothing(noon(2));
    second.playlists.added = alike.clone();
    publish(store, &second).await;
    assert_eq!(values(store.load().await.unwrap().playlists)[..4], alike);

    let mut third = nothing(noon(3));
    third.playlists.gone = vec![alike[1].key.clone()];
    let key = alike[2].key.clone();
    third.playlists.changed = vec![PlaylistEdit { key, joining: Vec::new(), leaving: vec![code("MATH 1A")] }];
    publish(store, &third).await;
    let playlists = values(store.load().await.unwrap().playlists);
    let fewer = playlist(Category::Ls, "Sample List", Some("fall-2026"), &["ELENG 16A"]);
    assert_eq!(playlists[..3], [alike[0].clone(), fewer, alike[3].clone()]);
}
