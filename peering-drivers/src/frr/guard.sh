# peering-guard STATE VERB [ID [ARG]]: transactions for FRRouting, on the router itself. POSIX sh, no root.
#
# STATE       a folder that exists while somebody holds the lock; it is renamed into place whole
# STATE/holder      id, boot id, uptime at which the lease ends, name: readable for everybody
# STATE/pending.ID  whoever renames it away has won, confirm or expiry
# STATE/deadline    the uptime at which the change is taken back
# STATE/p/          base, target and logs: for the owner only, they hold passwords
# STATE.done.ID     what became of a pending commit
# STATE.off.ID      a lock that nobody waits for any more
#
# Exit codes: 0 done, 10 locked by somebody else, 11 not pending any more, 12 the running configuration moved,
# 13 refused (words on stdout), 14 this shell cannot do it, 15 confirmed but not saved, 16 still applying.
set -u
umask 077
trap '' HUP PIPE
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/sbin:/usr/local/bin
S=$1 V=$2 ID=${3-} ARG=${4-}
LEASE=600
LIMIT=300 # the longest that applying may take
GRACE=20  # the longest from applied to verified

up() { read -r u _ < /proc/uptime && echo "${u%.*}"; }
boot() { cat /proc/sys/kernel/random/boot_id; }
running() { vtysh -c 'show running-config no-header' < /dev/null; }
same() { [ "$(sort "$1" | cksum)" = "$(sort "$2" | cksum)" ]; }
reload() {
  for r in /usr/lib/frr/frr-reload.py /usr/libexec/frr/frr-reload.py /usr/local/lib/frr/frr-reload.py; do
    [ -x "$r" ] && echo "$r" && return 0
  done
  return 1
}
R=$(reload) || R=
frr() { # MODE FILE: frr-reload for a file named frr.conf in a folder of its own, which it takes for its configuration folder
  # so: elsewhere it would `write memory` by itself, and its own temporary file lands where only we can read it
  "$R" "--$1" --stdout --confdir "$2" --rundir "$2" "$2/frr.conf" < /dev/null 2>&1
}
folder() { # NAME: such a folder
  mkdir -p "$S/p/$1" || return 1
  [ -e "$S/p/$1/vtysh.conf" ] || cat /etc/frr/vtysh.conf > "$S/p/$1/vtysh.conf" 2> /dev/null || echo 'service integrated-vtysh-config' > "$S/p/$1/vtysh.conf"
}

holder() { sed -n "$1p" "$S/holder" 2> /dev/null; }
sign() { # the lease begins anew
  printf '%s\n%s\n%s\n%s\n' "$ID" "$(boot)" "$(($(up) + LEASE))" "$1" > "$2.new" && chmod 644 "$2.new" && mv -f "$2.new" "$2"
}
mine() { # every verb that names an id needs the lock under that id
  [ -O "$S" ] && [ "$(holder 1)" = "$ID" ] && return 0
  [ -e "$S.done.$ID" ] && { outcome; exit 11; }
  [ -d "$S" ] && { holder 4; exit 10; }
  exit 11
}
settled() { # somebody else has won: wait until it is known what became of the change
  n=0
  while { [ ! -e "$S.done.$ID" ] || [ "$(holder 1)" = "$ID" ]; } && [ $n -lt 60 ]; do
    n=$((n + 1))
    sleep 1
  done
  outcome
}
outcome() { cat "$S.done.$ID" 2> /dev/null; }
release() { mv -T "$S" "$S.gone.$ID" && rm -rf "$S.gone.$ID"; }
finish() { # outcome first, then the lock
  printf '%s\n' "$1" > "$S/p/done" && chmod 644 "$S/p/done" && mv -f "$S/p/done" "$S.done.$ID"
  release
}
win() { mv "$S/pending.$ID" "$S/taken.$ID" 2> /dev/null; }
go_back() { # only for the winner: the saved configuration is put into force again
  a=$(cat "$S/p/apply" 2> /dev/null) && grep -q frr-reload "/proc/$a/cmdline" 2> /dev/null && kill -9 "$a" $(cat "/proc/$a/task/$a/children") 2> /dev/null
  n=0
  while [ $n -lt 5 ]; do
    frr reload "$S/p/base" > "$S/p/revert.log" && running > "$S/p/now/frr.conf" && same "$S/p/now/frr.conf" "$S/p/base/frr.conf" && {
      finish "$1"
      return 0
    }
    n=$((n + 1))
    sleep 1
  done
  finish "$1, but the configuration differs from the one before"
  echo 'it failed to put the old configuration back exactly; look at it'
  return 1
}
pending_id() { for f in "$S"/pending.*; do [ -e "$f" ] && echo "${f##*/pending.}" && return 0; done; return 1; }
stale() { # the lease is over or the router has been restarted, and no timer is running
  [ "$(holder 2)" != "$(boot)" ] && return 0
  pending_id > /dev/null && return 1
  [ "$(up)" -gt "$(holder 3)" ] 2> /dev/null
}
testing() { # what frr-reload would do for the target, and, as its noise, for the running configuration itself
  running > "$S/p/now/frr.conf" || return 14
  frr test "$S/p/now" > "$S/p/noise" &
  frr test "$S/p/target" > "$S/p/test"
  t=$?
  wait $! || t=14
  cat "$S/p/test"
  echo '@@noise'
  cat "$S/p/noise"
  [ $t = 1 ] && t=13
  return $t
}
arm() { # SECONDS: from now, and the second that has begun
  echo "$(($(up) + $1 + 1))" > "$S/deadline.new" && chmod 644 "$S/deadline.new" && mv -f "$S/deadline.new" "$S/deadline"
}
left() { read -r d < "$S/deadline" && echo "$((d - $(up) - 1))"; } # at least

case $V in
  probe)
    echo "user $(id -un)"
    echo "boot $(boot)"
    vtysh -c 'show version' > /dev/null 2>&1 < /dev/null && echo 'vtysh yes'
    [ -n "$R" ] && "$R" --help > /dev/null 2>&1 < /dev/null && echo "reload $R"
    d=$(mktemp -d "$S.probe.XXXXXX" 2> /dev/null) && mkdir "$d/a" && mv -T "$d/a" "$d/b" && echo 'state yes'
    [ -n "$d" ] && rm -rf "$d"
    if [ -d "$S" ]; then
      echo "holder $(holder 4)"
      echo "id $(holder 1)"
      [ -O "$S" ] && echo 'own yes'
      stale && echo 'stale yes'
      p=$(pending_id) && echo "pending $p" && echo "left $(left)"
    fi
    for f in "$S".done.*; do
      case $f in *.new) continue ;; esac
      [ -O "$f" ] && echo "done ${f##*.done.} $(cat "$f")"
    done
    exit 0
    ;;
  lock) # ARG: the holder's name
    find "${S%/*}" -maxdepth 1 -user "$(id -un)" \( -name "${S##*/}.done.*" -o -name "${S##*/}.off.*" \) -mmin +1440 -exec rm -f {} + 2> /dev/null
    if [ -d "$S" ] && stale; then
      old=$(holder 1)
      p=$(pending_id) && printf 'ended by a restart of the router\n' > "$S.done.$p" && chmod 644 "$S.done.$p"
      if mv -T "$S" "$S.stale.$ID" 2> /dev/null; then # unless somebody was quicker and this is their fresh one
        if [ "$(sed -n 1p "$S.stale.$ID/holder")" = "$old" ]; then rm -rf "$S.stale.$ID"; else mv -T "$S.stale.$ID" "$S"; fi
      fi
    fi
    mkdir "$S.new.$ID" && chmod 755 "$S.new.$ID" && mkdir "$S.new.$ID/p" && sign "$ARG" "$S.new.$ID/holder" || exit 14
    (S=$S.new.$ID && folder base && folder target && folder now && running > "$S/p/base/frr.conf") || { rm -rf "$S.new.$ID"; exit 14; }
    mv -T "$S.new.$ID" "$S" 2> /dev/null || { rm -rf "$S.new.$ID"; holder 4; exit 10; }
    [ -e "$S.off.$ID" ] && { release; rm -f "$S.off.$ID"; exit 14; }
    cat "$S/p/base/frr.conf"
    ;;
  stage) # ARG: the size; the target on stdin; the grammar is checked before it counts
    mine
    cat > "$S/p/target.new" && [ "$(($(wc -c < "$S/p/target.new")))" = "${ARG:-x}" ] || exit 14
    sign "$(holder 4)" "$S/holder"
    vtysh -C -f "$S/p/target.new" > "$S/p/words" 2>&1 < /dev/null || { cat "$S/p/words"; exit 13; }
    mv -f "$S/p/target.new" "$S/p/target/frr.conf"
    ;;
  test)
    mine
    sign "$(holder 4)" "$S/holder"
    testing
    ;;
  apply) # ARG: the window in seconds; it begins when the change is applied, and again when it is verified
    mine
    running > "$S/p/now/frr.conf" || exit 14
    cmp -s "$S/p/now/frr.conf" "$S/p/base/frr.conf" || exit 12
    sign "$(holder 4)" "$S/holder"
    arm $((ARG + LIMIT)) && : > "$S/pending.$ID" || exit 14
    ( # the guard: nobody stops it but by taking the file away
      trap '' INT TERM
      lost=0
      while [ "$(left)" -ge 0 ] && [ $lost -lt 3 ]; do
        [ -e "$S/pending.$ID" ] || exit 0
        # not applied and nobody at it any more: somebody has killed it half-way
        if [ -e "$S/applied.$ID" ] || kill -0 $$ 2> /dev/null; then lost=0; else lost=$((lost + 1)); fi
        sleep 1
      done
      [ $lost = 0 ] && why='expired without confirmation' || why='taken back, because applying it was interrupted'
      win && go_back "$why"
    ) < /dev/null > /dev/null 2>&1 &
    (exec "$R" --reload --stdout --confdir "$S/p/target" --rundir "$S/p/target" "$S/p/target/frr.conf") < /dev/null > "$S/p/words" 2>&1 &
    a=$!
    echo "$a" > "$S/p/apply"
    wait "$a"
    rc=$?
    rm -f "$S/p/apply"
    if [ $rc != 0 ]; then
      cat "$S/p/words"
      win && { go_back "refused by the router (frr-reload ended with $rc)" || exit 14; } || settled
      exit 13
    fi
    arm $((ARG + GRACE)) && : > "$S/applied.$ID" || exit 14
    echo "left $(left)"
    ;;
  verify) # ARG: the window; the same as test, while the commit is pending
    mine
    testing
    t=$?
    arm "$ARG" || exit 14
    [ -e "$S/pending.$ID" ] || { settled; exit 11; }
    echo "@@left $(left)"
    exit $t
    ;;
  confirm)
    mine
    [ -e "$S/applied.$ID" ] || exit 16
    mv "$S/pending.$ID" "$S/confirmed.$ID" 2> /dev/null || { settled; exit 11; }
    vtysh -c 'write memory' > "$S/p/words" 2>&1 < /dev/null || {
      cat "$S/p/words"
      finish 'confirmed, but not saved'
      exit 15
    }
    finish 'confirmed'
    ;;
  revert)
    mine
    win || { settled; exit 11; }
    go_back "${ARG:-reverted}" || exit 14
    ;;
  rescue) # the deadline is long past and the timer has not acted: somebody has killed it
    [ -e "$S/pending.$ID" ] && [ "$(left)" -lt -10 ] || exit 11
    mine
    win || exit 11
    go_back 'expired without confirmation' || exit 14
    ;;
  discard) # ARG: not empty when the answer to lock was not waited for, so that it may still be at work
    [ -n "$ARG" ] && : > "$S.off.$ID"
    [ -O "$S" ] && [ "$(holder 1)" = "$ID" ] || exit 0
    [ -e "$S/pending.$ID" ] && exit 16
    release
    rm -f "$S.off.$ID"
    ;;
  forget) # the outcome has been read
    rm -f "$S.done.$ID"
    ;;
  *)
    exit 14
    ;;
esac
