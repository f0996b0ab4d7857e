"""PeeringDB's data for tests: a small world written by hand, and generated data where the shared folder is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

Row = dict[str, Any]

SHARED = Path(os.environ.get("PEERING_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
DAY = "2026-08-17T00:00:00Z"


def row(id: int, **fields: Any) -> Row:
    return {"id": id, **fields, "created": "2020-01-01T00:00:00Z", "updated": DAY, "status": "ok"}


def port(id: int, net: int, ix: int, asn: int, speed: int, last: int) -> Row:
    addresses = {"ipaddr4": f"192.0.2.{last}", "ipaddr6": None if last % 2 else f"2001:db8::{last}"}
    flags = {"is_rs_peer": True, "bfd_support": False, "operational": True}
    refers = {"net_id": net, "ix_id": ix, "ixlan_id": ix, "net_side_id": None, "ix_side_id": None}
    return row(id, name="Example IX", notes="", speed=speed, asn=asn, **refers, **addresses, **flags)


def world() -> dict[str, list[Row]]:
    """Two networks at two exchanges."""
    return {
        "org": [row(1, name="Example Org", city="Berlin", country="DE", latitude=52.5, longitude=None)],
        "fac": [
            row(
                5,
                org_id=1,
                name="Example DC",
                country="DE",
                latitude=50.1,
                longitude=8.7,
                available_voltage_services=["48 VDC"],
            )
        ],
        "net": [
            row(
                7,
                org_id=1,
                asn=64500,
                name="Example Net",
                irr_as_set="AS-EXAMPLE",
                policy_general="Open",
                info_ipv6=True,
            )
            | {"info_types": ["NSP", "Moon Base"], "info_prefixes4": 10, "meta": {"preferred_ip_mtu": 9000}},
            row(
                8, org_id=1, asn=64501, name="Müller, Söhne", irr_as_set="", policy_general="Sometimes", info_ipv6=False
            )
            | {"info_types": [], "info_prefixes4": None},
        ],
        "ix": [row(26, org_id=1, name="Example IX"), row(31, org_id=1, name="Other IX")],
        "ixlan": [row(26, ix_id=26, name="", mtu=9000), row(31, ix_id=31, name="", mtu=1500)],
        "ixpfx": [row(1, ixlan_id=26, protocol="IPv4", prefix="192.0.2.0/24", in_dfz=False)],
        "netixlan": [port(1, 7, 26, 64500, 10000, 1), port(2, 7, 31, 64500, 1000, 2), port(3, 8, 26, 64501, 100000, 4)],
        "netfac": [row(1, net_id=7, fac_id=5, local_asn=64500)],
        "poc": [row(1, net_id=7, role="NOC", visible="Public", name="", phone="", email="noc@example.net", url="")],
    }


def dump(rows: dict[str, list[Row]]) -> dict[Any, bytes]:
    """Rows as the answers of a dump."""
    return {tag: json.dumps({"data": of_tag, "meta": {}}).encode() for tag, of_tag in rows.items()}


@cache
def generated(scale: str = "0.01") -> Path:
    """A folder of generated answers, with a day of changes in ``delta``."""
    generator = SHARED / "peeringdb" / "gen.py"
    if not generator.exists():
        pytest.skip(f"no shared test data at {generator}")
    folder = Path(mkdtemp(prefix="peeringdb-"))
    command = [sys.executable, str(generator), "--out", str(folder), "--scale", scale, "--delta", "40", "--api", "2.83"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return folder


def rows_of(folder: Path) -> dict[str, list[Row]]:
    return {path.stem: json.loads(path.read_text())["data"] for path in sorted(folder.glob("*.json"))}
