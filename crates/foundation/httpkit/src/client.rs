//! Who asks: the address at the other end, or the one that a proxy we trust names for it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use http::{HeaderMap, HeaderName};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The longest chain of proxies that is followed. Whoever writes a longer list wants to be read for long.
const CHAIN_LIMIT: usize = 16;

/// One household or campus office is given a whole /64 of IPv6: below that, addresses are free for the asking.
const IPV6_GROUP_BITS: u8 = 64;

/// The address of who asks; in the extensions of each request that came through the listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// What limits count as one client: an IPv4 address, or a /64 of IPv6.
    #[must_use]
    pub fn group(self) -> ClientGroup {
        match self.0.to_canonical() {
            IpAddr::V4(address) => ClientGroup(IpAddr::V4(address)),
            IpAddr::V6(address) => {
                let network = u128::from(address) >> IPV6_GROUP_BITS << IPV6_GROUP_BITS;
                ClientGroup(IpAddr::V6(Ipv6Addr::from(network)))
            }
        }
    }
}

/// Addresses that count as one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientGroup(IpAddr);

impl ClientGroup {
    /// Stands for whoever has no address, as in tests without a socket.
    pub const UNKNOWN: Self = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));

    /// The addresses: a single one of IPv4, or a /64 of IPv6.
    #[must_use]
    pub fn network(self) -> Network {
        let bits = if self.0.is_ipv4() { FULL_BITS } else { IPV6_GROUP_BITS };
        Network { first: number(self.0), bits }
    }
}

impl fmt::Display for ClientGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.network().fmt(f)
    }
}

/// A range of addresses, as in `10.0.0.0/8`; a single one without the slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    first: u128,
    bits: u8,
}

/// IPv4 addresses are the last 32 bits of a /96 of IPv6.
const IPV4_BITS_BEFORE: u8 = 96;

const FULL_BITS: u8 = 128;

impl Network {
    /// Whether the address is in it.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        (number(address) ^ self.first) & mask(self.bits) == 0
    }

    /// The group of clients that it is, when it is exactly one.
    #[must_use]
    pub fn as_group(self) -> Option<ClientGroup> {
        let group = ClientAddress(IpAddr::V6(Ipv6Addr::from(self.first))).group();
        (group.network() == self).then_some(group)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = IpAddr::V6(Ipv6Addr::from(self.first)).to_canonical();
        let (before, most) =
            if first.is_ipv4() && self.bits >= IPV4_BITS_BEFORE { (IPV4_BITS_BEFORE, 32) } else { (0, FULL_BITS) };
        let bits = self.bits - before;
        let text = if bits == most { first.to_string() } else { format!("{first}/{bits}") };
        f.pad(&text)
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_ipv6_mapped()),
        IpAddr::V6(address) => u128::from(address),
    }
}

fn mask(bits: u8) -> u128 {
    u128::MAX.checked_shl(u32::from(128_u8.saturating_sub(bits))).unwrap_or(0)
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().map_err(|_| InvalidNetwork)?;
        let (before, most) = if address.is_ipv4() { (IPV4_BITS_BEFORE, 32) } else { (0, 128) };
        let bits = bits.map_or(Ok(most), |bits| bits.trim().parse().map_err(|_| InvalidNetwork))?;
        if bits > most {
            return Err(InvalidNetwork);
        }
        let bits = bits + before;
        Ok(Self { first: number(address) & mask(bits), bits })
    }
}

/// A text that is no range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidNetwork;

impl fmt::Display for InvalidNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an address or a range of addresses, such as 10.0.0.0/8 or fd00::/8")
    }
}

impl std::error::Error for InvalidNetwork {}

/// Who asks, when `peer` is at the other end of the connection.
///
/// Each proxy adds whom it saw at the end of `X-Forwarded-For`. So the list is read from its end, as long as the one
/// who wrote an entry is trusted; what stands before that may be invented by the client.
#[must_use]
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> ClientAddress {
    if trusted.is_empty() {
        return ClientAddress(peer);
    }
    // A list that is no text hides what stands before it: it counts as an entry that cannot be read.
    let lists: Vec<&str> =
        headers.get_all(FORWARDED_FOR).iter().map(|list| list.to_str().unwrap_or_default()).collect();
    let entries = lists.iter().rev().flat_map(|list| list.rsplit(','));
    along_the_chain(peer, entries.map(|entry| entry.trim().parse().ok()), trusted)
}

/// Who asks by a chain of proxies, read from its end: whom the proxy nearest to us saw comes first. An entry that is no
/// address is `None`, and whatever stands behind it is not believed.
pub fn along_the_chain(
    peer: IpAddr,
    entries_from_the_end: impl Iterator<Item = Option<IpAddr>>,
    trusted: &[Network],
) -> ClientAddress {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer;
    if !is_trusted(peer) {
        return ClientAddress(client);
    }
    for entry in entries_from_the_end.take(CHAIN_LIMIT) {
        let Some(address) = entry else { break };
        client = address;
        if !is_trusted(client) {
            break;
        }
    }
    ClientAddress(client)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn seen(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> IpAddr {
        let trusted: Vec<Network> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for list in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(list));
        }
        client_address(ip(peer), &headers, &trusted).0
    }

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        let holds = |network: &str, address: &str| network.parse::<Network>().unwrap().contains(ip(address));
        assert!(holds("10.0.0.0/8", "10.255.1.2") && !holds("10.0.0.0/8", "11.0.0.0"));
        assert!(holds("127.0.0.1", "127.0.0.1") && !holds("127.0.0.1", "127.0.0.2"));
        assert!(holds("10.1.0.0/16", "::ffff:10.1.2.3"), "IPv4 as seen by an IPv6 listener");
        assert!(holds("fd00::/8", "fd12::1") && !holds("fd00::/8", "fe80::1"));
        assert!(holds("::/0", "2001:db8::1") && holds("0.0.0.0/0", "8.8.8.8") && !holds("0.0.0.0/0", "2001:db8::1"));
        for bad in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/x", "localhost"] {
            assert_eq!(bad.parse::<Network>(), Err(InvalidNetwork), "{bad}");
        }
    }

    #[test]
    fn a_network_is_written_as_it_is_read() {
        for text in ["10.0.0.0/8", "192.0.2.7", "2001:db8::/64", "::1", "0.0.0.0/0", "::/0", "fd00::/8"] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), text);
        }
        assert_eq!("10.1.2.3/8".parse::<Network>().unwrap().to_string(), "10.0.0.0/8");
    }

    #[test]
    fn a_group_is_a_network_and_back() {
        for text in ["192.0.2.7", "2001:db8:1:2::9"] {
            let group = ClientAddress(ip(text)).group();
            assert!(group.network().contains(ip(text)));
            assert_eq!(group.network().as_group(), Some(group), "{text}");
        }
        for wider in ["192.0.2.0/24", "2001:db8::/48", "2001:db8::1"] {
            assert_eq!(wider.parse::<Network>().unwrap().as_group(), None, "{wider}");
        }
    }

    #[test]
    fn addresses_are_grouped_by_who_can_have_many_of_them() {
        let group = |text: &str| ClientAddress(ip(text)).group();
        assert_eq!(group("2001:db8:1:2:3::4"), group("2001:db8:1:2:ffff::"));
        assert_ne!(group("2001:db8:1:2::"), group("2001:db8:1:3::"));
        assert_ne!(group("192.0.2.1"), group("192.0.2.2"));
        assert_eq!(group("::ffff:192.0.2.1"), group("192.0.2.1"));
    }

    #[test]
    fn only_proxies_that_we_trust_are_believed() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"], &[]), ip("192.0.2.1"));
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"], &["10.0.0.0/8"]), ip("192.0.2.1"));
        assert_eq!(seen("10.0.0.1", &["198.51.100.7"], &["10.0.0.0/8"]), ip("198.51.100.7"));
        let chain = ["1.1.1.1, 198.51.100.7", "10.0.0.2"];
        assert_eq!(seen("10.0.0.1", &chain, &["10.0.0.0/8"]), ip("198.51.100.7"), "1.1.1.1 may be invented");
        assert_eq!(seen("10.0.0.1", &["198.51.100.7, nonsense"], &["10.0.0.0/8"]), ip("10.0.0.1"));
        assert_eq!(seen("10.0.0.1", &[], &["10.0.0.0/8"]), ip("10.0.0.1"));
    }
}
