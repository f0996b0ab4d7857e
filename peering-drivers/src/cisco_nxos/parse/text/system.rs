//! Who the router is.

use std::time::Duration;

use peering_core::ParseError;

use super::field::{long_age, long_name};

/// What `show version` says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Version {
    /// The chassis.
    pub model: Option<String>,
    /// The version of NX-OS.
    pub os_version: String,
    /// How long the kernel has been up.
    pub uptime: Option<Duration>,
}

/// Reads `show version`.
///
/// # Errors
/// When no version is told, or the uptime is no time.
pub fn version(text: &str) -> Result<Version, ParseError> {
    let (mut model, mut os_version, mut uptime) = (None, None, None);
    let mut is_hardware = false;
    for line in text.lines() {
        let words = line.trim();
        is_hardware |= words == "Hardware";
        if let Some((_, age)) = words.split_once(" uptime is ") {
            uptime = long_age(age)?;
        } else if let Some(rest) = words.strip_prefix("system:").or_else(|| words.strip_prefix("NXOS:")) {
            let version = rest.trim_start().strip_prefix("version");
            let version = version.and_then(|version| version.split_whitespace().next());
            os_version = version.map(str::to_owned).or(os_version);
        } else if let Some(chassis) = words.strip_prefix("cisco ").filter(|_| is_hardware && model.is_none())
        {
            // what stands in quotes behind it is the supervisor
            let end =
                chassis.find("hassis").map(|start| start + "hassis".len()).or_else(|| chassis.find(" (\""));
            model = Some(chassis.get(..end.unwrap_or(chassis.len())).unwrap_or(chassis).trim().to_owned());
        }
    }
    let os_version = os_version.ok_or_else(|| ParseError::new("a version of NX-OS", text.trim()))?;
    Ok(Version { model, os_version, uptime })
}

/// Reads `show hostname`: with the domain, where one is configured.
///
/// # Errors
/// When it is no name.
pub fn hostname(text: &str) -> Result<String, ParseError> {
    let mut words = text.split_whitespace();
    match (words.next(), words.next()) {
        (Some(name), None) => Ok(name.to_owned()),
        _ => Err(ParseError::new("a host name", text.trim())),
    }
}

/// Reads the domain from `show hosts`; `None` where none is configured.
///
/// # Errors
/// When it is another answer.
pub fn default_domain(text: &str) -> Result<Option<String>, ParseError> {
    if !text.contains("DNS lookup") && !text.contains("Name servers") && !text.contains("Default domain") {
        return Err(ParseError::new("the answer of `show hosts`", text.trim()));
    }
    let domain = text.lines().find_map(|line| {
        line.split_once("Default domain")
            .and_then(|(_, rest)| rest.split_once("is ").map(|(_, domain)| domain.trim()))
    });
    Ok(domain.filter(|domain| !domain.is_empty() && *domain != "not set").map(str::to_owned))
}

/// Reads the serial number of the chassis from `show inventory`; `None` where the chassis has none.
///
/// # Errors
/// When nothing of it has a name.
pub fn serial_number(text: &str) -> Result<Option<String>, ParseError> {
    let (mut is_chassis, mut has_names) = (false, false);
    for line in text.lines() {
        if let Some(name) = line.trim().strip_prefix("NAME:") {
            has_names = true;
            is_chassis = name.trim_start().trim_start_matches('"').starts_with("Chassis");
        } else if let Some((_, number)) = line.split_once("SN:").filter(|_| is_chassis) {
            let number = number.trim();
            return Ok(Some(number)
                .filter(|number| !number.is_empty() && *number != "N/A")
                .map(str::to_owned));
        }
    }
    if has_names { Ok(None) } else { Err(ParseError::new("NAME: \"Chassis\", …", text.trim())) }
}

/// Reads the names of the interfaces from `show interface status`.
///
/// # Errors
/// When the head of the table is missing.
pub fn interface_names(text: &str) -> Result<Vec<String>, ParseError> {
    let mut has_head = false;
    let mut names = Vec::new();
    for line in text.lines() {
        if line.starts_with("Port ") {
            has_head = true;
        } else if has_head && !line.starts_with([' ', '-']) {
            names.extend(line.split_whitespace().next().map(long_name));
        }
    }
    if has_head { Ok(names) } else { Err(ParseError::new("Port … Status …", text.trim())) }
}
