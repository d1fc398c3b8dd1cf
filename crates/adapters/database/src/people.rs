//! People: their accounts and the courses that they saved.

use accounts::identity::{EmailAddress, Identity};
use accounts::line::Line;
use accounts::person::{Person, PersonId, Role, Seen};
use accounts::ports::{AccountError, AccountStore, DeletedAccount, SAVED_COURSES_MAX, SignedIn};
use accounts::settings::{Notifications, SettingsChange};
use async_trait::async_trait;
use catalog::ids::CourseId;
use catalog::ports::StoreError;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::ask::ask;
use crate::connect::Database;
use crate::{moment, parse};

/// What a [`PersonRow`] is read from. By name, never `*`: a column that a newer program adds would change what the
/// statements of a running one give, and Postgres refuses that.
macro_rules! person_columns {
    () => {
        "person_id, email, first_name, last_name, major, wants_class_update, wants_grade_update, \
         wants_enrollment_opening, wants_berkeleytime_update, role, created_at"
    };
}
pub(crate) use person_columns;

const BY_KEY: &str = concat!("SELECT ", person_columns!(), " FROM people WHERE person_id = $1");
const BY_USERNAME: &str = concat!("SELECT ", person_columns!(), " FROM people WHERE username = $1");
const INSERT: &str = concat!(
    "INSERT INTO people (email, first_name, last_name, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING ",
    person_columns!()
);
const CHANGE: &str = concat!(
    "UPDATE people SET major = coalesce($2, major),
         wants_class_update = coalesce($3, wants_class_update),
         wants_grade_update = coalesce($4, wants_grade_update),
         wants_enrollment_opening = coalesce($5, wants_enrollment_opening),
         wants_berkeleytime_update = coalesce($6, wants_berkeleytime_update)
     WHERE person_id = $1 RETURNING ",
    person_columns!()
);
const SET_ROLE: &str = concat!("UPDATE people SET role = $2 WHERE username = $1 RETURNING ", person_columns!());
const SEEN: &str = concat!(
    "SELECT ",
    person_columns!(),
    ", last_seen_at, coalesce(sessions, 0) AS sessions FROM people LEFT JOIN (
         SELECT person_id AS session_person, max(last_seen_at) AS last_seen_at, count(*) AS sessions
         FROM sign_in_sessions WHERE expires_at > $1 GROUP BY person_id
     ) AS seen ON session_person = person_id
     WHERE $2::text IS NULL OR role = $2 ORDER BY last_seen_at DESC NULLS LAST, person_id DESC LIMIT $3"
);
const DELETE: &str = concat!("DELETE FROM people WHERE person_id = $1 RETURNING ", person_columns!());

#[async_trait]
impl AccountStore for Database {
    async fn person(&self, id: PersonId) -> Result<Option<Person>, AccountError> {
        let mut connection = ask("waiting for a connection", self.pool.acquire()).await?;
        Ok(read(&mut connection, id).await?)
    }

    async fn person_by_username(&self, username: &str) -> Result<Option<Person>, AccountError> {
        let username = parse::without_nul(&username.to_ascii_lowercase());
        let query = sqlx::query_as::<_, PersonRow>(BY_USERNAME).bind(username);
        let row = ask("reading an account", query.fetch_optional(&self.pool)).await?;
        Ok(row.map(PersonRow::person).transpose()?)
    }

    async fn sign_in(&self, identity: &Identity, at: Timestamp) -> Result<SignedIn, AccountError> {
        // Between looking and making, another tab may make the account, or its owner delete it: then it begins again.
        loop {
            if let Some(person) = self.person_by_username(identity.email.username()).await? {
                return Ok(SignedIn { person, is_new: false });
            }
            if let Some(person) = insert(self, identity, at).await? {
                return Ok(SignedIn { person, is_new: true });
            }
        }
    }

    async fn change_settings(&self, id: PersonId, change: &SettingsChange) -> Result<Person, AccountError> {
        let update = sqlx::query_as::<_, PersonRow>(CHANGE)
            .bind(parse::key(id.0))
            .bind(change.major.as_ref().map(Line::as_str))
            .bind(change.class_update)
            .bind(change.grade_update)
            .bind(change.enrollment_opening)
            .bind(change.berkeleytime_update);
        let row = ask("changing the settings of an account", update.fetch_optional(&self.pool)).await?;
        Ok(row.ok_or(AccountError::NoSuchPerson(id))?.person()?)
    }

    async fn saved_courses(&self, id: PersonId) -> Result<Vec<CourseId>, AccountError> {
        let query = sqlx::query_scalar::<_, i64>(
            "SELECT course_id FROM saved_courses WHERE person_id = $1 ORDER BY saved_at, course_id",
        )
        .bind(parse::key(id.0));
        let mut courses = Vec::new();
        for course in ask("reading saved courses", query.fetch_all(&self.pool)).await? {
            courses.push(CourseId(parse::id(course)?));
        }
        Ok(courses)
    }

    async fn save_course(&self, id: PersonId, course: CourseId, at: Timestamp) -> Result<(), AccountError> {
        let mut transaction = ask("beginning to save a course", self.pool.begin()).await?;
        let person = lock(&mut transaction, id).await?.ok_or(AccountError::NoSuchPerson(id))?;
        save(&mut transaction, person, course, at).await?;
        ask("committing a saved course", transaction.commit()).await?;
        Ok(())
    }

    async fn remove_course(&self, id: PersonId, course: CourseId) -> Result<(), AccountError> {
        let mut transaction = ask("beginning to remove a saved course", self.pool.begin()).await?;
        let person = lock(&mut transaction, id).await?.ok_or(AccountError::NoSuchPerson(id))?;
        let delete = sqlx::query("DELETE FROM saved_courses WHERE person_id = $1 AND course_id = $2")
            .bind(person)
            .bind(parse::key(course.0));
        ask("removing a saved course", delete.execute(&mut *transaction)).await?;
        ask("committing the removal of a saved course", transaction.commit()).await?;
        Ok(())
    }

    async fn people(&self, role: Option<Role>, limit: usize, now: Timestamp) -> Result<Vec<Seen>, AccountError> {
        let query = sqlx::query_as::<_, SeenRow>(SEEN)
            .bind(moment::bound(now))
            .bind(role.map(Role::slug))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = ask("reading who has an account", query.fetch_all(&self.pool)).await?;
        Ok(rows.into_iter().map(SeenRow::seen).collect::<Result<_, _>>()?)
    }

    async fn set_role(&self, username: &str, role: Role) -> Result<Person, AccountError> {
        let username = parse::without_nul(&username.to_ascii_lowercase());
        let update = sqlx::query_as::<_, PersonRow>(SET_ROLE).bind(username).bind(role.slug());
        let row = ask("changing what somebody may do", update.fetch_optional(&self.pool)).await?;
        Ok(row.ok_or(AccountError::NoSuchUsername)?.person()?)
    }

    async fn delete_account(&self, id: PersonId) -> Result<DeletedAccount, AccountError> {
        let mut transaction = ask("beginning to delete an account", self.pool.begin()).await?;
        let person = lock(&mut transaction, id).await?.ok_or(AccountError::NoSuchPerson(id))?;
        let count = sqlx::query_as::<_, (i64, i64)>(
            "SELECT (SELECT count(*) FROM saved_courses WHERE person_id = $1),
                 (SELECT count(*) FROM schedules WHERE person_id = $1)",
        )
        .bind(person);
        let (saved, schedules) = ask("counting what goes with an account", count.fetch_one(&mut *transaction)).await?;
        forget_reporter(&mut transaction, person).await?;
        let delete = sqlx::query_as::<_, PersonRow>(DELETE).bind(person);
        let row = ask("deleting an account", delete.fetch_one(&mut *transaction)).await?;
        ask("committing the end of an account", transaction.commit()).await?;
        let (saved_courses, schedules) = (parse::count(saved)?, parse::count(schedules)?);
        Ok(DeletedAccount { person: row.person()?, saved_courses, schedules })
    }
}

/// Somebody by key.
pub(crate) async fn read(connection: &mut PgConnection, id: PersonId) -> Result<Option<Person>, StoreError> {
    let Some(key) = parse::key(id.0) else { return Ok(None) };
    let query = sqlx::query_as::<_, PersonRow>(BY_KEY).bind(key);
    let row = ask("reading an account", query.fetch_optional(connection)).await?;
    row.map(PersonRow::person).transpose()
}

/// Reports stay, but say no more whose they were.
async fn forget_reporter(connection: &mut PgConnection, person: i64) -> Result<(), StoreError> {
    let update = sqlx::query("UPDATE reports SET person_id = NULL, contact = NULL WHERE person_id = $1").bind(person);
    ask("taking somebody out of their reports", update.execute(connection)).await?;
    Ok(())
}

/// Locks a person's row until the transaction ends, so that what is counted and added stands one after the other.
/// Gives the key; `None` when there is no such person.
pub(crate) async fn lock(connection: &mut PgConnection, id: PersonId) -> Result<Option<i64>, StoreError> {
    let Some(key) = parse::key(id.0) else { return Ok(None) };
    let query =
        sqlx::query_scalar::<_, i64>("SELECT person_id FROM people WHERE person_id = $1 FOR NO KEY UPDATE").bind(key);
    ask("locking an account", query.fetch_optional(connection)).await
}

/// Makes the account unless there is one.
async fn insert(database: &Database, identity: &Identity, at: Timestamp) -> Result<Option<Person>, StoreError> {
    let insert = sqlx::query_as::<_, PersonRow>(INSERT)
        .bind(identity.email.as_str())
        .bind(identity.first_name.as_str())
        .bind(identity.last_name.as_str())
        .bind(moment::bound(at));
    let row = ask("making an account", insert.fetch_optional(&database.pool)).await?;
    row.map(PersonRow::person).transpose()
}

async fn save(connection: &mut PgConnection, person: i64, course: CourseId, at: Timestamp) -> Result<(), AccountError> {
    let look = sqlx::query_as::<_, (bool, bool, i64)>(
        "SELECT EXISTS (SELECT FROM courses WHERE course_id = $2),
             EXISTS (SELECT FROM saved_courses WHERE person_id = $1 AND course_id = $2),
             (SELECT count(*) FROM saved_courses WHERE person_id = $1)",
    )
    .bind(person)
    .bind(parse::key(course.0));
    let looked = ask("looking at the saved courses", look.fetch_one(&mut *connection)).await?;
    let (is_known, is_saved, count) = looked;
    if !is_known {
        return Err(AccountError::NoSuchCourse(course));
    }
    if is_saved {
        return Ok(());
    }
    if parse::count(count)? >= SAVED_COURSES_MAX {
        return Err(AccountError::TooManySaved);
    }
    let insert = sqlx::query("INSERT INTO saved_courses (person_id, course_id, saved_at) VALUES ($1, $2, $3)")
        .bind(person)
        .bind(parse::key(course.0))
        .bind(moment::bound(at));
    ask("saving a course", insert.execute(connection)).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
pub(crate) struct PersonRow {
    person_id: i64,
    email: String,
    first_name: String,
    last_name: String,
    major: String,
    wants_class_update: bool,
    wants_grade_update: bool,
    wants_enrollment_opening: bool,
    wants_berkeleytime_update: bool,
    role: String,
    created_at: jiff_sqlx::Timestamp,
}

impl PersonRow {
    pub(crate) fn person(self) -> Result<Person, StoreError> {
        // Not the address itself: errors end up in logs.
        let email =
            EmailAddress::parse(&self.email).map_err(|_| parse::corrupt("an address of person", self.person_id))?;
        Ok(Person {
            id: PersonId(parse::id(self.person_id)?),
            email,
            first_name: parse::line(&self.first_name)?,
            last_name: parse::line(&self.last_name)?,
            major: parse::line(&self.major)?,
            notifications: Notifications {
                class_update: self.wants_class_update,
                grade_update: self.wants_grade_update,
                enrollment_opening: self.wants_enrollment_opening,
                berkeleytime_update: self.wants_berkeleytime_update,
            },
            role: Role::from_slug(&self.role).ok_or_else(|| parse::corrupt("a role", self.role))?,
            created_at: self.created_at.to_jiff(),
        })
    }
}

#[derive(sqlx::FromRow)]
struct SeenRow {
    #[sqlx(flatten)]
    person: PersonRow,
    last_seen_at: Option<jiff_sqlx::Timestamp>,
    sessions: i64,
}

impl SeenRow {
    fn seen(self) -> Result<Seen, StoreError> {
        let last_seen_at = self.last_seen_at.map(jiff_sqlx::Timestamp::to_jiff);
        Ok(Seen { person: self.person.person()?, last_seen_at, sessions: parse::count(self.sessions)? })
    }
}
