#!/bin/bash
# Formats, lints and types of the Python code: tests/types.sh VENV, with the package and its tests' requirements in it.
set -euo pipefail
cd "$(dirname "$0")/../peering-py"
BIN=$1/bin
"$BIN/ruff" format --check .
"$BIN/ruff" check .
"$BIN/python" -m mypy.stubtest peering --allowlist tests/stubtest-allowlist.txt
"$BIN/python" -m mypy --strict tests examples
# The examples as a user's program, and the package itself where it is installed.
"$BIN/basedpyright" --pythonpath "$BIN/python" --level error
config=$(mktemp -d)
trap 'rm -r "$config"' EXIT
package=$("$BIN/python" -c 'import pathlib, peering; print(pathlib.Path(peering.__file__).parent)')
printf '{"include": ["%s"], "typeCheckingMode": "standard", "enableTypeIgnoreComments": true}' "$package" > "$config/pyrightconfig.json"
"$BIN/basedpyright" -p "$config" --pythonpath "$BIN/python" --level error
