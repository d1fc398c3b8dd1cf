//! The schema, type by type, with what everything means.

use apollo_compiler::Node;
use apollo_compiler::ast::{FieldDefinition, InputValueDefinition};
use apollo_compiler::schema::{Component, ExtendedType};
use design::layout::{folded, section};
use design::table::{Column, Table, table};
use maud::{Markup, PreEscaped, html};

use crate::graphql::schema::SCHEMA;

/// Types that people look for first; the others follow by name.
const FIRST: [&str; 7] =
    ["Query", "Mutation", "CourseType", "SectionType", "GradeType", "PlaylistType", "EnrollmentInfo"];

/// All types.
pub(super) fn sections() -> Markup {
    let mut names: Vec<&str> = SCHEMA.schema.types.keys().map(|name| name.as_str()).collect();
    names.retain(|name| SCHEMA.schema.types.get(*name).is_some_and(|of| !of.is_built_in()));
    names.sort_by_key(|name| (FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()), *name));
    let types = html! {
        div.stack {
            @for name in names {
                @if let Some(of) = SCHEMA.schema.types.get(name) { (described(name, of)) }
            }
        }
    };
    section("schema", "The schema", None, &types)
}

fn described(name: &str, of: &ExtendedType) -> Markup {
    let about = of.description().map(|text| text.to_string()).unwrap_or_default();
    html! {
        article.panel.stack id=(name) {
            h3 { code { (name) } }
            p { (marked(&about)) }
            @match of {
                ExtendedType::Object(object) => { (folded("Fields", &fields(object.fields.values()))) }
                ExtendedType::Interface(interface) => { (folded("Fields", &fields(interface.fields.values()))) }
                ExtendedType::InputObject(input) => { (folded("Fields", &inputs(input.fields.values()))) }
                ExtendedType::Enum(of) => {
                    p { @for value in of.values.keys() { code { (value) } " " } }
                }
                _ => {}
            }
        }
    }
}

fn fields<'f>(all: impl Iterator<Item = &'f Component<FieldDefinition>>) -> Markup {
    let row = |field: &Component<FieldDefinition>| {
        let about = field.description.as_ref().map(ToString::to_string).unwrap_or_default();
        vec![html! { code { (field.name) } }, typed(&field.ty.to_string()), arguments(&field.arguments), marked(&about)]
    };
    columns(&["Field", "Type", "Arguments", "Meaning"], all.map(row).collect())
}

fn inputs<'f>(all: impl Iterator<Item = &'f Component<InputValueDefinition>>) -> Markup {
    let row = |field: &Component<InputValueDefinition>| {
        let about = field.description.as_ref().map(ToString::to_string).unwrap_or_default();
        vec![html! { code { (field.name) } }, typed(&field.ty.to_string()), marked(&about)]
    };
    columns(&["Field", "Type", "Meaning"], all.map(row).collect())
}

fn columns(names: &[&str], rows: Vec<Vec<Markup>>) -> Markup {
    table(&Table {
        caption: "Fields".to_owned(),
        caption_unseen: true,
        columns: names.iter().map(|name| Column::text(name)).collect(),
        rows,
        ..Table::default()
    })
}

fn arguments(all: &[Node<InputValueDefinition>]) -> Markup {
    html! {
        @for (place, argument) in all.iter().enumerate() {
            @if place > 0 { ", " }
            code { (argument.name) ": " (argument.ty) }
        }
    }
}

/// A type's name leads to the type, when it is one of ours.
fn typed(written: &str) -> Markup {
    let name = written.trim_matches(['[', ']', '!']);
    let is_ours = SCHEMA.schema.types.get(name).is_some_and(|of| !of.is_built_in());
    html! {
        @if is_ours { a href={ "#" (name) } { code { (written) } } } @else { code { (written) } }
    }
}

/// What stands between backticks is code.
fn marked(text: &str) -> Markup {
    if text.is_empty() {
        return PreEscaped(String::new());
    }
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
