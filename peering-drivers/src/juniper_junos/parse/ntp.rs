//! Time servers and peers in the configuration, and `show ntp associations`.

use peering_core::ParseError;
use peering_core::state::{NtpAssociation, NtpServer};

use super::reply::{configured, text};
use crate::transport::netconf::xml::Element;

/// Reads `system ntp server`.
///
/// # Errors
/// When the reply is another, or a server lacks its address.
pub fn ntp_servers(reply: Element<'_>) -> Result<Vec<NtpServer>, ParseError> {
    configured(reply, "system/ntp/server")?.into_iter().map(|entry| server(entry, "SERVER")).collect()
}

/// Reads `system ntp peer`.
///
/// # Errors
/// When the reply is another, or a peer lacks its address.
pub fn ntp_peers(reply: Element<'_>) -> Result<Vec<NtpServer>, ParseError> {
    configured(reply, "system/ntp/peer")?.into_iter().map(|entry| server(entry, "PEER")).collect()
}

fn server(entry: Element<'_>, association: &str) -> Result<NtpServer, ParseError> {
    Ok(NtpServer {
        address: entry.required_text("name")?.to_owned(),
        version: entry.value_at("version")?,
        association: Some(association.to_owned()),
        prefer: Some(entry.child("prefer").is_some()),
        network_instance: text(entry, "routing-instance"),
        key_id: entry.value_at("key")?,
        ..NtpServer::default()
    })
}

/// The columns of a line.
const COLUMNS: usize = 10;

/// Reads the output of `show ntp associations no-resolve`, for which Junos has no RPC: a heading, a line of equals signs, and
/// a line for each association.
///
/// # Errors
/// A line below the heading that has other columns.
pub fn ntp_associations(text: &str) -> Result<Vec<NtpAssociation>, ParseError> {
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| !line.starts_with("==="));
    lines.next();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(number, line)| ntp_association(line).map_err(|error| error.at_line(number + 1))).collect()
}

/// Reads one line of it.
///
/// # Errors
/// A line that has other columns.
pub fn ntp_association(line: &str) -> Result<NtpAssociation, ParseError> {
    let wrong = |what: &str| ParseError::new(format!("{what} of an NTP association"), line.trim());
    let marks = [' ', '*', '+', '-', 'x', 'o', '.', '#'];
    let mark = line.chars().next().unwrap_or(' ');
    let rest = line.strip_prefix(marks).unwrap_or(line);
    let columns: Vec<&str> = rest.split_whitespace().collect();
    let &[remote, reference_id, stratum, kind, when, poll, reach, delay, offset, jitter] = columns.as_slice()
    else {
        return Err(wrong(&format!("the {COLUMNS} columns")));
    };
    Ok(NtpAssociation {
        remote: remote.to_owned(),
        reference_id: reference_id.to_owned(),
        is_synchronized: mark == '*',
        stratum: stratum.parse().map_err(|_| wrong("the stratum"))?,
        kind: kind.to_owned(),
        when: when.to_owned(),
        host_poll: poll.parse().map_err(|_| wrong("the poll interval"))?,
        reachability: reach.parse().map_err(|_| wrong("the reachability"))?,
        delay: delay.parse().map_err(|_| wrong("the delay"))?,
        offset: offset.parse().map_err(|_| wrong("the offset"))?,
        jitter: jitter.parse().map_err(|_| wrong("the jitter"))?,
    })
}
