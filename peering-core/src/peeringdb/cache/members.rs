//! Who joined and who left an exchange.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde_json::{Map, Value};

use super::history::{check_begin, past, time};
use super::{Cache, Failure, Snapshot};
use crate::peeringdb::record::ObjectType;
use crate::{Asn, Result};

/// What a network did at an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberEvent {
    /// It has a port there now and had none then.
    Joined,
    /// It had a port there then and has none now.
    Left,
}

/// A network that joined or left a peering LAN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemberChange {
    /// The peering LAN (`ixlan.id`).
    pub ixlan: u64,
    /// The network.
    pub asn: Asn,
    /// What it did.
    pub event: MemberEvent,
    /// When the cache learned of it, of the last of its ports if there are several.
    pub at: Timestamp,
    /// The ports (`netixlan.id`) that came or went, in the order of their numbers.
    pub ports: Vec<u64>,
}

impl Cache {
    /// The networks that have joined or left these peering LANs (`ixlan.id`) since this time, by LAN and AS number.
    ///
    /// A network that came and went again, or that moved from one port to another, did neither.
    ///
    /// # Errors
    /// As [`changes`](Cache::changes).
    pub fn member_changes(&self, since: Timestamp, ixlans: &[u64]) -> Result<Vec<MemberChange>> {
        self.snapshot()?.member_changes(since, ixlans)
    }
}

impl Snapshot<'_> {
    /// As [`Cache::member_changes`].
    ///
    /// # Errors
    /// As [`Cache::changes`].
    pub fn member_changes(&self, since: Timestamp, ixlans: &[u64]) -> Result<Vec<MemberChange>> {
        let wanted: BTreeSet<u64> = ixlans.iter().copied().collect();
        self.connection()
            .map_err(Failure::from)
            .and_then(|connection| member_changes(connection, since.as_microsecond(), &wanted))
            .map_err(|failure| self.fail(failure))
    }
}

/// A network at a peering LAN.
type Member = (u64, Asn);

/// The ports of a member that were there then and are now, of those that changed.
#[derive(Default)]
struct Ports {
    then: BTreeSet<u64>,
    now: BTreeSet<u64>,
    at: i64,
}

fn member_changes(
    connection: &Connection,
    since: i64,
    wanted: &BTreeSet<u64>,
) -> Result<Vec<MemberChange>, Failure> {
    check_begin(connection, ObjectType::NetIxLan, since)?;
    let mut statement = connection.prepare_cached(
        "SELECT id, max(run.at) FROM change JOIN run ON run.number = change.run
         WHERE object = 'netixlan' AND run.at > ?1 GROUP BY id ORDER BY id",
    )?;
    let changed = statement
        .query_map([since], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
    let mut members: BTreeMap<Member, Ports> = BTreeMap::new();
    for (id, at) in changed {
        let then = past(connection, ObjectType::NetIxLan, id, since)?;
        let now = present(connection, id)?;
        for (member, is_now) in [(then.as_ref().and_then(member), false), (now, true)] {
            let Some(member) = member.filter(|(ixlan, _)| wanted.contains(ixlan)) else { continue };
            let ports = members.entry(member).or_default();
            if is_now { &mut ports.now } else { &mut ports.then }.insert(id.cast_unsigned());
            ports.at = ports.at.max(at);
        }
    }
    let mut found = Vec::new();
    for ((ixlan, asn), ports) in members {
        let sql = "SELECT count(*) FROM netixlan WHERE ixlan_id = ?1 AND asn = ?2 AND live";
        let now: i64 = connection
            .prepare_cached(sql)?
            .query_row(rusqlite::params![ixlan.cast_signed(), asn.get()], |row| row.get(0))?;
        // The ports that did not change were there then as they are now.
        let unchanged = now.unsigned_abs() - ports.now.len() as u64;
        let (event, ports, at) = match (ports.then.is_empty(), ports.now.is_empty()) {
            _ if unchanged > 0 => continue,
            (true, false) => (MemberEvent::Joined, ports.now, ports.at),
            (false, true) => (MemberEvent::Left, ports.then, ports.at),
            _ => continue,
        };
        found.push(MemberChange { ixlan, asn, event, at: time(at), ports: ports.into_iter().collect() });
    }
    Ok(found)
}

fn member(port: &Map<String, Value>) -> Option<Member> {
    let asn = u32::try_from(port.get("asn")?.as_u64()?).ok()?;
    Some((port.get("ixlan_id")?.as_u64()?, Asn::new(asn)))
}

/// Whose port it is now, and where, if it is live.
fn present(connection: &Connection, id: i64) -> rusqlite::Result<Option<Member>> {
    let found: Option<(Option<i64>, Option<u32>)> = connection
        .prepare_cached("SELECT ixlan_id, asn FROM netixlan WHERE id = ?1 AND live")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.and_then(|(ixlan, asn)| Some((ixlan?.cast_unsigned(), Asn::new(asn?)))))
}
