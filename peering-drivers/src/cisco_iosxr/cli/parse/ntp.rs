//! Network time in the configuration.

use peering_core::ParseError;
use peering_core::state::NtpServer;

use super::tree::{Line, tree};

/// Reads the servers out of `show running-config ntp`. A source is the name of an interface. Empty where there are none.
///
/// # Errors
/// When a server has no address, or a word that wants a number has none.
pub fn ntp_servers(text: &str) -> Result<Vec<NtpServer>, ParseError> {
    configured(text, "server")
}

/// Reads the peers out of `show running-config ntp`. As [`ntp_servers`].
///
/// # Errors
/// As [`ntp_servers`].
pub fn ntp_peers(text: &str) -> Result<Vec<NtpServer>, ParseError> {
    configured(text, "peer")
}

fn configured(text: &str, kind: &str) -> Result<Vec<NtpServer>, ParseError> {
    let root = tree(text);
    let mut found = Vec::new();
    for (_, section) in root.all(&["ntp"]) {
        for (rest, line) in section.all(&[kind]) {
            found.push(server(kind, rest).ok_or_else(|| wrong(line))?);
        }
    }
    Ok(found)
}

fn wrong(line: &Line<'_>) -> ParseError {
    ParseError::new("server [vrf NAME] ADDRESS [options]", &line.words.join(" ")).at_line(line.number)
}

/// `[vrf NAME] [ipv4 | ipv6] ADDRESS [version N] [key N] [prefer] [iburst] [source INTERFACE]`
fn server(kind: &str, words: &[&str]) -> Option<NtpServer> {
    let (vrf, words) = match words {
        ["vrf", name, rest @ ..] => (*name, rest),
        rest => ("default", rest),
    };
    let words = match words {
        ["ipv4" | "ipv6", rest @ ..] => rest,
        rest => rest,
    };
    let (address, options) = words.split_first()?;
    let mut found = NtpServer {
        address: (*address).to_owned(),
        association: Some(kind.to_uppercase()),
        network_instance: Some(vrf.to_owned()),
        ..NtpServer::default()
    };
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "iburst" => found.iburst = Some(true),
            "prefer" => found.prefer = Some(true),
            "version" => found.version = Some(options.next()?.parse().ok()?),
            "key" => found.key_id = Some(options.next()?.parse().ok()?),
            "source" => found.source_address = Some((*options.next()?).to_owned()),
            // `burst`, `minpoll`, `maxpoll`
            _ => {}
        }
    }
    Some(found)
}
