//! Two routers that run FRR.

use peering_drivers::sim::{Fabric, FrrRouter, Login, Port, Running, User};
use serde_json::{Value, json};

use crate::{OURS, Result, addresses};

fn router(number: u32) -> Result<FrrRouter> {
    let other = 3 - number;
    let config = format!(
        "router bgp {OURS}\n no bgp ebgp-requires-policy\n no bgp default ipv4-unicast\n \
         neighbor 192.0.2.{other} remote-as {OURS}\n neighbor 192.0.2.5 remote-as 64505\n \
         neighbor 2001:db8:ffff::5 remote-as 64505\n neighbor 192.0.2.6 remote-as 64506\n \
         neighbor 192.0.2.6 password wrong\n address-family ipv4 unicast\n  neighbor 192.0.2.{other} activate\n  \
         neighbor 192.0.2.5 activate\n  neighbor 192.0.2.6 activate\n exit-address-family\n \
         address-family ipv6 unicast\n  neighbor 2001:db8:ffff::5 activate\n exit-address-family\n",
        OURS = OURS.get(),
    );
    Ok(FrrRouter {
        name: format!("frr{number}"),
        local_as: Some(OURS),
        ports: vec![Port { name: "lan0".to_owned(), addresses: addresses(number)? }],
        config,
        users: vec![
            User::new("netops", "netops-password"),
            User { login: Login::Vtysh, ..User::new("cli", "cli-password") },
        ],
    })
}

/// The running routers, and how to reach them.
pub(crate) async fn start(fabric: &Fabric) -> Result<(Vec<Running>, Vec<Value>)> {
    let running = vec![router(1)?.start(fabric).await?, router(2)?.start(fabric).await?];
    let users = json!({"netops": "netops-password", "cli": "cli-password"});
    let described = running.iter().map(|one| crate::describe(one, &users)).collect();
    Ok((running, described))
}
