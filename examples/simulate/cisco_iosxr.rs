//! Two routers that run IOS-XR.

use std::time::Duration;

use peering_drivers::sim::{Fabric, Port, RunningXr, User, XrRouter};
use serde_json::{Value, json};

use crate::{OURS, Result, addresses};

fn router(number: u32, minute: Duration) -> Result<XrRouter> {
    let other = 3 - number;
    let config = format!(
        "username netops
 group root-lr
 group cisco-support
!
vrf cust-a
!
snmp-server community looking-glass RO
snmp-server contact noc@example.net
snmp-server location Rack 12
ntp
 server 192.0.2.250
 peer 2001:db8:ffff::fa
!
interface GigabitEthernet0/0/0/0
 description peering LAN of xr{number}
 ipv4 address 192.0.2.{number} 255.255.255.0
 ipv6 address 2001:db8:ffff::{number}/64
!
interface GigabitEthernet0/0/0/1
 vrf cust-a
 ipv4 address 198.51.100.1 255.255.255.252
!
prefix-set OURS
  198.18.0.0/15
end-set
!
route-policy IN
  pass
end-policy
!
route-policy OUT
  if destination in OURS then
    pass
  endif
end-policy
!
router static
 address-family ipv4 unicast
  198.18.0.0/15 Null0
 !
!
router bgp 64501
 address-family ipv4 unicast
  network 198.18.0.0/15
 !
 address-family ipv6 unicast
 !
 neighbor-group IX4
  address-family ipv4 unicast
   route-policy IN in
   route-policy OUT out
   maximum-prefix 500 90 restart 30
  !
 !
 neighbor 192.0.2.{other}
  remote-as 64501
  address-family ipv4 unicast
  !
 !
 neighbor 192.0.2.5
  remote-as 64505
  use neighbor-group IX4
  description Peer Five
  address-family ipv4 unicast
  !
 !
 neighbor 192.0.2.6
  remote-as 64506
  use neighbor-group IX4
  password clear wrong
  address-family ipv4 unicast
  !
 !
 neighbor 2001:db8:ffff::5
  remote-as 64505
  address-family ipv6 unicast
  !
 !
!
lldp
!
"
    );
    let lan = Port { name: "GigabitEthernet0/0/0/0".to_owned(), addresses: addresses(number)? };
    let customer = Port { name: "GigabitEthernet0/0/0/1".to_owned(), addresses: Vec::new() };
    Ok(XrRouter {
        name: format!("xr{number}"),
        local_as: Some(OURS),
        ports: vec![lan, customer],
        config,
        users: vec![User::new("netops", "netops-password")],
        minute,
        has_base_1_1: number == 2,
        ..XrRouter::default()
    })
}

/// The running routers, and how to reach them. `minute`: how long theirs are; the second offers NETCONF 1.1 too.
pub(crate) async fn start(fabric: &Fabric, minute: Duration) -> Result<(Vec<RunningXr>, Vec<Value>)> {
    let running = vec![router(1, minute)?.start(fabric).await?, router(2, minute)?.start(fabric).await?];
    let users = json!({"netops": "netops-password"});
    let describe = |one: &RunningXr| {
        let mut described = crate::describe(one, &users);
        described["shell_port"] = json!(one.shell_addr().port());
        described
    };
    let described = running.iter().map(describe).collect();
    Ok((running, described))
}
