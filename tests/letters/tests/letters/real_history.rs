//! How three real terms filled, told: each stretch in which a section had a free seat gives one alert.

use std::collections::BTreeMap;
use std::fs::File;

use accounts::alerts::{Facts, Kinds, News, Pace, Seen, SeenSeats, SeenSection, Watch, WatchId, Watched, Why, due};
use accounts::person::PersonId;
use catalog::ids::CourseId;
use catalog::seats::{Availability, Counts};
use catalog::section::SectionId;
use catalog::term::TermId;

use crate::world::at;

/// The counts of each section, one after the other.
fn histories() -> Option<BTreeMap<(u16, u32), Vec<Counts>>> {
    let folder = kit::real_data::folder("berkeley-sis-2016-2017", "telling of real seats")?;
    let text = zstd::decode_all(File::open(folder.join("enrollment_history.csv.zst")).unwrap()).unwrap();
    let text = String::from_utf8(text).unwrap();
    let mut histories: BTreeMap<(u16, u32), Vec<Counts>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |place: usize| fields[place].parse::<i32>().unwrap_or_default();
        let key = (fields[0].parse().unwrap(), fields[1].parse().unwrap());
        let counts = Counts {
            is_open: None,
            enrolled: number(4),
            max_enroll: number(5),
            waitlisted: number(6),
            max_waitlist: number(7),
        };
        histories.entry(key).or_default().push(counts);
    }
    Some(histories)
}

fn watch(term: u16, section: u32) -> Watch {
    Watch {
        id: WatchId(1),
        person: PersonId(1),
        watched: Watched {
            term: TermId::try_from(term).unwrap(),
            course: CourseId(1),
            section: Some(SectionId(section)),
        },
        kinds: Kinds { seats: true, ..Kinds::default() },
        pace: Pace::AtOnce,
        why: Why::Chosen,
        since: at("2016-04-19T00:00:00Z"),
        told: None,
        revision: 1,
        leaves_out: Vec::new(),
    }
}

fn seen(section: u32, counts: &Counts) -> Seen {
    let seats = SeenSeats {
        availability: Availability::of(counts, &[]),
        open_seats: counts.open_seats(),
        reserved_seats: 0,
        waiting: counts.waitlisted.max(0),
        max_waitlist: counts.max_waitlist,
        as_of: at("2016-04-19T00:00:00Z"),
    };
    let facts = Facts::default();
    let section =
        (SectionId(section), SeenSection { label: "LEC 001".to_owned(), is_primary: true, facts, seats: Some(seats) });
    Seen { sections: Some([section].into()), grades: None }
}

/// How many alerts the owner of a watch got.
fn told(mut watch: Watch, section: u32, history: &[Counts]) -> usize {
    let mut count = 0;
    for counts in history {
        let due = due(&watch, &seen(section, counts));
        count += due.news.iter().filter(|news| matches!(news, News::SeatOpened { .. })).count();
        assert!(due.news.len() <= 1, "nothing but seats is wanted: {:?}", due.news);
        watch.told = Some(due.told);
    }
    count
}

/// Stretches with a free seat; not one that was there when somebody began to look.
fn stretches(history: &[Counts]) -> usize {
    let is_free: Vec<bool> = history.iter().map(|counts| counts.max_enroll > counts.enrolled).collect();
    is_free.windows(2).filter(|pair| matches!(pair, [false, true])).count()
}

#[test]
fn each_stretch_of_openness_of_three_real_terms_gives_one_alert() {
    let Some(mut histories) = histories() else { return };
    let (mut sections, mut alerts, mut single_seats) = (0, 0, 0);
    for ((term, section), history) in &mut histories {
        single_seats +=
            history.windows(2).filter(|pair| pair[0].open_seats() == 0 && pair[1].open_seats() == 1).count();
        history.dedup();
        let expected = stretches(history);
        assert_eq!(told(watch(*term, *section), *section, history), expected, "{term} {section}");
        sections += 1;
        alerts += expected;
    }
    assert_eq!(sections, 52_016);
    assert_eq!(alerts, 7_767);
    // The site of 2026 told of none of these: it wanted three seats at once, and told once ever.
    assert!(single_seats > 1_000 && single_seats < alerts, "{single_seats} of {alerts}");
}
