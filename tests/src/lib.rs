//! Helpers shared by the tests.

pub mod fake_peering_manager;
pub mod fake_peeringdb;
pub mod frr;
pub mod golden;
pub mod irrd;
pub mod junos;
pub mod junos_subject;
pub mod netconf;
pub mod nxos;
pub mod openssh;
pub mod paper;
pub mod parsers;
pub mod recordings;
mod rows;
pub mod sample;
pub mod subject;
pub mod words;

use std::path::{Path, PathBuf};

use peering_core::conformance::Verdict;
pub use rows::rows;

/// The path of a file or folder of the shared test data, from `PEERING_SHARED` or `../shared` beside the checkout.
///
/// Without the data a test prints why and skips, except in CI (`CI` set), where a skip is a failure.
///
/// # Panics
/// When the data are missing and `CI` is set.
pub fn shared(relative: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PEERING_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let path = root.join(relative);
    if path.exists() {
        return Some(path);
    }
    skip(format_args!("no shared test data at {}", path.display()));
    None
}

/// Says why a test is skipped.
///
/// # Panics
/// In CI (`CI` set), where a skip is a failure.
pub fn skip(why: impl std::fmt::Display) {
    assert!(std::env::var_os("CI").is_none(), "in CI nothing is skipped: {why}");
    eprintln!("skipped: {why}");
}

/// Fails with every promise of the conformance suite that was not kept.
///
/// # Panics
/// When one was not.
pub fn assert_kept(verdicts: &[(&str, Verdict)]) {
    let broken: Vec<String> = verdicts
        .iter()
        .filter_map(|(name, verdict)| Some(format!("{name}: {}", verdict.as_ref().err()?)))
        .collect();
    let (count, all) = (broken.len(), verdicts.len());
    assert!(broken.is_empty(), "{count} of {all} promises are broken:\n{}", broken.join("\n"));
}
