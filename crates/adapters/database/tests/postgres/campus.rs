//! A made-up term with a hundred sections, and a database to put it into.

use catalog::changes::{Delta, EnrollmentChanges, PlaylistChanges, Publication, TermChanges};
use catalog::class::{Class, ClassKey, OfferingStatus};
use catalog::course::{Course, CourseCode};
use catalog::fetched::Origin;
use catalog::playlist::{Category, Playlist, PlaylistKey};
use catalog::run::{RunRequest, Step};
use catalog::seats::Counts;
use catalog::section::{Component, Section, SectionId};
use catalog::term::{Term, TermId};
use database::config::DatabaseConfig;
use database::connect::Database;
use jiff::Timestamp;
use jiff::civil::date;
use kit::postgres::TestPostgres;

const SECTIONS: u32 = 100;

/// A database of its own with the schema in it.
pub(super) async fn migrated() -> (TestPostgres, Database) {
    let server = TestPostgres::new_database().await;
    let database = Database::connect(&DatabaseConfig::new(server.url())).await.unwrap();
    database.migrate().await.unwrap();
    (server, database)
}

pub(super) fn request() -> RunRequest {
    let (steps, asked_by) = (vec![Step::Class], "schedule".to_owned());
    RunRequest { steps, asked_by, is_dry_run: false, accepts_short: false }
}

pub(super) fn noon(day: i8) -> Timestamp {
    date(2026, 9, day).at(12, 0, 0, 0).in_tz("UTC").unwrap().timestamp()
}

pub(super) fn fall() -> TermId {
    "fall-2026".parse().unwrap()
}

/// A first publication, with something in every table that a publication writes last.
pub(super) fn first_night(at: Timestamp) -> Publication {
    let course = course("MATH 1A");
    let class = class(&course);
    let sections: Vec<Section> = (0..SECTIONS).map(|id| section(id, &class)).collect();
    let opened = (0..SECTIONS).map(|id| (SectionId(id), Counts::default())).collect();
    let key = PlaylistKey { category: Category::Department, name: "Sample Studies".to_owned(), term: None };
    let playlist = Playlist { key, courses: [course.code.clone()].into() };
    let changes = TermChanges {
        term: fall(),
        classes: added(vec![class]),
        sections: added(sections),
        enrollment: Some(EnrollmentChanges { opened, ..observation(at) }),
    };
    Publication {
        at,
        origin: Origin::Demo,
        terms: vec![term()],
        courses: added(vec![course]),
        by_term: vec![changes],
        playlists: PlaylistChanges { added: vec![playlist], ..PlaylistChanges::default() },
        as_of: vec![(Step::Class, Some(fall()), at)],
    }
}

/// A second one: a new course, every section retired, every count gone, another playlist.
pub(super) fn second_night(at: Timestamp) -> Publication {
    let ids: Vec<SectionId> = (0..SECTIONS).map(SectionId).collect();
    let key = PlaylistKey { category: Category::Department, name: "Other Studies".to_owned(), term: None };
    let changes = TermChanges {
        term: fall(),
        classes: Delta::default(),
        sections: Delta { gone: ids.clone(), ..Delta::default() },
        enrollment: Some(EnrollmentChanges { closed: ids, ..observation(at) }),
    };
    Publication {
        at,
        origin: Origin::Demo,
        terms: Vec::new(),
        courses: added(vec![course("NEW 1")]),
        by_term: vec![changes],
        playlists: PlaylistChanges {
            added: vec![Playlist { key, courses: [CourseCode::parse("NEW 1").unwrap()].into() }],
            ..PlaylistChanges::default()
        },
        as_of: vec![(Step::Class, Some(fall()), at)],
    }
}

fn added<T, K>(added: Vec<T>) -> Delta<T, K> {
    Delta { added, ..Delta::default() }
}

fn observation(at: Timestamp) -> EnrollmentChanges {
    let (opened, extended, closed, reservations) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    EnrollmentChanges { at, opened, extended, closed, reservations }
}

fn term() -> Term {
    let (begin, end) = (date(2026, 8, 19), date(2026, 12, 18));
    Term { id: fall(), begin, end, enrollment_begin: None, sessions: Vec::new() }
}

fn course(text: &str) -> Course {
    let code = CourseCode::parse(text).unwrap();
    Course {
        subject_abbreviation: code.subject.to_string(),
        subject_name: "Sample Studies".to_owned(),
        title: "Sample Course".to_owned(),
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

fn class(course: &Course) -> Class {
    Class {
        key: ClassKey::new(fall(), course.code.clone(), "1", "001"),
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

fn section(id: u32, class: &Class) -> Section {
    Section {
        id: SectionId(id),
        class: class.key.clone(),
        number: format!("{id:03}"),
        component: Component { code: "LEC".to_owned(), name: "Lecture".to_owned() },
        is_primary: true,
        primary_section: None,
        status: OfferingStatus::Active,
        is_printed: true,
        instruction_mode: None,
        dates: None,
        meetings: Vec::new(),
        attributes: Vec::new(),
    }
}
