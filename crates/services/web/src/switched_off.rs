//! What the operator turned off, told where it would stand. The data itself is not in the snapshot; what is read beside
//! the snapshot must ask here first.

use catalog::snapshot::Snapshot;
use catalog::switches::{Source, SwitchedOff};
use design::notice::{Notice, NoticeKind, notice};
use jiff::Zoned;
use maud::{Markup, html};

use crate::moment;

/// What stands in a small place whose data is turned off.
pub(crate) const NOT_SHOWN: &str = "Not shown";

/// Whether a source is off.
pub(crate) fn is_off(snapshot: &Snapshot, source: Source) -> bool {
    snapshot.switches().is_off(source)
}

/// The word to the reader in the place of a source that is off; `None` when it is on.
pub(crate) fn instead(snapshot: &Snapshot, source: Source, now: &Zoned) -> Option<Markup> {
    snapshot.switches().off(source).map(|off| notice(&told(off, now)))
}

fn told(off: &SwitchedOff, now: &Zoned) -> Notice {
    let title = match off.source {
        Source::Grades => "Grades are not shown.",
        Source::Enrollment => "Seats and enrollment are not shown.",
        Source::Descriptions => "Descriptions are not shown.",
        Source::PublicApi => "The public API is closed.",
    };
    Notice {
        kind: NoticeKind::Info,
        title: title.to_owned(),
        body: html! {
            "Turned off "
            time datetime=(off.since) { (moment::in_words(off.since, now)) }
            ". The reason: " (off.reason)
        },
    }
}
