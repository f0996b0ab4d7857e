//! The grammar of the configuration mode: contexts, and what a line says in each of them. No state: an unknown peer
//! group passes here, as it does with `vtysh -C`.

use std::net::IpAddr;

use ipnet::IpNet;

use super::attribute::{self, Setting};
use super::config::{Action, Family, PrefixRule, RemoteAs};
use super::line::{self, Change};

/// Where in the configuration a session stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    Config,
    Interface(String),
    Bgp,
    Family(Family),
    RouteMap(String, u32),
    Rpki,
}

impl Context {
    /// The word in the prompt after the router's name.
    pub(crate) const fn prompt(&self) -> &'static str {
        match self {
            Context::Config => "(config)",
            Context::Interface(_) => "(config-if)",
            Context::Bgp => "(config-router)",
            Context::Family(_) => "(config-router-af)",
            Context::RouteMap(..) => "(config-route-map)",
            Context::Rpki => "(config-rpki)",
        }
    }

    /// Where `exit` leads; `None` is out of the configuration mode.
    pub(crate) const fn parent(&self) -> Option<Context> {
        match self {
            Context::Config => None,
            Context::Family(_) => Some(Context::Bgp),
            _ => Some(Context::Config),
        }
    }
}

/// Whom a `neighbor` line is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Address(IpAddr),
    Group(String),
}

/// What a `neighbor` line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The word alone, after `no`.
    All,
    RemoteAs(Option<RemoteAs>),
    /// `None` declares a group.
    PeerGroup(Option<String>),
    Setting(Setting),
    FamilySetting(Family, Setting),
}

/// A line, understood. `no` says whether it takes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Nothing,
    Exit,
    End,
    Enter(Context),
    EnterBgp(Option<u32>),
    EnterRouteMap { name: String, action: Action, sequence: u32 },
    NoInterface(String),
    NoBgp(Option<u32>),
    NoRouteMap { name: String, sequence: Option<u32> },
    NoRpki,
    Hostname(Option<String>),
    Route { no: bool, family: Family, prefix: IpNet, to: String },
    PrefixRule { no: bool, family: Family, name: String, sequence: Option<u32>, rule: Option<PrefixRule> },
    List(Change),
    Line(Change),
    Neighbor { no: bool, who: Who, what: What },
    Network { no: bool, family: Family, prefix: IpNet, options: String },
}

/// Understands a line where it stands, or in an enclosing context, as vtysh does; the context that it was found in
/// comes with it. `None` is an unknown command.
pub(crate) fn parse(context: &Context, line: &str) -> Option<(Context, Command)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let simple = match words.as_slice() {
        [] => Some(Command::Nothing),
        [first, ..] if first.starts_with(['!', '#']) => Some(Command::Nothing),
        ["exit" | "quit"] => Some(Command::Exit),
        ["end"] => Some(Command::End),
        ["exit-address-family"] if matches!(context, Context::Family(_)) => Some(Command::Exit),
        _ => None,
    };
    if let Some(command) = simple {
        return Some((context.clone(), command));
    }
    let (is_negated, words) = match words.as_slice() {
        ["no", rest @ ..] if !rest.is_empty() => (true, rest),
        words => (false, words),
    };
    let mut place = Some(context.clone());
    while let Some(here) = place {
        if let Some(command) = parse_in(&here, words, is_negated) {
            return Some((here, command));
        }
        place = here.parent();
    }
    None
}

fn parse_in(context: &Context, words: &[&str], no: bool) -> Option<Command> {
    match context {
        Context::Config => parse_config(words, no),
        Context::Interface(_) => line::parse(line::INTERFACE, words, no).map(Command::Line),
        Context::RouteMap(..) => line::parse(line::ROUTE_MAP, words, no).map(Command::Line),
        Context::Rpki => line::parse(line::RPKI, words, no).map(Command::Line),
        Context::Bgp => parse_bgp(words, no),
        Context::Family(family) => parse_family(*family, words, no),
    }
}

fn parse_config(words: &[&str], no: bool) -> Option<Command> {
    match (words, no) {
        (["frr", "version" | "defaults", _], false) => Some(Command::Nothing),
        (["hostname", name], false) => Some(Command::Hostname(Some((*name).to_owned()))),
        (["hostname", ..], true) => Some(Command::Hostname(None)),
        (["interface", name], false) => Some(Command::Enter(Context::Interface((*name).to_owned()))),
        (["interface", name], true) => Some(Command::NoInterface((*name).to_owned())),
        (["router", "bgp"], _) => Some(if no { Command::NoBgp(None) } else { Command::EnterBgp(None) }),
        (["router", "bgp", asn], _) => {
            let asn = asn.parse::<peering_core::Asn>().ok()?.get();
            Some(if no { Command::NoBgp(Some(asn)) } else { Command::EnterBgp(Some(asn)) })
        }
        (["route-map", name], true) => Some(Command::NoRouteMap { name: (*name).to_owned(), sequence: None }),
        (["route-map", name, action, sequence], _) => {
            let (action, sequence) = (parse_action(action)?, sequence.parse().ok()?);
            let name = (*name).to_owned();
            Some(if no {
                Command::NoRouteMap { name, sequence: Some(sequence) }
            } else {
                Command::EnterRouteMap { name, action, sequence }
            })
        }
        (["rpki"], false) => Some(Command::Enter(Context::Rpki)),
        (["rpki"], true) => Some(Command::NoRpki),
        ([keyword @ ("ip" | "ipv6"), "prefix-list", name, rest @ ..], _) => {
            parse_prefix_list(family_of(keyword)?, name, rest, no)
        }
        ([keyword @ ("ip" | "ipv6"), "route", prefix, to @ ..], _) if !to.is_empty() => {
            let family = family_of(keyword)?;
            let prefix = parse_prefix(family, prefix)?;
            Some(Command::Route { no, family, prefix, to: to.join(" ") })
        }
        (words, no) => line::parse(line::LISTS, words, no)
            .map(Command::List)
            .or_else(|| line::parse(line::GLOBAL, words, no).map(Command::Line)),
    }
}

fn family_of(keyword: &str) -> Option<Family> {
    Family::BOTH.into_iter().find(|family| family.keyword() == keyword)
}

fn parse_prefix(family: Family, text: &str) -> Option<IpNet> {
    let prefix: IpNet = text.parse().ok()?;
    (Family::of(prefix.addr()) == family).then(|| prefix.trunc())
}

fn parse_action(word: &str) -> Option<Action> {
    [Action::Permit, Action::Deny].into_iter().find(|action| action.word() == word)
}

fn parse_prefix_list(family: Family, name: &str, words: &[&str], no: bool) -> Option<Command> {
    let (sequence, words) = match words {
        ["seq", sequence, rest @ ..] => (Some(sequence.parse().ok()?), rest),
        words => (None, words),
    };
    let name = name.to_owned();
    let rule = match words {
        [] if no => None,
        [action, prefix, bounds @ ..] => {
            let prefix = if *prefix == "any" { None } else { Some(parse_prefix(family, prefix)?) };
            let mut rule = PrefixRule { action: parse_action(action)?, prefix, ge: None, le: None };
            for bound in bounds.chunks(2) {
                match bound {
                    ["ge", number] => rule.ge = Some(number.parse().ok()?),
                    ["le", number] => rule.le = Some(number.parse().ok()?),
                    _ => return None,
                }
            }
            Some(rule)
        }
        _ => return None,
    };
    Some(Command::PrefixRule { no, family, name, sequence, rule })
}

fn parse_bgp(words: &[&str], no: bool) -> Option<Command> {
    match words {
        ["address-family", family @ ("ipv4" | "ipv6")]
        | ["address-family", family @ ("ipv4" | "ipv6"), "unicast"]
            if !no =>
        {
            let family = if *family == "ipv4" { Family::V4 } else { Family::V6 };
            Some(Command::Enter(Context::Family(family)))
        }
        ["neighbor", who, rest @ ..] => {
            let who = parse_who(who)?;
            let what = match rest {
                [] if no => What::All,
                ["remote-as"] if no => What::RemoteAs(None),
                ["remote-as", asn] => What::RemoteAs(Some(parse_remote_as(asn)?)),
                ["peer-group"] => What::PeerGroup(None),
                ["peer-group", group] => What::PeerGroup(Some((*group).to_owned())),
                rest => {
                    let setting = attribute::parse(rest, no)?;
                    match setting.key.is_family() {
                        true => What::FamilySetting(Family::V4, setting),
                        false => What::Setting(setting),
                    }
                }
            };
            Some(Command::Neighbor { no, who, what })
        }
        ["network", ..] => parse_family(Family::V4, words, no),
        words => line::parse(line::BGP, words, no).map(Command::Line),
    }
}

fn parse_who(word: &str) -> Option<Who> {
    match word.parse::<IpAddr>() {
        Ok(address) => Some(Who::Address(address)),
        // A mistyped address is not a name.
        Err(_) if word.contains([':', '/']) || word.starts_with(|c: char| c.is_ascii_digit()) => None,
        Err(_) => Some(Who::Group(word.to_owned())),
    }
}

fn parse_remote_as(word: &str) -> Option<RemoteAs> {
    match word {
        "internal" => Some(RemoteAs::Internal),
        "external" => Some(RemoteAs::External),
        number => match number.parse::<peering_core::Asn>().ok()?.get() {
            0 => None,
            number => Some(RemoteAs::Number(number)),
        },
    }
}

fn parse_family(family: Family, words: &[&str], no: bool) -> Option<Command> {
    match words {
        ["neighbor", who, rest @ ..] => {
            let who = parse_who(who)?;
            if let ["peer-group", group] = rest {
                return Some(Command::Neighbor { no, who, what: What::PeerGroup(Some((*group).to_owned())) });
            }
            let setting = attribute::parse(rest, no).filter(|setting| setting.key.is_family())?;
            Some(Command::Neighbor { no, who, what: What::FamilySetting(family, setting) })
        }
        ["network", prefix, options @ ..] => {
            let prefix = parse_prefix(family, prefix)?;
            let is_known = matches!(options, [] | ["route-map", _] | ["backdoor"] | ["label-index", _]);
            is_known.then(|| Command::Network { no, family, prefix, options: options.join(" ") })
        }
        words => line::parse(line::FAMILY, words, no).map(Command::Line),
    }
}
