"""The records of a router's state are those of the core, and behave as records."""

from __future__ import annotations

import json
import math
import pickle
import re
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv4Network, IPv6Address

import peering.state
import pytest
from peering import Secret
from peering.exceptions import OptionsError
from peering.state import (
    AddressFamily,
    BgpConfigNeighbor,
    BgpGroup,
    BgpNeighbor,
    BgpState,
    Exact,
    LldpNeighbor,
    NeighborFamily,
    Notification,
    OtherReason,
    PrefixLimit,
    Reading,
    Route,
    RouteQuery,
)
from rust_source import ROOT, differences, read


def test_every_record_is_as_in_rust() -> None:
    rust = read("peering-core/src/state")
    exported = re.findall(r"\b[A-Z]\w+", "".join(re.findall(r"^pub use [^;]*;", _mod(), re.MULTILINE)))
    assert sorted(exported) == sorted(rust), "the test misses a type of the core"
    assert differences(rust, peering.state) == []


def _mod() -> str:
    return (ROOT / "peering-core/src/state/mod.rs").read_text()


def test_a_class_that_falls_behind_is_noticed() -> None:
    rust = read("peering-core/src/state/lldp.rs")
    rust["LldpNeighbor"].fields["hops"] = "u8"  # type: ignore[union-attr]
    assert len(differences(rust, peering.state)) == 1
    rust = read("peering-core/src/state/lldp.rs")
    rust["LldpNeighbor"].fields["port"] = "Option<u16>"  # type: ignore[union-attr]
    assert differences(rust, peering.state) == [f"LldpNeighbor.port is {str | None}, in Rust Option<u16>"]


ADDRESS = IPv4Address("192.0.2.1")
NEIGHBOR = BgpNeighbor(
    address=IPv6Address("2001:db8::1"),
    remote_as=64501,
    local_as=64500,
    state=BgpState.ESTABLISHED,
    uptime=timedelta(days=3, microseconds=5),
    established_since=datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
    down_reason=Notification(code=6, subcode=2, text="Administrative Shutdown"),
    families=(NeighborFamily(family="ipv6-unicast", accepted=3), NeighborFamily(family="l2vpn-evpn")),
)


def test_equality_hash_pickle_and_dict() -> None:
    for record in (NEIGHBOR, BgpGroup(neighbors=(BgpConfigNeighbor(address="192.0.2.1"),)), Reading(instant=-2.5)):
        kind = type(record)
        assert pickle.loads(pickle.dumps(record)) == record
        assert kind.from_dict(json.loads(json.dumps(record.to_dict()))) == record
        assert hash(kind.from_dict(record.to_dict())) == hash(record)


def test_a_family_that_has_no_name_stays_text() -> None:
    assert [entry.family for entry in NEIGHBOR.families] == [AddressFamily.IPV6_UNICAST, "l2vpn-evpn"]
    assert NEIGHBOR.family("ipv6-unicast") is NEIGHBOR.families[0]
    assert NEIGHBOR.family("l2vpn-evpn") is NEIGHBOR.families[1]
    assert str(AddressFamily.IPV6_UNICAST) == f"{AddressFamily.IPV6_UNICAST}" == "ipv6-unicast"


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(OptionsError, match=r"address: .*expected an IP address"):
        BgpNeighbor(address="r1", remote_as=1, local_as=1, state=BgpState.IDLE)  # type: ignore[arg-type]
    with pytest.raises(OptionsError, match="state"):
        BgpNeighbor(address=ADDRESS, remote_as=1, local_as=1, state="up")  # type: ignore[arg-type]
    with pytest.raises(OptionsError, match="must be there"):
        LldpNeighbor.from_dict({})
    with pytest.raises(OptionsError, match="no such field"):
        LldpNeighbor.from_dict({"interface": "e1", "speed": 1})
    with pytest.raises(TypeError, match="state"):
        BgpNeighbor(address=ADDRESS, remote_as=1, local_as=1)  # type: ignore[call-arg]


def test_secrets_do_not_show() -> None:
    neighbor = BgpConfigNeighbor(address="192.0.2.1", authentication_key=Secret("hunter2"))
    assert "hunter2" not in repr(neighbor) + str(neighbor.to_dict())
    assert neighbor.to_dict(expose_secrets=True)["authentication_key"] == "hunter2"
    assert BgpConfigNeighbor.from_dict(neighbor.to_dict(expose_secrets=True)) == neighbor


def test_a_dark_fibre_can_be_written_down() -> None:
    reading = Reading(instant=-math.inf)
    assert reading.instant == -math.inf
    assert reading.to_dict()["instant"] is None


def test_text_and_lists_become_what_they_stand_for() -> None:
    said = {"address": "192.0.2.1", "remote_as": 1, "local_as": 2, "state": "idle", "families": [{"family": "x"}]}
    neighbor = BgpNeighbor(**said)  # type: ignore[arg-type]
    assert (neighbor.address, neighbor.state) == (ADDRESS, BgpState.IDLE)
    assert neighbor.families == (NeighborFamily(family="x"),)
    assert BgpNeighbor.from_dict(said) == neighbor


def test_matching() -> None:
    route = Route(prefix=IPv4Network("192.0.2.0/24"), protocol="bgp", is_best=True)
    match RouteQuery(matching=Exact(route.prefix)).matching:
        case Exact(prefix):
            assert prefix == route.prefix
        case _:
            raise AssertionError("it is exact")
    match OtherReason("interface down"):
        case OtherReason(words):
            assert words == "interface down"
    assert NEIGHBOR.state is BgpState.ESTABLISHED and NEIGHBOR.is_established
    assert PrefixLimit(family="ipv4-unicast", limit=10).replace(limit=20).limit == 20
