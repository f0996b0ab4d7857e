//! Two simulated routers and two members on a peering LAN, for programs in any language.
//!
//! `cargo run --example simulate [frr|eos]` prints one line of JSON (host, ports, users, what the routers are known by)
//! and serves until its standard input ends.

use std::any::Any;
use std::io::Read as _;

use peering_core::Asn;
use peering_drivers::sim::{EosRouter, Fabric, FrrRouter, Login, Member, Port, User};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const OURS: Asn = Asn::new(64501);

fn port(name: &str, number: u32) -> Result<Port> {
    let addresses =
        vec![format!("192.0.2.{number}/24").parse()?, format!("2001:db8:ffff::{number}/64").parse()?];
    Ok(Port { name: name.to_owned(), addresses })
}

/// The sessions of a router: with the other one, with a member, and with one whose password is another.
fn config(number: u32, first: &str) -> String {
    let (ours, other) = (OURS.get(), 3 - number);
    format!(
        "router bgp {ours}\n{first} no bgp default ipv4-unicast\n neighbor 192.0.2.{other} remote-as {ours}\n \
         neighbor 192.0.2.5 remote-as 64505\n neighbor 2001:db8:ffff::5 remote-as 64505\n \
         neighbor 192.0.2.6 remote-as 64506\n neighbor 192.0.2.6 password wrong\n address-family ipv4%\n  \
         neighbor 192.0.2.{other} activate\n  neighbor 192.0.2.5 activate\n  neighbor 192.0.2.6 activate\n exit\n \
         address-family ipv6%\n  neighbor 2001:db8:ffff::5 activate\n exit\n",
    )
}

/// Starts a router: its handle, which keeps it running, and how to reach it.
async fn start(platform: &str, number: u32, fabric: &Fabric) -> Result<(Box<dyn Any>, Value)> {
    let (name, local_as) = (format!("{platform}{number}"), Some(OURS));
    let netops = User::new("netops", "netops-password");
    let cli = User { login: Login::Vtysh, ..User::new("cli", "cli-password") };
    let users = json!({"netops": "netops-password", "cli": "cli-password"});
    Ok(match platform {
        "eos" => {
            let (ports, config) = (vec![port("Ethernet1", number)?], config(number, "").replace('%', ""));
            let users_here = vec![netops, cli];
            let router =
                EosRouter { name, local_as, ports, config, users: users_here, ..EosRouter::default() };
            let running = router.start(fabric).await?;
            let (host, port) = (running.addr().ip(), running.addr().port());
            let (pem, digest) = (running.certificate(), running.fingerprint());
            let said = json!({"host": host, "port": port, "certificate": pem, "fingerprint": digest, "users": users});
            (Box::new(running), said)
        }
        _ => {
            let config = config(number, " no bgp ebgp-requires-policy\n").replace('%', " unicast");
            let ports = vec![port("lan0", number)?];
            let running = FrrRouter { name, local_as, ports, config, users: vec![netops, cli] };
            let running = running.start(fabric).await?;
            let (host, port) = (running.addr().ip(), running.addr().port());
            let said = json!({"host": host, "port": port, "host_key": running.host_key(), "users": users});
            (Box::new(running), said)
        }
    })
}

#[tokio::main]
async fn main() -> Result<()> {
    let fabric = Fabric::new();
    for asn in [64505, 64506] {
        let last = asn - 64500;
        let addresses = vec![format!("192.0.2.{last}").parse()?, format!("2001:db8:ffff::{last}").parse()?];
        let (ipv4_prefixes, ipv6_prefixes) = (40, 30);
        fabric.add_member(Member {
            addresses,
            ipv4_prefixes,
            ipv6_prefixes,
            ..Member::new(Asn::new(asn), OURS)
        });
    }
    let platform = std::env::args().nth(1).unwrap_or_else(|| "frr".to_owned());
    let (first, second) = (start(&platform, 1, &fabric).await?, start(&platform, 2, &fabric).await?);
    println!("{}", json!({"routers": [first.1, second.1]}));
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}
