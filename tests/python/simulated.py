"""What the tests of other people's clients share: simulated routers, and patience."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
USER, PASSWORD = "netops", "netops-password"


@contextlib.contextmanager
def simulate(*arguments):
    """The routers of the example `simulate` with these arguments, while it runs; PEERING_SIMULATE is its path, else cargo
    builds it."""
    program = os.environ.get("PEERING_SIMULATE")
    command = [program] if program else ["cargo", "run", "-q", "-p", "peering-examples", "--example", "simulate", "--"]
    command += map(str, arguments)
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as simulator:
        try:
            yield json.loads(simulator.stdout.readline())["routers"]
        finally:
            simulator.stdin.close()


def until(condition, seconds=12):
    """Waits for it to come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def pages(shell, prompt):
    """How many times the pager stops netmiko's `shell` in a configuration; `prompt` is the router's."""
    shell.send_command("terminal length 10")
    shell.write_channel("show running-config\n")
    paged = shell.read_until_pattern(r"--More--")
    while "--More--" in paged[-40:]:
        shell.write_channel(" ")
        paged += shell.read_until_pattern(rf"--More--|{prompt}\s*$")
    shell.send_command("terminal length 0")
    return paged.count("--More--")


def copy_there_and_back(netmiko, shell, folder, file_system):
    """netmiko sends `sent.cfg` and gets it again."""
    source, back = folder / "sent.cfg", folder / "back.cfg"
    source.write_text("hostname x\n" * 2000)
    sent = netmiko.file_transfer(shell, source_file=str(source), dest_file="sent.cfg", file_system=file_system)
    assert sent["file_transferred"] and sent["file_verified"]
    got = netmiko.file_transfer(
        shell, source_file="sent.cfg", dest_file=str(back), file_system=file_system, direction="get"
    )
    assert got["file_verified"] and back.read_text() == source.read_text()


class OpenSsh:
    """OpenSSH's own clients, logged in to one router. Where there are none, the test is skipped."""

    def __init__(self, folder, host, port):
        if not shutil.which("scp") or not shutil.which("ssh"):
            pytest.skip("no OpenSSH")
        askpass = folder / "askpass"
        askpass.write_text(f"#!/bin/sh\necho {PASSWORD}\n")
        askpass.chmod(0o700)
        self.environment = {**os.environ, "SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force"}
        self.options = ["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
        self.far, self.port = f"{USER}@{host}", str(port)

    def run(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, timeout=20)

    def ssh(self, command):
        """What a command on the router leaves: a `CompletedProcess`."""
        return self.run("ssh", "-p", self.port, *self.options, self.far, command)

    def scp(self, source, target, protocol="-O"):
        """Copies a file by SCP's own protocol (`-O`) or SFTP (`-s`); `:name` is one on the router."""
        paths = [f"{self.far}{path}" if str(path).startswith(":") else str(path) for path in (source, target)]
        return self.run("scp", protocol, "-P", self.port, *self.options, *paths)
