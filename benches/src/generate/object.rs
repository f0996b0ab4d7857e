//! JSON objects whose keys stay in order, and the server's way of writing them.

use std::io::{self, Write};

use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

/// A JSON object with its keys in the server's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Object(pub(super) Vec<(&'static str, Value)>);

impl Object {
    /// The value under this key.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// The keys in order.
    pub fn keys(&self) -> Vec<&'static str> {
        self.0.iter().map(|(name, _)| *name).collect()
    }
}

impl serde::Serialize for Object {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// An [`Object`] from `key: value` pairs.
macro_rules! object {
    ($($key:ident: $value:expr),* $(,)?) => {
        $crate::generate::object::Object(vec![$((stringify!($key), serde_json::Value::from($value)),)*])
    };
}

pub(super) use object;

impl Object {
    /// Puts another object's pairs behind this one's.
    pub(super) fn and(mut self, more: Object) -> Self {
        self.0.extend(more.0);
        self
    }
}

/// The server's answer with these rows.
pub(super) fn answer(rows: &[Object], generated: i64) -> Vec<u8> {
    let mut body = b"{\"data\": ".to_vec();
    let mut serializer = Serializer::with_formatter(&mut body, AsTheServer);
    // Writing to a vector cannot fail, and the keys are strings.
    serde::Serialize::serialize(rows, &mut serializer).expect("rows are plain JSON");
    write!(body, ", \"meta\": {{\"generated\": {generated}.0}}}}").expect("a vector takes everything");
    body
}

/// One line, blanks after separators, everything beyond ASCII escaped.
struct AsTheServer;

impl Formatter for AsTheServer {
    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut units = [0; 2];
        for letter in fragment.chars() {
            if letter.is_ascii() {
                out.write_all(&[letter as u8])?;
            } else {
                for unit in letter.encode_utf16(&mut units) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}
