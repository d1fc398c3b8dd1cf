//! `CourseSearch`: courses by what people type and choose, and what each further choice would find.

use catalog::course_set::CourseIndex;
use catalog::filter::{self, Criteria, Facets};

use crate::graphql::arguments::Refusal;
use crate::graphql::connection::{self, EdgeField, PageInfoField};
use crate::graphql::failure::Failure;
use crate::graphql::page::Page;
use crate::graphql::plan::{Asked, Fields, Selection, What};
use crate::graphql::run::{Path, Run, Stop, Written};
use crate::graphql::types::course::CourseField;
use crate::graphql::types::facet::{FacetField, facet_lines, write_facet};
use crate::graphql::types::search_input::SearchInput;

/// Facets of a search, for estimates.
const FACETS: f64 = 12.0;

/// Rows of a page of a search, for estimates.
const PAGE_ROWS: f64 = 20.0;

/// A search that is asked for.
#[derive(Debug)]
pub(crate) struct AskedSearch {
    given: Result<(SearchInput, Page), Refusal>,
    selection: Selection<SearchField>,
}

impl AskedSearch {
    pub(crate) fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        let arguments = asked.arguments();
        let page = Page::read(&arguments, &asked.planner.limits.page);
        let given = page.and_then(|page| Ok((SearchInput::read(&arguments)?, page)));
        Ok(Self { given, selection: asked.selection()? })
    }
}

#[derive(Debug)]
pub(crate) enum SearchField {
    TotalCount,
    PageInfo(Selection<PageInfoField>),
    Edges(Selection<EdgeField<CourseField>>),
    Facets(Selection<FacetField>),
}

impl Fields for SearchField {
    const TYPE: &'static str = "CourseSearch";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "totalCount" => Self::TotalCount,
            "pageInfo" => Self::PageInfo(asked.selection()?),
            "edges" => Self::Edges(asked.selection_of_many(PAGE_ROWS)?),
            "facets" => Self::Facets(asked.selection_of_many(FACETS)?),
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// Searches, and writes what was found.
pub(crate) fn write(run: &mut Run<'_>, asked: &AskedSearch, path: &Path<'_>) -> Written {
    let (input, page) = run.given(&asked.given, path)?;
    let snapshot = run.cx.snapshot;
    let criteria = input.criteria(snapshot, run.cx.term.map(|entry| entry.term.id));
    let criteria = run.given(&criteria, path)?;
    let (courses, facets) = found(run, criteria, asked)?;
    let slice = page.slice(courses.len());
    run.object(&asked.selection, path, |run, field, path| {
        match field {
            SearchField::TotalCount => run.out.unsigned(courses.len() as u64),
            SearchField::PageInfo(selection) => return connection::write_page_info(run, slice, selection, path),
            SearchField::Edges(selection) => {
                let rows = &courses[slice.start..slice.end];
                return connection::write_edges(run, slice.start, rows, selection, path);
            }
            SearchField::Facets(selection) => {
                let lines = facet_lines(&facets, criteria);
                return run.list(&lines, path, |run, line, path| write_facet(run, line, selection, path));
            }
        }
        Ok(())
    })
}

/// Counting what each choice would find costs more than finding: it is done only for those who ask.
fn found<'a>(
    run: &mut Run<'a>,
    criteria: &Criteria,
    asked: &AskedSearch,
) -> Result<(Vec<CourseIndex>, Facets<'a>), Stop> {
    let snapshot = run.cx.snapshot;
    run.spend(snapshot.courses().len())?;
    let wants_facets = asked.selection.0.iter().any(|step| matches!(step.what, What::Field(SearchField::Facets(_))));
    if wants_facets {
        let found = filter::find(snapshot, criteria);
        return Ok((found.courses, found.facets));
    }
    Ok((filter::list(snapshot, criteria), Facets::default()))
}
