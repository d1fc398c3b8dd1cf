//! Sections with everything about them.

use catalog::class::OfferingStatus;
use catalog::meeting::{Days, Instructor};
use catalog::section::SectionAttribute;
use catalog::snapshot::{MeetingView, SectionView, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;

use super::course::CourseName;
use super::moment::{Day, TimeOfDay};
use super::seats::SectionSeats;

/// The days of the week, from Monday.
pub(in crate::v1) const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What a student enrolls in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Section")]
pub(in crate::v1) struct Section<'a> {
    /// Its number in this API: the term and the class number in one; it never changes.
    id: u64,
    /// Its class number (CCN), unique within the term; printed with five digits.
    ccn: u32,
    /// As `fall-2026`.
    term: String,
    course: CourseName<'a>,
    /// The number of its class, as `001`.
    class: &'a str,
    /// As `LEC 001`.
    label: String,
    /// Its number within class and kind, as `001`.
    number: &'a str,
    /// Its kind, as `LEC`.
    component: &'a str,
    /// The kind in words, as `Lecture`.
    component_name: &'a str,
    is_primary: bool,
    /// The class number of the primary section that it hangs on.
    primary_section: Option<u32>,
    status: &'static str,
    instruction_mode: Option<&'a str>,
    /// First day.
    begin: Option<Day>,
    /// Last day.
    end: Option<Day>,
    /// All its weekly patterns.
    meetings: Vec<Meeting<'a>>,
    /// Everyone who teaches in it, each once.
    instructors: Vec<InstructorView<'a>>,
    attributes: Vec<Attribute<'a>>,
    /// `null` where the source gives no counts.
    seats: Option<SectionSeats<'a>>,
    /// Its address in this API.
    href: String,
}

/// A weekly pattern.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Meeting")]
struct Meeting<'a> {
    number: u16,
    /// `monday` to `sunday`; empty when not arranged.
    days: Vec<&'static str>,
    /// `null` when not arranged.
    start: Option<TimeOfDay>,
    end: Option<TimeOfDay>,
    location: Option<&'a str>,
    /// Who teaches in it.
    instructors: Vec<String>,
    /// First day on which the pattern holds.
    begin: Option<Day>,
    /// Last day on which the pattern holds.
    until: Option<Day>,
}

/// Somebody who teaches.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Instructor")]
struct InstructorView<'a> {
    /// As `Ada Lovelace`.
    name: String,
    family_name: &'a str,
    /// May be empty.
    given_name: &'a str,
    /// The source's role: `PI` in charge, `TNIC` teaching but not in charge, `APRX` proxy.
    role: Option<&'a str>,
}

/// A property that the source attaches, such as a breadth.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SectionAttribute")]
struct Attribute<'a> {
    /// As `GE`, the L&S breadth.
    code: &'a str,
    /// As `AL`.
    value: &'a str,
    /// As `Arts & Literature`.
    value_name: &'a str,
}

impl<'a> Section<'a> {
    pub(in crate::v1) fn of(snapshot: &'a Snapshot, section: SectionView<'a>) -> Self {
        let (begin, end) = section.dates().unzip();
        let observed = section.counts();
        Self {
            id: section.key().number(),
            ccn: section.id().0,
            term: section.term().slug(),
            course: CourseName::of(snapshot.course(section.course())),
            class: &section.class().key.number,
            label: section.label(),
            number: section.number(),
            component: &section.component().code,
            component_name: &section.component().name,
            is_primary: section.is_primary(),
            primary_section: section.primary_section().map(|primary| primary.0),
            status: status(section.status()),
            instruction_mode: section.instruction_mode(),
            begin: begin.map(Day),
            end: end.map(Day),
            meetings: section.meetings().map(Meeting::of).collect(),
            instructors: section.instructors().into_iter().map(InstructorView::of).collect(),
            attributes: section.attributes().iter().map(Attribute::of).collect(),
            seats: observed.map(|observed| SectionSeats::of(section, &observed)),
            href: path(section),
        }
    }
}

/// The address of a section.
pub(in crate::v1) fn path(section: SectionView<'_>) -> String {
    format!("/api/v1/sections/{}/{}", section.term().slug(), section.id().0)
}

/// A status in a word.
pub(in crate::v1) const fn status(status: OfferingStatus) -> &'static str {
    match status {
        OfferingStatus::Active => "active",
        OfferingStatus::StopFurtherEnrollment => "closed_to_enrollment",
        OfferingStatus::Cancelled => "cancelled",
        OfferingStatus::Tentative => "tentative",
    }
}

impl<'a> Meeting<'a> {
    fn of(meeting: MeetingView<'a>) -> Self {
        let (begin, until) = meeting.dates().unzip();
        Self {
            number: meeting.number(),
            days: days(meeting.days()),
            start: meeting.time().map(|time| TimeOfDay(time.start())),
            end: meeting.time().map(|time| TimeOfDay(time.end())),
            location: meeting.location(),
            instructors: meeting.instructors().map(Instructor::full_name).collect(),
            begin: begin.map(Day),
            until: until.map(Day),
        }
    }
}

fn days(days: Days) -> Vec<&'static str> {
    (0_u8..).zip(DAYS).filter(|(day, _)| days.contains(*day)).map(|(_, name)| name).collect()
}

/// The name of a day; 0 is Monday.
pub(in crate::v1) fn day_name(day: u8) -> &'static str {
    DAYS[usize::from(day % 7)]
}

impl<'a> InstructorView<'a> {
    fn of(instructor: &'a Instructor) -> Self {
        Self {
            name: instructor.full_name(),
            family_name: &instructor.family_name,
            given_name: &instructor.given_name,
            role: instructor.role.as_deref(),
        }
    }
}

impl<'a> Attribute<'a> {
    fn of(attribute: &'a SectionAttribute) -> Self {
        Self { code: &attribute.code, value: &attribute.value, value_name: &attribute.value_name }
    }
}
