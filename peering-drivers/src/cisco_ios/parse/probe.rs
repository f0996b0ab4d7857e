//! The probes that the router runs by itself.

use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::{ProbeConfig, ProbeResult};

use super::field::number;

/// Reads `show run | section ip sla [0-9]`: the number of the operation is the owner, its tag the name.
///
/// # Errors
/// When a number is none.
pub fn probe_configs(text: &str) -> Result<Vec<ProbeConfig>, ParseError> {
    let mut found: Vec<ProbeConfig> = Vec::new();
    for (line_number, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let wrong = || ParseError::new("ip sla N, and its settings", line.trim()).at_line(line_number);
        if let ["ip", "sla", id] = words.as_slice() {
            let _: u32 = id.parse().map_err(|_| wrong())?;
            found.push(ProbeConfig { owner: (*id).to_owned(), ..ProbeConfig::default() });
            continue;
        }
        let Some(probe) = found.last_mut().filter(|_| line.starts_with(' ')) else { continue };
        match words.as_slice() {
            ["tag", rest @ ..] => probe.name = rest.join(" "),
            ["frequency", seconds] => {
                probe.interval = Some(Duration::from_secs(seconds.parse().map_err(|_| wrong())?));
            }
            ["history", "buckets-kept", count] => probe.count = Some(count.parse().map_err(|_| wrong())?),
            // the first line of an operation says what it does, and to whom
            [kind, target, rest @ ..] if probe.kind.is_none() => {
                probe.kind = Some((*kind).to_owned());
                probe.target = Some((*target).to_owned());
                let source =
                    rest.iter().skip_while(|word| !["source-ip", "source-interface"].contains(*word)).nth(1);
                probe.source = source.map(|source| (*source).to_owned());
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Reads `show ip sla statistics`: the last round trip of each operation, and how many failed since it was started. Empty where
/// none runs.
///
/// # Errors
/// When an operation has no number, or a number is none.
pub fn probe_results(text: &str) -> Result<Vec<ProbeResult>, ParseError> {
    let mut found: Vec<ProbeResult> = Vec::new();
    for (line_number, line) in (1..).zip(text.lines()) {
        let Some((name, value)) = line.trim().split_once(':') else { continue };
        let value = value.trim();
        let wrong = || ParseError::new("a field of an operation", line.trim()).at_line(line_number);
        if name == "IPSLA operation id" || name == "Entry number" {
            let id: u32 = value.parse().map_err(|_| wrong())?;
            found.push(ProbeResult { owner: id.to_string(), ..ProbeResult::default() });
            continue;
        }
        let Some(result) = found.last_mut() else { continue };
        match name {
            "Type of operation" => result.kind = Some(value.to_owned()),
            // `NoConnection/Busy/Timeout` where there was no answer
            "Latest RTT" => result.round_trip = number::<u32>(value).map(f64::from),
            "Number of failures" => result.last_loss = Some(value.parse().map_err(|_| wrong())?),
            _ => {}
        }
    }
    Ok(found)
}
