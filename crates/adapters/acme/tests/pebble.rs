//! Certificates from a real ACME authority that looks at a real name server, and at what the edge would answer.
#![expect(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use acme::config::{AcmeConfig, Directory, ExternalAccount};
use acme::dns_update::{DnsUpdate, DnsUpdateConfig};
use acme::issuer::AcmeIssuer;
use clock::SystemClock;
use kit::name_server::{KEY, KEY_NAME, NameServer, ZONE};
use kit::pebble::{EXTERNAL_KEY, Pebble, PebbleConfig};
use platform::certificates::{Challenge, DnsWriter, FailureKind, Issued, Issuer, Wanted};
use secrecy::SecretString;
use tls::acceptor::{Acceptor, AcceptorConfig};
use tls::certificate::Certificate;
use tls::certificates::Certificates;
use tls::challenges::Challenges;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// An authority, a name server, and an edge that answers challenges.
struct World {
    folder: PathBuf,
    names: NameServer,
    pebble: Pebble,
    challenges: Challenges,
}

#[derive(Clone, Copy)]
struct Mood {
    bad_nonces_percent: u8,
    believed_percent: u8,
    wants_external_account: bool,
    /// The edge answers HTTP-01 with something else.
    lies: bool,
}

const GOOD: Mood = Mood { bad_nonces_percent: 0, believed_percent: 0, wants_external_account: false, lies: false };

impl World {
    async fn new(name: &str, mood: Mood) -> Self {
        // Another test of this process may have done it.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let folder = std::env::temp_dir().join(format!("bt-acme-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let challenges = Challenges::open(&folder.join("challenges")).unwrap();
        let names = NameServer::start();
        let pebble = Pebble::start(PebbleConfig {
            http_port: answer_http(challenges.clone(), mood.lies).await,
            tls_port: answer_tls(challenges.clone()).await,
            name_server: names.address(),
            bad_nonces_percent: mood.bad_nonces_percent,
            believed_percent: mood.believed_percent,
            wants_external_account: mood.wants_external_account,
        });
        Self { folder, names, pebble, challenges }
    }

    fn config(&self) -> AcmeConfig {
        AcmeConfig {
            agrees_to_terms: true,
            contacts: vec!["ops@bt.example".to_owned()],
            root_certificate: Some(self.pebble.root()),
            order_limit: Duration::from_secs(60),
            ..AcmeConfig::new(self.pebble.directory().parse().unwrap())
        }
    }

    fn issuer_with(&self, config: AcmeConfig) -> AcmeIssuer {
        let dns = Arc::new(DnsUpdate::new(self.dns_config(), Arc::new(SystemClock)).unwrap());
        let folder = self.folder.join("issuer");
        AcmeIssuer::new(config, &folder, self.challenges.clone(), Some(dns), Arc::new(SystemClock)).unwrap()
    }

    fn issuer(&self) -> AcmeIssuer {
        self.issuer_with(self.config())
    }

    fn dns_config(&self) -> DnsUpdateConfig {
        let key = SecretString::from(KEY.to_owned());
        let mut config = DnsUpdateConfig::new(self.names.address(), ZONE.into(), KEY_NAME.into(), key);
        config.shown_limit = Duration::from_secs(2);
        config
    }

    fn orders(&self) -> Vec<PathBuf> {
        let folders = fs::read_dir(self.folder.join("issuer")).unwrap().flatten().map(|entry| entry.path());
        let files = folders.filter(|path| path.is_dir()).flat_map(|folder| fs::read_dir(folder).unwrap());
        files.flatten().map(|entry| entry.path()).filter(|path| path.to_string_lossy().contains(".order.")).collect()
    }

    fn pending_proofs(&self) -> usize {
        let count = |folder: &str| fs::read_dir(self.folder.join("challenges").join(folder)).unwrap().count();
        count("http-01") + count("tls-alpn-01")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What the edge does at port 80.
async fn answer_http(challenges: Challenges, lies: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 2048];
            let read = stream.read(&mut request).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&request[..read]).into_owned();
            let path = text.split(' ').nth(1).unwrap_or_default();
            let token = path.strip_prefix("/.well-known/acme-challenge/").unwrap_or_default();
            let body = match challenges.http_answer(token) {
                Some(_) if lies => "something.else".to_owned(),
                answer => answer.unwrap_or_default(),
            };
            let answer =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    port
}

/// What the edge does at port 443.
async fn answer_tls(challenges: Challenges) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = Acceptor::new(&Certificates::answering(challenges), &AcceptorConfig::default()).unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    port
}

fn wanted(id: &str, names: &[&str], challenge: Challenge) -> Wanted {
    Wanted { id: id.into(), names: names.iter().map(|name| name.parse().unwrap()).collect(), challenge }
}

fn site(challenge: Challenge) -> Wanted {
    wanted("bt.example", &["bt.example", "www.bt.example", "staging.bt.example"], challenge)
}

fn read(issued: &Issued) -> Certificate {
    Certificate::from_pem(&issued.chain_pem, issued.key.expose()).unwrap()
}

fn sorted(certificate: &Certificate) -> Vec<&str> {
    let mut names: Vec<&str> = certificate.names().iter().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn the_site_is_proven_by_http_and_by_tls() {
    let world = World::new("site", GOOD).await;
    let issuer = world.issuer();
    for challenge in [Challenge::Http01, Challenge::TlsAlpn01] {
        let issued = issuer.issue(&site(challenge), None).await.unwrap();
        let certificate = read(&issued);
        assert_eq!(sorted(&certificate), ["bt.example", "staging.bt.example", "www.bt.example"], "{challenge}");
        assert!(certificate.issuer().contains("Pebble"), "{}", certificate.issuer());
        assert_eq!(issued.chain_pem.matches("BEGIN CERTIFICATE").count(), 2, "with its chain");
        assert_eq!(world.pending_proofs(), 0, "the proofs are taken away");
    }
    assert_modes(&world.folder);
}

/// Nobody but the owner reads accounts, keys and proofs.
fn assert_modes(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let (path, mode) = (entry.path(), entry.metadata().unwrap().permissions().mode() & 0o777);
        if path.is_dir() {
            assert_eq!(mode, 0o700, "{}", path.display());
            assert_modes(&path);
        } else {
            assert_eq!(mode, 0o600, "{}", path.display());
        }
    }
}

#[tokio::test]
async fn a_wildcard_and_its_domain_are_proven_by_dns_at_once() {
    let world = World::new("dns", GOOD).await;
    let wanted = wanted("_wildcard.bt.example", &["*.bt.example", "bt.example"], Challenge::Dns01);
    let issued = world.issuer().issue(&wanted, None).await.unwrap();
    assert_eq!(sorted(&read(&issued)), ["*.bt.example", "bt.example"]);
    // Both records had the same name, and both are gone: what is gone cannot be shown.
    let dns = DnsUpdate::new(world.dns_config(), Arc::new(SystemClock)).unwrap();
    dns.remove_txt("_acme-challenge.bt.example", "not there").await.unwrap();
}

#[tokio::test]
async fn every_second_nonce_may_be_bad() {
    let world = World::new("nonces", Mood { bad_nonces_percent: 50, believed_percent: 50, ..GOOD }).await;
    let issuer = world.issuer();
    for challenge in [Challenge::Http01, Challenge::TlsAlpn01, Challenge::Dns01] {
        let issued = issuer.issue(&site(challenge), None).await.unwrap();
        assert_eq!(read(&issued).names().len(), 3, "{challenge}");
        fs::remove_file(&world.orders()[0]).unwrap();
    }
}

#[tokio::test]
async fn a_wrong_answer_is_told_in_the_authoritys_words_and_leaves_nothing() {
    let world = World::new("wrong", Mood { lies: true, ..GOOD }).await;
    let failure = world.issuer().issue(&site(Challenge::Http01), None).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Validation);
    assert!(failure.says.contains("bt.example: ") && failure.says.contains("something.else"), "{}", failure.says);
    assert_eq!((world.pending_proofs(), world.orders().len()), (0, 0));
}

#[tokio::test]
async fn an_authority_that_is_away_or_forgot_us_is_asked_again() {
    let mut world = World::new("away", GOOD).await;
    let issuer = world.issuer();
    let first = issuer.issue(&site(Challenge::Http01), None).await.unwrap();
    world.pebble.stop();
    let failure = issuer.issue(&site(Challenge::Http01), Some(&first.chain_pem)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable);
    assert!(failure.says.starts_with("cannot reach https://127.0.0.1:"), "{}", failure.says);
    // It comes back and knows neither the account nor the order.
    world.pebble.start_again();
    let second = issuer.issue(&site(Challenge::Http01), Some(&first.chain_pem)).await.unwrap();
    assert_ne!(read(&first).serial(), read(&second).serial());
}

#[tokio::test]
async fn an_order_that_was_cut_short_at_any_moment_goes_on_or_begins_anew() {
    let world = World::new("cut", GOOD).await;
    let issuer = world.issuer();
    let mut cuts = 0;
    // Longer and longer, until it is done: each call is dropped where it is, as by a killed process.
    let mut patience = Duration::from_millis(1);
    let issued = loop {
        let wanted = site(Challenge::Http01);
        match tokio::time::timeout(patience, issuer.issue(&wanted, None)).await {
            Ok(done) => break done.unwrap(),
            Err(_) => cuts += 1,
        }
        patience = patience * 5 / 4 + Duration::from_millis(2);
    };
    assert!(cuts > 3, "{cuts}");
    assert_eq!(read(&issued).names().len(), 3);
    assert_eq!(world.pending_proofs(), 0);
    // It came, and was lost before it was kept: it comes again, and costs no second order.
    let again = issuer.issue(&site(Challenge::Http01), None).await.unwrap();
    assert_eq!(read(&again), read(&issued));
    // When it is to be renewed, another one comes.
    let renewed = issuer.issue(&site(Challenge::Http01), Some(&issued.chain_pem)).await.unwrap();
    assert_ne!(read(&renewed), read(&issued));
}

#[tokio::test]
async fn a_trial_comes_before_the_first_real_order() {
    let world = World::new("trial", GOOD).await;
    let trial = World::new("trial-staging", Mood { lies: true, ..GOOD }).await;
    // One root vouches for both authorities.
    let roots = world.folder.join("roots.pem");
    let read_root = |world: &World| fs::read_to_string(world.pebble.root()).unwrap();
    fs::write(&roots, read_root(&world) + &read_root(&trial)).unwrap();
    let staging: Directory = trial.pebble.directory().parse().unwrap();
    let with_trial = |wanted_root: &Path| AcmeConfig {
        trial_directory: Some(staging.clone()),
        root_certificate: Some(wanted_root.to_owned()),
        ..world.config()
    };
    let failure = world.issuer_with(with_trial(&roots)).issue(&site(Challenge::Http01), None).await.unwrap_err();
    assert!(failure.says.starts_with("the trial failed: "), "{}", failure.says);
    assert_eq!(fs::read_dir(world.folder.join("issuer")).unwrap().count(), 1, "the real authority was not asked");
    // What was issued with the same names needs no trial to be renewed.
    let first = world.issuer().issue(&site(Challenge::Http01), None).await.unwrap();
    let issuer = world.issuer_with(with_trial(&roots));
    issuer.issue(&site(Challenge::Http01), Some(&first.chain_pem)).await.unwrap();
    let more = wanted("bt.example", &["bt.example", "more.bt.example"], Challenge::Http01);
    let failure = issuer.issue(&more, Some(&first.chain_pem)).await.unwrap_err();
    assert!(failure.says.starts_with("the trial failed: "), "{}", failure.says);
}

#[tokio::test]
async fn an_account_is_bound_to_another_one_where_that_is_wanted() {
    let world = World::new("external", Mood { wants_external_account: true, ..GOOD }).await;
    let refused = world.issuer().issue(&site(Challenge::Http01), None).await.unwrap_err();
    assert!(refused.says.contains("externalAccountRequired"), "{}", refused.says);
    let bound = ExternalAccount { key_id: "kid-1".into(), hmac_key: SecretString::from(EXTERNAL_KEY.to_owned()) };
    let issuer = world.issuer_with(AcmeConfig { external_account: Some(bound), ..world.config() });
    issuer.issue(&site(Challenge::Http01), None).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_done_is_said_before_anybody_is_asked() {
    let world = World::new("said", GOOD).await;
    let issuer = world.issuer_with(AcmeConfig { agrees_to_terms: false, ..world.config() });
    let refused = issuer.issue(&site(Challenge::Http01), None).await.unwrap_err();
    assert!(refused.says.contains("are not agreed to"), "{}", refused.says);
    let folder = world.folder.join("issuer");
    let challenges = world.challenges.clone();
    let issuer = AcmeIssuer::new(world.config(), &folder, challenges, None, Arc::new(SystemClock)).unwrap();
    let wildcard = wanted("_wildcard.bt.example", &["*.bt.example"], Challenge::Dns01);
    let refused = issuer.issue(&wildcard, None).await.unwrap_err();
    assert!(refused.says.contains("DNS is not set up"), "{}", refused.says);
    let by_http = wanted("_wildcard.bt.example", &["*.bt.example"], Challenge::Http01);
    let refused = issuer.issue(&by_http, None).await.unwrap_err();
    assert!(refused.says.contains("does not offer http-01"), "{}", refused.says);
    assert_eq!(issuer.renewal_advice("junk").await.unwrap(), None);
}

#[tokio::test]
async fn a_name_server_says_what_is_wrong_with_an_update() {
    let names = NameServer::start();
    let config = |key: &str, key_name: &str, zone: &str| {
        let key = SecretString::from(key.to_owned());
        DnsUpdateConfig::new(names.address(), zone.into(), key_name.into(), key)
    };
    let writer = |config| DnsUpdate::new(config, Arc::new(SystemClock)).unwrap();
    let says = async |config: DnsUpdateConfig, name: &str| {
        let error = writer(config).put_txt(name, "proof").await.unwrap_err();
        format!("{error}: {}", error.cause.as_ref().unwrap())
    };
    let name = "_acme-challenge.bt.example";
    let cases = [
        (config("b3RoZXI=", KEY_NAME, ZONE), name, "BADSIG"),
        (config(KEY, "unknown", ZONE), name, "BADKEY"),
        (config(KEY, KEY_NAME, "other.example"), "x.other.example", "NOTAUTH"),
        (config(KEY, KEY_NAME, ZONE), "x.other.example", "does not lie in the zone bt.example"),
    ];
    for (config, name, expected) in cases {
        let said = says(config, name).await;
        assert!(said.contains(expected), "{said}");
    }
    let good = writer(config(KEY, KEY_NAME, ZONE));
    good.put_txt(name, "one").await.unwrap();
    good.put_txt(name, "two").await.unwrap();
    good.remove_txt(name, "one").await.unwrap();
    let closed: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let said = says(DnsUpdateConfig { server: closed, ..config(KEY, KEY_NAME, ZONE) }, name).await;
    assert!(said.contains("cannot reach the DNS server 127.0.0.1:1"), "{said}");
    let elsewhere = DnsUpdateConfig { shown_by: vec![closed], ..config(KEY, KEY_NAME, ZONE) };
    assert!(says(elsewhere, name).await.contains("cannot reach"), "each server must show it");
    assert!(DnsUpdate::new(config("%%", KEY_NAME, ZONE), Arc::new(SystemClock)).is_err());
}
