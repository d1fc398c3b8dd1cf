//! One client connection, as its requests see it.

use std::sync::Arc;

use admission::connections::ConnectionPermit;
use httpkit::client::ClientAddress;

use crate::client::state::ConnectionState;
use crate::worker::{Seat, Worker};

/// Who is at the other end.
pub(crate) struct Client {
    pub(crate) worker: Arc<Worker>,
    pub(crate) state: Arc<ConnectionState>,
    pub(crate) address: ClientAddress,
    /// The same as text, made once.
    pub(crate) address_text: String,
    pub(crate) is_tls: bool,
    /// Its version.
    pub(crate) tls_version: Option<&'static str>,
    /// Whether it is a proxy that is believed when it says for whom it asks.
    pub(crate) is_trusted: bool,
    /// Its place, for as long as anything of the connection is left: a WebSocket outlives the HTTP that began it.
    pub(crate) _seat: Seat,
    pub(crate) _permit: ConnectionPermit,
}
