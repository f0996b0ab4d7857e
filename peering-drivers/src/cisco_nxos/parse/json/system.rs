//! Who the router is.

use std::time::Duration;

use peering_core::ParseError;
use serde::Deserialize;

use super::field::{Number, Table, Text, number, told};
use super::{content, json};

/// What `show version` says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Version {
    /// The chassis.
    pub model: Option<String>,
    /// The host name.
    pub hostname: Option<String>,
    /// The version of NX-OS.
    pub os_version: String,
    /// How long the kernel has been up.
    pub uptime: Option<Duration>,
}

#[derive(Deserialize)]
struct RawVersion<'a> {
    #[serde(borrow)]
    chassis_id: Option<Text<'a>>,
    host_name: Option<Text<'a>>,
    sys_ver_str: Option<Text<'a>>,
    kickstart_ver_str: Option<Text<'a>>,
    nxos_ver_str: Option<Text<'a>>,
    rr_sys_ver: Option<Text<'a>>,
    kern_uptm_days: Option<Number<u64>>,
    kern_uptm_hrs: Option<Number<u64>>,
    kern_uptm_mins: Option<Number<u64>>,
    kern_uptm_secs: Option<Number<u64>>,
}

/// Reads `show version`. The version is that of the system image; trains with one image have it under another name.
///
/// # Errors
/// When it is no JSON of that shape, or no version is told.
pub fn version(text: &str) -> Result<Version, ParseError> {
    let raw: RawVersion<'_> = json(text)?;
    let os_version = told(&raw.sys_ver_str)
        .or_else(|| told(&raw.kickstart_ver_str))
        .or_else(|| told(&raw.nxos_ver_str))
        .or_else(|| told(&raw.rr_sys_ver));
    let parts = [
        (&raw.kern_uptm_days, 24 * 3600),
        (&raw.kern_uptm_hrs, 3600),
        (&raw.kern_uptm_mins, 60),
        (&raw.kern_uptm_secs, 1),
    ];
    let is_told = parts.iter().any(|(part, _)| part.is_some());
    let seconds = parts.iter().try_fold(0_u64, |sum, (part, unit)| {
        number(part).unwrap_or(0).checked_mul(*unit).and_then(|part| sum.checked_add(part))
    });
    let seconds = seconds.ok_or_else(|| ParseError::new("the uptime of the kernel", "a number too large"))?;
    Ok(Version {
        model: told(&raw.chassis_id),
        hostname: told(&raw.host_name),
        os_version: os_version.ok_or_else(|| ParseError::new("a version of NX-OS", "none"))?,
        uptime: is_told.then(|| Duration::from_secs(seconds)),
    })
}

#[derive(Deserialize)]
struct RawHostname<'a> {
    #[serde(borrow)]
    hostname: Text<'a>,
}

/// Reads `show hostname`: with the domain, where one is configured.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn hostname(text: &str) -> Result<String, ParseError> {
    json::<RawHostname<'_>>(text).map(|raw| raw.hostname.to_string())
}

#[derive(Deserialize)]
struct Inventory<'a> {
    #[serde(rename = "TABLE_inv", borrow)]
    items: Table<Item<'a>>,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    serialnum: Option<Text<'a>>,
}

/// Reads the serial number of the chassis from `show inventory`; `None` where the chassis has none.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn serial_number(text: &str) -> Result<Option<String>, ParseError> {
    let Some(inventory) = content::<Inventory<'_>>(text)? else { return Ok(None) };
    let is_chassis = |item: &&Item<'_>| item.name.trim_matches('"') == "Chassis";
    let chassis = inventory.items.0.iter().find(is_chassis);
    Ok(chassis.and_then(|item| told(&item.serialnum)).filter(|number| number != "N/A"))
}
