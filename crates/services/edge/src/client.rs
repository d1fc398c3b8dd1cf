//! The side of the clients: connections, watched and judged before anything is read.

pub(crate) mod connection;
pub(crate) mod context;
pub(crate) mod fault;
pub(crate) mod guard;
pub(crate) mod head;
pub(crate) mod io;
pub(crate) mod pace;
pub(crate) mod simple;
pub(crate) mod state;
pub(crate) mod written;
