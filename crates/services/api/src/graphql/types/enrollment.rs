//! `EnrollmentInfo`: how a section, or all primary sections of a course, filled day by day.

use catalog::course_set::CourseIndex;
use catalog::enrollment_series::{DayPoint, Divisor, Series};
use catalog::ids::CourseId;
use catalog::published::PublishedCatalog;
use catalog::section::{SectionId, SectionKey};
use catalog::snapshot::{self, SectionIndex, Snapshot};
use catalog::switches::Source;
use catalog::term::{Phases, TermId};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::graphql::arguments::Refusal;
use crate::graphql::connection::Row;
use crate::graphql::failure::{Code, Failure};
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::course::CourseField;
use crate::graphql::types::meeting::write_date;
use crate::graphql::types::section::SectionField;

/// Days of a series, for estimates.
const DAYS: f64 = 200.0;

/// Whose series is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Section(SectionKey),
    Course(CourseId, TermId),
}

/// A series that is asked for.
#[derive(Debug)]
pub(crate) struct AskedSeries {
    pub(crate) whose: Result<Whose, Refusal>,
    pub(crate) selection: Selection<EnrollmentField>,
}

impl AskedSeries {
    pub(crate) fn of_section(asked: &Asked<'_>) -> Result<Self, Failure> {
        let number = asked.arguments().id("sectionId", SectionField::TYPE);
        let key = number.and_then(|number| number.ok_or_else(|| Refusal("`sectionId` is missing.".to_owned())));
        let unknown = || Refusal("There is no such section.".to_owned());
        let whose = key.and_then(|number| SectionKey::from_number(number).ok_or_else(unknown)).map(Whose::Section);
        Ok(Self { whose, selection: asked.selection()? })
    }

    pub(crate) fn of_course(asked: &Asked<'_>) -> Result<Self, Failure> {
        let arguments = asked.arguments();
        let read = || {
            let missing = |name: &str| Refusal(format!("`{name}` is missing."));
            let course = arguments.id("courseId", CourseField::TYPE)?.ok_or_else(|| missing("courseId"))?;
            let semester = arguments.text("semester")?.ok_or_else(|| missing("semester"))?;
            let year = arguments.int("year")?.ok_or_else(|| missing("year"))?;
            let term = format!("{semester} {year}").parse();
            let term =
                term.map_err(|_| Refusal("There is no such term: expected one such as fall, 2026.".to_owned()))?;
            Ok(Whose::Course(CourseId(course), term))
        };
        Ok(Self { whose: read(), selection: asked.selection()? })
    }
}

/// A series that was read.
#[derive(Debug)]
pub(crate) struct Enrollment {
    course: CourseIndex,
    sections: Vec<SectionIndex>,
    phases: Option<Phases>,
    series: Series,
}

/// Reads the history and adds it up.
pub(crate) async fn read(
    snapshot: &Snapshot,
    catalog: &dyn PublishedCatalog,
    whose: &Result<Whose, Refusal>,
    zone: &TimeZone,
) -> Result<Enrollment, Failure> {
    if let Some(off) = snapshot.switches().off(Source::Enrollment) {
        let message = format!("Enrollment is switched off. The reason: {}", off.reason);
        return Err(Failure::new(Code::SwitchedOff, message));
    }
    let whose = whose.as_ref().map_err(|refusal| Failure::new(Code::BadInput, refusal.0.clone()))?;
    let (course, term, sections) = sections_of(snapshot, *whose)?;
    let ids: Vec<SectionId> = sections.iter().map(|section| snapshot.section(*section).id()).collect();
    let runs = catalog.history(term, &ids).await.map_err(|_| {
        Failure::new(Code::Unavailable, "The history of enrollment cannot be read now. Try again in a minute.")
    })?;
    let phases = snapshot.calendar().phases(term).cloned();
    let begin = snapshot.term(term).map(first_day);
    let first_day = phases.as_ref().map(|phases| phases.phase1_start).or(begin).unwrap_or_default();
    let divisor = if matches!(whose, Whose::Section(_)) { Divisor::LatestCap } else { Divisor::CapOfTheDay };
    let series = Series::daily(&runs, zone, first_day, divisor);
    let series = series.ok_or_else(|| Failure::new(Code::BadInput, "There are no counts of this section yet."))?;
    Ok(Enrollment { course, sections, phases, series })
}

/// Day 1 of a term whose phases are not known.
fn first_day(entry: &snapshot::TermEntry) -> Date {
    let lead = jiff::Span::new().days(snapshot::ENROLLMENT_LEAD_DAYS);
    let usual = || entry.term.begin.checked_sub(lead).unwrap_or(entry.term.begin);
    entry.term.enrollment_begin.unwrap_or_else(usual)
}

fn sections_of(snapshot: &Snapshot, whose: Whose) -> Result<(CourseIndex, TermId, Vec<SectionIndex>), Failure> {
    let unknown = |what: &str| Failure::new(Code::BadInput, format!("There is no such {what}."));
    match whose {
        Whose::Section(key) => {
            let section = snapshot.section_by_key(key).ok_or_else(|| unknown("section"))?;
            Ok((snapshot.section(section).course(), key.term, vec![section]))
        }
        Whose::Course(id, term) => {
            let course = snapshot.course_by_id(id).ok_or_else(|| unknown("course"))?;
            let offering = snapshot.offering(term, course);
            let sections = offering.into_iter().flat_map(|offering| snapshot.sections_in(offering));
            let primary: Vec<SectionIndex> =
                sections.filter(|view| view.is_primary()).map(|view| view.index()).collect();
            if primary.is_empty() {
                let message = format!("The course has no sections in {}.", term.title());
                return Err(Failure::new(Code::BadInput, message));
            }
            Ok((course, term, primary))
        }
    }
}

#[derive(Debug)]
pub(crate) enum EnrollmentField {
    Course(Selection<CourseField>),
    Section(Selection<SectionField>),
    TeleBears(Selection<PhaseField>),
    Data(Selection<DayField>),
    EnrolledMax,
    EnrolledPercentMax,
    EnrolledScaleMax,
    WaitlistedMax,
    WaitlistedPercentMax,
    WaitlistedScaleMax,
}

impl Fields for EnrollmentField {
    const TYPE: &'static str = "EnrollmentInfo";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "course" => Self::Course(asked.selection()?),
            "section" => Self::Section(asked.selection()?),
            "telebears" => Self::TeleBears(asked.selection()?),
            "data" => Self::Data(asked.selection_of_many(DAYS)?),
            "enrolledMax" => Self::EnrolledMax,
            "enrolledPercentMax" => Self::EnrolledPercentMax,
            "enrolledScaleMax" => Self::EnrolledScaleMax,
            "waitlistedMax" => Self::WaitlistedMax,
            "waitlistedPercentMax" => Self::WaitlistedPercentMax,
            "waitlistedScaleMax" => Self::WaitlistedScaleMax,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// Writes a series.
pub(crate) fn write(
    run: &mut Run<'_>,
    enrollment: &Enrollment,
    selection: &Selection<EnrollmentField>,
    path: &Path<'_>,
) -> Written {
    let series = &enrollment.series;
    run.object(selection, path, |run, field, path| {
        match field {
            EnrollmentField::Course(selection) => {
                return run.nullable(|run| Row::write(run, enrollment.course, selection, path));
            }
            EnrollmentField::Section(selection) => {
                return run.list(&enrollment.sections, path, |run, section, path| {
                    run.nullable(|run| Row::write(run, *section, selection, path))
                });
            }
            EnrollmentField::TeleBears(selection) => {
                return write_phases(run, enrollment.phases.as_ref(), selection, path);
            }
            EnrollmentField::Data(selection) => {
                return run.list(&series.days, path, |run, day, path| write_day(run, day, selection, path));
            }
            EnrollmentField::EnrolledMax => run.out.int(series.enrolled_max.into()),
            EnrollmentField::EnrolledPercentMax => run.out.float(series.enrolled_percent_max),
            EnrollmentField::EnrolledScaleMax => run.out.int(series.enrolled_scale_max.into()),
            EnrollmentField::WaitlistedMax => run.out.int(series.waitlisted_max.into()),
            EnrollmentField::WaitlistedPercentMax => run.out.float(series.waitlisted_percent_max),
            EnrollmentField::WaitlistedScaleMax => run.out.int(series.waitlisted_scale_max.into()),
        }
        Ok(())
    })
}

#[derive(Debug)]
pub(crate) enum PhaseField {
    Phase1Start,
    Phase1End,
    Phase2Start,
    Phase2End,
    AdjustmentStart,
}

impl Fields for PhaseField {
    const TYPE: &'static str = "TelebearData";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "phase1Start" => Self::Phase1Start,
            "phase1End" => Self::Phase1End,
            "phase2Start" => Self::Phase2Start,
            "phase2End" => Self::Phase2End,
            "adjStart" => Self::AdjustmentStart,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// An object of nulls where the phases are not known: clients of 2021 look into it without asking.
fn write_phases(
    run: &mut Run<'_>,
    phases: Option<&Phases>,
    selection: &Selection<PhaseField>,
    path: &Path<'_>,
) -> Written {
    run.object(selection, path, |run, field, _| {
        let date = phases.map(|phases| match field {
            PhaseField::Phase1Start => phases.phase1_start,
            PhaseField::Phase1End => phases.phase1_end,
            PhaseField::Phase2Start => phases.phase2_start,
            PhaseField::Phase2End => phases.phase2_end,
            PhaseField::AdjustmentStart => phases.adjustment_start,
        });
        write_date(&mut run.out, date);
        Ok(())
    })
}

#[derive(Debug)]
pub(crate) enum DayField {
    Day,
    DateCreated,
    Enrolled,
    EnrolledMax,
    EnrolledPercent,
    Waitlisted,
    WaitlistedMax,
    WaitlistedPercent,
}

impl Fields for DayField {
    const TYPE: &'static str = "EnrollmentData";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "day" => Self::Day,
            "dateCreated" => Self::DateCreated,
            "enrolled" => Self::Enrolled,
            "enrolledMax" => Self::EnrolledMax,
            "enrolledPercent" => Self::EnrolledPercent,
            "waitlisted" => Self::Waitlisted,
            "waitlistedMax" => Self::WaitlistedMax,
            "waitlistedPercent" => Self::WaitlistedPercent,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

fn write_day(run: &mut Run<'_>, day: &DayPoint, selection: &Selection<DayField>, path: &Path<'_>) -> Written {
    run.object(selection, path, |run, field, _| {
        match field {
            DayField::Day => run.out.int(day.day.into()),
            DayField::DateCreated => write_date(&mut run.out, Some(day.date)),
            DayField::Enrolled => run.out.int(day.enrolled.into()),
            DayField::EnrolledMax => run.out.int(day.enrolled_max.into()),
            DayField::EnrolledPercent => run.out.float(day.enrolled_percent),
            DayField::Waitlisted => run.out.int(day.waitlisted.into()),
            DayField::WaitlistedMax => run.out.int(day.waitlisted_max.into()),
            DayField::WaitlistedPercent => run.out.float(day.waitlisted_percent),
        }
        Ok(())
    })
}
