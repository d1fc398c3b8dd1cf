//! A line with its name and time.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What tracing's JSON lines begin with.
const OWN_TIME: &str = "{\"timestamp\":\"";

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When it was written, by its own word when it is a JSON line with a `timestamp`, else when it was read: a quarter
    /// of a second later at most, or when the next supervisor came.
    pub at: Timestamp,
    /// `edge`, `api`; a job's name.
    pub service: String,
    /// Whose; `None` for what the house has once.
    pub environment: Option<String>,
    /// Which process.
    pub instance: String,
    /// Which build.
    pub release: String,
    /// Where it was written to.
    pub stream: Stream,
    /// The text, without its end. Bytes that are no UTF-8 are replaced.
    pub line: String,
    /// Where the next line begins in the raw file: what was read is known by it after a crash.
    #[serde(default)]
    pub(super) to: u64,
    /// Whether more of this line follows in the raw file, which is left out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) cut: bool,
}

/// Where a process writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

impl Stream {
    /// As it ends file names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::Err => "err",
        }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The time that a line gives itself.
pub(super) fn own_time(line: &str) -> Option<Timestamp> {
    let (time, _) = line.strip_prefix(OWN_TIME)?.split_once('"')?;
    time.parse().ok()
}

/// The text of a line. One with more than `limit_bytes` is cut, and says so.
pub(super) fn text(line: &[u8], limit_bytes: usize) -> Cow<'_, str> {
    if line.len() <= limit_bytes {
        return String::from_utf8_lossy(line);
    }
    let mut end = limit_bytes;
    // Not within a character: its further bytes begin with the bits 10.
    while end > 0 && line.get(end).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000) {
        end -= 1;
    }
    let kept = String::from_utf8_lossy(line.get(..end).unwrap_or_default());
    Cow::Owned(format!("{kept} … (cut here: a line of more than {limit_bytes} bytes)"))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_between_characters_and_says_so() {
        assert_eq!(text("kurz".as_bytes(), 4), "kurz");
        assert!(text("aßb".as_bytes(), 2).starts_with("a … (cut here"));
        assert!(text("aßb".as_bytes(), 3).starts_with("aß … (cut here"));
        assert_eq!(text(b"a\xffb", 10), "a\u{fffd}b");
    }

    #[test]
    fn a_json_line_knows_its_own_time() {
        let line = r#"{"timestamp":"2026-08-26T09:00:00.123456Z","level":"INFO"}"#;
        assert_eq!(own_time(line), Some("2026-08-26T09:00:00.123456Z".parse().unwrap()));
        assert_eq!(own_time("plain words"), None);
        assert_eq!(own_time(r#"{"timestamp":"soon"}"#), None);
    }
}
