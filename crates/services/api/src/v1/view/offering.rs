//! A course in a term, with its classes and their sections.

use catalog::course_set::CourseIndex;
use catalog::finals::FinalSlot;
use catalog::snapshot::{ClassEntry, Offering, Snapshot};
use catalog::term::TermId;
use catalog::term_days::Basis;
use schemars::JsonSchema;
use serde::Serialize;

use super::course::CourseName;
use super::moment::TimeOfDay;
use super::seats::CourseSeats;
use super::section::{Section, day_name, status};

/// A course in a term.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Offering")]
pub(in crate::v1) struct OfferingView<'a> {
    course: CourseName<'a>,
    /// As `fall-2026`.
    term: String,
    /// Of all primary sections together; `null` where the source gives no counts.
    seats: Option<CourseSeats>,
    classes: Vec<ClassView<'a>>,
}

/// A class: a primary section, usually with secondary ones.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Class")]
struct ClassView<'a> {
    /// As `001`.
    number: &'a str,
    /// The session of the term, `1` for the regular one.
    session: &'a str,
    /// A title of its own, where it differs from the course's.
    title: Option<&'a str>,
    /// A description of its own, where it differs from the course's.
    description: Option<&'a str>,
    /// The fewest units for which a student may take it.
    units_min: Option<f64>,
    units_max: Option<f64>,
    /// The source's code of how it is graded.
    grading_basis: Option<&'a str>,
    /// The source's code of a requirement that this class fulfils: `AC` American Cultures.
    requirement_designation: Option<&'a str>,
    instruction_mode: Option<&'a str>,
    status: Option<&'static str>,
    /// The source's code: `Y` written, `N` none, `A` another method, `C` common to all sections, `L` in the last class.
    final_exam: Option<&'a str>,
    /// Its slot of finals week by the registrar's exam groups of the term, announced or expected.
    final_exam_slot: Option<ExamSlot>,
    /// Primary first.
    sections: Vec<Section<'a>>,
}

/// A slot of finals week.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ExamSlot")]
struct ExamSlot {
    /// `monday` to `sunday`.
    day: &'static str,
    start: TimeOfDay,
    end: TimeOfDay,
    /// Whether the exam groups are those of the last years, this term's not being announced yet.
    is_expected: bool,
}

impl<'a> OfferingView<'a> {
    pub(in crate::v1) fn of(snapshot: &'a Snapshot, term: TermId, offering: &'a Offering) -> Self {
        let classes = snapshot.classes_of(offering).iter();
        Self {
            course: CourseName::of(snapshot.course(offering.course)),
            term: term.slug(),
            seats: offering.seats.as_ref().map(CourseSeats::of),
            classes: classes.map(|class| ClassView::of(snapshot, class)).collect(),
        }
    }
}

impl<'a> ClassView<'a> {
    fn of(snapshot: &'a Snapshot, entry: &'a ClassEntry) -> Self {
        let class = entry.class.as_ref();
        let units = class.and_then(|class| class.units);
        Self {
            number: &entry.key.number,
            session: &entry.key.session,
            title: class.and_then(|class| class.title.as_deref()),
            description: class.and_then(|class| class.description.as_deref()),
            units_min: units.map(|(low, _)| low.decimal()),
            units_max: units.map(|(_, high)| high.decimal()),
            grading_basis: class.and_then(|class| class.grading_basis.as_deref()),
            requirement_designation: class.and_then(|class| class.requirement_designation.as_deref()),
            instruction_mode: class.and_then(|class| class.instruction_mode.as_deref()),
            status: class.map(|class| status(class.status)),
            final_exam: class.and_then(|class| class.final_exam.as_deref()),
            final_exam_slot: exam_slot(snapshot, entry.course, entry),
            sections: snapshot.sections_of_class(entry).map(|section| Section::of(snapshot, section)).collect(),
        }
    }
}

fn exam_slot(snapshot: &Snapshot, course: CourseIndex, class: &ClassEntry) -> Option<ExamSlot> {
    let primary = snapshot.sections_of_class(class).find(|section| section.is_primary())?;
    let meetings = primary.meetings().map(|meeting| (meeting.days(), meeting.time()));
    let (calendar, term) = (snapshot.calendar(), primary.term());
    let slot = calendar.exam(term, &snapshot.course(course).course.code, meetings)?;
    Some(ExamSlot::of(slot, calendar.exam_basis(term) == Some(Basis::Expected)))
}

impl ExamSlot {
    fn of(slot: FinalSlot, is_expected: bool) -> Self {
        Self { day: day_name(slot.day), start: TimeOfDay(slot.start), end: TimeOfDay(slot.end), is_expected }
    }
}
