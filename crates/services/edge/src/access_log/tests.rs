//! The log as who reads it after an incident needs it.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::Value;

use super::*;

struct Asked {
    method: Method,
    uri: Uri,
    agent: HeaderValue,
    referer: HeaderValue,
}

impl Asked {
    fn new(uri: &str) -> Self {
        Self {
            method: Method::GET,
            uri: uri.parse().unwrap(),
            agent: HeaderValue::from_static("curl/8"),
            referer: HeaderValue::from_static("https://elsewhere.example/a?token=abc#x"),
        }
    }

    fn entry(&self) -> Entry<'_> {
        Entry {
            at: "2026-11-22T22:30:00.123456Z".parse().unwrap(),
            client: "::ffff:192.0.2.7".parse().unwrap(),
            method: &self.method,
            version: Version::HTTP_2,
            host: Some(b"example.org"),
            uri: &self.uri,
            status: Some(StatusCode::OK),
            request_bytes: 0,
            bytes: 512,
            duration: Duration::from_micros(12_345),
            upstream_duration: Some(Duration::from_micros(11_002)),
            upstream: Some("web@production.4"),
            tries: 2,
            environment: Some("production"),
            service: Some("web"),
            tls: Some("TLSv1.3"),
            request_id: "0123456789abcdef",
            refused: None,
            referer: Some(&self.referer),
            user_agent: Some(&self.agent),
        }
    }
}

fn line(entry: &Entry<'_>) -> String {
    String::from_utf8(line::of(entry).into_vec()).unwrap()
}

#[test]
fn a_line_says_what_the_format_promises() {
    let asked = Asked::new("/catalog?q=cs&access_token=secret");
    let expected = concat!(
        r#"{"at":"2026-11-22T22:30:00.123Z","client":"192.0.2.7","method":"GET","version":"HTTP/2.0","#,
        r#""host":"example.org","path":"/catalog","query":"q=cs&access_token=***","status":200,"request_bytes":0,"#,
        r#""bytes":512,"duration_ms":12.345,"upstream_ms":11.002,"upstream":"web@production.4","tries":2,"#,
        r#""environment":"production","service":"web","tls":"TLSv1.3","request_id":"0123456789abcdef","#,
        r#""referer":"https://elsewhere.example/a","user_agent":"curl/8"}"#,
        "\n"
    );
    assert_eq!(line(&asked.entry()), expected);
}

#[test]
fn what_is_not_known_is_absent_and_a_reader_who_left_is_0() {
    let asked = Asked::new("/");
    let entry = Entry { status: None, upstream: None, host: None, tries: 1, referer: None, ..asked.entry() };
    let read: Value = serde_json::from_str(&line(&entry)).unwrap();
    assert_eq!(read["status"], 0);
    for absent in ["upstream", "host", "tries", "query", "referer", "refused"] {
        assert!(read.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn nothing_from_outside_is_longer_than_its_limit() {
    let long = "x".repeat(30_000);
    let mut asked = Asked::new(&format!("/{long}?a={long}"));
    asked.agent = HeaderValue::try_from(long.as_str()).unwrap();
    asked.referer = asked.agent.clone();
    asked.method = Method::from_bytes(&long.as_bytes()[..500]).unwrap();
    let entry = Entry { host: Some(long.as_bytes()), ..asked.entry() };
    let line = line(&entry);
    assert!(line.len() < 5_000, "{}", line.len());
    let read: Value = serde_json::from_str(&line).unwrap();
    assert!(read["user_agent"].as_str().unwrap().ends_with("xxx…"));
}

#[test]
fn a_secret_is_struck_out_also_where_the_query_is_cut() {
    for before in 1_000..1_030 {
        let asked = Asked::new(&format!("/?a={}&token=S3CR3T", "x".repeat(before)));
        assert!(!line(&asked.entry()).contains("S3C"), "{before}");
    }
}

proptest! {
    /// No header, host or path breaks out of its line.
    #[test]
    fn every_line_is_one_line_of_json(agent in prop::collection::vec(any::<u8>(), 0..600), host in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut asked = Asked::new("/a%0ab?x=%22");
        if let Ok(agent) = HeaderValue::from_bytes(&agent) {
            asked.agent = agent;
        }
        let entry = Entry { host: Some(&host), ..asked.entry() };
        let line = line(&entry);
        prop_assert_eq!(line.matches('\n').count(), 1);
        let read: Value = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(&read["path"], "/a%0ab");
    }
}

/// A place to write to that can be held shut.
#[derive(Clone, Default)]
struct Held(Arc<Mutex<Vec<u8>>>);

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn lines_are_written_in_order_and_all_of_them_before_the_end() {
    let held = Held::default();
    let (log, writer) = AccessLog::start(held.clone(), QUEUE_LINES).unwrap();
    for number in 0..5_000 {
        log.write(&Asked::new(&format!("/{number}")).entry());
    }
    writer.end();
    let text = String::from_utf8(held.0.lock().unwrap().clone()).unwrap();
    let paths: Vec<String> =
        text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["path"].to_string()).collect();
    assert_eq!(paths, (0..5_000).map(|number| format!("\"/{number}\"")).collect::<Vec<_>>());
    assert_eq!(log.dropped(), 0);
}

/// Says when it is asked to write, and waits until it may.
struct Gate {
    asked: Sender<()>,
    may_go_on: Receiver<()>,
    to: Held,
}

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.asked.send(());
        let _ = self.may_go_on.recv();
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_disk_that_hangs_holds_nobody_up_and_lost_lines_are_counted() {
    let held = Held::default();
    let ((asked, was_asked), (go_on, may_go_on)) = (channel(), channel());
    let (log, writer) = AccessLog::start(Gate { asked, may_go_on, to: held.clone() }, 8).unwrap();
    let entry = Asked::new("/");
    log.write(&entry.entry());
    was_asked.recv().unwrap();
    // The disk hangs now; the queue takes eight.
    for _ in 0..20 {
        log.write(&entry.entry());
    }
    assert_eq!(log.dropped(), 12);
    drop(go_on);
    writer.end();
    let text = String::from_utf8(held.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().filter(|line| line.contains("\"path\"")).count(), 9);
    assert_eq!(text.lines().filter(|line| line.contains("\"dropped_lines\":12")).count(), 1, "{text}");
    log.write(&entry.entry());
    assert_eq!(log.dropped(), 13, "after the end there is no place");
}

/// A disk that is full for a while.
struct Full {
    failures: u32,
    failed: Sender<()>,
    to: Held,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failures > 0 {
            self.failures -= 1;
            let _ = self.failed.send(());
            return Err(io::Error::new(io::ErrorKind::StorageFull, "no space left"));
        }
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_does_not_end_the_log() {
    let held = Held::default();
    let (failed, has_failed) = channel();
    let (log, writer) = AccessLog::start(Full { failures: 1, failed, to: held.clone() }, 8).unwrap();
    let entry = Asked::new("/");
    log.write(&entry.entry());
    has_failed.recv().unwrap();
    log.write(&entry.entry());
    writer.end();
    assert_eq!(held.0.lock().unwrap().iter().filter(|byte| **byte == b'\n').count(), 1);
}
