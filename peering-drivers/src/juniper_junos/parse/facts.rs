//! What makes the facts: software, inventory, uptime, domain.

use std::time::Duration;

use peering_core::ParseError;
use serde::Serialize;

use super::reply::{all, answer, answers, configured, seconds, text};
use crate::transport::netconf::xml::Element;

/// What `get-software-information` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Software {
    /// The host name.
    pub hostname: String,
    /// The model, in upper case as on the label.
    pub model: Option<String>,
    /// The version of Junos.
    pub version: String,
}

/// Reads `get-software-information`; of several routing engines or members, what the first says.
///
/// # Errors
/// When the reply is another, or lacks the host name or the version.
pub fn software(reply: Element<'_>) -> Result<Software, ParseError> {
    let found = answer(reply, &["software-information"])?;
    let missing =
        || found.unexpected("a version of Junos", found.text_at("product-name").unwrap_or_default());
    Ok(Software {
        hostname: found.required_text("host-name")?.to_owned(),
        model: text(found, "product-model").map(|model| model.to_uppercase()),
        version: version(found).ok_or_else(missing)?,
    })
}

/// From 15.1 on in an element of its own, before that in brackets behind the name of a package.
fn version(software: Element<'_>) -> Option<String> {
    if let Some(version) = text(software, "junos-version") {
        return Some(version);
    }
    let comment = |name: &str| {
        let mut packages = software.children_named("package-information");
        packages.find(|package| package.text_at("name") == Some(name))?.text_at("comment")
    };
    if let Some(comment) = comment("junos") {
        let (_, rest) = comment.split_once('[')?;
        return rest.rsplit_once(']').map(|(version, _)| version.to_owned());
    }
    comment("JUNOS version")?.split_whitespace().last().map(str::to_owned)
}

/// Reads the serial number of the chassis in `get-chassis-inventory`, or else that of its backplane or midplane.
///
/// # Errors
/// When the reply is another.
pub fn serial_number(reply: Element<'_>) -> Result<Option<String>, ParseError> {
    let chassis: Vec<Element<'_>> = answers(reply, &["chassis-inventory"])?
        .iter()
        .flat_map(|found| found.element.children_named("chassis"))
        .collect();
    let plane = |name: &str| {
        let mut modules = chassis.iter().flat_map(|chassis| chassis.children_named("chassis-module"));
        modules
            .find(|module| module.text_at("name") == Some(name))
            .and_then(|found| text(found, "serial-number"))
    };
    let own = chassis.iter().find_map(|chassis| text(*chassis, "serial-number"));
    Ok(own.or_else(|| plane("Backplane")).or_else(|| plane("Midplane")))
}

/// Reads how long ago the routing engine was started, from `get-system-uptime-information`.
///
/// # Errors
/// When the reply is another.
pub fn boot_age(reply: Element<'_>) -> Result<Option<Duration>, ParseError> {
    for found in answers(reply, &["system-uptime-information"])? {
        if let Some(age) = seconds(found.element, "system-booted-time/time-length")? {
            return Ok(Some(age));
        }
    }
    Ok(None)
}

/// Reads the configured domain name.
///
/// # Errors
/// When the reply is another.
pub fn domain_name(reply: Element<'_>) -> Result<Option<String>, ParseError> {
    let found = configured(reply, "system/domain-name")?;
    Ok(found.first().map(|name| name.text().to_owned()).filter(|name| !name.is_empty()))
}

/// Reads the domain in the resolver's file, as `file-show` gives it.
pub fn resolver_domain(reply: Element<'_>) -> Option<String> {
    let file = if reply.name() == "file-content" { Some(reply) } else { all(reply, "file-content").pop() };
    let mut words = file?.text().split_whitespace();
    words.find(|word| *word == "domain")?;
    words.next().map(str::to_owned)
}
