//! What lies on disk: certificates, proofs, and the local authority, which a real client must trust.
#![expect(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, ManualClock, SystemClock};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tls::acceptor::{Acceptor, AcceptorConfig};
use tls::certificates::{AnswersChallenge, Certificates};
use tls::challenges::Challenges;
use tls::folder::CertificateFolder;
use tls::interim::self_signed;
use tls::local_authority::LocalAuthority;
use tokio::io::duplex;
use tokio_rustls::TlsConnector;

/// A folder that is gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("bt-tls-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn names(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn made(names: &[&str]) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    (CertificateParams::new(names).unwrap().self_signed(&key).unwrap().pem(), key.serialize_pem())
}

async fn trusts(root_pem: &str, certificates: &Certificates, name: &str) -> Result<(), String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(root_pem.as_bytes()).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(rustls::crypto::aws_lc_rs::default_provider().into());
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
    let connector = TlsConnector::from(Arc::new(builder.with_no_client_auth()));
    let acceptor = Acceptor::new(certificates, &AcceptorConfig::default()).unwrap();
    let (near, far) = duplex(64 * 1024);
    let connected = connector.connect(ServerName::try_from(name.to_owned()).unwrap(), near);
    let (client, _) = tokio::join!(connected, acceptor.accept(far));
    client.map(drop).map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_client_that_trusts_the_local_authority_trusts_this_machine() {
    let folder = Folder::new("authority");
    let now = SystemClock.now();
    let authority = LocalAuthority::open(&folder.0, now).unwrap();
    let hosts = names(&["localhost", "staging.localhost", "*.bt.test", "127.0.0.1", "::1"]);
    let certificates = Certificates::new();
    certificates.replace(vec![authority.certificate(&hosts, now).unwrap()]);
    for name in ["localhost", "staging.localhost", "fix-42.bt.test", "127.0.0.1", "::1"] {
        assert_eq!(trusts(authority.root_pem(), &certificates, name).await, Ok(()), "{name}");
    }
    assert_eq!(mode(&folder.0.join("authority.key")), 0o600);
    assert_eq!(mode(&folder.0), 0o700);
}

#[tokio::test]
async fn the_local_authority_can_vouch_for_nothing_else_even_when_its_key_is_stolen() {
    let folder = Folder::new("stolen");
    let now = SystemClock.now();
    let authority = LocalAuthority::open(&folder.0, now).unwrap();
    for name in ["berkeleytime.com", "10.0.0.1", "nottest", "localhost.evil.com"] {
        let refused = authority.certificate(&names(&[name]), now).unwrap_err().to_string();
        assert!(refused.contains("may not vouch for"), "{refused}");
    }
    // A thief does not ask first.
    let key = KeyPair::from_pem(&fs::read_to_string(folder.0.join("authority.key")).unwrap()).unwrap();
    let issuer = rcgen::Issuer::from_ca_cert_pem(authority.root_pem(), key).unwrap();
    for name in ["bank.example", "10.0.0.1"] {
        let leaf_key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(names(&[name])).unwrap().signed_by(&leaf_key, &issuer).unwrap();
        let chain = format!("{}{}", leaf.pem(), authority.root_pem());
        let certificates = Certificates::new();
        let forged = tls::certificate::Certificate::from_pem(&chain, &leaf_key.serialize_pem()).unwrap();
        certificates.replace(vec![forged]);
        let said = trusts(authority.root_pem(), &certificates, name).await.unwrap_err();
        assert!(said.contains("NameConstraintViolation"), "{name}: {said}");
    }
}

#[test]
fn the_local_certificate_is_kept_until_its_names_change_or_a_month_is_left() {
    let folder = Folder::new("renewed");
    let clock = ManualClock::new("2026-11-22T10:00:00Z".parse().unwrap());
    let authority = || LocalAuthority::open(&folder.0, clock.now()).unwrap();
    let hosts = names(&["localhost"]);
    let first = authority().certificate(&hosts, clock.now()).unwrap();
    assert_eq!(authority().certificate(&hosts, clock.now()).unwrap(), first);
    let wider = authority().certificate(&names(&["localhost", "a.localhost"]), clock.now()).unwrap();
    assert_ne!(wider, first);
    clock.advance(Duration::from_hours(24 * 59));
    assert_eq!(authority().certificate(&hosts, clock.now()).unwrap(), wider);
    clock.advance(Duration::from_hours(24 * 2));
    let renewed = authority().certificate(&hosts, clock.now()).unwrap();
    assert!(renewed.not_after() > wider.not_after());
    let old_root = authority().root_pem().to_owned();
    clock.advance(Duration::from_hours(24 * 3600));
    assert_ne!(authority().root_pem(), old_root, "an authority at its end is replaced");
    assert_ne!(authority().certificate(&hosts, clock.now()).unwrap(), renewed);
}

#[test]
fn a_certificate_and_its_key_are_replaced_together_and_a_bad_one_hides_no_other() {
    let place = Folder::new("folder");
    let folder = CertificateFolder::open(&place.0).unwrap();
    let before = folder.mark().unwrap();
    let (chain, key) = made(&["example.edu"]);
    let stored = folder.store("example.edu", &chain, &key).unwrap();
    let mark = folder.mark().unwrap();
    assert_ne!(mark, before);
    assert_eq!(folder.chain_pem("example.edu").unwrap().unwrap().trim(), chain.trim());
    assert_eq!(mode(&place.0.join("issued/example.edu.pem")), 0o600);
    let (_, other_key) = made(&["example.edu"]);
    let refused = folder.store("example.edu", &chain, &other_key).unwrap_err().to_string();
    assert!(refused.ends_with("issued/example.edu.pem cannot be served"), "{refused}");
    assert_eq!(folder.mark().unwrap(), mark, "the good one stands");
    fs::write(place.0.join("issued/broken.pem"), "junk").unwrap();
    let loaded = folder.load().unwrap();
    assert_eq!(loaded.certificates, [("example.edu".to_owned(), stored)]);
    assert_eq!(loaded.unusable.len(), 1);
    for name in ["", "../evil", ".hidden", "a/b", "A", &"x".repeat(201)] {
        assert!(folder.store(name, &chain, &key).is_err(), "{name}");
    }
    folder.remove("example.edu").unwrap();
    assert!(folder.load().unwrap().certificates.is_empty());
}

#[test]
fn one_leads_at_a_time() {
    let place = Folder::new("lead");
    let folder = CertificateFolder::open(&place.0).unwrap();
    let lead = folder.try_lead().unwrap();
    assert!(lead.is_some());
    assert!(folder.try_lead().unwrap().is_none());
    drop(lead);
    assert!(folder.try_lead().unwrap().is_some());
}

const TOKEN: &str = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";

#[test]
fn a_pending_proof_is_answered_by_every_process_until_it_is_taken_away() {
    let place = Folder::new("http");
    let challenges = Challenges::open(&place.0).unwrap();
    let other_process = Challenges::open(&place.0).unwrap();
    let answer = format!("{TOKEN}.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI");
    challenges.put_http(TOKEN, &answer).unwrap();
    assert_eq!(other_process.http_answer(TOKEN).as_deref(), Some(answer.as_str()));
    challenges.remove_http(TOKEN).unwrap();
    assert_eq!(other_process.http_answer(TOKEN), None);

    challenges.put_tls("Example.edu", &[7; 32]).unwrap();
    let proof = other_process.answer("example.edu").unwrap();
    assert_eq!(proof.names(), ["example.edu"]);
    let (_, read) = x509_parser::parse_x509_certificate(proof.der()).unwrap();
    let extension = read.extensions().iter().find(|one| one.oid.to_id_string() == "1.3.6.1.5.5.7.1.31").unwrap();
    assert!(extension.critical);
    assert_eq!(extension.value, [&[4, 32][..], &[7; 32]].concat(), "an octet string with the hash");
    challenges.remove_tls("example.edu").unwrap();
    assert_eq!(other_process.answer("example.edu"), None);
}

#[test]
fn no_token_and_no_name_leads_out_of_the_folder() {
    let place = Folder::new("tricks");
    let challenges = Challenges::open(&place.0.join("challenges")).unwrap();
    fs::write(place.0.join("secret-secret-secret"), "secret").unwrap();
    let long = "x".repeat(129);
    for token in [
        "",
        "short",
        "../../secret-secret-secret",
        "%2e%2e%2fsecret-secret",
        "a/b/c/d/e/f/g/h/i/j",
        "ä".repeat(20).as_str(),
        &long,
    ] {
        assert_eq!(challenges.http_answer(token), None, "{token}");
        let refused = challenges.put_http(token, &format!("{token}.x")).unwrap_err().to_string();
        assert!(refused.contains("token is none"), "{token}: {refused}");
    }
    assert!(challenges.put_http(TOKEN, "something else").is_err());
    assert!(challenges.put_http(TOKEN, &format!("{TOKEN}.<script>")).is_err());
    for name in ["", "..", "../x", "*.example.edu", "a..b", "a/b", &"x.".repeat(200)] {
        assert_eq!(challenges.answer(name), None, "{name}");
        assert!(challenges.put_tls(name, &[0; 32]).is_err(), "{name}");
    }
    assert!(challenges.put_tls("example.edu", &[0; 31]).is_err());
}

#[test]
fn what_a_killed_process_left_goes_after_a_day_and_the_number_is_limited() {
    let place = Folder::new("stale");
    let challenges = Challenges::open(&place.0).unwrap();
    for number in 0..250 {
        let token = format!("token-number-{number:05}");
        challenges.put_http(&token, &format!("{token}.x")).unwrap();
    }
    let refused = challenges.put_http(TOKEN, &format!("{TOKEN}.x")).unwrap_err().to_string();
    assert!(refused.contains("250 proofs wait"), "{refused}");
    let now = SystemClock.now();
    assert_eq!(challenges.remove_stale(now).unwrap(), 0);
    let tomorrow = now.checked_add(jiff::SignedDuration::from_hours(25)).unwrap();
    assert_eq!(challenges.remove_stale(tomorrow).unwrap(), 250);
    challenges.put_http(TOKEN, &format!("{TOKEN}.x")).unwrap();
}

#[test]
fn what_stands_in_names_the_hosts_and_says_that_it_is_nobodys() {
    let interim = self_signed(&names(&["example.edu", "*.example.edu"]), SystemClock.now()).unwrap();
    assert!(interim.is_self_issued() && interim.covers("x.example.edu"));
}
