//! The models in a template.

use super::super::view::{Item, Kind, METHODS, Owned, Scope, View, attribute_type, attributes};
use super::*;
use crate::Compat;
use crate::model::{
    Bfd, BgpGroup, Community, Contact, DirectSession, Indexed, Meeting, MeetingFacility, MissingSession,
    Relationship, RoutingPolicy, SessionStatus as Status,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A network that has one of everything.
fn full() -> Network {
    let mut network = network();
    network.bgp_groups.push(BgpGroup::new("transit", "Transit"));
    network.routing_policies.push(RoutingPolicy::new("accept", "Accept"));
    network.routing_policies.push(RoutingPolicy { weight: 9, ..RoutingPolicy::new("first", "First") });
    network.communities.push(Community::new("c", "C", "64500:1"));
    network.relationships.push(Relationship {
        slug: "t".into(),
        name: "Transit Provider".into(),
        ..Relationship::default()
    });
    network.bfds.push(Bfd::new("fast", "Fast"));
    let mut direct = DirectSession::new(Asn::new(64502), "198.51.100.2/30".parse().unwrap());
    direct.router = Some("r1".into());
    direct.bgp_group = Some("transit".into());
    direct.relationship = Some("t".into());
    direct.bfd = Some("fast".into());
    direct.local_ip_address = Some("198.51.100.1/30".parse().unwrap());
    direct.import_routing_policies = vec!["accept".into(), "first".into()];
    direct.communities = vec!["c".into()];
    direct.status = Status::Enabled;
    network.direct_sessions.push(direct);
    network.autonomous_systems[1].contacts = vec![Contact::new("NOC", "Desk")];
    network.autonomous_systems[1].tags = vec!["b".into(), "a".into()];
    network.routers[0].local_context_data =
        serde_json::from_str(r#"{"bgp": {"timers": {"hold": 30}}}"#).unwrap();
    network.validate().unwrap();
    network
}

#[test]
fn every_attribute_that_is_promised_is_there() {
    let network = Arc::new(Indexed::from(full()));
    let scope = Arc::new(Scope::new(network, Some(0), None, BTreeMap::new(), Compat::Strict));
    let owned = Owned { kind: Kind::AutonomousSystem, owner: 1, index: 0 };
    for item in [
        Item::AutonomousSystem(1),
        Item::Group(0),
        Item::Exchange(0),
        Item::Connection(0),
        Item::ExchangeSession(0),
        Item::DirectSession(0),
        Item::Router(0),
        Item::Platform(0),
        Item::Policy(0),
        Item::Community(0),
        Item::Relationship(0),
        Item::Bfd(0),
        Item::Tag(owned),
        Item::Contact(owned),
    ] {
        let view = View { scope: Arc::clone(&scope), item };
        for (name, _) in attributes(item.kind()) {
            assert!(view.attribute(name).is_some(), "{:?} has no {name}", item.kind());
            assert!(attribute_type(item.kind(), name).is_some());
        }
        assert!(view.attribute("nonsense").is_none());
    }
}

#[track_caller]
fn shows(source: &str, expected: &str) {
    let mut engine = Engine::new(Escape::FRR, Options::default());
    engine.add("t", source).unwrap();
    let text = engine.render("t", &RenderContext::for_router(&full(), "r1").unwrap());
    assert_eq!(text.unwrap(), expected, "{source}");
}

#[test]
fn relations_lead_on() {
    shows(
        "{% for s in router | direct_sessions %}{{ s }}|{{ s.bgp_group.name }}|{{ s.relationship.slug }}|{{ s.bfd.minimum_transmit_interval }}|{{ s.local_autonomous_system.asn }}|{{ s.local_ip_address | ip }}{% endfor %}",
        "Transit Provider - AS64502 - IP 198.51.100.2/30|Transit|t|300|64500|198.51.100.1",
    );
    shows(
        "{% for s in router | direct_sessions %}{{ s | merge_import_policies | iterate('slug') | join(',') }} {{ s | merge_import_policies('reverse') | map(attribute='slug') | join(',') }} {{ s | merge_communities | iterate('value') | join }}{% endfor %}",
        "first,accept accept,first 64500:1",
    );
    shows(
        "{{ router.config_context.bgp.timers.hold }} {{ router | context_get_key('hold') }} {{ router | context_get_key('x', 7) }} {{ router | context_has_key('hold', recursive=false) }}",
        "30 30 7 False",
    );
    shows(
        "{{ bgp_groups | iterate('slug') | join }} {{ router | bfds | length }} {{ router | routing_policies('slug') | join(' ') }}",
        "transit 1 accept first",
    );
    shows(
        "{% for a in autonomous_systems %}{{ a.tags.all() | join(',') }}{{ a | contact('noc', 'name') }} {% endfor %}",
        "a,bDesk None ",
    );
}

#[test]
fn queries_are_djangos() {
    shows(
        "{{ autonomous_systems.filter(asn=64501).first().asn }} {{ autonomous_systems.exclude(asn__lt=64502).count() }} {{ autonomous_systems.get(name__startswith='Ev').asn }}",
        "64501 1 64502",
    );
    shows(
        "{{ (router | ixp_sessions).filter(ip_address__family=6).count() }} {{ (router | ixp_sessions).filter(autonomous_system__asn__in=[64501]).count() }} {{ (router | ixp_sessions).filter(password__isnull=true) | length }}",
        "1 2 3",
    );
    shows(
        "{{ autonomous_systems.order_by('-asn').values_list('asn', flat=true) }} {{ autonomous_systems | filter(asn=64502) | length }} {{ (autonomous_systems | get(asn=64502)).asn }}",
        "[64502, 64501] 1 64502",
    );
    shows(
        "{{ autonomous_systems[-1].asn }} {{ autonomous_systems.last().asn }} {{ autonomous_systems[:1] | length }} {{ autonomous_systems.none().exists() }}",
        "64502 64502 1 False",
    );
}

#[test]
fn methods_of_models_are_there() {
    for method in METHODS {
        let of = match method {
            "merged_import_policies"
            | "merged_export_policies"
            | "merged_communities"
            | "import_policies"
            | "export_policies" => "(router | direct_sessions).first()",
            "get_peering_sessions" => "internet_exchange_points.first()",
            _ => "router",
        };
        let mut engine = Engine::new(Escape::FRR, Options::default());
        engine.add("t", &format!("{{{{ {of}.{method}() | length }}}}")).unwrap();
        let text = engine.render("t", &RenderContext::for_router(&full(), "r1").unwrap());
        assert!(text.is_ok(), "{method}: {text:?}");
    }
}

#[test]
fn the_unscoped_form_needs_asking_for() {
    shows(
        "{% for x in internet_exchange_points %}{{ x | sessions | length }}/{{ x | sessions(all_routers=true) | length }} {{ x | connections | length }}/{{ x | connections(all_routers=true) | length }} {% endfor %}",
        "3/4 1/2 1/1 1/1 ",
    );
    let mut engine =
        Engine::new(Escape::FRR, Options { compat: Compat::PeeringManager, ..Options::default() });
    engine
        .add("t", "{% for x in internet_exchange_points %}{{ x | sessions | length }} {% endfor %}")
        .unwrap();
    assert_eq!(engine.render("t", &RenderContext::for_router(&full(), "r1").unwrap()).unwrap(), "4 1 ");
}

#[test]
fn lists_of_the_irr_are_given_or_an_error() {
    let mut network = full();
    let render = |network: &Network, source: &str| {
        let mut engine = Engine::new(Escape::FRR, Options::default());
        engine.add("t", source).unwrap();
        engine.render("t", &RenderContext::for_router(network, "r1").unwrap())
    };
    let source = "{% for a in autonomous_systems %}{{ a | prefix_list(4) | map(attribute='prefix') | join }}{{ a | as_list | join }}{% endfor %}";
    assert!(render(&network, source).unwrap_err().to_string().contains("AS64501; fetch it"));
    for system in &mut network.autonomous_systems {
        system.prefixes =
            Some(serde_json::from_str(r#"{"ipv4": [{"prefix": "192.0.2.0/24", "exact": true}]}"#).unwrap());
        system.as_list = vec![system.asn];
    }
    assert_eq!(render(&network, source).unwrap(), "192.0.2.0/2464501192.0.2.0/2464502");
}

#[test]
fn where_two_networks_meet_is_given() {
    let mut engine = Engine::new(Escape::FRR, Options::default());
    engine.add("t", "{{ local_as | shared_ixps(autonomous_systems.first()) | iterate('slug') | join }} {% for f in local_as | shared_facilities(autonomous_systems.first()) %}{{ f.name }}{% endfor %} {{ autonomous_systems.first() | missing_sessions(local_as) | map(attribute='ipaddr4') | join }}{{ autonomous_systems.first() | missing_sessions(local_as, internet_exchange_points.last()) | count }}").unwrap();
    let context = RenderContext::for_router(&full(), "r1").unwrap();
    assert!(engine.render("t", &context).unwrap_err().to_string().contains("with_meeting"));
    let meeting = Meeting {
        exchanges: vec!["ix-a".into()],
        facilities: vec![MeetingFacility { name: "Hall".into(), ..MeetingFacility::default() }],
        missing_sessions: vec![MissingSession {
            internet_exchange: "ix-a".into(),
            connections: vec!["one".into()],
            ipaddr4: "192.0.2.99".parse().ok(),
            ipaddr6: None,
        }],
    };
    let context = context.with_meeting(Asn::new(64500), Asn::new(64501), meeting);
    assert_eq!(engine.render("t", &context).unwrap(), "ix-a Hall 192.0.2.990");
}

#[test]
fn documents_hold_no_password_and_no_second_line() {
    for source in
        ["{{ router | ixp_sessions | as_json(indent=none) }}", "{{ router | ixp_sessions | tojson }}"]
    {
        let mut engine = Engine::new(Escape::FRR, Options::default());
        engine.add("t", source).unwrap();
        let text = engine.render("t", &RenderContext::for_router(&full(), "r1").unwrap()).unwrap();
        assert!(
            !text.contains("hunter2") && text.contains("redacted") && text.lines().count() == 1,
            "{text}"
        );
    }
    shows(
        "{{ {'b': [1, {'c': none}], 'a': 'x: y', 'd': {}, 'e': 'on', 'f': 'a\nb'} | as_yaml }}",
        "a: 'x: y'\nb:\n- 1\n- c: null\nd: {}\ne: 'on'\nf: \"a\\nb\"\n",
    );
    shows(
        "{{ {'b': 1, 'a': [true, 'é']} | as_json }}",
        "{\n    \"a\": [\n        true,\n        \"\\u00e9\"\n    ],\n    \"b\": 1\n}",
    );
}

#[test]
fn peering_managers_mode_has_its_defects() {
    let in_mode = |source: &str, compat| {
        let mut engine = Engine::new(Escape::FRR, Options { compat, ..Options::default() });
        engine.add("t", source).unwrap();
        engine.render("t", &RenderContext::for_router(&full(), "r1").unwrap())
    };
    for (source, ours, theirs) in [
        ("{{ local_as | communities('name') | join }}", Some(""), None),
        ("{{ '192.0.2.1' | ip_version }}", Some("4"), None),
        ("{{ [{'a': 1}] | iterate('a') | list }}", Some("[1]"), Some("[None]")),
        ("{{ [{'a': 1}] | unique_items('a') | length }}", Some("1"), Some("0")),
        ("{{ [{'a': 1}] | filter(a=1) | length }}", Some("1"), Some("0")),
        ("{{ ((router | ixp_sessions).first() | ipv4) is none }}", Some("False"), Some("True")),
        ("{{ nonsense }}", None, Some("")),
        ("{{ 'a\"b' | quote }}", Some("\"a'b\""), Some("\"a\"b\"")),
        ("{{ internet_exchange_points.first() | sessions | count }}", Some("3"), Some("4")),
        ("{{ (router | connections).first().name }}", Some("one"), Some("IX A on r1")),
    ] {
        assert_eq!(in_mode(source, Compat::Strict).ok().as_deref(), ours, "{source}");
        assert_eq!(in_mode(source, Compat::PeeringManager).ok().as_deref(), theirs, "{source}");
    }
}
