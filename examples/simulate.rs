//! Two simulated routers and two members on a peering LAN, for programs in any language.
//!
//! `cargo run --example simulate` prints one line of JSON (host, ports, users, host keys) and serves until its standard
//! input ends.

use std::io::Read as _;

use peering_core::Asn;
use peering_drivers::sim::{Fabric, FrrRouter, Login, Member, Port, Running, User};
use serde_json::json;

const OURS: Asn = Asn::new(64501);

fn router(number: u32) -> Result<FrrRouter, Box<dyn std::error::Error>> {
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
    let lan = Port {
        name: "lan0".to_owned(),
        addresses: vec![
            format!("192.0.2.{number}/24").parse()?,
            format!("2001:db8:ffff::{number}/64").parse()?,
        ],
    };
    Ok(FrrRouter {
        name: format!("frr{number}"),
        local_as: Some(OURS),
        ports: vec![lan],
        config,
        users: vec![
            User::new("netops", "netops-password"),
            User { login: Login::Vtysh, ..User::new("cli", "cli-password") },
        ],
    })
}

fn describe(running: &Running) -> serde_json::Value {
    json!({
        "host": running.addr().ip().to_string(),
        "port": running.addr().port(),
        "host_key": running.host_key(),
        "users": {"netops": "netops-password", "cli": "cli-password"},
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let fabric = Fabric::new();
    for asn in [64505, 64506] {
        let last = asn - 64500;
        fabric.add_member(Member {
            addresses: vec![format!("192.0.2.{last}").parse()?, format!("2001:db8:ffff::{last}").parse()?],
            ipv4_prefixes: 40,
            ipv6_prefixes: 30,
            ..Member::new(Asn::new(asn), OURS)
        });
    }
    let routers = [router(1)?.start(&fabric).await?, router(2)?.start(&fabric).await?];
    println!("{}", json!({"routers": routers.iter().map(describe).collect::<Vec<_>>()}));
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}
