//! Who may come in: by password, by network, by how often, and who a proxy says that it is.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use admission::forwarded::TrustedProxies;
use admission::passwords::{PasswordConfig, Passwords, password_line};
use admission::proxy_protocol::ProxyProtocol;
use admission::strikes::StrikeRule;
use clock::SystemClock;
use edge::bans::{BanConfig, Bans};
use httpkit::limits::{RateLimitConfig, RateLimits};
use platform::bans::{BanCounts, BanPolicy};
use platform::routes::Protection;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::world::{HOST, Memory, Server, World, config, status, this_machine};

/// `ana:correct horse battery` and `ana:wrong`, in base64.
const RIGHT: &str = "YW5hOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==";
const WRONG: &str = "YW5hOndyb25n";

fn request(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{headers}\r\n")
}

/// Asks until the protected route is in the table that the edge follows, which a request without anything is refused by.
async fn follows(world: &World, path: &str) {
    while status(&world.get(path).await) == 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_protected_path_asks_for_a_password_and_lets_in_by_the_right_one() {
    let file = std::env::temp_dir().join(format!("bt-edge-operators-{}", std::process::id()));
    fs::write(&file, password_line("ana", &"correct horse battery".to_owned().into()).unwrap()).unwrap();
    let server = Server::start("a").await;
    let lists = BTreeMap::from([("operators".to_owned(), file.clone())]);
    let world = World::admitting(config(), &[&server], |admission| {
        admission.passwords = Arc::new(Passwords::new(lists, PasswordConfig::default(), Arc::new(SystemClock)));
    })
    .await;
    world.protect("/logs", Protection { basic: Some("operators".to_owned()), networks: Vec::new() });
    follows(&world, "/logs").await;
    let asked = world.say(request("/logs", "")).await;
    assert_eq!(status(&asked), 401);
    assert!(asked.to_ascii_lowercase().contains("www-authenticate: basic"), "{asked}");
    let wrong = world.say(request("/logs", &format!("Authorization: Basic {WRONG}\r\n"))).await;
    assert_eq!(status(&wrong), 401, "{wrong}");
    let right = world.say(request("/logs", &format!("Authorization: Basic {RIGHT}\r\n"))).await;
    assert_eq!(status(&right), 200, "{right}");
    assert_eq!(status(&world.get("/logsx").await), 200, "another path");
    fs::remove_file(&file).unwrap();
}

#[tokio::test]
async fn who_goes_on_guessing_is_locked_out_with_words_of_its_own_and_then_banned() {
    let file = std::env::temp_dir().join(format!("bt-edge-guessed-{}", std::process::id()));
    fs::write(&file, password_line("ana", &"correct horse battery".to_owned().into()).unwrap()).unwrap();
    let server = Server::start("a").await;
    let lists = BTreeMap::from([("operators".to_owned(), file.clone())]);
    let lock_out = StrikeRule { count: 2, within: Duration::from_secs(900) };
    let limits = PasswordConfig { lock_out, ..PasswordConfig::default() };
    let policy = BanPolicy::counting(BanCounts { wrong_passwords: 4, ..BanCounts::default() });
    let banning = BanConfig { policy, loopback_too: true, ..BanConfig::default() };
    let world = World::admitting(config(), &[&server], |admission| {
        admission.passwords = Arc::new(Passwords::new(lists, limits, Arc::new(SystemClock)));
        (admission.bans, _) = Bans::new(banning, Arc::new(Memory::default()), Arc::new(SystemClock));
    })
    .await;
    world.protect("/logs", Protection { basic: Some("operators".to_owned()), networks: Vec::new() });
    follows(&world, "/logs").await;
    let wrong = request("/logs", &format!("Authorization: Basic {WRONG}\r\n"));
    assert_eq!([status(&world.say(&wrong).await), status(&world.say(&wrong).await)], [401, 401]);
    let locked = world.say(&wrong).await;
    assert_eq!(status(&locked), 429);
    assert!(locked.contains("<h1>Too many wrong passwords</h1>") && locked.contains("15 minutes"), "{locked}");
    assert!(locked.to_ascii_lowercase().contains("retry-after: 900"), "{locked}");
    assert_eq!(status(&world.say(&wrong).await), 429, "the fourth one is one too many");
    assert_eq!(status(&world.get("/").await), 403, "the client is out, also where no password is asked for");
    fs::remove_file(&file).unwrap();
}

#[tokio::test]
async fn a_network_is_let_in_by_the_word_of_a_trusted_proxy_and_of_nobody_else() {
    let server = Server::start("a").await;
    let only = Protection { basic: None, networks: vec!["10.0.0.0/8".to_owned()] };
    let forwarded = request("/campus", "X-Forwarded-For: 10.1.2.3\r\n");

    let stranger = World::with(&[&server]).await;
    stranger.protect("/campus", only.clone());
    follows(&stranger, "/campus").await;
    assert_eq!(status(&stranger.say(&forwarded).await), 403, "anybody can write a header");

    let mut trusting = config();
    trusting.trusted_proxies = TrustedProxies { networks: this_machine(), ..TrustedProxies::default() };
    let world = World::start(trusting, &[&server]).await;
    world.protect("/campus", only);
    follows(&world, "/campus").await;
    assert_eq!(status(&world.say(&forwarded).await), 200);
    assert_eq!(status(&world.say(request("/campus", "X-Forwarded-For: 192.0.2.1\r\n")).await), 403);
}

#[tokio::test]
async fn a_proxy_that_speaks_the_proxy_protocol_is_believed_and_must_speak_it() {
    let server = Server::start("a").await;
    let world = World::admitting(config(), &[&server], |admission| {
        admission.proxy_protocol = ProxyProtocol { trusted: this_machine(), ..ProxyProtocol::default() };
    })
    .await;
    world.protect("/campus", Protection { basic: None, networks: vec!["10.0.0.0/8".to_owned()] });
    let from = |client: &str| format!("PROXY TCP4 {client} 192.0.2.80 40000 80\r\n{}", request("/campus", ""));
    while status(&world.say(from("192.0.2.1")).await) == 200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(status(&world.say(from("192.0.2.1")).await), 403);
    assert_eq!(status(&world.say(from("10.1.2.3")).await), 200);
    let mut without = world.connect().await;
    without.write_all(request("/campus", "").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // Closed, or cut: what was sent is not read.
    let _ = without.read_to_end(&mut answer).await;
    assert_eq!(answer, b"", "a connection without the header is closed");
}

#[tokio::test]
async fn who_asks_too_often_is_told_how_long_to_wait() {
    let server = Server::start("a").await;
    let world = World::admitting(config(), &[&server], |admission| {
        let two = RateLimitConfig { requests_per_minute: 1, burst: 2, ..RateLimitConfig::default() };
        admission.limits = RateLimits::new("edge", two, Arc::new(SystemClock));
    })
    .await;
    assert_eq!([status(&world.get("/").await), status(&world.get("/").await)], [200, 200]);
    let refused = world.get("/").await;
    assert_eq!(status(&refused), 429);
    assert!(refused.to_ascii_lowercase().contains("retry-after: "), "{refused}");
    assert_eq!(server.requests(), 2);
}
