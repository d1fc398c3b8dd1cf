//! Leaving.

use accounts::ports::{AccountError, DeletedAccount};
use accounts::settings::SettingsChange;
use planner::draft::ScheduleDraft;

use crate::catalog_store::samples::{fall, noon};
use crate::people::{World, course, identity, signed_in};

pub(super) async fn an_account_goes_with_everything_of_it_and_nothing_of_others(world: &impl World) {
    let (oski, other) = (signed_in(world, "oski").await, signed_in(world, "other").await);
    let (accounts, schedules) = (world.accounts(), world.schedules());
    let math = course(world, "MATH 1A").await;
    let public = ScheduleDraft { is_public: true, ..ScheduleDraft::new(fall()) };
    let mut made = Vec::new();
    for person in [&oski, &other] {
        accounts.save_course(person.id, math, noon(3)).await.unwrap();
        made.push(schedules.create(person.id.into(), &public, noon(3)).await.unwrap());
    }
    schedules.create(oski.id.into(), &ScheduleDraft::new(fall()), noon(4)).await.unwrap();

    let deleted = accounts.delete_account(oski.id).await.unwrap();
    assert_eq!(deleted, DeletedAccount { person: oski.clone(), saved_courses: 1, schedules: 2 });
    assert_eq!(accounts.person(oski.id).await.unwrap(), None);
    assert_eq!(accounts.person_by_username("oski").await.unwrap(), None);
    assert_eq!(accounts.saved_courses(oski.id).await.unwrap(), []);
    assert_eq!(schedules.schedules(oski.id.into()).await.unwrap(), []);
    assert_eq!(schedules.schedule(made[0].id, None).await.unwrap(), None, "public as it was");

    assert_eq!(accounts.person(other.id).await.unwrap().as_ref(), Some(&other));
    assert_eq!(accounts.saved_courses(other.id).await.unwrap(), [math]);
    assert_eq!(schedules.schedules(other.id.into()).await.unwrap(), made[1..]);
}

pub(super) async fn an_account_is_deleted_once(world: &impl World) {
    let oski = signed_in(world, "oski").await.id;
    let accounts = world.accounts();
    let (first, second) = tokio::join!(accounts.delete_account(oski), accounts.delete_account(oski));
    let results = [first, second];
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    let gone = results.iter().filter(|result| matches!(result, Err(AccountError::NoSuchPerson(_))));
    assert_eq!(gone.count(), 1, "{results:?}");
    let change = accounts.change_settings(oski, &SettingsChange::default()).await;
    assert!(matches!(change, Err(AccountError::NoSuchPerson(_))), "{change:?}");
}

pub(super) async fn signing_in_after_a_deletion_begins_anew(world: &impl World) {
    let before = signed_in(world, "oski").await;
    world.accounts().delete_account(before.id).await.unwrap();
    let after = world.accounts().sign_in(&identity("oski"), noon(9)).await.unwrap();
    assert!(after.is_new);
    assert_ne!(after.person.id, before.id, "an old session must not open the new account");
    assert_eq!(after.person.created_at, noon(9));
}
