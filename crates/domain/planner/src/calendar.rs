//! A plan as an iCalendar text (RFC 5545) to subscribe to or to keep: one event for each weekly meeting, with the
//! holidays taken out, one for each final exam, and one for each time that its owner keeps free: `Work` is as good a
//! reason not to be asked elsewhere as a lecture is.
//!
//! The text depends on nothing but what is given: the same data gives the same bytes. Times are campus times with the
//! zone written out. What is not known of a term is left as it is, and said.

mod event;
mod text;
mod zone;

use catalog::snapshot::Snapshot;
use catalog::term::REGULAR_SESSION;
use catalog::term_days::{Basis, TermDays};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::exams;
use crate::picked::{Picked, PickedPlan};
use crate::plan::{Busy, Plan};

use self::event::{Event, Weekly};
use self::text::Text;

/// How often a subscriber is asked to look again: seats change all day, rooms and times seldom.
pub const REFRESH_HOURS: u8 = 6;

/// The zone of the campus.
pub const ZONE: &str = "America/Los_Angeles";

/// What a calendar is made of beside the plan.
#[derive(Clone, Debug)]
pub struct CalendarDetails<'a> {
    /// What it is called, such as the schedule's name.
    pub name: &'a str,
    /// What makes its events different from those of all other calendars, and stays: the schedule's id. Letters, digits
    /// and hyphens; anything else is left out.
    pub id: &'a str,
    /// The host in the events' ids: `berkeleytime.com`. Letters, digits, dots and hyphens.
    pub host: &'a str,
    /// The page of the schedule, when there is one to show. A full address.
    pub url: Option<&'a str>,
    /// The moment from which data and plan are: the later of the two.
    pub as_of: Timestamp,
}

/// Writes the calendar of a plan.
#[must_use]
pub fn write(snapshot: &Snapshot, plan: &Plan, details: &CalendarDetails<'_>) -> String {
    let days = snapshot.term_days(plan.term());
    let days = days.as_deref();
    let picked = PickedPlan::of(snapshot, plan);
    let stamp = Stamp::of(details.as_of);
    let mut text = Text::default();
    begin(&mut text, snapshot, plan, details, days, &picked);
    zone::write(&mut text);
    for one in &picked.sections {
        for event in meetings(snapshot, plan, one, days) {
            event.write(&mut text, details, &stamp);
        }
        if let Some(event) = exam(snapshot, one, days) {
            event.write(&mut text, details, &stamp);
        }
    }
    for event in plan.busy().iter().filter_map(|busy| kept_free(snapshot, plan, busy)) {
        event.write(&mut text, details, &stamp);
    }
    text.line("END", "VCALENDAR");
    text.finish()
}

/// What makes an event newer than an older copy of it: all from the data's time, none from a clock.
struct Stamp {
    /// `20161001T090000Z`.
    moment: String,
    /// Minutes since the beginning of 2016: it grows with the data's time, and fits into 31 bits until the year 6000.
    sequence: i64,
}

impl Stamp {
    fn of(as_of: Timestamp) -> Self {
        /// 2016-01-01T00:00:00Z, before the first data there is.
        const EPOCH_SECONDS: i64 = 1_451_606_400;
        let sequence = as_of.as_second().saturating_sub(EPOCH_SECONDS).max(0) / 60;
        Self { moment: as_of.strftime("%Y%m%dT%H%M%SZ").to_string(), sequence: sequence.min(i64::from(i32::MAX)) }
    }
}

fn begin(
    text: &mut Text,
    snapshot: &Snapshot,
    plan: &Plan,
    details: &CalendarDetails<'_>,
    days: Option<&TermDays>,
    picked: &PickedPlan<'_>,
) {
    text.line("BEGIN", "VCALENDAR");
    text.line("VERSION", "2.0");
    text.line("PRODID", "-//Berkeleytime//Planner//EN");
    text.line("CALSCALE", "GREGORIAN");
    text.line("METHOD", "PUBLISH");
    text.words("NAME", details.name);
    text.words("X-WR-CALNAME", details.name);
    text.line("X-WR-TIMEZONE", ZONE);
    let about = about(snapshot, plan, days, picked);
    text.words("DESCRIPTION", &about);
    text.words("X-WR-CALDESC", &about);
    if let Some(url) = details.url {
        text.uri("URL", url);
    }
    text.line("LAST-MODIFIED", &Stamp::of(details.as_of).moment);
    text.line("REFRESH-INTERVAL;VALUE=DURATION", &format!("PT{REFRESH_HOURS}H"));
    text.line("X-PUBLISHED-TTL", &format!("PT{REFRESH_HOURS}H"));
}

/// What the calendar says of itself: above all what it does not know.
fn about(snapshot: &Snapshot, plan: &Plan, days: Option<&TermDays>, picked: &PickedPlan<'_>) -> String {
    let mut about = vec![format!("{}.", plan.term().title())];
    if days.is_none() {
        about.push("Holidays and exam dates of this term are not known here: check the academic calendar.".to_owned());
    }
    if days.is_some_and(|days| days.classes.is_some()) {
        about.push("Classes of the regular session; holidays are left out.".to_owned());
    }
    if days.is_some_and(|days| days.basis == Basis::Expected) {
        about.push(
            "Days of classes, holidays and finals week are expected by the university's rules, not announced yet: check \
             the academic calendar."
                .to_owned(),
        );
    }
    if !plan.busy().is_empty() {
        about.push("Times kept free are in it from the first day of the term to the last, on holidays too.".to_owned());
    }
    let untimed = picked.sections.iter().filter(|one| crate::picked::Slot::of_section(one.section).next().is_none());
    let untimed: Vec<String> =
        untimed.map(|one| crate::picked::SectionName::of(snapshot, one.section).to_string()).collect();
    if !untimed.is_empty() {
        about.push(format!("Without a time, and so not in it: {}.", untimed.join(", ")));
    }
    about.extend(picked.gone.iter().map(|gone| format!("Note: {gone}.")));
    about.join("\n")
}

/// The events of a section's meetings.
fn meetings(snapshot: &Snapshot, plan: &Plan, one: &Picked<'_>, days: Option<&TermDays>) -> Vec<Event> {
    let holidays = days.map_or(&[][..], |days| &days.holidays);
    let mut events = Vec::new();
    for meeting in one.section.meetings() {
        let Some(time) = meeting.time().filter(|time| time.start() < time.end()) else { continue };
        let told = meeting.dates().or_else(|| one.section.dates()).or_else(|| session_dates(snapshot, plan, one));
        let Some(dates) = told.and_then(|dates| within_classes(one, dates, days)) else { continue };
        let Some(weekly) = Weekly::of(meeting.days(), time, dates, holidays) else { continue };
        events.push(Event::of_meeting(snapshot, one.section, meeting, weekly, days.is_some()));
    }
    events
}

/// The dates of the section's session, else of its term.
fn session_dates(snapshot: &Snapshot, plan: &Plan, one: &Picked<'_>) -> Option<(Date, Date)> {
    let term = &snapshot.term(plan.term())?.term;
    let session = term.sessions.iter().find(|session| *session.id == *one.section.class().key.session);
    Some(session.map_or((term.begin, term.end), |session| (session.begin, session.end)))
}

/// Of some dates those with classes: the SIS counts the days before the first class, the reading week and finals week to
/// the term. `None` when nothing is left. Dates of a part of the term stay as they are.
fn within_classes(one: &Picked<'_>, dates: (Date, Date), days: Option<&TermDays>) -> Option<(Date, Date)> {
    let regular = *one.section.class().key.session == *REGULAR_SESSION;
    let Some((begin, end)) = days.and_then(|days| days.classes).filter(|_| regular) else { return Some(dates) };
    let (begin, end) = (dates.0.max(begin), dates.1.min(end));
    (begin <= end).then_some((begin, end))
}

/// The event of a time that is kept free. It is its owner's: it goes on when the campus is closed, and ends with the term.
fn kept_free(snapshot: &Snapshot, plan: &Plan, busy: &Busy) -> Option<Event> {
    let term = &snapshot.term(plan.term())?.term;
    let weekly = Weekly::of(busy.days, busy.time, (term.begin, term.end), &[])?;
    (busy.time.start() < busy.time.end()).then(|| Event::of_kept_free(busy, weekly))
}

fn exam(snapshot: &Snapshot, one: &Picked<'_>, days: Option<&TermDays>) -> Option<Event> {
    let slot = exams::of_section(snapshot, one.section)?;
    let date = days?.final_date(slot.day)?;
    let at = (DateTime::from_parts(date, slot.start), DateTime::from_parts(date, slot.end));
    Some(Event::of_exam(snapshot, one.section, at, exams::are_expected(snapshot, one.section.term())))
}

#[cfg(test)]
mod tests;
