//! Who the router is: `shellutil-oper`, `pfi-im-cmd-oper`, `invmgr-oper`, in one reply.

use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::Facts;

use super::interface::interface_names;
use super::reply::{all, data, text};
use crate::transport::netconf::xml::Element;

/// Reads the facts. The router has no domain in these models.
///
/// # Errors
/// When the reply is another, or lacks host name, uptime, or the version of the rack.
pub fn facts(reply: Element<'_>) -> Result<Facts, ParseError> {
    let data = data(reply, &["system-time", "interfaces", "inventory"])?;
    let uptime = data.required("system-time/uptime")?;
    let racks = all(data, "inventory/entities/entity/attributes/inv-basic-bag");
    let missing = || data.unexpected("the inventory of a rack", data.name());
    let rack = racks.first().ok_or_else(missing)?;
    Ok(Facts {
        vendor: "Cisco".to_owned(),
        model: text(*rack, "model-name"),
        os_version: rack.required_text("software-revision")?.to_owned(),
        serial_number: text(*rack, "serial-number"),
        hostname: uptime.required_text("host-name")?.to_owned(),
        fqdn: None,
        uptime: Some(Duration::from_secs(uptime.required_value("uptime")?)),
        interfaces: interface_names(data)?,
    })
}
