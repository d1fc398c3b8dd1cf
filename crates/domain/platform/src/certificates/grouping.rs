//! Names into certificates.

use std::collections::BTreeSet;

use super::{Challenge, HostName, Wanted};

/// The profile `tlsserver` of Let's Encrypt takes 25 names, `classic` 100: 25 is right for both.
pub const NAMES_PER_CERTIFICATE: usize = 25;

/// How names may be proven here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Means {
    /// For names that are not wildcards.
    pub usual: Challenge,
    /// Whether records can be written into DNS.
    pub has_dns: bool,
}

/// The certificates that are wanted, and the names that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Grouped {
    /// In order.
    pub wanted: Vec<Wanted>,
    /// Each cannot be had without DNS.
    pub impossible: Vec<HostName>,
}

/// Puts names into certificates. `fixed` names change rarely and share certificates; each of `passing` (hosts of previews)
/// gets one of its own unless a wildcard covers it, so that its coming and going touches no other. Wildcards are kept apart
/// from the rest: when DNS is broken, the site's own names are still renewed.
#[must_use]
pub fn group(fixed: &[HostName], passing: &[HostName], means: Means) -> Grouped {
    let fixed: BTreeSet<&HostName> = fixed.iter().collect();
    let passing: BTreeSet<&HostName> = passing.iter().filter(|name| !fixed.contains(name)).collect();
    let (wildcards, plain): (Vec<&HostName>, Vec<&HostName>) = fixed.iter().partition(|name| name.is_wildcard());
    let mut grouped = Grouped::default();
    if means.usual == Challenge::Dns01 && !means.has_dns {
        grouped.impossible = fixed.iter().chain(&passing).map(|&name| name.clone()).collect();
        return grouped;
    }
    grouped.wanted = shared(&plain, means.usual);
    if means.has_dns {
        grouped.wanted.extend(shared(&wildcards, Challenge::Dns01));
    } else {
        grouped.impossible = wildcards.iter().map(|&name| name.clone()).collect();
    }
    for name in passing {
        let is_covered = means.has_dns && wildcards.iter().any(|wildcard| wildcard.covers(name));
        if name.is_wildcard() && !means.has_dns {
            grouped.impossible.push(name.clone());
        } else if !is_covered {
            let challenge = if name.is_wildcard() { Challenge::Dns01 } else { means.usual };
            grouped.wanted.push(Wanted { id: id(name, 0), names: vec![name.clone()], challenge });
        }
    }
    grouped
}

/// The shortest name first: it is what the certificate is called by, and mostly the domain itself.
fn shared(names: &[&HostName], challenge: Challenge) -> Vec<Wanted> {
    let mut names = names.to_vec();
    names.sort_by_key(|name| (name.as_str().len(), name.as_str()));
    let chunks = names.chunks(NAMES_PER_CERTIFICATE).enumerate();
    // Later certificates are named by the first name of all: a name more or less renames none.
    let called = |number: usize| names.first().map(|first| id(first, number)).unwrap_or_default();
    let wanted = chunks.map(|(number, chunk)| Wanted {
        id: called(number),
        names: chunk.iter().map(|&name| name.clone()).collect(),
        challenge,
    });
    wanted.collect()
}

/// The name of a file: no host has an underscore, so no two certificates share one.
fn id(first: &HostName, number: usize) -> String {
    let wildcard = if first.is_wildcard() { "_wildcard." } else { "" };
    let number = if number == 0 { String::new() } else { format!("_{}", number + 1) };
    // Below the limit of a file's name on every system; the longest hosts lose their tail, which is the shared part.
    let base: String = first.base().chars().take(180).collect();
    format!("{wildcard}{base}{number}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hosts(texts: &[&str]) -> Vec<HostName> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    const HTTP_AND_DNS: Means = Means { usual: Challenge::Http01, has_dns: true };
    const HTTP: Means = Means { usual: Challenge::Http01, has_dns: false };

    fn shown(grouped: &Grouped) -> Vec<String> {
        let wanted = grouped.wanted.iter();
        let line = |wanted: &Wanted| {
            let names: Vec<&str> = wanted.names.iter().map(HostName::as_str).collect();
            format!("{}: {} by {}", wanted.id, names.join(" "), wanted.challenge)
        };
        wanted.map(line).collect()
    }

    #[test]
    fn the_site_shares_one_and_the_wildcard_has_its_own() {
        let fixed = hosts(&["www.bt.edu", "staging.bt.edu", "bt.edu", "*.bt.edu", "BT.edu"]);
        let grouped = group(&fixed, &hosts(&["fix-42.bt.edu", "other.org"]), HTTP_AND_DNS);
        let expected = [
            "bt.edu: bt.edu www.bt.edu staging.bt.edu by http-01",
            "_wildcard.bt.edu: *.bt.edu by dns-01",
            "other.org: other.org by http-01",
        ];
        assert_eq!(shown(&grouped), expected);
        assert!(grouped.impossible.is_empty());
    }

    #[test]
    fn without_dns_previews_get_their_own_and_wildcards_are_impossible() {
        let grouped = group(&hosts(&["bt.edu", "*.bt.edu"]), &hosts(&["fix-42.bt.edu", "bt.edu"]), HTTP);
        assert_eq!(shown(&grouped), ["bt.edu: bt.edu by http-01", "fix-42.bt.edu: fix-42.bt.edu by http-01"]);
        assert_eq!(grouped.impossible, hosts(&["*.bt.edu"]));
        let by_dns = Means { usual: Challenge::Dns01, has_dns: false };
        assert_eq!(group(&hosts(&["bt.edu"]), &[], by_dns).impossible, hosts(&["bt.edu"]));
    }

    proptest! {
        #[test]
        fn each_name_is_in_exactly_one_certificate_and_none_is_too_large(
            labels in proptest::collection::btree_set("[a-z]{1,6}", 0..80),
            wild in proptest::collection::btree_set("[a-z]{1,3}", 0..5),
        ) {
            let plain = labels.iter().map(|label| format!("{label}.edu"));
            let fixed: Vec<HostName> =
                plain.chain(wild.iter().map(|label| format!("*.{label}.org"))).map(|name| name.parse().unwrap()).collect();
            let grouped = group(&fixed, &[], HTTP_AND_DNS);
            let mut all: Vec<&HostName> = grouped.wanted.iter().flat_map(|wanted| &wanted.names).collect();
            prop_assert_eq!(all.len(), fixed.len());
            all.sort_unstable();
            all.dedup();
            prop_assert_eq!(all.len(), fixed.len());
            let ids: BTreeSet<&str> = grouped.wanted.iter().map(|wanted| wanted.id.as_str()).collect();
            prop_assert_eq!(ids.len(), grouped.wanted.len());
            for wanted in &grouped.wanted {
                prop_assert!(wanted.names.len() <= NAMES_PER_CERTIFICATE);
                let needs_dns = wanted.names.iter().any(HostName::is_wildcard);
                prop_assert_eq!(needs_dns, wanted.challenge == Challenge::Dns01);
            }
        }
    }
}
