//! Sending a kept answer: what a browser, a script and a proxy get for the headers that they send.
#![expect(clippy::unwrap_used, reason = "the small functions of a test may fail it")]

use std::io::Read;
use std::sync::Arc;

use answers::answer::Answer;
use answers::draft::Draft;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt;
use httpkit::cache::CachePolicy;

const LONG: usize = 300_000;
const MIDDLE: usize = 5_000;
const SHORT: usize = 100;

fn text(bytes: usize) -> Vec<u8> {
    (0..).flat_map(|row| format!("{{\"course\":{row},\"open\":{}}},", row % 97).into_bytes()).take(bytes).collect()
}

fn answer(bytes: usize) -> Arc<Answer> {
    let moment = "2026-11-22T10:00:00.9Z".parse().unwrap();
    Arc::new(Answer::finish(Draft::json(text(bytes)).last_modified(moment)))
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let pair =
        |(name, value): &(&'static str, &str)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    pairs.iter().map(pair).collect()
}

async fn get(answer: &Arc<Answer>, pairs: &[(&'static str, &str)]) -> Response {
    answer.respond(&Method::GET, &headers(pairs), CachePolicy::Private).await
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

async fn body(response: Response) -> Vec<u8> {
    response.into_body().collect().await.unwrap().to_bytes().to_vec()
}

async fn plain_body(response: Response) -> Vec<u8> {
    let encoding = header(&response, "content-encoding");
    let packed = body(response).await;
    let mut plain = Vec::new();
    match encoding.as_str() {
        "zstd" => plain = zstd::decode_all(&packed[..]).unwrap(),
        "br" => brotli::BrotliDecompress(&mut &packed[..], &mut plain).unwrap(),
        "gzip" => drop(flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut plain).unwrap()),
        _ => plain = packed,
    }
    plain
}

#[tokio::test]
async fn every_client_gets_the_same_content_in_an_encoding_that_it_takes() {
    for bytes in [LONG, MIDDLE] {
        let answer = answer(bytes);
        let wanted = [
            ("gzip, deflate, br, zstd", "zstd"),
            ("br, gzip;q=0.5", "br"),
            ("gzip", "gzip"),
            ("deflate", ""),
            ("gzip;q=0", ""),
            ("zstd;q=0.2, gzip;q=0.9", "gzip"),
        ];
        for (accept, encoding) in wanted {
            let response = get(&answer, &[("accept-encoding", accept)]).await;
            assert_eq!(header(&response, "content-encoding"), encoding, "{accept}");
            assert_eq!(header(&response, "vary"), "accept-encoding");
            assert_eq!(header(&response, "content-type"), "application/json");
            assert_eq!(header(&response, "cache-control"), "private, no-cache");
            let length: usize = header(&response, "content-length").parse().unwrap();
            assert_eq!(length < bytes, !encoding.is_empty(), "{accept}");
            assert_eq!(plain_body(response).await, text(bytes), "{accept}");
        }
    }
}

#[tokio::test]
async fn the_announced_length_is_the_length_that_comes() {
    for bytes in [LONG, MIDDLE, SHORT, 0] {
        for accept in ["zstd", "br", "gzip", ""] {
            let response = get(&answer(bytes), &[("accept-encoding", accept)]).await;
            let length = header(&response, "content-length");
            assert_eq!(length, body(response).await.len().to_string(), "{bytes} {accept}");
        }
    }
}

#[tokio::test]
async fn short_answers_are_sent_as_they_are_unless_the_client_refuses_that() {
    let answer = answer(SHORT);
    let response = get(&answer, &[("accept-encoding", "gzip, br, zstd")]).await;
    assert_eq!(header(&response, "content-encoding"), "");
    assert_eq!(body(response).await, text(SHORT));
    let response = get(&answer, &[("accept-encoding", "identity;q=0, gzip")]).await;
    assert_eq!(header(&response, "content-encoding"), "gzip");
    assert_eq!(plain_body(response).await, text(SHORT));
}

#[tokio::test]
async fn a_client_that_refuses_everything_is_told_so() {
    for accept in ["*;q=0", "identity;q=0", "deflate, identity;q=0"] {
        for bytes in [LONG, SHORT] {
            let response = get(&answer(bytes), &[("accept-encoding", accept)]).await;
            assert_eq!(response.status(), StatusCode::NOT_ACCEPTABLE, "{accept}");
        }
    }
    let response = get(&answer(LONG), &[("accept-encoding", "*;q=0, identity;q=0.5")]).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_tag_is_strong_for_plain_bytes_and_weak_for_packed_ones() {
    let answer = answer(MIDDLE);
    let plain = header(&get(&answer, &[]).await, "etag");
    assert!(plain.starts_with('"') && plain.len() == 34, "{plain}");
    for accept in ["zstd", "br", "gzip"] {
        let packed = header(&get(&answer, &[("accept-encoding", accept)]).await, "etag");
        assert_eq!(packed, format!("W/{plain}"), "{accept}");
    }
    let other = Arc::new(Answer::finish(Draft::json(text(MIDDLE + 1))));
    assert_ne!(header(&get(&other, &[]).await, "etag"), plain);
}

#[tokio::test]
async fn who_has_it_already_gets_304_whatever_encoding_it_was() {
    let answer = answer(LONG);
    let tag = header(&get(&answer, &[]).await, "etag");
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", W/{tag}"), "*".to_owned()] {
        for accept in ["zstd", "gzip", ""] {
            let response = get(&answer, &[("if-none-match", &known), ("accept-encoding", accept)]).await;
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(header(&response, "etag").trim_start_matches("W/"), tag);
            assert_eq!(header(&response, "cache-control"), "private, no-cache");
            assert_eq!(header(&response, "vary"), "accept-encoding");
            assert!(header(&response, "content-type").is_empty() && header(&response, "content-encoding").is_empty());
            assert!(body(response).await.is_empty());
        }
    }
    for other in ["\"other\"", "", "W/\"\"", tag.trim_matches('"')] {
        assert_eq!(get(&answer, &[("if-none-match", other)]).await.status(), StatusCode::OK, "{other}");
    }
}

#[tokio::test]
async fn a_moment_serves_where_no_tag_is_sent() {
    let answer = answer(LONG);
    assert_eq!(header(&get(&answer, &[]).await, "last-modified"), "Sun, 22 Nov 2026 10:00:00 GMT");
    let known = ["Sun, 22 Nov 2026 10:00:00 GMT", "Sunday, 22-Nov-26 10:00:01 GMT", "Sun Nov 22 10:00:00 2026"];
    for since in known {
        let response = get(&answer, &[("if-modified-since", since)]).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{since}");
    }
    for since in ["Sun, 22 Nov 2026 09:59:59 GMT", "yesterday", ""] {
        assert_eq!(get(&answer, &[("if-modified-since", since)]).await.status(), StatusCode::OK, "{since}");
    }
    // The tag is the finer measure: the moment does not overrule it.
    let both = [("if-none-match", "\"other\""), ("if-modified-since", known[0])];
    assert_eq!(get(&answer, &both).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn head_gets_the_headers_and_post_is_always_answered() {
    let answer = answer(LONG);
    for accept in ["zstd", ""] {
        let asked = headers(&[("accept-encoding", accept)]);
        let head = answer.respond(&Method::HEAD, &asked, CachePolicy::Private).await;
        let get = answer.respond(&Method::GET, &asked, CachePolicy::Private).await;
        assert_eq!(head.headers(), get.headers());
        assert!(body(head).await.is_empty());
    }
    let post = answer.respond(&Method::POST, &headers(&[("if-none-match", "*")]), CachePolicy::NoStore).await;
    assert_eq!((post.status(), header(&post, "cache-control")), (StatusCode::OK, "no-store".to_owned()));
}

#[tokio::test]
async fn an_answer_that_is_no_success_is_never_not_modified() {
    let draft = Draft { status: StatusCode::NOT_FOUND, ..Draft::json(text(SHORT)) };
    let answer = Arc::new(Answer::finish(draft));
    let response = get(&answer, &[("if-none-match", "*")]).await;
    assert_eq!((response.status(), body(response).await), (StatusCode::NOT_FOUND, text(SHORT)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_many_ask_for_at_once_is_made_once() {
    let answer = answer(LONG);
    let asked: Vec<_> = (0..64)
        .map(|_| {
            let answer = answer.clone();
            tokio::spawn(async move {
                let response = get(&answer, &[("accept-encoding", "gzip")]).await;
                response.into_body().collect().await.unwrap().to_bytes()
            })
        })
        .collect();
    let mut places = Vec::new();
    for each in asked {
        places.push(each.await.unwrap().as_ptr() as usize);
    }
    places.dedup();
    assert_eq!(places.len(), 1, "all are sent the very same bytes in memory");
}
