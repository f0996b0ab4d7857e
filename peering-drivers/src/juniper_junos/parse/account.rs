//! Users and SNMP in the configuration.

use peering_core::state::{Snmp, SnmpCommunity, User};
use peering_core::{ParseError, Secret};

use super::reply::{all, configured, text};
use crate::transport::netconf::xml::Element;

/// The level of root, beyond Cisco's.
const ROOT_LEVEL: u8 = 20;

/// Reads `system login user`.
///
/// # Errors
/// When the reply is another, or a user lacks the name.
pub fn users(reply: Element<'_>) -> Result<Vec<User>, ParseError> {
    configured(reply, "system/login/user")?
        .into_iter()
        .map(|entry| {
            let (password, ssh_keys) = entry.child("authentication").map_or_else(Default::default, proofs);
            Ok(User {
                name: entry.required_text("name")?.to_owned(),
                level: level(entry.text_at("class").unwrap_or_default()),
                password,
                ssh_keys,
            })
        })
        .collect()
}

/// Reads `system root-authentication`; `None` where root has no password.
///
/// # Errors
/// When the reply is another.
pub fn root_user(reply: Element<'_>) -> Result<Option<User>, ParseError> {
    let found = configured(reply, "system/root-authentication")?;
    let (password, ssh_keys) = found.first().copied().map_or_else(Default::default, proofs);
    Ok(password.map(|password| User {
        name: "root".to_owned(),
        level: ROOT_LEVEL,
        password: Some(password),
        ssh_keys,
    }))
}

/// Password and SSH keys.
fn proofs(authentication: Element<'_>) -> (Option<Secret>, Vec<String>) {
    let keys = ["ssh-rsa/name", "ssh-dsa/name", "ssh-ecdsa/name", "ssh-ed25519/name"];
    let found = keys.iter().flat_map(|path| all(authentication, path));
    let ssh_keys = found.map(|key| key.text().to_owned()).filter(|key| !key.is_empty()).collect();
    (text(authentication, "encrypted-password").map(Secret::new), ssh_keys)
}

/// The level of a login class, on Cisco's scale; 0 for those that an operator made.
fn level(class: &str) -> u8 {
    match class {
        "super-user" | "superuser" => 15,
        "operator" => 5,
        "read-only" => 1,
        _ => 0,
    }
}

/// Reads `snmp`.
///
/// # Errors
/// When the reply is another, or a community lacks its name.
pub fn snmp(reply: Element<'_>) -> Result<Snmp, ParseError> {
    let mut snmp = Snmp::default();
    for found in configured(reply, "snmp")? {
        snmp.chassis_id = snmp.chassis_id.or_else(|| text(found, "system-name"));
        snmp.contact = snmp.contact.or_else(|| text(found, "contact"));
        snmp.location = snmp.location.or_else(|| text(found, "location"));
        for community in found.children_named("community") {
            snmp.communities.push(SnmpCommunity {
                name: Secret::new(community.required_text("name")?),
                may_write: community.text_at("authorization") == Some("read-write"),
                access_list: text(community, "client-list-name"),
            });
        }
    }
    Ok(snmp)
}
