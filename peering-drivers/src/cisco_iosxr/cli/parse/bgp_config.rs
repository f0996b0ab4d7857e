//! BGP as it is configured: neighbour groups and neighbours, in the main table and in VRFs.

use std::time::Duration;

use peering_core::state::{AddressFamily, BgpConfigNeighbor, BgpGroup, PrefixLimit};
use peering_core::{Asn, ParseError, Secret};

use super::family;
use super::tree::{Line, tree};

/// From which share of a limit on the router warns, in per cent, where nothing else is configured: it does not print that.
const THRESHOLD: u32 = 75;

/// Reads `show running-config router bgp`: the neighbour groups of the main table with their members, those of VRFs among them,
/// and at the end the neighbours without a group. Empty when BGP is not configured. What a neighbour inherits is in its group.
///
/// # Errors
/// When our own AS, or a word that wants a number, has none.
pub fn bgp_config(text: &str) -> Result<Vec<BgpGroup>, ParseError> {
    let root = tree(text);
    let mut found: Vec<BgpGroup> = Vec::new();
    let mut alone: Vec<BgpConfigNeighbor> = Vec::new();
    let mut main = None;
    for (rest, process) in root.all(&["router", "bgp"]) {
        let own: Asn = value(rest.first(), process, "router bgp N")?;
        main = main.or(Some(own));
        for (rest, section) in process.all(&["neighbor-group"]) {
            let name = rest.first().ok_or_else(|| wrong(section, "neighbor-group NAME"))?;
            found.push(group(section, name, own)?);
        }
        let mut members = Vec::new();
        members.extend(process.all(&["neighbor"]).map(|(rest, section)| (rest, section, None)));
        for (rest, vrf) in process.all(&["vrf"]) {
            let name = rest.first().ok_or_else(|| wrong(vrf, "vrf NAME"))?;
            members.extend(vrf.all(&["neighbor"]).map(|(rest, section)| (rest, section, Some(*name))));
        }
        for (rest, section, vrf) in members {
            let address = rest.first().ok_or_else(|| wrong(section, "neighbor ADDRESS"))?;
            let neighbor = neighbor(section, address, vrf, own)?;
            let name = section.after(&["use", "neighbor-group"]).and_then(<[_]>::first);
            match found.iter_mut().find(|group| name.is_some() && group.name.as_deref() == name.copied()) {
                Some(group) => group.neighbors.push(neighbor),
                None => alone.push(neighbor),
            }
        }
    }
    if main.is_some() {
        found.push(BgpGroup { local_as: main, neighbors: alone, ..BgpGroup::default() });
    }
    Ok(found)
}

/// Passwords stand in these lines: an error repeats the first words only.
fn wrong(line: &Line<'_>, expected: &str) -> ParseError {
    let beginning = line.words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
    ParseError::new(expected, &beginning).at_line(line.number)
}

fn value<T: std::str::FromStr>(
    word: Option<&&str>,
    line: &Line<'_>,
    expected: &str,
) -> Result<T, ParseError> {
    word.and_then(|word| word.parse().ok()).ok_or_else(|| wrong(line, expected))
}

/// The value in the first line under a section that begins with these words.
fn number<T: std::str::FromStr>(section: &Line<'_>, words: &[&str]) -> Result<Option<T>, ParseError> {
    let line = section.all(words).next();
    line.map(|(rest, line)| value(rest.first(), line, &format!("{} N", words.join(" ")))).transpose()
}

fn told(section: &Line<'_>, words: &[&str]) -> Option<String> {
    section.after(words).map(|rest| rest.join(" ")).filter(|text| !text.is_empty())
}

/// `local-as N no-prepend`; with `disable` there is none.
fn local_as(section: &Line<'_>) -> Result<Option<Asn>, ParseError> {
    match section.after(&["local-as"]) {
        Some(["disable", ..]) => Ok(None),
        _ => number(section, &["local-as"]),
    }
}

fn group(section: &Line<'_>, name: &str, own: Asn) -> Result<BgpGroup, ParseError> {
    let families = families(section);
    Ok(BgpGroup {
        name: Some(name.to_owned()),
        kind: None,
        description: told(section, &["description"]),
        apply_groups: Vec::new(),
        multihop_ttl: number(section, &["ebgp-multihop"])?,
        multipath: says(&families, "multipath"),
        local_address: told(section, &["local", "address"]),
        local_as: local_as(section)?.or(Some(own)),
        remote_as: number(section, &["remote-as"])?,
        import_policy: policies(&families, "in"),
        export_policy: policies(&families, "out"),
        remove_private_as: says(&families, "remove-private-as"),
        prefix_limits: prefix_limits(&families)?,
        neighbors: Vec::new(),
    })
}

fn neighbor(
    section: &Line<'_>,
    address: &str,
    vrf: Option<&str>,
    own: Asn,
) -> Result<BgpConfigNeighbor, ParseError> {
    let families = families(section);
    // `password encrypted 094F471A1A0A`
    let password = section.after(&["password"]).and_then(<[_]>::last);
    Ok(BgpConfigNeighbor {
        address: address.to_owned(),
        network_instance: vrf.map(str::to_owned),
        description: told(section, &["description"]),
        import_policy: policies(&families, "in"),
        export_policy: policies(&families, "out"),
        local_address: told(section, &["local", "address"]),
        authentication_key: password.map(|word| Secret::new(*word)),
        next_hop_self: says(&families, "next-hop-self"),
        route_reflector_client: says(&families, "route-reflector-client"),
        local_as: local_as(section)?.or(Some(own)),
        remote_as: number(section, &["remote-as"])?,
        prefix_limits: prefix_limits(&families)?,
    })
}

/// The families of a neighbour or a group, with their lines.
fn families<'l, 'a>(section: &'l Line<'a>) -> Vec<(AddressFamily, &'l Line<'a>)> {
    section.all(&["address-family"]).map(|(rest, line)| (family(&rest.join("-")), line)).collect()
}

/// Whether a family has a line, which may switch off what the group has.
fn says(families: &[(AddressFamily, &Line<'_>)], word: &str) -> bool {
    families.iter().any(|(_, lines)| {
        lines.after(&[word]).is_some_and(|rest| !rest.iter().any(|word| word.ends_with("disable")))
    })
}

/// Cisco's policies are by family: one name where all have the same, else all of them.
fn policies(families: &[(AddressFamily, &Line<'_>)], direction: &str) -> Option<String> {
    let lines = families.iter().flat_map(|(_, lines)| lines.all(&["route-policy"]));
    let of_direction = lines.filter_map(|(rest, _)| {
        let (last, name) = rest.split_last()?;
        // a policy may have parameters: `IN(64500, 100)`
        (*last == direction && !name.is_empty()).then(|| name.join(" "))
    });
    let mut names: Vec<String> = of_direction.collect();
    names.dedup();
    if names.is_empty() { None } else { Some(names.join(" ")) }
}

/// `maximum-prefix 500 90 restart 30`
fn prefix_limits(families: &[(AddressFamily, &Line<'_>)]) -> Result<Vec<PrefixLimit>, ParseError> {
    let mut limits = Vec::new();
    for (family, lines) in families {
        let Some((rest, line)) = lines.all(&["maximum-prefix"]).next() else { continue };
        let expected = "maximum-prefix N [PERCENT] [restart MINUTES]";
        let restart = rest.iter().skip_while(|word| **word != "restart").nth(1);
        let minutes: Option<u64> = restart.map(|word| value(Some(word), line, expected)).transpose()?;
        limits.push(PrefixLimit {
            family: family.clone(),
            limit: value(rest.first(), line, expected)?,
            threshold: rest.get(1).and_then(|word| word.parse().ok()).or(Some(THRESHOLD)),
            idle_timeout: minutes.map(|minutes| Duration::from_secs(minutes.saturating_mul(60))),
            no_validate: None,
        });
    }
    Ok(limits)
}
