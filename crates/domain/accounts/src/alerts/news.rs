//! Something new about what somebody follows, and how it is said.

use catalog::seats::Availability;
use catalog::section::SectionId;
use catalog::term::TermId;
use jiff::Timestamp;

use super::seen::{Place, SeenSeats};
use super::told::Facts;
use crate::line::Line;

/// The most characters of a headline.
pub const ALERT_HEADLINE_CHARS_MAX: usize = 160;
/// The most characters of a detail: times, rooms and instructors, before and now.
pub const ALERT_DETAIL_CHARS_MAX: usize = 1_600;
/// The most characters of a path.
pub const ALERT_PATH_CHARS_MAX: usize = 200;
/// The most alerts of one look at one watch. Twenty: when a big course moves as a whole, the rest is one line.
pub const ALERTS_PER_LOOK_MAX: usize = 20;

/// One line that says what happened.
pub type Headline = Line<ALERT_HEADLINE_CHARS_MAX>;
/// The particulars, in one line.
pub type Detail = Line<ALERT_DETAIL_CHARS_MAX>;
/// Where to see it on the site.
pub type Path = Line<ALERT_PATH_CHARS_MAX>;

/// Something new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// There is a seat where there was none, or one for anyone where there were reserved ones only.
    SeatOpened {
        /// Which section.
        section: SectionId,
        /// `LEC 001`.
        label: String,
        /// How full it is.
        seats: SeenSeats,
    },
    /// At most half as many wait as were told.
    WaitlistMoved {
        /// Which section.
        section: SectionId,
        /// `LEC 001`.
        label: String,
        /// How many waited when it was last told.
        was: i32,
        /// How full it is.
        seats: SeenSeats,
    },
    /// The waiting list takes people again.
    WaitlistHasRoom {
        /// Which section.
        section: SectionId,
        /// `LEC 001`.
        label: String,
        /// How full it is.
        seats: SeenSeats,
    },
    /// Time, room, instructor, or whether one can enroll.
    Changed {
        /// Which section.
        section: SectionId,
        /// `LEC 001`.
        label: String,
        /// As it was told.
        was: Facts,
        /// As it is.
        now: Facts,
    },
    /// It does not take place.
    Cancelled {
        /// Which section.
        section: SectionId,
        /// `LEC 001`.
        label: String,
    },
    /// It takes place after all.
    BackAgain {
        /// Which section.
        section: SectionId,
        /// `LEC 001`.
        label: String,
        /// When, where, by whom.
        facts: Facts,
        /// How full it is.
        seats: Option<SeenSeats>,
    },
    /// It was not there before.
    Added {
        /// Which section.
        section: SectionId,
        /// `LEC 001`.
        label: String,
        /// When, where, by whom.
        facts: Facts,
        /// How full it is.
        seats: Option<SeenSeats>,
    },
    /// Grades of a term came.
    Graded {
        /// Of which term.
        term: TermId,
    },
}

/// What kind of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A seat opened.
    Seat,
    /// The waiting list moved.
    Waitlist,
    /// A section changed, or something that concerns everybody.
    Change,
    /// Grades came.
    Grades,
}

impl Kind {
    /// `seat`, `waitlist`, `change` or `grades`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Seat => "seat",
            Self::Waitlist => "waitlist",
            Self::Change => "change",
            Self::Grades => "grades",
        }
    }

    /// By [`slug`](Self::slug).
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Self::Seat, Self::Waitlist, Self::Change, Self::Grades].into_iter().find(|kind| kind.slug() == slug)
    }
}

/// News as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// What kind.
    pub kind: Kind,
    /// `COMPSCI 61A LEC 001: a seat is open to anyone`.
    pub headline: Headline,
    /// The particulars.
    pub detail: Detail,
    /// Where to see it on the site.
    pub path: Path,
    /// When the source said so; `None` when only the time of the publication is known.
    pub as_of: Option<Timestamp>,
}

impl News {
    /// Of which section.
    #[must_use]
    pub const fn section(&self) -> Option<SectionId> {
        match self {
            Self::SeatOpened { section, .. }
            | Self::WaitlistMoved { section, .. }
            | Self::WaitlistHasRoom { section, .. }
            | Self::Changed { section, .. }
            | Self::Cancelled { section, .. }
            | Self::BackAgain { section, .. }
            | Self::Added { section, .. } => Some(*section),
            Self::Graded { .. } => None,
        }
    }

    const fn kind(&self) -> Kind {
        match self {
            Self::SeatOpened { .. } => Kind::Seat,
            Self::WaitlistMoved { .. } | Self::WaitlistHasRoom { .. } => Kind::Waitlist,
            Self::Changed { .. } | Self::Cancelled { .. } | Self::BackAgain { .. } | Self::Added { .. } => Kind::Change,
            Self::Graded { .. } => Kind::Grades,
        }
    }

    const fn as_of(&self) -> Option<Timestamp> {
        match self {
            Self::SeatOpened { seats, .. }
            | Self::WaitlistMoved { seats, .. }
            | Self::WaitlistHasRoom { seats, .. } => Some(seats.as_of),
            _ => None,
        }
    }
}

/// The news as it is told. When there is too much, the last says how much more there is.
#[must_use]
pub fn alerts(place: &Place, news: &[News]) -> Vec<Alert> {
    let mut alerts: Vec<Alert> = news.iter().take(ALERTS_PER_LOOK_MAX).map(|news| alert(place, news)).collect();
    let rest = news.len().saturating_sub(ALERTS_PER_LOOK_MAX);
    if rest > 0 {
        alerts.push(Alert {
            kind: Kind::Change,
            headline: Headline::fitted(&format!("{}: {rest} more of its sections have news", place.course)),
            detail: Detail::fitted(&format!("{}. The course's page shows all of them.", place.term)),
            path: Path::fitted(&place.path),
            as_of: None,
        });
    }
    alerts
}

fn alert(place: &Place, news: &News) -> Alert {
    let (headline, detail) = match news {
        News::SeatOpened { label, seats, .. } => (format!("{} {label}: {}", place.course, opened(seats)), full(seats)),
        News::WaitlistMoved { label, was, seats, .. } => {
            (format!("{} {label}: the waitlist is down from {was} to {}", place.course, seats.waiting), full(seats))
        }
        News::WaitlistHasRoom { label, seats, .. } => {
            (format!("{} {label}: the waitlist has room again", place.course), full(seats))
        }
        News::Changed { label, was, now, .. } => {
            let (what, detail) = difference(was, now);
            (format!("{} {label}: {what}", place.course), detail)
        }
        News::Cancelled { label, .. } => {
            let detail = "It is no longer in the schedule of classes.".to_owned();
            (format!("{} {label}: cancelled", place.course), detail)
        }
        News::BackAgain { label, facts, seats, .. } => {
            (format!("{} {label}: takes place after all", place.course), stands(facts, seats.as_ref()))
        }
        News::Added { label, facts, seats, .. } => {
            (format!("{} {label}: a new section", place.course), stands(facts, seats.as_ref()))
        }
        News::Graded { term } => (format!("{}: grades of {} are here", place.course, term.title()), String::new()),
    };
    let ccn = news.section().map(|section| format!(" · CCN {section}")).unwrap_or_default();
    let between = if detail.is_empty() { "" } else { " " };
    Alert {
        kind: news.kind(),
        headline: Headline::fitted(&headline),
        detail: Detail::fitted(&format!("{detail}{between}{}{ccn}", place.term)),
        path: Path::fitted(&place.path),
        as_of: news.as_of(),
    }
}

/// Free seats that are not for anyone. Groups' counts and the section's may disagree: for anyone means one at least.
fn kept(seats: &SeenSeats) -> i32 {
    match seats.availability {
        Availability::OpenToAnyone => seats.reserved_seats.min(seats.open_seats - 1).max(0),
        Availability::ReservedOnly | Availability::Full => 0,
    }
}

fn opened(seats: &SeenSeats) -> &'static str {
    match (seats.availability, seats.open_seats - kept(seats)) {
        (Availability::OpenToAnyone, 1) => "a seat is open to anyone",
        (Availability::OpenToAnyone, _) => "seats are open to anyone",
        (_, 1) => "a reserved seat is open",
        _ => "reserved seats are open",
    }
}

fn full(seats: &SeenSeats) -> String {
    let free = match (seats.availability, seats.open_seats) {
        (Availability::Full, _) => "No seat is free".to_owned(),
        (Availability::ReservedOnly, 1) => "1 seat is free, kept for a group".to_owned(),
        (Availability::ReservedOnly, free) => format!("{free} seats are free, all kept for groups"),
        (Availability::OpenToAnyone, 1) => "1 seat is free".to_owned(),
        (Availability::OpenToAnyone, free) => match kept(seats) {
            0 => format!("{free} seats are free"),
            kept => format!("{free} seats are free, {kept} of them kept for groups"),
        },
    };
    match seats.waiting {
        0 => format!("{free}; nobody is waiting."),
        1 => format!("{free}; 1 student is waiting."),
        waiting => format!("{free}; {waiting} students are waiting."),
    }
}

fn stands(facts: &Facts, seats: Option<&SeenSeats>) -> String {
    let said = [&facts.times, &facts.rooms, &facts.instructors];
    let mut said: Vec<&str> = said.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    if said.is_empty() {
        said.push("Nothing is set yet");
    }
    let seats = seats.map(|seats| format!(" {}", full(seats))).unwrap_or_default();
    format!("{}.{seats}", said.join(", "))
}

/// What changed in a few words, and each before and now.
fn difference(was: &Facts, now: &Facts) -> (String, String) {
    let pairs = [
        ("time", "Time", &was.times, &now.times),
        ("room", "Room", &was.rooms, &now.rooms),
        ("instructor", "Instructor", &was.instructors, &now.instructors),
    ];
    let shown = |text: &str| if text.is_empty() { "not set".to_owned() } else { text.to_owned() };
    let (mut what, mut detail) = (Vec::new(), Vec::new());
    for (word, title, was, now) in pairs {
        if was != now {
            what.push(word);
            detail.push(format!("{title}: {}, was {}.", shown(now), shown(was)));
        }
    }
    match (was.is_stopped, now.is_stopped) {
        (false, true) => {
            what.push("no further enrollment");
            detail.push("Nobody can enroll any more.".to_owned());
        }
        (true, false) => {
            what.push("enrollment goes on");
            detail.push("One can enroll again.".to_owned());
        }
        _ => {}
    }
    (format!("changed ({})", what.join(", ")), detail.join(" "))
}
