//! Collections: lists of courses under names, each reached by its owner's key alone. Whoever changes one holds the lock of
//! the person, so that counts and names hold.

use accounts::collection::{COLLECTION_COURSES_MAX, COLLECTIONS_MAX, Collection, CollectionId, CollectionName};
use accounts::person::PersonId;
use accounts::ports::{CollectionError, CollectionStore};
use async_trait::async_trait;
use catalog::ids::CourseId;
use catalog::ports::StoreError;
use jiff::Timestamp;
use sqlx::{PgConnection, Postgres, Transaction};

use crate::ask::ask;
use crate::connect::Database;
use crate::{moment, parse, people};

/// Collections of a person, or one of them when `$2` is its key, each whole.
const READ: &str = "SELECT collection_id, name, created_at,
         ARRAY(SELECT course_id FROM collection_courses courses
               WHERE courses.collection_id = collections.collection_id ORDER BY position) AS courses
     FROM collections WHERE person_id = $1 AND ($2::bigint IS NULL OR collection_id = $2) ORDER BY collection_id";

#[async_trait]
impl CollectionStore for Database {
    async fn collections(&self, person: PersonId) -> Result<Vec<Collection>, CollectionError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        Ok(read_of(&mut connection, person).await?)
    }

    async fn create_collection(
        &self,
        person: PersonId,
        name: &CollectionName,
        at: Timestamp,
    ) -> Result<Collection, CollectionError> {
        let (mut transaction, key) = self.begin_collecting(person).await?;
        let query = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM collections WHERE person_id = $1").bind(key);
        let count = ask("counting collections", query.fetch_one(&mut *transaction)).await?;
        if parse::count(count)? >= COLLECTIONS_MAX {
            return Err(CollectionError::TooManyCollections);
        }
        expect_free(&mut transaction, key, name, None).await?;
        let insert = sqlx::query_scalar::<_, i64>(
            "INSERT INTO collections (person_id, name, folded_name, created_at) VALUES ($1, $2, $3, $4)
             RETURNING collection_id",
        )
        .bind(key)
        .bind(name.as_str())
        .bind(name.folded())
        .bind(moment::bound(at));
        let id = ask("making a collection", insert.fetch_one(&mut *transaction)).await?;
        let made = expect_own(&mut transaction, key, CollectionId(parse::id(id)?)).await?;
        ask("committing a collection", transaction.commit()).await?;
        Ok(made)
    }

    async fn rename_collection(
        &self,
        person: PersonId,
        id: CollectionId,
        name: &CollectionName,
    ) -> Result<(), CollectionError> {
        let (mut transaction, key) = self.begin_collecting(person).await?;
        expect_own(&mut transaction, key, id).await?;
        expect_free(&mut transaction, key, name, Some(id)).await?;
        let update = sqlx::query("UPDATE collections SET name = $2, folded_name = $3 WHERE collection_id = $1")
            .bind(parse::key(id.0))
            .bind(name.as_str())
            .bind(name.folded());
        ask("renaming a collection", update.execute(&mut *transaction)).await?;
        ask("committing the name of a collection", transaction.commit()).await?;
        Ok(())
    }

    async fn remove_collection(&self, person: PersonId, id: CollectionId) -> Result<Collection, CollectionError> {
        let (mut transaction, key) = self.begin_collecting(person).await?;
        let removed = expect_own(&mut transaction, key, id).await?;
        let delete = sqlx::query("DELETE FROM collections WHERE collection_id = $1").bind(parse::key(id.0));
        ask("removing a collection", delete.execute(&mut *transaction)).await?;
        ask("committing the removal of a collection", transaction.commit()).await?;
        Ok(removed)
    }

    async fn add_to_collection(
        &self,
        person: PersonId,
        id: CollectionId,
        course: CourseId,
        at: Timestamp,
    ) -> Result<(), CollectionError> {
        let (mut transaction, key) = self.begin_collecting(person).await?;
        let held = expect_own(&mut transaction, key, id).await?;
        expect_course(&mut transaction, course).await?;
        if held.courses.contains(&course) {
            return Ok(());
        }
        if held.courses.len() >= COLLECTION_COURSES_MAX {
            return Err(CollectionError::TooManyCourses);
        }
        let insert =
            sqlx::query("INSERT INTO collection_courses (collection_id, course_id, added_at) VALUES ($1, $2, $3)")
                .bind(parse::key(id.0))
                .bind(parse::key(course.0))
                .bind(moment::bound(at));
        ask("putting a course into a collection", insert.execute(&mut *transaction)).await?;
        ask("committing a course in a collection", transaction.commit()).await?;
        Ok(())
    }

    async fn take_from_collection(
        &self,
        person: PersonId,
        id: CollectionId,
        course: CourseId,
    ) -> Result<(), CollectionError> {
        let (mut transaction, key) = self.begin_collecting(person).await?;
        expect_own(&mut transaction, key, id).await?;
        let delete = sqlx::query("DELETE FROM collection_courses WHERE collection_id = $1 AND course_id = $2")
            .bind(parse::key(id.0))
            .bind(parse::key(course.0));
        ask("taking a course out of a collection", delete.execute(&mut *transaction)).await?;
        ask("committing the end of a course in a collection", transaction.commit()).await?;
        Ok(())
    }
}

impl Database {
    async fn begin_collecting(
        &self,
        person: PersonId,
    ) -> Result<(Transaction<'static, Postgres>, i64), CollectionError> {
        let mut transaction = ask("beginning to change a collection", self.pool.begin()).await?;
        let key = people::lock(&mut transaction, person).await?.ok_or(CollectionError::NoSuchPerson(person))?;
        Ok((transaction, key))
    }
}

/// Those of a person, the oldest first.
pub(crate) async fn read_of(connection: &mut PgConnection, person: PersonId) -> Result<Vec<Collection>, StoreError> {
    let query = sqlx::query_as::<_, CollectionRow>(READ).bind(parse::key(person.0)).bind(None::<i64>);
    let rows = ask("reading collections", query.fetch_all(connection)).await?;
    rows.into_iter().map(CollectionRow::collection).collect()
}

async fn expect_own(
    connection: &mut PgConnection,
    person: i64,
    id: CollectionId,
) -> Result<Collection, CollectionError> {
    // A key that no row can have would read as "all of them".
    let key = parse::key(id.0).ok_or(CollectionError::NoSuchCollection)?;
    let query = sqlx::query_as::<_, CollectionRow>(READ).bind(person).bind(key);
    let row = ask("reading a collection", query.fetch_optional(connection)).await?;
    Ok(row.ok_or(CollectionError::NoSuchCollection)?.collection()?)
}

/// Refuses a name that another collection has.
async fn expect_free(
    connection: &mut PgConnection,
    person: i64,
    name: &CollectionName,
    of: Option<CollectionId>,
) -> Result<(), CollectionError> {
    let query = sqlx::query_scalar::<_, String>(
        "SELECT name FROM collections WHERE person_id = $1 AND folded_name = $2 AND collection_id IS DISTINCT FROM $3",
    )
    .bind(person)
    .bind(name.folded())
    .bind(of.and_then(|id| parse::key(id.0)));
    match ask("looking for a collection of the same name", query.fetch_optional(connection)).await? {
        Some(held) => Err(CollectionError::NameTaken(parse::collection_name(&held)?)),
        None => Ok(()),
    }
}

/// Refuses a course that never was. Courses are never deleted.
async fn expect_course(connection: &mut PgConnection, course: CourseId) -> Result<(), CollectionError> {
    let query = sqlx::query("SELECT FROM courses WHERE course_id = $1").bind(parse::key(course.0));
    let row = ask("looking for a course", query.fetch_optional(connection)).await?;
    row.map(drop).ok_or(CollectionError::NoSuchCourse(course))
}

#[derive(sqlx::FromRow)]
struct CollectionRow {
    collection_id: i64,
    name: String,
    created_at: jiff_sqlx::Timestamp,
    courses: Vec<i64>,
}

impl CollectionRow {
    fn collection(self) -> Result<Collection, StoreError> {
        let mut courses = Vec::with_capacity(self.courses.len());
        for course in self.courses {
            courses.push(CourseId(parse::id(course)?));
        }
        Ok(Collection {
            id: CollectionId(parse::id(self.collection_id)?),
            name: parse::collection_name(&self.name)?,
            created_at: self.created_at.to_jiff(),
            courses,
        })
    }
}
