//! What people set about themselves.

use accounts::person::PersonId;
use accounts::ports::AccountError;
use accounts::settings::{Major, Notifications, SettingsChange};

use crate::people::{World, signed_in};

pub(super) async fn what_is_given_changes_and_nothing_else(world: &impl World) {
    let (oski, other) = (signed_in(world, "oski").await, signed_in(world, "other").await);
    let accounts = world.accounts();
    let major = Major::parse(&"é".repeat(100)).unwrap();
    let first = SettingsChange {
        major: Some(major.clone()),
        class_update: Some(true),
        enrollment_opening: Some(true),
        ..SettingsChange::default()
    };
    accounts.change_settings(oski.id, &first).await.unwrap();
    let second = SettingsChange {
        class_update: Some(false),
        grade_update: Some(true),
        berkeleytime_update: Some(true),
        ..SettingsChange::default()
    };
    let changed = accounts.change_settings(oski.id, &second).await.unwrap();

    let notifications =
        Notifications { class_update: false, grade_update: true, enrollment_opening: true, berkeleytime_update: true };
    assert_eq!((&changed.major, changed.notifications), (&major, notifications));
    assert_eq!(accounts.person(oski.id).await.unwrap(), Some(changed.clone()));
    assert_eq!(accounts.change_settings(oski.id, &SettingsChange::default()).await.unwrap(), changed);
    assert_eq!(accounts.person(other.id).await.unwrap(), Some(other));

    let cleared = SettingsChange { major: Some(Major::default()), ..SettingsChange::default() };
    assert_eq!(accounts.change_settings(oski.id, &cleared).await.unwrap().major.as_str(), "");
}

pub(super) async fn settings_of_nobody_cannot_change(world: &impl World) {
    for id in [PersonId(7), PersonId(u64::MAX)] {
        let error = world.accounts().change_settings(id, &SettingsChange::default()).await.unwrap_err();
        assert!(matches!(error, AccountError::NoSuchPerson(missing) if missing == id), "{error:?}");
    }
}
