//! A hold on one process. It stays a hold on that one, also after its number was given to another.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process_group, pidfd_open, pidfd_send_signal, waitid,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::record::ProcessMark;

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) code: Option<i32>,
    pub(super) how: String,
}

impl Ending {
    fn unseen() -> Self {
        Self { code: None, how: "ended; an earlier supervisor had started it, so its exit code is unknown".to_owned() }
    }
}

/// A process file descriptor (Linux 5.4).
#[derive(Clone, Debug)]
pub(super) struct Handle {
    pidfd: Arc<OwnedFd>,
    process: Pid,
}

impl Handle {
    /// Takes hold of a process; `None` when it has ended.
    pub(super) fn of(mark: &ProcessMark) -> io::Result<Option<Self>> {
        let Some(handle) = Self::of_number(mark.number)? else {
            return Ok(None);
        };
        // After taking hold: from here on it is the one that we looked at.
        Ok(mark.lives().then_some(handle))
    }

    /// Takes hold of whatever has this number; a child that nobody waited for yet, also when it has ended.
    pub(super) fn of_number(process: u32) -> io::Result<Option<Self>> {
        let Some(process) = Pid::from_raw(process.cast_signed()) else {
            return Ok(None);
        };
        match pidfd_open(process, PidfdFlags::NONBLOCK) {
            Ok(pidfd) => Ok(Some(Self { pidfd: Arc::new(pidfd), process })),
            Err(Errno::SRCH) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Sends a signal. Does nothing when it has ended.
    pub(super) fn signal(&self, signal: Signal) -> io::Result<()> {
        match pidfd_send_signal(&self.pidfd, signal) {
            Err(Errno::SRCH) | Ok(()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until it ends, and ends what it leaves behind in its process group. Its zombie is gone then.
    pub(super) async fn ended(&self) -> Ending {
        if let Err(error) = self.readable().await {
            tracing::error!(%error, "cannot wait for a process");
            return std::future::pending().await;
        }
        // While the zombie is there, the number of its group is nobody else's. Mostly the group is empty.
        let _ = kill_process_group(self.process, Signal::KILL);
        self.reap()
    }

    /// Waits, blocking the thread, until it ends or `limit` is over.
    pub(super) fn await_end_blocking(&self, limit: Duration) {
        let limit = Timespec::try_from(limit).ok();
        // Whichever it was: the caller looks at what is left.
        let _ = poll(&mut [PollFd::new(&*self.pidfd, PollFlags::IN)], limit.as_ref());
    }

    #[expect(
        deprecated,
        reason = "its successor is unsafe for types that change their descriptor; an `Arc<OwnedFd>` does not"
    )]
    async fn readable(&self) -> io::Result<()> {
        let ended = AsyncFd::with_interest(self.pidfd.clone(), Interest::READABLE)?;
        ended.readable().await.map(|_| ())
    }

    fn reap(&self) -> Ending {
        let found = waitid(WaitId::PidFd(self.pidfd.as_fd()), WaitIdOptions::EXITED | WaitIdOptions::NOHANG);
        // No child of ours: somebody else is told.
        let Ok(Some(status)) = found else {
            return Ending::unseen();
        };
        if let Some(code) = status.exit_status().filter(|_| status.exited()) {
            return Ending { code: Some(code), how: format!("exit code {code}") };
        }
        match status.terminating_signal() {
            Some(signal) => Ending { code: None, how: format!("signal {signal}") },
            None => Ending::unseen(),
        }
    }
}
