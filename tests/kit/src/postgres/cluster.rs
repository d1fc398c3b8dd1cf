//! One real server for all test processes of a run. The first process starts it, each holds a lock on a file while it
//! lives, and a small script (`keeper.sh`) stops the server and removes its files when nobody holds the lock.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

const KEEPER: &str = include_str!("keeper.sh");

/// The folder of the server's socket, for as long as this process lives.
pub(super) fn socket_folder() -> &'static Path {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    &CLUSTER.get_or_init(Cluster::join).folder
}

struct Cluster {
    folder: PathBuf,
    /// Held to the end of the process: the keeper waits for it.
    _in_use: File,
}

impl Cluster {
    fn join() -> Self {
        let account = Account::for_server();
        let base = base_folder(&account);
        // In this order, as the keeper holds the second one while it takes a server away.
        let starting = lock_file(&base.join("starting"));
        starting.lock().expect("a lock on a file of our own");
        let in_use = lock_file(&base.join("in-use"));
        in_use.lock_shared().expect("a lock on a file of our own");

        let note = base.join("current");
        let folder = match fs::read_to_string(&note).map(PathBuf::from) {
            Ok(folder) if answers(&folder) => folder,
            _ => {
                let folder = start(&base, &account);
                fs::write(&note, folder.as_os_str().as_encoded_bytes()).expect("a note of where the server is");
                folder
            }
        };
        Self { folder, _in_use: in_use }
    }
}

/// Whom the server runs as: it refuses to run as root.
struct Account {
    /// User and group, when they are not our own.
    other: Option<(u32, u32)>,
    own_user: u32,
}

impl Account {
    fn for_server() -> Self {
        let own_user = rustix::process::geteuid().as_raw();
        if own_user != 0 {
            return Self { other: None, own_user };
        }
        let accounts = fs::read_to_string("/etc/passwd").expect("a list of accounts");
        let of = |name: &str| accounts.lines().find_map(|line| user_and_group(line, name));
        let other = of("postgres").or_else(|| of("nobody")).expect("an account `postgres` or `nobody`");
        Self { other: Some(other), own_user }
    }
}

fn user_and_group(line: &str, name: &str) -> Option<(u32, u32)> {
    let fields: Vec<&str> = line.split(':').collect();
    if fields.first() != Some(&name) {
        return None;
    }
    Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
}

/// A folder that the server's account can enter, with a short path: a socket's may have 107 letters at most.
fn base_folder(account: &Account) -> PathBuf {
    let parent = if account.other.is_some() { PathBuf::from("/tmp") } else { std::env::temp_dir() };
    let base = parent.join(format!("bt-test-postgres-{}", account.own_user));
    fs::create_dir_all(&base).expect("a folder for the test server");
    fs::set_permissions(&base, fs::Permissions::from_mode(0o755)).expect("a folder of our own");
    if let Some((user, group)) = account.other {
        chown(&base, Some(user), Some(group)).expect("a folder for the server's account");
    }
    base
}

fn lock_file(path: &Path) -> File {
    let open = File::options().create(true).append(true).open(path).expect("a file to lock");
    open.set_permissions(fs::Permissions::from_mode(0o644)).expect("a file of our own");
    open
}

fn answers(folder: &Path) -> bool {
    UnixStream::connect(folder.join(".s.PGSQL.5432")).is_ok()
}

#[expect(clippy::zombie_processes, reason = "the keeper outlives this process, on purpose")]
fn start(base: &Path, account: &Account) -> PathBuf {
    remove_leftovers(base);
    let folder = base.join(format!("cluster-{}", std::process::id()));
    let mut command = keeper(account);
    command.args(["-c", KEEPER, "keeper"]).arg(binaries()).arg(&folder).arg(base.join("in-use"));
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut keeper = command.process_group(0).spawn().expect("a shell");
    let mut answer = String::new();
    let said = keeper.stdout.take().expect("it was piped");
    BufReader::new(said).read_line(&mut answer).expect("an answer of the keeper");
    if answer.trim() != "ready" {
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        panic!("the test server did not start in {}:\n{log}", folder.display());
    }
    folder
}

/// Of servers that died with the machine.
fn remove_leftovers(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("cluster-") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the kit starts a server for tests; what ships starts none here")]
fn keeper(account: &Account) -> Command {
    let mut command = Command::new("sh");
    if let Some((user, group)) = account.other {
        command.uid(user).gid(group);
    }
    command
}

/// Where the Postgres programs are: the newest of the distribution's folders, else whatever PATH has.
fn binaries() -> PathBuf {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for entry in fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
        let major = entry.file_name().to_string_lossy().parse();
        if let Ok(major) = major {
            found.push((major, entry.path().join("bin")));
        }
    }
    found.retain(|(_, folder)| folder.join("initdb").is_file());
    if let Some((_, newest)) = found.into_iter().max() {
        return newest;
    }
    on_path().expect("Postgres programs in /usr/lib/postgresql or on PATH: install the package `postgresql`")
}

#[expect(clippy::disallowed_methods, reason = "the kit has no configuration: PATH is the machine's")]
fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}
