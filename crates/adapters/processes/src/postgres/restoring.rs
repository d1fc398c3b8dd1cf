//! A restore: unpack, let a scratch server read the journal, hand over.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use platform::backups::ports::{HandedOver, Recovered, RecoveryTarget, Restoration, WalSource};
use platform::ports::PortError;
use tokio::process::Child;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::archive::{setting_text, shell_text};
use super::binaries::Binaries;
use super::cluster::{self, program};
use super::error::PostgresError;
use super::leftover::Leftover;
use super::serving::Serving;
use super::site::Site;
use super::{PostgresConfig, log};

/// Pieces of the archive that wait to be unpacked, of a megabyte or so each.
const PIECES_WAITING: usize = 8;
const LOOK_EVERY: Duration = Duration::from_millis(10);
const FETCH: &str = include_str!("fetch.sh");
/// What the server says when the journal has no change after the moment that was asked for.
const ENDED_EARLY: &str = "recovery ended before configured recovery target was reached";
const LAST_CHANGE: &str = "last completed transaction was at log time ";
/// Where the two lines above are looked for: among the last of the log.
const LOG_BYTES: usize = 64 << 10;

/// A restore under way.
pub(super) struct Restoring {
    config: PostgresConfig,
    binaries: Binaries,
    /// `None` when it has been handed over or discarded.
    site: Option<Site>,
    unpacking: Option<Unpacking>,
    server: Option<Child>,
}

struct Unpacking {
    pieces: mpsc::Sender<Vec<u8>>,
    done: JoinHandle<io::Result<()>>,
}

impl Restoring {
    pub(super) fn new(config: PostgresConfig, binaries: Binaries, site: Site) -> Result<Self, PortError> {
        let (pieces, receiver) = mpsc::channel(PIECES_WAITING);
        let folder = site.scratch.cluster.clone();
        let done = tokio::task::spawn_blocking(move || unpack(receiver, &folder));
        let unpacking = Some(Unpacking { pieces, done });
        Ok(Self { config, binaries, site: Some(site), unpacking, server: None })
    }

    fn site(&self) -> Result<&Site, PortError> {
        self.site.as_ref().ok_or_else(|| PortError::plain("the restore is over"))
    }

    async fn unpacked(&mut self) -> Result<(), PortError> {
        let Some(Unpacking { pieces, done }) = self.unpacking.take() else { return Ok(()) };
        drop(pieces);
        let failed = |error: io::Error| PortError::new("cannot unpack the database's files", error);
        done.await.map_err(|panic| PortError::new("cannot unpack the database's files", panic))?.map_err(failed)?;
        let site = self.site()?;
        site.give_away().map_err(|error| PortError::new("cannot restore the database", error))
    }

    /// Starts the server and gives it the journal until it takes connections.
    async fn read_journal(&mut self, target: &RecoveryTarget, wal: &dyn WalSource) -> Result<Outcome, PortError> {
        self.write_settings(target).map_err(|error| PortError::new("cannot set up the restored database", error))?;
        let site = self.site()?;
        let log_path = site.scratch.log.clone();
        let mut serving = Serving::new(site.work.join("fetch"), site.scratch.account.clone());
        let pid_file = site.scratch.cluster.join("postmaster.pid");
        let mut server = self.start()?;
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let outcome = loop {
            looks.tick().await;
            let ended = server.try_wait().map_err(|error| PortError::new("cannot wait for the server", error))?;
            if let Some(status) = ended {
                break Err(format!("it ended with {status}"));
            }
            if is_ready(&pid_file, server.id()) {
                break Ok(());
            }
            serving.serve(wal).await;
        };
        let words = end_of(&log_path);
        if outcome.is_ok() {
            self.server = Some(server);
            let last_change =
                words.lines().rev().find_map(|line| Some(line.split_once(LAST_CHANGE)?.1.trim().to_owned()));
            return Ok(Outcome::Ready { last_change });
        }
        if let Some(error) = serving.trouble() {
            return Err(error);
        }
        if words.contains(ENDED_EARLY) && matches!(target, RecoveryTarget::Time { .. }) {
            return Ok(Outcome::EndedEarly);
        }
        let reason = outcome.err().unwrap_or_default();
        let tail = log::tail(&log_path, 0);
        let why = PostgresError::DidNotStart { reason, log: log_path, tail };
        Err(PortError::new("the restored database did not come up", why))
    }

    fn start(&self) -> Result<Child, PortError> {
        let site = self.site()?;
        let failed = |error: PostgresError| PortError::new("cannot start the restored database", error);
        let log = log::open(&site.scratch.log).map_err(failed)?;
        let mut postgres = program(&self.binaries, "postgres", &site.scratch);
        let mut setting = std::ffi::OsString::from("config_file=");
        setting.push(site.work.join("restore.conf"));
        postgres.arg("-D").arg(&site.scratch.cluster).arg("-c").arg(setting);
        postgres.stdout(Stdio::null()).stderr(log);
        let program = self.binaries.program("postgres");
        postgres.spawn().map_err(|source| failed(PostgresError::Program { program, source }))
    }

    /// Beside the restored files, which keep their own settings.
    fn write_settings(&self, target: &RecoveryTarget) -> Result<(), PostgresError> {
        let Some(site) = &self.site else { return Ok(()) };
        let (work, account) = (&site.work, &site.scratch.account);
        let fetch = format!(
            "/bin/sh {} {} '%f' '%p'",
            shell_text(&work.join("fetch.sh")).replace('%', "%%"),
            shell_text(&work.join("fetch")).replace('%', "%%"),
        );
        let mut more = vec![
            ("unix_socket_directories", setting_text(&site.scratch.sockets.to_string_lossy())),
            ("hba_file", setting_text(&work.join("access.conf").to_string_lossy())),
            // It must never mix with the archive of the database that it is a copy of.
            ("archive_mode", "off".to_owned()),
            ("hot_standby", "off".to_owned()),
            ("autovacuum", "off".to_owned()),
            ("restore_command", setting_text(&fetch)),
            ("recovery_target_action", "'promote'".to_owned()),
        ];
        if site.is_drill() {
            more.push(("fsync", "off".to_owned()));
        }
        match target {
            RecoveryTarget::Newest { .. } => {}
            RecoveryTarget::Time { to, .. } => {
                let text = to.strftime("%Y-%m-%d %H:%M:%S%.6f+00").to_string();
                more.push(("recovery_target_time", setting_text(&text)));
            }
            RecoveryTarget::Point { name, .. } => more.push(("recovery_target_name", setting_text(name))),
        }
        if let Some(timeline) = target.timeline() {
            more.push(("recovery_target_timeline", format!("'{timeline}'")));
        }
        cluster::write_for(account, &work.join("fetch.sh"), FETCH)?;
        cluster::write_for(account, &work.join("access.conf"), cluster::ACCESS)?;
        cluster::write_for(account, &site.scratch.cluster.join("recovery.signal"), "")?;
        cluster::write_for(account, &work.join("restore.conf"), &cluster::settings_text(&more))
    }

    async fn stop(&mut self) -> Result<(), PortError> {
        let Some(site) = &self.site else { return Ok(()) };
        let stopped = Leftover::of(&site.scratch.cluster).end_own().await;
        if let Some(mut server) = self.server.take() {
            // It has ended; this takes its number from the kernel's list.
            let _ = server.wait().await;
        }
        stopped.map(drop).map_err(|error| PortError::new("cannot stop the server of the restore", error))
    }

    /// What the server must know when it is started in its new place.
    fn settle(&self) -> Result<(), PostgresError> {
        let Some(site) = &self.site else { return Ok(()) };
        let scratch = &site.scratch;
        announce_histories(&scratch.cluster, &scratch.account)?;
        if site.is_in_place() {
            return Ok(());
        }
        // Whoever starts it by hand must not get the sockets and the archive of the database.
        cluster::write_settings(
            &PostgresConfig { archives: false, ..self.config.clone() },
            &super::place::Place { sockets: "/tmp".into(), ..scratch.clone() },
            &scratch.cluster,
        )
    }
}

enum Outcome {
    Ready { last_change: Option<String> },
    EndedEarly,
}

#[async_trait]
impl Restoration for Restoring {
    async fn unpack(&mut self, piece: Vec<u8>) -> Result<(), PortError> {
        let Some(unpacking) = &self.unpacking else { return Err(PortError::plain("everything is unpacked already")) };
        if unpacking.pieces.send(piece).await.is_ok() {
            return Ok(());
        }
        // The other end is gone: it says why, or it had seen the end of the archive.
        let Some(Unpacking { done, .. }) = self.unpacking.take() else { return Ok(()) };
        let why = match done.await {
            Ok(Ok(())) => io::Error::other("there is more after its end"),
            Ok(Err(error)) => error,
            Err(panic) => io::Error::other(panic),
        };
        Err(PortError::new("cannot unpack the database's files", why))
    }

    async fn recover(&mut self, target: &RecoveryTarget, wal: &dyn WalSource) -> Result<Recovered, PortError> {
        self.unpacked().await?;
        match self.read_journal(target, wal).await? {
            Outcome::Ready { last_change } => Ok(Recovered { last_change, ended_early: false }),
            // Every change that is known is older than the moment: all of them are wanted.
            Outcome::EndedEarly => {
                let all = RecoveryTarget::Newest { timeline: target.timeline() };
                match self.read_journal(&all, wal).await? {
                    Outcome::Ready { last_change } => Ok(Recovered { last_change, ended_early: true }),
                    Outcome::EndedEarly => Err(PortError::plain("the restored database ended twice")),
                }
            }
        }
    }

    fn url(&self, database: &str) -> String {
        self.site.as_ref().map(|site| site.scratch.url_of(database)).unwrap_or_default()
    }

    async fn hand_over(mut self: Box<Self>) -> Result<HandedOver, PortError> {
        self.stop().await?;
        self.settle().map_err(|error| PortError::new("cannot finish the restored database", error))?;
        let site = self.site.take().ok_or_else(|| PortError::plain("the restore is over"))?;
        site.hand_over()
    }

    async fn discard(mut self: Box<Self>) -> Result<(), PortError> {
        if let Some(Unpacking { pieces, done }) = self.unpacking.take() {
            drop(pieces);
            let _ = done.await;
        }
        self.stop().await?;
        match self.site.take() {
            Some(site) => site.discard().await,
            None => Ok(()),
        }
    }
}

impl Drop for Restoring {
    /// Of a restore that failed half way: nothing of it is of use.
    fn drop(&mut self) {
        let Some(site) = self.site.take() else { return };
        Leftover::of(&site.scratch.cluster).remove_blocking();
        site.scratch.remove_short_sockets();
        if let Err(error) = fs::remove_dir_all(&site.work) {
            tracing::warn!(%error, folder = %site.work.display(), "what a restore left could not be removed");
        }
    }
}

/// Reads what comes in through a channel.
struct Pieces {
    pieces: mpsc::Receiver<Vec<u8>>,
    current: Vec<u8>,
    at: usize,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.current.len() {
            match self.pieces.blocking_recv() {
                Some(piece) => (self.current, self.at) = (piece, 0),
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.current.len() - self.at);
        buffer[..length].copy_from_slice(&self.current[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

fn unpack(pieces: mpsc::Receiver<Vec<u8>>, folder: &Path) -> io::Result<()> {
    let mut archive = tar::Archive::new(Pieces { pieces, current: Vec::new(), at: 0 });
    for entry in archive.entries()? {
        let mut entry = entry?;
        if entry.path()?.components().count() == 0 {
            continue;
        }
        if !entry.unpack_in(folder)? {
            return Err(io::Error::other(format!("{} leads out of the folder", entry.path()?.display())));
        }
    }
    // What follows the end is padding; the sender must be able to send it.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map(drop)
}

/// The eighth line of the process file.
fn is_ready(pid_file: &Path, process: Option<u32>) -> bool {
    let text = fs::read_to_string(pid_file).unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.first().and_then(|line| line.parse().ok()) == process && lines.get(7) == Some(&"ready")
}

fn end_of(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(LOG_BYTES)..]).into_owned()
}

/// A server that does not archive does not ask for its new history to be archived either; without it in the vault, no
/// later restore finds its way. The next start with archiving sends what is marked.
fn announce_histories(cluster: &Path, account: &super::account::Account) -> Result<(), PostgresError> {
    let journal = cluster.join("pg_wal");
    let entries = fs::read_dir(&journal).map_err(PostgresError::file("open", &journal))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".history") {
            continue;
        }
        let ready = journal.join("archive_status").join(format!("{name}.ready"));
        let made = File::create(&ready).and_then(|file| file.sync_all());
        made.map_err(PostgresError::file("write", &ready))?;
        account.own(&ready)?;
    }
    Ok(())
}
