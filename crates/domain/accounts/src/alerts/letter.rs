//! Letters: what is sent, to whom, when, and what became of it.

use std::fmt;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::news::{Alert, Kind};
use crate::identity::EmailAddress;
use crate::line::Line;
use crate::person::PersonId;
use crate::session::SessionToken;

/// The most letters to one person in an hour. Six: one for every second update of the seats; more wait and go together.
pub const LETTERS_PER_HOUR_MAX: usize = 6;
/// The most alerts of one letter; more go into the next.
pub const ALERTS_PER_LETTER_MAX: usize = 50;
/// The hour of the day on the campus at which digests go out.
pub const DIGEST_HOUR: i8 = 7;
/// The wait after the first refusal for now; it doubles each time.
pub const RETRY_FIRST: SignedDuration = SignedDuration::from_mins(1);
/// What that wait grows to.
pub const RETRY_LONGEST: SignedDuration = SignedDuration::from_mins(60);
/// How long a letter is tried that the server takes "not now", from its making on. Five days, as mail servers do.
pub const RETRY_FOR: SignedDuration = SignedDuration::from_hours(5 * 24);
/// The wait while the server cannot be reached at all. That counts against no letter.
pub const OUTAGE_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// The most characters kept of what a server said.
pub const DELIVERY_TEXT_CHARS_MAX: usize = 200;

/// A letter's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterId(pub u64);

impl fmt::Display for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A letter that was taken out to be sent. It is this taker's until the lease is over.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The key.
    pub id: LetterId,
    /// Whose it is.
    pub person: PersonId,
    /// Where it goes.
    pub to: EmailAddress,
    /// Whether it is the morning's.
    pub is_digest: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// What it tells, the oldest first.
    pub alerts: Vec<Alert>,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("id", &self.id).field("attempt", &self.attempt).finish_non_exhaustive()
    }
}

/// What became of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It waits for its letter, for the morning, or for the mail server.
    Waiting,
    /// It was handed to the mail server.
    Sent(Timestamp),
    /// The address does not take mail.
    Refused(Line<DELIVERY_TEXT_CHARS_MAX>),
    /// It was tried for days.
    GivenUp,
    /// Its reader had turned mail off.
    MailOff,
}

/// An alert as its reader sees it later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedAlert {
    /// What was told.
    pub alert: Alert,
    /// When it was noticed.
    pub at: Timestamp,
    /// Whether it goes with the morning's.
    pub is_digest: bool,
    /// What became of it.
    pub delivery: Delivery,
}

/// The newest digest's moment that is not after `now`: seven in the morning on the campus.
#[must_use]
pub fn digest_moment(now: Timestamp, zone: &TimeZone) -> Timestamp {
    let today = now.to_zoned(zone.clone()).date();
    let at = |date: jiff::civil::Date| {
        let morning = date.to_datetime(Time::constant(DIGEST_HOUR, 0, 0, 0));
        morning.to_zoned(zone.clone()).map_or(Timestamp::MIN, |zoned| zoned.timestamp())
    };
    let morning = at(today);
    if morning <= now { morning } else { today.yesterday().map_or(Timestamp::MIN, at) }
}

/// When to try again after the server refused for now; `None` when the letter is too old for that.
#[must_use]
pub fn retry_after(letter: &Letter, now: Timestamp) -> Option<Timestamp> {
    if letter.created_at.checked_add(RETRY_FOR).is_ok_and(|end| end <= now) {
        return None;
    }
    now.checked_add(retry_wait(letter.attempt)).ok()
}

/// How long to wait after an attempt that was refused, by its number from 1.
#[must_use]
pub fn retry_wait(attempt: u32) -> SignedDuration {
    let doublings = attempt.saturating_sub(1).min(10);
    RETRY_FIRST.checked_mul(1 << doublings).unwrap_or(RETRY_LONGEST).min(RETRY_LONGEST)
}

/// A mail as it is handed to the server.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Where it goes.
    pub to: EmailAddress,
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as simple HTML.
    pub html: String,
    /// The local part of the `Message-ID`: the same at each attempt, so that a mail program shows a repeat once.
    pub key: String,
    /// When it was made.
    pub at: Timestamp,
    /// Where one POST ends all mail (RFC 8058).
    pub unsubscribe: String,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("key", &self.key).finish_non_exhaustive()
    }
}

/// What a message needs beside its letter.
#[derive(Clone, Debug)]
pub struct MessageAround<'a> {
    /// The site's name.
    pub site_name: &'a str,
    /// The address under which people know the site, without a slash at its end.
    pub public_url: &'a str,
    /// Where times of day are meant.
    pub zone: &'a TimeZone,
    /// By which the reader ends all mail.
    pub unsubscribe: &'a SessionToken,
}

/// Writes the letter.
#[must_use]
pub fn message(letter: &Letter, around: &MessageAround<'_>) -> Message {
    // As a parameter of that name: logs of requests strike it out, and paths they keep.
    let unsubscribe = format!("{}/unsubscribe?token={}", around.public_url, around.unsubscribe.reveal());
    let subject = subject(letter, around.site_name);
    Message {
        to: letter.to.clone(),
        text: text(letter, around, &unsubscribe),
        html: html(letter, around, &unsubscribe),
        subject,
        key: format!("alert.{}.{}", letter.id, letter.created_at.as_millisecond()),
        at: letter.created_at,
        unsubscribe,
    }
}

fn subject(letter: &Letter, site_name: &str) -> String {
    match letter.alerts.as_slice() {
        [only] => only.headline.to_string(),
        many if letter.is_digest => format!("{site_name}: {} alerts of your classes", many.len()),
        [first, rest @ ..] => format!("{}, and {} more", first.headline, rest.len()),
        [] => site_name.to_owned(),
    }
}

/// `As of 2:05 pm, Nov 12, from SIS`.
fn source_line(alert: &Alert, zone: &TimeZone) -> Option<String> {
    let at = alert.as_of?.to_zoned(zone.clone());
    let source = if alert.kind == Kind::Grades { "the grade file" } else { "SIS" };
    Some(format!("{source} at {}", at.strftime("%-I:%M %P, %b %-d")))
}

fn text(letter: &Letter, around: &MessageAround<'_>, unsubscribe: &str) -> String {
    let mut text = String::new();
    for alert in &letter.alerts {
        let source = source_line(alert, around.zone).map(|line| format!("{line}\n")).unwrap_or_default();
        text += &format!("{}\n{}\n{source}{}{}\n\n", alert.headline, alert.detail, around.public_url, alert.path);
    }
    text += &format!(
        "-- \nYou asked {} to tell you. Seats change by the minute: enroll in CalCentral.\nWhat you follow: {}/alerts\n\
         Stop all of these mails: {unsubscribe}\n",
        around.site_name, around.public_url
    );
    text
}

fn html(letter: &Letter, around: &MessageAround<'_>, unsubscribe: &str) -> String {
    let mut html = String::from("<!doctype html><html lang=\"en\"><body style=\"font:16px/1.5 system-ui,sans-serif\">");
    let base = escaped(around.public_url);
    for alert in &letter.alerts {
        let (headline, detail) = (escaped(alert.headline.as_str()), escaped(alert.detail.as_str()));
        let source = source_line(alert, around.zone).map(|line| format!("<br>{}", escaped(&line))).unwrap_or_default();
        let path = escaped(alert.path.as_str());
        html += &format!("<p><strong><a href=\"{base}{path}\">{headline}</a></strong><br>{detail}{source}</p>");
    }
    html += &format!(
        "<p style=\"font-size:14px\">You asked {} to tell you. Seats change by the minute: enroll in CalCentral.<br>\
         <a href=\"{base}/alerts\">What you follow</a> · <a href=\"{}\">Stop all of these mails</a></p></body></html>",
        escaped(around.site_name),
        escaped(unsubscribe)
    );
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
