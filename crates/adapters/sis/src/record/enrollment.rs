//! New counts of a section, as `updated/enrollments` gives them.

use catalog::fetched::{Identity, SeatsRecord};
use catalog::section::SectionId;
use catalog::term::TermId;
use serde::Deserialize;

use crate::lenient::scalar::Whole;
use crate::reading::{Record, Wrong};
use crate::record::seats::EnrollmentStatus;
use crate::record::section::{SectionName, section_id};

/// A section's counts.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SectionEnrollment<'a> {
    id: Whole,
    #[serde(borrow)]
    enrollment_status: Option<EnrollmentStatus<'a>>,
}

impl Record for SeatsRecord {
    type Wire<'a> = SectionEnrollment<'a>;
    type Name<'a> = SectionName;
    type Key = SectionId;

    fn read(wire: &SectionEnrollment<'_>, _: Option<TermId>) -> Result<Option<Self>, Wrong> {
        let section = section_id(wire.id)?;
        let missing = || Wrong::at("enrollmentStatus", "it has no counts");
        let status = wire.enrollment_status.as_ref().ok_or_else(missing)?;
        let seats = status.seats().map_err(|wrong| wrong.within("enrollmentStatus"))?.ok_or_else(missing)?;
        Ok(Some(Self { section, seats }))
    }

    fn identity(name: &SectionName, _: Option<TermId>) -> Option<Identity> {
        name.identity()
    }

    fn key(&self) -> SectionId {
        self.section
    }
}
