//! Our interfaces, where the details of who is at the other end of the cables do not tell them.

use peering_core::ParseError;
use peering_core::state::LldpNeighbor;

use super::field::long_name;

/// The width of the column of the neighbours' names in the short table, which may run into the next one.
const NAME_WIDTH: usize = 20;

/// Gives the neighbours of [`lldp_neighbors`](super::lldp_neighbors) our interfaces, which `show lldp neighbors` has in the same order.
///
/// # Errors
/// As [`lldp_interfaces`]; when there are more or fewer of them than neighbours: something changed in between.
pub fn with_interfaces(neighbors: Vec<LldpNeighbor>, brief: &str) -> Result<Vec<LldpNeighbor>, ParseError> {
    let interfaces = lldp_interfaces(brief)?;
    if interfaces.len() != neighbors.len() {
        return Err(ParseError::new(format!("{} neighbours", neighbors.len()), brief.trim()));
    }
    let one = |(neighbor, interface)| LldpNeighbor { interface, ..neighbor };
    Ok(neighbors.into_iter().zip(interfaces).map(one).collect())
}

/// Reads our interfaces out of `show lldp neighbors`, in the order of the neighbours.
///
/// # Errors
/// When the table has no head, or a row no interface.
pub fn lldp_interfaces(text: &str) -> Result<Vec<String>, ParseError> {
    let mut rows = (1..).zip(text.lines()).skip_while(|(_, line)| !line.starts_with("Device ID"));
    rows.next().ok_or_else(|| ParseError::new("Device ID  Local Intf  …", text.trim()))?;
    let rows = rows.take_while(|(_, line)| !line.trim().is_empty() && !line.starts_with("Total entries"));
    let interface = |(number, line): (usize, &str)| {
        let wrong = || ParseError::new("DEVICE INTERFACE HOLD-TIME …", line).at_line(number);
        // a name of other letters takes more bytes than columns
        let start = line.char_indices().nth(NAME_WIDTH).map(|(place, _)| place).ok_or_else(wrong)?;
        let rest = line.get(start..).ok_or_else(wrong)?;
        rest.split_whitespace().next().map(long_name).ok_or_else(wrong)
    };
    rows.map(interface).collect()
}
