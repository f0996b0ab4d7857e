//! Packets that were dropped.

use std::collections::BTreeMap;

use peering_core::ParseError;

/// Packets that were dropped from the input and the output queue, by the interface as the table names it: `show interface summary`.
///
/// # Errors
/// When a row has other columns.
pub fn queue_drops(text: &str) -> Result<BTreeMap<String, (u64, u64)>, ParseError> {
    let mut found = BTreeMap::new();
    let rows = (1..).zip(text.lines()).skip_while(|(_, line)| !line.starts_with("---")).skip(1);
    for (number, line) in rows {
        let mut words = line.trim_start_matches(['*', ' ']).split_whitespace();
        let Some(name) = words.next() else { continue };
        let columns: Vec<&str> = words.collect();
        // a name that is too long for its column has the numbers on the next line; notes stand below
        let Ok([_, input, _, output, ..]) = <[&str; 9]>::try_from(columns.as_slice()) else { continue };
        let wrong = || ParseError::new("the drops of an interface", line.trim()).at_line(number);
        let drops = (input.parse().map_err(|_| wrong())?, output.parse().map_err(|_| wrong())?);
        found.insert(name.to_owned(), drops);
    }
    Ok(found)
}
