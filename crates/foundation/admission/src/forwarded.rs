//! Who asks, when a proxy that we trust asks for somebody: `X-Forwarded-For`, or `Forwarded` (RFC 7239).

use std::net::{IpAddr, SocketAddr};

use http::header::{FORWARDED, HeaderName};
use http::{HeaderMap, HeaderValue};
use httpkit::client::{ClientAddress, Network, along_the_chain, client_address};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// What clients send to look like somebody else to a service behind us.
const NEVER_PASSED_ON: [HeaderName; 6] = [
    FORWARDED,
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-server"),
    HeaderName::from_static("x-client-ip"),
    HeaderName::from_static("true-client-ip"),
];

/// Which header the trusted proxies write. Only one is read: a proxy that writes the one hands on whatever a client
/// wrote into the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedBy {
    /// `X-Forwarded-For`, as nearly all do.
    #[default]
    XForwardedFor,
    /// `Forwarded`, RFC 7239.
    Forwarded,
}

/// Proxies that are believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    /// Where they are.
    pub networks: Vec<Network>,
    /// What they write.
    pub header: ForwardedBy,
}

impl TrustedProxies {
    /// Who asks, when `peer` is at the other end of the connection.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        match self.header {
            _ if self.networks.is_empty() => ClientAddress(peer),
            ForwardedBy::XForwardedFor => client_address(peer, headers, &self.networks),
            ForwardedBy::Forwarded => {
                let lists = headers.get_all(FORWARDED).iter();
                // One list that cannot be read makes all of what stands before it doubtful.
                let mut entries = Vec::new();
                for list in lists {
                    match list.to_str().ok().and_then(forwarded_for) {
                        Some(more) => entries.extend(more),
                        None => entries = vec![None],
                    }
                }
                along_the_chain(peer, entries.into_iter().rev(), &self.networks)
            }
        }
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(address))
    }
}

/// Tells a service behind us who asks, for which host, and whether by `https`; and takes away what the client claimed.
pub fn tell_upstream(headers: &mut HeaderMap, client: ClientAddress, scheme: &'static str, host: Option<&HeaderValue>) {
    for name in &NEVER_PASSED_ON {
        headers.remove(name);
    }
    match HeaderValue::try_from(client.0.to_canonical().to_string()) {
        Ok(address) => headers.insert(FORWARDED_FOR, address),
        Err(_) => headers.remove(FORWARDED_FOR),
    };
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static(scheme));
    match host {
        Some(host) => headers.insert(FORWARDED_HOST, host.clone()),
        None => headers.remove(FORWARDED_HOST),
    };
}

/// The `for` of each element of a `Forwarded` header, in order; `None` for one that is no address (`unknown`, `_hidden`)
/// or is missing. `None` for the whole when the header is not written as RFC 7239 says.
#[must_use]
pub fn forwarded_for(text: &str) -> Option<Vec<Option<IpAddr>>> {
    let mut rest = Cursor(text);
    let mut elements = Vec::new();
    loop {
        elements.push(rest.element()?);
        match rest.next() {
            None => return Some(elements),
            Some(',') => {}
            Some(_) => return None,
        }
    }
}

/// What is left to read.
struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.0.chars();
        let next = chars.next();
        self.0 = chars.as_str();
        next
    }

    fn skip_spaces(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    /// Pairs up to the next comma.
    #[expect(clippy::option_option, reason = "outside: whether it can be read; inside: whether it names an address")]
    fn element(&mut self) -> Option<Option<IpAddr>> {
        let mut found: Option<Option<IpAddr>> = None;
        loop {
            self.skip_spaces();
            if let Some((name, value)) = self.pair()? {
                let is_for = name.eq_ignore_ascii_case("for");
                if is_for && found.is_some() {
                    return None;
                }
                if is_for {
                    found = Some(node_address(&value));
                }
            }
            self.skip_spaces();
            match self.0.chars().next() {
                Some(';') => self.next(),
                None | Some(',') => return Some(found.flatten()),
                Some(_) => return None,
            };
        }
    }

    /// `token=value`; nothing between two semicolons is allowed too.
    #[expect(clippy::option_option, reason = "outside: whether it can be read; inside: whether there is one")]
    fn pair(&mut self) -> Option<Option<(String, String)>> {
        if self.0.is_empty() || self.0.starts_with([';', ',']) {
            return Some(None);
        }
        let name = self.token()?;
        if self.next() != Some('=') {
            return None;
        }
        let value = if self.0.starts_with('"') { self.quoted()? } else { self.token()? };
        Some(Some((name, value)))
    }

    fn token(&mut self) -> Option<String> {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        let end = self.0.find(|c| !is_token(c)).unwrap_or(self.0.len());
        let (token, rest) = self.0.split_at(end);
        self.0 = rest;
        (!token.is_empty()).then(|| token.to_owned())
    }

    fn quoted(&mut self) -> Option<String> {
        self.next();
        let mut value = String::new();
        loop {
            match self.next()? {
                '"' => return Some(value),
                '\\' => value.push(self.next()?),
                other => value.push(other),
            }
        }
    }
}

/// `192.0.2.7`, `192.0.2.7:4711`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn node_address(node: &str) -> Option<IpAddr> {
    if let Some(inner) = node.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inner.parse().ok().map(IpAddr::V6);
    }
    if let Ok(address) = node.parse::<std::net::Ipv4Addr>() {
        return Some(IpAddr::V4(address));
    }
    if let Ok(address) = node.parse::<SocketAddr>() {
        return Some(address.ip());
    }
    // A port may be hidden as a word.
    let (address, port) = node.rsplit_once(':')?;
    if !port.starts_with('_') {
        return None;
    }
    match address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => inner.parse().ok().map(IpAddr::V6),
        None => address.parse().ok().map(IpAddr::V4),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn read(text: &str) -> Option<Vec<Option<IpAddr>>> {
        forwarded_for(text)
    }

    #[test]
    fn the_examples_of_the_standard_are_read() {
        assert_eq!(read(r#"for="_gazonk""#), Some(vec![None]));
        assert_eq!(read(r#"For="[2001:db8:cafe::17]:4711""#), Some(vec![Some(ip("2001:db8:cafe::17"))]));
        assert_eq!(read("for=192.0.2.60;proto=http;by=203.0.113.43"), Some(vec![Some(ip("192.0.2.60"))]));
        let two = Some(vec![Some(ip("192.0.2.43")), Some(ip("198.51.100.17"))]);
        assert_eq!(read("for=192.0.2.43, for=198.51.100.17"), two);
        assert_eq!(read("for=192.0.2.43,for=\"198.51.100.17\";by=203.0.113.60;proto=http;host=example.com"), two);
        assert_eq!(read("for=unknown"), Some(vec![None]));
        assert_eq!(read(r#"for="192.0.2.43:_secret""#), Some(vec![Some(ip("192.0.2.43"))]));
        assert_eq!(read("proto=https"), Some(vec![None]), "an element without `for` is somebody unknown");
    }

    #[test]
    fn what_is_not_written_so_is_not_read_at_all() {
        for bad in [
            "192.0.2.43",
            "for",
            "for=",
            "for=[2001:db8::1]",
            r#"for="192.0.2.43"#,
            r#"for="a"b"#,
            "for=192.0.2.1 for=192.0.2.2",
            "for=192.0.2.1;for=192.0.2.2",
            "for =192.0.2.1",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    fn seen(header: ForwardedBy, lists: &[(&'static str, &str)]) -> IpAddr {
        let proxies = TrustedProxies { networks: vec!["10.0.0.0/8".parse().unwrap()], header };
        let mut headers = HeaderMap::new();
        for (name, list) in lists {
            headers.append(*name, HeaderValue::from_str(list).unwrap());
        }
        proxies.client(ip("10.0.0.1"), &headers).0
    }

    #[test]
    fn a_comma_in_quotes_does_not_add_an_entry() {
        let hidden = r#"for=1.1.1.1;by="a,for=9.9.9.9", for=198.51.100.7"#;
        assert_eq!(read(hidden), Some(vec![Some(ip("1.1.1.1")), Some(ip("198.51.100.7"))]));
    }

    #[test]
    fn only_the_header_of_our_proxies_is_believed() {
        let both = [("forwarded", "for=1.1.1.1"), ("x-forwarded-for", "198.51.100.7")];
        assert_eq!(seen(ForwardedBy::XForwardedFor, &both), ip("198.51.100.7"));
        assert_eq!(seen(ForwardedBy::Forwarded, &both), ip("1.1.1.1"));
    }

    #[test]
    fn a_chain_is_believed_as_far_as_its_writers_are_trusted() {
        let by = ForwardedBy::Forwarded;
        assert_eq!(seen(by, &[("forwarded", "for=1.1.1.1, for=198.51.100.7, for=10.0.0.2")]), ip("198.51.100.7"));
        let lists = [("forwarded", "for=1.1.1.1"), ("forwarded", "for=198.51.100.7"), ("forwarded", "for=10.0.0.2")];
        assert_eq!(seen(by, &lists), ip("198.51.100.7"));
        assert_eq!(seen(by, &[("forwarded", "for=1.1.1.1, for=_hidden, for=10.0.0.2")]), ip("10.0.0.2"));
        let broken = [("forwarded", "for=1.1.1.1"), ("forwarded", "for=\"")];
        assert_eq!(seen(by, &broken), ip("10.0.0.1"));
        assert_eq!(TrustedProxies::default().client(ip("10.0.0.1"), &HeaderMap::new()).0, ip("10.0.0.1"));
    }

    #[test]
    fn what_a_client_claims_of_itself_is_not_passed_on() {
        let mut headers = HeaderMap::new();
        for name in ["forwarded", "x-forwarded-for", "x-real-ip", "x-forwarded-host", "x-forwarded-proto"] {
            headers.append(name, HeaderValue::from_static("evil"));
            headers.append(name, HeaderValue::from_static("worse"));
        }
        let client = ClientAddress(ip("::ffff:192.0.2.7"));
        tell_upstream(&mut headers, client, "https", Some(&HeaderValue::from_static("example.org")));
        let mut left: Vec<String> =
            headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        left.sort();
        assert_eq!(left, ["x-forwarded-for: 192.0.2.7", "x-forwarded-host: example.org", "x-forwarded-proto: https"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = read(&text);
        }

        #[test]
        fn any_text_in_their_alphabet_is_read_or_refused(text in r#"[for=;,"\\ 1.:\[\]_a-]{0,40}"#) {
            let _ = read(&text);
        }

        #[test]
        fn every_address_is_read_back(addresses in prop::collection::vec(any::<SocketAddr>(), 1..6)) {
            let text: Vec<String> = addresses.iter().map(|address| format!("for=\"{address}\";proto=https")).collect();
            let expected = addresses.iter().map(|address| Some(address.ip())).collect();
            prop_assert_eq!(read(&text.join(", ")), Some(expected));
        }
    }
}
