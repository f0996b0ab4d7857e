//! Two routers that seem to run Arista EOS.

use peering_core::Asn;
use peering_drivers::sim::{EosIdentity, EosRouter, Fabric, Port, Running, User};
use serde_json::{Value, json};

use crate::{OURS, Result, addresses};

/// Sessions with the other router, with a member, and with one whose password is another.
fn router(number: u32) -> Result<EosRouter> {
    let (ours, other) = (OURS, 3 - number);
    let config = format!(
        "router bgp {ours}\nno bgp default ipv4-unicast\nneighbor 192.0.2.{other} remote-as {ours}\n\
         neighbor 192.0.2.5 remote-as 64505\nneighbor 2001:db8:ffff::5 remote-as 64505\n\
         neighbor 192.0.2.6 remote-as 64506\nneighbor 192.0.2.6 password wrong\naddress-family ipv4\n\
         neighbor 192.0.2.{other} activate\nneighbor 192.0.2.5 activate\nneighbor 192.0.2.6 activate\n\
         address-family ipv6\nneighbor 2001:db8:ffff::5 activate\n",
        ours = Asn::get(ours),
    );
    Ok(EosRouter {
        name: format!("eos{number}"),
        local_as: Some(OURS),
        ports: vec![Port { name: "Ethernet1".to_owned(), addresses: addresses(number)? }],
        config,
        users: vec![User::new("netops", "netops-password")],
        ..EosRouter::default()
    })
}

fn describe(running: &Running<EosIdentity>) -> Value {
    json!({
        "host": running.addr().ip().to_string(),
        "port": running.addr().port(),
        "ssh_port": running.ssh_addr().port(),
        "certificate": running.certificate(),
        "fingerprint": running.fingerprint(),
        "host_key": running.host_key(),
        "users": { "netops": "netops-password" },
    })
}

/// Starts both.
pub(crate) async fn start(fabric: &Fabric) -> Result<([Running<EosIdentity>; 2], Vec<Value>)> {
    let routers = [router(1)?.start(fabric).await?, router(2)?.start(fabric).await?];
    let told = routers.iter().map(describe).collect();
    Ok((routers, told))
}
