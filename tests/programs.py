"""Runs test programs that cargo has built, one after the other: programs.py BUILT [--but] NAME…

BUILT is what `cargo test --no-run --message-format json` has printed; `--but` runs all others. The first that fails ends it.
cargo itself would build more for such a choice (`--lib` takes every library, whether it has tests or not), and waits for other
builds before it begins.
"""

import json
import os
import subprocess
import sys
from pathlib import Path


def main() -> None:
    built, *names = sys.argv[1:]
    others = "--but" in names
    wanted = set(names) - {"--but"}
    programs = {}
    for line in Path(built).read_text().splitlines():
        message = json.loads(line)
        if message.get("executable") and message["profile"]["test"]:
            programs[message["executable"]] = (message["target"]["name"], Path(message["manifest_path"]).parent)
    missing = wanted - {name for name, _ in programs.values()}
    if missing:
        sys.exit(f"not built: {', '.join(sorted(missing))}")
    for program, (name, folder) in programs.items():
        if (name in wanted) != others:
            print(f"     Running {name}", flush=True)
            environment = {**os.environ, "CARGO_MANIFEST_DIR": str(folder)}
            if subprocess.run([program], cwd=folder, env=environment).returncode:
                sys.exit(f"{name} failed")


main()
