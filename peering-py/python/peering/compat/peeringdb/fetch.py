"""Asking the server for objects as it sends them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from peering import _native
from peering._record import shape_of
from peering.exceptions import NotFoundError, PeeringError
from peering.peeringdb.client import Client
from peering.peeringdb.query import query

__all__ = ["Fetcher"]


class Fetcher:
    """Asks the server. What it gives are dictionaries as PeeringDB sends them.

    >>> from peering.peeringdb import Client
    >>> Fetcher(Client(base_url="http://127.0.0.1:8080/api/")).url
    'http://127.0.0.1:8080/api'
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def url(self) -> str:
        """The server's address."""
        return self._client.base_url.rstrip("/")

    def _rows(self, operation: _native.Operation) -> list[dict[str, Any]]:
        try:
            found: list[dict[str, Any]] = operation.wait().all()
        except PeeringError as error:
            # peeringdb-py's exception for whatever a server or the way to it does.
            raise ValueError(str(error)) from error
        return found

    def entries(self, tag: str, **filters: Any) -> list[dict[str, Any]]:
        """All live objects of a type, or those that pass filters."""
        return self._rows(self._client._inner.find(tag, shape_of(Any), query(filters)))

    def get(self, tag: str, pk: int, depth: int = 0, force_fetch: bool = False) -> dict[str, Any]:
        """One object, deleted or not. With a depth it has the objects around it, if it is live."""
        native, shape = self._client._inner, shape_of(Any)
        if depth > 0:
            try:
                found: dict[str, Any] | None = native.expanded(tag, shape, pk, depth).wait()
            except NotFoundError:
                found = None
            except PeeringError as error:
                raise ValueError(str(error)) from error
            if found is not None:
                return found
        since = datetime.fromtimestamp(1, timezone.utc)
        rows = self._rows(native.changed_since(tag, shape, since, query({"id": pk})))
        if not rows:
            raise ValueError(f"Object {tag} {pk} not found")
        return rows[0]
