"""Templates through Python: the same text as from Rust and from Jinja2, typed errors, and no secret anywhere."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import pickle
import signal
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address, ip_interface, ip_network
from pathlib import Path
from typing import Any

import pytest
from golden import golden
from peering import Credentials, Secret
from peering.exceptions import NotFoundError, OptionsError, ParseError, StorageError, TemplateError
from peering.model import Network
from peering.template import (
    Compat,
    Engine,
    Escape,
    FindingKind,
    Options,
    RenderContext,
    TemplateErrorKind,
    Whitespace,
)

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "examples" / "templates"
SAMPLE = ROOT / "examples" / "data" / "network.yaml"
THEIRS = Options(compat=Compat.PEERING_MANAGER)


@pytest.fixture(scope="module")
def sample() -> Network:
    if not SAMPLE.exists():
        pytest.skip("needs the examples of the repository")
    return Network.load(SAMPLE)


def on_platform(network: Network, driver: str) -> Network:
    """The network with its router on the platform of a driver."""
    platform = next(row.name for row in network.platforms if row.driver == driver)
    (router,) = network.routers
    return network.replace(routers=(router.replace(platform=platform),))


def snapshots() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "tests" / "tests" / "snapshots").glob("templates__*.snap")):
        _, _, text = path.read_text().split("---\n", 2)
        yield path.stem.partition("__")[2], text


@pytest.mark.parametrize(("driver", "expected"), list(snapshots()), ids=[driver for driver, _ in snapshots()])
def test_the_shipped_templates_give_what_they_give_in_rust(sample: Network, driver: str, expected: str) -> None:
    engine = Engine(driver)
    assert engine.add_directory(TEMPLATES / driver) > 1
    network = on_platform(sample, driver)
    context = RenderContext.for_router(network, network.routers[0].name)
    assert context.driver == driver
    assert engine.render("main.j2", context).strip("\n") == expected.strip("\n")
    assert engine.check("main.j2", context) == []
    # The document as JSON has it says the same.
    again = RenderContext.for_router(network.to_dict(expose_secrets=True), network.routers[0].name)
    assert engine.render("main.j2", again) == engine.render("main.j2", context)


def snippets() -> Any:
    path = ROOT / "tests" / "python" / "jinja2_snippets.py"
    if not path.exists():
        pytest.skip("needs the snippets of the repository")
    spec = importlib.util.spec_from_file_location("jinja2_snippets", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("whitespace", [Whitespace(), Whitespace(trim_blocks=True, lstrip_blocks=True)])
def test_whole_templates_give_what_jinja2_gives(whitespace: Whitespace) -> None:
    jinja2 = pytest.importorskip("jinja2")
    network = snippets().NETWORK
    folder = ROOT / "tests" / "data" / "jinja2"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        trim_blocks=whitespace.trim_blocks,
        lstrip_blocks=whitespace.lstrip_blocks,
    )
    engine = Engine(Escape.UNGUARDED, THEIRS.replace(whitespace=whitespace))
    assert engine.add_directory(folder) == len(engine.names) > 15
    context = RenderContext().having(network)
    for name in engine.names:
        if not name.startswith("_"):
            expected = environment.get_template(name).render(json.loads(json.dumps(network)))
            assert engine.render(name, context) == expected, name


def test_snippets_give_what_jinja2_gives() -> None:
    jinja2 = pytest.importorskip("jinja2")
    source = snippets()
    environment = jinja2.Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
    context = RenderContext().having(source.CONTEXT)
    engine, same = Engine(Escape.UNGUARDED, THEIRS), 0
    for template in (template for topic in source.TOPICS.values() for template in topic):
        try:
            engine.add("snippet", template)
            ours = engine.render("snippet", context)
        except TemplateError:
            continue  # the repository's own comparison says which may fail
        try:
            theirs = environment.from_string(template).render(json.loads(json.dumps(source.CONTEXT)))
        except Exception:
            continue
        assert ours == theirs, template
        same += 1
    assert same > 500


@pytest.mark.parametrize("row", golden("filters_pure.json"), ids=lambda row: row["filter"])
def test_filters_give_what_peering_managers_give(row: dict[str, Any]) -> None:
    engine = Engine(Escape.UNGUARDED, THEIRS)
    if isinstance(row["result"], dict) and set(row["result"]) == {"error"}:
        with pytest.raises(TemplateError) as failed:
            engine.apply_filter(row["filter"], *row["args"], **row["kwargs"])
        assert failed.value.reason is not TemplateErrorKind.UNKNOWN_FILTER
        return
    result = engine.apply_filter(row["filter"], *row["args"], **row["kwargs"])
    if row["filter"] == "strip_irr_sources":
        assert sorted(result) == sorted(row["result"])
    else:
        assert result == row["result"]


def rendered(source: str, context: RenderContext | None = None, **variables: Any) -> str:
    engine = Engine(Escape.PLAIN)
    engine.add("main", source)
    return engine.render("main", (context or RenderContext()).having(variables))


def test_variables_are_what_they_are_in_python() -> None:
    assert (
        rendered("{% for k, v in d.items() %}{{ k }}={{ v }} {% endfor %}", d={"z": 1, "a": 2, 7: 3}) == "z=1 a=2 7=3 "
    )
    assert rendered(
        "{{ a }} {{ n }} {{ i }}", a=ip_address("2001:db8::1"), n=ip_network("10.0.0.0/8"), i=ip_interface("10.0.0.1/8")
    ) == ("2001:db8::1 10.0.0.0/8 10.0.0.1/8")
    assert rendered("{{ d }} {{ e.value }}", d=timedelta(minutes=1), e={"value": Escape.FRR}) == "60.0 frr"
    assert rendered("{{ x|list|length }} {{ y|sum }}", x={1, 2}, y=(n for n in range(4))) == "2 6"
    assert rendered("{{ n is none }} {{ b }} {{ 2 * big }}", n=None, b=True, big=1 << 100) == f"True True {1 << 101}"
    assert rendered("{{ w.trim_blocks }}", w=Whitespace()) == "False"
    assert rendered("{{ p }}", p=Path("a/b")) == "a/b"
    assert rendered("{{ t }}", t=datetime(2030, 1, 2, tzinfo=timezone.utc)) == "2030-01-02T00:00:00+00:00"


def test_variables_that_cannot_be_are_refused_by_name() -> None:
    circle: list[Any] = []
    circle.append(circle)
    for value in (circle, float("nan"), 1 << 200, datetime(2030, 1, 1), object()):
        with pytest.raises((OptionsError, ValueError, TypeError)) as failed:
            RenderContext().having(peer=value)
        if isinstance(failed.value, OptionsError):
            assert "the variable peer" in str(failed.value)


def test_now_is_given() -> None:
    moment = datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    assert rendered("{{ now() }}", RenderContext().at(moment)) == "2030-01-02T01:04:05Z"


def test_errors_say_where_and_why() -> None:
    engine = Engine("juniper_junos")
    engine.add("inner", "\n\n{{ peer.nam }}")
    engine.add("outer", "one\n{% include 'inner' %}")
    with pytest.raises(TemplateError) as failed:
        engine.render("outer", RenderContext().having(peer={"name": "x"}))
    error = failed.value
    assert (error.template, error.line, error.reason) == ("inner", 3, TemplateErrorKind.UNDEFINED)
    assert error.detail and error.detail in error.message and "inner" in str(error) and error.cause is None
    assert isinstance(error, ValueError)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.template, again.line, again.reason, again.detail) == (
        TemplateError,
        str(error),
        "inner",
        3,
        TemplateErrorKind.UNDEFINED,
        error.detail,
    )


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("a\n{% for %}", 2, "syntax"),
        ("{% for i in [1] %}{{ loop }}{% endfor %}", 1, "refused"),
        ("{{ x | nosuch }}", 1, "unknown-filter"),
        ("{{ x is nosuch }}", 1, "unknown-test"),
        ("\n\n{{ nosuch() }}", 3, "unknown-function"),
        ("{{ 'x'.nosuch() }}", 1, "unknown-method"),
        ("{% include 'nosuch' %}", 1, "missing-template"),
        ("{% include 'main' %}", None, "recursion"),
        (
            "{% for i in range(100000) %}{% for j in range(100000) %}{{ i }}{% endfor %}{% endfor %}",
            None,
            "out-of-fuel",
        ),
        ("{{ 1 / 0 }}", 1, "value"),
    ],
)
def test_every_kind_of_error_has_its_reason(source: str, line: int | None, reason: str) -> None:
    engine = Engine(Escape.PLAIN, Options(fuel=200_000))
    with pytest.raises(TemplateError) as failed:
        engine.add("main", source)
        engine.render("main", RenderContext().having(x=1))
    assert failed.value.reason is TemplateErrorKind(reason)
    assert failed.value.template == "main"
    if line is not None:
        assert failed.value.line == line


def test_a_long_result_is_given_up() -> None:
    engine = Engine(Escape.PLAIN, Options(longest_output=1000))
    engine.add("main", "{% for i in range(1000) %}{{ i }}{% endfor %}")
    with pytest.raises(TemplateError, match="1000 bytes") as failed:
        engine.render("main", RenderContext())
    assert failed.value.reason is TemplateErrorKind.TOO_LONG


PASSWORD = "hunter2-and-more"


def with_password() -> dict[str, Any]:
    return {
        "autonomous_systems": [
            {"asn": 64500, "name": "Ours", "affiliated": True},
            {
                "asn": 64501,
                "name": "Evil\nrouter bgp 1",
                "contacts": [{"role": "Policy", "name": "Desk", "email": "desk@example.net"}],
            },
        ],
        "routers": [{"name": "r1", "hostname": "r1.example.net", "local_autonomous_system": 64500, "platform": "EOS"}],
        "platforms": [{"name": "EOS", "driver": "arista_eos"}],
        "direct_sessions": [
            {
                "autonomous_system": 64501,
                "local_autonomous_system": 64500,
                "local_ip_address": "192.0.2.0/31",
                "ip_address": "192.0.2.1/31",
                "router": "r1",
                "password": PASSWORD,
            }
        ],
        "templates": [
            {
                "name": "hello",
                "kind": "email",
                "subject": "AS{{ autonomous_system.asn }}",
                "template": "Dear {{ autonomous_system.name }}",
            }
        ],
    }


@pytest.fixture
def eos() -> Engine:
    return Engine("eos")


def test_passwords_are_rendered_and_shown_nowhere_else(eos: Engine) -> None:
    context = RenderContext.for_router(with_password(), "r1")
    eos.add("good", "{% for s in router | direct_sessions %}password {{ s.password }}{% endfor %}")
    assert eos.render("good", context) == f"password {PASSWORD}"
    assert PASSWORD not in repr(context) + repr(eos)
    for bad in (
        "{{ s.password + 1 }}",
        "{{ s.password | ip }}",
        "{{ {}[s.password ~ ''] }}",
        "{{ s.password.nosuch }}",
    ):
        with pytest.raises(TemplateError) as failed:
            eos.add("bad", "{% for s in router | direct_sessions %}" + bad + "{% endfor %}")
            eos.render("bad", context)
        assert PASSWORD not in repr(failed.value) + str(failed.value) + str(failed.value.__dict__), bad
        assert all(PASSWORD not in str(finding) for finding in eos.check("bad", context))


def test_secrets_are_no_variables(eos: Engine) -> None:
    login = Credentials(username="netops", password=Secret(PASSWORD))
    for value in (Secret(PASSWORD), {"deep": [Secret(PASSWORD)]}, login, {"login": login}):
        with pytest.raises(OptionsError, match=r"the variable login.*secret") as failed:
            RenderContext().having(login=value)
        assert PASSWORD not in str(failed.value)
    with pytest.raises(OptionsError, match="secret"):
        eos.apply_filter("cisco_password", Secret("7 0822455D0A16"))
    assert eos.apply_filter("cisco_password", "7 0822455D0A16") == "0822455D0A16"


def test_a_network_without_its_passwords_is_not_rendered() -> None:
    network = with_password()
    network["direct_sessions"][0]["password"] = "<redacted>"
    with pytest.raises(OptionsError, match="blacked out"):
        RenderContext.for_router(network, "r1")
    with pytest.raises(OptionsError, match=r"network.*colour") as failed:
        RenderContext.for_router({"routers": [{"name": "r1", "hostname": "r1", "colour": "red"}]}, "r1")
    assert "red" not in str(failed.value)


def test_the_engine_guards_for_the_routers_platform(eos: Engine) -> None:
    context = RenderContext.for_router(with_password(), "r1")
    frr = Engine("frr")
    for engine in (frr, eos):
        engine.add("main", "{% for a in autonomous_systems %}name {{ a.name }}\n{% endfor %}")
    with pytest.raises(OptionsError, match="arista_eos"):
        frr.render("main", context)
    assert eos.render("main", context).splitlines() == ["name Evil router bgp 1"]
    for word in ("arista_eso", "", "plane"):
        with pytest.raises(OptionsError, match="policy"):
            Engine(word)
    assert Engine("plain").escape is Escape.PLAIN and Engine("junos").escape is Escape.JUNIPER_JUNOS
    assert all(escape is Escape.for_driver(escape.value) for escape in Escape if "_" in escape.value)


def test_what_is_not_there_is_told(eos: Engine, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nosuch"):
        eos.render("nosuch", RenderContext())
    with pytest.raises(NotFoundError, match="r9"):
        RenderContext.for_router(with_password(), "r9")
    with pytest.raises(NotFoundError, match="lan"):
        RenderContext.for_exchange(with_password(), "r1", "lan")
    with pytest.raises(NotFoundError, match="64999"):
        RenderContext.for_peer(with_password(), 64999)
    with pytest.raises(StorageError):
        eos.add_directory(tmp_path / "nosuch")


def test_directories_are_read_with_their_folders(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "main.j2").write_text("{% include 'parts/one.jinja' %}")
    (tmp_path / "parts" / "one.jinja").write_text("one")
    (tmp_path / ".hidden.j2").write_text("{{")
    (tmp_path / "README.md").write_text("{{")
    engine = Engine(Escape.PLAIN)
    assert asyncio.run(engine.add_directory_async(tmp_path)) == 2
    assert engine.names == ["main.j2", "parts/one.jinja"]
    assert engine.render("main.j2", RenderContext()) == "one"
    (tmp_path / "broken.j2").write_text("\n{% if %}")
    with pytest.raises(TemplateError) as failed:
        engine.add_directory(str(tmp_path))
    assert (failed.value.template, failed.value.line) == ("broken.j2", 2)


def test_findings_are_records(eos: Engine) -> None:
    eos.add("main", "{{ router.hostnam }}\n{{ peer.name }}{{ nosuch }}")
    found = eos.check("main")
    assert [(one.line, one.kind) for one in found] == [
        (1, FindingKind.UNKNOWN_ATTRIBUTE),
        (2, FindingKind.UNKNOWN_VARIABLE),
        (2, FindingKind.UNKNOWN_VARIABLE),
    ]
    assert str(found[0]).startswith("main:1: ")
    context = RenderContext.for_router(with_password(), "r1").having(peer={"name": "x"})
    with_it = asyncio.run(eos.check_async("main", context))
    assert (FindingKind.ERROR, TemplateErrorKind.UNDEFINED) in [(one.kind, one.reason) for one in with_it]
    assert not any("peer" in one.message for one in with_it)


def test_emails_have_subject_body_and_recipients() -> None:
    network = with_password()
    engine = Engine.with_templates(Escape.PLAIN, network)
    assert engine.names == ["email::hello", "email::hello/subject"]
    context = RenderContext.for_peer(network, 64501)
    email = engine.render_email(
        "hello", context, ["Policy"], known=[{"role": "NOC", "name": "N", "email": "n@example.net"}]
    )
    assert (email.subject, email.body) == ("AS64501", "Dear Evil router bgp 1")
    assert email.recipients[0].email == "desk@example.net"
    assert asyncio.run(engine.render_email_async("hello", context, ["Policy"])).body == email.body
    with pytest.raises(OptionsError, match="peer"):
        engine.render_email("hello", RenderContext())


def test_meetings_answer_the_filters() -> None:
    engine = Engine(Escape.PLAIN)
    engine.add(
        "main",
        "{% for f in autonomous_system | shared_facilities(affiliated_autonomous_systems.0) %}{{ f.name }}{% endfor %}",
    )
    context = RenderContext.for_peer(with_password(), 64501)
    meeting = {
        "exchanges": [],
        "facilities": [{"name": "Hall 1", "city": "X", "country": "DE", "id": 1}],
        "missing_sessions": [],
    }
    assert engine.render("main", context.with_meeting(64500, 64501, meeting)) == "Hall 1"


LONG = "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}"


def slow_engine(fuel: int) -> Engine:
    engine = Engine(Escape.PLAIN, Options(fuel=fuel))
    engine.add("long", LONG)
    return engine


def test_other_threads_run_while_a_template_is_rendered() -> None:
    engine, took = slow_engine(3_000_000), 0.0

    def work() -> None:
        nonlocal took
        began = time.monotonic()
        with pytest.raises(TemplateError):
            engine.render("long", RenderContext())
        took = time.monotonic() - began

    thread = threading.Thread(target=work)
    thread.start()
    longest, last = 0.0, time.monotonic()
    while thread.is_alive():
        time.sleep(0.001)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    thread.join()
    assert took > 0.1, "too quick to say anything"
    assert longest < took / 2, f"the interpreter was held for {longest:.3f} of {took:.3f} s"


def test_a_signal_ends_a_long_rendering() -> None:
    class Enough(Exception):
        pass

    def enough(*_: object) -> None:
        raise Enough

    engine = slow_engine(20_000_000)
    before = signal.signal(signal.SIGALRM, enough)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        began = time.monotonic()
        with pytest.raises(Enough):
            engine.render("long", RenderContext())
        assert time.monotonic() - began < 2
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_many_are_rendered_at_once() -> None:
    engine = Engine(Escape.PLAIN)
    engine.add("main", "{{ n }}")

    async def all_of_them() -> list[str]:
        return await asyncio.gather(*(engine.render_async("main", RenderContext().having(n=n)) for n in range(200)))

    assert asyncio.run(all_of_them()) == [str(n) for n in range(200)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_an_engine_works_in_a_forked_process() -> None:
    engine = Engine(Escape.PLAIN)
    engine.add("main", "{{ n }}")
    context = RenderContext().having(n=7)
    assert engine.render("main", context) == "7"
    child = os.fork()
    if child == 0:
        os._exit(0 if engine.render("main", context) == "7" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_templates_are_added_while_others_are_rendered() -> None:
    engine = Engine(Escape.PLAIN)
    engine.add("main", "{{ n }}")
    failures: list[BaseException] = []

    def render() -> None:
        try:
            for n in range(100):
                assert engine.render("main", RenderContext().having(n=n)) == str(n)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=render) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(100):
        engine.add(f"other{n}", str(n))
    for thread in threads:
        thread.join()
    assert failures == [] and len(engine.names) == 101


def test_names_that_are_no_words_of_ours() -> None:
    with pytest.raises((OptionsError, ParseError)):
        Options(compat="ours")  # type: ignore[arg-type]
