"""netmiko, NAPALM's ios driver, scrapli and OpenSSH's scp against the simulated IOS router: what works on a router must
work on it unchanged.

Run: pytest tests/python (napalm, netmiko, scrapli and pytest installed; cargo in the path, or the built program's path
in PEERING_SIMULATE).
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

netmiko = pytest.importorskip("netmiko")
napalm = pytest.importorskip("napalm")
scrapli = pytest.importorskip("scrapli")

from napalm.base.exceptions import MergeConfigException, ReplaceConfigException  # noqa: E402
from simulated import PASSWORD, USER, OpenSsh, copy_there_and_back, pages, until  # noqa: E402

# A minute of theirs is two seconds.
SIMULATED = ["cisco_ios", 2]


@pytest.fixture
def router(routers):
    return routers[0]


def connect(router, device_type="cisco_ios", **arguments):
    return netmiko.ConnectHandler(
        device_type=device_type,
        host=router["host"],
        port=router["port"],
        username=USER,
        password=PASSWORD,
        secret=router["secret"] or "",
        global_delay_factor=0.01,
        **arguments,
    )


@pytest.fixture(scope="module", autouse=True)
def inline_copy(routers):
    """netmiko sleeps for seven seconds over an inline copy: it does so beside the other tests."""

    def copy():
        with connect(routers[0]) as shell:
            transfer = netmiko.InLineTransfer(
                shell, source_config="line one\nline two\n", dest_file="inline.cfg", file_system="flash:"
            )
            with transfer:
                transfer.transfer_file()
                return transfer.verify_file()

    with ThreadPoolExecutor() as pool:
        yield pool.submit(copy)


@pytest.fixture(scope="module")
def shell(routers):
    with connect(routers[0]) as shell:
        yield shell


@pytest.fixture
def device(router):
    arguments = {"port": router["port"], "global_delay_factor": 0.01}
    with napalm.get_network_driver("ios")(router["host"], USER, PASSWORD, optional_args=arguments) as device:
        yield device


def test_netmiko_reads_with_and_without_paging(shell):
    whole = shell.send_command("show running-config")
    assert whole.rstrip().endswith("end") and "neighbor 192.0.2.5 description A member" in whole
    assert pages(shell, "ios1#") > 3
    assert "Invalid input detected at '^' marker" in shell.send_command("show nonsense")


def test_netmiko_configures_and_is_refused(shell):
    shell.send_config_set(["interface GigabitEthernet1", "description by netmiko"])
    assert "description by netmiko" in shell.send_command("show running-config interface GigabitEthernet1")
    with pytest.raises(netmiko.exceptions.ConfigInvalidException):
        shell.send_config_set(["interface GigabitEthernet1", "bogus 7"], error_pattern=r"% Invalid input")
    shell.exit_config_mode()
    shell.send_config_set(["interface GigabitEthernet1", "no description"])
    assert "[OK]" in shell.save_config()


def test_templates_of_others_read_the_tables_of_routes(shell):
    parse = pytest.importorskip("ntc_templates.parse")
    until(lambda: "B " in shell.send_command("show ip route 100.64.0.0 255.255.0.0 longer-prefixes").partition("Gateway")[2])
    text = shell.send_command("show ip route 0.0.0.0 0.0.0.0 longer-prefixes")
    rows = parse.parse_output("cisco_ios", "show ip route", text)
    told = {(row["protocol"], row["network"], row["prefix_length"]) for row in rows}
    assert {("C", "192.0.2.0", "24"), ("L", "192.0.2.1", "32"), ("B", "100.64.0.0", "24")} <= told
    text = shell.send_command("show ipv6 route ::/0 longer-prefixes")
    rows = parse.parse_output("cisco_ios", "show ipv6 route", text)
    told = {(row["protocol"], row["network"]) for row in rows}
    assert {("C", "2001:DB8:FFFF::/64"), ("L", "2001:DB8:FFFF::1/128"), ("L", "FF00::/8")} <= told


def test_netmiko_asks_for_privilege(routers):
    with connect(routers[1], "cisco_xe") as shell:
        assert not shell.check_enable_mode()
        assert "Invalid input" in shell.send_command("show running-config")
        shell.enable()
        assert "hostname ios2" in shell.send_command("show running-config")
    with connect(routers[1]) as shell:
        shell.send_command("enable", expect_string="Password: ")
        for _ in range(2):
            shell.send_command("wrong", expect_string="Password: ", cmd_verify=False)
        assert "% Bad secrets" in shell.send_command("wrong", expect_string=">", cmd_verify=False)


def test_netmiko_copies_a_file(shell, tmp_path):
    copy_there_and_back(netmiko, shell, tmp_path, "flash:")
    shell.send_command("delete flash:sent.cfg", expect_string=r"\?")
    shell.send_command("\n", expect_string=r"confirm\]", strip_prompt=False, strip_command=False)
    shell.send_command("\n", expect_string=r"#", strip_prompt=False, strip_command=False)
    assert "sent.cfg" not in shell.send_command("dir flash:")


def test_openssh_copies_a_file(router, tmp_path):
    openssh = OpenSsh(tmp_path, router["host"], router["port"])
    source, back = tmp_path / "openssh.cfg", tmp_path / "back.cfg"
    source.write_bytes(bytes(range(256)) * 400)
    sent = openssh.scp(source, ":flash:openssh.cfg")
    assert sent.returncode == 0, sent.stderr
    assert openssh.scp(":flash:/openssh.cfg", back).returncode == 0
    assert back.read_bytes() == source.read_bytes()
    assert openssh.scp(":flash:missing", back).returncode != 0
    assert b"Version 17.3" in openssh.ssh("show version").stdout


def test_scrapli_reads_and_configures(routers):
    secret = scrapli.LookupKeyValue(key="enable", value=routers[1]["secret"])
    connection = scrapli.Cli(
        host=routers[1]["host"],
        port=routers[1]["port"],
        definition_file_or_name="cisco_iosxe",
        auth_options=scrapli.AuthOptions(username=USER, password=PASSWORD, lookups=[secret]),
    )
    with connection:
        assert connection.get_prompt().result == "ios2#"
        assert "hostname ios2" in connection.send_input("show running-config").result
        assert connection.send_input("show nonsense").failed
        lines = ["interface GigabitEthernet1", "description by scrapli"]
        assert not connection.send_inputs(lines, requested_mode="configuration").failed
        assert "by scrapli" in connection.send_input("show interfaces description").result


def test_napalm_reads(device):
    facts = device.get_facts()
    assert (facts["hostname"], facts["vendor"], facts["fqdn"]) == ("ios1", "Cisco", "ios1.example.net")
    assert facts["interface_list"] == ["GigabitEthernet1"]
    until(lambda: device.get_bgp_neighbors()["global"]["peers"]["192.0.2.5"]["is_up"])
    neighbors = device.get_bgp_neighbors()["global"]
    assert neighbors["router_id"] == "192.0.2.1"
    peers = neighbors["peers"]
    assert peers["192.0.2.5"]["remote_as"] == 64505 and peers["192.0.2.5"]["description"] == "A member"
    assert peers["192.0.2.5"]["address_family"]["ipv4 unicast"]["accepted_prefixes"] == 40
    assert peers["2001:db8:ffff::5"]["address_family"]["ipv6 unicast"]["accepted_prefixes"] == 30
    assert not peers["192.0.2.6"]["is_up"]
    detail = device.get_bgp_neighbors_detail()["global"]
    assert detail[64505][0]["connection_state"] == "Established"
    assert device.get_bgp_config() and device.get_interfaces()["GigabitEthernet1"]["is_up"]
    assert device.get_interfaces_ip()["GigabitEthernet1"]["ipv4"] == {"192.0.2.1": {"prefix_length": 24}}
    assert "2001:db8:ffff::1" in str(device.get_interfaces_ip()["GigabitEthernet1"]["ipv6"]).lower()
    route = device.get_route_to("100.64.0.0/24")["100.64.0.0/24"][0]
    assert route["next_hop"] == "192.0.2.5" and route["protocol"] == "bgp"
    assert set(device.get_network_instances()) == {"default", "MGMT"}
    assert any(row["ip"] == "192.0.2.5" for row in device.get_arp_table())
    assert device.get_environment()["cpu"][0]["%usage"] == 1.0
    assert "netops" in device.get_users() and list(device.get_ntp_servers()) == ["192.0.2.250"]
    assert device.get_snmp_information()["location"] == "Lab"
    assert device.ping("192.0.2.5")["success"]["packet_loss"] == 0
    assert device.is_alive()["is_alive"]


def text(device):
    return device.get_config(retrieve="running")["running"]


def test_napalm_replaces_and_goes_back(device):
    before = text(device)
    target = before.replace(" neighbor 192.0.2.5 description A member\n", " neighbor 192.0.2.5 description Another\n")
    assert target != before
    device.load_replace_candidate(config=target)
    diff = device.compare_config()
    assert "+neighbor 192.0.2.5 description Another" in diff and "-neighbor 192.0.2.5 description A member" in diff
    device.commit_config()
    assert "description Another" in text(device)
    device.rollback()
    assert "description A member" in text(device)
    device.load_replace_candidate(config=before.replace("ip cef\n", "ip cef\nbogus\n", 1))
    with pytest.raises(ReplaceConfigException):
        device.commit_config()
    assert "description A member" in text(device)


def test_napalm_merges(device):
    device.load_merge_candidate(config="interface GigabitEthernet1\n description merged\nend\n")
    assert "+ description merged" in device.compare_config()
    device.discard_config()
    assert device.compare_config() == ""
    device.load_merge_candidate(config="interface GigabitEthernet1\n description merged\nend\n")
    device.commit_config()
    assert "description merged" in text(device)
    device.rollback()
    assert "description merged" not in text(device)
    device.load_merge_candidate(config="interface GigabitEthernet1\n bogus\nend\n")
    with pytest.raises(MergeConfigException):
        device.commit_config()


def test_napalm_confirms_or_the_timer_reverts(device):
    def change(words):
        device.load_merge_candidate(config=f"interface GigabitEthernet1\n description {words}\nend\n")
        device.commit_config(revert_in=60)

    change("unconfirmed")
    assert device.has_pending_commit() and "description unconfirmed" in text(device)
    until(lambda: "description unconfirmed" not in text(device))
    assert not device.has_pending_commit()
    device.load_replace_candidate(config=text(device).replace("ip domain name example.net", "ip domain name example.org"))
    device.commit_config(revert_in=7200)
    assert device.has_pending_commit()
    device.confirm_commit()
    assert not device.has_pending_commit() and "example.org" in text(device)
    device.load_merge_candidate(config="ip domain name example.net\nend\n")
    device.commit_config(revert_in=7200)
    device.rollback()
    assert not device.has_pending_commit() and "example.org" in text(device)


def test_netmiko_copies_inline(inline_copy):
    assert inline_copy.result()
