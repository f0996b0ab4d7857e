//! The golden data: what Peering Manager answered, asked again of our public API in `Compat::PeeringManager`.
//!
//! [`run`] takes any directory of such files. A file is known by its name; its rows are read for what they hold, so
//! that other rows of the same kind run as well. What is compared is said by the module of each kind.

mod abandoned;
mod addresses;
mod asn;
mod ciphers;
mod communities;
mod contexts;
mod discovery;
mod engine;
mod filters;
mod irr;
mod neighbors;
mod policies;
mod polling;
mod render;
mod report;
mod status;
mod sync;

use std::fs;
use std::path::Path;

use report::Rows;
pub use report::{FileReport, RowReport};

/// Runs the rows of one file's text, or says why the text is no such file.
type Run = fn(&str) -> Result<Rows, String>;

/// Every kind of file, by name.
const KINDS: &[(&str, Run)] = &[
    ("arista_type7.json", ciphers::arista),
    ("asn_private.json", asn::run),
    ("cisco_type7.json", ciphers::cisco),
    ("community_kind.json", communities::run),
    ("direct_ip_validation.json", addresses::run),
    ("discovery.json", discovery::run),
    ("filters_pure.json", filters::run),
    ("inherited_status_direct.json", status::direct),
    ("inherited_status_ixp.json", status::exchange),
    ("irr_command.json", irr::command),
    ("irr_parse.json", irr::parse),
    ("is_abandoned.json", abandoned::run),
    ("juniper_type9.json", ciphers::juniper),
    ("merge_hash.json", contexts::run),
    ("neighbors_to_peers.json", neighbors::run),
    ("policies_communities.json", policies::run),
    ("poll_states.json", polling::run),
    ("render.json", render::run),
    ("sync_scenarios.json", sync::run),
];

/// The names of all kinds of file, in order.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, _)| *name)
}

/// Runs every file of a directory that ends in `.json`, in the order of their names. A kind that is not there is
/// not asked for; a file of no kind, and one that cannot be read, fails.
///
/// # Errors
/// What is wrong with the directory, if it cannot be listed or holds no such file.
pub fn run(directory: &Path) -> Result<Vec<FileReport>, String> {
    let unreadable = |error| format!("{} cannot be read: {error}", directory.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".json") {
            names.push(name);
        }
    }
    names.sort();
    if names.is_empty() {
        return Err(format!("{} holds no golden file", directory.display()));
    }
    Ok(names.into_iter().map(|name| run_file(directory, name)).collect())
}

fn run_file(directory: &Path, name: String) -> FileReport {
    let rows = match KINDS.iter().find(|(kind, _)| *kind == name) {
        None => Err("no kind of golden file has this name".to_owned()),
        Some((_, run)) => fs::read_to_string(directory.join(&name))
            .map_err(|error| format!("cannot be read: {error}"))
            .and_then(|text| run(&text)),
    };
    FileReport::new(name, rows)
}
