//! What the tables of commands cannot say: forms in which lines are kept, texts that end with a word, names.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use peering_core::Secret;
use peering_core::cipher::PasswordAlgorithm;

use super::modes::Mode;
use crate::sim::lines::{self, Form, Found, Language, Rule};

/// A line of the configuration with what stands under it.
pub(crate) type Node = lines::Node<Mode>;

/// The kinds of interfaces, and how short each may be written.
const KINDS: [(&str, &str); 13] = [
    ("Bundle-Ether", "be"),
    ("BVI", "bv"),
    ("FortyGigE", "fo"),
    ("FourHundredGigE", "fh"),
    ("GigabitEthernet", "gi"),
    ("HundredGigE", "hu"),
    ("Loopback", "lo"),
    ("MgmtEth", "mg"),
    ("Null", "nu"),
    ("TenGigE", "te"),
    ("tunnel-ip", "ti"),
    ("TwentyFiveGigE", "tf"),
    ("TwoHundredGigE", "th"),
];

/// The kinds by their short names in tables, where those are not the first two letters.
const SHORT: [(&str, &str); 6] = [
    ("Bundle-Ether", "BE"),
    ("BVI", "BV"),
    ("FourHundredGigE", "FH"),
    ("tunnel-ip", "ti"),
    ("TwentyFiveGigE", "TF"),
    ("TwoHundredGigE", "TH"),
];

/// The short name of an interface, as tables have it.
pub(crate) fn short(name: &str) -> String {
    let digits = name.find(|sign: char| sign.is_ascii_digit()).unwrap_or(name.len());
    let (kind, number) = name.split_at(digits);
    let known = SHORT.iter().find(|(full, _)| *full == kind).map(|(_, short)| *short);
    format!("{}{number}", known.unwrap_or(kind.get(..2).unwrap_or(kind)))
}

/// Lines after which a text is typed, and the word that ends it.
const TEXTS: [(&str, &str); 6] = [
    ("prefix-set", "end-set"),
    ("as-path-set", "end-set"),
    ("community-set", "end-set"),
    ("extcommunity-set", "end-set"),
    ("large-community-set", "end-set"),
    ("route-policy", "end-policy"),
];

/// The word that ends the text after such a line.
pub(crate) fn end_of_text(line: &str) -> Option<&'static str> {
    let mut words = line.split_whitespace();
    let first = words.next()?;
    // inside a neighbour it is a whole line, with a direction at its end
    let is_start = words.count() == if first == "extcommunity-set" { 2 } else { 1 };
    TEXTS.iter().find(|(start, _)| *start == first && is_start).map(|(_, end)| *end)
}

impl Language for Mode {
    const GLOBAL: Mode = Mode::Global;

    fn named(name: &str) -> Option<Mode> {
        Mode::of(name)
    }

    fn rules(self) -> &'static [Rule<Mode>] {
        self.table()
    }

    fn interface(word: &str) -> Option<String> {
        let lower = word.to_ascii_lowercase();
        let fits = |name: &str| lower.strip_prefix(&name.to_ascii_lowercase()).map(str::to_owned);
        let (full, place) =
            KINDS.iter().find_map(|(full, short)| Some((*full, fits(full).or_else(|| fits(short))?)))?;
        let is_number = |part: &str| part.parse::<u32>().is_ok();
        let (port, unit) =
            place.split_once('.').map_or((place.as_str(), None), |(port, unit)| (port, Some(unit)));
        let is_card =
            |part: &str| is_number(part) || is_number(part.trim_start_matches(['r', 's', 'p', 'c', 'u']));
        let is_place = !port.is_empty() && port.split('/').all(is_card) && unit.is_none_or(is_number);
        let unit = unit.map(|unit| format!(".{unit}")).unwrap_or_default();
        is_place.then(|| format!("{full}{}{unit}", port.to_ascii_uppercase()))
    }

    fn is_family(self) -> bool {
        false
    }

    fn rewrite(self, _section: &Node, words: &[&str], form: Form) -> Result<Vec<String>, String> {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        Ok(match (self, words) {
            (Mode::Interface, ["ipv4", "address", net, rest @ ..]) if net.contains('/') => {
                match net.parse::<Ipv4Net>() {
                    Ok(parsed) => {
                        let (address, mask) = (parsed.addr().to_string(), parsed.netmask().to_string());
                        owned(&[&["ipv4", "address", &address, &mask], rest].concat())
                    }
                    Err(_) => owned(words),
                }
            }
            (Mode::Neighbor, ["password", rest @ ..]) if form == Form::Plain => {
                let hidden = password(rest)?;
                owned(&["password", "encrypted", &hidden])
            }
            (Mode::Username, ["secret", "0", clear]) | (Mode::Username, ["secret", clear])
                if form == Form::Plain =>
            {
                owned(&["secret", "10", &lines::hashed(6, "", clear)])
            }
            (Mode::Global, ["interface", kind, place])
                if Mode::interface(&format!("{kind}{place}")).is_some() =>
            {
                owned(&["interface", &format!("{kind}{place}")])
            }
            _ => owned(words),
        })
    }

    fn head(self, _words: &[&str], _form: Form) -> usize {
        0
    }

    fn stays(self) -> bool {
        false
    }

    fn check(self, section: &Node, words: &[&str]) -> Result<(), String> {
        match (self, words) {
            (Mode::Global, ["router", "bgp", asn]) => match lines::other_as(section, asn) {
                Some(other) => Err(format!("BGP is already running with AS number {other}")),
                None => Ok(()),
            },
            (Mode::Interface, ["ipv4", "address", address, mask, ..]) => {
                let (address, mask): (Result<Ipv4Addr, _>, Result<Ipv4Addr, _>) =
                    (address.parse(), mask.parse());
                match (address, mask) {
                    (Ok(address), Ok(mask)) if Ipv4Net::with_netmask(address, mask).is_ok() => Ok(()),
                    _ => Err("Invalid address and mask".to_owned()),
                }
            }
            _ => Ok(()),
        }
    }

    fn reset(_node: &mut Node) -> bool {
        false
    }

    /// A policy or a set is kept as the lines in which it was typed.
    fn typed(found: &mut Found, input: &str) {
        let end = found.words.first().and_then(|first| TEXTS.iter().find(|(start, _)| start == first));
        if let (Some((_, end)), Some(last)) = (end, found.words.last_mut()) {
            last.push_str(&format!("\n{input}{end}"));
        }
    }
}

/// A password as the router keeps it.
fn password(rest: &[&str]) -> Result<String, String> {
    let cipher = PasswordAlgorithm::CiscoType7;
    match rest {
        ["encrypted", hidden] => cipher
            .decrypt(hidden, "")
            .map(|_| (*hidden).to_owned())
            .map_err(|_| "Invalid encrypted password".to_owned()),
        ["clear", clear] | [clear] => {
            // The same password gives the same text, so that loading it again changes nothing.
            let hidden =
                cipher.encrypt(&Secret::new(*clear), "iosxr").map_err(|_| "Invalid password".to_owned())?;
            Ok(hidden.expose().trim_start_matches("7 ").to_owned())
        }
        _ => Err("Invalid password".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_have_full_names() {
        let full = |word: &str| Mode::interface(word);
        assert_eq!(full("gi0/0/0/1").as_deref(), Some("GigabitEthernet0/0/0/1"));
        assert_eq!(full("MgmtEth0/RP0/CPU0/0").as_deref(), Some("MgmtEth0/RP0/CPU0/0"));
        assert_eq!(full("bundle-ether1.10").as_deref(), Some("Bundle-Ether1.10"));
        assert_eq!(full("te0/1/0/2").as_deref(), Some("TenGigE0/1/0/2"));
        assert_eq!((full("Ethernet1"), full("Loopback"), full("Gi0/x")), (None, None, None));
    }
}
