"""What NAPALM's getters answer, as records of :mod:`peering.state`.

NAPALM has ``-1``, ``-1.0`` and ``""`` where a value is not known; here that is ``None``. Where its drivers contradict each
other (units, names of the main VRF), the rule stands beside the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any, TypeAlias

from peering import state
from peering._record import Address, Prefix

#: A dict of NAPALM's.
Answer: TypeAlias = Mapping[str, Any]


def text(value: Any) -> str | None:
    """Text that says something. Junos writes ``None`` in words."""
    words = "" if value is None else str(value)
    return words if words.strip() and words not in ("None", "Unknown", "N/A") else None


def count(value: Any) -> int | None:
    """A number that cannot be below zero."""
    return None if value is None or value == "" or value < 0 else int(value)


def amount(value: Any) -> float | None:
    """The same with a fraction."""
    return None if value is None or value == "" or value < 0 else float(value)


def seconds(value: Any) -> timedelta | None:
    """A duration."""
    known = amount(value)
    return None if known is None else timedelta(seconds=known)


def some_seconds(value: Any) -> timedelta | None:
    """A duration of which 0 stands for none."""
    return seconds(value) or None


def identifier(value: Any) -> IPv4Address | None:
    """A BGP identifier; drivers write 0.0.0.0 or the peer's IPv6 address where they do not know it."""
    try:
        found = ip_address(str(value))
    except ValueError:
        return None
    return found if isinstance(found, IPv4Address) and int(found) else None


def address(value: Any) -> Address | None:
    """An address, without its scope."""
    try:
        return ip_address(str(value).partition("%")[0])
    except ValueError:
        return None


def instance(vrf: str) -> str:
    """The name of a network instance: NAPALM calls the main table ``global``, in some places ``default``."""
    return "default" if vrf in ("global", "default", "") else vrf


def family(name: str) -> str:
    """``ipv4`` and ``ipv4 unicast`` are the same."""
    words = name.strip().lower().replace(" ", "-")
    return f"{words}-unicast" if words in ("ipv4", "ipv6") else words


def facts(answer: Answer) -> state.Facts:
    return state.Facts(
        vendor=str(answer["vendor"]),
        os_version=str(answer["os_version"]),
        hostname=str(answer["hostname"]),
        model=text(answer.get("model")),
        serial_number=text(answer.get("serial_number")),
        fqdn=text(answer.get("fqdn")),
        uptime=seconds(answer.get("uptime")),
        interfaces=tuple(answer.get("interface_list") or ()),
    )


def interfaces(answer: Mapping[str, Answer]) -> Iterator[state.Interface]:
    for name, one in answer.items():
        flapped = amount(one.get("last_flapped"))
        # Some drivers give the time of the day, some how long ago: whatever is before 2001 is the latter.
        is_time = flapped is not None and flapped > 1e9
        speed = amount(one.get("speed"))
        mac = text(one.get("mac_address"))
        is_mac = mac is not None and re.fullmatch(r"[0-9A-Fa-f:.\-]+", mac) is not None
        yield state.Interface(
            name=name,
            description=text(one.get("description")),
            is_enabled=bool(one["is_enabled"]),
            is_up=bool(one["is_up"]),
            mac_address=mac.lower() if mac and is_mac else None,
            mac_placeholder=mac if mac and not is_mac else None,
            mtu=count(one.get("mtu")) or None,
            speed=round(speed * 1_000_000) if speed else None,
            last_flapped=datetime.fromtimestamp(flapped, timezone.utc) if flapped and is_time else None,
            since_flap=timedelta(seconds=flapped) if flapped and not is_time else None,
        )


def interface_addresses(answer: Mapping[str, Answer]) -> Iterator[state.InterfaceAddresses]:
    for name, families in answer.items():
        found = tuple(
            f"{place.partition('%')[0]}/{more['prefix_length']}"
            for version in ("ipv4", "ipv6")
            for place, more in families.get(version, {}).items()
        )
        yield state.InterfaceAddresses(interface=name, addresses=found)  # type: ignore[arg-type]


def interface_counters(answer: Mapping[str, Answer]) -> Iterator[state.InterfaceCounters]:
    def direction(one: Answer, sign: str) -> state.Counters:
        return state.Counters(
            octets=count(one.get(f"{sign}_octets")),
            unicast_packets=count(one.get(f"{sign}_unicast_packets")),
            multicast_packets=count(one.get(f"{sign}_multicast_packets")),
            broadcast_packets=count(one.get(f"{sign}_broadcast_packets")),
            discards=count(one.get(f"{sign}_discards")),
            errors=count(one.get(f"{sign}_errors")),
        )

    for name, one in answer.items():
        yield state.InterfaceCounters(interface=name, received=direction(one, "rx"), sent=direction(one, "tx"))


def network_instances(answer: Mapping[str, Answer]) -> Iterator[state.NetworkInstance]:
    for name, one in answer.items():
        yield state.NetworkInstance(
            name=instance(name),
            kind=str(one["type"]),
            route_distinguisher=text(one.get("state", {}).get("route_distinguisher")),
            interfaces=tuple(one.get("interfaces", {}).get("interface", {})),
        )


def routes(answer: Mapping[str, list[Answer]], only: Prefix | None) -> Iterator[state.Route]:
    """The routes; with ``only`` those to exactly that prefix: drivers answer with a wider one, too."""
    for name, paths in answer.items():
        prefix = ip_network(name, strict=False)
        if only is None or prefix == only:
            for path in paths:
                yield _route(prefix, path)


def _route(prefix: Prefix, path: Answer) -> state.Route:
    table = text(path.get("routing_table"))
    # Junos names tables (`inet.0`, `blue.inet.0`), the others VRFs.
    where = re.sub(r"(^|\.)inet6?\.\d+$", "", table or "")
    protocol = str(path["protocol"])
    hop = address(path.get("next_hop"))
    return state.Route(
        prefix=prefix,
        protocol=protocol if protocol in ("eBGP", "iBGP") else protocol.lower(),
        table=table,
        network_instance=instance(where),
        is_best=bool(path["current_active"]),
        inactive_reason=text(path.get("inactive_reason")),
        preference=count(path.get("preference")),
        next_hops=(hop,) if hop else (),
        selected_next_hop=0 if hop and path.get("selected_next_hop") else None,
        interfaces=tuple(name for name in [text(path.get("outgoing_interface"))] if name),
        age=seconds(path.get("age")),
        bgp=_attributes(path.get("protocol_attributes") or {}) if "bgp" in protocol.lower() else None,
    )


def _attributes(of: Answer) -> state.BgpAttributes:
    communities = [str(one) for one in of.get("communities") or ()]
    path = str(of.get("as_path") or "")
    return state.BgpAttributes(
        as_path=tuple(int(number) for number in re.findall(r"\d+", path)),
        as_path_text=text(path),
        local_preference=count(of.get("local_preference")),
        med=count(of.get("metric")),
        communities=tuple(one for one in communities if one.count(":") < 2),
        large_communities=tuple(one for one in communities if re.fullmatch(r"\d+:\d+:\d+", one)),
        extended_communities=tuple(
            one for one in communities if one.count(":") >= 2 and not re.fullmatch(r"\d+:\d+:\d+", one)
        ),
        peer=address(of.get("remote_address")),
        remote_as=count(of.get("remote_as")),
        local_as=count(of.get("local_as")),
    )


def link_neighbors(answer: list[Answer]) -> Iterator[state.LinkNeighbor]:
    for one in answer:
        place = address(one["ip"])
        if place is not None:
            yield state.LinkNeighbor(
                interface=str(one["interface"]),
                address=place,
                mac_address=(text(one.get("mac")) or "").lower() or None,
                age=seconds(one.get("age")),
                state=(text(one.get("state")) or "").lower() or None,
            )


def mac_table(answer: list[Answer]) -> Iterator[state.MacEntry]:
    for one in answer:
        moved = amount(one.get("last_move"))
        yield state.MacEntry(
            mac_address=str(one["mac"]).lower(),
            interface=str(one["interface"]),
            vlan=count(one.get("vlan")) or None,
            is_static=bool(one.get("static")),
            is_active=bool(one.get("active", True)),
            moves=count(one.get("moves")),
            last_move=datetime.fromtimestamp(moved, timezone.utc) if moved else None,
        )


def vlans(answer: Mapping[Any, Answer]) -> Iterator[state.Vlan]:
    for number, one in answer.items():
        yield state.Vlan(id=int(number), name=str(one["name"]), interfaces=tuple(one.get("interfaces") or ()))
