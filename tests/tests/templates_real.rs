//! What FRR, BIRD and OpenBGPD themselves make of the shipped templates: they take all of it, and hostile names make not one
//! statement more than harmless ones.
//!
//! FRR and BIRD run for it, alone in namespaces of their own (root only; elsewhere only their parsers are asked).
//! OpenBGPD's parser prints what it understood.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use peering_core::Secret;
use peering_core::model::{Indexed, Network};
use peering_core::template::{Engine, Escape, Options, RenderContext};
use peering_tests::sample::{HOSTILE, Spelling, sample};

/// The program, if it is there. In CI it must be.
fn program(path: &str) -> Option<&str> {
    let is_there = Path::new(path).exists();
    if !is_there {
        peering_tests::skip(format_args!("there is no {path}, which tests/lab/install.sh installs"));
    }
    is_there.then_some(path)
}

/// What software understood: how many statements there are of each kind.
type Statements = BTreeMap<String, usize>;

/// Lines by what they begin with, and how deep they stand: the rest is names. And how many of them make a session.
fn shape(text: &str, session: &str) -> Statements {
    let mut counts = Statements::new();
    counts.insert("sessions".into(), text.lines().filter(|line| line.contains(session)).count());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let depth = line.len() - line.trim_start().len();
        let word = line.split_whitespace().next().unwrap_or_default();
        *counts.entry(format!("{depth} {word}")).or_default() += 1;
    }
    counts
}

/// A file that only we can read: OpenBGPD insists.
fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn run(command: &mut Command, text: &str) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{command:?}: {status}\n{out}\n{err}\nof\n{}", numbered(text));
    out.into_owned()
}

fn numbered(text: &str) -> String {
    text.lines().zip(1..).map(|(line, number)| format!("{number:5} {line}\n")).collect()
}

/// Runs a script as root of namespaces of its own: no network, a `/run` of its own; whatever it starts ends with it.
/// `None` for who is not root.
fn alone(script: &str, text: &str) -> Option<String> {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if !is_root {
        peering_tests::skip("a daemon cannot be started: not root");
        return None;
    }
    let config = file(text);
    let script = format!("set -e; mount -t tmpfs tmpfs /run; {script}");
    let mut command = Command::new("unshare");
    command
        .args(["--net", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", &script, "bash"])
        .arg(config.path());
    Some(run(&mut command, text))
}

/// Asks the platform's parser only; `None` if it is not there. OpenBGPD's says what it understood.
fn parse(driver: &str, text: &str) -> Option<String> {
    let (names, arguments): (_, &[&str]) = match driver {
        "frr" => ("/usr/bin/vtysh", &["-C", "-f"]),
        "bird" => ("/usr/sbin/bird", &["-p", "-c"]),
        _ => ("/usr/sbin/bgpd", &["-n", "-v", "-f"]),
    };
    let program = program(names)?;
    let config = file(text);
    Some(run(Command::new(program).args(arguments).arg(config.path()), text))
}

fn frr(text: &str) -> Option<Statements> {
    parse("frr", text)?;
    // Three daemons that read nothing but what vtysh sends them; applied twice, because the second time must change nothing.
    let script = "mkdir /run/frr; chown frr:frr /run/frr
        for daemon in zebra 'bgpd -p 0' bfdd; do /usr/lib/frr/$daemon -d -f /dev/null -A 127.0.0.1 -u frr > /dev/null 2>&1; done
        for i in $(seq 50); do vtysh -c 'show version' > /dev/null 2>&1 && break; sleep 0.1; done
        vtysh -f \"$1\" > /dev/null; vtysh -c 'show running-config no-header' > /run/once
        vtysh -f \"$1\" > /dev/null; vtysh -c 'show running-config no-header' > /run/twice
        cmp /run/once /run/twice; cat /run/once";
    alone(script, text).map(|running| shape(&running, " remote-as "))
}

fn bird(text: &str) -> Option<Statements> {
    parse("bird", text)?;
    // The third column of the numbered answers would be the state; the second is what the protocol or symbol is.
    let script = "mkdir /run/bird; /usr/sbin/bird -c \"$1\" -s /run/bird/ctl -P /run/bird/pid
        for i in $(seq 50); do birdc -s /run/bird/ctl show status > /dev/null 2>&1 && break; sleep 0.1; done
        birdc -s /run/bird/ctl show protocols | awk 'NR > 2 { print \"protocol-\" $2 }'
        birdc -s /run/bird/ctl show symbols | awk 'NR > 1 { print \"symbol-\" $2 $3 }'";
    alone(script, text).map(|listed| shape(&listed, "protocol-BGP"))
}

fn openbgpd(text: &str) -> Option<Statements> {
    parse("openbgpd", text).map(|parsed| shape(&parsed, "remote-as "))
}

type Ask = fn(&str) -> Option<Statements>;

/// The platforms, who is asked, and where a probe's text stands: in a statement of its own, and in a comment.
const REAL: [(&str, Ask, &str); 3] = [
    ("frr", frr, "router bgp 64500\n neighbor 192.0.2.20 description x @\nexit\n! @"),
    ("bird", bird, "protocol static { disabled; ipv4; description \"@\"; }\n# @"),
    ("openbgpd", openbgpd, "probe = \"@\"\n# @"),
];

fn render(driver: &str, spelling: &Spelling, extra: Option<(&str, Vec<String>)>) -> String {
    let text = try_render(driver, sample(driver, spelling), extra);
    text.unwrap_or_else(|error| panic!("{driver}: {error}"))
}

fn try_render(
    driver: &str,
    network: Network,
    extra: Option<(&str, Vec<String>)>,
) -> peering_core::Result<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates").join(driver);
    let mut engine = Engine::new(Escape::for_driver(driver), Options::default());
    engine.add_directory(folder).unwrap();
    let router = network.routers[0].name.clone();
    let mut context = RenderContext::for_router(Indexed::from(network), &router).unwrap();
    let mut name = "main.j2";
    if let Some((template, hostile)) = extra {
        name = "probes";
        engine.add(name, template).unwrap();
        context = context.with("hostile", hostile);
    }
    let mut text = engine.render(name, &context)?;
    text.push('\n');
    Ok(text)
}

#[test]
fn the_sample_is_accepted_as_it_is() {
    for (driver, ask, _) in REAL {
        let text = render(driver, &Spelling::AsItIs, None);
        let Some(statements) = ask(&text) else { continue };
        // OpenBGPD leaves the two in a network instance of their own to another daemon.
        let expected = if driver == "openbgpd" { 16 } else { 18 };
        assert_eq!(statements["sessions"], expected, "{driver}: {statements:#?}");
    }
}

#[test]
fn hostile_names_make_no_statement_more() {
    for (driver, ask, _) in REAL {
        let harmless = render(driver, &Spelling::After("harmless".into()), None);
        let Some(harmless) = ask(&harmless) else { continue };
        // All at once: one may take away the meaning of what guards against another.
        let all = HOSTILE.concat();
        for spelling in [Spelling::After(all.clone()), Spelling::Before(all)] {
            let text = render(driver, &spelling, None);
            let hostile = ask(&text).expect("it was there before");
            assert_eq!(hostile, harmless, "{driver} with {spelling:?}\n{}", numbered(&text));
        }
        // Each for itself as well, but only before the parser: a daemon for each of them would take long.
        for text in HOSTILE {
            for spelling in [Spelling::After(text.to_owned()), Spelling::Before(text.to_owned())] {
                parse(driver, &render(driver, &spelling, None)).expect("it was there before");
            }
        }
    }
}

/// Ways of a text through a template, with what Jinja2 offers to change it.
const WAYS: [&str; 47] = [
    "{{ x }}",
    "{{ x | upper }}",
    "{{ x | lower }}",
    "{{ x | title }}",
    "{{ x | capitalize }}",
    "{{ x | trim }}",
    "{{ x | e }}",
    "{{ x | string }}",
    "{{ x | safe_string }}",
    "{{ x | default('nothing') }}",
    "{{ x | reverse }}",
    "{{ x | replace('a', 'b') }}",
    "{{ 'INJECTED' | replace('INJECTED', x) }}",
    "{{ x | truncate(12) }}",
    "{{ x | wordwrap(5) }}",
    "{{ x | center(90) }}",
    "{{ x | indent(2) }}",
    "{{ x | striptags }}",
    "{{ x | urlencode }}",
    "{{ x | list | join }}",
    "{{ x | list | join(',') }}",
    "{{ [x, x] | join(x) }}",
    "{{ [x] | first }}",
    "{{ [x] | map('upper') | join }}",
    "{{ [x, 'b'] | sort | join(' ') }}",
    "{{ [x] }}",
    "{{ {'key': x} }}",
    "{{ (x, 1) }}",
    "{{ '%s and %s' | format(x, x) }}",
    "{{ x.split() | join(' ') }}",
    "{{ x.strip() }}",
    "{{ x.replace('a', x) }}",
    "{{ x ~ x }}",
    "{{ 'a' ~ x ~ 1 }}",
    "{{ x + x }}",
    "{{ x * 2 }}",
    "{{ x[1:] }}",
    "{{ x[:-1] }}",
    "{{ x[::-1] }}",
    "{% set y = x %}{{ y }}",
    "{% set y %}{{ x }}{% endset %}{{ y }}",
    "{% set y %}{{ x }}{% endset %}{{ y ~ x }}",
    "{% set y %}{{ x }}{% endset %}{{ y | upper }}",
    "{% for c in x %}{{ c }}{% endfor %}",
    "{% macro m(v) %}{{ v }}{% endmacro %}{{ m(x) }}",
    "{% macro m(v) %}{{ v }}{% endmacro %}{{ m(x) ~ x }}",
    "{% filter upper %}{{ x }}{% endfilter %}",
];

#[test]
fn no_way_through_a_template_makes_a_statement_more() {
    for (driver, ask, place) in REAL {
        let probes: String =
            WAYS.map(|way| format!("{}\n", place.replace('@', &format!("a{way}z")))).concat();
        let template =
            format!("{{% include \"main.j2\" %}}\n{{% for x in hostile %}}\n{probes}{{% endfor %}}\n");
        let harmless = vec!["a harmless text, long enough".to_owned(); HOSTILE.len()];
        let harmless = render(driver, &Spelling::AsItIs, Some((&template, harmless)));
        let Some(expected) = ask(&harmless) else { continue };
        let hostile =
            render(driver, &Spelling::AsItIs, Some((&template, HOSTILE.map(str::to_owned).to_vec())));
        assert_eq!(hostile.lines().count(), harmless.lines().count(), "{driver}");
        assert_eq!(ask(&hostile), Some(expected), "{driver}\n{}", numbered(&hostile));
    }
}

/// A password is taken with whatever it holds, or refused before anybody is asked.
#[test]
fn passwords_are_taken_as_they_are_or_refused() {
    let with_password = |driver: &str, password: &str| {
        let mut network = sample(driver, &Spelling::AsItIs);
        for session in &mut network.internet_exchange_sessions {
            session.password = Some(Secret::new(password));
        }
        try_render(driver, network, None)
    };
    for (driver, password) in [
        ("frr", "p'a\"s;s{w}#o!r?d$|x\\*"),
        ("bird", "p'a;s{s}w#o!r?d$|x\\/*y"),
        ("openbgpd", "p'a;s{s}w#o!r?d$|x*"),
    ] {
        let text = with_password(driver, password).unwrap_or_else(|error| panic!("{driver}: {error}"));
        assert!(text.contains(password), "{driver}");
        let Some(_) = parse(driver, &text) else { continue };
        let harmless = parse(driver, &with_password(driver, "harmless").unwrap());
        if driver == "openbgpd" {
            // What it prints holds no passwords.
            assert_eq!(parse(driver, &text), harmless);
        }
        for refused in
            ["two words", "line\nend", "\u{202e}", if driver == "frr" { "bar|" } else { "quo\"te" }]
        {
            let error = with_password(driver, refused).unwrap_err().to_string();
            assert!(error.contains("password") && !error.contains(refused), "{driver}: {error}");
        }
    }
}
