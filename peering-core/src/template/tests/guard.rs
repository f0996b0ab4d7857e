//! Every filter, alone and in twos: whatever it makes of a stranger's text, the text adds no line.

use super::*;

/// Every filter that a template can name, with arguments where it needs some. What a filter makes of other things than
/// text is in the list of things below.
const FILTERS: &[&str] = &[
    // Jinja2's.
    "abs",
    "attr('x')",
    "batch(2)",
    "capitalize",
    "center(9)",
    "count",
    "d('x')",
    "default('x')",
    "dictsort",
    "e",
    "escape",
    "filesizeformat",
    "first",
    "float",
    "forceescape",
    "format(1)",
    "groupby('x')",
    "indent(2)",
    "int",
    "items",
    "join",
    "join(s)",
    "last",
    "length",
    "list",
    "lower",
    "map('upper')",
    "map('string')",
    "max",
    "min",
    "pprint",
    "reject",
    "rejectattr('x')",
    "replace('e', s)",
    "reverse",
    "round",
    "select",
    "selectattr('x')",
    "slice(2)",
    "sort",
    "string",
    "striptags",
    "sum",
    "title",
    "tojson",
    "tojson(indent=2)",
    "trim",
    "truncate(9)",
    "truncate(9, true, s)",
    "unique",
    "upper",
    "urlencode",
    "wordcount",
    "wordwrap(9)",
    "wordwrap(9, true, s)",
    "xmlattr",
    // Peering Manager's.
    "arista_password",
    "as_json",
    "as_json(indent=none)",
    "as_list",
    "as_yaml",
    "bfds",
    "cisco_password",
    "communities",
    "communities('name')",
    "connections",
    "contact('x')",
    "context_get_key('x')",
    "context_has_key('x')",
    "context_has_not_key('x')",
    "direct_peers",
    "direct_sessions",
    "filter(name=s)",
    "get(name=s)",
    "has_not_tag(s)",
    "has_tag(s)",
    "inherited_status",
    "ip",
    "ip_version",
    "ipv4",
    "ipv6",
    "iter_export_policies",
    "iter_import_policies('name')",
    "iterate('name')",
    "ixp_peers",
    "ixp_sessions",
    "ixps(local_as)",
    "len",
    "local_ips",
    "mac",
    "max_prefix",
    "merge_communities",
    "merge_export_policies",
    "merge_import_policies('reverse')",
    "missing_sessions(local_as)",
    "prefix_list",
    "quote",
    "quote('x')",
    "relationships",
    "route_server",
    "routing_policies('name')",
    "safe_string",
    "sessions",
    "shared_facilities(local_as)",
    "shared_ixps(local_as)",
    "strip_irr_sources",
    "tags",
    "unique_items('name')",
    // Ours.
    "token",
];

/// What they are applied to: texts of strangers, and what holds them.
const THINGS: [&str; 8] = [
    "s",
    "[s, s]",
    "{'a': s, s: 'b'}",
    "{'name': s}",
    "autonomous_systems",
    "autonomous_systems.last()",
    "internet_exchange_points",
    "router",
];

/// A network whose every text is this one.
fn called(text: &str) -> Network {
    let mut network = network();
    for row in &mut network.autonomous_systems {
        text.clone_into(&mut row.name);
        text.clone_into(&mut row.description);
        row.irr_as_set = Some(text.to_owned());
        row.local_context_data.insert("x".to_owned(), text.into());
    }
    for row in &mut network.internet_exchanges {
        text.clone_into(&mut row.name);
    }
    network
}

#[test]
fn no_filter_lets_a_text_add_a_line() {
    let (harmless, hostile) = (called("harmless text, long enough"), called(NASTY));
    let escapes = [Escape::FRR, Escape::JUNIPER_JUNOS, Escape::BIRD, Escape::PLAIN];
    let mut rendered = 0;
    for escape in escapes {
        for thing in THINGS {
            for filter in FILTERS {
                for expression in [format!("{thing} | {filter}"), format!("{thing} | {filter} | join('-')")] {
                    let source = format!("a {{{{ {expression} }}}} z");
                    let mut engine = Engine::new(escape, Options::default());
                    engine.add("t", &source).unwrap();
                    let render = |network: &Network, text: &str| {
                        let mut context = RenderContext::for_router(network, "r1").unwrap().with("s", text);
                        context = context.for_any_platform();
                        engine.render("t", &context)
                    };
                    let Ok(hostile) = render(&hostile, NASTY) else { continue };
                    rendered += 1;
                    let forbidden = |c: char| c != '\n' && super::super::escape::is_forbidden(c);
                    assert!(!hostile.contains(forbidden), "{source}: {hostile:?}");
                    // Generated documents have lines of their own; the same number whatever a text says.
                    let expected = render(&harmless, "harmless text, long enough")
                        .map_or(1, |text| text.lines().count());
                    let lines = hostile.lines().count();
                    assert!(lines <= expected, "{source}: {hostile:?}");
                }
            }
        }
    }
    assert!(rendered > 2000, "{rendered}");
}
