//! The reads that take more than one command, and those that build it.
//!
//! | file | what |
//! |---|---|
//! | `system.rs` | who the router is, its hardware, its configuration |
//! | `bgp.rs` | neighbours, instances |
//! | `route.rs` | routes to a prefix |
//! | `table.rs` | the tables of the link layer, of every VRF |
//! | `probe.rs` | ping, traceroute, probes |

mod bgp;
mod probe;
mod route;
mod system;
mod table;

use peering_core::{Error, ErrorKind, Result};

use super::parse::{self, Vrf};
use super::session::IosSession;

/// A word of a command: nothing that ends it, pipes it on, asks for help, or begins an option.
///
/// # Errors
/// `Options` when it is something else.
pub(crate) fn word<'a>(what: &str, text: &'a str) -> Result<&'a str> {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || ".:-_/%+@#=~,".contains(sign);
    if text.is_empty() || text.starts_with('-') || !text.chars().all(is_plain) {
        return Err(Error::new(ErrorKind::Options, format!("{text:?} is not {what}")));
    }
    Ok(text)
}

impl IosSession {
    /// The VRFs, from the answer of `show vrf`; where that is refused, from the older `show ip vrf`. None where the router has
    /// neither.
    pub(super) async fn vrfs(&mut self, answer: Result<String>) -> Result<Vec<Vrf>> {
        let text = match super::session::unless_refused(answer)? {
            Some(text) => Some(text),
            None => self.perhaps("show ip vrf").await?,
        };
        let vrfs = match text {
            Some(text) => parse::vrfs(&text)?,
            None => Vec::new(),
        };
        for vrf in &vrfs {
            word("a VRF", &vrf.name)?;
        }
        Ok(vrfs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command() {
        for text in ["192.0.2.1 | redirect x", "a|b", "-f", "", "a b", "a\nb", "a?", "a!b", "$x", "a\u{16}"] {
            assert_eq!(word("a host", text).unwrap_err().kind(), ErrorKind::Options, "{text}");
        }
        for text in ["192.0.2.1", "2001:db8::1", "r1.example.net", "GigabitEthernet0/0/1.100", "Mgmt-intf"] {
            assert_eq!(word("a host", text).unwrap(), text);
        }
    }
}
