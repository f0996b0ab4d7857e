//! A request's XML as a tree that can be taken apart: requests are small. Names are without prefixes.

use crate::transport::netconf::xml;

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    /// The namespace, where it is declared at this very element.
    pub(crate) namespace: Option<String>,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl From<xml::Element<'_>> for Element {
    fn from(element: xml::Element<'_>) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Element {
            name: element.name().to_owned(),
            namespace: declared(element.markup()),
            attributes: element.attributes().map(owned).collect(),
            text: element.content().to_owned(),
            children: element.children().map(Element::from).collect(),
        }
    }
}

/// The namespace that a start tag declares for its own name.
fn declared(markup: &str) -> Option<String> {
    let tag = markup.strip_prefix('<')?.split('>').next()?;
    let name = tag.split(|c: char| c.is_whitespace() || c == '/').next()?;
    let key = match name.split_once(':') {
        Some((prefix, _)) => format!("xmlns:{prefix}="),
        None => "xmlns=".to_owned(),
    };
    let (_, rest) = tag.split_once(&key)?;
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest.get(1..)?.split(quote).next().map(str::to_owned)
}

impl Element {
    pub(crate) fn new(name: &str) -> Element {
        Element { name: name.to_owned(), ..Element::default() }
    }

    /// An element with nothing but a text in it.
    pub(crate) fn leaf(name: &str, text: impl ToString) -> Element {
        Element { text: text.to_string(), ..Element::new(name) }
    }

    /// An element with these in it.
    pub(crate) fn with(name: &str, children: Vec<Element>) -> Element {
        Element { children, ..Element::new(name) }
    }

    /// The same in a namespace.
    pub(crate) fn within(self, namespace: &str) -> Element {
        Element { namespace: Some(namespace.to_owned()), ..self }
    }

    /// Writes it, one element a line.
    pub(crate) fn write(&self, depth: usize, out: &mut String) {
        let indent = " ".repeat(depth);
        let namespace = self.namespace.as_ref();
        let namespace = namespace.map(|uri| format!(" xmlns=\"{}\"", escaped(uri))).unwrap_or_default();
        let name = &self.name;
        if self.children.is_empty() {
            let text = escaped(&self.text);
            match text.is_empty() {
                true => out.push_str(&format!("{indent}<{name}{namespace}/>\n")),
                false => out.push_str(&format!("{indent}<{name}{namespace}>{text}</{name}>\n")),
            }
            return;
        }
        out.push_str(&format!("{indent}<{name}{namespace}>\n"));
        self.children.iter().for_each(|child| child.write(depth + 1, out));
        out.push_str(&format!("{indent}</{name}>\n"));
    }

    /// Reads a document; `None` when it is none.
    pub(crate) fn read(text: &str) -> Option<Element> {
        Some(xml::Document::parse(text).ok()?.root().into())
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.child(name).is_some()
    }

    /// The text of a child, without the white space around it.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim()).filter(|text| !text.is_empty())
    }
}

/// A text as it stands in an element or an attribute.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
