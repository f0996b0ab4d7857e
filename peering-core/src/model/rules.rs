//! What takes several parts of a network to say.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{
    Community, Connection, DirectSession, Family, Indexed, InternetExchangeSession, Router, RoutingPolicy,
    SessionRef, SessionStatus, Status,
};
use crate::{Compat, Result, Secret};

/// Which way routes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    Import,
    Export,
}

impl Indexed {
    /// The policies for what a session receives, in the order in which they apply.
    ///
    /// The session's own, then its peer's, then its group's or exchange's; within a level by weight (higher first),
    /// then name; none twice, and only those of the session's family. Peering Manager takes a session's own
    /// policies of any family.
    pub fn import_policies(&self, session: SessionRef<'_>, compat: Compat) -> Vec<&RoutingPolicy> {
        self.policies_at(&self.merged_policies(session, Direction::Import, compat))
    }

    /// The policies for what a session sends; see [`import_policies`](Indexed::import_policies).
    pub fn export_policies(&self, session: SessionRef<'_>, compat: Compat) -> Vec<&RoutingPolicy> {
        self.policies_at(&self.merged_policies(session, Direction::Export, compat))
    }

    fn policies_at(&self, positions: &[usize]) -> Vec<&RoutingPolicy> {
        positions.iter().filter_map(|at| self.routing_policies.get(*at)).collect()
    }

    /// The positions of the policies that apply to a session, in their order.
    pub(crate) fn merged_policies(
        &self,
        session: SessionRef<'_>,
        direction: Direction,
        compat: Compat,
    ) -> Vec<usize> {
        let own = match direction {
            Direction::Import => session.import_routing_policies(),
            Direction::Export => session.export_routing_policies(),
        };
        let family = session.family();
        let applies = |at: &usize| self.routing_policies.get(*at).is_some_and(|row| row.applies_to(family));
        let mut merged = self.policy_positions(own);
        if compat == Compat::Strict {
            merged.retain(&applies);
        }
        for level in self.levels_above(session, direction) {
            for at in self.policy_positions(level) {
                if applies(&at) && !merged.contains(&at) {
                    merged.push(at);
                }
            }
        }
        merged
    }

    /// The slugs of the peer's policies, then those of the group or exchange.
    fn levels_above(&self, session: SessionRef<'_>, direction: Direction) -> [&[String]; 2] {
        let pick = |import, export| match direction {
            Direction::Import => import,
            Direction::Export => export,
        };
        let peer = self.autonomous_system(&session.autonomous_system()).map_or(&[][..], |row| {
            pick(&row.import_routing_policies, &row.export_routing_policies).as_slice()
        });
        let above = match session {
            SessionRef::InternetExchange(session) => self
                .exchange_of(session)
                .map(|row| pick(&row.import_routing_policies, &row.export_routing_policies).as_slice()),
            SessionRef::Direct(session) => self
                .group_of(session)
                .map(|row| pick(&row.import_routing_policies, &row.export_routing_policies).as_slice()),
        };
        [peer, above.unwrap_or_default()]
    }

    /// Policies by slug, in the order of one level: higher weight first, then by name.
    pub fn ordered_policies(&self, slugs: &[String]) -> Vec<&RoutingPolicy> {
        self.policies_at(&self.policy_positions(slugs))
    }

    pub(crate) fn policy_positions(&self, slugs: &[String]) -> Vec<usize> {
        let mut found: Vec<usize> =
            slugs.iter().filter_map(|slug| self.routing_policy_position(slug)).collect();
        if found.len() > 1 {
            found
                .sort_by_key(|at| self.routing_policies.get(*at).map(|row| (Reverse(row.weight), &row.name)));
        }
        found
    }

    /// The communities of a session: its own, its peer's, its group's or exchange's, its router's; within a level by
    /// value, then name; none twice.
    pub fn merged_communities(&self, session: SessionRef<'_>) -> Vec<&Community> {
        let positions = self.merged_community_positions(session);
        positions.iter().filter_map(|at| self.communities.get(*at)).collect()
    }

    pub(crate) fn merged_community_positions(&self, session: SessionRef<'_>) -> Vec<usize> {
        let peer = self.autonomous_system(&session.autonomous_system());
        let above = match session {
            SessionRef::InternetExchange(session) => self.exchange_of(session).map(|row| &row.communities),
            SessionRef::Direct(session) => self.group_of(session).map(|row| &row.communities),
        };
        let levels = [
            Some(session.communities()),
            peer.map(|row| row.communities.as_slice()),
            above.map(Vec::as_slice),
            self.router_of(session).map(|row| row.communities.as_slice()),
        ];
        let mut merged: Vec<usize> = Vec::new();
        for level in levels.into_iter().flatten() {
            for at in self.community_positions(level) {
                if !merged.contains(&at) {
                    merged.push(at);
                }
            }
        }
        merged
    }

    /// Communities by slug, in the order of their values as text, then of their names.
    pub fn ordered_communities(&self, slugs: &[String]) -> Vec<&Community> {
        self.community_positions(slugs).iter().filter_map(|at| self.communities.get(*at)).collect()
    }

    pub(crate) fn community_positions(&self, slugs: &[String]) -> Vec<usize> {
        let mut found: Vec<usize> = slugs.iter().filter_map(|slug| self.community_position(slug)).collect();
        if found.len() > 1 {
            found.sort_by_key(|at| self.communities.get(*at).map(|row| (&row.value, &row.name)));
        }
        found
    }

    /// Every policy that a router needs, by name: of its sessions, their peers, groups and exchanges, of its
    /// exchanges and groups.
    pub fn router_policies(&self, router: &Router) -> Vec<&RoutingPolicy> {
        let mut found: BTreeMap<(&str, &str), &RoutingPolicy> = BTreeMap::new();
        let mut add = |slugs: &[String]| {
            for policy in slugs.iter().filter_map(|slug| self.routing_policy(slug)) {
                found.insert((&policy.name, &policy.slug), policy);
            }
        };
        for connection in self.router_position(&router.name).map_or(&[][..], |at| self.connections_on(at)) {
            let exchange = self.connections.get(*connection).and_then(|row| self.exchange_at(row));
            if let Some(exchange) = exchange {
                add(&exchange.import_routing_policies);
                add(&exchange.export_routing_policies);
            }
        }
        for session in self.sessions_on(router) {
            add(session.import_routing_policies());
            add(session.export_routing_policies());
            for direction in [Direction::Import, Direction::Export] {
                self.levels_above(session, direction).into_iter().for_each(&mut add);
            }
        }
        found.into_values().collect()
    }

    /// The sessions on a router, those over exchanges first, each sort in document order.
    pub fn sessions_on<'a>(&'a self, router: &Router) -> impl Iterator<Item = SessionRef<'a>> {
        let position = self.router_position(&router.name);
        let connections = position.map_or(&[][..], |at| self.connections_on(at));
        let over_exchanges = connections
            .iter()
            .flat_map(|connection| self.sessions_over(*connection))
            .filter_map(|session| self.internet_exchange_sessions.get(*session))
            .map(SessionRef::InternetExchange);
        let direct = position.map_or(&[][..], |at| self.direct_sessions_on(at));
        let direct = direct.iter().filter_map(|session| self.direct_sessions.get(*session));
        over_exchanges.chain(direct.map(SessionRef::Direct))
    }

    /// Whom a router should have an established session with: the sessions that are [in
    /// use](SessionStatus::is_in_use), by themselves and by [all they depend on](Indexed::session_status). With an
    /// exchange, given by its slug, those over it only. This is what to wait for after a commit.
    ///
    /// None if the network holds no such router.
    pub fn expected_neighbors(&self, router: &str, exchange: Option<&str>) -> Vec<IpAddr> {
        let is_expected = |session: &SessionRef<'_>| {
            let over = match session {
                SessionRef::InternetExchange(row) => self.exchange_of(row).map(|row| row.slug.as_str()),
                SessionRef::Direct(_) => None,
            };
            exchange.is_none_or(|slug| over == Some(slug))
                && session.status().is_in_use()
                && self.session_status(*session).is_in_use()
        };
        let sessions = self.router(router).into_iter().flat_map(|router| self.sessions_on(router));
        let mut found: Vec<IpAddr> = Vec::new();
        for address in sessions.filter(is_expected).map(|session| session.address()) {
            // The same address may be used in two network instances.
            if !found.contains(&address) {
                found.push(address);
            }
        }
        found
    }

    /// The exchange of a session.
    pub fn exchange_of(&self, session: &InternetExchangeSession) -> Option<&super::InternetExchange> {
        self.exchange_at(self.connection(&session.connection)?)
    }

    /// The exchange that a connection leads to.
    pub fn exchange_at(&self, connection: &Connection) -> Option<&super::InternetExchange> {
        self.internet_exchange(connection.internet_exchange.as_deref()?)
    }

    /// The group of a session.
    pub fn group_of(&self, session: &DirectSession) -> Option<&super::BgpGroup> {
        self.bgp_group(session.bgp_group.as_deref()?)
    }

    /// The router that a session is on.
    pub fn router_of(&self, session: SessionRef<'_>) -> Option<&Router> {
        let name = match session {
            SessionRef::InternetExchange(session) => {
                self.connection(&session.connection)?.router.as_deref()?
            }
            SessionRef::Direct(session) => session.router.as_deref()?,
        };
        self.router(name)
    }

    /// The number of prefixes that a session's peer advises to accept for its family. `None` and 0 are no limit.
    pub fn max_prefixes(&self, session: SessionRef<'_>) -> Option<u32> {
        self.autonomous_system(&session.autonomous_system())?.max_prefixes(session.family())
    }

    /// The status of a connection with that of its exchange and router.
    ///
    /// A disabled connection stays so. Otherwise any status of the exchange but `enabled` counts, then a maintenance
    /// of the router; a router that is disabled says nothing about its connections.
    pub fn connection_status(&self, connection: &Connection) -> Status {
        let exchange = self.exchange_at(connection).map(|row| row.status);
        let router = connection.router.as_deref().and_then(|name| self.router(name)).map(|row| row.status);
        if connection.status == Status::Disabled {
            return Status::Disabled;
        }
        exchange
            .filter(|status| *status != Status::Enabled)
            .or(router.filter(|status| status.is_maintenance()))
            .unwrap_or(connection.status)
    }

    /// The status of a session with that of all that it depends on.
    ///
    /// A disabled session stays so. Over an exchange, any [status of its connection](Indexed::connection_status)
    /// but `enabled` counts. For a direct one, its group's `disabled` or `maintenance` does, then a maintenance of its router.
    pub fn session_status(&self, session: SessionRef<'_>) -> SessionStatus {
        if session.status() == SessionStatus::Disabled {
            return SessionStatus::Disabled;
        }
        let inherited = match session {
            SessionRef::InternetExchange(session) => self
                .connection(&session.connection)
                .map(|connection| self.connection_status(connection))
                .filter(|status| *status != Status::Enabled),
            SessionRef::Direct(direct) => {
                let group = self.group_of(direct).map(|group| group.status);
                let router = self.router_of(session).map(|router| router.status);
                group
                    .filter(|status| matches!(status, Status::Disabled | Status::Maintenance))
                    .or(router.filter(|status| status.is_maintenance()))
            }
        };
        inherited.map_or(session.status(), SessionStatus::from)
    }

    /// A session's password in the cipher of its router's platform.
    ///
    /// The stored one, as long as it stands for the password in clear, or there is none in clear; else it is made, if
    /// the router [encrypts passwords](Router::encrypt_passwords) and its platform has a
    /// [cipher](crate::cipher). It is made with the peer's address. Peering Manager takes the prefix length
    /// of a direct session along, so that EOS cannot read what comes out.
    ///
    /// # Errors
    /// [`ErrorKind::Options`](crate::ErrorKind::Options) if the cipher cannot take the password.
    pub fn encrypted_password(&self, session: SessionRef<'_>, compat: Compat) -> Result<Option<Secret>> {
        let stored = session.encrypted_password();
        let router = self.router_of(session).filter(|router| router.encrypt_passwords);
        let platform = router.and_then(|router| self.platform(router.platform.as_deref()?));
        let algorithm = platform.and_then(|platform| platform.password_algorithm);
        let (Some(algorithm), Some(password)) = (algorithm, session.password()) else {
            return Ok(stored.cloned());
        };
        let key = match (session, compat) {
            (SessionRef::Direct(row), Compat::PeeringManager) => row.ip_address.to_string(),
            _ => session.address().to_string(),
        };
        let stands_for_it =
            |stored: &&Secret| algorithm.decrypt(stored.expose(), &key).is_ok_and(|clear| clear == *password);
        match stored.filter(stands_for_it) {
            Some(stored) => Ok(Some(stored.clone())),
            None => algorithm.encrypt(password, &key).map(Some),
        }
    }

    /// Our address on a session, with the prefix length.
    pub fn local_address(&self, session: SessionRef<'_>) -> Option<ipnet::IpNet> {
        match session {
            SessionRef::InternetExchange(row) => {
                self.connection(&row.connection)?.interface_address(Family::from(row.ip_address))
            }
            SessionRef::Direct(row) => row.local_ip_address,
        }
    }
}
