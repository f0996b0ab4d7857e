//! Each way to fail has its own kind, with template and line.

use super::*;

fn failure(sources: &[(&str, &str)], options: Options) -> TemplateError {
    let mut engine = Engine::new(Escape::PLAIN, options);
    let added = sources.iter().try_for_each(|(name, source)| engine.add(name, source));
    let result = added.and_then(|()| engine.render("t", &RenderContext::empty()).map(|_| ()));
    let error = result.expect_err(sources[0].1);
    assert_eq!(error.kind(), ErrorKind::Template);
    std::error::Error::source(&error).unwrap().downcast_ref::<TemplateError>().unwrap().clone()
}

#[test]
fn every_failure_has_its_kind_and_place() {
    use TemplateErrorKind as Kind;
    let small = Options { fuel: 10_000, longest_output: 100, ..Options::default() };
    for (sources, kind, place) in [
        (&[("t", "a\n{{ 1 | nope }}")][..], Kind::UnknownFilter, ("t", Some(2))),
        (&[("t", "a\n{{ 1 is nope }}")], Kind::UnknownTest, ("t", Some(2))),
        (&[("t", "\n\n{{ nope() }}")], Kind::UnknownFunction, ("t", Some(3))),
        (&[("t", "{{ 'a'.nope() }}")], Kind::UnknownMethod, ("t", Some(1))),
        (&[("t", "\n{% if %}")], Kind::Syntax, ("t", Some(2))),
        (&[("t", "\n{% trans %}x{% endtrans %}")], Kind::Syntax, ("t", Some(2))),
        (&[("t", "\n{% import 'u' as a + 1 %}")], Kind::Syntax, ("t", Some(2))),
        (&[("t", "{{ 'a")], Kind::Syntax, ("t", Some(1))),
        (&[("t", "\n{{ nope }}")], Kind::Undefined, ("t", Some(2))),
        (&[("t", "\n{{ nope.x }}")], Kind::Undefined, ("t", Some(2))),
        (&[("t", "\n{% include 'nope' %}")], Kind::MissingTemplate, ("t", Some(2))),
        (&[("t", "\n{% include_configuration 'nope' %}")], Kind::MissingTemplate, ("t", Some(2))),
        (&[("t", "{% include 'u' %}"), ("u", "\n{% include 't' %}")], Kind::Recursion, ("u", Some(2))),
        (&[("t", "{% macro m() %}\n{{ m() }}{% endmacro %}{{ m() }}")], Kind::Recursion, ("t", Some(2))),
        (&[("t", "\n{% for x in range(100000) %}{% endfor %}")], Kind::OutOfFuel, ("t", Some(2))),
        (
            &[(
                "t",
                "{% set x = 'aaaaaaaa' %}\n{% for i in range(99) %}{% set x = 'b' * 9000 %}{% endfor %}",
            )],
            Kind::OutOfFuel,
            ("t", Some(2)),
        ),
        (&[("t", "{% for x in range(60) %}\nab{% endfor %}")], Kind::TooLong, ("t", None)),
        (&[("t", "\n{{ 'x' | int(none) + 'y' }}")], Kind::Value, ("t", Some(2))),
    ] {
        let error = failure(sources, small);
        assert_eq!(error.kind(), kind, "{sources:?}: {error}");
        assert_eq!(error.template(), place.0, "{sources:?}: {error}");
        if place.1.is_some() {
            assert_eq!(error.line(), place.1, "{sources:?}: {error}");
        }
    }
}

/// As with every error of syntax: not when it is rendered. A stack of two megabytes, a thread's, is enough for the
/// debug build of what can be added.
#[test]
fn what_is_nested_too_deeply_cannot_be_added() {
    let long = " ~ 1".repeat(100);
    let mut engine = Engine::new(Escape::PLAIN, Options::default());
    for (open, inner, close) in [
        ("-", "x", ""),
        ("not ", "x", ""),
        ("[", "", "]"),
        ("(1 + ", "x", ")"),
        ("{'a': ", "x", "}"),
        ("f(", "x", ")"),
        ("x[", "x", "]"),
        ("x | default(", "x", ")"),
        ("(", "x", &format!("{long})")),
        ("(", "x", " | e | e | e)"),
        ("", "x", ".a()"),
        ("x if x else ", "x", ""),
        ("x if ", "x", ""),
        ("x ** ", "x", ""),
        ("x == ", "x", ""),
    ] {
        for count in [20, 50, 60, 100, 200, 9000] {
            nested(&mut engine, "\n{{ ", (open, inner, close), " }}", count);
            let (ifs, ends) = ("\n".to_owned() + &"{% if x %}".repeat(80), "{% endif %}".repeat(80));
            nested(&mut engine, &format!("{ifs}{{{{"), (open, inner, close), &format!("}}}}{ends}"), count);
        }
    }
    for (open, close) in [
        ("{% if x %}", "{% endif %}"),
        ("{% if x %}{% else %}", "{% endif %}"),
        ("{% for a in x %}", "{% endfor %}"),
        ("{% set a %}", "{% endset %}"),
        ("{% macro m() %}", "{% endmacro %}"),
        ("{% call f() %}", "{% endcall %}"),
        ("{% with a = 1 %}", "{% endwith %}"),
        ("{% filter upper %}", "{% endfilter %}"),
    ] {
        for count in [20, 100, 140, 200, 9000] {
            nested(&mut engine, "\n", (open, "{{ x }}", close), "", count);
        }
    }
}

/// Adds and renders a template with something nested in itself on its second line.
#[track_caller]
fn nested(
    engine: &mut Engine,
    before: &str,
    (open, inner, close): (&str, &str, &str),
    after: &str,
    count: usize,
) {
    let source = format!("{before}{}{inner}{}{after}", open.repeat(count), close.repeat(count));
    if let Err(error) = engine.add("t", &source) {
        let error = std::error::Error::source(&error).unwrap().downcast_ref::<TemplateError>().unwrap();
        let place = (error.kind(), error.line());
        assert_eq!(place, (TemplateErrorKind::Recursion, Some(2)), "{count} times {open}…{close}: {error}");
        assert!(count > 20 || close.len() > 99, "{open}…{close}: {error}");
        return;
    }
    assert!(count < 200, "{count} times {open}…{close}");
    // Whatever is wrong with it, it can be read.
    let failed = engine.render("t", &RenderContext::empty());
    let is_syntax = failed.is_err_and(|error| error.to_string().contains("syntax error"));
    assert!(!is_syntax, "{count} times {open}…{close}");
}
