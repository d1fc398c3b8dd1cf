//! What the guard lets through, and what it refuses, however the bytes are divided into reads.

use proptest::prelude::*;

use super::*;

const LIMITS: HeadLimits = HeadLimits { head_bytes: 2_048, headers: 8, uri_bytes: 200 };

fn verdict(bytes: &[u8]) -> Result<(), Fault> {
    Guard::new(LIMITS).scan(bytes)
}

fn refused(text: &str) -> Fault {
    verdict(text.as_bytes()).expect_err(text)
}

const GOOD: [&str; 9] = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "GET /a?b=c HTTP/1.1\r\nHost:a\r\nX: \tb c\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET \nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\ncontent-length: 0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\n\n\n\r\n\0\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nA;x=y\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
];

#[test]
fn what_is_well_formed_passes() {
    for good in GOOD {
        assert_eq!(verdict(good.as_bytes()), Ok(()), "{good:?}");
    }
}

#[test]
fn every_trick_has_its_name() {
    let post = |rest: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{rest}");
    let chunked = |rest: &str| post(&format!("Transfer-Encoding: chunked\r\n\r\n{rest}"));
    let cases = [
        ("GET /\r\n".to_owned(), Fault::NoVersion),
        ("GET / HTTP/1.1\nHost: a\n\n".to_owned(), Fault::BareLf),
        ("GET / HTTP/2.0\r\n".to_owned(), Fault::Version),
        ("GET  / HTTP/1.1\r\n".to_owned(), Fault::RequestLine),
        ("\r\n\r\nGET / HTTP/1.1\r\n".to_owned(), Fault::RequestLine),
        ("G(T / HTTP/1.1\r\n".to_owned(), Fault::RequestLine),
        ("GET /a#b HTTP/1.1\r\n".to_owned(), Fault::Target),
        ("GET /\u{1} HTTP/1.1\r\n".to_owned(), Fault::Target),
        ("CONNECT a:80 HTTP/1.1\r\n".to_owned(), Fault::Method),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), Fault::Host),
        (post("Host: b\r\n\r\n"), Fault::Host),
        (post("X: a\r\n b\r\n"), Fault::Folded),
        (post("X : a\r\n"), Fault::SpaceBeforeColon),
        (post(": a\r\n"), Fault::Name),
        (post("X\0: a\r\n"), Fault::Name),
        (post("X: a\0b\r\n"), Fault::Value),
        (post("X: a\rY: b\r\n"), Fault::Value),
        (post("X\r\n"), Fault::NoColon),
        (post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"), Fault::LengthAndChunks),
        (post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"), Fault::LengthAndChunks),
        (post("Content-Length: 5\r\nContent-Length: 5\r\n\r\n"), Fault::TwoLengths),
        (post("Content-Length: 5, 5\r\n\r\n"), Fault::Length),
        (post("Content-Length: \r\n\r\n"), Fault::Length),
        (post("Content-Length: +5\r\n\r\n"), Fault::Length),
        (post("Content-Length: 0x5\r\n\r\n"), Fault::Length),
        (post("Content-Length: 99999999999999999999\r\n\r\n"), Fault::Length),
        (post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"), Fault::TransferEncoding),
        (post("Transfer-Encoding: identity\r\n\r\n"), Fault::TransferEncoding),
        (post("Transfer-Encoding: gzip, chunked\r\n\r\n"), Fault::TransferEncoding),
        (post("Transfer-Encoding: xchunked\r\n\r\n"), Fault::TransferEncoding),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(), Fault::TransferEncoding),
        (post("Upgrade: x\r\nContent-Length: 5\r\n\r\n"), Fault::UpgradeWithBody),
        (chunked("g\r\n"), Fault::ChunkSize),
        (chunked("\r\n"), Fault::ChunkSize),
        (chunked("-1\r\n"), Fault::ChunkSize),
        (chunked("0x5\r\n"), Fault::ChunkSize),
        (chunked("5 \r\n"), Fault::ChunkSize),
        (chunked("1234567890123456\r\n"), Fault::ChunkSize),
        (chunked("5;a\rb\r\n"), Fault::ChunkSize),
        (chunked("5;a\n"), Fault::BareLf),
        (chunked("5\n"), Fault::BareLf),
        (chunked(&format!("5;{}\r\n", "a".repeat(300))), Fault::ChunkSize),
        (chunked("5\r\nhelloX"), Fault::ChunkEnd),
        (chunked("5\r\nhello\n"), Fault::ChunkEnd),
        (chunked("0\r\nContent-Length: 5\r\n"), Fault::Trailer),
        (format!("GET /{} HTTP/1.1\r\n", "a".repeat(300)), Fault::UriTooLong),
        (format!("GET /{}", "a".repeat(300)), Fault::UriTooLong),
        (post(&format!("X: {}", "a".repeat(2_048))), Fault::HeadTooLarge),
        (post(&"X: a\r\n".repeat(9)), Fault::TooManyHeaders),
    ];
    for (text, fault) in cases {
        assert_eq!(refused(&text), fault, "{text:?}");
    }
}

#[test]
fn it_knows_whether_a_head_or_a_body_is_unfinished() {
    let mut guard = Guard::new(LIMITS);
    assert!(!guard.is_in_head() && !guard.is_in_body());
    guard.scan(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Le").unwrap();
    assert!(guard.is_in_head());
    guard.scan(b"ngth: 3\r\n\r\nab").unwrap();
    assert!(guard.is_in_body() && !guard.is_in_head());
    guard.scan(b"c").unwrap();
    assert!(!guard.is_in_head() && !guard.is_in_body());
}

proptest! {
    #[test]
    fn the_division_into_reads_changes_nothing(
        which in 0..GOOD.len(),
        noise in proptest::collection::vec((0_usize..200, proptest::num::u8::ANY), 0..3),
        cuts in proptest::collection::vec(1_usize..40, 1..12),
    ) {
        let mut bytes = GOOD[which].as_bytes().to_vec();
        for (place, byte) in noise {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        let whole = verdict(&bytes);
        let mut guard = Guard::new(LIMITS);
        let mut divided = Ok(());
        let mut rest: &[u8] = &bytes;
        let mut cuts = cuts.iter().cycle();
        while !rest.is_empty() && divided.is_ok() {
            let (read, later) = rest.split_at((*cuts.next().unwrap()).min(rest.len()));
            divided = guard.scan(read);
            rest = later;
        }
        prop_assert_eq!(whole, divided);
    }
}
