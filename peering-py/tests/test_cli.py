"""The frame of the command line: words, help, envelope, exit codes, what it prints where."""

from __future__ import annotations

import doctest
import importlib
import json
import os
import pkgutil
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import peering.cli
import pytest
from command_line import CommandLine
from peering import exceptions
from peering.cli._arguments import parser
from peering.cli._exits import EXITS, exit_of
from peering.cli._output import Bar, Output, duration, table
from peering.cli._settings import Settings

COMMANDS = "sync get exchanges peers missing render diff apply confirm revert poll ping doctor help".split()


@pytest.mark.parametrize("name", [found.name for found in pkgutil.iter_modules(peering.cli.__path__, "peering.cli.")])
def test_doctests(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("words", [["--help"], [], *([command, "--help"] for command in COMMANDS)])
def test_help(run: CommandLine, words: list[str]) -> None:
    ended = run(*words)
    assert ended.code == 0 and ended.stderr == ""
    assert "peering " in ended.stdout
    if words and words[0] in COMMANDS:
        assert "examples:" in ended.stdout and f"peering {words[0]}" in ended.stdout


def test_help_names_every_command(run: CommandLine) -> None:
    listed = re.findall(r"^    (\w+)  ", run("--help").stdout, re.MULTILINE)
    assert listed == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_of_the_help_are_understood(run: CommandLine, command: str) -> None:
    text = run(command, "--help").stdout.partition("examples:")[2]
    examples = [line.strip() for line in text.splitlines() if line.strip().startswith("peering ")]
    assert examples
    for example in examples:
        words = re.split(r"  +|\|\|?|>|&&", example)[0]
        parsed = parser().parse_args([word.strip("'\"") for word in re.findall(r"'[^']*'|\"[^\"]*\"|\S+", words)[1:]])
        assert parsed.command in COMMANDS


def test_version(run: CommandLine) -> None:
    import peering as package

    assert run("--version").stdout == f"peering {package.__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["bogus"],
        ["get"],
        ["get", "planet"],
        ["exchanges", "AS0"],
        ["poll", "--parallel", "0", "--all"],
        ["apply", "--within", "soon", "--all"],
        ["poll", "--password", "hunter2"],
    ],
)
def test_words_that_are_not_understood(run: CommandLine, words: list[str]) -> None:
    ended = run(*words)
    assert ended.code == 2 and ended.stdout == "" and ended.stderr.startswith("error: ")
    ended = run(*words, "--json")
    assert (ended.code, ended.kind, ended.stderr) == (2, "usage", "")


def test_every_kind_of_error_has_an_exit_code() -> None:
    seen = {}
    for name in exceptions.__all__:
        kind = getattr(exceptions, name)
        if isinstance(kind, type) and issubclass(kind, exceptions.PeeringError) and kind is not exceptions.PeeringError:
            found = exit_of(kind("words"))
            assert found.code >= 10, name
            seen[found.code] = name
    assert len(seen) == 16
    assert len({exit.code for exit in EXITS.values()}) == len(EXITS)
    assert exit_of(ZeroDivisionError()).code == 1
    assert exit_of(FileNotFoundError()).kind == "storage"


def test_the_table_of_exit_codes(run: CommandLine) -> None:
    lines = run("help", "exit-codes").stdout.splitlines()
    printed = {match[2]: int(match[1]) for line in lines if (match := re.match(r" *(\d+)  (\S+)  +\S", line))}
    assert printed == {exit.kind: exit.code for exit in EXITS.values()}
    data = run("help", "exit-codes", "--json").data
    assert {entry["kind"]: entry["code"] for entry in data["exit_codes"]} == printed


@pytest.mark.parametrize("topic", ["config", "environment", "exit-codes", "json", "network", "passwords"])
def test_topics(run: CommandLine, topic: str) -> None:
    ended = run("help", topic)
    assert ended.code == 0 and len(ended.stdout) > 200
    assert topic in run("help").stdout


def test_the_document_of_the_help_is_one(run: CommandLine) -> None:
    from peering import Network
    from peering.cli._topics import DOCUMENT

    network = Network.from_yaml(DOCUMENT)
    assert [router.name for router in network.routers] == ["edge1"]
    assert all(line in run("help", "network").stdout for line in DOCUMENT.splitlines())


def test_a_topic_that_is_none(run: CommandLine) -> None:
    assert run("help", "love").code == 14


def test_global_options_stand_before_and_after_the_command(run: CommandLine) -> None:
    assert run("--json", "help").envelope["ok"]
    assert run("help", "--json").envelope["ok"]
    assert run("--cache", "a", "--json", "get", "ix").envelope["error"]["message"].count(" a;") == 1
    assert run("get", "ix", "--json", "--cache", "b").envelope["error"]["message"].count(" b;") == 1


def test_help_comes_without_what_commands_need() -> None:
    script = (
        "import sys; sys.argv = ['peering', '--help']\n"
        "from peering.cli import main\n"
        "main()\n"
        "heavy = {'asyncio', 'logging', 'subprocess', 'json', 'peering.router', 'peering.peeringdb', 'peering.model'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr.strip() == "[]"


def test_a_reader_that_goes_away(run: CommandLine) -> None:
    command = f"{sys.executable} -m peering help exit-codes; echo $? >&2"
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            ["sh", "-c", command], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    finally:
        os.close(writer)
    assert done.stderr == "141\n"


def test_ctrl_c(run: CommandLine, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "peering", "ping", "--json", "--router", "frr://u@127.0.0.1:9", "--password-command"]
    running = subprocess.Popen(
        [*words, f"touch {tmp_path / 'begun'}; exec sleep 60"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 30
    while not (tmp_path / "begun").exists() and time.monotonic() < end:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    stdout, stderr = running.communicate(timeout=30)
    assert running.returncode == 130
    assert json.loads(stdout)["error"]["kind"] == "interrupted"
    assert "Traceback" not in stderr


def test_a_defect_is_one_line_unless_debugging(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    from peering.cli import _topics

    monkeypatch.setitem(_topics._TOPICS, "broken", ("nothing", lambda: str(1 / 0)))
    ended = run("help", "broken")
    assert (ended.code, ended.stderr) == (1, "error: ZeroDivisionError: division by zero\n")
    assert run("help", "broken", "--json").kind == "failed"
    assert "Traceback" in run("help", "broken", "--debug").stderr


def test_tables_cannot_be_broken_by_what_strangers_write() -> None:
    lines = table(["AS", "name"], [[1, "Evil\x1b[2J\nAS2 \u202enice"], [22, "ネット"]])
    assert lines == ["AS  name", " 1  Evil [2J AS2  nice", "22  ネット"]
    assert table(["a", "b"], []) == ["a  b"]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0s"), (59, "59s"), (60, "1m"), (3661, "1h 1m"), (90061, "1d 1h"), (86400, "1d")]
)
def test_durations(seconds: int, words: str) -> None:
    from datetime import timedelta

    assert duration(timedelta(seconds=seconds)) == words


def test_colours(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    Output().print("x", style="red")
    assert capsys.readouterr().out == "\x1b[31mx\x1b[0m\n"
    monkeypatch.setenv("NO_COLOR", "1")
    Output().print("x", style="red")
    assert capsys.readouterr().out == "x\n"


def test_a_bar_is_drawn_for_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with Output().bar() as bar:
        bar.show("fetching", 1, 2)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with Output().bar() as bar:
        bar.show("fetching net", 50, 100)
    drawn = capsys.readouterr().err
    assert "fetching net" in drawn and " 50%" in drawn and drawn.endswith("\r\x1b[2K")
    for silent in (Output(is_quiet=True), Output(is_json=True)):
        assert not silent.bar().is_shown
    assert not Bar(None).is_shown


def test_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.json"
    monkeypatch.setenv("PEERING_CONFIG", str(file))
    with pytest.raises(exceptions.NotFoundError):
        Settings.load()
    file.write_text(
        json.dumps(
            {
                "target": {"port": 22, "credentials": {"username": "all"}},
                "routers": {"r1": {"target": {"credentials": {"username": "one"}}, "options": {"a": 1}}},
            }
        )
    )
    settings = Settings.load()
    assert settings.router("r1") == ({"port": 22, "credentials": {"username": "one"}}, {"a": 1})
    assert settings.router("r2") == ({"port": 22, "credentials": {"username": "all"}}, {})
    settings.router("r1")[0]["credentials"]["username"] = "changed"
    assert settings.router("r2")[0]["credentials"]["username"] == "all"
    for wrong, kind in (
        ("[]", exceptions.OptionsError),
        ("{", exceptions.OptionsError),
        ('{"cash": "x"}', exceptions.OptionsError),
        ('{"routers": {"r1": {"port": 1}}}', exceptions.OptionsError),
        ('{"target": {"credentials": {"password": "hunter2"}}}', exceptions.OptionsError),
    ):
        file.write_text(wrong)
        with pytest.raises(kind) as raised:
            Settings.load()
        assert "hunter2" not in str(raised.value)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="this Python reads no TOML")
def test_settings_in_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("PEERING_CONFIG", raising=False)
    (tmp_path / "peering").mkdir()
    (tmp_path / "peering" / "config.toml").write_text('cache = "x"\n[routers.r1]\ntarget = { port = 830 }\n')
    settings = Settings.load()
    assert settings.text("cache") == "x"
    assert settings.router("r1") == ({"port": 830}, {})
