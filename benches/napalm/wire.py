"""NAPALM logs in, asks for the BGP neighbours, closes: wire.py PLATFORM "PORT FINGERPRINT" prints what it took, as JSON."""

import json
import sys
import time

from napalm import get_network_driver
from parse import found

#: What the simulator needs.
OPTIONS = {"iosxr_netconf": {"hostkey_verify": False, "allow_agent": False, "look_for_keys": False}}


def main():
    platform, port = sys.argv[1], int(sys.argv[2].split()[0])
    options = {"port": port, **OPTIONS.get(platform, {})}
    driver = get_network_driver(platform)("127.0.0.1", "bench", "bench-password", optional_args=options)
    started, processor = time.perf_counter(), time.process_time()
    driver.open()
    answer = driver.get_bgp_neighbors()
    driver.close()
    taken = {"wall": time.perf_counter() - started, "cpu": time.process_time() - processor, "bytes": 0}
    print(json.dumps({**taken, **found("get_bgp_neighbors", answer)}))


if __name__ == "__main__":
    main()
