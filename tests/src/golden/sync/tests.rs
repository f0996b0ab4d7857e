//! The rules that the recordings do not show.

use peering_core::peeringdb::ObjectType;
use serde_json::{Value, json};

use super::rules::PeeringManagerTables;
use super::{Outcome, Row};

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
