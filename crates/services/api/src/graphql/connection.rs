//! Relay's connections: a page of a list, whatever is in it.

use catalog::grade_report::GradeReport;

use crate::graphql::arguments::{Arguments, Refusal};
use crate::graphql::failure::Failure;
use crate::graphql::global_id;
use crate::graphql::page::{Page, Slice};
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::grade::{LetterField, write_distribution};

/// A type that stands in lists.
pub(crate) trait Listed: Fields {
    /// The name of its connection.
    const CONNECTION: &'static str;
    /// The name of that connection's edges.
    const EDGE: &'static str;
}

/// What the rows of a list are known by, and how one is written.
pub(crate) trait Row: Copy {
    /// What can be asked of it.
    type Field: Listed;
    /// Writes it.
    fn write(run: &mut Run<'_>, row: Self, selection: &Selection<Self::Field>, path: &Path<'_>) -> Written;
    /// How all of a page was graded, together.
    fn graded(_run: &Run<'_>, _page: &[Self]) -> Option<GradeReport> {
        None
    }
}

/// Conditions on the rows of a list.
pub(crate) trait Conditions: Sized {
    /// Reads them from a field's arguments.
    fn read(arguments: &Arguments<'_>) -> Result<Self, Refusal>;
    /// About which share of the rows fits.
    fn share(&self) -> f64 {
        1.0
    }
}

/// A list without conditions.
#[derive(Debug)]
pub(crate) struct Unfiltered;

impl Conditions for Unfiltered {
    fn read(_: &Arguments<'_>) -> Result<Self, Refusal> {
        Ok(Self)
    }
}

/// A connection that is asked for.
#[derive(Debug)]
pub(crate) struct Connection<C, F> {
    /// Which rows, and which page of them.
    pub(crate) given: Result<(C, Page), Refusal>,
    pub(crate) selection: Selection<ConnectionField<F>>,
}

impl<C: Conditions, F: Listed> Connection<C, F> {
    /// Of a list of about so many rows.
    pub(crate) fn plan(asked: &Asked<'_>, rows: f64) -> Result<Box<Self>, Failure> {
        let arguments = asked.arguments();
        let page = Page::read(&arguments, &asked.planner.limits.page);
        let given = page.and_then(|page| Ok((C::read(&arguments)?, page)));
        let rows = given.as_ref().map_or(1.0, |(conditions, page)| page.rows_at_most(rows * conditions.share()));
        Ok(Box::new(Self { given, selection: asked.selection_of_many(rows)? }))
    }
}

#[derive(Debug)]
pub(crate) enum ConnectionField<F> {
    PageInfo(Selection<PageInfoField>),
    Edges(Selection<EdgeField<F>>),
    Distribution(Selection<LetterField>),
    SectionGpa,
    SectionLetter,
    Denominator,
}

impl<F: Listed> Fields for ConnectionField<F> {
    const TYPE: &'static str = F::CONNECTION;

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "pageInfo" => Self::PageInfo(asked.selection()?),
            "edges" => Self::Edges(asked.selection()?),
            "distribution" => Self::Distribution(asked.selection()?),
            "sectionGpa" => Self::SectionGpa,
            "sectionLetter" => Self::SectionLetter,
            "denominator" => Self::Denominator,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

#[derive(Debug)]
pub(crate) enum EdgeField<F> {
    Node(Selection<F>),
    Cursor,
}

impl<F: Listed> Fields for EdgeField<F> {
    const TYPE: &'static str = F::EDGE;

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "node" => Self::Node(asked.selection()?),
            "cursor" => Self::Cursor,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

#[derive(Debug)]
pub(crate) enum PageInfoField {
    HasNextPage,
    HasPreviousPage,
    StartCursor,
    EndCursor,
}

impl Fields for PageInfoField {
    const TYPE: &'static str = "PageInfo";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "hasNextPage" => Self::HasNextPage,
            "hasPreviousPage" => Self::HasPreviousPage,
            "startCursor" => Self::StartCursor,
            "endCursor" => Self::EndCursor,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// Writes a page of rows.
pub(crate) fn write<R: Row>(
    run: &mut Run<'_>,
    rows: &[R],
    page: &Page,
    selection: &Selection<ConnectionField<R::Field>>,
    path: &Path<'_>,
) -> Written {
    let slice = page.slice(rows.len());
    let rows = &rows[slice.start..slice.end];
    let mut graded: Option<Option<GradeReport>> = None;
    run.object(selection, path, |run, field, path| {
        match field {
            ConnectionField::PageInfo(selection) => return write_page_info(run, slice, selection, path),
            ConnectionField::Edges(selection) => return write_edges(run, slice.start, rows, selection, path),
            _ => {}
        }
        let report = *graded.get_or_insert_with(|| R::graded(run, rows));
        run.option(report, |run, report| {
            match field {
                ConnectionField::Distribution(selection) => write_distribution(run, &report, selection, path)?,
                ConnectionField::SectionGpa => run.out.float(report.gpa),
                ConnectionField::SectionLetter => run.out.text(report.letter),
                _ => run.out.unsigned(report.denominator.into()),
            }
            Ok(())
        })
    })
}

/// Writes `pageInfo`.
pub(crate) fn write_page_info(
    run: &mut Run<'_>,
    slice: Slice,
    selection: &Selection<PageInfoField>,
    path: &Path<'_>,
) -> Written {
    let cursor = |run: &mut Run<'_>, place: usize| {
        if slice.start < slice.end {
            global_id::write_cursor(&mut run.out, place);
        } else {
            run.out.null();
        }
    };
    run.object(selection, path, |run, field, _| {
        match field {
            PageInfoField::HasNextPage => run.out.boolean(slice.has_next),
            PageInfoField::HasPreviousPage => run.out.boolean(slice.has_previous),
            PageInfoField::StartCursor => cursor(run, slice.start),
            PageInfoField::EndCursor => cursor(run, slice.end.saturating_sub(1)),
        }
        Ok(())
    })
}

/// Writes `edges`.
pub(crate) fn write_edges<R: Row>(
    run: &mut Run<'_>,
    start: usize,
    rows: &[R],
    selection: &Selection<EdgeField<R::Field>>,
    path: &Path<'_>,
) -> Written {
    run.list(rows.iter().enumerate(), path, |run, (place, row), path| {
        run.nullable(|run| {
            run.object(selection, path, |run, field, path| match field {
                EdgeField::Node(selection) => run.nullable(|run| R::write(run, *row, selection, path)),
                EdgeField::Cursor => {
                    global_id::write_cursor(&mut run.out, start + place);
                    Ok(())
                }
            })
        })
    })
}
