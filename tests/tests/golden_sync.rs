//! Peering Manager's recorded synchronisations, replayed on our cache.
//!
//! The product keeps every row whatever it looks like; Peering Manager refuses some. So each step goes through
//! `load_dump`, the records are read back typed, and [`PeeringManagerTables`] applies the original's rules to them:
//! its counts, its cursors and its rows must come out as recorded, while our own cache must have lost nothing.

use std::collections::BTreeMap;
use std::fs;

use jiff::Timestamp;
use peering_core::peeringdb::record::{
    Campus, Carrier, CarrierFac, Fac, Ix, IxFac, IxLan, IxPfx, Net, NetFac, NetIxLan, Org, Poc,
};
use peering_core::peeringdb::sync::{DumpSource, SyncOptions, load_dump};
use peering_core::peeringdb::{Cache, ObjectType, Record};
use peering_tests::shared;
use rules::PeeringManagerTables;
use serde::Deserialize;
use serde_json::{Map, Value, json};

type Row = Map<String, Value>;

/// When the recorded answers say they were made, in Unix seconds; the recordings leave it out of each answer.
const GENERATED: f64 = 1_700_000_000.5;

/// One synchronisation: what the server answered, what it was asked, and what was there afterwards.
#[derive(Deserialize)]
struct Step {
    responses: BTreeMap<String, Value>,
    #[serde(default)]
    requests: Vec<(String, Value)>,
    result: Option<Outcome>,
    orgs: Option<Vec<Value>>,
    nets: Option<Vec<Value>>,
    netixlans: Option<Vec<Value>>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
struct Outcome {
    created: u64,
    updated: u64,
    deleted: u64,
    time: String,
}

/// A list of rows, a whole answer, or anything else for an answer that failed.
fn answer(response: &Value) -> Option<(Vec<Row>, f64)> {
    let rows = response.as_array().or_else(|| response.get("data")?.as_array())?;
    let generated = response.pointer("/meta/generated").and_then(Value::as_f64).unwrap_or(GENERATED);
    Some((rows.iter().filter_map(|row| row.as_object().cloned()).collect(), generated))
}

/// All rows of a type, tombstones too.
fn stored(cache: &Cache, object: ObjectType) -> BTreeMap<u64, Row> {
    let rows = peering_tests::rows(cache, object).into_iter();
    rows.map(|(id, row)| (id, row.as_object().unwrap().clone())).collect()
}

fn load(cache: &Cache, object: ObjectType, rows: &[Row]) {
    let text = json!({"data": rows, "meta": {}}).to_string();
    load_dump(cache, &DumpSource::Embedded(&[(object, text.as_bytes())]), &SyncOptions::default()).unwrap();
}

/// Replays the steps of one scenario.
fn replay(name: &str, steps: &[Step]) {
    let cache = Cache::in_memory().unwrap();
    let mut kept: BTreeMap<ObjectType, BTreeMap<u64, Row>> = BTreeMap::new();
    let mut tables = PeeringManagerTables::default();
    for (number, step) in steps.iter().enumerate() {
        let place = format!("{name}, step {number}");
        let mut outcome = Outcome::default();
        let mut generated = f64::INFINITY;
        let mut requests = Vec::new();
        for object in rules::ORDER {
            requests.push((object.tag().to_owned(), json!({"since": tables.since(object), "depth": 0})));
            let response = step.responses.get(object.tag()).cloned().unwrap_or_else(|| json!([]));
            let Some((rows, made)) = answer(&response) else { continue };
            generated = generated.min(made);
            load(&cache, object, &rows);
            // Peering Manager takes rows as they come, older ones too: what it sees has been through a cache of its own.
            for row in &rows {
                let seen = Cache::in_memory().unwrap();
                load(&seen, object, std::slice::from_ref(row));
                for read in stored(&seen, object).into_values() {
                    tables.take(object, read, &mut outcome);
                }
                keep(kept.entry(object).or_default(), row);
            }
        }
        if !step.requests.is_empty() {
            assert_eq!(requests, step.requests, "{place}: requests");
        }
        outcome.time = iso(generated);
        let changed = outcome.created + outcome.updated + outcome.deleted > 0;
        assert_eq!(changed.then_some(outcome), step.result, "{place}: result");
        for (object, expected) in [
            (ObjectType::Org, &step.orgs),
            (ObjectType::Net, &step.nets),
            (ObjectType::NetIxLan, &step.netixlans),
        ] {
            if let Some(expected) = expected {
                assert_listed(&place, object, &tables, expected);
            }
        }
        for (object, rows) in &kept {
            assert_eq!(&stored(&cache, *object), rows, "{place}: our own cache keeps every {object}");
        }
    }
}

/// What our cache must have: of each number the newest row, and of equally new ones the last.
fn keep(rows: &mut BTreeMap<u64, Row>, row: &Row) {
    let updated =
        |row: &Row| row.get("updated").and_then(Value::as_str).map(|time| time.parse::<Timestamp>().unwrap());
    let Some(id) = row.get("id").and_then(Value::as_u64) else { return };
    if rows.get(&id).is_none_or(|old| updated(row) >= updated(old)) {
        rows.insert(id, row.clone());
    }
}

/// The recordings list rows as tuples: `[id, name]` for organisations, `[id, asn, name]` for networks. None of them
/// lists a connection; of a connection every listed value must be one of the row's.
fn assert_listed(place: &str, object: ObjectType, tables: &PeeringManagerTables, expected: &[Value]) {
    let rows: Vec<&Row> = tables.rows(object).collect();
    let fields: &[&str] = match object {
        ObjectType::Org => &["id", "name"],
        ObjectType::Net => &["id", "asn", "name"],
        _ => {
            assert_eq!(rows.len(), expected.len(), "{place}: {object}");
            for (row, expected) in rows.iter().zip(expected) {
                let listed = expected.as_array().map_or(std::slice::from_ref(expected), Vec::as_slice);
                assert_eq!(row.get("id"), listed.first(), "{place}: {object}");
                for value in listed {
                    assert!(row.values().any(|field| field == value), "{place}: {object} {value} in {row:?}");
                }
            }
            return;
        }
    };
    let listed: Vec<Value> =
        rows.iter().map(|row| fields.iter().map(|field| row[*field].clone()).collect()).collect();
    assert_eq!(listed, expected, "{place}: {object}");
}

/// Python's way to write a time.
fn iso(seconds: f64) -> String {
    let time = Timestamp::from_microsecond((seconds * 1e6) as i64).unwrap();
    let micros = time.subsec_nanosecond() / 1000;
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("{}{fraction}+00:00", time.strftime("%Y-%m-%dT%H:%M:%S"))
}

#[test]
fn recorded_synchronisations_come_out_the_same() {
    let Some(path) = shared("golden/sync_scenarios.json") else { return };
    let scenarios: BTreeMap<String, Vec<Step>> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert!(!scenarios.is_empty());
    for (name, steps) in &scenarios {
        replay(name, steps);
    }
    println!("{} scenarios", scenarios.len());
}

/// Peering Manager's tables with its rules: which rows it refuses, what goes with what is deleted, what it counts.
mod rules {
    use super::*;
    use peering_core::peeringdb::record::{
        ContractPolicy, LocationPolicy, NetType, PeeringPolicy, PocRole, Property, Protocol, Ratio, Region,
        Scope, ServiceLevel, Terms, Traffic, Visibility, Voltage,
    };
    use url::Url;

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
            ObjectType::Poc => Table {
                required: &["role"],
                unique: &[],
                parents: &[("net_id", ObjectType::Net)],
                optional: &[],
            },
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
                || table
                    .optional
                    .iter()
                    .any(|(field, parent)| value(field).is_some() && !exists(field, *parent))
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
        let region =
            |region: &Option<Region>| matches!(region, Some(Region::Other(text)) if !text.is_empty());
        match object {
            ObjectType::Org => typed::<Org>(row).is_none(),
            ObjectType::Campus => typed::<Campus>(row).is_none(),
            ObjectType::Fac => typed::<Fac>(row).is_none_or(|fac| {
                unknown!(fac, property: Property)
                    || region(&fac.region_continent)
                    || fac
                        .available_voltage_services
                        .iter()
                        .flatten()
                        .any(|one| matches!(one, Voltage::Other(_)))
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
            ObjectType::IxLan => typed::<IxLan>(row)
                .is_none_or(|lan| unknown!(lan, ixf_ixp_member_list_url_visible: Visibility)),
            ObjectType::IxPfx => {
                typed::<IxPfx>(row).is_none_or(|prefix| unknown!(prefix, protocol: Protocol))
            }
            ObjectType::NetFac => typed::<NetFac>(row).is_none(),
            ObjectType::NetIxLan => typed::<NetIxLan>(row).is_none(),
            ObjectType::Poc => {
                typed::<Poc>(row).is_none_or(|poc| unknown!(poc, role: PocRole, visible: Visibility))
            }
        }
    }
}

/// Rows one after the other, each with what the original counts for it.
#[test]
fn the_rules_that_the_recordings_do_not_show() {
    fn row(id: u64, fields: Value) -> Row {
        let mut row = json!({
            "id": id, "status": "ok", "created": "2020-01-01T00:00:00Z", "updated": "2024-01-01T00:00:00Z",
        });
        row.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        row.as_object().unwrap().clone()
    }
    let mut tables = PeeringManagerTables::default();
    let mut outcome = Outcome::default();
    let mut take = |tables: &mut PeeringManagerTables, object, id, fields: Value| {
        let before = outcome.clone();
        tables.take(object, row(id, fields), &mut outcome);
        (outcome.created - before.created, outcome.updated - before.updated, outcome.deleted - before.deleted)
    };
    const CREATED: (u64, u64, u64) = (1, 0, 0);
    const UPDATED: (u64, u64, u64) = (0, 1, 0);
    const DELETED: (u64, u64, u64) = (0, 0, 1);
    const REFUSED: (u64, u64, u64) = (0, 0, 0);
    use ObjectType as O;
    let ix =
        json!({"org_id": 1, "name": "X", "city": "C", "region_continent": "Europe", "media": "Ethernet"});
    let port =
        json!({"net_id": 1, "ixlan_id": 1, "asn": 64500, "speed": 100, "net_side_id": 1, "ix_side_id": null});
    for (object, id, fields, expected) in [
        (O::Org, 1, json!({"name": "A"}), CREATED),
        (O::Org, 2, json!({"name": ""}), REFUSED),
        (O::Org, 3, json!({"name": "W", "website": "www.example.net"}), REFUSED),
        // A tombstone of what is not there makes it, and a second one takes it away.
        (O::Org, 4, json!({"name": "T", "status": "deleted"}), CREATED),
        (O::Org, 4, json!({"name": "T", "status": "deleted"}), DELETED),
        (O::Fac, 1, json!({"org_id": 1, "name": "F", "campus_id": 99, "region_continent": ""}), CREATED),
        (O::Fac, 2, json!({"org_id": 9, "name": "G"}), REFUSED),
        (O::Fac, 3, json!({"org_id": 1, "name": "H", "available_voltage_services": ["12 VDC"]}), REFUSED),
        (O::Net, 1, json!({"org_id": 1, "name": "N", "asn": 64500}), CREATED),
        (O::Net, 2, json!({"org_id": 1, "name": "M", "asn": 64500}), REFUSED),
        (O::Net, 3, json!({"org_id": 1, "name": "M"}), REFUSED),
        (O::Net, 1, json!({"info_scope": "Lunar"}), REFUSED),
        (O::Net, 1, json!({"info_scope": "Global"}), UPDATED),
        (O::Ix, 1, ix.clone(), CREATED),
        (
            O::Ix,
            2,
            json!({"org_id": 1, "name": "Y", "city": "C", "region_continent": "", "media": "Ethernet"}),
            REFUSED,
        ),
        (O::IxLan, 1, json!({"ix_id": 1, "mtu": 1500}), CREATED),
        (O::IxLan, 2, json!({"ix_id": 1, "mtu": 4470}), REFUSED),
        (O::IxLan, 3, json!({"ix_id": 1, "mtu": null, "rs_asn": 0}), CREATED),
        (O::IxPfx, 1, json!({"ixlan_id": 1, "protocol": "IPv4", "prefix": "192.0.2.0/24"}), CREATED),
        (O::IxPfx, 2, json!({"ixlan_id": 3, "protocol": "IPv4", "prefix": "192.0.2.0/24"}), REFUSED),
        (O::NetFac, 1, json!({"net_id": 1, "fac_id": 1, "local_asn": 64500}), CREATED),
        (O::NetFac, 2, json!({"net_id": 1, "fac_id": 1, "local_asn": 64500}), REFUSED),
        (O::NetFac, 3, json!({"net_id": 1, "fac_id": 1, "local_asn": 64501}), CREATED),
        (O::NetIxLan, 1, port.clone(), CREATED),
        (O::NetIxLan, 2, json!({"net_id": 1, "ixlan_id": 1, "asn": 64500}), REFUSED),
        (
            O::NetIxLan,
            3,
            json!({"net_id": 1, "ixlan_id": 1, "asn": 64500, "speed": 1, "net_side": 9}),
            REFUSED,
        ),
        (
            O::NetIxLan,
            4,
            json!({"net_id": 1, "ixlan_id": 1, "asn": 64500, "speed": 1, "ipaddr4": "::1"}),
            REFUSED,
        ),
        (
            O::Poc,
            1,
            json!({"net_id": 1, "role": "NOC", "visible": "Public", "email": "noc@example.net"}),
            CREATED,
        ),
        (O::Poc, 2, json!({"net_id": 1, "role": "Janitor", "visible": "Public"}), REFUSED),
        (O::Poc, 3, json!({"net_id": 1, "role": "NOC", "email": "nobody"}), REFUSED),
        (O::Fac, 1, json!({"status": "deleted"}), DELETED),
    ] {
        assert_eq!(take(&mut tables, object, id, fields.clone()), expected, "{object} {id} {fields}");
    }
    // The facility took the network's presence along, and only its name from the connection.
    assert_eq!(tables.rows(ObjectType::NetFac).count(), 0);
    let port: Vec<&Row> = tables.rows(ObjectType::NetIxLan).collect();
    assert_eq!((port.len(), &port[0]["net_side_id"]), (1, &Value::Null));
    // The exchange takes its LANs along, with prefixes and connections.
    assert_eq!(take(&mut tables, ObjectType::Ix, 1, json!({"status": "deleted"})), DELETED);
    for object in [ObjectType::IxLan, ObjectType::IxPfx, ObjectType::NetIxLan] {
        assert_eq!((tables.rows(object).count(), tables.since(object)), (0, 0), "{object}");
    }
    assert_eq!(tables.since(ObjectType::Net), 1_704_067_200);
}
