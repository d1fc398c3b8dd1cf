//! What people follow, what they were told, and letters.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use accounts::alerts::{
    ALERTS_PER_LETTER_MAX, Alert, AlertError, AlertOutbox, AlertStore, Delivery, Kinds, LETTERS_PER_HOUR_MAX, LOG_DAYS,
    Letter, LetterId, LoggedAlert, NewWatch, Notice, Outcome, Pace, Told, WATCHES_MAX, Watch, WatchId, Watched, Why,
    Wish,
};
use accounts::person::PersonId;
use accounts::session::TokenHash;
use async_trait::async_trait;
use catalog::ports::StoreError;
use catalog::term::TermId;
use jiff::{SignedDuration, Timestamp};

use super::{MemoryPeople, Shared};

/// Of everybody.
#[derive(Debug, Default)]
pub(super) struct Alerting {
    watches: BTreeMap<WatchId, Watch>,
    /// The oldest first.
    alerts: Vec<KeptAlert>,
    letters: BTreeMap<LetterId, KeptLetter>,
    links: BTreeMap<TokenHash, (PersonId, Timestamp)>,
    mail_off: BTreeMap<PersonId, Timestamp>,
    /// By name.
    notices: BTreeMap<String, Timestamp>,
}

#[derive(Debug)]
struct KeptAlert {
    person: PersonId,
    alert: Alert,
    at: Timestamp,
    pace: Pace,
    is_muted: bool,
    letter: Option<LetterId>,
}

#[derive(Debug)]
struct KeptLetter {
    person: PersonId,
    is_digest: bool,
    created_at: Timestamp,
    attempt: u32,
    state: State,
}

#[derive(Debug)]
enum State {
    Waiting(Timestamp),
    /// Until then.
    Sending(Timestamp),
    Settled(Delivery),
}

impl Alerting {
    pub(super) fn forget(&mut self, person: PersonId) {
        self.watches.retain(|_, watch| watch.person != person);
        self.alerts.retain(|kept| kept.person != person);
        self.letters.retain(|_, letter| letter.person != person);
        self.links.retain(|_, (owner, _)| *owner != person);
        self.mail_off.remove(&person);
    }

    pub(super) fn watches_of(&self, person: PersonId) -> Vec<Watch> {
        let own = self.watches.values().filter(|watch| watch.person == person);
        let mut own: Vec<Watch> = own.map(|watch| self.whole(watch)).collect();
        own.sort_by_key(|watch| Reverse((watch.since, watch.id)));
        own
    }

    /// With the sections that its owner follows by themselves.
    fn whole(&self, watch: &Watch) -> Watch {
        let Watched { term, course, section } = watch.watched;
        let others = self.watches.values().filter(|other| {
            other.person == watch.person && (other.watched.term, other.watched.course) == (term, course)
        });
        let sections: BTreeSet<_> = others.filter_map(|other| other.watched.section).collect();
        let leaves_out = if section.is_none() { sections.into_iter().collect() } else { Vec::new() };
        Watch { leaves_out, ..watch.clone() }
    }

    pub(super) fn log_of(&self, person: PersonId) -> Vec<LoggedAlert> {
        let logged = |kept: &KeptAlert| LoggedAlert {
            alert: kept.alert.clone(),
            at: kept.at,
            is_digest: kept.pace == Pace::Digest,
            delivery: match kept.letter.and_then(|letter| self.letters.get(&letter)) {
                None if kept.is_muted => Delivery::MailOff,
                Some(KeptLetter { state: State::Settled(delivery), .. }) => delivery.clone(),
                _ => Delivery::Waiting,
            },
        };
        self.alerts.iter().rev().filter(|kept| kept.person == person).map(logged).collect()
    }

    pub(super) fn mail_off_since(&self, person: PersonId) -> Option<Timestamp> {
        self.mail_off.get(&person).copied()
    }

    fn turn_off(&mut self, person: PersonId, at: Timestamp) {
        self.mail_off.entry(person).or_insert(at);
        for letter in self.letters.values_mut().filter(|letter| letter.person == person) {
            if !matches!(letter.state, State::Settled(_)) {
                letter.state = State::Settled(Delivery::MailOff);
            }
        }
    }

    /// What waits for a letter of somebody, the oldest first.
    fn waiting(&mut self, person: PersonId, pace: Pace, until: Timestamp) -> Vec<&mut KeptAlert> {
        let due = |kept: &&mut KeptAlert| {
            kept.person == person
                && kept.letter.is_none()
                && !kept.is_muted
                && kept.pace == pace
                && (pace == Pace::AtOnce || kept.at <= until)
        };
        self.alerts.iter_mut().filter(due).take(ALERTS_PER_LETTER_MAX).collect()
    }
}

#[async_trait]
impl AlertStore for MemoryPeople {
    async fn watches(&self, person: PersonId) -> Result<Vec<Watch>, AlertError> {
        Ok(self.shared().alerting.watches_of(person))
    }

    async fn watch(&self, person: PersonId, new: &NewWatch, told: &Told, at: Timestamp) -> Result<(), AlertError> {
        let mut shared = self.shared();
        if !shared.accounts.contains_key(&person) {
            return Err(AlertError::NoSuchPerson(person));
        }
        if !self.catalog.has_course(new.watched.course) {
            return Err(AlertError::NoSuchCourse(new.watched.course));
        }
        let own = || shared.alerting.watches.values().filter(|watch| watch.person == person);
        let held = own().find(|watch| watch.watched == new.watched).map(|watch| (watch.id, watch.why));
        let chosen = own().filter(|watch| watch.why == Why::Chosen).count();
        if held.is_none_or(|(_, why)| why == Why::Saved) && chosen >= WATCHES_MAX {
            return Err(AlertError::TooManyWatches);
        }
        let id = held.map_or_else(|| WatchId(shared.next_key()), |(id, _)| id);
        let watch = shared.alerting.watches.entry(id).or_insert_with(|| fresh(id, person, new, Why::Chosen, at));
        (watch.kinds, watch.pace, watch.why) = (new.kinds, new.pace, Why::Chosen);
        watch.told.get_or_insert_with(|| told.clone());
        watch.revision += u64::from(held.is_some());
        Ok(())
    }

    async fn unwatch(&self, person: PersonId, id: WatchId) -> Result<bool, AlertError> {
        let watches = &mut self.shared().alerting.watches;
        let is_own = watches.get(&id).is_some_and(|watch| watch.person == person);
        Ok(is_own && watches.remove(&id).is_some())
    }

    async fn alert_log(&self, person: PersonId, limit: usize) -> Result<Vec<LoggedAlert>, AlertError> {
        let mut log = self.shared().alerting.log_of(person);
        log.truncate(limit);
        Ok(log)
    }

    async fn mail_off_since(&self, person: PersonId) -> Result<Option<Timestamp>, AlertError> {
        Ok(self.shared().alerting.mail_off_since(person))
    }

    async fn set_mail(&self, person: PersonId, is_on: bool, at: Timestamp) -> Result<(), AlertError> {
        let mut shared = self.shared();
        if !shared.accounts.contains_key(&person) {
            return Err(AlertError::NoSuchPerson(person));
        }
        if is_on {
            shared.alerting.mail_off.remove(&person);
        } else {
            shared.alerting.turn_off(person, at);
        }
        Ok(())
    }

    async fn is_unsubscribe_link(&self, hash: TokenHash) -> Result<bool, AlertError> {
        Ok(self.shared().alerting.links.contains_key(&hash))
    }

    async fn unsubscribe(&self, hash: TokenHash, at: Timestamp) -> Result<bool, AlertError> {
        let mut shared = self.shared();
        let owner = shared.alerting.links.get(&hash).map(|(owner, _)| *owner);
        if let Some(owner) = owner {
            shared.alerting.turn_off(owner, at);
        }
        Ok(owner.is_some())
    }
}

fn fresh(id: WatchId, person: PersonId, new: &NewWatch, why: Why, at: Timestamp) -> Watch {
    Watch {
        id,
        person,
        watched: new.watched,
        kinds: new.kinds,
        pace: new.pace,
        why,
        since: at,
        told: None,
        revision: 1,
        leaves_out: Vec::new(),
    }
}

impl Shared {
    /// What those who want to hear of their saved classes follow by that.
    fn wanted(&self, term: TermId) -> Vec<(PersonId, NewWatch)> {
        let mut wanted = Vec::new();
        for (person, account) in &self.accounts {
            let wishes = account.person.notifications;
            let (changes, grades) = (wishes.class_update, wishes.grade_update);
            let kinds = Kinds { seats: changes, waitlist: false, changes, grades };
            if kinds.is_empty() || self.alerting.mail_off.contains_key(person) {
                continue;
            }
            for (course, _) in &account.saved {
                let watched = Watched { term, course: *course, section: None };
                wanted.push((*person, NewWatch { watched, kinds, pace: Pace::AtOnce }));
            }
        }
        wanted
    }
}

#[async_trait]
impl AlertOutbox for MemoryPeople {
    async fn follow_saved(&self, term: TermId, at: Timestamp) -> Result<(), StoreError> {
        let mut shared = self.shared();
        let wanted = shared.wanted(term);
        let is_wanted =
            |watch: &Watch| wanted.iter().any(|(person, new)| (*person, new.watched) == (watch.person, watch.watched));
        shared.alerting.watches.retain(|_, watch| watch.why == Why::Chosen || is_wanted(watch));
        for (person, new) in &wanted {
            let mut held = shared.alerting.watches.values_mut();
            let held = held.find(|watch| (watch.person, watch.watched) == (*person, new.watched));
            match held {
                Some(watch) if watch.why == Why::Saved && watch.kinds != new.kinds => {
                    watch.kinds = new.kinds;
                    watch.revision += 1;
                }
                Some(_) => {}
                None => {
                    let id = WatchId(shared.next_key());
                    shared.alerting.watches.insert(id, fresh(id, *person, new, Why::Saved, at));
                }
            }
        }
        Ok(())
    }

    async fn watches_after(&self, after: Option<WatchId>, limit: usize) -> Result<Vec<Watch>, StoreError> {
        let alerting = &self.shared().alerting;
        let behind = alerting.watches.values().filter(|watch| after.is_none_or(|after| watch.id > after));
        Ok(behind.take(limit).map(|watch| alerting.whole(watch)).collect())
    }

    async fn tell(&self, watch: &Watch, told: &Told, alerts: &[Alert], at: Timestamp) -> Result<bool, StoreError> {
        let mut shared = self.shared();
        let alerting = &mut shared.alerting;
        let held = alerting.watches.get_mut(&watch.id).filter(|held| held.revision == watch.revision);
        let Some(held) = held else { return Ok(false) };
        held.told = Some(told.clone());
        held.revision += 1;
        let (person, pace) = (held.person, held.pace);
        let kept = |alert: &Alert| KeptAlert { person, alert: alert.clone(), at, pace, is_muted: false, letter: None };
        alerting.alerts.extend(alerts.iter().map(kept));
        Ok(true)
    }

    async fn announce(&self, notice: &Notice, at: Timestamp) -> Result<usize, StoreError> {
        let mut shared = self.shared();
        let shared = &mut *shared;
        if shared.alerting.notices.insert(notice.name.to_string(), at).is_some() {
            return Ok(0);
        }
        let wishes = |account: &&super::Account| match notice.wish {
            Wish::EnrollmentOpening => account.person.notifications.enrollment_opening,
            Wish::SiteNews => account.person.notifications.berkeleytime_update,
        };
        let told: Vec<KeptAlert> = shared
            .accounts
            .values()
            .filter(wishes)
            .map(|account| KeptAlert {
                person: account.person.id,
                alert: notice.alert.clone(),
                at,
                pace: Pace::AtOnce,
                is_muted: false,
                letter: None,
            })
            .collect();
        let count = told.len();
        shared.alerting.alerts.extend(told);
        Ok(count)
    }

    async fn bundle(&self, now: Timestamp, digest_moment: Timestamp) -> Result<usize, StoreError> {
        let mut shared = self.shared();
        let Alerting { alerts, mail_off, .. } = &mut shared.alerting;
        for kept in alerts.iter_mut().filter(|kept| kept.letter.is_none() && mail_off.contains_key(&kept.person)) {
            kept.is_muted = true;
        }
        let people: Vec<PersonId> = shared.accounts.keys().copied().collect();
        let mut made = 0;
        for (person, pace) in people.iter().flat_map(|person| [(*person, Pace::AtOnce), (*person, Pace::Digest)]) {
            let hour_ago = now.checked_sub(SignedDuration::from_hours(1)).unwrap_or(Timestamp::MIN);
            let of_late = |letter: &&KeptLetter| letter.person == person && letter.created_at > hour_ago;
            if shared.alerting.letters.values().filter(of_late).count() >= LETTERS_PER_HOUR_MAX {
                continue;
            }
            let id = LetterId(shared.next_key());
            let waiting = shared.alerting.waiting(person, pace, digest_moment);
            if waiting.is_empty() {
                continue;
            }
            for kept in waiting {
                kept.letter = Some(id);
            }
            let (is_digest, state) = (pace == Pace::Digest, State::Waiting(now));
            let letter = KeptLetter { person, is_digest, created_at: now, attempt: 0, state };
            shared.alerting.letters.insert(id, letter);
            made += 1;
        }
        Ok(made)
    }

    async fn take_letter(
        &self,
        now: Timestamp,
        lease: SignedDuration,
        unsubscribe: TokenHash,
    ) -> Result<Option<Letter>, StoreError> {
        let mut shared = self.shared();
        let shared = &mut *shared;
        let due = |letter: &KeptLetter| match letter.state {
            State::Waiting(at) | State::Sending(at) if at <= now => Some(at),
            _ => None,
        };
        let letters = &mut shared.alerting.letters;
        let next = letters.iter().filter_map(|(id, letter)| Some((due(letter)?, *id))).min();
        let Some((id, letter)) = next.and_then(|(_, id)| Some((id, letters.get_mut(&id)?))) else { return Ok(None) };
        let Some(account) = shared.accounts.get(&letter.person) else { return Ok(None) };
        letter.attempt += 1;
        letter.state = State::Sending(now.checked_add(lease).unwrap_or(Timestamp::MAX));
        shared.alerting.links.insert(unsubscribe, (letter.person, now));
        let alerts = shared.alerting.alerts.iter().filter(|kept| kept.letter == Some(id));
        Ok(Some(Letter {
            id,
            person: letter.person,
            to: account.person.email.clone(),
            is_digest: letter.is_digest,
            created_at: letter.created_at,
            attempt: letter.attempt,
            alerts: alerts.map(|kept| kept.alert.clone()).collect(),
        }))
    }

    async fn settle_letter(&self, letter: &Letter, outcome: &Outcome, now: Timestamp) -> Result<bool, StoreError> {
        let letters = &mut self.shared().alerting.letters;
        let taken = |held: &&mut KeptLetter| held.attempt == letter.attempt && matches!(held.state, State::Sending(_));
        let Some(held) = letters.get_mut(&letter.id).filter(taken) else { return Ok(false) };
        held.state = match outcome {
            Outcome::Sent => State::Settled(Delivery::Sent(now)),
            Outcome::Later(at) => State::Waiting(*at),
            Outcome::Refused(said) => State::Settled(Delivery::Refused(said.clone())),
            Outcome::GivenUp => State::Settled(Delivery::GivenUp),
        };
        Ok(true)
    }

    async fn sweep_alerts(&self, now: Timestamp) -> Result<usize, StoreError> {
        let alerting = &mut self.shared().alerting;
        let age = SignedDuration::from_hours(i64::from(LOG_DAYS) * 24);
        let before = now.checked_sub(age).unwrap_or(Timestamp::MIN);
        let count = alerting.alerts.len();
        alerting.alerts.retain(|kept| kept.at >= before);
        alerting.links.retain(|_, (_, at)| *at >= before);
        let Alerting { alerts, letters, .. } = alerting;
        letters.retain(|id, letter| letter.created_at >= before || alerts.iter().any(|kept| kept.letter == Some(*id)));
        Ok(count - alerting.alerts.len())
    }
}
