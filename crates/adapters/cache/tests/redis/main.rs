//! A real Redis in every misfortune: requests are answered all the same.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use answers::config::AnswersConfig;
use answers::draft::Draft;
use answers::key::Key;
use answers::shared::SharedTier;
use answers::tiers::Answers;
use cache::config::RedisConfig;
use cache::tier::RedisTier;
use kit::redis::TestRedis;
use redis::aio::MultiplexedConnection;
use tokio::sync::Notify;

const HOUR: Duration = Duration::from_secs(3600);

fn key(number: u64) -> Key {
    Key::of("test", "1").number(number).finish()
}

/// Patient where a busy machine may be slow, impatient where the test would wait.
fn config(server: &TestRedis) -> RedisConfig {
    let patient = Duration::from_secs(10);
    RedisConfig {
        get_limit: patient,
        put_limit: patient,
        connect_limit: patient,
        pause: Duration::from_millis(5),
        ..RedisConfig::at(server.url().into())
    }
}

async fn connected(config: &RedisConfig) -> Arc<RedisTier> {
    let tier = Arc::new(RedisTier::start(config).unwrap());
    tier.connected().await;
    tier
}

/// Answers of a process of its own: nothing is in its first tier.
fn beside(tier: &Arc<RedisTier>) -> Answers {
    Answers::new(AnswersConfig::default(), Some(tier.clone()))
}

fn text(number: u64) -> Draft {
    Draft::json(format!("{{\"number\":{number}}}").repeat(200))
}

/// Asks for an answer, and says whether it had to be made.
async fn ask(answers: &Answers, number: u64) -> bool {
    let is_made = AtomicBool::new(false);
    let make = async {
        is_made.store(true, Ordering::Relaxed);
        Ok::<_, String>(text(number))
    };
    let answer = answers.get_or_make(&key(number), make).await.unwrap();
    assert_eq!(answer.plain(), Some(text(number).body));
    is_made.load(Ordering::Relaxed)
}

/// A connection to look behind the scenes with.
async fn behind(server: &TestRedis) -> MultiplexedConnection {
    redis::Client::open(server.url()).unwrap().get_multiplexed_async_connection().await.unwrap()
}

#[tokio::test]
async fn what_one_process_makes_another_finds_and_it_does_not_live_for_ever() {
    let server = TestRedis::start();
    let tier = connected(&config(&server)).await;
    assert!(ask(&beside(&tier), 1).await);
    tier.settled().await;
    assert!(!ask(&beside(&tier), 1).await);
    let mut behind = behind(&server).await;
    let names: Vec<Vec<u8>> = redis::cmd("KEYS").arg("*").query_async(&mut behind).await.unwrap();
    assert_eq!(names.len(), 1);
    assert!(names[0].starts_with(b"bt:"));
    let left_ms: i64 = redis::cmd("PTTL").arg(&names[0]).query_async(&mut behind).await.unwrap();
    let life = AnswersConfig::default().shared_life.as_millis();
    assert!(left_ms > 0 && u128::try_from(left_ms).unwrap() <= life, "{left_ms}");
}

#[tokio::test]
async fn systems_with_other_prefixes_do_not_meet() {
    let server = TestRedis::start();
    let ours = connected(&config(&server)).await;
    let theirs = connected(&RedisConfig { prefix: "other".to_owned(), ..config(&server) }).await;
    ask(&beside(&ours), 1).await;
    ours.settled().await;
    assert!(ask(&beside(&theirs), 1).await);
}

/// The promise: Redis killed in the middle of load, and no request fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_of_load_no_request_fails_and_it_is_used_again_when_it_is_back() {
    let mut server = TestRedis::start();
    let tier = connected(&config(&server)).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let is_over = Arc::new(AtomicBool::new(false));
    let under_way = Arc::new(Notify::new());
    let load: Vec<_> = (0..8)
        .map(|_| {
            let (tier, asked, is_over, under_way) = (tier.clone(), asked.clone(), is_over.clone(), under_way.clone());
            tokio::spawn(async move {
                // A fresh first tier at each round: every request goes to Redis.
                while !is_over.load(Ordering::Relaxed) {
                    let answers = beside(&tier);
                    for number in 0..8 {
                        ask(&answers, number).await;
                    }
                    // Without Redis nothing here waits, and nobody else would have a turn.
                    tokio::task::yield_now().await;
                    if asked.fetch_add(8, Ordering::Relaxed) > 400 {
                        under_way.notify_one();
                    }
                }
            })
        })
        .collect();
    for _ in 0..3 {
        asked.store(0, Ordering::Relaxed);
        under_way.notified().await;
        server.kill();
        tier.disconnected().await;
        asked.store(0, Ordering::Relaxed);
        under_way.notified().await;
        server.start_again();
        tier.connected().await;
    }
    is_over.store(true, Ordering::Relaxed);
    for each in load {
        each.await.expect("no request failed");
    }
    ask(&beside(&tier), 9).await;
    tier.settled().await;
    assert!(!ask(&beside(&tier), 9).await, "it is used again");
}

#[tokio::test]
async fn a_frozen_redis_costs_three_requests_their_deadline_and_the_others_nothing() {
    let server = TestRedis::start();
    let impatient = RedisConfig { get_limit: Duration::from_millis(20), ..config(&server) };
    let tier = connected(&impatient).await;
    let answers = beside(&tier);
    server.freeze();
    for number in 0..3 {
        assert!(ask(&answers, number).await);
    }
    tier.disconnected().await;
    // Nobody is waited for from here on: a thousand requests, and Redis is still frozen.
    for number in 3..1_000 {
        assert!(ask(&answers, number).await);
    }
    server.thaw();
    tier.connected().await;
    ask(&beside(&tier), 5_000).await;
    tier.settled().await;
    let mut behind = behind(&server).await;
    let count: u64 = redis::cmd("DBSIZE").query_async(&mut behind).await.unwrap();
    assert!(count >= 1);
}

#[tokio::test]
async fn a_redis_that_comes_later_is_used_when_it_is_there() {
    let mut server = TestRedis::start();
    server.kill();
    let tier = Arc::new(RedisTier::start(&config(&server)).unwrap());
    assert!(ask(&beside(&tier), 1).await);
    server.start_again();
    tier.connected().await;
    ask(&beside(&tier), 1).await;
    tier.settled().await;
    assert!(!ask(&beside(&tier), 1).await);
}

#[tokio::test]
async fn a_full_redis_keeps_what_it_has_and_takes_no_more() {
    let server = TestRedis::start_with(&["--maxmemory-policy", "noeviction"]);
    let tier = connected(&config(&server)).await;
    ask(&beside(&tier), 1).await;
    tier.settled().await;
    let mut behind = behind(&server).await;
    let _: () = redis::cmd("CONFIG").arg(&["SET", "maxmemory", "1"]).query_async(&mut behind).await.unwrap();
    assert!(ask(&beside(&tier), 2).await);
    tier.settled().await;
    assert!(ask(&beside(&tier), 2).await, "there was no room for it");
    assert!(!ask(&beside(&tier), 1).await, "what it has can still be read");
}

#[tokio::test]
async fn whatever_else_lies_under_a_key_is_no_answer() {
    let server = TestRedis::start();
    let tier = connected(&config(&server)).await;
    ask(&beside(&tier), 1).await;
    tier.settled().await;
    let mut behind = behind(&server).await;
    let names: Vec<Vec<u8>> = redis::cmd("KEYS").arg("*").query_async(&mut behind).await.unwrap();
    for garbage in [Vec::new(), b"garbage".to_vec(), vec![0xff; 100_000]] {
        let _: () = redis::cmd("SET").arg(&names[0]).arg(garbage).query_async(&mut behind).await.unwrap();
        assert!(ask(&beside(&tier), 1).await);
        tier.settled().await;
        assert!(!ask(&beside(&tier), 1).await, "and it is put right");
    }
    let _: () = redis::cmd("DEL").arg(&names[0]).query_async(&mut behind).await.unwrap();
    let _: () = redis::cmd("LPUSH").arg(&names[0]).arg("a list").query_async(&mut behind).await.unwrap();
    assert!(ask(&beside(&tier), 1).await);
}

#[tokio::test]
async fn more_than_the_queue_holds_is_dropped_and_nobody_waits() {
    let mut server = TestRedis::start();
    let config = RedisConfig { queue_limit: 4, queue_limit_bytes: 1_000, ..config(&server) };
    let tier = connected(&config).await;
    // Nothing is taken out of the queue as long as this task does not wait.
    for number in 0..100 {
        tier.put(&key(number), vec![b'x'; 300], HOUR);
    }
    tier.put(&key(1_000), vec![b'x'; 2_000], HOUR);
    tier.settled().await;
    let mut behind = behind(&server).await;
    let count: u64 = redis::cmd("DBSIZE").query_async(&mut behind).await.unwrap();
    assert_eq!(count, 3, "three times 300 bytes are below the limit");
    tier.put(&key(2_000), vec![b'x'; 900], HOUR);
    tier.settled().await;
    assert!(tier.get(&key(2_000)).await.is_some(), "there is room again");
    server.kill();
}

/// Log lines, kept in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_once_without_the_password_and_costs_nothing() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let server = TestRedis::start_with(&["--requirepass", "right-sample"]);
    let with =
        |password: &str| RedisConfig { url: format!("{}?pass={password}", server.url()).into(), ..config(&server) };
    let wrong = Arc::new(RedisTier::start(&with("wrong-sample")).unwrap());
    let right = connected(&with("right-sample")).await;
    assert!(ask(&beside(&wrong), 1).await);
    assert!(ask(&beside(&right), 1).await);
    right.settled().await;
    assert!(!ask(&beside(&right), 1).await);
    let told = || String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    while !told().contains("cannot be reached") {
        tokio::task::yield_now().await;
    }
    let text = format!("{}{wrong:?}{:?}", told(), with("wrong-sample"));
    assert!(!text.contains("wrong-sample") && !text.contains("right-sample"), "{text}");
}
