//! IOS's reads on a router that a transcript plays: what several commands make together, VRFs above all. And all routes in a prefix on
//! the simulated one.

use std::io::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use peering_core::driver::{Target, Wire};
use peering_core::state::{AddressFamily, ConfigQuery, ConfigSource, Ping, RouteMatch, RouteQuery};
use peering_core::{Asn, ErrorKind, Router};
use peering_drivers::cisco_ios::CiscoIos;
use peering_drivers::sim::{Fabric, IosRouter, Member, Port, User};
use serde_json::json;

const REFUSED: &str = "       ^\n% Invalid input detected at '^' marker.\n";

const VRFS: &str = "  Name                             Default RD            Protocols   Interfaces\n\
    \x20 Mgmt-intf                        <not set>             ipv4,ipv6   Gi0\n\
    \x20 RED                              64500:1               ipv4        Gi0/0/1.100\n";

/// A router that knows some commands and refuses those that it is told to.
async fn router(answers: &[(&str, &str)], refused: &[&str]) -> (Router, tempfile::NamedTempFile) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut line = |value: serde_json::Value| writeln!(file, "{value}").unwrap();
    line(json!({ "peering_transcript": 1, "transport": "shell", "platform": "cisco_ios" }));
    let none = ["(login)", "terminal width 511", "terminal length 0"].map(|command| (command, ""));
    // what a candidate would need
    let settling = ["dir", "show archive config rollback timer", "show archive", "show clock"];
    let refused = refused.iter().chain(&settling).map(|command| (*command, REFUSED));
    for (request, output) in answers.iter().copied().chain(none).chain(refused) {
        line(json!({ "request": request, "answer": { "output": output, "prompt": "r1#" } }));
    }
    let mut target = Target::new("192.0.2.255");
    target.wire = Wire::Replay(file.path().to_owned());
    (Router::connect(Arc::new(CiscoIos::default()), &target).await.unwrap(), file)
}

#[tokio::test]
async fn routes_of_every_vrf_have_the_paths_of_bgp() {
    let (router, _file) = router(
        &[
            ("show vrf", VRFS),
            ("show ip protocols | include bgp", "Routing Protocol is \"bgp 64500\"\n"),
            (
                "show ip route 198.51.100.0 255.255.255.0",
                "Routing entry for 198.51.100.0/24\n  Known via \"static\", distance 1, metric 0\n  \
                 Routing Descriptor Blocks:\n  * 192.0.2.7\n      Route metric is 0, traffic share count is 1\n",
            ),
            ("show ip route vrf Mgmt-intf 198.51.100.0 255.255.255.0", "% Network not in table\n"),
            (
                "show ip route vrf RED 198.51.100.0 255.255.255.0",
                "\nRouting Table: RED\nRouting entry for 198.51.100.0/24\n  Known via \"bgp 64500\", distance 20, metric 0\n  \
                 Tag 64501, type external\n  Routing Descriptor Blocks:\n  * 192.0.2.4, from 192.0.2.4, 2w ago\n      \
                 Route metric is 0, traffic share count is 1\n    192.0.2.5, from 192.0.2.5, 5d ago\n      \
                 Route metric is 0, traffic share count is 1\n",
            ),
            ("show ip bgp 198.51.100.0/24", "% Network not in table\n"),
            (
                "show ip bgp vpnv4 vrf RED 198.51.100.0/24",
                "BGP routing table entry for 64500:1:198.51.100.0/24, version 5\nPaths: (3 available, best #2, table RED)\n  \
                 Advertised to update-groups:\n     2\n  Refresh Epoch 1\n  64501 64510\n    192.0.2.5 (via vrf RED) from 192.0.2.5 (192.0.2.55)\n      \
                 Origin IGP, localpref 100, valid, external, multipath\n  Refresh Epoch 1\n  64499 64510\n    \
                 192.0.2.4 (via vrf RED) from 192.0.2.4 (192.0.2.44)\n      Origin IGP, localpref 100, valid, external, multipath, best\n      \
                 Community: 64500:1\n  Refresh Epoch 1\n  64510\n    192.0.2.6 (metric 4) (via default) from 192.0.2.9 (192.0.2.99)\n      \
                 Origin IGP, localpref 90, valid, internal\n",
            ),
            (
                "show ip bgp vpnv4 vrf RED neighbors | include is 192.0.2.5",
                "BGP neighbor is 192.0.2.5,  vrf RED,  remote AS 64501, external link\n",
            ),
            (
                "show ip bgp vpnv4 vrf RED neighbors | include is 192.0.2.4",
                "BGP neighbor is 192.0.2.4,  vrf RED,  remote AS 64498, external link\n",
            ),
            ("show ip bgp vpnv4 vrf RED neighbors | include is 192.0.2.9", ""),
        ],
        &[],
    )
    .await;
    let prefix = "198.51.100.0/24".parse().unwrap();
    let routes = router.routes(RouteQuery::from(RouteMatch::Exact(prefix))).await.unwrap();
    let brief: Vec<_> = routes
        .iter()
        .map(|route| {
            let bgp = route.bgp.as_ref();
            let hop = route.next_hops.first().unwrap().to_string();
            (
                route.network_instance.as_str(),
                hop,
                route.is_best,
                bgp.and_then(|bgp| bgp.remote_as).map(Asn::get),
            )
        })
        .collect();
    // the first of the path is a route server's customer: the session tells the neighbour's own AS
    let expected: [(&str, String, bool, Option<u32>); 4] = [
        ("default", "192.0.2.7".into(), true, None),
        ("RED", "192.0.2.4".into(), true, Some(64498)),
        ("RED", "192.0.2.5".into(), true, Some(64501)),
        ("RED", "192.0.2.6".into(), false, Some(64500)),
    ];
    assert_eq!(brief, expected);
    assert_eq!(routes[1].age.unwrap().as_secs(), 1_209_600);
    assert_eq!(routes[1].bgp.as_ref().unwrap().communities, ["64500:1"]);
    assert_eq!((routes[1].protocol.as_str(), routes[1].preference), ("bgp", Some(20)));

    let query = RouteQuery { matching: RouteMatch::Exact(prefix), protocol: Some("bgp".to_owned()) };
    assert_eq!(router.routes(query).await.unwrap().len(), 3);
}

const LEGEND: &str = "Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP\n\n\
    Gateway of last resort is not set\n\n";

/// A route of BGP from a neighbour, and its path.
fn learned(prefix: &str) -> [String; 2] {
    [
        format!(
            "Routing entry for {prefix}\n  Known via \"bgp 64500\", distance 20, metric 0\n  Tag 64501, type external\n  \
             Routing Descriptor Blocks:\n  * 192.0.2.4, from 192.0.2.4, 2w ago\n      Route metric is 0, traffic share count is 1\n"
        ),
        format!(
            "BGP routing table entry for {prefix}, version 5\nPaths: (1 available, best #1, table default)\n  Refresh Epoch 1\n  64501\n    \
             192.0.2.4 from 192.0.2.4 (192.0.2.44)\n      Origin IGP, localpref 100, valid, external, best\n"
        ),
    ]
}

/// What is of another protocol is not asked for: the transcript has no answer for it.
#[tokio::test]
async fn what_lies_in_a_prefix_is_asked_route_by_route() {
    let table = format!(
        "{LEGEND}      10.0.0.0/24 is subnetted, 3 subnets\nB        10.1.0.0 [20/0] via 192.0.2.4, 2w\n\
         B        10.2.0.0 [20/0] via 192.0.2.4, 2w\nC        10.3.0.0 is directly connected, GigabitEthernet0/0/1\n"
    );
    let [one, of_one] = learned("10.1.0.0/24");
    let [two, of_two] = learned("10.2.0.0/24");
    let red = format!(
        "\nRouting Table: RED\n{LEGEND}      10.0.0.0/8 is variably subnetted, 2 subnets, 2 masks\n\
         S        10.9.0.0/16 [1/0] via 192.0.2.7\nm        10.9.9.0/24 [251/0] via 192.0.2.8, 1d00h, Sdwan-system-intf\n"
    );
    let omp = one.replace("10.1.0.0/24", "10.9.9.0/24").replace("bgp 64500", "omp");
    let (router, _file) = router(
        &[
            ("show vrf", VRFS),
            ("show ip protocols | include bgp", "Routing Protocol is \"bgp 64500\"\n"),
            ("show ip route 10.0.0.0 255.0.0.0 longer-prefixes", &table),
            ("show ip route vrf Mgmt-intf 10.0.0.0 255.0.0.0 longer-prefixes", LEGEND),
            ("show ip route vrf RED 10.0.0.0 255.0.0.0 longer-prefixes", &red),
            ("show ip route 10.1.0.0 255.255.255.0", &one),
            ("show ip route 10.2.0.0 255.255.255.0", &two),
            ("show ip route vrf RED 10.9.9.0 255.255.255.0", &omp),
            ("show ip bgp 10.1.0.0/24", &of_one),
            ("show ip bgp 10.2.0.0/24", &of_two),
            (
                "show ip bgp neighbors | include is 192.0.2.4",
                "BGP neighbor is 192.0.2.4,  remote AS 64501, external link\n",
            ),
        ],
        &[],
    )
    .await;
    let matching = RouteMatch::Longer("10.0.0.1/8".parse().unwrap());
    let routes = router.routes(RouteQuery { matching, protocol: Some("bgp".to_owned()) }).await.unwrap();
    let brief: Vec<_> = routes.iter().map(|route| (route.prefix.to_string(), route.is_best)).collect();
    assert_eq!(brief, [("10.1.0.0/24".to_owned(), true), ("10.2.0.0/24".to_owned(), true)]);
    for route in &routes {
        let bgp = route.bgp.as_ref().unwrap();
        assert_eq!((bgp.remote_as, bgp.local_as), (Some(Asn::new(64501)), Some(Asn::new(64500))));
        assert_eq!(route.age.unwrap().as_secs(), 1_209_600);
    }
}

#[tokio::test]
async fn what_cannot_be_listed_or_is_too_much_is_said() {
    let row = |number: u32| format!("B        10.0.{number}.0/24 [20/0] via 192.0.2.4, 2w\n");
    let table = format!(
        "{LEGEND}      10.0.0.0/8 is variably subnetted, 201 subnets, 2 masks\n{}",
        (0..201).map(row).collect::<String>()
    );
    let (router, _file) = router(
        &[
            ("show vrf", VRFS),
            ("show ip protocols | include bgp", "Routing Protocol is \"bgp 64500\"\n"),
            ("show ip route 10.0.0.0 255.0.0.0 longer-prefixes", &table),
            ("show ip route vrf Mgmt-intf 10.0.0.0 255.0.0.0 longer-prefixes", LEGEND),
            ("show ip route vrf RED 10.0.0.0 255.0.0.0 longer-prefixes", LEGEND),
        ],
        &[
            "show ipv6 route 2001:db8::/32 longer-prefixes",
            "show ipv6 route vrf Mgmt-intf 2001:db8::/32 longer-prefixes",
        ],
    )
    .await;
    let longer = |prefix: &str| RouteMatch::Longer(prefix.parse().unwrap());
    let many = router.routes(longer("10.0.0.0/8")).await.unwrap_err();
    assert_eq!(many.kind(), ErrorKind::Options);
    assert!(many.message().contains("201 routes lie in 10.0.0.0/8"), "{many}");
    let query = RouteQuery { matching: longer("10.0.0.0/8"), protocol: Some("static".to_owned()) };
    assert_eq!(router.routes(query).await.unwrap(), []);
    let unknown = router.routes(longer("2001:db8::/32")).await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::Unsupported);
    assert!(unknown.message().contains("longer-prefixes"), "{unknown}");
}

/// All in a prefix are the same routes as those that are asked for one by one, on the simulated router.
#[tokio::test(flavor = "multi_thread")]
async fn all_in_a_prefix_are_those_that_are_asked_for_by_name() {
    let fabric = Fabric::with_delay(Duration::from_millis(20));
    fabric.add_member(Member {
        addresses: vec!["192.0.2.5".parse().unwrap(), "2001:db8:ffff::5".parse().unwrap()],
        prefixes: [
            "198.18.0.0/15",
            "198.51.100.0/24",
            "10.1.0.0/16",
            "10.2.4.0/24",
            "172.16.1.0/24",
            "2001:db8:5::/48",
        ]
        .map(|prefix| prefix.parse().unwrap())
        .to_vec(),
        ..Member::new(Asn::new(64505), Asn::new(64501))
    });
    let running = IosRouter {
        name: "ios1".into(),
        local_as: Some(Asn::new(64501)),
        ports: vec![Port {
            name: "GigabitEthernet1".into(),
            addresses: vec!["192.0.2.1/24".parse().unwrap(), "2001:db8:ffff::1/64".parse().unwrap()],
        }],
        config: "vrf definition RED\nrd 64501:1\naddress-family ipv4\nexit-address-family\ninterface Loopback7\n\
                 vrf forwarding RED\nip address 10.7.0.1 255.255.255.0\nrouter bgp 64501\n\
                 neighbor 192.0.2.5 remote-as 64505\nneighbor 2001:db8:ffff::5 remote-as 64505\naddress-family ipv4\n\
                 neighbor 192.0.2.5 activate\naddress-family ipv6\nneighbor 2001:db8:ffff::5 activate\n"
            .into(),
        users: vec![User::new("netops", "correct horse")],
        ..IosRouter::default()
    };
    let running = running.start(&fabric).await.unwrap();
    assert!(running.wait_established(2, Duration::from_secs(10)).await);
    let router = Router::connect(Arc::new(CiscoIos::default()), &running.target()).await.unwrap();
    let routes = async |matching: RouteMatch| {
        let mut found = router.routes(matching).await.unwrap();
        found.iter_mut().for_each(|route| route.age = None);
        found
    };
    for (within, prefixes) in [
        ("10.0.0.0/8", &["10.1.0.0/16", "10.2.4.0/24", "10.7.0.0/24", "10.7.0.1/32"][..]),
        ("172.16.0.0/12", &["172.16.1.0/24"]),
        ("198.0.0.0/8", &["198.18.0.0/15", "198.51.100.0/24"]),
        ("192.0.2.0/24", &["192.0.2.0/24", "192.0.2.1/32"]),
        ("203.0.113.0/24", &[]),
        ("2001:db8:ffff::/48", &["2001:db8:ffff::/64", "2001:db8:ffff::1/128"]),
        ("2000::/3", &["2001:db8:5::/48", "2001:db8:ffff::/64", "2001:db8:ffff::1/128"]),
    ] {
        let mut expected = Vec::new();
        for prefix in prefixes {
            let found = routes(RouteMatch::Exact(prefix.parse().unwrap())).await;
            assert_eq!(found.len(), 1, "{prefix}: {found:?}");
            expected.extend(found);
        }
        let all = routes(RouteMatch::Longer(within.parse().unwrap())).await;
        assert_eq!(all, expected, "{within}");
    }
}

#[tokio::test]
async fn ipv6_routes_are_asked_where_there_is_ipv6() {
    let (router, _file) = router(
        &[
            ("show vrf", VRFS),
            ("show ip protocols | include bgp", "Routing Protocol is \"bgp 64500\"\n"),
            (
                "show ipv6 route 2001:db8:1::/48",
                "Routing entry for 2001:DB8:1::/48\n  Known via \"bgp 64500\", distance 20, metric 0, type external\n  \
                 Route count is 1/1, share count 0\n  Routing paths:\n    FE80::2, GigabitEthernet0/0/0\n      \
                 Last updated 1d02h ago\n",
            ),
            ("show ipv6 route vrf Mgmt-intf 2001:db8:1::/48", "% Route not found\n"),
            (
                "show bgp ipv6 unicast 2001:db8:1::/48",
                "BGP routing table entry for 2001:DB8:1::/48, version 5\nPaths: (1 available, best #1, table default)\n  \
                 Refresh Epoch 1\n  64501\n    2001:DB8::2 (FE80::2) from 2001:DB8::2 (192.0.2.2)\n      \
                 Origin IGP, metric 3, localpref 100, valid, external, best\n",
            ),
            (
                "show bgp ipv6 unicast neighbors | include is 2001:DB8::2",
                "BGP neighbor is 2001:DB8::2,  remote AS 64501, external link\n",
            ),
        ],
        &[],
    )
    .await;
    let prefix = "2001:db8:1::/48".parse().unwrap();
    let routes = router.routes(RouteMatch::Exact(prefix)).await.unwrap();
    assert_eq!(routes.len(), 1);
    let bgp = routes[0].bgp.as_ref().unwrap();
    assert_eq!(
        (bgp.med, bgp.remote_as, bgp.local_as),
        (Some(3), Some(Asn::new(64501)), Some(Asn::new(64500)))
    );
    assert_eq!(bgp.peer, Some("2001:db8::2".parse::<IpAddr>().unwrap()));
    assert_eq!(routes[0].interfaces, ["GigabitEthernet0/0/0"]);
}

#[tokio::test]
async fn identifiers_and_tables_are_those_of_each_vrf() {
    let head = "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n";
    let row = |address| format!("{head}Internet  {address}               3   0011.2233.4455  ARPA   Gi0\n");
    let (router, _file) = router(
        &[
            (
                "show bgp all summary",
                "For address family: IPv4 Unicast\nBGP router identifier 192.0.2.255, local AS number 64500\n",
            ),
            ("show vrf", VRFS),
            (
                "show ip bgp vpnv4 vrf RED summary",
                "BGP router identifier 198.51.100.1, local AS number 64500\n",
            ),
            ("show arp | exclude Incomplete", &row("192.0.2.1")),
            ("show arp vrf Mgmt-intf | exclude Incomplete", ""),
            ("show arp vrf RED | exclude Incomplete", &row("192.0.2.1")),
        ],
        &["show ip bgp vpnv4 vrf Mgmt-intf summary"],
    )
    .await;
    let instances = router.bgp_instances().await.unwrap();
    let brief: Vec<_> = instances
        .iter()
        .map(|one| (one.network_instance.as_str(), one.router_id.unwrap().to_string()))
        .collect();
    assert_eq!(brief, [("default", "192.0.2.255".to_owned()), ("RED", "198.51.100.1".to_owned())]);
    let arp = router.arp_table().await.unwrap();
    let brief: Vec<_> =
        arp.iter().map(|one| (one.network_instance.as_deref(), one.age.unwrap().as_secs())).collect();
    assert_eq!(brief, [(Some("default"), 180), (Some("RED"), 180)]);
}

#[tokio::test]
async fn a_router_without_a_feature_has_nothing_of_it() {
    let (router, _file) = router(
        &[
            ("show bgp all summary", "% BGP not active\n"),
            ("show ip bgp all sum", "% BGP not active\n"),
            ("show lldp neighbors detail", "% LLDP is not enabled\n"),
            ("show ntp associations", "%NTP is not enabled.\n"),
            (
                "show ip interface",
                "Loopback0 is up, line protocol is up\n  Internet address is 192.0.2.255/32\n",
            ),
            ("show startup-config", "startup-config is not present\n"),
        ],
        &[
            "show vrf",
            "show ip vrf",
            "show interfaces transceiver",
            "show ipv6 interface",
            "show vlan all-ports",
            "show vlan brief",
            "show mac-address-table",
            "show mac address-table",
            "show bgp ipv4 unicast neighbors",
            "show bgp ipv4 multicast neighbors",
            "show bgp ipv6 unicast neighbors",
            "show bgp ipv6 multicast neighbors",
            "show bgp vpnv4 unicast all neighbors",
            "show bgp vpnv6 unicast all neighbors",
            "show bgp ipv4 mdt all neighbors",
            "ping 192.0.2.1 timeout 2 size 100 repeat 5",
            "!",
        ],
    )
    .await;
    assert!(router.bgp_neighbors().await.unwrap().is_empty());
    assert!(router.bgp_neighbors_detail(None).await.unwrap().is_empty());
    assert!(router.bgp_instances().await.unwrap().is_empty());
    assert!(router.lldp_neighbors().await.unwrap().is_empty());
    assert!(router.ntp_associations().await.unwrap().is_empty());
    assert!(router.optics().await.unwrap().is_empty());
    assert!(router.vlans().await.unwrap().is_empty());
    assert!(router.mac_table().await.unwrap().is_empty());
    assert_eq!(router.interface_addresses().await.unwrap().len(), 1);
    router.check().await.unwrap();
    let query = ConfigQuery { source: ConfigSource::Startup, ..ConfigQuery::default() };
    assert_eq!(router.config(query).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(router.ping(Ping::new("192.0.2.1")).await.unwrap_err().kind(), ErrorKind::Rejected);
    let piped = router.ping(Ping::new("192.0.2.1 | redirect flash:x")).await.unwrap_err();
    assert_eq!(piped.kind(), ErrorKind::Options);
}

#[tokio::test]
async fn details_are_of_each_vrf_and_secrets_are_taken_out() {
    let block = |vrf: &str, asn: u32, family: &str| {
        format!(
            "BGP neighbor is 192.0.2.2, {vrf} remote AS {asn}, external link\n  BGP version 4, remote router ID 192.0.2.2\n  \
             BGP state = Established, up for 2w\n For address family: {family}\n    Prefixes Current:              7          {}\n",
            asn % 10
        )
    };
    let both = block(" vrf RED, ", 65001, "VPNv4 Unicast") + &block(" vrf BLUE, ", 65002, "VPNv4 Unicast");
    let row = |asn| {
        format!("192.0.2.2       4        {asn}     100     101        9    0    0 2w              4\n")
    };
    let table = |family: &str, rows: &str| {
        format!(
            "For address family: {family}\nBGP router identifier 192.0.2.255, local AS number 64500\n\n\
             Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd\n{rows}\n"
        )
    };
    let summary = table("IPv4 Unicast", &row(64501)) + &table("VPNv4 Unicast", &(row(65001) + &row(65002)));
    let (router, _file) = router(
        &[
            ("show ip bgp all sum", &summary),
            ("show ip bgp ipv4 unicast neigh 192.0.2.2", &block("", 64501, "IPv4 Unicast")),
            ("show ip bgp vpnv4 all neigh 192.0.2.2", &both),
            (
                "show running-config",
                "Building configuration...\n\nCurrent configuration : 90 bytes\n!\nusername u secret 5 $1$hidden\nend\n",
            ),
        ],
        &[],
    )
    .await;
    let details = router.bgp_neighbors_detail(Some("192.0.2.2".parse().unwrap())).await.unwrap();
    let brief: Vec<_> = details
        .iter()
        .map(|detail| {
            let neighbor = &detail.neighbor;
            let accepted = neighbor.family(&AddressFamily::Ipv4Unicast).unwrap().accepted;
            (
                neighbor.network_instance.as_str(),
                neighbor.remote_as.get(),
                accepted,
                neighbor.local_router_id.is_some(),
            )
        })
        .collect();
    assert_eq!(
        brief,
        [("default", 64501, Some(1), true), ("RED", 65001, Some(1), false), ("BLUE", 65002, Some(2), false)]
    );
    let text = router.running_config().await.unwrap();
    assert!(text.starts_with("!\nusername u secret 5 $1$hidden"), "{text}");
    let sanitized = ConfigQuery { sanitized: true, ..ConfigQuery::default() };
    let text = router.config(sanitized).await.unwrap();
    assert!(!text.contains("hidden") && text.contains("username u"), "{text}");
}
