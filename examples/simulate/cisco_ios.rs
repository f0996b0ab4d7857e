//! Two routers that seem to run Cisco IOS-XE.

use std::time::Duration;

use peering_core::Asn;
use peering_drivers::sim::{Fabric, IosRouter, Port, RunningIos, User};
use serde_json::{Value, json};

use crate::{OURS, Result, addresses};

const ENABLE: &str = "enable-password";

/// Sessions with the other router, with a member, and with one whose password is another. The second asks for a
/// password to `enable`.
fn router(number: u32, minute: Duration) -> Result<IosRouter> {
    let (ours, other) = (OURS, 3 - number);
    let config = format!(
        "ip domain name example.net\nntp server 192.0.2.250\nsnmp-server location Lab\nvrf definition MGMT\nrd 1:1\naddress-family ipv4\n\
         exit-address-family\nrouter bgp {ours}\nno bgp default ipv4-unicast\nneighbor 192.0.2.{other} remote-as {ours}\n\
         neighbor 192.0.2.5 remote-as 64505\nneighbor 192.0.2.5 description A member\n\
         neighbor 2001:db8:ffff::5 remote-as 64505\nneighbor 192.0.2.6 remote-as 64506\n\
         neighbor 192.0.2.6 password wrong\naddress-family ipv4\nneighbor 192.0.2.{other} activate\n\
         neighbor 192.0.2.5 activate\nneighbor 192.0.2.6 activate\naddress-family ipv6\n\
         neighbor 2001:db8:ffff::5 activate\n",
        ours = Asn::get(ours),
    );
    Ok(IosRouter {
        name: format!("ios{number}"),
        local_as: Some(OURS),
        ports: vec![Port { name: "GigabitEthernet1".to_owned(), addresses: addresses(number)? }],
        config,
        users: vec![User::new("netops", "netops-password")],
        enable_secret: (number == 2).then(|| ENABLE.into()),
        minute,
        ..IosRouter::default()
    })
}

fn describe(running: &RunningIos, secret: Option<&str>) -> Value {
    json!({
        "host": running.addr().ip().to_string(),
        "port": running.addr().port(),
        "host_key": running.host_key(),
        "secret": secret,
        "users": { "netops": "netops-password" },
    })
}

/// Starts both.
pub(crate) async fn start(fabric: &Fabric, minute: Duration) -> Result<([RunningIos; 2], Vec<Value>)> {
    let routers = [router(1, minute)?.start(fabric).await?, router(2, minute)?.start(fabric).await?];
    let [first, second] = &routers;
    let told = vec![describe(first, None), describe(second, Some(ENABLE))];
    Ok((routers, told))
}
