"""Changes a router's configuration, and keeps the change only if the BGP sessions come up.

    PEERING_PASSWORD=... python configure.py frr://netops@r1 change.txt 192.0.2.5 2001:db8::5

The router takes the change back by itself when this program, or the way to the router, does not survive it.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from peering import Router, Secret, Target

WINDOW = timedelta(minutes=5)


def main(url: str, file: str, *peers: str) -> int:
    """Diff, commit with a timer, look, confirm or revert."""
    platform, place = Target.from_url(url)
    password = Secret(os.environ["PEERING_PASSWORD"])
    target = place.replace(credentials=place.credentials.replace(password=password))
    with Router.connect(platform, target) as router:
        with router.candidate() as candidate:
            candidate.merge(Path(file).read_text())
            diff = candidate.diff()
            if not diff:
                print("nothing to change")
                return 0
            print(diff)
            confirming = candidate.commit_confirmed(WINDOW, message="configure.py")
        print(f"in force until {confirming.deadline:%H:%M:%S} unless confirmed")
        health = confirming.wait_for_sessions([ip_address(peer) for peer in peers], within=timedelta(seconds=60))
        for down in health.down:
            print(down)
        if health.is_healthy:
            confirming.confirm()
            print("confirmed")
            return 0
        confirming.revert()
        print("taken back")
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
