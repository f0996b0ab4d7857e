//! A simulated router with many BGP neighbours, and the ways of reading them that are measured.

use std::io::BufRead as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use peering_core::driver::{Credentials, Driver, HostKeyPolicy, Target, TlsPolicy};
use peering_core::state::{AddressFamily, BgpNeighbor};
use peering_core::{Asn, Router, Secret};
use peering_drivers::arista_eos::{self, AristaEos};
use peering_drivers::juniper_junos::{self, JuniperJunos};
use peering_drivers::sim::{EosRouter, Fabric, JunosRouter, Member, Port, User};
use peering_drivers::transport::netconf::{Netconf, Operation, Options, xml::Document};
use peering_drivers::transport::{Http, Scheme};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::measure::Usage;

/// What a bench answers.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const OURS: Asn = Asn::new(64501);
const USER: &str = "bench";
const PASSWORD: &str = "bench-password";

/// The commands of NAPALM's plans, by the file that their answers are kept in.
const EOS: [(&str, &str, &str); 6] = [
    ("summary4.json", "json", "show ip bgp summary vrf all"),
    ("summary6.json", "json", "show ipv6 bgp summary vrf all"),
    ("neighbors4.json", "json", "show ip bgp neighbors vrf all"),
    ("neighbors6.json", "json", "show ipv6 bgp peers vrf all"),
    ("neighbors4.txt", "text", "show ip bgp neighbors vrf all"),
    ("neighbors6.txt", "text", "show ipv6 bgp peers vrf all"),
];

/// The same of Junos.
const JUNOS: [(&str, &str); 3] = [
    ("instances.xml", "<get-instance-information/>"),
    (
        "neighbors.xml",
        "<get-bgp-neighbor-information><instance>master</instance></get-bgp-neighbor-information>",
    ),
    ("summary.xml", "<get-bgp-summary-information><instance>master</instance></get-bgp-summary-information>"),
];

/// A platform that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Platform {
    /// `arista_eos`.
    AristaEos,
    /// `juniper_junos`.
    JuniperJunos,
}

/// What one run took and found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Found {
    /// Seconds.
    pub wall: f64,
    /// Seconds of processor time.
    pub cpu: f64,
    /// Bytes of the answers.
    pub bytes: usize,
    /// BGP neighbours.
    pub neighbors: usize,
    /// Those of them that are established.
    pub established: usize,
    /// The prefixes received of all together.
    pub received: u64,
}

impl Found {
    fn of<'n>(neighbors: impl Iterator<Item = &'n BgpNeighbor>) -> Found {
        let mut found = Found::default();
        for neighbor in neighbors {
            found.neighbors += 1;
            found.established += usize::from(neighbor.is_established());
            let family = neighbor.family(&AddressFamily::Ipv4Unicast);
            found.received += family.and_then(|family| family.received).unwrap_or_default();
        }
        found
    }
}

fn address(number: u32) -> Ipv4Addr {
    Ipv4Addr::from(0xC612_0000 + 256 + number)
}

/// Starts the router, prints its port and the fingerprint that proves it, then for each line that comes in the number
/// of requests since the last.
///
/// # Errors
/// When it does not start.
pub async fn serve(platform: Platform, neighbors: u32) -> Outcome<()> {
    let fabric = Fabric::with_delay(Duration::ZERO);
    for number in 0..neighbors {
        fabric.add_member(Member {
            addresses: vec![address(number).into()],
            ipv4_prefixes: 4,
            // one in twenty does not come up
            is_up: number % 20 != 7,
            ..Member::new(Asn::new(100_000 + number), OURS)
        });
    }
    let users = vec![User::new(USER, PASSWORD)];
    let lan = |name: &str| -> Outcome<Vec<Port>> {
        Ok(vec![Port { name: name.to_owned(), addresses: vec!["198.18.0.1/16".parse()?] }])
    };
    let up = (0..neighbors).filter(|number| number % 20 != 7).count();
    let within = Duration::from_secs(60);
    match platform {
        Platform::AristaEos => {
            let mut config = "router bgp 64501\n".to_owned();
            for number in 0..neighbors {
                let (address, asn) = (address(number), 100_000 + number);
                config += &format!(
                    "   neighbor {address} remote-as {asn}\n   neighbor {address} description Peer {number}\n"
                );
            }
            let router = EosRouter {
                name: "eos1".into(),
                config,
                users,
                ports: lan("Ethernet1")?,
                ..EosRouter::default()
            };
            let running = router.start(&fabric).await?;
            running.wait_established(up, within).await;
            answer(running.addr().port(), running.fingerprint(), || running.log().len())
        }
        Platform::JuniperJunos => {
            let mut config = "protocols { bgp { group IX { type external;\n".to_owned();
            for number in 0..neighbors {
                let (address, asn) = (address(number), 100_000 + number);
                config +=
                    &format!("neighbor {address} {{ description \"Peer {number}\"; peer-as {asn}; }}\n");
            }
            config += "} } }";
            let router = JunosRouter {
                name: "junos1".into(),
                local_as: Some(OURS),
                config,
                users,
                ports: lan("ge-0/0/0")?,
                ..JunosRouter::default()
            };
            let running = router.start(&fabric).await?;
            running.wait_established(up, within).await;
            let HostKeyPolicy::Pinned(pin) = running.target().host_key else { return Err("no pin".into()) };
            answer(running.addr().port(), &pin, || running.requests().len())
        }
    }
}

/// The simulator goes on meanwhile, for it runs in tasks that this thread does not hold up.
fn answer(port: u16, pin: &str, count: impl Fn() -> usize) -> Outcome<()> {
    println!("{port} {pin}");
    let mut before = 0;
    for line in std::io::stdin().lock().lines() {
        line?;
        let now = count();
        println!("{}", now - before);
        before = now;
    }
    Ok(())
}

fn target(place: &str) -> Outcome<Target> {
    let mut words = place.split(' ');
    let (port, pin) = (words.next().ok_or("no port")?.parse()?, words.next().ok_or("no fingerprint")?);
    let credentials = Credentials {
        username: USER.into(),
        password: Some(Secret::new(PASSWORD)),
        ..Credentials::default()
    };
    Ok(Target {
        port: Some(port),
        credentials,
        tls: TlsPolicy::Pinned(pin.to_owned()),
        host_key: HostKeyPolicy::Pinned(pin.to_owned()),
        ..Target::new("127.0.0.1")
    })
}

#[derive(Serialize)]
struct RunCmds<'a> {
    version: u8,
    cmds: [&'a str; 2],
    format: &'a str,
}

#[derive(Deserialize)]
struct Text {
    output: String,
}

/// Asks for every answer once, and keeps it. `place`: port, fingerprint, folder.
///
/// # Errors
/// When an answer is not had or kept.
pub async fn fetch(platform: Platform, place: &str) -> Outcome<()> {
    let target = target(place)?;
    let folder = Path::new(place.split(' ').nth(2).ok_or("no folder")?);
    match platform {
        Platform::AristaEos => {
            let http = Http::new(&target, Scheme::Https, 443)?;
            for (file, format, command) in EOS {
                let params = RunCmds { version: 1, cmds: ["enable", command], format };
                let answer =
                    http.rpc("/command-api", "runCmds", &params).await?.map_err(|error| error.message)?;
                let [_, answer]: [Box<RawValue>; 2] = serde_json::from_str(answer.get())?;
                let text = match format {
                    "text" => serde_json::from_str::<Text>(answer.get())?.output,
                    _ => answer.get().to_owned(),
                };
                std::fs::write(folder.join(file), text)?;
            }
        }
        Platform::JuniperJunos => {
            let netconf = Netconf::connect(&target, 22, Options::default()).await?;
            for (file, request) in JUNOS {
                let reply = netconf.call(&Operation::Raw(request.to_owned())).await?;
                std::fs::write(folder.join(file), reply.text())?;
            }
            netconf.close().await?;
        }
    }
    Ok(())
}

/// Reads the answers in a folder, several times; the best counts.
///
/// # Errors
/// When they do not read.
pub fn parse(platform: Platform, folder: &Path, detail: bool, runs: u32) -> Outcome<Found> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    let (mut best, mut found) = (f64::MAX, Found::default());
    let mut time = |work: &mut dyn FnMut() -> Outcome<Found>| -> Outcome<()> {
        for _ in 0..=runs {
            let started = Instant::now();
            found = work()?;
            best = best.min(started.elapsed().as_secs_f64());
        }
        Ok(())
    };
    let bytes = match (platform, detail) {
        (Platform::AristaEos, false) => {
            let texts = [read(EOS[0].0)?, read(EOS[1].0)?, read(EOS[2].0)?, read(EOS[3].0)?];
            let [s4, s6, n4, n6] = &texts;
            time(&mut || Ok(Found::of(arista_eos::parse::bgp_neighbors([s4, s6], [n4, n6])?.iter())))?;
            texts.iter().map(String::len).sum()
        }
        (Platform::AristaEos, true) => {
            let texts = [read(EOS[4].0)?, read(EOS[5].0)?, read(EOS[0].0)?, read(EOS[1].0)?];
            let [n4, n6, s4, s6] = &texts;
            time(&mut || {
                let mut all = arista_eos::parse::bgp_neighbors_detail(n4, s4)?;
                all.extend(arista_eos::parse::bgp_neighbors_detail(n6, s6)?);
                let received = all.iter().filter_map(|one| one.received_prefixes).sum();
                Ok(Found { received, ..Found::of(all.iter().map(|one| &one.neighbor)) })
            })?;
            n4.len() + n6.len()
        }
        (Platform::JuniperJunos, false) => {
            let texts = [read(JUNOS[0].0)?, read(JUNOS[1].0)?, read(JUNOS[2].0)?];
            let [instances, neighbors, summary] = &texts;
            time(&mut || {
                juniper_junos::parse::routing_instances(reply(&Document::parse(instances.as_str())?))?;
                juniper_junos::parse::bgp_state_ages(reply(&Document::parse(summary.as_str())?))?;
                let document = Document::parse(neighbors.as_str())?;
                Ok(Found::of(juniper_junos::parse::bgp_neighbors(reply(&document), "master")?.iter()))
            })?;
            texts.iter().map(String::len).sum()
        }
        (Platform::JuniperJunos, true) => {
            let texts = [read(JUNOS[0].0)?, read(JUNOS[1].0)?];
            let [instances, neighbors] = &texts;
            time(&mut || {
                juniper_junos::parse::routing_instances(reply(&Document::parse(instances.as_str())?))?;
                let document = Document::parse(neighbors.as_str())?;
                let all = juniper_junos::parse::bgp_neighbors_detail(reply(&document), "master")?;
                let received = all.iter().filter_map(|one| one.received_prefixes).sum();
                Ok(Found { received, ..Found::of(all.iter().map(|one| &one.neighbor)) })
            })?;
            texts.iter().map(String::len).sum()
        }
    };
    Ok(Found { wall: best, bytes, ..found })
}

fn reply<'d>(document: &'d Document<'_>) -> peering_drivers::transport::netconf::xml::Element<'d> {
    document.root()
}

/// Logs in, asks for the neighbours, closes.
///
/// # Errors
/// When it fails.
pub async fn wire(platform: Platform, place: &str) -> Outcome<Found> {
    let target = target(place)?;
    let driver: Arc<dyn Driver> = match platform {
        Platform::AristaEos => Arc::new(AristaEos::default()),
        Platform::JuniperJunos => Arc::new(JuniperJunos::default()),
    };
    let before = Usage::since(Instant::now()).cpu;
    let started = Instant::now();
    let router = Router::connect(driver, &target).await?;
    let neighbors = router.bgp_neighbors().await?;
    router.close().await?;
    let usage = Usage::since(started);
    Ok(Found { wall: usage.wall, cpu: usage.cpu - before, ..Found::of(neighbors.iter()) })
}
