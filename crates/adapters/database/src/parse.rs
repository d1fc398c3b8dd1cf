//! From what the tables hold to the domain's words. The schema's checks make a failure here nearly impossible: it
//! means that somebody changed a row, or the schema, by hand.

use accounts::collection::CollectionName;
use accounts::line::{Line, without_steering};
use catalog::class::OfferingStatus;
use catalog::course::{CourseCode, UnitCount};
use catalog::fetched::Origin;
use catalog::ports::StoreError;
use catalog::section::SectionId;
use catalog::term::TermId;
use jiff::civil::Date;

pub(crate) fn corrupt(what: &str, found: impl std::fmt::Debug) -> StoreError {
    StoreError::Corrupt(format!("{what}: {found:?}"))
}

pub(crate) fn term(number: i16) -> Result<TermId, StoreError> {
    let number = u16::try_from(number).map_err(|_| corrupt("a term id", number))?;
    TermId::try_from(number).map_err(|_| corrupt("a term id", number))
}

pub(crate) fn term_or_none(number: Option<i16>) -> Result<Option<TermId>, StoreError> {
    number.map(term).transpose()
}

/// A term's id as the tables hold it.
pub(crate) fn term_number(term: TermId) -> i16 {
    term.number().cast_signed()
}

/// A row's key as a number for ever.
pub(crate) fn id(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| corrupt("a key", number))
}

/// A number for ever as a row's key; `None`, which equals no row's, for one that no row can have.
pub(crate) fn key(id: u64) -> Option<i64> {
    i64::try_from(id).ok()
}

/// A line that somebody typed, perhaps when more characters were allowed than today. The text stays out of the error: it may
/// be anybody's.
pub(crate) fn line<const MAX: usize>(text: &str) -> Result<Line<MAX>, StoreError> {
    Line::parse(&without_steering(text)).map_err(|error| corrupt("a line of text", error))
}

/// The same of a collection's name.
pub(crate) fn collection_name(text: &str) -> Result<CollectionName, StoreError> {
    CollectionName::parse(&without_steering(text)).map_err(|error| corrupt("a collection's name", error))
}

/// A text to look for that may come from anywhere: Postgres refuses NUL, and nothing stored has one.
pub(crate) fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

pub(crate) fn section(number: i64) -> Result<SectionId, StoreError> {
    u32::try_from(number).map(SectionId).map_err(|_| corrupt("a section id", number))
}

pub(crate) fn course(subject: &str, number: &str) -> Result<CourseCode, StoreError> {
    CourseCode::new(subject, number).map_err(|_| corrupt("a course code", (subject, number)))
}

pub(crate) fn status(code: &str) -> Result<OfferingStatus, StoreError> {
    OfferingStatus::from_code(code).ok_or_else(|| corrupt("a status", code))
}

pub(crate) fn units(hundredths: i32) -> Result<UnitCount, StoreError> {
    u16::try_from(hundredths).map(UnitCount).map_err(|_| corrupt("a number of units", hundredths))
}

pub(crate) fn origin(slug: &str) -> Result<Origin, StoreError> {
    Origin::from_slug(slug).ok_or_else(|| corrupt("an origin", slug))
}

pub(crate) fn small(number: i32) -> Result<u16, StoreError> {
    u16::try_from(number).map_err(|_| corrupt("a small number", number))
}

pub(crate) fn count(number: i64) -> Result<usize, StoreError> {
    usize::try_from(number).map_err(|_| corrupt("a count", number))
}

/// A stretch of days from its two nullable ends.
pub(crate) fn dates(begin: Option<jiff_sqlx::Date>, end: Option<jiff_sqlx::Date>) -> Option<(Date, Date)> {
    Some((begin?.to_jiff(), end?.to_jiff()))
}

pub(crate) fn date(day: Option<jiff_sqlx::Date>) -> Option<Date> {
    day.map(jiff_sqlx::Date::to_jiff)
}
