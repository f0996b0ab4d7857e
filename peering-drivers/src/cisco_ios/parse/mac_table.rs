//! Where link-layer addresses were seen: the tables of many kinds of switches.

use peering_core::ParseError;
use peering_core::state::MacEntry;

use super::field::{long_name, mac};

/// How far the further ports of an entry are moved in, at least.
const DEEP: usize = 20;

/// Reads `show mac address-table` in the forms of routers with a switch module and of the Catalysts 2960 to 6500: one entry a
/// port. The names of ports are as IOS prints them, short or long; the switch itself is `CPU`, `Router` or `Switch`, or empty.
///
/// # Errors
/// When a line with a link-layer address has none of the forms.
pub fn mac_table(text: &str) -> Result<Vec<MacEntry>, ParseError> {
    let mut found: Vec<MacEntry> = Vec::new();
    // whether the line before was an entry, whose ports may go on
    let mut goes_on = false;
    for (number, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line.split_whitespace().filter(|word| !["*", "R"].contains(word)).collect();
        let place = words.iter().position(|word| mac(word.trim_start_matches('*')).is_some());
        if let Some(place) = place {
            let wrong = || ParseError::new("VLAN MAC TYPE … PORT", line.trim()).at_line(number);
            entries(&words, place, &mut found).ok_or_else(wrong)?;
            goes_on = true;
            continue;
        }
        let depth = line.len() - line.trim_start().len();
        let template = found.last().cloned().filter(|_| goes_on && depth >= DEEP && !words.is_empty());
        goes_on = template.is_some();
        if let Some(template) = template {
            let ports = line.split(',').map(str::trim).filter(|port| !port.is_empty());
            found.extend(ports.map(|port| MacEntry { interface: port.to_owned(), ..template.clone() }));
        }
    }
    Ok(found)
}

fn entries(words: &[&str], place: usize, found: &mut Vec<MacEntry>) -> Option<()> {
    let (before, rest) = words.split_at(place);
    let [address, kind, rest @ ..] = rest else { return None };
    let (vlan, ports) = match (before, rest) {
        // the table of a router: the VLAN behind
        ([], [vlan, port]) => (vlan_of(vlan)?, *port),
        // the switch itself, with no port
        ([vlan], []) => (vlan_of(vlan)?, ""),
        // a port without a VLAN stands in the place of one
        ([port], [_, _]) if is_port(port) => {
            found.push(entry(address, kind, None, &long_name(port))?);
            return Some(());
        }
        // type and port, with the protocols, or whether it is learned and its age, between them
        ([port], [.., last]) if is_port(port) => (None, *last),
        ([vlan], [.., last]) => (vlan_of(vlan)?, *last),
        _ => return None,
    };
    if ports.is_empty() {
        found.push(entry(address, kind, vlan, "")?);
    }
    for port in ports.split(',').filter(|port| !port.is_empty()) {
        found.push(entry(address, kind, vlan, port)?);
    }
    Some(())
}

/// `Gi3/1`: begins with letters, and is no word that stands for "all VLANs".
fn is_port(word: &str) -> bool {
    word.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && word.contains(|sign: char| sign.is_ascii_digit())
}

/// A VLAN; `Some(None)` where the entry is in none, or in all.
fn vlan_of(word: &str) -> Option<Option<u16>> {
    match word {
        "All" | "N/A" | "---" | "-" => Some(None),
        word => word.parse().ok().map(Some),
    }
}

fn entry(address: &str, kind: &str, vlan: Option<u16>, port: &str) -> Option<MacEntry> {
    let is_static = ["self", "static", "system"].contains(&kind.to_ascii_lowercase().as_str());
    Some(MacEntry {
        mac_address: mac(address.trim_start_matches('*'))?,
        interface: port.to_owned(),
        vlan,
        is_static,
        is_active: true,
        moves: None,
        last_move: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let text = "\
            *  999  1111.2222.3333   dynamic  Yes          0   Port-channel1\n\
            \x20 R  N/A  0008.e2ee.ebc7   static   No       -      Router\n\
            6400.f1cf.2cc6          Dynamic       1     Wlan-GigabitEthernet0\n\
            All    0100.0ccc.cccc    STATIC      CPU\n\
            \x20  1      30a3.30a3.a1c3   dynamic ip,ipx,assigned,other Port-channel1\n\
            \x20  Te1/1   0008.e3ff.fc00   dynamic ip TenGigabitEthernet1/1\n\
            11       ffff.ffff.ffff   system Gi2/4,Gi2/5\n\
            \x20                               Gi2/41,Gi2/42\n";
        let found = mac_table(text).unwrap();
        let brief: Vec<_> =
            found.iter().map(|entry| (entry.vlan, entry.interface.as_str(), entry.is_static)).collect();
        assert_eq!(
            brief,
            [
                (Some(999), "Port-channel1", false),
                (None, "Router", true),
                (Some(1), "Wlan-GigabitEthernet0", false),
                (None, "CPU", true),
                (Some(1), "Port-channel1", false),
                (None, "TenGigabitEthernet1/1", false),
                (Some(11), "Gi2/4", true),
                (Some(11), "Gi2/5", true),
                (Some(11), "Gi2/41", true),
                (Some(11), "Gi2/42", true),
            ]
        );
        assert!(mac_table("  1 0011.2233.4455 dynamic Yes 5 x 2 3\n").is_ok());
        assert!(mac_table("x 0011.2233.4455 dynamic Gi0/1").is_err());
    }
}
