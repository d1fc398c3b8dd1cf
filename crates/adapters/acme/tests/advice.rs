//! What Debian's Pebble is too old for: an authority that advises when to renew (RFC 9773), and one that asks to be left
//! alone. It is a little model: it answers, and keeps what it was asked.
#![expect(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use acme::config::AcmeConfig;
use acme::issuer::AcmeIssuer;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clock::{Clock, SystemClock};
use platform::certificates::{Challenge, FailureKind, Issuer, Wanted};
use tls::acceptor::{Acceptor, AcceptorConfig};
use tls::certificate::PublicCertificate;
use tls::certificates::Certificates;
use tls::challenges::Challenges;
use tls::local_authority::LocalAuthority;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

struct Model {
    folder: PathBuf,
    port: u16,
    /// Paths, each with what was signed and sent.
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

impl Model {
    async fn start(name: &str, refusal: &'static str) -> Self {
        // Another test of this process may have done it.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let folder = std::env::temp_dir().join(format!("bt-acme-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let now = SystemClock.now();
        let authority = LocalAuthority::open(&folder, now).unwrap();
        let certificates = Certificates::new();
        certificates.replace(vec![authority.certificate(&["127.0.0.1".to_owned()], now).unwrap()]);
        let config = AcceptorConfig { offers_http_2: false, ..AcceptorConfig::default() };
        let acceptor = Acceptor::new(&certificates, &config).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let kept = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut stream = acceptor.accept(stream).await.unwrap();
                let (path, body) = read(&mut stream).await;
                let answer = answer(&path, port, refusal);
                kept.lock().unwrap().push((path, payload(&body)));
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        Self { folder, port, asked }
    }

    fn issuer(&self) -> AcmeIssuer {
        let directory = format!("https://127.0.0.1:{}/dir", self.port).parse().unwrap();
        let root_certificate = Some(self.folder.join("authority.pem"));
        let config = AcmeConfig { agrees_to_terms: true, root_certificate, ..AcmeConfig::new(directory) };
        let challenges = Challenges::open(&self.folder.join("challenges")).unwrap();
        AcmeIssuer::new(config, &self.folder.join("issuer"), challenges, None, Arc::new(SystemClock)).unwrap()
    }

    /// A certificate that names its authority's key.
    fn old_chain(&self) -> String {
        fs::read_to_string(self.folder.join("site.pem")).unwrap()
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

async fn read(stream: &mut (impl AsyncReadExt + Unpin)) -> (String, String) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return (head.split(' ').nth(1).unwrap().to_owned(), body.to_owned());
            }
        }
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "a whole request");
    }
}

/// What is inside of a signed request.
fn payload(body: &str) -> String {
    let Ok(signed) = serde_json::from_str::<serde_json::Value>(body) else { return String::new() };
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(signed["payload"].as_str().unwrap()).unwrap()).unwrap()
}

fn answer(path: &str, port: u16, refusal: &str) -> String {
    let here = format!("https://127.0.0.1:{port}");
    let (status, headers, body) = match path {
        "/dir" => (
            "200 OK",
            String::new(),
            format!(
                r#"{{"newNonce":"{here}/nonce","newAccount":"{here}/account","newOrder":"{here}/order","renewalInfo":"{here}/advice"}}"#
            ),
        ),
        "/account" => ("201 Created", format!("location: {here}/account/1\r\n"), "{}".to_owned()),
        "/order" => ("429 Too Many Requests", "retry-after: 7200\r\n".to_owned(), refusal.to_owned()),
        advice if advice.starts_with("/advice/") => (
            "200 OK",
            "retry-after: 21600\r\n".to_owned(),
            concat!(
                r#"{"suggestedWindow":{"start":"2026-12-01T00:00:00Z","end":"2026-12-03T00:00:00Z"},"#,
                r#""explanationURL":"https://example.edu/why"}"#
            )
            .to_owned(),
        ),
        _ => ("200 OK", String::new(), String::new()),
    };
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nreplay-nonce: n{length}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    )
}

#[tokio::test]
async fn the_authority_is_asked_about_this_certificate_and_its_advice_is_taken() {
    let model = Model::start("advice", "").await;
    let chain = model.old_chain();
    let advice = model.issuer().renewal_advice(&chain).await.unwrap().unwrap();
    assert_eq!(advice.window.start.to_string(), "2026-12-01T00:00:00Z");
    assert_eq!(advice.window.end.to_string(), "2026-12-03T00:00:00Z");
    assert_eq!(advice.explained_at.as_deref(), Some("https://example.edu/why"));
    let hours = advice.ask_again_after.as_secs() as f64 / 3600.0;
    assert!((5.9..=6.0).contains(&hours), "{hours}");
    let id = PublicCertificate::from_pem(&chain).unwrap().renewal_id().unwrap().to_owned();
    assert_eq!(model.asked.lock().unwrap().last().unwrap().0, format!("/advice/{id}"));
}

#[tokio::test]
async fn a_renewal_says_what_it_replaces_and_a_refusal_says_for_how_long() {
    let refusal = r#"{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many","status":429}"#;
    let model = Model::start("refusal", refusal).await;
    let chain = model.old_chain();
    let wanted = Wanted { id: "bt.test".into(), names: vec!["bt.test".parse().unwrap()], challenge: Challenge::Http01 };
    let failure = model.issuer().issue(&wanted, Some(&chain)).await.unwrap_err();
    assert_eq!((failure.kind, failure.retry_after), (FailureKind::RateLimited, Some(Duration::from_hours(2))));
    assert!(failure.says.contains("too many (rateLimited)"), "{}", failure.says);
    let id = PublicCertificate::from_pem(&chain).unwrap().renewal_id().unwrap().to_owned();
    let asked = model.asked.lock().unwrap().clone();
    let order = &asked.iter().find(|(path, _)| path == "/order").unwrap().1;
    assert!(order.contains(&format!(r#""replaces":"{id}""#)), "{order}");
}
