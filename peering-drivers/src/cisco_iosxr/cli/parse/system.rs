//! The router itself: version, name, chassis.

use std::time::Duration;

use peering_core::ParseError;

use super::field::{long_span, told};

/// What `show version` tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// The release: `7.5.2`.
    pub release: String,
    /// The host name, where the line with the uptime has it: it may be about `System`.
    pub hostname: Option<String>,
    /// How long the router has been up, in whole minutes or seconds.
    pub uptime: Duration,
    /// The kind of the router, which is not always the model of the chassis.
    pub model: Option<String>,
}

/// Reads `show version`.
///
/// # Errors
/// When the release or the uptime is not there.
pub fn version(text: &str) -> Result<Version, ParseError> {
    let (mut release, mut uptime, mut found) = (None, None, Version::default());
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(rest) = line.trim_start().strip_prefix("Cisco IOS XR Software, Version ") {
            // `5.3.4[Default]`, `7.3.2 LNT`
            release = rest.split(['[', ' ', ',']).next().and_then(told);
        } else if let Some((name, rest)) = line.split_once(" uptime is ") {
            let wrong = || ParseError::new("HOST uptime is N weeks, N days, …", line).at_line(number);
            uptime = Some(long_span(rest).ok_or_else(wrong)?);
            found.hostname = told(name).filter(|name| name != "System");
        } else if let Some(name) = model(line) {
            found.model = found.model.or(Some(name));
        }
    }
    let missing = |expected: &str| ParseError::new(expected, text.trim());
    found.release = release.ok_or_else(|| missing("Cisco IOS XR Software, Version …"))?;
    found.uptime = uptime.ok_or_else(|| missing("HOST uptime is …"))?;
    Ok(found)
}

/// `cisco ASR9K Series (Intel 686 F6M14S4) processor with 12582912K bytes of memory.`
fn model(line: &str) -> Option<String> {
    let rest = line.strip_prefix("cisco ")?;
    let (name, _) = rest.split_once(" processor")?;
    told(name.split_once('(').map_or(name, |(name, _)| name))
}

/// Reads `show running-config hostname`; `None` where none is configured.
///
/// # Errors
/// When the line has no name.
pub fn hostname(text: &str) -> Result<Option<String>, ParseError> {
    let line = (1..).zip(text.lines()).find(|(_, line)| line.split_whitespace().next() == Some("hostname"));
    let Some((number, line)) = line else { return Ok(None) };
    let name = line.split_whitespace().nth(1).map(str::to_owned);
    name.map(Some).ok_or_else(|| ParseError::new("hostname NAME", line).at_line(number))
}

/// What the inventory tells of the chassis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chassis {
    /// The product that it is.
    pub model: Option<String>,
    /// Its serial number.
    pub serial_number: Option<String>,
}

/// Reads the chassis out of `show inventory` or `admin show inventory chassis`: what is called `Rack 0`, or `chassis …` in older
/// versions. `None` where it is not among the parts.
///
/// # Errors
/// When the chassis has no line with product and serial number.
pub fn chassis(text: &str) -> Result<Option<Chassis>, ParseError> {
    let mut lines = (1..).zip(text.lines());
    let is_chassis = |line: &str| {
        let name = line.trim_start().strip_prefix("NAME: \"").and_then(|rest| rest.split('"').next());
        name.is_some_and(|name| name == "Rack 0" || name.to_ascii_lowercase().starts_with("chassis"))
    };
    let Some((number, name)) = lines.find(|(_, line)| is_chassis(line)) else { return Ok(None) };
    let wrong = || ParseError::new("PID: …, VID: …, SN: …", name.trim()).at_line(number);
    let (_, line) =
        lines.next().filter(|(_, line)| line.trim_start().starts_with("PID:")).ok_or_else(wrong)?;
    let value = |field: &str| line.split(',').find_map(|part| part.trim().strip_prefix(field));
    let (product, serial) = (value("PID:").ok_or_else(wrong)?, value("SN:").ok_or_else(wrong)?);
    let known = |text: &str| told(text).filter(|text| text != "N/A");
    Ok(Some(Chassis { model: known(product), serial_number: known(serial) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_new_releases_are_known() {
        let of = |line: &str| version(&format!("{line}\nr1 uptime is 1 minute\n")).unwrap().release;
        assert_eq!(of("Cisco IOS XR Software, Version 5.3.4[Default]"), "5.3.4");
        assert_eq!(of("Cisco IOS XR Software, Version 7.3.2 LNT"), "7.3.2");
        assert_eq!(model("cisco IOS-XRv 9000 () processor").as_deref(), Some("IOS-XRv 9000"));
        assert_eq!(model("cisco 8201-SYS (VXR) processor with 32GB of memory").as_deref(), Some("8201-SYS"));
        assert_eq!(model("cisco 8000 (VXR)"), None);
        assert!(version("Cisco IOS XR Software, Version 7.5.2\nSystem uptime is long\n").is_err());
    }

    #[test]
    fn the_chassis_is_found_by_its_name() {
        let text = "NAME: \"module 0/RSP0/CPU0\", DESCR: \"x\"\nPID: A, VID: V1, SN: S1\n\n\
            NAME: \"chassis ASR-9006-AC-V2\", DESCR: \"y\"\nPID: ASR-9006-AC-V2   , VID: V01, SN: FOX1\n";
        let found = chassis(text).unwrap().unwrap();
        assert_eq!(
            (found.model.as_deref(), found.serial_number.as_deref()),
            (Some("ASR-9006-AC-V2"), Some("FOX1"))
        );
        assert_eq!(chassis("NAME: \"0/0\", DESCR: \"x\"\nPID: A, VID: V1, SN: S1\n").unwrap(), None);
        assert!(chassis("NAME: \"Rack 0\", DESCR: \"x\"\n").is_err());
    }
}
