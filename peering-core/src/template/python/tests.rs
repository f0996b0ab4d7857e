//! What the comparison with Jinja2 cannot see: the guard, errors' words, limits, and values that only Rust makes.
//! The comparison itself is `tests/python/test_jinja2.py`.

use minijinja::value::{Kwargs, Serde, Tuple};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, context};

use super::{install, text};

/// An environment whose guard is easily seen: it writes `!` for a line end and `/` for a bar.
fn environment(undefined: UndefinedBehavior) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(undefined);
    environment.set_fuel(Some(1_000_000));
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("test".into()));
    environment.set_formatter(|out, _, value| {
        let text = text(value);
        let guarded =
            if value.is_safe() { text.into_owned() } else { text.replace('\n', "!").replace('|', "/") };
        out.write_str(&guarded).map_err(Error::from)
    });
    environment.add_filter("raw", |text: String| Value::from_safe_string(text));
    install(&mut environment);
    environment
}

fn render(template: &str) -> Result<String, Error> {
    let context = context! { evil => "a\nb|c", exempt => Value::from_safe_string("x\ny".to_owned()) };
    environment(UndefinedBehavior::Lenient).render_str(template, context)
}

fn rendered(template: &str) -> String {
    render(template).unwrap_or_else(|error| panic!("{template}: {error:#}"))
}

fn refused(template: &str) -> String {
    match render(template) {
        Ok(output) => panic!("{template} gave {output:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn nothing_of_a_stranger_becomes_exempt_unguarded() {
    for template in [
        "{{ __concat(exempt, evil) }}",
        "{{ __concat(evil, exempt) }}",
        "{{ __add(exempt, evil) }}",
        "{{ __mod(exempt, ()) }}{{ __mod('%s', evil) }}",
        "{{ __mod('%s %s', (exempt, evil)) }}",
        "{{ __mod('%-20s %s', (evil, exempt)) }}",
        "{{ __mod('%(a)s %(b)s', {'a': exempt, 'b': evil}) }}",
        "{{ __mod('%r %s', (evil, exempt)) }}",
        "{{ __mod(evil, ()) }}",
        "{{ __mod(__concat(evil, ' %s'), exempt) }}",
        "{{ '{} {}'.format(exempt, evil) }}",
        "{{ '{:>20} {}'.format(evil, exempt) }}",
        "{{ '{0:{1}>9}'.format(exempt, evil[1]) }}",
        "{{ '%s %s' | format(exempt, evil) }}",
        "{{ [exempt, evil] | join }}",
        "{{ [exempt, exempt] | join(evil) }}",
        "{{ evil.join([exempt, exempt]) }}",
        "{{ exempt.join([evil, evil]) }}",
        "{{ exempt.replace('x', evil) }}",
        "{{ exempt | replace('x', evil) }}",
        "{{ evil | replace('a', exempt) }}",
        "{{ evil.replace('a', exempt) }}",
        "{{ exempt.ljust(9, evil[1]) }}",
        "{{ exempt.center(9, evil[3]) }}",
        "{{ exempt | truncate(3, true, evil[1], 0) }}{{ exempt | truncate(2, true, evil[1], 0) }}",
        "{{ exempt | wordwrap(1, true, evil) }}",
        "{{ [evil, exempt] | sum(start=[]) if false else [evil, exempt] }}",
        "{{ [exempt, evil] | list }}{{ [exempt] | map('replace', 'x', evil) | list }}",
        "{{ evil.split('a') }}{{ evil | list }}{{ evil | upper }}{{ evil | title }}{{ evil[0:] }}",
        "{{ evil | string }}{{ evil | trim }}{{ evil | reverse }}{{ evil | center(9) }}{{ evil | default('x') }}",
        "{% set l = __list([exempt]) %}{% set _ = l.append(evil) %}{{ l }}{{ l | join }}{{ l | first }}{{ l | last }}",
        "{{ dict(a=evil).a }}{{ cycler(evil).next() }}{{ {'a': evil} | dictsort }}{{ {evil: 1} | xmlattr if false }}",
    ] {
        let output = rendered(template);
        let own = output.replace("x\ny", "").replace("X\nY", "").replace("\ny", "");
        assert!(!own.contains("b|c"), "{template}: {output:?}");
        assert!(!own.contains("a\nb"), "{template}: {output:?}");
        assert!(!own.contains(['\n', '|']), "{template}: {output:?}");
    }
}

#[test]
fn what_is_made_of_exempt_text_only_stays_exempt() {
    for (template, wanted) in [
        ("{{ exempt.upper() }}", "X\nY"),
        ("{{ exempt.strip() }}", "x\ny"),
        ("{{ exempt | trim }}", "x\ny"),
        ("{{ exempt.split('\n')[0] }}{{ exempt.splitlines()[1] }}", "xy"),
        ("{{ exempt.ljust(4) }}.", "x\ny ."),
        ("{{ exempt.zfill(4) }}", "0x\ny"),
        ("{{ exempt.partition('\n')[1] }}", "\n"),
        ("{{ __slice(exempt, none, none, none) }}", "x\ny"),
        ("{{ __mul(exempt, 2) }}", "x\nyx\ny"),
        ("{{ __concat(exempt, '!') }}", "x\ny!"),
        ("{{ [exempt, exempt] | join(' ') }}", "x\ny x\ny"),
        ("{{ __mod('%5s', exempt) }}", "  x\ny"),
        ("{{ '{:5}'.format(exempt) }}.", "x\ny  ."),
        ("{{ exempt.replace('x', 'z') }}", "z\ny"),
        ("{{ exempt | string }}", "x\ny"),
        ("{% macro m() %}x\ny{% endmacro %}{{ m().upper() }}", "X\nY"),
    ] {
        assert_eq!(rendered(template), wanted, "{template}");
    }
}

#[test]
fn what_is_cut_out_of_exempt_text_is_guarded_again() {
    // A cut could leave half of what the guard wrote, or move the end of it next to what the template goes on with.
    for template in [
        "{{ __slice(exempt, 1, none, none) }}",
        "{{ exempt.split('x')[1] }}",
        "{{ exempt.strip('x') }}",
        "{{ exempt | trim('x') }}",
        "{{ exempt.removeprefix('x') }}",
        "{{ exempt.partition('x')[2] }}",
        "{{ __mod('%.2s', exempt) }}",
        "{{ '{:.2}'.format(exempt) }}",
        "{{ exempt | reverse }}",
        "{{ exempt | truncate(2, true, '', 0) }}",
    ] {
        let output = rendered(template);
        assert!(output.contains('!') && !output.contains('\n'), "{template}: {output:?}");
    }
}

#[test]
fn errors_say_what_was_wrong() {
    for (template, words) in [
        ("{{ __lt(1, 'a') }}", "int and str have no order"),
        ("{{ __lt(none, 1) }}", "none and int have no order"),
        ("{{ __lt([1], (1,)) }}", "list and tuple have no order"),
        ("{{ __lt({}, {}) }}", "dict and dict have no order"),
        ("{{ [1, 'a'] | sort }}", "have no order"),
        ("{{ __add(1, 'a') }}", "+ knows nothing to do with int and str"),
        ("{{ __mod(1, 0) }}", "% by zero"),
        ("{{ __floordiv(1, 0.0) }}", "// by zero"),
        ("{% for x in __iter(none) %}{% endfor %}", "none cannot be looped over"),
        ("{% for x in __iter(5) %}{% endfor %}", "int cannot be looped over"),
        ("{{ [1].append(2) }}", "change a copy: `…|list`"),
        ("{{ {'a': 1}.update(b=2) }}", "change a copy: `dict(…)`"),
        ("{{ (1,).append(2) }}", "no method named append"),
        ("{{ __list([2, 1]).sort(key=1) }}", "takes no key"),
        ("{{ 'a'.encode() }}", "a template makes text, not bytes"),
        ("{{ 'a' | truncate(2) }}", "`truncate` needs a length of 3 or more"),
        ("{{ [1] | random }}", "the same input gives the same configuration"),
        ("{{ lipsum() }}", "the same input gives the same configuration"),
        ("{{ 'a' | center(width=5, nonsense=1) }}", "`center` has no argument `nonsense`"),
        ("{{ 'a' | center(1, 2, 3) }}", "`center` takes up to 2 arguments, not 4"),
        ("{{ 'a' | center(1, width=2) }}", "`center` got its argument `width` twice"),
        ("{{ 'a' | replace('a') }}", "`replace` needs its argument `new`"),
        ("{{ __mod('%d', 'x') }}", "`%d` needs a number, not str"),
        ("{{ __mod('%s %s', 1) }}", "too few values"),
        ("{{ __mod('%s', (1, 2)) }}", "more values"),
        ("{{ '{}'.format() }}", "`format` has no value for {}"),
        ("{{ {'a': 1}['b'].c }}", "undefined value"),
    ] {
        let error = refused(template);
        assert!(error.contains(words), "{template}: {error}");
    }
}

#[test]
fn undefined_names_are_errors_where_the_environment_says_so() {
    let strict = environment(UndefinedBehavior::Strict);
    for template in [
        "{{ __concat('a', missing) }}",
        "{{ __mod('%s', missing) }}",
        "{{ '{}'.format(missing) }}",
        "{% for x in __iter(missing) %}{% endfor %}",
        "{{ missing | upper }}",
        "{{ missing | list }}",
        "{{ missing | int }}",
        "{{ missing | sort }}",
        "{{ [missing] | join }}",
        "{{ missing | truncate(9) }}",
        "{{ missing is iterable }}",
        "{{ __compare(1, 'in', missing) }}",
        "{{ __compare(missing, '==', 1) }}",
        "{{ [{}] | sort(attribute='a') }}",
        "{{ [{}] | selectattr('a') | list }}",
        "{{ missing.upper() }}",
    ] {
        let error = strict.render_str(template, ()).expect_err(template);
        assert_eq!(error.kind(), ErrorKind::UndefinedError, "{template}: {error}");
    }
    assert_eq!(
        strict.render_str("{{ missing | default('d') }}{{ missing is defined }}", ()).unwrap(),
        "dFalse"
    );
}

#[test]
fn no_list_or_dict_can_hold_itself() {
    for template in [
        "{% set l = __list([]) %}{% set _ = l.append(l) %}{{ l }}",
        "{% set l = __list([]) %}{% set _ = l.insert(0, [l]) %}{{ l }}",
        "{% set l = __list([]) %}{% set _ = l.extend([(l,)]) %}{{ l }}",
        "{% set d = __dict({}) %}{% set _ = d.update(a=d) %}{{ d }}",
        "{% set d = __dict({}) %}{% set _ = d.setdefault('a', [d]) %}{{ d }}",
        "{% set d = __dict({}) %}{% set l = __list([d]) %}{% set _ = d.update(a=l) %}{{ d }}",
    ] {
        assert!(refused(template).contains("cannot hold itself"), "{template}");
    }
    // A namespace can, and is not opened twice.
    let own = "{% set n = namespace(a=1) %}{% set n.l = __list([n]) %}{{ n }}";
    assert_eq!(rendered(own), "<Namespace {'a': 1, 'l': [<Namespace {...}>]}>");
}

#[test]
fn a_few_letters_cannot_take_all_memory() {
    for template in [
        "{{ __mul('x', 10000000000) }}",
        "{{ __mul([1], 10000000000) }}",
        "{{ 'x'.ljust(10000000000) }}",
        "{{ 'x'.zfill(10000000000) }}",
        "{{ 'x' | center(10000000000) }}",
        "{{ __mod('%10000000000d', 1) }}",
        "{{ __mod('%.10000000000f', 1) }}",
        "{{ __mod('%*d', (10000000000, 1)) }}",
        "{{ '{:10000000000}'.format(1) }}",
        "{{ '{:.99999999999999999999f}'.format(1) }}",
        "{{ '\t'.expandtabs(10000000000) }}",
        "{{ [1] | batch(10000000000, 1) | list }}",
        "{{ [1] | slice(10000000000) | list }}",
        "{{ range(10000000000) }}",
        "{{ 1.5 | round(10000000000) }}",
        "{{ 'x'.replace('', __mul('y', 90000000)) }}",
    ] {
        refused(template);
    }
}

#[test]
fn values_print_as_pythons() {
    let numbers = [1e16, 1e15, 1e-4, 1e-5, 1.0, -0.0, 123456.789, f64::INFINITY, f64::NAN, 1.5e300];
    let printed: Vec<String> =
        numbers.iter().map(|number| text(&Value::from(*number)).into_owned()).collect();
    let python = [
        "1e+16",
        "1000000000000000.0",
        "0.0001",
        "1e-05",
        "1.0",
        "-0.0",
        "123456.789",
        "inf",
        "nan",
        "1.5e+300",
    ];
    assert_eq!(printed, python);
    let nested = Value::from(vec![
        Value::from(Tuple::from([Value::from(1)])),
        Value::from(Serde(serde_json::json!({ "it's": [null, true, 1e16] }))),
        Value::from("\u{200b}\u{1f}\u{e000}é"),
    ]);
    assert_eq!(text(&nested), r#"[(1,), {"it's": [None, True, 1e+16]}, '\u200b\x1f\ue000é']"#);
    assert_eq!(text(&Value::UNDEFINED), "");
    assert_eq!(text(&Value::from(Kwargs::from_iter([("a", Value::from(1))]))), "{'a': 1}");
}

#[test]
fn lists_and_dicts_are_json_and_equal_to_the_engines_own() {
    let template = "{% set l = __list([1]) %}{% set d = __dict({'k': l}) %}{% set _ = l.append(2.5) %}";
    let compare = "{{ d == {'k': [1, 2.5]} }}{{ {'k': [1, 2.5]} == d }}{{ l in [[1, 2.5]] }}{{ d | length }}";
    assert_eq!(rendered(&format!("{template}{{{{ d | tojson }}}}")), r#"{"k": [1, 2.5]}"#);
    assert_eq!(rendered(&format!("{template}{compare}")), "TrueTrueTrue1");
}
