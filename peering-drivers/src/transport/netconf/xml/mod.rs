//! XML as routers send it: a tree to read replies from, and a writer for requests.
//!
//! [`Document::parse`] makes one pass over the text and keeps offsets into it, one flat list for all elements. Names are
//! local names: a reply reads the same whether or not its elements and attributes carry a vendor's namespace.
//!
//! Not an XML library: no DTD (refused), no entities but the predefined and numeric ones, no namespace look-up, comments
//! and processing instructions are skipped.

mod read;
mod write;

use std::any::type_name;
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use peering_core::ParseError;

pub use write::Writer;

/// How deep elements may lie within each other.
pub const MAX_DEPTH: usize = 256;

/// A part of a text, in bytes. Documents of 4 GiB are refused.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// The text that stands directly in an element.
#[derive(Clone, Copy, Debug, Default)]
enum Text {
    #[default]
    None,
    /// As it stands in the document.
    Raw(Span),
    /// References resolved and pieces joined, in [`Document::strings`].
    Cooked(Span),
}

/// One element; those within it follow it directly in the list.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// From the start tag's `<` to behind the end tag.
    all: Span,
    /// Between the two tags.
    inner: Span,
    /// The local name.
    name: Span,
    text: Text,
    /// Where its attributes begin; they end where the next element's begin.
    attributes: u32,
    /// The place in the list of the first element that does not lie within this one.
    next: u32,
}

/// An attribute: local name and value, both in [`Document::strings`].
#[derive(Clone, Copy, Debug)]
struct Attribute {
    name: Span,
    value: Span,
}

/// An XML document.
///
/// ```
/// use peering_drivers::transport::netconf::xml::Document;
///
/// let reply = Document::parse(r#"<v:peers xmlns:v="urn:x"><peer><as v:kind="own">64500</as></peer></v:peers>"#)?;
/// let peer = reply.root().required("peer")?;
/// assert_eq!(peer.required_value::<u32>("as")?, 64500);
/// assert_eq!(peer.find("as").and_then(|found| found.attribute("kind")), Some("own"));
/// assert_eq!(peer.required_text("name").unwrap_err().line(), Some(1));
/// # Ok::<(), peering_core::ParseError>(())
/// ```
#[derive(Clone)]
pub struct Document<'t> {
    text: Cow<'t, str>,
    /// Never empty: the root comes first.
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    strings: String,
}

impl fmt::Debug for Document<'_> {
    /// Without the text, which may hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("root", &self.root()).field("elements", &self.nodes.len()).finish()
    }
}

impl<'t> Document<'t> {
    /// Reads a document, in one pass.
    ///
    /// # Errors
    /// What is not well-formed, has a DTD, an entity of its own, more than one root, or more than [`MAX_DEPTH`] levels.
    pub fn parse(text: impl Into<Cow<'t, str>>) -> Result<Self, ParseError> {
        read::document(text.into())
    }

    /// The outermost element.
    pub fn root(&self) -> Element<'_> {
        Element { document: self, index: 0 }
    }

    /// The text that was parsed.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// An element of a [`Document`]. A path is names with slashes between them: `peer/state` is the first `state` in document
/// order that stands directly in a `peer` that stands directly in this element.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    document: &'d Document<'d>,
    index: u32,
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.name())
    }
}

impl<'d> Element<'d> {
    fn node(self) -> Option<&'d Node> {
        self.document.nodes.get(self.index as usize)
    }

    fn span(self, part: impl FnOnce(&Node) -> Span) -> &'d str {
        self.node().map(|node| part(node).of(&self.document.text)).unwrap_or_default()
    }

    /// The local name.
    pub fn name(self) -> &'d str {
        self.span(|node| node.name)
    }

    /// The text that stands directly in it, white space around it removed; empty when there is none.
    pub fn text(self) -> &'d str {
        self.content().trim_matches(|char: char| char.is_ascii_whitespace())
    }

    /// The text that stands directly in it, as it is. Between child elements, white space alone is left out.
    pub fn content(self) -> &'d str {
        match self.node().map(|node| node.text).unwrap_or_default() {
            Text::None => "",
            Text::Raw(span) => span.of(&self.document.text),
            Text::Cooked(span) => span.of(&self.document.strings),
        }
    }

    /// Its markup, tags included, as it stands in the document.
    pub fn markup(self) -> &'d str {
        self.span(|node| node.all)
    }

    /// The markup between its tags, as it stands in the document.
    pub fn inner(self) -> &'d str {
        self.span(|node| node.inner)
    }

    /// The attribute of this local name. Namespace declarations are no attributes.
    pub fn attribute(self, name: &str) -> Option<&'d str> {
        self.attributes().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// Every attribute, by local name.
    pub fn attributes(self) -> impl Iterator<Item = (&'d str, &'d str)> {
        let Document { nodes, attributes, strings, .. } = self.document;
        let start = self.node().map_or(0, |node| node.attributes as usize);
        let end =
            nodes.get(self.index as usize + 1).map_or(attributes.len(), |next| next.attributes as usize);
        let own = attributes.get(start..end).unwrap_or_default();
        own.iter().map(|attribute| (attribute.name.of(strings), attribute.value.of(strings)))
    }

    /// The elements that stand directly in it.
    pub fn children(self) -> Children<'d> {
        let end = self.node().map_or(0, |node| node.next);
        Children { document: self.document, next: self.index + 1, end }
    }

    /// The elements of this name that stand directly in it.
    pub fn children_named(self, name: &str) -> impl Iterator<Item = Element<'d>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The elements of this name anywhere in it, in document order.
    pub fn descendants_named(self, name: &str) -> impl Iterator<Item = Element<'d>> {
        let end = self.node().map_or(0, |node| node.next);
        let document = self.document;
        (self.index + 1..end)
            .map(move |index| Element { document, index })
            .filter(move |found| found.name() == name)
    }

    /// The first element of this name that stands directly in it.
    pub fn child(self, name: &str) -> Option<Element<'d>> {
        self.children_named(name).next()
    }

    /// The first element at this path.
    pub fn find(self, path: &str) -> Option<Element<'d>> {
        match path.split_once('/') {
            None => self.child(path),
            Some((name, rest)) => self.children_named(name).find_map(|child| child.find(rest)),
        }
    }

    /// The text of the first element at this path, as [`Element::text`] gives it.
    pub fn text_at(self, path: &str) -> Option<&'d str> {
        self.find(path).map(Element::text)
    }

    /// The value of the first element at this path; `None` when there is no such element, or nothing is in it.
    ///
    /// # Errors
    /// A text that is no such value.
    pub fn value_at<T: FromStr>(self, path: &str) -> Result<Option<T>, ParseError> {
        self.find(path).filter(|found| !found.text().is_empty()).map(Element::value).transpose()
    }

    /// Its text as a value.
    ///
    /// # Errors
    /// A text that is no such value.
    pub fn value<T: FromStr>(self) -> Result<T, ParseError> {
        let kind = type_name::<T>().rsplit("::").next().unwrap_or_default();
        let wrong = |_| self.unexpected(format!("a {kind} in <{}>", self.name()), self.text());
        self.text().parse().map_err(wrong)
    }

    /// The first element at this path.
    ///
    /// # Errors
    /// When there is none.
    pub fn required(self, path: &str) -> Result<Element<'d>, ParseError> {
        let absent = || self.unexpected(format!("<{}> in it", path.replace('/', "><")), self.start_tag());
        self.find(path).ok_or_else(absent)
    }

    /// The text of the first element at this path, which is not empty.
    ///
    /// # Errors
    /// When there is no such element, or nothing is in it.
    pub fn required_text(self, path: &str) -> Result<&'d str, ParseError> {
        let found = self.required(path)?;
        match found.text() {
            "" => Err(found.unexpected(format!("a text in <{}>", found.name()), found.start_tag())),
            text => Ok(text),
        }
    }

    /// The value of the first element at this path.
    ///
    /// # Errors
    /// When there is no such element, or its text is no such value.
    pub fn required_value<T: FromStr>(self, path: &str) -> Result<T, ParseError> {
        self.required(path)?.value()
    }

    /// An error at this element's line: what should have stood there, and what does.
    pub fn unexpected(self, expected: impl Into<String>, found: &str) -> ParseError {
        ParseError::new(expected, found).at_line(self.line())
    }

    /// The line of its start tag, counted from 1. Counted when asked for: for errors.
    pub fn line(self) -> usize {
        let start = self.node().map_or(0, |node| node.all.start as usize);
        line_at(&self.document.text, start)
    }

    fn start_tag(self) -> &'d str {
        self.span(|node| Span { start: node.all.start, end: node.inner.start })
    }
}

/// The elements that stand directly in another.
#[derive(Clone, Debug)]
pub struct Children<'d> {
    document: &'d Document<'d>,
    next: u32,
    end: u32,
}

impl<'d> Iterator for Children<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        if self.next >= self.end {
            return None;
        }
        let child = Element { document: self.document, index: self.next };
        self.next = child.node().map_or(self.end, |node| node.next);
        Some(child)
    }
}

/// The line of the byte at `offset`, counted from 1.
fn line_at(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    1 + memchr::memchr_iter(b'\n', before).count()
}

#[cfg(test)]
mod tests;
