//! A copy of the running server's files, by Postgres's own `pg_basebackup`, as a tar archive on its output.

use std::process::Stdio;

use async_trait::async_trait;
use platform::backups::ports::{BaseCopy, CopyFacts};
use platform::ports::PortError;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, ChildStdout};
use tokio::task::JoinHandle;

use super::binaries::Binaries;
use super::cluster::program;
use super::place::Place;
use super::tar_watch::TarWatch;
use super::{DATABASE, log};

const PIECE_BYTES: usize = 1 << 20;
/// More of what the program says is not of interest.
const STDERR_BYTES_MAX: u64 = 64 << 10;
/// The file at the archive's end that says from where to where the journal is needed.
const MANIFEST: &str = "backup_manifest";

/// A copy while it is made.
pub(super) struct Copying {
    child: Child,
    output: ChildStdout,
    stderr: Option<JoinHandle<Vec<u8>>>,
    watch: TarWatch,
}

impl Copying {
    pub(super) fn start(binaries: &Binaries, place: &Place, label: &str) -> Result<Self, PortError> {
        let path = binaries.program("pg_basebackup");
        if !path.is_file() {
            let tried = format!(
                "there is no pg_basebackup in {}: install the whole of Postgres {} (Debian: apt-get install \
                 postgresql-{}), or name another folder in postgres.binaries",
                binaries.folder.display(),
                binaries.major,
                binaries.major
            );
            return Err(PortError::plain(tried));
        }
        let mut command = program(binaries, "pg_basebackup", place);
        command.args(["--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast", "--no-password"]);
        command.arg("--host").arg(&place.sockets).args(["--username", DATABASE, "--label", label]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let failed = |error: std::io::Error| PortError::new(format!("cannot run {}", path.display()), error);
        let mut child = command.spawn().map_err(failed)?;
        let no_pipe = || PortError::plain("pg_basebackup has no output");
        let output = child.stdout.take().ok_or_else(no_pipe)?;
        let stderr = child.stderr.take().ok_or_else(no_pipe)?;
        Ok(Self { child, output, stderr: Some(tokio::spawn(all_of(stderr))), watch: TarWatch::new(MANIFEST) })
    }

    async fn last_words(&mut self) -> String {
        let said = match self.stderr.take() {
            Some(reading) => reading.await.unwrap_or_default(),
            None => Vec::new(),
        };
        log::last_lines(&said)
    }
}

#[async_trait]
impl BaseCopy for Copying {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, PortError> {
        let mut piece = vec![0; PIECE_BYTES];
        let read = self.output.read(&mut piece).await;
        let length = read.map_err(|error| PortError::new("cannot read the copy of the database", error))?;
        piece.truncate(length);
        self.watch.see(&piece);
        Ok((length > 0).then_some(piece))
    }

    async fn facts(&mut self) -> Result<CopyFacts, PortError> {
        let ended = self.child.wait().await;
        let status = ended.map_err(|error| PortError::new("cannot wait for pg_basebackup", error))?;
        if !status.success() {
            let words = self.last_words().await;
            return Err(PortError::plain(format!("pg_basebackup failed ({status}):\n{words}")));
        }
        let manifest = self.watch.content().ok_or_else(|| PortError::plain("the copy of the database was cut off"))?;
        facts_of(manifest).ok_or_else(|| PortError::plain("the copy of the database does not say what it needs"))
    }
}

async fn all_of(stderr: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut said = Vec::new();
    let mut limited = stderr.take(STDERR_BYTES_MAX);
    // What cannot be read is not repeated; the program's status tells that it failed.
    let _ = limited.read_to_end(&mut said).await;
    let _ = tokio::io::copy(&mut limited.into_inner(), &mut tokio::io::sink()).await;
    said
}

fn facts_of(manifest: &[u8]) -> Option<CopyFacts> {
    let manifest: serde_json::Value = serde_json::from_slice(manifest).ok()?;
    let range = manifest.get("WAL-Ranges")?.get(0)?;
    let lsn = |name: &str| range.get(name)?.as_str()?.parse().ok();
    let timeline = u32::try_from(range.get("Timeline")?.as_u64()?).ok()?;
    Some(CopyFacts { timeline, start: lsn("Start-LSN")?, stop: lsn("End-LSN")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_tells_which_journal_is_needed() {
        let manifest = br#"{ "PostgreSQL-Backup-Manifest-Version": 1, "Files": [],
            "WAL-Ranges": [{ "Timeline": 2, "Start-LSN": "0/2000028", "End-LSN": "1/2000100" }] }"#;
        let facts = facts_of(manifest).unwrap();
        assert_eq!((facts.timeline, facts.start.0, facts.stop.0), (2, 0x0200_0028, 0x1_0200_0100));
        assert_eq!(facts_of(b"{}"), None);
    }
}
