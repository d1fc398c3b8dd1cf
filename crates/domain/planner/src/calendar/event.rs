//! Events: a weekly meeting, a final exam, or a time that is kept free.

use catalog::class::OfferingStatus;
use catalog::meeting::{Days, TimeRange};
use catalog::snapshot::{MeetingView, SectionView, Snapshot};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use super::text::Text;
use super::{CalendarDetails, Stamp, ZONE, zone};
use crate::buildings;
use crate::plan::Busy;

/// Days as the standard writes them, Monday first.
const DAY_NAMES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// A stretch of weeks in which something happens on some days at a time.
pub(super) struct Weekly {
    days: Days,
    time: TimeRange,
    /// The days on which it happens: at least one.
    first: Date,
    last: Date,
    /// Days in between that the rule names, and on which it does not.
    left_out: Vec<Date>,
}

impl Weekly {
    /// `None` when there is no such day between the dates that is not a holiday. First and last are days on which it
    /// happens: holidays at either end need not be left out.
    pub(super) fn of(days: Days, time: TimeRange, dates: (Date, Date), holidays: &[Date]) -> Option<Self> {
        let is_named = |date: &Date| days.contains(day_of(*date));
        let (first, last) = dates;
        let named = || first.series(1.day()).take_while(|date| *date <= last).take(DAYS_MAX).filter(is_named);
        let is_held = |date: &Date| !holidays.contains(date);
        let (first, last) = (named().find(is_held)?, named().filter(is_held).last()?);
        let left_out = named().filter(|date| first <= *date && *date <= last && !is_held(date)).collect();
        Some(Self { days, time, first, last, left_out })
    }
}

/// No session is longer than a year; a longer one is a mistake of the data, and is cut there.
const DAYS_MAX: usize = 366;

fn day_of(date: Date) -> u8 {
    date.weekday().to_monday_zero_offset().unsigned_abs()
}

/// An event.
pub(super) struct Event {
    /// What tells it from the others of its calendar, and stays: `21680000026000-m1`.
    key: String,
    summary: String,
    description: String,
    location: Option<String>,
    is_tentative: bool,
    when: When,
}

enum When {
    Weekly(Weekly),
    Once(DateTime, DateTime),
}

impl Event {
    /// The event of a meeting.
    pub(super) fn of_meeting(
        snapshot: &Snapshot,
        section: SectionView<'_>,
        meeting: MeetingView<'_>,
        weekly: Weekly,
        knows_holidays: bool,
    ) -> Self {
        let teachers: Vec<String> = meeting.instructors().map(|person| person.full_name()).collect();
        let mut about =
            vec![title_of(snapshot, section), format!("{}, class number {}", section.label(), section.id())];
        if !teachers.is_empty() {
            about.push(format!("With {}", teachers.join(", ")));
        }
        if !knows_holidays {
            about.push("Holidays of this term are not known here and not left out.".to_owned());
        }
        Self {
            key: format!("{}-m{}", section.key().number(), meeting.number()),
            summary: format!("{} {}", code_of(snapshot, section), section.label()),
            description: about.join("\n"),
            location: meeting.location().map(str::to_owned),
            is_tentative: section.status() == OfferingStatus::Tentative,
            when: When::Weekly(weekly),
        }
    }

    /// The event of a final exam.
    pub(super) fn of_exam(
        snapshot: &Snapshot,
        section: SectionView<'_>,
        at: (DateTime, DateTime),
        is_expected: bool,
    ) -> Self {
        let (title, source) = if is_expected {
            ("Expected final exam", "By the exam groups of the last years: this term's were not announced yet.")
        } else {
            ("Final exam", "By the registrar's exam groups; the room is announced in class.")
        };
        let about =
            format!("{}\n{}, class number {}\n{source}", title_of(snapshot, section), section.label(), section.id());
        Self {
            key: format!("{}-exam", section.key().number()),
            summary: format!("{title}: {}", code_of(snapshot, section)),
            description: about,
            location: None,
            is_tentative: is_expected,
            when: When::Once(at.0, at.1),
        }
    }

    /// The event of a time that is kept free. Its name is its key: a schedule has each once.
    pub(super) fn of_kept_free(busy: &Busy, weekly: Weekly) -> Self {
        let digits: String = busy.name.bytes().map(|byte| format!("{byte:02x}")).collect();
        Self {
            key: format!("free-{digits}"),
            summary: busy.name.clone(),
            description: "Kept free in the planner, each week of the term.".to_owned(),
            location: None,
            is_tentative: false,
            when: When::Weekly(weekly),
        }
    }

    pub(super) fn write(&self, text: &mut Text, details: &CalendarDetails<'_>, stamp: &Stamp) {
        let plain = |word: &str| -> String {
            word.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')).collect()
        };
        text.line("BEGIN", "VEVENT");
        text.line("UID", &format!("{}.{}@{}", self.key, plain(details.id), plain(details.host)));
        text.line("DTSTAMP", &stamp.moment);
        text.line("LAST-MODIFIED", &stamp.moment);
        text.line("SEQUENCE", &stamp.sequence.to_string());
        match &self.when {
            When::Weekly(weekly) => write_weekly(text, weekly),
            When::Once(start, end) => write_once(text, *start, *end),
        }
        text.words("SUMMARY", &self.summary);
        text.words("DESCRIPTION", &self.description);
        if let Some(location) = &self.location {
            text.words("LOCATION", location);
            if let Some(building) = buildings::of_location(location) {
                text.line("GEO", &format!("{:.5};{:.5}", building.place.latitude, building.place.longitude));
            }
        }
        if let Some(url) = details.url {
            text.uri("URL", url);
        }
        text.line("STATUS", if self.is_tentative { "TENTATIVE" } else { "CONFIRMED" });
        text.line("TRANSP", "OPAQUE");
        text.line("END", "VEVENT");
    }
}

fn write_once(text: &mut Text, start: DateTime, end: DateTime) {
    text.line(&format!("DTSTART;TZID={ZONE}"), &zone::local(start));
    text.line(&format!("DTEND;TZID={ZONE}"), &zone::local(end));
}

fn write_weekly(text: &mut Text, weekly: &Weekly) {
    let at = |date: Date, time: Time| DateTime::from_parts(date, time);
    let start = weekly.time.start();
    write_once(text, at(weekly.first, start), at(weekly.first, weekly.time.end()));
    if weekly.first < weekly.last {
        let names = (0..7_u8).filter(|day| weekly.days.contains(*day)).map(|day| DAY_NAMES[usize::from(day)]);
        let names: Vec<&str> = names.collect();
        // With a local beginning the end of a rule is written as a moment: that of the last time it happens.
        let until = zone::utc(at(weekly.last, start));
        text.line("RRULE", &format!("FREQ=WEEKLY;UNTIL={until};WKST=SU;BYDAY={}", names.join(",")));
    }
    for date in &weekly.left_out {
        text.line(&format!("EXDATE;TZID={ZONE}"), &zone::local(at(*date, start)));
    }
}

fn code_of(snapshot: &Snapshot, section: SectionView<'_>) -> String {
    snapshot.course(section.course()).course.code.to_string()
}

/// The class's own title, else the course's.
fn title_of(snapshot: &Snapshot, section: SectionView<'_>) -> String {
    let own = section.class().class.as_ref().and_then(|facts| facts.title.clone());
    own.unwrap_or_else(|| snapshot.course(section.course()).course.title.clone())
}
