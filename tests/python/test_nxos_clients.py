"""NAPALM's nxos and nxos_ssh drivers, netmiko, scrapli and OpenSSH's scp against the simulated NX-OS switch: what works
on a switch must work on it unchanged.

NAPALM's nxos copies the file of a replacement with SCP over a connection of its own to port 22, and no option points it
elsewhere: the test opens that connection itself, to the simulator's port, and NAPALM uses what is open.

Run: pytest tests/python (napalm, netmiko, scrapli and pytest installed; cargo in the path, or the built program's path
in PEERING_SIMULATE).
"""


import pytest

netmiko = pytest.importorskip("netmiko")
napalm = pytest.importorskip("napalm")
scrapli = pytest.importorskip("scrapli")

from napalm.base.exceptions import ConnectionException, MergeConfigException, ReplaceConfigException  # noqa: E402
from napalm.nxapi_plumbing import NXAPICommandError  # noqa: E402
from simulated import PASSWORD, USER, OpenSsh, copy_there_and_back, pages, until  # noqa: E402

SIMULATED = ["cisco_nxos"]


@pytest.fixture(scope="module")
def router(routers):
    return routers[0]


@pytest.fixture(scope="module")
def shell(router):
    with netmiko.ConnectHandler(
        device_type="cisco_nxos",
        host=router["host"],
        port=router["ssh_port"],
        username=USER,
        password=PASSWORD,
        global_delay_factor=0.01,
    ) as shell:
        yield shell


def driver(router, name, port, password=PASSWORD, **arguments):
    if name == "nxos_ssh":
        arguments["global_delay_factor"] = 0.01
    arguments = {"port": router[port], **arguments}
    return napalm.get_network_driver(name)(router["host"], USER, password, optional_args=arguments)


@pytest.fixture(scope="module")
def api(router):
    with driver(router, "nxos", "port") as device:
        yield device


@pytest.fixture(scope="module")
def ssh(router):
    with driver(router, "nxos_ssh", "ssh_port") as device:
        yield device


def text(device):
    return device.get_config(retrieve="running")["running"]


# netmiko, scrapli, OpenSSH


def test_netmiko_reads_with_and_without_paging(shell):
    whole = shell.send_command("show running-config")
    assert "hostname n9k1" in whole and "    description Peer Five" in whole
    assert pages(shell, "n9k1#") > 3
    assert "% Invalid command at '^' marker." in shell.send_command("show nonsense")


def test_netmiko_configures_and_is_refused(shell):
    shell.send_config_set(["interface Ethernet1/1", "description by netmiko"])
    assert "description by netmiko" in shell.send_command("show running-config | section Ethernet1/1")
    with pytest.raises(netmiko.exceptions.ConfigInvalidException):
        shell.send_config_set(["interface Ethernet1/1", "bogus 7"], error_pattern=r"% Invalid command")
    shell.exit_config_mode()
    shell.send_config_set(["interface Ethernet1/1", "no description"])
    assert "Copy complete." in shell.save_config()


def test_netmiko_copies_a_file(shell, tmp_path):
    copy_there_and_back(netmiko, shell, tmp_path, "bootflash:")
    shell.send_command("delete bootflash:sent.cfg", expect_string=r"\[y\]")
    shell.send_command("\n", expect_string=r"#", strip_prompt=False, strip_command=False)
    assert "No such file or directory" in shell.send_command("dir bootflash:sent.cfg")


def test_openssh_copies_a_file(router, tmp_path):
    openssh = OpenSsh(tmp_path, router["host"], router["ssh_port"])
    source, back = tmp_path / "openssh.cfg", tmp_path / "back.cfg"
    source.write_bytes(bytes(range(256)) * 400)
    for protocol in ["-O", "-s"]:
        sent = openssh.scp(source, ":openssh.cfg", protocol)
        assert sent.returncode == 0, sent.stderr
        assert openssh.scp(":openssh.cfg", back, protocol).returncode == 0
        assert back.read_bytes() == source.read_bytes()
        back.unlink()
        assert openssh.scp(":missing", back, protocol).returncode != 0
        deleted = openssh.ssh("delete bootflash:openssh.cfg")
        assert deleted.returncode == 0, deleted.stderr
    assert b"NXOS: version 10.3(4a)" in openssh.ssh("show version").stdout


def test_scrapli_reads_and_configures(routers):
    connection = scrapli.Cli(
        host=routers[1]["host"],
        port=routers[1]["ssh_port"],
        definition_file_or_name="cisco_nxos",
        auth_options=scrapli.AuthOptions(username=USER, password=PASSWORD),
    )
    with connection:
        assert connection.get_prompt().result == "n9k2#"
        assert "hostname n9k2" in connection.send_input("show running-config").result
        assert connection.send_input("show nonsense").failed
        lines = ["interface Ethernet1/1", "description by scrapli"]
        assert not connection.send_inputs(lines, requested_mode="configuration").failed
        assert "by scrapli" in connection.send_input("show running-config").result


# NAPALM, reading


def peers_up(device, count):
    peers = device.get_bgp_neighbors()["global"]["peers"].values()
    return sum(peer["is_up"] for peer in peers) == count


@pytest.fixture(params=[("https", "port"), ("http", "http_port")], ids=["https", "http"])
def either_api(request, router):
    transport, port = request.param
    with driver(router, "nxos", port, transport=transport) as device:
        yield device


def test_nxos_reads(either_api):
    device = either_api
    facts = device.get_facts()
    assert (facts["hostname"], facts["vendor"], facts["os_version"]) == ("n9k1", "Cisco", "10.3(4a)")
    assert set(facts["interface_list"]) == {"Ethernet1/1", "mgmt0"} and facts["serial_number"]
    until(lambda: peers_up(device, 3))
    neighbors = device.get_bgp_neighbors()["global"]
    peers = neighbors["peers"]
    assert neighbors["router_id"] == "192.0.2.1" and not peers["192.0.2.6"]["is_up"]
    assert (peers["192.0.2.5"]["remote_as"], peers["192.0.2.5"]["local_as"]) == (64505, 64501)
    assert peers["192.0.2.5"]["address_family"]["ipv4"]["received_prefixes"] == 40
    assert peers["2001:db8:ffff::5"]["address_family"]["ipv6"]["received_prefixes"] == 30
    interface = device.get_interfaces()["Ethernet1/1"]
    assert interface["is_up"] and interface["is_enabled"] and interface["mtu"] == 1500 and interface["mac_address"]
    addresses = device.get_interfaces_ip()["Ethernet1/1"]
    assert addresses["ipv4"] == {"192.0.2.1": {"prefix_length": 24}}
    assert addresses["ipv6"]["2001:db8:ffff::1"] == {"prefix_length": 64}
    assert {row["ip"] for row in device.get_arp_table()} == {"192.0.2.2", "192.0.2.5", "192.0.2.6"}
    environment = device.get_environment()
    assert environment["fans"] and environment["power"] and environment["temperature"]
    assert 0 < environment["memory"]["used_ram"] and 0 <= environment["cpu"][0]["%usage"] <= 100


def others(device):
    """What both drivers read alike."""
    neighbor = device.get_lldp_neighbors()["Ethernet1/1"]
    assert neighbor == [{"hostname": "n9k2", "port": "Ethernet1/1"}]
    assert device.get_lldp_neighbors_detail()["Ethernet1/1"][0]["remote_system_name"] == "n9k2"
    assert device.get_vlans()["1"]["name"] == "default"
    users = device.get_users()
    assert users["netops"]["level"] == 15 and users["netops"]["password"] not in ("", PASSWORD)
    assert device.get_snmp_information()["contact"] == "noc@example.net"
    assert device.get_snmp_information()["location"] == "Rack 12"
    instances = device.get_network_instances()
    assert set(instances) == {"default", "management", "customer"}
    assert set(instances["default"]["interfaces"]["interface"]) == {"Ethernet1/1"}
    config = device.get_config()
    assert "hostname n9k1" in config["running"] and "hostname n9k1" in config["startup"]
    assert "!Command:" not in config["running"] and "!Time" not in config["running"]
    sanitized = device.get_config(sanitized=True)["running"]
    assert "username netops password 5 <removed>" in sanitized and "    password <removed>" in sanitized
    success = device.ping("192.0.2.5", count=3)["success"]
    assert (success["probes_sent"], success["packet_loss"]) == (3, 0)
    assert success["results"][0]["ip_address"] == "192.0.2.5"
    assert device.ping("192.0.2.99")["success"]["packet_loss"] == 5
    assert device.traceroute("192.0.2.5")["success"][1]["probes"][1]["ip_address"] == "192.0.2.5"
    assert [entry["static"] for entry in device.get_mac_address_table()] == [True]
    assert device.is_alive()["is_alive"]


def test_nxos_other_reads(api):
    others(api)
    assert api.get_ntp_servers() == {"192.0.2.250": {}} and api.get_ntp_peers() == {}
    assert api.get_ntp_stats()[0]["remote"] == "192.0.2.250"
    assert "NXOS: version" in api.cli(["show version"])["show version"]


def test_nxos_ssh_reads(ssh):
    facts = ssh.get_facts()
    assert (facts["hostname"], facts["fqdn"], facts["os_version"]) == ("n9k1", "n9k1.example.net", "10.3(4a)")
    assert facts["interface_list"] == ["Ethernet1/1", "Management0"] and facts["uptime"] >= 0 and facts["model"]
    until(lambda: peers_up(ssh, 1))
    # NAPALM keeps the neighbors of the last family only.
    peers = ssh.get_bgp_neighbors()["global"]["peers"]
    assert peers["2001:db8:ffff::5"]["address_family"]["ipv6"]["received_prefixes"] == 30
    interface = ssh.get_interfaces()["Ethernet1/1"]
    assert interface["is_up"] and interface["is_enabled"] and interface["mtu"] == 1500 and interface["mac_address"]
    addresses = ssh.get_interfaces_ip()["Ethernet1/1"]
    assert addresses["ipv4"] == {"192.0.2.1": {"prefix_length": 24}}
    assert addresses["ipv6"]["2001:db8:ffff::1"] == {"prefix_length": 64}
    found = {row["ip"]: row["interface"] for row in ssh.get_arp_table()}
    assert found == {**dict.fromkeys(["192.0.2.2", "192.0.2.5", "192.0.2.6"], "Ethernet1/1"), "198.51.100.2": "mgmt0"}
    assert list(ssh.get_environment()["cpu"]) and ssh.get_environment()["memory"]["used_ram"] > 0
    assert ssh.get_environment()["temperature"]
    route = ssh.get_route_to("100.64.0.0/24")["100.64.0.0/24"][0]
    assert (route["protocol"], route["next_hop"]) == ("bgp", "192.0.2.5")
    assert route["protocol_attributes"]["remote_as"] == 64505
    assert ssh.get_ntp_servers() == {"192.0.2.250": {}}
    others(ssh)


def test_a_neighbor_that_is_shut_down(ssh, router):
    ssh.device.send_config_set(["router bgp 64501", "neighbor 192.0.2.5", "shutdown"])
    with driver(router, "nxos", "port") as device:
        peer = device.get_bgp_neighbors()["global"]["peers"]["192.0.2.5"]
    assert (peer["is_up"], peer["is_enabled"]) == (False, False)
    ssh.device.send_config_set(["router bgp 64501", "neighbor 192.0.2.5", "no shutdown"])


def test_wrong_password(router):
    with pytest.raises(ConnectionException):
        driver(router, "nxos", "port", password="wrong").open()
    with pytest.raises(netmiko.exceptions.NetmikoAuthenticationException):
        driver(router, "nxos_ssh", "ssh_port", password="wrong").open()


# NAPALM, changing


@pytest.fixture(params=["nxos", "nxos_ssh"])
def device(request, api, ssh, router):
    if request.param == "nxos_ssh":
        return ssh
    if getattr(api, "_netmiko_device", None) is None:
        api._netmiko_open(device_type="cisco_nxos", netmiko_optional_args={"port": router["ssh_port"]})
    # Its rollback over NX-API does not tell that connection that the hostname has changed back.
    api._netmiko_device.set_base_prompt()
    return api


def test_napalm_merges_and_goes_back(device):
    before = text(device)
    lines = "router bgp 64501\n  neighbor 192.0.2.5\n    description Merged\n"
    device.load_merge_candidate(config=lines)
    assert device.compare_config().splitlines()[-1] == "    description Merged"
    device.discard_config()
    assert device.compare_config() == "" and text(device) == before
    device.load_merge_candidate(config=lines)
    device.commit_config()
    config = device.get_config()
    assert "    description Merged\n" in config["running"] and "    description Merged\n" in config["startup"]
    device.rollback()
    assert text(device) == before


def test_napalm_replaces_and_goes_back(device):
    before = text(device)
    checkpoint = device._get_checkpoint_file()
    assert checkpoint.lstrip().startswith("!Command: Checkpoint cmd vdc 1")
    device.load_replace_candidate(config=checkpoint)
    assert device.compare_config() == ""
    device.discard_config()
    target = checkpoint.replace("description Peer Five", "description Replaced").replace("hostname n9k1", "hostname new")
    device.load_replace_candidate(config=target)
    changed = [line.strip() for line in device.compare_config().splitlines()]
    assert "description Replaced" in changed and "hostname new" in changed
    device.commit_config()
    assert "    description Replaced\n" in text(device) and device.get_facts()["hostname"] == "new"
    device.rollback()
    assert text(device) == before


def test_what_is_refused_leaves_the_old_configuration(device):
    before = text(device)
    device.load_merge_candidate(config="hostname nothing\nbogus 7\n")
    with pytest.raises(MergeConfigException):
        device.commit_config()
    device.discard_config()
    assert text(device) == before
    checkpoint = device._get_checkpoint_file()
    # A line that is none, and a text without the head of a checkpoint.
    for config in [checkpoint.replace("hostname n9k1", "hostname nothing\nbogus 7"), "hostname nothing\n"]:
        device.load_replace_candidate(config=config)
        # NX-API's own error is not wrapped by NAPALM.
        with pytest.raises((ReplaceConfigException, NXAPICommandError), match="Rollback failed"):
            device.commit_config()
        device.discard_config()
        assert text(device) == before
