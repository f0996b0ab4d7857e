//! Parsers against recordings of real routers: `tests/captures/PLATFORM/FUNCTION/CASE.{json,txt}`, each with
//! `CASE.expected` beside it, the model as JSON.
//!
//! `PEERING_ACCEPT=1` writes what the parser says now; look at the difference before committing it.

use std::fs;
use std::path::{Path, PathBuf};

use peering_core::ParseError;
use peering_drivers::frr::parse;
use serde::Serialize;
use serde_json::Value;

fn cases(platform: &str, function: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures").join(platform).join(function);
    let mut all: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "expected"))
        .collect();
    all.sort();
    assert!(!all.is_empty(), "no capture in {}", folder.display());
    all
}

/// Every capture gives what is expected; every capture that is cut short is an error and never a part of it.
fn check<T: Serialize>(platform: &str, function: &str, parse: impl Fn(&str) -> Result<T, ParseError>) {
    for path in cases(platform, function) {
        let text = fs::read_to_string(&path).unwrap();
        let model = parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let model = serde_json::to_value(model).unwrap();
        let expected = path.with_extension("expected");
        if std::env::var_os("PEERING_ACCEPT").is_some() {
            fs::write(&expected, serde_json::to_string_pretty(&model).unwrap() + "\n").unwrap();
        }
        let expected: Value = serde_json::from_str(&fs::read_to_string(&expected).unwrap()).unwrap();
        assert_eq!(model, expected, "{}", path.display());

        if path.extension().is_some_and(|extension| extension == "json") {
            let whole = text.trim_end().len();
            for cut in (0..whole).step_by(whole / 40 + 1) {
                if let Some(part) = text.get(..cut) {
                    assert!(parse(part).is_err(), "{} cut at {cut} is taken", path.display());
                }
            }
        }
    }
}

mod frr {
    use super::*;

    #[test]
    fn version() {
        #[derive(Serialize)]
        struct Version(String, String, Option<String>);
        check("frr", "version", |text| {
            parse::version(text).map(|read| Version(read.version, read.hostname, read.system))
        });
    }

    #[test]
    fn interfaces() {
        check("frr", "interfaces", parse::interfaces);
    }

    #[test]
    fn interface_addresses() {
        check("frr", "interface_addresses", parse::interface_addresses);
    }

    #[test]
    fn bgp_neighbors() {
        check("frr", "bgp_neighbors", parse::bgp_neighbors);
    }

    #[test]
    fn received() {
        check("frr", "received", parse::received);
    }

    #[test]
    fn bgp_paths() {
        check("frr", "bgp_paths", |text| parse::bgp_paths(text, "default"));
    }

    #[test]
    fn rib_routes() {
        check("frr", "rib_routes", parse::rib_routes);
    }
}
