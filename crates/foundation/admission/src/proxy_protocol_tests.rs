//! Headers as HAProxy writes them, and those that nobody should.

use proptest::prelude::*;

use super::*;

const PEER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), 999);

fn end(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// What is announced, and what is left in the stream for whoever reads next.
async fn announced(bytes: &[u8]) -> Result<(Announced, Vec<u8>), ProxyHeaderError> {
    let mut stream = bytes;
    let announced = read(&mut stream).await?;
    Ok((announced, stream.to_vec()))
}

fn block(command: u8, family: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = SIGNATURE.to_vec();
    bytes.extend([command, family]);
    bytes.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
    bytes.extend(body);
    bytes
}

fn between(source: &str, destination: &str) -> Announced {
    Announced::Client { source: end(source), destination: end(destination) }
}

#[tokio::test]
async fn a_line_is_read_and_nothing_beyond_it() {
    let (found, left) = announced(b"PROXY TCP4 192.0.2.7 192.0.2.1 51234 443\r\nGET / HTTP/1.1\r\n").await.unwrap();
    assert_eq!(found, between("192.0.2.7:51234", "192.0.2.1:443"));
    assert_eq!(left, b"GET / HTTP/1.1\r\n");
    let (found, _) = announced(b"PROXY TCP6 2001:db8::7 2001:db8::1 51234 443\r\n").await.unwrap();
    assert_eq!(found, between("[2001:db8::7]:51234", "[2001:db8::1]:443"));
    for unknown in ["PROXY UNKNOWN\r\nX", "PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\nX"] {
        assert_eq!(announced(unknown.as_bytes()).await.unwrap(), (Announced::Itself, b"X".to_vec()));
    }
}

#[tokio::test]
async fn a_block_is_read_and_nothing_beyond_it() {
    let mut body = vec![192, 0, 2, 7, 192, 0, 2, 1, 0xc8, 0x22, 0x01, 0xbb];
    body.extend([0x04, 0, 2, 1, 2]);
    let mut bytes = block(0x21, 0x11, &body);
    bytes.extend(b"\x16\x03\x01");
    let (found, left) = announced(&bytes).await.unwrap();
    assert_eq!(found, between("192.0.2.7:51234", "192.0.2.1:443"));
    assert_eq!(left, b"\x16\x03\x01", "remarks are passed over, TLS is left");
    assert_eq!(announced(&block(0x20, 0x00, &[])).await.unwrap().0, Announced::Itself, "a health check");
}

#[tokio::test]
async fn wrong_headers_are_refused() {
    let long_line = [b"PROXY UNKNOWN ".as_slice(), &[b'x'; 200], b"\r\n"].concat();
    let long_block = [&SIGNATURE[..], &[0x21, 0x11, 0xff, 0xff], &[0; 0xffff]].concat();
    for (bad, why) in [
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), "did not begin"),
        (b"PROXY TCP4 192.0.2.7 192.0.2.1 51234\r\n".to_vec(), "two ports"),
        (b"PROXY TCP4  192.0.2.7 192.0.2.1 51234 443\r\n".to_vec(), "two ports"),
        (b"PROXY TCP4 192.0.2.7 192.0.2.1 051234 443\r\n".to_vec(), "cannot be read"),
        (b"PROXY TCP4 192.0.2.7 192.0.2.1 +1234 443\r\n".to_vec(), "cannot be read"),
        (b"PROXY TCP4 192.0.2.7 192.0.2.1 65536 443\r\n".to_vec(), "cannot be read"),
        (b"PROXY TCP4 2001:db8::7 2001:db8::1 1 443\r\n".to_vec(), "cannot be read"),
        (b"PROXY TCP9 192.0.2.7 192.0.2.1 51234 443\r\n".to_vec(), "cannot be read"),
        (b"PROXY UNKNOWNX 1 2 3\r\n".to_vec(), "wrong"),
        (long_line, "too long"),
        (long_block, "too long"),
        (block(0x21, 0x11, &[1, 2, 3]), "cut off"),
        (block(0x21, 0x12, &[0; 12]), "not for TCP"),
        (block(0x31, 0x11, &[0; 12]), "neither a version"),
        (block(0x22, 0x11, &[0; 12]), "neither a version"),
        (SIGNATURE.to_vec(), "could not be read"),
        (b"PROXY TCP4 192.0.2.7".to_vec(), "could not be read"),
    ] {
        let refused = announced(&bad).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{:?}: {refused}", String::from_utf8_lossy(&bad[..bad.len().min(60)]));
    }
}

#[tokio::test]
async fn strangers_are_not_asked_and_trusted_ones_must_say_it() {
    let line: &[u8] = b"PROXY TCP4 192.0.2.7 192.0.2.1 51234 443\r\n";
    let nobody = ProxyProtocol::default();
    let mut stream = line;
    assert_eq!(nobody.client(&mut stream, PEER).await.unwrap(), PEER);
    assert_eq!(stream, line, "the lie is left for HTTP to refuse");
    let proxies = ProxyProtocol { trusted: vec!["10.0.0.0/8".parse().unwrap()], ..ProxyProtocol::default() };
    assert_eq!(proxies.client(&mut stream, PEER).await.unwrap(), end("192.0.2.7:51234"));
    let missing = proxies.client(&mut b"GET / HTTP/1.1\r\n\r\n".as_slice(), PEER).await;
    assert!(matches!(missing, Err(ProxyHeaderError::Missing)));
}

#[tokio::test(start_paused = true)]
async fn a_header_that_does_not_come_ends_the_connection() {
    let (mut near, _far) = tokio::io::duplex(64);
    let proxies = ProxyProtocol { trusted: vec!["10.0.0.0/8".parse().unwrap()], ..ProxyProtocol::default() };
    let refused = proxies.client(&mut near, PEER).await.unwrap_err();
    assert_eq!(refused.to_string(), "the header of the PROXY protocol did not arrive within 3 seconds");
}

proptest! {
    #[test]
    fn every_line_is_read_back(source: SocketAddr, destination_port: u16) {
        let family = if source.is_ipv4() { "TCP4" } else { "TCP6" };
        let ip = source.ip();
        let line = format!("PROXY {family} {ip} {ip} {} {destination_port}\r\n", source.port());
        // Without flow labels and scopes, which nobody announces.
        let source = SocketAddr::new(ip, source.port());
        let expected = Announced::Client { source, destination: SocketAddr::new(ip, destination_port) };
        prop_assert_eq!(parse_line(line.as_bytes()).unwrap(), expected);
        prop_assert!(line.len() <= LINE_LIMIT_BYTES);
    }

    #[test]
    fn any_line_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        let _ = parse_line(&bytes);
        let _ = parse_line(&[b"PROXY ", bytes.as_slice(), b"\r\n"].concat());
    }

    #[test]
    fn any_block_is_read_or_refused(command: u8, family: u8, bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse_block(command, family, &bytes);
        let _ = parse_block(0x21, 0x11, &bytes);
        let _ = parse_block(0x21, 0x21, &bytes);
    }
}
