//! JSON as FRR prints it: members in the daemon's order, two blanks of indent, no blank after the colon, and slashes
//! escaped.

use std::io;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::Formatter;

/// A JSON value whose objects keep their order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Node>),
    Object(Object),
}

/// An object in the order of insertion.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object(Vec<(String, Node)>);

impl Object {
    pub(crate) fn new() -> Object {
        Object::default()
    }

    /// Adds a member.
    pub(crate) fn with(mut self, name: impl Into<String>, value: impl Into<Node>) -> Object {
        self.set(name, value);
        self
    }

    /// Adds a member.
    pub(crate) fn set(&mut self, name: impl Into<String>, value: impl Into<Node>) {
        self.0.push((name.into(), value.into()));
    }

    /// A member that is an object itself.
    pub(crate) fn member(&self, name: &str) -> Option<Object> {
        self.0.iter().find_map(|(own, value)| match value {
            Node::Object(object) if own == name => Some(object.clone()),
            _ => None,
        })
    }

    /// The text, ending with a line feed.
    pub(crate) fn print(&self) -> String {
        let mut out = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut out, Style::default());
        // Writing into memory does not fail, and neither do strings as keys.
        let _ = self.serialize(&mut serializer);
        out.push(b'\n');
        String::from_utf8_lossy(&out).into_owned()
    }
}

macro_rules! from {
    ($($kind:ty, $value:ident => $node:expr;)*) => {
        $(impl From<$kind> for Node {
            fn from($value: $kind) -> Node {
                $node
            }
        })*
    };
}

from! {
    bool, value => Node::Bool(value);
    i64, value => Node::Number(value);
    i32, value => Node::Number(value.into());
    u32, value => Node::Number(value.into());
    u64, value => Node::Number(i64::try_from(value).unwrap_or(i64::MAX));
    usize, value => Node::Number(i64::try_from(value).unwrap_or(i64::MAX));
    u8, value => Node::Number(value.into());
    &str, value => Node::Text(value.to_owned());
    String, value => Node::Text(value);
    Vec<Node>, value => Node::List(value);
    Object, value => Node::Object(value);
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Bool(value) => serializer.serialize_bool(*value),
            Node::Number(value) => serializer.serialize_i64(*value),
            Node::Text(value) => serializer.serialize_str(value),
            Node::List(value) => value.serialize(serializer),
            Node::Object(value) => value.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// json-c's pretty style.
#[derive(Debug, Default)]
struct Style {
    depth: usize,
}

impl Style {
    fn line<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }

    fn next<W: ?Sized + io::Write>(&self, writer: &mut W, is_first: bool) -> io::Result<()> {
        if !is_first {
            writer.write_all(b",")?;
        }
        self.line(writer)
    }
}

impl Formatter for Style {
    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        self.line(writer)?;
        writer.write_all(b"}")
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        self.line(writer)?;
        writer.write_all(b"]")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        self.next(writer, is_first)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        self.next(writer, is_first)
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        writer.write_all(fragment.replace('/', "\\/").as_bytes())
    }
}
