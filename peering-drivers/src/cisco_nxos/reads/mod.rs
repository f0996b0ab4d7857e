//! The reads: what is asked, and which parser reads it.
//!
//! | file | what |
//! |---|---|
//! | `system.rs` | the router itself: facts, hardware, clock, users, configuration |
//! | `interface.rs` | interfaces, and the tables of the link layer |
//! | `bgp.rs` | BGP and routes |
//! | `probe.rs` | ping and traceroute |

mod bgp;
mod interface;
mod probe;
mod system;

use peering_core::{Error, ErrorKind, Result};

/// A word of a command: nothing that ends it or pipes it on.
///
/// # Errors
/// `Options` when it is something else.
fn word<'a>(what: &str, text: &'a str) -> Result<&'a str> {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || ".:-_/%".contains(sign);
    if text.is_empty() || text.starts_with('-') || !text.chars().all(is_plain) {
        return Err(Error::new(ErrorKind::Options, format!("{text:?} is not {what}")));
    }
    Ok(text)
}

/// Commands as they are sent.
fn commands<const N: usize>(all: [&str; N]) -> Vec<String> {
    all.iter().map(|command| (*command).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_no_command() {
        for text in ["192.0.2.1; reload", "a|b", "-f", "", "a b", "a\nb", "x > bootflash:y"] {
            assert_eq!(word("a host", text).unwrap_err().kind(), ErrorKind::Options, "{text}");
        }
        for text in ["192.0.2.1", "2001:db8::1", "r1.example.net", "Ethernet1/1.5", "RED_1"] {
            assert_eq!(word("a host", text).unwrap(), text);
        }
    }
}
