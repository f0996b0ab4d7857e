"""NAPALM reads recorded answers: parse.py PLATFORM METHOD FOLDER RUNS prints what it took and found, as JSON.

Its driver runs as it is; only the device under it is one that hands out the files. What is counted begins with the
bytes of the answers, as NAPALM's own backends (pyeapi, pynxos; netmiko; ncclient and PyEZ) take them from the wire.
"""

import json
import pathlib
import sys
import time

EOS = {
    "show ip bgp summary vrf all": "summary4",
    "show ipv6 bgp summary vrf all": "summary6",
    "show ip bgp neighbors vrf all": "neighbors4",
    "show ipv6 bgp peers vrf all": "neighbors6",
}
JUNOS = {
    "get_instance_information": "instances",
    "get_bgp_neighbor_information": "neighbors",
    "get_bgp_summary_information": "summary",
}


def eos(folder):
    from napalm.eos.eos import EOSDriver

    files = {path.name: path.read_bytes() for path in folder.iterdir()}

    class Node:
        """Stands for pyeapi's."""

        def run_commands(self, commands, encoding="json", **_):
            if encoding == "json":
                return [json.loads(files[EOS[command] + ".json"]) for command in commands]
            return [{"output": self.text(command)} for command in commands]

        def text(self, command):
            if command in EOS:
                return files[EOS[command] + ".txt"].decode()
            return "service routing protocols model multi-agent\n"

    driver = EOSDriver("router", "user", "password")
    driver.device = Node()
    driver._run_commands = driver.device.run_commands
    return driver


def junos(folder):
    from jnpr.junos import Device
    from napalm.junos.junos import JunOSDriver
    from ncclient.devices.junos import JunosDeviceHandler
    from ncclient.xml_ import NCElement

    files = {path.stem: path.read_bytes() for path in folder.iterdir()}
    transform = JunosDeviceHandler({"name": "junos"}).transform_reply()

    class Rpc:
        """Stands for PyEZ's: a reply goes through ncclient's transformation as there."""

        def __getattr__(self, name):
            def call(*_, **__):
                class Reply:
                    xml = files[JUNOS[name.replace("-", "_")]].decode()

                    def __str__(self):
                        return self.xml

                root = NCElement(Reply(), transform)._NCElement__doc
                inner = root if root.tag != "rpc-reply" else root[0]
                return inner

            return call

    class Fake(Device):
        """A PyEZ device without a connection."""

        def __new__(cls, *_, **__):
            return object.__new__(cls)

        def __init__(self):
            self.rpc = Rpc()
            self._conn = None
            self._use_filter = False

        # what a table asks of the connection
        timeout = 60
        transform = None

    driver = JunOSDriver("router", "user", "password")
    driver.device = Fake()
    return driver


def ios(folder):
    from napalm.ios.ios import IOSDriver

    driver = IOSDriver("router", "user", "password")
    driver._send_command = shell(folder)
    return driver


def nxos_ssh(folder):
    from napalm.nxos_ssh.nxos_ssh import NXOSSSHDriver

    driver = NXOSSSHDriver("router", "user", "password")
    driver._send_command = shell(folder)
    return driver


def shell(folder):
    """What a command prints, from its file: the name is the words that tell it from the others."""
    files = {path.stem: path.read_bytes() for path in folder.iterdir()}

    def send(command, *_, **__):
        name = command.removeprefix("show bgp ").removesuffix(" neighbors").removesuffix(" all").replace(" ", "-")
        return files["summary" if "summary" in command else name].decode() or "% Invalid input detected"

    return send


def iosxr_netconf(folder):
    from napalm.iosxr_netconf.iosxr_netconf import IOSXRNETCONFDriver

    text = (folder / "bgp.xml").read_bytes()

    class Manager:
        """Stands for ncclient's: a reply is read there, too, before the driver reads it."""

        def get(self, **_):
            from ncclient.operations import GetReply

            return GetReply(text.decode())

    driver = IOSXRNETCONFDriver("router", "user", "password")
    driver.device = Manager()
    return driver


def nxos(folder):
    from napalm.nxos.nxos import NXOSDriver

    text = (folder / "summary.txt").read_bytes()

    class Device:
        """Stands for pynxos's."""

        def show(self, _command, raw_text=False):
            return json.loads(text)

    driver = NXOSDriver("router", "user", "password")
    driver.device = Device()
    return driver


def found(method, answer):
    """Neighbours, established ones, prefixes received."""
    if method == "get_bgp_neighbors":
        peers = [peer for vrf in answer.values() for peer in vrf["peers"].values()]
        families = [family for peer in peers for name, family in peer["address_family"].items() if "ipv4" in name]
        received = [family["received_prefixes"] for family in families]
        up = sum(peer["is_up"] for peer in peers)
    else:
        peers = [peer for vrf in answer.values() for group in vrf.values() for peer in group]
        received = [peer["received_prefix_count"] for peer in peers]
        up = sum(peer["up"] for peer in peers)
    return {"neighbors": len(peers), "established": up, "received": sum(max(count, 0) for count in received)}


def main():
    platform, method, folder, runs = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4])
    drivers = {"nxos_ssh": nxos_ssh, "nxos": nxos, "iosxr_netconf": iosxr_netconf, "ios": ios, "eos": eos, "junos": junos}
    driver = drivers[platform](folder)
    best = float("inf")
    for _ in range(runs + 1):
        started = time.perf_counter()
        answer = getattr(driver, method)()
        best = min(best, time.perf_counter() - started)
    print(json.dumps({"wall": best, "cpu": 0.0, "bytes": 0, **found(method, answer)}))


if __name__ == "__main__":
    main()
