//! What NX-OS's driver asks over its two transports, and that both tell the same: a scripted router, as transcripts that take
//! its place.

use std::path::PathBuf;
use std::sync::Arc;

use peering_core::driver::{Read, Target, Wire};
use peering_core::state::{ConfigQuery, ConfigSource, LinkNeighbor, Route, RouteMatch};
use peering_core::{Asn, ErrorKind, Router};
use peering_drivers::cisco_nxos::{CiscoNxos, NxosTransport};
use serde_json::{Value, json};

/// What a router answers to a command: in text, in JSON where it has that.
struct Script(Vec<(&'static str, String, Option<Value>)>);

/// A capture of a parser.
fn capture(path: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures/cisco_nxos");
    std::fs::read_to_string(folder.join(path)).unwrap()
}

fn model(path: &str) -> Value {
    serde_json::from_str(&capture(path)).unwrap()
}

const INVALID: &str = "% Invalid command at '^' marker.";

const IPV6_PATHS: &str = "BGP routing table information for VRF default, address family IPv6 Unicast\n\
    BGP routing table entry for 2001:db8:f::/48, version 3\n\
    Paths: (1 available, best #1)\n\n\
    \x20 Path type: external, path is valid, is best path\n\
    \x20 AS-Path: 64500 64511 , path sourced external to AS\n\
    \x20   fe80::2 (metric 0) from 2001:db8::2 (192.0.2.99)\n\
    \x20     Origin IGP, MED not set, localpref 100, weight 0\n";

impl Script {
    fn new() -> Script {
        Script(vec![
            ("show hostname", capture("hostname/whole-text.txt"), Some(model("hostname/whole.json"))),
            ("show bgp all summary vrf all", SUMMARY.to_owned(), Some(summary())),
            ("show bgp all neighbors vrf default", capture("bgp_neighbors_detail/two.txt"), None),
            ("show bgp all neighbors vrf BLUE", String::new(), None),
            (
                "show bgp all neighbors 198.51.100.4 vrf default",
                capture("bgp_neighbors_detail/two.txt"),
                None,
            ),
            ("show running-config bgp", capture("bgp_config/templates.txt"), None),
            ("show ip route vrf all 203.0.113.0/24", capture("routes/ipv4.txt"), None),
            ("show ip bgp vrf default 203.0.113.0/24", capture("bgp_paths/three.txt"), None),
            (
                "show ip bgp neighbors vrf default | include \"is 198.51.100.2\"",
                capture("remote_as/two.txt"),
                None,
            ),
            ("show ipv6 route vrf all 2001:db8:f::/48", capture("routes/ipv6.txt"), None),
            ("show bgp ipv6 unicast 2001:db8:f::/48 vrf default", IPV6_PATHS.to_owned(), None),
            ("show interface transceiver details", capture("transceivers/kinds.txt"), None),
            ("show ip arp vrf all | exc INCOMPLETE", capture("arp_table/all-text.txt"), None),
            ("show ip arp vrf all", String::new(), Some(model("arp_table/all.json"))),
            ("show vrf interface", String::new(), Some(model("interface_instances/two.json"))),
            (
                "show running-config",
                "!Time: now\nversion 9.3(8)\nusername a password 5 s3cret\n".to_owned(),
                None,
            ),
            ("show startup-config", "!Time: then\nversion 9.3(8)\n".to_owned(), None),
        ])
    }

    fn find(&self, command: &str) -> Option<&(&'static str, String, Option<Value>)> {
        self.0.iter().find(|(known, ..)| *known == command)
    }

    /// A transcript of NX-API: batches as the driver sends them, each with the answers up to the first refusal.
    fn over_http(&self, batches: &[(&str, &[&str])]) -> String {
        let mut lines = head("http");
        for (method, commands) in batches {
            let call = |(number, command): (usize, &&str)| {
                format!(
                    r#"{{"jsonrpc":"2.0","method":"{method}","params":{{"cmd":{},"version":1}},"id":{}}}"#,
                    json!(command),
                    number + 1
                )
            };
            let request: Vec<String> = commands.iter().enumerate().map(call).collect();
            let mut answers = Vec::new();
            for (number, command) in (1..).zip(*commands) {
                let known = self.find(command);
                let result = match (known, *method) {
                    (Some((_, _, Some(model))), "cli") => Some(json!({ "body": model })),
                    (Some((_, text, _)), "cli_ascii") => Some(json!({ "msg": text })),
                    _ => None,
                };
                let refusal = json!({ "code": -32602, "message": "Invalid params", "data": { "msg": "Invalid command" } });
                answers.push(match &result {
                    Some(result) => json!({ "jsonrpc": "2.0", "id": number, "result": result }),
                    None => json!({ "jsonrpc": "2.0", "id": number, "error": refusal }),
                });
                if result.is_none() {
                    break;
                }
            }
            let status = if answers.iter().any(|answer| answer.get("error").is_some()) { 500 } else { 200 };
            lines.push(json!({
                "request": format!("POST /ins\n[{}]", request.join(",")),
                "answer": { "status": status, "retry_after": null, "body": json!(answers).to_string() },
            }));
        }
        text(&lines)
    }

    /// A transcript of the command line: every command, with and without JSON.
    fn over_shell(&self) -> String {
        let mut lines = head("shell");
        let mut add = |request: &str, output: &str| {
            lines.push(json!({ "request": request, "answer": { "output": output, "prompt": "r1# " } }));
        };
        for request in ["(login)", "terminal length 0", "terminal width 511"] {
            add(request, "");
        }
        for (command, output, model) in &self.0 {
            add(command, output);
            let model = model.as_ref().map_or_else(|| INVALID.to_owned(), Value::to_string);
            add(&format!("{command} | json"), &model);
        }
        for command in [
            "dir bootflash:",
            "show bgp all neighbors 198.51.100.4 vrf BLUE",
            "show bgp ipv6 unicast neighbors vrf default | include \"is 2001:db8::2\"",
            "show ip bgp neighbors vrf default | include \"is 198.51.100.6\"",
        ] {
            add(command, INVALID);
        }
        text(&lines)
    }
}

fn head(transport: &str) -> Vec<Value> {
    vec![json!({ "peering_transcript": 1, "transport": transport, "platform": "cisco_nxos" })]
}

fn text(lines: &[Value]) -> String {
    lines.iter().map(|line| line.to_string() + "\n").collect()
}

const SUMMARY: &str = "BGP summary information for VRF default, address family IPv4 Unicast\n\
    BGP router identifier 192.0.2.1, local AS number 65001\n\n\
    Neighbor        V    AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd\n\
    198.51.100.2    4 64500      10      12      361    0    0     3w1d 9\n\n\
    BGP summary information for VRF BLUE, address family IPv4 Unicast\n\
    BGP router identifier 0.0.0.0, local AS number 65001\n";

fn summary() -> Value {
    let neighbor = json!({
        "neighborid": "198.51.100.2", "msgrecvd": 10, "msgsent": "12", "neighboras": "64500", "time": "3w1d",
        "state": "Established", "prefixreceived": "9",
    });
    let family = json!({ "af-name": "IPv4 Unicast", "TABLE_neighbor": { "ROW_neighbor": neighbor } });
    json!({ "TABLE_vrf": { "ROW_vrf": [
        {
            "vrf-name-out": "default", "vrf-router-id": "192.0.2.1", "vrf-local-as": "65001",
            "TABLE_af": { "ROW_af": { "af-id": "1", "TABLE_saf": { "ROW_saf": family } } },
        },
        { "vrf-name-out": "BLUE", "vrf-router-id": "0.0.0.0", "vrf-local-as": "65001" },
    ] } })
}

/// What the driver asks over NX-API, in its batches.
const BATCHES: &[(&str, &[&str])] = &[
    ("cli", &["show hostname"]),
    ("cli_ascii", &["dir bootflash:"]),
    ("cli", &["show bgp all summary vrf all"]),
    ("cli_ascii", &["show bgp all neighbors vrf default", "show bgp all neighbors vrf BLUE"]),
    (
        "cli_ascii",
        &["show bgp all neighbors 198.51.100.4 vrf default", "show bgp all neighbors 198.51.100.4 vrf BLUE"],
    ),
    ("cli_ascii", &["show running-config bgp"]),
    ("cli_ascii", &["show ip route vrf all 203.0.113.0/24"]),
    ("cli_ascii", &["show ip bgp vrf default 203.0.113.0/24"]),
    (
        "cli_ascii",
        &[
            "show ip bgp neighbors vrf default | include \"is 198.51.100.2\"",
            "show ip bgp neighbors vrf default | include \"is 198.51.100.6\"",
        ],
    ),
    ("cli_ascii", &["show ipv6 route vrf all 2001:db8:f::/48"]),
    ("cli_ascii", &["show bgp ipv6 unicast 2001:db8:f::/48 vrf default"]),
    ("cli_ascii", &["show bgp ipv6 unicast neighbors vrf default | include \"is 2001:db8::2\""]),
    ("cli_ascii", &["show interface transceiver details"]),
    ("cli", &["show ip arp vrf all"]),
    ("cli", &["show vrf interface"]),
    ("cli_ascii", &["show running-config"]),
    ("cli_ascii", &["show startup-config"]),
];

/// A router behind a transcript, for each transport.
async fn routers(folder: &std::path::Path) -> Vec<Router> {
    let script = Script::new();
    let mut found = Vec::new();
    for (transport, transcript) in
        [(NxosTransport::Https, script.over_http(BATCHES)), (NxosTransport::Ssh, script.over_shell())]
    {
        let path = folder.join(format!("{transport:?}.jsonl"));
        std::fs::write(&path, transcript).unwrap();
        let mut target = Target::new("192.0.2.1");
        target.wire = Wire::Replay(path);
        let driver = CiscoNxos { transport, ..CiscoNxos::default() };
        found.push(Router::connect(Arc::new(driver), &target).await.unwrap());
    }
    found
}

#[tokio::test]
async fn both_transports_tell_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    for router in routers(folder.path()).await {
        let exact = RouteMatch::Exact("203.0.113.0/24".parse().unwrap());
        let ipv6 = RouteMatch::Exact("2001:db8:f::/48".parse().unwrap());
        let startup = ConfigQuery { source: ConfigSource::Startup, ..ConfigQuery::default() };
        told.push([
            format!("{:?}", router.bgp_neighbors().await.unwrap()),
            format!("{:?}", router.bgp_instances().await.unwrap()),
            format!("{:?}", router.bgp_neighbors_detail(None).await.unwrap()),
            format!("{:?}", router.bgp_neighbors_detail("198.51.100.4".parse().ok()).await.unwrap()),
            format!("{:?}", router.bgp_config().await.unwrap()),
            format!("{:?}", router.routes(exact).await.unwrap()),
            format!("{:?}", router.routes(ipv6).await.unwrap()),
            format!("{:?}", router.optics().await.unwrap()),
            router.running_config().await.unwrap(),
            router.config(startup).await.unwrap(),
        ]);
        router.close().await.unwrap();
    }
    let [over_http, over_shell] = <[_; 2]>::try_from(told).unwrap();
    for (one, other) in over_http.iter().zip(&over_shell) {
        assert_eq!(one, other);
    }
}

#[tokio::test]
async fn a_detail_has_its_vrf_and_a_route_its_path() {
    let folder = tempfile::tempdir().unwrap();
    for router in routers(folder.path()).await {
        let details = router.bgp_neighbors_detail(None).await.unwrap();
        assert_eq!(details.len(), 2);
        assert!(details.iter().all(|detail| detail.neighbor.network_instance == "default"));
        assert_eq!(details[1].neighbor.local_as, Asn::new(64999), "its own local-as");
        let one = router.bgp_neighbors_detail("198.51.100.4".parse().ok()).await.unwrap();
        assert_eq!(one.len(), 1, "the one that was asked for");

        let exact = RouteMatch::Exact("203.0.113.0/24".parse().unwrap());
        let routes: Vec<Route> = router.routes(exact).await.unwrap();
        let of: Vec<_> = routes.iter().map(|route| route.bgp.clone().unwrap()).collect();
        assert_eq!(of.len(), 3, "the two other prefixes are not asked for");
        assert_eq!(of[0].remote_as, Some(Asn::new(64500)));
        assert_eq!(of[0].large_communities, ["64500:1:2"]);
        // no line of that neighbour: the first of the path
        assert_eq!((of[1].remote_as, of[1].peer), (Some(Asn::new(64500)), "198.51.100.6".parse().ok()));
        // BGP has no path with that next hop any more
        assert_eq!((of[2].peer, of[2].local_as), (None, Some(Asn::new(65001))));

        let ipv6 = RouteMatch::Exact("2001:db8:f::/48".parse().unwrap());
        let routes = router.routes(ipv6).await.unwrap();
        assert_eq!(routes[0].interfaces, ["Ethernet1/1"]);
        assert_eq!(routes[0].bgp.as_ref().unwrap().as_path, [Asn::new(64500), Asn::new(64511)]);
    }
}

#[tokio::test]
async fn the_link_layer_knows_its_vrfs() {
    let folder = tempfile::tempdir().unwrap();
    let [over_http, over_shell] = <[Router; 2]>::try_from(routers(folder.path()).await).unwrap();
    let names = |all: Vec<LinkNeighbor>| {
        all.into_iter().map(|entry| entry.network_instance.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(names(over_http.arp_table().await.unwrap()), ["management"]);
    assert_eq!(names(over_shell.arp_table().await.unwrap()), ["default", "management"]);
}

#[tokio::test]
async fn what_is_not_there_says_so() {
    let folder = tempfile::tempdir().unwrap();
    for router in routers(folder.path()).await {
        let reads = router.capabilities().reads;
        assert!(!reads.has(Read::ProbeConfigs) && !reads.has(Read::ProbeResults));
        assert!(!router.capabilities().commit, "its files may not be listed");
        assert_eq!(router.probe_results().await.unwrap_err().kind(), ErrorKind::Unsupported);
        let sanitized = ConfigQuery { sanitized: true, ..ConfigQuery::default() };
        assert!(!router.config(sanitized).await.unwrap().contains("s3cret"));
        let candidate = ConfigQuery { source: ConfigSource::Candidate, ..ConfigQuery::default() };
        assert_eq!(router.config(candidate).await.unwrap_err().kind(), ErrorKind::NotFound);
        router.close().await.unwrap();
    }
}
