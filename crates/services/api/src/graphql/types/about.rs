//! What is new about the catalog as a whole: `SourceType` and `TermType`; and `FormConfigType`, which is always empty.

use catalog::run::Step;
use catalog::snapshot::{Snapshot, TermEntry};
use catalog::term::TermId;
use jiff::Timestamp;

use crate::graphql::context::moment_text;
use crate::graphql::failure::Failure;
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::meeting::write_date;

#[derive(Debug)]
pub(crate) enum SourceField {
    Name,
    Term,
    AsOf,
    IsOff,
    Reason,
}

impl Fields for SourceField {
    const TYPE: &'static str = "SourceType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "name" => Self::Name,
            "term" => Self::Term,
            "asOf" => Self::AsOf,
            "isOff" => Self::IsOff,
            "reason" => Self::Reason,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// A source as an answer says it.
struct SourceLine<'s> {
    name: &'s str,
    term: Option<TermId>,
    as_of: Option<Timestamp>,
    is_off: bool,
    reason: Option<&'s str>,
}

fn source_lines(snapshot: &Snapshot) -> Vec<SourceLine<'_>> {
    let steps = snapshot.sources().iter().map(|source| SourceLine {
        name: source.step.slug(),
        term: source.term,
        as_of: source.as_of,
        is_off: false,
        reason: source.trouble.as_ref().map(|(_, reason)| &**reason),
    });
    let grades =
        SourceLine { name: "grades", term: None, as_of: snapshot.grades_imported_at(), is_off: false, reason: None };
    let mut lines: Vec<SourceLine<'_>> = steps.chain([grades]).collect();
    for off in snapshot.switches().iter() {
        let (name, reason) = (off.source.slug(), Some(off.reason.as_str()));
        let mut known = lines.iter_mut().filter(|line| line.name == name).peekable();
        if known.peek().is_none() {
            lines.push(SourceLine { name, term: None, as_of: None, is_off: true, reason });
            continue;
        }
        for line in known {
            (line.is_off, line.reason) = (true, reason);
        }
    }
    lines
}

/// Writes how current each source is.
pub(crate) fn write_sources(run: &mut Run<'_>, selection: &Selection<SourceField>, path: &Path<'_>) -> Written {
    let lines = source_lines(run.cx.snapshot);
    run.list(lines, path, |run, line, path| {
        run.object(selection, path, |run, field, _| {
            let text = match field {
                SourceField::Name => Some(line.name.to_owned()),
                SourceField::Term => line.term.map(TermId::title),
                SourceField::AsOf => line.as_of.map(moment_text),
                SourceField::Reason => line.reason.map(str::to_owned),
                SourceField::IsOff => {
                    run.out.boolean(line.is_off);
                    return Ok(());
                }
            };
            write_optional(run, text.as_deref());
            Ok(())
        })
    })
}

fn write_optional(run: &mut Run<'_>, text: Option<&str>) {
    match text {
        Some(text) => run.out.text(text),
        None => run.out.null(),
    }
}

#[derive(Debug)]
pub(crate) enum TermField {
    Name,
    Semester,
    Year,
    SisId,
    Begin,
    End,
    IsCurrent,
    CourseCount,
    AsOf,
}

impl Fields for TermField {
    const TYPE: &'static str = "TermType";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "name" => Self::Name,
            "semester" => Self::Semester,
            "year" => Self::Year,
            "sisId" => Self::SisId,
            "begin" => Self::Begin,
            "end" => Self::End,
            "isCurrent" => Self::IsCurrent,
            "courseCount" => Self::CourseCount,
            "asOf" => Self::AsOf,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// Writes a term.
pub(crate) fn write_term(
    run: &mut Run<'_>,
    entry: &TermEntry,
    selection: &Selection<TermField>,
    path: &Path<'_>,
) -> Written {
    let id = entry.term.id;
    let cx = run.cx;
    run.object(selection, path, |run, field, _| {
        match field {
            TermField::Name => run.out.text(&id.title()),
            TermField::Semester => run.out.text(id.semester().slug()),
            TermField::Year => run.out.text(&id.year().to_string()),
            TermField::SisId => run.out.text(&id.to_string()),
            TermField::Begin => write_date(&mut run.out, Some(entry.term.begin)),
            TermField::End => write_date(&mut run.out, Some(entry.term.end)),
            TermField::IsCurrent => run.out.boolean(cx.term.is_some_and(|current| current.term.id == id)),
            TermField::CourseCount => run.out.unsigned(entry.offerings.len() as u64),
            TermField::AsOf => {
                let as_of = [Step::Enrollment, Step::Class].iter().find_map(|step| cx.snapshot.as_of(*step, Some(id)));
                write_optional(run, as_of.map(moment_text).as_deref());
            }
        }
        Ok(())
    })
}

#[derive(Debug)]
pub(crate) struct FormConfigField;

impl Fields for FormConfigField {
    const TYPE: &'static str = "FormConfigType";

    fn plan(_: &Asked<'_>) -> Result<Self, Failure> {
        Ok(Self)
    }
}
