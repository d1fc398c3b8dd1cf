//! The made-up campus.

use catalog::changes::{PlaylistChanges, Publication, TermChanges};
use catalog::course::{Course, UnitCount, Units};
use catalog::grade::GradeRecord;
use catalog::meeting::Meeting;
use catalog::playlist::{Category, Playlist};
use catalog::run::Step;
use catalog::seats::SeatReservation;
use catalog::section::{Section, SectionId};
use catalog::term::Term;
use jiff::civil::date;
pub(crate) use kit::sample::at;
use kit::sample::{self, Counted, added, class_key, code, counts, graded, offered, playlist, reservation, term_id};

pub(crate) const FALL: &str = "fall-2026";
pub(crate) const SPRING: &str = "spring-2026";

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
        terms: vec![term(SPRING, 1), term(FALL, 8)],
        courses: added(courses),
        by_term: vec![spring(), fall()],
        playlists: PlaylistChanges { added: playlists(), ..PlaylistChanges::default() },
        as_of: [SPRING, FALL].map(|term| (Step::Enrollment, term.parse().ok(), at("2026-09-01T09:00:00Z"))).to_vec(),
        ..sample::nothing(at("2026-09-01T09:04:00Z"))
    }
}

/// A publication of newer counts of one section of fall: enrolled, seats, waiting.
pub(crate) fn observation(when: &str, ccn: u32, numbers: [i32; 3]) -> Publication {
    sample::observed(at(when), term_id(FALL), &[(ccn, counts(numbers))])
}

fn term(id: &str, month: i8) -> Term {
    let id = term_id(id);
    let enrollment_begin = Some(date(id.year(), month, 1));
    Term { enrollment_begin, ..sample::term(id, date(id.year(), month, 19), date(id.year(), month + 4, 17)) }
}

fn course(name: &str, subject_name: &str, title: &str) -> Course {
    Course {
        subject_name: subject_name.to_owned(),
        title: title.to_owned(),
        description: "A made-up description with <b>markup</b> and \"quotes\" in it.".to_owned(),
        units: Some(Units::Fixed(UnitCount(400))),
        prerequisites: Some("Sample prerequisite 1A.".to_owned()),
        academic_career: Some("UGRD".to_owned()),
        final_exam: Some("Y".to_owned()),
        ..sample::course(name)
    }
}

fn section(term: &str, course: &str, label: &str, ccn: u32, numbers: Option<[i32; 3]>) -> Counted {
    let section = Section {
        instruction_mode: Some("In-Person Instruction".to_owned()),
        meetings: vec![meeting(1, "MoWeFr", 13, "Sample Hall 1", "O'Brien-Núñez")],
        ..sample::section(ccn, &class_key(term_id(term), course, "001"), label)
    };
    (section, numbers.map(counts))
}

fn meeting(number: u16, days: &str, hour: i8, location: &str, family_name: &str) -> Meeting {
    let dates = Some((date(2026, 8, 26), date(2026, 12, 11)));
    Meeting { dates, ..sample::meeting(number, days, hour, location, family_name) }
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
    let from = Some(date(2026, 4, 20));
    let reservation = SeatReservation { from, ..reservation("Sample majors & friends", 40, 28) };
    changes(FALL, sections, vec![(SectionId(20001), vec![reservation])])
}

fn spring() -> TermChanges {
    let sections = vec![section(SPRING, "COMPSCI 61A", "LEC 001", 10001, Some([900, 1000, 0]))];
    changes(SPRING, sections, Vec::new())
}

fn changes(term: &str, sections: Vec<Counted>, reservations: Vec<(SectionId, Vec<SeatReservation>)>) -> TermChanges {
    let mut changes = offered(term_id(term), at("2026-09-01T09:00:00Z"), sections, reservations);
    for class in changes.classes.added.iter_mut().filter(|class| class.key.course == code("ELENG 16A")) {
        class.title = Some("A Title of Its Own".to_owned());
    }
    changes
}

fn playlists() -> Vec<Playlist> {
    let in_fall = ["COMPSCI 61A", "COMPSCI 61B", "DATA C8", "STAT C8", "HISTORY 7A", "ELENG 16A"];
    vec![
        playlist(Category::University, "American Cultures", None, &["HISTORY 7A", "COMPSCI 61A"]),
        playlist(Category::University, "American History", None, &["HISTORY 7A"]),
        playlist(Category::Ls, "Arts & Literature", Some(FALL), &["HISTORY 7A"]),
        playlist(Category::Ls, "Arts & Literature", Some(SPRING), &["COMPSCI 61A"]),
        playlist(Category::Units, "4 Units", None, &["COMPSCI 61A", "COMPSCI 61B", "HISTORY 7A"]),
        playlist(Category::Units, "3 Units", None, &["ELENG 16A"]),
        playlist(Category::Department, "Computer Science", None, &["COMPSCI 61A", "COMPSCI 61B"]),
        playlist(Category::Department, "History", None, &["HISTORY 7A"]),
        playlist(Category::Semester, "Fall 2026", Some(FALL), &in_fall),
        playlist(Category::Semester, "Spring 2026", Some(SPRING), &["COMPSCI 61A"]),
    ]
}

pub(crate) fn grades() -> Vec<GradeRecord> {
    let record = |term, course, section, instructors: &[&str], a, c, p| {
        graded(term, course, section, instructors, [(1, a), (7, c), (13, p)])
    };
    vec![
        record("fall-2024", "COMPSCI 61A", "1", &["Ann Sample"], 100, 0, 10),
        record("fall-2025", "COMPSCI 61A", "1", &["Bo O'Sample", "Ann Sample"], 0, 50, 0),
        record("fall-2025", "STAT C8", "1", &["Ann Sample"], 30, 30, 0),
        record("fall-2025", "MUSIC 999", "1", &["Nobody Sample"], 3, 4, 0),
    ]
}
