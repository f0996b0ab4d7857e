//! Network time in the configuration.

use peering_core::ParseError;
use peering_core::state::NtpServer;

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
