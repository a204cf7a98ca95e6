#!/usr/bin/env bash
# The life of the package on a machine that is thrown away: an overlay over this one in a mount namespace of its own, so nothing is left here.
#
#   package-life.sh plain|booted PACKAGE.deb CAPTURE
#
# plain: no service manager runs, as in a container. booted: the folder is there by which packages know systemd, and a systemctl that writes down
# what it is asked. Prints a line for each thing that holds; ends with 1 at the first that does not.
set -euo pipefail
phase=$1 package=$2 capture=$3

if [ "${4:-}" != inside ]; then
  exec unshare --mount --pid --net --fork --kill-child --propagation private bash "$0" "$phase" "$package" "$capture" inside
fi
scratch=/mnt
mount -t tmpfs -o mode=755 tmpfs "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$scratch/upper,workdir=$scratch/work" "$scratch/root"
root=$scratch/root
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
cp "$package" "$root/tmp/first.deb"
cp "$capture" "$root/tmp/capture.pcapng"

# The next version: another configuration file too, as when a release brings new keys.
next() {
  dpkg-deb -R "$package" "$root/tmp/next"
  sed -i 's/^Version: .*/Version: 99.0/' "$root/tmp/next/DEBIAN/control"
  sed -i '1i // The next version.' "$root/tmp/next/etc/sensor/appsettings.json"
  dpkg-deb --root-owner-group -Zgzip -z1 -b "$root/tmp/next" "$root/tmp/next.deb" >/dev/null
  rm -r "$root/tmp/next"
}
next

cat >"$root/tmp/life" <<'END'
set -euo pipefail
cd /
export DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
holds() { local what=$1; shift; if "$@" >/tmp/said 2>&1; then echo "holds: $what"; else echo "FAILS: $what"; tail -n 30 /tmp/said /tmp/asked 2>/dev/null; exit 1; fi; }
not() { ! "$@"; }
quietly() { "$@" >/tmp/said 2>&1 || { echo "FAILS: $*"; cat /tmp/said; exit 1; }; }
as_sensor() { setpriv --reuid sensor --regid sensor --clear-groups --no-new-privs "$@"; }
all_files() { find /etc /usr /var /opt /home /root /run -xdev \( -path /var/lib/dpkg -o -path /var/cache -o -path /var/log/dpkg.log -o -path /var/backups \) -prune \
  -o -print | grep -v -E '^/etc/(passwd|group|shadow|gshadow|subuid|subgid)-$|^/run/(adduser|lock)' | sort; }
same_files() { all_files >/tmp/after; diff /tmp/before /tmp/after; }
version=$(dpkg-deb -f /tmp/first.deb Version)
all_files >/tmp/before

if [ "$1" = plain ]; then
  quietly dpkg -i /tmp/first.deb
  holds "installed" dpkg -s sensor
  holds "the program says the package's version" test "$(sensor --version)" = "sensor $version"
  holds "its user cannot log in" test "$(getent passwd sensor | cut -d: -f6-)" = /var/lib/sensor:/usr/sbin/nologin
  holds "state and logs are the user's alone" test "$(stat -c '%U:%G:%a' /var/lib/sensor /var/log/sensor | sort -u)" = sensor:sensor:750
  holds "nothing is enabled" test -z "$(find /etc/systemd -name sensor.service)"
  holds "the shipped configuration is found and right" test "$(as_sensor sensor check)" = "/etc/sensor/appsettings.json: OK"
  holds "a capture is read as the sensor's user" as_sensor sh -c 'sensor replay /tmp/capture.pcapng --format eve -o /var/lib/sensor/eve.json'
  holds "and attacks are named, the PAC's among them" grep -q '"detector":"pac-diverts-everything"' /var/lib/sensor/eve.json
  holds "the SQLite beside the program is found" test -e /usr/lib/sensor/libe_sqlite3.so
  for page in sensor sensor-appsettings sensor.service; do holds "man $page" man -w "$page"; done
  holds "bash completes" bash -c '. /usr/share/bash-completion/completions/sensor && complete -p sensor'
  # Started plain, as its user, with CAP_NET_RAW and nothing else, as the unit does.
  ip link set lo up
  install -d -o sensor -g sensor -m 750 /run/sensor
  RUNTIME_DIRECTORY=/run/sensor setpriv --reuid sensor --regid sensor --clear-groups --no-new-privs --inh-caps -all,+net_raw \
    --ambient-caps -all,+net_raw --bounding-set -all,+net_raw sensor run -i lo --config /etc/sensor/appsettings.json >/tmp/run.out 2>/tmp/run.log &
  daemon=$!
  for _ in $(seq 300); do grep -q 'capturing on lo' /tmp/run.log && break; kill -0 $daemon 2>/dev/null || break; sleep 0.1; done
  holds "the daemon captures: $(tail -n 1 /tmp/run.log)" grep -q 'capturing on lo' /tmp/run.log
  holds "CAP_NET_RAW is all it has" grep -q -P '^CapEff:\t0000000000002000$' /proc/$daemon/status
  holds "its store is in /var/lib/sensor" test -s /var/lib/sensor/sensor.db
  holds "root is told how it is" sh -c 'sensor status | grep -q /var/lib/sensor/sensor.db'
  holds "others are not" not setpriv --reuid nobody --regid nogroup --clear-groups sensor status
  kill -TERM $daemon
  holds "SIGTERM ends it with 0" wait $daemon
  rm -rf /run/sensor
  holds "the selftest comes through" sensor selftest
  install -o sensor -g sensor -m 640 /var/lib/sensor/eve.json /var/log/sensor/eve.json
  if command -v logrotate >/dev/null; then
    quietly logrotate -f -s /tmp/logrotate.state /etc/logrotate.d/sensor
    holds "logrotate puts the EVE file aside" test -e /var/log/sensor/eve.json.1 -a ! -e /var/log/sensor/eve.json
  fi
  sed -i 's/"Observer": "sensor"/"Observer": "rack-7"/' /etc/sensor/appsettings.json
  quietly dpkg --force-confdef --force-confold -i /tmp/next.deb
  holds "upgraded" test "$(dpkg-query -W -f '${Version}' sensor)" = 99.0
  holds "the edited configuration is kept" grep -q '"Observer": "rack-7"' /etc/sensor/appsettings.json
  holds "the new one lies beside it" grep -q 'The next version' /etc/sensor/appsettings.json.dpkg-dist
  quietly dpkg -r sensor
  holds "removed: the program is gone" not test -e /usr/bin/sensor -o -e /usr/lib/sensor
  holds "removed: configuration and state are kept" test -e /etc/sensor/appsettings.json -a -e /var/lib/sensor/eve.json
  quietly dpkg -P sensor
  holds "purged: no user" not getent passwd sensor
  holds "purged: no group" not getent group sensor
  holds "purged: every file is as before" same_files
else
  mkdir -p /run/systemd/system
  cat >/usr/local/bin/systemctl <<'STUB'
#!/bin/sh
echo "$*" >>/tmp/asked
case "$*" in *is-active*) test -e /tmp/active ;; *is-enabled*) if test -e /tmp/enabled; then echo enabled; else echo disabled; exit 1; fi ;; esac
STUB
  chmod +x /usr/local/bin/systemctl
  # Containers forbid their packages to start anything; here it must be asked for.
  rm -f /usr/sbin/policy-rc.d
  all_files >/tmp/before
  asked() { grep -E "(^| )$1( |$)" /tmp/asked; }
  quietly dpkg -i /tmp/first.deb
  holds "installed: units are read again" asked daemon-reload
  holds "installed: nothing is started or enabled" not asked 'start|restart|enable|preset|try-restart|unmask'
  : >/tmp/asked
  quietly dpkg --force-confnew -i /tmp/next.deb
  holds "upgraded while stopped: not started" not asked 'start|restart|stop'
  : >/tmp/asked
  touch /tmp/active
  quietly dpkg --force-confnew -i /tmp/first.deb
  holds "another version while running: restarted" asked restart
  holds "and not stopped before" not asked stop
  : >/tmp/asked
  quietly dpkg -r sensor
  holds "removed: stopped" asked stop
  mkdir -p /etc/systemd/system/multi-user.target.wants
  ln -sf /usr/lib/systemd/system/sensor.service /etc/systemd/system/multi-user.target.wants/sensor.service
  quietly dpkg -P sensor
  holds "purged: every file is as before, the enabling link too" same_files
fi
END
chroot "$root" bash /tmp/life "$phase"
