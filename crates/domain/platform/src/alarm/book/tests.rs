//! The book, held against troubles as houses have them: short ones, long ones, flapping ones, many at once.

use proptest::prelude::*;

use super::*;
use crate::names::ServiceName;

const LOOK_SECONDS: i64 = 10;

/// A house that is looked at every ten seconds.
struct House {
    book: Book,
    now: Timestamp,
    findings: Findings,
    told: Vec<(i64, String)>,
    start: Timestamp,
}

impl House {
    fn new() -> Self {
        let start: Timestamp = "2026-11-22T20:00:00Z".parse().unwrap();
        let findings = Part::ALL.map(|part| (part, Finding::up("It answers."))).into();
        Self { book: Book::new(Patience::default(), []), now: start, findings, told: Vec::new(), start }
    }

    fn is(&mut self, part: Part, finding: Finding) -> &mut Self {
        self.findings.insert(part, finding);
        self
    }

    fn looks(&mut self, looks: u32) -> &mut Self {
        for _ in 0..looks {
            let letters = self.book.look(&self.findings, self.now);
            self.take(letters);
            self.now += SignedDuration::from_secs(LOOK_SECONDS);
        }
        self
    }

    fn hears(&mut self, event: &Event) -> &mut Self {
        let letters = self.book.hear(event, self.now);
        self.take(letters);
        self
    }

    fn take(&mut self, letters: Vec<Alarm>) {
        let second = self.now.as_second() - self.start.as_second();
        self.told.extend(letters.into_iter().map(|letter| (second, letter.title)));
    }

    /// The supervisor is started again.
    fn restarts(&mut self) -> &mut Self {
        let text = serde_json::to_string(&self.book.kept()).unwrap();
        let kept: Vec<Alarm> = serde_json::from_str(&text).unwrap();
        self.book = Book::new(Patience::default(), kept);
        self
    }

    fn titles(&self) -> Vec<&str> {
        self.told.iter().map(|(_, title)| title.as_str()).collect()
    }
}

fn down() -> Finding {
    Finding::down("Nobody answers.", "bt restart api@production")
}

fn degraded() -> Finding {
    Finding::degraded("It answers slowly.", "bt doctor")
}

fn up() -> Finding {
    Finding::up("It answers.")
}

const HOUR_LOOKS: u32 = 360;

#[test]
fn a_part_that_is_down_is_told_once_and_once_when_it_is_over() {
    let mut house = House::new();
    house.is(Part::Api, down()).looks(30).is(Part::Api, up()).looks(30);
    let told: Vec<(i64, &str)> = house.told.iter().map(|(at, title)| (*at, title.as_str())).collect();
    assert_eq!(told, [(20, "API: down"), (360, "Over: API: down")]);
    assert!(house.book.kept().is_empty());
}

#[test]
fn each_message_says_what_to_do_and_since_when() {
    let mut book = Book::new(Patience::default(), []);
    let start: Timestamp = "2026-11-22T20:00:00Z".parse().unwrap();
    let findings = Findings::from([(Part::Api, down())]);
    let letters: Vec<Alarm> =
        (0..3).flat_map(|look| book.look(&findings, start + SignedDuration::from_secs(10 * look))).collect();
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert_eq!(letter.text, "Nobody answers.\nDo: bt restart api@production\nSince 2026-11-22 20:00 UTC.");
    assert_eq!((letter.key.as_str(), letter.is_over), ("part:api", false));
}

#[test]
fn a_short_failure_is_not_told() {
    let mut house = House::new();
    for _ in 0..9 {
        house.is(Part::Api, down()).looks(2).is(Part::Api, up()).looks(100);
    }
    assert_eq!(house.titles(), [""; 0]);
}

#[test]
fn a_part_that_fails_now_and_then_is_told_too() {
    let mut house = House::new();
    for _ in 0..60 {
        house.is(Part::Api, down()).looks(1).is(Part::Api, up()).looks(1);
    }
    assert_eq!(house.titles(), ["API: down again and again"]);
}

#[test]
fn a_degraded_part_is_told_after_five_minutes_and_again_when_it_is_down() {
    let mut house = House::new();
    house.is(Part::Api, degraded()).looks(29);
    assert_eq!(house.titles(), [""; 0]);
    house.looks(10).is(Part::Api, down()).looks(10).is(Part::Api, degraded()).looks(10);
    assert_eq!(house.titles(), ["API: degraded", "API: down"]);
}

#[test]
fn what_nobody_can_look_at_is_told_after_half_an_hour() {
    let mut house = House::new();
    house.is(Part::NightlyUpdate, Finding::unknown("The ledger cannot be read.")).looks(179);
    assert_eq!(house.titles(), [""; 0]);
    house.looks(1);
    assert_eq!(house.titles(), ["Nightly update: nobody can tell how it is"]);
}

#[test]
fn people_are_reminded_once_a_day_of_what_is_down_and_once_a_week_of_what_is_degraded() {
    let mut house = House::new();
    house.is(Part::Disk, down()).is(Part::Backup, degraded()).looks(HOUR_LOOKS * 24 * 8);
    let count = |title: &str| house.titles().iter().filter(|told| **told == title).count();
    assert_eq!((count("Disk: down"), count("Still: Disk: down")), (1, 7));
    assert_eq!((count("Backup: degraded"), count("Still: Backup: degraded")), (1, 1));
}

#[test]
fn other_advice_is_told_and_the_same_is_not_told_twice() {
    let mut house = House::new();
    for advice in ["renew", "renew this week", "renew", "renew this week"] {
        house.is(Part::Certificates, Finding::degraded("It ends soon.", advice)).looks(100);
    }
    assert_eq!(house.titles(), ["Certificates: degraded"; 2]);
    for advice in 0..20 {
        house.is(Part::Certificates, Finding::degraded("It ends soon.", format!("advice {advice}"))).looks(10);
    }
    assert_eq!(house.told.len(), ADVICE_TOLD);
}

#[test]
fn a_part_that_flaps_makes_fewer_and_fewer_messages() {
    let mut house = House::new();
    // Five minutes down, five minutes up, for a day.
    for _ in 0..144 {
        house.is(Part::Api, down()).looks(30).is(Part::Api, up()).looks(30);
    }
    assert!(house.told.len() <= 6, "{:?}", house.told);
    house.looks(HOUR_LOOKS * 7);
    assert_eq!(house.titles().last(), Some(&"Over: API: down"));
}

#[test]
fn a_restart_of_the_watch_tells_nothing_twice_and_forgets_nothing() {
    let mut house = House::new();
    house.is(Part::Api, down()).looks(10).restarts().looks(10).restarts().looks(2);
    assert_eq!(house.titles(), ["API: down"]);
    house.is(Part::Api, up()).restarts().looks(10);
    assert_eq!(house.titles(), ["API: down", "Over: API: down"]);
}

#[test]
fn a_part_that_is_no_longer_watched_ends_its_trouble() {
    let mut house = House::new();
    house.is(Part::Cache, down()).looks(5);
    house.findings.remove(&Part::Cache);
    house.looks(10);
    assert_eq!(house.titles(), ["Cache: down", "Over: Cache: down"]);
}

#[test]
fn so_many_messages_an_hour_and_one_that_sums_up_the_rest() {
    let mut house = House::new();
    for number in 0..30 {
        house.hears(&Event::Trouble {
            key: format!("job:{number}"),
            title: format!("Job {number}"),
            text: String::new(),
        });
    }
    house.looks(HOUR_LOOKS - 1);
    assert_eq!(house.told.len(), 11, "{:?}", house.told);
    assert_eq!(house.titles()[10], "1 messages are held back");
    // Those that are over meanwhile are not told any more; the rest follows.
    for number in 12..30 {
        house.hears(&Event::Over { key: format!("job:{number}") });
    }
    house.looks(10);
    assert_eq!(house.titles()[11..], ["Job 10", "Job 11"]);
}

#[test]
fn a_restart_makes_no_new_hour() {
    let mut house = House::new();
    for number in 0..20 {
        let key = format!("job:{number}");
        house.hears(&Event::Trouble { key, title: format!("Job {number}"), text: String::new() }).restarts();
    }
    assert_eq!(house.titles().iter().filter(|title| title.starts_with("Job")).count(), 10);
}

#[test]
fn a_failed_job_is_told_once_until_it_succeeds() {
    let nightly = "nightly".parse().unwrap();
    let mut house = House::new();
    house.hears(&Event::job_succeeded(&nightly));
    house.hears(&Event::job_failed(&nightly, "exit code 1")).looks(3);
    house.hears(&Event::job_failed(&nightly, "exit code 1")).looks(3).hears(&Event::job_succeeded(&nightly));
    let title = "The job nightly failed: exit code 1";
    assert_eq!(house.titles(), [title, &format!("Over: {title}")]);
}

#[test]
fn a_service_that_is_given_up_is_told_with_the_command_that_mends_it() {
    let service: ServiceName = "api@staging".parse().unwrap();
    let Event::Trouble { text, .. } = Event::given_up(&service, "exit code 1") else { panic!() };
    assert!(text.contains("bt logs api@staging") && text.contains("bt restart api@staging"), "{text}");
    assert_eq!(Event::given_up(&service, "x").key(), Event::serves(&service).key());
}

#[test]
fn only_so_many_troubles_are_held() {
    let mut house = House::new();
    for number in 0..1_000 {
        house.hears(&Event::Trouble { key: number.to_string(), title: String::new(), text: String::new() });
    }
    assert_eq!(house.book.kept().len(), TROUBLES_HELD);
}

proptest! {
    #[test]
    fn whatever_happens_messages_are_few_and_every_over_follows_a_trouble(
        steps in prop::collection::vec((0_usize..11, 0_u8..4, 1_u32..40, any::<bool>()), 1..40),
    ) {
        let mut house = House::new();
        for (part, health, looks, restarts) in steps {
            let finding = match health { 0 => up(), 1 => degraded(), 2 => down(), _ => Finding::unknown("why") };
            house.is(Part::ALL[part], finding).looks(looks);
            // The same moment again tells nothing more.
            let mut again = house.book.clone();
            let moment = house.now - SignedDuration::from_secs(LOOK_SECONDS);
            let counted = again.letters(moment);
            prop_assert!(counted.is_empty(), "{counted:?}");
            if restarts {
                house.restarts();
            }
        }
        let mut open: BTreeMap<String, usize> = BTreeMap::new();
        for (_, title) in house.told.iter().filter(|(_, title)| !title.ends_with("held back")) {
            let about = title.trim_start_matches("Over: ").trim_start_matches("Still: ");
            let part = about.split(':').next().unwrap_or_default().to_owned();
            if title.starts_with("Over: ") {
                prop_assert!(open.remove(&part).is_some(), "{title} without a trouble: {:?}", house.told);
            } else {
                *open.entry(part).or_default() += 1;
            }
        }
        // What was told and is not over is kept, and nothing else that was told.
        let kept = house.book.kept();
        for part in open.keys() {
            let title = |alarm: &Alarm| alarm.title.split(':').next() == Some(part.as_str());
            prop_assert!(kept.iter().any(title), "{part} was told, is not over, and is not kept");
        }
    }
}
