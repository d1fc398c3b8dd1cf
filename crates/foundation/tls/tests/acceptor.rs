//! Real handshakes between a rustls client and the acceptor.
#![expect(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tls::acceptor::{Acceptor, AcceptorConfig, TlsError, TlsStream};
use tls::certificate::Certificate;
use tls::certificates::{AnswersChallenge, Certificates};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio_rustls::TlsConnector;
use tokio_rustls::client;
use x509_parser::parse_x509_certificate;

/// Larger than a flight of a handshake.
const PIPE: usize = 64 * 1024;

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn issue(&self, names: &[&str]) -> Certificate {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &self.0).unwrap();
        Certificate::from_pem(&certificate.pem(), &key.serialize_pem()).unwrap()
    }

    fn client(&self, protocols: &[&str]) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(rustls::crypto::aws_lc_rs::default_provider().into());
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
        let mut config = builder.with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        config
    }
}

type Ends = (client::TlsStream<DuplexStream>, TlsStream<DuplexStream>);

async fn connect(acceptor: &Acceptor, config: ClientConfig, name: &str) -> Result<Ends, (String, TlsError)> {
    let (near, far) = duplex(PIPE);
    let connector = TlsConnector::from(Arc::new(config));
    let name = ServerName::try_from(name.to_owned()).unwrap();
    match tokio::join!(connector.connect(name, near), acceptor.accept(far)) {
        (Ok(client), Ok(server)) => Ok((client, server)),
        (client, Err(refused)) => Err((client.err().map(|error| error.to_string()).unwrap_or_default(), refused)),
        (Err(error), Ok(_)) => panic!("the client alone refused: {error}"),
    }
}

fn names_shown(client: &client::TlsStream<DuplexStream>) -> Vec<String> {
    let chain = client.get_ref().1.peer_certificates().unwrap();
    let (_, read) = parse_x509_certificate(&chain[0]).unwrap();
    let names = read.subject_alternative_name().unwrap().unwrap().value.general_names.clone();
    names.iter().map(|name| name.to_string().trim_start_matches("DNSName(").trim_end_matches(')').to_owned()).collect()
}

fn acceptor(certificates: &Certificates) -> Acceptor {
    Acceptor::new(certificates, &AcceptorConfig::default()).unwrap()
}

#[tokio::test]
async fn each_name_gets_its_certificate_and_unknown_names_the_first() {
    let authority = Authority::new();
    let certificates = Certificates::new();
    certificates.replace(vec![
        authority.issue(&["example.edu", "www.example.edu"]),
        authority.issue(&["*.example.edu"]),
        authority.issue(&["staging.example.edu"]),
    ]);
    let acceptor = acceptor(&certificates);
    let cases = [
        ("example.edu", "example.edu"),
        ("WWW.Example.edu", "example.edu"),
        ("staging.example.edu", "staging.example.edu"),
        ("fix-42.example.edu", "*.example.edu"),
    ];
    for (asked, shown) in cases {
        let (client, _) = connect(&acceptor, authority.client(&[]), asked).await.unwrap();
        assert_eq!(names_shown(&client)[0], shown, "for {asked}");
    }
    for unknown in ["other.org", "a.b.example.edu"] {
        let (said, _) = connect(&acceptor, authority.client(&[]), unknown).await.unwrap_err();
        assert!(said.contains("not valid for name"), "{unknown}: {said}");
    }
    assert_eq!(certificates.find("x.example.edu").unwrap().names(), ["*.example.edu"]);
}

#[tokio::test]
async fn a_new_certificate_is_served_at_once_and_open_connections_go_on() {
    let authority = Authority::new();
    let certificates = Certificates::new();
    let old = authority.issue(&["example.edu"]);
    let new = authority.issue(&["example.edu", "www.example.edu"]);
    certificates.replace(vec![old]);
    let acceptor = acceptor(&certificates);
    let (mut client, mut server) = connect(&acceptor, authority.client(&[]), "example.edu").await.unwrap();
    certificates.replace(vec![new.clone()]);
    client.write_all(b"still here?").await.unwrap();
    let mut heard = [0; 11];
    server.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"still here?");
    let (client, _) = connect(&acceptor, authority.client(&[]), "example.edu").await.unwrap();
    assert_eq!(names_shown(&client), ["example.edu", "www.example.edu"]);
    assert_eq!(certificates.list(), [new]);
}

#[tokio::test]
async fn http_2_is_preferred_and_http_1_is_spoken_with_who_wants_it() {
    let authority = Authority::new();
    let certificates = Certificates::new();
    certificates.replace(vec![authority.issue(&["example.edu"])]);
    let acceptor = acceptor(&certificates);
    for (offered, is_http_2) in [(&["http/1.1", "h2"][..], true), (&["http/1.1"], false), (&[], false)] {
        let (_, server) = connect(&acceptor, authority.client(offered), "example.edu").await.unwrap();
        assert_eq!(server.is_http_2(), is_http_2, "{offered:?}");
        assert_eq!((server.server_name(), server.version()), (Some("example.edu"), "TLSv1.3"));
    }
    let (said, _) = connect(&acceptor, authority.client(&["spdy/1"]), "example.edu").await.unwrap_err();
    assert!(said.contains("NoApplicationProtocol"), "{said}");
}

struct Pending(&'static str, Certificate);

impl AnswersChallenge for Pending {
    fn answer(&self, name: &str) -> Option<Certificate> {
        (name == self.0).then(|| self.1.clone())
    }
}

#[tokio::test]
async fn a_certificate_authority_gets_its_proof_and_nobody_else_does() {
    let authority = Authority::new();
    let proof = authority.issue(&["example.edu"]);
    let site = authority.issue(&["example.edu", "other.edu"]);
    let certificates = Certificates::answering(Pending("example.edu", proof.clone()));
    certificates.replace(vec![site]);
    let acceptor = acceptor(&certificates);
    let (near, far) = duplex(PIPE);
    let connector = TlsConnector::from(Arc::new(authority.client(&["acme-tls/1"])));
    let connected = connector.connect(ServerName::try_from("example.edu").unwrap(), near);
    let (client, accepted) = tokio::join!(connected, acceptor.accept(far));
    let mut client = client.unwrap();
    assert_eq!(client.get_ref().1.alpn_protocol(), Some(&b"acme-tls/1"[..]));
    assert_eq!(names_shown(&client), proof.names());
    assert_eq!(accepted.unwrap_err().kind(), "challenge");
    assert_eq!(client.read(&mut [0; 8]).await.unwrap(), 0, "the connection is closed after the proof");

    // Nobody asked for a proof of this name: the site's certificate is not shown in its place.
    let (_, refused) = connect(&acceptor, authority.client(&["acme-tls/1"]), "other.edu").await.unwrap_err();
    assert_eq!(refused.kind(), "handshake");
    // A browser that happens to know the protocol gets the site.
    let (client, _) = connect(&acceptor, authority.client(&["acme-tls/1", "h2"]), "example.edu").await.unwrap();
    assert_eq!(names_shown(&client), ["example.edu", "other.edu"]);
}

#[tokio::test]
async fn what_is_not_tls_is_told_from_what_is_slow_and_what_is_refused() {
    let authority = Authority::new();
    let certificates = Certificates::new();
    let config = AcceptorConfig { handshake_limit: Duration::from_millis(20), ..AcceptorConfig::default() };
    let acceptor = Acceptor::new(&certificates, &config).unwrap();
    let (mut near, far) = duplex(PIPE);
    near.write_all(b"GET / HTTP/1.1\r\nhost: example.edu\r\n\r\n").await.unwrap();
    assert_eq!(acceptor.accept(far).await.unwrap_err().kind(), "not_tls");
    let (_near, far) = duplex(PIPE);
    assert_eq!(acceptor.accept(far).await.unwrap_err().kind(), "too_slow");
    let (near, far) = duplex(PIPE);
    drop(near);
    assert_eq!(acceptor.accept(far).await.unwrap_err().kind(), "handshake");
    let (_, refused) = connect(&acceptor, authority.client(&[]), "example.edu").await.unwrap_err();
    assert_eq!(refused.kind(), "handshake", "there is no certificate yet");
}

#[tokio::test]
async fn a_client_comes_back_by_its_ticket() {
    let authority = Authority::new();
    let certificates = Certificates::new();
    certificates.replace(vec![authority.issue(&["example.edu"])]);
    let acceptor = acceptor(&certificates);
    let config = authority.client(&["http/1.1"]);
    let (mut client, mut server) = connect(&acceptor, config.clone(), "example.edu").await.unwrap();
    server.write_all(b"x").await.unwrap();
    client.read_exact(&mut [0; 1]).await.unwrap();
    let (client, _) = connect(&acceptor, config, "example.edu").await.unwrap();
    assert_eq!(client.get_ref().1.handshake_kind(), Some(rustls::HandshakeKind::Resumed));
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let key = KeyPair::generate().unwrap();
    let other = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["example.edu".to_owned()]).unwrap().self_signed(&key).unwrap();
    let (chain, key) = (certificate.pem(), key.serialize_pem());
    let good = Certificate::from_pem(&chain, &key).unwrap();
    assert_eq!(CertificateDer::from(good.der()), *certificate.der());
    assert!(good.is_self_issued());
    let cases = [
        (chain.as_str(), other.serialize_pem(), "its key cannot be used with it"),
        ("", key.clone(), "there is no certificate in it"),
        (chain.as_str(), String::new(), "there is no private key in it"),
        ("-----BEGIN CERTIFICATE-----\n%%\n-----END CERTIFICATE-----\n", key.clone(), "its certificate cannot be read"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key, "is not written as X.509 wants it"),
    ];
    for (chain, key, says) in cases {
        let refused = Certificate::from_pem(chain, &key).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
}
