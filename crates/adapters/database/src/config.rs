//! How the database is reached, and the limits on that.

use std::time::Duration;

use secrecy::SecretString;

/// Connections of one process's pool. Six processes of one machine stay below Postgres's default of 100.
pub const MAX_CONNECTIONS_DEFAULT: u32 = 8;

/// How long a reader waits for a free connection, or for the server to answer at all.
pub const ACQUIRE_TIMEOUT_DEFAULT: Duration = Duration::from_secs(5);

/// How long a reader's statement may take: loading eight terms takes about two seconds on a small machine.
pub const STATEMENT_TIMEOUT_DEFAULT: Duration = Duration::from_secs(30);

/// How long one statement of an update run, an import or a migration may take.
pub const RUN_STATEMENT_TIMEOUT_DEFAULT: Duration = Duration::from_secs(300);

/// How often a waiting reader looks for a new version by itself. A notification wakes it earlier; this holds the
/// promise of two seconds when notifications are lost.
pub const LOOK_INTERVAL_DEFAULT: Duration = Duration::from_secs(1);

/// How the database is reached.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// Such as `postgres://bt@/berkeleytime?host=/folder/of/the/socket`. Secret: it may hold a password. It must
    /// reach the server itself or a pooler in session mode: the update lock belongs to a session.
    pub url: SecretString,
    /// Connections of the pool. Runs and feeds have connections of their own beside it.
    pub max_connections: u32,
    /// How long to wait for a connection.
    pub acquire_timeout: Duration,
    /// How long a statement of a reader may take.
    pub statement_timeout: Duration,
    /// How long a statement of a run, an import or a migration may take.
    pub run_statement_timeout: Duration,
    /// How often a feed looks for a new version without being woken.
    pub look_interval: Duration,
}

impl DatabaseConfig {
    /// A database at a URL, with the default limits.
    #[must_use]
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self {
            url: url.into(),
            max_connections: MAX_CONNECTIONS_DEFAULT,
            acquire_timeout: ACQUIRE_TIMEOUT_DEFAULT,
            statement_timeout: STATEMENT_TIMEOUT_DEFAULT,
            run_statement_timeout: RUN_STATEMENT_TIMEOUT_DEFAULT,
            look_interval: LOOK_INTERVAL_DEFAULT,
        }
    }
}
