//! Who is where, before any row is written.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::names;
use super::random::Random;

/// An exchange and its peering LAN.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) name: &'static str,
    pub(super) city: &'static str,
    pub(super) country: &'static str,
    pub(super) region: &'static str,
    /// Networks connected, the route servers' included.
    pub(super) members: usize,
    pub(super) lan4: (Ipv4Addr, u8),
    pub(super) lan6: Ipv6Addr,
    /// Whether there are route servers.
    pub(super) route_servers: bool,
    pub(super) mtu: u64,
    /// The facilities it is in, as positions.
    pub(super) facilities: &'static [usize],
}

/// The exchanges. The largest LAN has room for two more members and a few second ports.
pub(super) const EXCHANGES: [Exchange; 5] = [
    Exchange {
        name: "Harbour-IX",
        city: "Port Sorrel",
        country: "NL",
        region: "Europe",
        members: 110,
        lan4: (Ipv4Addr::new(192, 0, 2, 0), 25),
        lan6: Ipv6Addr::new(0x2001, 0xdb8, 0x1, 0, 0, 0, 0, 0),
        route_servers: true,
        mtu: 1500,
        facilities: &[0, 1, 2],
    },
    Exchange {
        name: "Moor Internet Exchange",
        city: "Gorsefield",
        country: "GB",
        region: "Europe",
        members: 52,
        lan4: (Ipv4Addr::new(192, 0, 2, 128), 26),
        lan6: Ipv6Addr::new(0x2001, 0xdb8, 0x2, 0, 0, 0, 0, 0),
        route_servers: true,
        mtu: 1500,
        facilities: &[3],
    },
    Exchange {
        name: "RiverNAP",
        city: "Osierville",
        country: "US",
        region: "North America",
        members: 28,
        lan4: (Ipv4Addr::new(198, 51, 100, 0), 26),
        lan6: Ipv6Addr::new(0x2001, 0xdb8, 0x3, 0, 0, 0, 0, 0),
        route_servers: true,
        mtu: 9000,
        facilities: &[4, 5],
    },
    Exchange {
        name: "Île-IX",
        city: "Port-aux-Érables",
        country: "CA",
        region: "North America",
        members: 16,
        lan4: (Ipv4Addr::new(198, 51, 100, 64), 27),
        lan6: Ipv6Addr::new(0x2001, 0xdb8, 0x4, 0, 0, 0, 0, 0),
        route_servers: false,
        mtu: 1500,
        facilities: &[6],
    },
    Exchange {
        name: "Campus Exchange",
        city: "Port Sorrel",
        country: "NL",
        region: "Europe",
        members: 8,
        lan4: (Ipv4Addr::new(203, 0, 113, 0), 28),
        lan6: Ipv6Addr::new(0x2001, 0xdb8, 0x5, 0, 0, 0, 0, 0),
        route_servers: false,
        mtu: 9000,
        facilities: &[0, 1],
    },
];

/// Facilities by name and city; the first two are on the campus.
pub(super) const FACILITIES: [(&str, &str, &str, &str, f64, f64); 8] = [
    ("Sorrel Quay DC1", "Port Sorrel", "NL", "Europe", 52.1, 4.2),
    ("Sorrel Quay DC2", "Port Sorrel", "NL", "Europe", 52.101, 4.202),
    ("Lighthouse Data Centre", "Port Sorrel", "NL", "Europe", 52.12, 4.25),
    ("Gorsefield Exchange House", "Gorsefield", "GB", "Europe", 53.4, -2.1),
    ("Osier Street Carrier Hotel", "Osierville", "US", "North America", 39.2, -98.3),
    ("Riverside Colo", "Osierville", "US", "North America", 39.21, -98.35),
    ("Centre de données de l'Île", "Port-aux-Érables", "CA", "North America", 46.8, -71.3),
    ("Far Field Bunker", "Gorsefield", "GB", "Europe", 53.5, -2.3),
];

/// Carriers by name, with the facilities they are in.
pub(super) const CARRIERS: [(&str, &[usize]); 3] =
    [("Tideway Carrier", &[0, 1, 2, 3]), ("Overland Optical", &[3, 4, 5, 7]), ("Isle Wave", &[6, 2])];

/// A network. Its number in PeeringDB is its position plus one.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) asn: u64,
    pub(super) name: String,
    pub(super) kind: &'static str,
    /// The organisation, as a position; the exchanges' come first.
    pub(super) org: usize,
    pub(super) ipv6: bool,
}

/// A connection.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) network: usize,
    pub(super) exchange: usize,
    pub(super) ipv4: Option<Ipv4Addr>,
    pub(super) ipv6: Option<Ipv6Addr>,
    pub(super) speed: u64,
    pub(super) rs_peer: bool,
    pub(super) operational: bool,
}

/// The whole world.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) orgs: Vec<String>,
    pub(super) networks: Vec<Network>,
    pub(super) ports: Vec<Port>,
    /// Network and facility, as positions.
    pub(super) presence: BTreeSet<(usize, usize)>,
}

/// The network that examples call theirs: AS64500, at three exchanges.
const OURS: usize = 0;

/// Networks beside ours and the route servers'.
const OTHERS: usize = 140;

/// AS numbers that nobody holds: documentation first, then private use.
fn asn(at: usize) -> u64 {
    match at {
        OURS => 64500,
        1..=15 => [
            64496, 64497, 64498, 64499, 64501, 64502, 64503, 64504, 64505, 64506, 64507, 64508, 64509, 64510,
            64511,
        ][at - 1],
        16..=31 => 65536 + at as u64 - 16,
        _ => 4_200_000_000 + 97 * at as u64,
    }
}

impl Plan {
    pub(super) fn new(random: &mut Random) -> Self {
        let mut orgs: Vec<String> =
            EXCHANGES.iter().map(|exchange| format!("{} Association", exchange.name)).collect();
        orgs.push("Sorrel Quay Property B.V.".to_owned());
        let mut networks = vec![network(OURS, "Example Networks".to_owned(), "NSP", orgs.len(), true)];
        orgs.push("Example Networks B.V.".to_owned());
        for (at, exchange) in EXCHANGES.iter().enumerate().filter(|(_, exchange)| exchange.route_servers) {
            let name = format!("{} Route Servers", exchange.name);
            networks.push(network(networks.len(), name, "Route Server", at, true));
        }
        let kinds = [
            "Cable/DSL/ISP",
            "NSP",
            "Content",
            "Enterprise",
            "Educational/Research",
            "Network Services",
            "Non-Profit",
        ];
        let ordinary = networks.len();
        for at in ordinary..ordinary + OTHERS {
            // Hostile names are spread out, so that even the smallest exchange has one.
            let name = match at - ordinary {
                other if other % 6 == 2 && other / 6 < names::HOSTILE.len() => {
                    names::HOSTILE[other / 6].to_owned()
                }
                other => names::network(other),
            };
            // Some organisations have several networks.
            let org = if random.percent(85) {
                orgs.push(names::organization(&name, random));
                orgs.len() - 1
            } else {
                orgs.len() - 1
            };
            let kind = kinds[random.below(kinds.len()).min(random.below(kinds.len()))];
            let ipv6 = random.percent(82);
            networks.push(network(at, name, kind, org, ipv6));
        }
        let mut plan = Plan { orgs, networks, ports: Vec::new(), presence: BTreeSet::new() };
        for at in 0..EXCHANGES.len() {
            plan.connect(at, random);
        }
        plan.move_in(random);
        plan
    }

    /// Gives an exchange its members.
    fn connect(&mut self, at: usize, random: &mut Random) {
        let exchange = &EXCHANGES[at];
        let route_servers = EXCHANGES.iter().take(at).filter(|other| other.route_servers).count() + 1;
        let mut members = BTreeSet::new();
        if exchange.route_servers {
            members.insert(route_servers);
        }
        // Ours: two ports at the first, IPv4 only at the second, one ordinary port at the third.
        if at < 3 {
            members.insert(OURS);
        }
        let first = self.networks.len() - OTHERS;
        while members.len() < exchange.members {
            // The minimum of two draws: some networks are at many exchanges, most at one.
            members.insert(first + random.below(OTHERS).min(random.below(OTHERS)));
        }
        let hosts = (1_u32 << (32 - exchange.lan4.1)) - 2;
        let mut host = 0;
        for network in members {
            let is_route_server = exchange.route_servers && network == route_servers;
            let ports = match network {
                OURS if at == 0 => 2,
                _ if is_route_server => 2,
                _ if random.percent(4) => 2,
                _ => 1,
            };
            for _ in 0..ports {
                host += 1;
                assert!(host <= hosts, "{} has no address left", exchange.name);
                let ipv4_only = !self.networks[network].ipv6 || (network == OURS && at == 1);
                let ipv6_only = network != OURS && !is_route_server && !ipv4_only && random.percent(3);
                let operational = network == OURS || is_route_server || random.percent(96);
                let ipv4 = Ipv4Addr::from_bits(exchange.lan4.0.to_bits() + host);
                // As many exchanges do, the IPv6 address repeats the last digits of the other one.
                let ipv6 = Ipv6Addr::from_bits(exchange.lan6.to_bits() | u128::from(ipv4.octets()[3]));
                self.ports.push(Port {
                    network,
                    exchange: at,
                    ipv4: (!ipv6_only).then_some(ipv4),
                    ipv6: (!ipv4_only).then_some(ipv6),
                    speed: *random.pick(&[1_000, 10_000, 10_000, 10_000, 20_000, 100_000, 100_000, 400_000]),
                    rs_peer: exchange.route_servers && !is_route_server && random.percent(66),
                    operational,
                });
            }
        }
    }

    /// Gives networks facilities: mostly where they peer.
    fn move_in(&mut self, random: &mut Random) {
        for port in &self.ports {
            if port.network == OURS || random.percent(70) {
                let facility = *random.pick(EXCHANGES[port.exchange].facilities);
                self.presence.insert((port.network, facility));
            }
        }
        for network in 0..self.networks.len() {
            if random.percent(15) {
                self.presence.insert((network, random.below(FACILITIES.len())));
            }
        }
    }
}

fn network(at: usize, name: String, kind: &'static str, org: usize, ipv6: bool) -> Network {
    Network { asn: asn(at), name, kind, org, ipv6 }
}
