"""Other projects' interfaces over this library, for programs that are written against them."""

from __future__ import annotations

__all__: list[str] = []
