//! The router itself: version, names, interfaces in brief.

use std::time::Duration;

use peering_core::ParseError;

use super::field::{long_span, told};

/// What `show version` tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// The software, as it prints itself behind `Cisco IOS Software, `: image, version and release.
    pub software: String,
    /// The host name.
    pub hostname: String,
    /// How long the router has been up, in whole minutes.
    pub uptime: Duration,
    /// The model of the chassis.
    pub model: Option<String>,
    /// The serial number of the processor board.
    pub serial_number: Option<String>,
}

/// Reads `show version`.
///
/// # Errors
/// When the version, or the host name with its uptime, is not there.
pub fn version(text: &str) -> Result<Version, ParseError> {
    let (mut software, mut host, mut found) = (None, None, Version::default());
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(name) = software_of(line) {
            software = Some(name.trim().to_owned());
        } else if let Some((name, uptime)) = line.split_once(" uptime is ") {
            let wrong = || ParseError::new("HOST uptime is N weeks, N days, …", line).at_line(number);
            host = Some((name.trim().to_owned(), long_span(uptime).ok_or_else(wrong)?));
        } else if let Some((_, serial)) = line.split_once("Processor board ID ") {
            found.serial_number = told(serial);
        } else if found.model.is_none() {
            found.model = model(line);
        }
    }
    let missing = |expected: &str| ParseError::new(expected, text.trim());
    found.software = software.ok_or_else(|| missing("Cisco IOS Software, …"))?;
    (found.hostname, found.uptime) = host.ok_or_else(|| missing("HOST uptime is …"))?;
    Ok(found)
}

/// `Cisco IOS Software, C2960 Software …`, the same with the name of a train (`Cisco IOS Software [Denali], …`), or before
/// 12.3 `IOS (tm) C2600 Software …`.
fn software_of(line: &str) -> Option<&str> {
    match line.split_once("Cisco IOS Software") {
        Some((_, rest)) => match rest.strip_prefix(" [") {
            Some(rest) => rest.split_once("], ").map(|(_, rest)| rest),
            None => rest.strip_prefix(", "),
        },
        None => line.split_once("IOS (tm) ").map(|(_, rest)| rest).filter(|rest| rest.contains("Software")),
    }
}

/// `cisco WS-C2960G-8TC-L (PowerPC405) processor (revision A0) with 65536K bytes of memory.`
fn model(line: &str) -> Option<String> {
    let start = line.to_ascii_lowercase().find("cisco ")?;
    let rest = line.get(start + "cisco ".len()..)?;
    let (name, rest) = rest.split_once(' ')?;
    rest.contains("bytes of").then(|| name.to_owned())
}

/// Reads the default domain out of `show hosts`; `None` where there is none.
///
/// # Errors
/// Never: an answer without a domain is one.
pub fn default_domain(text: &str) -> Result<Option<String>, ParseError> {
    let line = text.lines().find_map(|line| line.split_once("Default domain is "));
    Ok(line.and_then(|(_, domain)| told(domain)).filter(|domain| domain != "not set"))
}

/// Reads the names out of `show ip interface brief`, in the router's order.
///
/// # Errors
/// When the table has no head.
pub fn interface_names(text: &str) -> Result<Vec<String>, ParseError> {
    let mut lines = text.lines().skip_while(|line| !line.trim_start().starts_with("Interface "));
    lines.next().ok_or_else(|| ParseError::new("Interface  IP-Address  …", text.trim()))?;
    Ok(lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trains_and_old_versions_are_known() {
        for (line, expected) in [
            (
                "Cisco IOS Software [Everest], Virtual XE Software (X), Version 16.6.1",
                "Virtual XE Software (X), Version 16.6.1",
            ),
            (
                "Cisco IOS Software, C2960 Software (C), Version 15.0(2)SE4",
                "C2960 Software (C), Version 15.0(2)SE4",
            ),
            (
                "IOS (tm) C2600 Software (C2600-I-M), Version 12.2(8)T",
                "C2600 Software (C2600-I-M), Version 12.2(8)T",
            ),
        ] {
            assert_eq!(software_of(line), Some(expected));
        }
        assert_eq!(software_of("Cisco IOS XE Software, Version 16.06.01"), None);
        let line = "Cisco CISCO1921/K9 (revision 1.0) with 491520K/32768K bytes of memory.";
        assert_eq!(model(line).as_deref(), Some("CISCO1921/K9"));
        assert_eq!(model("Copyright (c) by Cisco Systems, Inc."), None);
    }
}
