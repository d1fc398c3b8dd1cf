//! The server's data: made once, its settings written at each start.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Output, Stdio};

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::account::Account;
use super::binaries::Binaries;
use super::error::PostgresError;
use super::place::{Place, make_private};
use super::{DATABASE, PostgresConfig, archive, log};
use crate::command;

/// Settings that differ from Postgres's own, with the reason.
const SETTINGS: [(&str, &str); 14] = [
    // No network port: whoever can enter the socket's folder is trusted.
    ("listen_addresses", "''"),
    ("unix_socket_permissions", "0700"),
    ("port", "5432"),
    // Production, staging and previews share it, each process with a pool of ten or so.
    ("max_connections", "100"),
    // Modest: the catalog is read from the memory of `bt`; this serves the nightly job and people's own things.
    ("shared_buffers", "'48MB'"),
    ("work_mem", "'8MB'"),
    ("maintenance_work_mem", "'64MB'"),
    ("max_wal_size", "'512MB'"),
    // Compiling short queries costs more than it saves.
    ("jit", "off"),
    ("timezone", "'UTC'"),
    ("log_timezone", "'UTC'"),
    // Values of rows do not belong into a log.
    ("log_error_verbosity", "terse"),
    ("log_min_error_statement", "panic"),
    ("cluster_name", "'berkeleytime'"),
];

/// What a power cut may take, in tests only.
const NOT_DURABLE: [(&str, &str); 4] =
    [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off"), ("wal_level", "replica")];

/// Only the socket; there is no line for the network.
pub(super) const ACCESS: &str = "# Written by bt at each start.\nlocal all all trust\nlocal replication all trust\n";

/// How the folders begin in which clusters are made.
const UNFINISHED: &str = "cluster.unfinished-";

/// The major version that wrote a cluster; `None` when there is no cluster.
pub(super) fn major(cluster: &Path) -> Result<Option<u32>, PostgresError> {
    let path = cluster.join("PG_VERSION");
    match fs::read_to_string(&path) {
        Ok(text) => {
            let parsed = text.trim().parse().map_err(|_| std::io::Error::other("it holds no version number"));
            parsed.map(Some).map_err(PostgresError::file("understand", &path))
        }
        Err(error) if error.kind() == ErrorKind::NotFound && !cluster.exists() => Ok(None),
        Err(error) => Err(PostgresError::file("read", &path)(error)),
    }
}

/// Makes the cluster when there is none, and writes its settings.
pub(super) async fn prepare(config: &PostgresConfig, place: &Place, binaries: &Binaries) -> Result<(), PostgresError> {
    remove_unfinished(&place.home);
    if !place.cluster.exists() {
        create(config, place, binaries).await?;
    }
    if config.archives {
        make_private(&archive::folder(&place.home), &place.account)?;
    }
    write_settings(config, place, &place.cluster)
}

/// Made beside its place and moved there when it is complete: a start that was killed leaves nothing half done. Each
/// attempt has a folder of its own, as the programs of a killed one may still be writing into theirs.
async fn create(config: &PostgresConfig, place: &Place, binaries: &Binaries) -> Result<(), PostgresError> {
    tracing::info!(cluster = %place.cluster.display(), postgres = %binaries, "setting up the database");
    let unfinished = place.home.join(format!("{UNFINISHED}{}", std::process::id()));
    make_private(&unfinished, &place.account)?;
    let mut initdb = program(binaries, "initdb", place);
    initdb.arg("--pgdata").arg(&unfinished).args(["--username", DATABASE, "--auth=trust"]);
    initdb.args(["--encoding=UTF8", "--no-locale", "--data-checksums", "--no-instructions"]);
    if !config.is_durable {
        initdb.arg("--no-sync");
    }
    run(initdb, "", &binaries.program("initdb")).await?;
    write_settings(config, place, &unfinished)?;
    let mut single = program(binaries, "postgres", place);
    single.args(["--single", "-c", "exit_on_error=on", "-D"]).arg(&unfinished).arg("postgres");
    run(single, &format!("CREATE DATABASE {DATABASE}\n"), &binaries.program("postgres")).await?;
    fs::rename(&unfinished, &place.cluster).map_err(PostgresError::file("create", &place.cluster))
}

/// As far as it goes: the programs of a start that was killed may still be writing there for a moment, and then the
/// next start removes the rest.
fn remove_unfinished(home: &Path) {
    for entry in fs::read_dir(home).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED)
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            tracing::debug!(%error, folder = %entry.path().display(), "an unfinished cluster could not be removed yet");
        }
    }
}

/// One of the programs, as the server's account, in a folder that this account can enter.
pub(super) fn program(binaries: &Binaries, name: &str, place: &Place) -> Command {
    let mut command = command::bare(&binaries.program(name));
    place.account.wear(&mut command);
    // A signal of the terminal (Ctrl-C) is for bt, which stops the server when nobody needs it any more.
    command.current_dir(&place.home).stdin(Stdio::null()).process_group(0);
    command
}

async fn run(mut command: Command, input: &str, program: &Path) -> Result<(), PostgresError> {
    let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let cannot_run = |source| PostgresError::Program { program: program.to_owned(), source };
    let mut child = started.map_err(cannot_run)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ended before it read says why in its output.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    let Output { status, stdout, stderr } = child.wait_with_output().await.map_err(cannot_run)?;
    if status.success() {
        return Ok(());
    }
    let output = log::last_lines(&[stdout, stderr].concat());
    Err(PostgresError::Setup { program: program.to_owned(), output })
}

pub(super) fn write_settings(config: &PostgresConfig, place: &Place, cluster: &Path) -> Result<(), PostgresError> {
    let mut text = "# Written by bt at each start; put settings of your own into local.conf.\n".to_owned();
    let more: &[(&str, &str)] = if config.is_durable { &[] } else { &NOT_DURABLE };
    for (name, value) in SETTINGS.iter().chain(more) {
        let _ = writeln!(text, "{name} = {value}");
    }
    for (name, value) in archive::settings(&place.home, config.archives) {
        let _ = writeln!(text, "{name} = {value}");
    }
    let _ = writeln!(text, "unix_socket_directories = '{}'", place.sockets.display());
    text.push_str("include = 'local.conf'\n");
    if !cluster.join("local.conf").exists() {
        write_for(&place.account, &cluster.join("local.conf"), "# Settings of your own; they win over those of bt.\n")?;
    }
    write_for(&place.account, &cluster.join("postgresql.conf"), &text)?;
    write_for(&place.account, &cluster.join("pg_hba.conf"), ACCESS)
}

/// Our settings and more, for a server that reads nothing else.
pub(super) fn settings_text(more: &[(&str, String)]) -> String {
    let own = SETTINGS.iter().map(|(name, value)| format!("{name} = {value}\n"));
    own.chain(more.iter().map(|(name, value)| format!("{name} = {value}\n"))).collect()
}

/// Written beside and moved: never half a file, and never through a link that the server's account may have put there.
pub(super) fn write_for(account: &Account, path: &Path, text: &str) -> Result<(), PostgresError> {
    let beside = path.with_extension("conf.new");
    let _ = fs::remove_file(&beside);
    let mut options = OpenOptions::new();
    let written = options.write(true).create_new(true).mode(0o600).open(&beside);
    let mut file = written.map_err(PostgresError::file("write", &beside))?;
    file.write_all(text.as_bytes()).map_err(PostgresError::file("write", &beside))?;
    account.own(&beside)?;
    fs::rename(&beside, path).map_err(PostgresError::file("write", path))
}
