//! The kinds of fields in EOS's JSON.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Deref;
use std::time::Duration;

use jiff::Timestamp;
use peering_core::{Asn, ParseError};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

/// A string, borrowed from the answer where it is spelt there without escapes.
#[derive(Clone, Debug, Default, serde::Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Text<'_> {
    pub(super) fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A text of the router's, unless it is empty.
pub(super) fn told(text: Option<Text<'_>>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(Text::into_owned)
}

/// An object whose keys are names, in the router's order.
#[derive(Clone, Debug)]
pub(super) struct Pairs<'a, T>(pub(super) Vec<(Text<'a>, T)>);

impl<T> Default for Pairs<'_, T> {
    fn default() -> Self {
        Pairs(Vec::new())
    }
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Pairs<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<'a, T>(PhantomData<(&'a (), T)>);

        impl<'de: 'a, 'a, T: Deserialize<'de>> Visitor<'de> for Each<'a, T> {
            type Value = Pairs<'a, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut all = Vec::with_capacity(map.size_hint().unwrap_or(0));
                while let Some(entry) = map.next_entry()? {
                    all.push(entry);
                }
                Ok(Pairs(all))
            }
        }

        deserializer.deserialize_map(Each(PhantomData))
    }
}

/// An AS number: a number, or a text with or without a dot, by version and `asn notation`.
#[derive(Clone, Copy, Debug)]
pub(super) struct AsNumber(pub(super) Asn);

impl<'de> Deserialize<'de> for AsNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl Visitor<'_> for Either {
            type Value = AsNumber;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an AS number")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<AsNumber, E> {
                let number = u32::try_from(number).map_err(|_| E::custom("an AS number has 32 bits"))?;
                Ok(AsNumber(Asn::new(number)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<AsNumber, E> {
                text.parse().map(AsNumber).map_err(|_| E::custom(format!("{text:?} is no AS number")))
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// An address, and the interface of a link-local one: `fe80::1%Ethernet1`.
pub(super) fn scoped(text: &str) -> Result<(IpAddr, Option<&str>), ParseError> {
    let (address, scope) = match text.split_once('%') {
        Some((address, scope)) => (address, Some(scope)),
        None => (text, None),
    };
    let address = address.parse().map_err(|_| ParseError::new("an address", text))?;
    Ok((address, scope.filter(|scope| !scope.is_empty())))
}

/// An address.
pub(super) fn address(text: &str) -> Result<IpAddr, ParseError> {
    scoped(text).map(|(address, _)| address)
}

/// A BGP identifier; all zeros is none.
pub(super) fn router_id(text: &str) -> Option<Ipv4Addr> {
    text.parse().ok().filter(|id: &Ipv4Addr| !id.is_unspecified())
}

/// A link-layer address, in lower case with colons, from any of the usual spellings (`0011.2233.4455`), some versions leave
/// zeros away at the front of a part; what is none stays as it is.
pub(super) fn mac(text: &str) -> String {
    let parts: Vec<&str> = text.split(['.', ':', '-']).collect();
    let width = match parts.len() {
        1 => 12,
        3 => 4,
        6 => 2,
        _ => return text.to_owned(),
    };
    let mut digits = String::with_capacity(12);
    for part in &parts {
        let is_hex = part.bytes().all(|digit| digit.is_ascii_hexdigit());
        let is_whole = if parts.len() == 1 { part.len() == width } else { (1..=width).contains(&part.len()) };
        if !is_hex || !is_whole {
            return text.to_owned();
        }
        digits.extend(std::iter::repeat_n('0', width - part.len()));
        digits.extend(part.chars().map(|digit| digit.to_ascii_lowercase()));
    }
    let mut address = String::with_capacity(17);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 2 == 0 {
            address.push(':');
        }
        address.push(digit);
    }
    address
}

/// A time, from seconds since 1970.
pub(super) fn timestamp(seconds: f64) -> Result<Timestamp, ParseError> {
    jiff::SignedDuration::try_from_secs_f64(seconds)
        .and_then(Timestamp::from_duration)
        .map_err(|_| ParseError::new("seconds since 1970", &seconds.to_string()))
}

/// A time span, from seconds.
pub(super) fn duration(seconds: f64) -> Result<Duration, ParseError> {
    Duration::try_from_secs_f64(seconds).map_err(|_| ParseError::new("seconds", &seconds.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_layer_addresses_have_one_spelling() {
        for text in ["dc38.e111.97cf", "DC:38:E1:11:97:CF", "dc-38-e1-11-97-cf"] {
            assert_eq!(mac(text), "dc:38:e1:11:97:cf");
        }
        assert_eq!(mac("00c.297b.d2a8"), "00:0c:29:7b:d2:a8");
        assert_eq!(mac("001122334455"), "00:11:22:33:44:55");
        for other in ["Ethernet1", "r1.a.b", "", "1.2", "12345.1.1"] {
            assert_eq!(mac(other), other);
        }
    }

    #[test]
    fn as_numbers_come_in_three_spellings() {
        for text in ["4266524237", r#""4266524237""#, r#""65101.65101""#] {
            assert_eq!(serde_json::from_str::<AsNumber>(text).unwrap().0, Asn::new(4_266_524_237));
        }
        assert!(serde_json::from_str::<AsNumber>("-1").is_err());
        assert!(serde_json::from_str::<AsNumber>("4294967296").is_err());
    }

    #[test]
    fn link_local_addresses_keep_their_interface() {
        assert_eq!(scoped("fe80::1%Et1").unwrap(), ("fe80::1".parse().unwrap(), Some("Et1")));
        assert_eq!(scoped("192.0.2.1").unwrap().1, None);
        assert!(scoped("Et1").is_err());
    }
}
