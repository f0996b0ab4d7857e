//! The middle of `turnup`: from a cache to a plan of sessions, and from the plan to a configuration.

use std::net::IpAddr;
use std::path::PathBuf;

use peering_core::discovery::{Discovery, Filter, PeerPort};
use peering_core::model::{InternetExchange, Network, Platform, Router};
use peering_core::peeringdb::Cache;
use peering_core::template::{Engine, Escape, Options, RenderContext};
use peering_core::{Asn, Error, ErrorKind, Result};

use crate::step;

/// The templates that are rendered unless another is given, by name; the first includes the others.
pub const TEMPLATES: [(&str, &str); 6] = [
    ("main.j2", include_str!("../templates/frr/main.j2")),
    ("session.j2", include_str!("../templates/frr/session.j2")),
    ("bfd.j2", include_str!("../templates/frr/bfd.j2")),
    ("prefix_lists.j2", include_str!("../templates/frr/prefix_lists.j2")),
    ("route_maps.j2", include_str!("../templates/frr/route_maps.j2")),
    ("instance.j2", include_str!("../templates/frr/instance.j2")),
];

/// One exchange, one connection on one router, and the sessions to bring up there.
#[derive(Debug)]
pub struct Plan {
    /// Everything that is wanted.
    pub network: Network,
    /// The exchange's slug.
    pub exchange: String,
    /// The name of our connection there.
    pub connection: String,
    /// The peers' ports.
    pub peers: Vec<PeerPort>,
}

impl Plan {
    /// Imports the exchanges of our network, picks one (`ix`, or the smallest where there is something to do), and adds
    /// the sessions that are possible there.
    pub fn new(cache: &Cache, asn: Asn, ix: Option<u64>) -> Result<Plan> {
        let discovery = Discovery::new(cache)?;
        let mut network = Network::default();
        let report = discovery.import(&mut network, asn)?;
        report.notes.iter().for_each(|note| println!("  note: {note}"));
        step(format!("the exchanges of {asn}"));
        let mut choices = Vec::new();
        for exchange in &network.internet_exchanges {
            let ports = network.connections_of(&exchange.slug).count();
            let peers = discovery.available(&network, &exchange.slug, &Filter::default())?;
            let number = exchange.peeringdb_ixlan.unwrap_or_default();
            println!(
                "  {number:>5}  {:<32} {ports} port(s), {:>4} peers to be had",
                clean(&exchange.name),
                peers.len()
            );
            choices.push((exchange.clone(), peers));
        }
        let chosen = match ix {
            Some(ix) => choices.into_iter().find(|(exchange, _)| exchange.peeringdb_ixlan == Some(ix)),
            None => choices
                .into_iter()
                .filter(|(_, peers)| !peers.is_empty())
                .min_by_key(|(_, peers)| peers.len()),
        };
        let (exchange, mut peers) = chosen.ok_or_else(|| {
            let what = ix.map_or("any exchange".to_owned(), |ix| format!("exchange {ix}"));
            Error::new(
                ErrorKind::NotFound,
                format!("{asn} has no port, or nobody left to peer with, at {what}"),
            )
        })?;
        let connection = place(&mut network, &exchange, asn)?;
        for peer in &mut peers {
            peer.sessions.retain(|session| session.connection == connection);
        }
        PeerPort::add_all(&peers, &mut network);
        peers.retain(|peer| !peer.sessions.is_empty());
        step(format!("the peers at {}", clean(&exchange.name)));
        for peer in &peers {
            let addresses: Vec<String> =
                peer.sessions.iter().map(|session| session.ip_address.to_string()).collect();
            println!("  {:<12} {:<36} {}", peer.asn().to_string(), clean(&peer.name()), addresses.join("  "));
        }
        Ok(Plan { network, exchange: exchange.slug, connection, peers })
    }

    /// Says which router the connection is on.
    pub fn on_router(&mut self, hostname: &str, driver: &str) {
        if let Some(router) = self.network.routers.first_mut() {
            hostname.clone_into(&mut router.hostname);
        }
        if let Some(platform) = self.network.platforms.first_mut() {
            driver.clone_into(&mut platform.driver);
        }
    }

    /// The configuration of the sessions.
    pub fn render(&self, template: Option<&PathBuf>) -> Result<String> {
        self.network.validate()?;
        let driver = self.network.platforms.first().map_or("", |platform| &platform.driver);
        let mut engine = Engine::new(Escape::for_driver(driver), Options::default());
        let name = match template {
            Some(path) => {
                let source = std::fs::read_to_string(path).map_err(|error| {
                    Error::new(ErrorKind::Storage, format!("{} cannot be read", path.display()))
                        .with_source(error)
                })?;
                engine.add(&path.display().to_string(), &source)?;
                path.display().to_string()
            }
            None => {
                for (name, source) in TEMPLATES {
                    engine.add(name, source)?;
                }
                "main.j2".to_owned()
            }
        };
        engine.render(&name, &RenderContext::for_exchange(&self.network, ROUTER, &self.exchange)?)
    }

    /// The addresses of all sessions.
    pub fn addresses(&self) -> Vec<IpAddr> {
        self.peers.iter().flat_map(|peer| &peer.sessions).map(|session| session.ip_address).collect()
    }
}

/// The name of the router in the plan.
pub const ROUTER: &str = "r1";

/// Puts the first of our connections to the exchange on the router.
fn place(network: &mut Network, exchange: &InternetExchange, asn: Asn) -> Result<String> {
    let mut router = Router::new(ROUTER, ROUTER);
    router.platform = Some("platform".into());
    router.local_autonomous_system = Some(asn);
    network.routers.push(router);
    network.platforms.push(Platform::new("platform", "frr"));
    let connection = network
        .connections
        .iter_mut()
        .find(|row| row.internet_exchange.as_deref() == Some(exchange.slug.as_str()));
    let connection = connection
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("no connection to {:?}", exchange.name)))?;
    connection.router = Some(ROUTER.into());
    Ok(connection.name.clone())
}

/// A stranger's text on a terminal: one line, without control characters.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
