//! What is in the tables of a whole server, counted for backups: exactly at a named point of its journal, without
//! making anybody wait.
//!
//! # Exactly
//! A restore stops at a point in the journal, a count sees a snapshot. They are the same state when no transaction was
//! open between the two: the snapshot is taken, the point is made, nobody may hold a transaction's number then, and a
//! second look must show the same snapshot. The numbers are looked at by themselves, since a snapshot names none that is
//! newer than the newest transaction that ended: one that has written its end into the journal, and is not seen by others
//! yet, is often just that. With few writers it succeeds within a few tries. After many tries the tables are locked
//! against writers for the moment in which the point is made, when that lock is had at once.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use platform::backups::manifest::{Census, TableCount};
use platform::backups::ports::{DatabaseCensus, Marked, ServerFacts};
use platform::backups::wal::Lsn;
use platform::ports::PortError;
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::config::DatabaseConfig;
use crate::connect;

/// Tries to find a moment without a writer, and the pause between them: five seconds of looking.
const TRIES: u32 = 500;
const PAUSE: Duration = Duration::from_millis(10);
/// Tries with locks, how long each may hold writers up, and the pause in which these catch up.
const LOCKED_TRIES: u32 = 10;
const LOCK_LIMIT: &str = "SET LOCAL lock_timeout = '200ms'";
const LOCKED_PAUSE: Duration = Duration::from_secs(2);
/// How long counting one table may take.
const COUNT_LIMIT: &str = "SET statement_timeout = '15min'";

/// Two servers with other settings must write the same value in the same way.
const SAME_TEXTS: &str = "SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC'; \
     SET extra_float_digits = 1; SET bytea_output = 'hex'; SET xmlbinary = 'base64'; SET search_path = pg_catalog";

const DATABASES: &str = "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname";

/// Tables whose rows a restore brings back. Unlogged ones are empty after it.
const TABLES: &str = "SELECT n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname) \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname <> 'information_schema' \
     AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1, 2";

/// Whether a transaction that writes has not ended for everybody. Each holds a lock on its own number until then.
const UNDER_WAY: &str = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'transactionid')";

const FACTS: &str = "SELECT current_setting('server_version_num')::int4 / 10000, \
     (SELECT system_identifier FROM pg_control_system()), \
     (SELECT setting::int8 FROM pg_settings WHERE name = 'wal_segment_size'), \
     (SELECT sum(pg_database_size(oid))::int8 FROM pg_database), \
     current_setting('archive_mode') <> 'off', \
     (SELECT CASE WHEN last_failed_time > coalesce(last_archived_time, '-infinity') THEN \
        last_failed_wal || ' could not be put aside since ' || last_failed_time::text END FROM pg_stat_archiver)";

/// Asks the server of a database.
#[derive(Clone, Debug)]
pub struct ServerCensus {
    config: DatabaseConfig,
}

impl ServerCensus {
    /// Of the server at a URL. Nothing is asked of it yet.
    #[must_use]
    pub fn new(config: DatabaseConfig) -> Self {
        Self { config }
    }

    async fn connect(&self, database: Option<&str>) -> Result<PgConnection, PortError> {
        let tried = "cannot ask the database server";
        let options = connect::base_options(&self.config).map_err(|error| PortError::new(tried, error))?;
        let options = match database {
            Some(database) => options.database(database),
            None => options,
        };
        let connected = tokio::time::timeout(self.config.acquire_timeout, PgConnection::connect_with(&options)).await;
        let connected = connected.map_err(|late| PortError::new(tried, late))?;
        let mut connection = connected.map_err(|error| PortError::new(tried, error))?;
        for statement in [SAME_TEXTS, COUNT_LIMIT] {
            let set = sqlx::raw_sql(statement).execute(&mut connection).await;
            set.map_err(|error| PortError::new(tried, error))?;
        }
        Ok(connection)
    }

    async fn databases(&self) -> Result<Vec<String>, PortError> {
        let mut connection = self.connect(None).await?;
        let names = sqlx::query_scalar(DATABASES).fetch_all(&mut connection).await;
        names.map_err(|error| PortError::new("cannot list the databases of the server", error))
    }

    /// One connection to each database.
    async fn open_all(&self) -> Result<Vec<(String, PgConnection)>, PortError> {
        let mut all = Vec::new();
        for name in self.databases().await? {
            let connection = self.connect(Some(&name)).await?;
            all.push((name, connection));
        }
        Ok(all)
    }

    async fn count_all(all: &mut [(String, PgConnection)]) -> Result<Census, sqlx::Error> {
        let mut census = Census::default();
        for (database, connection) in all {
            count(database, connection, &mut census).await?;
        }
        Ok(census)
    }
}

#[async_trait]
impl DatabaseCensus for ServerCensus {
    async fn facts(&self) -> Result<ServerFacts, PortError> {
        let mut connection = self.connect(None).await?;
        let row: (i32, i64, i64, i64, bool, Option<String>) = sqlx::query_as(FACTS)
            .fetch_one(&mut connection)
            .await
            .map_err(|error| PortError::new("cannot ask the database server what it is", error))?;
        let (major, system_identifier, segment_bytes, content_bytes, archives, archive_trouble) = row;
        Ok(ServerFacts {
            major: major.unsigned_abs(),
            system_identifier: system_identifier.cast_unsigned(),
            segment_bytes: segment_bytes.unsigned_abs(),
            content_bytes: content_bytes.unsigned_abs(),
            archives,
            archive_trouble,
        })
    }

    async fn mark(&self, point: &str) -> Result<Marked, PortError> {
        let tried = "cannot mark a point in the database's journal";
        let failed = |error: sqlx::Error| PortError::new(tried, error);
        let mut all = self.open_all().await?;
        let mut witness = self.connect(None).await?;
        for number in 1..=TRIES {
            // Recovery stops at the first point of a name: each try has its own.
            let point = format!("{point} {number}");
            if let Some((at, end)) = quiet_point(&mut all, &mut witness, &point).await.map_err(failed)? {
                return Ok(Marked { point, at, end, census: Self::counted(&mut all).await });
            }
            tokio::time::sleep(PAUSE).await;
        }
        for number in 1..=LOCKED_TRIES {
            let point = format!("{point} locked {number}");
            if let Some((at, end)) = locked_point(self, &mut all, &mut witness, &point).await? {
                return Ok(Marked { point, at, end, census: Self::counted(&mut all).await });
            }
            tokio::time::sleep(LOCKED_PAUSE).await;
        }
        let point = format!("{point} uncounted");
        let (at, end) = make_point(&mut witness, &point).await.map_err(failed)?;
        let census = Err("somebody wrote all the time, and no moment could be found to count in".to_owned());
        Ok(Marked { point, at, end, census })
    }

    async fn switch_segment(&self) -> Result<(), PortError> {
        let mut connection = self.connect(None).await?;
        let switched = sqlx::query("SELECT pg_switch_wal()").execute(&mut connection).await;
        switched.map(drop).map_err(|error| PortError::new("cannot end the current journal file", error))
    }

    async fn count(&self, url_of: &(dyn for<'a> Fn(&'a str) -> String + Sync)) -> Result<Census, PortError> {
        let tried = "cannot count what is in the restored database";
        let at = |database: &str| {
            let url = SecretString::from(url_of(database));
            Self { config: DatabaseConfig { url, ..self.config.clone() } }
        };
        // Every server has this one.
        let mut all = at("postgres").open_all().await?;
        Self::count_all(&mut all).await.map_err(|error| PortError::new(tried, error))
    }
}

impl ServerCensus {
    async fn counted(all: &mut [(String, PgConnection)]) -> Result<Census, String> {
        Self::count_all(all).await.map_err(|error| format!("the tables could not be counted: {error}"))
    }
}

/// Opens a snapshot in each database and makes the point; `None` when somebody wrote meanwhile.
async fn quiet_point(
    all: &mut [(String, PgConnection)],
    witness: &mut PgConnection,
    point: &str,
) -> Result<Option<(Timestamp, Lsn)>, sqlx::Error> {
    let Some(before) = snapshots(all).await? else {
        return Ok(None);
    };
    let made = make_point(witness, point).await?;
    // In this order: who ended between the two looks is in the second snapshot.
    let is_under_way: bool = sqlx::query_scalar(UNDER_WAY).fetch_one(&mut *witness).await?;
    let after: String = sqlx::query_scalar("SELECT pg_current_snapshot()::text").fetch_one(witness).await?;
    Ok((!is_under_way && after == before).then_some(made))
}

/// Takes a snapshot in each database; `None` when they differ, or a transaction is under way.
async fn snapshots(all: &mut [(String, PgConnection)]) -> Result<Option<String>, sqlx::Error> {
    let mut first: Option<String> = None;
    for (_, connection) in all {
        // Of the try before; the server only warns when there was none.
        sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await?;
        sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut *connection).await?;
        let query = sqlx::query_scalar("SELECT pg_current_snapshot()::text");
        let snapshot: String = query.fetch_one(&mut *connection).await?;
        if !is_quiet(&snapshot) || first.as_ref().is_some_and(|first| *first != snapshot) {
            return Ok(None);
        }
        first = Some(snapshot);
    }
    Ok(first)
}

/// `12:12:`: the oldest transaction under way is the next one to come.
fn is_quiet(snapshot: &str) -> bool {
    let mut parts = snapshot.split(':');
    let (oldest, next) = (parts.next(), parts.next());
    oldest.is_some() && oldest == next
}

/// The same with all tables locked against writers; `None` when the locks are not had at once.
async fn locked_point(
    census: &ServerCensus,
    all: &mut [(String, PgConnection)],
    witness: &mut PgConnection,
    point: &str,
) -> Result<Option<(Timestamp, Lsn)>, PortError> {
    let failed = |error: sqlx::Error| PortError::new("cannot mark a point in the database's journal", error);
    let mut holders = census.open_all().await?;
    for (_, holder) in &mut holders {
        if let Err(error) = lock_tables(holder).await {
            tracing::debug!(%error, "the tables are not locked at once");
            return Ok(None);
        }
    }
    quiet_point(all, witness, point).await.map_err(failed)
    // The locks end with their connections, here.
}

async fn lock_tables(holder: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("BEGIN").execute(&mut *holder).await?;
    sqlx::raw_sql(LOCK_LIMIT).execute(&mut *holder).await?;
    let tables: Vec<(String, String, String)> = sqlx::query_as(TABLES).fetch_all(&mut *holder).await?;
    let names: Vec<String> = tables.into_iter().map(|(_, _, quoted)| quoted).collect();
    if names.is_empty() {
        return Ok(());
    }
    let lock = format!("LOCK TABLE {} IN SHARE MODE", names.join(", "));
    sqlx::raw_sql(AssertSqlSafe(lock)).execute(holder).await.map(drop)
}

async fn make_point(connection: &mut PgConnection, point: &str) -> Result<(Timestamp, Lsn), sqlx::Error> {
    let statement = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::int8, pg_create_restore_point($1)::text";
    let (micros, end): (i64, String) = sqlx::query_as(statement).bind(point).fetch_one(connection).await?;
    let at = Timestamp::from_microsecond(micros).map_err(|error| sqlx::Error::Decode(error.into()))?;
    let end = end.parse().map_err(|error: platform::names::InvalidName| sqlx::Error::Decode(error.into()))?;
    Ok((at, end))
}

async fn count(database: &str, connection: &mut PgConnection, census: &mut Census) -> Result<(), sqlx::Error> {
    let tables: Vec<(String, String, String)> = sqlx::query_as(TABLES).fetch_all(&mut *connection).await?;
    for (schema, table, quoted) in tables {
        // The sum does not depend on the order of the rows, and counts rows that are the same.
        let statement = format!(
            "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM ONLY {quoted} t"
        );
        let counted = sqlx::query_as(AssertSqlSafe(statement)).fetch_one(&mut *connection).await;
        let (rows, checksum): (i64, String) = counted?;
        let count = TableCount { rows: rows.unsigned_abs(), checksum };
        census.tables.insert(format!("{database}.{schema}.{table}"), count);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_quiet_when_nothing_is_under_way() {
        assert!(is_quiet("12:12:"));
        assert!(!is_quiet("12:13:12"));
        assert!(!is_quiet(""));
    }
}
