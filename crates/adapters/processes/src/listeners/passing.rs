//! Sockets through a socket: one message with names in JSON, and the sockets beside it.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::net::TcpListener;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, SocketAddrUnix, SocketFlags, SocketType, accept_with, bind, connect, listen, recvmsg, sendmsg,
    socket_with, sockopt,
};
use serde::{Deserialize, Serialize};

use super::MOST;

/// Names of eight listeners are some hundred bytes.
const MESSAGE_LIMIT: usize = 4096;
/// Two supervisors never ask at once; a few places more cost nothing.
const ASKERS: i32 = 8;

/// What a message says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Packet {
    /// Of the sockets, in their order.
    pub(super) names: Vec<String>,
    /// Whether one more socket follows, at which the next supervisor will ask.
    pub(super) has_keeper: bool,
}

pub(super) fn send(to: &impl AsFd, packet: &Packet, sockets: &[BorrowedFd<'_>]) -> io::Result<()> {
    let text = serde_json::to_vec(packet)?;
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST + 1))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    if !beside.push(SendAncillaryMessage::ScmRights(sockets)) {
        return Err(io::Error::other("too many sockets for one message"));
    }
    sendmsg(to, &[IoSlice::new(&text)], &mut beside, SendFlags::NOSIGNAL)?;
    Ok(())
}

pub(super) fn receive(from: &impl AsFd) -> io::Result<(Packet, Vec<OwnedFd>)> {
    let mut text = [0; MESSAGE_LIMIT];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST + 1))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let received = recvmsg(from, &mut [IoSliceMut::new(&mut text)], &mut beside, RecvFlags::CMSG_CLOEXEC)?;
    let mut sockets = Vec::new();
    for message in beside.drain() {
        if let RecvAncillaryMessage::ScmRights(found) = message {
            sockets.extend(found);
        }
    }
    let text = text.get(..received.bytes).unwrap_or_default();
    let packet: Packet = serde_json::from_slice(text)?;
    if sockets.len() != packet.names.len() + usize::from(packet.has_keeper) {
        return Err(io::Error::other(format!("{} names came with {} sockets", packet.names.len(), sockets.len())));
    }
    Ok((packet, sockets))
}

/// A socket at which one asks for listeners. Whoever may enter its folder may ask.
pub(super) fn keeper_at(path: &Path) -> io::Result<OwnedFd> {
    let (folder, short) = short(path)?;
    let socket = seqpacket()?;
    bind(&socket, &SocketAddrUnix::new(short)?)?;
    drop(folder);
    listen(&socket, ASKERS)?;
    Ok(socket)
}

/// Asks, and waits for `limit` at most.
pub(super) fn ask(path: &Path, limit: Duration) -> io::Result<(Packet, Vec<OwnedFd>)> {
    let (_folder, short) = short(path)?;
    let socket = seqpacket()?;
    sockopt::set_socket_timeout(&socket, sockopt::Timeout::Recv, Some(limit))?;
    sockopt::set_socket_timeout(&socket, sockopt::Timeout::Send, Some(limit))?;
    connect(&socket, &SocketAddrUnix::new(short)?)?;
    receive(&socket)
}

/// Gives everybody who asks a copy of the listeners.
pub(super) fn serve(keeper: &OwnedFd, listeners: &[(String, TcpListener)]) {
    loop {
        let asker = match accept_with(keeper, SocketFlags::CLOEXEC) {
            Ok(asker) => asker,
            Err(Errno::INTR | Errno::CONNABORTED) => continue,
            Err(error) => {
                tracing::error!(%error, "the next supervisor will not get the listeners from this process");
                return;
            }
        };
        let names = listeners.iter().map(|(name, _)| name.clone()).collect();
        let sockets: Vec<_> = listeners.iter().map(|(_, socket)| socket.as_fd()).collect();
        match send(&asker, &Packet { names, has_keeper: false }, &sockets) {
            Ok(()) => tracing::info!("gave the listeners to another supervisor"),
            Err(error) => tracing::warn!(%error, "cannot give the listeners to another supervisor"),
        }
    }
}

fn seqpacket() -> io::Result<OwnedFd> {
    Ok(socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?)
}

/// The address of a Unix socket holds 107 bytes, and data directories may lie deep: through the open folder it is short.
fn short(path: &Path) -> io::Result<(File, PathBuf)> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::Error::other("a socket lies in a folder"));
    };
    let folder = File::open(folder)?;
    let short = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name);
    Ok((folder, short))
}
