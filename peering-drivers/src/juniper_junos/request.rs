//! What is asked, as XML: pure. Texts are escaped.

use std::net::IpAddr;

use peering_core::state::{
    ConfigFormat, ConfigQuery, ConfigSource, Ping, RouteMatch, RouteQuery, Traceroute,
};
use peering_core::{Error, ErrorKind, Result};

use crate::transport::netconf::xml::Writer;

/// One RPC with leaves in it; an empty text makes an element without content.
pub(super) fn rpc(name: &str, leaves: &[(&str, &str)]) -> Result<String> {
    let mut xml = Writer::new();
    xml.element(name, &[], |xml| {
        for (name, text) in leaves {
            xml.leaf(name, text);
        }
    });
    xml.finish()
}

/// A part of the committed configuration, by its path: what is inherited from groups stands where it belongs.
pub(super) fn configured(path: &str) -> Result<String> {
    fn nest(xml: &mut Writer, path: &[&str]) {
        if let [name, rest @ ..] = path {
            xml.element(name, &[], |xml| nest(xml, rest));
        }
    }
    let mut xml = Writer::new();
    let attributes = [("database", "committed"), ("inherit", "inherit"), ("groups", "groups")];
    let path: Vec<&str> = path.split('/').collect();
    xml.element("get-configuration", &attributes, |xml| {
        // Junos's names are not in NETCONF's namespace.
        xml.element("configuration", &[("xmlns", "")], |xml| nest(xml, &path));
    });
    xml.finish()
}

/// A whole configuration.
///
/// # Errors
/// `Unsupported` for a startup configuration: Junos has none of its own.
pub(super) fn config(query: ConfigQuery) -> Result<String> {
    let database = match query.source {
        ConfigSource::Running => "committed",
        ConfigSource::Candidate => "candidate",
        ConfigSource::Startup => {
            let words = "Junos has no startup configuration of its own: it starts with the committed one";
            return Err(Error::new(ErrorKind::Unsupported, words));
        }
    };
    let format = match query.format {
        ConfigFormat::Text => "text",
        ConfigFormat::Set => "set",
        ConfigFormat::Xml => "xml",
        ConfigFormat::Json => "json",
    };
    let mut attributes = vec![("format", format), ("database", database)];
    if query.full {
        attributes.push(("inherit", "defaults"));
    }
    let mut xml = Writer::new();
    xml.element("get-configuration", &attributes, |_| {});
    xml.finish()
}

/// A command of the command line, whose answer is text; or JSON or XML, where `| display json` or `| display xml` ends it.
pub(super) fn command(command: &str) -> Result<String> {
    let (plain, last) = command.rsplit_once('|').unwrap_or((command, ""));
    let (plain, format) = match last.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["display", format @ ("json" | "xml")] => (plain.trim_end(), *format),
        _ => (command, "text"),
    };
    let mut xml = Writer::new();
    xml.element("command", &[("format", format)], |xml| xml.text(plain));
    xml.finish()
}

/// A command of the command line, whose answer is XML.
pub(super) fn structured(command: &str) -> Result<String> {
    let mut xml = Writer::new();
    xml.leaf("command", command);
    xml.finish()
}

/// The neighbours of a routing instance, or one of them.
pub(super) fn bgp_neighbors(instance: &str, address: Option<IpAddr>) -> Result<String> {
    let address = address.map(|address| address.to_string());
    let mut leaves = vec![("instance", instance)];
    leaves.extend(address.as_deref().map(|address| ("neighbor-address", address)));
    rpc("get-bgp-neighbor-information", &leaves)
}

/// The routes that a query means.
pub(super) fn routes(query: &RouteQuery) -> Result<String> {
    let (destination, how) = match query.matching {
        RouteMatch::Exact(prefix) => (prefix.to_string(), Some(("exact", ""))),
        RouteMatch::Longer(prefix) => (prefix.to_string(), None),
        RouteMatch::Longest(address) => (address.to_string(), Some(("best", ""))),
    };
    let protocol = query.protocol.as_deref().map(str::to_lowercase);
    let protocol = protocol.as_deref().map(|name| if name == "connected" { "direct" } else { name });
    let mut leaves = vec![("extensive", ""), ("destination", destination.as_str())];
    leaves.extend(how);
    leaves.extend(protocol.map(|name| ("protocol", name)));
    rpc("get-route-information", &leaves)
}

/// The command line of a ping. Names and addresses come from the caller, and are one word each.
pub(super) fn ping(query: &Ping) -> Result<String> {
    let (ttl, wait) = (query.ttl.to_string(), whole_seconds(query.timeout));
    let (size, count) = (query.size.to_string(), query.count.to_string());
    let source = query.source.map(|source| source.to_string());
    line(
        "ping",
        &query.destination,
        &[
            ("source", source.as_deref()),
            ("ttl", Some(&ttl)),
            ("wait", Some(&wait)),
            ("size", Some(&size)),
            ("count", Some(&count)),
            ("routing-instance", query.network_instance.as_deref()),
            ("interface", query.source_interface.as_deref()),
        ],
    )
}

/// The command line of a traceroute.
pub(super) fn traceroute(query: &Traceroute) -> Result<String> {
    let (ttl, wait) = (query.ttl.to_string(), whole_seconds(query.timeout));
    let source = query.source.map(|source| source.to_string());
    line(
        "traceroute",
        &query.destination,
        &[
            ("source", source.as_deref()),
            ("ttl", Some(&ttl)),
            ("wait", Some(&wait)),
            ("routing-instance", query.network_instance.as_deref()),
        ],
    )
}

fn whole_seconds(time: std::time::Duration) -> String {
    time.as_millis().div_ceil(1000).max(1).to_string()
}

fn line(command: &str, destination: &str, options: &[(&str, Option<&str>)]) -> Result<String> {
    let mut line = command.to_owned();
    line.push(' ');
    line.push_str(word(destination)?);
    for (name, value) in options {
        if let Some(value) = value {
            line.push_str(&format!(" {name} {}", word(value)?));
        }
    }
    structured(&line)
}

/// One word of a command line: else it could be more than what was meant.
fn word(text: &str) -> Result<&str> {
    let is_plain = |char: char| char.is_alphanumeric() || "-_.:/%".contains(char);
    if text.is_empty() || !text.chars().all(is_plain) {
        return Err(Error::new(ErrorKind::Options, format!("{text:?} is no name and no address")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_configuration_is_a_nested_filter() {
        let expected = "<get-configuration database=\"committed\" inherit=\"inherit\" groups=\"groups\">\
            <configuration xmlns=\"\"><protocols><bgp><group/></bgp></protocols></configuration></get-configuration>";
        assert_eq!(configured("protocols/bgp/group").unwrap(), expected);
    }

    #[test]
    fn a_command_is_asked_for_in_its_form() {
        let text = "<command format=\"text\">show version | match Model</command>";
        assert_eq!(command("show version | match Model").unwrap(), text);
        let json = "<command format=\"json\">show version</command>";
        assert_eq!(command("show version | display json").unwrap(), json);
    }

    #[test]
    fn words_stay_words() {
        let mut query = Ping::new("192.0.2.1");
        let plain = "<command>ping 192.0.2.1 ttl 255 wait 2 size 100 count 5</command>";
        assert_eq!(ping(&query).unwrap(), plain);
        query.network_instance = Some("a | save b".to_owned());
        assert_eq!(ping(&query).unwrap_err().kind(), ErrorKind::Options);
        let trace = traceroute(&Traceroute::new("host; reboot"));
        assert_eq!(trace.unwrap_err().kind(), ErrorKind::Options);
    }

    #[test]
    fn a_startup_configuration_is_unsupported() {
        let query = ConfigQuery { source: ConfigSource::Startup, ..ConfigQuery::default() };
        assert_eq!(config(query).unwrap_err().kind(), ErrorKind::Unsupported);
    }
}
