use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::net::IpAddr;
use std::path::Path;

use peering_core::Asn;
use peering_core::peeringdb::record::{IxPfx, Net, NetIxLan};
use peering_core::peeringdb::sync::{DumpSource, SyncOptions, load_dump};
use peering_core::peeringdb::{Cache, Query};
use serde_json::Value;

use super::*;

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_does_not() {
    let answers = |seed| generate(seed).iter().map(Table::answer).collect::<Vec<_>>();
    assert_eq!(answers(1), answers(1));
    assert_ne!(answers(1), answers(2));
}

#[test]
fn the_shipped_sample_is_what_the_generator_makes() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/peeringdb-sample");
    let mut size = 0;
    for table in generate(SAMPLE_SEED) {
        let shipped = std::fs::read(directory.join(format!("{}.json.gz", table.object))).unwrap();
        let mut answer = Vec::new();
        // Unpacked, because another version of the compressor may pack differently.
        flate2::read::GzDecoder::new(shipped.as_slice()).read_to_end(&mut answer).unwrap();
        assert!(answer == table.answer(), "{}: run the generator again", table.object);
        size += shipped.len();
    }
    assert!(size < 1_000_000, "{size}");
}

#[test]
fn loads_like_any_dump_without_a_warning() {
    let tables: Vec<_> =
        generate(7).into_iter().map(|table| (table.object, table.answer(), table.rows.len())).collect();
    let answers: Vec<_> = tables.iter().map(|(object, answer, _)| (*object, answer.as_slice())).collect();
    let cache = Cache::in_memory().unwrap();
    let report = load_dump(&cache, &DumpSource::Embedded(&answers), &SyncOptions::default()).unwrap();
    assert_eq!(report.notes, []);
    assert_eq!(report.missing, []);
    for (object, _, rows) in &tables {
        assert_eq!(report.of(*object).unwrap().created, *rows as u64, "{object}");
    }
}

#[test]
fn our_network_is_where_the_examples_expect_it() {
    let ports: Vec<(u64, bool, bool)> = rows(ObjectType::NetIxLan)
        .iter()
        .filter(|row| row["asn"] == 64500)
        .map(|row| (row["ix_id"].as_u64().unwrap(), row["ipaddr4"].is_string(), row["ipaddr6"].is_string()))
        .collect();
    assert_eq!(ports, [(1, true, true), (1, true, true), (2, true, false), (3, true, true)]);
}

#[test]
fn nothing_in_it_is_real() {
    let cache = Cache::in_memory().unwrap();
    let tables: Vec<_> =
        generate(SAMPLE_SEED).into_iter().map(|table| (table.object, table.answer())).collect();
    let answers: Vec<_> = tables.iter().map(|(object, answer)| (*object, answer.as_slice())).collect();
    load_dump(&cache, &DumpSource::Embedded(&answers), &SyncOptions::default()).unwrap();
    let mut asns = BTreeSet::new();
    for net in cache.all::<Net>().unwrap() {
        let asn = net.asn.unwrap();
        assert!(asn.is_private() && asn != Asn::new(0), "{asn}");
        assert!(asns.insert(asn), "{asn} twice");
    }
    let documentation: Vec<ipnet::IpNet> =
        ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"]
            .map(|net| net.parse().unwrap())
            .into();
    let mut addresses = BTreeSet::new();
    for port in cache.all::<NetIxLan>().unwrap() {
        let lans = cache.find(&Query::<IxPfx>::new().ixlan_id(port.ixlan_id.unwrap())).unwrap();
        let found = [port.ipaddr4.map(IpAddr::from), port.ipaddr6.map(IpAddr::from)];
        assert_ne!(found, [None, None]);
        for address in found.into_iter().flatten() {
            assert!(documentation.iter().any(|net| net.contains(&address)), "{address}");
            assert!(lans.iter().any(|lan| lan.prefix.unwrap().contains(&address)), "{address}");
            assert!(addresses.insert(address), "{address} twice");
        }
    }
    for contact in rows(ObjectType::Poc) {
        assert!(contact["email"].as_str().unwrap().ends_with(".example.net"));
    }
}

#[test]
fn the_exchanges_differ_in_size_and_in_kind() {
    let ports = rows(ObjectType::NetIxLan);
    let mut members: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    for port in &ports {
        members.entry(port["ix_id"].as_u64().unwrap()).or_default().insert(port["net_id"].as_u64().unwrap());
    }
    let sizes: Vec<usize> = members.values().map(BTreeSet::len).collect();
    assert_eq!(sizes, [110, 52, 28, 16, 8]);
    assert!(ports.iter().any(|port| port["status"] == "not-operational" && port["operational"] == false));
    assert!(ports.iter().any(|port| port["ipaddr6"].is_null()));
    assert!(ports.iter().any(|port| port["ipaddr4"].is_null()));
    assert!(ports.iter().any(|port| port["is_rs_peer"] == false));
    let hostile = rows(ObjectType::Net);
    for text in ["\"", "\n", "{{", ";", "!", "東"] {
        assert!(hostile.iter().any(|net| net["name"].as_str().unwrap().contains(text)), "{text:?}");
    }
}

fn rows(object: ObjectType) -> Vec<Value> {
    let table = generate(SAMPLE_SEED).into_iter().find(|table| table.object == object).unwrap();
    let answer: Value = serde_json::from_slice(&table.answer()).unwrap();
    answer["data"].as_array().unwrap().clone()
}
