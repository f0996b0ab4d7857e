#!/bin/bash
# Checks that each feature of the libraries builds alone. In a folder of its own, so that other builds need not wait.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=$PWD/target/features CARGO_INCREMENTAL=0
for feature in "" peeringdb cache template irr conformance schema bundled-sqlite; do
  cargo check -q -p peering-core --no-default-features --features "$feature"
done
for feature in "" arista_eos cisco_ios cisco_iosxr cisco_nxos frr http juniper_junos netconf sftp shell ssh sim; do
  cargo check -q -p peering-drivers --no-default-features --features "$feature"
done
