//! Our own exchanges and connections, taken over from PeeringDB.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::peer::autonomous_system;
use super::rules::{FAMILIES, address};
use super::{Compat, Discovery};
use crate::model::{Connection, Family, InternetExchange, Network};
use crate::peeringdb::ObjectType;
use crate::peeringdb::record::NetIxLan;
use crate::{Asn, Result};

/// What an import did and what it could not do. An import that is repeated adds and links nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Slugs of the exchanges added.
    pub exchanges_added: Vec<String>,
    /// Names of the connections added.
    pub connections_added: Vec<String>,
    /// Names of connections that existed and are now linked to their record.
    pub connections_linked: Vec<String>,
    /// What the mirror lacks or says otherwise.
    pub notes: Vec<ImportNote>,
}

impl ImportReport {
    /// Whether the network is another one than before.
    pub fn changed(&self) -> bool {
        !(self.exchanges_added.is_empty()
            && self.connections_added.is_empty()
            && self.connections_linked.is_empty())
    }
}

/// Something that an import left as it was, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportNote {
    /// The mirror has no prefix of the peering LAN that holds the address, so the prefix's length is not known and
    /// the address was left out.
    NoPrefix {
        /// The port (`netixlan.id`).
        netixlan: u64,
        /// The peering LAN (`ixlan.id`).
        ixlan: u64,
        /// The address left out.
        address: IpAddr,
    },
    /// The port has no address that could be taken over, so there is no connection for it.
    NoAddress {
        /// The port (`netixlan.id`).
        netixlan: u64,
    },
    /// An existing connection has another address than its record; the connection was left as it is.
    AddressDiffers {
        /// The connection's name.
        connection: String,
        /// What the connection says, if anything.
        ours: Option<IpAddr>,
        /// What PeeringDB says, if anything.
        record: Option<IpAddr>,
    },
    /// A record is not in the mirror; names fall back to numbers.
    NoRecord {
        /// Its type.
        object: ObjectType,
        /// Its number, or the AS number of a network.
        id: u64,
    },
}

impl fmt::Display for ImportNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show =
            |address: &Option<IpAddr>| address.map_or("none".to_owned(), |address| address.to_string());
        match self {
            ImportNote::NoPrefix { netixlan, ixlan, address } => write!(
                f,
                "netixlan {netixlan}: {address} left out, the mirror has no prefix of ixlan {ixlan} that holds it"
            ),
            ImportNote::NoAddress { netixlan } => {
                write!(f, "netixlan {netixlan}: no connection, there is no address to take over")
            }
            ImportNote::AddressDiffers { connection, ours, record } => write!(
                f,
                "connection {connection:?}: has address {}, PeeringDB says {}; left as it is",
                show(ours),
                show(record)
            ),
            ImportNote::NoRecord { object, id } => write!(f, "the mirror has no {object} {id}"),
        }
    }
}

impl Discovery<'_> {
    /// Adds the exchanges and connections of one of our networks that a [`Network`] does not have yet.
    ///
    /// A connection is recognised by its record's number, else by its addresses. What exists is not overwritten;
    /// it is linked where it was not, and differences are noted. Router, interface and VLAN are the operator's to add.
    /// The network itself is added and marked as ours.
    ///
    /// # Errors
    /// [`ErrorKind::Storage`](crate::ErrorKind::Storage) if the cache cannot be read; then nothing has changed.
    pub fn import(&self, network: &mut Network, asn: Asn) -> Result<ImportReport> {
        let mut report = ImportReport::default();
        let record = self.network(asn)?;
        let mut lans: BTreeMap<u64, Vec<Arc<NetIxLan>>> = BTreeMap::new();
        for port in self.ports_of(asn)? {
            if let Some(lan) = port.ixlan_id {
                lans.entry(lan).or_default().push(port);
            }
        }
        if record.is_none() {
            report.notes.push(ImportNote::NoRecord { object: ObjectType::Net, id: asn.get().into() });
        }
        if lans.is_empty() {
            return Ok(report);
        }
        // Everything is read before anything is changed.
        let mut read = Vec::with_capacity(lans.len());
        let numbers: Vec<u64> = lans.keys().copied().collect();
        let prefixes = self.index.prefixes(&self.snapshot, &numbers)?;
        for ((lan, ports), prefixes) in lans.into_iter().zip(prefixes) {
            let names = self.exchange_names(lan, &ports, &mut report.notes)?;
            read.push((lan, names, prefixes, ports));
        }
        match network.autonomous_systems.iter_mut().find(|row| row.asn == asn) {
            Some(row) => row.affiliated = true,
            None => {
                let mut row = autonomous_system(asn, record.as_deref());
                row.affiliated = true;
                network.autonomous_systems.push(row);
            }
        }
        for (lan, (name, number), prefixes, ports) in read {
            let slug = match find_exchange(network, lan, asn) {
                Some(exchange) => {
                    exchange.local_autonomous_system = Some(asn);
                    exchange.slug.clone()
                }
                None => {
                    let wanted = match self.compat {
                        Compat::Strict => format!("{} {number} as{}", name, asn.get()),
                        Compat::PeeringManager => format!("{name} {number}"),
                    };
                    let slug = unused(&slugify(&wanted), |slug| network.internet_exchange(slug).is_none());
                    let mut exchange = InternetExchange::new(slug.clone(), name);
                    exchange.local_autonomous_system = Some(asn);
                    exchange.peeringdb_ixlan = Some(lan);
                    network.internet_exchanges.push(exchange);
                    report.exchanges_added.push(slug.clone());
                    slug
                }
            };
            for port in &ports {
                import_port(network, &slug, port, prefixes.as_deref().unwrap_or_default(), &mut report);
            }
        }
        Ok(report)
    }

    /// The name and number of the exchange behind a peering LAN.
    fn exchange_names(
        &self,
        lan: u64,
        ports: &[Arc<NetIxLan>],
        notes: &mut Vec<ImportNote>,
    ) -> Result<(String, u64)> {
        let record = self.index.peering_lans(&self.snapshot, &[lan])?.pop();
        let number = match record.and_then(|lan| lan.ix_id) {
            Some(number) => number,
            None => {
                notes.push(ImportNote::NoRecord { object: ObjectType::IxLan, id: lan });
                // A port repeats its exchange's number and name.
                ports.iter().find_map(|port| port.ix_id).unwrap_or(lan)
            }
        };
        let record = self.index.exchanges(&self.snapshot, &[number])?.pop();
        if record.is_none() {
            notes.push(ImportNote::NoRecord { object: ObjectType::Ix, id: number });
        }
        let name = record
            .and_then(|ix| ix.name.clone())
            .or_else(|| ports.iter().find_map(|port| port.name.clone()))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| format!("ix {number}"));
        Ok((name, number))
    }
}

/// The exchange that stands for this peering LAN and this network of ours; one that names no network is taken.
fn find_exchange(network: &mut Network, lan: u64, asn: Asn) -> Option<&mut InternetExchange> {
    let position = |local: Option<Asn>| {
        move |row: &InternetExchange| row.peeringdb_ixlan == Some(lan) && row.local_autonomous_system == local
    };
    let rows = &mut network.internet_exchanges;
    let found = rows.iter().position(position(Some(asn))).or_else(|| rows.iter().position(position(None)))?;
    rows.get_mut(found)
}

fn import_port(
    network: &mut Network,
    slug: &str,
    port: &NetIxLan,
    prefixes: &[IpNet],
    report: &mut ImportReport,
) {
    if let Some(index) = find_connection(network, slug, port) {
        let Some(connection) = network.connections.get_mut(index) else { return };
        for family in FAMILIES {
            let (ours, record) = (connection.address(family), address(port, family));
            if ours != record {
                let connection = connection.name.clone();
                report.notes.push(ImportNote::AddressDiffers { connection, ours, record });
            }
        }
        if connection.peeringdb_netixlan.is_none() {
            connection.peeringdb_netixlan = Some(port.id);
            connection.internet_exchange = Some(slug.to_owned());
            report.connections_linked.push(connection.name.clone());
        }
        return;
    }
    let lan = port.ixlan_id.unwrap_or_default();
    let mut connection =
        Connection::new(unused(&format!("{slug}-{}", port.id), |name| network.connection(name).is_none()));
    for family in FAMILIES {
        let Some(ip) = address(port, family) else { continue };
        match prefixes.iter().filter(|prefix| prefix.contains(&ip)).map(IpNet::prefix_len).max() {
            Some(length) => set_address(&mut connection, ip, length),
            None => report.notes.push(ImportNote::NoPrefix { netixlan: port.id, ixlan: lan, address: ip }),
        }
    }
    if Family::ALL.into_iter().all(|family| connection.address(family).is_none()) {
        report.notes.push(ImportNote::NoAddress { netixlan: port.id });
        return;
    }
    connection.internet_exchange = Some(slug.to_owned());
    connection.peeringdb_netixlan = Some(port.id);
    report.connections_added.push(connection.name.clone());
    network.connections.push(connection);
}

fn set_address(connection: &mut Connection, ip: IpAddr, length: u8) {
    match ip {
        IpAddr::V4(ip) => connection.ipv4_address = Ipv4Net::new(ip, length).ok(),
        IpAddr::V6(ip) => connection.ipv6_address = Ipv6Net::new(ip, length).ok(),
    }
}

/// The connection that a record describes: linked to it, or not linked at all and with one of its addresses here.
fn find_connection(network: &Network, slug: &str, port: &NetIxLan) -> Option<usize> {
    let rows = &network.connections;
    let linked = rows.iter().position(|row| row.peeringdb_netixlan == Some(port.id));
    linked.or_else(|| {
        rows.iter().position(|row| {
            row.peeringdb_netixlan.is_none()
                && row.internet_exchange.as_deref().is_none_or(|exchange| exchange == slug)
                && FAMILIES.into_iter().any(|family| {
                    row.address(family).is_some() && row.address(family) == address(port, family)
                })
        })
    })
}

/// Lower-case ASCII letters, digits and single hyphens.
fn slugify(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The key itself, or with the first number that makes it unused.
fn unused(key: &str, is_unused: impl Fn(&str) -> bool) -> String {
    if is_unused(key) {
        return key.to_owned();
    }
    let numbered = |number: u32| format!("{key}-{number}");
    (2..).map(numbered).find(|key| is_unused(key)).unwrap_or_default()
}
