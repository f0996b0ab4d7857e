//! Any text as an operator's AS-SETs, and as the answer of a tool that looks them up.
//!
//! What is read strictly can be looked up, and is read again from what is written. What a tool answers is read again
//! from what is written, and aggregation loses none of it.

#![no_main]

use ipnet::IpNet;
use libfuzzer_sys::{Corpus, fuzz_target};
use peering_core::irr::{self, AsSet, AsSets, ParseOptions, SOURCES};
use peering_core::model::Family;
use peering_core::{Asn, Compat};

const OURS: Asn = Asn::new(64500);

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    strict(text);
    as_peering_manager(text);
    prefixes(text);
    as_list(text);
    Corpus::Keep
});

fn strict(text: &str) {
    let read = AsSets::parse(OURS, text);
    for set in &read.sets {
        set.check().unwrap();
        let again: AsSet = set.to_string().parse().unwrap();
        assert_eq!(&again, set);
    }
    for family in [Family::Ipv4, Family::Ipv6] {
        assert_eq!(read.of_family(OURS, family).is_empty(), read.sets.is_empty());
    }
    if read.sets.is_empty() {
        assert!(!read.problems.is_empty(), "no set and no word why");
        return;
    }
    let written: Vec<String> = read.sets.iter().map(AsSet::to_string).collect();
    let again = AsSets::parse(OURS, &written.join(", "));
    assert_eq!(again, AsSets { sets: read.sets, problems: Vec::new() });
}

/// It takes anything for a set, and not the same thing twice: `ipv4:ipv6:AS-ONE` loses one of the two each time.
fn as_peering_manager(text: &str) {
    for sources in [Vec::new(), SOURCES.map(str::to_owned).to_vec()] {
        let read = AsSets::parse_with(OURS, text, &ParseOptions { compat: Compat::PeeringManager, sources });
        assert!(!read.sets.is_empty() || !text.trim().is_empty());
        for set in &read.sets {
            let _ = set.check();
            let apart = |c: char| c.is_whitespace() || matches!(c, '/' | ',' | '&');
            assert!(!set.to_string().contains(apart), "two sets in one: {set}");
        }
    }
}

fn prefixes(text: &str) {
    let Ok(entries) = irr::parse_prefixes(text) else { return };
    let written = serde_json::json!({ "again": entries }).to_string();
    assert_eq!(irr::parse_prefixes(&written).unwrap(), entries);
    let aggregated = irr::aggregated(&entries);
    for entry in &entries {
        let lengths = entry.lengths();
        for length in [*lengths.start(), *lengths.end()] {
            let inside = IpNet::new(entry.prefix.addr(), length).unwrap();
            assert!(entry.accepts(&inside), "{entry:?} does not accept {inside}");
            assert!(aggregated.iter().any(|entry| entry.accepts(&inside)), "{inside} was lost");
        }
    }
    assert_eq!(irr::aggregated(&aggregated), aggregated);
}

fn as_list(text: &str) {
    let Ok(found) = irr::parse_as_list(text) else { return };
    let written = serde_json::json!({ "again": found }).to_string();
    assert_eq!(irr::parse_as_list(&written).unwrap(), found);
    let list = irr::as_list(OURS, found);
    assert!(list.contains(&OURS) && list.is_sorted());
}
