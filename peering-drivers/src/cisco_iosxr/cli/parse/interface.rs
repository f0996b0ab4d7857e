//! Interfaces, and their names, which IOS-XR's tables shorten.

use peering_core::ParseError;
use peering_core::state::Interface;

/// The kinds of interfaces, by their short names in IOS-XR's tables.
const KINDS: &[(&str, &str)] = &[
    ("BE", "Bundle-Ether"),
    ("BP", "Bundle-POS"),
    ("BV", "BVI"),
    ("Fa", "FastEthernet"),
    ("FH", "FourHundredGigE"),
    ("Fo", "FortyGigE"),
    ("Gi", "GigabitEthernet"),
    ("Hu", "HundredGigE"),
    ("Lo", "Loopback"),
    ("Mg", "MgmtEth"),
    ("Nu", "Null"),
    ("PO", "POS"),
    ("Se", "Serial"),
    ("Te", "TenGigE"),
    ("TF", "TwentyFiveGigE"),
    ("TH", "TwoHundredGigE"),
    ("ti", "tunnel-ip"),
    ("tm", "tunnel-mte"),
    ("tt", "tunnel-te"),
];

/// The long name of an interface, from the short one of a table (`Gi0/0/0/1`); another name stays as it is.
pub(super) fn long_name(name: &str) -> String {
    // `Mg0/RP0/CPU0/0`: the number begins with the first digit
    let digits = name.find(|sign: char| sign.is_ascii_digit()).unwrap_or(name.len());
    let (kind, number) = name.split_at(digits);
    match KINDS.iter().find(|(short, _)| *short == kind && !number.is_empty()) {
        Some((_, long)) => format!("{long}{number}"),
        None => name.to_owned(),
    }
}

/// Reads the names out of `show interfaces brief`, long, in the router's order. A kind of interface that is not known keeps its
/// short name.
///
/// # Errors
/// When the table has no head, or a row other columns.
pub fn interface_names(text: &str) -> Result<Vec<String>, ParseError> {
    let is_rule = |line: &str| line.trim().len() > 3 && line.trim().bytes().all(|sign| sign == b'-');
    let mut lines = (1..).zip(text.lines()).skip_while(|(_, line)| !is_rule(line));
    lines.next().ok_or_else(|| ParseError::new("Intf Name, Intf State, LineP State, …", text.trim()))?;
    let mut found = Vec::new();
    for (number, line) in lines {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            [] => {}
            // state, line state, encapsulation, MTU, bandwidth
            [name, _, _, _, ..] => found.push(long_name(name)),
            _ => {
                return Err(ParseError::new("INTERFACE STATE LINE-STATE TYPE …", line.trim()).at_line(number));
            }
        }
    }
    Ok(found)
}

/// Reads `show interfaces`.
///
/// # Errors
/// When no interface is found, or a line of one has not its form.
pub fn interfaces(text: &str) -> Result<Vec<Interface>, ParseError> {
    let mut found = super::common::interfaces(text)?;
    for interface in &mut found {
        // a loopback has none
        interface.speed = interface.speed.filter(|speed| *speed > 0);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_become_long() {
        for (short, long) in [
            ("Gi0/0/0/1.100", "GigabitEthernet0/0/0/1.100"),
            ("Mg0/RP0/CPU0/0", "MgmtEth0/RP0/CPU0/0"),
            ("BE21", "Bundle-Ether21"),
            ("ti1", "tunnel-ip1"),
            ("srte_c_1", "srte_c_1"),
        ] {
            assert_eq!(long_name(short), long);
            assert_eq!(long_name(long), long);
        }
    }
}
