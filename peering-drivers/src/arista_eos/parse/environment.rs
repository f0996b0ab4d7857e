//! Fans, temperatures, power supplies, and what `top` tells.

use peering_core::ParseError;
use peering_core::state::{Fan, Memory, PowerSupply, Processor, Temperature};
use serde::Deserialize;

use super::field::{Pairs, Text};
use super::json;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cooling<'a> {
    #[serde(borrow)]
    fan_tray_slots: Vec<Tray<'a>>,
}

#[derive(Deserialize)]
struct Tray<'a> {
    #[serde(borrow)]
    label: Text<'a>,
    #[serde(borrow)]
    status: Text<'a>,
}

/// Reads `show system environment cooling`: the fan trays.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn fans(text: &str) -> Result<Vec<Fan>, ParseError> {
    let all: Cooling<'_> = json(text)?;
    let one = |tray: Tray<'_>| Fan { is_ok: &*tray.status == "ok", name: tray.label.into_owned() };
    Ok(all.fan_tray_slots.into_iter().map(one).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Temperatures<'a> {
    #[serde(borrow)]
    card_slots: Vec<Slot<'a>>,
    #[serde(borrow)]
    power_supply_slots: Vec<Slot<'a>>,
    #[serde(borrow)]
    temp_sensors: Vec<Sensor<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Slot<'a> {
    #[serde(borrow)]
    temp_sensors: Vec<Sensor<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sensor<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    current_temperature: Option<f64>,
    overheat_threshold: f64,
    critical_threshold: f64,
}

/// Reads `show system environment temperature`: of cards, power supplies and the board.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn temperatures(text: &str) -> Result<Vec<Temperature>, ParseError> {
    let all: Temperatures<'_> = json(text)?;
    let in_slots =
        all.card_slots.into_iter().chain(all.power_supply_slots).flat_map(|slot| slot.temp_sensors);
    let one = |sensor: Sensor<'_>| Temperature {
        celsius: sensor.current_temperature,
        is_alert: sensor.current_temperature.is_some_and(|now| now > sensor.overheat_threshold),
        is_critical: sensor.current_temperature.is_some_and(|now| now > sensor.critical_threshold),
        name: sensor.name.into_owned(),
    };
    Ok(in_slots.chain(all.temp_sensors).map(one).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Supplies<'a> {
    #[serde(borrow)]
    power_supplies: Pairs<'a, Supply<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Supply<'a> {
    #[serde(borrow)]
    state: Option<Text<'a>>,
    capacity: Option<f64>,
    output_power: Option<f64>,
}

/// Reads `show system environment power`.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn power_supplies(text: &str) -> Result<Vec<PowerSupply>, ParseError> {
    let all: Supplies<'_> = json(text)?;
    let one = |(name, supply): (Text<'_>, Supply<'_>)| PowerSupply {
        name: name.into_owned(),
        is_ok: supply.state.is_none_or(|state| &*state == "ok"),
        capacity: supply.capacity,
        output: supply.output_power,
    };
    Ok(all.power_supplies.0.into_iter().map(one).collect())
}

/// What the head of `top` tells.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Top {
    /// All processors together, under the name `0`.
    pub processor: Processor,
    /// The memory.
    pub memory: Memory,
}

/// Reads `show processes top once`, of all the versions of `top`.
///
/// # Errors
/// When the line of the processors or that of the memory is missing or has another form.
pub fn top(text: &str) -> Result<Top, ParseError> {
    let line = |start: &str| {
        text.lines()
            .find(|line| {
                line.trim_start_matches('%').starts_with(start) || line.contains(&format!(" {start}"))
            })
            .ok_or_else(|| ParseError::new(format!("the line {start} of top"), text.trim()))
    };
    let cpu = line("Cpu(s)")?;
    let idle = percentage(cpu, "id").ok_or_else(|| ParseError::new("Cpu(s): … id", cpu.trim()))?;
    // one digit, as top prints it
    let usage = ((100.0 - idle) * 10.0).round() / 10.0;
    let mem = text
        .lines()
        .find(|line| {
            let mut words = line.split([' ', ':']).filter(|word| !word.is_empty());
            let first = words.next();
            first == Some("Mem")
                || (first.is_some_and(|unit| unit.ends_with("iB")) && words.next() == Some("Mem"))
        })
        .ok_or_else(|| ParseError::new("the line Mem of top", text.trim()))?;
    let memory = memory(mem).ok_or_else(|| ParseError::new("Mem: … total, … used", mem.trim()))?;
    Ok(Top { processor: Processor { name: "0".to_owned(), usage, memory: None }, memory })
}

/// `94.6 id` or `94.6%id`.
fn percentage(line: &str, what: &str) -> Option<f64> {
    let (_, fields) = line.split_once(':')?;
    let field = fields.split(',').map(str::trim).find(|field| field.ends_with(what))?;
    field.strip_suffix(what)?.trim_end().trim_end_matches('%').trim_end().parse().ok()
}

/// `KiB Mem:  32472080 total,  5697604 used, …`, `MiB Mem : …`, `Mem:   3844356k total, …`.
fn memory(line: &str) -> Option<Memory> {
    let (head, fields) = line.split_once(':')?;
    let unit = match head.split_whitespace().next()? {
        "MiB" => 1024.0 * 1024.0,
        "GiB" => 1024.0 * 1024.0 * 1024.0,
        _ => 1024.0,
    };
    let amount = |what: &str| -> Option<u64> {
        let field = fields.split(',').map(str::trim).find(|field| field.ends_with(what))?;
        let number: f64 = field.strip_suffix(what)?.trim_end().trim_end_matches('k').parse().ok()?;
        // 53 bits are eight petabytes
        (number >= 0.0 && number.is_finite()).then_some((number * unit) as u64)
    };
    Some(Memory { total: amount("total")?, used: amount("used")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_version_of_top() {
        for (cpu, mem, total) in [
            (
                "Cpu(s):  5.2%us, 92.2%id,  0.6%wa",
                "Mem:   3844356k total,  3763184k used,    81172k free",
                3_844_356 * 1024,
            ),
            (
                "%Cpu(s):  4.2 us, 92.2 id,  0.0 wa",
                "KiB Mem:  32472080 total,  5697604 used, 26774476 free",
                32_472_080 * 1024,
            ),
            (
                "%Cpu(s):  4.2 us, 92.2 id,  0.0 wa",
                "MiB Mem :   3889.0 total,    150.3 free,   1104.5 used,   2634.4 buff/cache",
                3889 * 1024 * 1024,
            ),
        ] {
            let top =
                top(&format!("top - 14:03:41 up 1 day\nTasks: 1\n{cpu}\n{mem}\nSwap: 0k total\n")).unwrap();
            assert_eq!((top.processor.usage, top.memory.total), (7.8, total));
        }
        assert!(top("top - 14:03:41 up 1 day").is_err());
    }
}
