//! Filters of sections, and of grades: seats, days, part of the day, mode, instructor.

use catalog::day_part::DAY_PARTS;
use catalog::filter::{Choice, Criteria, Found};
use catalog::meeting::Days;
use design::facets::{Facet, FacetKind, FacetOption};

use crate::address::{ANYONE, DAY, GRADES, INSTRUCTOR, MODE, OPEN, PART, YES};
use crate::words;

/// Those that belong to the term; grades belong to every one.
pub(super) fn of_term(criteria: &Criteria, found: &Found<'_>) -> Vec<Facet> {
    let mut facets = vec![seats(criteria, found), days(criteria, found), parts(criteria, found)];
    let more = [
        ("filter-mode", MODE, "Instruction mode", &found.facets.instruction_modes),
        ("filter-instructor", INSTRUCTOR, "Instructor", &found.facets.instructors),
    ];
    let more = more.into_iter().filter(|(.., choices)| !choices.is_empty());
    facets.extend(more.map(|(id, name, legend, choices)| Facet {
        id: id.to_owned(),
        name: name.to_owned(),
        legend: legend.to_owned(),
        options: choices.iter().map(option).collect(),
        ..Facet::default()
    }));
    facets
}

pub(super) fn grades(criteria: &Criteria, found: &Found<'_>) -> Facet {
    Facet {
        id: "filter-grades".to_owned(),
        name: GRADES.to_owned(),
        legend: "Grades".to_owned(),
        options: vec![choice(YES, "With grades on record", found.facets.has_grades, criteria.has_grades)],
        ..Facet::default()
    }
}

fn seats(criteria: &Criteria, found: &Found<'_>) -> Facet {
    let facets = &found.facets;
    Facet {
        id: "filter-open".to_owned(),
        name: OPEN.to_owned(),
        legend: "Seats".to_owned(),
        open: true,
        options: vec![
            choice(YES, "Open seats", facets.open_seats, criteria.open_seats),
            choice(ANYONE, "Open seats that are not reserved", facets.open_to_anyone, criteria.open_to_anyone),
        ],
        ..Facet::default()
    }
}

fn days(criteria: &Criteria, found: &Found<'_>) -> Facet {
    let names = Days::NAMES.iter().zip(crate::words::DAY_NAMES).enumerate();
    Facet {
        id: "filter-days".to_owned(),
        name: DAY.to_owned(),
        legend: "Only on these days".to_owned(),
        options: names
            .map(|(day, (value, label))| {
                let is_chosen = criteria.days.bits() >> day & 1 == 1;
                choice(&value.to_lowercase(), label, found.facets.days[day], is_chosen)
            })
            .collect(),
        ..Facet::default()
    }
}

fn parts(criteria: &Criteria, found: &Found<'_>) -> Facet {
    let any =
        FacetOption { label: "Any time".to_owned(), selected: criteria.window.is_none(), ..FacetOption::default() };
    let parts = DAY_PARTS
        .iter()
        .zip(found.facets.day_parts)
        .map(|(part, count)| choice(part.slug, part.title, count, criteria.window == Some(part.range())));
    Facet {
        id: "filter-part".to_owned(),
        name: PART.to_owned(),
        legend: "Part of the day".to_owned(),
        kind: FacetKind::One,
        options: std::iter::once(any).chain(parts).collect(),
        ..Facet::default()
    }
}

fn option(of: &Choice<'_>) -> FacetOption {
    choice(of.slug, of.name, of.count, of.is_chosen)
}

fn choice(value: &str, label: &str, count: usize, selected: bool) -> FacetOption {
    FacetOption { value: value.to_owned(), label: label.to_owned(), count: Some(words::counted(count)), selected }
}
