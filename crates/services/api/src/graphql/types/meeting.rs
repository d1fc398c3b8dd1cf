//! What is new about sections: `MeetingType`, `InstructorType`, `SeatReservationType`.

use catalog::meeting::Instructor;
use catalog::seats::SeatReservation;
use catalog::snapshot::MeetingView;
use jiff::civil::{Date, Time};

use crate::graphql::failure::Failure;
use crate::graphql::json::Json;
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::section::{day_digits, write_clock};

#[derive(Debug)]
pub(crate) enum MeetingField {
    Days,
    DayNumbers,
    StartTime,
    EndTime,
    LocationName,
    Instructors(Selection<InstructorField>),
    FirstDay,
    LastDay,
}

impl Fields for MeetingField {
    const TYPE: &'static str = "MeetingType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "days" => Self::Days,
            "dayNumbers" => Self::DayNumbers,
            "startTime" => Self::StartTime,
            "endTime" => Self::EndTime,
            "locationName" => Self::LocationName,
            "instructors" => Self::Instructors(asked.selection()?),
            "firstDay" => Self::FirstDay,
            "lastDay" => Self::LastDay,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// Writes a meeting.
pub(crate) fn write_meeting(
    run: &mut Run<'_>,
    meeting: MeetingView<'_>,
    selection: &Selection<MeetingField>,
    path: &Path<'_>,
) -> Written {
    run.object(selection, path, |run, field, path| {
        match field {
            MeetingField::Days => run.out.text(&meeting.days().short()),
            MeetingField::DayNumbers => run.out.text(&day_digits(meeting.days())),
            MeetingField::StartTime => write_time(&mut run.out, meeting.time().map(|time| time.start())),
            MeetingField::EndTime => write_time(&mut run.out, meeting.time().map(|time| time.end())),
            MeetingField::LocationName => match meeting.location() {
                Some(location) => run.out.text(location),
                None => run.out.null(),
            },
            MeetingField::FirstDay => write_date(&mut run.out, meeting.dates().map(|(first, _)| first)),
            MeetingField::LastDay => write_date(&mut run.out, meeting.dates().map(|(_, last)| last)),
            MeetingField::Instructors(selection) => {
                return run.list(meeting.instructors(), path, |run, instructor, path| {
                    write_instructor(run, instructor, selection, path)
                });
            }
        }
        Ok(())
    })
}

/// `"10:30:00"`, or null.
pub(crate) fn write_time(out: &mut Json, time: Option<Time>) {
    match time {
        Some(time) => {
            out.byte(b'"');
            write_clock(out, time);
            out.byte(b'"');
        }
        None => out.null(),
    }
}

/// `"2026-08-26"`, or null.
pub(crate) fn write_date(out: &mut Json, date: Option<Date>) {
    match date {
        Some(date) => out.text(&date.to_string()),
        None => out.null(),
    }
}

#[derive(Debug)]
pub(crate) enum InstructorField {
    Name,
    FamilyName,
    GivenName,
    ShortName,
}

impl Fields for InstructorField {
    const TYPE: &'static str = "InstructorType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "name" => Self::Name,
            "familyName" => Self::FamilyName,
            "givenName" => Self::GivenName,
            "shortName" => Self::ShortName,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// Writes somebody who teaches.
pub(crate) fn write_instructor(
    run: &mut Run<'_>,
    instructor: &Instructor,
    selection: &Selection<InstructorField>,
    path: &Path<'_>,
) -> Written {
    run.object(selection, path, |run, field, _| {
        match field {
            InstructorField::Name => run.out.text(&instructor.full_name()),
            InstructorField::FamilyName => run.out.text(&instructor.family_name),
            InstructorField::GivenName => run.out.text(&instructor.given_name),
            InstructorField::ShortName => run.out.text(&instructor.short_name()),
        }
        Ok(())
    })
}

#[derive(Debug)]
pub(crate) enum ReservationField {
    Group,
    Seats,
    Enrolled,
    OpenSeats,
    FirstDay,
}

impl Fields for ReservationField {
    const TYPE: &'static str = "SeatReservationType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "group" => Self::Group,
            "seats" => Self::Seats,
            "enrolled" => Self::Enrolled,
            "openSeats" => Self::OpenSeats,
            "firstDay" => Self::FirstDay,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// Writes seats that are kept for a group.
pub(crate) fn write_reservation(
    run: &mut Run<'_>,
    reservation: &SeatReservation,
    selection: &Selection<ReservationField>,
    path: &Path<'_>,
) -> Written {
    run.object(selection, path, |run, field, _| {
        match field {
            ReservationField::Group => run.out.text(&reservation.group_name),
            ReservationField::Seats => run.out.int(reservation.max_enroll.into()),
            ReservationField::Enrolled => run.out.int(reservation.enrolled.into()),
            ReservationField::OpenSeats => {
                run.out.int(reservation.max_enroll.saturating_sub(reservation.enrolled).max(0).into());
            }
            ReservationField::FirstDay => write_date(&mut run.out, reservation.from),
        }
        Ok(())
    })
}
