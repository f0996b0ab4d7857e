//! What Jinja2 says and the engine does not: rewritten, or refused with line and hint.

use super::*;

fn plain(source: &str) -> Result<String, Error> {
    with(source, Options::default())
}

fn with(source: &str, options: Options) -> Result<String, Error> {
    let mut engine = Engine::new(Escape::PLAIN, options);
    engine.add("t", source)?;
    let values = serde_json::json!({"d": {"a": 1, "items": 2}, "l": [3, 1, 2], "s": "text", "n": null});
    let context = RenderContext::empty();
    let context =
        ["d", "l", "s", "n"].iter().fold(context, |context, name| context.with(name, &values[name]));
    engine.render("t", &context)
}

#[track_caller]
fn gives(source: &str, expected: &str) {
    assert_eq!(plain(source).unwrap(), expected, "{source}");
}

#[track_caller]
fn refused(source: &str, line: usize, words: &str) {
    let mut engine = Engine::new(Escape::PLAIN, Options::default());
    let error = engine.add("t", source).unwrap_err();
    let source_error = std::error::Error::source(&error).unwrap().downcast_ref::<TemplateError>().unwrap();
    assert_eq!(source_error.kind(), TemplateErrorKind::Refused, "{source}: {error}");
    assert_eq!(source_error.line(), Some(line), "{source}: {error}");
    assert!(error.to_string().contains(words), "{source}: {error}");
}

#[test]
fn operators_are_pythons() {
    gives("{{ '%s-%02d' % ('a', 7) }} {{ 7 % -3 }} {{ -7 // 2 }} {{ 2 * 3 % 4 }}", "a-07 -2 -4 2");
    gives(
        "{{ 'a' ~ 1 ~ none ~ 1e16 }} {{ [1] + [2] }} {{ l[::-1] }} {{ s[1:3] }}",
        "a1None1e+16 [1, 2] [2, 1, 3] ex",
    );
    gives("{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'e' in s }} {{ 4 not in l }}", "True False True True");
    for source in [
        "{{ 'a' < 1 }}",
        "{{ none > 1 }}",
        "{% for x in none %}{% endfor %}",
        "{{ 1 in 2 }}",
        "{{ 'a' + 1 }}",
    ] {
        assert!(plain(source).is_err(), "{source}");
    }
}

#[test]
fn lists_and_dictionaries_change_where_a_template_changes_them() {
    gives(
        "{% set l = [] %}{% set _ = l.append(5) %}{% do l.extend([6, 7]) %}{{ l }} {{ l.pop() }} {{ l | length }}",
        "[5, 6, 7] 7 2",
    );
    gives(
        "{% set d = {'a': []} %}{% do d.update({'b': 2}) %}{% do d['a'].append(1) %}{{ d }}",
        "{'a': [1], 'b': 2}",
    );
    gives("{% set parts = 'a,b'.split(',') %}{% do parts.insert(0, 'z') %}{{ parts | join }}", "zab");
    gives(
        "{% set ns = namespace(items=[]) %}{% for x in l %}{% do ns.items.append(x) %}{% endfor %}{{ ns.items }}",
        "[3, 1, 2]",
    );
}

#[test]
fn names_tags_and_attributes_of_real_templates() {
    gives("{% for as in l %}{{ as }}{%endfor%}", "312");
    gives("{{ (1, 2).1 }} {{ l.0 }} {{ d['items'] }}", "2 3 2");
    gives(
        "{% macro m(a, b=a, c=b ~ a) -%}\n {{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }} {{ m(1, 2) }}",
        "1111 12".replace("1111 12", "1111 1221").as_str(),
    );
    gives("one\r\ntwo\r{{ s }}", "one\ntwo\ntext");
    let mut engine = Engine::new(Escape::PLAIN, Options::default());
    engine.add("configuration::Part one", "[{{ s }}]").unwrap();
    engine.add("file.j2", "({{ s }})").unwrap();
    engine.add("t", "a {%- include_configuration 'Part one' -%} b{% include_configuration s if false else 'file.j2' %}").unwrap();
    assert_eq!(engine.render("t", &RenderContext::empty().with("s", "x")).unwrap(), "a[x]b(x)");
}

#[test]
fn lines_stay_where_they_are() {
    for (source, line) in [
        ("{# a\n comment -#}\n\n{{ nope }}", 4),
        ("a\n{%- if true -%}\n\n\n{{ nope }}{% endif %}", 5),
        ("{% set x = [1,\n 2,\n nope.y] %}", 3),
        ("{% if false %}\n{% elif\n nope.x %}{% endif %}", 3),
        ("{% raw %}\n{{\n{% endraw %}\n{{ nope }}", 4),
        ("{% macro m(a,\n b=a) %}\n\n{{ nope }}{% endmacro %}\n{{ m(1) }}", 4),
    ] {
        for trim_blocks in [false, true] {
            let whitespace = Whitespace { trim_blocks, lstrip_blocks: trim_blocks, ..Whitespace::default() };
            let error = with(source, Options { whitespace, ..Options::default() }).unwrap_err();
            assert!(error.to_string().contains(&format!(", line {line}: ")), "{source:?}: {error}");
        }
    }
}

#[test]
fn what_cannot_be_had_is_refused_with_a_hint() {
    refused("{{ d.items }}", 1, "call it, or write `[\"items\"]`");
    refused("\n{{ s.__class__ }}", 2, "closed");
    refused("{{ __lt(1, 2) }}", 1, "reserved");
    refused("{% set __x = 1 %}", 1, "reserved");
    refused("{% for x in l %}\n{{ loop }}{% endfor %}", 2, "attributes");
    refused("{% macro m() %}\n{{ varargs }}{% endmacro %}", 2, "name its parameters");
    refused("{% for x in l %}\n{% block b %}{{ x }}{% endblock %}{% endfor %}", 2, "scoped");
    gives("{% for x in l %}{% block b scoped %}{{ x }}{% endblock %}{% endfor %}", "312");
    gives("{% for x in l %}{% block b %}.{% endblock %}{% endfor %}", "...");
    refused("{% autoescape false %}{% endautoescape %}", 1, "the filter `raw`");
    refused("a\u{2}b", 1, "control character");
    refused("{{ 1e999 }}", 1, "too large");
}

#[test]
fn a_template_sees_only_what_it_may() {
    let mut engine = Engine::new(Escape::PLAIN, Options::default());
    engine.add("macros", "{% macro m() %}{{ s }}{% endmacro %}").unwrap();
    engine.add("without", "\n{% from 'macros' import m %}{{ m() }}").unwrap();
    engine.add("with", "{% from 'macros' import m with context %}{{ m() }}").unwrap();
    engine.add("include", "{% include 'macros' without context %}").unwrap();
    let context = RenderContext::empty().with("s", "x");
    let error = engine.render("without", &context).unwrap_err();
    assert!(
        error.to_string().contains("line 2") && error.to_string().contains("import … with context"),
        "{error}"
    );
    assert_eq!(engine.render("with", &context).unwrap(), "x");
    assert!(engine.render("include", &context).unwrap_err().to_string().contains("include … with context"));
}

#[test]
fn long_chains_end_with_an_error() {
    let chain = |part: &str, joint: &str| vec![part; 100_000].join(joint);
    for source in [
        format!("{{{{ {} }}}}", chain("a", " ~ ")),
        format!("{{{{ a{} }}}}", ".b".repeat(100_000)),
        format!("{{{{ a{} }}}}", "()".repeat(100_000)),
        format!("{{{{ {}a }}}}", "not ".repeat(100_000)),
        format!("{{{{ {}a }}}}", "-".repeat(100_000)),
        format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(100_000)),
        format!("{{{{ {}", "(".repeat(100_000)),
        "{% if a %}".repeat(100_000),
    ] {
        let error = Engine::new(Escape::PLAIN, Options::default()).add("t", &source).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Template);
    }
    let list = format!("{{{{ [{}] | length }}}}", chain("1", ", "));
    gives(&list, "100000");
    gives(&format!("{{{{ {} }}}}", vec!["1"; 120].join(" + ")), "120");
    let many: String = (0..150).map(|n| format!("{{% elif s == {n} %}}{n}")).collect();
    gives(&format!("{{% if false %}}{many}{{% else %}}no{{% endif %}}"), "no");
}

#[test]
fn the_clock_is_given() {
    let mut engine = Engine::new(Escape::PLAIN, Options::default());
    engine.add("t", "{{ now() }} {{ now('%Y', timezone='Asia/Tokyo') }} {{ now(format='%H') }}").unwrap();
    let instant = "2025-12-31T20:30:00Z".parse().unwrap();
    assert_eq!(
        engine.render("t", &RenderContext::empty().at(instant)).unwrap(),
        "2025-12-31T20:30:00Z 2026 20"
    );
    engine.add("t", "{{ now(timezone='Nowhere/Land') }}").unwrap();
    assert!(engine.render("t", &RenderContext::empty()).unwrap_err().to_string().contains("no time zone"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a source is, it is a template or an error.
    #[test]
    fn no_source_is_too_strange(parts in proptest::collection::vec(prop_oneof![
        Just("{{ "), Just(" }}"), Just("{% "), Just(" %}"), Just("{%- "), Just(" -%}"), Just("{# "), Just(" #}"),
        Just("for x in y"), Just("endfor"), Just("if a"), Just("elif b"), Just("else"), Just("endif"),
        Just("set x = ["), Just("]"), Just("("), Just(")"), Just("macro m(a, b=a)"), Just("endmacro"),
        Just("a.b"), Just("'s'"), Just("1.5"), Just(" % "), Just(" ~ "), Just("|f"), Just(","), Just("raw"),
        Just("endraw"), Just("include_configuration 'x'"), Just("block b"), Just("endblock"), Just("\n"), Just("{"), Just("é"),
        Just("call m()"), Just("endcall"), Just("with a = 1"), Just("endwith"), Just("import 'x' as y"), Just("x[1:2]"),
    ], 0..40)) {
        let mut engine = Engine::new(Escape::PLAIN, Options { fuel: 10_000, ..Options::default() });
        if engine.add("t", &parts.concat()).is_ok() {
            let _ = engine.render("t", &RenderContext::empty().with("y", [1, 2]).with("a", "x"));
            let _ = engine.check("t");
        }
    }
}
