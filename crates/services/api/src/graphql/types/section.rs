//! `SectionType`.

use catalog::finals::FinalSlot;
use catalog::meeting::Days;
use catalog::snapshot::{MeetingView, SectionIndex, SectionView, Snapshot};
use jiff::civil::Time;

use crate::graphql::connection::{self, Connection, Listed, Row, Unfiltered};
use crate::graphql::context::moment_text;
use crate::graphql::failure::Failure;
use crate::graphql::global_id;
use crate::graphql::json::Json;
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::course::CourseField;
use crate::graphql::types::meeting::{
    InstructorField, MeetingField, ReservationField, write_instructor, write_meeting, write_reservation,
};
use crate::graphql::types::schedule::{self, SelectionField};
use crate::graphql::types::section_conditions::SectionConditions;

#[derive(Debug)]
pub(crate) enum SectionField {
    Id,
    Course(Box<Selection<CourseField>>),
    Text(TextField),
    IsPrimary,
    AssociatedSections(Box<Connection<SectionConditions, SectionField>>),
    StartTime,
    EndTime,
    FinalStart,
    FinalEnd,
    Disabled,
    LastUpdated,
    Enrolled,
    EnrolledMax,
    Waitlisted,
    WaitlistedMax,
    OpenSeats,
    ScheduledAsPrimary(Box<Connection<Unfiltered, SelectionField>>),
    ScheduledAsSecondary(Box<Connection<Unfiltered, SelectionField>>),
    Meetings(Box<Selection<MeetingField>>),
    Instructors(Box<Selection<InstructorField>>),
    ReservedSeats(Box<Selection<ReservationField>>),
}

/// The fields that are texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextField {
    Abbreviation,
    CourseNumber,
    Year,
    Semester,
    CourseTitle,
    SectionNumber,
    Ccn,
    Kind,
    Days,
    FinalDay,
    Instructor,
    LocationName,
    InstructionMode,
    WordDays,
    Term,
}

impl Listed for SectionField {
    const CONNECTION: &'static str = "SectionTypeConnection";
    const EDGE: &'static str = "SectionTypeEdge";
}

impl Fields for SectionField {
    const TYPE: &'static str = "SectionType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        if let Some(text) = TextField::named(asked.name()) {
            return Ok(Self::Text(text));
        }
        Ok(match asked.name() {
            "id" => Self::Id,
            "course" => Self::Course(Box::new(asked.selection()?)),
            "isPrimary" => Self::IsPrimary,
            "associatedSections" => {
                Self::AssociatedSections(Connection::plan(asked, asked.planner.sizes.sections_per_class())?)
            }
            "startTime" => Self::StartTime,
            "endTime" => Self::EndTime,
            "finalStart" => Self::FinalStart,
            "finalEnd" => Self::FinalEnd,
            "disabled" => Self::Disabled,
            "lastUpdated" => Self::LastUpdated,
            "schedulerPrimarySections" => {
                asked.touch(|touched| touched.person = true);
                Self::ScheduledAsPrimary(Connection::plan(asked, asked.planner.sizes.personal())?)
            }
            "schedulerSecondarySections" => {
                asked.touch(|touched| touched.person = true);
                Self::ScheduledAsSecondary(Connection::plan(asked, asked.planner.sizes.personal())?)
            }
            "meetings" => Self::Meetings(Box::new(asked.selection()?)),
            "instructors" => Self::Instructors(Box::new(asked.selection()?)),
            _ => return plan_seats(asked),
        })
    }
}

fn plan_seats(asked: &Asked<'_>) -> Result<SectionField, Failure> {
    asked.touch(|touched| touched.enrollment = true);
    Ok(match asked.name() {
        "enrolled" => SectionField::Enrolled,
        "enrolledMax" => SectionField::EnrolledMax,
        "waitlisted" => SectionField::Waitlisted,
        "waitlistedMax" => SectionField::WaitlistedMax,
        "openSeats" => SectionField::OpenSeats,
        "reservedSeats" => SectionField::ReservedSeats(Box::new(asked.selection()?)),
        _ => return asked.unknown(SectionField::TYPE),
    })
}

impl TextField {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "abbreviation" => Self::Abbreviation,
            "courseNumber" => Self::CourseNumber,
            "year" => Self::Year,
            "semester" => Self::Semester,
            "courseTitle" => Self::CourseTitle,
            "sectionNumber" => Self::SectionNumber,
            "ccn" => Self::Ccn,
            "kind" => Self::Kind,
            "days" => Self::Days,
            "finalDay" => Self::FinalDay,
            "instructor" => Self::Instructor,
            "locationName" => Self::LocationName,
            "instructionMode" => Self::InstructionMode,
            "wordDays" => Self::WordDays,
            "term" => Self::Term,
            _ => return None,
        })
    }

    /// Gives the text to `take`: some lie in the snapshot, some are made.
    pub(crate) fn read<T>(
        self,
        run: &crate::graphql::context::Context<'_>,
        view: SectionView<'_>,
        take: impl FnOnce(&str) -> T,
    ) -> T {
        let course = || &run.snapshot.course(view.course()).course;
        match self {
            Self::Abbreviation => take(&course().subject_abbreviation),
            Self::CourseNumber => take(course().code.number.as_str()),
            Self::Year => take(&view.term().year().to_string()),
            Self::Semester => take(view.term().semester().slug()),
            Self::CourseTitle => {
                let own = view.class().class.as_ref().and_then(|class| class.title.as_deref());
                take(own.unwrap_or(&course().title))
            }
            Self::SectionNumber => take(view.number()),
            Self::Ccn => take(&view.id().to_string()),
            Self::Kind => take(&view.component().name),
            Self::Days => take(&day_digits(first_days(view))),
            Self::FinalDay => {
                take(&final_slot(run.snapshot, view).map(|slot| sunday_first(slot.day).to_string()).unwrap_or_default())
            }
            Self::Instructor => take(&instructor_line(view)),
            Self::LocationName => take(view.meetings().next().and_then(MeetingView::location).unwrap_or_default()),
            Self::InstructionMode => take(view.instruction_mode().unwrap_or_default()),
            Self::WordDays => take(&first_days(view).short()),
            Self::Term => take(&view.term().title()),
        }
    }
}

/// The days of the first meeting.
fn first_days(view: SectionView<'_>) -> Days {
    view.meetings().next().map(MeetingView::days).unwrap_or_default()
}

/// Days as digits in the order of the week from Sunday, which is 0.
pub(crate) fn day_digits(days: Days) -> String {
    planner::days::to_digits(days)
}

/// From Monday as 0 to Sunday as 0.
fn sunday_first(day: u8) -> u8 {
    (day + 1) % 7
}

/// `LOVELACE A, TURING A`.
fn instructor_line(view: SectionView<'_>) -> String {
    let mut line = String::new();
    for instructor in view.instructors() {
        if !line.is_empty() {
            line.push_str(", ");
        }
        line.push_str(&instructor.short_name());
    }
    line
}

/// When the exam is; only primary sections have one. One that is only expected is left out: clients of 2021 would take
/// it for announced.
pub(crate) fn final_slot(snapshot: &Snapshot, view: SectionView<'_>) -> Option<FinalSlot> {
    let meetings = view.meetings().map(|meeting| (meeting.days(), meeting.time()));
    let announced = || snapshot.calendar().announced_exam(view.term(), &view.class().key.course, meetings);
    view.is_primary().then(announced).flatten()
}

/// When the first meeting begins and ends.
pub(crate) fn first_times(view: SectionView<'_>) -> Option<(Time, Time)> {
    let time = view.meetings().next()?.time()?;
    Some((time.start(), time.end()))
}

/// `1900-01-01T10:00:00`: a time of day as clients of 2021 read it.
fn write_day_time(out: &mut Json, time: Option<Time>) {
    match time {
        Some(time) => {
            out.raw(b"\"1900-01-01T");
            write_clock(out, time);
            out.byte(b'"');
        }
        None => out.null(),
    }
}

/// `10:00:00`, without quotes.
pub(crate) fn write_clock(out: &mut Json, time: Time) {
    for (place, part) in [time.hour(), time.minute(), time.second()].into_iter().enumerate() {
        if place > 0 {
            out.byte(b':');
        }
        let part = part.unsigned_abs();
        out.raw(&[b'0' + part / 10, b'0' + part % 10]);
    }
}

impl Row for SectionIndex {
    type Field = SectionField;

    fn write(run: &mut Run<'_>, row: Self, selection: &Selection<SectionField>, path: &Path<'_>) -> Written {
        let view = run.cx.snapshot.section(row);
        run.object(selection, path, |run, field, path| {
            match field {
                SectionField::Id => global_id::write_number(&mut run.out, SectionField::TYPE, view.key().number()),
                SectionField::Text(text) => text.read(run.cx, view, |text| run.out.text(text)),
                SectionField::IsPrimary => run.out.boolean(view.is_primary()),
                SectionField::StartTime => write_day_time(&mut run.out, first_times(view).map(|(start, _)| start)),
                SectionField::EndTime => write_day_time(&mut run.out, first_times(view).map(|(_, end)| end)),
                SectionField::FinalStart => {
                    write_day_time(&mut run.out, final_slot(run.cx.snapshot, view).map(|slot| slot.start));
                }
                SectionField::FinalEnd => {
                    write_day_time(&mut run.out, final_slot(run.cx.snapshot, view).map(|slot| slot.end));
                }
                SectionField::Disabled => run.out.boolean(false),
                SectionField::LastUpdated => run.out.text(&moment_text(run.cx.section_as_of(view))),
                SectionField::Enrolled
                | SectionField::EnrolledMax
                | SectionField::Waitlisted
                | SectionField::WaitlistedMax
                | SectionField::OpenSeats => write_seats(run, view, field),
                _ => return write_links(run, view, field, path),
            }
            Ok(())
        })
    }
}

/// A count of seats; null without counts.
fn write_seats(run: &mut Run<'_>, view: SectionView<'_>, field: &SectionField) {
    let count = view.counts().map(|observed| match field {
        SectionField::Enrolled => observed.counts.enrolled,
        SectionField::EnrolledMax => observed.counts.max_enroll,
        SectionField::Waitlisted => observed.counts.waitlisted,
        SectionField::WaitlistedMax => observed.counts.max_waitlist,
        _ => observed.counts.open_seats(),
    });
    match count {
        Some(count) => run.out.int(count.into()),
        None => run.out.null(),
    }
}

fn write_links(run: &mut Run<'_>, view: SectionView<'_>, field: &SectionField, path: &Path<'_>) -> Written {
    let cx = run.cx;
    match field {
        SectionField::Course(selection) => Row::write(run, view.course(), selection, path),
        SectionField::AssociatedSections(asked) => {
            let (conditions, page) = run.given(&asked.given, path)?;
            let siblings = cx.snapshot.sections_of_class(view.class());
            let others = siblings.filter(|other| hang_together(view, *other)).map(SectionView::index);
            let rows: Vec<SectionIndex> = conditions.keep(run, others)?;
            connection::write(run, &rows, page, &asked.selection, path)
        }
        SectionField::ScheduledAsPrimary(asked) => {
            let (_, page) = run.given(&asked.given, path)?;
            let rows = schedule::own_selections(cx, |selection| selection.primary == Some(view.key()));
            connection::write(run, &rows, page, &asked.selection, path)
        }
        SectionField::ScheduledAsSecondary(asked) => {
            let (_, page) = run.given(&asked.given, path)?;
            let rows = schedule::own_selections(cx, |selection| selection.secondary.contains(&view.key()));
            connection::write(run, &rows, page, &asked.selection, path)
        }
        SectionField::Meetings(selection) => {
            run.list(view.meetings(), path, |run, meeting, path| write_meeting(run, meeting, selection, path))
        }
        SectionField::Instructors(selection) => run
            .list(view.instructors(), path, |run, instructor, path| write_instructor(run, instructor, selection, path)),
        SectionField::ReservedSeats(selection) => run.list(view.reservations(), path, |run, reservation, path| {
            write_reservation(run, reservation, selection, path)
        }),
        _ => Ok(()),
    }
}

/// Whether one of two sections of a class is the other's primary section.
pub(crate) fn hang_together(one: SectionView<'_>, other: SectionView<'_>) -> bool {
    let hangs_on = |secondary: SectionView<'_>, primary: SectionView<'_>| {
        secondary.primary_section().is_none_or(|id| id == primary.id())
    };
    match (one.is_primary(), other.is_primary()) {
        (true, false) => hangs_on(other, one),
        (false, true) => hangs_on(one, other),
        _ => false,
    }
}
