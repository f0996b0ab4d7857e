//! Two routers that seem to run Cisco NX-OS.

use peering_core::Asn;
use peering_drivers::sim::{Fabric, NxosIdentity, NxosRouter, Port, Running, User};
use serde_json::{Value, json};

use crate::{OURS, Result, addresses};

/// Sessions with the other router, with a member, and with one whose password is another.
fn router(number: u32) -> Result<NxosRouter> {
    let (ours, other) = (Asn::get(OURS), 3 - number);
    let config = format!(
        "ip domain-name example.net\nntp server 192.0.2.250\nsnmp-server contact noc@example.net\n\
         snmp-server location Rack 12\nusername netops password netops-password role network-admin\n\
         vrf context customer\nrouter bgp {ours}\naddress-family ipv4 unicast\nneighbor 192.0.2.{other}\n\
         remote-as {ours}\naddress-family ipv4 unicast\nneighbor 192.0.2.5\nremote-as 64505\ndescription Peer Five\n\
         address-family ipv4 unicast\nneighbor 192.0.2.6\nremote-as 64506\npassword wrong\naddress-family ipv4 unicast\n\
         neighbor 2001:db8:ffff::5\nremote-as 64505\naddress-family ipv6 unicast\n"
    );
    let lan = Port { name: "Ethernet1/1".to_owned(), addresses: addresses(number)? };
    let management =
        Port { name: "mgmt0".to_owned(), addresses: vec![format!("198.51.100.{number}/30").parse()?] };
    Ok(NxosRouter {
        name: format!("n9k{number}"),
        local_as: Some(OURS),
        ports: vec![lan, management],
        config,
        users: vec![User::new("netops", "netops-password")],
        has_http: true,
        ..NxosRouter::default()
    })
}

fn describe(running: &Running<NxosIdentity>) -> Value {
    json!({
        "host": running.addr().ip().to_string(),
        "port": running.addr().port(),
        "http_port": running.http_addr().map(|addr| addr.port()),
        "ssh_port": running.ssh_addr().port(),
        "certificate": running.certificate(),
        "fingerprint": running.fingerprint(),
        "host_key": running.host_key(),
        "users": { "netops": "netops-password" },
    })
}

/// Starts both.
pub(crate) async fn start(fabric: &Fabric) -> Result<([Running<NxosIdentity>; 2], Vec<Value>)> {
    let routers = [router(1)?.start(fabric).await?, router(2)?.start(fabric).await?];
    let told = routers.iter().map(describe).collect();
    Ok((routers, told))
}
