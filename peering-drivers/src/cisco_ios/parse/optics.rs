//! The light in the transceivers.

use peering_core::ParseError;
use peering_core::state::{Optic, Reading};

use super::field::long_name;

/// What marks a value beyond its limits.
const ALARMS: [&str; 4] = ["++", "+", "-", "--"];

/// Reads `show interfaces transceiver`; empty where no transceiver tells anything.
///
/// # Errors
/// When a row of the table has other columns.
pub fn optics(text: &str) -> Result<Vec<Optic>, ParseError> {
    let mut found = Vec::new();
    let rows = (1..).zip(text.lines()).skip_while(|(_, line)| !line.starts_with("----")).skip(1);
    for (number, line) in rows {
        let words: Vec<&str> = line.split_whitespace().filter(|word| !ALARMS.contains(word)).collect();
        let Some(port) = words.first() else { continue };
        if !port.contains(|sign: char| sign.is_ascii_digit()) {
            // the head of another table
            break;
        }
        let wrong =
            || ParseError::new("PORT CELSIUS VOLTS [MILLIAMPERES] TX RX", line.trim()).at_line(number);
        // without the current, where the platform does not measure it
        let (port, current, output, input) = match words.as_slice() {
            [port, _, _, output, input] => (port, None, output, input),
            [port, _, _, current, output, input] => (port, Some(current), output, input),
            _ => return Err(wrong()),
        };
        let reading = |word: &str| match word {
            "N/A" | "NA" => Some(Reading::default()),
            word => word.parse().ok().map(|value| Reading { instant: Some(value), ..Reading::default() }),
        };
        found.push(Optic {
            interface: long_name(port),
            channel: 0,
            input_power: reading(input).ok_or_else(wrong)?,
            output_power: reading(output).ok_or_else(wrong)?,
            laser_bias_current: current
                .map_or(Some(Reading::default()), |word| reading(word))
                .ok_or_else(wrong)?,
        });
    }
    Ok(found)
}
