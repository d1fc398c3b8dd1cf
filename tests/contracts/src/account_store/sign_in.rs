//! Coming in, and being found.

use accounts::identity::Identity;
use accounts::person::PersonId;
use accounts::settings::{Notifications, SettingsChange};

use crate::catalog_store::samples::noon;
use crate::people::{World, identity, signed_in};

pub(super) async fn nobody_is_there_at_first(world: &impl World) {
    let accounts = world.accounts();
    for id in [0, 1, u64::MAX] {
        assert_eq!(accounts.person(PersonId(id)).await.unwrap(), None);
        assert_eq!(accounts.saved_courses(PersonId(id)).await.unwrap(), []);
    }
    for username in ["", "oski", "nul\0", "' OR true --"] {
        assert_eq!(accounts.person_by_username(username).await.unwrap(), None, "{username:?}");
    }
}

pub(super) async fn the_first_sign_in_makes_an_account(world: &impl World) {
    let identity = Identity::new("Oski-1@Berkeley.EDU", "Óski \"'\\", "Sample\0\n").unwrap();
    let signed_in = world.accounts().sign_in(&identity, noon(3)).await.unwrap();
    assert!(signed_in.is_new);
    let person = signed_in.person;
    assert_eq!((person.email.as_str(), person.username()), ("oski-1@berkeley.edu", "oski-1"));
    assert_eq!((person.first_name.as_str(), person.last_name.as_str()), ("Óski \"'\\", "Sample"));
    assert_eq!((person.major.as_str(), person.notifications), ("", Notifications::default()));
    assert_eq!(person.created_at, noon(3));
    assert_eq!(world.accounts().person(person.id).await.unwrap(), Some(person));
}

pub(super) async fn signing_in_again_finds_the_account_as_it_is(world: &impl World) {
    let first = signed_in(world, "oski").await;
    let other = signed_in(world, "osk").await;
    assert_ne!(first.id, other.id);
    let change = SettingsChange { grade_update: Some(true), ..SettingsChange::default() };
    let changed = world.accounts().change_settings(first.id, &change).await.unwrap();
    let renamed = Identity::new("oski@berkeley.edu", "Renamed", "Sample").unwrap();
    let again = world.accounts().sign_in(&renamed, noon(9)).await.unwrap();
    assert!(!again.is_new);
    assert_eq!(again.person, changed);
}

pub(super) async fn people_are_found_by_their_username_in_any_case(world: &impl World) {
    let oski = signed_in(world, "oski").await;
    for username in ["oski", "OSKI"] {
        assert_eq!(world.accounts().person_by_username(username).await.unwrap().as_ref(), Some(&oski));
    }
    for username in ["osk", "oski ", "oski@berkeley.edu", "os%"] {
        assert_eq!(world.accounts().person_by_username(username).await.unwrap(), None, "{username}");
    }
}

pub(super) async fn somebody_who_signs_in_five_times_at_once_has_one_account(world: &impl World) {
    let oski = identity("oski");
    let enter = || world.accounts().sign_in(&oski, noon(3));
    let (a, b, c, d, e) = tokio::join!(enter(), enter(), enter(), enter(), enter());
    let all = [a, b, c, d, e].map(Result::unwrap);
    assert_eq!(all.iter().filter(|signed_in| signed_in.is_new).count(), 1);
    assert!(all.iter().all(|signed_in| signed_in.person == all[0].person));
}
