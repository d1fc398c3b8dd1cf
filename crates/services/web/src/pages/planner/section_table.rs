//! The sections of a schedule as a table, with the numbers to enroll by: for whom a schedule is shared with, and on paper.

use catalog::snapshot::SectionView;
use design::copy::copyable;
use design::table::{Column, Table, table};
use maud::{Markup, html};

use super::opened::Opened;

/// The sections with the numbers to enroll by.
pub(super) fn sections(opened: &Opened<'_>) -> Markup {
    let found: Vec<SectionView<'_>> = opened
        .plan
        .sections()
        .filter_map(|key| opened.snapshot.section_by_key(key))
        .map(|index| opened.snapshot.section(index))
        .collect();
    html! {
        @if !found.is_empty() {
            (table(&Table {
                caption: "Sections".to_owned(),
                columns: ["Course", "Section", "CCN", "When and where"].map(Column::text).into(),
                rows: found.iter().map(|section| row(opened, *section)).collect(),
                ..Table::default()
            }))
        }
    }
}

fn row(opened: &Opened<'_>, section: SectionView<'_>) -> Vec<Markup> {
    let entry = opened.snapshot.course(section.course());
    let address = crate::address::course(Some(section.term()), &entry.course.code);
    vec![
        html! { a href=(address) { (crate::words::code(entry)) } },
        html! { (section.label()) },
        copyable(&section.id().to_string(), "class number"),
        html! { (super::courses::times(section)) },
    ]
}
