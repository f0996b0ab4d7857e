//! What the router is.

use peering_core::ParseError;
use serde::Deserialize;

use super::field::{Text, told};
use super::json;

/// What `show version` tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Version {
    /// The version, such as `4.31.2F`.
    pub version: String,
    /// The version with the build, such as `4.31.2F-35442176.4312F`.
    pub internal_version: Option<String>,
    /// The model, such as `DCS-7280SR-48C6-F`.
    pub model: String,
    /// The serial number of the chassis; a virtual router may have none.
    pub serial_number: Option<String>,
    /// When it started, in seconds since 1970 by its own clock.
    pub booted: f64,
    /// How long it has been up, in seconds, where this version tells.
    pub uptime: Option<f64>,
}

impl Version {
    /// The first two numbers of the version; `None` for a build without numbers.
    pub fn release(&self) -> Option<(u32, u32)> {
        let mut numbers = self.version.split(['.', '-', '~']).map(str::parse);
        match (numbers.next()?, numbers.next()?) {
            (Ok(major), Ok(minor)) => Some((major, minor)),
            _ => None,
        }
    }

    /// Whether it is software without hardware: no power supplies.
    pub fn is_virtual(&self) -> bool {
        ["veos", "ceoslab"].contains(&self.model.to_lowercase().as_str())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawVersion<'a> {
    #[serde(borrow)]
    version: Text<'a>,
    internal_version: Option<Text<'a>>,
    #[serde(borrow)]
    model_name: Text<'a>,
    serial_number: Option<Text<'a>>,
    bootup_timestamp: f64,
    uptime: Option<f64>,
}

/// Reads `show version`.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn version(text: &str) -> Result<Version, ParseError> {
    let raw: RawVersion<'_> = json(text)?;
    Ok(Version {
        version: raw.version.into_owned(),
        internal_version: told(raw.internal_version),
        model: raw.model_name.into_owned(),
        serial_number: told(raw.serial_number),
        booted: raw.bootup_timestamp,
        uptime: raw.uptime,
    })
}

/// What `show hostname` tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Hostname {
    /// The name without domain.
    pub hostname: String,
    /// The whole name.
    pub fqdn: String,
}

/// Reads `show hostname`.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn hostname(text: &str) -> Result<Hostname, ParseError> {
    json(text)
}
