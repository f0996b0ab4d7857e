//! `irr_parse.json`: the sets in an operator's text, each with its registry. `irr_command.json`: how bgpq3 and bgpq4
//! are called for a set.
//!
//! The rows do not tell which registries were configured when texts were parsed: the usual ones. Nor do they tell the AS
//! number that a list of autonomous systems begins with.

use peering_core::irr::{AsSet, AsSets, Bgpq4, ParseOptions};
use peering_core::model::{Family, IrrSync};
use peering_core::{Asn, Compat};
use serde::Deserialize;

use super::report::{Rows, each};

/// What the recorded commands give to `-f`.
const FIRST: u32 = 65000;

#[derive(Deserialize)]
struct Text {
    asn: u32,
    irr_as_set: Option<String>,
    #[serde(default)]
    sources: Option<String>,
    result: Vec<(String, String)>,
}

pub(super) fn parse(text: &str) -> Result<Rows, String> {
    each(text, |row: Text, differences| {
        let sources = row.sources.as_deref().map_or_else(|| Bgpq4::default().sources, registries);
        let options = ParseOptions { compat: Compat::PeeringManager, sources };
        let irr_as_set = row.irr_as_set.unwrap_or_default();
        let read = AsSets::parse_with(Asn::new(row.asn), &irr_as_set, &options);
        let sets = read.sets.into_iter().map(|set| (set.source.unwrap_or_default(), set.name));
        differences.same(&format!("{irr_as_set:?}"), row.result, sets.collect());
        Ok(())
    })
}

#[derive(Deserialize)]
struct Call {
    path: String,
    #[serde(default)]
    keep_source: bool,
    #[serde(default)]
    host: String,
    #[serde(default)]
    sources: String,
    family: u8,
    #[serde(default)]
    sources_override: Option<String>,
    #[serde(default)]
    args6: Option<String>,
    #[serde(default)]
    args4: Option<String>,
    #[serde(default)]
    source: Option<String>,
    as_set: String,
    #[serde(default)]
    asn: Option<u32>,
    #[serde(default)]
    command: Option<Vec<String>>,
    #[serde(default)]
    as_list_command: Option<Vec<String>>,
}

pub(super) fn command(text: &str) -> Result<Rows, String> {
    each(text, |row: Call, differences| {
        let tool = Bgpq4 {
            program: row.path,
            host: row.host,
            sources: registries(&row.sources),
            keep_source: row.keep_source,
            ..Bgpq4::default()
        };
        let own = IrrSync {
            sources: registries(&row.sources_override.unwrap_or_default()),
            ipv4_args: arguments(row.args4),
            ipv6_args: arguments(row.args6),
            ..IrrSync::default()
        };
        let family = match row.family {
            4 => Family::Ipv4,
            6 => Family::Ipv6,
            other => return Err(format!("no address family {other}").into()),
        };
        let set = AsSet { source: row.source.filter(|source| !source.is_empty()), ..AsSet::new(row.as_set) };
        let first = Asn::new(row.asn.unwrap_or(FIRST));
        differences.same_if_recorded("prefixes", row.command, tool.prefix_command(&set, family, &own));
        differences.same_if_recorded("AS list", row.as_list_command, tool.as_list_command(&set, first, &own));
        Ok(())
    })
}

/// Registries as Peering Manager writes them.
fn registries(text: &str) -> Vec<String> {
    text.split(',').filter(|source| !source.is_empty()).map(str::to_owned).collect()
}

fn arguments(text: Option<String>) -> Vec<String> {
    text.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}
