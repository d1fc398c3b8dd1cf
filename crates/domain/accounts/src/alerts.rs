//! Alerts: what somebody follows, what they were last told of it, what there is to tell now, and the letters by which
//! they are told.
//!
//! A watch keeps the state that its owner was last told. Each look compares that with the published catalog: so nothing
//! is told twice, nothing is lost while no process looked, and a seat that closes is told again when it opens.

mod letter;
mod news;
mod notice;
mod ports;
mod rule;
mod seen;
#[cfg(test)]
mod tests;
mod told;
mod watch;

pub use self::letter::{
    ALERTS_PER_LETTER_MAX, DELIVERY_TEXT_CHARS_MAX, DIGEST_HOUR, Delivery, LETTERS_PER_HOUR_MAX, Letter, LetterId,
    LoggedAlert, Message, MessageAround, OUTAGE_PAUSE, RETRY_FIRST, RETRY_FOR, RETRY_LONGEST, digest_moment, message,
    retry_after, retry_wait,
};
pub use self::news::{
    ALERT_DETAIL_CHARS_MAX, ALERT_HEADLINE_CHARS_MAX, ALERT_PATH_CHARS_MAX, ALERTS_PER_LOOK_MAX, Alert, Detail,
    Headline, Kind, News, Path, alerts,
};
pub use self::notice::{NEWS_DAYS_MAX, NOTICE_NAME_CHARS_MAX, Notice, SiteNews, Wish, notices};
pub use self::ports::{AlertError, AlertMail, AlertOutbox, AlertStore, LOG_DAYS, MailError, Outcome};
pub use self::rule::{Due, due, told_at_first};
pub use self::seen::{Place, Seen, SeenSeats, SeenSection, seen};
pub use self::told::{Facts, Graded, Told, ToldSeats, ToldSection};
pub use self::watch::{Kinds, NewWatch, Pace, WATCHES_MAX, Watch, WatchId, Watched, Why};
