//! Network time.

use peering_core::ParseError;
use peering_core::state::{NtpAssociation, NtpServer};
use serde::Deserialize;

use super::content;
use super::field::{Number, Table, Text};

#[derive(Deserialize)]
struct Peers<'a> {
    #[serde(rename = "TABLE_peers", borrow)]
    peers: Table<Peer<'a>>,
}

#[derive(Deserialize)]
struct Peer<'a> {
    #[serde(rename = "PeerIPAddress", borrow)]
    address: Text<'a>,
    #[serde(borrow)]
    serv_peer: Text<'a>,
}

/// Reads `show ntp peers`: servers and peers, told apart by their association.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn ntp_servers(text: &str) -> Result<Vec<NtpServer>, ParseError> {
    let Some(all) = content::<Peers<'_>>(text)? else { return Ok(Vec::new()) };
    let model = |peer: &Peer<'_>| NtpServer {
        address: peer.address.to_string(),
        association: Some(peer.serv_peer.to_uppercase()),
        ..NtpServer::default()
    };
    Ok(all.peers.0.iter().map(model).collect())
}

#[derive(Deserialize)]
struct Statuses<'a> {
    #[serde(rename = "TABLE_peersstatus", borrow)]
    peers: Table<Status<'a>>,
}

#[derive(Deserialize)]
struct Status<'a> {
    #[serde(borrow)]
    syncmode: Text<'a>,
    #[serde(borrow)]
    remote: Text<'a>,
    st: Number<u32>,
    poll: Number<u32>,
    reach: Number<u32>,
    delay: Number<f64>,
}

/// Reads `show ntp peer-status`. NX-OS tells neither offset nor jitter, which are no numbers (NaN) here, nor where a server has
/// its time from, nor when it was last heard.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn ntp_associations(text: &str) -> Result<Vec<NtpAssociation>, ParseError> {
    let Some(all) = content::<Statuses<'_>>(text)? else { return Ok(Vec::new()) };
    let model = |peer: &Status<'_>| NtpAssociation {
        remote: peer.remote.to_string(),
        reference_id: String::new(),
        is_synchronized: &*peer.syncmode == "*",
        stratum: peer.st.0,
        kind: "-".to_owned(),
        when: "-".to_owned(),
        host_poll: peer.poll.0,
        reachability: peer.reach.0,
        // NX-OS has it in seconds
        delay: peer.delay.0 * 1000.0,
        offset: f64::NAN,
        jitter: f64::NAN,
    };
    Ok(all.peers.0.iter().map(model).collect())
}
