//! `Suggestion`: what may be meant while somebody types.

use catalog::suggest::{Suggestion, Target, suggest};

use crate::graphql::arguments::Refusal;
use crate::graphql::connection::Row;
use crate::graphql::failure::Failure;
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::course::CourseField;

/// Suggestions at most.
const SUGGESTIONS_MAX: usize = 50;

/// Suggestions that are asked for.
#[derive(Debug)]
pub(crate) struct AskedSuggestions {
    given: Result<(String, usize), Refusal>,
    selection: Selection<SuggestionField>,
}

impl AskedSuggestions {
    pub(crate) fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        let arguments = asked.arguments();
        let first = arguments.int("first").and_then(|first| match usize::try_from(first.unwrap_or_default()) {
            Ok(first) if first <= SUGGESTIONS_MAX => Ok(first),
            _ => Err(Refusal(format!("`first` lies outside of 0 to {SUGGESTIONS_MAX}."))),
        });
        let given = first.and_then(|first| Ok((arguments.text("query")?.unwrap_or_default(), first)));
        Ok(Self { given, selection: asked.selection()? })
    }
}

#[derive(Debug)]
pub(crate) enum SuggestionField {
    Kind,
    Label,
    Detail,
    Course(Box<Selection<CourseField>>),
    Instructor,
}

impl Fields for SuggestionField {
    const TYPE: &'static str = "Suggestion";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "kind" => Self::Kind,
            "label" => Self::Label,
            "detail" => Self::Detail,
            "course" => Self::Course(Box::new(asked.selection()?)),
            "instructor" => Self::Instructor,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// Writes what may be meant; nothing while nothing was typed.
pub(crate) fn write(run: &mut Run<'_>, asked: &AskedSuggestions, path: &Path<'_>) -> Written {
    let (query, first) = run.given(&asked.given, path)?;
    let snapshot = run.cx.snapshot;
    run.spend(snapshot.courses().len())?;
    let query: String = query.chars().filter(|c| !c.is_control()).collect();
    let found = suggest(snapshot, &query, run.cx.term.map(|entry| entry.term.id), *first);
    run.list(&found, path, |run, suggestion, path| write_one(run, suggestion, &asked.selection, path))
}

fn write_one(
    run: &mut Run<'_>,
    suggestion: &Suggestion,
    selection: &Selection<SuggestionField>,
    path: &Path<'_>,
) -> Written {
    let snapshot = run.cx.snapshot;
    let (kind, course, instructor) = match &suggestion.target {
        Target::Course(course) => ("course", Some(*course), None),
        Target::Subject(_) => ("subject", None, None),
        Target::Instructor(place) => ("instructor", None, Some(&snapshot.instructor(*place).slug)),
    };
    run.object(selection, path, |run, field, path| {
        match field {
            SuggestionField::Kind => run.out.text(kind),
            SuggestionField::Label => run.out.text(&suggestion.label),
            SuggestionField::Detail => run.out.text(&suggestion.detail),
            SuggestionField::Course(selection) => {
                return run.option(course, |run, course| Row::write(run, course, selection, path));
            }
            SuggestionField::Instructor => match instructor {
                Some(slug) => run.out.text(slug),
                None => run.out.null(),
            },
        }
        Ok(())
    })
}
