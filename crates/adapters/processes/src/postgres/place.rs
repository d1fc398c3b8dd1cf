//! Where the cluster, its socket and its log lie.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{ErrorKind, Read, Write as _};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::DATABASE;
use super::account::Account;
use super::error::PostgresError;

/// Where clusters lie whose data directory the server's account cannot reach.
const ELSEWHERE: &str = "/var/lib/berkeleytime";
/// Where sockets lie whose folder in the data directory will not do.
const SHORT_FOLDER: &str = "/tmp";
/// The longest path of a socket on Linux (107 bytes); macOS has 103.
const SOCKET_PATH_BYTES_MAX: usize = 103;
/// The server writes its journal in files of this size.
const FREE_BYTES_MIN: u64 = 16 << 20;
const SOCKET_NAME: &str = ".s.PGSQL.5432";
/// Others may pass through, not look around.
const PASSABLE: u32 = 0o711;
const PRIVATE: u32 = 0o700;

/// Where everything of one embedded Postgres lies, and whose it is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Holds the rest; normally `<data dir>/postgres`.
    pub(super) home: PathBuf,
    pub(super) cluster: PathBuf,
    pub(super) sockets: PathBuf,
    pub(super) log: PathBuf,
    pub(super) account: Account,
}

impl Place {
    /// Whether a data directory has, or had, an embedded Postgres.
    pub(super) fn exists(data_dir: &Path) -> bool {
        data_dir.join("postgres").is_dir()
    }

    /// Finds the place, and makes its folders (but not the cluster).
    pub(super) fn of(data_dir: &Path) -> Result<Self, PostgresError> {
        make_folder(data_dir)?;
        let data_dir = data_dir.canonicalize().map_err(PostgresError::file("open", data_dir))?;
        let (home, account) = home_of(&data_dir)?;
        let logs = data_dir.join("logs");
        make_folder(&logs)?;
        let sockets = sockets_of(&home);
        make_private(&sockets, &account)?;
        Ok(Self { cluster: home.join("cluster"), sockets, log: logs.join("postgres.log"), home, account })
    }

    /// A server of its own below a folder that is private to the account, for a restore.
    pub(super) fn scratch(work: &Path, account: Account) -> Result<Self, PostgresError> {
        let sockets = sockets_of(work);
        make_private(&sockets, &account)?;
        Ok(Self { home: work.into(), cluster: work.join("cluster"), sockets, log: work.join("postgres.log"), account })
    }

    /// Takes the lock, which lasts as long as the file is open.
    pub(super) fn lock(&self) -> Result<File, PostgresError> {
        let path = self.home.join("lock");
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = opened.map_err(PostgresError::file("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                return Err(PostgresError::InUse { folder: self.home.clone(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(PostgresError::file("lock", &path)(source)),
        }
        let noted = file.set_len(0).and_then(|()| write!(file, "process {}", std::process::id()));
        noted.map_err(PostgresError::file("write", &path))?;
        Ok(file)
    }

    /// Removes the folder of the socket when it lies outside of the home; it is made anew at each start.
    pub(super) fn remove_short_sockets(&self) {
        if !self.sockets.starts_with(&self.home) {
            // One that is not empty is still in use.
            let _ = fs::remove_dir(&self.sockets);
        }
    }

    pub(super) fn url(&self) -> String {
        self.url_of(DATABASE)
    }

    pub(super) fn url_of(&self, database: &str) -> String {
        format!("postgres://{DATABASE}@localhost/{database}?host={}", percent_encoded(self.sockets.as_os_str()))
    }
}

/// Says so when the disk below a path has no room for the server's next file.
pub(super) fn full_disk(path: &Path) -> Option<String> {
    let found = rustix::fs::statvfs(path).ok()?;
    let free = found.f_bavail * found.f_frsize;
    let is_full = free < FREE_BYTES_MIN;
    is_full.then(|| format!("the disk of {} is full ({} MB free): free some space", path.display(), free >> 20))
}

fn home_of(data_dir: &Path) -> Result<(PathBuf, Account), PostgresError> {
    let default = data_dir.join("postgres");
    make_folder(&default)?;
    let pointer = default.join("elsewhere");
    if let Some(home) = read_pointer(&pointer)? {
        let account = Account::for_cluster(&home.join("cluster"))?;
        return Ok((home, account));
    }
    let cluster = default.join("cluster");
    let account = Account::for_cluster(&cluster)?;
    match account.stopped_at(&default) {
        None => Ok((default, account)),
        Some(closed) if cluster.exists() => {
            Err(PostgresError::Unreachable { account: account.name, path: cluster, closed })
        }
        Some(closed) => Ok((make_elsewhere(data_dir, &closed, &account, &pointer)?, account)),
    }
}

fn read_pointer(pointer: &Path) -> Result<Option<PathBuf>, PostgresError> {
    let home = match fs::read_to_string(pointer) {
        Ok(text) => PathBuf::from(text.trim()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(PostgresError::file("read", pointer)(error)),
    };
    if home.is_dir() { Ok(Some(home)) } else { Err(PostgresError::Gone { home, pointer: pointer.into() }) }
}

fn make_elsewhere(data_dir: &Path, closed: &Path, account: &Account, pointer: &Path) -> Result<PathBuf, PostgresError> {
    let base = Path::new(ELSEWHERE);
    make_folder(base)?;
    let home = base.join(short_name(data_dir));
    make_folder(&home)?;
    if let Some(closed) = account.stopped_at(&home) {
        return Err(PostgresError::Unreachable { account: account.name.clone(), path: home, closed });
    }
    let text = format!("{}\n", home.display());
    fs::write(pointer, text).map_err(PostgresError::file("write", pointer))?;
    tracing::info!(
        account = account.name,
        closed = %closed.display(),
        home = %home.display(),
        "Postgres does not run as root, and its account cannot pass the closed folder: the database is kept elsewhere"
    );
    Ok(home)
}

/// In the home, unless the path would be too long for a socket, or has characters that mean something in Postgres's
/// list of socket folders.
fn sockets_of(home: &Path) -> PathBuf {
    let usual = home.join("run");
    let bytes = usual.as_os_str().as_bytes();
    let is_plain = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte));
    if is_plain && bytes.len() + 1 + SOCKET_NAME.len() <= SOCKET_PATH_BYTES_MAX {
        usual
    } else {
        Path::new(SHORT_FOLDER).join(format!("berkeleytime-{}", short_name(home)))
    }
}

/// A short name that is the same at each start.
fn short_name(path: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Makes a folder that others may pass through; one that is there already stays as it is.
fn make_folder(folder: &Path) -> Result<(), PostgresError> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(PostgresError::file("create the folder", folder))?;
    let passable = Permissions::from_mode(PASSABLE);
    fs::set_permissions(folder, passable).map_err(PostgresError::file("change the mode of", folder))
}

/// Makes a folder that only the account may enter. In a folder that everybody can write, somebody else may have been
/// there first: their folder is not used.
pub(super) fn make_private(folder: &Path, account: &Account) -> Result<(), PostgresError> {
    match DirBuilder::new().mode(PRIVATE).create(folder) {
        Ok(()) => return account.own(folder),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(PostgresError::file("create the folder", folder)(error)),
    }
    if account.has_for_itself(folder).map_err(PostgresError::file("look at", folder))? {
        return Ok(());
    }
    let message = format!("it is there already and not the private folder of {}: remove it", account.name);
    Err(PostgresError::file("use the folder", folder)(std::io::Error::other(message)))
}

fn percent_encoded(text: &OsStr) -> String {
    let mut encoded = String::new();
    for &byte in text.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_or_strange_path_gets_a_short_socket_folder() {
        assert_eq!(sockets_of(Path::new("/srv/bt/postgres")), Path::new("/srv/bt/postgres/run"));
        for strange in [format!("/srv/{}", "long/".repeat(30)), "/srv/a,b".to_owned(), "/srv/it's".to_owned()] {
            let sockets = sockets_of(Path::new(&strange));
            assert!(sockets.starts_with("/tmp"), "{}", sockets.display());
            assert_eq!(sockets, sockets_of(Path::new(&strange)));
        }
    }

    #[test]
    fn a_folder_becomes_one_word_of_an_address() {
        assert_eq!(percent_encoded(OsStr::new("/a b/ö")), "%2Fa%20b%2F%C3%B6");
    }
}
