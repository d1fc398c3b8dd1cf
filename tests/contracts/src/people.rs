//! A world with a catalog and people, for the contracts of what belongs to people.

use accounts::alerts::{AlertOutbox, AlertStore};
use accounts::identity::Identity;
use accounts::person::Person;
use accounts::ports::{AccountStore, CollectionStore, FeedbackStore, GuestStore, SessionStore};
use accounts::report_mail::ReportOutbox;
use accounts::session::{SessionToken, TOKEN_BYTES, TokenHash};
use catalog::course::CourseCode;
use catalog::ids::CourseId;
use catalog::ports::CatalogStore;
use catalog::section::{SectionId, SectionKey};
use database::config::DatabaseConfig;
use database::connect::Database;
use kit::memory_people::MemoryPeople;
use kit::memory_store::MemoryStore;
use kit::postgres::TestPostgres;
use kit::sample::{self, added, code, nothing};
use planner::ports::{PersonalData, ScheduleStore};
use planner::schedule::Owner;

use crate::catalog_store::publish;
use crate::catalog_store::samples::{campus, fall, noon};

/// A world under test, with the sample campus and nobody yet.
pub(crate) trait World: Send + Sync {
    /// The catalog.
    fn catalog(&self) -> &dyn CatalogStore;
    /// The accounts.
    fn accounts(&self) -> &dyn AccountStore;
    /// The schedules.
    fn schedules(&self) -> &dyn ScheduleStore;
    /// The sessions.
    fn sessions(&self) -> &dyn SessionStore;
    /// The guests.
    fn guests(&self) -> &dyn GuestStore;
    /// The collections.
    fn collections(&self) -> &dyn CollectionStore;
    /// The reports.
    fn feedback(&self) -> &dyn FeedbackStore;
    /// What people follow.
    fn alerts(&self) -> &dyn AlertStore;
    /// The same, as the notifier sees it.
    fn outbox(&self) -> &dyn AlertOutbox;
    /// The reports, as the notifier sees them.
    fn report_outbox(&self) -> &dyn ReportOutbox;
    /// Everything about somebody.
    fn personal_data(&self) -> &dyn PersonalData;
}

/// The ports of a world whose people are all in one field.
macro_rules! people_in {
    ($field:ident) => {
        fn accounts(&self) -> &dyn AccountStore {
            &self.$field
        }

        fn schedules(&self) -> &dyn ScheduleStore {
            &self.$field
        }

        fn sessions(&self) -> &dyn SessionStore {
            &self.$field
        }

        fn guests(&self) -> &dyn GuestStore {
            &self.$field
        }

        fn collections(&self) -> &dyn CollectionStore {
            &self.$field
        }

        fn feedback(&self) -> &dyn FeedbackStore {
            &self.$field
        }

        fn alerts(&self) -> &dyn AlertStore {
            &self.$field
        }

        fn outbox(&self) -> &dyn AlertOutbox {
            &self.$field
        }

        fn report_outbox(&self) -> &dyn ReportOutbox {
            &self.$field
        }

        fn personal_data(&self) -> &dyn PersonalData {
            &self.$field
        }
    };
}

/// The world in memory.
pub(crate) struct InMemory {
    catalog: MemoryStore,
    people: MemoryPeople,
}

impl World for InMemory {
    fn catalog(&self) -> &dyn CatalogStore {
        &self.catalog
    }

    people_in!(people);
}

pub(crate) async fn in_memory() -> InMemory {
    let catalog = MemoryStore::new();
    let people = MemoryPeople::beside(&catalog);
    let world = InMemory { catalog, people };
    publish(world.catalog(), &campus(noon(1))).await;
    world
}

/// The world over Postgres.
pub(crate) struct OverPostgres {
    database: Database,
    _server: TestPostgres,
}

impl World for OverPostgres {
    fn catalog(&self) -> &dyn CatalogStore {
        &self.database
    }

    people_in!(database);
}

pub(crate) async fn over_postgres() -> OverPostgres {
    let server = TestPostgres::new_database().await;
    let database = Database::connect(&DatabaseConfig::new(server.url())).await.unwrap();
    database.migrate().await.unwrap();
    let world = OverPostgres { database, _server: server };
    publish(world.catalog(), &campus(noon(1))).await;
    world
}

/// Signs somebody in, called `Oski Sample` for `oski`.
pub(crate) async fn signed_in(world: &impl World, username: &str) -> Person {
    let identity = identity(username);
    world.accounts().sign_in(&identity, noon(2)).await.unwrap().person
}

/// Somebody signed in, as the owner of schedules.
pub(crate) async fn owner(world: &impl World, username: &str) -> Owner {
    signed_in(world, username).await.id.into()
}

/// Somebody who is not signed in, as the owner of schedules. The same number is the same guest.
pub(crate) async fn guest(world: &impl World, number: u8) -> Owner {
    world.guests().begin_guest(hash(number), noon(2)).await.unwrap().into()
}

/// What is stored of a token.
pub(crate) fn hash(number: u8) -> TokenHash {
    SessionToken::new([number; TOKEN_BYTES]).hash()
}

pub(crate) fn identity(username: &str) -> Identity {
    Identity::new(&format!("{username}@berkeley.edu"), username, "Sample").unwrap()
}

/// A course's key.
pub(crate) async fn course(world: &impl World, text: &str) -> CourseId {
    let wanted: CourseCode = code(text);
    let courses = world.catalog().load().await.unwrap().courses;
    courses.into_iter().find(|course| course.value.value.code == wanted).expect("it is in the catalog").id
}

/// Adds plain courses to the catalog, `SAMPLE 1` and so on, and gives their keys.
pub(crate) async fn more_courses(world: &impl World, count: usize) -> Vec<CourseId> {
    let mut publication = nothing(noon(2));
    publication.courses = added((1..=count).map(|number| sample::course(&format!("SAMPLE {number}"))).collect());
    publish(world.catalog(), &publication).await;
    let courses = world.catalog().load().await.unwrap().courses;
    let more = courses.into_iter().filter(|course| course.value.value.code.subject.as_str() == "SAMPLE");
    more.map(|course| course.id).collect()
}

/// A section of the sample campus: 10001 and its discussion 10002, 10003.
pub(crate) fn section(id: u32) -> SectionKey {
    SectionKey { term: fall(), id: SectionId(id) }
}
