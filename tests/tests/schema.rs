//! The JSON Schema of network documents: the file that is shipped is what the models say, what can be read fits it, and
//! what cannot be read for its shape does not.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use peering_core::import::peering_manager::{Answers, import};
use peering_core::model::Network;
use serde_json::{Value, json};

const RENEW: &str = "PEERING_RENEW_SCHEMA";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&Network::json_schema()).unwrap()
}

#[track_caller]
fn fits(validator: &Validator, document: &Value, name: &str) {
    let problems: Vec<String> =
        validator.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(problems.is_empty(), "{name}: {problems:#?}");
}

#[test]
fn the_shipped_schema_is_that_of_the_models() {
    let path = root().join("peering-core/src/model/network.schema.json");
    let schema = Network::json_schema();
    if std::env::var_os(RENEW).is_some() {
        fs::write(&path, format!("{schema:#}\n")).unwrap();
    }
    let shipped: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert!(
        shipped == schema,
        "network.schema.json is not what the models say; renew it: \
         {RENEW}=1 cargo test -p peering-tests --test schema"
    );
}

#[test]
fn the_schema_tells_every_field_in_words() {
    let schema = Network::json_schema();
    let objects = schema["$defs"].as_object().unwrap().iter();
    for (name, object) in objects.chain([(&"Network".to_owned(), &schema)]) {
        for (field, of) in object["properties"].as_object().into_iter().flatten() {
            let words = of["description"].as_str().unwrap_or_default();
            assert!(!words.is_empty() && !words.contains("]("), "{name}.{field}: {words:?}");
        }
    }
}

/// The documents of the repository, the whole of an import, and each written again.
#[test]
fn what_can_be_read_fits() {
    let validator = validator();
    let mut documents = vec![];
    for folder in ["examples/data", "tests/fuzz/corpus/network"] {
        for path in fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()) {
            if path.extension().is_some_and(|end| end == "yaml" || end == "json") {
                documents.push((
                    path.display().to_string(),
                    Network::load(&path).unwrap_or_else(|e| panic!("{e}")),
                ));
            }
        }
    }
    let answers = Answers::from_dir(root().join("tests/data/peering-manager")).unwrap();
    documents.push(("the import".to_owned(), import(&answers).network));
    assert!(documents.len() > 3);
    for (name, network) in documents {
        let written: Value = serde_json::from_str(&network.to_json_exposing_secrets()).unwrap();
        fits(&validator, &written, &name);
    }
    // By hand: whatever may be left out, and the other forms of a value.
    let short = json!({
        "autonomous_systems": [{"asn": 64500, "name": "Ours", "irr_as_set": null}],
        "routing_policies": [{"slug": "in", "name": "In", "address_family": 6}],
        "connections": [{"name": "c", "mac_address": "001b.7749.54fd", "ipv4_address": "192.0.2.1/24"}],
        "internet_exchange_sessions": [
            {"autonomous_system": 64500, "connection": "c", "ip_address": "2001:db8::1", "password": "x"}
        ]
    });
    Network::try_from(short.clone()).unwrap();
    fits(&validator, &short, "by hand");
}

#[test]
fn what_has_another_shape_does_not_fit() {
    let validator = validator();
    let session = |field: &str, value: Value| {
        let mut row = json!({"autonomous_system": 64501, "connection": "c", "ip_address": "192.0.2.2"});
        row[field] = value;
        ("internet_exchange_sessions", row)
    };
    for (list, row) in [
        session("pasword", json!("x")),
        session("autonomous_system", json!("AS64501")),
        session("autonomous_system", json!(-1)),
        session("autonomous_system", json!(4_294_967_296_u64)),
        session("ip_address", json!(1)),
        session("status", json!("sleeping")),
        session("password", json!(1234)),
        session("multihop_ttl", json!(256)),
        session("communities", json!("c")),
        session("local_context_data", json!([])),
        ("routers", json!({"name": "r"})),
        ("routing_policies", json!({"slug": "in", "name": "In", "address_family": 5})),
        ("tags", json!(["a", "A"])),
        ("tag", json!({})),
    ] {
        let document = json!({list: [row]});
        assert!(!validator.is_valid(&document), "{document}");
        // A list in place of an object is read, if only from JSON.
        assert!(list == "tags" || Network::try_from(document.clone()).is_err(), "{document}");
    }
    assert!(!validator.is_valid(&json!([])));
}
