//! Sections, with their meetings and counts.

use catalog::fetched::{Identity, SectionRecord};
use catalog::section::{Component, Section, SectionAttribute, SectionId};
use catalog::term::TermId;
use serde::Deserialize;

use crate::lenient::list::{Item, List};
use crate::lenient::scalar::{Descriptor, Flag, Text, Whole};
use crate::lenient::words::line;
use crate::reading::{Record, Wrong, dates, required};
use crate::record::class::{ClassWire, class_key, offering_status};
use crate::record::meeting::{MeetingWire, meetings};
use crate::record::seats::EnrollmentStatus;

/// A section.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SectionWire<'a> {
    id: Whole,
    #[serde(borrow)]
    class: Option<ClassWire<'a>>,
    #[serde(borrow)]
    number: Text<'a>,
    #[serde(borrow)]
    component: Descriptor<'a>,
    #[serde(borrow)]
    instruction_mode: Descriptor<'a>,
    #[serde(borrow, rename = "type")]
    kind: Descriptor<'a>,
    #[serde(borrow)]
    start_date: Text<'a>,
    #[serde(borrow)]
    end_date: Text<'a>,
    #[serde(borrow)]
    status: Descriptor<'a>,
    association: Option<Association>,
    #[serde(borrow)]
    enrollment_status: Option<EnrollmentStatus<'a>>,
    print_in_schedule_of_classes: Flag,
    #[serde(borrow)]
    section_attributes: List<AttributeWire<'a>>,
    #[serde(borrow)]
    meetings: List<MeetingWire<'a>>,
}

/// How sections hang together.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Association {
    primary: Flag,
    primary_associated_section_id: Whole,
    primary_associated_section_ids: List<Whole>,
}

impl Item for Whole {
    const WRAPPERS: &'static [&'static str] = &["primaryAssociatedSectionIds", "primaryAssociatedSectionId"];
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AttributeWire<'a> {
    #[serde(borrow)]
    attribute: Descriptor<'a>,
    #[serde(borrow)]
    value: Descriptor<'a>,
}

impl Item for AttributeWire<'_> {
    const WRAPPERS: &'static [&'static str] = &["sectionAttributes", "sectionAttribute"];
}

/// What names a section.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SectionName {
    id: Whole,
}

impl SectionName {
    /// The section's identity, if that can be read.
    pub(crate) fn identity(&self) -> Option<Identity> {
        section_id(self.id).ok().map(Identity::Section)
    }
}

/// A section's id. 0 is what SIS writes where there is none.
///
/// # Errors
/// When there is none.
pub(crate) fn section_id(id: Whole) -> Result<SectionId, Wrong> {
    match id.0 {
        None | Some(0) => Err(Wrong::at("id", "the section has no id")),
        Some(id) => {
            let id = u32::try_from(id).map_err(|_| Wrong::at("id", format!("{id} is no section id")))?;
            Ok(SectionId(id))
        }
    }
}

impl Record for SectionRecord {
    type Wire<'a> = SectionWire<'a>;
    type Name<'a> = SectionName;
    type Key = SectionId;

    fn read(wire: &SectionWire<'_>, term: Option<TermId>) -> Result<Option<Self>, Wrong> {
        let id = section_id(wire.id)?;
        let class = wire.class.as_ref().ok_or_else(|| Wrong::at("class", "the section belongs to no class"))?;
        let is_primary = wire.is_primary(id)?;
        let section = Section {
            id,
            class: class_key(class, term).map_err(|wrong| wrong.within("class"))?,
            number: catalog::class::padded(required(&wire.number, "number")?),
            component: wire.component()?,
            is_primary,
            primary_section: if is_primary { None } else { wire.primary_section(id) },
            status: offering_status(&wire.status)?,
            // SIS leaves the flag out only where nothing was decided: what it does not hide is shown.
            is_printed: wire.print_in_schedule_of_classes.0.unwrap_or(true),
            instruction_mode: wire.instruction_mode.words().map(line),
            dates: dates((&wire.start_date, "startDate"), (&wire.end_date, "endDate"))?,
            meetings: meetings(&wire.meetings)?,
            attributes: wire.attributes(),
        };
        let seats = match &wire.enrollment_status {
            Some(status) => status.seats().map_err(|wrong| wrong.within("enrollmentStatus"))?,
            None => None,
        };
        Ok(Some(Self { section, seats }))
    }

    fn identity(name: &SectionName, _: Option<TermId>) -> Option<Identity> {
        name.identity()
    }

    fn key(&self) -> SectionId {
        self.section.id
    }
}

impl SectionWire<'_> {
    fn component(&self) -> Result<Component, Wrong> {
        let code = required(&self.component.code, "component.code")?;
        let name = self.component.words().unwrap_or(code);
        Ok(Component { code: code.to_owned(), name: line(name) })
    }

    /// Whether it is the primary section: said outright, or by hanging on itself, or by being what students enroll in.
    fn is_primary(&self, id: SectionId) -> Result<bool, Wrong> {
        let association = self.association.as_ref();
        if let Some(said) = association.and_then(|association| association.primary.0) {
            return Ok(said);
        }
        if let Some(hangs_on) = association.and_then(|association| association.primary_associated_section_id.0) {
            return Ok(hangs_on == i64::from(id.0));
        }
        match self.kind.code.get() {
            Some("E") => Ok(true),
            Some("N") => Ok(false),
            _ => Err(Wrong::at("association.primary", "nothing says whether the section is a primary one")),
        }
    }

    /// The section that it hangs on: the one named alone, else the first of the list. 0 is none.
    fn primary_section(&self, id: SectionId) -> Option<SectionId> {
        let association = self.association.as_ref()?;
        let named = std::iter::once(&association.primary_associated_section_id);
        let mut candidates = named.chain(association.primary_associated_section_ids.iter());
        candidates.find_map(|candidate| section_id(*candidate).ok().filter(|other| *other != id))
    }

    fn attributes(&self) -> Vec<SectionAttribute> {
        let mut attributes: Vec<SectionAttribute> = self.section_attributes.iter().filter_map(attribute).collect();
        attributes.sort();
        attributes.dedup();
        attributes
    }
}

/// An attribute; one without a code or without a value says nothing.
fn attribute(wire: &AttributeWire<'_>) -> Option<SectionAttribute> {
    let value_name = line(wire.value.words()?);
    Some(SectionAttribute {
        code: wire.attribute.code.get()?.to_owned(),
        value: wire.value.code.get().unwrap_or(&value_name).to_owned(),
        value_name,
    })
}
