//! A database to work with: a pool for readers, and single connections for those that need one to themselves.

use std::str::FromStr;
use std::time::Duration;

use platform::releases::{Neighbour, SchemaState};
use secrecy::ExposeSecret;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};

use crate::config::DatabaseConfig;
use crate::error::{ConnectError, MigrateError, ServingError};
use crate::migrate;

/// What a URL may begin with. The driver does not look, and would take `mysql://` for a Postgres.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// How long a connection is kept. They are used in turn, so none of those that a busy minute made is ever idle; each
/// costs the server 4 MB. Making one takes some milliseconds.
const CONNECTION_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// A reachable database. Clones share the pool.
#[derive(Clone, Debug)]
pub struct Database {
    pub(crate) pool: PgPool,
    pub(crate) run_options: PgConnectOptions,
    migration_options: PgConnectOptions,
    pub(crate) acquire_timeout: Duration,
    pub(crate) look_interval: Duration,
}

/// Brings the schema of the database at `config` up to date; see [`Database::migrate`].
///
/// # Errors
/// When it cannot be reached, is newer than this program, or a statement fails: then nothing has changed.
pub async fn migrate(config: &DatabaseConfig) -> Result<(), MigrateError> {
    let options = migration_options(config)?;
    migrate_at(&options, config.acquire_timeout, &[]).await
}

impl Database {
    /// Connects, and makes sure that a server answers. The schema is taken as it is: see [`Database::migrate`].
    ///
    /// # Errors
    /// When the URL cannot be understood, or no server answers in time.
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, ConnectError> {
        let reader = base_options(config)?.options([timeout("statement_timeout", config.statement_timeout)]);
        let run_options = run_options(config)?;
        let pool = PgPoolOptions::new()
            .max_connections(config.max_connections)
            .acquire_timeout(config.acquire_timeout)
            .max_lifetime(CONNECTION_LIFETIME)
            .connect_with(reader)
            .await
            .map_err(|source| unreachable_at(&run_options, source))?;
        let migration_options = migration_options(config)?;
        let (acquire_timeout, look_interval) = (config.acquire_timeout, config.look_interval);
        Ok(Self { pool, run_options, migration_options, acquire_timeout, look_interval })
    }

    /// Brings the schema up to date where no other release runs. Safe to call from several programs at once.
    ///
    /// # Errors
    /// When the database bears this program no more, or a statement fails: then nothing has changed.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        self.migrate_beside(&[]).await
    }

    /// Brings the schema up to date while other releases run. Safe to call from several programs at once.
    ///
    /// # Errors
    /// When a migration would take away what one of them needs, when the database bears this program no more, or when a
    /// statement fails. What was refused has changed nothing; of several migrations those before the failed one stand.
    pub async fn migrate_beside(&self, neighbours: &[Neighbour]) -> Result<(), MigrateError> {
        migrate_at(&self.migration_options, self.acquire_timeout, neighbours).await
    }

    /// Whether this release may run on the database as it is; waits for `patience` while it is behind, since another
    /// process may be migrating it. Services ask this before they serve, and never migrate.
    ///
    /// # Errors
    /// When it may not, and when that cannot be found out.
    pub async fn check_serving(&self, patience: Duration) -> Result<(), ServingError> {
        migrate::serving::check(&self.pool, migrate::expected(), patience).await
    }

    /// The schema as the database has it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn schema_state(&self) -> Result<SchemaState, ServingError> {
        let mut connection = self.pool.acquire().await.map_err(ServingError::Unreadable)?;
        migrate::serving::state_of(&mut connection).await.map_err(ServingError::Unreadable)
    }

    /// Closes all pooled connections, after their work.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A connection outside the pool, that dies when it is dropped.
    pub(crate) async fn own_connection(&self) -> Result<PgConnection, ConnectError> {
        connect_at(&self.run_options, self.acquire_timeout).await
    }
}

async fn migrate_at(
    options: &PgConnectOptions,
    patience: Duration,
    neighbours: &[Neighbour],
) -> Result<(), MigrateError> {
    let mut connection = connect_at(options, patience).await?;
    migrate::migrate(&mut connection, neighbours).await?;
    // Nothing is lost when the goodbye fails: every migration is committed by itself.
    let _ = connection.close().await;
    Ok(())
}

async fn connect_at(options: &PgConnectOptions, patience: Duration) -> Result<PgConnection, ConnectError> {
    let connected = tokio::time::timeout(patience, PgConnection::connect_with(options)).await;
    let connected = connected.unwrap_or_else(|_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()));
    connected.map_err(|source| unreachable_at(options, source))
}

/// Only settings that any server knows: an old one is to be refused by its version, not by a setting.
fn migration_options(config: &DatabaseConfig) -> Result<PgConnectOptions, ConnectError> {
    Ok(base_options(config)?.options([timeout("statement_timeout", config.run_statement_timeout)]))
}

fn run_options(config: &DatabaseConfig) -> Result<PgConnectOptions, ConnectError> {
    // A run's lock dies with its connection. A server that does not hear from a vanished client holds on to both:
    // it looks every second while a statement runs, and every ten while none does.
    Ok(migration_options(config)?.options([
        ("client_connection_check_interval", "1s"),
        ("tcp_keepalives_idle", "10"),
        ("tcp_keepalives_interval", "5"),
        ("tcp_keepalives_count", "3"),
    ]))
}

pub(crate) fn base_options(config: &DatabaseConfig) -> Result<PgConnectOptions, ConnectError> {
    let url = config.url.expose_secret();
    if !SCHEMES.iter().any(|scheme| url.starts_with(scheme)) {
        return Err(ConnectError::Url(sqlx::Error::Configuration("it does not begin with postgres://".into())));
    }
    // libpq takes `postgres://user@/name?host=/folder`; the URL standard wants a host where there is a user.
    let url = url.replacen("@/", "@localhost/", 1);
    let options = PgConnectOptions::from_str(&url).map_err(ConnectError::Url)?;
    Ok(options.application_name("berkeleytime").options([("timezone", "UTC")]))
}

fn timeout(name: &'static str, limit: Duration) -> (&'static str, String) {
    (name, limit.as_millis().to_string())
}

fn unreachable_at(options: &PgConnectOptions, source: sqlx::Error) -> ConnectError {
    let server = match options.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    let database = options.get_database().unwrap_or(options.get_username()).to_owned();
    ConnectError::Unreachable { server, database, source }
}
