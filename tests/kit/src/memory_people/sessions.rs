//! Sessions.

use std::cmp::Reverse;

use accounts::person::{Person, PersonId};
use accounts::ports::{AccountError, SessionStore};
use accounts::session::{SESSIONS_MAX, Session, SessionId, TokenHash, UserAgent, expiry};
use async_trait::async_trait;
use jiff::Timestamp;

use super::{MemoryPeople, Shared};

#[async_trait]
impl SessionStore for MemoryPeople {
    async fn open(
        &self,
        person: PersonId,
        hash: TokenHash,
        user_agent: Option<&UserAgent>,
        at: Timestamp,
    ) -> Result<Session, AccountError> {
        let mut shared = self.shared();
        if !shared.accounts.contains_key(&person) {
            return Err(AccountError::NoSuchPerson(person));
        }
        let session = Session {
            id: SessionId(shared.next_key()),
            person,
            created_at: at,
            last_seen_at: at,
            expires_at: expiry(at, at),
            user_agent: user_agent.cloned(),
        };
        let own = shared.sessions_of(person);
        for old in own.iter().skip(SESSIONS_MAX - 1) {
            shared.sessions.retain(|_, session| session.id != old.id);
        }
        shared.sessions.insert(hash, session.clone());
        Ok(session)
    }

    async fn find(&self, hash: TokenHash, now: Timestamp) -> Result<Option<(Session, Person)>, AccountError> {
        let mut shared = self.shared();
        let Some(session) = shared.sessions.get_mut(&hash).filter(|session| session.is_alive(now)) else {
            return Ok(None);
        };
        if let Some(touched) = session.touched(now) {
            *session = touched;
        }
        let session = session.clone();
        Ok(shared.accounts.get(&session.person).map(|account| (session, account.person.clone())))
    }

    async fn rotate(&self, old: TokenHash, new: TokenHash, now: Timestamp) -> Result<Option<Session>, AccountError> {
        let mut shared = self.shared();
        if !shared.sessions.get(&old).is_some_and(|session| session.is_alive(now)) {
            return Ok(None);
        }
        let rotated = shared.sessions.remove(&old);
        if let Some(session) = &rotated {
            shared.sessions.insert(new, session.clone());
        }
        Ok(rotated)
    }

    async fn close(&self, hash: TokenHash) -> Result<bool, AccountError> {
        Ok(self.shared().sessions.remove(&hash).is_some())
    }

    async fn close_one(&self, person: PersonId, id: SessionId) -> Result<bool, AccountError> {
        Ok(self.shared().drop_sessions(|session| session.person == person && session.id == id) > 0)
    }

    async fn close_all(&self, person: PersonId) -> Result<usize, AccountError> {
        Ok(self.shared().drop_sessions(|session| session.person == person))
    }

    async fn sessions(&self, person: PersonId, now: Timestamp) -> Result<Vec<Session>, AccountError> {
        let mut sessions = self.shared().sessions_of(person);
        sessions.retain(|session| session.is_alive(now));
        Ok(sessions)
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<usize, AccountError> {
        Ok(self.shared().drop_sessions(|session| !session.is_alive(now)))
    }
}

impl Shared {
    /// The last seen first.
    fn sessions_of(&self, person: PersonId) -> Vec<Session> {
        let mut own: Vec<Session> =
            self.sessions.values().filter(|session| session.person == person).cloned().collect();
        own.sort_by_key(|session| Reverse((session.last_seen_at, session.id)));
        own
    }

    fn drop_sessions(&mut self, is_over: impl Fn(&Session) -> bool) -> usize {
        let before = self.sessions.len();
        self.sessions.retain(|_, session| !is_over(session));
        before - self.sessions.len()
    }
}
