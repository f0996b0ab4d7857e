//! A small invented PeeringDB, built into the programs: five exchanges with all their members.
//!
//! Made by `cargo run -p peering-benches --bin generate -- examples/data/peeringdb-sample`, whose module
//! documentation says what is in it. AS64500 “Example Networks” is the network to play with: at exchange 1
//! with two ports, at 2 with IPv4 only, at 3 with one port.

use peering_core::peeringdb::ObjectType;

/// One gzipped API answer per type; give it to `DumpSource::Embedded`.
pub const ANSWERS: &[(ObjectType, &[u8])] = &[
    (ObjectType::Org, include_bytes!("../data/peeringdb-sample/org.json.gz")),
    (ObjectType::Campus, include_bytes!("../data/peeringdb-sample/campus.json.gz")),
    (ObjectType::Fac, include_bytes!("../data/peeringdb-sample/fac.json.gz")),
    (ObjectType::Net, include_bytes!("../data/peeringdb-sample/net.json.gz")),
    (ObjectType::Ix, include_bytes!("../data/peeringdb-sample/ix.json.gz")),
    (ObjectType::Carrier, include_bytes!("../data/peeringdb-sample/carrier.json.gz")),
    (ObjectType::CarrierFac, include_bytes!("../data/peeringdb-sample/carrierfac.json.gz")),
    (ObjectType::IxFac, include_bytes!("../data/peeringdb-sample/ixfac.json.gz")),
    (ObjectType::IxLan, include_bytes!("../data/peeringdb-sample/ixlan.json.gz")),
    (ObjectType::IxPfx, include_bytes!("../data/peeringdb-sample/ixpfx.json.gz")),
    (ObjectType::NetFac, include_bytes!("../data/peeringdb-sample/netfac.json.gz")),
    (ObjectType::NetIxLan, include_bytes!("../data/peeringdb-sample/netixlan.json.gz")),
    (ObjectType::Poc, include_bytes!("../data/peeringdb-sample/poc.json.gz")),
];
