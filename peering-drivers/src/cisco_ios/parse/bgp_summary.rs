//! `show bgp all summary`: one table a family.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use peering_core::state::{AddressFamily, BgpInstance};
use peering_core::{Asn, ParseError};

use super::field::{is_refusal, router_id, scoped, span};

/// What stands at the head of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) router_id: Option<Ipv4Addr>,
    pub(super) local_as: Asn,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Which of the heads is above it.
    pub(super) head: usize,
    pub(super) family: AddressFamily,
    /// The address as IOS spells it.
    pub(super) spelling: String,
    pub(super) address: IpAddr,
    pub(super) interface: Option<String>,
    pub(super) queued: u64,
    /// How long it has been in its state; `None` for never.
    pub(super) since: Option<Duration>,
    /// What stands in the place of a number of prefixes: `Active`, `Idle (Admin)`.
    pub(super) state: Option<String>,
}

/// All tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) heads: Vec<Head>,
    pub(super) rows: Vec<Row>,
}

/// A family, from IOS's words: `IPv4 Unicast`, `L2VPN E-VPN`.
pub(super) fn family(words: &str) -> AddressFamily {
    let name = words.trim().to_lowercase().replace("e-vpn", "evpn").replace(' ', "-");
    AddressFamily::from(name)
}

/// Reads the tables. Empty where BGP does not run.
pub(super) fn summary(text: &str) -> Result<Summary, ParseError> {
    let mut found = Summary::default();
    let mut of_family = None;
    // a long address has a line of its own
    let mut broken: Option<&str> = None;
    // whether the lines are rows
    let mut is_table = false;
    for (number, line) in (1..).zip(text.lines()) {
        let wrong = |expected: &str| ParseError::new(expected, line.trim()).at_line(number);
        if let Some(words) = line.strip_prefix("For address family: ") {
            of_family = Some(family(words));
            is_table = false;
        } else if let Some((_, rest)) = line.split_once("router identifier ") {
            found.heads.push(head(rest).ok_or_else(|| wrong("router identifier ID, local AS number N"))?);
        } else if line.starts_with("Neighbor ") {
            is_table = true;
        } else if line.trim().is_empty() {
            is_table = false;
            broken = None;
        } else if is_table {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (address, columns) = match (broken.take(), words.as_slice()) {
                (None, [address]) => {
                    broken = Some(address);
                    continue;
                }
                (None, [address, columns @ ..]) => (*address, columns),
                (Some(address), columns) => (address, columns),
                (None, []) => continue,
            };
            let expected = "NEIGHBOR V AS RECEIVED SENT TABLE IN OUT UP STATE";
            let family = of_family.clone().ok_or_else(|| wrong("For address family: …"))?;
            let head = found.heads.len().checked_sub(1).ok_or_else(|| wrong("router identifier …"))?;
            found.rows.push(row(address, columns, family, head).ok_or_else(|| wrong(expected))?);
        }
    }
    if found.heads.is_empty() && !text.trim().is_empty() && !is_refusal(text) {
        return Err(ParseError::new("BGP router identifier …", text.trim()));
    }
    Ok(found)
}

/// `10.0.1.1, local AS number 65000`
fn head(rest: &str) -> Option<Head> {
    let (id, rest) = rest.split_once(", local AS number ")?;
    let _: Ipv4Addr = id.trim().parse().ok()?;
    let local_as = rest.split_whitespace().next()?.parse().ok()?;
    Some(Head { router_id: router_id(id.trim()), local_as })
}

fn row(address: &str, columns: &[&str], family: AddressFamily, head: usize) -> Option<Row> {
    let [_, asn, _, _, _, _, queued, since, rest @ ..] = columns else { return None };
    let _: Asn = asn.parse().ok()?;
    let spelling = address.trim_start_matches('*').to_owned();
    let (address, interface) = scoped(address)?;
    let state = rest.join(" ");
    let is_number = !state.is_empty() && state.bytes().all(|digit| digit.is_ascii_digit());
    if state.is_empty() || (span(since).is_none() && *since != "never") {
        return None;
    }
    Some(Row {
        head,
        family,
        spelling,
        address,
        interface: interface.map(str::to_owned),
        queued: queued.parse().ok()?,
        since: span(since),
        state: (!is_number).then_some(state),
    })
}

/// One neighbour in one family, as `show ip bgp all sum` lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The family.
    pub family: AddressFamily,
    /// The address, with the interface of a link-local one, as IOS spells it.
    pub spelling: String,
    /// The address.
    pub address: IpAddr,
}

/// Reads the neighbours out of `show ip bgp all sum`, in its order. Empty where BGP does not run.
///
/// # Errors
/// When a row has other columns, or no head is above it.
pub fn listed_neighbors(text: &str) -> Result<Vec<Listed>, ParseError> {
    let one = |row: Row| Listed { family: row.family, spelling: row.spelling, address: row.address };
    Ok(summary(text)?.rows.into_iter().map(one).collect())
}

/// Reads the main table's BGP out of `show bgp all summary`, or that of a VRF out of `show ip bgp vpnv4 vrf NAME summary`; `None`
/// where BGP does not run.
///
/// # Errors
/// When the head has another form.
pub fn bgp_instance(text: &str, instance: &str) -> Result<Option<BgpInstance>, ParseError> {
    let line = text.lines().find_map(|line| line.split_once("router identifier "));
    let Some((_, rest)) = line else {
        // BGP that runs without a family in use says nothing at all
        let is_silent = text.trim().is_empty() || is_refusal(text);
        return if is_silent {
            Ok(None)
        } else {
            Err(ParseError::new("BGP router identifier …", text.trim()))
        };
    };
    let head = head(rest).ok_or_else(|| ParseError::new("router identifier ID, local AS number N", rest))?;
    Ok(Some(BgpInstance {
        network_instance: instance.to_owned(),
        router_id: head.router_id,
        local_as: Some(head.local_as),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "For address family: IPv6 Unicast\n\
        BGP router identifier 10.0.1.1, local AS number 1.10\n\n\
        Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd\n\
        2001:DB8::4\n\
        \x20               4        65004 9900690  612449 155362939    0    3 2w       36391\n\
        *10.0.0.2       4       1.2000       0       0        1    0    0 never    Idle (Admin)\n";

    #[test]
    fn long_addresses_and_dotted_as_numbers_are_read() {
        let found = summary(TEXT).unwrap();
        assert_eq!(found.heads[0].local_as, Asn::new(65_546));
        assert_eq!(found.rows[0].since, Some(Duration::from_secs(1_209_600)));
        assert_eq!((found.rows[0].queued, &found.rows[0].state), (3, &None));
        assert_eq!(found.rows[1].state.as_deref(), Some("Idle (Admin)"));
        assert_eq!(found.rows[1].address, "10.0.0.2".parse::<IpAddr>().unwrap());
        assert!(summary(&TEXT.replace("never", "soon")).is_err());
        assert!(summary(&TEXT.replace("BGP router identifier", "Something")).is_err());
        assert!(summary("% BGP not active").unwrap().rows.is_empty());
    }
}
