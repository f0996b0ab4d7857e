//! Users and SNMP in the configuration: `aaa-lib-cfg` with `aaa-locald-cfg`, `snmp-agent-cfg`.

use peering_core::state::{Snmp, SnmpCommunity, User};
use peering_core::{ParseError, Secret};

use super::reply::{all, data, items, text};
use crate::transport::netconf::xml::Element;

/// The groups whose members may do everything.
const ROOT_GROUPS: [&str; 3] = ["root-lr", "root-system", "cisco-support"];

/// Reads the local users. A member of a root group has level 15, everybody else 1: IOS-XR has task groups and no levels.
///
/// # Errors
/// When the reply is another, or a user lacks the name.
pub fn users(reply: Element<'_>) -> Result<Vec<User>, ParseError> {
    items(reply, "aaa/usernames/username")?
        .into_iter()
        .map(|found| {
            let groups = all(found, "usergroup-under-usernames/usergroup-under-username/name");
            let is_root = groups.iter().any(|group| ROOT_GROUPS.contains(&group.text()));
            let password = ["secret", "secret/type5", "password/password", "password"];
            Ok(User {
                name: found.required_text("name")?.to_owned(),
                level: if is_root { 15 } else { 1 },
                password: password.iter().find_map(|path| text(found, path)).map(Secret::new),
                ssh_keys: Vec::new(),
            })
        })
        .collect()
}

/// Reads SNMP.
///
/// # Errors
/// When the reply is another, or a community lacks its name.
pub fn snmp(reply: Element<'_>) -> Result<Snmp, ParseError> {
    let mut snmp = Snmp::default();
    let Some(found) = data(reply, &["snmp"])?.child("snmp") else { return Ok(snmp) };
    snmp.chassis_id = text(found, "system/chassis-id");
    snmp.contact = text(found, "system/contact");
    snmp.location = text(found, "system/location");
    for community in all(found, "administration/default-communities/default-community") {
        let lists = ["v4-access-list", "v6-access-list"];
        snmp.communities.push(SnmpCommunity {
            name: Secret::new(community.required_text("community-name")?),
            // Cisco's spelling.
            may_write: community.text_at("priviledge") == Some("read-write"),
            access_list: lists.iter().find_map(|leaf| text(community, leaf)),
        });
    }
    Ok(snmp)
}
