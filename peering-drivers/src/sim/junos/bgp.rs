//! BGP as it is configured: neighbours with all that they inherit, by network instance.

use std::net::IpAddr;

use ipnet::IpNet;
use peering_core::cipher::PasswordAlgorithm;

use super::tree::Node;
use crate::sim::family::Family;

/// A network instance that the router has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Instance {
    /// `master` for that of the router itself.
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) router_id: String,
    pub(crate) asn: Option<u32>,
    /// Logical interfaces; the router's own instance has the others.
    pub(crate) interfaces: Vec<String>,
    pub(crate) peers: Vec<Peer>,
    /// Static and aggregate routes, by protocol.
    pub(crate) routes: Vec<(IpNet, &'static str)>,
}

impl Instance {
    pub(crate) fn is_master(&self) -> bool {
        self.name == "master"
    }

    /// The name of its routing table of a family.
    pub(crate) fn table(&self, family: Family) -> String {
        let table = if family == Family::V4 { "inet.0" } else { "inet6.0" };
        if self.is_master() { table.to_owned() } else { format!("{}.{table}", self.name) }
    }
}

/// A neighbour with what its group and BGP as a whole give it.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    pub(crate) group: String,
    pub(crate) description: Option<String>,
    pub(crate) is_internal: bool,
    pub(crate) peer_as: u32,
    pub(crate) local_as: u32,
    pub(crate) local_address: Option<IpAddr>,
    pub(crate) hold_time: u32,
    pub(crate) import: Vec<String>,
    pub(crate) export: Vec<String>,
    pub(crate) password: Option<String>,
    pub(crate) families: [bool; 2],
    pub(crate) limits: [Option<usize>; 2],
    pub(crate) is_shut: bool,
    /// The words under `bgp-options`.
    pub(crate) options: Vec<&'static str>,
}

/// The instances of an active configuration without groups.
pub(crate) fn instances(config: &Node) -> Vec<Instance> {
    let own_as = number(config.value("routing-options autonomous-system as-number"));
    let id = router_id(config);
    let master = Instance {
        name: "master".to_owned(),
        kind: "forwarding".to_owned(),
        peers: peers(config, own_as),
        routes: routes(config),
        asn: own_as,
        router_id: id.clone(),
        ..Instance::default()
    };
    let others = config.child("routing-instances").into_iter().flat_map(|all| &all.children).map(|node| {
        let asn = number(node.value("routing-options autonomous-system as-number")).or(own_as);
        Instance {
            name: node.word().to_owned(),
            kind: node.value("instance-type").unwrap_or("non-forwarding").to_owned(),
            router_id: node.value("routing-options router-id").map_or_else(|| id.clone(), str::to_owned),
            asn,
            interfaces: node.all("interface").map(|one| one.word().to_owned()).collect(),
            peers: peers(node, asn),
            routes: routes(node),
        }
    });
    [master].into_iter().chain(others).collect()
}

/// The configured identifier, or the first address that is not of a loopback network.
fn router_id(config: &Node) -> String {
    if let Some(id) = config.value("routing-options router-id") {
        return id.to_owned();
    }
    let units = config.child("interfaces").into_iter().flat_map(|all| all.all("interface"));
    let nets = units.flat_map(|port| port.all("unit")).flat_map(unit_addresses);
    let first = nets.map(|net| net.addr()).find(|address| address.is_ipv4() && !address.is_loopback());
    first.map_or_else(|| "0.0.0.0".to_owned(), |address| address.to_string())
}

/// The addresses of a logical interface.
pub(crate) fn unit_addresses(unit: &Node) -> Vec<IpNet> {
    let families = ["family inet", "family inet6"].into_iter().filter_map(|path| unit.at(path));
    families
        .flat_map(|family| family.children.iter())
        .filter(|child| child.def.name == "address")
        .filter_map(|address| address.word().parse().ok())
        .collect()
}

fn number(value: Option<&str>) -> Option<u32> {
    value.and_then(|value| value.parse::<peering_core::Asn>().ok()).map(peering_core::Asn::get)
}

fn routes(instance: &Node) -> Vec<(IpNet, &'static str)> {
    let options = instance.child("routing-options");
    let ribs = options.into_iter().chain(options.into_iter().flat_map(|options| options.all("rib")));
    let all = ribs.flat_map(|rib| {
        [("static", "Static"), ("aggregate", "Aggregate")].into_iter().flat_map(move |(path, protocol)| {
            let routes = rib.child(path).into_iter().flat_map(|all| all.all("route"));
            routes.filter_map(move |route| Some((route.word().parse().ok()?, protocol)))
        })
    });
    all.collect()
}

fn peers(instance: &Node, own_as: Option<u32>) -> Vec<Peer> {
    let Some(bgp) = instance.at("protocols bgp") else { return Vec::new() };
    let groups = bgp.all("group").flat_map(|group| group.all("neighbor").map(move |one| [one, group, bgp]));
    groups.filter_map(|levels| peer(levels, own_as)).collect()
}

fn peer(levels: [&Node; 3], own_as: Option<u32>) -> Option<Peer> {
    let [neighbor, group, _] = levels;
    let address: IpAddr = neighbor.word().parse().ok()?;
    let leaf = |path: &str| levels.iter().find_map(|level| level.value(path));
    let has = |name: &str| levels.iter().any(|level| level.has(name));
    // Policies of a level hide those above it.
    let policies = |name: &str| -> Vec<String> {
        let nearest = levels.iter().find(|level| level.has(name));
        nearest.map(|level| level.all(name).map(|one| one.word().to_owned()).collect()).unwrap_or_default()
    };
    let local_as = number(leaf("local-as as-number")).or(own_as).unwrap_or(0);
    let is_internal = group.value("type") == Some("internal");
    let peer_as = number(leaf("peer-as")).unwrap_or(if is_internal { local_as } else { 0 });
    let families = levels.iter().find_map(|level| level.child("family"));
    let of = |name: &str| families.and_then(|families| families.child(name));
    let carries = |name: &str| of(name).is_some_and(|family| family.has("unicast") || family.has("any"));
    let families = match families {
        Some(_) => ["inet", "inet6"].map(carries),
        None => [address.is_ipv4(), address.is_ipv6()],
    };
    let limit = |name: &str| {
        let paths =
            ["prefix-limit", "accepted-prefix-limit"].map(|limit| format!("family {name} unicast {limit}"));
        let limit = levels.iter().find_map(|level| paths.iter().find_map(|path| level.at(path)))?;
        let most = limit.value("maximum")?.parse().ok();
        most.filter(|_| limit.has("teardown"))
    };
    let password = leaf("authentication-key").map(|key| {
        let plain = PasswordAlgorithm::JuniperType9.decrypt(key, "");
        plain.map_or_else(|_| key.to_owned(), |plain| plain.expose().to_owned())
    });
    let mut options = vec!["Preference"];
    let marks = [
        ("hold-time", "HoldTime"),
        ("passive", "Passive"),
        ("remove-private", "RemovePrivateAS"),
        ("log-updown", "LogUpDown"),
        ("multihop", "Multihop"),
        ("authentication-key", "AuthKey"),
        ("local-address", "LocalAddress"),
        ("family", "AddressFamily"),
        ("peer-as", "PeerAS"),
        ("multipath", "Multipath"),
        ("local-as", "LocalAS"),
    ];
    options.extend(marks.iter().filter(|(name, _)| has(name)).map(|(_, word)| *word));
    options.push("Refresh");
    Some(Peer {
        address,
        group: group.word().to_owned(),
        description: leaf("description").map(str::to_owned),
        is_internal,
        peer_as,
        local_as,
        local_address: leaf("local-address").and_then(|address| address.parse().ok()),
        hold_time: leaf("hold-time").and_then(|time| time.parse().ok()).unwrap_or(90),
        import: policies("import"),
        export: policies("export"),
        password,
        families,
        limits: ["inet", "inet6"].map(limit),
        is_shut: has("shutdown") || has("disable"),
        options,
    })
}
