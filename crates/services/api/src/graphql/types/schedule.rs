//! `ScheduleType`, `SectionSelectionType` and `TimeBlockType`.

use catalog::section::SectionKey;
use catalog::snapshot::SectionIndex;
use planner::schedule::{Schedule, Selection as Chosen, TimeBlock};

use crate::graphql::connection::{self, Connection, Listed, Row, Unfiltered};
use crate::graphql::context::{Context, moment_text};
use crate::graphql::failure::{Code, Failure};
use crate::graphql::global_id;
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::course::CourseField;
use crate::graphql::types::meeting::write_time;
use crate::graphql::types::person::{self, PersonField};
use crate::graphql::types::section::{SectionField, day_digits};
use crate::graphql::types::section_conditions::SectionConditions;

#[derive(Debug)]
pub(crate) enum ScheduleField {
    Id,
    User(Box<Selection<PersonField>>),
    Name,
    Year,
    Semester,
    DateCreated,
    DateModified,
    TotalUnits,
    Public,
    SelectedSections(Box<Connection<Unfiltered, SelectionField>>),
    TimeBlocks(Box<Connection<Unfiltered, TimeBlockField>>),
}

impl Listed for ScheduleField {
    const CONNECTION: &'static str = "ScheduleTypeConnection";
    const EDGE: &'static str = "ScheduleTypeEdge";
}

impl Fields for ScheduleField {
    const TYPE: &'static str = "ScheduleType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        asked.touch(|touched| touched.person = true);
        Ok(match asked.name() {
            "id" => Self::Id,
            "user" => Self::User(Box::new(asked.selection()?)),
            "name" => Self::Name,
            "year" => Self::Year,
            "semester" => Self::Semester,
            "dateCreated" => Self::DateCreated,
            "dateModified" => Self::DateModified,
            "totalUnits" => Self::TotalUnits,
            "public" => Self::Public,
            "selectedSections" => Self::SelectedSections(Connection::plan(asked, asked.planner.sizes.personal())?),
            "timeblocks" => Self::TimeBlocks(Connection::plan(asked, asked.planner.sizes.personal())?),
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// A schedule in an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScheduleRow<'s> {
    schedule: &'s Schedule,
    /// It is there no longer: its id names none.
    is_removed: bool,
}

impl<'s> ScheduleRow<'s> {
    pub(crate) const fn stored(schedule: &'s Schedule) -> Self {
        Self { schedule, is_removed: false }
    }

    pub(crate) const fn removed(schedule: &'s Schedule) -> Self {
        Self { schedule, is_removed: true }
    }
}

impl Row for ScheduleRow<'_> {
    type Field = ScheduleField;

    fn write(run: &mut Run<'_>, row: Self, selection: &Selection<ScheduleField>, path: &Path<'_>) -> Written {
        let Self { schedule, is_removed } = row;
        run.object(selection, path, |run, field, path| {
            match field {
                ScheduleField::Id => {
                    let key = if is_removed { "None".to_owned() } else { schedule.id.to_string() };
                    global_id::write_text(&mut run.out, ScheduleField::TYPE, &key);
                }
                ScheduleField::User(selection) => return write_owner(run, schedule, selection, path),
                ScheduleField::Name => run.out.text(schedule.name.as_str()),
                ScheduleField::Year => run.out.text(&schedule.term.year().to_string()),
                ScheduleField::Semester => run.out.text(schedule.term.semester().slug()),
                ScheduleField::DateCreated => run.out.text(&moment_text(schedule.created_at)),
                ScheduleField::DateModified => run.out.text(&moment_text(schedule.modified_at)),
                ScheduleField::TotalUnits => run.out.text(schedule.total_units.as_str()),
                ScheduleField::Public => run.out.boolean(schedule.is_public),
                ScheduleField::SelectedSections(asked) => {
                    let (_, page) = run.given(&asked.given, path)?;
                    let known = |chosen: &&Chosen| run.cx.snapshot.course_by_id(chosen.course).is_some();
                    let rows = schedule.selections.iter().filter(known);
                    let rows: Vec<_> = rows.map(|chosen| SelectionRow { schedule, chosen }).collect();
                    return connection::write(run, &rows, page, &asked.selection, path);
                }
                ScheduleField::TimeBlocks(asked) => {
                    let (_, page) = run.given(&asked.given, path)?;
                    let blocks = schedule.time_blocks.iter();
                    let rows: Vec<_> = blocks.map(|block| TimeBlockRow { schedule, block }).collect();
                    return connection::write(run, &rows, page, &asked.selection, path);
                }
            }
            Ok(())
        })
    }
}

/// Who made a public schedule is nobody's business but theirs.
fn write_owner(run: &mut Run<'_>, schedule: &Schedule, selection: &Selection<PersonField>, path: &Path<'_>) -> Written {
    match run.cx.viewer.as_ref().filter(|viewer| schedule.owner.person() == Some(viewer.person.id)) {
        Some(viewer) => person::write_viewer(run, viewer, selection, path),
        None => person::write_stranger(run, selection, path),
    }
}

/// Where the reader's own schedules hold something.
pub(crate) fn own_selections<'a>(cx: &'a Context<'_>, holds: impl Fn(&Chosen) -> bool) -> Vec<SelectionRow<'a>> {
    let schedules = cx.viewer.iter().flat_map(|viewer| &viewer.schedules);
    let all = schedules.flat_map(|schedule| schedule.selections.iter().map(move |chosen| (schedule, chosen)));
    all.filter(|(_, chosen)| holds(chosen)).map(|(schedule, chosen)| SelectionRow { schedule, chosen }).collect()
}

#[derive(Debug)]
pub(crate) enum SelectionField {
    Id,
    Schedule(Box<Selection<ScheduleField>>),
    Course(Box<Selection<CourseField>>),
    Primary(Box<Selection<SectionField>>),
    Secondary(Box<Connection<SectionConditions, SectionField>>),
}

impl Listed for SelectionField {
    const CONNECTION: &'static str = "SectionSelectionTypeConnection";
    const EDGE: &'static str = "SectionSelectionTypeEdge";
}

impl Fields for SelectionField {
    const TYPE: &'static str = "SectionSelectionType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "id" => Self::Id,
            "schedule" => Self::Schedule(Box::new(asked.selection()?)),
            "course" => Self::Course(Box::new(asked.selection()?)),
            "primary" => Self::Primary(Box::new(asked.selection()?)),
            "secondary" => Self::Secondary(Connection::plan(asked, 1.0)?),
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// A course in a schedule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SelectionRow<'s> {
    schedule: &'s Schedule,
    chosen: &'s Chosen,
}

impl Row for SelectionRow<'_> {
    type Field = SelectionField;

    fn write(run: &mut Run<'_>, row: Self, selection: &Selection<SelectionField>, path: &Path<'_>) -> Written {
        let Self { schedule, chosen } = row;
        let cx = run.cx;
        let shown = |key: &SectionKey| cx.snapshot.section_by_key(*key);
        run.object(selection, path, |run, field, path| match field {
            SelectionField::Id => {
                global_id::write_number(&mut run.out, SelectionField::TYPE, chosen.id.0);
                Ok(())
            }
            SelectionField::Schedule(selection) => Row::write(run, ScheduleRow::stored(schedule), selection, path),
            SelectionField::Course(selection) => match cx.snapshot.course_by_id(chosen.course) {
                Some(course) => Row::write(run, course, selection, path),
                None => Err(run.fail(path, Code::BadInput, "The catalog does not have this course.")),
            },
            SelectionField::Primary(selection) => {
                let section = chosen.primary.as_ref().and_then(shown);
                run.option(section, |run, section| Row::write(run, section, selection, path))
            }
            SelectionField::Secondary(asked) => {
                let (conditions, page) = run.given(&asked.given, path)?;
                let rows: Vec<SectionIndex> = conditions.keep(run, chosen.secondary.iter().filter_map(shown))?;
                connection::write(run, &rows, page, &asked.selection, path)
            }
        })
    }
}

#[derive(Debug)]
pub(crate) enum TimeBlockField {
    Id,
    Name,
    StartTime,
    EndTime,
    Days,
    Schedule(Box<Selection<ScheduleField>>),
}

impl Listed for TimeBlockField {
    const CONNECTION: &'static str = "TimeBlockTypeConnection";
    const EDGE: &'static str = "TimeBlockTypeEdge";
}

impl Fields for TimeBlockField {
    const TYPE: &'static str = "TimeBlockType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "id" => Self::Id,
            "name" => Self::Name,
            "startTime" => Self::StartTime,
            "endTime" => Self::EndTime,
            "days" => Self::Days,
            "schedule" => Self::Schedule(Box::new(asked.selection()?)),
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// A time that a schedule keeps free.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeBlockRow<'s> {
    schedule: &'s Schedule,
    block: &'s TimeBlock,
}

impl Row for TimeBlockRow<'_> {
    type Field = TimeBlockField;

    fn write(run: &mut Run<'_>, row: Self, selection: &Selection<TimeBlockField>, path: &Path<'_>) -> Written {
        let Self { schedule, block } = row;
        run.object(selection, path, |run, field, path| {
            match field {
                TimeBlockField::Id => global_id::write_number(&mut run.out, TimeBlockField::TYPE, block.id.0),
                TimeBlockField::Name => run.out.text(block.name.as_str()),
                TimeBlockField::StartTime => write_time(&mut run.out, Some(block.time.start())),
                TimeBlockField::EndTime => write_time(&mut run.out, Some(block.time.end())),
                TimeBlockField::Days => run.out.text(&day_digits(block.days)),
                TimeBlockField::Schedule(selection) => {
                    return Row::write(run, ScheduleRow::stored(schedule), selection, path);
                }
            }
            Ok(())
        })
    }
}
