#!/bin/bash
# lab.sh up | down | exec ROUTER CMD... | env
# Two FRR routers behind real OpenSSH on one machine: each in namespaces of its own (network, mount, UTS, PID), on one
# LAN, with its sshd offered on loopback. Root only; no file of the machine is changed; ending one process per router
# ends all of it. Accounts: netops and other (shell); cli (vtysh as login shell), paged (the same with a pager), birdc (that
# of the BIRD that stands beside FRR, with many routes and no neighbour).
set -euo pipefail
LAB=$(cd "$(dirname "$0")" && pwd)
ST=$(realpath -m "${LAB_STATE:-$LAB/../../target/lab}")
case $ST in /run/* | /var/log/* | /var/tmp/*) echo "LAB_STATE must not lie in $ST: routers have their own there" >&2; exit 2 ;; esac
PORT=${LAB_PORT:-2211}
PASSWORD=lab-password
NS=peering$PORT
ROUTERS="r1:1:64501 r2:2:64502"
# Port on loopback, router, port of the sshd in it: password or key; keyboard-interactive only; key and password.
FORWARDS="$PORT:r1:22 $((PORT + 1)):r2:22 $((PORT + 2)):r1:2222 $((PORT + 3)):r1:2223"

inside() { local n=$1; shift; nsenter -t "$(cat "$ST/$n/pid")" -m -u -n -p -- "$@"; }

accounts() { # private passwd, shadow and group
  local d=$1 hash
  hash=$(openssl passwd -6 -salt labsalt "$PASSWORD")
  cp /etc/passwd /etc/group "$d/"
  install -m 640 -g shadow /etc/shadow "$d/shadow"
  local id=2001 name shell
  for user in netops:/bin/bash other:/bin/bash cli:/usr/bin/vtysh paged:/run/lab/paged birdc:/usr/sbin/birdc; do
    name=${user%%:*} shell=${user#*:}
    echo "$name:x:$id:$id::/run/lab/home/$name:$shell" >> "$d/passwd"
    echo "$name:$hash:19700:0:99999:7:::" >> "$d/shadow"
    echo "$name:x:$id:" >> "$d/group"
    for group in frr frrvty bird; do sed -i "s/^\($group:x:[0-9]*:.*[^:]\)$/\1,$name/; s/^\($group:x:[0-9]*:\)$/\1$name/" "$d/group"; done
    id=$((id + 1))
  done
  # may log in, but not talk to FRR; and one without a shell
  for user in guest:/bin/bash mute:/bin/false; do
    echo "${user%%:*}:x:$id:$id::/run/lab:${user#*:}" >> "$d/passwd"
    echo "${user%%:*}:$hash:19700:0:99999:7:::" >> "$d/shadow"
    echo "${user%%:*}:x:$id:" >> "$d/group"
    id=$((id + 1))
  done
}

bird_config() {
  printf 'router id 192.0.2.1;\nprotocol device {}\nprotocol static many {\n  ipv4;\n'
  seq 0 399 | awk '{ printf "  route 100.64.%d.%d/26 blackhole;\n", $1 / 4, $1 % 4 * 64 }'
  printf '}\n'
}

sshd_config() {
  cat << EOF
Port $1
PidFile /run/lab/sshd-$1.pid
HostKey /run/lab/hostkey_ed25519
HostKey /run/lab/hostkey_rsa
AuthorizedKeysFile /run/lab/authorized_keys
StrictModes no
PermitRootLogin no
PrintMotd no
UseDNS no
MaxStartups 100
MaxSessions 50
EOF
  case $1 in
    22) printf 'UsePAM no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n' ;;
    2222) printf 'UsePAM yes\nPubkeyAuthentication no\nPasswordAuthentication no\nKbdInteractiveAuthentication yes\n' ;;
    2223) printf 'UsePAM no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\nAuthenticationMethods publickey,password\n' ;;
  esac
}

start() { # NAME NUMBER ASN
  local n=$1 i=$2 d=$ST/$1 c=
  mkdir -p "$d"
  ip netns add "$NS-$n"
  ip -n "$NS-$n" link set lo up
  ip -n "$NS-$n" link add lan0 type veth peer name "$n" netns $NS
  ip -n $NS link set "$n" master br0 up
  ip netns exec "$NS-$n" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.lan0.accept_dad=0
  ip -n "$NS-$n" addr add "192.0.2.$i/24" dev lan0
  ip -n "$NS-$n" addr add "192.0.2.1$i/24" dev lan0
  ip -n "$NS-$n" addr add "2001:db8:ffff::$i/64" dev lan0 nodad
  ip -n "$NS-$n" link set lan0 up
  accounts "$d"
  # PID 1 of the router
  nsenter --net="/run/netns/$NS-$n" unshare --fork --pid --mount --uts --kill-child --mount-proc \
    bash -c 'trap "exit 0" TERM; while :; do sleep 3600 & wait $!; done' > /dev/null 2>&1 < /dev/null &
  echo $! > "$d/holder"
  for _ in $(seq 100); do
    c=$(cat "/proc/$(cat "$d/holder")/task/$(cat "$d/holder")/children" 2> /dev/null || true)
    [ -n "$c" ] && [ "$(readlink "/proc/${c% }/ns/uts")" != "$(readlink /proc/self/ns/uts)" ] && break
    sleep 0.05
  done
  echo "${c% }" > "$d/pid"
  bird_config > "$d/bird.conf"
  printf '#!/bin/sh\nVTYSH_PAGER="more -e" exec vtysh\n' > "$d/paged"
  for port in 22 2222 2223; do sshd_config $port > "$d/sshd_config.$port"; done
  inside "$n" bash -c "
    set -e
    hostname $n
    mount -t sysfs sysfs /sys
    mount -t tmpfs -o mode=755 tmpfs /run
    mkdir -p /run/lab/frr /run/sshd /run/lab/log /run/lab/tmp
    cp $d/passwd $d/group $d/sshd_config.* $ST/authorized_keys $ST/hostkey_* /run/lab/
    install -m 640 -g shadow $d/shadow /run/lab/shadow
    install -o frr -g frr -m 640 $LAB/$n.conf /run/lab/frr/frr.conf
    install -o frr -g frr -m 640 $LAB/daemons /run/lab/frr/
    printf 'service integrated-vtysh-config\n' > /run/lab/frr/vtysh.conf
    chown frr:frr /run/lab/frr /run/lab/frr/vtysh.conf && chmod 750 /run/lab/frr
    chmod 644 /run/lab/authorized_keys; chmod 600 /run/lab/hostkey_*; chmod 1777 /run/lab/tmp
    mount --bind /run/lab/log /var/log
    mount --bind /run/lab/tmp /var/tmp
    install -d -o frr -g frr /var/log/frr /var/tmp/frr
    for f in passwd shadow group; do mount --bind /run/lab/\$f /etc/\$f; done
    mount --bind /run/lab/frr /etc/frr
    echo $n > /run/lab/hostname; mount --bind /run/lab/hostname /etc/hostname
    for user in netops other cli paged birdc; do install -d -o \$user -g \$user /run/lab/home/\$user; done
    install -m 755 $d/paged /run/lab/
    install -d -o bird -g bird /run/bird; cp $d/bird.conf /run/lab/
    /usr/sbin/bird -u bird -g bird -c /run/lab/bird.conf
    /usr/lib/frr/frrinit.sh start > /run/lab/frr.log 2>&1
    for port in 22 2222 2223; do /usr/sbin/sshd -f /run/lab/sshd_config.\$port -E /run/lab/sshd.log; done"
}

up() {
  down
  mkdir -p "$ST"
  for key in id_ed25519 id_rsa hostkey_ed25519 hostkey_rsa; do
    [ -f "$ST/$key" ] || ssh-keygen -q -t "${key#*_}" -N '' -C "peering lab" -f "$ST/$key"
  done
  [ -f "$ST/id_locked" ] || ssh-keygen -q -t ed25519 -N "$PASSWORD" -C "peering lab" -f "$ST/id_locked"
  cat "$ST"/id_*.pub > "$ST/authorized_keys"
  ip netns add $NS
  ip -n $NS link set lo up
  ip -n $NS link add br0 type bridge
  ip -n $NS link set br0 up
  for router in $ROUTERS; do
    IFS=: read -r n i asn <<< "$router"
    start "$n" "$i" "$asn"
  done
  : > "$ST/forwards"
  for forward in $FORWARDS; do
    IFS=: read -r port n inner <<< "$forward"
    socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,nodelay,fork" \
      "EXEC:nsenter --net=/run/netns/$NS-$n socat - TCP\:127.0.0.1\:$inner\,nodelay" > /dev/null 2>&1 < /dev/null &
    echo "$port $!" >> "$ST/forwards"
  done
  awk -v port="$PORT" '{ for (p = port; p < port + 4; p++) print "[127.0.0.1]:" p, $1, $2 }' \
    "$ST/hostkey_ed25519.pub" "$ST/hostkey_rsa.pub" > "$ST/known_hosts"
  env_file > "$ST/env"
  for router in $ROUTERS; do
    for _ in $(seq 100); do inside "${router%%:*}" vtysh -c 'show bgp summary' > /dev/null 2>&1 && break; sleep 0.1; done
  done
}

env_file() {
  cat << EOF
PEERING_LAB=$ST
PEERING_LAB_PORT=$PORT
PEERING_LAB_PASSWORD=$PASSWORD
EOF
}

end() { # PID WORD: only a process that is ours, by a word of its command line
  [ -n "$1" ] && tr '\0' ' ' < "/proc/$1/cmdline" 2> /dev/null | grep -q -- "$2" && kill -9 "$1" 2> /dev/null || true
}

down() {
  if [ -f "$ST/forwards" ]; then
    while read -r port pid; do end "$pid" "TCP-LISTEN:$port"; done < "$ST/forwards"
    rm -f "$ST/forwards"
  fi
  for router in $ROUTERS; do
    local n=${router%%:*}
    for file in pid holder; do
      [ -f "$ST/$n/$file" ] && end "$(cat "$ST/$n/$file")" 'sleep 3600'
    done
    rm -rf "${ST:?}/$n"
    ip netns del "$NS-$n" 2> /dev/null || true
  done
  ip netns del $NS 2> /dev/null || true
}

command=${1:-}
shift || true
case $command in
  up) up ;;
  down) down ;;
  exec) inside "$@" ;;
  env) cat "$ST/env" ;;
  *)
    sed -n 2,6p "$0"
    exit 2
    ;;
esac
