//! Typed models in NAPALM's shapes (its schemas are the `TypedDict`s of `napalm.base.models`).
//!
//! Where NAPALM's drivers differ, the function has a parameter; a driver that differs more has a function of its own.

// Each platform uses some of it.
#![cfg_attr(not(all(feature = "arista_eos", feature = "juniper_junos")), allow(dead_code, unused_imports))]

mod bgp;
mod bgp_config;
mod interface;
mod probe;
mod route;
mod system;
mod table;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub(super) use bgp::{
    UNKNOWN, Unknown, address, bgp_instances, bgp_neighbors, bgp_neighbors_detail, counts, neighbors,
};
pub(super) use bgp_config::{bgp_config, bgp_group, groups};
pub(super) use interface::{interface_addresses, interface_counters, interfaces, optics};
pub(super) use probe::{ping, probe_configs, probe_results, traceroute};
pub(super) use route::{Absent, routes, rows};
pub(super) use system::{environment, facts, ntp_associations, ntp_names, snmp, users};
pub(super) use table::{
    arp_table, ipv6_neighbors, lldp_neighbors, lldp_neighbors_detail, mac_table, network_instances, vlans,
};

/// A text, or the empty one.
pub(super) fn text(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

/// A link-layer address in capitals.
fn mac(address: &Option<String>) -> String {
    text(address).to_uppercase()
}

/// Seconds since 1970.
pub(super) fn epoch(time: Timestamp) -> f64 {
    // the sum is the nearest double, as it was in the router's answer
    time.as_second() as f64 + f64::from(time.subsec_nanosecond()) * 1e-9
}

/// A key to sort names by as people count: `Ethernet2` before `Ethernet10`.
pub(super) fn natural(name: &str) -> Vec<(String, u64)> {
    let mut key = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| character.is_ascii_digit()).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(digits);
        let end = tail.find(|character: char| !character.is_ascii_digit()).unwrap_or(tail.len());
        let (number, tail) = tail.split_at(end);
        key.push((word.to_owned(), number.parse().unwrap_or(u64::MAX)));
        rest = tail;
    }
    key
}

/// Entries under names, which are NAPALM's keys.
pub(super) type Named<T> = BTreeMap<String, T>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_as_people_count() {
        let mut names = ["Ethernet10", "Ethernet2/10", "Ethernet2/9", "Ethernet2", "Management1", "Et"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["Et", "Ethernet2", "Ethernet2/9", "Ethernet2/10", "Ethernet10", "Management1"]);
    }

    #[test]
    fn a_time_is_the_number_that_the_router_gave() {
        for seconds in [1_466_586_841.428_411_2, 1_454_435_818.722_445, 0.0] {
            let time = Timestamp::from_duration(jiff::SignedDuration::from_secs_f64(seconds)).unwrap();
            assert_eq!(epoch(time), seconds);
        }
    }
}
