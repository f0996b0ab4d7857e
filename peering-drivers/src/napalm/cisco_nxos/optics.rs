//! Transceivers, of which NAPALM tells who made them.

use peering_core::Result;
use serde_json::{Value, json};

use crate::cisco_nxos::parse::text as parse;

/// The plugs of fibres, by the kind of a transceiver.
const FIBRE: &[&str] = &["1000base-LH", "1000base-SX", "10Gbase-LR", "10Gbase-SR"];

/// Those of copper that NAPALM knows.
const COPPER: &[&str] = &["SFP-H10GB-CU1M", "SFP-H10GB-CU1.45M", "SFP-H10GB-CU3M", "SFP-H10GB-CU3.45M"];

/// `get_optics`: one lane, and the module itself.
pub(super) fn transceivers(text: &str) -> Result<Value> {
    let mut found = serde_json::Map::new();
    for transceiver in parse::transceivers(text)? {
        let lane = transceiver.lanes.first().map(|lane| {
            let power = |value: Option<f64>| {
                json!({ "instant": value.unwrap_or(-100.0), "avg": -100.0, "min": -100.0, "max": -100.0 })
            };
            let current = lane.laser_bias_current.instant.unwrap_or(-100.0);
            json!({
                "index": 0,
                "state": {
                    "input_power": power(lane.input_power.instant),
                    "output_power": power(lane.output_power.instant),
                    "laser_bias_current": { "instant": current, "avg": 0.0, "min": 0.0, "max": 0.0 },
                },
            })
        });
        let kind = transceiver.kind.as_deref().unwrap_or_default();
        let connector = match kind {
            kind if FIBRE.contains(&kind) => "LC_CONNECTOR",
            kind if COPPER.contains(&kind) => "DAC_CONNECTOR",
            _ => "Unknown",
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let entry = json!({
            "physical_channels": { "channel": lane.into_iter().collect::<Vec<_>>() },
            "state": {
                "vendor": text(&transceiver.vendor),
                "vendor_part": text(&transceiver.part),
                "vendor_rev": text(&transceiver.revision),
                "serial_no": text(&transceiver.serial_number),
                "connector_type": connector,
            },
        });
        found.insert(transceiver.interface, entry);
    }
    Ok(Value::Object(found))
}
