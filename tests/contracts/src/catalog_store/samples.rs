//! A little made-up campus, with every field filled somewhere.

use catalog::changes::{PlaylistChanges, Publication, TermChanges};
use catalog::class::{Class, OfferingStatus};
use catalog::course::{Course, UnitCount, Units};
use catalog::meeting::{Days, Instructor, Meeting, TimeRange};
use catalog::playlist::Category;
use catalog::run::Step;
use catalog::seats::{Counts, SeatReservation};
use catalog::section::{Section, SectionAttribute, SectionId};
use catalog::term::{Session, Term, TermId};
use jiff::Timestamp;
use jiff::civil::{date, time};
use kit::sample::{self, added, class_key, code, course, nothing, observation, playlist};

/// The sample's term, Fall 2026.
pub(crate) fn fall() -> TermId {
    "fall-2026".parse().unwrap()
}

/// Another one, Spring 2027.
pub(crate) fn spring() -> TermId {
    "spring-2027".parse().unwrap()
}

/// Noon UTC of a day of September 2026.
pub(crate) fn noon(day: i8) -> Timestamp {
    date(2026, 9, day).at(12, 0, 0, 0).in_tz("UTC").unwrap().timestamp()
}

pub(crate) fn term(id: TermId) -> Term {
    let year = id.year();
    let session = |id: &str, name: &str| Session {
        id: id.to_owned(),
        name: name.to_owned(),
        begin: date(year, 8, 19),
        end: date(year, 12, 11),
    };
    Term {
        enrollment_begin: Some(date(year, 4, 13)),
        sessions: vec![session("1", "Regular Academic Session"), session("6W1", "Six Weeks, the First")],
        ..sample::term(id, date(year, 8, 19), date(year, 12, 18))
    }
}

/// A course with everything.
pub(crate) fn full_course(text: &str, units: Units) -> Course {
    Course {
        cs_course_id: Some("900001".to_owned()),
        description: "A sample.\nOf two lines, with a tab\tand a \\ in it.".to_owned(),
        units: Some(units),
        prerequisites: Some("Sample 1, or consent".to_owned()),
        cross_listed: vec![code("DATA 8"), code("NOSUCH 999XY")],
        academic_career: Some("UGRD".to_owned()),
        grading_basis: Some("OPT".to_owned()),
        final_exam: Some("Y".to_owned()),
        from_date: Some(date(2014, 8, 20)),
        ..course(text)
    }
}

pub(crate) fn class(term: TermId, course: &str, number: &str) -> Class {
    sample::class(&class_key(term, course, number))
}

fn full_class(term: TermId, course: &str, number: &str) -> Class {
    Class {
        title: Some("Sample Topic".to_owned()),
        description: Some("What this class alone is about.".to_owned()),
        units: Some((UnitCount(50), UnitCount(400))),
        grading_basis: Some("OPT".to_owned()),
        requirement_designation: Some("AC".to_owned()),
        instruction_mode: Some("In-Person Instruction".to_owned()),
        status: OfferingStatus::StopFurtherEnrollment,
        final_exam: Some("C".to_owned()),
        ..class(term, course, number)
    }
}

/// A printed lecture with nothing but what it must have.
pub(crate) fn section(id: u32, class: &Class) -> Section {
    sample::section(id, &class.key, &format!("LEC {}", class.key.number))
}

pub(crate) fn discussion(id: u32, class: &Class, primary: u32) -> Section {
    Section { primary_section: Some(SectionId(primary)), ..sample::section(id, &class.key, "DIS 101") }
}

fn full_section(id: u32, class: &Class) -> Section {
    let attribute = |value: &str, name: &str| SectionAttribute {
        code: "GE".to_owned(),
        value: value.to_owned(),
        value_name: name.to_owned(),
    };
    Section {
        instruction_mode: Some("In-Person Instruction".to_owned()),
        dates: Some((date(2026, 8, 19), date(2026, 12, 11))),
        meetings: vec![lecture(), evening()],
        attributes: vec![attribute("AL", "Arts & Literature"), attribute("HS", "Historical Studies")],
        ..section(id, class)
    }
}

pub(crate) fn instructor(given_name: &str, family_name: &str, role: Option<&str>) -> Instructor {
    let role = role.map(str::to_owned);
    Instructor { family_name: family_name.to_owned(), given_name: given_name.to_owned(), role }
}

/// Mondays, Wednesdays and Fridays from 10 to 11.
pub(crate) fn lecture() -> Meeting {
    Meeting {
        number: 1,
        days: Days::from_sis("MoWeFr").unwrap(),
        time: TimeRange::new(time(10, 0, 0, 0), time(10, 59, 0, 0)),
        location: Some("Sample Hall 100".to_owned()),
        instructors: vec![
            instructor("Sample", "O'Brien-Núñez", Some("PI")),
            instructor("", "Onlyname-Sample", None),
            instructor("Another", "Sample", Some("TNIC")),
        ],
        dates: Some((date(2026, 8, 19), date(2026, 12, 4))),
    }
}

/// A pattern about which nothing is known yet.
pub(crate) fn evening() -> Meeting {
    Meeting { number: 2, days: Days::NONE, time: None, location: None, instructors: Vec::new(), dates: None }
}

pub(crate) fn counts(enrolled: i32, max_enroll: i32) -> Counts {
    Counts { is_open: Some(enrolled < max_enroll), enrolled, max_enroll, waitlisted: 3, max_waitlist: 20 }
}

pub(crate) fn reservation(number: u16, group_name: &str) -> SeatReservation {
    SeatReservation {
        number,
        group_code: Some("000123".to_owned()),
        group_name: group_name.to_owned(),
        from: Some(date(2026, 8, 1)),
        max_enroll: 30,
        enrolled: 12,
    }
}

/// The whole campus: three courses, two classes, three sections with counts, one playlist.
pub(crate) fn campus(at: Timestamp) -> Publication {
    let (large, small) = (full_class(fall(), "COMPSCI 61A", "001"), class(fall(), "ELENG 16A", "1"));
    let sections = vec![full_section(10_001, &large), discussion(10_002, &large, 10_001), section(10_003, &small)];
    let mut seats = observation(at);
    seats.opened = vec![
        (SectionId(10_001), counts(700, 680)),
        (SectionId(10_002), counts(20, 30)),
        (SectionId(10_003), Counts { is_open: None, ..counts(0, 0) }),
    ];
    seats.reservations = vec![(SectionId(10_001), vec![reservation(1, "Sample Majors"), reservation(2, "Others")])];
    Publication {
        terms: vec![term(fall())],
        courses: added(vec![
            full_course("COMPSCI 61A", Units::Fixed(UnitCount(400))),
            full_course("ELENG 16A", Units::Range(UnitCount(100), UnitCount(450))),
            full_course("MATH 1A", Units::AnyOf(vec![UnitCount(300), UnitCount(400)])),
        ]),
        by_term: vec![TermChanges {
            term: fall(),
            classes: added(vec![large, small]),
            sections: added(sections),
            enrollment: Some(seats),
        }],
        playlists: PlaylistChanges {
            added: vec![playlist(Category::Units, "4 Units", None, &["COMPSCI 61A", "MATH 1A"])],
            ..PlaylistChanges::default()
        },
        as_of: vec![(Step::Course, None, at), (Step::Class, Some(fall()), at)],
        ..nothing(at)
    }
}
