#!/bin/bash
# Formats, lints and types of the Python code: tests/types.sh VENV, with the package and its tests' requirements in it.
set -euo pipefail
cd "$(dirname "$0")/../peering-py"
BIN=$1/bin
"$BIN/ruff" format --check .
"$BIN/ruff" check .
"$BIN/python" -m mypy.stubtest peering --allowlist tests/stubtest-allowlist.txt
"$BIN/python" -m mypy --strict tests examples
"$BIN/basedpyright" --pythonpath "$BIN/python" --level error
