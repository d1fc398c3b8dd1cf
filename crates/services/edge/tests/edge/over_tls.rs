//! The door of https: what is spoken there, and what is said to who speaks something else.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Version};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::world::{HOST, PATIENCE, Server, World, config, say, status};

async fn connect(world: &World, protocol: &str) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(world.certificate.clone())).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut client = builder.with_root_certificates(roots).with_no_client_auth();
    client.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let stream = TcpStream::connect(world.https).await.unwrap();
    TlsConnector::from(Arc::new(client)).connect(ServerName::try_from(HOST).unwrap(), stream).await.unwrap()
}

#[tokio::test]
async fn both_versions_of_http_are_spoken_and_browsers_are_told_to_stay() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut stream = connect(&world, "http/1.1").await;
    stream
        .write_all(format!("GET /seen HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"x-forwarded-proto\": \"https\""), "{answer}");
    // `.example` is a name that the world may know.
    assert!(answer.contains("\r\nstrict-transport-security: max-age="), "{answer}");

    let stream = connect(&world, "h2").await;
    let io = TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get(format!("https://{HOST}/")).body(Empty::<Bytes>::new()).unwrap();
    let response = sender.send_request(request).await.unwrap();
    assert_eq!(response.version(), Version::HTTP_2);
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "hello from a");
}

#[tokio::test]
async fn plain_requests_to_a_name_go_to_https_except_those_of_an_authority() {
    let server = Server::start("a").await;
    let mut config = config();
    config.redirect_to_https = true;
    config.https_port = 8443;
    let world = World::start(config, &[&server]).await;
    let answer = world.get("/a/b?c=d").await;
    assert_eq!(status(&answer), 308);
    assert!(answer.contains(&format!("\r\nlocation: https://{HOST}:8443/a/b?c=d\r\n")), "{answer}");
    let proof = world.get("/.well-known/acme-challenge/known").await;
    assert!(status(&proof) == 200 && proof.ends_with("proof"), "{proof}");
}

#[tokio::test]
async fn plain_http_and_junk_at_the_door_of_https_harm_nobody() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let answer = say(world.https, format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes()).await;
    assert!(status(&answer) == 400 && answer.contains("https://"), "{answer}");
    for junk in [&b"\x16\x03\x01\xff\xff"[..], b"\x00\x01\x02", b"\x80\x2e\x01\x00\x02", &[0x16; 4_096]] {
        let mut stream = TcpStream::connect(world.https).await.unwrap();
        stream.write_all(junk).await.unwrap();
        let _ = stream.shutdown().await;
        // An alert or nothing, and the end.
        let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await;
        assert!(ended.is_ok(), "the connection stays open after junk");
    }
    assert!(world.get("/").await.ends_with("hello from a"));
}
