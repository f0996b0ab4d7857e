"""Settings that people have already: peeringdb-py's configuration file, and the well-known environment variables.

>>> config = load_config("/no/such/directory", environ={"PEERINGDB_API_KEY": "hunter2"})
>>> config.api_key, config.url
(Secret(…), 'https://www.peeringdb.com/api')
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from peering._record import Record, record
from peering._secret import Secret
from peering.peeringdb.record import ObjectType, of_type

if TYPE_CHECKING:
    from peering.peeringdb.client import Client, ClientOptions
    from peering.peeringdb.fill import SyncOptions

__all__ = ["Config", "load_config", "read_file"]

#: Where peeringdb-py keeps its file.
DIRECTORY = "~/.peeringdb"
#: The API key in a file of its own, as arouteserver reads it.
KEY_FILE = "~/.peeringdb_api.key"

_SERVER = "https://www.peeringdb.com/api"
_FILES = "https://public.peeringdb.com"

#: Settings of the file's section ``sync`` with their environment variables; of ``orm.database`` below.
_SYNC = {
    "url": "PDB_SYNC_URL",
    "cache_url": "PDB_SYNC_CACHE_URL",
    "cache_dir": "PDB_SYNC_CACHE_DIR",
    "api_key": "PDB_SYNC_API_KEY",
    "proxy": "PDB_SYNC_PROXY",
    "timeout": "PDB_SYNC_TIMEOUT",
    "only": "PDB_SYNC_ONLY",
    "lookback": "PDB_SYNC_LOOKBACK",
    "user": "PDB_SYNC_USER",
    "password": "PDB_SYNC_PASSWORD",
}
_DATABASE = {"engine": "PDB_ORM_DB_ENGINE", "name": "PDB_ORM_DB_NAME"}
#: Variables for the API key besides peeringdb-py's, first come first served.
_KEYS = ("PEERINGDB_API_KEY", "SECRET_PEERINGDB_API_KEY")


@record()
class Config(Record):
    """What is configured. :meth:`client`, :meth:`sync_options` and :attr:`cache_path` say what it means here.

    >>> Config(url="http://127.0.0.1:8080/api", timeout=timedelta(seconds=30)).client()
    <Client of http://127.0.0.1:8080/api>
    >>> Config(database="peeringdb.sqlite3").cache_path
    PosixPath('peeringdb.peering.sqlite')
    """

    #: The server.
    url: str = _SERVER
    #: The folder of the published files of whole lists; empty for none.
    cache_url: str = _FILES
    #: A folder for files that can be had again.
    cache_dir: Path = Path("~/.cache/peeringdb")
    #: The API key.
    api_key: Secret | None = None
    #: A proxy for all requests.
    proxy: Secret | None = None
    #: Longest wait between two pieces of an answer; ``None`` for the default.
    timeout: timedelta | None = None
    #: The types to synchronise, by their tags; all if empty.
    only: tuple[str, ...] = ()
    #: How far before its newest row peeringdb-py asks again, if that is configured.
    lookback: timedelta | None = None
    #: The database of peeringdb-py, if one is configured. It is not ours: :attr:`cache_path` is a file beside it.
    database: str | None = None
    #: Django's engine of that database.
    engine: str = "sqlite3"
    #: The file that was read.
    source: Path | None = None
    #: What is configured and means nothing here, such as a login.
    unused: tuple[str, ...] = ()

    def client_options(self) -> ClientOptions:
        """The options of a :class:`~peering.peeringdb.Client`.

        PeeringDB's published limits are kept for PeeringDB's own servers; another one says itself when it is too much.
        """
        from peering.peeringdb.client import Limits

        options: ClientOptions = {"base_url": self.url}
        host = urlsplit(self.url).hostname or ""
        if host != "peeringdb.com" and not host.endswith(".peeringdb.com"):
            options["limits"] = Limits.none()
        if self.api_key is not None:
            options["api_key"] = self.api_key
        if self.proxy is not None:
            options["proxy"] = self.proxy
        if self.timeout is not None:
            options["read_timeout"] = self.timeout
        if not self.cache_url:
            options["bulk"] = False
        elif self.cache_url.rstrip("/") != _FILES:
            options["bulk"] = self.cache_url
        return options

    def client(self, **options: Any) -> Client:
        """A client with these settings; options count more than settings."""
        from peering.peeringdb.client import Client

        given: dict[str, Any] = {**self.client_options(), **options}
        return Client(**given)

    def sync_options(self) -> SyncOptions:
        """The options of a :func:`~peering.peeringdb.sync`."""
        options: SyncOptions = {}
        if self.only:
            options["kinds"] = [of_type(tag) for tag in self.only]
        if self.lookback is not None:
            # Ours is five minutes; asking for more costs little, for less loses rows.
            options["overlap"] = max(self.lookback, timedelta(minutes=5))
        return options

    @property
    def cache_path(self) -> Path:
        """Where our cache belongs: beside peeringdb-py's database if that is a file, else among the cached files."""
        if self.database and self.engine == "sqlite3" and self.database != ":memory:":
            return Path(self.database).expanduser().with_suffix(".peering.sqlite")
        return self.cache_dir.expanduser() / "peering.sqlite"


def load_config(directory: str | os.PathLike[str] | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """The settings of peeringdb-py's file in this directory (``~/.peeringdb``), then of the environment, then the defaults.

    That order is peeringdb-py's: the file counts most. What is blank there counts as left out. The API key may also stand in
    ``PEERINGDB_API_KEY``, ``SECRET_PEERINGDB_API_KEY`` or the file ``~/.peeringdb_api.key``. Without a file nothing is wrong;
    :class:`~peering.exceptions.OptionsError` if one is there and makes no sense.

    >>> load_config("/no/such/directory", environ={"PDB_SYNC_URL": "http://127.0.0.1:8080/api"}).url
    'http://127.0.0.1:8080/api'
    """
    environment = os.environ if environ is None else environ
    source = _find(Path(DIRECTORY if directory is None else directory).expanduser())
    return in_sections({} if source is None else read_file(source), source, environment)


def in_sections(data: Mapping[str, Any], source: Path | None, environ: Mapping[str, str]) -> Config:
    """The settings of a file's sections, then of the environment, then the defaults."""
    sync, database, unused = _sections(data)
    given: dict[str, Any] = {}
    for settings, section, path in ((_SYNC, sync, "sync"), (_DATABASE, database, "orm.database")):
        for name, variable in settings.items():
            value = section.get(name)
            if _is_blank(value):
                value = environ.get(variable)
            if not _is_blank(value):
                given[name] = value
        unused += [f"{path}.{name}" for name in section if name not in settings]
    unused += [f"sync.{name}" for name in ("user", "password") if given.pop(name, None) is not None]
    given.setdefault("api_key", _key(environ))
    if "cache_dir" not in given and environ.get("XDG_CACHE_HOME"):
        given["cache_dir"] = str(Path(environ["XDG_CACHE_HOME"], "peeringdb"))
    return _config(given, source, unused)


def _is_blank(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _key(environment: Mapping[str, str]) -> str | None:
    for variable in _KEYS:
        if not _is_blank(environment.get(variable)):
            return environment[variable]
    home = environment.get("HOME")
    path = Path(KEY_FILE.replace("~", home)) if home else None
    if path is None or not path.is_file():
        return None
    return path.read_text(encoding="utf-8").strip() or None


def _find(directory: Path) -> Path | None:
    names = ("config.yaml", "config.yml", "config.json", "config.toml")
    return next((directory / name for name in names if (directory / name).is_file()), None)


def _sections(data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """The sections of a file, of the old form (``peeringdb``, ``database``), too; and what else there is."""
    rest = dict(data)
    sync = {**_mapping(rest.pop("peeringdb", {})), **_mapping(rest.pop("sync", {}))}
    orm = _mapping(rest.pop("orm", {}))
    database = {**_mapping(rest.pop("database", {})), **_mapping(orm.pop("database", {}))}
    rest.pop("log", None)
    return sync, database, [*(f"orm.{name}" for name in orm), *rest]


def _mapping(value: Any) -> dict[str, Any]:
    from peering.exceptions import OptionsError

    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise OptionsError("a section of the configuration is no mapping of settings")
    return dict(value)


def _config(given: dict[str, Any], source: Path | None, unused: list[str]) -> Config:
    from peering.exceptions import OptionsError

    taken: dict[str, Any] = {"source": source, "unused": unused}
    for name in ("url", "cache_url", "cache_dir", "engine"):
        if name in given:
            taken[name] = str(given[name])
    for name, target in (("api_key", "api_key"), ("proxy", "proxy"), ("name", "database")):
        if given.get(name) is not None:
            taken[target] = str(given[name]).strip()
    for name in ("timeout", "lookback"):
        if name in given:
            try:
                seconds = int(given[name])
            except (TypeError, ValueError):
                raise OptionsError(f"`{name}` is a number of seconds, not {given[name]!r}") from None
            # Zero stands for the default.
            if seconds > 0:
                taken[name] = timedelta(seconds=seconds)
    only = given.get("only", ())
    tags = only.split(",") if isinstance(only, str) else only
    try:
        taken["only"] = tuple(ObjectType(str(tag).strip()).value for tag in tags)
    except ValueError as error:
        raise OptionsError(f"`only`: {error}") from None
    return Config(**taken)


def read_file(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What a configuration file says: JSON, TOML (Python 3.11 or ``tomli``), or YAML.

    PyYAML reads YAML if it is installed. Without it nested settings are read, as peeringdb-py writes them; whatever is more
    is an :class:`~peering.exceptions.OptionsError`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     path = Path(directory, "config.yaml")
    ...     written = path.write_text("sync:\\n  url: https://mirror.example/api\\n  only: []\\n")
    ...     read_file(path)
    {'sync': {'url': 'https://mirror.example/api', 'only': []}}
    """
    from peering.exceptions import OptionsError

    path = Path(path)
    text = path.read_text(encoding="utf-8")
    try:
        data = _PARSERS[path.suffix](text)
    except KeyError:
        raise OptionsError(f"{path}: a configuration ends in {', '.join(_PARSERS)}") from None
    except OptionsError as error:
        raise OptionsError(f"{path}: {error.message}") from None
    except Exception as error:
        # Every parser has an exception of its own; its text may repeat a line with a password.
        raise OptionsError(f"{path} cannot be read ({type(error).__name__})") from None
    return _mapping(data)


def _json(text: str) -> Any:
    import json

    return json.loads(text)


def _toml(text: str) -> Any:
    import importlib

    try:
        toml = importlib.import_module("tomllib")
    except ImportError:
        toml = importlib.import_module("tomli")
    return toml.loads(text)


def _yaml(text: str) -> Any:
    import importlib

    from peering.peeringdb import _settings

    try:
        yaml = importlib.import_module("yaml")
    except ImportError:
        return _settings.read(text)
    return yaml.safe_load(text)


_PARSERS = {".yaml": _yaml, ".yml": _yaml, ".json": _json, ".toml": _toml}
