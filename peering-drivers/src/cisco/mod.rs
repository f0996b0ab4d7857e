//! What IOS and IOS-XR have in common: how they are asked, the forms of answers that both command lines print alike, what may
//! stand in a command, and what a refusal means for a read.

mod command_line;
pub(crate) mod parse;

use peering_core::{Error, ErrorKind, Result};

pub(crate) use self::command_line::CommandLine;

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
