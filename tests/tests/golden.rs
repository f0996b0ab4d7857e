//! Every golden file through the runner: nothing differs, and no kind is left out.

use std::fs;

use peering_tests::{golden, shared};

#[test]
fn everything_comes_out_as_recorded() {
    let Some(directory) = shared("golden") else { return };
    let reports = golden::run(&directory).unwrap();
    for report in &reports {
        println!("{report}");
    }
    let failed: Vec<String> =
        reports.iter().filter(|report| !report.failed.is_empty()).map(ToString::to_string).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    let seen: Vec<&str> = reports.iter().map(|report| report.file.as_str()).collect();
    assert_eq!(seen, golden::kinds().collect::<Vec<_>>());
    assert!(reports.iter().all(|report| report.passed > 0));
    assert!(reports.iter().all(|report| report.notes.is_empty()), "something was not looked at");
}

/// The runner itself: a wrong answer, a row of another shape, a broken file and a file of no kind all fail.
#[test]
fn what_is_wrong_is_found() {
    let directory = tempfile::tempdir().unwrap();
    assert!(golden::run(directory.path()).is_err(), "no file is no success");
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    write("notes.txt", "not looked at");
    write(
        "asn_private.json",
        r#"[{"asn": 64500, "private": false}, {"asn": 714, "private": false}, {"asn": "x"}]"#,
    );
    write("community_kind.json", "[");
    write("unheard_of.json", "[]");
    let reports: Vec<String> =
        golden::run(directory.path()).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(reports.len(), 3);
    let [private, broken, unknown] = &reports[..] else { panic!("{reports:?}") };
    assert!(private.starts_with("asn_private.json: 1 passed, 2 failed\n"), "{private}");
    assert!(private.contains("row 0: 64500 is private: expected false, got true"), "{private}");
    assert!(private.contains("row 2: could not be run: "), "{private}");
    assert!(broken.starts_with("community_kind.json: 0 passed, 1 failed\n  the file: "), "{broken}");
    assert!(unknown.starts_with("unheard_of.json: 0 passed, 1 failed\n"), "{unknown}");
    assert!(golden::run(&directory.path().join("nowhere")).is_err());
}
