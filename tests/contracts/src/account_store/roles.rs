//! What somebody may do.

use accounts::person::{Person, Role};
use accounts::ports::AccountError;

use crate::catalog_store::samples::noon;
use crate::people::{World, identity, signed_in};

pub(super) async fn everybody_is_a_student_until_the_operator_says_otherwise(world: &impl World) {
    let (oski, other) = (signed_in(world, "oski").await, signed_in(world, "other").await);
    let accounts = world.accounts();
    assert_eq!((oski.role, other.role), (Role::Student, Role::Student));
    let staff = accounts.set_role("Oski", Role::Staff).await.unwrap();
    assert_eq!(staff, Person { role: Role::Staff, ..oski.clone() });
    assert_eq!(accounts.person(oski.id).await.unwrap().as_ref(), Some(&staff));
    assert_eq!(accounts.person(other.id).await.unwrap(), Some(other));
    let again = accounts.sign_in(&identity("oski"), noon(4)).await.unwrap();
    assert_eq!(again.person, staff, "signing in takes nothing away");
    assert_eq!(accounts.set_role("oski", Role::Student).await.unwrap(), oski);
}

pub(super) async fn nobody_gets_no_role(world: &impl World) {
    signed_in(world, "oski").await;
    for username in ["", "os%", "osk\0", "oski@berkeley.edu"] {
        let error = world.accounts().set_role(username, Role::Staff).await.unwrap_err();
        assert!(matches!(error, AccountError::NoSuchUsername), "{username:?}: {error:?}");
    }
}
