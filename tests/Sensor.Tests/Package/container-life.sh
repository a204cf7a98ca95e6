#!/usr/bin/env bash
# What src/Package/Containerfile does, by hand: the files of the image are laid out, entered as its user with CAP_NET_RAW as the only capability
# that may be had, and the program is run. Shows that nothing is missing among the libraries and that no shell is needed; not that an engine builds it.
#
#   container-life.sh PACKAGE.deb CONTAINER_ROOT_SCRIPT CAPTURE
set -euo pipefail
package=$1 layout=$2 capture=$3
if [ "${4:-}" != inside ]; then
  exec unshare --mount --pid --fork --kill-child --propagation private bash "$0" "$package" "$layout" "$capture" inside
fi
mount -t proc proc /proc
scratch=/mnt
mount -t tmpfs -o mode=755 tmpfs "$scratch"
root=$scratch/root
mkdir "$root"
dpkg-deb -x "$package" "$scratch/files"
"$layout" "$scratch/files" "$root"
mkdir "$root/proc" "$root/dev"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
cp "$capture" "$root/tmp/capture.pcapng"
chmod 644 "$root/tmp/capture.pcapng"
holds() { local what=$1; shift; if "$@" >"$scratch/said" 2>&1; then echo "holds: $what"; else echo "FAILS: $what"; cat "$scratch/said"; exit 1; fi; }

dropped=$(for number in $(seq 0 "$(cat /proc/sys/kernel/cap_last_cap)"); do [ "$number" = 13 ] || echo "$number"; done | paste -sd,)
enter=(capsh "--drop=$dropped" "--chroot=$root" --groups= --gid=65532 --uid=65532 --shell=/usr/lib/sensor/sensor --)
contained() { "${enter[@]}" "$@"; }

holds "no shell is in the image" test -z "$(find "$root" -xdev -name proc -prune -o \( -name sh -o -name bash -o -name busybox \) -print)"
holds "the program starts" contained --version
holds "the configuration is found and right" contained check
holds "a capture is read, its PAC run in the sandbox" contained replay /tmp/capture.pcapng --format eve -o /var/lib/sensor/eve.json
holds "and attacks are named" grep -q '"detector":"pac-diverts-everything"' "$root/var/lib/sensor/eve.json"
holds "libpcap compiles a filter" contained replay /tmp/capture.pcapng -F arp -o /var/lib/sensor/arp.txt
mkfifo "$scratch/pipe"
"${enter[@]}" replay - <>"$scratch/pipe" >/dev/null 2>&1 &
running=$!
trap 'kill $running 2>/dev/null || true' EXIT
for _ in $(seq 100); do grep -q '/sensor' "/proc/$running/cmdline" 2>/dev/null && break; sleep 0.1; done
holds "it runs as user 65532" grep -q -P '^Uid:\t65532\t65532\t65532' "/proc/$running/status"
holds "CAP_NET_RAW is all it has" grep -q -P '^CapEff:\t0000000000002000$' "/proc/$running/status"
