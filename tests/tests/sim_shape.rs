//! The simulator's JSON has the shape of the real router's: every key that it writes is one that FRR writes, of the same
//! type, and what FRR writes and it does not is listed here.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use peering_core::Secret;
use peering_core::driver::{Driver, Session};
use peering_drivers::frr::Frr;
use peering_drivers::sim::{Fabric, FrrRouter, Member, Port, User};
use peering_tests::shared;
use serde_json::Value;

/// Commands with the recordings of their answers, any of which may have a key.
const COMMANDS: &[(&str, &[&str])] = &[
    ("show bgp neighbors json", &["bgp-neighbors.json"]),
    ("show bgp summary json", &["bgp-summary.json"]),
    ("show interface json", &["interface.json"]),
    ("show bgp ipv4 unicast neighbors 192.0.2.5 prefix-counts json", &["bgp-prefix-counts.json"]),
    ("show bgp ipv4 unicast 100.64.0.0/24 json", &["bgp-prefix.json"]),
    ("show ip route 100.64.0.0/24 json", &["route-prefix.json"]),
    ("show bgp neighbors 192.0.2.200 json", &["bgp-nonexistent-neighbor.json"]),
];

/// Keys that FRR writes and the simulator does not, by a part of their path: what they tell does not exist there.
const ABSENT: &[&str] = &[
    // Members have no graceful restart (RFC 4724), no extended next hops (RFC 8950), and no name.
    ".gracefulRestartInfo.endOfRib",
    ".gracefulRestartInfo.ipv4Unicast",
    ".gracefulRestartInfo.ipv6Unicast",
    ".neighborCapabilities.gracefulRestart",
    ".neighborCapabilities.addressFamiliesByPeer",
    ".neighborCapabilities.extendedNexthop",
    ".neighborCapabilities.hostName.rcv",
    ".*.hostname",
    // Nothing travels.
    ".estimatedRttInMsecs",
    // `set` in a route-map does nothing, and members announce no communities.
    ".paths[].community",
    // The LAN is no pair of virtual interfaces.
    ".parentIfindex",
];

/// Every path to a leaf with its type. Names of neighbours, prefixes and interfaces are all the same to it.
fn shape(value: &Value, path: &str, into: &mut BTreeMap<String, BTreeSet<&'static str>>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let is_name = key.parse::<IpAddr>().is_ok()
                    || key.parse::<IpNet>().is_ok()
                    || ["lo", "lan0"].contains(&key.as_str());
                shape(value, &format!("{path}.{}", if is_name { "*" } else { key }), into);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| shape(value, &format!("{path}[]"), into)),
        leaf => {
            let kind = match leaf {
                Value::Null => "null",
                Value::Bool(_) => "bool",
                Value::Number(_) => "number",
                _ => "string",
            };
            into.entry(path.to_owned()).or_default().insert(kind);
        }
    }
}

async fn simulated() -> (peering_drivers::sim::Running, Box<dyn Session>) {
    let fabric = Fabric::new();
    fabric.add_member(Member {
        addresses: vec!["192.0.2.5".parse().unwrap(), "2001:db8:ffff::5".parse().unwrap()],
        ipv4_prefixes: 40,
        ipv6_prefixes: 30,
        password: Some(Secret::new("md5")),
        ..Member::new(64505.into(), 64501.into())
    });
    fabric.add_member(Member {
        addresses: vec!["192.0.2.6".parse().unwrap()],
        ipv4_prefixes: 40,
        ..Member::new(64506.into(), 64501.into())
    });
    let peer = |address: &str, asn: u32, more: &str| {
        format!(" neighbor {address} remote-as {asn}\n neighbor {address} peer-group IXP\n{more}")
    };
    let config = format!(
        "interface lan0\n description peering-lan\nexit\nrouter bgp 64501\n no bgp default ipv4-unicast\n \
         no bgp ebgp-requires-policy\n neighbor IXP peer-group\n \
         neighbor IXP6 peer-group\n{}{}{}{}{} address-family ipv4 unicast\n  \
         network 203.0.113.0/26\n  neighbor IXP activate\n  neighbor IXP soft-reconfiguration inbound\n  \
         neighbor IXP route-map ANY in\n  neighbor IXP route-map ANY out\n  neighbor 192.0.2.6 maximum-prefix 5\n \
         exit-address-family\n address-family ipv6 unicast\n  neighbor IXP6 activate\n  \
         neighbor IXP6 soft-reconfiguration inbound\n  neighbor IXP6 route-map ANY in\n  \
         neighbor IXP6 route-map ANY out\n  neighbor 2001:db8:ffff::5 maximum-prefix 100\n exit-address-family\nexit\nroute-map ANY permit 10\n set community 64501:100 additive\nexit\n",
        peer("192.0.2.5", 64505, " neighbor 192.0.2.5 password md5\n neighbor 192.0.2.5 description up\n"),
        peer("192.0.2.6", 64506, " neighbor 192.0.2.6 description too many\n"),
        peer("192.0.2.98", 64598, " neighbor 192.0.2.98 shutdown\n"),
        peer("192.0.2.99", 64599, ""),
        " neighbor 2001:db8:ffff::5 remote-as 64505\n neighbor 2001:db8:ffff::5 peer-group IXP6\n \
         neighbor 2001:db8:ffff::5 description six\n neighbor 2001:db8:ffff::5 password md5\n",
    );
    let router = FrrRouter {
        name: "frr1".into(),
        ports: vec![Port {
            name: "lan0".into(),
            addresses: vec!["192.0.2.1/24".parse().unwrap(), "2001:db8:ffff::1/64".parse().unwrap()],
        }],
        config,
        users: vec![User::new("netops", "shape")],
        ..FrrRouter::default()
    };
    let running = router.start(&fabric).await.unwrap();
    assert!(running.wait_established(2, std::time::Duration::from_secs(10)).await);
    // Long enough for the one with too many prefixes to have gone down again.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let session = Frr::default().connect(&running.target()).await.unwrap();
    (running, session)
}

#[tokio::test]
async fn json_has_the_real_routers_keys() {
    let Some(captures) = shared("captures/frr") else { return };
    let (_running, mut session) = simulated().await;
    let mut faults = Vec::new();
    for (command, files) in COMMANDS {
        let mut real = BTreeMap::new();
        for file in *files {
            let text = std::fs::read_to_string(captures.join(file)).unwrap();
            shape(&serde_json::from_str(&text).unwrap(), "", &mut real);
        }
        let mut ours = BTreeMap::new();
        let answer = session.command(command).await.unwrap();
        shape(
            &serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{command}: {error}\n{answer}")),
            "",
            &mut ours,
        );
        for (path, kinds) in &ours {
            match real.get(path) {
                None => faults.push(format!("{command}: FRR does not write {path}")),
                Some(real) if !kinds.is_subset(real) => {
                    faults.push(format!("{command}: {path} is {kinds:?}, FRR writes {real:?}"));
                }
                Some(_) => {}
            }
        }
        for path in real.keys().filter(|path| !ours.contains_key(*path)) {
            if !ABSENT.iter().any(|known| path.contains(known)) {
                faults.push(format!("{command}: FRR writes {path}, the simulator does not"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
