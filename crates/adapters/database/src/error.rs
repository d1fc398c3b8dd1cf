//! Why the database could not be reached or prepared. What goes wrong later is the port's `StoreError`.

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
    /// A newer program was here before.
    #[error(
        "the database's schema is newer ({database}) than this program knows ({program}): run the newer program, or \
         restore a backup from before its first start"
    )]
    NewerDatabase {
        /// The newest migration in the database.
        database: i64,
        /// The newest migration of this program.
        program: i64,
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
