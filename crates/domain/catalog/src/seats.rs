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

    /// Of the free seats, those that are kept for groups, as the groups' own counts have it; never more than are free. A
    /// reservation counts from the day on which it is known, also if it holds later only: its seats will not be for anyone.
    #[must_use]
    pub fn reserved_seats(&self, reservations: &[SeatReservation]) -> i32 {
        let kept = reservations.iter().fold(0_i32, |sum, group| sum.saturating_add(group.free_seats()));
        kept.min(self.open_seats())
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
    /// Tells reserved seats apart.
    #[must_use]
    pub fn of(counts: &Counts, reservations: &[SeatReservation]) -> Self {
        match (counts.open_seats(), counts.reserved_seats(reservations)) {
            (0, _) => Self::Full,
            (free, reserved) if free == reserved => Self::ReservedOnly,
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
    /// Of the free seats, those that are kept for groups, section by section; 0 where nothing is known of groups.
    pub reserved_seats: i32,
}

impl SeatRollup {
    /// Adds up counts of which no groups are known; `None` when there is nothing to add, which is not the same as zero.
    pub fn of(counts: impl IntoIterator<Item = Counts>) -> Option<Self> {
        Self::with_reservations(counts.into_iter().map(|counts| (counts, &[][..])))
    }

    /// Adds up counts, each with the reservations of its section; `None` when there is nothing to add.
    pub fn with_reservations<'a>(sections: impl IntoIterator<Item = (Counts, &'a [SeatReservation])>) -> Option<Self> {
        let mut sections = sections.into_iter().peekable();
        sections.peek()?;
        let mut sum = Self::default();
        for (counts, reservations) in sections {
            sum.enrolled = sum.enrolled.saturating_add(counts.enrolled.max(0));
            sum.max_enroll = sum.max_enroll.saturating_add(counts.max_enroll.max(0));
            sum.waitlisted = sum.waitlisted.saturating_add(counts.waitlisted.max(0));
            sum.open_seats = sum.open_seats.saturating_add(counts.open_seats());
            sum.reserved_seats = sum.reserved_seats.saturating_add(counts.reserved_seats(reservations));
        }
        Some(sum)
    }

    /// Enrolled as a share of the seats, 0 to 1 (capped: more than full is full); `None` without seats.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.max_enroll > 0).then(|| (f64::from(self.enrolled) / f64::from(self.max_enroll)).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(enrolled: i32, max_enroll: i32) -> Counts {
        Counts { enrolled, max_enroll, ..Counts::default() }
    }

    fn kept(max_enroll: i32, enrolled: i32) -> SeatReservation {
        SeatReservation {
            number: 1,
            group_code: None,
            group_name: "Sample majors".to_owned(),
            from: None,
            max_enroll,
            enrolled,
        }
    }

    #[test]
    fn reserved_seats_are_added_up_over_groups_and_are_never_more_than_are_free() {
        let groups = [kept(10, 8), kept(5, 4), kept(3, 7)];
        assert_eq!(section(36, 40).reserved_seats(&groups), 3, "an overfull group takes none from the others");
        assert_eq!(section(38, 40).reserved_seats(&groups), 2);
        assert_eq!(section(44, 40).reserved_seats(&groups), 0);
        assert_eq!(section(-1, 40).reserved_seats(&[]), 0);
        assert_eq!(section(0, i32::MAX).reserved_seats(&[kept(i32::MAX, -1), kept(i32::MAX, 0)]), i32::MAX);
    }

    #[test]
    fn a_free_seat_is_for_anyone_when_not_all_are_reserved() {
        let of = |open, reserved| Availability::of(&section(40 - open, 40), &[kept(reserved, 0)]);
        assert_eq!(
            [of(4, 3), of(4, 4), of(4, 9)],
            [Availability::OpenToAnyone, Availability::ReservedOnly, Availability::ReservedOnly]
        );
        assert_eq!([of(0, 0), of(0, 9)], [Availability::Full; 2]);
    }

    #[test]
    fn a_course_has_the_reserved_seats_of_its_sections_and_one_does_not_use_up_another_s() {
        let (first, second) = ([kept(9, 0)], [kept(1, 0)]);
        let sum = SeatRollup::with_reservations([(section(38, 40), &first[..]), (section(36, 40), &second[..])]);
        let sum = sum.unwrap();
        assert_eq!((sum.open_seats, sum.reserved_seats), (6, 3));
        assert_eq!(SeatRollup::with_reservations([]), None);
        assert_eq!(SeatRollup::of([section(38, 40)]).unwrap().reserved_seats, 0);
    }
}
