//! `Facet` and `FacetValue`: what each further choice of a search would find.

use std::borrow::Cow;

use catalog::day_part::DAY_PARTS;
use catalog::filter::{Choice, Criteria, Facets};
use catalog::meeting::Days;

use crate::graphql::failure::Failure;
use crate::graphql::plan::{Asked, Fields, Selection};
use crate::graphql::run::{Path, Run, Written};
use crate::graphql::types::section::day_digits;

/// Choices of a facet, for estimates.
const CHOICES: f64 = 20.0;

/// What a choice that is only made or not takes.
const YES: &str = "true";

#[derive(Debug)]
pub(crate) enum FacetField {
    Name,
    Values(Selection<ValueField>),
}

impl Fields for FacetField {
    const TYPE: &'static str = "Facet";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "name" => Self::Name,
            "values" => Self::Values(asked.selection_of_many(CHOICES)?),
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

#[derive(Debug)]
pub(crate) enum ValueField {
    Value,
    Label,
    Count,
    IsChosen,
}

impl Fields for ValueField {
    const TYPE: &'static str = "FacetValue";

    fn plan(asked: &Asked<'_>) -> Result<Self, Failure> {
        Ok(match asked.name() {
            "value" => Self::Value,
            "label" => Self::Label,
            "count" => Self::Count,
            "isChosen" => Self::IsChosen,
            _ => return asked.unknown(Self::TYPE),
        })
    }
}

/// One facet.
#[derive(Debug)]
pub(crate) struct FacetLine<'f> {
    name: &'f str,
    values: Vec<Value<'f>>,
}

#[derive(Debug)]
struct Value<'f> {
    value: Cow<'f, str>,
    label: Cow<'f, str>,
    count: usize,
    is_chosen: bool,
}

/// All facets of a search, in the order of the site.
pub(crate) fn facet_lines<'f>(facets: &'f Facets<'f>, criteria: &Criteria) -> Vec<FacetLine<'f>> {
    let mut lines: Vec<FacetLine<'f>> = Vec::new();
    for (category, choices) in &facets.categories {
        lines.push(FacetLine { name: category.slug(), values: choices.iter().map(Value::of).collect() });
    }
    let switch = |name, label, count, is_chosen| {
        let values = vec![Value { value: YES.into(), label: Cow::Borrowed(label), count, is_chosen }];
        FacetLine { name, values }
    };
    lines.push(switch("openSeats", "With a free seat", facets.open_seats, criteria.open_seats));
    lines.push(switch("openToAnyone", "With a seat for anyone", facets.open_to_anyone, criteria.open_to_anyone));
    lines.push(switch("hasGrades", "With grades", facets.has_grades, criteria.has_grades));
    lines.extend(facets.fitting.map(|count| switch("busy", "Fits the week", count, criteria.only_fitting)));
    lines.push(FacetLine { name: "days", values: days(facets, criteria) });
    lines.push(FacetLine { name: "dayParts", values: day_parts(facets, criteria) });
    let list = |name, choices: &'f [Choice<'f>]| FacetLine { name, values: choices.iter().map(Value::of).collect() };
    lines.push(list("instructionModes", &facets.instruction_modes));
    lines.push(list("instructors", &facets.instructors));
    let term = |(term, count): &(catalog::term::TermId, usize)| Value {
        value: term.slug().into(),
        label: term.title().into(),
        count: *count,
        is_chosen: criteria.term == Some(*term),
    };
    lines.push(FacetLine { name: "term", values: facets.terms.iter().map(term).collect() });
    lines
}

impl<'f> Value<'f> {
    fn of(choice: &Choice<'f>) -> Self {
        let Choice { slug, name, count, is_chosen } = *choice;
        Self { value: slug.into(), label: name.into(), count, is_chosen }
    }
}

fn days<'f>(facets: &Facets<'_>, criteria: &Criteria) -> Vec<Value<'f>> {
    let day = |(place, count): (u8, &usize)| {
        let day = Days::from_bits(1 << place);
        Value {
            value: day_digits(day).into(),
            label: day.short().into(),
            count: *count,
            is_chosen: criteria.days.contains(place),
        }
    };
    (0..).zip(&facets.days).map(day).collect()
}

fn day_parts<'f>(facets: &Facets<'_>, criteria: &Criteria) -> Vec<Value<'f>> {
    let part = |(part, count): (&catalog::day_part::DayPart, &usize)| Value {
        value: part.slug.into(),
        label: part.title.into(),
        count: *count,
        is_chosen: criteria.window == Some(part.range()),
    };
    DAY_PARTS.iter().zip(&facets.day_parts).map(part).collect()
}

/// Writes a facet.
pub(crate) fn write_facet(
    run: &mut Run<'_>,
    line: &FacetLine<'_>,
    selection: &Selection<FacetField>,
    path: &Path<'_>,
) -> Written {
    run.object(selection, path, |run, field, path| match field {
        FacetField::Name => {
            run.out.text(line.name);
            Ok(())
        }
        FacetField::Values(selection) => {
            run.list(&line.values, path, |run, value, path| write_value(run, value, selection, path))
        }
    })
}

fn write_value(run: &mut Run<'_>, value: &Value<'_>, selection: &Selection<ValueField>, path: &Path<'_>) -> Written {
    run.object(selection, path, |run, field, _| {
        match field {
            ValueField::Value => run.out.text(&value.value),
            ValueField::Label => run.out.text(&value.label),
            ValueField::Count => run.out.unsigned(value.count as u64),
            ValueField::IsChosen => run.out.boolean(value.is_chosen),
        }
        Ok(())
    })
}
