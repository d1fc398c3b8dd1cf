//! Who has an account, as the operator sees it.

use accounts::person::{Role, Seen};
use accounts::session::SESSION_IDLE_MAX;

use crate::catalog_store::samples::noon;
use crate::people::{World, hash, signed_in};

pub(super) async fn people_are_listed_who_was_seen_last_first(world: &impl World) {
    assert_eq!(world.accounts().people(None, 10, noon(3)).await.unwrap(), []);
    let (first, second) = (signed_in(world, "first").await, signed_in(world, "second").await);
    let (third, fourth) = (signed_in(world, "third").await, signed_in(world, "fourth").await);
    let sessions = world.sessions();
    sessions.open(second.id, hash(1), None, noon(3)).await.unwrap();
    sessions.open(first.id, hash(2), None, noon(4)).await.unwrap();
    sessions.open(first.id, hash(3), None, noon(5)).await.unwrap();
    // Over by then: that somebody was here is known only as long as they may come back by it.
    let now = noon(3) + SESSION_IDLE_MAX;
    let seen = |person, last_seen_at, sessions| Seen { person, last_seen_at, sessions };
    let expected = [
        seen(first.clone(), Some(noon(5)), 2),
        seen(fourth.clone(), None, 0),
        seen(third.clone(), None, 0),
        seen(second.clone(), None, 0),
    ];
    assert_eq!(world.accounts().people(None, 10, now).await.unwrap(), expected);
    let expected = [seen(first, Some(noon(5)), 2), seen(second, Some(noon(3)), 1), seen(fourth, None, 0)];
    assert_eq!(world.accounts().people(None, 3, noon(5)).await.unwrap(), expected);
}

pub(super) async fn those_of_a_role_are_listed_and_no_more_than_wished(world: &impl World) {
    let (oski, _) = (signed_in(world, "oski").await, signed_in(world, "other").await);
    let accounts = world.accounts();
    let oski = accounts.set_role(oski.username(), Role::Staff).await.unwrap();
    let staff = Seen { person: oski, last_seen_at: None, sessions: 0 };
    assert_eq!(accounts.people(Some(Role::Staff), 10, noon(3)).await.unwrap(), [staff]);
    assert_eq!(accounts.people(Some(Role::Student), 10, noon(3)).await.unwrap().len(), 1);
    assert_eq!(accounts.people(None, 1, noon(3)).await.unwrap().len(), 1);
    assert_eq!(accounts.people(None, usize::MAX, noon(3)).await.unwrap().len(), 2);
}
