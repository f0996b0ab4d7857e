//! Reading and writing, and texts that are no XML.

use proptest::prelude::*;

use super::*;

const REPLY: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
<nc:rpc-reply xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" xmlns:v="http://example.net/vendor" nc:message-id="7">
  <bgp-information xmlns="http://example.net/vendor/routing" v:style="brief">
    <bgp-peer>
      <peer-address>192.0.2.1+179</peer-address>
      <description>
        A &amp; B &#x3c;&#233;&gt; <![CDATA[<raw> & more]]>
      </description>
      <elapsed v:seconds="3600">1:00:00</elapsed>
      <passive/>
      <rib><name>inet.0</name></rib>
    </bgp-peer>
    <bgp-peer><peer-address>2001:db8::1</peer-address><rib/><rib><name>inet6.0</name><count> 12 </count></rib></bgp-peer>
  </bgp-information>
</nc:rpc-reply>
"#;

#[test]
fn a_reply() {
    let document = Document::parse(REPLY).unwrap();
    let root = document.root();
    assert_eq!(
        (root.name(), root.attribute("message-id"), root.attribute("nc")),
        ("rpc-reply", Some("7"), None)
    );
    let information = root.child("bgp-information").unwrap();
    assert_eq!(information.attributes().collect::<Vec<_>>(), [("style", "brief")]);
    let peers: Vec<_> = information.children_named("bgp-peer").collect();
    assert_eq!(peers.len(), 2);
    let [one, other] = [peers[0], peers[1]];
    assert_eq!(one.text_at("description"), Some("A & B <é> <raw> & more"));
    assert_eq!(one.child("description").unwrap().content(), "\n        A & B <é> <raw> & more\n      ");
    assert_eq!(one.find("elapsed").unwrap().attribute("seconds"), Some("3600"));
    assert_eq!((one.text_at("passive"), one.text_at("active"), one.text()), (Some(""), None, ""));
    assert_eq!(
        one.children().map(Element::name).collect::<Vec<_>>(),
        ["peer-address", "description", "elapsed", "passive", "rib"]
    );
    // The first match in document order, although the first `rib` has none.
    assert_eq!(other.text_at("rib/name"), Some("inet6.0"));
    assert_eq!(other.value_at::<u8>("rib/count").unwrap(), Some(12));
    assert_eq!(other.value_at::<u8>("rib/absent").unwrap(), None);
    let names: Vec<_> = root.descendants_named("name").map(Element::text).collect();
    assert_eq!(names, ["inet.0", "inet6.0"]);
    assert_eq!(one.descendants_named("name").count(), 1);
    assert_eq!(one.child("rib").unwrap().markup(), "<rib><name>inet.0</name></rib>");
    assert_eq!(one.child("rib").unwrap().inner(), "<name>inet.0</name>");
    assert_eq!(
        (one.child("passive").unwrap().markup(), one.child("passive").unwrap().inner()),
        ("<passive/>", "")
    );
    assert_eq!((root.line(), one.line(), other.line()), (3, 5, 14));
}

#[test]
fn the_same_with_and_without_namespaces() {
    let plain = "<a><b c=\"1\">x</b><b/></a>";
    for text in [
        "<n:a xmlns:n='u'><n:b n:c='1'>x</n:b><n:b></n:b></n:a>",
        "<a xmlns='u'>\n<b c='1' xmlns='w'>x</b>\n<b  />\n</a >",
        "\u{feff}<?xml version='1.0'?><a><?pi x?><b c = '1'><!-- c -->x</b><b/></a><!-- end -->\n",
    ] {
        let (one, other) = (Document::parse(plain).unwrap(), Document::parse(text).unwrap());
        assert_eq!(shape(one.root()), shape(other.root()), "{text}");
    }
}

fn shape(element: Element<'_>) -> String {
    let mut shape =
        format!("{}{:?}{:?}(", element.name(), element.attributes().collect::<Vec<_>>(), element.content());
    for child in element.children() {
        shape += &self::shape(child);
    }
    shape + ")"
}

#[test]
fn white_space() {
    let document = Document::parse("<a> \r\n<b> \r\n x\ry </b>\n<c>  </c><d> <e/> </d> t </a>").unwrap();
    let root = document.root();
    assert_eq!(root.child("b").unwrap().content(), " \n x\ny ");
    assert_eq!((root.child("c").unwrap().content(), root.text_at("c")), ("  ", Some("")));
    assert_eq!(root.child("d").unwrap().content(), "");
    assert_eq!(root.content(), " t ");
    assert_eq!(Document::parse("<a>&#10; <b/> </a>").unwrap().root().content(), "");
}

#[test]
fn what_is_promised_and_missing() {
    let document =
        Document::parse("<a>\n  <peer x='1'>\n<as>many</as>\n<name> </name></peer>\n</a>").unwrap();
    let peer = document.root().required("peer").unwrap();
    let absent = peer.required_text("state/name").unwrap_err();
    assert_eq!(absent.to_string(), r#"expected <state><name> in it in line 2, found "<peer x='1'>""#);
    let empty = peer.required_text("name").unwrap_err();
    assert_eq!(empty.to_string(), r#"expected a text in <name> in line 4, found "<name>""#);
    let wrong = peer.required_value::<u32>("as").unwrap_err();
    assert_eq!(wrong.to_string(), r#"expected a u32 in <as> in line 3, found "many""#);
    assert_eq!(peer.value_at::<u32>("as").unwrap_err(), wrong);
    let element = document.root().required("neighbor").unwrap_err();
    assert_eq!(element.to_string(), r#"expected <neighbor> in it in line 1, found "<a>""#);
}

#[test]
fn what_is_no_xml() {
    for (text, expected) in [
        ("", "an XML element"),
        ("  ", "an XML element"),
        ("error: syntax", "an XML element"),
        ("<a>", "the end of <a>"),
        ("<a><b></b>", "the end of <a>"),
        ("<a></b>", "well-formed XML"),
        ("<a><b></a></b>", "well-formed XML"),
        ("</a>", "well-formed XML"),
        ("<a/></a>", "well-formed XML"),
        ("<a/><b/>", "the end of the document"),
        ("<a/>text", "an XML element"),
        ("<a", "well-formed XML"),
        ("<>", "the name of an element"),
        ("< a/>", "the name of an element"),
        ("<n:/>", "the name of an element"),
        ("<a;b/>", "the name of an element"),
        ("<a n:='b'/>", "the name of an attribute"),
        ("<a>&b;</a>", "one of XML's own entities"),
        ("<a>&#xffffff;</a>", "one of XML's own entities"),
        ("<a>& </a>", "well-formed XML"),
        ("<a b='&c;'/>", "a well-formed attribute value"),
        ("<a b/>", "well-formed attributes"),
        ("<a b=c/>", "well-formed attributes"),
        ("<!DOCTYPE a><a/>", "XML without a DTD"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "XML without a DTD"),
        ("<a><![CDATA[x</a>", "well-formed XML"),
        ("<a><!-- x</a>", "well-formed XML"),
    ] {
        let error = Document::parse(text).expect_err(text);
        assert!(error.expected().starts_with(expected), "{text}: {error}");
    }
    let error = Document::parse("<a>\n<b>\n<key>hunter2</wrong>\n</b></a>").unwrap_err();
    assert_eq!(error.line(), Some(3));
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

#[test]
fn depth() {
    let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert!(Document::parse(nested(MAX_DEPTH)).is_ok());
    let error = Document::parse(nested(MAX_DEPTH + 1)).unwrap_err();
    assert!(error.expected().starts_with("no more than 256"), "{error}");
    assert!(Document::parse(nested(1_000_000)).is_err());
}

/// What would be quadratic: text in pieces, many attributes, many siblings. It has to end.
#[test]
fn linear_time() {
    let count = 200_000;
    let pieces = format!("<a>{}</a>", "x&amp;<b>&lt;y</b>".repeat(count));
    let document = Document::parse(&pieces[..]).unwrap();
    assert_eq!(document.root().content(), "x&".repeat(count));
    assert_eq!(document.root().children().count(), count);
    let attributes: String = (0..count).map(|number| format!(" a{number}='1'")).collect();
    let document = Document::parse(format!("<a{attributes}/>")).unwrap();
    assert_eq!(document.root().attributes().count(), count);
}

#[test]
fn what_is_written_is_text() {
    let mut xml = Writer::new();
    xml.element("a", &[("b", "\"<'&\n\t\r>")], |xml| xml.leaf("c", "]]></c>&\r\n\"'"));
    let text = xml.finish().unwrap();
    let document = Document::parse(&text[..]).unwrap();
    assert_eq!(document.root().attribute("b"), Some("\"<'&\n\t\r>"));
    assert_eq!(document.root().child("c").unwrap().content(), "]]></c>&\r\n\"'");
    assert!(!text.contains("]]>"), "{text}");
    for bad in ["\u{0}", "a\u{8}b", "\u{1b}[0m", "\u{ffff}"] {
        let mut xml = Writer::new();
        xml.leaf("a", bad);
        assert_eq!(xml.finish().unwrap_err().kind(), peering_core::ErrorKind::Options);
    }
}

fn name() -> impl Strategy<Value = String> {
    "[a-c]"
}

fn tree() -> impl Strategy<Value = String> {
    let text = "[ -~\n\ré]{0,8}";
    let leaf = (name(), text, text).prop_map(|(name, attribute, text)| {
        let mut xml = Writer::new();
        xml.element(&name, &[("k", &attribute)], |xml| xml.text(&text));
        xml.finish().unwrap()
    });
    leaf.prop_recursive(5, 40, 5, |inner| {
        (name(), prop::collection::vec(inner, 0..5)).prop_map(|(name, inside)| {
            let mut xml = Writer::new();
            xml.element(&name, &[], |xml| inside.iter().for_each(|inside| xml.raw(inside)));
            xml.finish().unwrap()
        })
    })
}

/// The same again, written from what was read.
fn again(element: Element<'_>, xml: &mut Writer) {
    let attributes: Vec<_> = element.attributes().collect();
    xml.element(element.name(), &attributes, |xml| {
        xml.text(element.content());
        element.children().for_each(|child| again(child, xml));
    });
}

proptest! {
    #[test]
    fn what_is_written_is_read(text in tree()) {
        let document = Document::parse(&text[..]).unwrap();
        let mut xml = Writer::new();
        again(document.root(), &mut xml);
        prop_assert_eq!(xml.finish().unwrap(), text);
    }

    #[test]
    fn damaged(text in tree(), damage in prop::collection::vec((any::<prop::sample::Index>(), "[ -~é]?"), 1..5)) {
        let mut text = text;
        for (at, with) in damage {
            let at = at.index(text.len() + 1);
            if text.is_char_boundary(at) && text.is_char_boundary((at + 1).min(text.len())) {
                text.replace_range(at..(at + 1).min(text.len()), &with);
            }
        }
        if let Ok(document) = Document::parse(&text[..]) {
            // Every element can be looked at, and lies in its parent.
            fn walk(element: Element<'_>) -> usize {
                let markup = element.markup();
                assert!(markup.starts_with('<') && markup.ends_with('>') && markup.contains(element.inner()));
                1 + element.children().map(walk).sum::<usize>()
            }
            prop_assert_eq!(walk(document.root()), document.nodes.len());
        }
    }

    #[test]
    fn any_text(text in "[<>/a'=!?&;\\[\\]x#0-9: \n-]{0,60}") {
        let _ = Document::parse(text);
    }
}
