//! One request: read, judged, forwarded, answered.

pub(crate) mod answers;
pub(crate) mod asked;
pub(crate) mod body;
pub(crate) mod dressing;
pub(crate) mod exchange;
pub(crate) mod followed;
pub(crate) mod forward;
pub(crate) mod forwarding;
pub(crate) mod host;
pub(crate) mod path;
pub(crate) mod refusal;
pub(crate) mod table;
pub(crate) mod upgrade;
