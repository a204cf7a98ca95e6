#!/usr/bin/env bash
# Records captures/pac: who serves the proxy configuration. Usage: pac.sh [SCENE...]; without arguments all scenes.
# Packages: lab.sh's, and dnsmasq-base isc-dhcp-client nginx-light curl python3.
. "$(dirname "$0")/lab.sh"

office() {
  lab_host gw 3c:52:82:11:00:01 10.4.0.1/24
  lab_host proxy 3c:52:82:11:00:08 10.4.0.8/24
  lab_host pc 3c:52:82:11:00:21
  lab_host lap 3c:52:82:11:00:22
  dns_dhcp gw --dhcp-range=10.4.0.100,10.4.0.120,1h --domain=corp.example --address=/wpad.corp.example/10.4.0.8 --dhcp-option=252,http://wpad.corp.example/wpad.dat
  pause 1
}
windows() { try "$1" curl -s -m 3 -A 'WinHttp-Autoproxy-Service/5.1' -H "Host: $2" "$3"; }

# A workstation (DHCP client) lures by LLMNR and serves the PAC on a port of its own.
scene_rogue_pac_server() {
  office
  lab_host rogue 00:0c:29:6e:00:66
  record_start
  lease rogue; lease pc
  local ip; ip=$(on rogue ip -4 -br addr show eth0 | awk '{print $3}' | cut -d/ -f1)
  daemon rogue python3 "$make_dir/poisoner.py" "$ip" --only 'wpad|proxysrv'
  daemon rogue python3 "$make_dir/pac_server.py" 8000 reindented "$ip:3128"
  pause 1
  try pc python3 "$make_dir/ask.py" llmnr wpad
  windows pc wpad http://$ip:8000/config/auto.dat
}

# The company's own server: found by DHCP and DNS, the same file for everybody.
scene_corporate_pac() {
  office
  pac "$lab_tmp/www/wpad.dat" proxy.corp.example:8080; web proxy "$lab_tmp/www"
  record_start
  for h in pc lap; do
    lease $h
    try $h dig +tries=1 +time=1 @10.4.0.1 wpad.corp.example
    windows $h wpad.corp.example http://10.4.0.8/wpad.dat
    windows $h wpad.corp.example http://10.4.0.8/wpad.dat
  done
}

scene_pac_changed() {
  office
  daemon proxy python3 "$make_dir/pac_server.py" 80 changing 10.4.0.8
  record_start
  lease pc
  try pc dig +tries=1 +time=1 @10.4.0.1 wpad.corp.example
  for _ in 1 2 3; do windows pc wpad.corp.example http://10.4.0.8/wpad.dat; pause 0.5; done
}

# Only the white space changes.
scene_pac_reindented() {
  office
  daemon proxy python3 "$make_dir/pac_server.py" 80 reindented proxy.corp.example:8080
  record_start
  lease pc
  try pc dig +tries=1 +time=1 @10.4.0.1 wpad.corp.example
  for _ in 1 2 3; do windows pc wpad.corp.example http://10.4.0.8/wpad.dat; pause 0.5; done
}

# The PAC is to be had only for an NTLM authentication.
scene_pac_asks_credentials() {
  office
  lab_host rogue 00:0c:29:6e:00:66 10.4.0.66/24
  daemon rogue python3 "$make_dir/poisoner.py" 10.4.0.66 --only wpad
  daemon rogue python3 "$make_dir/pac_server.py" 80 ntlm 10.4.0.66:3128
  record_start
  lease pc
  try pc python3 "$make_dir/ask.py" llmnr wpad
  try pc curl -s -m 3 --ntlm -u 'CORP\alice:not-a-secret' -A 'WinHttp-Autoproxy-Service/5.1' -H 'Host: wpad' http://10.4.0.66/wpad.dat
}

scene_pac_known_tool() {
  office
  lab_host rogue 00:0c:29:6e:00:66 10.4.0.66/24
  daemon rogue python3 "$make_dir/poisoner.py" 10.4.0.66 --only wpad
  daemon rogue python3 "$make_dir/pac_server.py" 80 tool 10.4.0.66:3128
  record_start
  lease pc
  try pc python3 "$make_dir/ask.py" nbns WPAD
  windows pc wpad http://10.4.0.66/wpad.dat
}

# wpad.dat is not there; elsewhere a captive portal answers it with HTML.
scene_no_pac_there() {
  office
  mkdir -p "$lab_tmp/www"; web proxy "$lab_tmp/www"
  lab_host portal 3c:52:82:11:00:09 10.4.0.9/24
  daemon portal python3 "$make_dir/pac_server.py" 80 portal -
  record_start
  lease pc; lease lap
  try pc dig +tries=1 +time=1 @10.4.0.1 wpad.corp.example
  windows pc wpad.corp.example http://10.4.0.8/wpad.dat
  windows lap wpad.corp.example http://10.4.0.9/wpad.dat
}

run_scenes pac "$@"
