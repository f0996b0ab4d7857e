//! What the light in a transceiver is.

use peering_core::ParseError;
use peering_core::state::{Optic, Reading};

use super::wrong;

/// A transceiver that is plugged in.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Transceiver {
    /// The interface.
    pub interface: String,
    /// What it is: `10Gbase-LR`.
    pub kind: Option<String>,
    /// Its maker.
    pub vendor: Option<String>,
    /// The maker's number of the part.
    pub part: Option<String>,
    /// The revision of the part.
    pub revision: Option<String>,
    /// Its serial number.
    pub serial_number: Option<String>,
    /// Its lanes; none where it does not measure.
    pub lanes: Vec<Optic>,
}

/// Reads `show interface transceiver details`. Empty sockets are left out.
///
/// # Errors
/// When a value that is measured is no number.
pub fn transceivers(text: &str) -> Result<Vec<Transceiver>, ParseError> {
    let mut found: Vec<Transceiver> = Vec::new();
    let mut is_present = false;
    for (number, line) in text.lines().enumerate() {
        let is_opening = line.starts_with(|sign: char| sign.is_alphabetic()) && line.contains('/');
        if is_opening {
            found.push(Transceiver { interface: line.trim().to_owned(), ..Transceiver::default() });
            is_present = true;
            continue;
        }
        let Some(transceiver) = found.last_mut().filter(|_| is_present) else { continue };
        let words = line.trim();
        if words.contains("transceiver is not ") {
            found.pop();
            is_present = false;
        } else if let Some((name, value)) = words.split_once(" is ") {
            property(transceiver, name, value.trim());
        } else if let Some(lane) = words.strip_prefix("Lane Number:") {
            let lane = lane.split_whitespace().next().and_then(|lane| lane.parse::<u32>().ok());
            let channel = lane.and_then(|lane| lane.checked_sub(1));
            let channel = channel.ok_or_else(|| wrong("the number of a lane", line, number))?;
            transceiver.lanes.push(Optic {
                interface: transceiver.interface.clone(),
                channel,
                ..Optic::default()
            });
        } else {
            measure(transceiver, words).map_err(|expected| wrong(expected, line, number))?;
        }
    }
    let is_answer = !found.is_empty() || text.contains("transceiver is") || text.trim().is_empty();
    if is_answer { Ok(found) } else { Err(ParseError::new("interfaces with transceivers", text.trim())) }
}

fn property(transceiver: &mut Transceiver, name: &str, value: &str) {
    let field = match name {
        "type" => &mut transceiver.kind,
        "name" => &mut transceiver.vendor,
        "part number" => &mut transceiver.part,
        "revision" => &mut transceiver.revision,
        "serial number" => &mut transceiver.serial_number,
        _ => return,
    };
    *field = Some(value.to_owned());
}

/// `Tx Power  -1.72 dBm  2.49 dBm …`: the first is what is measured, the others are thresholds.
fn measure(transceiver: &mut Transceiver, words: &str) -> Result<(), &'static str> {
    let (is_known, rest) = ["Current", "Tx Power", "Rx Power"]
        .iter()
        .find_map(|name| words.strip_prefix(name).map(|rest| (*name, rest)))
        .unwrap_or_default();
    let mut values = rest.split_whitespace();
    let value = match (values.next(), values.next()) {
        (Some("N/A"), _) => None,
        (Some(value), Some("mA" | "dBm")) => Some(value.parse::<f64>().map_err(|_| "a measured value")?),
        // the head of the table has `Current`, too
        _ => return Ok(()),
    };
    if transceiver.lanes.is_empty() {
        transceiver.lanes.push(Optic { interface: transceiver.interface.clone(), ..Optic::default() });
    }
    let Some(lane) = transceiver.lanes.last_mut() else { return Ok(()) };
    let reading = match is_known {
        "Current" => &mut lane.laser_bias_current,
        "Tx Power" => &mut lane.output_power,
        _ => &mut lane.input_power,
    };
    *reading = Reading { instant: value, ..Reading::default() };
    Ok(())
}
