//! A simulated router with many BGP neighbours, and the ways of reading them that are measured.

mod eos;
mod ios;
mod iosxr;
mod junos;
mod nxos;

use std::io::BufRead as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use peering_core::driver::{Credentials, Driver, HostKeyPolicy, Target, TlsPolicy};
use peering_core::state::{AddressFamily, BgpNeighbor, BgpNeighborDetail};
use peering_core::{Asn, ErrorKind, Router, Secret};
use peering_drivers::arista_eos::AristaEos;
use peering_drivers::cisco_ios::CiscoIos;
use peering_drivers::cisco_iosxr::CiscoIosxr;
use peering_drivers::cisco_nxos::{CiscoNxos, NxosTransport};
use peering_drivers::juniper_junos::JuniperJunos;
use peering_drivers::sim::{Fabric, Member, Port, User};
use peering_drivers::transport::netconf::{Netconf, Operation, Options};
use serde::{Deserialize, Serialize};

use crate::measure::Usage;

/// What a bench answers.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const OURS: Asn = Asn::new(64501);
const USER: &str = "bench";
const PASSWORD: &str = "bench-password";

/// A platform that is measured, in one of the ways to speak with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Platform {
    /// `arista_eos`, eAPI.
    AristaEos,
    /// `cisco_ios`, SSH.
    CiscoIos,
    /// `cisco_iosxr`, NETCONF.
    CiscoIosxr,
    /// `cisco_nxos`, NX-API.
    CiscoNxos,
    /// `cisco_nxos`, SSH.
    CiscoNxosSsh,
    /// `juniper_junos`, NETCONF.
    JuniperJunos,
}

impl Platform {
    /// What NAPALM's driver for it is called.
    pub fn napalm(self) -> &'static str {
        match self {
            Platform::AristaEos => "eos",
            Platform::CiscoIos => "ios",
            Platform::CiscoIosxr => "iosxr_netconf",
            Platform::CiscoNxos => "nxos",
            Platform::CiscoNxosSsh => "nxos_ssh",
            Platform::JuniperJunos => "junos",
        }
    }

    /// The form of what NAPALM asks for, of the neighbours and, where it is another answer or another reading, of their
    /// details.
    pub fn forms(self) -> (&'static str, Option<&'static str>) {
        match self {
            Platform::AristaEos => ("JSON", Some("text")),
            Platform::CiscoIos | Platform::CiscoNxosSsh => ("text", None),
            Platform::CiscoIosxr | Platform::JuniperJunos => ("XML", Some("XML, detail")),
            Platform::CiscoNxos => ("JSON", None),
        }
    }

    /// What is counted on the way: a command line's commands may be on their way together.
    pub fn unit(self) -> &'static str {
        match self {
            Platform::CiscoIos | Platform::CiscoNxosSsh => "lines typed",
            _ => "round trips",
        }
    }

    fn driver(self) -> Arc<dyn Driver> {
        match self {
            Platform::AristaEos => Arc::new(AristaEos::default()),
            Platform::CiscoIos => Arc::new(CiscoIos::default()),
            Platform::CiscoIosxr => Arc::new(CiscoIosxr::default()),
            Platform::CiscoNxos => Arc::new(CiscoNxos::default()),
            Platform::CiscoNxosSsh => {
                Arc::new(CiscoNxos { transport: NxosTransport::Ssh, ..CiscoNxos::default() })
            }
            Platform::JuniperJunos => Arc::new(JuniperJunos::default()),
        }
    }
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
            // NAPALM takes what was accepted for what was received, where a router tells nothing else
            found.received +=
                family.and_then(|family| family.received.or(family.accepted)).unwrap_or_default();
        }
        found
    }

    fn of_details(details: &[BgpNeighborDetail]) -> Found {
        let received = details.iter().filter_map(|one| one.received_prefixes).sum();
        Found { received, ..Found::of(details.iter().map(|one| &one.neighbor)) }
    }
}

/// Answers that were kept, and what reads them.
struct Work {
    bytes: usize,
    read: Box<dyn Fn() -> Outcome<Found>>,
}

/// The LAN with its members, and what a router on it is made of.
struct Lan {
    fabric: Fabric,
    neighbors: u32,
}

impl Lan {
    fn new(neighbors: u32) -> Lan {
        let fabric = Fabric::with_delay(Duration::ZERO);
        for number in 0..neighbors {
            fabric.add_member(Member {
                addresses: vec![address(number).into()],
                ipv4_prefixes: 4,
                is_up: is_up(number),
                ..Member::new(Asn::new(100_000 + number), OURS)
            });
        }
        Lan { fabric, neighbors }
    }

    /// A line or more for each neighbour, of its number, address and AS.
    fn config(&self, head: &str, of: impl Fn(u32, Ipv4Addr, u32) -> String) -> String {
        let lines = (0..self.neighbors).map(|number| of(number, address(number), 100_000 + number));
        lines.fold(head.to_owned(), |config, line| config + &line)
    }

    fn users() -> Vec<User> {
        vec![User::new(USER, PASSWORD)]
    }

    fn ports(name: &str) -> Outcome<Vec<Port>> {
        Ok(vec![Port { name: name.to_owned(), addresses: vec!["198.18.0.1/16".parse()?] }])
    }

    /// How many sessions come up.
    fn up(&self) -> usize {
        (0..self.neighbors).filter(|number| is_up(*number)).count()
    }
}

/// One in twenty does not come up.
fn is_up(number: u32) -> bool {
    number % 20 != 7
}

/// How long sessions may take to come up.
const WITHIN: Duration = Duration::from_secs(60);

fn address(number: u32) -> Ipv4Addr {
    Ipv4Addr::from(0xC612_0000 + 256 + number)
}

/// Starts the router, prints its port and the fingerprint that proves it, then for each line that comes in the number
/// of requests, or of lines typed, since the last.
///
/// # Errors
/// When it does not start.
pub async fn serve(platform: Platform, neighbors: u32) -> Outcome<()> {
    let lan = Lan::new(neighbors);
    match platform {
        Platform::AristaEos => eos::serve(&lan).await,
        Platform::CiscoIos => ios::serve(&lan).await,
        Platform::CiscoIosxr => iosxr::serve(&lan).await,
        Platform::CiscoNxos => nxos::serve(&lan, false).await,
        Platform::CiscoNxosSsh => nxos::serve(&lan, true).await,
        Platform::JuniperJunos => junos::serve(&lan).await,
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

/// What proves that an SSH server is the one that was started.
fn pin(target: &Target) -> Outcome<&str> {
    match &target.host_key {
        HostKeyPolicy::Pinned(pin) => Ok(pin),
        _ => Err("no pin".into()),
    }
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

/// Asks for every answer once, and keeps it. `place`: port, fingerprint, folder.
///
/// # Errors
/// When an answer is not had or kept.
pub async fn fetch(platform: Platform, place: &str) -> Outcome<()> {
    let target = target(place)?;
    let folder = Path::new(place.split(' ').nth(2).ok_or("no folder")?);
    match platform {
        Platform::AristaEos => eos::fetch(&target, folder).await,
        Platform::CiscoIos => {
            let router = Router::connect(platform.driver(), &target).await?;
            typed(&router, &ios::COMMANDS, folder).await
        }
        Platform::CiscoIosxr => xml(&target, &iosxr::REQUESTS, folder).await,
        Platform::CiscoNxos => nxos::fetch(&target, folder).await,
        Platform::CiscoNxosSsh => {
            let router = Router::connect(platform.driver(), &target).await?;
            typed(&router, &nxos::COMMANDS, folder).await
        }
        Platform::JuniperJunos => xml(&target, &junos::REQUESTS, folder).await,
    }
}

/// Keeps what commands print; nothing of one that is refused.
async fn typed(router: &Router, commands: &[(&str, &str)], folder: &Path) -> Outcome<()> {
    for (file, command) in commands {
        let text = match router.command(command).await {
            Err(error) if error.kind() == ErrorKind::Rejected => String::new(),
            answer => answer?,
        };
        std::fs::write(folder.join(file), text)?;
    }
    Ok(router.close().await?)
}

/// Keeps what NETCONF requests are answered with.
async fn xml(target: &Target, requests: &[(&str, &str)], folder: &Path) -> Outcome<()> {
    let netconf = Netconf::connect(target, 22, Options::default()).await?;
    for (file, request) in requests {
        let reply = netconf.call(&Operation::Raw((*request).to_owned())).await?;
        std::fs::write(folder.join(file), reply.text())?;
    }
    Ok(netconf.close().await?)
}

/// Answers that were kept.
fn kept(folder: &Path, files: &[(&str, &str)]) -> Outcome<Vec<String>> {
    let read = |(file, _): &(&str, &str)| std::fs::read_to_string(folder.join(file));
    Ok(files.iter().map(read).collect::<Result<_, _>>()?)
}

/// Reads the answers in a folder, several times; the best counts.
///
/// # Errors
/// When they do not read.
pub fn parse(platform: Platform, folder: &Path, detail: bool, runs: u32) -> Outcome<Found> {
    let work = match platform {
        Platform::AristaEos => eos::work(folder, detail)?,
        Platform::CiscoIos => ios::work(folder)?,
        Platform::CiscoIosxr => iosxr::work(folder, detail)?,
        Platform::CiscoNxos => nxos::work(folder, false)?,
        Platform::CiscoNxosSsh => nxos::work(folder, true)?,
        Platform::JuniperJunos => junos::work(folder, detail)?,
    };
    let (mut best, mut found) = (f64::MAX, Found::default());
    for _ in 0..=runs {
        let started = Instant::now();
        found = (work.read)()?;
        best = best.min(started.elapsed().as_secs_f64());
    }
    Ok(Found { wall: best, bytes: work.bytes, ..found })
}

/// Logs in, asks for the neighbours, closes.
///
/// # Errors
/// When it fails.
pub async fn wire(platform: Platform, place: &str) -> Outcome<Found> {
    let target = target(place)?;
    let driver = platform.driver();
    let before = Usage::since(Instant::now()).cpu;
    let started = Instant::now();
    let router = Router::connect(driver, &target).await?;
    let neighbors = router.bgp_neighbors().await?;
    router.close().await?;
    let usage = Usage::since(started);
    Ok(Found { wall: usage.wall, cpu: usage.cpu - before, ..Found::of(neighbors.iter()) })
}
