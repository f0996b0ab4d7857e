//! Two simulated routers and two members on a peering LAN, for programs in any language.
//!
//! `cargo run --example simulate [PLATFORM [SECONDS]]` prints one line of JSON (host, ports, users, and what they are known by) and
//! serves until its standard input ends. The platform is `frr`, `arista_eos`, `cisco_ios`, `cisco_iosxr`, `cisco_nxos` or
//! `juniper_junos`; a minute of the routers of IOS, IOS-XR and Junos takes so many seconds.

#[path = "simulate/arista_eos.rs"]
mod arista_eos;
#[path = "simulate/cisco_ios.rs"]
mod cisco_ios;
#[path = "simulate/cisco_iosxr.rs"]
mod cisco_iosxr;
#[path = "simulate/cisco_nxos.rs"]
mod cisco_nxos;
#[path = "simulate/frr.rs"]
mod frr;
#[path = "simulate/juniper_junos.rs"]
mod juniper_junos;

use std::io::Read as _;
use std::time::Duration;

use peering_core::Asn;
use peering_drivers::sim::{Fabric, Member, Running};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

pub(crate) const OURS: Asn = Asn::new(64501);

/// The addresses that the router or member of a number has on the LAN.
pub(crate) fn addresses<T: std::str::FromStr<Err: std::error::Error + 'static>>(
    number: u32,
) -> Result<Vec<T>> {
    Ok(vec![format!("192.0.2.{number}/24").parse()?, format!("2001:db8:ffff::{number}/64").parse()?])
}

pub(crate) fn describe(running: &Running, users: &Value) -> Value {
    json!({
        "host": running.addr().ip().to_string(),
        "port": running.addr().port(),
        "host_key": running.host_key(),
        "users": users,
    })
}

/// Serves until the standard input ends. What runs is held meanwhile.
async fn serve<T>((_running, routers): (T, Vec<Value>)) -> Result<()> {
    println!("{}", json!({ "routers": routers }));
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let platform = arguments.next();
    let seconds = arguments.next().map_or(Ok(60.0), |seconds| seconds.parse())?;
    let minute = Duration::try_from_secs_f64(seconds)?;
    let fabric = Fabric::new();
    for last in [5, 6] {
        fabric.add_member(Member {
            addresses: vec![format!("192.0.2.{last}").parse()?, format!("2001:db8:ffff::{last}").parse()?],
            ipv4_prefixes: 40,
            ipv6_prefixes: 30,
            ..Member::new(Asn::new(64_500 + last), OURS)
        });
    }
    match platform.as_deref().unwrap_or("frr") {
        "arista_eos" => serve(arista_eos::start(&fabric).await?).await,
        "cisco_ios" => serve(cisco_ios::start(&fabric, minute).await?).await,
        "cisco_iosxr" => serve(cisco_iosxr::start(&fabric, minute).await?).await,
        "cisco_nxos" => serve(cisco_nxos::start(&fabric).await?).await,
        "frr" => serve(frr::start(&fabric).await?).await,
        "juniper_junos" => serve(juniper_junos::start(&fabric, minute).await?).await,
        other => Err(format!("there is no simulated {other}").into()),
    }
}
