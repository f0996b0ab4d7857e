//! Where the answer is in a reply, and the values that many answers have.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use peering_core::ParseError;

use crate::transport::netconf::xml::Element;

/// The wrapper around the answers of several routing engines, members or nodes.
const MANY: &str = "multi-routing-engine-results";

/// What may stand in the reply to a question that has no answer here.
const BLANK: [&str; 4] = ["ok", "output", "message", "rpc-error"];

/// One answer, and whose it is.
pub(super) struct Answer<'d> {
    /// The routing engine, member or node, where several were asked.
    pub(super) engine: Option<&'d str>,
    /// The answer.
    pub(super) element: Element<'d>,
}

/// The router's words where the reply is an `<error>` (`xnm:error`) of the Junos XML protocol.
pub fn refusal(reply: Element<'_>) -> Option<&str> {
    let error = if reply.name() == "error" { Some(reply) } else { reply.child("error") };
    error.and_then(|error| error.child("message")).map(Element::text)
}

/// The answers of one of these names in a reply, of every routing engine; none where the reply says that there is nothing.
pub(super) fn answers<'d>(reply: Element<'d>, names: &[&str]) -> Result<Vec<Answer<'d>>, ParseError> {
    let is_answer = |element: &Element<'_>| names.contains(&element.name());
    if is_answer(&reply) {
        return Ok(vec![Answer { engine: None, element: reply }]);
    }
    let mut found = Vec::new();
    let tops = if reply.name() == MANY { vec![reply] } else { reply.children().collect() };
    for top in tops {
        if is_answer(&top) {
            found.push(Answer { engine: None, element: top });
        } else if top.name() == MANY {
            for item in top.children_named("multi-routing-engine-item") {
                let engine = item.text_at("re-name").filter(|name| !name.is_empty());
                let own = item.children().filter(is_answer);
                found.extend(own.map(|element| Answer { engine, element }));
            }
        }
    }
    if found.is_empty() && !is_blank(reply) {
        let what = reply.children().next().map_or(reply.name(), Element::name);
        return Err(reply.unexpected(format!("<{}>", names.join("> or <")), what));
    }
    Ok(found)
}

/// The first of [`answers`], which must be there.
pub(super) fn answer<'d>(reply: Element<'d>, names: &[&str]) -> Result<Element<'d>, ParseError> {
    let missing = || reply.unexpected(format!("<{}>", names.join("> or <")), reply.text());
    answers(reply, names)?.first().map(|found| found.element).ok_or_else(missing)
}

/// The elements of this name that stand directly in the answers of one of these names.
pub(super) fn items<'d>(
    reply: Element<'d>,
    names: &[&str],
    item: &'static str,
) -> Result<impl Iterator<Item = Element<'d>>, ParseError> {
    Ok(answers(reply, names)?.into_iter().flat_map(move |found| found.element.children_named(item)))
}

/// The elements of this name that stand directly in the answer, whose name differs between releases but has one of these
/// words in it.
pub(super) fn items_of_any<'d>(
    reply: Element<'d>,
    words: &[&str],
    item: &'static str,
) -> Result<Vec<Element<'d>>, ParseError> {
    let has_word = |element: Element<'_>| words.iter().any(|word| element.name().contains(word));
    let name = if has_word(reply) { Some(reply) } else { reply.children().find(|child| has_word(*child)) };
    let names = [name.map_or(words.first().copied().unwrap_or_default(), Element::name)];
    Ok(items(reply, &names, item)?.collect())
}

/// Every element at a path in the configuration that a reply holds; none where it holds none.
pub(super) fn configured<'d>(reply: Element<'d>, path: &str) -> Result<Vec<Element<'d>>, ParseError> {
    Ok(answers(reply, &["configuration"])?.iter().flat_map(|found| all(found.element, path)).collect())
}

/// Every element at a path.
pub(super) fn all<'d>(element: Element<'d>, path: &str) -> Vec<Element<'d>> {
    let mut found = vec![element];
    for name in path.split('/') {
        found = found.iter().flat_map(|element| element.children_named(name)).collect();
    }
    found
}

fn is_blank(reply: Element<'_>) -> bool {
    reply.name() == "rpc-reply" && reply.children().all(|child| BLANK.contains(&child.name()))
}

/// The text at a path, unless it is empty.
pub(super) fn text(element: Element<'_>, path: &str) -> Option<String> {
    element.text_at(path).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The texts at a path as one, with blanks between them; `None` when there are none.
pub(super) fn joined(element: Element<'_>, path: &str) -> Option<String> {
    let texts: Vec<&str> =
        all(element, path).into_iter().map(Element::text).filter(|text| !text.is_empty()).collect();
    if texts.is_empty() { None } else { Some(texts.join(" ")) }
}

/// The attribute `seconds` of the element at a path.
pub(super) fn seconds(element: Element<'_>, path: &str) -> Result<Option<Duration>, ParseError> {
    let Some(found) = element.find(path) else { return Ok(None) };
    let Some(seconds) = found.attribute("seconds") else { return Ok(None) };
    let wrong = |_| found.unexpected(format!("seconds in <{}>", found.name()), seconds);
    seconds.parse().map(|seconds| Some(Duration::from_secs(seconds))).map_err(wrong)
}

/// The number that a text begins with; `None` when it begins with none.
pub(super) fn leading<T: FromStr>(text: &str) -> Option<T> {
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).and_then(|digits| digits.parse().ok())
}

/// An element's address, without a scope that may stand behind it.
pub(super) fn address(element: Element<'_>) -> Result<IpAddr, ParseError> {
    scoped(element, element.text()).map(|(address, _)| address)
}

/// An address, and the interface behind its `%`.
pub(super) fn scoped<'t>(
    element: Element<'_>,
    text: &'t str,
) -> Result<(IpAddr, Option<&'t str>), ParseError> {
    let (plain, scope) = match text.split_once('%') {
        Some((plain, scope)) => (plain, Some(scope)),
        None => (text, None),
    };
    let address =
        plain.parse().map_err(|_| element.unexpected(format!("an address in <{}>", element.name()), text))?;
    Ok((address, scope))
}

/// A link-layer address in lower case with colons; `None` for what is none.
pub(super) fn mac(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split([':', '-', '.']).collect();
    let digits: String = match groups.len() {
        6 => groups.iter().map(|group| format!("{group:0>2}")).collect(),
        _ => groups.concat(),
    };
    if digits.len() != 12 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let digits = digits.to_ascii_lowercase();
    let pairs: Vec<&str> = (0..6).filter_map(|pair| digits.get(2 * pair..2 * pair + 2)).collect();
    Some(pairs.join(":"))
}

/// An element's link-layer address, which it must have.
pub(super) fn required_mac(element: Element<'_>) -> Result<String, ParseError> {
    mac(element.text()).ok_or_else(|| element.unexpected("a link-layer address", element.text()))
}

/// Our name for a routing instance: Junos calls the main one `master`.
pub(super) fn instance_name(name: &str) -> &str {
    if name == "master" { "default" } else { name }
}
