//! Alarms: few, once, and each says what to do.
//!
//! [`event`] is what happens besides the looks at the parts; [`book`] decides which messages go out.

pub mod book;
pub mod event;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::status::Health;

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
    /// What is remembered of it between looks and across restarts; not for people.
    #[serde(default)]
    pub memory: Memory,
}

/// What is remembered of an alarm that is kept. Nothing, in one that was never kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The worst health that people were told, or that is to be told.
    pub worst: Option<Health>,
    /// Whether people are to be told something new of it.
    pub is_news: bool,
    /// When people were last told; `None` while they were not.
    pub told_at: Option<Timestamp>,
    /// Which commands that mend it people were told.
    pub told_mends: Vec<String>,
    /// Since when nothing of it is seen; it is over when that has lasted.
    pub quiet_since: Option<Timestamp>,
    /// How often it came back shortly after it was over.
    pub came_back: u32,
    /// The sinks that have not taken this message. Not empty in messages that are on their way, empty in troubles.
    pub awaits: Vec<String>,
}

impl Alarm {
    /// A message that something is wrong.
    #[must_use]
    pub fn new(key: impl Into<String>, at: Timestamp, title: impl Into<String>, text: impl Into<String>) -> Self {
        let (key, title, text) = (key.into(), title.into(), text.into());
        Self { key, at, is_over: false, title, text, memory: Memory::default() }
    }
}
