//! The recorded data set as a network.
//!
//! Its one autonomous system that is ours is the local one everywhere. Platforms are those that Peering Manager ships.

use peering_core::Asn;
use peering_core::cipher::PasswordAlgorithm;
use peering_core::model::{
    AutonomousSystem, Bfd, BgpGroup, Community, ConfigContext, Connection, Contact, DirectSession, Family,
    InternetExchange, InternetExchangeSession, Network, Platform, Relationship, Router, RoutingPolicy, Tag,
    Template,
};
use serde_json::{Map, Value};

use super::fields::Fields;

/// Peering Manager's platforms: slug, name, NAPALM's driver, cipher.
const PLATFORMS: [(&str, &str, &str, PasswordAlgorithm); 5] = [
    ("arista-eos", "Arista EOS", "eos", PasswordAlgorithm::AristaType7),
    ("cisco-ios", "Cisco IOS", "ios", PasswordAlgorithm::CiscoType7),
    ("cisco-iosxr", "Cisco IOS-XR", "iosxr", PasswordAlgorithm::CiscoType7),
    ("cisco-nxos", "Cisco NX-OS", "nxos", PasswordAlgorithm::CiscoType7),
    ("juniper-junos", "Juniper Junos", "junos", PasswordAlgorithm::JuniperType9),
];

/// The network, and what of the data set is not in it or not sound.
pub(super) fn network(dataset: Value) -> Result<(Network, Vec<String>), String> {
    let mut reader = Reader { network: Network::default(), notes: Vec::new() };
    let mut dataset = Fields::new("dataset".to_owned(), dataset)?;
    reader.platforms();
    reader.each(&mut dataset, "policies", Reader::policy)?;
    reader.each(&mut dataset, "communities", Reader::community)?;
    reader.tags(&mut dataset)?;
    reader.each(&mut dataset, "config_contexts", Reader::config_context)?;
    reader.each(&mut dataset, "ases", Reader::autonomous_system)?;
    reader.each(&mut dataset, "bfds", Reader::bfd)?;
    reader.each(&mut dataset, "routers", Reader::router)?;
    reader.each(&mut dataset, "ixps", Reader::exchange)?;
    reader.each(&mut dataset, "connections", Reader::connection)?;
    reader.each(&mut dataset, "ixp_sessions", Reader::exchange_session)?;
    reader.each(&mut dataset, "groups", Reader::group)?;
    reader.each(&mut dataset, "relationships", Reader::relationship)?;
    reader.each(&mut dataset, "direct_sessions", Reader::direct_session)?;
    reader.includes(dataset.or_default("includes")?);
    reader.each(&mut dataset, "contacts", Reader::contact)?;
    dataset.finish(&mut reader.notes);
    let Reader { network, mut notes } = reader;
    notes.extend(network.problems().iter().map(ToString::to_string));
    Ok((network, notes))
}

struct Reader {
    network: Network,
    notes: Vec<String>,
}

/// Moves what every sort of row may have into a row.
macro_rules! common {
    ($row:ident, $fields:ident, $position:ident, $($field:ident),*) => {
        let common = $fields.common($position)?;
        $($row.$field = common.$field;)*
    };
}

/// Moves what both sorts of session have into one.
macro_rules! session {
    ($row:ident, $fields:ident, $position:ident) => {
        $row.status = $fields.or_default("status")?;
        $row.password = $fields.take("password")?;
        $row.encrypted_password = $fields.take("encrypted_password")?;
        if let Some(ttl) = $fields.take("multihop_ttl")? {
            $row.multihop_ttl = ttl;
        }
        $row.passive = $fields.or_default("passive")?;
        $row.import_routing_policies = $fields.or_default("import_")?;
        $row.export_routing_policies = $fields.or_default("export")?;
        $row.communities = $fields.or_default("communities")?;
        $row.bfd = $fields.take("bfd")?;
        $row.bgp_state = $fields.take("bgp_state")?;
        $row.service_reference = $fields.take("service_reference")?;
        common!(
            $row,
            $fields,
            $position,
            id,
            tags,
            config_contexts,
            local_context_data,
            description,
            comments
        );
    };
}

type Read<T = ()> = Result<T, String>;

impl Reader {
    fn each(
        &mut self,
        dataset: &mut Fields,
        list: &str,
        read: fn(&mut Reader, &mut Fields, usize) -> Read,
    ) -> Read {
        for (position, row) in dataset.rows(list)? {
            let mut fields = Fields::new(format!("{list}[{position}]"), row)?;
            read(self, &mut fields, position)?;
            fields.finish(&mut self.notes);
        }
        Ok(())
    }

    fn platforms(&mut self) {
        let row = |(position, (slug, name, driver, algorithm)): (u64, (&str, &str, &str, _))| Platform {
            slug: Some(slug.to_owned()),
            password_algorithm: Some(algorithm),
            id: Some(position),
            ..Platform::new(name, driver)
        };
        self.network.platforms = (1..).zip(PLATFORMS).map(row).collect();
    }

    fn policy(&mut self, fields: &mut Fields, position: usize) -> Read {
        let mut row = RoutingPolicy::new(fields.given::<String>("slug")?, fields.given::<String>("name")?);
        row.kind = fields.or_default("type")?;
        row.weight = fields.or_default("weight")?;
        row.address_family = match fields.or_default("address_family")? {
            0 => None,
            4 => Some(Family::Ipv4),
            6 => Some(Family::Ipv6),
            other => return Err(format!("policies[{position}]: no address family {other}")),
        };
        row.communities = fields.or_default("communities")?;
        common!(row, fields, position, id, tags, config_contexts, local_context_data, description);
        self.network.routing_policies.push(row);
        Ok(())
    }

    fn community(&mut self, fields: &mut Fields, position: usize) -> Read {
        let (slug, name): (String, String) = (fields.given("slug")?, fields.given("name")?);
        let mut row = Community::new(slug, name, fields.given::<String>("value")?);
        row.direction = fields.take("type")?;
        common!(row, fields, position, id, tags, config_contexts, local_context_data, description);
        self.network.communities.push(row);
        Ok(())
    }

    /// A tag is its slug, which is also its name, or a row.
    fn tags(&mut self, dataset: &mut Fields) -> Read {
        for (position, row) in dataset.rows("tags")? {
            let mut fields = match row {
                Value::String(slug) => {
                    Fields::new(String::new(), Map::from_iter([("slug".to_owned(), slug.into())]).into())?
                }
                row => Fields::new(format!("tags[{position}]"), row)?,
            };
            let slug: String = fields.given("slug")?;
            let name = fields.take("name")?.unwrap_or_else(|| slug.clone());
            let mut row = Tag { name, slug, ..Tag::default() };
            common!(row, fields, position, id, description);
            self.network.tags.push(row);
            fields.finish(&mut self.notes);
        }
        Ok(())
    }

    fn config_context(&mut self, fields: &mut Fields, position: usize) -> Read {
        let mut row = ConfigContext::new(fields.given::<String>("name")?, fields.or_default("data")?);
        row.is_active = fields.take("is_active")?.unwrap_or(true);
        common!(row, fields, position, id, description);
        self.network.config_contexts.push(row);
        Ok(())
    }

    fn autonomous_system(&mut self, fields: &mut Fields, position: usize) -> Read {
        let mut row = AutonomousSystem::new(fields.given("asn")?, fields.given::<String>("name")?);
        row.affiliated = fields.or_default("affiliated")?;
        row.irr_as_set = fields.take("irr_as_set")?;
        row.ipv4_max_prefixes = fields.take("ipv4_max_prefixes")?;
        row.ipv6_max_prefixes = fields.take("ipv6_max_prefixes")?;
        row.import_routing_policies = fields.or_default("import_")?;
        row.export_routing_policies = fields.or_default("export")?;
        row.communities = fields.or_default("communities")?;
        row.prefixes = fields.take("prefixes")?;
        row.as_list = fields.or_default("as_list")?;
        common!(row, fields, position, id, tags, config_contexts, local_context_data, description, comments);
        self.network.autonomous_systems.push(row);
        Ok(())
    }

    fn bfd(&mut self, fields: &mut Fields, position: usize) -> Read {
        let mut row = Bfd::new(fields.given::<String>("slug")?, fields.given::<String>("name")?);
        if let Some(interval) = fields.take("minimum_transmit_interval")? {
            row.minimum_transmit_interval = interval;
        }
        if let Some(interval) = fields.take("minimum_receive_interval")? {
            row.minimum_receive_interval = interval;
        }
        if let Some(multiplier) = fields.take("detection_multiplier")? {
            row.detection_multiplier = multiplier;
        }
        row.hold_time = fields.or_default("hold_time")?;
        common!(row, fields, position, id, description);
        self.network.bfds.push(row);
        Ok(())
    }

    /// The autonomous system that is ours.
    fn local_asn(&self) -> Option<Asn> {
        self.network.autonomous_systems.iter().find(|row| row.affiliated).map(|row| row.asn)
    }

    fn router(&mut self, fields: &mut Fields, position: usize) -> Read {
        let mut row = Router::new(fields.given::<String>("name")?, fields.given::<String>("hostname")?);
        row.platform = fields.take("platform")?.map(|slug: String| self.platform(slug));
        row.status = fields.or_default("status")?;
        row.local_autonomous_system = self.local_asn();
        row.encrypt_passwords = fields.or_default("encrypt_passwords")?;
        row.poll_bgp_sessions_state = fields.or_default("poll_bgp_sessions_state")?;
        row.communities = fields.or_default("communities")?;
        common!(row, fields, position, id, tags, config_contexts, local_context_data, description, comments);
        self.network.routers.push(row);
        Ok(())
    }

    /// The name of the platform with this slug; one of that name alone, if Peering Manager does not ship it.
    fn platform(&mut self, slug: String) -> String {
        let known = self.network.platforms.iter().find(|row| row.slug.as_ref() == Some(&slug));
        if let Some(row) = known {
            return row.name.clone();
        }
        self.notes.push(format!("platform {slug} is not one that Peering Manager ships"));
        self.network.platforms.push(Platform { slug: Some(slug.clone()), ..Platform::new(&slug, &slug) });
        slug
    }

    fn exchange(&mut self, fields: &mut Fields, position: usize) -> Read {
        let mut row = InternetExchange::new(fields.given::<String>("slug")?, fields.given::<String>("name")?);
        row.status = fields.or_default("status")?;
        row.local_autonomous_system = self.local_asn();
        row.peeringdb_ixlan = fields.take("pdb_ixlan")?;
        row.prefixes = fields.or_default("prefixes")?;
        row.import_routing_policies = fields.or_default("import_")?;
        row.export_routing_policies = fields.or_default("export")?;
        row.communities = fields.or_default("communities")?;
        common!(row, fields, position, id, tags, config_contexts, local_context_data, description, comments);
        self.network.internet_exchanges.push(row);
        Ok(())
    }

    fn connection(&mut self, fields: &mut Fields, position: usize) -> Read {
        let mut row = Connection::new("");
        row.internet_exchange = fields.take("ixp")?;
        row.status = fields.or_default("status")?;
        row.router = fields.take("router")?;
        // Where there is none, Peering Manager has an empty text.
        row.interface = Some(fields.or_default("interface")?);
        row.vlan = fields.take("vlan")?;
        row.mac_address = fields.take("mac")?;
        row.ipv4_address = fields.take("ipv4")?;
        row.ipv6_address = fields.take("ipv6")?;
        common!(row, fields, position, id, tags, config_contexts, local_context_data, description, comments);
        row.name = self.connection_name(&row);
        self.network.connections.push(row);
        Ok(())
    }

    /// Peering Manager's name for a connection. It is a key here, so a second one of the same name gets its number.
    fn connection_name(&self, row: &Connection) -> String {
        let id = row.id.unwrap_or_default();
        let exchange = row.internet_exchange.as_deref().and_then(|slug| self.network.internet_exchange(slug));
        let mut name = match (exchange, &row.router) {
            (Some(exchange), Some(router)) => format!("{} on {router}", exchange.name),
            (Some(exchange), None) => exchange.name.clone(),
            (None, _) => format!("Connection #{id}"),
        };
        if exchange.is_some()
            && row.router.is_some()
            && let Some(interface) = row.interface.as_deref().filter(|interface| !interface.is_empty())
        {
            name = format!("{name} {interface}");
        }
        if self.network.connection(&name).is_some() { format!("{name} #{id}") } else { name }
    }

    fn exchange_session(&mut self, fields: &mut Fields, position: usize) -> Read {
        let connection: u64 = fields.given("connection")?;
        let named = self.network.connections.iter().find(|row| row.id == Some(connection));
        let connection =
            named.ok_or_else(|| format!("ixp_sessions[{position}]: no connection {connection}"))?;
        let mut row =
            InternetExchangeSession::new(fields.given("asn")?, &connection.name, fields.given("ip")?);
        row.is_route_server = fields.or_default("is_route_server")?;
        session!(row, fields, position);
        self.network.internet_exchange_sessions.push(row);
        Ok(())
    }

    fn group(&mut self, fields: &mut Fields, position: usize) -> Read {
        let mut row = BgpGroup::new(fields.given::<String>("slug")?, fields.given::<String>("name")?);
        row.status = fields.or_default("status")?;
        row.import_routing_policies = fields.or_default("import_")?;
        row.export_routing_policies = fields.or_default("export")?;
        row.communities = fields.or_default("communities")?;
        common!(row, fields, position, id, tags, config_contexts, local_context_data, description, comments);
        self.network.bgp_groups.push(row);
        Ok(())
    }

    fn relationship(&mut self, fields: &mut Fields, position: usize) -> Read {
        let (slug, name) = (fields.given("slug")?, fields.given("name")?);
        let mut row = Relationship { slug, name, ..Relationship::default() };
        common!(row, fields, position, id, description);
        self.network.relationships.push(row);
        Ok(())
    }

    fn direct_session(&mut self, fields: &mut Fields, position: usize) -> Read {
        let mut row = DirectSession::new(fields.given("asn")?, fields.given("ip")?);
        row.local_autonomous_system = self.local_asn();
        row.local_ip_address = fields.take("local")?;
        row.relationship = fields.take("relationship")?;
        row.bgp_group = fields.take("group")?;
        row.router = fields.take("router")?;
        session!(row, fields, position);
        self.network.direct_sessions.push(row);
        Ok(())
    }

    /// Templates by name.
    fn includes(&mut self, includes: Map<String, Value>) {
        for (position, (name, source)) in (1..).zip(includes) {
            let source = source.as_str().unwrap_or_default();
            self.network.templates.push(Template { id: Some(position), ..Template::new(name, source) });
        }
    }

    /// Contacts stand with whom they are for: an autonomous system or an exchange.
    fn contact(&mut self, fields: &mut Fields, position: usize) -> Read {
        let mut row = Contact::new(fields.given::<String>("role")?, fields.given::<String>("name")?);
        row.email = fields.take("email")?;
        row.phone = fields.take("phone")?;
        row.address = fields.take("address")?;
        row.description = fields.or_default("description")?;
        row.comments = fields.or_default("comments")?;
        let (asn, exchange): (Option<Asn>, Option<String>) = (fields.take("asn")?, fields.take("ixp")?);
        let Network { autonomous_systems, internet_exchanges, .. } = &mut self.network;
        if let Some(system) = autonomous_systems.iter_mut().find(|system| Some(system.asn) == asn) {
            system.contacts.push(row);
        } else if let Some(exchange) =
            internet_exchanges.iter_mut().find(|row| Some(&row.slug) == exchange.as_ref())
        {
            exchange.contacts.push(row);
        } else {
            return Err(format!("contacts[{position}] is for nobody"));
        }
        Ok(())
    }
}
