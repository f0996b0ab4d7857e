//! Peering Manager's tables with its rules: which rows it refuses, what goes with what is deleted, what it counts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use peering_core::peeringdb::record::{
    Campus, Carrier, CarrierFac, ContractPolicy, Fac, Ix, IxFac, IxLan, IxPfx, LocationPolicy, Net, NetFac,
    NetIxLan, NetType, Org, PeeringPolicy, Poc, PocRole, Property, Protocol, Ratio, Region, Scope,
    ServiceLevel, Terms, Traffic, Visibility, Voltage,
};
use peering_core::peeringdb::{ObjectType, Record};
use serde_json::{Value, json};
use url::Url;

use super::{Outcome, Row};

/// The order in which it asks.
pub(super) const ORDER: [ObjectType; 13] = [
    ObjectType::Org,
    ObjectType::Campus,
    ObjectType::Fac,
    ObjectType::Carrier,
    ObjectType::CarrierFac,
    ObjectType::Net,
    ObjectType::Ix,
    ObjectType::IxFac,
    ObjectType::IxLan,
    ObjectType::IxPfx,
    ObjectType::NetFac,
    ObjectType::NetIxLan,
    ObjectType::Poc,
];

/// What one table asks of a row.
struct Table {
    /// Fields that must be there and not be empty.
    required: &'static [&'static str],
    /// Fields that no two rows may have in common; `null` is like nothing else.
    unique: &'static [&'static [&'static str]],
    /// References that must be there; the row goes with its parent.
    parents: &'static [(&'static str, ObjectType)],
    /// References that may be `null`, and become so with their parent.
    optional: &'static [(&'static str, ObjectType)],
}

/// A facility's `campus_id` is no reference here: the original ignores it.
fn table(object: ObjectType) -> Table {
    const ORG: &[(&str, ObjectType)] = &[("org_id", ObjectType::Org)];
    let named = Table { required: &["name"], unique: &[&["name"]], parents: ORG, optional: &[] };
    match object {
        ObjectType::Org => Table { parents: &[], ..named },
        ObjectType::Campus | ObjectType::Fac | ObjectType::Carrier => named,
        ObjectType::Net => Table { required: &["name", "asn"], unique: &[&["name"], &["asn"]], ..named },
        ObjectType::Ix => Table { required: &["name", "city", "region_continent", "media"], ..named },
        ObjectType::CarrierFac => Table {
            required: &[],
            unique: &[&["carrier_id", "fac_id"]],
            parents: &[("carrier_id", ObjectType::Carrier), ("fac_id", ObjectType::Fac)],
            optional: &[],
        },
        ObjectType::IxFac => Table {
            required: &[],
            unique: &[&["ix_id", "fac_id"]],
            parents: &[("ix_id", ObjectType::Ix), ("fac_id", ObjectType::Fac)],
            optional: &[],
        },
        ObjectType::IxLan => Table {
            required: &[],
            unique: &[&["arp_sponge"]],
            parents: &[("ix_id", ObjectType::Ix)],
            optional: &[],
        },
        ObjectType::IxPfx => Table {
            required: &["protocol", "prefix"],
            unique: &[&["prefix"]],
            parents: &[("ixlan_id", ObjectType::IxLan)],
            optional: &[],
        },
        ObjectType::NetFac => Table {
            required: &[],
            unique: &[&["net_id", "fac_id", "local_asn"]],
            parents: &[("net_id", ObjectType::Net), ("fac_id", ObjectType::Fac)],
            optional: &[],
        },
        ObjectType::NetIxLan => Table {
            required: &["asn", "speed"],
            unique: &[],
            parents: &[("net_id", ObjectType::Net), ("ixlan_id", ObjectType::IxLan)],
            optional: &[("net_side_id", ObjectType::Fac), ("ix_side_id", ObjectType::Fac)],
        },
        ObjectType::Poc => {
            Table { required: &["role"], unique: &[], parents: &[("net_id", ObjectType::Net)], optional: &[] }
        }
    }
}

/// Peering Manager's copy of PeeringDB.
#[derive(Default)]
pub(super) struct PeeringManagerTables(BTreeMap<ObjectType, BTreeMap<u64, Row>>);

impl PeeringManagerTables {
    pub(super) fn rows(&self, object: ObjectType) -> impl Iterator<Item = &Row> {
        self.0.get(&object).into_iter().flat_map(BTreeMap::values)
    }

    /// The newest `updated` of the surviving rows, in Unix seconds.
    pub(super) fn since(&self, object: ObjectType) -> i64 {
        let updated = |row: &Row| row.get("updated")?.as_str()?.parse::<Timestamp>().ok();
        self.rows(object).filter_map(updated).max().map_or(0, Timestamp::as_second)
    }

    /// Takes one row of an answer, and counts it unless it is refused.
    ///
    /// A tombstone of an unknown object makes that object, as in the original.
    pub(super) fn take(&mut self, object: ObjectType, row: Row, outcome: &mut Outcome) {
        let Some(id) = row.get("id").and_then(Value::as_u64) else { return };
        let known = self.0.get(&object).and_then(|rows| rows.get(&id));
        if known.is_some() && row.get("status").is_some_and(|status| status == "deleted") {
            self.delete(object, id);
            outcome.deleted += 1;
            return;
        }
        // What a row leaves out stays as it was.
        let mut merged = known.cloned().unwrap_or_default();
        merged.extend(row);
        for side in ["net_side", "ix_side"] {
            if let Some(bare) = merged.remove(side) {
                merged.insert(format!("{side}_id"), bare);
            }
        }
        let count = if known.is_some() { &mut outcome.updated } else { &mut outcome.created };
        if self.refuses(object, id, &merged) {
            return;
        }
        *count += 1;
        self.0.entry(object).or_default().insert(id, merged);
    }

    /// Deletes a row and what belongs to it.
    fn delete(&mut self, object: ObjectType, id: u64) {
        self.0.entry(object).or_default().remove(&id);
        for child in ORDER {
            let Table { parents, optional, .. } = table(child);
            for (field, _) in optional.iter().filter(|(_, parent)| *parent == object) {
                for row in self.0.entry(child).or_default().values_mut() {
                    if row.get(*field) == Some(&json!(id)) {
                        row.insert((*field).to_owned(), Value::Null);
                    }
                }
            }
            for (field, _) in parents.iter().filter(|(_, parent)| *parent == object) {
                let mut gone = Vec::new();
                for (number, row) in self.0.entry(child).or_default() {
                    if row.get(*field) == Some(&json!(id)) {
                        gone.push(*number);
                    }
                }
                gone.into_iter().for_each(|number| self.delete(child, number));
            }
        }
    }

    fn refuses(&self, object: ObjectType, id: u64, row: &Row) -> bool {
        let table = table(object);
        let value = |field: &str| row.get(field).filter(|value| !value.is_null());
        let exists = |field: &str, parent: ObjectType| {
            let known = self.0.get(&parent);
            value(field)
                .and_then(Value::as_u64)
                .is_some_and(|id| known.is_some_and(|rows| rows.contains_key(&id)))
        };
        let taken = |fields: &[&str]| {
            fields.iter().all(|field| value(field).is_some())
                && self.rows(object).any(|other| {
                    other.get("id") != Some(&json!(id))
                        && fields.iter().all(|field| other.get(*field) == value(field))
                })
        };
        table.required.iter().any(|field| value(field).is_none_or(|value| value == ""))
            || table.parents.iter().any(|(field, parent)| !exists(field, *parent))
            || table.optional.iter().any(|(field, parent)| value(field).is_some() && !exists(field, *parent))
            || table.unique.iter().any(|fields| taken(fields))
            || unfit(object, row)
            || impossible(object, row)
    }
}

/// Whether a value is no URL, no e-mail address, too long or out of range.
fn unfit(object: ObjectType, row: &Row) -> bool {
    row.iter().any(|(field, value)| match (field.as_str(), value) {
        (
            "website"
            | "looking_glass"
            | "route_server"
            | "policy_url"
            | "url_stats"
            | "status_dashboard"
            | "url"
            | "ixf_ixp_member_list_url",
            Value::String(text),
        ) => {
            let known = |url: &Url| matches!(url.scheme(), "http" | "https" | "telnet" | "ssh");
            let good = Url::parse(text).is_ok_and(|url| known(&url) && url.host().is_some());
            !text.is_empty() && (!good || text.chars().count() > 255)
        }
        ("email" | "tech_email" | "sales_email" | "policy_email", Value::String(text)) => {
            let good = |(user, domain): (&str, &str)| {
                !user.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace)
            };
            !text.is_empty() && !text.rsplit_once('@').is_some_and(good)
        }
        ("name", Value::String(text)) if object == ObjectType::Ix => text.chars().count() > 64,
        ("name" | "aka" | "name_long" | "irr_as_set", Value::String(text)) => text.chars().count() > 255,
        ("asn" | "local_asn", Value::Number(number)) => {
            !number.as_u64().is_some_and(|asn| (1..=u64::from(u32::MAX)).contains(&asn))
        }
        ("info_prefixes4" | "info_prefixes6" | "speed", Value::Number(number)) => {
            number.as_u64().is_none_or(|number| number > i32::MAX as u64)
        }
        ("mtu", Value::Number(number)) => !matches!(number.as_u64(), Some(1500 | 9000)),
        _ => false,
    })
}

/// The fields that the original has no column for.
const UNSTORED: [&str; 16] = [
    "logo",
    "org_name",
    "campus_id",
    "net_count",
    "fac_count",
    "ix_count",
    "carrier_count",
    "allow_ixp_update",
    "netixlan_updated",
    "netfac_updated",
    "poc_updated",
    "ixp_update_exclude",
    "ixf_import_request",
    "ixf_import_request_status",
    "ixf_ixp_import_enabled",
    "status",
];

/// Whether the row has a value of the wrong type, or one that is not among the choices: our records keep such
/// values apart.
fn impossible(object: ObjectType, row: &Row) -> bool {
    /// The record, if all its fields that the original stores have their type.
    fn typed<R: Record>(row: &Row) -> Option<R> {
        let record: R = serde_json::from_value(Value::Object(row.clone())).ok()?;
        record.undecoded().iter().all(|field| UNSTORED.contains(field)).then_some(record)
    }
    macro_rules! unknown {
        ($record:expr, $($field:ident : $choice:ident),*) => {
            false $(|| matches!($record.$field, Some($choice::Other(_))))*
        };
    }
    // Where nothing may be chosen, our `Region` has no word for it.
    let region = |region: &Option<Region>| matches!(region, Some(Region::Other(text)) if !text.is_empty());
    match object {
        ObjectType::Org => typed::<Org>(row).is_none(),
        ObjectType::Campus => typed::<Campus>(row).is_none(),
        ObjectType::Fac => typed::<Fac>(row).is_none_or(|fac| {
            unknown!(fac, property: Property)
                || region(&fac.region_continent)
                || fac.available_voltage_services.iter().flatten().any(|one| matches!(one, Voltage::Other(_)))
        }),
        ObjectType::Net => typed::<Net>(row).is_none_or(|net| {
            unknown!(
                net, info_type: NetType, info_traffic: Traffic, info_ratio: Ratio, info_scope: Scope,
                policy_general: PeeringPolicy, policy_locations: LocationPolicy,
                policy_contracts: ContractPolicy
            ) || net.info_types.iter().flatten().any(|one| matches!(one, NetType::Other(_)))
        }),
        ObjectType::Ix => typed::<Ix>(row).is_none_or(|ix| {
            unknown!(ix, service_level: ServiceLevel, terms: Terms)
                || region(&ix.region_continent)
                || !matches!(ix.media.as_deref(), Some("Ethernet" | "ATM" | "Multiple"))
        }),
        ObjectType::Carrier => typed::<Carrier>(row).is_none(),
        ObjectType::CarrierFac => typed::<CarrierFac>(row).is_none(),
        ObjectType::IxFac => typed::<IxFac>(row).is_none(),
        ObjectType::IxLan => {
            typed::<IxLan>(row).is_none_or(|lan| unknown!(lan, ixf_ixp_member_list_url_visible: Visibility))
        }
        ObjectType::IxPfx => typed::<IxPfx>(row).is_none_or(|prefix| unknown!(prefix, protocol: Protocol)),
        ObjectType::NetFac => typed::<NetFac>(row).is_none(),
        ObjectType::NetIxLan => typed::<NetIxLan>(row).is_none(),
        ObjectType::Poc => {
            typed::<Poc>(row).is_none_or(|poc| unknown!(poc, role: PocRole, visible: Visibility))
        }
    }
}
