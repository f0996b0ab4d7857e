"""``python -m peering``: the command line."""

from __future__ import annotations

import sys

from peering.cli import main

if __name__ == "__main__":
    sys.exit(main())
