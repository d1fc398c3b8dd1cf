//! Lists of networks from which requests may come.

use std::net::IpAddr;

use httpkit::client::Network;

/// A list of networks. An empty one lets everybody in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowList(Vec<Network>);

/// An entry that is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no network: expected an address or a range of addresses, such as 10.0.0.0/8 or fd00::/8")]
pub struct InvalidAllowEntry {
    /// What was written.
    pub text: String,
}

impl AllowList {
    /// Reads the entries.
    ///
    /// # Errors
    /// When one is no network: nothing is let in by a list that is not understood.
    pub fn parse<T: AsRef<str>>(entries: &[T]) -> Result<Self, InvalidAllowEntry> {
        let read = |text: &str| text.trim().parse().map_err(|_| InvalidAllowEntry { text: text.to_owned() });
        entries.iter().map(|text| read(text.as_ref())).collect::<Result<_, _>>().map(Self)
    }

    /// Whether requests from there may come in.
    #[must_use]
    pub fn allows(&self, address: IpAddr) -> bool {
        self.0.is_empty() || self.0.iter().any(|network| network.contains(address))
    }
}

impl From<Vec<Network>> for AllowList {
    fn from(networks: Vec<Network>) -> Self {
        Self(networks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_networks_are_let_in_and_an_empty_list_names_all() {
        let list = AllowList::parse(&["10.0.0.0/8", " 2001:db8::/32 "]).unwrap();
        let allows = |text: &str| list.allows(text.parse().unwrap());
        assert!(allows("10.1.2.3") && allows("::ffff:10.1.2.3") && allows("2001:db8::9"));
        assert!(!allows("11.0.0.1") && !allows("2001:db9::9"));
        assert!(AllowList::default().allows("8.8.8.8".parse().unwrap()));
    }

    #[test]
    fn a_list_that_is_not_understood_is_refused_whole() {
        let refused = AllowList::parse(&["10.0.0.0/8", "campus"]).unwrap_err();
        assert!(refused.to_string().starts_with("`campus` is no network"), "{refused}");
    }
}
