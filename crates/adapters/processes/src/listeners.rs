//! The listeners of the house: bound once, handed from process to process, closed only when the house closes.
//!
//! # Who has them
//! The supervisor binds them and hands a copy to each edge: a killed edge closes no port, connections wait in the queue
//! until the next one accepts. Two edges, the old and the new one, take from one queue.
//!
//! # When the supervisor is killed
//! The edge goes on with its copy. The next supervisor asks it for them at a Unix socket in the edge's folder (0700),
//! which the edge answers on a thread of its own. Of the other ways, binding anew with `SO_REUSEPORT` loses what
//! waits in the queue of the socket that is closed, and `pidfd_getfd` needs the rights of a debugger, which hardened
//! machines refuse. When supervisor and edge are both gone the ports are free, and are bound anew.
//!
//! # How they are handed over
//! As one message of a `SOCK_SEQPACKET` socket, which is the edge's stdin: the names in JSON, the sockets as
//! `SCM_RIGHTS` in the same order.

mod passing;
mod take_back;

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, ipproto, listen, socket_with, socketpair, sockopt};

use self::passing::{Packet, receive, send, serve};
use self::take_back::take_back;

/// How many connections may wait to be accepted while one edge replaces another. The kernel takes the smaller of this
/// and `net.core.somaxconn`, which is 4096 since Linux 5.4.
const BACKLOG: i32 = 4096;
/// More would not fit into one message's space; the house has three.
pub(crate) const MOST: usize = 8;
/// The socket in an edge's folder at which the next supervisor asks.
const KEEPER: &str = "listeners.sock";

/// Why there are no listeners.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The port is taken, or not ours to take.
    #[error("cannot listen on {address} for {name}: {}", hint(.source))]
    Bind {
        /// What it is for.
        name: String,
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// They could not be handed over.
    #[error("cannot hand over the listeners: {doing}")]
    Pass {
        /// What failed.
        doing: &'static str,
        /// Why.
        source: io::Error,
    },
    /// Stdin is no socket with listeners.
    #[error("stdin brings no listeners: start `bt up`, which hands them over, or give --listen")]
    NotHanded {
        /// Why.
        source: io::Error,
    },
    /// More than a message holds.
    #[error("{count} listeners are more than the {MOST} that can be handed over")]
    TooMany {
        /// How many.
        count: usize,
    },
}

fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => "another program has this port; `ss -ltnp` shows which",
        io::ErrorKind::PermissionDenied => {
            "a port below 1024 needs root, the right CAP_NET_BIND_SERVICE, or sysctl net.ipv4.ip_unprivileged_port_start"
        }
        io::ErrorKind::AddrNotAvailable => "this machine has no such address",
        _ => "the machine refuses",
    }
}

/// Listeners by name.
pub struct Listeners {
    sockets: Vec<(String, TcpListener)>,
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sockets = self.sockets.iter().map(|(name, socket)| (name, socket.local_addr().ok()));
        f.debug_map().entries(sockets).finish()
    }
}

impl Listeners {
    /// Those that an edge of an earlier supervisor still has, when it listens where it is wanted now; the others are
    /// bound. Port 0 is any port, also the one that the edge has.
    ///
    /// # Errors
    /// [`ListenError`], with what to do.
    pub async fn open(data_dir: &Path, wanted: &[(&str, SocketAddr)]) -> Result<Self, ListenError> {
        if wanted.len() > MOST {
            return Err(ListenError::TooMany { count: wanted.len() });
        }
        let data_dir = data_dir.to_owned();
        let wanted: Vec<(String, SocketAddr)> = wanted.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect();
        let opened = tokio::task::spawn_blocking(move || open_blocking(&data_dir, &wanted)).await;
        opened.unwrap_or_else(|ended| Err(pass("the program ends")(io::Error::other(ended))))
    }

    /// Where a listener listens.
    #[must_use]
    pub fn address(&self, name: &str) -> Option<SocketAddr> {
        let (_, socket) = self.sockets.iter().find(|(found, _)| found == name)?;
        socket.local_addr().ok()
    }

    /// A socket that is to be the stdin of an edge with this folder: its listeners wait in it. The folder is there.
    pub(crate) fn hand_over(&self, folder: &Path) -> Result<OwnedFd, ListenError> {
        let (ours, theirs) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
            .map_err(|error| pass("make a pair of sockets")(error.into()))?;
        let keeper = passing::keeper_at(&folder.join(KEEPER)).map_err(pass("listen in the folder of the edge"))?;
        let names = self.sockets.iter().map(|(name, _)| name.clone()).collect();
        let sockets = self.sockets.iter().map(|(_, socket)| socket.as_fd());
        let all: Vec<_> = sockets.chain([keeper.as_fd()]).collect();
        send(&ours, &Packet { names, has_keeper: true }, &all).map_err(pass("send them"))?;
        Ok(theirs)
    }
}

/// The listeners that were handed to this process as its stdin. They do not block. From here on this process gives copies of
/// them to the next supervisor when it asks, on a thread of its own that lives as long as the process.
///
/// # Errors
/// [`ListenError::NotHanded`] when it was started by hand.
pub fn take_from_stdin() -> Result<Vec<(String, TcpListener)>, ListenError> {
    let (packet, mut sockets) = receive(&io::stdin()).map_err(|source| ListenError::NotHanded { source })?;
    let keeper = if packet.has_keeper { sockets.pop() } else { None };
    let listeners: Vec<_> = packet.names.into_iter().zip(sockets.into_iter().map(TcpListener::from)).collect();
    let Some(keeper) = keeper else {
        return Ok(listeners);
    };
    let copies: io::Result<Vec<_>> =
        listeners.iter().map(|(name, socket)| Ok((name.clone(), socket.try_clone()?))).collect();
    let copies = copies.map_err(pass("keep a copy"))?;
    let thread = std::thread::Builder::new().name("listeners".to_owned());
    thread.spawn(move || serve(&keeper, &copies)).map_err(pass("start a thread"))?;
    Ok(listeners)
}

fn open_blocking(data_dir: &Path, wanted: &[(String, SocketAddr)]) -> Result<Listeners, ListenError> {
    let instances = instances(data_dir);
    let mut found = take_back(&instances);
    let mut sockets = Vec::new();
    for (name, address) in wanted {
        let place = found.iter().position(|(kept, socket)| kept == name && listens_at(socket, *address));
        let socket = match place {
            Some(place) => found.swap_remove(place).1,
            None => bind_freed(name, *address, &instances)?,
        };
        sockets.push((name.clone(), socket));
    }
    Ok(Listeners { sockets })
}

fn listens_at(socket: &TcpListener, wanted: SocketAddr) -> bool {
    let same = |at: SocketAddr| at.ip() == wanted.ip() && (wanted.port() == 0 || wanted.port() == at.port());
    socket.local_addr().is_ok_and(same)
}

/// Binds; a port that an edge of ours holds, which does not answer, is freed by ending it.
fn bind_freed(name: &str, address: SocketAddr, instances: &Path) -> Result<TcpListener, ListenError> {
    let failed = |source| ListenError::Bind { name: name.to_owned(), address, source };
    match bind_at(address) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && take_back::end_silent(instances) => {
            bind_at(address).map_err(failed)
        }
        bound => bound.map_err(failed),
    }
}

fn bind_at(address: SocketAddr) -> io::Result<TcpListener> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    // The mode belongs to the socket, not to the copy: everybody who accepts here does so without blocking.
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(family, SocketType::STREAM, flags, Some(ipproto::TCP))?;
    // Connections of an earlier run that are closing do not hold the port.
    sockopt::set_socket_reuseaddr(&socket, true)?;
    bind(&socket, &address)?;
    listen(&socket, BACKLOG)?;
    Ok(TcpListener::from(socket))
}

fn instances(data_dir: &Path) -> PathBuf {
    crate::runtime::instances_folder(data_dir)
}

fn pass(doing: &'static str) -> impl FnOnce(io::Error) -> ListenError {
    move |source| ListenError::Pass { doing, source }
}
