//! Records, decoded once and then shared: by their number, and in the lists that discovery asks for.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, OnceLock};

use ipnet::IpNet;

use super::memo::Memo;
use super::presence::number;
use super::{Index, List};
use crate::peeringdb::cache::Snapshot;
use crate::peeringdb::record::{Fac, Ix, IxLan, IxPfx, Net, NetIxLan, NetType, Record};
use crate::peeringdb::{Match, Query};
use crate::{Asn, Result};

/// The ports on one peering LAN.
pub(crate) struct PeeringLan {
    /// By number.
    pub(crate) ports: Vec<Arc<NetIxLan>>,
    members: OnceLock<Vec<Member>>,
}

impl PeeringLan {
    /// The ports that have an AS number, with the networks behind them, by AS number and number; empty until
    /// [`Index::members`] has been asked for them.
    pub(crate) fn members(&self) -> &[Member] {
        self.members.get().map(Vec::as_slice).unwrap_or_default()
    }
}

/// A port and the network behind it.
pub(crate) struct Member {
    pub(crate) asn: Asn,
    pub(crate) facts: PortFacts,
    pub(crate) port: Arc<NetIxLan>,
    /// Unless the mirror has no record of it.
    pub(crate) network: Option<Arc<Net>>,
    /// Whether the network says of itself that it is a route server.
    pub(crate) is_route_server: bool,
}

impl Member {
    pub(crate) fn new(asn: Asn, port: Arc<NetIxLan>, network: Option<Arc<Net>>) -> Self {
        let is_route_server = network.as_ref().is_some_and(|net| types(net).contains(&NetType::RouteServer));
        Member { asn, facts: PortFacts::from(&*port), port, network, is_route_server }
    }
}

/// What a port is chosen by, side by side. A record is spread over many cache lines, and fetching those of every port
/// at an exchange takes longer than looking at them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PortFacts {
    pub(crate) asn: Option<Asn>,
    pub(crate) ipaddr4: Option<Ipv4Addr>,
    pub(crate) ipaddr6: Option<Ipv6Addr>,
    pub(crate) is_live: bool,
    pub(crate) is_operational: bool,
    pub(crate) is_rs_peer: bool,
    pub(crate) bfd_support: bool,
}

impl From<&NetIxLan> for PortFacts {
    fn from(port: &NetIxLan) -> Self {
        PortFacts {
            asn: port.asn,
            ipaddr4: port.ipaddr4,
            ipaddr6: port.ipaddr6,
            is_live: port.status.as_ref().is_none_or(|status| status.is_live()),
            is_operational: port.is_operational(),
            // A flag that the record does not have is false, as on the server.
            is_rs_peer: port.is_rs_peer.unwrap_or(false),
            bfd_support: port.bfd_support.unwrap_or(false),
        }
    }
}

/// A network's types; the field of old servers holds one only.
pub(crate) fn types(network: &Net) -> &[NetType] {
    match &network.info_types {
        Some(types) => types,
        None => network.info_type.as_slice(),
    }
}

impl Index {
    /// The networks with these AS numbers, place by place.
    pub(crate) fn networks(&self, snapshot: &Snapshot<'_>, asns: &[Asn]) -> Result<Vec<Option<Arc<Net>>>> {
        self.network_of.many(asns, |missing| {
            let query = Query::<Net>::new().asn(Match::any_of(missing.iter().copied()));
            let mut found = snapshot.find(&query)?;
            // Should two have one number, the first counts.
            found.sort_by_key(|net| (net.asn, net.id));
            let found = keep(&self.networks, found);
            Ok(found.into_iter().filter_map(|net| Some((net.asn?, net))).collect())
        })
    }

    /// The network with this AS number.
    pub(crate) fn network(&self, snapshot: &Snapshot<'_>, asn: Asn) -> Result<Option<Arc<Net>>> {
        Ok(self.networks(snapshot, &[asn])?.into_iter().next().flatten())
    }

    /// The ports of these networks, by number; `None` for networks without any.
    pub(crate) fn ports_of(
        &self,
        snapshot: &Snapshot<'_>,
        asns: &[Asn],
    ) -> Result<Vec<Option<List<Arc<NetIxLan>>>>> {
        self.ports_of.many(asns, |missing| {
            let query = Query::<NetIxLan>::new().asn(Match::any_of(missing.iter().copied()));
            let found = keep(&self.ports, snapshot.find(&query)?);
            Ok(grouped(found, |port| port.asn).map(|(asn, ports)| (asn, ports.into())).collect())
        })
    }

    /// The ports on these peering LANs; `None` where there are none.
    pub(crate) fn ports_at(
        &self,
        snapshot: &Snapshot<'_>,
        lans: &[u64],
    ) -> Result<Vec<Option<Arc<PeeringLan>>>> {
        self.ports_at.many(lans, |missing| {
            let query = Query::<NetIxLan>::new().ixlan_id(Match::any_of(missing.iter().copied()));
            let mut found = snapshot.find(&query)?;
            // Side by side in memory in the order in which members are looked at.
            found.sort_by_key(|port| (port.ixlan_id, port.asn, port.id));
            let lans = grouped(keep(&self.ports, found), |port| port.ixlan_id);
            let lan = |(lan, mut ports): (u64, Vec<Arc<NetIxLan>>)| {
                ports.sort_by_key(|port| port.id);
                (lan, Arc::new(PeeringLan { ports, members: OnceLock::new() }))
            };
            Ok(lans.map(lan).collect())
        })
    }

    /// As [`ports_at`](Index::ports_at), with the networks behind the ports.
    pub(crate) fn members(
        &self,
        snapshot: &Snapshot<'_>,
        lans: &[u64],
    ) -> Result<Vec<Option<Arc<PeeringLan>>>> {
        let lans = self.ports_at(snapshot, lans)?;
        let bare: Vec<_> = lans.iter().flatten().filter(|lan| lan.members.get().is_none()).collect();
        let mut asns: Vec<Asn> =
            bare.iter().flat_map(|lan| lan.ports.iter().filter_map(|port| port.asn)).collect();
        asns.sort_unstable();
        asns.dedup();
        let networks = self.networks(snapshot, &asns)?;
        let network = |asn: Asn| networks.get(asns.binary_search(&asn).ok()?)?.clone();
        for lan in bare {
            lan.members.get_or_init(|| {
                let member = |port: &Arc<NetIxLan>| {
                    let asn = port.asn?;
                    Some(Member::new(asn, Arc::clone(port), network(asn)))
                };
                let mut members: Vec<Member> = lan.ports.iter().filter_map(member).collect();
                members.sort_by_key(|member| (member.asn, member.port.id));
                members
            });
        }
        Ok(lans)
    }

    /// The prefixes of these peering LANs; `None` where there are none.
    pub(crate) fn prefixes(&self, snapshot: &Snapshot<'_>, lans: &[u64]) -> Result<Vec<Option<List<IpNet>>>> {
        self.prefixes_of.many(lans, |missing| {
            let query = Query::<IxPfx>::new().ixlan_id(Match::any_of(missing.iter().copied()));
            let found = snapshot.find(&query)?;
            let found = grouped(found, |row| row.ixlan_id);
            Ok(found
                .map(|(lan, rows)| (lan, rows.into_iter().filter_map(|row| row.prefix).collect()))
                .collect())
        })
    }

    /// The peering LANs with these numbers, as far as they exist, in the order asked for.
    pub(crate) fn peering_lans(&self, snapshot: &Snapshot<'_>, ids: &[u64]) -> Result<Vec<Arc<IxLan>>> {
        by_id(&self.peering_lans, snapshot, ids)
    }

    /// The exchanges with these numbers, as far as they exist, in the order asked for.
    pub(crate) fn exchanges(&self, snapshot: &Snapshot<'_>, ids: &[u64]) -> Result<Vec<Arc<Ix>>> {
        by_id(&self.exchanges, snapshot, ids)
    }

    /// The networks with these numbers (`net.id`), as far as they exist, in the order asked for.
    pub(crate) fn networks_by_id(&self, snapshot: &Snapshot<'_>, ids: &[u64]) -> Result<Vec<Arc<Net>>> {
        by_id(&self.networks, snapshot, ids)
    }

    /// The facilities with these numbers, as far as they exist, in the order asked for.
    pub(crate) fn buildings(&self, snapshot: &Snapshot<'_>, ids: &[u64]) -> Result<Vec<Arc<Fac>>> {
        by_id(&self.buildings, snapshot, ids)
    }

    /// Ports that were found in another way, each shared with whoever else has it.
    pub(crate) fn keep_ports(&self, ports: Vec<NetIxLan>) -> Vec<Arc<NetIxLan>> {
        keep(&self.ports, ports)
    }

    /// The networks with a port at an exchange, by number.
    pub(crate) fn networks_at_exchange(&self, snapshot: &Snapshot<'_>, ix: u64) -> Result<Vec<Arc<Net>>> {
        const SQL: &str = "SELECT DISTINCT net_id FROM netixlan WHERE live AND ix_id = ?1 ORDER BY net_id";
        listed(&self.networks_at_exchange, &self.networks, snapshot, SQL, ix)
    }

    /// The networks in a facility, by number.
    pub(crate) fn networks_at_facility(&self, snapshot: &Snapshot<'_>, fac: u64) -> Result<Vec<Arc<Net>>> {
        const SQL: &str = "SELECT DISTINCT net_id FROM netfac WHERE live AND fac_id = ?1 ORDER BY net_id";
        listed(&self.networks_at_facility, &self.networks, snapshot, SQL, fac)
    }

    /// The exchanges in a facility, by number.
    pub(crate) fn exchanges_at_facility(&self, snapshot: &Snapshot<'_>, fac: u64) -> Result<Vec<Arc<Ix>>> {
        const SQL: &str = "SELECT DISTINCT ix_id FROM ixfac WHERE live AND fac_id = ?1 ORDER BY ix_id";
        listed(&self.exchanges_at_facility, &self.exchanges, snapshot, SQL, fac)
    }

    /// The facilities of a network (`net.id`), by number.
    pub(crate) fn facilities_of(&self, snapshot: &Snapshot<'_>, net: u64) -> Result<Vec<Arc<Fac>>> {
        const SQL: &str = "SELECT DISTINCT fac_id FROM netfac WHERE live AND net_id = ?1 ORDER BY fac_id";
        listed(&self.facilities_of, &self.buildings, snapshot, SQL, net)
    }
}

fn keep<R: Record>(records: &Memo<u64, Arc<R>>, found: Vec<R>) -> Vec<Arc<R>> {
    records.keep(found.into_iter().map(|record| (record.id(), Arc::new(record))))
}

fn by_id<R: Record>(
    records: &Memo<u64, Arc<R>>,
    snapshot: &Snapshot<'_>,
    ids: &[u64],
) -> Result<Vec<Arc<R>>> {
    let found = records.many(ids, |missing| {
        let query = Query::<R>::new().id(Match::any_of(missing.iter().copied()));
        Ok(snapshot.find(&query)?.into_iter().map(|record| (record.id(), Arc::new(record))).collect())
    })?;
    Ok(found.into_iter().flatten().collect())
}

/// The records whose numbers a statement with one parameter gives.
fn listed<R: Record>(
    lists: &Memo<u64, List<Arc<R>>>,
    records: &Memo<u64, Arc<R>>,
    snapshot: &Snapshot<'_>,
    sql: &str,
    key: u64,
) -> Result<Vec<Arc<R>>> {
    let list = lists.one(key, || {
        let mut ids = Vec::new();
        snapshot.rows(sql, [key.cast_signed()], |row| {
            ids.extend(number(row.get_ref(0)?));
            Ok(())
        })?;
        let found = by_id(records, snapshot, &ids)?;
        Ok((!found.is_empty()).then(|| found.into()))
    })?;
    Ok(list.map(|list| list.to_vec()).unwrap_or_default())
}

/// Records by a key; those without it are left out. Their order stays.
fn grouped<K: Ord, R>(rows: Vec<R>, key: impl Fn(&R) -> Option<K>) -> impl Iterator<Item = (K, Vec<R>)> {
    let mut groups: BTreeMap<K, Vec<R>> = BTreeMap::new();
    for row in rows {
        if let Some(key) = key(&row) {
            groups.entry(key).or_default().push(row);
        }
    }
    groups.into_iter()
}
