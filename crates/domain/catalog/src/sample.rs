//! A small made-up catalog for the tests of this crate.

use jiff::civil::{date, time};

use crate::class::{Class, ClassKey, OfferingStatus};
use crate::course::{Course, CourseCode, UnitCount, Units};
use crate::data::{CatalogData, ObservedCounts};
use crate::grade::{Distribution, GradeRecord};
use crate::ids::{CourseId, GradeId, Numbered, PlaylistId};
use crate::meeting::{Days, Instructor, Meeting, TimeRange};
use crate::playlist::{Category, Playlist, PlaylistKey};
use crate::seats::Counts;
use crate::section::{Component, Section, SectionId};
use crate::snapshot::Snapshot;
use crate::stored::Held;
use crate::term::{Term, TermId};

pub(crate) fn code(text: &str) -> CourseCode {
    CourseCode::parse(text).unwrap()
}

pub(crate) fn term_id(text: &str) -> TermId {
    text.parse().unwrap()
}

/// Builds a catalog call by call.
#[derive(Default)]
pub(crate) struct Sample(pub(crate) CatalogData);

impl Sample {
    pub(crate) fn term(mut self, id: &str, enrollment_begin: Option<jiff::civil::Date>) -> Self {
        let id = term_id(id);
        let month = match id.semester().slug() {
            "spring" => 1,
            "summer" => 6,
            _ => 8,
        };
        self.0.terms.push(Term {
            id,
            begin: date(id.year(), month, 20),
            end: date(id.year(), month + 4, 10),
            enrollment_begin,
            sessions: Vec::new(),
        });
        self
    }

    pub(crate) fn course(self, text: &str, subject_name: &str, title: &str) -> Self {
        self.course_as(text, text.rsplit_once(' ').unwrap().0, subject_name, title)
    }

    pub(crate) fn course_as(mut self, text: &str, abbreviation: &str, subject_name: &str, title: &str) -> Self {
        let course = Course {
            code: code(text),
            cs_course_id: None,
            subject_abbreviation: abbreviation.to_owned(),
            subject_name: subject_name.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            units: Some(Units::Fixed(UnitCount(400))),
            prerequisites: None,
            cross_listed: Vec::new(),
            academic_career: Some("UGRD".to_owned()),
            grading_basis: None,
            final_exam: None,
            from_date: None,
        };
        let id = CourseId(1_001 + self.0.courses.len() as u64);
        self.0.courses.push(Numbered { id, value: Held { value: course, is_retired: false } });
        self
    }

    pub(crate) fn cross_list(mut self, one: &str, other: &str) -> Self {
        let one = code(one);
        let held = self.0.courses.iter_mut().find(|held| held.value.value.code == one).unwrap();
        held.value.value.cross_listed.push(code(other));
        self
    }

    /// A visible section; `class` is the class's number, the first section of kind LEC is primary.
    pub(crate) fn section(mut self, term: &str, course: &str, class: &str, label: &str, ccn: u32) -> Self {
        let (component, number) = label.split_once(' ').unwrap();
        let key = ClassKey::new(term_id(term), code(course), "1", class);
        if !self.0.classes.iter().any(|held| held.key == key) {
            self.0.classes.push(Class {
                key: key.clone(),
                title: None,
                description: None,
                units: None,
                grading_basis: None,
                requirement_designation: None,
                instruction_mode: None,
                status: OfferingStatus::Active,
                final_exam: None,
            });
        }
        self.0.sections.push(Section {
            id: SectionId(ccn),
            class: key,
            number: number.to_owned(),
            component: Component { code: component.to_owned(), name: component.to_owned() },
            is_primary: component == "LEC",
            primary_section: None,
            status: OfferingStatus::Active,
            is_printed: true,
            instruction_mode: None,
            dates: None,
            meetings: Vec::new(),
            attributes: Vec::new(),
        });
        self
    }

    /// The counts of the last section.
    pub(crate) fn seats(mut self, enrolled: i32, max_enroll: i32) -> Self {
        let section = self.0.sections.last().unwrap();
        let counts = Counts { is_open: None, enrolled, max_enroll, waitlisted: 0, max_waitlist: 0 };
        let seen_at = "2026-10-01T09:00:00Z".parse().unwrap();
        self.0.counts.insert((section.class.term, section.id), ObservedCounts { counts, seen_at });
        self
    }

    /// Another meeting of the last section, with an instructor.
    pub(crate) fn taught_by(mut self, given_name: &str, family_name: &str) -> Self {
        let section = self.0.sections.last_mut().unwrap();
        section.meetings.push(Meeting {
            number: u16::try_from(section.meetings.len() + 1).unwrap(),
            days: Days::from_sis("MoWe").unwrap(),
            time: TimeRange::new(time(10, 0, 0, 0), time(10, 59, 0, 0)),
            location: None,
            instructors: vec![Instructor {
                family_name: family_name.to_owned(),
                given_name: given_name.to_owned(),
                role: None,
            }],
            dates: None,
        });
        self
    }

    pub(crate) fn playlist(mut self, category: Category, name: &str, term: Option<&str>, courses: &[&str]) -> Self {
        let key = PlaylistKey { category, name: name.to_owned(), term: term.map(term_id) };
        let id = PlaylistId(3_001 + self.0.playlists.len() as u64);
        let value = Playlist { key, courses: courses.iter().map(|text| code(text)).collect() };
        self.0.playlists.push(Numbered { id, value });
        self
    }

    /// Grades of a section: how many A, how many C, how many passed.
    pub(crate) fn grades(mut self, term: &str, course: &str, number: &str, who: &[&str], counts: [u32; 3]) -> Self {
        let mut distribution = Distribution::default();
        (distribution.0[1], distribution.0[7], distribution.0[13]) = (counts[0], counts[1], counts[2]);
        let id = GradeId(2_001 + self.0.grades.len() as u64);
        let value = GradeRecord {
            term: term_id(term),
            course: code(course),
            section_number: number.to_owned(),
            ccn: None,
            title: String::new(),
            instructors: who.iter().map(|name| (*name).to_owned()).collect(),
            distribution,
        };
        self.0.grades.push(Numbered { id, value });
        self
    }

    pub(crate) fn build(self) -> Snapshot {
        Snapshot::build(self.0)
    }
}

/// Two terms and a dozen courses.
pub(crate) fn campus() -> Sample {
    Sample::default()
        .term("fall-2026", None)
        .term("spring-2027", None)
        .course("COMPSCI 61A", "Computer Science", "The Structure and Interpretation of Computer Programs")
        .course("COMPSCI 61B", "Computer Science", "Data Structures")
        .course("COMPSCI 9A", "Computer Science", "Matlab for Programmers")
        .course("COMPSCI C100", "Computer Science", "Principles and Techniques of Data Science")
        .course("DATA C100", "Data Science, Undergraduate", "Principles and Techniques of Data Science")
        .course("DATA C8", "Data Science, Undergraduate", "Foundations of Data Science")
        .course_as("ELENG 16A", "EL ENG", "Electrical Engineering", "Designing Information Devices and Systems I")
        .course_as("ELENG 16B", "EL ENG", "Electrical Engineering", "Designing Information Devices and Systems II")
        .course_as("ELENG 160", "EL ENG", "Electrical Engineering", "Antennas")
        .course("MATH 54", "Mathematics", "Linear Algebra and Differential Equations")
        .course("MATH 110", "Mathematics", "Linear Algebra")
        .course("MATH N110", "Mathematics", "Linear Algebra")
        .course("HISTORY 7A", "History", "The United States from Settlement to Civil War")
        .course("GERMAN 1", "German", "Elementary German: Schöne Straßen")
        .section("fall-2026", "COMPSCI 61A", "001", "LEC 001", 10001)
        .seats(1500, 1600)
        .taught_by("Sample", "Denada")
        .section("fall-2026", "COMPSCI 61B", "001", "LEC 001", 10002)
        .seats(900, 900)
        .taught_by("Sample", "O'Brien-Núñez")
        .section("fall-2026", "MATH 54", "001", "LEC 001", 10003)
        .seats(10, 100)
        .section("fall-2026", "GERMAN 1", "001", "LEC 001", 10004)
        .section("spring-2027", "COMPSCI 61B", "001", "LEC 001", 20002)
        .seats(0, 700)
        .taught_by("Sample", "Wanderer")
        .section("spring-2027", "DATA C8", "001", "LEC 001", 20005)
        .seats(0, 1200)
}
