//! The words of the messages.

use jiff::Timestamp;

use crate::alarm::book::SUMMARY_KEY;
use crate::alarm::book::counts::Seen;
use crate::alarm::{Alarm, Memory};
use crate::status::thresholds::words;
use crate::status::{Finding, Part};

/// Titles that a summary names; the others are counted.
const TITLES_NAMED: usize = 10;

/// Title and text of what is wrong with a part.
pub(super) fn words_of(part: Part, finding: &Finding, seen: Seen) -> (String, String) {
    let state = match seen {
        Seen::Down => "down",
        Seen::KeepsFailing => "down again and again",
        Seen::Degraded => "degraded",
        Seen::Unknown => "nobody can tell how it is",
    };
    let mend = finding.mend.as_deref().unwrap_or("`bt doctor` says what is wrong and what mends it");
    (format!("{}: {state}", part.title()), format!("{}\nDo: {mend}", finding.says))
}

pub(super) fn news(trouble: &Alarm, now: Timestamp) -> Alarm {
    message(trouble, now, trouble.title.clone(), format!("{}\nSince {}.", trouble.text, minute(trouble.at)))
}

pub(super) fn reminder(trouble: &Alarm, now: Timestamp) -> Alarm {
    let since = words(now.duration_since(trouble.at));
    let text = format!("{}\nSince {}, {since} ago.", trouble.text, minute(trouble.at));
    message(trouble, now, format!("Still: {}", trouble.title), text)
}

pub(super) fn over(trouble: &Alarm, now: Timestamp) -> Alarm {
    let end = trouble.memory.quiet_since.unwrap_or(now);
    let lasted = words(end.duration_since(trouble.at));
    let text = format!("It lasted {lasted}, from {} to {}. Nothing is to be done.", minute(trouble.at), minute(end));
    Alarm { is_over: true, ..message(trouble, now, format!("Over: {}", trouble.title), text) }
}

/// One message for all that the limit of messages holds back.
pub(super) fn summary(held: &[String], now: Timestamp) -> Alarm {
    let mut lines: Vec<String> = held.iter().take(TITLES_NAMED).map(|title| format!("- {title}")).collect();
    if held.len() > TITLES_NAMED {
        lines.push(format!("- and {} more", held.len() - TITLES_NAMED));
    }
    let text = format!(
        "{}\nThere were many messages within this hour. These follow one by one if they still hold.\nDo: `bt doctor`",
        lines.join("\n")
    );
    Alarm::new(SUMMARY_KEY, now, format!("{} messages are held back", held.len()), text)
}

fn message(trouble: &Alarm, now: Timestamp, title: String, text: String) -> Alarm {
    Alarm { key: trouble.key.clone(), at: now, is_over: false, title, text, memory: Memory::default() }
}

fn minute(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
