//! Seats: how full a section is, now and over time.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::section::SectionId;

/// The counts of a section at a moment, as the SIS said them. They are signed because the SIS has said −1 (Fall 2016,
/// section 18146), and enrolled may exceed the maximum (3,832 such rows in the captured terms).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    /// Whether the SIS calls it open; `None` when it did not say (before August 2016).
    pub is_open: Option<bool>,
    /// Students enrolled.
    pub enrolled: i32,
    /// Seats.
    pub max_enroll: i32,
    /// Students waiting.
    pub waitlisted: i32,
    /// Places on the waiting list.
    pub max_waitlist: i32,
}

impl Counts {
    /// Seats that are free, never below 0.
    #[must_use]
    pub fn open_seats(&self) -> i32 {
        self.max_enroll.saturating_sub(self.enrolled).max(0)
    }
}

/// Seats kept for a group of students.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatReservation {
    /// Its number within the section.
    pub number: u16,
    /// The SIS's code of the group: `001351`.
    pub group_code: Option<String>,
    /// The group in words: `Undergraduate Students: Aerospace Engineering Majors`.
    pub group_name: String,
    /// From when it holds.
    pub from: Option<Date>,
    /// Seats kept.
    pub max_enroll: i32,
    /// Of those, taken.
    pub enrolled: i32,
}

impl SeatReservation {
    /// Seats of the group that are free, never below 0.
    #[must_use]
    pub fn free_seats(&self) -> i32 {
        self.max_enroll.saturating_sub(self.enrolled).max(0)
    }
}

/// For whom a section has a free seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Availability {
    /// For nobody: all seats are taken.
    Full,
    /// For some groups only: every free seat is kept for one.
    ReservedOnly,
    /// For anyone: some free seat is kept for no group.
    OpenToAnyone,
}

impl Availability {
    /// Tells reserved seats apart. A reservation counts from the day on which it is known, also if it holds later only:
    /// its seats will not be for anyone.
    #[must_use]
    pub fn of(counts: &Counts, reservations: &[SeatReservation]) -> Self {
        let free = i64::from(counts.open_seats());
        let reserved: i64 = reservations.iter().map(|reserved| i64::from(reserved.free_seats())).sum();
        match free {
            0 => Self::Full,
            _ if free <= reserved => Self::ReservedOnly,
            _ => Self::OpenToAnyone,
        }
    }
}

/// Counts and reservations of a section as fetched together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// The counts.
    pub counts: Counts,
    /// Reservations by number; empty when there are none.
    pub reservations: Vec<SeatReservation>,
}

/// A stretch of time in which every observation of a section gave equal counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrollmentRun {
    /// Which section (the term is known from where it is used).
    pub section: SectionId,
    /// The first observation with these counts.
    pub first_seen: Timestamp,
    /// The last observation with these counts.
    pub last_seen: Timestamp,
    /// The counts.
    pub counts: Counts,
}

/// How full a course is in a term: the sum over its visible primary sections (the 2021 site's rule).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeatRollup {
    /// Students enrolled.
    pub enrolled: i32,
    /// Seats.
    pub max_enroll: i32,
    /// Students waiting.
    pub waitlisted: i32,
    /// Free seats, section by section: a full section does not use up another's free seats.
    pub open_seats: i32,
}

impl SeatRollup {
    /// Adds up counts; `None` when there is nothing to add, which is not the same as zero.
    pub fn of(counts: impl IntoIterator<Item = Counts>) -> Option<Self> {
        let mut counts = counts.into_iter().peekable();
        counts.peek()?;
        let mut sum = Self::default();
        for each in counts {
            sum.enrolled = sum.enrolled.saturating_add(each.enrolled.max(0));
            sum.max_enroll = sum.max_enroll.saturating_add(each.max_enroll.max(0));
            sum.waitlisted = sum.waitlisted.saturating_add(each.waitlisted.max(0));
            sum.open_seats = sum.open_seats.saturating_add(each.open_seats());
        }
        Some(sum)
    }

    /// Enrolled as a share of the seats, 0 to 1 (capped: more than full is full); `None` without seats.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.max_enroll > 0).then(|| (f64::from(self.enrolled) / f64::from(self.max_enroll)).min(1.0))
    }
}
