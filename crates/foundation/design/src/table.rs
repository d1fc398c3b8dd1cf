//! Tables. On a phone each row becomes a card, with the column's name before each value.

use maud::{Markup, html};

use crate::gallery::Example;
use crate::seats::{Seats, seats_line};

/// A column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Its name.
    pub label: String,
    /// Whether it holds numbers, which stand at the right in figures of equal width.
    pub numeric: bool,
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn text(label: &str) -> Self {
        Self { label: label.to_owned(), numeric: false }
    }

    /// A column of numbers.
    #[must_use]
    pub fn number(label: &str) -> Self {
        Self { label: label.to_owned(), numeric: true }
    }
}

/// A table; the first cell of each row is its heading.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What it shows; read aloud, and seen unless `caption_unseen`.
    pub caption: String,
    /// Whether the caption is only read aloud, because a heading above says the same.
    pub caption_unseen: bool,
    /// Whether it stays a table on a phone, because it has few and narrow columns.
    pub narrow: bool,
    /// A class of its own, for a table that the style sheet lays out in its own way on a phone.
    pub class: Option<&'static str>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<Markup>>,
}

/// The table. The roles repeat what the elements are, because a table laid out as cards loses them in some browsers.
#[must_use]
pub fn table(table: &Table) -> Markup {
    html! {
        table class=[class_of(table)] role="table" {
            caption.unseen[table.caption_unseen] { (table.caption) }
            thead role="rowgroup" {
                tr role="row" {
                    @for column in &table.columns {
                        th scope="col" role="columnheader" class=[column.numeric.then_some("number")] { (column.label) }
                    }
                }
            }
            tbody role="rowgroup" {
                @for row in &table.rows {
                    tr role="row" {
                        @for (place, (column, cell)) in table.columns.iter().zip(row).enumerate() {
                            @if place == 0 {
                                th scope="row" role="rowheader" class=[column.numeric.then_some("number")] { (cell) }
                            } @else {
                                td role="cell" data-label=(column.label) class=[column.numeric.then_some("number")] { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn class_of(table: &Table) -> Option<String> {
    let classes = [(!table.narrow).then_some("rows-as-cards"), table.class];
    let classes: Vec<&str> = classes.into_iter().flatten().collect();
    (!classes.is_empty()).then(|| classes.join(" "))
}

pub(crate) fn examples() -> Vec<Example> {
    let row = |section: &str, ccn: &str, time: &str, place: &str, who: &str, counts: (u32, u32, u32)| {
        let seats = Seats { enrolled: counts.0, capacity: counts.1, waitlisted: counts.2, ..Seats::default() };
        vec![
            html! { (section) },
            html! { (ccn) },
            html! { (time) },
            html! { (place) },
            html! { (who) },
            seats_line(&seats),
        ]
    };
    let mut columns: Vec<Column> = ["Section", "Class no.", "Time", "Place", "Instructor"].map(Column::text).into();
    columns.push(Column::text("Seats"));
    let markup = table(&Table {
        caption: "Sections of Fall 2026".to_owned(),
        columns,
        rows: vec![
            row("LEC 001", "08921", "MWF 1:00–2:00 pm", "Sample Hall 1", "R. Sample", (1_567, 1_567, 218)),
            row("DIS 101", "08922", "Tu 9:00–10:00 am", "Specimen 24", "A. Example", (28, 30, 0)),
            row("LAB 011", "08931", "Th 9:00–11:00 am", "Specimen 330", "O. Placeholder", (31, 30, 2)),
        ],
        ..Table::default()
    });
    vec![Example::new("Tables", "Table", "At most 72 rem wide; on a phone each row is a card.", markup)]
}
