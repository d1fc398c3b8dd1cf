//! Courses, of the Course API v4 and v5.

use std::collections::BTreeSet;

use catalog::course::{Course, CourseCode};
use catalog::fetched::Identity;
use catalog::term::TermId;

use crate::lenient::scalar::Text;
use crate::lenient::words::{line, prose};
use crate::reading::{Record, Wrong, date};
use crate::record::course_wire::CourseWire;

impl Record for Course {
    type Wire<'a> = CourseWire<'a>;
    type Name<'a> = CourseWire<'a>;
    type Key = CourseCode;

    /// Only active courses are wanted; one without a status is active, since only active ones were asked for.
    fn read(wire: &CourseWire<'_>, _: Option<TermId>) -> Result<Option<Self>, Wrong> {
        let status = wire.status.code.get().unwrap_or("ACTIVE");
        if status.eq_ignore_ascii_case("ACTIVE") { course(wire).map(Some) } else { Ok(None) }
    }

    fn identity(name: &CourseWire<'_>, _: Option<TermId>) -> Option<Identity> {
        name.code().ok().map(Identity::Course)
    }

    fn key(&self) -> CourseCode {
        self.code.clone()
    }

    /// SIS may have several versions of a course: the newest stands.
    fn supersedes(&self, earlier: &Self) -> bool {
        self.from_date >= earlier.from_date
    }
}

/// A course of either API; what SIS leaves out stays empty.
///
/// # Errors
/// When its code, its units or its date cannot be read.
pub(crate) fn course(wire: &CourseWire<'_>) -> Result<Course, Wrong> {
    let code = wire.code()?;
    let (subject_abbreviation, subject_name) = wire.subject_names(&code);
    let units = match &wire.credit {
        Some(credit) => credit.units().map_err(|wrong| wrong.within("credit"))?,
        None => None,
    };
    let prerequisites = wire.preparation.as_ref().and_then(|preparation| preparation.required_text.get());
    Ok(Course {
        cs_course_id: wire.cs_course_id(),
        subject_abbreviation,
        subject_name,
        title: title(wire, &code),
        description: wire.description.get().map(prose).unwrap_or_default(),
        units,
        prerequisites: prerequisites.map(prose).filter(|text| !text.is_empty()),
        cross_listed: cross_listed(wire, &code),
        academic_career: wire.academic_career.code.get().map(str::to_owned),
        grading_basis: wire.grading_basis.code.get().map(str::to_owned),
        final_exam: wire.final_exam.code.get().map(str::to_owned),
        from_date: date(&wire.from_date, "fromDate")?,
        code,
    })
}

/// The title; a course without one goes by its title on transcripts, else by its code.
fn title(wire: &CourseWire<'_>, code: &CourseCode) -> String {
    let title = wire.title.get().or_else(|| wire.transcript_title.get());
    title.map_or_else(|| code.to_string(), line)
}

/// Other codes that can be read, sorted, without its own. One that cannot be read is no reason to lose the course.
fn cross_listed(wire: &CourseWire<'_>, own: &CourseCode) -> Vec<CourseCode> {
    let Some(listing) = &wire.cross_listing else { return Vec::new() };
    let codes = listing.courses.iter().filter_map(Text::get).filter_map(|text| CourseCode::parse(text).ok());
    let others: BTreeSet<CourseCode> = codes.filter(|code| code != own).collect();
    others.into_iter().collect()
}
