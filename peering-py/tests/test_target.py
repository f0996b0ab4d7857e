"""Targets and drivers are those of the core."""

from __future__ import annotations

import pickle
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import peering.candidate
import peering.driver
import peering.drivers
import peering.health
import peering.pending
import peering.state
import peering.target
import pytest
from peering import Credentials, Router, Secret, Target, Timeouts
from peering.drivers import AristaEos, CandidateMode, Frr, JuniperJunos, Scheme, names
from peering.exceptions import OptionsError
from peering.target import AcceptAnyInsecure, Ca, Known, Pinned, Record, Replay, SshConfigFile
from rust_source import differences, read


def test_targets_are_as_in_rust() -> None:
    assert differences(read("peering-core/src/driver/target.rs"), peering.target) == []


def test_drivers_are_as_in_rust() -> None:
    rust = read(*(f"peering-drivers/src/{name}/mod.rs" for name in names()))
    assert differences(rust, peering.drivers) == []
    scheme = read("peering-drivers/src/transport/http/mod.rs")["Scheme"]
    assert differences({"Scheme": scheme}, peering.drivers) == []


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
    with pytest.raises(OptionsError, match="scheme"):
        AristaEos(scheme="ftp")  # type: ignore[arg-type]


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
    assert AristaEos().scheme is Scheme.HTTPS and Frr().platform == "frr"
