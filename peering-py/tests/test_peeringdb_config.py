"""Settings from peeringdb-py's file and from the environment."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from peering.exceptions import OptionsError
from peering.peeringdb import Limits, Net
from peering.peeringdb._settings import read
from peering.peeringdb.config import Config, load_config, read_file

#: As ``peeringdb config set -n`` writes it.
WRITTEN = """\
log:
  allow_other_loggers: 0
  level: INFO
orm:
  backend: django_peeringdb
  database:
    engine: sqlite3
    host: ''
    name: /var/lib/peeringdb/peeringdb.sqlite3
    password: ''
    port: 0
    user: ''
  migrate: true
  secret_key: ''
sync:
  api_key: hunter2
  cache_dir: ~/.cache/peeringdb
  cache_url: https://files.example
  only: []
  password: 'secret # word'
  proxy: "http://me:pass@proxy.example:3128"
  strip_tz: 1
  timeout: 30
  url: https://mirror.example/api # ours
  user: me
"""
MEANT: dict[str, Any] = {
    "log": {"allow_other_loggers": 0, "level": "INFO"},
    "orm": {
        "backend": "django_peeringdb",
        "database": {
            "engine": "sqlite3",
            "host": "",
            "name": "/var/lib/peeringdb/peeringdb.sqlite3",
            "password": "",
            "port": 0,
            "user": "",
        },
        "migrate": True,
        "secret_key": "",
    },
    "sync": {
        "api_key": "hunter2",
        "cache_dir": "~/.cache/peeringdb",
        "cache_url": "https://files.example",
        "only": [],
        "password": "secret # word",
        "proxy": "http://me:pass@proxy.example:3128",
        "strip_tz": 1,
        "timeout": 30,
        "url": "https://mirror.example/api",
        "user": "me",
    },
}


def test_the_file_as_peeringdb_py_writes_it(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(WRITTEN)
    config = load_config(tmp_path, environ={"PDB_SYNC_URL": "https://elsewhere.example", "PDB_SYNC_LOOKBACK": "900"})
    assert config.api_key is not None and config.proxy is not None
    assert (config.url, config.api_key.expose(), config.timeout) == (
        "https://mirror.example/api",
        "hunter2",
        timedelta(seconds=30),
    )
    assert config.cache_path == Path("/var/lib/peeringdb/peeringdb.peering.sqlite")
    assert config.sync_options() == {"overlap": timedelta(minutes=15)}
    assert {"sync.user", "sync.password", "orm.migrate"} <= set(config.unused)
    assert "hunter2" not in repr(config) and "pass@" not in repr(config) and "secret # word" not in repr(config)
    client = config.client()
    assert client.has_key and client.base_url == "https://mirror.example/api"


def test_yaml_is_read_the_same_with_and_without_pyyaml(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("---\n" + WRITTEN + "  lists:\n  - net\n  - 'ix'\n")
    expected = {**MEANT, "sync": {**MEANT["sync"], "lists": ["net", "ix"]}}
    pytest.importorskip("yaml")
    assert read_file(path) == expected
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert read_file(path) == expected


@pytest.mark.parametrize(
    "text", ["a: &b c", "a: |\n  text", "- a", "a: {b: c}", "a:\n  - b: c", "a: 'it''s'", "  a: b\nc: d", "a b"]
)
def test_more_than_settings_is_refused_without_pyyaml(text: str) -> None:
    with pytest.raises(OptionsError, match="PyYAML"):
        read(text)


def test_other_forms_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(MEANT))
    assert load_config(tmp_path, environ={}).url == "https://mirror.example/api"
    old = {"peeringdb": {"url": "https://old.example/api"}, "database": {"engine": "mysql", "name": "peeringdb"}}
    (tmp_path / "config.json").write_text(json.dumps(old))
    config = load_config(tmp_path, environ={})
    assert config.url == "https://old.example/api" and config.cache_path.name == "peering.sqlite"
    if sys.version_info >= (3, 11):
        (tmp_path / "config.json").rename(tmp_path / "unused")
        (tmp_path / "config.toml").write_text('[sync]\nurl = "https://toml.example/api"\nonly = ["net"]\n')
        config = load_config(tmp_path, environ={})
        assert config.url == "https://toml.example/api" and config.sync_options() == {"kinds": [Net]}


@pytest.mark.parametrize(
    ("environ", "key"),
    [
        ({}, None),
        ({"PEERINGDB_API_KEY": "a", "SECRET_PEERINGDB_API_KEY": "b"}, "a"),
        ({"SECRET_PEERINGDB_API_KEY": "b"}, "b"),
        ({"PDB_SYNC_API_KEY": "c", "PEERINGDB_API_KEY": "a"}, "c"),
        ({"PEERINGDB_API_KEY": " "}, None),
    ],
)
def test_the_key_in_the_environment(environ: dict[str, str], key: str | None, tmp_path: Path) -> None:
    config = load_config(tmp_path, environ=environ)
    assert (None if config.api_key is None else config.api_key.expose()) == key


def test_the_key_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / ".peeringdb_api.key").write_text("hunter2\n")
    config = load_config(tmp_path / "nothing", environ={"HOME": str(tmp_path), "XDG_CACHE_HOME": "/cache"})
    assert config.api_key is not None and config.api_key.expose() == "hunter2"
    assert config.cache_path == Path("/cache/peeringdb/peering.sqlite")


@pytest.mark.parametrize(
    "text", ['{"sync": 1}', '{"sync": {"timeout": "soon"}}', '{"sync": {"only": ["nets"]}}', "{", "[]"]
)
def test_a_file_that_makes_no_sense_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(OptionsError):
        load_config(tmp_path, environ={})


def test_defaults_are_those_of_the_client(tmp_path: Path) -> None:
    config = load_config(tmp_path, environ={})
    assert config == Config() and config.client_options() == {"base_url": "https://www.peeringdb.com/api"}
    assert Config(cache_url="").client_options().get("bulk") is False
    assert Config(url="https://mirror.example/api").client_options().get("limits") == Limits.none()
