//! NAPALM's recordings through the runner: every shared case of the platforms that we have a driver for.

use std::path::{Path, PathBuf};
use std::process::Command;

use peering_tests::recordings::{Options, run};
use peering_tests::{shared, skip};

/// A Python that has what the fakes need: that of `PEERING_PYTHON`, of `tests/run`, or the system's.
fn python() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/venv/bin/python");
    let named = std::env::var_os("PEERING_PYTHON").map(PathBuf::from);
    let candidates = named.into_iter().chain([own, PathBuf::from("/usr/bin/python3")]);
    let can = |python: &PathBuf| {
        let output = Command::new(python).args(["-c", "import paramiko, lxml, yaml"]).output();
        output.is_ok_and(|output| output.status.success())
    };
    let found = candidates.into_iter().find(can);
    if found.is_none() {
        skip("no Python with paramiko, lxml and yaml for NAPALM's fakes");
    }
    found
}

fn options(platform: Option<&str>) -> Option<Options> {
    let root = shared("napalm")?;
    let index = root.join("cases.json");
    Some(Options { root, index, platform: platform.map(str::to_owned), python: python()? })
}

async fn all_pass(platform: &str) {
    let Some(options) = options(Some(platform)) else { return };
    let report = run(&options).await.unwrap();
    println!("{report}");
    let (passed, all) = report.count(platform);
    assert!(report.is_passed() && report.without_driver.is_empty(), "{passed} of {all}:\n{report}");
    assert!(all > 30, "{all} cases are not all");
}

#[tokio::test(flavor = "multi_thread")]
async fn eos() {
    all_pass("eos").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn junos() {
    all_pass("junos").await;
}

/// The runner itself: a wrong expectation, a wrong index and an unknown platform are found.
#[tokio::test]
async fn what_is_wrong_is_found() {
    let Some(options) = options(Some("eos")) else { return };
    let index: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&options.index).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut case = index["drivers"]["eos"]["cases"][0].clone();
    let mut broken = case.clone();
    // somebody else's answer
    case["expected"] =
        index["drivers"]["eos"]["cases"].as_array().unwrap().last().unwrap()["expected"].clone();
    broken["calls"] = serde_json::json!([{ "no_such_argument": 1 }]);
    broken["case"] = "normal".into();
    let open = index["drivers"]["eos"]["open"].clone();
    let eos = serde_json::json!({ "open": open, "cases": [case, broken] });
    let small = serde_json::json!({ "drivers": { "eos": eos, "vrp": { "open": [], "cases": [] } } });
    let path = folder.path().join("index.json");
    std::fs::write(&path, small.to_string()).unwrap();
    let mut options = Options { index: path, ..options };
    let report = run(&options).await.unwrap();
    assert!(!report.is_passed());
    assert_eq!(report.count("eos"), (0, 2), "{report}");
    assert!(report.to_string().contains("no_such_argument"), "{report}");
    options.platform = Some("vrp".into());
    assert_eq!(run(&options).await.unwrap().without_driver, [("vrp".to_owned(), 0)]);
    options.platform = Some("moon".into());
    assert!(run(&options).await.unwrap_err().contains("moon"));
    options.index = folder.path().join("nowhere");
    assert!(run(&options).await.is_err());
}
