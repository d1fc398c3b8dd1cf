//! Collections.

use accounts::collection::{COLLECTION_COURSES_MAX, COLLECTIONS_MAX, Collection, CollectionId, CollectionName};
use accounts::person::PersonId;
use accounts::ports::{CollectionError, CollectionStore};
use async_trait::async_trait;
use catalog::ids::CourseId;
use jiff::Timestamp;

use super::{Account, MemoryPeople, Shared};

#[async_trait]
impl CollectionStore for MemoryPeople {
    async fn collections(&self, person: PersonId) -> Result<Vec<Collection>, CollectionError> {
        Ok(self.shared().account(person).map(|account| account.collections.clone()).unwrap_or_default())
    }

    async fn create_collection(
        &self,
        person: PersonId,
        name: &CollectionName,
        at: Timestamp,
    ) -> Result<Collection, CollectionError> {
        let mut shared = self.shared();
        let id = CollectionId(shared.next_key());
        let account = shared.collector(person)?;
        if account.collections.len() >= COLLECTIONS_MAX {
            return Err(CollectionError::TooManyCollections);
        }
        account.expect_free(name, None)?;
        let made = Collection { id, name: name.clone(), created_at: at, courses: Vec::new() };
        account.collections.push(made.clone());
        Ok(made)
    }

    async fn rename_collection(
        &self,
        person: PersonId,
        id: CollectionId,
        name: &CollectionName,
    ) -> Result<(), CollectionError> {
        let mut shared = self.shared();
        let account = shared.collector(person)?;
        account.collection(id)?;
        account.expect_free(name, Some(id))?;
        account.collection(id)?.name = name.clone();
        Ok(())
    }

    async fn remove_collection(&self, person: PersonId, id: CollectionId) -> Result<Collection, CollectionError> {
        let mut shared = self.shared();
        let account = shared.collector(person)?;
        let removed = account.collection(id)?.clone();
        account.collections.retain(|collection| collection.id != id);
        Ok(removed)
    }

    async fn add_to_collection(
        &self,
        person: PersonId,
        id: CollectionId,
        course: CourseId,
        _at: Timestamp,
    ) -> Result<(), CollectionError> {
        let mut shared = self.shared();
        let courses = &mut shared.collector(person)?.collection(id)?.courses;
        if !self.catalog.has_course(course) {
            return Err(CollectionError::NoSuchCourse(course));
        }
        if courses.contains(&course) {
            return Ok(());
        }
        if courses.len() >= COLLECTION_COURSES_MAX {
            return Err(CollectionError::TooManyCourses);
        }
        courses.push(course);
        Ok(())
    }

    async fn take_from_collection(
        &self,
        person: PersonId,
        id: CollectionId,
        course: CourseId,
    ) -> Result<(), CollectionError> {
        self.shared().collector(person)?.collection(id)?.courses.retain(|held| *held != course);
        Ok(())
    }
}

impl Shared {
    fn collector(&mut self, person: PersonId) -> Result<&mut Account, CollectionError> {
        self.account(person).ok_or(CollectionError::NoSuchPerson(person))
    }
}

impl Account {
    fn collection(&mut self, id: CollectionId) -> Result<&mut Collection, CollectionError> {
        let mut own = self.collections.iter_mut();
        own.find(|collection| collection.id == id).ok_or(CollectionError::NoSuchCollection)
    }

    /// Refuses a name that another collection has.
    fn expect_free(&self, name: &CollectionName, of: Option<CollectionId>) -> Result<(), CollectionError> {
        let folded = name.folded();
        let is_same = |other: &&Collection| Some(other.id) != of && other.name.folded() == folded;
        match self.collections.iter().find(is_same) {
            Some(other) => Err(CollectionError::NameTaken(other.name.clone())),
            None => Ok(()),
        }
    }
}
