//! Reads against what the routers are known to do.

use std::time::{Duration, Instant};

use peering_core::ErrorKind;
use peering_core::driver::{LoadMode, Read};
use peering_core::state::{AddressFamily, BgpState, DownReason, RouteMatch};

use super::lab::{cli, key, lab, password, with_window};

/// The sessions towards r2: what the example of the library does, by hand.
const PEERING: &str = "\
router bgp 64501
 neighbor 192.0.2.2 remote-as 64502
 neighbor 192.0.2.2 peer-group IXP4
 neighbor 192.0.2.2 description r2 over IPv4
 neighbor 192.0.2.2 password lab-md5-four
 neighbor 192.0.2.2 timers 3 9
 neighbor 192.0.2.2 timers connect 1
 neighbor 2001:db8:ffff::2 remote-as 64502
 neighbor 2001:db8:ffff::2 description r2 over IPv6
 neighbor 2001:db8:ffff::2 password lab-md5-six
 neighbor 2001:db8:ffff::2 timers 3 9
 neighbor 2001:db8:ffff::2 timers connect 1
 address-family ipv4 unicast
  neighbor 192.0.2.2 maximum-prefix 1000 80
 exit-address-family
 address-family ipv6 unicast
  neighbor 2001:db8:ffff::2 activate
  neighbor 2001:db8:ffff::2 route-map IXP-IN in
  neighbor 2001:db8:ffff::2 route-map IXP-OUT out
  neighbor 2001:db8:ffff::2 maximum-prefix 100
 exit-address-family
exit
";

#[tokio::test]
async fn sessions_come_up_and_are_read() {
    let Some(lab) = lab().await else { return };
    let started = Instant::now();
    let mut session = lab.connect(&key(&lab)).await.unwrap();
    println!("connect: {:?}", started.elapsed());
    session.open_candidate().await.unwrap();
    session.stage(LoadMode::Merge, PEERING).await.unwrap();
    let started = Instant::now();
    let diff = session.diff().await.unwrap();
    println!("diff: {:?}\n{diff}", started.elapsed());
    assert_eq!(diff.counts(), (16, 0), "{diff}");
    assert!(!diff.to_string().contains("lab-md5"), "{diff}");
    assert!(diff.expose().contains("lab-md5-six"));
    let started = Instant::now();
    let pending = session.commit(&with_window(60)).await.unwrap().unwrap();
    println!("commit: {:?}", started.elapsed());

    let end = Instant::now() + Duration::from_secs(30);
    let neighbors = loop {
        let started = Instant::now();
        let neighbors = session.bgp_neighbors().await.unwrap();
        let took = started.elapsed();
        let up = neighbors.iter().filter(|neighbor| {
            neighbor.is_established() && neighbor.families.iter().all(|family| family.accepted > Some(0))
        });
        if up.count() == 2 {
            println!("bgp_neighbors: {took:?}");
            break neighbors;
        }
        assert!(Instant::now() < end, "{neighbors:#?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    session.confirm(&pending.token).await.unwrap();
    assert!(lab.startup("r1").contains("r2 over IPv6"));

    let find = |address: &str| neighbors.iter().find(|one| one.address.to_string() == address).unwrap();
    let four = find("192.0.2.2");
    assert_eq!(
        (four.remote_as.get(), four.local_as.get(), four.network_instance.as_str()),
        (64502, 64501, "default")
    );
    assert_eq!(
        (four.description.as_deref(), four.peer_group.as_deref()),
        (Some("r2 over IPv4"), Some("IXP4"))
    );
    assert_eq!(four.local_address, Some("192.0.2.1".parse().unwrap()));
    assert_eq!(four.remote_router_id, Some("192.0.2.2".parse().unwrap()));
    assert_eq!(
        (four.hold_time, four.keepalive),
        (Some(Duration::from_secs(9)), Some(Duration::from_secs(3)))
    );
    assert_eq!(four.is_authenticated, Some(true));
    assert!(four.uptime.is_some() && four.established_since.is_some());
    let family = four.family(&AddressFamily::Ipv4Unicast).unwrap();
    assert_eq!(
        (family.accepted, family.sent, family.prefix_limit),
        (Some(36), Some(1), Some(1000)),
        "four are filtered"
    );
    assert!(family.received >= Some(40), "{family:?}");
    let six = find("2001:db8:ffff::2").family(&AddressFamily::Ipv6Unicast).unwrap().clone();
    assert_eq!(
        (six.received, six.accepted, six.sent),
        (None, Some(10), Some(1)),
        "no soft reconfiguration, no count"
    );
    let down = find("192.0.2.98");
    assert_eq!(
        (down.is_enabled, down.state, down.down_reason.clone()),
        (false, BgpState::Idle, Some(DownReason::AdminDown))
    );
    assert_eq!((down.uptime, down.remote_router_id), (None, None));
    assert!(find("192.0.2.99").state < BgpState::OpenSent);

    let routes = session.routes(RouteMatch::Longest("100.64.20.7".parse().unwrap()).into()).await.unwrap();
    let best = &routes[0];
    assert_eq!(
        (best.prefix.to_string().as_str(), best.protocol.as_str(), best.is_best),
        ("100.64.20.0/24", "bgp", true)
    );
    assert_eq!((best.preference, best.interfaces.as_slice()), (Some(20), ["lan0".to_owned()].as_slice()));
    let bgp = best.bgp.as_ref().unwrap();
    assert_eq!(bgp.communities, ["64501:100"]);
    assert_eq!(bgp.as_path.iter().map(|asn| asn.get()).collect::<Vec<_>>(), [64502]);
    assert_eq!(bgp.peer, Some("192.0.2.2".parse().unwrap()));
    let exact =
        session.routes(RouteMatch::Exact("2001:db8:e003::/48".parse().unwrap()).into()).await.unwrap();
    assert!(exact[0].is_best && exact[0].next_hops.iter().any(|hop| hop.is_ipv6()), "{exact:?}");
    assert!(
        session.routes(RouteMatch::Exact("100.64.20.0/25".parse().unwrap()).into()).await.unwrap().is_empty()
    );
    assert!(
        session.routes(RouteMatch::Longest("198.18.0.1".parse().unwrap()).into()).await.unwrap().is_empty()
    );
    let ours = session.routes(RouteMatch::Exact("203.0.113.0/26".parse().unwrap()).into()).await.unwrap();
    assert_eq!((ours[0].protocol.as_str(), ours[0].is_best), ("static", true), "{ours:?}");
    assert!(ours.iter().any(|route| route.protocol == "bgp" && !route.is_best), "{ours:?}");

    // the far side refuses more than it allows: the reason is told
    lab.vtysh(
        "r1",
        &["conf t", "router bgp 64501", "address-family ipv4 unicast", "neighbor 192.0.2.2 maximum-prefix 5"],
    );
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let neighbors = session.bgp_neighbors().await.unwrap();
        let four = neighbors.iter().find(|one| one.address.to_string() == "192.0.2.2").unwrap().clone();
        if four.down_reason == Some(DownReason::MaximumPrefixes) {
            assert!(four.is_enabled && !four.is_established());
            break;
        }
        assert!(Instant::now() < end, "{four:#?}");
        lab.vtysh("r1", &["clear bgp 192.0.2.2"]);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

#[tokio::test]
async fn both_kinds_of_account_read_the_same() {
    let Some(lab) = lab().await else { return };
    for target in [key(&lab), cli(&lab), password(&lab)] {
        let user = target.credentials.username.clone();
        let mut session = lab.connect(&target).await.unwrap();
        let facts = session.facts().await.unwrap();
        assert_eq!((facts.vendor.as_str(), facts.hostname.as_str()), ("FRRouting", "r1"), "{user}");
        assert!(facts.os_version.starts_with(|digit: char| digit.is_ascii_digit()));
        assert_eq!(facts.interfaces, ["lan0", "lo"]);
        assert_eq!(facts.uptime.is_some(), user != "cli");
        let interfaces = session.interfaces().await.unwrap();
        let lan = interfaces.iter().find(|interface| interface.name == "lan0").unwrap();
        assert!(lan.is_enabled && lan.is_up);
        assert_eq!((lan.mtu, lan.description.as_deref()), (Some(1500), Some("peering-lan")));
        let all = session.interface_addresses().await.unwrap();
        let own = &all.iter().find(|one| one.interface == "lan0").unwrap().addresses;
        assert!(own.contains(&"192.0.2.1/24".parse().unwrap()), "{own:?}");
        assert!(own.contains(&"2001:db8:ffff::1/64".parse().unwrap()), "{own:?}");
        assert_eq!(interfaces.iter().find(|interface| interface.name == "lo").unwrap().speed, None);
        assert_eq!(session.bgp_neighbors().await.unwrap().len(), 2);
        let running = session.running_config().await.unwrap();
        assert!(running.contains("neighbor 192.0.2.99 password before-any-test"), "{running}");
        session.check().await.unwrap();

        for refused in
            ["show nonsense", "show bgp neighbors 192.0.2.200", "show ip route 192.0.2.0/24 nonsense"]
        {
            let error = session.command(refused).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
            assert!(error.message().contains('%'), "{error}");
        }
        let quoted = session.command("show version; id 'x' $(id)").await.unwrap_err();
        assert_eq!(quoted.kind(), ErrorKind::Rejected, "nothing reaches a shell: {quoted}");
        assert_eq!(session.command("show version\nid").await.unwrap_err().kind(), ErrorKind::Options);
        session.close().await.unwrap();
        assert_eq!(session.check().await.unwrap_err().kind(), ErrorKind::Closed);
    }
}

#[tokio::test]
async fn only_what_works_is_claimed() {
    let Some(lab) = lab().await else { return };
    let all = lab.connect(&key(&lab)).await.unwrap().capabilities();
    assert!(all.merge && all.replace && all.validate && all.commit && all.commit_confirmed);
    let reads = lab.connect(&cli(&lab)).await.unwrap().capabilities();
    let claimed = [Read::Facts, Read::Routes, Read::Command, Read::BgpNeighbors];
    assert!(claimed.iter().all(|read| reads.reads.has(*read)));
    assert!(!reads.candidate() && !reads.validate && !reads.commit && !reads.commit_confirmed);
    let mut guest = key(&lab);
    guest.credentials.username = "guest".to_owned();
    let error = lab.connect(&guest).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(error.to_string().contains("frrvty"), "{error}");
    guest.credentials.username = "mute".to_owned();
    assert_eq!(lab.connect(&guest).await.unwrap_err().kind(), ErrorKind::Options);

    lab.exec("r1", "mount --bind /dev/null /usr/lib/frr/frr-reload.py");
    let without = lab.connect(&key(&lab)).await.map(|session| session.capabilities());
    lab.exec("r1", "umount /usr/lib/frr/frr-reload.py");
    assert!(!without.unwrap().candidate());
    let nowhere =
        peering_drivers::frr::Frr { state_dir: "/proc/peering-frr".to_owned(), ..Default::default() };
    let session = peering_core::driver::Driver::connect(&nowhere, &key(&lab)).await.unwrap();
    assert!(!session.capabilities().candidate());
}
