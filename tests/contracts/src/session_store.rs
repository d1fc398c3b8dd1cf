//! The contract of the store of sessions.

use accounts::person::PersonId;
use accounts::ports::AccountError;
use accounts::session::{SESSION_AGE_MAX, SESSION_IDLE_MAX, SESSIONS_MAX, Session, SessionId, TOUCH_AFTER, UserAgent};
use jiff::SignedDuration;

use crate::catalog_store::samples::noon;
use crate::people::{World, hash, signed_in};

/// The cases.
macro_rules! contract {
    ($start:path) => {
        contract_over! { $start;
            cases::an_open_session_is_found_by_its_hash_alone,
            cases::a_session_that_is_used_slides_and_one_that_is_not_ends,
            cases::even_a_session_that_is_used_every_week_ends,
            cases::a_visit_is_noted_once_an_hour,
            cases::a_rotated_session_is_found_by_the_new_hash_alone,
            cases::of_two_rotations_at_once_one_succeeds,
            cases::closing_ends_one_and_closing_all_ends_all_of_one_person,
            cases::nobody_closes_or_sees_the_sessions_of_others,
            cases::one_too_many_ends_the_one_not_seen_for_longest,
            cases::however_many_are_opened_at_once_there_are_not_too_many,
            cases::sweeping_forgets_what_is_over_and_nothing_else,
            cases::nobody_opens_no_session,
            cases::a_deleted_account_is_signed_in_nowhere,
        }
    };
}

mod in_memory {
    contract!(crate::people::in_memory);
}

mod over_postgres {
    contract!(crate::people::over_postgres);
}

mod cases {
    use super::*;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    pub(super) async fn an_open_session_is_found_by_its_hash_alone(world: &impl World) {
        let oski = signed_in(world, "oski").await;
        let sessions = world.sessions();
        let agent = UserAgent::fitted("Sample Browser 1.0");
        let opened = sessions.open(oski.id, hash(1), Some(&agent), noon(3)).await.unwrap();
        let expected = Session {
            id: opened.id,
            person: oski.id,
            created_at: noon(3),
            last_seen_at: noon(3),
            expires_at: noon(3) + SESSION_IDLE_MAX,
            user_agent: Some(agent),
        };
        assert_eq!(opened, expected);
        assert_eq!(sessions.find(hash(1), noon(3)).await.unwrap(), Some((opened, oski)));
        assert_eq!(sessions.find(hash(2), noon(3)).await.unwrap(), None);
    }

    pub(super) async fn a_session_that_is_used_slides_and_one_that_is_not_ends(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let sessions = world.sessions();
        sessions.open(oski, hash(1), None, noon(3)).await.unwrap();
        let later = noon(3) + SESSION_IDLE_MAX - SignedDuration::from_secs(1);
        let (found, _) = sessions.find(hash(1), later).await.unwrap().unwrap();
        assert_eq!((found.last_seen_at, found.expires_at), (later, later + SESSION_IDLE_MAX));
        assert_eq!(sessions.sessions(oski, later).await.unwrap(), std::slice::from_ref(&found));
        assert!(sessions.find(hash(1), noon(3) + SESSION_IDLE_MAX).await.unwrap().is_some());
        assert_eq!(sessions.find(hash(1), found.expires_at).await.unwrap(), None);
        assert_eq!(sessions.sessions(oski, found.expires_at).await.unwrap(), []);
        assert_eq!(sessions.rotate(hash(1), hash(2), found.expires_at).await.unwrap(), None, "it cannot be woken");
    }

    pub(super) async fn even_a_session_that_is_used_every_week_ends(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let sessions = world.sessions();
        sessions.open(oski, hash(1), None, noon(3)).await.unwrap();
        let end = noon(3) + SESSION_AGE_MAX;
        let mut now = noon(3);
        while now < end {
            let (found, _) = sessions.find(hash(1), now).await.unwrap().expect("it is used every week");
            assert!(found.expires_at <= end);
            now += DAY * 7;
        }
        assert_eq!(sessions.find(hash(1), end).await.unwrap(), None);
    }

    pub(super) async fn a_visit_is_noted_once_an_hour(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let sessions = world.sessions();
        sessions.open(oski, hash(1), None, noon(3)).await.unwrap();
        let soon = noon(3) + TOUCH_AFTER - SignedDuration::from_secs(1);
        let (found, _) = sessions.find(hash(1), soon).await.unwrap().unwrap();
        assert_eq!(found.last_seen_at, noon(3));
        let (found, _) = sessions.find(hash(1), noon(3) + TOUCH_AFTER).await.unwrap().unwrap();
        assert_eq!(found.last_seen_at, noon(3) + TOUCH_AFTER);
    }

    pub(super) async fn a_rotated_session_is_found_by_the_new_hash_alone(world: &impl World) {
        let oski = signed_in(world, "oski").await;
        let sessions = world.sessions();
        let opened = sessions.open(oski.id, hash(1), None, noon(3)).await.unwrap();
        assert_eq!(sessions.rotate(hash(1), hash(2), noon(3)).await.unwrap().as_ref(), Some(&opened));
        assert_eq!(sessions.find(hash(1), noon(3)).await.unwrap(), None);
        assert_eq!(sessions.find(hash(2), noon(3)).await.unwrap(), Some((opened, oski)));
        assert_eq!(sessions.rotate(hash(1), hash(3), noon(3)).await.unwrap(), None);
    }

    pub(super) async fn of_two_rotations_at_once_one_succeeds(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let sessions = world.sessions();
        sessions.open(oski, hash(1), None, noon(3)).await.unwrap();
        let (one, other) =
            tokio::join!(sessions.rotate(hash(1), hash(2), noon(3)), sessions.rotate(hash(1), hash(3), noon(3)));
        let (one, other) = (one.unwrap().is_some(), other.unwrap().is_some());
        assert!(one != other, "{one} {other}");
        assert_eq!(sessions.find(hash(2), noon(3)).await.unwrap().is_some(), one);
        assert_eq!(sessions.find(hash(3), noon(3)).await.unwrap().is_some(), other);
    }

    pub(super) async fn closing_ends_one_and_closing_all_ends_all_of_one_person(world: &impl World) {
        let (oski, other) = (signed_in(world, "oski").await.id, signed_in(world, "other").await.id);
        let sessions = world.sessions();
        for (number, person) in [(1, oski), (2, oski), (3, oski), (4, other)] {
            sessions.open(person, hash(number), None, noon(3)).await.unwrap();
        }
        assert!(sessions.close(hash(1)).await.unwrap());
        assert!(!sessions.close(hash(1)).await.unwrap());
        assert_eq!(sessions.sessions(oski, noon(3)).await.unwrap().len(), 2);
        assert_eq!(sessions.close_all(oski).await.unwrap(), 2);
        assert_eq!(sessions.close_all(PersonId(u64::MAX)).await.unwrap(), 0);
        for number in 1..=3 {
            assert_eq!(sessions.find(hash(number), noon(3)).await.unwrap(), None);
        }
        assert!(sessions.find(hash(4), noon(3)).await.unwrap().is_some());
    }

    pub(super) async fn nobody_closes_or_sees_the_sessions_of_others(world: &impl World) {
        let (oski, other) = (signed_in(world, "oski").await.id, signed_in(world, "other").await.id);
        let sessions = world.sessions();
        let opened = sessions.open(oski, hash(1), None, noon(3)).await.unwrap();
        assert!(!sessions.close_one(other, opened.id).await.unwrap());
        assert!(!sessions.close_one(oski, SessionId(u64::MAX)).await.unwrap());
        assert_eq!(sessions.sessions(other, noon(3)).await.unwrap(), []);
        assert_eq!(sessions.sessions(oski, noon(3)).await.unwrap(), std::slice::from_ref(&opened));
        assert!(sessions.close_one(oski, opened.id).await.unwrap());
        assert_eq!(sessions.find(hash(1), noon(3)).await.unwrap(), None);
    }

    pub(super) async fn one_too_many_ends_the_one_not_seen_for_longest(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let sessions = world.sessions();
        let number = |index: usize| hash(u8::try_from(index).unwrap());
        for index in 0..SESSIONS_MAX {
            sessions.open(oski, number(index), None, noon(3)).await.unwrap();
        }
        // The first opened is in use: the second is the one that nobody misses.
        sessions.find(number(0), noon(4)).await.unwrap().unwrap();
        sessions.open(oski, number(SESSIONS_MAX), None, noon(4)).await.unwrap();
        assert!(sessions.find(number(0), noon(4)).await.unwrap().is_some());
        assert_eq!(sessions.find(number(1), noon(4)).await.unwrap(), None);
        assert_eq!(sessions.sessions(oski, noon(4)).await.unwrap().len(), SESSIONS_MAX);
    }

    pub(super) async fn however_many_are_opened_at_once_there_are_not_too_many(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let sessions = world.sessions();
        let number = |index: usize| hash(u8::try_from(index).unwrap());
        for index in 0..SESSIONS_MAX - 1 {
            sessions.open(oski, number(index), None, noon(3)).await.unwrap();
        }
        let open = |index: usize| sessions.open(oski, number(100 + index), None, noon(4));
        let (a, b, c, d) = tokio::join!(open(1), open(2), open(3), open(4));
        for opened in [a, b, c, d] {
            opened.unwrap();
        }
        assert_eq!(sessions.sessions(oski, noon(4)).await.unwrap().len(), SESSIONS_MAX);
    }

    pub(super) async fn sweeping_forgets_what_is_over_and_nothing_else(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        let sessions = world.sessions();
        sessions.open(oski, hash(1), None, noon(3)).await.unwrap();
        sessions.open(oski, hash(2), None, noon(4)).await.unwrap();
        assert_eq!(sessions.sweep_sessions(noon(3)).await.unwrap(), 0);
        assert_eq!(sessions.sweep_sessions(noon(3) + SESSION_IDLE_MAX).await.unwrap(), 1);
        assert!(sessions.find(hash(2), noon(5)).await.unwrap().is_some());
    }

    pub(super) async fn nobody_opens_no_session(world: &impl World) {
        for nobody in [PersonId(7), PersonId(u64::MAX)] {
            let error = world.sessions().open(nobody, hash(1), None, noon(3)).await.unwrap_err();
            assert!(matches!(error, AccountError::NoSuchPerson(id) if id == nobody), "{error:?}");
        }
    }

    pub(super) async fn a_deleted_account_is_signed_in_nowhere(world: &impl World) {
        let oski = signed_in(world, "oski").await.id;
        world.sessions().open(oski, hash(1), None, noon(3)).await.unwrap();
        world.accounts().delete_account(oski).await.unwrap();
        let again = signed_in(world, "oski").await.id;
        assert_eq!(world.sessions().find(hash(1), noon(3)).await.unwrap(), None);
        assert_eq!(world.sessions().sessions(again, noon(3)).await.unwrap(), []);
    }
}
