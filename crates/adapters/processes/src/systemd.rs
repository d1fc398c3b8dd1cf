//! What systemd wants to hear of a service of `Type=notify`.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Tells systemd a state, such as `READY=1` or `STOPPING=1`. `socket` is the variable `NOTIFY_SOCKET`, which is not
/// there when systemd did not start us: then there is nobody to tell.
///
/// # Errors
/// When it does not listen.
pub fn notify(socket: &OsStr, state: &str) -> io::Result<()> {
    let address = match socket.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systemd_hears_it_at_a_path_and_at_a_name_without_one() {
        let path = std::env::temp_dir().join(format!("bt-notify-{}", std::process::id()));
        let name = format!("bt-notify-{}", std::process::id());
        let by_path = UnixDatagram::bind(&path).unwrap();
        let by_name = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        notify(path.as_os_str(), "READY=1").unwrap();
        notify(OsStr::new(&format!("@{name}")), "STOPPING=1").unwrap();
        let mut text = [0; 32];
        let length = by_path.recv(&mut text).unwrap();
        assert_eq!(&text[..length], b"READY=1");
        let length = by_name.recv(&mut text).unwrap();
        assert_eq!(&text[..length], b"STOPPING=1");
        std::fs::remove_file(path).unwrap();
    }
}
