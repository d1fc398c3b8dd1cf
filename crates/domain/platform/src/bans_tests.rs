//! The list of bans, told by what an operator would see in it.

use proptest::prelude::*;

use super::*;

const HOUR: i64 = 3_600;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn network(text: &str) -> BannedNetwork {
    text.parse().unwrap()
}

fn rule() -> BanRule {
    BanPolicy::default().rules[0].clone()
}

fn hours(ban: &Ban) -> i64 {
    (ban.until.unwrap().as_second() - ban.since.as_second()) / HOUR
}

#[test]
fn a_rule_that_counts_nothing_is_no_rule() {
    let counts = BanCounts { missing_pages: 0, wrong_passwords: 3, ..BanCounts::default() };
    let policy = BanPolicy::counting(counts);
    let rules: Vec<(&str, u32)> = policy.rules.iter().map(|rule| (rule.name.as_str(), rule.count)).collect();
    assert_eq!(rules, [("passwords", 3), ("hostile-input", 20), ("too-many-requests", 1_000)]);
}

#[test]
fn a_ban_doubles_up_to_a_day() {
    let (mut list, policy) = (BanList::default(), BanPolicy::default());
    let mut now = at(0);
    let mut lengths = Vec::new();
    for _ in 0..7 {
        let ban = list.ban_by_rule(network("192.0.2.7"), &rule(), &policy, now);
        lengths.push(hours(&ban));
        now = ban.until.unwrap();
    }
    assert_eq!(lengths, [1, 2, 4, 8, 16, 24, 24]);
    assert_eq!(list.bans.len(), 1, "one entry for each network");
}

#[test]
fn who_behaves_for_a_week_begins_anew() {
    let (mut list, policy) = (BanList::default(), BanPolicy::default());
    list.ban_by_rule(network("192.0.2.7"), &rule(), &policy, at(0));
    let within_the_week = list.clone().ban_by_rule(network("192.0.2.7"), &rule(), &policy, at(7 * 24 * HOUR));
    assert_eq!(hours(&within_the_week), 2);
    let after_it = list.ban_by_rule(network("192.0.2.7"), &rule(), &policy, at(8 * 24 * HOUR));
    assert_eq!(hours(&after_it), 1);
}

#[test]
fn who_is_out_stays_out_as_it_was() {
    let (mut list, policy) = (BanList::default(), BanPolicy::default());
    let by_hand = list.ban_by_hand(network("192.0.2.7"), None, "scraping\nfor weeks", at(0));
    assert_eq!(by_hand.reason, "scraping for weeks");
    assert_eq!(list.ban_by_rule(network("192.0.2.7"), &rule(), &policy, at(9)), by_hand);
}

#[test]
fn a_lifted_ban_is_forgiven() {
    let (mut list, policy) = (BanList::default(), BanPolicy::default());
    list.ban_by_rule(network("192.0.2.7"), &rule(), &policy, at(0));
    assert!(list.lift(network("192.0.2.7"), at(1)));
    assert!(!list.lift(network("192.0.2.7"), at(2)), "there is none any more");
    assert_eq!(list.in_force(at(2)).count(), 0);
    assert_eq!(hours(&list.ban_by_rule(network("192.0.2.7"), &rule(), &policy, at(3))), 1);
}

#[test]
fn a_ban_ends_by_itself() {
    let mut list = BanList::default();
    list.ban_by_hand(network("192.0.2.7"), Some(Duration::from_secs(60)), "", at(0));
    assert_eq!((list.in_force(at(59)).count(), list.in_force(at(60)).count()), (1, 0));
}

#[test]
fn the_list_never_grows_beyond_its_limit_and_keeps_a_persons_word() {
    let (mut list, policy) = (BanList::default(), BanPolicy::default());
    list.ban_by_hand(network("192.0.2.7"), None, "", at(0));
    for number in 0..u32::try_from(BAN_LIMIT + 5).unwrap() {
        let address = IpAddr::V4((0x0a00_0000 + number).into()).to_string();
        list.put(Ban { network: network(&address), ..list.bans[0].clone() }, at(1));
        list.bans.last_mut().unwrap().until = Some(later(at(1), policy.duration(0)));
    }
    assert_eq!(list.bans.len(), BAN_LIMIT);
    assert!(list.bans.iter().any(|ban| ban.network == network("192.0.2.7")));
    assert!(!list.bans.iter().any(|ban| ban.network == network("10.0.0.0")), "the oldest of them went first");
}

#[test]
fn a_network_is_read_strictly() {
    assert_eq!(network("198.51.100.77/24").to_string(), "198.51.100.0/24");
    assert_eq!(network("::ffff:192.0.2.7").to_string(), "192.0.2.7");
    assert_eq!(network("2001:db8:1:2:3::4").to_string(), "2001:db8:1:2::/64", "a household, not one of its addresses");
    assert_eq!(network("2001:db8::4/128").to_string(), "2001:db8::4");
    for (bad, why) in [
        ("0.0.0.0/0", "too wide"),
        ("10.0.0.0/7", "too wide"),
        ("::/0", "too wide"),
        ("10.0.0.0/33", "expected"),
        ("example.org", "expected"),
        ("", "expected"),
    ] {
        let refused = bad.parse::<BannedNetwork>().unwrap_err().to_string();
        assert!(refused.contains(why), "{bad}: {refused}");
    }
}

#[test]
fn the_list_is_kept_as_people_read_it() {
    let mut list = BanList::default();
    list.ban_by_rule(network("192.0.2.7"), &rule(), &BanPolicy::default(), at(0));
    let json = serde_json::to_string(&list).unwrap();
    assert!(json.contains(r#""network":"192.0.2.7""#) && json.contains(r#""by":{"rule":"passwords"}"#), "{json}");
    assert_eq!(serde_json::from_str::<BanList>(&json).unwrap(), list);
}

proptest! {
    #[test]
    fn every_network_is_written_as_it_is_read(address: IpAddr, bits in 19_u8..=32) {
        let network = network(&format!("{address}/{bits}"));
        prop_assert_eq!(network.to_string().parse::<BannedNetwork>().unwrap(), network);
    }

    #[test]
    fn no_ban_lasts_longer_than_the_longest(before: u32) {
        let policy = BanPolicy::default();
        let lasts = policy.duration(before);
        prop_assert!(lasts >= Duration::from_secs(3_600) && lasts <= Duration::from_secs(86_400));
    }
}

#[test]
fn a_range_covers_what_is_in_it_and_this_machine_is_known() {
    let range = |text: &str| text.parse::<BannedNetwork>().unwrap();
    assert!(range("198.51.100.0/24").covers(&range("198.51.100.7")));
    assert!(range("198.51.100.7").covers(&range("198.51.100.7")));
    for other in ["198.51.101.7", "198.51.0.0/16", "2001:db8::/64"] {
        assert!(!range("198.51.100.0/24").covers(&range(other)), "{other}");
    }
    assert!(range("127.0.0.1").is_loopback() && range("::1").is_loopback());
    assert!(!range("192.0.2.7").is_loopback() && !range("2001:db8::1").is_loopback());
}
