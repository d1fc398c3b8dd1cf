//! Classes, and what sections say of theirs.

use catalog::class::{Class, ClassKey, OfferingStatus};
use catalog::fetched::{ClassRecord, Identity};
use catalog::term::TermId;
use serde::Deserialize;

use crate::lenient::scalar::{Decimal, Descriptor, Text};
use crate::lenient::words::{line, prose};
use crate::reading::{Record, Wrong, required};
use crate::record::course::course;
use crate::record::course_wire::CourseWire;
use crate::record::units::bounds;

/// A class; sections carry a shortened one.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ClassWire<'a> {
    #[serde(borrow)]
    course: Option<CourseWire<'a>>,
    #[serde(borrow)]
    session: Option<SessionWire<'a>>,
    #[serde(borrow)]
    number: Text<'a>,
    #[serde(borrow)]
    class_title: Text<'a>,
    #[serde(borrow)]
    class_description: Text<'a>,
    allowed_units: Option<AllowedUnits>,
    #[serde(borrow)]
    grading_basis: Descriptor<'a>,
    #[serde(borrow)]
    requirement_designation: Descriptor<'a>,
    #[serde(borrow)]
    instruction_mode: Descriptor<'a>,
    #[serde(borrow)]
    status: Descriptor<'a>,
    #[serde(borrow)]
    final_exam: Descriptor<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SessionWire<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    term: Option<TermRef<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TermRef<'a> {
    #[serde(borrow)]
    id: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AllowedUnits {
    minimum: Decimal,
    maximum: Decimal,
}

/// What names a class.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ClassName<'a> {
    #[serde(borrow)]
    course: Option<CourseWire<'a>>,
    #[serde(borrow)]
    session: Option<SessionWire<'a>>,
    #[serde(borrow)]
    number: Text<'a>,
}

impl Record for ClassRecord {
    type Wire<'a> = ClassWire<'a>;
    type Name<'a> = ClassName<'a>;
    type Key = ClassKey;

    fn read(wire: &ClassWire<'_>, term: Option<TermId>) -> Result<Option<Self>, Wrong> {
        let key = class_key(wire, term)?;
        let course = match &wire.course {
            Some(wire) => course(wire).map_err(|wrong| wrong.within("course"))?,
            None => return Err(Wrong::at("course", "the class belongs to no course")),
        };
        let units = match &wire.allowed_units {
            Some(units) => bounds(units.minimum, units.maximum, ["minimum", "maximum"])
                .map_err(|wrong| wrong.within("allowedUnits"))?,
            None => None,
        };
        let class = Class {
            key,
            title: wire.class_title.get().map(line).filter(|title| *title != course.title),
            description: wire.class_description.get().map(prose).filter(|text| *text != course.description),
            units,
            grading_basis: wire.grading_basis.code.get().map(str::to_owned),
            requirement_designation: wire.requirement_designation.code.get().map(str::to_owned),
            instruction_mode: wire.instruction_mode.words().map(line),
            status: offering_status(&wire.status)?,
            final_exam: wire.final_exam.code.get().map(str::to_owned),
        };
        Ok(Some(Self { class, course }))
    }

    fn identity(name: &ClassName<'_>, term: Option<TermId>) -> Option<Identity> {
        let key = key(name.course.as_ref(), name.session.as_ref(), &name.number, term);
        key.ok().map(Identity::Class)
    }

    fn key(&self) -> ClassKey {
        self.class.key.clone()
    }
}

/// The identity of a class.
///
/// # Errors
/// When a part of it is missing, or it belongs to another term than was asked for.
pub(crate) fn class_key(wire: &ClassWire<'_>, term: Option<TermId>) -> Result<ClassKey, Wrong> {
    key(wire.course.as_ref(), wire.session.as_ref(), &wire.number, term)
}

fn key(
    course: Option<&CourseWire<'_>>,
    session: Option<&SessionWire<'_>>,
    number: &Text<'_>,
    asked: Option<TermId>,
) -> Result<ClassKey, Wrong> {
    let course = course.ok_or_else(|| Wrong::at("course", "the class belongs to no course"))?;
    let code = course.code().map_err(|wrong| wrong.within("course"))?;
    let session = session.ok_or_else(|| Wrong::at("session", "the class belongs to no session"))?;
    let term = session.term_id(asked).map_err(|wrong| wrong.within("session"))?;
    let session = required(&session.id, "session.id")?;
    Ok(ClassKey::new(term, code, session, required(number, "number")?))
}

impl SessionWire<'_> {
    /// The term; the one that was asked for when the record names none.
    fn term_id(&self, asked: Option<TermId>) -> Result<TermId, Wrong> {
        let Some(named) = self.term.as_ref().and_then(|term| term.id.get()) else {
            return asked.ok_or_else(|| Wrong::at("term.id", "it is missing"));
        };
        let term: TermId = named.parse().map_err(|_| Wrong::at("term.id", format!("`{named}` is no term id")))?;
        match asked {
            Some(asked) if asked != term => {
                Err(Wrong::at("term.id", format!("it belongs to term {term}, but {asked} was asked for")))
            }
            _ => Ok(term),
        }
    }
}

/// Whether a class or a section takes place. One without a status does: hiding a class that takes place is worse than
/// showing one that does not.
///
/// # Errors
/// When the letter is unknown.
pub(crate) fn offering_status(status: &Descriptor<'_>) -> Result<OfferingStatus, Wrong> {
    let Some(code) = status.code.get() else { return Ok(OfferingStatus::Active) };
    OfferingStatus::from_code(code)
        .ok_or_else(|| Wrong::at("status.code", format!("`{code}` is none of the known A, S, X and T")))
}
