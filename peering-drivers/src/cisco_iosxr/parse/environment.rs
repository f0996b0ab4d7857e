//! Hardware: `sysadmin-envmon-ui`, `wdsysmon-fd-oper`, `nto-misc-oper`.

use peering_core::ParseError;
use peering_core::state::{Environment, Fan, Memory, PowerSupply, Processor, Temperature};

use super::reply::{all, data, items, text};
use crate::transport::netconf::xml::Element;

/// Reads the environment from up to three replies; `sensors` is `None` on a router that has no such model, as a virtual one.
///
/// The use of a processor is that of the last five minutes; the memory that of the first route processor.
///
/// # Errors
/// When a reply is another, or a sensor, processor or node lacks name or value.
pub fn environment(
    sensors: Option<Element<'_>>,
    processors: Element<'_>,
    memory: Element<'_>,
) -> Result<Environment, ParseError> {
    let mut found = Environment::default();
    if let Some(sensors) = sensors {
        let data = data(sensors, &["environment"])?;
        found.temperatures = temperatures(data)?;
        found.fans = fans(data);
        found.power_supplies = power_supplies(data)?;
    }
    for own in items(processors, "system-monitoring/cpu-utilization")? {
        found.processors.push(Processor {
            name: own.required_text("node-name")?.to_owned(),
            usage: own.required_value("total-cpu-five-minute")?,
            memory: None,
        });
    }
    found.memory = main_memory(&items(memory, "memory-summary/nodes/node")?)?;
    Ok(found)
}

/// Every sensor, under `LOCATION-NAME`.
fn temperatures(data: Element<'_>) -> Result<Vec<Temperature>, ParseError> {
    let mut found = Vec::new();
    for own in all(data, "environment/oper/temperatures/location/sensor_attributes") {
        let celsius: Option<f64> = own.value_at("value")?.filter(|value: &f64| value.is_finite());
        let is_above = |path: &str| -> Result<bool, ParseError> {
            let limit: Option<f64> = own.value_at(path)?;
            Ok(celsius.zip(limit).is_some_and(|(value, limit)| value >= limit))
        };
        found.push(Temperature {
            name: own.required_text("sensor")?.to_owned(),
            celsius,
            is_alert: is_above("minor_hi")?,
            is_critical: is_above("critical_hi")?,
        });
    }
    Ok(found)
}

/// Trays of fans, by location; one works when each of its fans turns.
fn fans(data: Element<'_>) -> Vec<Fan> {
    let mut found: Vec<Fan> = Vec::new();
    for location in all(data, "environment/oper/fan/location") {
        for own in location.children_named("fan_attributes") {
            let Some(name) = text(own, "location").or_else(|| text(location, "location")) else { continue };
            let speeds = own.text_at("fans_speed").unwrap_or_default();
            let turns = |speed: &str| speed.parse::<u32>().is_ok_and(|speed| speed > 0);
            let is_ok = !speeds.is_empty() && speeds.split_whitespace().all(turns);
            found.push(Fan { name, is_ok });
        }
    }
    found
}

/// The modules that give power, not those that take it.
fn power_supplies(data: Element<'_>) -> Result<Vec<PowerSupply>, ParseError> {
    let mut found = Vec::new();
    for own in all(data, "environment/oper/power/location/pem_attributes") {
        let Some(kind) = text(own, "supply_type") else { continue };
        let number = |path: &str| -> Result<Option<f64>, ParseError> {
            Ok(own.value_at::<f64>(path)?.filter(|value| value.is_finite()))
        };
        found.push(PowerSupply {
            name: own.required_text("pem")?.to_owned(),
            is_ok: own.text_at("status") == Some("OK"),
            capacity: capacity(&kind),
            output: number("output_voltage")?.zip(number("output_current")?).map(watts),
        });
    }
    Ok(found)
}

/// To the hundredth, for both are told to the tenth.
fn watts((volts, amperes): (f64, f64)) -> f64 {
    (volts * amperes * 100.0).round() / 100.0
}

/// What a supply can give, by its kind: `400W-AC`, `3kW-AC`.
fn capacity(kind: &str) -> Option<f64> {
    let end = kind.find(|char: char| !(char.is_ascii_digit() || char == '.'))?;
    let (number, unit) = kind.split_at(end);
    let factor = match unit.split('-').next() {
        Some("W") => 1.0,
        Some("kW" | "KW") => 1000.0,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| number * factor)
}

fn main_memory(nodes: &[Element<'_>]) -> Result<Option<Memory>, ParseError> {
    let is_route_processor = |node: &&Element<'_>| {
        node.text_at("node-name").is_some_and(|name| name.contains("/RP") || name.contains("/RSP"))
    };
    let Some(node) = nodes.iter().find(is_route_processor).or_else(|| nodes.first()) else { return Ok(None) };
    let summary = node.required("summary")?;
    let total: u64 = summary.required_value("ram-memory")?;
    let free: u64 = summary.required_value("free-physical-memory")?;
    Ok(Some(Memory { total, used: total.saturating_sub(free) }))
}
