//! The listeners that processes of an earlier supervisor still have.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{KEEPER, passing};
use crate::runtime::end_marked;

/// An edge answers at once, on a thread that does nothing else.
const ASK_LIMIT: Duration = Duration::from_secs(1);

/// Asks every instance that keeps listeners.
pub(super) fn take_back(instances: &Path) -> Vec<(String, TcpListener)> {
    let mut found: Vec<(String, TcpListener)> = Vec::new();
    for folder in keepers(instances) {
        match passing::ask(&folder.join(KEEPER), ASK_LIMIT) {
            Ok((packet, sockets)) => found.extend(packet.names.into_iter().zip(sockets.into_iter().map(Into::into))),
            // It has ended.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
            Err(error) => tracing::warn!(folder = %folder.display(), %error, "an edge does not give its listeners"),
        }
    }
    found
}

/// Ends those that live and do not answer: they hold ports and are no use. Says whether there was one.
pub(super) fn end_silent(instances: &Path) -> bool {
    let folders = keepers(instances);
    let silent = folders.iter().filter(|folder| passing::ask(&folder.join(KEEPER), ASK_LIMIT).is_err());
    silent.filter(|folder| end_marked(folder)).count() > 0
}

fn keepers(instances: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(instances).into_iter().flatten();
    let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
    folders.filter(|folder| folder.join(KEEPER).exists()).collect()
}
