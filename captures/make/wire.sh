#!/usr/bin/env bash
# Records captures/wire: ARP, neighbour discovery, redirects, relayed frames. Usage: wire.sh [SCENE...]; without arguments all scenes.
# Packages: lab.sh's, and dsniff ettercap-text-only thc-ipv6 keepalived iputils-arping nginx-light curl ndisc6 dnsmasq-base isc-dhcp-client bettercap.
. "$(dirname "$0")/lab.sh"
gw_mac=3c:52:82:11:00:01 rogue_mac=00:0c:29:6e:00:66

# office: a gateway with a web server behind it, a client with a default route, a rogue.
office() {
  lab_host gw $gw_mac 10.3.0.1/24 198.51.100.80/32
  lab_host pc 3c:52:82:11:00:21 10.3.0.21/24
  lab_host rogue $rogue_mac 10.3.0.66/24
  on gw sysctl -qw net.ipv4.ip_forward=1
  on pc ip route add default via 10.3.0.1
  mkdir -p "$lab_tmp/www"; echo '<html><body>hello</body></html>' >"$lab_tmp/www/index.html"
  web gw "$lab_tmp/www"
  pause 0.7
}
browse() { for _ in $(seq "$1"); do try pc curl -s -m 3 http://198.51.100.80/; pause 0.4; done; }

# arpspoof from both sides, the rogue forwards: relayed frames as well.
scene_arp_spoofing() {
  office
  on rogue sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0
  on rogue ip route add default via 10.3.0.1
  record_start
  browse 3
  try rogue ping -c1 -W1 10.3.0.21
  daemon rogue arpspoof -i eth0 -t 10.3.0.21 10.3.0.1
  daemon rogue arpspoof -i eth0 -t 10.3.0.1 10.3.0.21
  pause 2
  browse 6
  pause 2
}

# ettercap does the forwarding itself.
scene_ettercap_arp() {
  office
  record_start
  browse 2
  daemon rogue timeout 14 ettercap -T -q -i eth0 -M arp:remote /10.3.0.1// /10.3.0.21//
  pause 6
  browse 5
  pause 2
}

# VRRP: the master goes, the backup takes the virtual address; the old one stays silent.
scene_vrrp_failover() {
  lab_host r1 3c:52:82:11:00:02 10.3.0.2/24
  lab_host r2 3c:52:82:11:00:03 10.3.0.3/24
  lab_host pc 3c:52:82:11:00:21 10.3.0.21/24
  on pc ip route add default via 10.3.0.1
  for r in "r1 150" "r2 100"; do set -- $r
    printf 'global_defs {\n vrrp_garp_master_repeat 2\n}\nvrrp_instance office {\n interface eth0\n virtual_router_id 7\n priority %s\n advert_int 1\n virtual_ipaddress {\n 10.3.0.1/24\n }\n}\n' "$2" >"$lab_tmp/$1.keepalived"
    daemon "$1" keepalived -n -l -P -f "$lab_tmp/$1.keepalived" -p "$lab_tmp/$1.kp" -r "$lab_tmp/$1.kr"
  done
  pause 5
  record_start
  try pc ping -c3 -i0.3 -W1 10.3.0.1
  ip -n "$lab_id-r1" link set eth0 down
  pause 5
  try pc ping -c5 -i0.3 -W1 10.3.0.1
}

# The address moves once to new hardware that announces itself; the old hardware is gone. And a renewal of DHCP leases by other machines.
scene_hardware_replaced() {
  office
  record_start
  browse 2
  ip -n "$lab_id-gw" link set eth0 down
  ip -n "$lab_id-gw" link set eth0 address 3c:52:82:33:00:01
  ip -n "$lab_id-gw" link set eth0 up
  on gw arping -q -U -c 2 -I eth0 10.3.0.1 || true
  browse 3
}

# The same, but the old gateway goes on speaking: its MAC changed for the clients only.
scene_gateway_changed() {
  office
  on rogue sysctl -qw net.ipv4.ip_forward=1
  record_start
  lease_gateway
  browse 3
  for _ in 1 2 3; do on rogue arping -q -A -c 1 -s 10.3.0.1 -I eth0 10.3.0.1 2>/dev/null || try rogue /usr/bin/python3 "$make_dir/gratuitous.py" 10.3.0.1; pause 1; done
  browse 2
}
lease_gateway() { lab_host lap 3c:52:82:11:00:22; dns_dhcp gw --dhcp-range=10.3.0.100,10.3.0.120,1h; pause 1; lease lap; }

# Proxy ARP: the router answers for a whole block behind it.
scene_proxy_arp() {
  lab_host gw $gw_mac 10.3.0.1/24
  lab_host pc 3c:52:82:11:00:21 10.3.0.21/16
  on gw sysctl -qw net.ipv4.conf.eth0.proxy_arp=1 net.ipv4.ip_forward=1 net.ipv4.conf.all.proxy_arp=1
  on gw ip link add back type veth peer name backp; on gw ip addr add 10.3.9.1/24 dev back; on gw ip link set back up; on gw ip link set backp up
  record_start
  for i in 5 6 7 8 9; do try pc ping -c1 -W1 10.3.9.$i; done
}

# An address conflict by accident: two machines configured alike.
scene_duplicate_address() {
  lab_host a 3c:52:82:11:00:31 10.3.0.50/24
  lab_host b 00:11:32:aa:00:32 10.3.0.50/24
  lab_host pc 3c:52:82:11:00:21 10.3.0.21/24
  record_start
  try pc ping -c2 -W1 10.3.0.50
  on pc ip neigh flush all
  try pc ping -c2 -W1 10.3.0.50
}

# A host tells a client every second that the router and the file server are it.
scene_ndp_spoofing() {
  lab_host gw $gw_mac 2001:db8:3::1/64
  lab_host pc 3c:52:82:11:00:21 2001:db8:3::21/64
  lab_host nas 00:11:32:aa:00:06 2001:db8:3::6/64
  lab_host rogue $rogue_mac 2001:db8:3::66/64
  record_start
  for t in 1 6; do try pc ping -6 -c2 -i0.3 -W1 2001:db8:3::$t; done
  daemon rogue /usr/bin/python3 "$make_dir/neighbour_spoofer.py" 2001:db8:3::21 2001:db8:3::1 2001:db8:3::6
  pause 3
  for t in 1 6; do try pc ping -6 -c3 -i0.3 -W1 2001:db8:3::$t; done
  pause 2
}

# Neighbour discovery as it always is.
scene_ndp_ordinary() {
  lab_host gw $gw_mac 2001:db8:3::1/64
  lab_host pc 3c:52:82:11:00:21 2001:db8:3::21/64
  lab_host nas 00:11:32:aa:00:06 2001:db8:3::6/64
  record_start
  for t in 1 6; do try pc ping -6 -c2 -i0.3 -W1 2001:db8:3::$t; done
  on pc ip -6 neigh flush all
  try nas ping -6 -c2 -W1 2001:db8:3::21
  on nas ip -6 addr add 2001:db8:3::7/64 dev eth0
  try pc ping -6 -c1 -W1 2001:db8:3::7
}

# A host that is no router tells a client to send elsewhere.
scene_icmp_redirect() {
  office
  record_start
  browse 2
  try rogue /usr/bin/python3 "$make_dir/redirect.py" 10.3.0.21 10.3.0.1 10.3.0.66 198.51.100.80
  browse 1
}

# The gateway itself points to the other router it knows.
scene_gateway_redirects() {
  lab_host gw $gw_mac 10.3.0.1/24
  lab_host gw2 3c:52:82:11:00:02 10.3.0.2/24 198.51.100.80/32
  lab_host pc 3c:52:82:11:00:21
  on gw sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=1 net.ipv4.conf.eth0.send_redirects=1
  on gw2 sysctl -qw net.ipv4.ip_forward=1
  on gw ip route add 198.51.100.0/24 via 10.3.0.2
  dns_dhcp gw --dhcp-range=10.3.0.100,10.3.0.120,1h
  mkdir -p "$lab_tmp/www"; echo hello >"$lab_tmp/www/index.html"; web gw2 "$lab_tmp/www"
  pause 1
  record_start
  lease pc
  browse 3
}

# bettercap from both sides; its own proxy takes what goes to port 80 and puts a script into every page.
scene_bettercap_proxy() {
  office
  on rogue ip route add default via 10.3.0.1
  echo '<html><head><title>hello</title></head><body>hello</body></html>' >"$lab_tmp/www/index.html"
  record_start
  browse 2
  for address in 1 21; do try rogue ping -c1 -W1 10.3.0.$address; done
  daemon rogue bettercap -iface eth0 -gateway-override 10.3.0.1 -no-colors -eval 'set arp.spoof.targets 10.3.0.21; set arp.spoof.fullduplex true;
    set http.proxy.injectjs "alert(1)"; arp.spoof on; http.proxy on'
  pause 5
  browse 5
  pause 1
}

# thc-ipv6 says of every address a newcomer asks for that it is taken, each time as another card.
scene_denied_newcomer() {
  lab_host gw $gw_mac 2001:db8:3::1/64
  lab_host pc 3c:52:82:11:00:21 2001:db8:3::21/64
  lab_host rogue $rogue_mac 2001:db8:3::66/64
  on pc sysctl -qw net.ipv6.conf.eth0.accept_dad=1 net.ipv6.conf.eth0.dad_transmits=1
  record_start
  try pc ping -6 -c2 -i0.3 -W1 2001:db8:3::1
  daemon rogue atk6-dos-new-ip6 eth0
  pause 1
  for n in 51 52 53 54; do on pc ip -6 addr add 2001:db8:3::$n/64 dev eth0; pause 1.2; done
}

# thc-ipv6 answers every neighbour solicitation with itself.
scene_parasite6() {
  lab_host gw $gw_mac 2001:db8:3::1/64
  lab_host pc 3c:52:82:11:00:21 2001:db8:3::21/64
  lab_host nas 00:11:32:aa:00:06 2001:db8:3::6/64
  lab_host rogue $rogue_mac 2001:db8:3::66/64
  record_start
  for t in 1 6; do try pc ping -6 -c2 -i0.3 -W1 2001:db8:3::$t; done
  daemon rogue atk6-parasite6 -l eth0
  pause 2
  for _ in 1 2 3; do
    for h in pc gw nas; do on $h ip -6 neigh flush all 2>/dev/null || true; done
    for t in 1 6; do try pc ping -6 -c2 -i0.3 -W1 2001:db8:3::$t; done
  done
  pause 2
}

run_scenes wire "$@"
