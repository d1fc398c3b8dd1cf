//! A machine with a database that archives, and a vault beside it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use backup::error::BackupError;
use backup::progress::{Progress, Report};
use backup::restore::{RestoreOrder, Restored, What};
use backup::shipper::{Shipper, ShipperConfig};
use backup::store::BackupStore;
use backup::take::Living;
use clock::SystemClock;
use database::census::ServerCensus;
use database::config::DatabaseConfig;
use platform::backups::manifest::Manifest;
use platform::backups::notes::DrillResult;
use platform::backups::ports::RestorePlace;
use platform::backups::retention::Retention;
use processes::postgres::{DATABASE, Postgres, PostgresConfig, PostgresFiles, RunningPostgres, Spool};
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use statefiles::StateFiles;
use tokio_util::sync::CancellationToken;
use vault::config::{VaultConfig, VaultPlace};
use vault::sealed::SealedVault;

/// A key that only tests have.
pub const KEY: &str = "a passphrase for tests only";

/// A machine. Everything of it goes away with it.
pub struct House {
    root: PathBuf,
    /// Whether everything goes away with this.
    is_owner: bool,
    /// The server; `None` while it is stopped.
    pub postgres: Option<RunningPostgres>,
    /// The backups.
    pub store: BackupStore,
}

/// Nobody watches.
pub fn unseen(_: Progress) {}

impl House {
    /// A machine with an empty database and an empty vault.
    pub async fn new(key: Option<&str>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // Such a name goes through two shells and the server's settings.
        let name = format!("bt-recovery 100% it's \\ \"odd\" {}-{number}", std::process::id());
        let root = std::env::temp_dir().canonicalize().expect("a folder for tests").join(name);
        fs::create_dir_all(&root).expect("a folder of our own");
        fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).expect("a folder of our own");
        let store = store(&root, key);
        let mut house = Self { root, is_owner: true, postgres: None, store };
        house.start().await;
        house
    }

    /// The machine as another process sees it: nothing is started.
    #[must_use]
    pub fn seen_from(root: PathBuf) -> Self {
        let store = store(&root, None);
        Self { root, is_owner: false, postgres: None, store }
    }

    /// Another process that works on this machine, for being killed.
    ///
    /// # Panics
    /// When it does not start.
    #[expect(clippy::disallowed_methods, reason = "a process to be killed is the point of it")]
    #[must_use]
    pub fn victim(&self, what: &str) -> std::process::Child {
        let program = std::env::current_exe().expect("a test knows where it lies");
        let folder = program.ancestors().nth(2).expect("a test lies in deps/ of the target folder");
        let url = self.postgres.as_ref().map(RunningPostgres::url).unwrap_or_default();
        let mut command = std::process::Command::new(folder.join("victim"));
        command.arg(&self.root).arg(what).arg(url).spawn().expect("the victim starts")
    }

    /// The same machine with another key, or none.
    #[must_use]
    pub fn store_with(&self, key: Option<&str>) -> BackupStore {
        store(&self.root, key)
    }

    /// Below it is everything.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn config(&self) -> PostgresConfig {
        let data = self.root.join("data");
        PostgresConfig { is_durable: false, may_download: false, archives: true, ..PostgresConfig::new(data) }
    }

    /// Starts the server.
    pub async fn start(&mut self) {
        self.postgres = Some(Postgres::start(self.config()).await.expect("Postgres starts"));
    }

    /// Starts the server to look at it only: the vault hears nothing of it.
    pub async fn start_without_archive(&mut self) {
        let config = PostgresConfig { archives: false, ..self.config() };
        self.postgres = Some(Postgres::start(config).await.expect("Postgres starts"));
    }

    /// Stops it.
    pub async fn stop(&mut self) {
        if let Some(postgres) = self.postgres.take() {
            postgres.stop().await;
        }
    }

    /// The files of the database.
    #[must_use]
    pub fn files(&self) -> PostgresFiles {
        PostgresFiles::new(self.config())
    }

    /// Where the journal waits.
    #[must_use]
    pub fn spool(&self) -> Spool {
        self.files().spool().expect("a place")
    }

    /// The server's own.
    #[must_use]
    pub fn census(&self) -> ServerCensus {
        self.census_of(self.postgres.as_ref().map(RunningPostgres::url).unwrap_or_default())
    }

    /// Of the server at a URL.
    #[must_use]
    pub fn census_of(&self, url: String) -> ServerCensus {
        ServerCensus::new(DatabaseConfig::new(SecretString::from(url)))
    }

    /// The folder of the database.
    #[must_use]
    pub fn cluster(&self) -> PathBuf {
        self.root.join("data/postgres/cluster")
    }

    /// Someone who works with the database.
    pub async fn connect(&self) -> PgConnection {
        let url = self.postgres.as_ref().expect("it runs").url();
        PgConnection::connect(&url).await.expect("the server answers")
    }

    /// Does something in the database.
    pub async fn run(&self, statement: &str) {
        let mut connection = self.connect().await;
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.expect("it is done");
    }

    /// Asks for one number.
    pub async fn number(&self, query: &str) -> i64 {
        let mut connection = self.connect().await;
        sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(&mut connection).await.expect("a number")
    }

    /// The database's time, of which everything that was committed is older.
    pub async fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(
            self.number("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::int8").await,
        )
        .expect("a moment")
    }

    /// Takes a backup.
    ///
    /// # Panics
    /// When it fails.
    pub async fn back_up(&self) -> Manifest {
        self.try_back_up(&CancellationToken::new(), &unseen).await.expect("a backup")
    }

    /// Takes a backup, which may be told to stop, or be hindered by who is told how far it is.
    ///
    /// # Errors
    /// As the service.
    pub async fn try_back_up(&self, stop: &CancellationToken, report: Report<'_>) -> Result<Manifest, BackupError> {
        let (files, spool, census) = (self.files(), self.spool(), self.census());
        let living = Living { files: &files, spool: &spool, census: &census };
        self.store.take(living, stop, report).await
    }

    /// Ends the current journal file and brings everything into the vault, as the shipper does within a minute.
    ///
    /// # Panics
    /// When it fails.
    pub async fn ship_now(&self) {
        // An empty file is not ended. By itself, or its end would be written behind the file's.
        self.run("SELECT pg_logical_emit_message(true, 'test', 'x')").await;
        let file = "SELECT ('x' || substr(last_archived_wal, 17))::bit(32)::int8 FROM pg_stat_archiver \
                    WHERE last_archived_wal ~ '^[0-9A-F]{24}$'";
        // The file's own end belongs to it; what is written next may not be on the disk yet, so that it says nothing.
        let ended = "SELECT ('x' || substr(pg_walfile_name(pg_switch_wal() - 1), 17))::bit(32)::int8";
        let wanted = self.number(ended).await;
        while self.number(&format!("SELECT coalesce(({file}), -1)")).await < wanted {
            tokio::task::yield_now().await;
        }
        self.shipper().round().await.expect("it is shipped");
    }

    /// A shipper.
    #[must_use]
    pub fn shipper(&self) -> Shipper {
        Shipper::build(
            ShipperConfig::default(),
            Arc::new(self.spool()),
            Arc::clone(&self.store.vault),
            Arc::clone(&self.store.notes),
            Arc::new(SystemClock),
        )
    }

    /// Restores in the place of the database, which is stopped.
    ///
    /// # Errors
    /// As the service.
    pub async fn restore_in_place(&self, what: What) -> Result<Restored, BackupError> {
        self.restore(what, RestorePlace::InPlace, Some(DATABASE)).await
    }

    /// Restores.
    ///
    /// # Errors
    /// As the service.
    pub async fn restore(&self, what: What, place: RestorePlace, typed: Option<&str>) -> Result<Restored, BackupError> {
        self.restore_order(RestoreOrder { place, typed_name: typed.map(str::to_owned), ..order(what, None) }).await
    }

    /// Restores in the place of the database along a line of history, which need not be the newest.
    ///
    /// # Errors
    /// As the service.
    pub async fn restore_along(&self, line: u32, what: What) -> Result<Restored, BackupError> {
        self.restore_order(order(what, Some(line))).await
    }

    async fn restore_order(&self, order: RestoreOrder) -> Result<Restored, BackupError> {
        self.store.restore(&order, &self.files(), &self.spool(), &unseen).await
    }

    /// Drills.
    ///
    /// # Panics
    /// When the result cannot be noted.
    pub async fn drill(&self) -> DrillResult {
        self.store.drill(&self.files(), &self.census(), &unseen).await.expect("a result")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if !self.is_owner {
            return;
        }
        drop(self.postgres.take());
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn order(what: What, line: Option<u32>) -> RestoreOrder {
    let name = || DATABASE.to_owned();
    RestoreOrder { what, line, place: RestorePlace::InPlace, typed_name: Some(name()), database_name: name() }
}

fn store(root: &Path, key: Option<&str>) -> BackupStore {
    let place = VaultPlace::Folder(root.join("vault"));
    let config = VaultConfig { place, key: key.map(|key| SecretString::from(key.to_owned())) };
    let vault = SealedVault::open(&config, None, Arc::new(SystemClock)).expect("a vault");
    BackupStore {
        vault: Arc::new(vault),
        notes: Arc::new(StateFiles::at(root)),
        clock: Arc::new(SystemClock),
        retention: Retention::default(),
        release: "test".to_owned(),
    }
}
