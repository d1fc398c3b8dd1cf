//! The host that a request is for: the name without port, case and final dot.

/// The longest host name (RFC 1035).
const NAME_LIMIT: usize = 253;

/// A host's name in small letters, on the stack: requests are many.
#[derive(Clone, Copy)]
pub(crate) struct Host {
    bytes: [u8; NAME_LIMIT],
    length: u8,
}

impl Host {
    /// Reads `name`, `name:port`, `name.`, `[::1]:port`. `None` when it is none of these.
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        let name = without_port(text)?;
        let name = name.strip_suffix(b".").unwrap_or(name);
        if name.is_empty() || name.len() > NAME_LIMIT {
            return None;
        }
        let mut bytes = [0; NAME_LIMIT];
        let mut dots_are_apart = true;
        let mut before = b'.';
        for (to, &from) in bytes.iter_mut().zip(name) {
            *to = from.to_ascii_lowercase();
            dots_are_apart &= from != b'.' || before != b'.';
            before = from;
        }
        let length = u8::try_from(name.len()).ok()?;
        dots_are_apart.then_some(Self { bytes, length })
    }

    /// The name, in small letters.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }

    /// Whether it is a name that the world may know: no address, no `localhost`.
    pub(crate) fn is_public(&self) -> bool {
        let name = self.as_str();
        let last = name.rsplit('.').next().unwrap_or_default();
        name.contains('.')
            && !name.starts_with('[')
            && !matches!(last, "localhost" | "local" | "test" | "internal" | "invalid")
            && !last.bytes().all(|byte| byte.is_ascii_digit())
    }
}

fn without_port(text: &[u8]) -> Option<&[u8]> {
    if text.first() == Some(&b'[') {
        let end = text.iter().position(|&byte| byte == b']')?;
        let (address, port) = text.split_at(end + 1);
        let inside = std::str::from_utf8(&address[1..end]).ok()?;
        inside.parse::<std::net::Ipv6Addr>().ok()?;
        return is_port(port).then_some(address);
    }
    let end = text.iter().position(|&byte| byte == b':').unwrap_or(text.len());
    let (name, port) = text.split_at(end);
    (is_port(port) && name.iter().all(|&byte| is_of_name(byte))).then_some(name)
}

/// Nothing, or a colon with at most five digits behind it.
fn is_port(text: &[u8]) -> bool {
    match text {
        [] => true,
        [b':', digits @ ..] => digits.len() <= 5 && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

#[cfg(test)]
mod tests {
    use proptest::proptest;

    use super::*;

    fn name(text: &str) -> Option<String> {
        Host::read(text.as_bytes()).map(|host| host.as_str().to_owned())
    }

    #[test]
    fn case_port_and_final_dot_do_not_count() {
        for same in [
            "berkeleytime.com",
            "BerkeleyTime.COM",
            "berkeleytime.com:8080",
            "berkeleytime.com.",
            "berkeleytime.com.:443",
        ] {
            assert_eq!(name(same).as_deref(), Some("berkeleytime.com"), "{same}");
        }
        assert_eq!(name("[::1]:80").as_deref(), Some("[::1]"));
        assert_eq!(name("127.0.0.1:80").as_deref(), Some("127.0.0.1"));
        assert_eq!(name("xn--bcher-kva.example").as_deref(), Some("xn--bcher-kva.example"));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        let long = "a".repeat(254);
        for bad in [
            "",
            ".",
            ":80",
            "a b",
            "a/b",
            "a@b",
            "a..b",
            ".a",
            "a:b",
            "a:123456",
            "[::1",
            "[x]",
            "[::1]x",
            "bücher.example",
            "a,b",
            &long,
        ] {
            assert_eq!(name(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_names_are_public() {
        let is_public = |text: &str| Host::read(text.as_bytes()).unwrap().is_public();
        assert!(is_public("staging.berkeleytime.com"));
        for not in ["localhost", "127.0.0.1", "[::1]", "edge", "bt.localhost", "bt.test"] {
            assert!(!is_public(not), "{not}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            if let Some(host) = Host::read(&bytes) {
                assert!(!host.as_str().is_empty());
                assert_eq!(host.as_str(), host.as_str().to_ascii_lowercase());
                assert!(Host::read(host.as_str().as_bytes()).is_some_and(|again| again.as_str() == host.as_str()));
            }
        }
    }
}
