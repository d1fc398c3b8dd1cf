//! `CourseType`.

use apollo_compiler::response::JsonValue;
use catalog::course::Units;
use catalog::course_set::CourseIndex;
use catalog::seats::SeatRollup;
use catalog::snapshot::{CourseEntry, GradeIndex, PlaylistIndex, SectionIndex};
use catalog::switches::Source;
use catalog::term::TermId;

use crate::graphql::arguments::Refusal;
use crate::graphql::connection::{self, Connection, Listed, Row, Unfiltered};
use crate::graphql::failure::Failure;
use crate::graphql::global_id;
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::course_conditions::CourseConditions;
use crate::graphql::types::grade::GradeField;
use crate::graphql::types::grade_conditions::GradeConditions;
use crate::graphql::types::person::{self, PersonField};
use crate::graphql::types::playlist::{PlaylistConditions, PlaylistField};
use crate::graphql::types::schedule::{self, SelectionField};
use crate::graphql::types::section::SectionField;
use crate::graphql::types::section_conditions::SectionConditions;

/// What stands for a number that there is none of.
pub(crate) const NONE: i32 = -1;

#[derive(Debug)]
pub(crate) enum CourseField {
    Id,
    Title,
    Department,
    Abbreviation,
    CourseNumber,
    Description,
    Units,
    Prerequisites,
    GradeAverage,
    LetterAverage,
    HasEnrollment,
    Enrolled,
    EnrolledMax,
    EnrolledPercentage,
    Waitlisted,
    OpenSeats,
    LastUpdated,
    IsRetired,
    Terms,
    CrossListing(Box<Connection<CourseConditions, CourseField>>),
    SectionSet(Box<Connection<SectionConditions, SectionField>>),
    GradeSet(Box<Connection<GradeConditions, GradeField>>),
    PlaylistSet(Box<Connection<PlaylistConditions, PlaylistField>>),
    SavedBy(Box<Selection<PersonField>>),
    SchedulerSections(Box<Connection<Unfiltered, SelectionField>>),
    CrossListed(Box<Selection<CourseField>>),
    Sections(Box<SectionsOfTerm>),
}

/// The sections of one term; without one, of the current term.
#[derive(Debug)]
pub(crate) struct SectionsOfTerm {
    term: Result<Option<TermId>, Refusal>,
    selection: Selection<SectionField>,
}

impl Listed for CourseField {
    const CONNECTION: &'static str = "CourseTypeConnection";
    const EDGE: &'static str = "CourseTypeEdge";
}

impl Fields for CourseField {
    const TYPE: &'static str = "CourseType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "id" => Self::Id,
            "title" => Self::Title,
            "department" => Self::Department,
            "abbreviation" => Self::Abbreviation,
            "courseNumber" => Self::CourseNumber,
            "description" => Self::Description,
            "units" => Self::Units,
            "prerequisites" => Self::Prerequisites,
            "gradeAverage" => Self::GradeAverage,
            "letterAverage" => Self::LetterAverage,
            "hasEnrollment" => Self::HasEnrollment,
            "enrolled" => Self::Enrolled,
            "enrolledMax" => Self::EnrolledMax,
            "enrolledPercentage" => Self::EnrolledPercentage,
            "waitlisted" => Self::Waitlisted,
            "openSeats" => Self::OpenSeats,
            "lastUpdated" => Self::LastUpdated,
            "isRetired" => Self::IsRetired,
            "terms" => Self::Terms,
            _ => return plan_links(asked),
        })
        .inspect(|field| mark(asked, field))
    }
}

/// Fields that lead to other things.
fn plan_links(asked: &Asked<'_>) -> Result<CourseField, Failure> {
    let sizes = asked.planner.sizes;
    Ok(match asked.name() {
        "crossListing" => CourseField::CrossListing(Connection::plan(asked, 1.0)?),
        "sectionSet" => CourseField::SectionSet(Connection::plan(asked, sizes.sections_per_course())?),
        "gradeSet" => {
            asked.touch(|touched| touched.grades = true);
            CourseField::GradeSet(Connection::plan(asked, sizes.grades_per_course())?)
        }
        "playlistSet" => CourseField::PlaylistSet(Connection::plan(asked, sizes.playlists_per_course())?),
        "berkeleytimeuserSet" => {
            asked.touch(|touched| touched.person = true);
            CourseField::SavedBy(Box::new(asked.selection()?))
        }
        "schedulerSections" => {
            asked.touch(|touched| touched.person = true);
            CourseField::SchedulerSections(Connection::plan(asked, sizes.personal())?)
        }
        "crossListed" => CourseField::CrossListed(Box::new(asked.selection()?)),
        "sections" => {
            let term = asked.arguments().get("term").map(term_of).transpose();
            let selection = asked.selection_of_many(sizes.sections_per_class())?;
            CourseField::Sections(Box::new(SectionsOfTerm { term, selection }))
        }
        _ => return asked.unknown(CourseField::TYPE),
    })
}

fn mark(asked: &Asked<'_>, field: &CourseField) {
    asked.touch(|touched| match field {
        CourseField::Description => touched.descriptions = true,
        CourseField::GradeAverage | CourseField::LetterAverage => touched.grades = true,
        CourseField::Enrolled
        | CourseField::EnrolledMax
        | CourseField::EnrolledPercentage
        | CourseField::Waitlisted
        | CourseField::OpenSeats => touched.enrollment = true,
        _ => {}
    });
}

/// A term as an argument: `fall-2026`, `Fall 2026`, `2268`.
pub(crate) fn term_of(value: &JsonValue) -> Result<TermId, Refusal> {
    let text = value.as_str().unwrap_or_default();
    text.parse().map_err(|_| Refusal("`term` is no term: expected one such as fall-2026.".to_owned()))
}

impl Row for CourseIndex {
    type Field = CourseField;

    fn write(run: &mut Run<'_>, row: Self, selection: &Selection<CourseField>, path: &Path<'_>) -> Written {
        let entry = run.cx.snapshot.course(row);
        let seats = run.cx.seats(row);
        run.object(selection, path, |run, field, path| {
            match field {
                CourseField::Id => global_id::write_number(&mut run.out, CourseField::TYPE, entry.id.0),
                CourseField::GradeAverage => write_average(run, entry),
                CourseField::HasEnrollment => {
                    run.out.boolean(run.cx.snapshot.sections_of(row).next().is_some());
                }
                CourseField::LastUpdated => run.out.text(run.cx.seats_as_of()),
                CourseField::IsRetired => run.out.boolean(entry.is_retired),
                CourseField::Enrolled
                | CourseField::EnrolledMax
                | CourseField::EnrolledPercentage
                | CourseField::Waitlisted
                | CourseField::OpenSeats => write_seats(run, seats.as_ref(), field),
                CourseField::Units => write_units(run, entry.course.units.as_ref()),
                CourseField::Title
                | CourseField::Department
                | CourseField::Abbreviation
                | CourseField::CourseNumber
                | CourseField::Description
                | CourseField::Prerequisites
                | CourseField::LetterAverage => run.out.text(text(entry, field)),
                _ => return write_links(run, row, entry, field, path),
            }
            Ok(())
        })
    }
}

/// The fields that are texts.
fn text<'e>(entry: &'e CourseEntry, field: &CourseField) -> &'e str {
    let course = &entry.course;
    match field {
        CourseField::Title => &course.title,
        CourseField::Department => &course.subject_name,
        CourseField::Abbreviation => &course.subject_abbreviation,
        CourseField::CourseNumber => course.code.number.as_str(),
        CourseField::Description => &course.description,
        CourseField::Prerequisites => course.prerequisites.as_deref().unwrap_or_default(),
        _ => letter_average(entry),
    }
}

/// The letter of a course's mean; empty without one.
pub(crate) fn letter_average(entry: &CourseEntry) -> &'static str {
    entry.grades.as_ref().and_then(|grades| grades.letter).unwrap_or_default()
}

/// A course's mean with three decimals; −1 without one.
pub(crate) fn grade_average(entry: &CourseEntry) -> f64 {
    let average = entry.grades.as_ref().and_then(|grades| grades.average);
    average.map_or(f64::from(NONE), in_thousandths)
}

/// The share of a course's seats that are taken with three decimals; −1 without seats.
pub(crate) fn enrolled_percentage(seats: Option<&SeatRollup>) -> f64 {
    seats.and_then(SeatRollup::share).map_or(f64::from(NONE), in_thousandths)
}

fn in_thousandths(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

/// Null while the operator shows no grades: −1 would say that there are none.
fn write_average(run: &mut Run<'_>, entry: &CourseEntry) {
    if run.cx.snapshot.switches().is_off(Source::Grades) {
        run.out.null();
    } else {
        run.out.float(grade_average(entry));
    }
}

fn write_seats(run: &mut Run<'_>, seats: Option<&SeatRollup>, field: &CourseField) {
    if matches!(field, CourseField::EnrolledPercentage) {
        return run.out.float(enrolled_percentage(seats));
    }
    let count = seats.map_or(NONE, |seats| match field {
        CourseField::Enrolled => seats.enrolled,
        CourseField::EnrolledMax => seats.max_enroll,
        CourseField::Waitlisted => seats.waitlisted,
        _ => seats.open_seats,
    });
    run.out.int(count.into());
}

fn write_units(run: &mut Run<'_>, units: Option<&Units>) {
    match units {
        Some(units) => run.out.text(&units_text(units)),
        None => run.out.null(),
    }
}

/// `4.0`, `1-4`: a choice looks like a range, as it always did.
pub(crate) fn units_text(units: &Units) -> String {
    match units {
        Units::Fixed(count) => format!("{:?}", count.decimal()),
        _ => format!("{}-{}", units.minimum(), units.maximum()),
    }
}

fn write_links(
    run: &mut Run<'_>,
    row: CourseIndex,
    entry: &CourseEntry,
    field: &CourseField,
    path: &Path<'_>,
) -> Written {
    let cx = run.cx;
    match field {
        CourseField::CrossListing(asked) => {
            let (conditions, page) = run.given(&asked.given, path)?;
            let rows: Vec<CourseIndex> = conditions.keep(run, entry.cross_listed.iter().copied())?;
            connection::write(run, &rows, page, &asked.selection, path)
        }
        CourseField::SectionSet(asked) => {
            let (conditions, page) = run.given(&asked.given, path)?;
            let rows: Vec<SectionIndex> = conditions.keep(run, cx.snapshot.sections_of(row))?;
            connection::write(run, &rows, page, &asked.selection, path)
        }
        CourseField::GradeSet(asked) => {
            let (conditions, page) = run.given(&asked.given, path)?;
            let rows: Vec<GradeIndex> = conditions.keep(run, cx.snapshot.grades_of(row))?;
            connection::write(run, &rows, page, &asked.selection, path)
        }
        CourseField::PlaylistSet(asked) => {
            let (conditions, page) = run.given(&asked.given, path)?;
            let rows: Vec<PlaylistIndex> = conditions.keep(run, cx.snapshot.playlists_of(row))?;
            connection::write(run, &rows, page, &asked.selection, path)
        }
        CourseField::SavedBy(selection) => {
            let saved = cx.viewer.as_ref().filter(|viewer| viewer.saved.contains(&entry.id));
            run.list(saved, path, |run, viewer, path| person::write_viewer(run, viewer, selection, path))
        }
        CourseField::SchedulerSections(asked) => {
            let (_, page) = run.given(&asked.given, path)?;
            let rows = schedule::own_selections(cx, |selection| selection.course == entry.id);
            connection::write(run, &rows, page, &asked.selection, path)
        }
        CourseField::CrossListed(selection) => {
            let rows = entry.cross_listed.iter().copied();
            run.list(rows, path, |run, row, path| CourseIndex::write(run, row, selection, path))
        }
        CourseField::Sections(asked) => {
            let term = run.given(&asked.term, path)?.or_else(|| cx.term.map(|entry| entry.term.id));
            let offering = term.and_then(|term| cx.snapshot.offering(term, row));
            let rows = offering.into_iter().flat_map(|offering| cx.snapshot.sections_in(offering));
            run.list(rows, path, |run, view, path| SectionIndex::write(run, view.index(), &asked.selection, path))
        }
        _ => {
            let terms = cx.snapshot.terms_of(row).map(|entry| entry.term.id.title());
            run.list(terms, path, |run, title, _| {
                run.out.text(&title);
                Ok(())
            })
        }
    }
}
