"""ncclient and our client do the same steps on the same NETCONF server, and are told the same.

The server is Debian's netconfd (tests/lab/netconf.sh up), named by PEERING_NETCONF; our side is the binary `netconf` of
tests/, built already or by cargo. Never `validate` before `commit`: this server then commits nothing.
"""

import json
import os
import pathlib
import subprocess
import time

import pytest

ncclient = pytest.importorskip("ncclient.manager")
etree = pytest.importorskip("lxml.etree")

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAB = "urn:example:peering-lab"
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"

if "PEERING_NETCONF" not in os.environ:
    assert "CI" not in os.environ, "in CI the server must be up: tests/lab/netconf.sh up"
    pytest.skip("PEERING_NETCONF names no running server", allow_module_level=True)

STATE = pathlib.Path(os.environ["PEERING_NETCONF"])
ENV = dict(line.split("=", 1) for line in (STATE / "env").read_text().split())


def bgp(inside, operation=None):
    operation = f' nc:operation="{operation}"' if operation else ""
    return f'<bgp xmlns="{LAB}" xmlns:nc="{NC}"{operation}>{inside}</bgp>'


def neighbor(address, inside="<remote-as>64501</remote-as>", operation=None):
    operation = f' nc:operation="{operation}"' if operation else ""
    return f"<neighbor{operation}><address>{address}</address>{inside}</neighbor>"


def step(session, do, **parameters):
    return {"session": session, "do": do, **parameters}


def edit(session, config, test_then_set=False, rollback_on_error=False, target="candidate"):
    options = {"test_then_set": test_then_set, "rollback_on_error": rollback_on_error}
    return step(session, "edit-config", target=target, config=config, **options)


def commit(session, confirmed=False, timeout=None, persist=None, persist_id=None):
    options = {"timeout": timeout, "persist": persist, "persist_id": persist_id}
    return step(session, "commit", confirmed=confirmed, **options)


def get(session, source="running"):
    return step(session, "get-config", source=source, subtree=f'<bgp xmlns="{LAB}"/>')


def lock(session, do="lock"):
    return step(session, do, target="candidate")


def discard(session):
    return step(session, "discard-changes")


FRESH = [step("a", "open"), discard("a"), edit("a", bgp("", "remove")), commit("a")]
MANY = "".join(neighbor(f"198.18.{number // 200}.{number % 200 + 1}") for number in range(2000))
GROUP = "<peer-group><name>exchange</name><maximum-prefixes>100</maximum-prefixes></peer-group>"
FULL = (
    "<remote-as>64501</remote-as><description>one &lt;&amp;&gt; \u00e9 &#x41; &quot;</description>"
    "<peer-group>exchange</peer-group><passive/>"
)

CASES = {
    "hello": [step("b", "open"), step("b", "close")],
    "edit, discard, commit": [
        edit("a", bgp("<as>64500</as>" + GROUP + neighbor("192.0.2.1", FULL)), True, True),
        get("a"),
        get("a", "candidate"),
        discard("a"),
        get("a", "candidate"),
        edit("a", bgp(GROUP + neighbor("192.0.2.1", FULL) + neighbor("2001:db8::1"))),
        commit("a"),
        get("a"),
    ],
    "locks": [
        step("b", "open"),
        lock("a"),
        lock("b"),
        edit("b", bgp(neighbor("192.0.2.1"))),
        lock("a", "unlock"),
        lock("a", "unlock"),
        lock("b"),
        step("a", "kill-session", other="b"),
        step("a", "wait", seconds=1),
        lock("a"),
        lock("a", "unlock"),
    ],
    "errors": [
        answer
        for inside in [
            "<nonsense/>",
            "<as>abc</as>",
            "<as>0</as>",
            neighbor("192.0.2.9", operation="delete"),
            neighbor("not one"),
            neighbor("192.0.2.9", ""),
            neighbor("192.0.2.9", "<remote-as>1</remote-as><peer-group>none</peer-group>"),
            neighbor("192.0.2.9", "<remote-as>1</remote-as><description>" + "x" * 65 + "</description>"),
            "<neighbor><remote-as>1</remote-as></neighbor>",
            neighbor("192.0.2.1") + neighbor("192.0.2.9", operation="delete"),
        ]
        for answer in (edit("a", bgp(inside), rollback_on_error=True), get("a", "candidate"), discard("a"))
    ]
    + [step("a", "raw", operation='<no-such xmlns="urn:example:no"/>')],
    "confirmed, not confirmed": [
        edit("a", bgp(neighbor("192.0.2.1"))),
        commit("a", confirmed=True, timeout=2),
        get("a"),
        step("a", "wait", seconds=4),
        get("a"),
        discard("a"),
    ],
    "confirmed in time": [
        edit("a", bgp(neighbor("192.0.2.1"))),
        commit("a", confirmed=True, timeout=2),
        commit("a"),
        step("a", "wait", seconds=4),
        get("a"),
    ],
    "persist": [
        edit("a", bgp(neighbor("192.0.2.1"))),
        commit("a", confirmed=True, timeout=60, persist="<word>"),
        step("a", "close"),
        step("b", "open"),
        commit("b"),
        commit("b", persist_id="no"),
        commit("b", persist_id="<word>"),
        get("b"),
        edit("b", bgp(neighbor("192.0.2.2"))),
        commit("b", confirmed=True, timeout=60, persist="word"),
        get("b"),
        step("b", "cancel-commit", persist_id="word"),
        get("b"),
        discard("b"),
    ],
    "two thousand": [edit("a", bgp(MANY)), commit("a"), get("a"), edit("a", bgp("", "delete")), commit("a"), get("a")],
}


def local(name):
    return etree.QName(name).localname


def tree(element):
    children = [tree(child) for child in element if isinstance(child.tag, str)]
    # The text between children is white space.
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    attributes = {local(name): value for name, value in element.attrib.items()}
    return [local(element.tag), attributes, text.strip(), children]


class Theirs:
    """The steps by ncclient."""

    def __init__(self):
        self.sessions = {}

    def open(self):
        session = ncclient.connect(
            host="127.0.0.1",
            port=int(ENV["PEERING_NETCONF_PORT"]),
            username="netops",
            key_filename=str(STATE / "id_ed25519"),
            hostkey_verify=False,
            allow_agent=False,
            look_for_keys=False,
            timeout=20,
        )
        session.raise_mode = 0
        return session

    def holder(self, error):
        if not error.info:
            return None
        number = etree.fromstring(error.info.encode()).findtext("{*}session-id")
        return next((name for name, session in self.sessions.items() if session.session_id == number), None)

    def error(self, error):
        found = {name: getattr(error, name) for name in ("type", "tag", "severity", "app_tag", "path", "message")}
        found = {name: value.strip() if value else None for name, value in found.items()}
        return {**found, "holder": self.holder(error)}

    def run(self, step):
        step = dict(step)
        name, do = step.pop("session"), step.pop("do").replace("-", "_")
        if do == "open":
            self.sessions[name] = self.open()
            return {"capabilities": sorted(self.sessions[name].server_capabilities)}
        if do == "wait":
            time.sleep(step["seconds"])
            return {"ok": True}
        session = self.sessions[name]
        if do == "close":
            return {"ok": self.sessions.pop(name).close_session().ok}
        if do == "get_config":
            reply = session.get_config(source=step["source"], filter=("subtree", step["subtree"]))
        elif do == "edit_config":
            reply = session.edit_config(
                target=step["target"],
                config=f"<config>{step['config']}</config>",
                test_option="test-then-set" if step["test_then_set"] else None,
                error_option="rollback-on-error" if step["rollback_on_error"] else None,
            )
        elif do == "kill_session":
            reply = session.kill_session(self.sessions[step["other"]].session_id)
        elif do == "raw":
            reply = session.dispatch(etree.fromstring(step["operation"]))
        elif do == "commit":
            timeout = str(step.pop("timeout")) if step["timeout"] else step.pop("timeout")
            reply = session.commit(timeout=timeout, **step)
        else:
            reply = getattr(session, do)(**step)
        if reply.errors:
            return {"errors": [self.error(error) for error in reply.errors]}
        data = getattr(reply, "data_ele", None)
        if data is not None:
            return {"data": [tree(child) for child in data]}
        return {"ok": reply.ok}

    def close(self):
        for session in self.sessions.values():
            session._session.close()


def theirs(steps):
    runner = Theirs()
    try:
        return [runner.run(step) for step in steps]
    finally:
        runner.close()


def ours(steps):
    program = os.environ.get("PEERING_NETCONF_CLIENT")
    command = [program] if program else ["cargo", "run", "-q", "-p", "peering-tests", "--bin", "netconf"]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(steps), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("case", CASES)
def test_both_are_told_the_same(case):
    steps = FRESH + CASES[case]
    expected, found = theirs(steps), ours(steps)
    for step, one, other in zip(steps, expected, found, strict=True):
        assert one == other, step
    assert len(found) == len(steps)


def test_the_steps_are_not_all_the_same():
    """What the cases rest on: data, errors and locks did come."""
    found = [answer for case in ("locks", "errors", "two thousand") for answer in ours(FRESH + CASES[case])]
    tags = {error["tag"] for answer in found for error in answer.get("errors", [])}
    assert {"lock-denied", "unknown-element", "data-missing", "invalid-value"} <= tags
    assert any(error["holder"] == "a" for answer in found for error in answer.get("errors", []))
    neighbors = [len(answer["data"][0][3]) for answer in found if answer.get("data")]
    assert max(neighbors) == 2000
