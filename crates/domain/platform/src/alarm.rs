//! Alarms: few, once, and each says what to do.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One message to the people who run the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// What it is about: another alarm with the same key is the same trouble, and is not sent again while it lasts.
    pub key: String,
    /// When it was raised.
    pub at: Timestamp,
    /// Whether the trouble is over.
    pub is_over: bool,
    /// In one line: what is wrong.
    pub title: String,
    /// What it means, and the command that mends it.
    pub text: String,
}
