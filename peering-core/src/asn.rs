//! Autonomous system numbers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::ParseError;

/// An autonomous system number (RFC 6793: 32 bits), written `AS64500` and serialised as a plain number.
///
/// Parsing accepts `64500`, `AS64500` (any case) and asdot `1.10` (RFC 5396).
///
/// ```
/// use peering_core::Asn;
/// let asn: Asn = "AS64500".parse()?;
/// assert_eq!(asn, Asn::new(64500));
/// assert_eq!(asn.to_string(), "AS64500");
/// assert!(asn.is_private());
/// # Ok::<(), peering_core::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Asn(u32);

impl Asn {
    /// The AS with this number.
    pub const fn new(number: u32) -> Self {
        Asn(number)
    }

    /// The plain number.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Whether no network can hold this number in the public table: reserved (RFC 7607, RFC 7300),
    /// `AS_TRANS` (RFC 6793), documentation (RFC 5398) or private use (RFC 6996).
    pub const fn is_private(self) -> bool {
        matches!(
            self.0,
            0 | 23456 | 64496..=64511 | 64512..=65534 | 65535 | 65536..=65551 | 65552..=131071
                | 4_200_000_000..=4_294_967_294 | u32::MAX
        )
    }
}

impl fmt::Display for Asn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AS{}", self.0)
    }
}

impl fmt::Debug for Asn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<u32> for Asn {
    fn from(number: u32) -> Self {
        Asn(number)
    }
}

impl From<Asn> for u32 {
    fn from(asn: Asn) -> Self {
        asn.0
    }
}

impl FromStr for Asn {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseError::new("an AS number such as AS64500", text);
        let plain = text.trim();
        let digits = match plain.get(..2) {
            Some(prefix) if prefix.eq_ignore_ascii_case("as") => plain.get(2..).unwrap_or_default(),
            _ => plain,
        };
        // `u32::from_str` would take a sign.
        if !digits.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(wrong());
        }
        match digits.split_once('.') {
            None => digits.parse().map(Asn).map_err(|_| wrong()),
            Some((high, low)) if low.starts_with(|c: char| c.is_ascii_digit()) => {
                let high: u16 = high.parse().map_err(|_| wrong())?;
                let low: u16 = low.parse().map_err(|_| wrong())?;
                Ok(Asn((u32::from(high) << 16) | u32::from(low)))
            }
            Some(_) => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_usual_spellings() {
        for (text, number) in [("64500", 64500), ("AS64500", 64500), (" as7 ", 7), ("1.10", 65546)] {
            assert_eq!(text.parse::<Asn>().unwrap(), Asn(number), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_number() {
        for text in ["", "AS", "ASx", "-1", "+1", "AS+1", "4294967296", "65536.1", "1.", "1.+2", "é1"] {
            assert!(text.parse::<Asn>().is_err(), "{text}");
        }
    }
}
