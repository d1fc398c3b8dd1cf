//! Why the database could not be reached or prepared. What goes wrong later is the port's `StoreError`.

use platform::releases::SchemaVersion;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL cannot be understood. It is not repeated here: it may hold a password.
    #[error(
        "the database's URL cannot be understood; expected postgres://user@host/name, or \
         postgres://user@/name?host=/folder for a socket"
    )]
    Url(#[source] sqlx::Error),
    /// No server answered, or it refused.
    #[error("no connection to the database {database} at {server}")]
    Unreachable {
        /// Host and port, or the socket's folder.
        server: String,
        /// The database's name.
        database: String,
        /// What happened.
        source: sqlx::Error,
    },
}

/// Why the schema could not be brought up to date. What was there before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The server is too old for the schema.
    #[error(
        "the database server is Postgres {}: this program needs {} or newer; upgrade it, or leave `database.url` \
         empty and let `bt` keep one",
        .server / 10_000,
        .needed / 10_000
    )]
    OldServer {
        /// What it says of itself: 140005 is 14.5.
        server: i32,
        /// The oldest that will do.
        needed: i32,
    },
    /// A newer program was here, and took away what this one needs.
    #[error(
        "the database is at schema {database}, on which only releases run that expect at least {needed}; this one \
         expects {program}: run a newer release, or restore a backup from before that change"
    )]
    NewerDatabase {
        /// The newest migration in the database.
        database: SchemaVersion,
        /// The least that a release must expect.
        needed: SchemaVersion,
        /// What this program expects.
        program: SchemaVersion,
    },
    /// A migration takes away what a running release needs. None was applied.
    #[error(
        "migration {migration} of this release (schema {program}) takes away what releases below {needs} use, and one \
         runs: {neighbours}. Nothing was changed. First deploy a release that expects at least schema {needs} to \
         {environments}; when `bt ps` shows it there, try again"
    )]
    StillNeeded {
        /// Which migration.
        migration: SchemaVersion,
        /// What the release that brings it expects.
        program: SchemaVersion,
        /// The least that a release must expect to live on after it.
        needs: SchemaVersion,
        /// Who runs and expects less.
        neighbours: String,
        /// Where they run.
        environments: String,
    },
    /// A migration does not say what it does to the releases that run.
    #[error(
        "migration {migration} begins with `{said}`: expected `-- expands`, or `-- contracts: needs releases that expect \
         at least NNNN` with an earlier migration's four digits; and it must run in a transaction"
    )]
    Unmarked {
        /// Which.
        migration: SchemaVersion,
        /// Its first line.
        said: String,
    },
    /// A migration of this program is not the one that was applied under its number.
    #[error("migration {0} was applied with other contents: the database and this program are of different histories")]
    Changed(i64),
    /// No connection to do it with.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// A statement failed; its migration was rolled back.
    #[error("the database's schema could not be brought up to date")]
    Failed(#[source] Box<sqlx::migrate::MigrateError>),
}

impl From<sqlx::migrate::MigrateError> for MigrateError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Failed(Box::new(error))
    }
}

impl From<sqlx::Error> for MigrateError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(Box::new(error.into()))
    }
}

/// Why a release cannot run on the database as it is.
#[derive(Debug, thiserror::Error)]
pub enum ServingError {
    /// It lacks migrations.
    #[error(
        "the database is at schema {database}, and this release expects {expects}: run `bt migrate` with this release"
    )]
    DatabaseBehind {
        /// The newest migration in the database.
        database: SchemaVersion,
        /// What this release expects.
        expects: SchemaVersion,
    },
    /// It has left this release behind.
    #[error(
        "this release expects schema {expects}, and the database bears only releases that expect at least {needed}: \
         deploy a newer release"
    )]
    ReleaseTooOld {
        /// What this release expects.
        expects: SchemaVersion,
        /// The least that a release must expect.
        needed: SchemaVersion,
    },
    /// Nobody can say.
    #[error("the database's schema could not be read")]
    Unreadable(#[source] sqlx::Error),
}
