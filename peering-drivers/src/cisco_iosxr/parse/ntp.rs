//! Network time: `ip-ntp-cfg`, `ip-ntp-oper`.

use peering_core::ParseError;
use peering_core::state::{NtpAssociation, NtpServer};

use super::reply::{all, flag, items, text};
use crate::transport::netconf::xml::Element;

/// Reads the configured servers.
///
/// # Errors
/// When the reply is another, or a server lacks its address.
pub fn ntp_servers(reply: Element<'_>) -> Result<Vec<NtpServer>, ParseError> {
    configured(reply, "server")
}

/// Reads the configured peers.
///
/// # Errors
/// When the reply is another, or a peer lacks its address.
pub fn ntp_peers(reply: Element<'_>) -> Result<Vec<NtpServer>, ParseError> {
    configured(reply, "peer")
}

fn configured(reply: Element<'_>, kind: &str) -> Result<Vec<NtpServer>, ParseError> {
    let mut found = Vec::new();
    for vrf in items(reply, "ntp/peer-vrfs/peer-vrf")? {
        let instance = vrf.required_text("vrf-name")?;
        for version in ["ipv4", "ipv6"] {
            for peer in all(vrf, &format!("peer-{version}s/peer-{version}")) {
                let address = peer.required_text(&format!("address-{version}"))?;
                // One address may be both.
                let kinds = all(peer, &format!("peer-type-{version}"));
                for own in kinds.into_iter().filter(|own| own.text_at("peer-type") == Some(kind)) {
                    found.push(server(own, address, instance)?);
                }
            }
        }
    }
    Ok(found)
}

fn server(own: Element<'_>, address: &str, instance: &str) -> Result<NtpServer, ParseError> {
    Ok(NtpServer {
        address: address.to_owned(),
        port: None,
        version: own.value_at("ntp-version")?,
        association: text(own, "peer-type").map(|kind| kind.to_uppercase()),
        iburst: own.child("iburst").map(|_| true),
        prefer: own.child("preferred-peer").map(|_| true),
        network_instance: Some(instance.to_owned()),
        source_address: text(own, "source-interface"),
        key_id: own.value_at("authentication-key")?,
    })
}

/// Reads what NTP thinks of its servers and peers. The model does not tell when one was last heard; the jitter is what Cisco
/// calls dispersion.
///
/// # Errors
/// When the reply is another, or an association lacks one of the values.
pub fn ntp_associations(reply: Element<'_>) -> Result<Vec<NtpAssociation>, ParseError> {
    items(reply, "ntp/nodes/node/associations/peer-summary-info/peer-info-common")?
        .into_iter()
        .map(|found| {
            Ok(NtpAssociation {
                remote: found.required_text("address")?.to_owned(),
                reference_id: found.required_text("reference-id")?.to_owned(),
                is_synchronized: flag(found, "is-sys-peer")? == Some(true),
                stratum: found.required_value("stratum")?,
                kind: String::new(),
                when: String::new(),
                host_poll: found.required_value("host-poll")?,
                reachability: found.required_value("reachability")?,
                delay: found.required_value("delay")?,
                offset: found.required_value("offset")?,
                jitter: found.required_value("dispersion")?,
            })
        })
        .collect()
}
