//! Parts of a made-up campus for the catalogs of tests, each with nothing but what it must have. What a test is about is
//! written over it: `Course { units, ..course("MATH 1A") }`.

use catalog::changes::{Delta, EnrollmentChanges, PlaylistChanges, Publication, TermChanges};
use catalog::class::{Class, ClassKey, OfferingStatus};
use catalog::course::{Course, CourseCode};
use catalog::fetched::Origin;
use catalog::grade::{Distribution, GradeRecord};
use catalog::meeting::{Days, Instructor, Meeting, TimeRange};
use catalog::playlist::{Category, Playlist, PlaylistKey};
use catalog::seats::{Counts, SeatReservation};
use catalog::section::{Component, Section, SectionId};
use catalog::term::{Term, TermId};
use jiff::Timestamp;
use jiff::civil::{Date, time};

/// A moment by its text.
///
/// # Panics
/// When the text is none, as everything here.
#[must_use]
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

/// A term by its name: `fall-2026`.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn term_id(text: &str) -> TermId {
    text.parse().expect("a term")
}

/// A term from day to day.
#[must_use]
pub fn term(id: TermId, begin: Date, end: Date) -> Term {
    Term { id, begin, end, enrollment_begin: None, sessions: Vec::new() }
}

/// A course's code: `MATH 1A`.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn code(text: &str) -> CourseCode {
    CourseCode::parse(text).expect("a code")
}

/// A course of a code.
#[must_use]
pub fn course(text: &str) -> Course {
    let code = code(text);
    Course {
        subject_abbreviation: code.subject.to_string(),
        subject_name: format!("Sample Studies of {}", code.subject),
        title: format!("Sample Course {text}"),
        code,
        cs_course_id: None,
        description: String::new(),
        units: None,
        prerequisites: None,
        cross_listed: Vec::new(),
        academic_career: None,
        grading_basis: None,
        final_exam: None,
        from_date: None,
    }
}

/// The key of a class of the regular session: `001`.
#[must_use]
pub fn class_key(term: TermId, course: &str, number: &str) -> ClassKey {
    ClassKey::new(term, code(course), "1", number)
}

/// A class that takes place.
#[must_use]
pub fn class(key: &ClassKey) -> Class {
    Class {
        key: key.clone(),
        title: None,
        description: None,
        units: None,
        grading_basis: None,
        requirement_designation: None,
        instruction_mode: None,
        status: OfferingStatus::Active,
        final_exam: None,
    }
}

/// A printed section that takes place, by component and number: `LEC 001`. Lectures are primary.
///
/// # Panics
/// When the label is not of two words.
#[must_use]
pub fn section(id: u32, class: &ClassKey, label: &str) -> Section {
    let (component, number) = label.split_once(' ').expect("a component and a number");
    let name = match component {
        "LEC" => "Lecture",
        "DIS" => "Discussion",
        "LAB" => "Laboratory",
        other => other,
    };
    Section {
        id: SectionId(id),
        class: class.clone(),
        number: number.to_owned(),
        component: Component { code: component.to_owned(), name: name.to_owned() },
        is_primary: component == "LEC",
        primary_section: None,
        status: OfferingStatus::Active,
        is_printed: true,
        instruction_mode: None,
        dates: None,
        meetings: Vec::new(),
        attributes: Vec::new(),
    }
}

/// A meeting of an hour, with somebody who teaches it.
///
/// # Panics
/// When the days are none.
#[must_use]
pub fn meeting(number: u16, days: &str, hour: i8, location: &str, family_name: &str) -> Meeting {
    let instructor = Instructor { family_name: family_name.to_owned(), given_name: "Sample".to_owned(), role: None };
    Meeting {
        number,
        days: Days::from_sis(days).expect("days"),
        time: TimeRange::new(time(hour, 0, 0, 0), time(hour, 59, 0, 0)),
        location: Some(location.to_owned()),
        instructors: vec![instructor],
        dates: None,
    }
}

/// Counts of which the source said enrolled, seats and waiting.
#[must_use]
pub const fn counts([enrolled, max_enroll, waitlisted]: [i32; 3]) -> Counts {
    Counts { is_open: None, enrolled, max_enroll, waitlisted, max_waitlist: 50 }
}

/// Seats that are kept for a group.
#[must_use]
pub fn reservation(group_name: &str, max_enroll: i32, enrolled: i32) -> SeatReservation {
    let group_name = group_name.to_owned();
    SeatReservation { number: 1, group_code: None, group_name, from: None, max_enroll, enrolled }
}

/// A playlist of courses.
#[must_use]
pub fn playlist(category: Category, name: &str, term: Option<&str>, courses: &[&str]) -> Playlist {
    let key = PlaylistKey { category, name: name.to_owned(), term: term.map(term_id) };
    Playlist { key, courses: courses.iter().map(|text| code(text)).collect() }
}

/// How a section was graded: how many have the grade of each place.
#[must_use]
pub fn graded(
    term: &str,
    course: &str,
    section_number: &str,
    instructors: &[&str],
    counts: impl IntoIterator<Item = (usize, u32)>,
) -> GradeRecord {
    let mut distribution = Distribution::default();
    for (place, count) in counts {
        distribution.0[place] = count;
    }
    GradeRecord {
        term: term_id(term),
        course: code(course),
        section_number: section_number.to_owned(),
        ccn: None,
        title: "Sample".to_owned(),
        instructors: instructors.iter().map(|name| (*name).to_owned()).collect(),
        distribution,
    }
}

/// A publication of nothing.
#[must_use]
pub fn nothing(at: Timestamp) -> Publication {
    Publication {
        at,
        origin: Origin::Demo,
        terms: Vec::new(),
        courses: Delta::default(),
        by_term: Vec::new(),
        playlists: PlaylistChanges::default(),
        as_of: Vec::new(),
    }
}

/// No change in a term.
#[must_use]
pub fn quiet(term: TermId) -> TermChanges {
    TermChanges { term, classes: Delta::default(), sections: Delta::default(), enrollment: None }
}

/// An observation in which nothing is seen.
#[must_use]
pub fn observation(at: Timestamp) -> EnrollmentChanges {
    let (opened, extended, closed, reservations) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    EnrollmentChanges { at, opened, extended, closed, reservations }
}

/// Something new.
#[must_use]
pub fn added<T, K>(added: Vec<T>) -> Delta<T, K> {
    Delta { added, ..Delta::default() }
}

/// A section with its counts, when it has any.
pub type Counted = (Section, Option<Counts>);

/// A term's first sections, each with its class, and their seats.
#[must_use]
pub fn offered(
    term: TermId,
    at: Timestamp,
    sections: Vec<Counted>,
    reservations: Vec<(SectionId, Vec<SeatReservation>)>,
) -> TermChanges {
    let mut classes: Vec<Class> = Vec::new();
    for (section, _) in &sections {
        if !classes.iter().any(|class| class.key == section.class) {
            classes.push(class(&section.class));
        }
    }
    let opened = sections.iter().filter_map(|(section, counts)| Some((section.id, (*counts)?))).collect();
    TermChanges {
        term,
        classes: added(classes),
        sections: added(sections.into_iter().map(|(section, _)| section).collect()),
        enrollment: Some(EnrollmentChanges { opened, reservations, ..observation(at) }),
    }
}

/// A publication of new counts of sections of a term alone: enrolled, seats, waiting.
#[must_use]
pub fn observed(at: Timestamp, term: TermId, counted: &[(u32, Counts)]) -> Publication {
    let opened = counted.iter().map(|(ccn, counts)| (SectionId(*ccn), *counts)).collect();
    let enrollment = Some(EnrollmentChanges { opened, ..observation(at) });
    Publication { by_term: vec![TermChanges { enrollment, ..quiet(term) }], ..nothing(at) }
}
