//! The path of a request: as it is, to be corrected, or refused. One file must have one address, and no trick with dots
//! or slashes may lead past a route's protection.

/// What is to be done with a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PathVerdict {
    /// It goes on as it is.
    Clean,
    /// It is asked for at this address instead; without the query.
    Elsewhere(String),
    /// It is refused.
    Refused(PathFault),
}

/// What is wrong with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PathFault {
    #[error("the address does not begin with a slash")]
    NoSlash,
    #[error("the address has a byte that belongs into no address; encode it with %")]
    Byte,
    #[error("a % in the address is not followed by two hexadecimal digits")]
    Percent,
    #[error("the address has an encoded slash, backslash or control character in its path")]
    EncodedSlash,
    #[error("the address leads above the root")]
    AboveRoot,
}

/// Judges a path, without its query.
pub(crate) fn judge(path: &str) -> PathVerdict {
    if !path.starts_with('/') {
        return PathVerdict::Refused(PathFault::NoSlash);
    }
    match look(path.as_bytes()) {
        Ok(false) => PathVerdict::Clean,
        Ok(true) => corrected(path).map_or(PathVerdict::Refused(PathFault::AboveRoot), |better| {
            if better == path { PathVerdict::Clean } else { PathVerdict::Elsewhere(better) }
        }),
        Err(fault) => PathVerdict::Refused(fault),
    }
}

/// Whether there may be something to correct: a double slash, or a dot, plain or encoded, at the start of a segment.
fn look(path: &[u8]) -> Result<bool, PathFault> {
    let mut is_suspicious = false;
    let mut before = 0;
    let mut at = 0;
    while let Some(&byte) = path.get(at) {
        match byte {
            b'/' => is_suspicious |= before == b'/',
            b'.' => is_suspicious |= before == b'/',
            b'%' => {
                let code = decoded(path.get(at + 1), path.get(at + 2)).ok_or(PathFault::Percent)?;
                match code {
                    b'/' | b'\\' | ..=0x1f | 0x7f => return Err(PathFault::EncodedSlash),
                    b'.' => is_suspicious = true,
                    _ => {}
                }
                at += 2;
            }
            ..=0x20 | 0x7f.. | b'\\' | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#' | b'?' => {
                return Err(PathFault::Byte);
            }
            _ => {}
        }
        before = byte;
        at += 1;
    }
    Ok(is_suspicious)
}

fn decoded(high: Option<&u8>, low: Option<&u8>) -> Option<u8> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

/// The same place without `.`, `..` and empty segments; `None` when it lies above the root.
fn corrected(path: &str) -> Option<String> {
    let mut kept: Vec<&str> = Vec::new();
    let mut ends_open = false;
    for segment in path.split('/').skip(1) {
        ends_open = false;
        match dots(segment) {
            Some(0 | 1) => ends_open = true,
            Some(_) => {
                kept.pop()?;
                ends_open = true;
            }
            None => kept.push(segment),
        }
    }
    let mut better = String::with_capacity(path.len());
    for segment in &kept {
        better.push('/');
        better.push_str(segment);
    }
    if ends_open || kept.is_empty() {
        better.push('/');
    }
    Some(better)
}

/// How many dots a segment has that is nothing but at most two of them, plain or encoded.
fn dots(segment: &str) -> Option<usize> {
    let mut rest = segment;
    let mut count = 0;
    while !rest.is_empty() {
        rest = rest.strip_prefix('.').or_else(|| rest.strip_prefix("%2e")).or_else(|| rest.strip_prefix("%2E"))?;
        count += 1;
    }
    (count <= 2).then_some(count)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_paths_go_on_as_they_are() {
        for path in [
            "/",
            "/catalog",
            "/catalog/fall-2026/COMPSCI/61A",
            "/a/",
            "/a.css",
            "/.well-known/x",
            "/a%20b",
            "/..a",
            "/a..",
            "/~x",
            "/a;b=c,d",
        ] {
            assert_eq!(judge(path), PathVerdict::Clean, "{path}");
        }
    }

    #[test]
    fn dots_and_double_slashes_are_corrected() {
        let cases = [
            ("//", "/"),
            ("//evil.example", "/evil.example"),
            ("/a//b", "/a/b"),
            ("/a/../b", "/b"),
            ("/a/./b", "/a/b"),
            ("/a/b/..", "/a/"),
            ("/a/.", "/a/"),
            ("/api/%2e%2e/kibana", "/kibana"),
            ("/api/.%2E/kibana", "/kibana"),
            ("/a/../", "/"),
        ];
        for (path, better) in cases {
            assert_eq!(judge(path), PathVerdict::Elsewhere(better.to_owned()), "{path}");
        }
    }

    #[test]
    fn tricks_are_refused() {
        let cases = [
            ("", PathFault::NoSlash),
            ("*", PathFault::NoSlash),
            ("/..", PathFault::AboveRoot),
            ("/a/../../etc/passwd", PathFault::AboveRoot),
            ("/%2e%2e/x", PathFault::AboveRoot),
            ("/a%2fb", PathFault::EncodedSlash),
            ("/a%5cb", PathFault::EncodedSlash),
            ("/a%00", PathFault::EncodedSlash),
            ("/a%0d%0aX:y", PathFault::EncodedSlash),
            ("/a\\b", PathFault::Byte),
            ("/a b", PathFault::Byte),
            ("/ä", PathFault::Byte),
            ("/%", PathFault::Percent),
            ("/%g0", PathFault::Percent),
            ("/a%2", PathFault::Percent),
        ];
        for (path, fault) in cases {
            assert_eq!(judge(path), PathVerdict::Refused(fault), "{path}");
        }
    }

    proptest! {
        #[test]
        fn what_is_corrected_is_clean_and_stays_on_this_site(path in "(/|\\.|%2e|%2E|a|%20|b){0,24}") {
            let path = format!("/{path}");
            if let PathVerdict::Elsewhere(better) = judge(&path) {
                prop_assert_eq!(judge(&better), PathVerdict::Clean);
                prop_assert!(better.starts_with('/') && !better.starts_with("//"));
            }
        }

        #[test]
        fn a_clean_path_has_no_way_up(path in "/[ -~]{0,40}") {
            if judge(&path) == PathVerdict::Clean {
                let climbs = path.to_lowercase().replace("%2e", ".").split('/').any(|segment| segment == ".." || segment == ".");
                prop_assert!(!climbs && !path.contains("//") && !path.contains('\\'));
            }
        }
    }
}
