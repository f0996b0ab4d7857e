//! What IOS and IOS-XR have in common: how they are asked, the forms of answers that both command lines print alike, what may stand
//! in a command, what a refusal means for a read, and which routes are asked for of those that lie in a prefix.

mod command_line;
pub(crate) mod parse;

use ipnet::IpNet;
use peering_core::{Error, ErrorKind, Result};

pub(crate) use self::command_line::CommandLine;

/// How many routes in a prefix are asked for: each is a question of its own, and so are its paths.
const MOST_ROUTES: usize = 200;

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

/// The answer; `None` when the router refused.
///
/// # Errors
/// Every other.
pub(crate) fn unless_refused<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.kind() == ErrorKind::Rejected => Ok(None),
        Err(error) => Err(error),
    }
}

/// The routes that lie in a prefix, by the tables of the network instances.
///
/// # Errors
/// `Unsupported` when the router does not know how to list them, `Options` when they are too many, `Parse`.
pub(crate) fn routes_within(
    tables: impl Iterator<Item = (String, Result<String>)>,
    within: IpNet,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<(String, IpNet)>> {
    let within = within.trunc();
    let mut found = Vec::new();
    for (instance, answer) in tables {
        if answer.as_ref().is_err_and(is_unknown) {
            let words =
                format!("this router does not know `longer-prefixes`: it cannot list what lies in {within}");
            return Err(Error::new(ErrorKind::Unsupported, words));
        }
        // a table without routes, or no table at all, may be refused
        let Some(text) = unless_refused(answer)? else { continue };
        for route in parse::listed_routes(&text)? {
            let may_be = route.protocols.is_empty() || route.protocols.iter().any(|name| is_wanted(name));
            if may_be && within.contains(&route.prefix) {
                found.push((instance.clone(), route.prefix));
            }
        }
    }
    match found.len() {
        0..=MOST_ROUTES => Ok(found),
        count => Err(Error::new(
            ErrorKind::Options,
            format!(
                "{count} routes lie in {within}, and each takes questions of its own: not more than {MOST_ROUTES} are asked for at \
                 once. Ask for a longer prefix, or for one protocol"
            ),
        )),
    }
}

/// Whether a word of the command was not known.
fn is_unknown(error: &Error) -> bool {
    error.kind() == ErrorKind::Rejected && error.message().contains("% Invalid input")
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
