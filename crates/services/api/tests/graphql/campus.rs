//! The made-up campus.

use catalog::changes::{Delta, EnrollmentChanges, PlaylistChanges, Publication, TermChanges};
use catalog::class::{Class, ClassKey, OfferingStatus};
use catalog::course::{Course, CourseCode, UnitCount, Units};
use catalog::fetched::Origin;
use catalog::grade::{Distribution, GradeRecord};
use catalog::meeting::{Days, Instructor, Meeting, TimeRange};
use catalog::playlist::{Category, Playlist, PlaylistKey};
use catalog::run::Step;
use catalog::seats::{Counts, SeatReservation};
use catalog::section::{Component, Section, SectionId};
use catalog::term::{Term, TermId};
use jiff::Timestamp;
use jiff::civil::{date, time};

pub(crate) const FALL: &str = "fall-2026";
pub(crate) const SPRING: &str = "spring-2026";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn code(text: &str) -> CourseCode {
    CourseCode::parse(text).unwrap()
}

/// The whole campus as one publication.
pub(crate) fn campus() -> Publication {
    let mut courses = vec![
        course("COMPSCI 61A", "Computer Science", "The Structure and Interpretation of Sample Programs"),
        course("COMPSCI 61B", "Computer Science", "Data Structures"),
        course("DATA C8", "Data Science", "Foundations of Data Science"),
        course("STAT C8", "Statistics", "Foundations of Data Science"),
        course("HISTORY 7A", "History", "<script>alert(\"title\")</script> & Other\nStories\u{1}"),
        course("ELENG 16A", "Electrical Engineering", "Designing Information Devices"),
        course("PHYSICS 77", "Physics", "Never Offered"),
    ];
    courses[2].cross_listed = vec![code("STAT C8")];
    courses[4].units = Some(Units::Range(UnitCount(100), UnitCount(400)));
    courses[5].subject_abbreviation = "EL ENG".to_owned();
    courses[5].units = Some(Units::AnyOf(vec![UnitCount(300), UnitCount(400)]));
    courses[6].units = None;
    courses[6].prerequisites = None;
    Publication {
        at: at("2026-09-01T09:04:00Z"),
        origin: Origin::Demo,
        terms: vec![term(SPRING, 1), term(FALL, 8)],
        courses: Delta { added: courses, ..Delta::default() },
        by_term: vec![spring(), fall()],
        playlists: PlaylistChanges { added: playlists(), ..PlaylistChanges::default() },
        as_of: [SPRING, FALL].map(|term| (Step::Enrollment, term.parse().ok(), at("2026-09-01T09:00:00Z"))).to_vec(),
    }
}

/// A publication of newer counts of one section of fall: enrolled, seats, waiting.
pub(crate) fn observation(when: &str, ccn: u32, counts: [i32; 3]) -> Publication {
    let enrollment = EnrollmentChanges {
        at: at(when),
        opened: vec![(SectionId(ccn), counted(counts))],
        extended: Vec::new(),
        closed: Vec::new(),
        reservations: Vec::new(),
    };
    let term = FALL.parse().unwrap();
    let changes =
        TermChanges { term, classes: Delta::default(), sections: Delta::default(), enrollment: Some(enrollment) };
    Publication {
        at: at(when),
        origin: Origin::Demo,
        terms: Vec::new(),
        courses: Delta::default(),
        by_term: vec![changes],
        playlists: PlaylistChanges::default(),
        as_of: Vec::new(),
    }
}

fn term(id: &str, month: i8) -> Term {
    let id: TermId = id.parse().unwrap();
    let (begin, end) = (date(id.year(), month, 19), date(id.year(), month + 4, 17));
    Term { id, begin, end, enrollment_begin: Some(date(id.year(), month, 1)), sessions: Vec::new() }
}

fn course(name: &str, subject_name: &str, title: &str) -> Course {
    Course {
        code: code(name),
        cs_course_id: None,
        subject_abbreviation: name.rsplit_once(' ').unwrap().0.to_owned(),
        subject_name: subject_name.to_owned(),
        title: title.to_owned(),
        description: "A made-up description with <b>markup</b> and \"quotes\" in it.".to_owned(),
        units: Some(Units::Fixed(UnitCount(400))),
        prerequisites: Some("Sample prerequisite 1A.".to_owned()),
        cross_listed: Vec::new(),
        academic_career: Some("UGRD".to_owned()),
        grading_basis: None,
        final_exam: Some("Y".to_owned()),
        from_date: None,
    }
}

fn counted([enrolled, max_enroll, waitlisted]: [i32; 3]) -> Counts {
    Counts { is_open: None, enrolled, max_enroll, waitlisted, max_waitlist: 50 }
}

type Counted = (Section, Option<Counts>);

fn section(term: &str, course: &str, label: &str, ccn: u32, counts: Option<[i32; 3]>) -> Counted {
    let (component, number) = label.split_once(' ').unwrap();
    let name = match component {
        "LEC" => "Lecture",
        "DIS" => "Discussion",
        _ => "Laboratory",
    };
    let section = Section {
        id: SectionId(ccn),
        class: ClassKey::new(term.parse().unwrap(), code(course), "1", "001"),
        number: number.to_owned(),
        component: Component { code: component.to_owned(), name: name.to_owned() },
        is_primary: component == "LEC",
        primary_section: None,
        status: OfferingStatus::Active,
        is_printed: true,
        instruction_mode: Some("In-Person Instruction".to_owned()),
        dates: None,
        meetings: vec![meeting(1, "MoWeFr", 13, "Sample Hall 1", "O'Brien-Núñez")],
        attributes: Vec::new(),
    };
    (section, counts.map(counted))
}

fn meeting(number: u16, days: &str, hour: i8, location: &str, family_name: &str) -> Meeting {
    Meeting {
        number,
        days: Days::from_sis(days).unwrap(),
        time: TimeRange::new(time(hour, 0, 0, 0), time(hour, 59, 0, 0)),
        location: Some(location.to_owned()),
        instructors: vec![Instructor {
            family_name: family_name.to_owned(),
            given_name: "Sample".to_owned(),
            role: None,
        }],
        dates: Some((date(2026, 8, 26), date(2026, 12, 11))),
    }
}

fn fall() -> TermChanges {
    let mut sections = vec![
        section(FALL, "COMPSCI 61A", "LEC 001", 20001, Some([1567, 1560, 218])),
        section(FALL, "COMPSCI 61A", "DIS 101", 20101, Some([20, 30, 0])),
        section(FALL, "COMPSCI 61A", "DIS 102", 20102, Some([30, 30, 2])),
        section(FALL, "COMPSCI 61A", "LAB 201", 20201, None),
        section(FALL, "COMPSCI 61B", "LEC 001", 20002, Some([400, 700, 0])),
        section(FALL, "DATA C8", "LEC 001", 20003, Some([-1, 100, 0])),
        section(FALL, "STAT C8", "LEC 001", 20004, None),
        section(FALL, "HISTORY 7A", "LEC 001", 20005, Some([5, 50, 0])),
        section(FALL, "ELENG 16A", "LEC 001", 20006, Some([30, 30, 4])),
    ];
    sections[0].0.meetings.push(meeting(2, "Tu", 9, "Specimen 24", "Second-Person"));
    for (secondary, _) in &mut sections[1..4] {
        secondary.primary_section = Some(SectionId(20001));
    }
    // Not arranged yet: no meetings at all.
    sections[6].0.meetings.clear();
    let reservation = SeatReservation {
        number: 1,
        group_code: None,
        group_name: "Sample majors & friends".to_owned(),
        from: Some(date(2026, 4, 20)),
        max_enroll: 40,
        enrolled: 28,
    };
    changes(FALL, sections, vec![(SectionId(20001), vec![reservation])])
}

fn spring() -> TermChanges {
    let sections = vec![section(SPRING, "COMPSCI 61A", "LEC 001", 10001, Some([900, 1000, 0]))];
    changes(SPRING, sections, Vec::new())
}

fn changes(term: &str, sections: Vec<Counted>, reservations: Vec<(SectionId, Vec<SeatReservation>)>) -> TermChanges {
    let mut classes: Vec<Class> = Vec::new();
    for (section, _) in &sections {
        if !classes.iter().any(|class| class.key == section.class) {
            classes.push(class(&section.class));
        }
    }
    let opened = sections.iter().filter_map(|(section, counts)| Some((section.id, (*counts)?))).collect();
    TermChanges {
        term: term.parse().unwrap(),
        classes: Delta { added: classes, ..Delta::default() },
        sections: Delta { added: sections.into_iter().map(|(section, _)| section).collect(), ..Delta::default() },
        enrollment: Some(EnrollmentChanges {
            at: at("2026-09-01T09:00:00Z"),
            opened,
            extended: Vec::new(),
            closed: Vec::new(),
            reservations,
        }),
    }
}

fn class(key: &ClassKey) -> Class {
    Class {
        key: key.clone(),
        title: (key.course.to_string() == "ELENG 16A").then(|| "A Title of Its Own".to_owned()),
        description: None,
        units: None,
        grading_basis: None,
        requirement_designation: None,
        instruction_mode: None,
        status: OfferingStatus::Active,
        final_exam: None,
    }
}

fn playlists() -> Vec<Playlist> {
    let list = |category, name: &str, term: Option<&str>, courses: &[&str]| Playlist {
        key: PlaylistKey { category, name: name.to_owned(), term: term.map(|term| term.parse().unwrap()) },
        courses: courses.iter().map(|name| code(name)).collect(),
    };
    let offered = ["COMPSCI 61A", "COMPSCI 61B", "DATA C8", "STAT C8", "HISTORY 7A", "ELENG 16A"];
    vec![
        list(Category::University, "American Cultures", None, &["HISTORY 7A", "COMPSCI 61A"]),
        list(Category::University, "American History", None, &["HISTORY 7A"]),
        list(Category::Ls, "Arts & Literature", Some(FALL), &["HISTORY 7A"]),
        list(Category::Ls, "Arts & Literature", Some(SPRING), &["COMPSCI 61A"]),
        list(Category::Units, "4 Units", None, &["COMPSCI 61A", "COMPSCI 61B", "HISTORY 7A"]),
        list(Category::Units, "3 Units", None, &["ELENG 16A"]),
        list(Category::Department, "Computer Science", None, &["COMPSCI 61A", "COMPSCI 61B"]),
        list(Category::Department, "History", None, &["HISTORY 7A"]),
        list(Category::Semester, "Fall 2026", Some(FALL), &offered),
        list(Category::Semester, "Spring 2026", Some(SPRING), &["COMPSCI 61A"]),
    ]
}

pub(crate) fn grades() -> Vec<GradeRecord> {
    let record = |term: &str, course: &str, section: &str, instructors: &[&str], a: u32, c: u32, p: u32| {
        let mut distribution = Distribution::default();
        (distribution.0[1], distribution.0[7], distribution.0[13]) = (a, c, p);
        GradeRecord {
            term: term.parse().unwrap(),
            course: code(course),
            section_number: section.to_owned(),
            ccn: None,
            title: "Sample".to_owned(),
            instructors: instructors.iter().map(|name| (*name).to_owned()).collect(),
            distribution,
        }
    };
    vec![
        record("fall-2024", "COMPSCI 61A", "1", &["Ann Sample"], 100, 0, 10),
        record("fall-2025", "COMPSCI 61A", "1", &["Bo O'Sample", "Ann Sample"], 0, 50, 0),
        record("fall-2025", "STAT C8", "1", &["Ann Sample"], 30, 30, 0),
        record("fall-2025", "MUSIC 999", "1", &["Nobody Sample"], 3, 4, 0),
    ]
}
