//! Network time.

use std::net::IpAddr;

use peering_core::ParseError;
use peering_core::state::{InterfaceAddresses, NtpAssociation, NtpServer};

/// A configured server, and the interface whose address it is asked from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalServer {
    /// The server; its source address is not known yet.
    pub server: NtpServer,
    /// The `local-interface`.
    pub interface: Option<String>,
}

impl LocalServer {
    /// The server with the address that its interface has: one of the server's family, else of the other.
    pub fn with_source(self, interfaces: &[InterfaceAddresses]) -> NtpServer {
        let mut server = self.server;
        let interface =
            self.interface.and_then(|name| interfaces.iter().find(|entry| entry.interface == name));
        let addresses = interface.map(|entry| entry.addresses.as_slice()).unwrap_or_default();
        let wants_ipv6 = server.address.parse().is_ok_and(|address: IpAddr| address.is_ipv6());
        let preferred = addresses.iter().find(|address| address.addr().is_ipv6() == wants_ipv6);
        server.source_address = preferred.or(addresses.first()).map(|address| address.addr().to_string());
        server
    }
}

/// Reads `show running-config | section ntp`.
///
/// # Errors
/// When a server has no address, or a word that wants a number has none.
pub fn ntp_servers(text: &str) -> Result<Vec<LocalServer>, ParseError> {
    let mut servers = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut words = line.split_whitespace();
        if (words.next(), words.next()) != (Some("ntp"), Some("server")) {
            continue;
        }
        // a line may end with a key's number, but holds no key
        let wrong =
            || ParseError::new("ntp server [vrf NAME] ADDRESS [options]", line.trim()).at_line(number);
        let mut address = words.next().ok_or_else(wrong)?;
        let mut found = LocalServer::default();
        if address == "vrf" {
            found.server.network_instance = Some(words.next().ok_or_else(wrong)?.to_owned());
            address = words.next().ok_or_else(wrong)?;
        }
        found.server.address = address.to_owned();
        found.server.association = Some("SERVER".to_owned());
        found.server.iburst = Some(false);
        found.server.prefer = Some(false);
        while let Some(word) = words.next() {
            match word {
                "iburst" => found.server.iburst = Some(true),
                "prefer" => found.server.prefer = Some(true),
                "key" => found.server.key_id = Some(value(words.next()).ok_or_else(wrong)?),
                "version" => found.server.version = Some(value(words.next()).ok_or_else(wrong)?),
                "local-interface" => found.interface = Some(words.next().ok_or_else(wrong)?.to_owned()),
                // `burst`, `minpoll`, `source-address`, …
                _ => {}
            }
        }
        servers.push(found);
    }
    Ok(servers)
}

fn value<T: std::str::FromStr>(word: Option<&str>) -> Option<T> {
    word?.parse().ok()
}

/// Reads `show ntp associations`: what `ntpq -p` prints.
///
/// # Errors
/// When a line below the double rule has other columns.
pub fn ntp_associations(text: &str) -> Result<Vec<NtpAssociation>, ParseError> {
    let mut lines = (1..).zip(text.lines()).skip_while(|(_, line)| !line.starts_with("===="));
    if lines.next().is_none() {
        // nothing is configured, or NTP does not run: EOS says so in a sentence
        return Ok(Vec::new());
    }
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| association(line, number))
        .collect()
}

/// Seconds, or `17m`, `36h`, `2d`.
fn span(text: &str) -> Option<u32> {
    let (number, unit) = match text.chars().last()? {
        'm' => (text.strip_suffix('m')?, 60),
        'h' => (text.strip_suffix('h')?, 3600),
        'd' => (text.strip_suffix('d')?, 86_400),
        _ => (text, 1),
    };
    number.parse::<u32>().ok()?.checked_mul(unit)
}

fn association(line: &str, number: usize) -> Result<NtpAssociation, ParseError> {
    let wrong = || ParseError::new("the ten columns of an NTP association", line.trim()).at_line(number);
    let mark = line.chars().next().ok_or_else(wrong)?;
    let rest = if " *+-x#o.".contains(mark) { line.get(1..).ok_or_else(wrong)? } else { line };
    let columns: Vec<&str> = rest.split_whitespace().collect();
    let [remote, reference, stratum, kind, when, poll, reach, delay, offset, jitter] =
        <[&str; 10]>::try_from(columns).map_err(|_| wrong())?;
    let whole = |text: &str| text.parse().map_err(|_| wrong());
    let decimal = |text: &str| text.parse().map_err(|_| wrong());
    Ok(NtpAssociation {
        remote: remote.to_owned(),
        reference_id: reference.to_owned(),
        is_synchronized: mark == '*',
        stratum: whole(stratum)?,
        kind: kind.to_owned(),
        when: when.to_owned(),
        host_poll: span(poll).ok_or_else(wrong)?,
        reachability: whole(reach)?,
        delay: decimal(delay)?,
        offset: decimal(offset)?,
        jitter: decimal(jitter)?,
    })
}
