//! What the NETCONF server asks of the persona, and what the router says first.

use tokio::time::Instant;

use super::device::Xr;
use super::refusal::{failed, unknown};
use super::rpc;
use crate::sim::fabric::World;
use crate::sim::netconf::agent::Agent;
use crate::sim::netconf::element::{Element, escaped};
use crate::sim::netconf::reply::Reply;
use crate::transport::netconf::{BASE_1_1, NAMESPACE};

/// What the router can do.
const CAPABILITIES: [&str; 7] = [
    "urn:ietf:params:netconf:base:1.0",
    "urn:ietf:params:netconf:capability:candidate:1.0",
    "urn:ietf:params:netconf:capability:rollback-on-error:1.0",
    "urn:ietf:params:netconf:capability:validate:1.1",
    "urn:ietf:params:netconf:capability:confirmed-commit:1.1",
    "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring?module=ietf-netconf-monitoring&revision=2010-10-04",
    "urn:ietf:params:xml:ns:yang:ietf-inet-types?module=ietf-inet-types&revision=2013-07-15",
];

/// Cisco's modules that it has something of, with their revisions.
const MODULES: [(&str, &str); 31] = [
    ("aaa-lib-cfg", "2017-11-14"),
    ("aaa-locald-cfg", "2017-03-11"),
    ("cfgmgr-rollback-act", "2016-04-17"),
    ("cli-cfg", "2018-05-15"),
    ("cli-diff-act", "2019-10-25"),
    ("config-cfgmgr-exec-oper", "2017-06-27"),
    ("ethernet-lldp-oper", "2017-11-13"),
    ("ifmgr-cfg", "2017-09-07"),
    ("infra-rsi-cfg", "2017-05-01"),
    ("invmgr-oper", "2017-09-07"),
    ("ip-ntp-cfg", "2017-05-01"),
    ("ip-ntp-oper", "2015-11-09"),
    ("ip-rib-ipv4-oper", "2015-11-09"),
    ("ip-rib-ipv6-oper", "2015-11-09"),
    ("ipv4-arp-oper", "2017-05-01"),
    ("ipv4-bgp-cfg", "2017-07-31"),
    ("ipv4-bgp-oper", "2017-06-26"),
    ("ipv4-io-oper", "2015-10-20"),
    ("ipv6-ma-oper", "2017-08-09"),
    ("ipv6-nd-oper", "2017-06-26"),
    ("l2vpn-oper", "2017-06-26"),
    ("man-ipsla-cfg", "2015-11-09"),
    ("man-ipsla-oper", "2015-11-09"),
    ("nto-misc-oper", "2015-11-09"),
    ("pfi-im-cmd-oper", "2017-06-26"),
    ("ping-act", "2016-09-28"),
    ("shellutil-oper", "2015-01-07"),
    ("snmp-agent-cfg", "2017-12-20"),
    ("traceroute-act", "2016-09-28"),
    ("types", "2017-12-01"),
    ("wdsysmon-fd-oper", "2015-11-09"),
];

/// The namespace of a module of Cisco's.
pub(crate) fn model(name: &str) -> String {
    format!("http://cisco.com/ns/yang/Cisco-IOS-XR-{name}")
}

impl Agent for Xr {
    const OWN_ATTRIBUTES: &'static [&'static str] = &["xmlns"];

    fn hello(&self, session: u32, _user: &str, has_chunks: bool) -> String {
        let module = |(name, revision): &(&str, &str)| {
            format!("{}?module=Cisco-IOS-XR-{name}&revision={revision}", model(name))
        };
        let own = CAPABILITIES.iter().map(|uri| (*uri).to_owned());
        let chunks = has_chunks.then(|| BASE_1_1.to_owned());
        let all = own.chain(chunks).chain(self.commit_label.clone()).chain(MODULES.iter().map(module));
        let mut text = format!("<hello xmlns=\"{NAMESPACE}\">\n <capabilities>\n");
        for uri in all {
            text.push_str(&format!("  <capability>{}</capability>\n", escaped(&uri)));
        }
        text.push_str(&format!(" </capabilities>\n <session-id>{session}</session-id>\n</hello>\n]]>]]>\n"));
        text
    }

    fn enter(&mut self, user: &str) -> u32 {
        self.log_in(user, "netconf")
    }

    fn leave(&mut self, session: u32, now: Instant) {
        self.log_out(session, now);
    }

    fn names(operation: &Element) -> Vec<String> {
        vec![operation.name.clone()]
    }

    fn answer(world: &mut World, router: usize, session: u32, operation: &Element, now: Instant) -> Reply {
        rpc::answer(world, router, session, operation, now)
    }

    fn malformed() -> Reply {
        unknown("rpc")
    }

    fn error(words: &str) -> Reply {
        failed(words)
    }

    fn envelope(&self, attributes: &str, body: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<rpc-reply xmlns=\"{NAMESPACE}\"{attributes}>\n{body}</rpc-reply>\n"
        )
    }

    fn pending(&self) -> Option<(u64, Instant)> {
        self.database.pending().map(|pending| (pending.number, pending.deadline))
    }

    fn expire(&mut self, number: u64, now: Instant) {
        self.time_out(number, now);
    }
}
