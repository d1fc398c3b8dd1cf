//! What somebody was last told, as its column holds it.

use std::collections::BTreeMap;

use accounts::alerts::{Facts, Graded, Told, ToldSeats, ToldSection};
use catalog::ports::StoreError;
use catalog::seats::Availability;
use catalog::section::SectionId;
use serde::{Deserialize, Serialize};

use crate::parse;

/// The whole.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ToldRow {
    /// By section id; empty when the sections were never seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sections: Option<BTreeMap<u32, SectionRow>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grades: Option<GradedRow>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SectionRow {
    label: String,
    takes_place: bool,
    times: String,
    rooms: String,
    instructors: String,
    is_stopped: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seats: Option<SeatsRow>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SeatsRow {
    availability: AvailabilityRow,
    waiting: i32,
    is_list_full: bool,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AvailabilityRow {
    Full,
    ReservedOnly,
    OpenToAnyone,
}

#[derive(Debug, Serialize, Deserialize)]
struct GradedRow {
    newest: Option<i16>,
}

impl ToldRow {
    pub(crate) fn of(told: &Told) -> Self {
        let sections = told
            .sections
            .as_ref()
            .map(|sections| sections.iter().map(|(id, section)| (id.0, SectionRow::of(section))).collect());
        let grades = told.grades.map(|graded| GradedRow { newest: graded.newest.map(parse::term_number) });
        Self { sections, grades }
    }

    pub(crate) fn told(self) -> Result<Told, StoreError> {
        let sections = self
            .sections
            .map(|sections| sections.into_iter().map(|(id, row)| (SectionId(id), row.section())).collect());
        let graded = |row: GradedRow| Ok(Graded { newest: parse::term_or_none(row.newest)? });
        Ok(Told { sections, grades: self.grades.map(graded).transpose()? })
    }
}

impl SectionRow {
    fn of(section: &ToldSection) -> Self {
        let facts = section.facts.clone();
        let seats = section.seats.map(|seats| SeatsRow {
            availability: match seats.availability {
                Availability::Full => AvailabilityRow::Full,
                Availability::ReservedOnly => AvailabilityRow::ReservedOnly,
                Availability::OpenToAnyone => AvailabilityRow::OpenToAnyone,
            },
            waiting: seats.waiting,
            is_list_full: seats.is_list_full,
        });
        Self {
            label: section.label.clone(),
            takes_place: section.takes_place,
            times: facts.times,
            rooms: facts.rooms,
            instructors: facts.instructors,
            is_stopped: facts.is_stopped,
            seats,
        }
    }

    fn section(self) -> ToldSection {
        let Self { label, takes_place, times, rooms, instructors, is_stopped, seats } = self;
        let seats = seats.map(|row| ToldSeats {
            availability: match row.availability {
                AvailabilityRow::Full => Availability::Full,
                AvailabilityRow::ReservedOnly => Availability::ReservedOnly,
                AvailabilityRow::OpenToAnyone => Availability::OpenToAnyone,
            },
            waiting: row.waiting,
            is_list_full: row.is_list_full,
        });
        ToldSection { label, takes_place, facts: Facts { times, rooms, instructors, is_stopped }, seats }
    }
}
