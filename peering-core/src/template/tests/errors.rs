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
