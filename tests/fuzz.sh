#!/bin/bash
# Fuzzes the parsers for a short while, guided by coverage, with stable Rust: tests/fuzz.sh [SECONDS [TARGET…]]
# It needs a C++ compiler, for libFuzzer. What it finds goes below target/fuzz/; fuzz/README.md tells about long runs.
set -euo pipefail
cd "$(dirname "$0")/.."
SECONDS_EACH=${1:-15}
RUNS=${RUNS:-200000}
SEED=${SEED:-0} # 0: another one each time
shift $(($# > 0 ? 1 : 0))
TARGETS=("$@")
[ ${#TARGETS[@]} -gt 0 ] || TARGETS=(template as_set cipher network netconf replies shell)
CARGO=${CARGO:-cargo}
OUT=$PWD/target/fuzz
HOST=$(rustc -vV | sed -n 's/^host: //p')

# What cargo-fuzz gives, without the sanitizers that need a nightly compiler. The separator is the one that cargo asks
# for; with a target named, build scripts and macros are left without coverage.
separated() { local IFS=$'\x1f'; printf '%s' "$*"; }
CARGO_ENCODED_RUSTFLAGS=$(separated -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-sanitizer-coverage-stack-depth \
  --cfg fuzzing -Dwarnings)
export CARGO_ENCODED_RUSTFLAGS CARGO_TARGET_DIR=$OUT
# The versions that the library is tested with.
[ tests/fuzz/Cargo.lock -nt Cargo.lock ] || cp Cargo.lock tests/fuzz/Cargo.lock
"$CARGO" build --release --manifest-path tests/fuzz/Cargo.toml --target "$HOST"

# The stack of every thread but the first; who renders a template mostly does it there.
ulimit -s 2048
for target in "${TARGETS[@]}"; do
  printf '\n--- %s\n' "$target"
  crashes=$OUT/artifacts/$target/
  mkdir -p "$OUT/corpus/$target" "$crashes"
  options=(-max_total_time="$SECONDS_EACH" -runs="$RUNS" -seed="$SEED" -timeout=10 -rss_limit_mb=2048 -max_len=4096
    -artifact_prefix="$crashes" -print_final_stats=1)
  dictionary=tests/fuzz/dictionaries/$target.dict
  [ ! -e "$dictionary" ] || options+=(-dict="$dictionary")
  seeds=tests/fuzz/corpus/$target
  [ -d "$seeds" ] || seeds=tests/captures # what parsers are tested with
  if ! "$OUT/$HOST/release/$target" "${options[@]}" "$OUT/corpus/$target" "$seeds" \
    > "$OUT/$target.log" 2>&1; then
    tail -n 60 "$OUT/$target.log"
    input=$(find "$crashes" -type f -newer "$OUT/corpus/$target" -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-)
    if [ -n "$input" ]; then
      printf '\n%s failed on this input, %s:\n' "$target" "$input"
      cat -v "$input"
      echo
    fi
    exit 1
  fi
  grep -E '^(stat::(number_of_executed_units|peak_rss_mb)|Done)' "$OUT/$target.log"
done
