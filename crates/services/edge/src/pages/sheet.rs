//! The files of the edge's own pages: the site's style sheet with what only these pages need, and the icon.

use std::io::Write;
use std::sync::LazyLock;

use design::assets::{ICON, STYLESHEET};
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue, Response};
use hyper::body::Bytes;

/// Everything below is the edge's own, at every host, before limits and bans: a page that says "too many" needs it too.
pub const PREFIX: &str = "/_edge/";

/// The icon. Its drawing may change, and then a browser has the old one for a day.
pub const ICON_PATH: &str = "/_edge/icon.svg";

const OWN_STYLES: &str = include_str!("edge.css");

/// Good enough: it is done once, at the first page, in some 10 ms.
const BROTLI_QUALITY: i32 = 9;
const BROTLI_BUFFER_BYTES: usize = 4096;
const BROTLI_WINDOW: i32 = 22;

struct Styles {
    path: String,
    identity: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

static STYLES: LazyLock<Styles> = LazyLock::new(|| {
    let identity = [STYLESHEET.identity, OWN_STYLES.as_bytes()].concat();
    let tag = httpkit::cache::entity_tag(&identity);
    let hash: String = tag.to_str().unwrap_or_default().chars().filter(char::is_ascii_hexdigit).collect();
    Styles {
        path: format!("{PREFIX}pages.{hash}.css"),
        gzip: gzip(&identity).unwrap_or_default().into(),
        brotli: brotli(&identity).unwrap_or_default().into(),
        identity: identity.into(),
    }
});

/// Where the style sheet is. Changes with its content.
pub fn path() -> &'static str {
    &STYLES.path
}

/// One of the files; `None` when there is none at the path.
pub fn file(path: &str, headers: &HeaderMap) -> Option<Response<Bytes>> {
    let accepts = |name: &str| accepts(headers, name);
    if path == ICON_PATH {
        return Some(answer(ICON.content_type, "public, max-age=86400", None, Bytes::from_static(ICON.identity)));
    }
    if path != STYLES.path {
        return None;
    }
    let (encoding, body) = if accepts("br") && !STYLES.brotli.is_empty() {
        (Some("br"), STYLES.brotli.clone())
    } else if accepts("gzip") && !STYLES.gzip.is_empty() {
        (Some("gzip"), STYLES.gzip.clone())
    } else {
        (None, STYLES.identity.clone())
    };
    Some(answer(STYLESHEET.content_type, "public, max-age=31536000, immutable", encoding, body))
}

fn answer(kind: &'static str, cache: &'static str, encoding: Option<&'static str>, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// Whether the encoding is named and not refused. Who names none gets the file as it is, which is never wrong.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lists = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|entry| {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
        let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let params =
        brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY, lgwin: BROTLI_WINDOW, ..Default::default() };
    let mut encoder = brotli::CompressorWriter::with_params(Vec::new(), BROTLI_BUFFER_BYTES, &params);
    encoder.write_all(bytes)?;
    encoder.flush()?;
    Ok(encoder.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn asked(accepts: &'static str) -> Response<Bytes> {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepts))]);
        file(path(), &headers).unwrap()
    }

    #[test]
    fn the_style_sheet_is_the_same_in_every_form() {
        let plain = asked("identity").into_body();
        let mut text = String::new();
        flate2::read::GzDecoder::new(asked("gzip, br;q=0").body().as_ref()).read_to_string(&mut text).unwrap();
        assert_eq!(text.as_bytes(), plain);
        let mut bytes = Vec::new();
        brotli::BrotliDecompress(&mut asked("gzip, deflate, br, zstd").body().as_ref(), &mut bytes).unwrap();
        assert_eq!(bytes, plain);
        assert!(text.contains("--page:") && text.contains(".status-part"), "the site's styles and our own");
    }

    #[test]
    fn nothing_else_is_there() {
        for path in ["/_edge/", "/_edge/x", "/_edge/pages.css", "/_edge/../icon.svg"] {
            assert!(file(path, &HeaderMap::new()).is_none(), "{path}");
        }
        assert!(file(ICON_PATH, &HeaderMap::new()).is_some());
    }
}
