"""The rest of :mod:`peering.napalm._answers`: BGP, hardware, services, probes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from peering import state
from peering.exceptions import RejectedError
from peering.napalm._answers import (
    Answer,
    address,
    amount,
    count,
    family,
    identifier,
    instance,
    seconds,
    some_seconds,
    text,
)


def bgp_instances(answer: Mapping[str, Answer]) -> Iterator[state.BgpInstance]:
    for vrf, one in answer.items():
        numbers = {count(peer.get("local_as")) for peer in one["peers"].values()} - {None, 0}
        yield state.BgpInstance(
            network_instance=instance(vrf),
            router_id=identifier(one.get("router_id")),
            # Where sessions have an AS of their own nobody tells which one is the instance's.
            local_as=numbers.pop() if len(numbers) == 1 else None,
        )


def bgp_neighbors(answer: Mapping[str, Answer]) -> Iterator[state.BgpNeighbor]:
    for vrf, one in answer.items():
        for place, peer in one["peers"].items():
            at = address(place)
            if at is None:
                continue
            is_up = bool(peer["is_up"])
            is_enabled = bool(peer.get("is_enabled", True))
            yield state.BgpNeighbor(
                network_instance=instance(vrf),
                address=at,
                interface=place.partition("%")[2] or None,
                remote_as=int(peer["remote_as"]),
                local_as=int(peer["local_as"]),
                # NAPALM tells whether it is up, and nothing of how far a session got that is not.
                state=state.BgpState.ESTABLISHED if is_up else state.BgpState.IDLE,
                local_router_id=identifier(one.get("router_id")),
                remote_router_id=identifier(peer.get("remote_id")),
                description=text(peer.get("description")),
                is_enabled=is_enabled,
                down_reason=None if is_up or is_enabled else state.AdminDown(),
                uptime=seconds(peer.get("uptime")) if is_up else None,
                families=tuple(_families(peer.get("address_family") or {})),
            )


def _families(answer: Mapping[str, Answer]) -> Iterator[state.NeighborFamily]:
    for name, one in answer.items():
        yield state.NeighborFamily(
            family=family(name),
            received=count(one.get("received_prefixes")),
            accepted=count(one.get("accepted_prefixes")),
            sent=count(one.get("sent_prefixes")),
        )


def bgp_neighbors_detail(answer: Mapping[str, Mapping[Any, list[Answer]]]) -> Iterator[state.BgpNeighborDetail]:
    for vrf, systems in answer.items():
        for peers in systems.values():
            for peer in peers:
                found = _detail(vrf, peer)
                if found is not None:
                    yield found


def _detail(vrf: str, peer: Answer) -> state.BgpNeighborDetail | None:
    at = address(peer["remote_address"])
    if at is None:
        return None
    known = {one.value: one for one in state.BgpState}
    is_up = bool(peer["up"])
    word = str(peer.get("connection_state", "")).lower().replace("_", "").replace(" ", "")
    down = known.get(word, state.BgpState.IDLE)
    neighbor = state.BgpNeighbor(
        network_instance=instance(vrf),
        address=at,
        remote_as=int(peer["remote_as"]),
        local_as=int(peer["local_as"]),
        state=state.BgpState.ESTABLISHED if is_up else down,
        local_address=address(peer.get("local_address")),
        local_router_id=identifier(peer.get("router_id")),
        flaps=count(peer.get("flap_count")),
        hold_time=some_seconds(peer.get("holdtime")),
        keepalive=some_seconds(peer.get("keepalive")),
        messages_received=count(peer.get("input_messages")),
        messages_sent=count(peer.get("output_messages")),
    )
    return state.BgpNeighborDetail(
        neighbor=neighbor,
        routing_table=text(peer.get("routing_table")),
        is_local_address_configured=peer.get("local_address_configured"),
        local_port=count(peer.get("local_port")) or None,
        remote_port=count(peer.get("remote_port")) or None,
        is_multihop=peer.get("multihop"),
        is_multipath=peer.get("multipath"),
        removes_private_as=peer.get("remove_private_as"),
        import_policy=text(peer.get("import_policy")),
        export_policy=text(peer.get("export_policy")),
        updates_received=count(peer.get("input_updates")),
        updates_sent=count(peer.get("output_updates")),
        messages_queued=count(peer.get("messages_queued_out")),
        previous_state=text(peer.get("previous_connection_state")),
        last_event=text(peer.get("last_event")),
        suppresses_4byte_as=peer.get("suppress_4byte_as"),
        prepends_local_as=peer.get("local_as_prepend"),
        configured_hold_time=some_seconds(peer.get("configured_holdtime")),
        configured_keepalive=some_seconds(peer.get("configured_keepalive")),
        active_prefixes=count(peer.get("active_prefix_count")),
        received_prefixes=count(peer.get("received_prefix_count")),
        accepted_prefixes=count(peer.get("accepted_prefix_count")),
        suppressed_prefixes=count(peer.get("suppressed_prefix_count")),
        advertised_prefixes=count(peer.get("advertised_prefix_count")),
    )


def bgp_config(answer: Mapping[str, Answer]) -> Iterator[state.BgpGroup]:
    for name, group in answer.items():
        yield state.BgpGroup(
            name=None if name == "_" else name,
            kind=text(group.get("type")),
            description=text(group.get("description")),
            apply_groups=tuple(group.get("apply_groups") or ()),
            multihop_ttl=count(group.get("multihop_ttl")) or None,
            multipath=bool(group.get("multipath")),
            local_address=text(group.get("local_address")),
            local_as=count(group.get("local_as")) or None,
            remote_as=count(group.get("remote_as")) or None,
            import_policy=text(group.get("import_policy")),
            export_policy=text(group.get("export_policy")),
            remove_private_as=bool(group.get("remove_private_as")),
            prefix_limits=tuple(_limits(group.get("prefix_limit") or {})),
            neighbors=tuple(_configured(at, peer) for at, peer in (group.get("neighbors") or {}).items()),
        )


def _configured(at: str, peer: Answer) -> state.BgpConfigNeighbor:
    return state.BgpConfigNeighbor(
        address=at,
        description=text(peer.get("description")),
        import_policy=text(peer.get("import_policy")),
        export_policy=text(peer.get("export_policy")),
        local_address=text(peer.get("local_address")),
        authentication_key=text(peer.get("authentication_key")),  # type: ignore[arg-type]
        next_hop_self=bool(peer.get("nhs")),
        route_reflector_client=bool(peer.get("route_reflector_client")),
        local_as=count(peer.get("local_as")) or None,
        remote_as=count(peer.get("remote_as")) or None,
        prefix_limits=tuple(_limits(peer.get("prefix_limit") or {})),
    )


def _limits(answer: Mapping[str, Mapping[str, Answer]]) -> Iterator[state.PrefixLimit]:
    for version, kinds in answer.items():
        for kind, one in kinds.items():
            teardown = one.get("teardown") or {}
            yield state.PrefixLimit(
                family=f"{ {'inet': 'ipv4', 'inet6': 'ipv6'}.get(version, version) }-{kind}",
                limit=int(one["limit"]),
                threshold=count(teardown.get("threshold")),
                idle_timeout=some_seconds(teardown.get("timeout")),
            )


def environment(answer: Answer, memory_unit: int | None) -> state.Environment:
    """The hardware. NAPALM has no unit for memory: without one it is left out."""
    memory = answer.get("memory") or {}
    total, used = count(memory.get("available_ram")), count(memory.get("used_ram"))
    has_memory = memory_unit is not None and total is not None and used is not None
    # IOS stands an entry of this name where it knows nothing.
    real = {part: {k: v for k, v in (answer.get(part) or {}).items() if k != "invalid"} for part in answer}
    return state.Environment(
        fans=tuple(state.Fan(name=name, is_ok=bool(one["status"])) for name, one in real.get("fans", {}).items()),
        temperatures=tuple(
            state.Temperature(
                name=name,
                # It may well be below zero: only this one value stands for "not known".
                celsius=None if one["temperature"] == -1.0 else float(one["temperature"]),
                is_alert=bool(one["is_alert"]),
                is_critical=bool(one["is_critical"]),
            )
            for name, one in real.get("temperature", {}).items()
        ),
        power_supplies=tuple(
            state.PowerSupply(
                name=name, is_ok=bool(one["status"]), capacity=amount(one["capacity"]), output=amount(one["output"])
            )
            for name, one in real.get("power", {}).items()
        ),
        processors=tuple(
            state.Processor(name=str(name), usage=float(one["%usage"])) for name, one in real.get("cpu", {}).items()
        ),
        memory=state.Memory(total=total * memory_unit, used=used * memory_unit)  # type: ignore[operator]
        if has_memory
        else None,
    )


def optics(answer: Mapping[str, Answer]) -> Iterator[state.Optic]:
    def reading(of: Answer) -> state.Reading:
        def value(name: str) -> float | None:
            found = of.get(name)
            # Drivers fill in 0.0 for statistics that they do not have, IOS -100.0 for any value.
            if found is None or found == -100.0 or (name != "instant" and found == 0.0):
                return None
            return float(found)

        return state.Reading(instant=value("instant"), average=value("avg"), minimum=value("min"), maximum=value("max"))

    for name, one in answer.items():
        for channel in one["physical_channels"]["channel"]:
            light = channel["state"]
            yield state.Optic(
                interface=name,
                channel=int(channel["index"]),
                input_power=reading(light["input_power"]),
                output_power=reading(light["output_power"]),
                laser_bias_current=reading(light["laser_bias_current"]),
            )


def lldp_neighbors(answer: Mapping[str, list[Answer]]) -> Iterator[state.LldpNeighbor]:
    for name, heard in answer.items():
        for one in heard:
            yield state.LldpNeighbor(interface=name, system_name=text(one.get("hostname")), port=text(one.get("port")))


def lldp_neighbors_detail(answer: Mapping[str, list[Answer]]) -> Iterator[state.LldpNeighbor]:
    for name, heard in answer.items():
        for one in heard:
            yield state.LldpNeighbor(
                interface=name,
                parent_interface=text(one.get("parent_interface")),
                chassis_id=text(one.get("remote_chassis_id")),
                port=text(one.get("remote_port")),
                port_description=text(one.get("remote_port_description")),
                system_name=text(one.get("remote_system_name")),
                system_description=text(one.get("remote_system_description")),
                capabilities=tuple(one.get("remote_system_capab") or ()),
                enabled_capabilities=tuple(one.get("remote_system_enable_capab") or ()),
            )


def users(answer: Mapping[str, Answer]) -> Iterator[state.User]:
    for name, one in answer.items():
        yield state.User(
            name=name,
            level=int(one["level"]),
            password=text(one.get("password")),  # type: ignore[arg-type]
            ssh_keys=tuple(one.get("sshkeys") or ()),
        )


def snmp(answer: Answer) -> state.Snmp:
    return state.Snmp(
        chassis_id=text(answer.get("chassis_id")),
        contact=text(answer.get("contact")),
        location=text(answer.get("location")),
        communities=tuple(
            state.SnmpCommunity(name=name, may_write=one.get("mode") == "rw", access_list=text(one.get("acl")))
            for name, one in (answer.get("community") or {}).items()
        ),
    )


def ntp_servers(answer: Mapping[str, Answer]) -> Iterator[state.NtpServer]:
    for at, one in answer.items():
        yield state.NtpServer(
            address=at,
            port=count(one.get("port")),
            version=count(one.get("version")),
            association=text(one.get("association_type")),
            iburst=one.get("iburst"),
            prefer=one.get("prefer"),
            network_instance=text(one.get("network_instance")),
            source_address=text(one.get("source_address")),
            key_id=count(one.get("key_id")),
        )


def ntp_associations(answer: list[Answer]) -> Iterator[state.NtpAssociation]:
    for one in answer:
        yield state.NtpAssociation(
            remote=str(one["remote"]),
            reference_id=str(one["referenceid"]),
            is_synchronized=bool(one["synchronized"]),
            stratum=int(one["stratum"]),
            kind=str(one["type"]),
            when=str(one["when"]),
            host_poll=int(one["hostpoll"]),
            reachability=int(one["reachability"]),
            delay=float(one["delay"]),
            offset=float(one["offset"]),
            jitter=float(one["jitter"]),
        )


def probe_configs(answer: Mapping[str, Mapping[str, Answer]]) -> Iterator[state.ProbeConfig]:
    for owner, tests in answer.items():
        for name, one in tests.items():
            yield state.ProbeConfig(
                owner=str(owner),
                name=str(name),
                kind=text(one.get("probe_type")),
                target=text(one.get("target")),
                source=text(one.get("source")),
                count=count(one.get("probe_count")) or None,
                interval=some_seconds(one.get("test_interval")),
            )


def probe_results(answer: Mapping[str, Mapping[str, Answer]]) -> Iterator[state.ProbeResult]:
    def times(one: Answer, which: str) -> state.ProbeTimes:
        return state.ProbeTimes(
            minimum=amount(one.get(f"{which}_test_min_delay")),
            maximum=amount(one.get(f"{which}_test_max_delay")),
            average=amount(one.get(f"{which}_test_avg_delay")),
        )

    for owner, tests in answer.items():
        for name, one in tests.items():
            yield state.ProbeResult(
                owner=str(owner),
                name=str(name),
                kind=text(one.get("probe_type")),
                target=text(one.get("target")),
                source=text(one.get("source")),
                count=count(one.get("probe_count")) or None,
                round_trip=amount(one.get("rtt")),
                jitter=amount(one.get("round_trip_jitter")),
                last_loss=count(one.get("last_test_loss")),
                current=times(one, "current"),
                last=times(one, "last"),
                all=times(one, "global"),
            )


def ping(answer: Answer, is_loss_percent: bool) -> state.PingReport:
    if "error" in answer:
        raise RejectedError(str(answer["error"]))
    found = answer["success"]
    sent, loss = int(found["probes_sent"]), count(found["packet_loss"]) or 0
    answers = [(address(one["ip_address"]), amount(one.get("rtt"))) for one in found.get("results") or ()]
    lost = round(sent * loss / 100) if is_loss_percent else loss
    has_times = lost < sent
    return state.PingReport(
        sent=sent,
        lost=lost,
        minimum=amount(found.get("rtt_min")) if has_times else None,
        average=amount(found.get("rtt_avg")) if has_times else None,
        maximum=amount(found.get("rtt_max")) if has_times else None,
        deviation=amount(found.get("rtt_stddev")) if has_times else None,
        answers=tuple(state.PingAnswer(address=at, round_trip=took or None) for at, took in answers if at),
    )


def traceroute(answer: Answer) -> Iterator[state.Hop]:
    if "error" in answer:
        raise RejectedError(str(answer["error"]))
    for distance, hop in answer["success"].items():
        yield state.Hop(distance=int(distance), probes=tuple(_probe(one) for one in hop["probes"].values()))


def _probe(one: Answer) -> state.HopProbe:
    at = text(one.get("ip_address"))
    if at in (None, "*"):
        return state.HopProbe()
    name = text(one.get("host_name"))
    return state.HopProbe(address=at, name=None if name == "*" else name, round_trip=amount(one.get("rtt")))


def whole_seconds(of: timedelta) -> int:
    """NAPALM counts in whole seconds; half a one is one."""
    return max(1, math.ceil(of.total_seconds()))
