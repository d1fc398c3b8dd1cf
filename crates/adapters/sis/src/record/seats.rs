//! Seats: the counts of a section, and what is reserved.

use catalog::seats::{Counts, SeatReservation, Seats};
use serde::Deserialize;

use crate::lenient::list::{Item, List};
use crate::lenient::scalar::{Descriptor, Text, Whole};
use crate::lenient::words::line;
use crate::reading::{Wrong, count, date, distinct_numbers};

/// `enrollmentStatus`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct EnrollmentStatus<'a> {
    #[serde(borrow)]
    status: Descriptor<'a>,
    enrolled_count: Whole,
    waitlisted_count: Whole,
    max_enroll: Whole,
    max_waitlist: Whole,
    #[serde(borrow)]
    seat_reservations: List<Reservation<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Reservation<'a> {
    number: Whole,
    #[serde(borrow)]
    requirement_group: Descriptor<'a>,
    #[serde(borrow)]
    from_date: Text<'a>,
    max_enroll: Whole,
    enrolled_count: Whole,
}

impl Item for Reservation<'_> {
    const WRAPPERS: &'static [&'static str] = &["seatReservations", "seatReservation"];
}

impl EnrollmentStatus<'_> {
    /// The seats; `None` when SIS says neither how many there are nor how many are taken. Counts are kept as SIS says
    /// them, negative and over-full ones too.
    ///
    /// # Errors
    /// When a number or a date cannot be one.
    pub(crate) fn seats(&self) -> Result<Option<Seats>, Wrong> {
        if self.enrolled_count.0.is_none() && self.max_enroll.0.is_none() {
            return Ok(None);
        }
        let is_open = match self.status.code.get() {
            Some("O") => Some(true),
            Some("C") => Some(false),
            _ => None,
        };
        let counts = Counts {
            is_open,
            enrolled: count(self.enrolled_count, "enrolledCount")?,
            max_enroll: count(self.max_enroll, "maxEnroll")?,
            waitlisted: count(self.waitlisted_count, "waitlistedCount")?,
            max_waitlist: count(self.max_waitlist, "maxWaitlist")?,
        };
        Ok(Some(Seats { counts, reservations: reservations(&self.seat_reservations)? }))
    }
}

fn reservations(wires: &[Reservation<'_>]) -> Result<Vec<SeatReservation>, Wrong> {
    let numbers: Vec<Whole> = wires.iter().map(|wire| wire.number).collect();
    let mut reservations = Vec::with_capacity(wires.len());
    for (index, (wire, number)) in wires.iter().zip(distinct_numbers(&numbers)).enumerate() {
        let read = wire.read(number).map_err(|wrong| wrong.within(format_args!("seatReservations[{index}]")))?;
        reservations.push(read);
    }
    reservations.sort_by_key(|reservation| reservation.number);
    Ok(reservations)
}

impl Reservation<'_> {
    fn read(&self, number: u16) -> Result<SeatReservation, Wrong> {
        let group = &self.requirement_group;
        Ok(SeatReservation {
            number,
            group_code: group.code.get().map(str::to_owned),
            group_name: group.words().map(line).unwrap_or_default(),
            from: date(&self.from_date, "fromDate")?,
            max_enroll: count(self.max_enroll, "maxEnroll")?,
            enrolled: count(self.enrolled_count, "enrolledCount")?,
        })
    }
}
