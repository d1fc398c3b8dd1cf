//! Accounts and saved courses.

use accounts::identity::Identity;
use accounts::person::{Person, PersonId};
use accounts::ports::{AccountError, AccountStore, DeletedAccount, SAVED_COURSES_MAX, SignedIn};
use accounts::settings::{Major, Notifications, SettingsChange};
use async_trait::async_trait;
use catalog::ids::CourseId;
use jiff::Timestamp;

use super::{Account, MemoryPeople, Shared};

impl Shared {
    pub(super) fn account(&mut self, id: PersonId) -> Option<&mut Account> {
        self.accounts.get_mut(&id)
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
            created_at: at,
        };
        let account = Account { person: person.clone(), saved: Vec::new(), schedules: Vec::new() };
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
        Ok(self.shared().account(id).map(|account| account.saved.clone()).unwrap_or_default())
    }

    async fn save_course(&self, id: PersonId, course: CourseId, _at: Timestamp) -> Result<(), AccountError> {
        let mut shared = self.shared();
        let account = shared.account(id).ok_or(AccountError::NoSuchPerson(id))?;
        if !self.catalog.has_course(course) {
            return Err(AccountError::NoSuchCourse(course));
        }
        if account.saved.contains(&course) {
            return Ok(());
        }
        if account.saved.len() >= SAVED_COURSES_MAX {
            return Err(AccountError::TooManySaved);
        }
        account.saved.push(course);
        Ok(())
    }

    async fn remove_course(&self, id: PersonId, course: CourseId) -> Result<(), AccountError> {
        let mut shared = self.shared();
        let account = shared.account(id).ok_or(AccountError::NoSuchPerson(id))?;
        account.saved.retain(|saved| *saved != course);
        Ok(())
    }

    async fn delete_account(&self, id: PersonId) -> Result<DeletedAccount, AccountError> {
        let account = self.shared().accounts.remove(&id).ok_or(AccountError::NoSuchPerson(id))?;
        let (saved_courses, schedules) = (account.saved.len(), account.schedules.len());
        Ok(DeletedAccount { person: account.person, saved_courses, schedules })
    }
}
