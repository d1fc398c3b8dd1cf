//! `Query`: the root of what is read.

use catalog::course_set::CourseIndex;
use catalog::ids::{CourseId, GradeId, PlaylistId};
use catalog::section::SectionKey;
use catalog::snapshot::{GradeIndex, PlaylistIndex, SectionIndex, Snapshot};
use planner::schedule::{Schedule, ScheduleId};

use crate::graphql::arguments::Refusal;
use crate::graphql::connection::{self, Connection, Row};
use crate::graphql::failure::{Code, Failure};
use crate::graphql::global_id;
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::about::{FormConfigField, SourceField, TermField, write_sources, write_term};
use crate::graphql::types::course::CourseField;
use crate::graphql::types::course_conditions::CourseConditions;
use crate::graphql::types::enrollment::{self, AskedSeries, Enrollment};
use crate::graphql::types::grade::GradeField;
use crate::graphql::types::grade_conditions::GradeConditions;
use crate::graphql::types::person::{PersonField, write_viewer};
use crate::graphql::types::playlist::{PlaylistConditions, PlaylistField, is_shown};
use crate::graphql::types::schedule::{ScheduleField, ScheduleRow};
use crate::graphql::types::search::{self, AskedSearch};
use crate::graphql::types::section::SectionField;
use crate::graphql::types::section_conditions::SectionConditions;
use crate::graphql::types::suggestion::{self, AskedSuggestions};

/// What somebody reads who may not do a thing, or is not signed in.
pub(crate) const NOT_ALLOWED: &str = "You do not have permission to perform this action";

/// Something that is asked for by its global id.
#[derive(Debug)]
pub(crate) struct ById<K, F> {
    pub(crate) id: Result<K, Refusal>,
    pub(crate) selection: Selection<F>,
}

#[derive(Debug)]
pub(crate) enum QueryField {
    Ping,
    CatalogVersion,
    FormConfig(Selection<FormConfigField>),
    Sources(Selection<SourceField>),
    Terms(Selection<TermField>),
    Course(ById<u64, CourseField>),
    Section(ById<u64, SectionField>),
    Grade(ById<u64, GradeField>),
    Playlist(ById<u64, PlaylistField>),
    AllCourses(Box<Connection<CourseConditions, CourseField>>),
    AllSections(Box<Connection<SectionConditions, SectionField>>),
    AllGrades(Box<Connection<GradeConditions, GradeField>>),
    AllPlaylists(Box<Connection<PlaylistConditions, PlaylistField>>),
    Search(Box<AskedSearch>),
    Suggestions(Box<AskedSuggestions>),
    Series(Box<AskedSeries>),
    Schedule(ById<ScheduleId, ScheduleField>),
    Schedules(Selection<ScheduleField>),
    User(Selection<PersonField>),
    /// `__schema` and `__type`, which the schema library answers.
    Introspection,
}

/// What had to be fetched for a field of the root before it can be written.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// Nothing: it is in memory.
    Nothing,
    Series(Box<Enrollment>),
    Schedule(Box<Schedule>),
    /// JSON that is finished.
    Finished(Vec<u8>),
    Failed(Failure),
}

impl Fields for QueryField {
    const TYPE: &'static str = "Query";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "ping" => Self::Ping,
            "catalogVersion" => Self::CatalogVersion,
            "formConfig" => Self::FormConfig(asked.selection()?),
            "sources" => Self::Sources(asked.selection()?),
            "terms" => Self::Terms(asked.selection_of_many(asked.planner.sizes.terms)?),
            "course" => Self::Course(by_number(asked)?),
            "section" => Self::Section(by_number(asked)?),
            "grade" => {
                asked.touch(|touched| touched.grades = true);
                Self::Grade(by_number(asked)?)
            }
            "playlist" => Self::Playlist(by_number(asked)?),
            "allCourses" => Self::AllCourses(Connection::plan(asked, asked.planner.sizes.courses)?),
            "allSections" => Self::AllSections(Connection::plan(asked, asked.planner.sizes.sections)?),
            "allGrades" => {
                asked.touch(|touched| touched.grades = true);
                Self::AllGrades(Connection::plan(asked, asked.planner.sizes.grades)?)
            }
            "allPlaylists" => Self::AllPlaylists(Connection::plan(asked, asked.planner.sizes.playlists)?),
            "courseEnrollmentBySection" => Self::Series(Box::new(AskedSeries::of_section(asked)?)),
            "courseEnrollmentBySemester" => Self::Series(Box::new(AskedSeries::of_course(asked)?)),
            "search" => Self::Search(Box::new(AskedSearch::plan(asked)?)),
            "suggestions" => Self::Suggestions(Box::new(AskedSuggestions::plan(asked)?)),
            "__schema" | "__type" => Self::Introspection,
            _ => return plan_personal(asked),
        })
    }
}

/// Fields whose answer depends on who asks, whatever is asked below them.
fn plan_personal(asked: &Asked<'_>) -> Result<QueryField, Failure> {
    asked.touch(|touched| touched.person = true);
    Ok(match asked.name() {
        "schedule" => QueryField::Schedule(ById { id: schedule_id(asked, "id"), selection: asked.selection()? }),
        "schedules" => QueryField::Schedules(asked.selection_of_many(asked.planner.sizes.personal())?),
        "user" => QueryField::User(asked.selection()?),
        _ => return asked.unknown(QueryField::TYPE),
    })
}

fn by_number<F: Fields>(asked: &Asked<'_>) -> Result<ById<u64, F>, Failure> {
    let id = asked.arguments().id("id", F::TYPE);
    let id = id.and_then(|id| id.ok_or_else(|| Refusal("`id` is missing.".to_owned())));
    Ok(ById { id, selection: asked.selection()? })
}

/// The key of a schedule in an argument.
pub(crate) fn schedule_id(asked: &Asked<'_>, argument: &str) -> Result<ScheduleId, Refusal> {
    let invalid = || Refusal("Invalid Schedule ID".to_owned());
    let id = asked.arguments().key(argument).ok_or_else(invalid)?;
    let key = global_id::text(&id, ScheduleField::TYPE).map_err(|_| invalid())?;
    key.parse().map_err(|_| invalid())
}

/// Writes a field of the root; all of them may be null but the new ones, which never fail.
pub(crate) fn write_field(run: &mut Run<'_>, field: &QueryField, fetched: &Fetched, path: &Path<'_>) -> Written {
    let snapshot = run.cx.snapshot;
    match (field, fetched) {
        (_, Fetched::Failed(failure)) => {
            let stop = run.fail(path, failure.code, failure.message.clone());
            run.nullable(|_| Err(stop))
        }
        (_, Fetched::Finished(json)) => {
            run.out.raw(json);
            Ok(())
        }
        (QueryField::Series(asked), Fetched::Series(series)) => {
            run.nullable(|run| enrollment::write(run, series, &asked.selection, path))
        }
        (QueryField::Schedule(asked), Fetched::Schedule(schedule)) => {
            run.nullable(|run| Row::write(run, ScheduleRow::stored(schedule), &asked.selection, path))
        }
        (QueryField::Ping, _) => {
            run.out.text("pong!");
            Ok(())
        }
        (QueryField::CatalogVersion, _) => {
            run.out.text(&version(snapshot).to_string());
            Ok(())
        }
        (QueryField::FormConfig(selection), _) => run.object(selection, path, |run, _, _| {
            run.out.null();
            Ok(())
        }),
        (QueryField::Sources(selection), _) => write_sources(run, selection, path),
        (QueryField::Terms(selection), _) => {
            run.list(snapshot.terms(), path, |run, entry, path| write_term(run, entry, selection, path))
        }
        _ => run.nullable(|run| write_catalog(run, field, path)),
    }
}

fn version(snapshot: &Snapshot) -> i64 {
    snapshot.state().map_or(0, |state| state.version.0)
}

/// Fields that lead into the catalog, and to the reader.
fn write_catalog(run: &mut Run<'_>, field: &QueryField, path: &Path<'_>) -> Written {
    let snapshot = run.cx.snapshot;
    match field {
        QueryField::Course(asked) => write_one(run, asked, path, |id| snapshot.course_by_id(CourseId(id))),
        QueryField::Section(asked) => {
            write_one(run, asked, path, |id| SectionKey::from_number(id).and_then(|key| snapshot.section_by_key(key)))
        }
        QueryField::Grade(asked) => write_one(run, asked, path, |id| {
            let grade = snapshot.grade_by_id(GradeId(id));
            grade.filter(|grade| snapshot.grade(*grade).course.is_some())
        }),
        QueryField::Playlist(asked) => {
            let cx = run.cx;
            write_one(run, asked, path, |id| {
                let playlist = snapshot.playlist_by_id(PlaylistId(id));
                playlist.filter(|playlist| is_shown(cx, snapshot.playlist(*playlist)))
            })
        }
        QueryField::AllCourses(asked) => {
            let (conditions, page) = run.given(&asked.given, path)?;
            let rows: Vec<CourseIndex> = conditions.all(run)?;
            connection::write(run, &rows, page, &asked.selection, path)
        }
        QueryField::AllSections(asked) => {
            let (conditions, page) = run.given(&asked.given, path)?;
            let rows: Vec<SectionIndex> = conditions.all(run)?;
            connection::write(run, &rows, page, &asked.selection, path)
        }
        QueryField::AllGrades(asked) => {
            let (conditions, page) = run.given(&asked.given, path)?;
            let rows: Vec<GradeIndex> = conditions.all(run)?;
            connection::write(run, &rows, page, &asked.selection, path)
        }
        QueryField::AllPlaylists(asked) => {
            let (conditions, page) = run.given(&asked.given, path)?;
            let rows: Vec<PlaylistIndex> = conditions.all(run)?;
            connection::write(run, &rows, page, &asked.selection, path)
        }
        QueryField::Search(asked) => search::write(run, asked, path),
        QueryField::Suggestions(asked) => suggestion::write(run, asked, path),
        QueryField::User(selection) => {
            let viewer = run.cx.viewer.as_ref();
            run.option(viewer, |run, viewer| write_viewer(run, viewer, selection, path))
        }
        QueryField::Schedules(selection) => match run.cx.viewer.as_ref() {
            Some(viewer) => run.list(&viewer.schedules, path, |run, schedule, path| {
                run.nullable(|run| Row::write(run, ScheduleRow::stored(schedule), selection, path))
            }),
            None => Err(run.fail(path, Code::Forbidden, NOT_ALLOWED)),
        },
        _ => Err(run.fail(path, Code::Internal, "This cannot be answered.")),
    }
}

/// Writes what an id names; null when it names nothing.
fn write_one<R: Row>(
    run: &mut Run<'_>,
    asked: &ById<u64, R::Field>,
    path: &Path<'_>,
    find: impl FnOnce(u64) -> Option<R>,
) -> Written {
    let found = find(*run.given(&asked.id, path)?);
    run.option(found, |run, row| R::write(run, row, &asked.selection, path))
}
