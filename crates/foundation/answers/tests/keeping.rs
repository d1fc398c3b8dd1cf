//! Keeping answers: made once however many ask, bounded in memory, shared where there is somebody to share with.
#![expect(clippy::unwrap_used, reason = "the small functions of a test may fail it")]

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use answers::config::AnswersConfig;
use answers::draft::Draft;
use answers::key::Key;
use answers::shared::SharedTier;
use answers::tiers::Answers;
use async_trait::async_trait;
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue, Method};
use httpkit::cache::CachePolicy;
use tokio::sync::{Barrier, Notify};

fn key(number: u64) -> Key {
    Key::of("test", "1").number(number).finish()
}

/// JSON of about that many bytes that packs well.
fn list(bytes: usize) -> Draft {
    let rows = (0..bytes / 32).map(|row| format!("{{\"course\":{row:06},\"open\":{:04}}},", row % 97));
    Draft::json(rows.collect::<String>())
}

fn empty() -> Answers {
    Answers::new(AnswersConfig::default(), None)
}

/// Makes a list and counts how often.
async fn counted(count: &AtomicUsize, draft: Draft) -> Result<Draft, String> {
    count.fetch_add(1, Ordering::SeqCst);
    tokio::task::yield_now().await;
    Ok(draft)
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_are_answered_by_one_computation() {
    let answers = empty();
    let count = Arc::new(AtomicUsize::new(0));
    let barrier = Arc::new(Barrier::new(64));
    let asked: Vec<_> = (0..64)
        .map(|_| {
            let (answers, count, barrier) = (answers.clone(), count.clone(), barrier.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                let answer = answers.get_or_make(&key(1), counted(&count, list(200_000))).await?;
                Ok::<_, String>(answer.plain().unwrap().len())
            })
        })
        .collect();
    for each in asked {
        assert_eq!(each.await.unwrap(), Ok(list(200_000).body.len()));
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert_eq!(answers.count(), 1);
}

#[tokio::test]
async fn a_maker_that_is_dropped_is_followed_by_the_next() {
    let answers = empty();
    let started = Arc::new(Notify::new());
    let first = tokio::spawn({
        let (answers, started) = (answers.clone(), started.clone());
        async move {
            let never = async {
                started.notify_one();
                std::future::pending::<Result<Draft, String>>().await
            };
            answers.get_or_make(&key(1), never).await.map(drop)
        }
    });
    started.notified().await;
    let count = Arc::new(AtomicUsize::new(0));
    let second = tokio::spawn({
        let (answers, count) = (answers.clone(), count.clone());
        async move { answers.get_or_make(&key(1), counted(&count, list(100))).await.map(|answer| answer.plain_len()) }
    });
    tokio::task::yield_now().await;
    assert_eq!(count.load(Ordering::SeqCst), 0, "the second waits for the first");
    first.abort();
    assert_eq!(second.await.unwrap(), Ok(list(100).body.len()));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn errors_go_to_who_asked_and_are_never_kept() {
    let answers = empty();
    let error = answers.get_or_make(&key(1), async { Err::<Draft, _>("no such course") }).await.unwrap_err();
    assert_eq!(error, "no such course");
    assert!(answers.get(&key(1)).is_none());
    let made = answers.get_or_make(&key(1), async { Ok::<_, &str>(list(100)) }).await.unwrap();
    assert_eq!(made.plain(), Some(list(100).body));
}

#[tokio::test]
async fn what_is_kept_is_bounded_and_what_is_used_stays() {
    let config = AnswersConfig { limit_bytes: 256 * 1024, ..AnswersConfig::default() };
    let answers = Answers::new(config, None);
    let incompressible = |number: u64| {
        let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let bytes = std::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        });
        Draft::json(bytes.take(500).flatten().collect::<Vec<u8>>())
    };
    for number in 0..2_000 {
        answers.get_or_make(&key(number), async { Ok::<_, String>(incompressible(number)) }).await.unwrap();
        assert!(answers.get(&key(0)).is_some(), "the one that everybody asks for was let go at {number}");
        assert!(answers.size_bytes() <= config.limit_bytes);
    }
    assert!(answers.count() > 30, "{} are kept", answers.count());
}

#[tokio::test]
async fn an_answer_over_the_limit_is_sent_and_not_kept() {
    let config = AnswersConfig { answer_limit_bytes: 1_000, ..AnswersConfig::default() };
    let answers = Answers::new(config, None);
    let made = answers.get_or_make(&key(1), async { Ok::<_, String>(list(5_000)) }).await.unwrap();
    assert_eq!(made.plain(), Some(list(5_000).body));
    assert!(answers.get(&key(1)).is_none());
    assert_eq!(answers.size_bytes(), 0);
}

#[tokio::test]
async fn forms_made_on_demand_count_towards_the_limit() {
    let answers = empty();
    let answer = answers.get_or_make(&key(1), async { Ok::<_, String>(list(50_000)) }).await.unwrap();
    let before = answers.size_bytes();
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    let response = answer.respond(&Method::GET, &headers, CachePolicy::Private).await;
    let gzip_bytes: u64 = response.headers()[CONTENT_LENGTH].to_str().unwrap().parse().unwrap();
    assert_eq!(answers.size_bytes(), before + gzip_bytes);
}

#[tokio::test]
async fn what_is_asked_for_again_and_again_becomes_smaller() {
    let config = AnswersConfig { improve_after_asks: 3, ..AnswersConfig::default() };
    let answers = Answers::new(config, None);
    let answer = answers.get_or_make(&key(1), async { Ok::<_, String>(list(50_000)) }).await.unwrap();
    let quick = answers.size_bytes();
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("zstd"));
    // The work is done by another thread: this ends when it has happened, and never if it does not.
    while answers.size_bytes() >= quick {
        let response = answer.respond(&Method::GET, &headers, CachePolicy::Private).await;
        assert_eq!(response.status(), 200);
        std::thread::yield_now();
    }
    assert_eq!(answer.plain(), Some(list(50_000).body));
}

/// A shared tier in memory, with a hand in it.
#[derive(Default)]
struct Shelf {
    kept: Mutex<HashMap<Key, Vec<u8>>>,
}

#[async_trait]
impl SharedTier for Shelf {
    async fn get(&self, key: &Key) -> Option<Vec<u8>> {
        self.kept.lock().unwrap().get(key).cloned()
    }

    fn put(&self, key: &Key, bytes: Vec<u8>, _: Duration) {
        self.kept.lock().unwrap().insert(*key, bytes);
    }
}

fn beside(shelf: &Arc<Shelf>) -> Answers {
    Answers::new(AnswersConfig::default(), Some(shelf.clone()))
}

#[tokio::test]
async fn another_process_finds_what_this_one_made() {
    let shelf = Arc::new(Shelf::default());
    let made = beside(&shelf).get_or_make(&key(1), async { Ok::<_, String>(list(9_000)) }).await.unwrap();
    let found = beside(&shelf).get_or_make(&key(1), async { Err::<Draft, _>("nobody makes it again") }).await.unwrap();
    assert_eq!(found.plain(), made.plain());
    let headers = HeaderMap::new();
    let tag = async |answer: &Arc<answers::answer::Answer>| {
        answer.respond(&Method::GET, &headers, CachePolicy::Private).await.headers()["etag"].clone()
    };
    assert_eq!(tag(&found).await, tag(&made).await);
}

#[tokio::test]
async fn what_lies_there_and_is_not_this_answer_is_made_anew() {
    let shelf = Arc::new(Shelf::default());
    beside(&shelf).get_or_make(&key(1), async { Ok::<_, String>(list(9_000)) }).await.unwrap();
    let of_another = shelf.kept.lock().unwrap()[&key(1)].clone();
    let mut cut = of_another.clone();
    cut.truncate(of_another.len() / 2);
    for (number, bytes) in [(2, of_another), (3, cut), (4, b"garbage".to_vec()), (5, Vec::new())] {
        shelf.kept.lock().unwrap().insert(key(number), bytes);
        let made = beside(&shelf).get_or_make(&key(number), async { Ok::<_, String>(list(100)) }).await.unwrap();
        assert_eq!(made.plain(), Some(list(100).body), "{number}");
    }
}
