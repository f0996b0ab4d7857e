//! Objects that make no sense without another one, and go with it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::Connection;

use super::row::Row;
use crate::peeringdb::record::ObjectType;

/// The parents without which an object makes no sense; each column is the first of an index.
pub(crate) const fn parents(object: ObjectType) -> &'static [(&'static str, ObjectType)] {
    match object {
        ObjectType::Org => &[],
        ObjectType::Campus | ObjectType::Fac | ObjectType::Net | ObjectType::Ix | ObjectType::Carrier => {
            &[("org_id", ObjectType::Org)]
        }
        ObjectType::CarrierFac => &[("carrier_id", ObjectType::Carrier), ("fac_id", ObjectType::Fac)],
        ObjectType::IxFac => &[("ix_id", ObjectType::Ix), ("fac_id", ObjectType::Fac)],
        ObjectType::IxLan => &[("ix_id", ObjectType::Ix)],
        ObjectType::IxPfx => &[("ixlan_id", ObjectType::IxLan)],
        ObjectType::NetFac => &[("net_id", ObjectType::Net), ("fac_id", ObjectType::Fac)],
        ObjectType::NetIxLan => {
            &[("net_id", ObjectType::Net), ("ix_id", ObjectType::Ix), ("ixlan_id", ObjectType::IxLan)]
        }
        ObjectType::Poc => &[("net_id", ObjectType::Net)],
    }
}

/// Why and since when (Unix microseconds) a row is gone: with itself, or with a parent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loss {
    pub(super) with: ObjectType,
    pub(super) id: i64,
    pub(super) since: i64,
}

/// The objects that are gone, by type, with the time since when; read when first asked for.
pub(super) struct Gone<'t> {
    connection: &'t Connection,
    known: HashMap<ObjectType, HashMap<i64, i64>>,
}

impl<'t> Gone<'t> {
    pub(super) fn new(connection: &'t Connection) -> Self {
        Gone { connection, known: HashMap::new() }
    }

    fn of(&mut self, object: ObjectType) -> rusqlite::Result<&mut HashMap<i64, i64>> {
        match self.known.entry(object) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let sql = format!("SELECT id, gone FROM {object} WHERE NOT live AND gone IS NOT NULL");
                let mut statement = self.connection.prepare(&sql)?;
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
                Ok(place.insert(rows.collect::<rusqlite::Result<_>>()?))
            }
        }
    }

    /// An object has gone or has come back.
    pub(super) fn set(&mut self, object: ObjectType, id: i64, gone: Option<i64>) {
        // What has not been asked for will be read with this in it.
        if let Some(known) = self.known.get_mut(&object) {
            match gone {
                Some(gone) => known.insert(id, gone),
                None => known.remove(&id),
            };
        }
    }

    /// The parent with which a row is gone: one that went after the row was last changed.
    pub(super) fn parent_of(
        &mut self,
        object: ObjectType,
        columns: &[&str],
        row: &Row,
    ) -> rusqlite::Result<Option<Loss>> {
        for (column, parent) in parents(object) {
            let place = columns.iter().position(|known| known == column);
            let Some(id) = place.and_then(|place| row.keys.get(place).copied().flatten()) else { continue };
            if let Some(since) = self.of(*parent)?.get(&id).copied()
                && row.updated.unwrap_or(i64::MIN) <= since
            {
                return Ok(Some(Loss { with: *parent, id, since }));
            }
        }
        Ok(None)
    }
}

/// The live rows of a type whose parent went after they were last changed, each with that parent.
pub(super) fn orphans(connection: &Connection, object: ObjectType) -> rusqlite::Result<Vec<(i64, Loss)>> {
    let mut found = Vec::new();
    for (column, parent) in parents(object) {
        // The few hidden parents come first, whatever the planner thinks.
        let sql = format!(
            "SELECT child.id, parent.id, parent.gone FROM {parent} AS parent CROSS JOIN {object} AS child
             ON child.{column} = parent.id
             WHERE NOT parent.live AND parent.gone IS NOT NULL AND child.live
                 AND coalesce(child.updated, 0) <= parent.gone"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, Loss { with: *parent, id: row.get(1)?, since: row.get(2)? }))
        })?;
        for orphan in rows {
            found.push(orphan?);
        }
    }
    Ok(found)
}
