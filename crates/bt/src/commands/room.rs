//! Room on the disk of the data directory: a house that lacks it waits, and goes on by itself when there is some again.

use std::io;
use std::time::Duration;

use rustix::fs::statvfs;

use crate::commands::unless_stopped;
use crate::world::World;

/// With less, `--detach` does not wait for the site: a service's first files are some 10 KB.
const NONE_BYTES: u64 = 64 * 1024;
/// A disk that is full for so many looks, a second apart, is not just full for a moment.
const NONE_LOOKS: u32 = 3;
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What fails with less than this failed for want of room: the database writes its journal in files of this size.
const LITTLE_BYTES: u64 = 16 << 20;
/// With so much it is tried again.
const ENOUGH_BYTES: u64 = 32 << 20;
/// The pause between two tries: where a quota is used up, the disk does not look full.
const PAUSE: Duration = Duration::from_secs(5);

/// How many bytes are free; `None` when that cannot be said.
fn free_bytes(world: &World) -> Option<u64> {
    let found = statvfs(world.data_dir()).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Returns when the disk of the data directory is full.
pub(super) async fn lacking(world: &World) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    let mut full_looks = 0;
    while full_looks < NONE_LOOKS {
        looks.tick().await;
        let is_full = free_bytes(world).is_some_and(|free| free < NONE_BYTES);
        full_looks = if is_full { full_looks + 1 } else { 0 };
    }
}

/// Does some work, and once more whenever it failed on a full disk and there is room again. `None` when the shutdown comes
/// while that is waited for.
///
/// # Errors
/// What the work fails with for another reason.
pub(super) async fn given<T>(world: &World, work: impl AsyncFn() -> anyhow::Result<T>) -> anyhow::Result<Option<T>> {
    loop {
        let error = match work().await {
            Ok(done) => return Ok(Some(done)),
            Err(error) if is_for_want_of_room(&error, free_bytes(world)) => error,
            Err(error) => return Err(error),
        };
        let why = format!("{error:#}");
        let folder = world.data_dir();
        tracing::error!(why, "the disk is full; this goes on by itself when there is room");
        world.screen.complain(&format!(
            "the disk of {} is full: {why}. bt waits, and goes on by itself when {} MB are free (the runbook: disk full)",
            folder.display(),
            ENOUGH_BYTES >> 20
        ));
        let waited = unless_stopped(world, async {
            tokio::time::sleep(PAUSE).await;
            let mut looks = tokio::time::interval(LOOK_EVERY);
            while free_bytes(world).is_some_and(|free| free < ENOUGH_BYTES) {
                looks.tick().await;
            }
        });
        if waited.await.is_none() {
            return Ok(None);
        }
    }
}

fn is_for_want_of_room(error: &anyhow::Error, free: Option<u64>) -> bool {
    let says_so = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| matches!(cause.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded));
    says_so || free.is_some_and(|free| free < LITTLE_BYTES)
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn only_what_fails_for_want_of_room_is_waited_for() {
        let full = || Err::<(), _>(io::Error::from(io::ErrorKind::StorageFull)).context("cannot write").unwrap_err();
        let other = || anyhow::anyhow!("another bt already runs");
        assert!(is_for_want_of_room(&full(), Some(1 << 40)), "a quota");
        assert!(!is_for_want_of_room(&other(), Some(1 << 40)));
        assert!(is_for_want_of_room(&other(), Some(0)), "a program that was started says it in its own words");
        assert!(!is_for_want_of_room(&other(), None));
    }
}
