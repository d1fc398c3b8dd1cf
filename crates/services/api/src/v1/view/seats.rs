//! Seats: of a section, of a course in a term, and kept for groups.

use catalog::data::ObservedCounts;
use catalog::seats::{Availability, SeatReservation, SeatRollup};
use catalog::snapshot::SectionView;
use schemars::JsonSchema;
use serde::Serialize;

use super::moment::{Day, Moment};

/// How full a course is in a term: the sum over its primary sections.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CourseSeats")]
pub(in crate::v1) struct CourseSeats {
    enrolled: u32,
    max_enroll: u32,
    waitlisted: u32,
    /// Free seats, section by section: a full section does not use up another's free seats.
    open: u32,
    /// Enrolled as a share of the seats, 0 to 1; `null` without seats.
    share: Option<f64>,
}

/// The seats of a section.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SectionSeats")]
pub(in crate::v1) struct SectionSeats<'a> {
    /// Students enrolled; may exceed `max_enroll`. `null` where the source gave a negative number.
    enrolled: Option<u32>,
    max_enroll: Option<u32>,
    /// Free seats, those kept for groups included.
    open: u32,
    /// For whom a seat is free: `anyone`, `groups` when every free seat is kept for one, or `nobody`.
    open_to: &'static str,
    /// Students waiting.
    waitlisted: Option<u32>,
    max_waitlist: Option<u32>,
    /// Whether the source calls the section open.
    is_open: Option<bool>,
    /// When the counts were last observed.
    seen_at: Moment,
    /// Seats kept for groups.
    reserved: Vec<Reserved<'a>>,
}

/// Seats kept for a group of students.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReservedSeats")]
struct Reserved<'a> {
    number: u16,
    /// The group in words.
    group: &'a str,
    /// Its code in the source.
    group_code: Option<&'a str>,
    /// From when the seats are kept.
    from: Option<Day>,
    max_enroll: Option<u32>,
    enrolled: Option<u32>,
}

impl CourseSeats {
    pub(in crate::v1) fn of(seats: &SeatRollup) -> Self {
        Self {
            enrolled: at_least_0(seats.enrolled),
            max_enroll: at_least_0(seats.max_enroll),
            waitlisted: at_least_0(seats.waitlisted),
            open: at_least_0(seats.open_seats),
            share: seats.share().map(|share| rounded(share, 1000.0)),
        }
    }
}

impl<'a> SectionSeats<'a> {
    pub(in crate::v1) fn of(section: SectionView<'a>, observed: &ObservedCounts) -> Self {
        let counts = observed.counts;
        Self {
            enrolled: known(counts.enrolled),
            max_enroll: known(counts.max_enroll),
            open: at_least_0(counts.open_seats()),
            open_to: match Availability::of(&counts, section.reservations()) {
                Availability::Full => "nobody",
                Availability::ReservedOnly => "groups",
                Availability::OpenToAnyone => "anyone",
            },
            waitlisted: known(counts.waitlisted),
            max_waitlist: known(counts.max_waitlist),
            is_open: counts.is_open,
            seen_at: Moment(observed.seen_at),
            reserved: section.reservations().iter().map(Reserved::of).collect(),
        }
    }
}

impl<'a> Reserved<'a> {
    fn of(reservation: &'a SeatReservation) -> Self {
        Self {
            number: reservation.number,
            group: &reservation.group_name,
            group_code: reservation.group_code.as_deref(),
            from: reservation.from.map(Day),
            max_enroll: known(reservation.max_enroll),
            enrolled: known(reservation.enrolled),
        }
    }
}

/// The source has said −1 students.
pub(in crate::v1) fn known(count: i32) -> Option<u32> {
    u32::try_from(count).ok()
}

fn at_least_0(count: i32) -> u32 {
    known(count).unwrap_or(0)
}

/// Rounded to a number of steps per unit.
pub(in crate::v1) fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}
