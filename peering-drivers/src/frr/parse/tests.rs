use super::*;

#[test]
fn reads_the_version() {
    let read = version("FRRouting 8.4.4 (r1) on Linux(6.1).\nCopyright\n").unwrap();
    assert_eq!((read.version.as_str(), read.hostname.as_str()), ("8.4.4", "r1"));
    assert_eq!(read.system.as_deref(), Some("Linux(6.1)"));
    assert_eq!(version("FRRouting 7.5 (r2).\n").unwrap().system, None);
    assert!(version("% Unknown command: show version").is_err());
}

#[test]
fn reads_the_uptime() {
    assert_eq!(uptime("12.50 3.2\n").unwrap(), Duration::from_millis(12_500));
    assert!(uptime("").is_err());
    assert!(uptime("-1 2").is_err());
}

#[test]
fn an_unknown_speed_is_none() {
    let with = |speed: &str| {
        let text = format!(
            r#"{{"lo":{{"administrativeStatus":"up","operationalStatus":"down","vrfName":"default","speed":{speed},
            "hardwareAddress":"AA:BB:CC:00:11:22","ipAddresses":[{{"address":"192.0.2.1/24"}}],"new":1}}}}"#
        );
        interfaces(&text).unwrap().remove(0)
    };
    assert_eq!(with("0").speed, None);
    assert_eq!(with("4294967295").speed, None);
    assert_eq!(with("10000").speed, Some(10_000_000_000));
    assert_eq!(with("1").mac_address.as_deref(), Some("aa:bb:cc:00:11:22"));
    assert!(!with("1").is_up);
    assert!(interfaces(r#"{"lo":{"operationalStatus":"up"}}"#).is_err(), "promised fields are missing");
    assert!(interfaces("").is_err());
    assert!(interfaces("% Unknown command: show interface json").is_err());
}

#[test]
fn several_documents_are_laid_together() {
    let one = r#"{"a":{"administrativeStatus":"up","operationalStatus":"up","vrfName":"default","ipAddresses":[]}}"#;
    let two = one.replace("\"a\"", "\"b\"").replace("default", "red");
    let names: Vec<_> =
        interfaces(&format!("{one}\n{two}")).unwrap().into_iter().map(|one| one.network_instance).collect();
    assert_eq!(names, ["default", "red"].map(|name| Some(name.to_owned())));
}

fn neighbor_json(extra: &str) -> String {
    format!(
        r#"{{"default":{{"vrfId":0,"vrfName":"default","192.0.2.9":{{"remoteAs":64509,"localAs":64501,
        "bgpState":"Idle","messageStats":{{"totalSent":1,"totalRecv":2}},"addressFamilyInfo":{{}},{extra}
        "hostLocal":"Unknown"}}}}}}"#
    )
}

#[test]
fn tells_why_a_session_is_down() {
    use peering_core::state::DownReason;
    let reason = |extra: &str| bgp_neighbors(&neighbor_json(extra)).unwrap().remove(0).down_reason;
    assert_eq!(reason(r#""adminShutDown":true,"lastErrorCodeSubcode":"0602","#), Some(DownReason::AdminDown));
    let sent = r#""lastErrorCodeSubcode":"0601","lastResetDueTo":"BGP Notification send","#;
    assert_eq!(reason(sent), Some(DownReason::MaximumPrefixes));
    let received = sent.replace("Notification send", "Notification received");
    assert!(matches!(reason(&received), Some(DownReason::Notification { code: 6, subcode: 1, .. })));
    assert_eq!(
        reason(r#""lastErrorCodeSubcode":"0202","lastNotificationReason":"OPEN Message Error/Bad Peer AS","#),
        Some(DownReason::Notification {
            code: 2,
            subcode: 2,
            text: "OPEN Message Error/Bad Peer AS".to_owned()
        })
    );
    let waiting = r#""lastResetDueTo":"Waiting for peer OPEN","#;
    assert_eq!(reason(waiting), Some(DownReason::Other("Waiting for peer OPEN".to_owned())));
    assert_eq!(reason(""), None);
}

#[test]
fn reads_one_instance_and_all() {
    let all = neighbor_json("").replace("\"default\"", "\"red\"");
    assert_eq!(bgp_neighbors(&all).unwrap().remove(0).network_instance, "red");
    let flat = neighbor_json("").replace(r#"{"default":{"vrfId":0,"vrfName":"default","#, "{");
    let flat = flat.strip_suffix('}').unwrap();
    assert_eq!(bgp_neighbors(flat).unwrap().remove(0).network_instance, "default");
    assert!(bgp_neighbors("{}").unwrap().is_empty());
    assert!(bgp_neighbors(&neighbor_json("").replace("remoteAs", "was")).is_err());
    assert!(bgp_neighbors(&neighbor_json("").replace("Idle", "Strange")).is_err());
}

#[test]
fn reads_counts() {
    assert_eq!(received(r#"{"ribTableWalkCounters":{"Adj-in":41,"Valid":36}}"#).unwrap(), 41);
    assert!(received(r#"{"warning":"No such neighbor in this view/vrf"}"#).is_err());
}

const RIB: &str = r#"{"198.51.100.0/24":[
    {"protocol":"static","vrfName":"default","selected":true,"distance":1,"metric":0,"uptime":"1d02h03m","nexthops":[]},
    {"protocol":"bgp","vrfName":"default","distance":20,"metric":5,"uptime":"00:01:02",
     "nexthops":[{"ip":"fe80::1","interfaceName":"lan0"},{"ip":"192.0.2.2","interfaceName":"lan0"}]}]}"#;

const PATHS: &str = r#"{"prefix":"198.51.100.0/24","paths":[
    {"aspath":{"segments":[{"type":"as-sequence","list":[64502,64503]}]},"origin":"incomplete","metric":7,"locPrf":150,
     "bestpath":{"overall":true},"community":{"string":"64501:1 no-export"},"largeCommunity":{"string":"1:2:3"},
     "nexthops":[{"ip":"192.0.2.2"}],"peer":{"peerId":"192.0.2.2"}},
    {"aspath":{"string":"Local","segments":[]},"origin":"IGP","nexthops":[{"ip":"0.0.0.0"}],"peer":{"peerId":"0.0.0.0"}}]}"#;

#[test]
fn the_table_says_what_is_in_use() {
    let routes = merge_routes(rib_routes(RIB).unwrap(), bgp_paths(PATHS, "default").unwrap());
    let told: Vec<_> = routes.iter().map(|route| (route.protocol.as_str(), route.is_best)).collect();
    assert_eq!(told, [("static", true), ("bgp", false), ("bgp", false)]);
    assert_eq!(routes[0].age, Some(Duration::from_secs(93_780)));
    let path = &routes[1];
    assert_eq!(path.preference, Some(20));
    let bgp = path.bgp.as_ref().unwrap();
    assert_eq!(bgp.as_path.iter().map(|asn| asn.get()).collect::<Vec<_>>(), [64502, 64503]);
    assert_eq!((bgp.med, bgp.local_preference), (Some(7), Some(150)));
    assert_eq!(bgp.communities, ["64501:1", "no-export"]);
    assert_eq!(routes[2].bgp.as_ref().unwrap().peer, None);
    assert!(routes[2].next_hops.is_empty());
}

#[test]
fn the_longest_prefix_of_both_counts() {
    let shorter = PATHS.replace("198.51.100.0/24", "198.51.0.0/16");
    let routes = merge_routes(rib_routes(RIB).unwrap(), bgp_paths(&shorter, "default").unwrap());
    assert!(routes.iter().all(|route| route.prefix.prefix_len() == 24));
    assert!(bgp_paths("{}", "default").unwrap().is_empty());
    assert!(rib_routes("{}").unwrap().is_empty());
    assert!(rib_routes(r#"{"0.0.0.0/0":[]}"#).unwrap().is_empty());
    assert!(bgp_paths("Specified 'all' vrf's", "default").is_err());
}
