//! Processors, memory, temperatures.

use peering_core::ParseError;
use peering_core::state::{Memory, Processor, Temperature};

use super::field::number;

/// Reads the processors out of `show proc cpu`: their use in the last minute. One that is alone is `0`.
///
/// # Errors
/// When no line tells it, or one has another form.
pub fn processors(text: &str) -> Result<Vec<Processor>, ParseError> {
    let mut found = Vec::new();
    for (line_number, line) in (1..).zip(text.lines()) {
        // `CPU utilization for five seconds: 5%/0%; one minute: 6%; …`, or for each core `Core 0: CPU utilization …`
        let Some((name, rest)) = line.split_once("CPU utilization for ") else { continue };
        let wrong = || ParseError::new("one minute: N%", line.trim()).at_line(line_number);
        let (_, minute) = rest.split_once("one minute: ").ok_or_else(wrong)?;
        let usage: u32 = number(minute).filter(|_| minute.contains('%')).ok_or_else(wrong)?;
        let core: Option<u32> = name.trim().strip_prefix("Core ").and_then(number);
        found.push(Processor { name: core.unwrap_or(0).to_string(), usage: f64::from(usage), memory: None });
    }
    if found.is_empty() { Err(ParseError::new("CPU utilization for …", text.trim())) } else { Ok(found) }
}

/// Reads `show memory statistics`: the pools of the processor and of input and output, in bytes.
///
/// # Errors
/// When the processor's pool is missing, or a pool has no numbers.
pub fn memory_pools(text: &str) -> Result<Memory, ParseError> {
    let (mut processor, mut input_output) = (None, Memory::default());
    for (number, line) in (1..).zip(text.lines()) {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default();
        let is_pool = name == "Processor" || ["I/O", "lsmpi_io"].contains(&name);
        if !is_pool {
            continue;
        }
        let wrong = || ParseError::new("POOL HEAD TOTAL USED …", line.trim()).at_line(number);
        let mut next = || words.next().ok_or_else(wrong);
        next()?;
        let total = next()?.parse().map_err(|_| wrong())?;
        let used = next()?.parse().map_err(|_| wrong())?;
        let pool = Memory { total, used };
        if name == "Processor" { processor = Some(pool) } else { input_output = pool }
    }
    let processor = processor.ok_or_else(|| ParseError::new("the pool of the processor", text.trim()))?;
    let sum = |one: u64, other: u64| {
        one.checked_add(other).ok_or_else(|| ParseError::new("bytes of memory", text.trim()))
    };
    Ok(Memory {
        total: sum(processor.total, input_output.total)?,
        used: sum(processor.used, input_output.used)?,
    })
}

/// Reads the system's memory out of `show memory` of IOS-XE, which has it in units of 1024 bytes.
///
/// # Errors
/// When the line of the system's memory is missing, or has other words.
pub fn system_memory(text: &str) -> Result<Memory, ParseError> {
    let line = text.lines().find(|line| line.trim_start().starts_with("System memory"));
    let line = line.ok_or_else(|| ParseError::new("System memory : …", text.trim()))?;
    let bytes = |what: &str| {
        let (before, _) = line.split_once(what)?;
        let number = before.split_whitespace().last()?.strip_suffix('K')?;
        number.parse::<u64>().ok()?.checked_mul(1024)
    };
    let wrong = || ParseError::new("System memory : NK total, NK used, …", line.trim());
    Ok(Memory { total: bytes(" total").ok_or_else(wrong)?, used: bytes(" used").ok_or_else(wrong)? })
}

/// Reads `show env temperature status`: each sensor with its two thresholds. A sensor without a number is told by its state
/// only.
///
/// # Errors
/// When a temperature or a threshold is no number.
pub fn temperatures(text: &str) -> Result<Vec<Temperature>, ParseError> {
    let mut found: Vec<Temperature> = Vec::new();
    for (line_number, line) in (1..).zip(text.lines()) {
        let wrong = || {
            ParseError::new("SENSOR Temperature Value: N Degree Celsius", line.trim()).at_line(line_number)
        };
        let degrees = |text: &str| {
            text.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).ok_or_else(wrong)
        };
        let Some((name, value)) = line.split_once(':') else {
            // `SYSTEM TEMPERATURE is OK`
            if let Some((name, state)) = line.split_once("TEMPERATURE is ") {
                let name = if name.trim().is_empty() { "system" } else { name.trim() }.to_lowercase();
                let is_critical = state.trim() != "OK";
                found.push(Temperature { name, celsius: None, is_alert: is_critical, is_critical });
            }
            continue;
        };
        let name = name.trim();
        if let Some(sensor) = name.strip_suffix("Temperature Value") {
            let celsius = Some(degrees(value)?);
            found.retain(|sensor| sensor.celsius.is_some());
            found.push(Temperature { name: sensor.trim().to_lowercase(), celsius, ..Temperature::default() });
        } else if let Some(sensor) = found.last_mut() {
            let is_above = |limit: f64| sensor.celsius.is_some_and(|celsius| celsius > limit);
            if name.starts_with("Yellow Threshold") {
                sensor.is_alert = is_above(degrees(value)?);
            } else if name.starts_with("Red Threshold") {
                sensor.is_critical = is_above(degrees(value)?);
            }
        }
    }
    Ok(found)
}
