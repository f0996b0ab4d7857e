//! From text to a [`Document`], in one pass.

use std::borrow::Cow;

use peering_core::ParseError;
use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, Event};
use quick_xml::reader::Reader;

use super::{Attribute, Document, MAX_DEPTH, Node, Span, Text, line_at};

/// An element whose end has not come.
struct Open {
    /// Its place in the list.
    index: usize,
    /// Its text so far, while it is one piece of the document; what has more pieces is in `cooked`.
    raw: Option<Span>,
    cooked: String,
    has_children: bool,
}

struct Builder<'s> {
    source: &'s str,
    /// Line ends have to be made plain line feeds.
    has_returns: bool,
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    strings: String,
    open: Vec<Open>,
    /// Where the event begins that is being looked at.
    at: usize,
}

pub(super) fn document(text: Cow<'_, str>) -> Result<Document<'_>, ParseError> {
    let mut builder = Builder::new(&text);
    builder.read()?;
    let Builder { nodes, attributes, strings, .. } = builder;
    Ok(Document { text, nodes, attributes, strings })
}

impl<'s> Builder<'s> {
    fn new(source: &'s str) -> Self {
        Builder {
            source,
            has_returns: memchr::memchr(b'\r', source.as_bytes()).is_some(),
            nodes: Vec::new(),
            attributes: Vec::new(),
            strings: String::new(),
            open: Vec::new(),
            at: 0,
        }
    }

    fn wrong(&self, expected: impl Into<String>) -> ParseError {
        // The markup alone: what follows may be a password.
        let rest = self.source.get(self.at..).unwrap_or_default();
        let end = rest.find(['>', '\n']).map_or(rest.len(), |end| end + 1);
        let found = rest.get(..end).unwrap_or_default().trim_end();
        ParseError::new(expected, found).at_line(line_at(self.source, self.at))
    }

    fn read(&mut self) -> Result<(), ParseError> {
        if u32::try_from(self.source.len()).is_err() {
            return Err(ParseError::new("an XML document of less than 4 GiB", "a larger one"));
        }
        // A byte order mark is no part of the document.
        let mark = self.source.len() - self.source.trim_start_matches('\u{feff}').len();
        let mut reader = Reader::from_str(self.source.get(mark..).unwrap_or_default());
        loop {
            let offset =
                |reader: &Reader<_>| mark + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            self.at = offset(&reader);
            let event =
                reader.read_event().map_err(|error| self.wrong(format!("well-formed XML ({error})")))?;
            let end = offset(&reader);
            match event {
                Event::Start(start) => self.start(start.name().as_ref().len(), end - 1, end)?,
                Event::Empty(start) => {
                    self.start(start.name().as_ref().len(), end - 2, end)?;
                    self.end(end, end)?;
                }
                Event::End(_) => self.end(self.at, end)?,
                Event::Text(_) => self.text(Span::new(self.at, end))?,
                // `<![CDATA[` and `]]>`
                Event::CData(_) => self.piece(Span::new(self.at + 9, end - 3))?,
                Event::GeneralRef(reference) => self.reference(&reference)?,
                Event::DocType(_) => return Err(self.wrong("XML without a DTD")),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::Eof => break,
            }
        }
        if let Some(open) = self.open.last() {
            let name = self.nodes.get(open.index).map(|node| node.name.of(self.source)).unwrap_or_default();
            return Err(self.wrong(format!("the end of <{name}>")));
        }
        if self.nodes.is_empty() {
            return Err(self.wrong("an XML element"));
        }
        Ok(())
    }

    /// A start tag whose name is so many bytes long; `inside` is where its last attribute may end.
    fn start(&mut self, length: usize, inside: usize, end: usize) -> Result<(), ParseError> {
        match self.open.last_mut() {
            Some(parent) => {
                parent.has_children = true;
                // What was white space between two tags.
                if parent.raw.is_some_and(|raw| is_blank(raw.of(self.source))) {
                    parent.raw = None;
                }
            }
            None if self.nodes.is_empty() => {}
            None => return Err(self.wrong("the end of the document")),
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(self.wrong(format!("no more than {MAX_DEPTH} elements within each other")));
        }
        let name = Span::new(self.at + 1, self.at + 1 + length);
        let local = local(name.of(self.source));
        if !is_name(local) {
            return Err(self.wrong("the name of an element"));
        }
        self.nodes.push(Node {
            all: Span::new(self.at, end),
            inner: Span::new(end, end),
            name: Span::new(name.end as usize - local.len(), name.end as usize),
            text: Text::None,
            attributes: offset(self.attributes.len()),
            next: 0,
        });
        self.attributes(name.end as usize, inside)?;
        let index = self.nodes.len() - 1;
        self.open.push(Open { index, raw: None, cooked: String::new(), has_children: false });
        Ok(())
    }

    fn attributes(&mut self, start: usize, end: usize) -> Result<(), ParseError> {
        let source = self.source.get(start..end).unwrap_or_default();
        if is_blank(source) {
            return Ok(());
        }
        let mut attributes = Attributes::new(source, 0);
        // Its search for doubles is quadratic.
        for attribute in attributes.with_checks(false) {
            let attribute =
                attribute.map_err(|error| self.wrong(format!("well-formed attributes ({error})")))?;
            let key = attribute.key.0;
            if key == "xmlns" || key.starts_with("xmlns:") {
                continue;
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.wrong(format!("a well-formed attribute value ({error})")))?;
            if !is_name(local(key)) {
                return Err(self.wrong("the name of an attribute"));
            }
            let name = self.keep(local(key));
            let value = self.keep(&value);
            self.attributes.push(Attribute { name, value });
        }
        Ok(())
    }

    /// An end tag from `start` to `end`.
    fn end(&mut self, start: usize, end: usize) -> Result<(), ParseError> {
        let Some(open) = self.open.pop() else { return Err(self.wrong("a start tag")) };
        let text = match open.raw {
            // Between tags, white space is none of the text, however it is written.
            None if open.cooked.is_empty() || (open.has_children && is_blank(&open.cooked)) => Text::None,
            None => Text::Cooked(self.keep(&open.cooked)),
            Some(raw) => match self.plain(raw) {
                Cow::Borrowed(_) => Text::Raw(raw),
                Cow::Owned(text) => Text::Cooked(self.keep(&text)),
            },
        };
        let next = offset(self.nodes.len());
        if let Some(node) = self.nodes.get_mut(open.index) {
            node.text = text;
            node.next = next;
            node.all.end = offset(end);
            node.inner.end = offset(start);
        }
        Ok(())
    }

    /// A piece of text without references.
    fn text(&mut self, span: Span) -> Result<(), ParseError> {
        let text = span.of(self.source);
        let Some(open) = self.open.last_mut() else {
            return if is_blank(text) { Ok(()) } else { Err(self.wrong("an XML element")) };
        };
        if open.has_children && is_blank(text) {
            return Ok(());
        }
        self.piece(span)
    }

    fn piece(&mut self, span: Span) -> Result<(), ParseError> {
        match self.open.last_mut() {
            Some(open) if open.raw.is_none() && open.cooked.is_empty() => {
                open.raw = Some(span);
                Ok(())
            }
            _ => self.append(&self.plain(span)),
        }
    }

    fn append(&mut self, text: &str) -> Result<(), ParseError> {
        let raw = self.open.last_mut().and_then(|open| open.raw.take()).map(|raw| self.plain(raw));
        let Some(open) = self.open.last_mut() else { return Err(self.wrong("an XML element")) };
        open.cooked.push_str(&raw.unwrap_or_default());
        open.cooked.push_str(text);
        Ok(())
    }

    /// A part of the source, every line end a line feed (XML 1.0, section 2.11).
    fn plain(&self, span: Span) -> Cow<'s, str> {
        let text = span.of(self.source);
        if self.has_returns && text.contains('\r') {
            text.replace("\r\n", "\n").replace('\r', "\n").into()
        } else {
            text.into()
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), ParseError> {
        let name: &str = reference;
        let char = match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => match reference.resolve_char_ref() {
                Ok(Some(char)) => char,
                _ => return Err(self.wrong("one of XML's own entities or a numeric one")),
            },
        };
        self.append(char.encode_utf8(&mut [0; 4]))
    }

    fn keep(&mut self, text: &str) -> Span {
        let start = self.strings.len();
        self.strings.push_str(text);
        Span::new(start, self.strings.len())
    }
}

impl Span {
    fn new(start: usize, end: usize) -> Self {
        Span { start: offset(start), end: offset(end) }
    }
}

/// An offset into the document, or into its strings, which are no longer than it.
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Not all that XML asks of a name: enough that it cannot be taken for markup.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.bytes().any(|byte| byte.is_ascii_control() || b" <>&'\"/=?!;".contains(&byte))
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}
