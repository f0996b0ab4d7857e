//! Network time.

use peering_core::ParseError;
use peering_core::state::{NtpAssociation, NtpServer};

/// Reads the servers (or peers: `association` is `SERVER` or `PEER`) out of `show run | include ntp server`.
///
/// # Errors
/// When a line has no address, or a word that wants a number has none.
fn configured(text: &str, word: &str) -> Result<Vec<NtpServer>, ParseError> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut words = line.split_whitespace();
        if (words.next(), words.next()) != (Some("ntp"), Some(word)) {
            continue;
        }
        let wrong =
            || ParseError::new("ntp server [vrf NAME] ADDRESS [options]", line.trim()).at_line(number);
        let mut server = NtpServer {
            association: Some(word.to_uppercase()),
            iburst: Some(false),
            prefer: Some(false),
            ..NtpServer::default()
        };
        let mut address = words.next().ok_or_else(wrong)?;
        if address == "vrf" {
            server.network_instance = Some(words.next().ok_or_else(wrong)?.to_owned());
            address = words.next().ok_or_else(wrong)?;
        }
        server.address = address.to_owned();
        while let Some(word) = words.next() {
            match word {
                "iburst" => server.iburst = Some(true),
                "prefer" => server.prefer = Some(true),
                "key" => server.key_id = Some(value(words.next()).ok_or_else(wrong)?),
                "version" => server.version = Some(value(words.next()).ok_or_else(wrong)?),
                "source" => server.source_address = Some(words.next().ok_or_else(wrong)?.to_owned()),
                // `burst`, `minpoll`, `maxpoll`, `normal-sync`
                _ => {}
            }
        }
        found.push(server);
    }
    Ok(found)
}

fn value<T: std::str::FromStr>(word: Option<&str>) -> Option<T> {
    word?.parse().ok()
}

/// Reads `show run | include ntp server`. A source is the name of an interface.
///
/// # Errors
/// When a server has no address, or a word that wants a number has none.
pub fn ntp_servers(text: &str) -> Result<Vec<NtpServer>, ParseError> {
    configured(text, "server")
}

/// Reads `show run | include ntp peer`. As [`ntp_servers`].
///
/// # Errors
/// As [`ntp_servers`].
pub fn ntp_peers(text: &str) -> Result<Vec<NtpServer>, ParseError> {
    configured(text, "peer")
}

/// Reads `show ntp associations`; the dispersion stands for the jitter. Empty where NTP does not run.
///
/// # Errors
/// When a line between the head and the legend has other columns.
pub fn ntp_associations(text: &str) -> Result<Vec<NtpAssociation>, ParseError> {
    let mut found = Vec::new();
    let mut broken: Option<&str> = None;
    let lines = (1..).zip(text.lines()).skip_while(|(_, line)| !line.contains("ref clock")).skip(1);
    for (number, line) in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() || line.contains("sys.peer") {
            continue;
        }
        let wrong = || ParseError::new("the nine columns of an NTP association", line.trim()).at_line(number);
        match (broken.take(), words.as_slice()) {
            // a long address has a line of its own
            (None, [address]) => broken = Some(address),
            (Some(address), rest) => found.push(association(address, rest).ok_or_else(wrong)?),
            (None, [address, rest @ ..]) => found.push(association(address, rest).ok_or_else(wrong)?),
            (None, []) => {}
        }
    }
    Ok(found)
}

fn association(address: &str, columns: &[&str]) -> Option<NtpAssociation> {
    let [reference, stratum, when, poll, reach, delay, offset, dispersion] = columns else { return None };
    let remote = address.trim_start_matches(|sign: char| "*#+-x~ ".contains(sign));
    let marks = address.strip_suffix(remote)?;
    Some(NtpAssociation {
        remote: remote.to_owned(),
        reference_id: (*reference).to_owned(),
        is_synchronized: marks.contains('*'),
        stratum: stratum.parse().ok()?,
        kind: "-".to_owned(),
        when: (*when).to_owned(),
        host_poll: poll.parse().ok()?,
        reachability: reach.parse().ok()?,
        delay: delay.parse().ok()?,
        offset: offset.parse().ok()?,
        jitter: dispersion.parse().ok()?,
    })
}
