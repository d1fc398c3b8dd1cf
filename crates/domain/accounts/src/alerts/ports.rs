//! The ports of alerts: what students do with them, what the notifier does, and the way to the mail server.

use async_trait::async_trait;
use catalog::ids::CourseId;
use catalog::ports::{Cause, StoreError};
use catalog::term::TermId;
use jiff::{SignedDuration, Timestamp};

use super::letter::{DELIVERY_TEXT_CHARS_MAX, Letter, LoggedAlert, Message};
use super::news::Alert;
use super::notice::Notice;
use super::told::Told;
use super::watch::{NewWatch, WATCHES_MAX, Watch, WatchId};
use crate::line::Line;
use crate::person::PersonId;
use crate::session::TokenHash;

/// How long alerts, and the links that end the mail, are kept. Half a year: a semester with what comes before it.
pub const LOG_DAYS: i32 = 183;

/// Why something about alerts could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// The account does not exist, or no longer.
    #[error("there is no account {0}: it may have been deleted; sign in again")]
    NoSuchPerson(PersonId),
    /// The catalog has never had that course, or that term.
    #[error("there is no course {0} in that term")]
    NoSuchCourse(CourseId),
    /// The list is full.
    #[error("{WATCHES_MAX} classes are followed already: end one first")]
    TooManyWatches,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What students do with alerts. Each is reached by its owner's id alone.
#[async_trait]
pub trait AlertStore: Send + Sync {
    /// What somebody follows, the newest first.
    async fn watches(&self, person: PersonId) -> Result<Vec<Watch>, AlertError>;
    /// Follows something, from what is `told` on. What is followed already gets the new kinds and pace, and keeps what
    /// was last told.
    async fn watch(&self, person: PersonId, new: &NewWatch, told: &Told, at: Timestamp) -> Result<(), AlertError>;
    /// Ends a watch. Gives whether there was one.
    async fn unwatch(&self, person: PersonId, watch: WatchId) -> Result<bool, AlertError>;
    /// What somebody was told, the newest first.
    async fn alert_log(&self, person: PersonId, limit: usize) -> Result<Vec<LoggedAlert>, AlertError>;
    /// Since when somebody wants no mail of alerts; `None` while they do.
    async fn mail_off_since(&self, person: PersonId) -> Result<Option<Timestamp>, AlertError>;
    /// Turns mail of alerts off, from now on and for letters that wait; or on.
    async fn set_mail(&self, person: PersonId, is_on: bool, at: Timestamp) -> Result<(), AlertError>;
    /// Whether a link ends anybody's mail.
    async fn is_unsubscribe_link(&self, hash: TokenHash) -> Result<bool, AlertError>;
    /// Turns mail off by a link. Gives whether the link is anybody's; it may be used again.
    async fn unsubscribe(&self, hash: TokenHash, at: Timestamp) -> Result<bool, AlertError>;
}

/// What became of an attempt to send a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it.
    Sent,
    /// Try again then.
    Later(Timestamp),
    /// The address does not take mail; what the server said.
    Refused(Line<DELIVERY_TEXT_CHARS_MAX>),
    /// It was tried for too long.
    GivenUp,
}

/// What the notifier does: looks for everybody, and hands out letters, each to one taker at a time.
#[async_trait]
pub trait AlertOutbox: Send + Sync {
    /// Makes the watches of saved courses for those who want to hear of them, in a term; takes away those that are
    /// wanted no longer or of another term.
    async fn follow_saved(&self, term: TermId, at: Timestamp) -> Result<(), StoreError>;
    /// Watches of everybody by key, those behind `after`, at most `limit`.
    async fn watches_after(&self, after: Option<WatchId>, limit: usize) -> Result<Vec<Watch>, StoreError>;
    /// Keeps what is told from now on, and the alerts, together. Gives `false`, and keeps nothing, when the watch is not
    /// as it was given any more.
    async fn tell(&self, watch: &Watch, told: &Told, alerts: &[Alert], at: Timestamp) -> Result<bool, StoreError>;
    /// Tells everybody who wished for it, once: a notice that was told under the same name is told to nobody. Gives how
    /// many were told.
    async fn announce(&self, notice: &Notice, at: Timestamp) -> Result<usize, StoreError>;
    /// Makes letters of what waits: of what is told at once, and of what is told by digest and came before
    /// `digest_moment`. Those who had [`super::LETTERS_PER_HOUR_MAX`] letters of late wait; those who want no mail get none.
    /// Gives how many letters were made.
    async fn bundle(&self, now: Timestamp, digest_moment: Timestamp) -> Result<usize, StoreError>;
    /// Takes out a letter whose time has come, for as long as `lease`; `unsubscribe` is the hash of the token that goes
    /// with it. One that was taken before and not settled within its lease comes again.
    async fn take_letter(
        &self,
        now: Timestamp,
        lease: SignedDuration,
        unsubscribe: TokenHash,
    ) -> Result<Option<Letter>, StoreError>;
    /// Says what became of a letter. Gives `false`, and changes nothing, when another has taken it since.
    async fn settle_letter(&self, letter: &Letter, outcome: &Outcome, now: Timestamp) -> Result<bool, StoreError>;
    /// Forgets what is older than [`LOG_DAYS`]. Gives how many alerts that were.
    async fn sweep_alerts(&self, now: Timestamp) -> Result<usize, StoreError>;
}

/// Why a letter was not taken. None of these says the address.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Nothing can be handed in now, whatever it is: that is no letter's fault.
    #[error("the mail server takes nothing now")]
    Unreachable(#[source] Cause),
    /// The server does not take this one now.
    #[error("the mail server did not take a letter for now")]
    NotNow(#[source] Cause),
    /// The server will not take this one: what it said.
    #[error("the mail server refused a letter for good: {0}")]
    Never(Line<DELIVERY_TEXT_CHARS_MAX>),
}

/// The way to the mail server.
#[async_trait]
pub trait AlertMail: Send + Sync {
    /// Hands a letter in. When it comes back well, the server has it.
    async fn send(&self, message: &Message) -> Result<(), MailError>;
}
