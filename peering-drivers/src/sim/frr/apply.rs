//! What a line does: the daemons' side of a configuration command, with their words of refusal.

use std::net::IpAddr;

use super::attribute::{Key, Setting};
use super::config::{Bgp, Config, Family, Neighbor, RemoteAs, RouteMapEntry};
use super::grammar::{Command, Context, What, Who, parse};

const NO_NEIGHBOR: &str = "% Specify remote-as or peer-group commands first";
const NO_GROUP: &str = "% Create the peer-group or interface first";

/// How a line ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done, with a remark at most.
    Done(Option<String>),
    /// vtysh does not know the command.
    Unknown,
    /// A daemon refused it, in these words.
    Refused(String),
}

/// A configuration session: a context on somebody's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// `None` outside the configuration mode.
    pub(crate) context: Option<Context>,
}

impl Cursor {
    /// At the top of the configuration mode.
    pub(crate) const fn top() -> Cursor {
        Cursor { context: Some(Context::Config) }
    }

    /// Executes one line.
    pub(crate) fn execute(&mut self, config: &mut Config, addresses: &[IpAddr], line: &str) -> Outcome {
        // In a file, what follows `end` begins at the top again.
        let context = self.context.clone().unwrap_or(Context::Config);
        let Some((place, command)) = parse(&context, line) else { return Outcome::Unknown };
        self.context = Some(place.clone());
        match command {
            Command::Nothing => return Outcome::Done(None),
            Command::Exit => self.context = place.parent(),
            Command::End => self.context = None,
            Command::Enter(to) => {
                enter(config, &to);
                self.context = Some(to);
            }
            Command::EnterBgp(asn) => match enter_bgp(config, asn) {
                Ok(()) => self.context = Some(Context::Bgp),
                Err(words) => {
                    self.context = Some(Context::Config);
                    return Outcome::Refused(words);
                }
            },
            Command::EnterRouteMap { name, action, sequence } => {
                let entry = config.route_maps.entry((name.clone(), sequence));
                entry
                    .and_modify(|entry| entry.action = action)
                    .or_insert(RouteMapEntry { action, lines: Default::default() });
                self.context = Some(Context::RouteMap(name, sequence));
            }
            command => {
                return match change(config, addresses, &place, command) {
                    Ok(remark) => Outcome::Done(remark),
                    Err(words) => Outcome::Refused(words),
                };
            }
        }
        Outcome::Done(None)
    }
}

/// Reads a whole text in, from the top; the first line that fails ends it.
///
/// # Errors
/// The number of the line, and the words.
pub(crate) fn load(config: &mut Config, addresses: &[IpAddr], text: &str) -> Result<(), (usize, String)> {
    let mut cursor = Cursor::top();
    for (number, line) in (1..).zip(text.lines()) {
        match cursor.execute(config, addresses, line) {
            Outcome::Done(_) => {}
            Outcome::Unknown => return Err((number, format!("% Unknown command: {line}"))),
            Outcome::Refused(words) => return Err((number, words)),
        }
    }
    Ok(())
}

/// Checks the grammar only, as `vtysh -C -f` does, and goes on after an error.
pub(crate) fn check(text: &str) -> Vec<(usize, String)> {
    let mut context = Context::Config;
    let mut wrong = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some((place, command)) = parse(&context, line) else {
            wrong.push((number, line.to_owned()));
            continue;
        };
        context = match command {
            Command::Exit => place.parent().unwrap_or(Context::Config),
            Command::End => Context::Config,
            Command::Enter(to) => to,
            Command::EnterBgp(_) => Context::Bgp,
            Command::EnterRouteMap { name, sequence, .. } => Context::RouteMap(name, sequence),
            _ => place,
        };
    }
    wrong
}

fn enter(config: &mut Config, to: &Context) {
    match to {
        Context::Interface(name) => {
            config.interfaces.entry(name.clone()).or_default();
        }
        Context::Rpki => {
            config.rpki.get_or_insert_default();
        }
        _ => {}
    }
}

fn enter_bgp(config: &mut Config, asn: Option<u32>) -> Result<(), String> {
    match (&config.bgp, asn) {
        (Some(bgp), Some(asn)) if bgp.asn != asn => Err(format!("BGP is already running; AS is {}", bgp.asn)),
        (Some(_), _) => Ok(()),
        (None, Some(asn)) => {
            config.bgp = Some(Bgp { asn, ..Bgp::default() });
            Ok(())
        }
        (None, None) => Err("% No BGP process is configured".to_owned()),
    }
}

type Remark = Result<Option<String>, String>;

fn change(config: &mut Config, addresses: &[IpAddr], place: &Context, command: Command) -> Remark {
    match command {
        Command::Hostname(name) => config.hostname = name.unwrap_or_else(|| "frr".to_owned()),
        Command::NoInterface(name) => drop(config.interfaces.remove(&name)),
        Command::NoRpki => config.rpki.iter_mut().for_each(|lines| lines.clear()),
        Command::NoBgp(asn) => match &config.bgp {
            Some(bgp) if asn.is_none_or(|asn| asn == bgp.asn) => config.bgp = None,
            _ => return Err("% Can't find BGP instance".to_owned()),
        },
        Command::NoRouteMap { name, sequence } => {
            let before = config.route_maps.len();
            config
                .route_maps
                .retain(|(own, number), _| *own != name || sequence.is_some_and(|s| s != *number));
            if config.route_maps.len() == before {
                return Err(format!("% Could not find route-map {name}"));
            }
        }
        Command::Route { no, family, prefix, to } => {
            let routes = config.routes.entry(family).or_default();
            if no {
                let is_found = routes.get_mut(&prefix).is_some_and(|targets| targets.remove(&to));
                routes.retain(|_, targets| !targets.is_empty());
                if !is_found {
                    return Err("% Refusing to remove a non-existent route".to_owned());
                }
            } else {
                routes.entry(prefix).or_default().insert(to);
            }
        }
        Command::PrefixRule { no, family, name, sequence, rule } => {
            prefix_rule(config, no, family, name, sequence, rule)?;
        }
        Command::List(line) => match line.whole() {
            (line, true) => drop(config.lists.insert(line)),
            (line, false) => drop(config.lists.remove(&line)),
        },
        Command::Line(line) => match place {
            Context::Interface(name) => line.apply(config.interfaces.entry(name.clone()).or_default()),
            Context::RouteMap(name, sequence) => {
                if let Some(entry) = config.route_maps.get_mut(&(name.clone(), *sequence)) {
                    line.apply(&mut entry.lines);
                }
            }
            Context::Rpki => line.apply(config.rpki.get_or_insert_default()),
            Context::Bgp => line.apply(&mut bgp_of(config)?.lines),
            Context::Family(family) => line.apply(bgp_of(config)?.family_lines.entry(*family).or_default()),
            Context::Config => line.apply(&mut config.lines),
        },
        Command::Network { no, family, prefix, options } => {
            let networks = bgp_of(config)?.networks.entry(family).or_default();
            match no {
                true if networks.remove(&prefix).is_none() => {
                    return Err("% Can't find static route specified".to_owned());
                }
                true => {}
                false => drop(networks.insert(prefix, options)),
            }
        }
        Command::Neighbor { no, who, what } => return neighbor(config, addresses, no, who, what),
        Command::Nothing
        | Command::Exit
        | Command::End
        | Command::Enter(_)
        | Command::EnterBgp(_)
        | Command::EnterRouteMap { .. } => {}
    }
    Ok(None)
}

fn bgp_of(config: &mut Config) -> Result<&mut Bgp, String> {
    config.bgp.as_mut().ok_or_else(|| "% No BGP process is configured".to_owned())
}

fn prefix_rule(
    config: &mut Config,
    no: bool,
    family: Family,
    name: String,
    sequence: Option<u32>,
    rule: Option<super::config::PrefixRule>,
) -> Result<(), String> {
    let lists = config.prefix_lists.entry(family).or_default();
    match (no, rule) {
        (false, Some(rule)) => {
            let list = lists.entry(name).or_default();
            let next = list.last_key_value().map_or(5, |(last, _)| (last / 5 + 1) * 5);
            let known = list.iter().find(|(_, own)| **own == rule).map(|(number, _)| *number);
            list.insert(sequence.or(known).unwrap_or(next), rule);
        }
        (_, rule) => {
            let missing = || "% Can't find specified prefix-list".to_owned();
            let list = lists.get_mut(&name).ok_or_else(missing)?;
            let before = list.len();
            match (sequence, rule) {
                (Some(sequence), _) => drop(list.remove(&sequence)),
                (None, Some(rule)) => list.retain(|_, own| *own != rule),
                (None, None) => list.clear(),
            }
            if list.len() == before {
                return Err(missing());
            }
            lists.retain(|_, rules| !rules.is_empty());
        }
    }
    Ok(())
}

fn neighbor(config: &mut Config, addresses: &[IpAddr], no: bool, who: Who, what: What) -> Remark {
    let remark = missing_map(config, no, &what);
    let bgp = bgp_of(config)?;
    if let Who::Address(address) = &who
        && addresses.contains(address)
    {
        return Err("% Can not configure the local system as neighbor".to_owned());
    }
    match (no, what) {
        (true, What::All) | (true, What::RemoteAs(_)) if matches!(who, Who::Address(_)) => remove(bgp, &who)?,
        (true, What::PeerGroup(None)) => remove(bgp, &who)?,
        (true, What::All) => return Err("% Create the peer-group first".to_owned()),
        (true, What::RemoteAs(_)) => find(bgp, &who)?.remote_as = None,
        (true, What::PeerGroup(Some(_))) => {
            let peer = find(bgp, &who)?;
            peer.group = None;
            if peer.remote_as.is_none() {
                remove(bgp, &who)?;
            }
        }
        (false, What::All) => {}
        (_, What::RemoteAs(remote_as)) => set_remote_as(bgp, who, remote_as)?,
        (_, What::PeerGroup(None)) => match who {
            Who::Group(name) => drop(bgp.groups.entry(name).or_default()),
            Who::Address(_) => return Err("% A peer-group's name is not an address".to_owned()),
        },
        (_, What::PeerGroup(Some(group))) => join(bgp, &who, group)?,
        (no, What::Setting(setting)) => {
            let settings = &mut find(bgp, &who)?.settings;
            match no {
                true => drop(settings.remove(&setting.key)),
                false => drop(settings.insert(setting.key, setting.value)),
            }
        }
        (no, What::FamilySetting(family, setting)) => set_family(bgp, &who, no, family, setting)?,
    }
    Ok(remark)
}

fn missing_map(config: &Config, no: bool, what: &What) -> Option<String> {
    let What::FamilySetting(_, setting) = what else { return None };
    if no || ![Key::of("route-map"), Key::outbound("route-map")].contains(&setting.key) {
        return None;
    }
    let name = setting.value.split(' ').next().unwrap_or_default();
    let is_known = config.route_maps.keys().any(|(own, _)| own == name);
    (!is_known).then(|| format!("The route-map '{name}' does not exist."))
}

fn find<'a>(bgp: &'a mut Bgp, who: &Who) -> Result<&'a mut Neighbor, String> {
    match who {
        Who::Address(address) => bgp.peers.get_mut(address).ok_or_else(|| NO_NEIGHBOR.to_owned()),
        Who::Group(name) => bgp.groups.get_mut(name).ok_or_else(|| NO_GROUP.to_owned()),
    }
}

fn remove(bgp: &mut Bgp, who: &Who) -> Result<(), String> {
    match who {
        Who::Address(address) => drop(bgp.peers.remove(address)),
        Who::Group(name) => {
            let group = bgp.groups.remove(name).ok_or("% Configure the peer-group first")?;
            // Members that had their AS from the group cannot live on without it.
            bgp.peers.retain(|_, peer| {
                peer.group.as_ref() != Some(name) || (peer.remote_as.is_some() && group.remote_as.is_none())
            });
            for peer in bgp.peers.values_mut().filter(|peer| peer.group.as_ref() == Some(name)) {
                peer.group = None;
            }
        }
    }
    Ok(())
}

fn set_remote_as(bgp: &mut Bgp, who: Who, remote_as: Option<RemoteAs>) -> Result<(), String> {
    match who {
        Who::Address(address) => {
            let has_group_as = bgp
                .peers
                .get(&address)
                .is_some_and(|peer| bgp.group_of(peer).is_some_and(|group| group.remote_as.is_some()));
            if has_group_as {
                return Err("% Peer-group member cannot override remote-as of peer-group".to_owned());
            }
            bgp.peers.entry(address).or_default().remote_as = remote_as;
        }
        Who::Group(name) => {
            bgp.groups.get_mut(&name).ok_or(NO_GROUP)?.remote_as = remote_as;
            if remote_as.is_some() {
                for peer in bgp.peers.values_mut().filter(|peer| peer.group.as_ref() == Some(&name)) {
                    peer.remote_as = None;
                }
            }
        }
    }
    Ok(())
}

fn join(bgp: &mut Bgp, who: &Who, group: String) -> Result<(), String> {
    let Who::Address(address) = who else { return Err(NO_GROUP.to_owned()) };
    let group_as = bgp.groups.get(&group).ok_or("% Configure the peer-group first")?.remote_as;
    if !bgp.peers.contains_key(address) && group_as.is_none() {
        return Err(NO_NEIGHBOR.to_owned());
    }
    let peer = bgp.peers.entry(*address).or_default();
    peer.group = Some(group);
    if group_as.is_some() {
        peer.remote_as = None;
    }
    Ok(())
}

fn set_family(bgp: &mut Bgp, who: &Who, no: bool, family: Family, setting: Setting) -> Result<(), String> {
    let is_default = family == Family::V4 && bgp.is_ipv4_default();
    let neighbor = find(bgp, who)?;
    if setting.key == Key::of("activate") {
        if no && is_default {
            neighbor.inactive.insert(family);
        } else {
            neighbor.inactive.remove(&family);
        }
        if is_default && !no {
            return Ok(());
        }
    }
    if setting.key == Key::of("send-community") && matches!(setting.value.as_str(), "" | "both" | "all") {
        if no {
            neighbor.mute.insert(family);
        } else {
            neighbor.mute.remove(&family);
        }
        return Ok(());
    }
    let settings = neighbor.families.entry(family).or_default();
    match no {
        true => drop(settings.remove(&setting.key)),
        false => drop(settings.insert(setting.key, setting.value)),
    }
    if settings.is_empty() {
        neighbor.families.remove(&family);
    }
    Ok(())
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
