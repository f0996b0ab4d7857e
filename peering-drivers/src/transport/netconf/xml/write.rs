//! Writing XML: what is text cannot become markup.

use peering_core::{Error, ErrorKind, Result};

/// Writes XML; every text and attribute value is escaped.
///
/// ```
/// use peering_drivers::transport::netconf::xml::Writer;
///
/// let mut xml = Writer::new();
/// xml.element("peer", &[("operation", "merge")], |xml| {
///     xml.leaf("name", "A & B");
///     xml.empty("passive");
/// });
/// assert_eq!(xml.finish()?, r#"<peer operation="merge"><name>A &amp; B</name><passive/></peer>"#);
/// # Ok::<(), peering_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Writer {
    out: String,
    /// The first character that XML cannot hold.
    refused: Option<char>,
}

impl Writer {
    /// A writer that has written nothing.
    pub fn new() -> Self {
        Writer::default()
    }

    /// An element with what `inside` writes in it. The names are the caller's own, and are written as they are.
    pub fn element(&mut self, name: &str, attributes: &[(&str, &str)], inside: impl FnOnce(&mut Writer)) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            self.escape(value, true);
            self.out.push('"');
        }
        self.out.push('>');
        let start = self.out.len();
        inside(self);
        if self.out.len() == start {
            self.out.pop();
            self.out.push_str("/>");
        } else {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    /// An element with nothing but a text in it.
    pub fn leaf(&mut self, name: &str, text: &str) {
        self.element(name, &[], |xml| xml.text(text));
    }

    /// An element with nothing in it.
    pub fn empty(&mut self, name: &str) {
        self.element(name, &[], |_| {});
    }

    /// A text, escaped.
    pub fn text(&mut self, text: &str) {
        self.escape(text, false);
    }

    fn escape(&mut self, text: &str, is_attribute: bool) {
        for char in text.chars() {
            match char {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' if is_attribute => self.out.push_str("&quot;"),
                // A parser makes other white space of these.
                '\r' => self.out.push_str("&#13;"),
                '\n' if is_attribute => self.out.push_str("&#10;"),
                '\t' if is_attribute => self.out.push_str("&#9;"),
                '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => {
                    self.out.push(char)
                }
                // No character of XML 1.0 (section 2.2).
                _ => self.refused = self.refused.or(Some(char)),
            }
        }
    }

    /// What is XML already, as it is.
    pub fn raw(&mut self, xml: &str) {
        self.out.push_str(xml);
    }

    /// What was written.
    ///
    /// # Errors
    /// `Options` when a text has a character that XML cannot hold, as a control character.
    pub fn finish(self) -> Result<String> {
        match self.refused {
            None => Ok(self.out),
            Some(char) => Err(Error::new(
                ErrorKind::Options,
                format!("the character U+{:04X} cannot be sent in XML", u32::from(char)),
            )),
        }
    }
}
