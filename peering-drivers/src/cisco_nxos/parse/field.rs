//! The kinds of fields in NX-OS's answers: numbers as strings, tables of one row, times in words, shortened names.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::net::Ipv4Addr;
use std::ops::Deref;
use std::str::FromStr;
use std::time::Duration;

use peering_core::ParseError;
use peering_core::state::AddressFamily;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

const DAY: u64 = 24 * 3600;

/// A text: NX-OS writes the same field as a string or as a number, by version. Without the spaces around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    /// The text, unless there is none in it.
    pub(super) fn told(&self) -> Option<&str> {
        Some(&**self).filter(|text| !text.is_empty())
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.trim()
    }
}

/// The text of a field, unless it is missing or empty.
pub(super) fn told(text: &Option<Text<'_>>) -> Option<String> {
    text.as_ref().and_then(Text::told).map(str::to_owned)
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any<'a>(PhantomData<&'a ()>);

        impl<'de: 'a, 'a> Visitor<'de> for Any<'a> {
            type Value = Text<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Borrowed(if flag { "true" } else { "false" })))
            }

            // an empty field is `{}` in some versions, a repeated one a list: the first is the main one
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Text<'a>, M::Error> {
                match map.next_entry::<IgnoredAny, IgnoredAny>()? {
                    None => Ok(Text::default()),
                    Some(_) => Err(de::Error::invalid_type(de::Unexpected::Map, &self)),
                }
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Text<'a>, S::Error> {
                let first = list.next_element()?.unwrap_or_default();
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(first)
            }
        }

        deserializer.deserialize_any(Any(PhantomData))
    }
}

/// A number, written as one or as a string.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number<T>(pub(super) T);

impl<'de, T: FromStr> Deserialize<'de> for Number<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        let wrong = || de::Error::custom(format!("{:?} is no number", &*text));
        text.parse().map(Number).map_err(|_| wrong())
    }
}

/// The number of a field, where it is there.
pub(super) fn number<T: Copy>(number: &Option<Number<T>>) -> Option<T> {
    number.as_ref().map(|number| number.0)
}

/// The rows of a table: `{"ROW_x": {…}}` for one, `{"ROW_x": [{…}, …]}` for many, `[{"ROW_x": {…}}, …]` in other versions.
/// What the rows are called differs by hardware (`ROW_psinfo_n3k`), that they are called `ROW_` does not.
#[derive(Clone, Debug)]
pub(super) struct Table<T>(pub(super) Vec<T>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Rows<T> {
            type Value = Table<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table with rows")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Table<T>, M::Error> {
                let mut rows = Vec::new();
                while let Some(name) = map.next_key::<Text<'_>>()? {
                    if name.starts_with("ROW_") {
                        rows.append(&mut map.next_value::<Items<T>>()?.0);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Table(rows))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Table<T>, S::Error> {
                let mut rows = Vec::new();
                while let Some(Table(mut some)) = list.next_element()? {
                    rows.append(&mut some);
                }
                Ok(Table(rows))
            }

            fn visit_unit<E>(self) -> Result<Table<T>, E> {
                Ok(Table::default())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Table<T>, E> {
                match text.trim() {
                    "" => Ok(Table::default()),
                    _ => Err(E::invalid_type(de::Unexpected::Str(text), &self)),
                }
            }
        }

        deserializer.deserialize_any(Rows(PhantomData))
    }
}

/// One row or a list of them.
struct Items<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMany<T> {
            type Value = Items<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row or a list of rows")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Items<T>, M::Error> {
                let row = T::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Items(vec![row]))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Items<T>, S::Error> {
                let mut rows = Vec::with_capacity(list.size_hint().unwrap_or(0));
                while let Some(row) = list.next_element()? {
                    rows.push(row);
                }
                Ok(Items(rows))
            }

            fn visit_unit<E>(self) -> Result<Items<T>, E> {
                Ok(Items(Vec::new()))
            }
        }

        deserializer.deserialize_any(OneOrMany(PhantomData))
    }
}

/// Values that are one, or a list of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts<'a>(pub(super) Vec<Text<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<'a>(PhantomData<&'a ()>);

        impl<'de: 'a, 'a> Visitor<'de> for Each<'a> {
            type Value = Texts<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Texts<'a>, E> {
                Ok(Texts(vec![Text(Cow::Borrowed(text))]))
            }

            fn visit_str<E>(self, text: &str) -> Result<Texts<'a>, E> {
                Ok(Texts(vec![Text(Cow::Owned(text.to_owned()))]))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Texts<'a>, S::Error> {
                let mut found = Vec::new();
                while let Some(text) = list.next_element()? {
                    found.push(text);
                }
                Ok(Texts(found))
            }
        }

        deserializer.deserialize_any(Each(PhantomData))
    }
}

/// The families of a neighbour: `IPv4 Unicast`, `L2VPN EVPN`, …
pub(super) fn family(name: &str) -> AddressFamily {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    AddressFamily::from(words.join("-"))
}

/// A BGP identifier; all zeros is none.
pub(super) fn router_id(text: &str) -> Option<Ipv4Addr> {
    text.trim().parse().ok().filter(|id: &Ipv4Addr| !id.is_unspecified())
}

/// A link-layer address, in lower case with colons, from `0011.2233.4455`; what is none stays as it is.
pub(super) fn mac(text: &str) -> String {
    let digits: String = text.chars().filter(|sign| !".:-".contains(*sign)).collect();
    if digits.len() != 12 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return text.to_owned();
    }
    let mut address = String::with_capacity(17);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 2 == 0 {
            address.push(':');
        }
        address.push(digit.to_ascii_lowercase());
    }
    address
}

/// The whole name of an interface, as NX-OS itself writes it: `Eth1/1` is `Ethernet1/1`, `Po5` is `port-channel5`.
pub(super) fn long_name(name: &str) -> String {
    let digits = name.find(|sign: char| sign.is_ascii_digit()).unwrap_or(name.len());
    let (kind, number) = name.split_at(digits);
    let kind = match kind {
        "Eth" | "eth" => "Ethernet",
        "Po" | "po" => "port-channel",
        "Lo" | "lo" => "loopback",
        "Tu" | "Tun" | "tu" => "Tunnel",
        "Vl" | "vlan" => "Vlan",
        _ => return name.to_owned(),
    };
    // `Lo` alone is a word, not an interface
    if number.is_empty() { name.to_owned() } else { format!("{kind}{number}") }
}

/// How long something has been so, in the short form: `00:14:23`, `1d17h`, `8w5d`, `1y28w`, seconds with a point; in JSON
/// also that of ISO 8601, `P17DT7H42M42S`. `None` for `never` and `-`.
///
/// # Errors
/// When it is no time.
pub(super) fn age(text: &str) -> Result<Option<Duration>, ParseError> {
    let text = text.trim();
    let wrong = || ParseError::new("a time such as 00:14:23 or 1d17h", text);
    if ["never", "-", "--", ""].contains(&text) {
        return Ok(None);
    }
    if text.starts_with('P') {
        return iso_age(text).map(Some).ok_or_else(wrong);
    }
    if text.contains(':') {
        let mut seconds = 0.0;
        for part in text.split(':') {
            let part: f64 = part.parse().map_err(|_| wrong())?;
            seconds = seconds * 60.0 + part;
        }
        return Duration::try_from_secs_f64(seconds).map(Some).map_err(|_| wrong());
    }
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).map(Some).map_err(|_| wrong());
    }
    let (mut seconds, mut digits) = (0_u64, String::new());
    for sign in text.chars() {
        let unit = match sign {
            '0'..='9' => {
                digits.push(sign);
                continue;
            }
            'y' => 365 * DAY,
            'w' => 7 * DAY,
            'd' => DAY,
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return Err(wrong()),
        };
        let count: u64 = digits.parse().map_err(|_| wrong())?;
        seconds = count.checked_mul(unit).and_then(|part| seconds.checked_add(part)).ok_or_else(wrong)?;
        digits.clear();
    }
    if digits.is_empty() { Ok(Some(Duration::from_secs(seconds))) } else { Err(wrong()) }
}

/// `P17DT7H42M42S`; a year has 365 days, a month 30.
fn iso_age(text: &str) -> Option<Duration> {
    let span: jiff::Span = text.parse().ok()?;
    let days = i64::from(span.get_years()) * 365
        + i64::from(span.get_months()) * 30
        + i64::from(span.get_weeks()) * 7
        + i64::from(span.get_days());
    let hours = days * 24 + i64::from(span.get_hours());
    let seconds = hours.checked_mul(3600)?.checked_add(span.get_minutes().checked_mul(60)?)?;
    Some(Duration::from_secs(seconds.checked_add(span.get_seconds())?.try_into().ok()?))
}

/// The same in words: `2week(s) 2day(s)`, `23 day(s), 12 hour(s)`, or in the short form. A year has 365.25 days.
///
/// # Errors
/// When it is no time.
pub(super) fn long_age(text: &str) -> Result<Option<Duration>, ParseError> {
    let text = text.trim();
    if !text.contains("(s)") {
        return age(text);
    }
    let wrong = || ParseError::new("a time such as 2week(s) 2day(s)", text);
    let (mut seconds, mut digits) = (0_u64, "");
    for part in text.split([' ', ',']).filter(|part| !part.is_empty()) {
        let end = part.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(part.len());
        let (count, unit) = part.split_at(end);
        if unit.is_empty() {
            digits = count;
            continue;
        }
        let count = if count.is_empty() { digits } else { count };
        let count: u64 = count.parse().map_err(|_| wrong())?;
        let unit = match unit {
            "year(s)" => 365 * DAY + DAY / 4,
            "week(s)" => 7 * DAY,
            "day(s)" => DAY,
            "hour(s)" => 3600,
            "minute(s)" => 60,
            "second(s)" => 1,
            _ => return Err(wrong()),
        };
        seconds = count.checked_mul(unit).and_then(|part| seconds.checked_add(part)).ok_or_else(wrong)?;
    }
    Ok(Some(Duration::from_secs(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_both_forms() {
        let seconds = |text: &str| age(text).unwrap().map(|age| age.as_secs_f64());
        assert_eq!(seconds("00:14:23"), Some(863.0));
        assert_eq!(seconds("0.282854"), Some(0.282854));
        assert_eq!(seconds("1d17h"), Some(147_600.0));
        assert_eq!(seconds("1y28w"), Some(48_470_400.0));
        assert_eq!(seconds("P17DT7H42M42S"), Some(1_496_562.0));
        assert_eq!((seconds("never"), seconds("-")), (None, None));
        for text in ["1x", "d", "1d1", "18446744073709551615y", "1:x", "PT", "P1X"] {
            assert!(age(text).is_err(), "{text}");
        }
        let seconds = |text: &str| long_age(text).unwrap().map(|age| age.as_secs());
        assert_eq!(seconds("2week(s) 2day(s)"), Some(1_382_400));
        assert_eq!(seconds("23 day(s), 12 hour(s), 9 minute(s), 43 second(s)"), Some(2_030_983));
        assert_eq!((seconds("never"), seconds("3w1d")), (None, Some(1_900_800)));
        assert!(long_age("2fortnight(s)").is_err());
    }

    #[test]
    fn names_and_addresses_have_one_spelling() {
        for (short, long) in [("Eth1/1.5", "Ethernet1/1.5"), ("po5", "port-channel5"), ("mgmt0", "mgmt0")] {
            assert_eq!(long_name(short), long);
        }
        assert_eq!((long_name("Lo"), long_name("sup-eth1(R)")), ("Lo".to_owned(), "sup-eth1(R)".to_owned()));
        assert_eq!(mac("2CC2.604f.feb2"), "2c:c2:60:4f:fe:b2");
        assert_eq!(mac("chs123456s"), "chs123456s");
        assert_eq!(family("IPv4 Unicast"), AddressFamily::Ipv4Unicast);
        assert_eq!(family("L2VPN EVPN"), AddressFamily::Other("l2vpn-evpn".to_owned()));
    }

    #[test]
    fn tables_come_in_three_forms() {
        let rows = |text: &str| {
            let table: Table<Number<u8>> = serde_json::from_str(text).unwrap();
            table.0.into_iter().map(|number| number.0).collect::<Vec<_>>()
        };
        assert_eq!(rows(r#"{"ROW_x": ["1", 2], "other": {}}"#), [1, 2]);
        assert_eq!(rows(r#"[{"ROW_x": [1]}, {"ROW_x": ["2"]}]"#), [1, 2]);
        assert!(rows("null").is_empty() && rows(r#""""#).is_empty());
        assert!(serde_json::from_str::<Table<Number<u8>>>("7").is_err());
    }
}
