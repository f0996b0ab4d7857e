"""Targets and drivers are those of the core."""

from __future__ import annotations

import pickle
import re
import typing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import peering.candidate
import peering.driver
import peering.drivers
import peering.health
import peering.pending
import peering.state
import peering.target
import pytest
from peering import Credentials, Router, Secret, Target, Timeouts
from peering._record import Record as PlainRecord
from peering.drivers import AristaEos, CandidateMode, EosTransport, Frr, JuniperJunos, names
from peering.exceptions import OptionsError
from peering.target import AcceptAnyInsecure, Ca, Known, Pinned, Record, Replay, SshConfigFile
from rust_source import ROOT, differences, read


def test_targets_are_as_in_rust() -> None:
    assert differences(read("peering-core/src/driver/target.rs"), peering.target) == []


def test_drivers_are_as_in_rust() -> None:
    rust = read(*(f"peering-drivers/src/{name}/mod.rs" for name in names()))
    assert differences(rust, peering.drivers) == []


@pytest.mark.parametrize(
    ("path", "cls"),
    [
        ("peering-core/src/driver/target.rs", Timeouts),
        ("peering-core/src/driver/target.rs", Target),
        ("peering-drivers/src/arista_eos/mod.rs", AristaEos),
        ("peering-drivers/src/frr/mod.rs", Frr),
        ("peering-drivers/src/juniper_junos/mod.rs", JuniperJunos),
    ],
)
def test_defaults_are_as_in_rust(path: str, cls: type[Any]) -> None:
    read(path)
    text = (ROOT / path).read_text()
    framing = (ROOT / "peering-drivers/src/transport/netconf/framing.rs").read_text()
    words = dict(re.findall(r"^(?:pub )?const (\w+): [\w:]+ = (.*);$", text + framing, re.MULTILINE))
    body = text.partition(f"impl Default for {cls.__name__} {{")[2].partition("\n}\n")[0]
    defaults = re.findall(r"\b(\w+): ([^,{}]+?)(?:,| \})", body.partition("-> Self {")[2])
    assert [name for name, _ in defaults] == list(cls.__record_fields__)
    for name, rust in defaults:
        value = getattr(cls(), name)
        said = re.sub(r"^Some\((.*)\)$", r"\1", words.get(rust.rpartition("::")[2], rust))
        if seconds := re.fullmatch(r"(?:std::time::)?Duration::from_secs\((\d+)\)", said):
            assert value == timedelta(seconds=int(seconds[1])), name
        elif re.fullmatch(r"[\d *_]+", said):
            assert value == eval(said), name
        elif words_of := re.fullmatch(r'"(.*)"\.to_owned\(\)|String::new\(\)', said):
            assert value == (words_of[1] or ""), name
        elif said in ("true", "false", "None"):
            assert value is {"true": True, "false": False, "None": None}[said], name
        elif said.endswith("::default()"):
            assert value == _default(said, path), name
        else:
            assert value.name.lower() == said.rpartition("::")[2].lower(), name


def _default(said: str, path: str) -> object:
    """A record's own default, or the variant of an enumeration that is marked."""
    name = said.partition("::")[0]
    found = getattr(peering.target, name, None) or getattr(peering.drivers, name)
    if isinstance(found, type) and issubclass(found, PlainRecord):
        return found()
    body = (ROOT / path).read_text().partition(f"pub enum {name} {{")[2]
    marked = re.search(r"#\[default\]\s+(\w+)", body)
    assert marked
    tag = re.sub(r"(?<!^)(?=[A-Z])", "-", marked[1]).lower()
    if isinstance(found, type):
        return found(tag)
    return next(cls() for cls in typing.get_args(found) if cls.__record_tag__ == tag)


def test_what_a_change_leaves_is_as_in_rust() -> None:
    rust = read("peering-core/src/driver/mod.rs", "peering-core/src/driver/capability.rs", "peering-core/src/health.rs")
    here = SimpleNamespace(**vars(peering.state), Reads=tuple[peering.driver.Read, ...])
    for module in (peering.driver, peering.pending, peering.health):
        vars(here).update(vars(module))
    assert {"Token", "Pending", "Leftover", "Capabilities", "Health", "SessionDown"} <= rust.keys()
    assert differences(rust, here) == []
    reads = read("peering-core/src/driver/reads.rs")["Read"]
    named = {tag.replace("-", "_") for tag in reads.variants}  # type: ignore[union-attr]
    assert named == {read.value for read in peering.driver.Read}


def test_everything_reaches_the_core() -> None:
    """Connecting to nowhere parses all of it first."""
    jump = Target("jump", credentials=Credentials(username="a"), jump=Target("first"))
    target = Target(
        "192.0.2.1",
        port=2201,
        credentials=Credentials(username="netops", password=Secret("hunter2"), private_key=Path("key"), agent=True),
        timeouts=Timeouts(connect=timedelta(milliseconds=1)),
        keepalive=None,
        host_key=Known(),
        known_hosts=(Path("known"),),
        trusted_hosts=Path("trusted"),
        tls=Ca(Path("ca.pem")),
        ssh_config=SshConfigFile(Path("config")),
        jump=jump,
        wire=Replay(Path("missing.transcript")),
    )
    with pytest.raises(Exception, match=r"missing\.transcript") as caught:
        Router.connect("frr", target)
    assert "hunter2" not in str(caught.value)
    assert Target.from_dict(target.to_dict(expose_secrets=True)) == target
    assert pickle.loads(pickle.dumps(target)) == target
    assert "hunter2" not in repr(target) + str(target.to_dict())


def test_what_makes_no_sense() -> None:
    with pytest.raises(OptionsError, match="no host"):
        Router.connect("frr", Target())
    with pytest.raises(OptionsError, match="no driver is called"):
        Router.connect("cisco_ios_xt", Target("r1"))
    for text in ("u:hunter2@r1", "", "r1:0", "r1:x", "[::1]x", "u@"):
        with pytest.raises(OptionsError) as caught:
            Target.parse(text)
        assert "hunter2" not in str(caught.value)
    with pytest.raises(OptionsError):
        Target.from_url("r1")
    with pytest.raises(OptionsError, match="host_key"):
        Target("r1", host_key="any")  # type: ignore[arg-type]
    with pytest.raises(OptionsError, match="transport"):
        AristaEos(transport="ftp")  # type: ignore[arg-type]


def test_defaults_of_many_routers() -> None:
    common = Target(
        port=22,
        credentials=Credentials(username="netops", password=Secret("x")),
        host_key=AcceptAnyInsecure(),
    )
    one, two = common.at("r1"), common.at("admin@[2001:db8::1]:830")
    assert (one.host, one.port, one.credentials.username) == ("r1", None, "netops")
    assert (two.host, two.port, two.credentials.username) == ("2001:db8::1", 830, "admin")
    assert one.host_key == two.host_key == AcceptAnyInsecure() and two.credentials.password == Secret("x")
    assert common.host == ""


def test_words_become_what_they_stand_for() -> None:
    target = Target("r1", wire={"record": "r1.transcript"}, tls={"pinned": "ab"})  # type: ignore[arg-type]
    assert target.wire == Record(Path("r1.transcript")) and target.tls == Pinned("ab")
    assert JuniperJunos(candidate="private").candidate is CandidateMode.PRIVATE  # type: ignore[arg-type]
    assert AristaEos().transport is EosTransport.HTTPS and Frr().platform == "frr"
