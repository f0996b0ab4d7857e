//! Fans, temperatures, power supplies, processors and memory, out of four replies.

use peering_core::ParseError;
use peering_core::state::{Environment, Fan, Memory, PowerSupply, Processor, Temperature};

use super::reply::{answers, items, leading};
use crate::transport::netconf::xml::Element;

const MEBIBYTE: u64 = 1024 * 1024;

/// Reads `get-environment-information`, `get-route-engine-information`, `get-temperature-threshold-information` and, where
/// there is one, `get-power-usage-information-detail`.
///
/// Each temperature counts against the threshold of its own part, or else of the chassis. The memory is that of the master
/// routing engine.
///
/// # Errors
/// When a reply is another, or a part lacks its name or state.
pub fn environment(
    sensors: Element<'_>,
    engines: Element<'_>,
    thresholds: Element<'_>,
    power: Option<Element<'_>>,
) -> Result<Environment, ParseError> {
    let mut environment = Environment::default();
    let thresholds = Threshold::read_all(thresholds)?;
    // Only the first of a class is labelled with it.
    let mut class = "";
    for sensor in items(sensors, &["environment-information"], "environment-item")? {
        class = sensor.text_at("class").filter(|class| !class.is_empty()).unwrap_or(class);
        let name = sensor.required_text("name")?.to_owned();
        let is_ok = sensor.text_at("status") == Some("OK");
        match class {
            "Temp" => environment.temperatures.push(temperature(sensor, name, &thresholds)?),
            "Fans" => environment.fans.push(Fan { name, is_ok }),
            "Power" => {
                environment.power_supplies.push(PowerSupply { name, is_ok, ..PowerSupply::default() });
            }
            _ => {}
        }
    }
    if let Some(power) = power {
        usage(power, &mut environment.power_supplies)?;
    }
    processors(engines, &mut environment)?;
    Ok(environment)
}

/// From which temperature a part raises an alarm, in degrees Celsius.
struct Threshold<'d> {
    name: &'d str,
    yellow: Option<f64>,
    red: Option<f64>,
}

impl<'d> Threshold<'d> {
    fn read_all(reply: Element<'d>) -> Result<Vec<Self>, ParseError> {
        items(reply, &["temperature-threshold-information"], "temperature-threshold")?
            .map(|found| {
                Ok(Threshold {
                    name: found.required_text("name")?,
                    yellow: found.value_at("yellow-alarm")?,
                    red: found.value_at("red-alarm")?,
                })
            })
            .collect()
    }

    /// The one with the longest name that the sensor's begins with, or else that of the chassis.
    fn of(all: &'d [Self], sensor: &str) -> Option<&'d Self> {
        let fits = |name: &str| {
            sensor.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        let own = all.iter().filter(|threshold| fits(threshold.name));
        own.max_by_key(|threshold| threshold.name.len())
            .or_else(|| all.iter().find(|threshold| threshold.name == "Chassis default"))
    }
}

fn temperature(
    sensor: Element<'_>,
    name: String,
    thresholds: &[Threshold<'_>],
) -> Result<Temperature, ParseError> {
    let said = sensor.child("temperature").and_then(|found| found.attribute("celsius"));
    let wrong = |said| sensor.unexpected("degrees Celsius", said);
    let celsius: Option<f64> = said.map(|said| said.trim().parse().map_err(|_| wrong(said))).transpose()?;
    let threshold = Threshold::of(thresholds, &name);
    let is_over = |limit: Option<f64>| matches!((celsius, limit), (Some(now), Some(limit)) if now >= limit);
    let is_critical = threshold.is_some_and(|threshold| is_over(threshold.red));
    let is_alert = is_critical || threshold.is_some_and(|threshold| is_over(threshold.yellow));
    Ok(Temperature { name, celsius, is_alert, is_critical })
}

/// Adds what the power supplies give to those that the sensors name, or lists them where the sensors name none.
fn usage(reply: Element<'_>, supplies: &mut Vec<PowerSupply>) -> Result<(), ParseError> {
    // Junos calls them so in one place and so in the other.
    let common = |name: &str| name.replace("PEM", "Power Supply");
    for item in items(reply, &["power-usage-information"], "power-usage-item")? {
        let Some(name) = item.text_at("name").filter(|name| !name.is_empty()) else { continue };
        let at = supplies.iter().position(|supply| common(&supply.name) == common(name));
        let mut supply = match at {
            Some(at) => supplies.remove(at),
            None => PowerSupply { name: name.to_owned(), ..PowerSupply::default() },
        };
        supply.is_ok = item.text_at("state").map_or(supply.is_ok, |state| state == "Online");
        supply.capacity = item.value_at("pem-capacity-detail/capacity-actual")?;
        supply.output = item.value_at("dc-output-detail/dc-power")?;
        supplies.insert(at.unwrap_or(supplies.len()), supply);
    }
    Ok(())
}

/// The routing engines that are there: each with its processor, and the memory beside it.
fn processors(reply: Element<'_>, environment: &mut Environment) -> Result<(), ParseError> {
    for found in answers(reply, &["route-engine-information"])? {
        for engine in found.element.children_named("route-engine") {
            // One that is absent has no numbers.
            let Some(idle) = engine.value_at::<f64>("cpu-idle")? else { continue };
            let count = environment.processors.len();
            let slot = found.engine.or_else(|| engine.text_at("slot"));
            let memory = memory(engine)?;
            environment.processors.push(Processor {
                name: slot.map_or_else(|| count.to_string(), str::to_owned),
                usage: 100.0 - idle,
                memory,
            });
            let is_master = engine.text_at("mastership-state").is_none_or(|state| state == "master");
            if is_master || environment.memory.is_none() {
                environment.memory = memory;
            }
        }
    }
    Ok(())
}

fn memory(engine: Element<'_>) -> Result<Option<Memory>, ParseError> {
    let said = engine.text_at("memory-dram-size").or_else(|| engine.text_at("memory-system-total"));
    let Some(total) = said.and_then(leading::<u64>).map(|total| total.saturating_mul(MEBIBYTE)) else {
        return Ok(None);
    };
    let used = match engine.value_at::<u64>("memory-system-total-used")? {
        Some(used) if used > 0 => used.saturating_mul(MEBIBYTE),
        _ => match engine.value_at::<u64>("memory-buffer-utilization")? {
            Some(percent) => total.saturating_mul(percent) / 100,
            None => return Ok(None),
        },
    };
    Ok(Some(Memory { total, used }))
}
