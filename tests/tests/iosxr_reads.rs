//! What IOS-XR's driver reads over its two transports: of one simulated router, both tell the same.

use std::sync::Arc;
use std::time::Duration;

use peering_core::driver::Read;
use peering_core::state::{ConfigQuery, DownReason, Ping, RouteMatch, RouteQuery, Traceroute};
use peering_core::{Asn, Router};
use peering_drivers::cisco_iosxr::{CiscoIosxr, IosxrTransport};
use peering_drivers::sim::{Fabric, Member, Port, RunningXr, User, XrRouter};
use serde::Serialize;
use serde_json::Value;

const OURS: Asn = Asn::new(64501);
const SOON: Duration = Duration::from_secs(10);

/// A prefix of the member whose address ends so.
const FIVES: &str = "172.20.5.0/24";

const CONFIG: &str = "\
username netops
 group root-lr
 secret 10 $6$simulated$hash
!
username guest
 group operator
!
vrf blue
 rd 64501:7
!
snmp-server community looking-glass RO IPv4 NOC
snmp-server community writers RW SystemOwner
snmp-server contact noc@example.net
snmp-server location Rack 12
ntp
 server 192.0.2.250 version 4 prefer iburst
 server vrf blue 198.51.100.9
 peer 2001:db8:ffff::fa key 7
!
interface Loopback0
 description the router itself
 ipv4 address 203.0.113.1 255.255.255.255
!
interface GigabitEthernet0/0/0/1
 description to a customer
 vrf blue
 mtu 9014
 ipv4 address 198.51.100.1 255.255.255.0
 ipv4 address 198.51.101.1 255.255.255.0 secondary
 ipv6 address 2001:db8:b::1/64
!
interface GigabitEthernet0/0/0/2
 shutdown
!
interface TenGigE0/1/0/0
!
route-policy ALL
  pass
end-policy
!
router static
 address-family ipv4 unicast
  198.18.0.0/15 Null0
  198.20.0.0/16 192.0.2.9
 !
!
router bgp 64501
 bgp router-id 192.0.2.1
 address-family ipv4 unicast
  network 198.18.0.0/15
 !
 address-family ipv6 unicast
 !
 neighbor-group IX
  ebgp-multihop 2
  description from the group
  address-family ipv4 unicast
   route-policy ALL in
   route-policy ALL out
   maximum-prefix 500 90 restart 30
   remove-private-as
   next-hop-self
  !
 !
 neighbor 192.0.2.5
  remote-as 64505
  use neighbor-group IX
  timers 10 30
  description Peer Five
  address-family ipv4 unicast
  !
  address-family ipv6 unicast
  !
 !
 neighbor 192.0.2.6
  remote-as 64506
  shutdown
  address-family ipv4 unicast
  !
 !
 neighbor 192.0.2.7
  remote-as 64507
  address-family ipv4 unicast
   maximum-prefix 5
  !
 !
 neighbor 192.0.2.99
  remote-as 64599
  local-as 64500
  password clear secret
  address-family ipv4 unicast
   soft-reconfiguration inbound
   route-reflector-client
  !
 !
 neighbor 2001:db8:ffff::5
  remote-as 64505
  address-family ipv6 unicast
   route-policy ALL in
  !
 !
 vrf blue
  rd 64501:7
  address-family ipv4 unicast
  !
  neighbor 198.51.100.2
   remote-as 64777
   use neighbor-group IX
   description a customer
   address-family ipv4 unicast
   !
  !
 !
!
lldp
!
";

/// A router with peers in every state, and another beside it.
async fn start() -> (Fabric, RunningXr, RunningXr) {
    let fabric = Fabric::with_delay(Duration::from_millis(20));
    for (last, prefixes) in [(5, 40), (6, 10), (7, 9)] {
        fabric.add_member(Member {
            addresses: vec![
                format!("192.0.2.{last}").parse().unwrap(),
                format!("2001:db8:ffff::{last}").parse().unwrap(),
            ],
            ipv4_prefixes: prefixes,
            ipv6_prefixes: 30,
            prefixes: if last == 5 { vec![FIVES.parse().unwrap()] } else { Vec::new() },
            ..Member::new(Asn::new(64_500 + last), OURS)
        });
    }
    let port = |name: &str, addresses: &[&str]| Port {
        name: name.to_owned(),
        addresses: addresses.iter().map(|net| net.parse().unwrap()).collect(),
    };
    let router = |name: &str, lan: Port, config: &str| XrRouter {
        name: name.to_owned(),
        local_as: Some(OURS),
        ports: vec![lan, port("GigabitEthernet0/0/0/1", &[]), port("GigabitEthernet0/0/0/2", &[])],
        config: config.to_owned(),
        users: vec![User::new("netops", "correct horse")],
        ..XrRouter::default()
    };
    let lan = port("GigabitEthernet0/0/0/0", &["192.0.2.1/24", "2001:db8:ffff::1/64"]);
    let running = router("xr1", lan, CONFIG).start(&fabric).await.unwrap();
    let lan = port("GigabitEthernet0/0/0/0", &["192.0.2.2/24"]);
    let config = "interface GigabitEthernet0/0/0/0\n description the LAN\n ipv4 address 192.0.2.2 255.255.255.0\n!\nlldp\n";
    let beside = router("xr2", lan, config).start(&fabric).await.unwrap();
    assert!(running.wait_established(2, SOON).await);
    (fabric, running, beside)
}

/// The router over NETCONF, and over its command line.
async fn both(running: &RunningXr) -> [Router; 2] {
    let netconf = Router::connect(Arc::new(CiscoIosxr::default()), &running.target()).await.unwrap();
    let driver = CiscoIosxr { transport: IosxrTransport::Ssh, ..CiscoIosxr::default() };
    let cli = Router::connect(Arc::new(driver), &running.shell_target()).await.unwrap();
    [netconf, cli]
}

/// A model without what time changes between two looks, and without `except`.
fn told(model: impl Serialize, except: &[&str]) -> Value {
    fn strip(value: &mut Value, except: &[&str]) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    let is_time = ["uptime", "state_age", "age", "since_flap"].contains(&name.as_str());
                    if is_time && !field.is_null() {
                        *field = Value::from("a time");
                    }
                    if except.contains(&name.as_str()) {
                        *field = Value::Null;
                    }
                    strip(field, except);
                }
            }
            Value::Array(items) => {
                items.iter_mut().for_each(|item| strip(item, except));
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(model).unwrap();
    strip(&mut value, except);
    value
}

/// Both tell the same in a read, but for the fields named.
macro_rules! agree {
    ($routers:ident, $read:ident ( $($argument:expr)? ) $(, but $except:expr)*) => {{
        let [netconf, cli] = &$routers;
        let except: &[&str] = &[$($except),*];
        let over_netconf = netconf.$read($($argument)?).await.unwrap();
        let over_cli = cli.$read($($argument)?).await.unwrap();
        assert_eq!(told(&over_cli, except), told(&over_netconf, except), stringify!($read));
        over_cli
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn both_transports_tell_the_same_of_the_router() {
    let (_fabric, running, _beside) = start().await;
    let routers = both(&running).await;
    let facts = agree!(routers, facts());
    assert_eq!((facts.hostname.as_str(), facts.os_version.as_str()), ("xr1", "7.5.2"));
    assert!(facts.serial_number.is_some_and(|serial| serial.starts_with("SIM")));
    let interfaces = agree!(routers, interfaces());
    let loopback = interfaces.iter().find(|one| one.name == "Loopback0").unwrap();
    assert_eq!((loopback.speed, loopback.mac_address.as_deref()), (None, None));
    assert!(
        interfaces.iter().any(|one| !one.is_enabled)
            && interfaces.iter().any(|one| one.is_enabled && !one.is_up)
    );
    agree!(routers, interface_counters());
    let [netconf, cli] = &routers;
    let (mut addresses, mut others) =
        (cli.interface_addresses().await.unwrap(), netconf.interface_addresses().await.unwrap());
    for all in [&mut addresses, &mut others] {
        all.sort_by(|one, other| one.interface.cmp(&other.interface));
    }
    assert_eq!(addresses, others);
    assert!(addresses.iter().any(|one| one.addresses.len() == 3), "primary, secondary, IPv6: {addresses:?}");
    agree!(routers, running_config());
}

#[tokio::test(flavor = "multi_thread")]
async fn both_transports_tell_the_same_of_bgp() {
    let (_fabric, running, _beside) = start().await;
    let routers = both(&running).await;
    agree!(routers, bgp_instances());
    let neighbors = agree!(routers, bgp_neighbors());
    assert_eq!(neighbors.len(), 6);
    let down = |address: &str| {
        let found = neighbors.iter().find(|one| one.address == address.parse::<std::net::IpAddr>().unwrap());
        found.unwrap().down_reason.clone()
    };
    assert_eq!(down("192.0.2.6"), Some(DownReason::AdminDown));
    assert_eq!(down("192.0.2.7"), Some(DownReason::MaximumPrefixes));
    let five = neighbors.iter().find(|one| one.address.to_string() == "192.0.2.5").unwrap();
    assert_eq!(five.families.len(), 2);
    // what only one of the two knows
    let all = agree!(
        routers, bgp_neighbors_detail(None),
        but "is_local_address_configured", but "previous_state", but "prepends_local_as", but "last_event",
        but "local_port", but "remote_port", but "supports_add_path", but "suppresses_4byte_as"
    );
    assert_eq!(all.len(), 6);
    let one: Option<std::net::IpAddr> = "198.51.100.2".parse().ok();
    let [_, cli] = &routers;
    let details = cli.bgp_neighbors_detail(one).await.unwrap();
    assert_eq!(
        details.iter().map(|one| one.neighbor.network_instance.as_str()).collect::<Vec<_>>(),
        ["blue"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn both_transports_tell_the_same_of_the_configuration() {
    let (_fabric, running, _beside) = start().await;
    let routers = both(&running).await;
    // NETCONF hides a password in a form of its own
    let groups = agree!(routers, bgp_config(), but "authentication_key");
    assert_eq!(groups.iter().map(|group| group.neighbors.len()).collect::<Vec<_>>(), [2, 4]);
    let users = agree!(routers, users());
    assert_eq!(
        users.iter().map(|user| (user.name.as_str(), user.level)).collect::<Vec<_>>(),
        [("guest", 1), ("netops", 15)]
    );
    let snmp = agree!(routers, snmp());
    assert_eq!(snmp.communities.len(), 2);
    assert_eq!(agree!(routers, ntp_servers()).len(), 2);
    assert_eq!(agree!(routers, ntp_peers()).len(), 1);
    let instances = agree!(routers, network_instances());
    assert_eq!(
        instances.iter().map(|one| one.route_distinguisher.as_deref()).collect::<Vec<_>>(),
        [None, Some("64501:7")]
    );
    let query = ConfigQuery { sanitized: true, ..ConfigQuery::default() };
    let [_, cli] = &routers;
    let text = cli.config(query).await.unwrap();
    assert!(
        text.contains("hostname xr1") && !text.contains("looking-glass") && !text.contains("simulated$hash")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn both_transports_tell_the_same_of_routes_and_links() {
    let (_fabric, running, _beside) = start().await;
    let routers = both(&running).await;
    let [netconf, cli] = &routers;
    for prefix in [
        "198.18.0.0/15",
        "198.20.0.0/16",
        "192.0.2.0/24",
        "203.0.113.1/32",
        "2001:db8:ffff::/64",
        "10.9.0.0/16",
    ] {
        let exact = RouteMatch::Exact(prefix.parse().unwrap());
        let routes = agree!(routers, routes(exact), but "preference2");
        assert_eq!(routes.len(), usize::from(prefix != "10.9.0.0/16"), "{prefix}");
    }
    let near = RouteMatch::Longest("192.0.2.77".parse().unwrap());
    assert_eq!(agree!(routers, routes(near), but "preference2").len(), 1);
    // NETCONF has no attributes
    let exact = RouteMatch::Exact(FIVES.parse().unwrap());
    let routes = agree!(routers, routes(exact), but "preference2", but "bgp");
    let attributes = routes[0].bgp.clone().unwrap();
    assert_eq!(
        (attributes.as_path.as_slice(), attributes.peer),
        ([Asn::new(64505)].as_slice(), "192.0.2.5".parse().ok())
    );
    assert_eq!((attributes.remote_as, attributes.local_as), (Some(Asn::new(64505)), Some(OURS)));
    for (within, count) in [
        ("192.0.2.0/24", 2),
        ("198.16.0.0/12", 2),
        ("2001:db8:ffff::/48", 2),
        ("172.20.0.0/14", 1),
        ("10.9.0.0/16", 0),
    ] {
        let longer = RouteMatch::Longer(within.parse().unwrap());
        let routes = agree!(routers, routes(longer), but "preference2", but "bgp");
        assert_eq!(routes.len(), count, "{within}");
    }
    let matching = RouteMatch::Longer("172.20.0.0/14".parse().unwrap());
    let query = RouteQuery { matching, protocol: Some("bgp".to_owned()) };
    let (within, alone) = (cli.routes(query).await.unwrap(), cli.routes(exact).await.unwrap());
    assert_eq!(told(within, &[]), told(alone, &[]), "with attributes");
    let longer = RouteMatch::Longer("198.51.100.0/24".parse().unwrap());
    let instances: Vec<_> =
        cli.routes(longer).await.unwrap().into_iter().map(|route| route.network_instance).collect();
    assert_eq!(instances, ["blue", "blue"]);
    let blue = RouteMatch::Exact("198.51.100.0/24".parse().unwrap());
    assert_eq!(
        cli.routes(blue).await.unwrap()[0].network_instance,
        "blue",
        "NETCONF looks into the main table only"
    );
    assert!(netconf.routes(blue).await.unwrap().is_empty());

    // the command line tells the router's own addresses, too, and the VRF
    let mut arp = cli.arp_table().await.unwrap();
    assert!(arp.iter().any(|entry| entry.network_instance.as_deref() == Some("blue")));
    arp.retain(|entry| entry.age.is_some());
    let except = &["network_instance"];
    assert_eq!(told(&arp, except), told(netconf.arp_table().await.unwrap(), except));
    let neighbors = agree!(routers, ipv6_neighbors(), but "age");
    assert!(!neighbors.is_empty());
    let beside = agree!(routers, lldp_neighbors());
    let described: Vec<_> = beside.iter().map(|one| one.port_description.as_deref()).collect();
    assert_eq!(described, [Some("the LAN")]);
    assert_eq!(agree!(routers, lldp_neighbors_detail("GigabitEthernet0/0/0/1".to_owned())).len(), 0);
    let associations = agree!(routers, ntp_associations(), but "reference_id", but "kind", but "when", but "jitter", but "host_poll");
    assert_eq!(associations.len(), 3);

    let ping = |to: &str| Ping { count: 3, ..Ping::new(to) };
    assert_eq!(agree!(routers, ping(ping("192.0.2.5")), but "answers").sent, 3);
    assert_eq!(agree!(routers, ping(ping("192.0.2.200")), but "answers").lost, 3);
    agree!(routers, traceroute(Traceroute::new("192.0.2.5")), but "name");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_claimed_is_not_tried() {
    let (_fabric, running, _beside) = start().await;
    let [_, cli] = both(&running).await;
    let reads = cli.capabilities().reads;
    assert!(reads.has(Read::Command) && !reads.has(Read::Optics));
    assert!(cli.command("show version").await.unwrap().contains("Cisco IOS XR Software"));
}
