"""Others' clients against the simulated IOS-XR, unchanged: ncclient, NAPALM's iosxr_netconf driver, netmiko, scrapli.

Run: pytest tests/python (ncclient, napalm and scrapli installed; cargo in the path, or the built program's path in
PEERING_SIMULATE). Every test runs with both framings of NETCONF: the second router offers base 1.1.
"""

import io
import re
import time

import pytest

pytest.importorskip("ncclient")
napalm = pytest.importorskip("napalm")
netmiko = pytest.importorskip("netmiko")

from lxml import etree  # noqa: E402
from napalm.base import exceptions as napalm_errors  # noqa: E402
from ncclient import manager  # noqa: E402
from ncclient.operations import RPCError  # noqa: E402
from ncclient.xml_ import to_ele  # noqa: E402
from simulated import PASSWORD, USER, until  # noqa: E402

# How many seconds a minute of the routers takes: the timers of confirmed commits run out while a test waits.
MINUTE = 2
SIMULATED = ["cisco_iosxr", MINUTE]
CLI = "http://cisco.com/ns/yang/Cisco-IOS-XR-cli-cfg"
DIFF = '<get-cli-config-diff xmlns="http://cisco.com/ns/yang/Cisco-IOS-XR-cli-diff-act"/>'


@pytest.fixture(params=[0, 1], ids=["base-1.0", "base-1.1"])
def router(routers, request):
    found = {"name": f"xr{request.param + 1}", "number": request.param + 1, **routers[request.param]}
    yield found
    # Every test leaves it as it was: nobody holds a lock, nothing waits, the name is its own.
    with connect(found) as session:
        for store in ["candidate", "running"]:
            session.lock(store)
            session.unlock(store)
        assert host_name(session) == found["name"]


def connect(router, password=PASSWORD):
    return manager.connect(
        host=router["host"],
        port=router["port"],
        username=USER,
        password=password,
        hostkey_verify=False,
        allow_agent=False,
        look_for_keys=False,
        device_params={"name": "iosxr"},
    )


def text(session, source="running"):
    reply = session.get_config(source, filter=("subtree", f'<cli xmlns="{CLI}"/>'))
    found = reply.data.find(f"{{{CLI}}}cli")
    return "" if found is None else found.text


def host_name(session, source="running"):
    names = [line.split()[1] for line in text(session, source).splitlines() if line.startswith("hostname ")]
    return names[0] if names else None


def load(session, lines, **options):
    config = etree.Element("config")
    etree.SubElement(config, f"{{{CLI}}}cli", nsmap={None: CLI}).text = lines
    session.edit_config(config=config, target="candidate", **options)


def difference(session):
    return session.dispatch(to_ele(DIFF)).xml


# ncclient


@pytest.fixture
def session(router):
    with connect(router) as session:
        yield session


def test_ncclient_hello_and_reads(router, session):
    capabilities = list(session.server_capabilities)
    assert any("Cisco-IOS-XR-ipv4-bgp-oper?module=" in one for one in capabilities)
    assert ("urn:ietf:params:netconf:base:1.1" in capabilities) == (router["number"] == 2)
    assert session.session_id.isdigit()
    whole = text(session)
    assert f"hostname {router['name']}\n" in whole and whole.strip().endswith("end")
    assert "!! IOS XR Configuration 7.5.2\n" in whole
    assert " neighbor 192.0.2.5\n  remote-as 64505\n  use neighbor-group IX4\n" in whole
    assert host_name(session, "candidate") is None, "a candidate that changes nothing is empty"
    wanted = (
        '<bgp xmlns="http://cisco.com/ns/yang/Cisco-IOS-XR-ipv4-bgp-cfg"><instance><instance-name>default</instance-name>'
        "</instance></bgp>"
    )
    reply = session.get_config("running", filter=("subtree", wanted))
    addresses = reply.data.xpath("//*[local-name()='neighbor-address']")
    assert [one.text for one in addresses][-3:] == ["192.0.2.5", "192.0.2.6", "2001:db8:ffff::5"]
    with pytest.raises(RPCError) as no:
        session.dispatch(to_ele("<get-nonsense/>"))
    assert no.value.tag == "unknown-element"


def test_ncclient_transaction(router, session):
    session.lock("candidate")
    with connect(router) as other:
        with pytest.raises(RPCError) as no:
            other.lock("candidate")
        assert no.value.tag == "lock-denied" and session.session_id in no.value.info
        with pytest.raises(RPCError) as no:
            load(other, "hostname theirs")
        assert no.value.tag == "in-use"
    load(session, "hostname by-ncclient")
    assert f"-  hostname {router['name']}\n+  hostname by-ncclient\n" in difference(session)
    assert host_name(session) == router["name"] and host_name(session, "candidate") == "by-ncclient"
    session.discard_changes()
    assert "hostname" not in difference(session)
    load(session, "hostname by-ncclient")
    session.validate("candidate")
    session.commit()
    assert host_name(session) == "by-ncclient"
    session.unlock("candidate")
    back = '<roll-back-configuration-last xmlns="http://cisco.com/ns/yang/Cisco-IOS-XR-cfgmgr-rollback-act"><count>1</count></roll-back-configuration-last>'
    session.dispatch(to_ele(back))
    assert host_name(session) == router["name"]


def test_ncclient_confirmed_commit(router, session):
    load(session, "hostname for-a-minute")
    session.commit(confirmed=True, timeout="60", persist="mine")
    assert host_name(session) == "for-a-minute"
    with connect(router) as other:
        with pytest.raises(RPCError) as no:
            other.lock("running")
        assert no.value.tag == "lock-denied"
        with pytest.raises(RPCError) as no:
            other.commit(persist_id="another")
        assert no.value.tag == "invalid-value"
    until(lambda: host_name(session) == router["name"])
    load(session, "hostname for-good")
    session.commit(confirmed=True, timeout="60", persist="mine")
    # Whoever knows the word may confirm.
    with connect(router) as other:
        other.commit(persist_id="mine")
    time.sleep(1.5 * MINUTE)
    assert host_name(session) == "for-good"
    # Without a word it lasts as long as its session.
    with connect(router) as other:
        load(other, "hostname for-a-session")
        other.commit(confirmed=True, timeout="600")
        assert host_name(session) == "for-a-session"
    until(lambda: host_name(session) == "for-good")
    load(session, "hostname cancelled")
    session.commit(confirmed=True, timeout="600", persist="mine")
    session.cancel_commit(persist_id="mine")
    load(session, f"hostname {router['name']}")
    session.commit()


def test_ncclient_errors(router, session):
    with pytest.raises(RPCError) as no:
        load(session, "hostname x\nrouter bgp 64501\n neighbor 192.0.2.5\n  nonsense 5\n", error_option="rollback-on-error")
    assert "SYNTAX/AUTHORIZATION ERRORS" in no.value.message
    assert "router bgp 64501\n neighbor 192.0.2.5\n  nonsense 5\n" in no.value.message
    assert host_name(session, "candidate") is None, "nothing of it was taken"
    load(session, "router bgp 64501\n neighbor 192.0.2.5\n  address-family ipv4 unicast\n   route-policy NOWHERE in\n")
    with pytest.raises(RPCError, match="(?s)SEMANTIC ERRORS.*route-policy NOWHERE in.*!!%.*NOWHERE"):
        session.commit()
    session.discard_changes()
    other = connect(router)
    session.kill_session(other.session_id)
    until(lambda: not other.connected)


# NAPALM


def iosxr(router, password=PASSWORD):
    driver = napalm.get_network_driver("iosxr_netconf")
    options = {"port": router["port"], "hostkey_verify": False, "allow_agent": False, "look_for_keys": False}
    return driver(router["host"], USER, password, optional_args=options)


@pytest.fixture
def driver(router):
    with iosxr(router) as driver:
        yield driver


def test_napalm_reads(router, driver):
    facts = driver.get_facts()
    assert facts["vendor"] == "Cisco" and facts["hostname"] == router["name"] and facts["os_version"] == "7.5.2"
    assert facts["model"] == "R-IOSXRV9000-CC" and facts["serial_number"].startswith("SIM")
    lan, customer = facts["interface_list"]
    assert (lan, customer) == ("GigabitEthernet0/0/0/0", "GigabitEthernet0/0/0/1")
    assert driver.get_interfaces()[lan]["is_up"] and driver.get_interfaces()[lan]["speed"] == 1000.0
    number = router["number"]
    assert driver.get_interfaces_ip()[lan] == {
        "ipv4": {f"192.0.2.{number}": {"prefix_length": 24}},
        "ipv6": {f"2001:db8:ffff::{number}": {"prefix_length": 64}},
    }
    assert driver.get_interfaces_counters()[lan]["rx_errors"] == 0
    assert {one["ip"] for one in driver.get_arp_table()} == {f"192.0.2.{3 - number}", "192.0.2.5", "192.0.2.6"}
    assert driver.get_environment()["memory"]["available_ram"] > 0
    assert driver.get_snmp_information()["location"] == "Rack 12"
    assert driver.get_snmp_information()["community"]["looking-glass"]["mode"] == "ro"
    assert driver.get_ntp_servers() == {"192.0.2.250": {}} and driver.get_ntp_peers() == {"2001:db8:ffff::fa": {}}
    assert [one["remote"] for one in driver.get_ntp_stats()] == ["192.0.2.250", "2001:db8:ffff::fa"]
    assert driver.get_users()["netops"]["level"] == 15
    assert driver.get_lldp_neighbors()[lan] == [{"hostname": f"xr{3 - number}", "port": lan}]
    assert driver.get_mac_address_table() == [] and driver.is_alive() == {"is_alive": True}
    assert driver.traceroute("192.0.2.5")["success"][1]["probes"][1]["ip_address"] == "192.0.2.5"
    config = driver.get_config()
    assert f"hostname {router['name']}" in config["running"] and config["candidate"] == config["startup"] == ""


def test_napalm_bgp(router, driver):
    until(lambda: driver.get_bgp_neighbors()["global"]["peers"]["192.0.2.5"]["is_up"])
    instance = driver.get_bgp_neighbors()["global"]
    assert instance["router_id"] == f"192.0.2.{router['number']}"
    five, six = instance["peers"]["192.0.2.5"], instance["peers"]["192.0.2.6"]
    assert five["remote_as"] == 64505 and five["description"] == "Peer Five" and five["uptime"] >= 0
    assert five["address_family"]["ipv4"] == {"received_prefixes": 40, "accepted_prefixes": 40, "sent_prefixes": 1}
    # Between autonomous systems nothing passes without a policy.
    v6 = instance["peers"]["2001:db8:ffff::5"]["address_family"]["ipv6"]
    assert v6 == {"received_prefixes": 30, "accepted_prefixes": 0, "sent_prefixes": 0}
    # It has another password.
    assert not six["is_up"] and six["address_family"]["ipv4"]["accepted_prefixes"] == 0
    detail = driver.get_bgp_neighbors_detail()["global"][64505][0]
    assert detail["connection_state"] == "Established" and detail["import_policy"] == "IN"
    assert detail["accepted_prefix_count"] == 40 and detail["remote_port"] == 179
    config = driver.get_bgp_config()
    assert config["IX4"]["prefix_limit"] == {}, "NAPALM looks for the family of a group where Cisco has none"
    assert config["IX4"]["import_policy"] == "IN" and config["IX4"]["neighbors"]["192.0.2.5"]["remote_as"] == 64505
    assert config["IX4"]["neighbors"]["192.0.2.6"]["authentication_key"].startswith("!")
    route = driver.get_route_to("100.64.0.0/24")["100.64.0.0/24"]
    assert route[0]["protocol"] == "bgp" and route[0]["next_hop"] == "192.0.2.5"
    assert driver.get_route_to("198.18.0.0/15")["198.18.0.0/15"][0]["protocol"] == "static"


def test_napalm_merge_commit_and_rollback(router, driver):
    driver.load_merge_candidate(config="router bgp 64501\n neighbor 192.0.2.6\n  password clear x\n")
    driver.discard_config()
    assert driver.compare_config() == ""
    driver.load_merge_candidate(config="hostname by-napalm\nrouter bgp 64501\n no neighbor 2001:db8:ffff::5\n")
    assert driver.compare_config() == (
        f"-  hostname {router['name']}\n+  hostname by-napalm\n   router bgp 64501\n-   neighbor 2001:db8:ffff::5\n"
        "-    remote-as 64505\n-    address-family ipv6 unicast\n-    !\n-   !\n   !"
    )
    driver.commit_config()
    assert "2001:db8:ffff::5" not in driver.get_bgp_neighbors()["global"]["peers"]
    driver.rollback()
    until(lambda: driver.get_bgp_neighbors()["global"]["peers"]["2001:db8:ffff::5"]["is_up"])


def test_napalm_replace(router, driver):
    old = driver.get_config(retrieve="running")["running"]
    driver.load_replace_candidate(config=old)
    assert driver.compare_config() == ""
    driver.load_replace_candidate(config=old.replace(router["name"], "replaced").replace("snmp-server location Rack 12", "!"))
    diff = driver.compare_config()
    assert "+  hostname replaced" in diff and "-  snmp-server location Rack 12" in diff
    driver.commit_config()
    assert driver.get_facts()["hostname"] == "replaced"
    assert driver.get_snmp_information()["location"] == ""
    driver.rollback()


def test_napalm_errors(router, driver):
    with pytest.raises(napalm_errors.MergeConfigException, match="nonsense foo"):
        driver.load_merge_candidate(config="nonsense foo")
    with pytest.raises(napalm_errors.ReplaceConfigException, match="nonsense foo"):
        driver.load_replace_candidate(config="nonsense foo")
    with iosxr(router) as other, pytest.raises(RPCError, match="locked by session"):
        other.load_merge_candidate(config="hostname other")
    driver.discard_config()
    with pytest.raises(napalm_errors.ConnectionException):
        iosxr(router, password="wrong").open()


# netmiko


@pytest.fixture
def shell(router):
    device = {"device_type": "cisco_xr", "host": router["host"], "port": router["shell_port"]}
    with netmiko.ConnectHandler(**device, username=USER, password=PASSWORD) as shell:
        yield shell


def test_netmiko_shows(router, shell):
    assert shell.find_prompt() == f"RP/0/RP0/CPU0:{router['name']}#"
    assert "Cisco IOS XR Software, Version 7.5.2" in shell.send_command("show version")
    running = shell.send_command("show running-config")
    assert f"hostname {router['name']}\n" in running and running.rstrip().endswith("end")
    assert " neighbor 192.0.2.5\n" in shell.send_command("sh run router bgp")
    summary = shell.send_command("show bgp ipv4 unicast summary")
    assert "local AS number 64501" in summary and "192.0.2.5" in summary
    assert "% Invalid input detected" in shell.send_command("show nonsense")


def test_netmiko_commit(router, shell):
    output = shell.send_config_set(["hostname by-netmiko", "router bgp 64501", "neighbor 192.0.2.77", "remote-as 64577"])
    assert "(config-bgp-nbr)#" in output
    changes = shell.send_command("show configuration", expect_string=r"#\s*$")
    assert "hostname by-netmiko\nrouter bgp 64501\n neighbor 192.0.2.77\n  remote-as 64577\n !\n!\nend" in changes
    shell.commit(label="by_netmiko", comment="a change")
    shell.exit_config_mode()
    assert "by_netmiko" in shell.send_command("show configuration commit list 1")
    assert shell.send_command("show configuration commit list", use_textfsm=True, raise_parsing_error=True)
    assert "hostname by-netmiko" in shell.send_command("show running-config hostname")
    # the prompt has the old name again
    back = shell.send_command("rollback configuration last 1", expect_string=r"CPU0:[\w-]+#\s*$", read_timeout=20)
    assert "rolled back 1 commits" in back
    shell.set_base_prompt()


def test_netmiko_confirmed_commit(router, shell):
    look = {"expect_string": r"#\s*$"}
    shell.send_config_set(["hostname confirmed"])
    shell.commit(label="to_be_confirmed", confirm=True, confirm_delay=60)
    # the prompt has another name by now
    assert "hostname confirmed" in shell.send_command("do show running-config hostname", **look)
    shell.commit()
    time.sleep(1.5 * MINUTE)
    assert "hostname confirmed" in shell.send_command("do show running-config hostname", **look)
    shell.send_config_set(["hostname forgotten"])
    shell.commit(confirm=True, confirm_delay=60)
    until(lambda: "hostname confirmed" in shell.send_command("do show running-config hostname", **look))
    # who leaves, leaves it behind
    shell.send_config_set([f"hostname {router['name']}"])
    shell.commit(label="for_a_session", confirm=True, confirm_delay=600)
    asked = shell.send_command("end", expect_string=r"Do you wish to exit\? \[no\]: ")
    assert "the router will immediately rollback" in asked
    shell.send_command("no", expect_string=r"\)#\s*$")
    assert f"hostname {router['name']}" in shell.send_command("do show running-config hostname", **look)
    shell.send_command("end", expect_string=r"Do you wish to exit\? \[no\]: ")
    shell.send_command("yes", expect_string=r"CPU0:[\w-]+#\s*$")
    assert "hostname confirmed" in shell.send_command("show running-config hostname", **look)
    shell.set_base_prompt()
    shell.send_config_set([f"hostname {router['name']}"])
    shell.commit()
    shell.set_base_prompt()
    shell.exit_config_mode()


def test_netmiko_replace(router, shell):
    look = {"expect_string": r"#\s*$"}
    running = shell.send_command("show running-config")
    text = running[running.index("\n!\n") :].replace("snmp-server location Rack 12\n", "")
    # as netmiko's own transfer does, which asks for the free space of a disk before
    copy = netmiko.scp_handler.SCPConn(shell)
    copy.scp_client.putfo(io.BytesIO(text.encode()), "disk0:/target.cfg")
    copy.close()
    shell.config_mode(config_command="configure exclusive")
    sessions = shell.send_command("do show configuration sessions", **look)
    assert re.search(rf"00000201-\S+ +vty0 +{USER} .* \*\n", sessions)
    assert " bytes parsed in " in shell.send_command("load disk0:/target.cfg", **look)
    assert "\n-  snmp-server location Rack 12\n" in shell.send_command("show configuration changes diff", **look)
    shell.commit(label="replaced", comment="without a place", replace=True)
    shell.exit_config_mode()
    assert "Rack 12" not in shell.send_command("show running-config")
    detail = shell.send_command("show configuration commit list 1 detail")
    assert re.search(r"CommitId: \d+ +Label: replaced\n", detail) and "Comment:  without a place" in detail
    assert "[confirm]" in shell.send_command("delete disk0:/target.cfg", expect_string=r"\[confirm\]")
    shell.send_command("\n", expect_string=r"#\s*$", cmd_verify=False)
    shell.send_command("rollback configuration last 1", read_timeout=20)
    assert "snmp-server location Rack 12" in shell.send_command("show running-config")


def test_netmiko_errors(router, shell):
    assert "% Invalid input detected at '^' marker." in shell.send_config_set(["nonsense foo"])
    shell.send_config_set(["router bgp 64501", "neighbor 192.0.2.77", "remote-as 64577", "use neighbor-group NONE"])
    with pytest.raises(ValueError, match="Failed to commit"):
        shell.commit()
    failed = shell.send_command("show configuration failed", expect_string=r"#\s*$")
    assert "SEMANTIC ERRORS" in failed and "use neighbor-group NONE" in failed
    # What is left is thrown away.
    shell.exit_config_mode()
    assert "192.0.2.77" not in shell.send_command("show running-config")


# scrapli


def test_scrapli(router):
    scrapli = pytest.importorskip("scrapli")
    connection = scrapli.Cli(
        host=router["host"],
        port=router["shell_port"],
        definition_file_or_name="cisco_iosxr",
        auth_options=scrapli.AuthOptions(username=USER, password=PASSWORD),
    )
    with connection:
        assert "Version 7.5.2" in connection.send_input("show version").result
        assert f"hostname {router['name']}" in connection.send_input("show running-config").result
        assert connection.send_input("show nonsense").failed


# ntc-templates: others' reading of the same text, as netmiko calls it


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("show version", "7.5.2"),
        ("show interfaces", "GigabitEthernet0/0/0/0"),
        ("show interface brief", "Gi0/0/0/0"),
        ("show interfaces description", "Gi0/0/0/0"),
        ("show ipv4 vrf all interface brief", "GigabitEthernet0/0/0/1"),
        ("show arp", "192.0.2.5"),
        ("show arp vrf cust-a", "198.51.100.1"),
        ("show ipv6 neighbors", "2001:db8:ffff::5"),
        ("show lldp neighbors", "GigabitEthernet0/0/0/0"),
        ("show lldp neighbors detail", "peering LAN of xr"),
        ("show vrf all detail", "cust-a"),
        ("show running-config hostname", "xr"),
        ("ping 192.0.2.5", "100"),
    ],
)
def test_templates_of_others_read_the_shows(shell, command, found):
    pytest.importorskip("ntc_templates")
    rows = shell.send_command(command, use_textfsm=True, raise_parsing_error=True)
    assert isinstance(rows, list) and rows, f"{command} is not read"
    assert any(found in value for row in rows for value in flat(row.values())), rows


#: What newer releases print, and the templates do not know.
NEWER = r"^  (Message stats:|Exact no\. of prefixes denied|eBGP neighbor with no ).*\n|^    (InQ depth:|                Last_Sent|[A-Z]\w+: ).*\n"


def test_templates_of_others_read_an_older_form_of_neighbors(shell):
    parse, textfsm = pytest.importorskip("ntc_templates.parse"), pytest.importorskip("textfsm")
    told = {}
    for family, address in [("ipv4", "192.0.2.5"), ("ipv6", "2001:db8:ffff::5")]:
        command = f"show bgp {family} unicast neighbors"
        until(lambda one=f"{command} {address}": "BGP state = Established" in shell.send_command(one))
        text = shell.send_command(command)
        with pytest.raises(textfsm.TextFSMError, match="Message stats:"):
            parse.parse_output("cisco_xr", "show bgp neighbors", text)
        older = re.sub(NEWER, "", text, flags=re.MULTILINE)
        told |= {row["neighbor"]: row for row in parse.parse_output("cisco_xr", "show bgp neighbors", older)}
    four, six = told["192.0.2.5"], told["2001:db8:ffff::5"]
    assert four["description"] == "Peer Five" and four["policy_incoming"] == ["IN"] and four["prefixes_in"] == ["40"]
    assert six["state"] == "Established" and six["prefixes_in"] == ["0"] and six["remote_port"] == "179"


def test_templates_of_others_read_the_table_of_routes(shell):
    parse = pytest.importorskip("ntc_templates.parse")
    command = "show route ipv4 unicast longer-prefixes 0.0.0.0/0"
    until(lambda: "\nB " in shell.send_command(command))
    text = shell.send_command(command)
    rows = parse.parse_output("cisco_xr", "show route", text)
    told = {(row["protocol"], row["network"], row["prefix_length"], row["next_hop"]) for row in rows}
    lan, static = ("C", "192.0.2.0", "24", "connected"), ("S", "198.18.0.0", "15", "connected")
    assert {lan, static, ("B", "100.64.0.0", "24", "192.0.2.5")} <= told
    assert len(told) == len(re.findall(r"^[A-Z]\S* +\d", text, flags=re.MULTILINE)), "every line is a route"


def flat(values):
    for value in values:
        yield from map(str, value if isinstance(value, list) else [value])
