"""The command line ``peering``, also ``python -m peering``.

One module for each group of commands; :mod:`~peering.cli._call` has what a command is given, :mod:`~peering.cli._output` what
it prints with, :mod:`~peering.cli._exits` how it may end. What a command does is done by the library.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and gives the exit status. The arguments are the process's, if none are given.

    >>> main(["help", "exit-codes", "--json", "--quiet"])  # doctest: +ELLIPSIS
    {"version": 1, "command": "help", "ok": true, ...
    0
    """
    from peering.cli._call import run

    return run(list(sys.argv[1:] if arguments is None else arguments))
