//! Users and SNMP, from the configuration.

use peering_core::state::{Snmp, SnmpCommunity, User};
use peering_core::{ParseError, Secret};

/// A configuration has a line with the version, or the mark of a comment.
fn expect_config(text: &str) -> Result<(), ParseError> {
    let is_config = text.lines().any(|line| line.starts_with("version ") || line.starts_with('!'));
    // the text may hold secrets
    if is_config { Ok(()) } else { Err(ParseError::new("a configuration", "another text")) }
}

/// Reads the users of `show running-config`.
///
/// # Errors
/// When it is no configuration.
pub fn users(text: &str) -> Result<Vec<User>, ParseError> {
    expect_config(text)?;
    let mut found: Vec<User> = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["username", name, rest @ ..] = words.as_slice() else { continue };
        let place = found.iter().position(|user| user.name == *name).unwrap_or(found.len());
        if place == found.len() {
            found.push(User { name: (*name).to_owned(), ..User::default() });
        }
        let Some(user) = found.get_mut(place) else { continue };
        match rest {
            ["password", _, password, more @ ..] => {
                user.password = Some(Secret::new(*password));
                user.level = user.level.max(role(more));
            }
            ["role", ..] => user.level = user.level.max(role(rest)),
            ["sshkey", key @ ..] if !key.is_empty() => user.ssh_keys.push(key.join(" ")),
            _ => {}
        }
    }
    Ok(found)
}

/// The level of a role, as Cisco's other systems count: of several the highest is in force.
fn role(words: &[&str]) -> u8 {
    let name = match words {
        [.., "role", name] => *name,
        _ => return 0,
    };
    match name {
        "network-admin" | "vdc-admin" => 15,
        "network-operator" | "vdc-operator" => 5,
        name => name
            .strip_prefix("priv-")
            .and_then(|level| level.parse().ok())
            .filter(|level| *level <= 15)
            .unwrap_or(0),
    }
}

/// Reads SNMP in `show running-config`.
///
/// # Errors
/// When it is no configuration.
pub fn snmp(text: &str) -> Result<Snmp, ParseError> {
    expect_config(text)?;
    let mut snmp = Snmp::default();
    for line in text.lines() {
        let Some(rest) = line.strip_prefix("snmp-server ") else { continue };
        if let Some(location) = rest.strip_prefix("location ") {
            snmp.location = Some(location.trim().to_owned());
        } else if let Some(contact) = rest.strip_prefix("contact ") {
            snmp.contact = Some(contact.trim().to_owned());
        } else if let Some(community) = rest.strip_prefix("community ") {
            add_community(&mut snmp.communities, community);
        }
    }
    Ok(snmp)
}

/// `NAME group network-operator`, `NAME use-ipv4acl LIST`: two lines of one community.
fn add_community(all: &mut Vec<SnmpCommunity>, text: &str) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [name, rest @ ..] = words.as_slice() else { return };
    let place = all.iter().position(|known| known.name.expose() == *name).unwrap_or(all.len());
    if place == all.len() {
        all.push(SnmpCommunity { name: Secret::new(*name), may_write: false, access_list: None });
    }
    let Some(community) = all.get_mut(place) else { return };
    for pair in rest.windows(2) {
        match pair {
            ["group", group] => community.may_write = group.ends_with("-admin"),
            [word, list] if word.starts_with("use-") => community.access_list = Some((*list).to_owned()),
            _ => {}
        }
    }
}
