//! Network time.

use peering_core::ParseError;
use peering_core::state::{NtpAssociation, NtpServer};

use super::wrong;

/// Reads `show ntp peers`: servers and peers, told apart by their association.
///
/// # Errors
/// When the head of the table is missing, or a line has another form.
pub fn ntp_servers(text: &str) -> Result<Vec<NtpServer>, ParseError> {
    let mut has_head = false;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        has_head |= line.contains("Peer IP Address");
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [address, kind @ ("Server" | "Peer"), ..] if has_head => found.push(NtpServer {
                address: (*address).to_owned(),
                association: Some(kind.to_uppercase()),
                ..NtpServer::default()
            }),
            [] => {}
            _ if line.contains("---") || line.contains("Peer IP Address") || !has_head => {}
            _ => return Err(wrong("an address, and Server or Peer", line, number)),
        }
    }
    if has_head || text.trim().is_empty() {
        Ok(found)
    } else {
        Err(ParseError::new("Peer IP Address … Serv/Peer", text.trim()))
    }
}

/// Reads `show ntp peer-status`. NX-OS tells neither offset nor jitter, which are no numbers (NaN) here, nor where a server has
/// its time from, nor when it was last heard.
///
/// # Errors
/// When the head of the table is missing, or a line has another form.
pub fn ntp_associations(text: &str) -> Result<Vec<NtpAssociation>, ParseError> {
    let mut has_head = false;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.contains("remote") && line.contains("reach") {
            has_head = true;
            continue;
        }
        if !has_head || line.trim().is_empty() || line.starts_with("---") {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let [remote, _, stratum, poll, reach, delay, ..] = words.as_slice() else {
            return Err(wrong("remote, local, stratum, poll, reach and delay", line, number));
        };
        let count = |text: &str| text.parse::<u32>().map_err(|_| wrong("a number", line, number));
        let delay: f64 = delay.parse().map_err(|_| wrong("a delay", line, number))?;
        found.push(NtpAssociation {
            remote: remote.trim_start_matches(['*', '+', '-', '=']).to_owned(),
            reference_id: String::new(),
            is_synchronized: remote.starts_with('*'),
            stratum: count(stratum)?,
            kind: "-".to_owned(),
            when: "-".to_owned(),
            host_poll: count(poll)?,
            reachability: count(reach)?,
            // NX-OS has it in seconds
            delay: delay * 1000.0,
            offset: f64::NAN,
            jitter: f64::NAN,
        });
    }
    if has_head || text.trim().is_empty() {
        Ok(found)
    } else {
        Err(ParseError::new("remote … reach delay", text.trim()))
    }
}
