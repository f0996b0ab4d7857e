#!/bin/bash
# Installs what the tests need from Debian's packages, when it is missing. Root only; starts nothing.
set -euo pipefail
need=()
for package in frr frr-pythontools bird2 openbgpd libyang2-tools netconfd openssh-server openssh-client iproute2 procps socat jq git gcc g++ libc6-dev python3-venv bgpq4; do
  [ "$(dpkg-query -W -f '${Status}' "$package" 2> /dev/null)" = "install ok installed" ] || need+=("$package")
done
[ ${#need[@]} -gt 0 ] || exit 0
export DEBIAN_FRONTEND=noninteractive
made=
if [ ! -e /usr/sbin/policy-rc.d ]; then # packages would start their services
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  made=yes
fi
trap '[ -z "$made" ] || rm -f /usr/sbin/policy-rc.d' EXIT
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${need[@]}"
