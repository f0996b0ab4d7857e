"""Others' clients against the simulated Junos, unchanged: ncclient, PyEZ, NAPALM's junos driver.

Run: pytest tests/python (ncclient, junos-eznc and napalm installed; cargo in the path, or the built program's path in
PEERING_SIMULATE). Every test runs with both framings of NETCONF: the second router offers base 1.1.
"""

import time

import pytest

pytest.importorskip("ncclient")
pytest.importorskip("jnpr.junos")
napalm = pytest.importorskip("napalm")

from jnpr.junos import Device  # noqa: E402
from jnpr.junos import exception as pyez  # noqa: E402
from jnpr.junos.utils.config import Config  # noqa: E402
from lxml import etree  # noqa: E402
from napalm.base import exceptions as napalm_errors  # noqa: E402
from ncclient import manager  # noqa: E402
from ncclient.operations import RPCError  # noqa: E402
from simulated import PASSWORD, USER, until  # noqa: E402

# How many seconds a minute of the routers takes: the timers of confirmed commits run out while a test waits.
MINUTE = 3
SIMULATED = ["juniper_junos", MINUTE]


@pytest.fixture(params=[0, 1], ids=["base-1.0", "base-1.1"])
def router(routers, request):
    found = {"name": f"junos{request.param + 1}", "number": request.param + 1, **routers[request.param]}
    yield found
    # Every test leaves it as it was: nobody holds the lock, nothing is left in the candidate, the name is its own.
    with connect(found) as session:
        session.rpc("<lock-configuration/>")
        session.rpc("<unlock-configuration/>")
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
        device_params={"name": "junos"},
    )


def host_name(session, source="running"):
    wanted = "<configuration><system><host-name/></system></configuration>"
    reply = session.get_config(source, filter=("subtree", wanted))
    return reply.xpath("//host-name")[0].text


def name_it(name):
    return f"<system><host-name>{name}</host-name></system>"


# ncclient


@pytest.fixture
def session(router):
    with connect(router) as session:
        yield session


def load(session, xml):
    return session.load_configuration(config=etree.XML(xml), action="merge", format="xml")


def test_ncclient_hello_and_reads(router, session):
    capabilities = list(session.server_capabilities)
    assert "http://xml.juniper.net/netconf/junos/1.0" in capabilities
    assert ("urn:ietf:params:netconf:base:1.1" in capabilities) == (router["number"] == 2)
    assert session.session_id.isdigit()
    assert host_name(session) == router["name"]
    whole = session.get_configuration(format="text").xpath("//configuration-text")[0].text
    assert f"host-name {router['name']};" in whole and "neighbor 192.0.2.5 {" in whole
    wanted = "<configuration><protocols><bgp><group><name>IX4</name></group></bgp></protocols></configuration>"
    reply = session.get_config("running", filter=("subtree", wanted))
    assert [one.text for one in reply.xpath("//group/name")] == ["IX4"]
    assert [one.text for one in reply.xpath("//neighbor/name")] == ["192.0.2.5", "192.0.2.6"]
    assert reply.xpath("//prefix-limit/teardown/idle-timeout/timeout")[0].text == "30"
    assert session.command("show version", format="text").xpath("//output")[0].text.startswith("\nHostname: ")
    with pytest.raises(RPCError, match="syntax error"):
        session.command("show nonsense", format="text")
    with pytest.raises(RPCError, match="syntax error"):
        session.rpc("<get-nonsense/>")


def test_ncclient_transaction(router, session):
    session.lock("candidate")
    with connect(router) as other, pytest.raises(RPCError, match=r"(?s)locked by:\s+netops .*\(pid \d+\) on since") as no:
        other.lock("candidate")
    assert no.value.tag == "lock-denied"
    load(session, name_it("by-ncclient"))
    assert "+  host-name by-ncclient;" in session.compare_configuration().xpath("//configuration-output")[0].text
    assert host_name(session) == router["name"] and host_name(session, "candidate") == "by-ncclient"
    session.discard_changes()
    assert session.compare_configuration().xpath("//configuration-output")[0].text.strip() == ""
    load(session, name_it("by-ncclient"))
    session.validate("candidate")
    session.commit(comment="a change")
    assert host_name(session) == "by-ncclient"
    history = session.rpc("<get-commit-information/>")
    assert history.xpath("//commit-history[1]/log")[0].text == "a change"
    assert history.xpath("//commit-history[1]/user")[0].text == USER
    session.rollback(rollback=1)
    session.commit()
    session.unlock("candidate")


def test_ncclient_confirmed_commit(router, session):
    load(session, name_it("for-a-minute"))
    session.commit(confirmed=True, timeout="60")
    assert host_name(session) == "for-a-minute"
    until(lambda: host_name(session) == router["name"])
    load(session, name_it("for-good"))
    session.commit(confirmed=True, timeout="60")
    # Any session may confirm.
    with connect(router) as other:
        other.commit()
    time.sleep(1.5 * MINUTE)
    assert host_name(session) == "for-good"
    session.rollback(rollback=2)
    session.commit()


def test_ncclient_edit_config_and_errors(router, session):
    config = "<config><configuration>{}</configuration></config>"
    session.edit_config(target="candidate", config=config.format(name_it("edited")))
    assert host_name(session, "candidate") == "edited"
    with pytest.raises(RPCError) as no:
        session.edit_config(target="candidate", config=config.format("<system><nonsense/></system>"))
    assert "syntax error" in no.value.message and b"nonsense" in etree.tostring(no.value.xml)
    session.discard_changes()
    load(session, "<protocols><bgp><group><name>IX4</name><import>NOWHERE</import></group></bgp></protocols>")
    with pytest.raises(RPCError, match="(?s)NOWHERE.*check-out failed"):
        session.commit()
    session.discard_changes()
    other = connect(router)
    session.kill_session(other.session_id)
    until(lambda: not other.connected)


# PyEZ


@pytest.fixture
def device(router):
    with Device(host=router["host"], port=router["port"], user=USER, passwd=PASSWORD) as device:
        yield device


def test_pyez_facts_and_calls(router, device):
    facts = device.facts
    assert facts["hostname"] == router["name"] and facts["fqdn"] == router["name"] + ".example.net"
    assert facts["model"] == "MX204" and facts["version"] == "21.4R3.15" and facts["personality"] == "MX"
    assert facts["serialnumber"].startswith("VM") and facts["RE0"]["mastership_state"] == "master"
    assert facts["current_re"] == ["master", "re0", "localre"]
    assert device.uptime > 0
    summary = device.rpc.get_bgp_summary_information()
    assert summary.findtext("peer-count") == "4"
    terse = device.rpc.get_interface_information(interface_name="ge-0/0/0", terse=True)
    assert terse.findtext(".//logical-interface/name").strip() == "ge-0/0/0.0"
    group = device.rpc.get_config(filter_xml="protocols/bgp/group", options={"format": "json"})
    assert group["configuration"]["protocols"]["bgp"]["group"][0]["name"] == "INTERNAL"
    assert "Peers: 4" in device.cli("show bgp summary", warning=False)
    with pytest.raises(pyez.RpcError):
        device.rpc.get_nonsense()


@pytest.mark.parametrize("form", ["text", "set", "xml", "json"])
def test_pyez_loads_every_form(device, form):
    content = {
        "text": "system { host-name by-pyez; }",
        "set": "set system host-name by-pyez",
        "xml": f"<configuration>{name_it('by-pyez')}</configuration>",
        "json": '{"configuration": {"system": {"host-name": "by-pyez"}}}',
    }[form]
    with Config(device, mode="exclusive") as config:
        config.load(content, format=form)
        assert "+  host-name by-pyez;" in config.diff()
        assert config.commit_check()
        config.rollback(0)
        assert config.diff() is None


def test_pyez_transaction(router, device):
    config = Config(device)
    config.lock()
    with Device(host=router["host"], port=router["port"], user=USER, passwd=PASSWORD) as other:
        with pytest.raises(pyez.LockError):
            Config(other).lock()
    config.load("set system host-name by-pyez", format="set")
    config.commit(comment="kept", confirm=1)
    assert config.commit()
    time.sleep(1.5 * MINUTE)
    assert device.rpc.get_config(filter_xml="system/host-name").findtext(".//host-name") == "by-pyez"
    config.rollback(2)
    config.commit()
    config.load("set system host-name by-pyez", format="set")
    config.commit(confirm=1)
    name = lambda: device.rpc.get_config(filter_xml="system/host-name", options={"database": "committed"})  # noqa: E731
    assert name().findtext(".//host-name") == "by-pyez"
    until(lambda: name().findtext(".//host-name") == router["name"])
    config.unlock()
    with pytest.raises(pyez.UnlockError):
        config.unlock()


def test_pyez_errors(device):
    with Config(device, mode="exclusive") as config:
        with pytest.raises(pyez.ConfigLoadError) as no:
            config.load("protocols { bgp { tpye external; } }", format="text")
        assert no.value.errs[0]["bad_element"] == "tpye" and no.value.errs[0]["edit_path"] == "[edit protocols bgp]"
        with pytest.raises(pyez.ConfigLoadError, match="statement not found"):
            config.load("delete system time-zone", format="set")
        config.load("delete system time-zone", format="set", ignore_warning="statement not found")
        config.load("set protocols bgp group IX4 neighbor 192.0.2.88 passive", format="set")
        with pytest.raises(pyez.CommitError, match="peer AS number must be configured"):
            config.commit()


def test_pyez_private_candidates(router, device):
    with Device(host=router["host"], port=router["port"], user=USER, passwd=PASSWORD) as other:
        with Config(device, mode="private") as one, Config(other, mode="private") as two:
            one.load("set system host-name one\nset snmp location Here", format="set")
            two.load("set snmp contact somebody", format="set")
            assert one.commit() and two.commit()
            two.load("set system host-name two", format="set")
            one.load(f"set system host-name {router['name']}", format="set")
            assert one.commit()
            with pytest.raises(pyez.CommitError, match="host-name"):
                two.commit()
    snmp = device.rpc.get_config(filter_xml="snmp")
    assert snmp.findtext(".//location") == "Here" and snmp.findtext(".//contact") == "somebody"
    with Config(device, mode="exclusive") as config:
        config.load("set snmp location \"Rack 12\"\nset snmp contact noc@example.net", format="set")
        config.commit()


# NAPALM


def junos(router, **options):
    driver = napalm.get_network_driver("junos")
    password = options.pop("password", PASSWORD)
    return driver(router["host"], USER, password, optional_args={"port": router["port"], **options})


@pytest.fixture
def driver(router):
    with junos(router) as driver:
        yield driver


def test_napalm_reads(router, driver):
    facts = driver.get_facts()
    assert (facts["vendor"], facts["model"], facts["os_version"]) == ("Juniper", "MX204", "21.4R3.15")
    assert facts["fqdn"] == router["name"] + ".example.net"
    assert facts["interface_list"] == ["ge-0/0/0", "ge-0/0/1", "lo0"]
    assert driver.get_interfaces()["ge-0/0/0.0"]["is_up"]
    number = router["number"]
    assert driver.get_interfaces_ip()["ge-0/0/0.0"] == {
        "ipv4": {f"192.0.2.{number}": {"prefix_length": 24}},
        "ipv6": {f"2001:db8:ffff::{number}": {"prefix_length": 64}},
    }
    assert driver.get_interfaces_counters()["ge-0/0/0"]["rx_errors"] == 0
    assert {one["ip"] for one in driver.get_arp_table()} == {f"192.0.2.{3 - number}", "192.0.2.5", "192.0.2.6"}
    assert driver.get_network_instances()["cust-a"]["interfaces"]["interface"] == {"ge-0/0/1.0": {}}
    assert driver.get_environment()["temperature"]["Routing Engine 0"]["temperature"] == 36.0
    assert driver.get_snmp_information()["location"] == "Rack 12"
    assert driver.get_ntp_servers() == {"192.0.2.250": {}}
    assert driver.get_lldp_neighbors() == {} and driver.is_alive() == {"is_alive": True}
    assert driver.get_route_to("100.64.0.0/24")["100.64.0.0/24"][0]["protocol_attributes"]["as_path"] == "64505"
    assert driver.ping("192.0.2.5")["success"]["packet_loss"] == 0
    assert driver.ping("192.0.2.99") == {"error": "Packet loss 100"}
    assert driver.traceroute("192.0.2.5")["success"][1]["probes"][1]["ip_address"] == "192.0.2.5"
    assert "Junos: 21.4R3.15" in driver.cli(["show version"])["show version"]
    config = driver.get_config()
    assert f"host-name {router['name']};" in config["running"] and config["startup"] == ""
    assert "set system host-name" in driver.get_config(retrieve="running", format="set")["running"]


def test_napalm_bgp(router, driver):
    until(lambda: driver.get_bgp_neighbors()["global"]["peers"]["192.0.2.5"]["is_up"])
    instance = driver.get_bgp_neighbors()["global"]
    assert instance["router_id"] == f"192.0.2.{router['number']}"
    five, six = instance["peers"]["192.0.2.5"], instance["peers"]["192.0.2.6"]
    assert five["remote_as"] == 64505 and five["description"] == "Peer Five" and five["uptime"] >= 0
    assert five["address_family"]["ipv4"] == {"received_prefixes": 40, "accepted_prefixes": 40, "sent_prefixes": 0}
    assert instance["peers"]["2001:db8:ffff::5"]["address_family"]["ipv6"]["accepted_prefixes"] == 30
    # It has another password.
    assert not six["is_up"] and six["address_family"]["ipv4"]["received_prefixes"] == -1
    detail = driver.get_bgp_neighbors_detail()["global"][64505][0]
    assert detail["connection_state"] == "Established" and detail["import_policy"] == "IMPORT"
    assert detail["accepted_prefix_count"] == 40 and detail["remote_port"] == 179
    assert driver.get_bgp_neighbors_detail(neighbor_address="192.0.2.6")["global"][64506][0]["up"] is False
    config = driver.get_bgp_config()
    assert config["IX4"]["prefix_limit"]["inet"]["unicast"]["limit"] == 500
    assert config["IX4"]["neighbors"]["192.0.2.5"]["remote_as"] == 64505
    assert config["IX4"]["neighbors"]["192.0.2.6"]["authentication_key"].startswith("$9$")


def test_napalm_merge_commit_and_rollback(router, driver):
    driver.load_merge_candidate(config="protocols { bgp { group IX4 { neighbor 192.0.2.6 { authentication-key x; } } } }")
    driver.discard_config()
    assert driver.compare_config() == ""
    new = "system { host-name by-napalm; }\nprotocols { bgp { replace: group IX6 { type external; } } }"
    driver.load_merge_candidate(config=new)
    assert driver.compare_config() == (
        f"[edit system]\n-  host-name {router['name']};\n+  host-name by-napalm;\n"
        "[edit protocols bgp group IX6]\n-     neighbor 2001:db8:ffff::5 {\n-         peer-as 64505;\n-     }"
    )
    driver.commit_config(message="by napalm")
    assert "2001:db8:ffff::5" not in driver.get_bgp_neighbors()["global"]["peers"]
    driver.rollback()
    until(lambda: driver.get_bgp_neighbors()["global"]["peers"]["2001:db8:ffff::5"]["is_up"])


def test_napalm_replace(router, driver):
    old = driver.get_config(retrieve="running")["running"]
    driver.load_replace_candidate(config=old)
    assert driver.compare_config() == ""
    driver.load_replace_candidate(config=old.replace(router["name"], "replaced").replace("location \"Rack 12\";", ""))
    diff = driver.compare_config()
    assert "+  host-name replaced;" in diff and '-  location "Rack 12";' in diff
    driver.commit_config()
    assert driver.get_facts()["vendor"] == "Juniper" and driver.get_snmp_information()["location"] == ""
    driver.rollback()


def test_napalm_revert_in(router, driver):
    driver.load_merge_candidate(config="set system host-name for-a-minute")
    driver.commit_config(revert_in=60)
    assert driver.has_pending_commit()
    running = lambda: driver.get_config(retrieve="running")["running"]  # noqa: E731
    assert "host-name for-a-minute;" in running()
    until(lambda: f"host-name {router['name']};" in running())
    assert not driver.has_pending_commit()
    driver.load_merge_candidate(config="set system host-name for-good")
    driver.commit_config(revert_in=120)
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    time.sleep(2.5 * MINUTE)
    assert "host-name for-good;" in running()
    driver.load_merge_candidate(config=f"set system host-name {router['name']}")
    driver.commit_config()


def test_napalm_private_mode(router):
    with junos(router, config_private=True) as driver:
        driver.load_merge_candidate(config="set system host-name private")
        assert "+  host-name private;" in driver.compare_config()
        driver.commit_config()
        driver.load_merge_candidate(config=f"set system host-name {router['name']}")
        driver.commit_config()


def test_napalm_errors(router, driver):
    with pytest.raises(napalm_errors.MergeConfigException, match="nonsense"):
        driver.load_merge_candidate(config="system { nonsense foo; }")
    with junos(router) as other:
        other.load_merge_candidate(config="set system host-name other")
        with pytest.raises(napalm_errors.LockError):
            driver.load_merge_candidate(config="set system host-name mine")
        other.discard_config()
    with pytest.raises(pyez.ConnectAuthError):
        junos(router, password="wrong").open()
