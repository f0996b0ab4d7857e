"""pyeapi, NAPALM's eos driver (over eAPI and over SSH), netmiko and scrapli against the simulated EOS router: what works
on a router must work on it unchanged.

Run: pytest tests/python (napalm, netmiko, scrapli and pytest installed; cargo in the path, or the built program's path
in PEERING_SIMULATE).
"""

import json
import os
import pathlib
import ssl
import subprocess
import time

import pytest

pyeapi = pytest.importorskip("pyeapi")
napalm = pytest.importorskip("napalm")
netmiko = pytest.importorskip("netmiko")
scrapli = pytest.importorskip("scrapli")

from napalm.base.exceptions import (  # noqa: E402
    CommandErrorException,
    CommitError,
    MergeConfigException,
    ReplaceConfigException,
    SessionLockedException,
)

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSWORD = "netops-password"


@pytest.fixture(scope="module")
def routers():
    program = os.environ.get("PEERING_SIMULATE")
    command = [program] if program else ["cargo", "run", "-q", "-p", "peering-examples", "--example", "simulate", "--"]
    with subprocess.Popen(
        [*command, "arista_eos"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as simulator:
        try:
            yield json.loads(simulator.stdout.readline())["routers"]
        finally:
            simulator.stdin.close()


@pytest.fixture
def router(routers):
    return routers[0]


def context(router):
    """The router's own certificate, and nothing else, is trusted."""
    return ssl.create_default_context(cadata=router["certificate"])


@pytest.fixture
def node(router):
    connection = pyeapi.connect(
        transport="https",
        host=router["host"],
        port=router["port"],
        username="netops",
        password=PASSWORD,
        context=context(router),
    )
    return pyeapi.client.Node(connection)


def driver(router, password=PASSWORD, **arguments):
    arguments = {"port": router["port"], "context": context(router), **arguments}
    return napalm.get_network_driver("eos")(router["host"], "netops", password, optional_args=arguments)


@pytest.fixture
def device(router):
    with driver(router) as device:
        yield device


@pytest.fixture(scope="module")
def ssh(routers):
    """NAPALM over the command line of the other router."""
    arguments = {"transport": "ssh", "port": routers[1]["ssh_port"]}
    with napalm.get_network_driver("eos")(routers[1]["host"], "netops", PASSWORD, optional_args=arguments) as ssh:
        yield ssh


@pytest.fixture(scope="module")
def shell(routers):
    with netmiko.ConnectHandler(
        device_type="arista_eos", host=routers[1]["host"], port=routers[1]["ssh_port"], username="netops", password=PASSWORD
    ) as shell:
        yield shell


def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


@pytest.fixture
def established(device):
    """Both sessions that can come up are up."""
    def peers_up():
        return sum(peer["is_up"] for peer in device.get_bgp_neighbors()["global"]["peers"].values()) == 3

    until(peers_up)
    return device


# pyeapi


def test_pyeapi_reads(node):
    version, hostname = node.run_commands(["show version", "show hostname"])
    assert version["version"].startswith("4.") and hostname["hostname"] == "eos1"
    text = node.run_commands(["show running-config"], encoding="text")[0]["output"]
    assert "router bgp 64501\n" in text
    assert node.version_number.startswith("4.") and node.model
    assert "neighbor 192.0.2.5 remote-as 64505" in node.section("^router bgp")
    assert "hostname eos1" in node.startup_config


def test_pyeapi_falls_back_to_text(node):
    answer = node.enable("show ntp associations")[0]
    assert answer["encoding"] == "text" and "remote" in answer["result"]["output"]


def test_pyeapi_errors(node):
    with pytest.raises(pyeapi.eapilib.CommandError) as caught:
        node.run_commands(["show version", "show nonsense"])
    assert caught.value.error_code == 1002
    assert "Invalid input (at token 1: 'nonsense')" in caught.value.command_error
    assert "CLI command 3 of 3 'show nonsense' failed: invalid command" in str(caught.value)
    assert "version" in caught.value.output[1]


def test_pyeapi_configures_and_takes_back(node):
    node.config(["interface Loopback7", "description by pyeapi"])
    assert "description by pyeapi" in node.running_config
    with pytest.raises(pyeapi.eapilib.CommandError):
        node.config(["interface Loopback8", "nonsense"])
    node.config(["no interface Loopback7", "no interface Loopback8"])
    assert "Loopback" not in node.running_config


def test_pyeapi_config_sessions(node):
    node.configure_session()
    node.config(["hostname eos9", "router bgp 64501", "neighbor 192.0.2.9 remote-as 64509"])
    diff = node.diff().splitlines()
    assert diff[0] == "--- system:/running-config"
    assert diff[1].startswith("+++ session:/") and diff[1].endswith("-session-config")
    assert "-hostname eos1" in diff and "+   neighbor 192.0.2.9 remote-as 64509" in diff
    assert node.run_commands("show hostname")[0]["hostname"] == "eos1"
    node.abort()
    node.configure_session()
    assert node.diff() == ""
    node.config(["interface Loopback7", "description committed"])
    node.commit()
    assert "description committed" in node.running_config
    node.config("no interface Loopback7")


def test_pyeapi_typed_api(node):
    assert node.api("bgp").get()["bgp_as"] in (64501, "64501")
    assert node.api("interfaces").get("Ethernet1")["name"] == "Ethernet1"
    assert node.api("system").get()["hostname"] == "eos1"


def test_pyeapi_wrong_password(router):
    connection = pyeapi.connect(
        host=router["host"], port=router["port"], username="netops", password="wrong", context=context(router)
    )
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="Unauthorized"):
        connection.execute(["show version"])


# NAPALM, reading


def test_facts(device):
    facts = device.get_facts()
    assert (facts["hostname"], facts["vendor"], facts["model"]) == ("eos1", "Arista", "cEOSLab")
    assert facts["interface_list"] == ["Ethernet1"] and 0 <= facts["uptime"] < 600
    assert device.is_alive() == {"is_alive": True}


def test_interfaces(device):
    interface = device.get_interfaces()["Ethernet1"]
    assert interface["is_up"] and interface["is_enabled"] and interface["mtu"] == 1500
    assert device.get_interfaces_counters()["Ethernet1"]["rx_errors"] == 0
    assert device.get_interfaces_ip()["Ethernet1"] == {
        "ipv4": {"192.0.2.1": {"prefix_length": 24}},
        "ipv6": {"2001:db8:ffff::1": {"prefix_length": 64}, "fe80::1": {"prefix_length": 64}},
    }


def test_bgp_neighbors(established):
    bgp = established.get_bgp_neighbors()["global"]
    assert bgp["router_id"] == "192.0.2.1"
    up = bgp["peers"]["192.0.2.5"]
    assert (up["is_up"], up["is_enabled"], up["local_as"], up["remote_as"]) == (True, True, 64501, 64505)
    assert up["address_family"]["ipv4"]["received_prefixes"] == up["address_family"]["ipv4"]["accepted_prefixes"] == 40
    assert up["uptime"] >= 0 and up["remote_id"] == "192.0.2.5"
    assert bgp["peers"]["2001:db8:ffff::5"]["address_family"]["ipv6"]["accepted_prefixes"] == 30
    # Their passwords differ.
    down = bgp["peers"]["192.0.2.6"]
    assert (down["is_up"], down["is_enabled"], down["uptime"]) == (False, True, -1)


def test_bgp_neighbors_detail(established):
    detail = established.get_bgp_neighbors_detail()["default"]
    peer = detail[64505][0]
    assert (peer["up"], peer["connection_state"], peer["local_as"]) == (True, "Established", 64501)
    assert (peer["local_address"], peer["remote_address"]) == ("192.0.2.1", "192.0.2.5")
    assert (peer["holdtime"], peer["keepalive"], peer["accepted_prefix_count"]) == (180, 60, 40)
    assert peer["router_id"] == "192.0.2.5" and peer["local_port"] == 179
    down = detail[64506][0]
    assert (down["up"], down["connection_state"]) == (False, "Connect")
    # NAPALM itself fails when an IPv6 neighbor is named.
    one = established.get_bgp_neighbors_detail("192.0.2.5")["default"][64505]
    assert [peer["remote_address"] for peer in one] == ["192.0.2.5"]


def test_bgp_config(device):
    config = device.get_bgp_config()
    neighbors = config["_"]["neighbors"]
    assert set(neighbors) == {"192.0.2.2", "192.0.2.5", "192.0.2.6", "2001:db8:ffff::5"}
    assert neighbors["192.0.2.5"]["remote_as"] == 64505 and neighbors["192.0.2.5"]["local_as"] == 64501
    assert neighbors["192.0.2.6"]["authentication_key"] not in ("", "wrong")


def test_config(device):
    config = device.get_config()
    assert config["running"].startswith("! Command: show running-config\n! device: eos1 (cEOSLab, EOS-4.")
    assert config["running"].endswith("\nend\n") and "neighbor 192.0.2.6 password 7 " in config["running"]
    assert config["candidate"] == "" and "hostname eos1" in config["startup"]
    sanitized = device.get_config(sanitized=True)["running"]
    assert "neighbor 192.0.2.6 password 7 <removed>" in sanitized


def test_routes(established):
    table = established.cli(["show ip bgp"], encoding="json")["show ip bgp"]["vrfs"]["default"]["bgpRouteEntries"]
    prefix = next(iter(table))
    route = established.get_route_to(prefix)[prefix][0]
    assert (route["protocol"], route["next_hop"], route["current_active"]) == ("eBGP", "192.0.2.5", True)
    assert route["protocol_attributes"]["remote_as"] == 64505
    assert established.get_route_to("192.0.2.0/24")["192.0.2.0/24"][0]["protocol"] == "connected"


def test_other_reads(device):
    assert {entry["ip"] for entry in device.get_arp_table()} == {"192.0.2.2", "192.0.2.5", "192.0.2.6"}
    assert device.get_lldp_neighbors() == {"Ethernet1": [{"hostname": "eos2", "port": "Ethernet1"}]}
    assert device.get_lldp_neighbors_detail()["Ethernet1"][0]["remote_system_name"] == "eos2"
    assert device.get_network_instances()["default"]["interfaces"]["interface"] == {"Ethernet1": {}}
    assert device.get_vlans() == {"1": {"name": "default", "interfaces": []}}
    assert device.get_environment()["fans"] == {} and device.get_environment()["memory"]["available_ram"] > 0
    assert device.get_mac_address_table() == [] and device.get_ntp_servers() == {} and device.get_optics() == {}
    assert device.get_users() == {} and device.get_ntp_stats() == []
    assert device.get_snmp_information()["community"] == {}


def test_ping_and_traceroute(device):
    success = device.ping("192.0.2.5", count=3)["success"]
    assert (success["probes_sent"], success["packet_loss"], len(success["results"])) == (3, 0, 3)
    assert success["results"][0]["ip_address"] == "192.0.2.5"
    assert device.ping("192.0.2.99")["success"]["packet_loss"] == 5
    assert device.traceroute("192.0.2.5")["success"][1]["probes"][1]["ip_address"] == "192.0.2.5"


def test_cli_refuses_what_is_unknown(device):
    with pytest.raises(CommandErrorException, match="show nonsense"):
        device.cli(["show nonsense"])


def test_wrong_password(router):
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="Unauthorized"):
        driver(router, password="wrong").open()


# NAPALM, changing


def hostname(device):
    return device.get_facts()["hostname"]


def test_merge_commit_and_rollback(device):
    device.load_merge_candidate(config="hostname merged\nrouter bgp 64501\n   neighbor 192.0.2.7 remote-as 64507\n")
    diff = device.compare_config()
    assert "+hostname merged" in diff.splitlines() and "+   neighbor 192.0.2.7 remote-as 64507" in diff.splitlines()
    assert hostname(device) == "eos1" and "hostname merged" in device.get_config("candidate")["candidate"]
    device.commit_config()
    assert hostname(device) == "merged" and "hostname merged" in device.get_config("startup")["startup"]
    assert "192.0.2.7" in device.get_bgp_neighbors()["global"]["peers"]
    device.rollback()
    assert hostname(device) == "eos1" and "192.0.2.7" not in device.get_config()["running"]


def test_replace(device):
    before = device.get_config("running")["running"]
    device.load_replace_candidate(config=before)
    assert device.compare_config() == ""
    device.discard_config()
    device.load_replace_candidate(config=before.replace("hostname eos1", "hostname replaced"))
    assert [line for line in device.compare_config().splitlines() if line[0] in "+-"] == [
        "-hostname eos1",
        "+hostname replaced",
    ]
    device.commit_config()
    assert hostname(device) == "replaced"
    device.rollback()
    assert device.get_config("running")["running"] == before


def test_discard(device):
    device.load_merge_candidate(config="hostname nothing")
    device.discard_config()
    assert device.compare_config() == "" and hostname(device) == "eos1"
    answer = device.cli(["show configuration sessions"], encoding="json")["show configuration sessions"]
    assert "pending" not in [session["state"] for session in answer["sessions"].values()]


@pytest.mark.parametrize(
    "load, error",
    [("load_merge_candidate", MergeConfigException), ("load_replace_candidate", ReplaceConfigException)],
)
def test_what_is_refused_leaves_nothing(device, load, error):
    with pytest.raises(error, match="invalid command"):
        getattr(device, load)(config="hostname nothing\nrouter bgp 64501\n   neighbor 192.0.2.7 nonsense\n")
    assert hostname(device) == "eos1" and device.compare_config() == ""


def test_a_pending_session_is_a_lock(router, device):
    device.load_merge_candidate(config="hostname locked")
    with driver(router) as other:
        other._obtain_lock = lambda wait_time: other._lock()
        with pytest.raises(SessionLockedException):
            other.load_merge_candidate(config="hostname other")
        other.config_session = None
    device.discard_config()


def test_commit_with_timer_and_confirm(device):
    device.load_merge_candidate(config="hostname confirmed")
    device.commit_config(revert_in=60)
    assert device.has_pending_commit() and hostname(device) == "confirmed"
    device.confirm_commit()
    assert not device.has_pending_commit() and hostname(device) == "confirmed"
    device.rollback()
    assert hostname(device) == "eos1"


def test_commit_with_timer_and_rollback(device):
    device.load_merge_candidate(config="hostname pending")
    device.commit_config(revert_in=60)
    with pytest.raises(CommitError):
        device.commit_config(revert_in=60)
    device.rollback()
    assert not device.has_pending_commit() and hostname(device) == "eos1"


def test_commit_that_nobody_confirms_comes_back(device):
    device.load_merge_candidate(config="hostname fleeting")
    device.commit_config(revert_in=2)
    assert hostname(device) == "fleeting"
    until(lambda: hostname(device) == "eos1")
    assert not device.has_pending_commit()
    with pytest.raises(CommitError):
        device.confirm_commit()
    device.config_session = None


# netmiko, scrapli


def test_netmiko_reads_with_and_without_paging(shell):
    assert "% Invalid input (at token 1: 'running-config') (privileged mode required)" in shell.send_command(
        "show running-config"
    )
    shell.enable()
    whole = shell.send_command("show running-config")
    assert whole.startswith("! Command: show running-config") and "router bgp 64501" in whole
    assert shell.send_command("terminal length 10") == "Pagination set to 10 lines."
    shell.write_channel("show running-config\n")
    paged = shell.read_until_pattern(r"--More--")
    while "--More--" in paged[-40:]:
        shell.write_channel(" ")
        paged += shell.read_until_pattern(r"--More--|eos2#\s*$")
    assert paged.count("--More--") > 2 and "router bgp 64501" in paged
    shell.send_command("terminal length 0")
    assert "% Invalid input (at token 1: 'nonsense')" in shell.send_command("show nonsense")
    assert json.loads(shell.send_command("show hostname | json"))["hostname"] == "eos2"
    assert json.loads(shell.send_command("show hostname | json revision 1"))["hostname"] == "eos2"
    assert shell.send_command("show ntp associations | json").startswith("% This is an unconverted command\n{")


def test_netmiko_configures_and_is_refused(shell):
    shell.enable()
    shell.send_config_set(["interface Ethernet1", "description by netmiko"])
    assert "description by netmiko" in shell.send_command("show running-config | section Ethernet1")
    with pytest.raises(netmiko.exceptions.ConfigInvalidException):
        shell.send_config_set(["interface Ethernet1", "bogus 7"], error_pattern=r"% Invalid input")
    shell.exit_config_mode()
    shell.send_config_set(["interface Ethernet1", "no description"])
    assert "Copy completed successfully." in shell.save_config()


def test_netmiko_types_a_banner_and_sees_where_it_is(shell):
    shell.enable()
    shell.config_mode()
    asked = shell.send_command("banner motd", expect_string=r"own line to end\.")
    assert asked.strip().endswith("Enter TEXT message. Type 'EOF' on its own line to end.")
    shell.send_command("What?", expect_string=r"What\?", strip_prompt=False)
    shell.send_command("EOF", expect_string=r"\(config\)#")
    for line, prompt in [
        ("router bgp 64501", "eos2(config-router-bgp)#"),
        ("interface Ethernet1", "eos2(config-if-Et1)#"),
        ("configure session by-netmiko", "eos2(config-s-by-net)#"),
        ("interface Ethernet1", "eos2(config-s-by-net-if-Et1)#"),
    ]:
        shell.send_command(line, expect_string=r"\)#")
        assert shell.find_prompt() == prompt
    shell.send_command("abort", expect_string=r"eos2#")
    shell.send_command("cli vrf MGMT", expect_string=r"eos2\(vrf:MGMT\)#")
    shell.send_command("cli vrf default", expect_string=r"eos2#")
    assert "banner motd\nWhat?\nEOF\n" in shell.send_command("show running-config")
    shell.send_config_set(["no banner motd"])


def test_scrapli_reads_and_configures(routers):
    connection = scrapli.Cli(
        host=routers[1]["host"],
        port=routers[1]["ssh_port"],
        definition_file_or_name="arista_eos",
        auth_options=scrapli.AuthOptions(username="netops", password=PASSWORD),
    )
    with connection:
        assert connection.get_prompt().result == "eos2#"
        assert "hostname eos2" in connection.send_input("show running-config").result
        assert connection.send_input("show nonsense").failed
        lines = ["interface Ethernet1", "description by scrapli"]
        assert not connection.send_inputs(lines, requested_mode="configuration").failed
        assert "by scrapli" in connection.send_input("show running-config").result
        assert not connection.send_inputs(["interface Ethernet1", "no description"], requested_mode="configuration").failed


# NAPALM over SSH


def test_ssh_reads(ssh):
    facts = ssh.get_facts()
    assert (facts["hostname"], facts["vendor"], facts["interface_list"]) == ("eos2", "Arista", ["Ethernet1"])
    until(lambda: sum(peer["is_up"] for peer in ssh.get_bgp_neighbors()["global"]["peers"].values()) == 3)
    peer = ssh.get_bgp_neighbors()["global"]["peers"]["192.0.2.5"]
    assert peer["address_family"]["ipv4"]["accepted_prefixes"] == 40
    # get_bgp_neighbors_detail of NAPALM fails over SSH: it calls pyeapi there.
    assert ssh.get_bgp_config()["_"]["neighbors"]["192.0.2.5"]["remote_as"] == 64505
    assert ssh.get_interfaces()["Ethernet1"]["is_up"]
    assert ssh.get_interfaces_ip()["Ethernet1"]["ipv4"] == {"192.0.2.2": {"prefix_length": 24}}
    assert {entry["ip"] for entry in ssh.get_arp_table()} == {"192.0.2.1", "192.0.2.5", "192.0.2.6"}
    assert ssh.get_lldp_neighbors() == {"Ethernet1": [{"hostname": "eos1", "port": "Ethernet1"}]}
    assert ssh.get_environment()["memory"]["available_ram"] > 0
    config = ssh.get_config()
    assert "hostname eos2" in config["running"] and "hostname eos2" in config["startup"]
    assert ssh.get_route_to("192.0.2.0/24")["192.0.2.0/24"][0]["protocol"] == "connected"
    assert ssh.ping("192.0.2.5", count=3)["success"]["packet_loss"] == 0
    assert ssh.is_alive() == {"is_alive": True}


def test_ssh_changes_and_goes_back(ssh):
    before = ssh.get_config("running")["running"]
    ssh.load_merge_candidate(config="hostname eos9\nrouter bgp 64501\n   neighbor 192.0.2.7 remote-as 64507\n")
    assert "+   neighbor 192.0.2.7 remote-as 64507" in ssh.compare_config().splitlines()
    ssh.discard_config()
    ssh.load_merge_candidate(config="router bgp 64501\n   neighbor 192.0.2.7 remote-as 64507\n")
    ssh.commit_config()
    assert "192.0.2.7" in ssh.get_config("startup")["startup"]
    ssh.rollback()
    assert ssh.get_config("running")["running"] == before
    ssh.load_replace_candidate(config=before.replace("remote-as 64506", "remote-as 64596"))
    assert "+   neighbor 192.0.2.6 remote-as 64596" in ssh.compare_config().splitlines()
    ssh.discard_config()


def test_ssh_commits_with_a_timer(ssh):
    lines = "router bgp 64501\n   neighbor 192.0.2.8 remote-as 64508\n"
    for end in ["confirm", "rollback", "wait"]:
        ssh.load_merge_candidate(config=lines)
        ssh.commit_config(revert_in=2 if end == "wait" else 60)
        assert "192.0.2.8" in ssh.get_config("running")["running"]
        if end == "confirm":
            ssh.confirm_commit()
            ssh.rollback()
        elif end == "rollback":
            ssh.rollback()
        until(lambda: "192.0.2.8" not in ssh.get_config("running")["running"])
        ssh.config_session = None


def test_ssh_wrong_password(routers):
    arguments = {"transport": "ssh", "port": routers[1]["ssh_port"]}
    with pytest.raises(netmiko.exceptions.NetmikoAuthenticationException):
        napalm.get_network_driver("eos")(routers[1]["host"], "netops", "wrong", optional_args=arguments).open()
