//! Every row, real or generated, survives load → cache → read unchanged.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use peering_core::peeringdb::record::{
    Campus, Carrier, CarrierFac, Fac, Ix, IxFac, IxLan, IxPfx, Net, NetFac, NetIxLan, Org, Poc,
};
use peering_core::peeringdb::sync::{DumpSource, Note, SyncOptions, SyncReport, load_dump};
use peering_core::peeringdb::{Cache, ObjectType, Query, Record};
use peering_tests::shared;
use serde_json::Value;

/// The rows of a type as they stand in a dump.
fn source(directory: &Path, object: ObjectType) -> Option<Vec<Value>> {
    let plain = directory.join(format!("{object}.json"));
    let text = if plain.exists() {
        std::fs::read_to_string(plain).unwrap()
    } else {
        let file = std::fs::File::open(directory.join(format!("{object}.json.gz"))).ok()?;
        let mut text = String::new();
        flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
        text
    };
    let mut answer: Value = serde_json::from_str(&text).unwrap();
    match answer["data"].take() {
        Value::Array(mut rows) => {
            rows.sort_by_key(|row| row["id"].as_u64());
            Some(rows)
        }
        _ => panic!("{object}: no data"),
    }
}

fn compare<R: Record>(cache: &Cache, directory: &Path) -> usize {
    let rows = source(directory, R::OBJECT).unwrap_or_default();
    let read = cache.find(&Query::<R>::new().including_deleted()).unwrap();
    assert_eq!(read.len(), rows.len(), "{}", R::OBJECT);
    for (record, row) in read.iter().zip(&rows) {
        assert_eq!(&serde_json::to_value(record).unwrap(), row, "{}", R::OBJECT);
        assert_eq!(record.undecoded(), [] as [&str; 0], "{} {}", R::OBJECT, record.id());
    }
    rows.len()
}

/// Loads a dump and compares every row; returns how many there were.
fn survives(directory: &Path) -> (usize, SyncReport) {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path().join("peeringdb.sqlite")).unwrap();
    let report = load_dump(&cache, &DumpSource::directory(directory), &SyncOptions::default()).unwrap();
    let rows = compare::<Org>(&cache, directory)
        + compare::<Campus>(&cache, directory)
        + compare::<Fac>(&cache, directory)
        + compare::<Net>(&cache, directory)
        + compare::<Ix>(&cache, directory)
        + compare::<Carrier>(&cache, directory)
        + compare::<CarrierFac>(&cache, directory)
        + compare::<IxFac>(&cache, directory)
        + compare::<IxLan>(&cache, directory)
        + compare::<IxPfx>(&cache, directory)
        + compare::<NetFac>(&cache, directory)
        + compare::<NetIxLan>(&cache, directory)
        + compare::<Poc>(&cache, directory);
    assert_eq!(report.rows(), rows as u64);
    (rows, report)
}

/// Runs the other generator, which was compared with a real server's answers.
fn generated(generator: &Path, arguments: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("python3")
        .arg(generator)
        .arg("--out")
        .arg(folder.path())
        .args(arguments)
        .output()
        .expect("python3 runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder
}

#[test]
fn the_complete_tables_of_2022() {
    let Some(directory) = shared("peeringdb/real-2022-10-06") else { return };
    let (rows, report) = survives(&directory);
    assert_eq!(rows, 46_038 + 1_041 + 1_041 + 2_010);
    assert_eq!(report.warnings().collect::<Vec<_>>(), [] as [&Note; 0]);
    let missing: Vec<&str> = report.missing.iter().map(|object| object.tag()).collect();
    assert_eq!(missing, ["org", "campus", "fac", "net", "carrier", "carrierfac", "ixfac", "netfac", "poc"]);
    // Kept, although their networks are not there.
    assert_eq!(report.unresolved(ObjectType::NetIxLan), 46_038);
}

#[test]
fn the_sample_of_2026() {
    let Some(directory) = shared("peeringdb/real-2026-04-sample") else { return };
    let (rows, report) = survives(&directory);
    assert_eq!(rows, 10 * 500 + 276 + 74);
    assert_eq!(report.warnings().collect::<Vec<_>>(), [] as [&Note; 0]);
    assert_eq!(report.missing, [ObjectType::Poc]);
}

#[test]
fn generated_rows_of_both_server_versions() {
    let Some(generator) = shared("peeringdb/gen.py") else { return };
    for (api, shape) in [("2.82", "anon"), ("2.83", "auth")] {
        let folder =
            generated(&generator, &["--scale", "0.01", "--api", api, "--shape", shape, "--delta", "200"]);
        let (rows, report) = survives(folder.path());
        assert!(rows > 2000);
        assert_eq!((report.notes, report.missing), (vec![], vec![]));
        survives(&folder.path().join("delta"));
    }
}

#[test]
fn the_shipped_sample_has_the_shape_of_the_server() {
    let Some(generator) = shared("peeringdb/gen.py") else { return };
    let folder = generated(&generator, &["--scale", "0.05", "--api", "2.83"]);
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/peeringdb-sample");
    survives(&sample);
    for object in ObjectType::ALL {
        let ours = forms(&source(&sample, object).unwrap());
        let theirs = forms(&source(folder.path(), object).unwrap());
        for (field, forms) in &ours {
            let Some(known) = theirs.get(field) else { panic!("{object}.{field} is not the server's") };
            // The other generator leaves these out, the server does not.
            let also = match field.as_str() {
                "ix_side_id" => Some("number"),
                _ => None,
            };
            let known: BTreeSet<_> = known.iter().copied().chain(also).collect();
            assert!(forms.is_subset(&known), "{object}.{field}: {forms:?}, the server has {known:?}");
        }
        for field in theirs.keys() {
            assert!(ours.contains_key(field), "{object}.{field} is missing");
        }
    }
}

/// The JSON types that each field has in these rows.
fn forms(rows: &[Value]) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut forms = BTreeMap::<_, BTreeSet<_>>::new();
    for (name, value) in rows.iter().filter_map(Value::as_object).flatten() {
        forms.entry(name.clone()).or_default().insert(match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "fraction",
            Value::Number(_) => "number",
            Value::String(_) => "text",
            Value::Array(_) => "list",
            Value::Object(_) => "object",
        });
    }
    forms
}
