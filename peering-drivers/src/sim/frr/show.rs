//! Read commands as JSON, in the shape of a real 8.4.4.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use ipnet::IpNet;
use tokio::time::Instant;

use super::Device;
use super::attribute::Key;
use super::bgp::Policy;
use super::config::{Bgp, Family, Neighbor, RemoteAs};
use super::json::Object;
use crate::sim::fabric::World;
use crate::sim::session::{Agreement, Session};

/// What one answer computes once.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    ipv4: OnceCell<BTreeMap<IpNet, Vec<IpAddr>>>,
    ipv6: OnceCell<BTreeMap<IpNet, Vec<IpAddr>>>,
    /// By export policy: how many prefixes pass of our own (`None`) and of each peer's.
    sent: RefCell<HashMap<Policy, HashMap<Option<IpAddr>, usize>>>,
}

/// A router to look at, at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) world: &'a World,
    pub(crate) router: usize,
    pub(crate) device: &'a Device,
    pub(crate) now: Instant,
    pub(crate) tables: &'a Tables,
}

/// One neighbour, looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer<'a> {
    pub(crate) address: IpAddr,
    pub(crate) config: &'a Neighbor,
    pub(crate) session: &'a Session,
    pub(crate) bgp: &'a Bgp,
}

/// `HH:MM:SS`, or with days and weeks as FRR abbreviates them.
pub(crate) fn age(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match days {
        0 => format!("{hours:02}:{:02}:{:02}", minutes % 60, seconds % 60),
        1..7 => format!("{days}d{:02}h{:02}m", hours % 24, minutes % 60),
        _ => format!("{:02}w{}d{:02}h", days / 7, days % 7, hours % 24),
    }
}

/// `ipv4Unicast`.
pub(crate) const fn family_key(family: Family) -> &'static str {
    match family {
        Family::V4 => "ipv4Unicast",
        Family::V6 => "ipv6Unicast",
    }
}

impl Peer<'_> {
    /// The peer's AS, as configured or as it said.
    pub(crate) fn remote_as(&self, view: View<'_>) -> u32 {
        match self.bgp.remote_as(self.config) {
            Some(RemoteAs::Number(number)) => number,
            Some(RemoteAs::Internal) => self.bgp.asn,
            _ => view.told_as(self.address),
        }
    }

    /// Seconds since it came up.
    pub(crate) fn up_seconds(&self, now: Instant) -> Option<u64> {
        self.session.established.map(|(since, _)| now.saturating_duration_since(since).as_secs())
    }

    /// The state as the summary calls it.
    pub(crate) fn summary_state(&self, view: View<'_>) -> (&'static str, &'static str) {
        match self.session.agreement {
            Agreement::AdminDown => ("Idle (Admin)", "Admin"),
            _ if self.session.is_exceeded => ("Idle (PfxCt)", "PfxCt"),
            _ => (self.session.state(view.now, view.world.delay), "OK"),
        }
    }

    /// Messages received and sent, so far as a peer with this life would have exchanged.
    pub(crate) fn messages(&self, now: Instant) -> (u64, u64) {
        let keepalives = self.up_seconds(now).unwrap_or(0) / 30;
        let opens = u64::from(self.session.has_met()).max(self.session.ups);
        let sent = self.session.notification.map_or(0, |n| u64::from(n.is_sent));
        (opens + self.session.ups * 3 + keepalives, opens + self.session.ups * 2 + keepalives + sent)
    }
}

impl<'a> View<'a> {
    /// The neighbours, in order.
    pub(crate) fn peers(&self) -> Vec<Peer<'a>> {
        let device = self.device;
        let Some(bgp) = &device.config.bgp else { return Vec::new() };
        let peers = bgp.peers.iter();
        peers
            .filter_map(|(address, config)| {
                Some(Peer { address: *address, config, session: device.chassis.sessions.get(address)?, bgp })
            })
            .collect()
    }

    /// The AS that whoever has this address announces.
    fn told_as(&self, address: IpAddr) -> u32 {
        self.world.told(self.router, address).map_or(0, |(asn, _)| asn)
    }

    /// The identifier that whoever has this address uses.
    fn told_id(&self, address: IpAddr) -> String {
        self.world.told(self.router, address).map_or_else(|| "0.0.0.0".to_owned(), |(_, id)| id)
    }

    /// The table of a family, made once per answer.
    pub(crate) fn table(&self, family: Family) -> &BTreeMap<IpNet, Vec<IpAddr>> {
        let table = if family == Family::V4 { &self.tables.ipv4 } else { &self.tables.ipv6 };
        table.get_or_init(|| self.world.table(self.router, family))
    }

    /// Prefixes sent to a peer: our networks, and what the others told us.
    pub(crate) fn sent(&self, peer: &Peer<'_>, family: Family) -> usize {
        if peer.session.established.is_none() || !peer.session.agreement.carries(family) {
            return 0;
        }
        let config = &self.device.config;
        let policy = config.policy(peer.bgp, peer.config, family, true);
        let mut counts = self.tables.sent.borrow_mut();
        let by_origin = counts.entry(policy.clone()).or_insert_with(|| {
            let mut by_origin: HashMap<Option<IpAddr>, usize> = HashMap::new();
            by_origin.insert(None, config.exported(peer.bgp, peer.config, family).len());
            for (_, from) in self.table(family).iter().filter(|(prefix, _)| config.lets_pass(&policy, prefix))
            {
                *by_origin.entry(from.first().copied()).or_default() += 1;
            }
            by_origin
        });
        let own = by_origin.get(&Some(peer.address)).copied().unwrap_or(0);
        by_origin.values().sum::<usize>() - own
    }

    /// `show bgp summary json`.
    pub(crate) fn summary(&self, families: &[Family]) -> Object {
        let mut all = Object::new();
        let peers = self.peers();
        for family in families {
            let active: Vec<&Peer<'_>> =
                peers.iter().filter(|peer| peer.bgp.is_active(peer.config, *family)).collect();
            let Some(bgp) = &self.device.config.bgp else { continue };
            if active.is_empty() {
                continue;
            }
            let table = self.table(*family);
            let mut entries = Object::new();
            let mut failed = 0_u32;
            for peer in &active {
                failed += u32::from(peer.session.established.is_none());
                entries.set(peer.address.to_string(), self.summary_peer(peer, *family));
            }
            let block = Object::new()
                .with("routerId", self.device.router_id())
                .with("as", bgp.asn)
                .with("vrfId", 0)
                .with("vrfName", "default")
                .with("tableVersion", table.len())
                .with("ribCount", table.len() * 2)
                .with("ribMemory", table.len() * 384)
                .with("peerCount", active.len())
                .with("peerMemory", active.len() * 741_464)
                .with("peerGroupCount", bgp.groups.len())
                .with("peerGroupMemory", bgp.groups.len() * 64)
                .with("peers", entries)
                .with("failedPeers", failed)
                .with("displayedPeers", active.len())
                .with("totalPeers", active.len())
                .with("dynamicPeers", 0)
                .with("bestPath", Object::new().with("multiPathRelax", "false"));
            all.set(family_key(*family), block);
        }
        all
    }

    fn summary_peer(&self, peer: &Peer<'_>, family: Family) -> Object {
        let (received, sent) = peer.messages(self.now);
        let up = peer.up_seconds(self.now);
        let (state, peer_state) = peer.summary_state(*self);
        let mut entry = Object::new()
            .with("remoteAs", peer.remote_as(*self))
            .with("localAs", peer.bgp.asn)
            .with("version", 4)
            .with("msgRcvd", received)
            .with("msgSent", sent)
            .with("tableVersion", 0)
            .with("outq", 0)
            .with("inq", 0)
            .with("peerUptime", up.map_or_else(|| "never".to_owned(), age))
            .with("peerUptimeMsec", up.unwrap_or(0) * 1000);
        if let Some((_, epoch)) = peer.session.established {
            entry.set("peerUptimeEstablishedEpoch", epoch);
        }
        entry.set("pfxRcd", self.world.accepted(self.router, peer.address, family).len());
        entry.set("pfxSnt", self.sent(peer, family));
        entry.set("state", state);
        entry.set("peerState", peer_state);
        entry.set("connectionsEstablished", peer.session.ups);
        entry.set("connectionsDropped", peer.session.downs);
        if let Some(text) = peer.bgp.setting(peer.config, "description") {
            entry.set("desc", text);
        }
        entry.with("idType", Family::of(peer.address).name())
    }

    /// `show bgp neighbors X json`, one neighbour.
    pub(crate) fn neighbor(&self, peer: &Peer<'_>) -> Object {
        let session = peer.session;
        let since = |at: Instant| self.now.saturating_duration_since(at).as_secs() * 1000;
        let remote_as = peer.remote_as(*self);
        let up = peer.up_seconds(self.now).map(|seconds| seconds * 1000);
        let timers = timers(peer);
        let mut all = Object::new()
            .with("remoteAs", remote_as)
            .with("localAs", peer.bgp.asn)
            .with(if remote_as == peer.bgp.asn { "nbrInternalLink" } else { "nbrExternalLink" }, true)
            .with("localRole", "undefined")
            .with("remoteRole", "undefined");
        if let Some(text) = peer.bgp.setting(peer.config, "description") {
            all.set("nbrDesc", text);
        }
        if let Some(group) = &peer.config.group {
            all.set("peerGroup", group.as_str());
        }
        if session.agreement == Agreement::AdminDown {
            all.set("adminShutDown", true);
        }
        all.set("bgpVersion", 4);
        all.set(
            "remoteRouterId",
            if session.has_met() { self.told_id(peer.address) } else { "0.0.0.0".to_owned() },
        );
        all.set("localRouterId", self.device.router_id());
        all.set("bgpState", session.state(self.now, self.world.delay));
        if let (Some(up), Some((_, epoch))) = (up, session.established) {
            all.set("bgpTimerUpMsec", up);
            all.set("bgpTimerUpString", age(up / 1000));
            all.set("bgpTimerUpEstablishedEpoch", epoch);
        }
        let hold = if up.is_some() && timers == (60, 180) { (30, 90) } else { timers };
        all = all
            .with("bgpTimerLastRead", since(session.since))
            .with("bgpTimerLastWrite", since(session.since))
            .with("bgpInUpdateElapsedTimeMsecs", since(session.since))
            .with("bgpTimerConfiguredHoldTimeMsecs", timers.1 * 1000)
            .with("bgpTimerConfiguredKeepAliveIntervalMsecs", timers.0 * 1000)
            .with("bgpTimerHoldTimeMsecs", hold.1 * 1000)
            .with("bgpTimerKeepAliveIntervalMsecs", hold.0 * 1000)
            .with("extendedOptionalParametersLength", false)
            .with("bgpTimerConfiguredConditionalAdvertisementsSec", 60);
        if up.is_some() {
            all.set("neighborCapabilities", self.capabilities(peer));
        }
        all.set("gracefulRestartInfo", graceful_restart(up.is_some()));
        all.set("messageStats", self.statistics(peer));
        all.set("minBtwnAdvertisementRunsTimerMsecs", 0);
        let mut families = Object::new();
        for family in Family::BOTH.into_iter().filter(|family| peer.bgp.is_active(peer.config, *family)) {
            families.set(family_key(family), self.neighbor_family(peer, family));
        }
        all.set("addressFamilyInfo", families);
        all.set("connectionsEstablished", session.ups);
        all.set("connectionsDropped", session.downs);
        all.set("lastResetTimerMsecs", since(session.reset.at));
        if let Some(notification) = session.notification {
            all.set("lastErrorCodeSubcode", notification.code);
            all.set("lastNotificationReason", notification.reason);
            all.set("lastNotificationHardReset", false);
        }
        all.set("lastResetDueTo", session.reset.reason);
        all.set("lastResetCode", session.reset.code);
        if session.is_exceeded {
            all.set("prefixesConfigExceedMax", true);
            all.set("reducePrefixNumAndClearIpBgp", true);
        }
        all.set("externalBgpNbrMaxHopsAway", 1);
        self.connection(peer, all)
    }

    fn connection(&self, peer: &Peer<'_>, mut all: Object) -> Object {
        let session = peer.session;
        let is_up = session.established.is_some();
        match self.world.local(self.router, peer.address).filter(|_| is_up || session.is_exceeded) {
            Some(local) => {
                all.set("hostLocal", local.to_string());
                all.set("portLocal", 179);
                all.set("hostForeign", peer.address.to_string());
                all.set("portForeign", 36_171);
                all.set("nexthop", self.device.router_id());
                let is_global = |a: &IpAddr| matches!(a, IpAddr::V6(v6) if !v6.is_unicast_link_local());
                let global = self.device.own().into_iter().find(is_global);
                all.set(
                    "nexthopGlobal",
                    global.map_or_else(|| "::".to_owned(), |address| address.to_string()),
                );
                all.set("nexthopLocal", "fe80::200:5eff:fe00:5301");
                all.set("bgpConnection", "sharedNetwork");
            }
            None => {
                all.set("hostLocal", "Unknown");
                all.set("portLocal", -1);
                all.set("hostForeign", "Unknown");
                all.set("portForeign", -1);
            }
        }
        all.set("connectRetryTimer", 120);
        if !is_up && !matches!(session.agreement, Agreement::AdminDown) && !session.is_exceeded {
            all.set("nextConnectTimerDueInMsecs", 115_000);
        }
        if peer.bgp.setting(peer.config, "password").is_some() {
            all.set("authenticationEnabled", 1);
        }
        let threads = if is_up { "on" } else { "off" };
        all.with("readThread", threads).with("writeThread", threads)
    }

    fn capabilities(&self, peer: &Peer<'_>) -> Object {
        let mut paths = Object::new();
        let mut protocols = Object::new();
        for family in Family::BOTH.into_iter().filter(|family| peer.bgp.is_active(peer.config, *family)) {
            let key = family_key(family);
            paths.set(key, Object::new().with("rxAdvertised", true));
            let word =
                if peer.session.agreement.carries(family) { "advertisedAndReceived" } else { "advertised" };
            protocols.set(key, Object::new().with(word, true));
        }
        let host = Object::new()
            .with("advHostName", self.device.config.hostname.as_str())
            .with("advDomainName", "n/a");
        Object::new()
            .with("4byteAs", "advertisedAndReceived")
            .with("extendedMessage", "advertisedAndReceived")
            .with("addPath", paths)
            .with("longLivedGracefulRestart", "advertised")
            .with("routeRefresh", "advertised")
            .with("enhancedRouteRefresh", "advertised")
            .with("multiprotocolExtensions", protocols)
            .with("hostName", host)
            .with("gracefulRestartCapability", "advertised")
    }

    fn statistics(&self, peer: &Peer<'_>) -> Object {
        let (received, sent) = peer.messages(self.now);
        let keepalives = peer.up_seconds(self.now).unwrap_or(0) / 30 + peer.session.ups;
        let opens = u64::from(peer.session.has_met()).max(peer.session.ups);
        let by_us = peer.session.notification.is_some_and(|n| n.is_sent);
        let by_them = peer.session.notification.is_some_and(|n| !n.is_sent);
        Object::new()
            .with("depthInq", 0)
            .with("depthOutq", 0)
            .with("opensSent", opens)
            .with("opensRecv", opens)
            .with("notificationsSent", u32::from(by_us))
            .with("notificationsRecv", u32::from(by_them))
            .with("updatesSent", peer.session.ups)
            .with("updatesRecv", peer.session.ups * 2)
            .with("keepalivesSent", keepalives)
            .with("keepalivesRecv", keepalives)
            .with("routeRefreshSent", 0)
            .with("routeRefreshRecv", 0)
            .with("capabilitySent", 0)
            .with("capabilityRecv", 0)
            .with("totalSent", sent)
            .with("totalRecv", received)
    }

    fn neighbor_family(&self, peer: &Peer<'_>, family: Family) -> Object {
        let setting = |key: Key| peer.bgp.family_setting(peer.config, family, key);
        let name = |value: Option<String>| value.and_then(|value| value.split(' ').next().map(str::to_owned));
        let mut all = Object::new();
        if let Some(group) = &peer.config.group {
            all.set("peerGroupMember", group.as_str());
        }
        let is_up = peer.session.established.is_some() && peer.session.agreement.carries(family);
        if is_up {
            all.set("updateGroupId", 1);
            all.set("subGroupId", 1);
            all.set("packetQueueLength", 0);
        }
        if setting(Key::of("soft-reconfiguration inbound")).is_some() {
            all.set("inboundSoftConfigPermit", true);
        }
        if !peer.config.mute.contains(&family) {
            all.set("commAttriSentToNbr", "extendedAndStandard");
        }
        let maps = [name(setting(Key::of("route-map"))), name(setting(Key::outbound("route-map")))];
        let lists = [name(setting(Key::of("prefix-list"))), name(setting(Key::outbound("prefix-list")))];
        let [map_in, map_out] = maps;
        let [list_in, list_out] = lists;
        if map_in.is_some() || list_in.is_some() {
            all.set("inboundPathPolicyConfig", true);
        }
        if map_out.is_some() || list_out.is_some() {
            all.set("outboundPathPolicyConfig", true);
        }
        for (key, value) in [
            ("incomingUpdatePrefixFilterList", list_in),
            ("outgoingUpdatePrefixFilterList", list_out),
            ("routeMapForIncomingAdvertisements", map_in),
            ("routeMapForOutgoingAdvertisements", map_out),
        ] {
            if let Some(value) = value {
                all.set(key, value);
            }
        }
        all.set("acceptedPrefixCounter", self.world.accepted(self.router, peer.address, family).len());
        if is_up {
            all.set("sentPrefixCounter", self.sent(peer, family));
        }
        if let Some(limit) = setting(Key::of("maximum-prefix")) {
            let mut numbers = limit.split(' ').map_while(|word| word.parse::<u32>().ok());
            if let Some(most) = numbers.next() {
                all.set("prefixAllowedMax", most);
                if limit.contains("warning-only") {
                    all.set("prefixAllowedMaxWarning", true);
                }
                all.set("prefixAllowedWarningThresh", numbers.next().unwrap_or(75));
            }
        }
        all
    }
}

/// Keepalive and hold time in seconds.
pub(crate) fn timers(peer: &Peer<'_>) -> (u64, u64) {
    let value = peer.bgp.setting(peer.config, "timers");
    let numbers = value.as_deref().and_then(|value| value.split_once(' '));
    let parsed = numbers.and_then(|(keepalive, hold)| Some((keepalive.parse().ok()?, hold.parse().ok()?)));
    parsed.unwrap_or((60, 180))
}

fn graceful_restart(is_up: bool) -> Object {
    Object::new()
        .with("endOfRibSend", Object::new())
        .with("endOfRibRecv", Object::new())
        .with("localGrMode", "Helper*")
        .with("remoteGrMode", if is_up { "Disable" } else { "NotApplicable" })
        .with("rBit", false)
        .with("nBit", false)
        .with("timers", Object::new().with("configuredRestartTimer", 120).with("receivedRestartTimer", 0))
}
