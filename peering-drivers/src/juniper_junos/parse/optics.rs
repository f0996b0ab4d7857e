//! `get-interface-optics-diagnostics-information`.

use peering_core::ParseError;
use peering_core::state::{Optic, Reading};

use super::reply::items;
use crate::transport::netconf::xml::Element;

/// Reads the light of every transceiver: lane by lane where Junos has lanes, as lane 0 else.
///
/// # Errors
/// When the reply is another, or an interface lacks its name.
pub fn optics(reply: Element<'_>) -> Result<Vec<Optic>, ParseError> {
    let mut found = Vec::new();
    for interface in items(reply, &["interface-information"], "physical-interface")? {
        let name = interface.required_text("name")?;
        let before = found.len();
        let diagnostics = interface.child("optics-diagnostics").unwrap_or(interface);
        for lane in diagnostics.children_named("optics-diagnostics-lane-values") {
            let channel = lane.required_value("lane-index")?;
            found.push(optic(name, channel, lane, "laser-rx-optical-power-dbm")?);
        }
        if found.len() == before {
            found.push(optic(name, 0, diagnostics, "rx-signal-avg-optical-power-dbm")?);
        }
    }
    Ok(found)
}

fn optic(interface: &str, channel: u32, values: Element<'_>, input: &str) -> Result<Optic, ParseError> {
    Ok(Optic {
        interface: interface.to_owned(),
        channel,
        input_power: reading(values, input)?,
        output_power: reading(values, "laser-output-power-dbm")?,
        laser_bias_current: reading(values, "laser-bias-current")?,
    })
}

/// Junos measures now and nothing else; the dark is `- Inf`.
fn reading(values: Element<'_>, path: &str) -> Result<Reading, ParseError> {
    let Some(found) = values.find(path).filter(|found| !found.text().is_empty()) else {
        return Ok(Reading::default());
    };
    let instant = match found.text() {
        "- Inf" | "-Inf" => f64::NEG_INFINITY,
        "N/A" => return Ok(Reading::default()),
        _ => found.value()?,
    };
    Ok(Reading { instant: Some(instant), ..Reading::default() })
}
