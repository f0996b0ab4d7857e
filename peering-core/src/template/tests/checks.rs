//! What a look at a template finds, and what it leaves alone.

use super::*;

fn found(source: &str) -> Vec<String> {
    let mut engine = Engine::new(Escape::PLAIN, Options::default());
    engine.add("part", "{% macro m(x) %}{{ x }}{% endmacro %}").unwrap();
    engine.add("t", source).unwrap();
    engine.check("t").unwrap().iter().map(ToString::to_string).collect()
}

#[track_caller]
fn finds(source: &str, words: &str) {
    let found = found(source);
    assert!(found.len() == 1 && found[0].contains(words), "{source}: {found:?}");
}

#[test]
fn wrong_names_are_found_through_loops_filters_and_methods() {
    finds("\n{{ router.hostnam }}", "t:2: a router has no attribute `hostnam`; there is `hostname`");
    finds(
        "{% for x in internet_exchange_points %}{{ x.asn }}{% endfor %}",
        "an internet exchange has no attribute `asn`",
    );
    finds(
        "{% for s in router | ixp_sessions(family=6) %}{{ s.connection }}{% endfor %}",
        "a session over an exchange has no attribute",
    );
    finds(
        "{% for s in router | direct_sessions %}{{ s.is_route_server }}{% endfor %}",
        "a direct session has no attribute",
    );
    finds(
        "{% for x in internet_exchange_points %}{% for s in x | sessions | sort(attribute='ip_address') %}{% for t in s.autonomous_system.tags.all() %}{{ t.colour }}{% endfor %}{% endfor %}{% endfor %}",
        "a tag has no attribute `colour`",
    );
    finds(
        "{{ communities.filter(slug='a').first().valu }}",
        "a community has no attribute `valu`; there is `value`",
    );
    finds("{{ (internet_exchange_points | first).sessions() }}", "no method `sessions`");
    finds("{{ internet_exchange_points.name }}", "loop over them");
    finds("{{ nope }}", "there is no variable `nope`");
    finds("{% set a = local_as %}{{ a.nam }}", "an autonomous system has no attribute `nam`");
    finds("{% include 'nope' %}", "there is no template \"nope\"");
}

#[test]
fn output_that_nobody_means_is_found() {
    finds("{{ internet_exchange_points }}", "Python list");
    finds("{{ local_as.affiliated }}", "`True` or `False`");
    finds("{{ router.config_context }}", "Python dictionary");
    finds("{{ [1, 2] }}", "Python list");
    finds("{% for s in router | ixp_sessions %}{{ s }}{% endfor %}", "title");
    finds("{{ local_as.irr_as_set }}", "`local_as.irr_as_set` may be none");
    for harmless in [
        "{% if local_as.irr_as_set %}{{ local_as.irr_as_set }}{% endif %}",
        "{{ local_as.irr_as_set | default('x') }}",
        "{{ local_as.irr_as_set if local_as.irr_as_set else 'none' }}",
        "{% for s in router | ixp_sessions if s.password %}{{ s.password }}{% endfor %}",
        "{% if not local_as.irr_as_set %}{% else %}{{ local_as.irr_as_set }}{% endif %}",
        "{{ router.name }} {{ router.local_autonomous_system.asn }} {{ now() }} {{ range(3) | join }}",
        "{% from 'part' import m %}{{ m(1) }}",
        "{% set x = router %}{% if router.name %}{% set x = local_as %}{% endif %}{{ x.anything }}",
        "{% for a in autonomous_systems if a.prefixes %}{% for p in a.prefixes.ipv4 %}{{ p.prefix }}{% endfor %}{% endfor %}",
    ] {
        assert_eq!(found(harmless), [""; 0], "{harmless}");
    }
}

#[test]
fn what_is_included_and_has_no_effect_is_found() {
    finds("{% include 'part' %}", "has no effect");
    finds("{% from 'part' import m %}x", "`m` is imported and never used");
    finds("\n{% import 'part' as p %}x", "t:2: `p` is imported and never used");
}

#[test]
fn a_template_of_a_document_checks_itself() {
    let template = crate::model::Template::new("x", "{% include_configuration 'y' %}{{ router.nam }}");
    let found = template.check();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].kind, FindingKind::UnknownAttribute);
    let broken = crate::model::Template::new("x", "\n{{ 1 | nope }}").check();
    assert_eq!(
        (broken[0].kind, broken[0].line),
        (FindingKind::Error(TemplateErrorKind::UnknownFilter), Some(2))
    );
    let mut mail = crate::model::Template::new("m", "{{ autonomous_system.asn }}");
    mail.kind = crate::model::TemplateKind::Email;
    assert_eq!(mail.check(), []);
}

#[test]
fn with_a_context_the_output_is_looked_at_too() {
    let mut engine = Engine::new(Escape::FRR, Options::default());
    engine
        .add(
            "t",
            "{% for s in router | ixp_sessions %}{{ [s.service_reference][0] }}\n{% endfor %}{{ extra }}",
        )
        .unwrap();
    let found = engine.check_with("t", &context().with("extra", 1)).unwrap();
    assert!(found.iter().any(|finding| finding.message.contains("holds the word `None`")), "{found:?}");
    engine.add("t", "{{ router.name }}{{ extra }}").unwrap();
    let found = engine.check_with("t", &context()).unwrap();
    assert!(found.iter().any(|finding| finding.kind == FindingKind::UnknownVariable), "{found:?}");
    assert!(
        found.iter().any(|finding| matches!(finding.kind, FindingKind::Error(TemplateErrorKind::Undefined)))
    );
    assert_eq!(engine.check("absent").unwrap_err().kind(), ErrorKind::NotFound);
}
