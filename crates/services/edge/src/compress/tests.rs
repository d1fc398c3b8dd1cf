//! Answers as browsers, caches and programs meet them.

use std::io::Read;

use http_body_util::{BodyExt, Full};
use proptest::prelude::*;

use super::*;

const TEXT: &str = "text/html; charset=utf-8";

fn answer(kind: &'static str, length: usize, more: &[(&'static str, &'static str)]) -> Response<Full<Bytes>> {
    let mut response =
        Response::new(Full::new(Bytes::from("course ".repeat(length / 7 + 1).as_bytes()[..length].to_vec())));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    for (name, value) in more {
        response.headers_mut().append(*name, HeaderValue::from_static(value));
    }
    response
}

async fn asked(response: Response<Full<Bytes>>, accepts: &'static str) -> (HeaderMap, Bytes) {
    let response = compressed(response, &Method::GET, Some(&HeaderValue::from_static(accepts))).await;
    assert_eq!(response.status(), StatusCode::OK);
    let (parts, body) = response.into_parts();
    (parts.headers, body.collect().await.unwrap().to_bytes())
}

fn unpacked(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        "gzip" => {
            flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
        }
        "br" => brotli::BrotliDecompress(&mut &bytes[..], &mut plain).unwrap(),
        "zstd" => plain = zstd::decode_all(bytes).unwrap(),
        other => panic!("{other}"),
    }
    plain
}

#[tokio::test]
async fn the_client_gets_what_it_likes_best() {
    for (accepts, expected) in [
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip;q=0.5, br;q=0.9", "br"),
        ("br;q=0.1, gzip;q=0.8, zstd;q=0", "gzip"),
        ("GZIP", "gzip"),
    ] {
        let (headers, body) = asked(answer(TEXT, 5_000, &[]), accepts).await;
        assert_eq!(headers[CONTENT_ENCODING], expected, "{accepts}");
        assert_eq!(headers[VARY], "accept-encoding");
        assert!(!headers.contains_key(CONTENT_LENGTH) && body.len() < 500);
        assert_eq!(unpacked(expected, &body), answer(TEXT, 5_000, &[]).collect().await.unwrap().to_bytes());
    }
}

#[tokio::test]
async fn who_accepts_nothing_gets_it_as_it_is() {
    for accepts in ["", "identity", "gzip;q=0", "deflate", "identity;q=0, *;q=0", "*;q=0", "nonsense;q=x"] {
        let (headers, body) = asked(answer(TEXT, 5_000, &[("etag", "\"a\"")]), accepts).await;
        assert!(!headers.contains_key(CONTENT_ENCODING), "{accepts}");
        assert_eq!((headers[CONTENT_LENGTH].to_str().unwrap(), body.len()), ("5000", 5_000));
        assert_eq!((headers[VARY].to_str().unwrap(), headers[ETAG].to_str().unwrap()), ("accept-encoding", "\"a\""));
    }
}

#[tokio::test]
async fn some_answers_are_never_touched() {
    for (response, why) in [
        (answer(TEXT, 1_023, &[]), "small"),
        (answer("image/png", 5_000, &[]), "no text"),
        (answer("application/octet-stream", 5_000, &[]), "no text"),
        (answer("text/event-stream", 5_000, &[]), "events"),
        (answer(TEXT, 5_000, &[("content-encoding", "br")]), "packed"),
        (answer(TEXT, 5_000, &[("content-range", "bytes 0-1/2")]), "a part"),
        (answer(TEXT, 5_000, &[("cache-control", "public, No-Transform")]), "forbidden"),
    ] {
        let before = response.headers().clone();
        let (headers, _) = asked(response, "gzip, br, zstd").await;
        assert_eq!(headers, before, "{why}");
    }
    let not_modified =
        Response::builder().status(304).header(CONTENT_TYPE, TEXT).body(Full::new(Bytes::new())).unwrap();
    let response = compressed(not_modified, &Method::GET, Some(&HeaderValue::from_static("gzip"))).await;
    assert!(!response.headers().contains_key(CONTENT_ENCODING));
}

#[tokio::test]
async fn kinds_of_text_are_known() {
    for kind in ["application/json", "application/problem+json", "image/svg+xml", "TEXT/CSS", "application/xml"] {
        assert!(asked(answer(kind, 5_000, &[]), "gzip").await.0.contains_key(CONTENT_ENCODING), "{kind}");
    }
}

#[tokio::test]
async fn a_head_promises_no_length_that_a_get_would_not_keep() {
    let head = compressed(answer(TEXT, 5_000, &[]), &Method::HEAD, Some(&HeaderValue::from_static("gzip"))).await;
    assert!(!head.headers().contains_key(CONTENT_ENCODING));
    assert_eq!(head.headers()[VARY], "accept-encoding");
}

#[tokio::test]
async fn a_strong_tag_becomes_weak_and_sums_of_the_bytes_go() {
    let more = [("etag", "\"a\""), ("content-digest", "sha-256=:x:"), ("accept-ranges", "bytes")];
    let (headers, _) = asked(answer(TEXT, 5_000, &more), "gzip").await;
    assert_eq!(headers[ETAG], "W/\"a\"");
    assert!(!headers.contains_key("content-digest") && !headers.contains_key("accept-ranges"));
    let (headers, _) = asked(answer(TEXT, 5_000, &[("etag", "W/\"a\"")]), "gzip").await;
    assert_eq!(headers[ETAG], "W/\"a\"");
}

#[tokio::test]
async fn what_the_answer_varies_by_is_kept() {
    let vary = async |more| {
        let (headers, _) = asked(answer(TEXT, 5_000, more), "gzip").await;
        headers.get_all(VARY).iter().map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(vary(&[("vary", "cookie")]).await, ["cookie", "accept-encoding"]);
    assert_eq!(vary(&[("vary", "Cookie, Accept-Encoding")]).await, ["Cookie, Accept-Encoding"]);
    assert_eq!(vary(&[("vary", "*")]).await, ["*"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever the client writes, it gets the same text, and only by an encoding that it named.
    #[test]
    fn any_wish_is_answered(accepts in "[a-z*]{0,3}(gzip|br|zstd|\\*|identity)?(;q=[0-9.]{0,4})?(, ?(gzip|br)(;q=0(\\.[0-9])?)?)?") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let header = HeaderValue::try_from(accepts.as_str()).unwrap();
        let response = runtime.block_on(compressed(answer(TEXT, 3_000, &[]), &Method::GET, Some(&header)));
        prop_assert_eq!(response.status(), StatusCode::OK);
        let encoding = response.headers().get(CONTENT_ENCODING).map(|encoding| encoding.to_str().unwrap().to_owned());
        let body = runtime.block_on(response.into_body().collect()).unwrap().to_bytes();
        let plain = match &encoding {
            Some(encoding) => {
                prop_assert!(accepts.contains(encoding.as_str()) || accepts.contains('*'), "{accepts}: {encoding}");
                unpacked(encoding, &body)
            }
            None => body.to_vec(),
        };
        prop_assert_eq!(plain.len(), 3_000);
    }
}
