//! From raw files to logs and back.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::Arc;

use clock::{ManualClock, SystemClock};
use jiff::Timestamp;
use platform::ports::Runtime;
use processes::logs::follow::{LogConfig, LogFollower};
use processes::logs::read::{LogQuery, LogReader, ReadError};
use processes::logs::{LogLine, Stream};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_oneof};
use proptest::{prop_assert_eq, proptest};
use tokio_util::sync::CancellationToken;

use crate::support::{House, ended, job, service, until};

/// A place where instances write, and a follower that reads.
struct Place {
    at: House,
    clock: ManualClock,
    config: LogConfig,
}

impl Place {
    fn new() -> Self {
        let at = House::new();
        let clock = ManualClock::new("2026-08-26T09:00:00Z".parse().unwrap());
        let config = LogConfig::new(at.data_dir());
        fs::create_dir_all(at.path("logs/raw")).unwrap();
        Self { at, clock, config }
    }

    fn follower(&self) -> LogFollower {
        LogFollower::open(self.config.clone(), Arc::new(self.clock.clone())).unwrap()
    }

    fn raw(&self, name: &str) -> PathBuf {
        self.at.path("logs/raw").join(name)
    }

    /// An instance that is not forgotten writes.
    fn writes(&self, file: &str, bytes: &[u8]) {
        let (instance, _) = file.rsplit_once('.').unwrap();
        fs::create_dir_all(self.at.path("run/instances").join(instance)).unwrap();
        let mut raw = OpenOptions::new().append(true).create(true).open(self.raw(file)).unwrap();
        raw.write_all(bytes).unwrap();
    }

    fn forgotten(&self, instance: &str) {
        fs::remove_dir_all(self.at.path("run/instances").join(instance)).unwrap();
    }

    fn reader(&self, query: &LogQuery) -> LogReader {
        LogReader::open(self.at.data_dir(), query).unwrap()
    }

    fn all(&self) -> Vec<LogLine> {
        let mut reader = self.reader(&LogQuery::default());
        let mut lines = Vec::new();
        loop {
            let more = reader.read().unwrap();
            if more.is_empty() {
                return lines;
            }
            lines.extend(more);
        }
    }

    fn texts(&self) -> Vec<String> {
        texts(self.all())
    }
}

fn texts(lines: Vec<LogLine>) -> Vec<String> {
    lines.into_iter().map(|line| line.line).collect()
}

fn last(lines: usize, services: &[&str]) -> LogQuery {
    let services = services.iter().map(|service| (*service).to_owned()).collect();
    LogQuery { services, lines: Some(lines), since: None }
}

#[tokio::test]
async fn what_a_process_says_is_found_under_its_name() {
    let at = House::new();
    let runtime = at.runtime().await;
    let follower = LogFollower::open(LogConfig::new(at.data_dir()), Arc::new(SystemClock)).unwrap();
    let stopping = CancellationToken::new();
    let following = tokio::spawn(follower.run(stopping.clone()));
    let api = runtime.start(&service("echo one; echo two >&2")).await.unwrap();
    let nightly = runtime.start(&job("printf 'no end'")).await.unwrap();
    for id in [&api, &nightly] {
        ended(&runtime, id).await;
        runtime.forget(id).await.unwrap();
    }
    let line = async |service: &str, text: &str| {
        until(text, async || {
            let mut reader = LogReader::open(at.data_dir(), &last(10, &[service])).ok()?;
            reader.read().unwrap().into_iter().find(|line| line.line == text)
        })
        .await
    };
    let one = line("api", "one").await;
    assert_eq!((one.service.as_str(), one.environment.as_deref()), ("api", Some("production")));
    assert_eq!((one.instance, one.release.as_str(), one.stream), (api.0, "0123456789abcdef", Stream::Out));
    assert_eq!(line("api@production", "two").await.stream, Stream::Err);
    let half = line("nightly", "no end").await;
    assert_eq!((half.service.as_str(), half.environment), ("nightly", None));
    until("the raw files are gone", async || {
        let left = fs::read_dir(at.path("logs/raw")).unwrap().flatten();
        (left.filter(|entry| entry.file_name() != "follower.json").count() == 0).then_some(())
    })
    .await;
    stopping.cancel();
    following.await.unwrap();
}

#[test]
fn odd_lines_are_kept_as_well_as_can_be() {
    let mut place = Place::new();
    place.config.line_bytes = 10;
    let mut follower = place.follower();
    place.writes("web@staging.4.out", b"caf\xc3\xa9 \xff\r\n\n0123456789ABC\nhalf");
    follower.look().unwrap();
    let cut = "0123456789 … (cut here: a line of more than 10 bytes)";
    assert_eq!(place.texts(), ["café \u{fffd}\r", "", cut]);
    place.writes("web@staging.4.out", b" no more\n");
    follower.look().unwrap();
    assert_eq!(place.texts().last().unwrap(), "half no mo … (cut here: a line of more than 10 bytes)");
}

#[test]
fn a_line_without_end_takes_no_more_room_than_its_beginning() {
    let mut place = Place::new();
    place.config.line_bytes = 100;
    let mut follower = place.follower();
    for _ in 0..50 {
        place.writes("web@staging.4.out", &[b'x'; 100_000]);
        follower.look().unwrap();
    }
    drop(follower);
    let mut follower = place.follower();
    place.writes("web@staging.4.out", b"xxx\nnext\n");
    follower.look().unwrap();
    let texts = place.texts();
    assert_eq!(
        (texts.len(), texts[1].as_str()),
        (2, "next"),
        "the rest of the long line is left out, after a restart too"
    );
    assert!(texts[0].starts_with(&"x".repeat(100)) && texts[0].len() < 200);
}

#[test]
fn a_line_with_a_time_of_its_own_keeps_it() {
    let place = Place::new();
    place.writes("edge.1.err", b"{\"timestamp\":\"2026-08-26T08:59:58.5Z\",\"level\":\"INFO\"}\nplain\n");
    place.follower().look().unwrap();
    let times: Vec<String> = place.all().iter().map(|line| line.at.to_string()).collect();
    assert_eq!(times, ["2026-08-26T08:59:58.5Z", "2026-08-26T09:00:00Z"]);
}

#[test]
fn logs_are_rotated_and_the_oldest_go() {
    let mut place = Place::new();
    (place.config.rotate_bytes, place.config.rotate_count) = (2000, 2);
    let mut follower = place.follower();
    for number in 0..60 {
        place.writes("edge.1.out", format!("line {number}\n").as_bytes());
        follower.look().unwrap();
    }
    let names =
        fs::read_dir(place.at.path("logs")).unwrap().flatten().map(|entry| entry.file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.starts_with("edge")).collect();
    names.sort();
    assert_eq!(names, ["edge.jsonl", "edge.jsonl.1", "edge.jsonl.2"]);
    let texts = place.texts();
    let first: usize = texts[0].strip_prefix("line ").unwrap().parse().unwrap();
    assert!(first > 0 && first < 50);
    let expected: Vec<String> = (first..60).map(|number| format!("line {number}")).collect();
    assert_eq!(texts, expected, "in order over all files, without a gap");
    for name in names {
        assert!(fs::metadata(place.at.path("logs").join(name)).unwrap().len() <= 2000);
    }
}

#[test]
fn the_disk_of_what_was_read_is_given_back() {
    let place = Place::new();
    let mut follower = place.follower();
    let line = [&[b'x'; 999][..], b"\n"].concat();
    place.writes("edge.1.out", &line.repeat(5000));
    let before = fs::metadata(place.raw("edge.1.out")).unwrap().blocks();
    follower.look().unwrap();
    let found = fs::metadata(place.raw("edge.1.out")).unwrap();
    assert_eq!(found.len(), 5_000_000, "who writes to its end is not disturbed");
    assert!(found.blocks() * 3 < before, "{} of {before} blocks are left", found.blocks());
    place.writes("edge.1.out", b"after\n");
    follower.look().unwrap();
    assert_eq!(place.texts().len(), 5001);
}

#[test]
fn a_log_that_cannot_be_written_loses_nothing() {
    let place = Place::new();
    let mut follower = place.follower();
    // A folder where the log should be.
    fs::create_dir(place.at.path("logs/edge.jsonl")).unwrap();
    place.writes("edge.1.out", b"one\n");
    place.writes("api@production.2.out", b"two\n");
    let refused = follower.look().unwrap_err().to_string();
    assert!(refused.contains("logs"), "{refused}");
    fs::remove_dir(place.at.path("logs/edge.jsonl")).unwrap();
    follower.look().unwrap();
    let mut texts = place.texts();
    texts.sort();
    assert_eq!(texts, ["one", "two"]);
}

#[test]
fn several_services_are_merged_by_time() {
    let place = Place::new();
    let mut follower = place.follower();
    for minute in 0..6 {
        let at: Timestamp = format!("2026-08-26T09:0{minute}:00Z").parse().unwrap();
        place.clock.set(at);
        let file = ["api@production.1.out", "api@staging.2.out", "edge.3.err"][minute % 3];
        place.writes(file, format!("minute {minute}\n").as_bytes());
        follower.look().unwrap();
    }
    let read = |query: &LogQuery| texts(place.reader(query).read().unwrap());
    assert_eq!(read(&last(2, &[])), ["minute 4", "minute 5"]);
    assert_eq!(read(&last(3, &["api"])), ["minute 1", "minute 3", "minute 4"]);
    assert_eq!(read(&last(9, &["api@staging", "edge"])), ["minute 1", "minute 2", "minute 4", "minute 5"]);
    assert_eq!(read(&last(0, &[])), [""; 0]);
    let since = Some("2026-08-26T09:03:00Z".parse().unwrap());
    assert_eq!(read(&LogQuery { since, ..LogQuery::default() }), ["minute 3", "minute 4", "minute 5"]);
    assert_eq!(read(&LogQuery { since, ..last(1, &["api"]) }), ["minute 4"]);
    let refused = LogReader::open(place.at.data_dir(), &last(1, &["apx"])).unwrap_err();
    let said = refused.to_string();
    assert!(matches!(refused, ReadError::NoSuchLog { .. }) && said.contains("api@staging, edge"), "{said}");
}

#[tokio::test]
async fn one_who_watches_sees_every_line_once_over_rotations_and_new_services() {
    let mut place = Place::new();
    (place.config.rotate_bytes, place.config.rotate_count) = (1500, 3);
    let mut follower = place.follower();
    place.writes("edge.1.out", b"before\n");
    follower.look().unwrap();
    let mut watching = place.reader(&last(0, &[]));
    for number in 0..100 {
        let file = if number < 50 { "edge.1.out" } else { "web@staging.2.out" };
        place.writes(file, format!("line {number}\n").as_bytes());
        follower.look().unwrap();
        // Between two looks of the one who watches there may be none, one or two rotations.
        if number % 9 == 0 {
            let lines = texts(watching.wait().await.unwrap());
            assert_eq!(lines.last().unwrap(), &format!("line {number}"));
            let count = if number == 0 { 1 } else { 9 };
            assert_eq!(lines.len(), count, "{lines:?}");
        }
    }
}

/// What happens to a follower.
#[derive(Clone, Debug)]
enum Event {
    Write(Vec<u8>),
    Look,
    /// Killed and started again; what it noted last is lost when it is true.
    Restart(bool),
    /// Killed while it wrote: the last bytes of the log are missing.
    Torn(usize),
}

fn event() -> impl Strategy<Value = Event> {
    let bytes = proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'a'), Just(b'b'), Just(b'c')], 1..40);
    prop_oneof![
        4 => bytes.prop_map(Event::Write),
        3 => Just(Event::Look),
        1 => proptest::bool::ANY.prop_map(Event::Restart),
        1 => (1_usize..60).prop_map(Event::Torn),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_each_line_is_there_once(events in proptest::collection::vec(event(), 1..40)) {
        let place = Place::new();
        let mut follower = place.follower();
        let note = place.raw("follower.json");
        let mut written = Vec::new();
        for event in events {
            match event {
                Event::Write(bytes) => {
                    place.writes("edge.1.out", &bytes);
                    written.extend(bytes);
                }
                Event::Look => follower.look().unwrap(),
                Event::Restart(is_note_old) => {
                    let old = fs::read(&note).ok();
                    follower.look().unwrap();
                    match old {
                        Some(old) if is_note_old => fs::write(&note, old).unwrap(),
                        None if is_note_old => drop(fs::remove_file(&note)),
                        _ => {}
                    }
                    follower = place.follower();
                }
                Event::Torn(bytes) => {
                    let old = fs::read(&note).ok();
                    let log = place.at.path("logs/edge.jsonl");
                    let before = fs::metadata(&log).map_or(0, |found| found.len());
                    follower.look().unwrap();
                    let after = fs::metadata(&log).map_or(0, |found| found.len());
                    // Only what was being written can be torn, and then it was not noted either.
                    if after > before {
                        let left = after.saturating_sub(bytes as u64).max(before);
                        OpenOptions::new().write(true).open(&log).unwrap().set_len(left).unwrap();
                        match old {
                            Some(old) => fs::write(&note, old).unwrap(),
                            None => drop(fs::remove_file(&note)),
                        }
                    }
                    follower = place.follower();
                }
            }
        }
        if !written.is_empty() {
            place.forgotten("edge.1");
        }
        follower.look().unwrap();
        let expected: Vec<String> = String::from_utf8(written).unwrap().lines().map(str::to_owned).collect();
        prop_assert_eq!(place.texts(), expected);
    }
}
