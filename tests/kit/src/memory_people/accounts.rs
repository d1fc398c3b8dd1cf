//! Accounts, saved courses, and everything of somebody at once.

use accounts::identity::Identity;
use accounts::person::{Person, PersonId, Role, Seen};
use accounts::ports::{AccountError, AccountStore, DeletedAccount, SAVED_COURSES_MAX, SignedIn};
use accounts::settings::{Major, Notifications, SettingsChange};
use async_trait::async_trait;
use catalog::ids::CourseId;
use catalog::ports::StoreError;
use jiff::Timestamp;
use planner::export::{ExportedSchedule, PersonExport};
use planner::ports::PersonalData;
use planner::schedule::Owner;

use super::{Account, MemoryPeople, Shared};

impl Shared {
    pub(super) fn account(&mut self, id: PersonId) -> Option<&mut Account> {
        self.accounts.get_mut(&id)
    }

    fn seen(&self, person: &Person, now: Timestamp) -> Seen {
        let alive = self.sessions.values().filter(|session| session.person == person.id && session.is_alive(now));
        let moments: Vec<Timestamp> = alive.map(|session| session.last_seen_at).collect();
        Seen { person: person.clone(), last_seen_at: moments.iter().max().copied(), sessions: moments.len() }
    }

    fn called(&self, username: &str) -> Option<&Person> {
        self.accounts.values().map(|account| &account.person).find(|person| person.username() == username)
    }
}

#[async_trait]
impl AccountStore for MemoryPeople {
    async fn person(&self, id: PersonId) -> Result<Option<Person>, AccountError> {
        Ok(self.shared().accounts.get(&id).map(|account| account.person.clone()))
    }

    async fn person_by_username(&self, username: &str) -> Result<Option<Person>, AccountError> {
        Ok(self.shared().called(&username.to_ascii_lowercase()).cloned())
    }

    async fn sign_in(&self, identity: &Identity, at: Timestamp) -> Result<SignedIn, AccountError> {
        let mut shared = self.shared();
        if let Some(person) = shared.called(identity.email.username()) {
            return Ok(SignedIn { person: person.clone(), is_new: false });
        }
        let person = Person {
            id: PersonId(shared.next_key()),
            email: identity.email.clone(),
            first_name: identity.first_name.clone(),
            last_name: identity.last_name.clone(),
            major: Major::default(),
            notifications: Notifications::default(),
            role: Role::default(),
            created_at: at,
        };
        let account = Account { person: person.clone(), saved: Vec::new(), collections: Vec::new() };
        shared.accounts.insert(person.id, account);
        Ok(SignedIn { person, is_new: true })
    }

    async fn change_settings(&self, id: PersonId, change: &SettingsChange) -> Result<Person, AccountError> {
        let mut shared = self.shared();
        let account = shared.account(id).ok_or(AccountError::NoSuchPerson(id))?;
        change.apply(&mut account.person);
        Ok(account.person.clone())
    }

    async fn saved_courses(&self, id: PersonId) -> Result<Vec<CourseId>, AccountError> {
        let saved = self.shared().account(id).map(|account| account.saved.clone()).unwrap_or_default();
        Ok(saved.into_iter().map(|(course, _)| course).collect())
    }

    async fn save_course(&self, id: PersonId, course: CourseId, at: Timestamp) -> Result<(), AccountError> {
        let mut shared = self.shared();
        let account = shared.account(id).ok_or(AccountError::NoSuchPerson(id))?;
        if !self.catalog.has_course(course) {
            return Err(AccountError::NoSuchCourse(course));
        }
        if account.saved.iter().any(|(saved, _)| *saved == course) {
            return Ok(());
        }
        if account.saved.len() >= SAVED_COURSES_MAX {
            return Err(AccountError::TooManySaved);
        }
        account.saved.push((course, at));
        Ok(())
    }

    async fn remove_course(&self, id: PersonId, course: CourseId) -> Result<(), AccountError> {
        let mut shared = self.shared();
        let account = shared.account(id).ok_or(AccountError::NoSuchPerson(id))?;
        account.saved.retain(|(saved, _)| *saved != course);
        Ok(())
    }

    async fn people(&self, role: Option<Role>, limit: usize, now: Timestamp) -> Result<Vec<Seen>, AccountError> {
        let shared = self.shared();
        let wanted = shared.accounts.values().filter(|account| role.is_none_or(|role| account.person.role == role));
        let mut people: Vec<Seen> = wanted.map(|account| shared.seen(&account.person, now)).collect();
        people.sort_by_key(|seen| std::cmp::Reverse((seen.last_seen_at, seen.person.id)));
        people.truncate(limit);
        Ok(people)
    }

    async fn set_role(&self, username: &str, role: Role) -> Result<Person, AccountError> {
        let mut shared = self.shared();
        let id = shared.called(&username.to_ascii_lowercase()).map(|person| person.id);
        let account = id.and_then(|id| shared.account(id)).ok_or(AccountError::NoSuchUsername)?;
        account.person.role = role;
        Ok(account.person.clone())
    }

    async fn delete_account(&self, id: PersonId) -> Result<DeletedAccount, AccountError> {
        let mut shared = self.shared();
        let account = shared.accounts.remove(&id).ok_or(AccountError::NoSuchPerson(id))?;
        let before = shared.schedules.len();
        shared.schedules.retain(|shelved| shelved.schedule.owner != Owner::Person(id));
        shared.sessions.retain(|_, session| session.person != id);
        shared.alerting.forget(id);
        for report in shared.reports.iter_mut().map(|filed| &mut filed.kept.report) {
            if report.person == Some(id) {
                (report.person, report.contact) = (None, None);
            }
        }
        let (saved_courses, schedules) = (account.saved.len(), before - shared.schedules.len());
        Ok(DeletedAccount { person: account.person, saved_courses, schedules })
    }
}

#[async_trait]
impl PersonalData for MemoryPeople {
    async fn export(&self, id: PersonId) -> Result<Option<PersonExport>, StoreError> {
        let shared = self.shared();
        let Some(account) = shared.accounts.get(&id) else { return Ok(None) };
        let mut sessions: Vec<_> = shared.sessions.values().filter(|session| session.person == id).cloned().collect();
        sessions.sort_by_key(|session| std::cmp::Reverse((session.last_seen_at, session.id)));
        let own = shared.schedules.iter().filter(|shelved| shelved.schedule.owner == Owner::Person(id));
        let schedules = own.map(|shelved| ExportedSchedule {
            schedule: shelved.schedule.clone(),
            versions: shelved.versions.len(),
            links: shelved.links.clone(),
        });
        let reports = shared.reports.iter().rev().map(|filed| &filed.kept.report);
        let reports = reports.filter(|report| report.person == Some(id));
        Ok(Some(PersonExport {
            person: account.person.clone(),
            sessions,
            saved_courses: account.saved.clone(),
            collections: account.collections.clone(),
            schedules: schedules.collect(),
            reports: reports.cloned().collect(),
            watches: shared.alerting.watches_of(id),
            alerts: shared.alerting.log_of(id),
            alerts_mail_off_since: shared.alerting.mail_off_since(id),
        }))
    }
}
