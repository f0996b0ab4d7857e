//! Fans, temperatures, power supplies, processors, memory.

use std::collections::HashMap;

use peering_core::ParseError;
use peering_core::state::{Environment, Fan, Memory, PowerSupply, Processor, Temperature};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::field::{Number, Table, Text, told};
use super::json;

/// An object whose names end with the kind of switch in some versions: `fandetails`, `fandetails_3k`.
#[derive(Deserialize)]
#[serde(transparent)]
struct Named<'a>(#[serde(borrow)] HashMap<&'a str, &'a RawValue>);

impl<'a> Named<'a> {
    /// What stands under a name that begins so.
    fn find<T: Deserialize<'a>>(&self, beginning: &str) -> Result<Option<T>, ParseError> {
        let found = self.0.iter().find(|(name, _)| name.starts_with(beginning));
        found.map(|(_, raw)| json(raw.get())).transpose()
    }
}

#[derive(Deserialize)]
struct Sensor<'a> {
    #[serde(borrow)]
    tempmod: Text<'a>,
    #[serde(borrow)]
    sensor: Text<'a>,
    #[serde(borrow)]
    curtemp: Text<'a>,
    #[serde(borrow)]
    majthres: Option<Text<'a>>,
    /// Not told where there is no alarm.
    #[serde(borrow)]
    alarmstatus: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Fans<'a> {
    #[serde(rename = "TABLE_faninfo", borrow, default)]
    fans: Table<RawFan<'a>>,
}

#[derive(Deserialize)]
struct RawFan<'a> {
    #[serde(borrow)]
    fanname: Text<'a>,
    /// Not told of some that are well.
    #[serde(borrow)]
    fanstatus: Option<Text<'a>>,
}

/// Reads `show environment`: all but processors and memory. A sensor's name is that of its module, its place there and what
/// it measures: `1-2 INTAKE`.
///
/// # Errors
/// When it is no JSON of that shape, or a temperature is none.
pub fn environment(text: &str) -> Result<Environment, ParseError> {
    let hardware: Named<'_> = json(text)?;
    let sensors: Option<Table<Sensor<'_>>> = hardware.find("TABLE_tempinfo")?;
    let fans: Option<Fans<'_>> = hardware.find("fandetails")?;
    let power: Option<Named<'_>> = hardware.find("powersup")?;
    if sensors.is_none() && fans.is_none() && power.is_none() {
        return Err(ParseError::new("fans, sensors or power supplies", text));
    }
    let supplies: Option<Table<Named<'_>>> = match &power {
        Some(power) => power.find("TABLE_psinfo")?,
        None => None,
    };
    let supplies = (1..).zip(supplies.unwrap_or_default().0);
    let mut temperatures: Vec<Temperature> = Vec::new();
    let (mut module, mut place) = (String::new(), 0);
    for sensor in &sensors.unwrap_or_default().0 {
        if module != *sensor.tempmod {
            (module, place) = (sensor.tempmod.to_string(), 0);
        }
        place += 1;
        temperatures.push(sensor.model(place)?);
    }
    let fan = |fan: &RawFan<'_>| Fan {
        name: fan.fanname.to_string(),
        is_ok: told(&fan.fanstatus).is_none_or(|status| is_ok(&status)),
    };
    Ok(Environment {
        fans: fans.iter().flat_map(|fans| &fans.fans.0).map(fan).collect(),
        temperatures,
        power_supplies: supplies.map(|(place, supply)| supply.supply(place)).collect::<Result<_, _>>()?,
        processors: Vec::new(),
        memory: None,
    })
}

fn is_ok(word: &str) -> bool {
    word.eq_ignore_ascii_case("ok")
}

impl Sensor<'_> {
    fn model(&self, place: u32) -> Result<Temperature, ParseError> {
        let celsius = match &*self.curtemp {
            "" | "N/A" | "--" => None,
            text => Some(text.parse::<f64>().map_err(|_| ParseError::new("a temperature", text))?),
        };
        let major: Option<f64> = self.majthres.as_deref().and_then(|text| text.parse().ok());
        Ok(Temperature {
            name: format!("{}-{place} {}", &*self.tempmod, &*self.sensor),
            celsius,
            is_alert: told(&self.alarmstatus).is_some_and(|status| !is_ok(&status)),
            is_critical: celsius.zip(major).is_some_and(|(now, major)| now > major),
        })
    }
}

impl Named<'_> {
    fn supply(&self, place: u32) -> Result<PowerSupply, ParseError> {
        let text = |name| self.find::<Text<'_>>(name).map(|text| told(&text));
        let model = text("psmodel")?.unwrap_or_default();
        // `N2200-PAC-400W` gives 400 watts
        let of_model = model.rsplit('-').next().and_then(|last| last.strip_suffix('W')?.parse().ok());
        let status = text("ps_status")?.ok_or_else(|| ParseError::new("ps_status", "none"))?;
        let output = text("watts")?.or(text("actual_out")?);
        Ok(PowerSupply {
            name: text("psnum")?.unwrap_or_else(|| place.to_string()),
            is_ok: is_ok(&status),
            capacity: text("tot_capa")?.and_then(|text| watts(&text)).or(of_model),
            output: output.and_then(|text| watts(&text)),
        })
    }
}

/// `396.00`, or `99 W`
fn watts(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

#[derive(Deserialize)]
struct Cpu {
    idle_percent: Option<Number<f64>>,
    #[serde(rename = "TABLE_cpu_util", default)]
    table: Table<Idle>,
}

#[derive(Deserialize)]
struct Idle {
    idle_percent: Number<f64>,
}

/// Reads how busy the processors are, together, from `show processes cpu`.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn processor(text: &str) -> Result<Processor, ParseError> {
    let cpu: Cpu = json(text)?;
    let idle =
        cpu.idle_percent.map(|idle| idle.0).or_else(|| cpu.table.0.first().map(|row| row.idle_percent.0));
    let idle = idle.ok_or_else(|| ParseError::new("how idle the processors are", "nothing"))?;
    Ok(Processor { name: "0".to_owned(), usage: ((100.0 - idle) * 100.0).round() / 100.0, memory: None })
}

/// One megabyte, as NX-OS counts its shared memory.
const MEGABYTE: u64 = 1 << 20;

#[derive(Deserialize)]
struct Shared {
    #[serde(rename = "TABLE_process_tag")]
    totals: Table<SharedTotals>,
}

#[derive(Deserialize)]
struct SharedTotals {
    #[serde(rename = "process-memory-share-total-shm-avail")]
    free: Number<u64>,
    #[serde(rename = "process-memory-share-total-shm-used")]
    used: Number<u64>,
}

/// Reads the shared memory from `show processes memory shared`: for routers that do not tell the whole.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn shared_memory(text: &str) -> Result<Memory, ParseError> {
    let shared: Shared = json(text)?;
    let totals = shared.totals.0.first();
    let bytes = |totals: &SharedTotals| {
        let used = totals.used.0.checked_mul(MEGABYTE)?;
        Some(Memory { total: totals.free.0.checked_mul(MEGABYTE)?.checked_add(used)?, used })
    };
    totals.and_then(bytes).ok_or_else(|| ParseError::new("the totals of the shared memory", "none"))
}

#[derive(Deserialize)]
struct Resources {
    memory_usage_total: Number<u64>,
    memory_usage_used: Number<u64>,
}

/// Reads the memory from `show system resources`.
///
/// # Errors
/// When it is no JSON of that shape.
pub fn system_memory(text: &str) -> Result<Memory, ParseError> {
    let resources: Resources = json(text)?;
    let bytes = |kilobytes: u64| {
        kilobytes.checked_mul(1024).ok_or_else(|| ParseError::new("kilobytes", &kilobytes.to_string()))
    };
    Ok(Memory { total: bytes(resources.memory_usage_total.0)?, used: bytes(resources.memory_usage_used.0)? })
}
