# A small office in network namespaces, recorded like a SPAN port. Sourced by the scenario scripts beside it.
#
#   lab_open                    a switch (bridge br0) in a namespace of its own
#   lab_host NAME MAC [ADDR...] a host on the switch, with IPv4/IPv6 addresses in CIDR form
#   on NAME COMMAND...          runs a command on the host
#   daemon NAME COMMAND...      runs it in the background; ended by its own process id in lab_close
#   record_start / record_stop OUT.pcapng
#   lab_close                   always called, by trap
#
# With SENSOR_LAB_SENSOR=NAMESPACE the switch gets a mirror port too, whose other end lies in that namespace, and the scene goes step by step with
# whoever started it. It says "mirror SWITCH PORT" when the port is there, and "ready" and "played" before and after the scene: then it waits for a line.
#
# Needs root and the Debian packages iproute2 ethtool tcpdump wireshark-common. Nothing leaves the namespaces: none has a way out.
set -euo pipefail
make_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
captures_dir=${SENSOR_CAPTURES_OUT:-$(dirname "$make_dir")}

lab_open() {
  lab_id=sl$$
  lab_tmp=$(mktemp -d "${TMPDIR:-/tmp}/sensor-lab.XXXXXX")
  lab_ports=0; lab_hosts=(); lab_pids=(); record_pid=; lab_learning=on
  trap lab_close EXIT
  ip netns add "$lab_id-sw"
  ip netns exec "$lab_id-sw" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  ip -n "$lab_id-sw" link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
  ip -n "$lab_id-sw" link set br0 up
  [ -z "${SENSOR_LAB_SENSOR:-}" ] || lab_mirror
}

# The switch's mirror port: what comes in at any port is copied to it, once (lab_host).
lab_mirror() {
  exec 3<&0 </dev/null
  # A name of its own: the port of an earlier scene goes a little after its switch.
  lab_port=mirror$$
  ip -n "$lab_id-sw" link add feed type veth peer name "$lab_port" netns "$SENSOR_LAB_SENSOR"
  ip netns exec "$lab_id-sw" ethtool -K feed tx off sg off tso off gso off gro off >/dev/null
  ip netns exec "$SENSOR_LAB_SENSOR" ethtool -K "$lab_port" tx off sg off tso off gso off gro off >/dev/null
  ip -n "$lab_id-sw" link set feed up
  ip -n "$SENSOR_LAB_SENSOR" link set "$lab_port" up
  # The carrier follows a little later; a sensor that comes before it tells of an interface that is down.
  local _; for _ in $(seq 50); do [[ $(ip -n "$SENSOR_LAB_SENSOR" -br link show "$lab_port") != *" UP "* ]] || break; sleep 0.1; done
  echo "mirror $lab_id-sw $lab_port"
}

# lab_step WORD: says where the scene is and waits for a line; whoever waits for the scene and goes away ends it.
lab_step() {
  [ -n "${SENSOR_LAB_SENSOR:-}" ] || return 0
  echo "$1"
  read -r -t 120 -u 3 || exit 1
}

# A hub instead of a switch: every station sees every frame, as on Wi-Fi without isolation.
lab_hub() { lab_learning=off; }

lab_host() {
  local name=$1 mac=$2 address; shift 2
  lab_ports=$((lab_ports + 1)); lab_hosts+=("$name")
  ip netns add "$lab_id-$name"
  ip -n "$lab_id-sw" link add "p$lab_ports" type veth peer name eth0 netns "$lab_id-$name"
  ip -n "$lab_id-$name" link set eth0 address "$mac"
  ip netns exec "$lab_id-sw" ethtool -K "p$lab_ports" tx off sg off tso off gso off gro off >/dev/null
  ip netns exec "$lab_id-$name" ethtool -K eth0 tx off sg off tso off gso off gro off >/dev/null
  # Addresses are usable at once: recordings stay short.
  ip netns exec "$lab_id-$name" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.eth0.accept_dad=0 \
    net.ipv4.conf.all.accept_redirects=1 net.ipv4.conf.eth0.accept_redirects=1 2>/dev/null || true
  ip -n "$lab_id-sw" link set "p$lab_ports" master br0 up
  ip -n "$lab_id-sw" link set "p$lab_ports" type bridge_slave learning $lab_learning
  if [ -n "${SENSOR_LAB_SENSOR:-}" ]; then
    ip netns exec "$lab_id-sw" tc qdisc add dev "p$lab_ports" clsact
    ip netns exec "$lab_id-sw" tc filter add dev "p$lab_ports" ingress protocol all u32 match u32 0 0 action mirred egress mirror dev feed
  fi
  ip -n "$lab_id-$name" link set lo up
  ip -n "$lab_id-$name" link set eth0 up
  for address in "$@"; do ip -n "$lab_id-$name" addr add "$address" dev eth0; done
}

on() { local name=$1; shift; ip netns exec "$lab_id-$name" "$@"; }
# For commands whose failure is part of the scene (an unanswered lookup).
try() { on "$@" >/dev/null 2>&1 || true; }
daemon() { local name=$1; shift; ip netns exec "$lab_id-$name" "$@" >"$lab_tmp/$name.$(basename "$1").log" 2>&1 & lab_pids+=($!); }
pause() { sleep "${1:-0.5}"; }

record_start() {
  # -B: with --immediate-mode every ring slot is snaplen octets, the default ring would hold seven frames.
  ip netns exec "$lab_id-sw" tcpdump -i br0 --immediate-mode -U -s 65535 -B 65536 -Z root -w "$lab_tmp/record.pcap" 2>/dev/null &
  record_pid=$!
  sleep 0.7
  lab_step ready
}

record_stop() {
  lab_step played
  sleep 0.5
  kill -INT "$record_pid"; wait "$record_pid" 2>/dev/null || true
  record_pid=
  mkdir -p "$(dirname "$1")"
  editcap -F pcapng "$lab_tmp/record.pcap" "$1"
  chmod 644 "$1"
  echo "$1: $(capinfos -Mrc "$1" | awk -F: '/packets/ {print $2; exit}' | tr -d ' ') packets" >&2
}

lab_close() {
  local pid host
  trap - EXIT
  [ -z "$record_pid" ] || kill "$record_pid" 2>/dev/null || true
  for pid in "${lab_pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  sleep 0.2
  for host in "${lab_hosts[@]}"; do
    for pid in $(ip netns pids "$lab_id-$host" 2>/dev/null); do kill -9 "$pid" 2>/dev/null || true; done
    ip netns del "$lab_id-$host" 2>/dev/null || true
  done
  ip netns del "$lab_id-sw" 2>/dev/null || true
  rm -rf "$lab_tmp"
}

# --- servers and clients that several scenes use -------------------------------------------------------------------------------------------

# dns_dhcp HOST [dnsmasq options...]: dnsmasq without any configuration of the machine it runs on.
dns_dhcp() {
  local name=$1; shift
  daemon "$name" dnsmasq -k --conf-file=/dev/null --no-hosts --no-resolv --bind-dynamic --interface=eth0 --user=root --pid-file= \
    --dhcp-leasefile="$lab_tmp/$name.leases" --dhcp-authoritative --no-ping "$@"
}

# lease HOST [SECONDS]: a DHCP client that asks for option 252 too and takes the address it is given.
lease() {
  local name=$1
  printf '#!/bin/sh\n[ "$reason" = BOUND ] && { ip addr add $new_ip_address/24 dev $interface; [ -z "$new_routers" ] || ip route add default via ${new_routers%%%% *}; }\nexit 0\n' >"$lab_tmp/$name.script"
  chmod +x "$lab_tmp/$name.script"
  printf 'option wpad code 252 = text;\nalso request wpad;\ntimeout 8; retry 2; initial-interval 1;\nsend host-name "%s";\n' "$name" >"$lab_tmp/$name.conf"
  on "$name" timeout "${2:-10}" dhclient -4 -1 -cf "$lab_tmp/$name.conf" -lf "$lab_tmp/$name.lease" -pf "$lab_tmp/$name.pid" \
    -sf "$lab_tmp/$name.script" eth0 >/dev/null 2>&1 || true
}

# web HOST ROOT [PORT]: nginx that serves a folder; .dat and .pac with the PAC content type.
web() {
  local name=$1 root=$2 port=${3:-80}
  cat >"$lab_tmp/$name.nginx" <<CONF
daemon off; master_process off; pid $lab_tmp/$name.nginx.pid; error_log $lab_tmp/$name.error;
events {}
http { access_log off; default_type text/html; types { application/x-ns-proxy-autoconfig dat pac; text/html html; }
  client_body_temp_path $lab_tmp/$name.b; proxy_temp_path $lab_tmp/$name.p; fastcgi_temp_path $lab_tmp/$name.f; uwsgi_temp_path $lab_tmp/$name.u; scgi_temp_path $lab_tmp/$name.s;
  server { listen $port; listen [::]:$port; root $root; } }
CONF
  daemon "$name" nginx -c "$lab_tmp/$name.nginx"
}

# pac FILE PROXY: what a corporate or rogue web server would hand out.
pac() { mkdir -p "$(dirname "$1")"; printf 'function FindProxyForURL(url, host) {\n  if (isPlainHostName(host)) return "DIRECT";\n  return "PROXY %s; DIRECT";\n}\n' "$2" >"$1"; }

# netbios HOST NAME [smb.conf lines...]: Samba's nmbd under that name.
netbios() {
  local name=$1 netbios_name=$2; shift 2
  mkdir -p "$lab_tmp/$name.smb"
  { printf '[global]\nnetbios name = %s\nworkgroup = OFFICE\nserver role = standalone\n' "$netbios_name"
    printf 'interfaces = eth0\nbind interfaces only = yes\n'
    printf '%s = %s\n' 'lock directory' "$lab_tmp/$name.smb" 'state directory' "$lab_tmp/$name.smb" 'cache directory' "$lab_tmp/$name.smb" \
      'pid directory' "$lab_tmp/$name.smb" 'private dir' "$lab_tmp/$name.smb" 'ncalrpc dir' "$lab_tmp/$name.smb/rpc"
    printf '%s\n' "$@"; } >"$lab_tmp/$name.smb.conf"
  daemon "$name" nmbd -F --no-process-group -s "$lab_tmp/$name.smb.conf" -l "$lab_tmp/$name.smb"
}

# Avahi in a namespace of its own message bus and files.
mdns() {
  local name=$1 host=$2
  mkdir -p "$lab_tmp/$name.run/dbus"
  printf '<busconfig><type>system</type><listen>unix:path=%s/bus</listen><auth>EXTERNAL</auth><policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>' "$lab_tmp/$name.run" >"$lab_tmp/$name.bus.conf"
  daemon "$name" dbus-daemon --nofork --nopidfile --config-file="$lab_tmp/$name.bus.conf"
  printf '[server]\nhost-name=%s\nuse-ipv4=yes\nuse-ipv6=no\nallow-interfaces=eth0\n[publish]\npublish-workstation=yes\n' "$host" >"$lab_tmp/$name.avahi.conf"
  pause 0.5
  # A mount namespace of its own: avahi-daemon insists on /run/avahi-daemon.
  daemon "$name" unshare -m sh -c "mount -t tmpfs t /run && mkdir -p /run/avahi-daemon && DBUS_SYSTEM_BUS_ADDRESS=unix:path=$lab_tmp/$name.run/bus exec avahi-daemon --no-drop-root --no-chroot --no-rlimits -f $lab_tmp/$name.avahi.conf"
  pause 1
}
mdns_publish() { local name=$1; daemon "$name" env DBUS_SYSTEM_BUS_ADDRESS="unix:path=$lab_tmp/$name.run/bus" avahi-publish -a -R "$2" "$3"; }

# run_scenes AREA [SCENE...]: each scene in a lab of its own, recorded to captures/AREA/<scene>.pcapng. A scene starts the recording itself.
run_scenes() {
  local area=$1 scene scenes; shift
  if [ $# -gt 0 ]; then scenes=("${@//-/_}"); else mapfile -t scenes < <(declare -F | awk '{print $3}' | sed -n 's/^scene_//p'); fi
  for scene in "${scenes[@]}"; do
    ( lab_open; "scene_$scene"; record_stop "$captures_dir/$area/${scene//_/-}.pcapng" ) || { echo "scene $scene failed" >&2; return 1; }
  done
}
