#!/bin/bash
# Runs every example as a user would; with the argument `lab`, turnup and poll on the lab's real routers.
set -euo pipefail
cd "$(dirname "$0")/.."
SHARED=${PEERING_SHARED:-../shared}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
export XDG_CACHE_HOME=$WORK/cache XDG_STATE_HOME=$WORK/state
run() { echo "\$ $*" >&2; cargo run -q --release --example "$@"; }
# Reads to the end, so that who writes is not cut off.
has() { grep -- "$1" > "$WORK/found"; }
fail() { echo "examples: $*" >&2; exit 1; }

if [ "${1:-}" = lab ]; then
  lab() { tests/lab/lab.sh exec "$@"; }
  port=$(sed -n 's/^PEERING_LAB_PORT=//p' "$LAB_STATE/env")
  PEERING_PASSWORD=$(sed -n 's/^PEERING_LAB_PASSWORD=//p' "$LAB_STATE/env")
  export PEERING_PASSWORD
  url=frr://netops@127.0.0.1:$port
  peers="192.0.2.2 2001:db8:ffff::2"
  forget() { # r1 knows nothing of r2
    for peer in $peers; do lab r1 vtysh -c 'configure terminal' -c 'router bgp 64501' -c "no neighbor $peer" > /dev/null 2>&1 || true; done
  }
  passwords() { # r2 asks for these, or for none
    lab r2 vtysh -c 'configure terminal' -c 'router bgp 64502' \
      -c "${1:-no} neighbor 192.0.2.1 password ${2:-}" -c "${1:-no} neighbor 2001:db8:ffff::1 password ${3:-}" > /dev/null
  }
  turnup() { run turnup -- --dump tests/data/lab-peeringdb --asn 64501 --router "$url" "$@"; }
  forget
  passwords
  turnup --dry-run
  for peer in $peers; do ! lab r1 vtysh -c 'show running-config' | has "neighbor $peer " || fail "a dry run changed the router"; done
  turnup
  for peer in $peers; do lab r1 vtysh -c "show bgp neighbors $peer json" | has '"bgpState":"Established"' || fail "$peer is not established"; done
  lab r1 grep -q 'neighbor 192.0.2.2 remote-as 64502' /etc/frr/frr.conf || fail "the confirmed change was not saved"
  turnup | tee "$WORK/again"
  grep -q 'nothing to change' "$WORK/again" || fail "a second turnup wants to change something"
  run poll -- "$url" | has 'ipv6-unicast' || [ "${PIPESTATUS[0]}" = 2 ] || fail "poll"
  # the peer's password is not ours: nothing comes up, everything goes back
  forget
  passwords " " not-ours not-ours
  if turnup --wait 5; then fail "turnup succeeded although no session can come up"; fi
  for peer in $peers; do ! lab r1 vtysh -c 'show running-config' | has "neighbor $peer " || fail "the change is still there"; done
  passwords " " lab-md5-four lab-md5-six
  exit 0
fi

run turnup -- --dry-run > /dev/null
run turnup -- --cache "$WORK/sample.sqlite"
run peers -- --cache "$WORK/sample.sqlite" --asn 64500
run peers -- --cache "$WORK/sample.sqlite" --asn 64500 --ix 3 --json | python3 -c 'import json, sys; json.load(sys.stdin)'
# a day later: what `since` would answer
mkdir "$WORK/later"
echo '{"data": [{"id": 1, "org_id": 1, "asn": 64496, "name": "Renamed", "status": "ok", "updated": "2030-01-01T00:00:00Z"}], "meta": {}}' > "$WORK/later/net.json"
run sync -- --dump "$WORK/later" --cache "$WORK/sample.sqlite" > /dev/null
run changes -- --cache "$WORK/sample.sqlite" --asn 64500 | tee "$WORK/changes"
grep -q '→ "Renamed"' "$WORK/changes" || fail "the change is not told"
mirror() { run mirror -- --cache "$WORK/sample.sqlite" "$@"; }
mirror search renamed | has '"Renamed"' || fail "the renamed network is not found"
mirror near 1 500 > /dev/null
mirror largest > "$WORK/largest"
head -n 3 "$WORK/largest"
[ -z "$(mirror check)" ] || fail "the mirror is not sound"
mirror copy "$WORK/copy.sqlite"
[ -z "$(mirror repair "$WORK/later")" ] || fail "a sound mirror was repaired"
dd if=/dev/zero of="$WORK/copy.sqlite" bs=4096 count=1 conv=notrunc status=none
run mirror -- --cache "$WORK/copy.sqlite" repair examples/data/peeringdb-sample | has damaged || fail "no repair"
[ -z "$(run mirror -- --cache "$WORK/copy.sqlite" check)" ] || fail "the repaired mirror is not sound"
run import -- tests/data/peering-manager "$WORK/network.yaml" | tee "$WORK/import"
grep -q 'Unknown .*devices/routers: future_field' "$WORK/import" || fail "what is not known is not told"
grep -q 'name: edge1.example.net' "$WORK/network.yaml" || fail "there is no router"
! grep -q do-not-show "$WORK/import" "$WORK/network.yaml" || fail "a login was shown"
run render -- examples/data/network.yaml edge1 > "$WORK/edge1.conf" 2> "$WORK/findings"
grep -q '^router bgp 64500' "$WORK/edge1.conf" || fail "no configuration was rendered"
! grep -v '^\$ ' "$WORK/findings" || fail "the shipped templates have findings"
if [ -d "$SHARED/peeringdb" ]; then
  run sync -- --dump "$SHARED/peeringdb/real-2022-10-06" --cache "$WORK/real.sqlite"
  run turnup -- --dump "$SHARED/peeringdb/real-2022-10-06" --asn 2603 --dry-run | tail -40
fi
# poll, on what `simulate` serves until its stdin is closed
coproc simulate { cargo run -q --release --example simulate; }
read -r serving <&"${simulate[0]}"
first() { # KEY...: of the first router
  python3 -c 'import functools, json, sys; print(functools.reduce(lambda at, key: at[key], sys.argv[2:], json.loads(sys.argv[1])["routers"][0]))' "$serving" "$@"
}
url=frr://netops@$(first host):$(first port)
PEERING_PASSWORD=$(first users netops)
export PEERING_PASSWORD
status=0
run poll -- "$url" || status=$?
[ "$status" = 0 ] || [ "$status" = 2 ] || fail "poll ended with $status"
PEERING_RECORD=$WORK/poll.jsonl run poll -- "$url" > "$WORK/live" || [ "$?" = 2 ] || fail "poll does not record"
! grep -q "$PEERING_PASSWORD" "$WORK/poll.jsonl" || fail "a password was recorded"
pid=$simulate_PID stdin=${simulate[1]}
exec {stdin}>&-
wait "$pid"
PEERING_REPLAY=$WORK/poll.jsonl run poll -- "$url" > "$WORK/replayed" || [ "$?" = 2 ] || fail "poll does not replay"
diff "$WORK/live" "$WORK/replayed" || fail "a replay is not what was recorded"
