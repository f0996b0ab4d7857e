//! The kinds of words in Cisco's answers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use peering_core::ParseError;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
const YEAR: u64 = 365 * DAY;

/// The kinds of interfaces, by their short names in IOS's tables.
const KINDS: &[(&str, &str)] = &[
    ("Ap", "AppGigabitEthernet"),
    ("AT", "ATM"),
    ("BD", "BDI"),
    ("BV", "BVI"),
    ("Di", "Dialer"),
    ("EO", "EOBC"),
    ("Et", "Ethernet"),
    ("Fa", "FastEthernet"),
    ("Fi", "FiveGigabitEthernet"),
    ("Fo", "FortyGigabitEthernet"),
    ("FH", "FourHundredGigE"),
    ("Gi", "GigabitEthernet"),
    ("Hu", "HundredGigE"),
    ("Lo", "Loopback"),
    ("Mu", "Multilink"),
    ("nv", "nve"),
    ("Po", "Port-channel"),
    ("PO", "POS"),
    ("Se", "Serial"),
    ("Te", "TenGigabitEthernet"),
    ("TH", "TwoHundredGigE"),
    ("Tu", "Tunnel"),
    ("Twe", "TwentyFiveGigE"),
    ("Tw", "TwoGigabitEthernet"),
    ("Vi", "Virtual-Access"),
    ("Vl", "Vlan"),
    ("Vt", "Virtual-Template"),
];

/// The long name of an interface, from the short one of a table (`Gi0/1`); another name stays as it is.
pub(crate) fn long_name(name: &str) -> String {
    let digits = name.find(|sign: char| sign.is_ascii_digit()).unwrap_or(name.len());
    let (kind, number) = name.split_at(digits);
    match KINDS.iter().find(|(short, _)| *short == kind && !number.is_empty()) {
        Some((_, long)) => format!("{long}{number}"),
        None => name.to_owned(),
    }
}

/// The short name of an interface, as IOS's tables have it; another name stays as it is.
pub fn short_name(name: &str) -> String {
    let digits = name.find(|sign: char| sign.is_ascii_digit()).unwrap_or(name.len());
    let (kind, number) = name.split_at(digits);
    // IOS-XE has `HundredGigE`, older trains the whole word
    let kind = kind
        .strip_suffix("igabitEthernet")
        .filter(|kind| kind.starts_with("HundredG"))
        .map_or(kind, |_| "HundredGigE");
    match KINDS.iter().find(|(_, long)| *long == kind && !number.is_empty()) {
        Some((short, _)) => format!("{short}{number}"),
        None => name.to_owned(),
    }
}

/// The interfaces of a list: `Gi0/1, Gi0/2`.
pub(crate) fn name_list(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(long_name)
}

/// A link-layer address of IOS's, `0011.2233.4455`, in lower case with colons; `None` for anything else.
pub(crate) fn mac(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_mac = bytes.len() == 14
        && bytes.iter().enumerate().all(|(place, sign)| match place {
            4 | 9 => *sign == b'.',
            _ => sign.is_ascii_hexdigit(),
        });
    if !is_mac {
        return None;
    }
    let mut address = String::with_capacity(17);
    for (place, digit) in text.chars().filter(|sign| *sign != '.').enumerate() {
        if place > 0 && place % 2 == 0 {
            address.push(':');
        }
        address.push(digit.to_ascii_lowercase());
    }
    Some(address)
}

/// An address, and the interface of a link-local one: `FE80::1%Ethernet0/0`; a `*` before it marks a dynamic neighbour.
pub(crate) fn scoped(text: &str) -> Option<(IpAddr, Option<&str>)> {
    let text = text.strip_prefix('*').unwrap_or(text);
    match text.split_once('%') {
        Some((address, scope)) => {
            Some((address.parse().ok()?, Some(scope).filter(|scope| !scope.is_empty())))
        }
        None => Some((text.parse().ok()?, None)),
    }
}

/// A BGP identifier; all zeros is none.
pub(crate) fn router_id(text: &str) -> Option<Ipv4Addr> {
    text.parse().ok().filter(|id: &Ipv4Addr| !id.is_unspecified())
}

/// A time span as IOS's tables have it: `00:14:23`, `1d17h`, `8w5d`, `1y28w`, or one unit alone (`2w`). `None` for `never`
/// and anything else.
pub(crate) fn span(text: &str) -> Option<Duration> {
    let text = text.trim();
    if text.contains(':') {
        let mut seconds = 0_u64;
        let mut parts = 0;
        for part in text.split(':') {
            seconds = seconds.checked_mul(60)?.checked_add(whole(part)?)?;
            parts += 1;
        }
        return (parts == 3).then(|| Duration::from_secs(seconds));
    }
    let mut seconds = 0_u64;
    let mut number = String::new();
    for sign in text.chars() {
        let unit = match sign {
            '0'..='9' => {
                number.push(sign);
                continue;
            }
            'y' => YEAR,
            'w' => WEEK,
            'd' => DAY,
            'h' => HOUR,
            'm' => MINUTE,
            's' => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(whole(&number)?.checked_mul(unit)?)?;
        number.clear();
    }
    (!text.is_empty() && number.is_empty()).then(|| Duration::from_secs(seconds))
}

/// A time span in words: `1 year, 27 weeks, 4 days, 2 hours, 16 minutes`; IOS-XR may leave away the commas.
pub(crate) fn long_span(text: &str) -> Option<Duration> {
    let mut seconds = 0_u64;
    let mut words = text.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()).peekable();
    words.peek()?;
    while let Some(word) = words.next() {
        let number = whole(word)?;
        let unit = match words.next()?.trim_end_matches('s') {
            "year" => YEAR,
            "week" => WEEK,
            "day" => DAY,
            "hour" => HOUR,
            "minute" => MINUTE,
            "second" => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
    }
    Some(Duration::from_secs(seconds))
}

/// Digits only.
fn whole(text: &str) -> Option<u64> {
    text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// The number at the beginning of a text.
pub(crate) fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    let text = text.trim_start();
    let end = text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// The number in front of some words: `12` of `…, 12 packets input, …` for ` packets input`.
pub(crate) fn number_before(line: &str, words: &str) -> Option<u64> {
    let (before, _) = line.split_once(words)?;
    whole(before.split_whitespace().last()?)
}

/// The words behind some words.
pub(crate) fn after<'a>(line: &'a str, words: &str) -> Option<&'a str> {
    line.split_once(words).map(|(_, rest)| rest.trim_start())
}

/// A text, unless it is empty.
pub(crate) fn told(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An IPv6 address.
pub(crate) fn ipv6(text: &str) -> Option<Ipv6Addr> {
    text.parse().ok()
}

/// Whether IOS refused a command, or says that what is asked for does not run, in a sentence (`% BGP not active`).
pub(crate) fn is_refusal(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('%') || text.lines().any(|line| line.contains("% Invalid input"))
}

/// The error of a table without its head.
pub(crate) fn headless(expected: &str, text: &str) -> ParseError {
    ParseError::new(expected, text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_come_in_all_units() {
        let seconds = |text| span(text).map(|time| time.as_secs());
        for (text, expected) in [
            ("00:14:23", 863),
            ("1d17h", 147_600),
            ("8w0d", 4_838_400),
            ("1y4w", 33_955_200),
            ("2w", 1_209_600),
            ("5d", 432_000),
            ("3h", 10_800),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for text in ["never", "", "12", "1:2", "d", "1x"] {
            assert_eq!(span(text), None, "{text}");
        }
        assert_eq!(long_span("27 weeks, 4 days, 16 minutes").unwrap().as_secs(), 16_676_160);
        assert_eq!(long_span("1 year, 1 hour").unwrap().as_secs(), 31_539_600);
        assert_eq!(long_span("1 weeks 2 days 3 minutes").unwrap().as_secs(), 777_780);
        for text in ["a while", "", "1 year, 2", "1 age"] {
            assert_eq!(long_span(text), None, "{text}");
        }
    }

    #[test]
    fn interfaces_have_two_names() {
        for (short, long) in [
            ("Gi0/1.100", "GigabitEthernet0/1.100"),
            ("Po21", "Port-channel21"),
            ("Twe1/0/1", "TwentyFiveGigE1/0/1"),
            ("Tw1/0/1", "TwoGigabitEthernet1/0/1"),
            ("Vl2", "Vlan2"),
            ("mgmt0", "mgmt0"),
        ] {
            assert_eq!(long_name(short), long);
            assert_eq!(short_name(long), short);
            assert_eq!(long_name(long), long);
        }
        assert_eq!(short_name("HundredGigabitEthernet1/1"), "Hu1/1");
    }

    #[test]
    fn link_layer_addresses_have_colons() {
        assert_eq!(mac("84B8.0276.ac0e").as_deref(), Some("84:b8:02:76:ac:0e"));
        for text in ["Vlan1", "10.1.1.1", "84b8.0276.ac0", "84b8:0276:ac0e", "84b8.0276.aé0"] {
            assert_eq!(mac(text), None, "{text}");
        }
    }
}
