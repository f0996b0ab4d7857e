//! Where the answer is in a reply, and the values that many answers have.

use std::net::IpAddr;

use peering_core::ParseError;
use peering_core::state::AddressFamily;

use crate::transport::netconf::xml::Element;

/// The `data` of a reply to a question for these models; empty where the router has nothing of them.
pub(super) fn data<'d>(reply: Element<'d>, models: &[&str]) -> Result<Element<'d>, ParseError> {
    let data = if reply.name() == "data" { reply } else { reply.required("data")? };
    let is_ours = data.children().any(|child| models.contains(&child.name()));
    match data.children().next() {
        Some(other) if !is_ours => {
            Err(other.unexpected(format!("<{}>", models.join("> or <")), other.name()))
        }
        _ => Ok(data),
    }
}

/// Every element at a path that begins with the name of a model.
pub(super) fn items<'d>(reply: Element<'d>, path: &str) -> Result<Vec<Element<'d>>, ParseError> {
    let model = path.split('/').next().unwrap_or_default();
    Ok(all(data(reply, &[model])?, path))
}

/// Every element at a path.
pub(super) fn all<'d>(element: Element<'d>, path: &str) -> Vec<Element<'d>> {
    let mut found = vec![element];
    for name in path.split('/') {
        found = found.iter().flat_map(|element| element.children_named(name)).collect();
    }
    found
}

/// The text at a path, unless it is empty.
pub(super) fn text(element: Element<'_>, path: &str) -> Option<String> {
    element.text_at(path).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The boolean at a path; `None` where it is not told.
pub(super) fn flag(element: Element<'_>, path: &str) -> Result<Option<bool>, ParseError> {
    element.value_at(path)
}

/// The address at a path; `None` where there is none, or the unspecified one stands for that.
pub(super) fn address(element: Element<'_>, path: &str) -> Result<Option<IpAddr>, ParseError> {
    Ok(element.value_at::<IpAddr>(path)?.filter(|address| !address.is_unspecified()))
}

/// An address as Cisco's BGP model has it: `afi` says in which leaf it stands.
pub(super) fn tagged_address(element: Element<'_>, path: &str) -> Result<Option<IpAddr>, ParseError> {
    let Some(found) = element.find(path) else { return Ok(None) };
    for leaf in ["ipv4-address", "ipv6-address"] {
        if let Some(address) = address(found, leaf)? {
            return Ok(Some(address));
        }
    }
    Ok(None)
}

/// A link-layer address in lower case with colons; `None` for what is none, and for that of zeros alone.
pub(super) fn mac(text: &str) -> Option<String> {
    let digits: String = text.split([':', '-', '.']).collect::<String>().to_ascii_lowercase();
    let is_whole = digits.len() == 12 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !is_whole || digits.bytes().all(|digit| digit == b'0') {
        return None;
    }
    let pairs: Vec<&str> = (0..6).filter_map(|pair| digits.get(2 * pair..2 * pair + 2)).collect();
    Some(pairs.join(":"))
}

/// A family by Cisco's name in the configuration: `ipv4-unicast`, `vpnv4-unicast`, …
pub(in crate::cisco_iosxr) fn family(name: &str) -> AddressFamily {
    let name = name.to_lowercase();
    let known = match name.as_str() {
        "ipv4" => "ipv4-unicast",
        "ipv6" => "ipv6-unicast",
        "vpnv4-unicast" | "vpnv4" | "vpn-ipv4" => "ipv4-vpn",
        "vpnv6-unicast" | "vpnv6" | "vpn-ipv6" => "ipv6-vpn",
        "ipv4-labeled-unicast" | "label-ipv4" => "ipv4-labeled-unicast",
        "l2vpn-evpn" | "evpn" => "l2vpn-evpn",
        "l2vpn-vpls" | "vpls" => "l2vpn-vpls",
        "lsls" | "link-state-link-state" => "link-state",
        other => other,
    };
    known.to_owned().into()
}
