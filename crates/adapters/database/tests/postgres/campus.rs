//! A made-up term with a hundred sections, and a database to put it into.

use catalog::changes::{Delta, EnrollmentChanges, PlaylistChanges, Publication, TermChanges};
use catalog::playlist::Category;
use catalog::run::{RunRequest, Step};
use catalog::seats::Counts;
use catalog::section::{Section, SectionId};
use catalog::term::TermId;
use database::config::DatabaseConfig;
use database::connect::Database;
use jiff::Timestamp;
use jiff::civil::date;
use kit::postgres::TestPostgres;
use kit::sample::{added, class, class_key, course, nothing, observation, playlist, quiet, section, term, term_id};

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
    term_id("fall-2026")
}

/// A first publication, with something in every table that a publication writes last.
pub(super) fn first_night(at: Timestamp) -> Publication {
    let class = class(&class_key(fall(), "MATH 1A", "001"));
    let sections: Vec<Section> = (0..SECTIONS).map(|id| section(id, &class.key, &format!("LEC {id:03}"))).collect();
    let opened = (0..SECTIONS).map(|id| (SectionId(id), Counts::default())).collect();
    let playlist = playlist(Category::Department, "Sample Studies", None, &["MATH 1A"]);
    let changes = TermChanges {
        term: fall(),
        classes: added(vec![class]),
        sections: added(sections),
        enrollment: Some(EnrollmentChanges { opened, ..observation(at) }),
    };
    Publication {
        terms: vec![term(fall(), date(2026, 8, 19), date(2026, 12, 18))],
        courses: added(vec![course("MATH 1A")]),
        by_term: vec![changes],
        playlists: PlaylistChanges { added: vec![playlist], ..PlaylistChanges::default() },
        as_of: vec![(Step::Class, Some(fall()), at)],
        ..nothing(at)
    }
}

/// A second one: a new course, every section retired, every count gone, another playlist.
pub(super) fn second_night(at: Timestamp) -> Publication {
    let ids: Vec<SectionId> = (0..SECTIONS).map(SectionId).collect();
    let playlist = playlist(Category::Department, "Other Studies", None, &["NEW 1"]);
    let changes = TermChanges {
        sections: Delta { gone: ids.clone(), ..Delta::default() },
        enrollment: Some(EnrollmentChanges { closed: ids, ..observation(at) }),
        ..quiet(fall())
    };
    Publication {
        courses: added(vec![course("NEW 1")]),
        by_term: vec![changes],
        playlists: PlaylistChanges { added: vec![playlist], ..PlaylistChanges::default() },
        as_of: vec![(Step::Class, Some(fall()), at)],
        ..nothing(at)
    }
}
