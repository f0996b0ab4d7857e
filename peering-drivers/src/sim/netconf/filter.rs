//! Subtree filters (RFC 6241, section 6).

use super::element::Element;

/// What a filter selects of an element of its name; nothing when its content does not match.
///
/// A leaf with a text must be there with that text. Beside such leaves alone, everything is selected.
pub(crate) fn select(data: &Element, filter: &Element) -> Option<Element> {
    let is_match = |part: &&Element| part.children.is_empty() && !part.text.trim().is_empty();
    let (matches, others): (Vec<&Element>, Vec<&Element>) = filter.children.iter().partition(is_match);
    let has = |part: &&Element| {
        data.children.iter().any(|child| fits(child, part) && child.text.trim() == part.text.trim())
    };
    if !matches.iter().all(has) {
        return None;
    }
    if others.is_empty() {
        return Some(data.clone());
    }
    let mut children = Vec::new();
    for child in &data.children {
        if matches.iter().any(|part| fits(child, part)) {
            children.push(child.clone());
        } else if let Some(found) =
            others.iter().filter(|part| fits(child, part)).find_map(|part| select(child, part))
        {
            children.push(found);
        }
    }
    (!children.is_empty()).then(|| Element { children, ..data.clone() })
}

/// Whether a part of a filter is about an element. A filter may leave the namespace out.
pub(crate) fn fits(data: &Element, part: &Element) -> bool {
    let is_elsewhere =
        data.namespace.is_some() && part.namespace.is_some() && data.namespace != part.namespace;
    data.name == part.name && !is_elsewhere
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(filter: &str) -> String {
        let data = "<all xmlns='urn:a'><peer><name>a</name><as>1</as><state><up>1</up></state></peer>\
                    <peer><name>b</name><as>2</as></peer><other/></all>";
        let found = select(&Element::read(data).unwrap(), &Element::read(filter).unwrap());
        let mut out = String::new();
        found.unwrap_or_default().write(0, &mut out);
        out.replace(['\n', ' '], "").replace("xmlns=\"urn:a\"", "")
    }

    #[test]
    fn filters_select() {
        let all = "<all><peer><name>a</name><as>1</as><state><up>1</up></state></peer><peer><name>b</name><as>2</as></peer>\
                   <other/></all>";
        assert_eq!(selected("<all/>"), all);
        assert_eq!(
            selected("<all><peer><as/></peer></all>"),
            "<all><peer><as>1</as></peer><peer><as>2</as></peer></all>"
        );
        let b = "<all><peer><name>b</name><as>2</as></peer></all>";
        assert_eq!(selected("<all><peer><name>b</name></peer></all>"), b);
        let a = "<all><peer><name>a</name><state><up>1</up></state></peer></all>";
        assert_eq!(selected("<all><peer><name>a</name><state/></peer></all>"), a);
        assert_eq!(selected("<all><peer><name>c</name></peer></all>"), "</>");
        let data = Element::read("<all xmlns='urn:a'/>").unwrap();
        let fits_in = |xmlns: &str| fits(&data, &Element::read(&format!("<all{xmlns}/>")).unwrap());
        assert!(fits_in("") && fits_in(" xmlns='urn:a'") && !fits_in(" xmlns=\"urn:b\""));
    }
}
