//! A small made-up campus, with two terms, two years of grades and four months of enrollment.
//!
//! Its terms are those of 2021, whose enrollment phases are known. Everything in it is invented.

mod courses;
mod grades;
mod sections;

use catalog::changes::{PlaylistChanges, Publication};
use catalog::fetched::Origin;
use catalog::ports::CatalogStore;
use catalog::run::Step;
use catalog::seats::Counts;
use catalog::term::{Session, Term, TermId};
use jiff::Timestamp;
use jiff::civil::date;
pub(crate) use kit::sample::at;
use kit::sample::{self, added, term_id};

/// The term that is enrolled in.
pub(crate) const FALL: &str = "fall-2021";

/// The term before it.
pub(crate) const SPRING: &str = "spring-2021";

/// When the campus was published last.
pub(crate) const PUBLISHED_AT: &str = "2021-09-01T09:04:00Z";

/// A moment of that day, for a test's clock.
pub(crate) const NOW: &str = "2021-09-01T21:10:00Z";

/// Publishes the campus: first the whole, then new counts on two later days; the last one at [`PUBLISHED_AT`].
pub(crate) async fn publish(store: &dyn CatalogStore, origin: Origin) {
    store.import_grades(&grades::all(), at("2021-08-20T18:00:00Z")).await.unwrap();
    kit::published::publish(store, &beginning(origin), &[]).await;
    kit::published::publish(
        store,
        &observation(origin, "2021-05-03T09:04:00Z", &[(20001, [900, 1560, 0]), (20006, [30, 30, 4])]),
        &[],
    )
    .await;
    kit::published::publish(
        store,
        &observation(origin, PUBLISHED_AT, &[(20001, [1567, 1500, 218]), (20002, [400, 700, 0])]),
        &[],
    )
    .await;
}

/// A publication that changes nothing but the version.
pub(crate) fn nothing_new(origin: Origin, when: &str) -> Publication {
    Publication { origin, ..sample::nothing(at(when)) }
}

fn beginning(origin: Origin) -> Publication {
    let when = "2021-04-26T16:04:00Z";
    let holds = |step, term: &str| (step, term.parse().ok(), at(when));
    let mut as_of: Vec<(Step, Option<TermId>, Timestamp)> =
        [SPRING, FALL].into_iter().flat_map(|term| [holds(Step::Class, term), holds(Step::Enrollment, term)]).collect();
    as_of.extend([(Step::Term, None, at(when)), (Step::Course, None, at(when)), (Step::Playlist, None, at(when))]);
    Publication {
        terms: vec![term(SPRING, [1, 19], [5, 14]), term(FALL, [8, 18], [12, 17])],
        courses: added(courses::all()),
        by_term: vec![sections::spring(), sections::fall()],
        playlists: PlaylistChanges { added: courses::playlists(), ..PlaylistChanges::default() },
        as_of,
        ..nothing_new(origin, when)
    }
}

fn term(id: &str, [begin_month, begin_day]: [i8; 2], [end_month, end_day]: [i8; 2]) -> Term {
    let id = term_id(id);
    let (begin, end) = (date(id.year(), begin_month, begin_day), date(id.year(), end_month, end_day));
    let session = Session { id: "1".to_owned(), name: "Regular Academic Session".to_owned(), begin, end };
    Term { sessions: vec![session], ..sample::term(id, begin, end) }
}

/// New counts of sections of fall: enrolled, seats, waiting.
fn observation(origin: Origin, when: &str, numbers: &[(u32, [i32; 3])]) -> Publication {
    let counted: Vec<(u32, Counts)> = numbers.iter().map(|(ccn, numbers)| (*ccn, counts_of(*numbers))).collect();
    let as_of = vec![(Step::Enrollment, FALL.parse().ok(), at(when))];
    Publication { origin, as_of, ..sample::observed(at(when), term_id(FALL), &counted) }
}

/// Counts of which the source said enrolled, seats and waiting.
pub(crate) fn counts_of([enrolled, max_enroll, waitlisted]: [i32; 3]) -> Counts {
    Counts { is_open: Some(enrolled < max_enroll), enrolled, max_enroll, waitlisted, max_waitlist: 250 }
}
