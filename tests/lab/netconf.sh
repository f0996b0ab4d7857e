#!/bin/bash
# netconf.sh up | down | env
# Debian's netconfd (yuma123) behind real OpenSSH on loopback, with the module of yang/ and, where the shared data are
# there, Juniper's. In namespaces of its own (mount, PID): root only, no file of the machine is changed, and ending one
# process ends all of it. Account: netops, by password or key. One port further, SSH without NETCONF.
set -euo pipefail
LAB=$(cd "$(dirname "$0")" && pwd)
ST=$(realpath -m "${LAB_STATE:-$LAB/../../target/lab}")/netconf
case $ST in /run/* | /tmp/lab/*) echo "LAB_STATE must not lie in $ST: the server has its own there" >&2; exit 2 ;; esac
PORT=${NETCONF_PORT:-2230}
PASSWORD=lab-password
VENDOR=$(realpath -m "${PEERING_SHARED:-$LAB/../../../shared}")/yang/junos
MARK="peering netconf lab $PORT"

accounts() { # private passwd, shadow and group
  cp /etc/passwd /etc/group "$ST/"
  install -m 640 -g shadow /etc/shadow "$ST/shadow"
  echo "netops:x:2001:2001::/run/lab/home:/bin/bash" >> "$ST/passwd"
  echo "netops:$(openssl passwd -6 -salt labsalt "$PASSWORD"):19700:0:99999:7:::" >> "$ST/shadow"
  echo "netops:x:2001:" >> "$ST/group"
}

sshd_config() {
  cat << EOT
ListenAddress 127.0.0.1
Port $PORT
PidFile none
HostKey /run/lab/hostkey_ed25519
AuthorizedKeysFile /run/lab/authorized_keys
StrictModes no
PermitRootLogin no
UsePAM no
PasswordAuthentication yes
KbdInteractiveAuthentication no
PrintMotd no
UseDNS no
MaxStartups 100
MaxSessions 50
Subsystem netconf "/usr/sbin/netconf-subsystem --ncxserver-sockname=$PORT@/run/lab/ncxserver.sock"
EOT
}

inside() { # PID 1 of the server's namespaces
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir -p /run/lab/root /run/sshd
  cp "$ST"/{passwd,group,sshd_config,authorized_keys,hostkey_ed25519} /run/lab/
  install -m 640 -g shadow "$ST/shadow" /run/lab/shadow
  chmod 600 /run/lab/hostkey_ed25519
  for file in passwd shadow group; do mount --bind /run/lab/$file /etc/$file; done
  install -d -o netops -g netops /run/lab/home
  modules=(--module=peering-lab) path=$LAB/yang
  if [ -d "$VENDOR" ]; then
    path=$path:$VENDOR
    for module in junos-conf-root junos-conf-policy-options junos-conf-protocols junos-conf-routing-options; do modules+=("--module=$module"); done
  fi
  cd /run/lab/root # a backup of the configuration goes where it was started
  HOME=/run/lab/root /usr/sbin/netconfd --no-startup --target=candidate --access-control=off --superuser=netops \
    "${modules[@]}" "--modpath=$path:/usr/share/yuma/modules" --ncxserver-sockname=/run/lab/ncxserver.sock \
    "--port=$PORT" > "$ST/netconfd.log" 2>&1 < /dev/null &
  for _ in $(seq 300); do [ -S /run/lab/ncxserver.sock ] && break; sleep 0.1; done
  sed "/^Subsystem/d; s/^Port .*/Port $((PORT + 1))/" /run/lab/sshd_config > /run/lab/sshd_config.plain
  /usr/sbin/sshd -f /run/lab/sshd_config.plain -E "$ST/sshd.log"
  exec /usr/sbin/sshd -D -f /run/lab/sshd_config -E "$ST/sshd.log"
}

up() {
  down
  mkdir -p "$ST"
  for key in id_ed25519 hostkey_ed25519; do
    [ -f "$ST/$key" ] || ssh-keygen -q -t ed25519 -N '' -C "peering lab" -f "$ST/$key"
  done
  cp "$ST/id_ed25519.pub" "$ST/authorized_keys"
  accounts
  sshd_config > "$ST/sshd_config"
  awk -v port="$PORT" '{ for (p = port; p < port + 2; p++) print "[127.0.0.1]:" p, $1, $2 }' "$ST/hostkey_ed25519.pub" > "$ST/known_hosts"
  unshare --fork --pid --mount --kill-child --mount-proc bash "$LAB/netconf.sh" inside "$MARK" \
    > "$ST/inside.log" 2>&1 < /dev/null &
  echo $! > "$ST/holder"
  cat > "$ST/env" << EOT
PEERING_NETCONF=$ST
PEERING_NETCONF_PORT=$PORT
PEERING_NETCONF_PASSWORD=$PASSWORD
EOT
  for _ in $(seq 300); do
    if (exec 3<> "/dev/tcp/127.0.0.1/$PORT") 2> /dev/null; then return; fi
    sleep 0.1
  done
  echo "no server came up; see $ST" >&2
  tail -n 20 "$ST"/*.log >&2
  exit 1
}

down() {
  if [ -f "$ST/holder" ]; then
    local pid
    pid=$(cat "$ST/holder")
    # Only a process that is ours. Its end is its child's, and that child's is everybody's.
    if tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -q -- "$MARK"; then kill -9 "$pid" 2> /dev/null || true; fi
    rm -f "$ST/holder"
  fi
}

case ${1:-} in
  up) up ;;
  down) down ;;
  env) cat "$ST/env" ;;
  inside) inside ;;
  *)
    sed -n 2,6p "$0"
    exit 2
    ;;
esac
