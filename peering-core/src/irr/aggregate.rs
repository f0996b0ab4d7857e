//! Fewer entries for the same set of prefixes.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::PrefixEntry;

/// A range of lengths, both ends included.
type Lengths = (u8, u8);

/// The ranges of each prefix. A prefix is its address, leftmost bit first, and its length; so it stands right before
/// the prefixes that lie in it.
type Table = BTreeMap<(u128, u8), Vec<Lengths>>;

pub(super) fn aggregated(entries: &[PrefixEntry]) -> Vec<PrefixEntry> {
    let (mut ipv4, mut ipv6) = (Table::new(), Table::new());
    for entry in entries.iter().filter(|entry| !entry.lengths().is_empty()) {
        let (table, key) = match entry.prefix.trunc() {
            IpNet::V4(net) => (&mut ipv4, (u128::from(u32::from(net.addr())) << 96, net.prefix_len())),
            IpNet::V6(net) => (&mut ipv6, (u128::from(net.addr()), net.prefix_len())),
        };
        table.entry(key).or_default().push(entry.lengths().into_inner());
    }
    let ipv4 = reduced(ipv4).into_iter().filter_map(|(bits, length, lengths)| {
        let address = Ipv4Addr::from((bits >> 96) as u32);
        written(Ipv4Net::new(address, length).ok()?.into(), lengths)
    });
    let ipv6 = reduced(ipv6).into_iter().filter_map(|(bits, length, lengths)| {
        written(Ipv6Net::new(Ipv6Addr::from(bits), length).ok()?.into(), lengths)
    });
    ipv4.chain(ipv6).collect()
}

fn written(prefix: IpNet, (least, most): Lengths) -> Option<PrefixEntry> {
    PrefixEntry::within(prefix, least..=most)
}

fn reduced(table: Table) -> Vec<(u128, u8, Lengths)> {
    // What is covered goes first: left in, it could make two halves differ that are the same without it.
    let joined = without_covered(joined(without_covered(table)));
    let flat = |((bits, length), ranges): ((u128, u8), Vec<Lengths>)| {
        ranges.into_iter().map(move |range| (bits, length, range))
    };
    joined.into_iter().flat_map(flat).collect()
}

/// Leaves out every range that the prefixes above accept already.
fn without_covered(table: Table) -> Table {
    let mut kept = Table::new();
    // The prefixes above the one in hand, each with what it and those above it accept.
    let mut above: Vec<(u128, u8, Vec<Lengths>)> = Vec::new();
    for ((bits, length), mut ranges) in table {
        while above.last().is_some_and(|(outer, len, _)| (outer ^ bits) & mask(*len) != 0) {
            above.pop();
        }
        let accepted = above.last().map_or(&[][..], |(_, _, accepted)| accepted);
        merge(&mut ranges);
        ranges.retain(|(least, most)| !accepted.iter().any(|(from, to)| from <= least && most <= to));
        if ranges.is_empty() {
            continue;
        }
        let mut accepted = accepted.to_vec();
        accepted.extend_from_slice(&ranges);
        merge(&mut accepted);
        above.push((bits, length, accepted));
        kept.insert((bits, length), ranges);
    }
    kept
}

/// Gives to each prefix the ranges that both its halves have in common, from the longest prefixes up.
fn joined(table: Table) -> Table {
    let mut levels: BTreeMap<u8, BTreeMap<u128, Vec<Lengths>>> = BTreeMap::new();
    for ((bits, length), ranges) in table {
        levels.entry(length).or_default().insert(bits, ranges);
    }
    let mut joined = Table::new();
    while let Some((length, mut level)) = levels.pop_last() {
        let halves: Vec<u128> = if length == 0 { Vec::new() } else { level.keys().copied().collect() };
        // The bit in which the halves of a prefix differ.
        let half = mask(length) & !mask(length.saturating_sub(1));
        for left in halves.into_iter().filter(|bits| bits & half == 0) {
            let right = left | half;
            let Some(of_right) = level.get(&right) else { continue };
            let Some(of_left) = level.get(&left) else { continue };
            let is_common = |range: &Lengths| of_left.contains(range) && of_right.contains(range);
            let common: Vec<Lengths> = of_left.iter().copied().filter(is_common).collect();
            for side in [left, right] {
                if let Some(ranges) = level.get_mut(&side) {
                    ranges.retain(|range| !common.contains(range));
                }
            }
            if !common.is_empty() {
                let ranges = levels.entry(length - 1).or_default().entry(left).or_default();
                ranges.extend(common);
                merge(ranges);
            }
        }
        let left_over = level.into_iter().filter(|(_, ranges)| !ranges.is_empty());
        joined.extend(left_over.map(|(bits, ranges)| ((bits, length), ranges)));
    }
    joined
}

/// Puts ranges in order and makes one of those that overlap or touch.
fn merge(ranges: &mut Vec<Lengths>) {
    ranges.sort_unstable();
    let mut merged: Vec<Lengths> = Vec::with_capacity(ranges.len());
    for (least, most) in ranges.drain(..) {
        match merged.last_mut() {
            Some((_, end)) if u16::from(least) <= u16::from(*end) + 1 => *end = most.max(*end),
            _ => merged.push((least, most)),
        }
    }
    *ranges = merged;
}

/// The bits that a prefix of this length fixes.
fn mask(length: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(length.min(128))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::irr::{aggregated, parse_prefixes};

    /// `10.0.0.0/8`, `10.0.0.0/8 9 24`.
    fn entry(text: &str) -> PrefixEntry {
        let mut words = text.split(' ');
        let prefix: IpNet = words.next().unwrap().parse().unwrap();
        let mut length = || words.next().map(|word| word.parse::<u8>().unwrap());
        match (length(), length()) {
            (Some(least), Some(most)) => PrefixEntry::within(prefix, least..=most).unwrap(),
            _ => PrefixEntry::exact(prefix),
        }
    }

    fn list(text: &str) -> Vec<PrefixEntry> {
        text.split(", ").map(entry).collect()
    }

    #[test]
    fn the_rules_one_by_one() {
        for (before, after) in [
            ("10.0.0.0/24, 10.0.0.0/24", "10.0.0.0/24"),
            ("10.0.1.0/24, 10.0.0.0/24", "10.0.0.0/23 24 24"),
            ("10.0.0.0/24, 10.0.1.0/24, 10.0.0.0/23", "10.0.0.0/23 23 24"),
            ("10.0.1.0/24, 10.0.2.0/24", "10.0.1.0/24, 10.0.2.0/24"),
            ("10.0.0.0/8 8 24, 10.1.0.0/16, 10.1.2.0/25", "10.0.0.0/8 8 24, 10.1.2.0/25"),
            (
                "10.0.0.0/24 24 26, 10.0.0.0/24 27 28, 10.0.0.0/24 30 30",
                "10.0.0.0/24 24 28, 10.0.0.0/24 30 30",
            ),
            ("10.0.0.0/24 25 26, 10.0.1.0/24 25 26", "10.0.0.0/23 25 26"),
            ("10.0.0.0/24 25 26, 10.0.1.0/24 25 27", "10.0.0.0/24 25 26, 10.0.1.0/24 25 27"),
            // Two ancestors cover together what neither covers alone.
            ("10.0.0.0/8 16 20, 10.0.0.0/9 21 24, 10.1.0.0/16 18 22", "10.0.0.0/8 16 20, 10.0.0.0/9 21 24"),
            // Without what is covered, the halves are the same.
            (
                "10.0.0.0/22 24 24, 10.0.0.0/24 24 25, 10.0.0.0/23 24 24, 10.0.1.0/24 25 25",
                "10.0.0.0/22 24 24, 10.0.0.0/24 24 25, 10.0.1.0/24 25 25",
            ),
            ("0.0.0.0/1, 128.0.0.0/1", "0.0.0.0/0 1 1"),
            ("0.0.0.0/0 0 32, 10.0.0.0/8", "0.0.0.0/0 0 32"),
            ("2001:db8::/128, 2001:db8::1/128", "2001:db8::/127 128 128"),
            ("::/0 0 128, 2001:db8::/32 32 48, 0.0.0.0/0", "0.0.0.0/0, ::/0 0 128"),
        ] {
            assert_eq!(aggregated(&list(before)), list(after), "{before}");
        }
        assert_eq!(aggregated(&[]), []);
    }

    /// What the tool printed for 40 networks of 24 bits, one of 24 and four of 26; see its list without `-A`.
    #[test]
    fn it_comes_to_what_bgpq4_comes_to() {
        let mut exact: Vec<PrefixEntry> = (0..40).map(|n| entry(&format!("100.64.{n}.0/24"))).collect();
        exact.push(entry("198.51.100.0/24"));
        exact.extend((0..4).map(|n| entry(&format!("203.0.113.{}/26", n * 64))));
        let printed = r#"{ "L4": [
    { "prefix": "100.64.0.0\/19", "exact": false,
      "greater-equal": 24, "less-equal": 24 },
    { "prefix": "100.64.32.0\/21", "exact": false,
      "greater-equal": 24, "less-equal": 24 },
    { "prefix": "198.51.100.0\/24", "exact": true },
    { "prefix": "203.0.113.0\/24", "exact": false,
      "greater-equal": 26, "less-equal": 26 }
] }
"#;
        assert_eq!(aggregated(&exact), parse_prefixes(printed).unwrap());
    }

    /// Small worlds, so that entries meet: all prefixes of a /24, or a corner of IPv6 with the longest lengths.
    fn entries() -> impl Strategy<Value = Vec<PrefixEntry>> {
        let ipv4 = (0u32..256, 24u8..=32, 0u8..=8, 0u8..=8).prop_map(|(host, length, from, more)| {
            let net = Ipv4Net::new(Ipv4Addr::from(0x0a00_0000 | host), length).unwrap();
            let least = (length + from).min(32);
            PrefixEntry::within(net.into(), least..=(least + more).min(32)).unwrap()
        });
        let ipv6 = (0u128..64, 122u8..=128, 0u8..=6).prop_map(|(host, length, more)| {
            let net = Ipv6Net::new(Ipv6Addr::from(host), length).unwrap();
            PrefixEntry::within(net.into(), length..=(length + more).min(128)).unwrap()
        });
        proptest::collection::vec(prop_oneof![3 => ipv4, 1 => ipv6], 0..40)
    }

    fn everything() -> Vec<IpNet> {
        let ipv4 = (22u8..=32).flat_map(|length| {
            (0u32..512)
                .map(move |host| Ipv4Net::new(Ipv4Addr::from(0x0a00_0000 | host), length).unwrap().trunc())
        });
        let ipv6 = (121u8..=128).flat_map(|length| {
            (0u128..128).map(move |host| Ipv6Net::new(Ipv6Addr::from(host), length).unwrap().trunc())
        });
        let mut all: Vec<IpNet> = ipv4.map(IpNet::from).chain(ipv6.map(IpNet::from)).collect();
        all.dedup();
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn aggregation_keeps_the_set(entries in entries()) {
            let fewer = aggregated(&entries);
            for prefix in everything() {
                let accepts = |entries: &[PrefixEntry]| entries.iter().any(|entry| entry.accepts(&prefix));
                prop_assert_eq!(accepts(&entries), accepts(&fewer), "{}", prefix);
            }
            prop_assert!(fewer.len() <= entries.len());
            prop_assert_eq!(&aggregated(&fewer), &fewer, "a second time nothing changes");
            let mut sorted = entries.clone();
            sorted.reverse();
            prop_assert_eq!(aggregated(&sorted), fewer, "the order does not matter");
        }
    }
}
