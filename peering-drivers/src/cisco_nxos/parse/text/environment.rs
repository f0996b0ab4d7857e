//! Processors, memory, temperatures.

use peering_core::ParseError;
use peering_core::state::{Memory, Processor, Temperature};

use super::{after, wrong};

/// What `show system resources` says.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct SystemResources {
    /// The processors, one by one.
    pub processors: Vec<Processor>,
    /// The memory.
    pub memory: Memory,
}

/// Reads `show system resources`.
///
/// # Errors
/// When the memory is not told, or a processor has another form.
pub fn system_resources(text: &str) -> Result<SystemResources, ParseError> {
    let mut processors = Vec::new();
    let mut memory = None;
    for (number, line) in text.lines().enumerate() {
        if let Some(total) = line.split_once("Memory usage:").map(|(_, rest)| rest) {
            let amount = |words: &str| {
                let (before, _) = total.split_once(words)?;
                let kilobytes: u64 = before.rsplit([',', ' ']).next()?.trim_end_matches('K').parse().ok()?;
                kilobytes.checked_mul(1024)
            };
            let both = amount(" total").zip(amount(" used"));
            let (total, used) = both.ok_or_else(|| wrong("NK total, NK used", line, number))?;
            memory = Some(Memory { total, used });
        } else if let Some(name) = line.trim().strip_prefix("CPU").and_then(|rest| rest.split_once(" states"))
        {
            let (name, rest) = name;
            // the line of all together has no number
            if name.parse::<u32>().is_ok() {
                let idle =
                    rest.rsplit_once("% idle").and_then(|(before, _)| before.split_whitespace().last());
                let idle: Option<f64> = idle.and_then(|idle| idle.parse().ok());
                let idle = idle.ok_or_else(|| wrong("how idle a processor is", line, number))?;
                let usage = ((100.0 - idle) * 100.0).round() / 100.0;
                processors.push(Processor { name: name.to_owned(), usage, memory: None });
            }
        }
    }
    let memory = memory.ok_or_else(|| ParseError::new("Memory usage: …", text.trim()))?;
    Ok(SystemResources { processors, memory })
}

/// Reads `show environment temperature`. A sensor's name is that of its module, its place there and what it measures.
///
/// # Errors
/// When the head of the table is missing, or a line has another form.
pub fn temperatures(text: &str) -> Result<Vec<Temperature>, ParseError> {
    let mut found = Vec::new();
    let (mut module, mut place) = (String::new(), 0_u32);
    let mut has_head = false;
    for (number, line) in text.lines().enumerate() {
        has_head |= line.starts_with("Module") && line.contains("CurTemp");
        if !line.starts_with(|sign: char| sign.is_ascii_digit()) {
            continue;
        }
        let wrong = || wrong("module, sensor, two thresholds, temperature and status", line, number);
        let words: Vec<&str> = line.split_whitespace().collect();
        let [owner, sensor @ .., major, minor, now, _] = words.as_slice() else { return Err(wrong()) };
        if sensor.is_empty() {
            return Err(wrong());
        }
        if module != **owner {
            (module, place) = ((*owner).to_owned(), 0);
        }
        place += 1;
        let degrees = |text: &str| text.parse::<f64>().map_err(|_| wrong());
        let (major, minor, now) = (degrees(major)?, degrees(minor)?, degrees(now)?);
        found.push(Temperature {
            name: format!("{owner}-{place} {}", sensor.join(" ")),
            celsius: Some(now),
            is_alert: now >= minor,
            is_critical: now >= major,
        });
    }
    let is_table = has_head || after::<String>(text, "No Temperature").is_some();
    if is_table { Ok(found) } else { Err(ParseError::new("Module Sensor … CurTemp", text.trim())) }
}
