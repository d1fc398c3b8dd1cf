//! `PlaylistType`.

use catalog::course_set::CourseIndex;
use catalog::ids::CourseId;
use catalog::playlist::Category;
use catalog::snapshot::{PlaylistEntry, PlaylistIndex};

use crate::graphql::arguments::{Arguments, Refusal};
use crate::graphql::connection::{self, Conditions, Connection, Listed, Row};
use crate::graphql::context::Context;
use crate::graphql::failure::Failure;
use crate::graphql::global_id;
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Stop, Written};
use crate::graphql::types::course::CourseField;
use crate::graphql::types::course_conditions::{CourseConditions, is};

#[derive(Debug)]
pub(crate) enum PlaylistField {
    Id,
    Category,
    Name,
    Semester,
    Year,
    Courses(Box<Connection<CourseConditions, CourseField>>),
}

impl Listed for PlaylistField {
    const CONNECTION: &'static str = "PlaylistTypeConnection";
    const EDGE: &'static str = "PlaylistTypeEdge";
}

impl Fields for PlaylistField {
    const TYPE: &'static str = "PlaylistType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "id" => Self::Id,
            "category" => Self::Category,
            "name" => Self::Name,
            "semester" => Self::Semester,
            "year" => Self::Year,
            "courses" => Self::Courses(Connection::plan(asked, asked.planner.sizes.courses_per_playlist())?),
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

impl Row for PlaylistIndex {
    type Field = PlaylistField;

    fn write(run: &mut Run<'_>, row: Self, selection: &Selection<PlaylistField>, path: &Path<'_>) -> Written {
        let entry = run.cx.snapshot.playlist(row);
        run.object(selection, path, |run, field, path| {
            match field {
                PlaylistField::Id => global_id::write_number(&mut run.out, PlaylistField::TYPE, entry.id.0),
                PlaylistField::Category => run.out.text(entry.key.category.slug()),
                PlaylistField::Name => run.out.text(&entry.key.name),
                PlaylistField::Semester => run.out.text(semester(entry)),
                PlaylistField::Year => run.out.text(&year(entry)),
                PlaylistField::Courses(asked) => {
                    let (conditions, page) = run.given(&asked.given, path)?;
                    let rows: Vec<CourseIndex> = conditions.keep(run, entry.courses.iter())?;
                    return connection::write(run, &rows, page, &asked.selection, path);
                }
            }
            Ok(())
        })
    }
}

fn semester(entry: &PlaylistEntry) -> &'static str {
    entry.key.term.map_or("", |term| term.semester().slug())
}

fn year(entry: &PlaylistEntry) -> String {
    entry.key.term.map(|term| term.year().to_string()).unwrap_or_default()
}

/// Conditions as clients of 2021 give them: equal to a column.
#[derive(Debug)]
pub(crate) struct PlaylistConditions {
    category: Option<String>,
    name: Option<String>,
    semester: Option<String>,
    year: Option<String>,
    courses: Option<Vec<u64>>,
}

impl Conditions for PlaylistConditions {
    fn read(arguments: &Arguments<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            category: arguments.text("category")?,
            name: arguments.text("name")?,
            semester: arguments.text("semester")?,
            year: arguments.text("year")?,
            courses: arguments.ids("courses", CourseField::TYPE)?,
        })
    }
}

impl PlaylistConditions {
    /// The playlists of the whole catalog that fit.
    pub(crate) fn all(&self, run: &mut Run<'_>) -> Result<Vec<PlaylistIndex>, Stop> {
        let count = u32::try_from(run.cx.snapshot.all_playlists().len()).unwrap_or(u32::MAX);
        self.keep(run, (0..count).map(PlaylistIndex))
    }

    /// Those of some playlists that fit. Breadths are shown of the current term alone.
    pub(crate) fn keep(
        &self,
        run: &mut Run<'_>,
        playlists: impl Iterator<Item = PlaylistIndex>,
    ) -> Result<Vec<PlaylistIndex>, Stop> {
        let mut looked_at = 0;
        let counted = playlists.inspect(|_| looked_at += 1);
        let kept = counted.filter(|playlist| self.fit(run.cx, run.cx.snapshot.playlist(*playlist))).collect();
        run.spend(looked_at)?;
        Ok(kept)
    }

    fn fit(&self, cx: &Context<'_>, entry: &PlaylistEntry) -> bool {
        let holds = |id: &u64| {
            let course = cx.snapshot.course_by_id(CourseId(*id));
            course.is_some_and(|course| entry.courses.contains(course))
        };
        is_shown(cx, entry)
            && is(&self.category, entry.key.category.slug())
            && is(&self.name, &entry.key.name)
            && is(&self.semester, semester(entry))
            && self.year.as_ref().is_none_or(|wanted| *wanted == year(entry))
            && self.courses.as_ref().is_none_or(|ids| ids.iter().any(holds))
    }
}

/// Whether a playlist is one that people are shown: breadths of other terms are not.
pub(crate) fn is_shown(cx: &Context<'_>, entry: &PlaylistEntry) -> bool {
    entry.key.category != Category::Ls || entry.key.term == cx.term.map(|term| term.term.id)
}
